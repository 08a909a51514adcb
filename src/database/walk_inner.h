// walk_inner: going through the records of a segment, as walks and searches do.
#ifndef PLIMSOLL_DATABASE_WALK_INNER_H
#define PLIMSOLL_DATABASE_WALK_INNER_H

#include "database/database_inner.h"

// One pass over records, decoding each into an arena that is emptied after it.
struct walk {
    const struct database *database;
    const struct segment *segment;
    const struct database_visitor *visitor;
    struct arena *mem;
};

// Reads the next record of the walk's segment.
bool walk_next(const struct walk *walk, reader *records, struct key *ret, span *ret_body,
               struct err *err);
// Decodes what a record holds and gives it to the visitor.
bool walk_visit(struct walk *walk, const struct key *key, span body, struct err *err);
// The claims of a package, in the walk's arena.
bool walk_claims(const struct walk *walk, const struct key *key, span body, struct claims *ret,
                 struct err *err);
// Gives the visitor the statements behind some claims of a package.
bool walk_visit_claims(struct walk *walk, const struct key *key, const struct claim *claims,
                       size_t count, struct err *err);

// Two segments of one source, held against each other without decoding them.
struct sameness {
    const struct segment *before;
    const struct segment *after;
    bool words;       // they number the same words
    uint8_t *changed; // a bit for each reference that names another advisory, or one that says
                      // something else; null: there is none
};
bool sameness_init(struct sameness *sameness, const struct segment *before,
                   const struct segment *after, struct arena *mem, struct err *err);
// Do the bodies of a key say the same? False where that takes decoding them.
bool sameness_of(const struct sameness *sameness, enum key_kind kind, span before, span after);

#endif
