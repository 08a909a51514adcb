// feeds: the upstream formats of advisory data, each translated into the nouns advisory, flaw and
// release. A feed is one row of a table: a file in its publisher's own format and the function that
// reads one document of it. Nothing here fetches and nothing compiles; only ids, names, version
// ranges, severities, scores and dates are taken over, never prose.
#ifndef PLIMSOLL_FEEDS_H
#define PLIMSOLL_FEEDS_H

#include "base/base.h"
#include "model/model.h"

struct translation;

// Reads one document and gives the sink what it says. A false return with ERR_INPUT, ERR_LIMIT or
// ERR_UNSUPPORTED spoils only this document, unless the sink made it.
typedef bool feed_translator(struct translation *translation, span path, span bytes,
                             struct err *err);

struct feed {
    const char *name;    // the database that it becomes: "debian-osv"
    const char *file;    // under the directory of feeds: "debian-osv.tar.zst"
    const char *licence; // of the data, as its publisher states it
    feed_translator *translate;
};

size_t feeds_count(void);
const struct feed *feeds_at(size_t index); // null past the last one
// The files of a feed: feed->file first, then the same from other times or in other forms. Null
// past the last one.
const char *feeds_file(const struct feed *feed, size_t index);

// Translates all of the feed's files in the directory into `sink`, one document at a time; of a
// record that several have, the newest file has the say. Ends with sink->take_source. What the sink
// is given lives until its function returns. Documents that cannot be read become notes, located by
// their path; when they are more than one in twenty the whole feed is ERR_INPUT. ERR_MISSING: none
// of the files is there. Independent calls may run at the same time when each has a sink and notes
// of its own.
bool feeds_translate(const struct feed *feed, const char *directory, const struct limits *limits,
                     const struct advisory_sink *sink, struct notes *notes, struct err *err);

#endif
