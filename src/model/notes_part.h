// model: lists of texts, notes on what could not be done, dates.
#ifndef PLIMSOLL_MODEL_NOTES_PART_H
#define PLIMSOLL_MODEL_NOTES_PART_H

#include "base/base.h"

struct spans {
    const span *items;
    size_t count;
};

// ---------------------------------------------------------------- notes

// Something that a scan could not do, or a doubt about what it did: bad content never ends a scan
// and never passes in silence.
enum note_kind {
    NOTE_DAMAGED,     // bytes that are not what their format says
    NOTE_LIMIT,       // a limit cut the work short
    NOTE_UNSUPPORTED, // a thing that Plimsoll does not read
    NOTE_SUSPICIOUS,  // a name or link that tries to leave the root, and the like
    NOTE_INFORMATION, // nothing is missing; the reader should still know
};

struct note {
    enum note_kind kind;
    span location; // a path, a layer digest, a database name
    span text;     // one line
};

// Notes in the order in which they were made. Those past the limit, or without room in the arena,
// are counted, not kept; they still make the scan incomplete.
struct notes {
    struct arena *mem;
    struct list items; // of struct note
    uint64_t dropped;
    bool incomplete; // some note is not NOTE_INFORMATION
};

void notes_init(struct notes *notes, struct arena *mem, const struct limits *limits);
// Copies the location; the text is cut after 511 bytes.
void notes_add(struct notes *notes, enum note_kind kind, span location, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Adds a failed operation on one thing as a note. ERR_LIMIT, ERR_MEMORY and ERR_TIMEOUT become
// NOTE_LIMIT, ERR_UNSUPPORTED its like, ERR_UNTRUSTED NOTE_SUSPICIOUS, all else NOTE_DAMAGED.
void notes_add_err(struct notes *notes, span location, const struct err *err);
// Appends copies of all notes in `from`, with its count of those that it did not keep.
void notes_merge(struct notes *notes, const struct notes *from);
const char *note_kind_name(enum note_kind kind); // "damaged", ...

// ---------------------------------------------------------------- dates

// Days since 1970-01-01 of "YYYY-MM-DD" with anything behind it; false if it is no date of the
// Gregorian calendar, or before 1970.
bool date_parse(span text, uint32_t *ret_days);
// "YYYY-MM-DD" in `out`; a day behind 9999-12-31 gives that day.
void date_format(uint32_t days, char out[static 11]);
// Seconds since 1970-01-01 UTC of an RFC 3339 date and time; fractions are cut off. False as above.
bool time_parse(span text, uint64_t *ret_seconds);
// "YYYY-MM-DDTHH:MM:SSZ" in `out`.
void time_format(uint64_t seconds, char out[static 21]);

#endif
