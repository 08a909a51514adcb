// stanza: entries of "Key: value" lines with empty lines between them, as dpkg, apk, opkg, Python's
// METADATA and R's DESCRIPTION write them (RFC 822's header fields, more or less).
#ifndef PLIMSOLL_FORMAT_STANZA_H
#define PLIMSOLL_FORMAT_STANZA_H

#include "base/base.h"

struct stanzas {
    span rest;
    size_t line;     // lines read
    size_t bad;      // lines without a colon
    size_t bad_line; // the first of them
};

struct stanza_syntax {
    const span *keys;
    size_t count;
    bool any_case; // keys are compared without regard to case
};

// The next entry: values[i] is the trimmed value of syntax->keys[i], the last one if there are
// several, empty if there is none. Lines that begin with a blank continue the value before and are
// passed over. *ret_line is where the entry begins. False at the end.
bool stanza_next(struct stanzas *stanzas, const struct stanza_syntax *syntax, span *values,
                 size_t *ret_line);

#endif
