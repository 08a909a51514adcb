// spdx: licences as SPDX expressions (SPDX 2.3, annex D; 3.0, annex B), and such expressions made
// of what the metadata of packages says instead. What is guessed and what is not is in
// doc/decisions/0068-licences.md.
#ifndef PLIMSOLL_FORMAT_SPDX_H
#define PLIMSOLL_FORMAT_SPDX_H

#include "base/base.h"

enum spdx_kind {
    SPDX_LICENSE,
    SPDX_AND,
    SPDX_OR,
};

struct spdx_expression {
    enum spdx_kind kind;
    // Of a licence. The identifier as the SPDX License List writes it, without '+', or
    // [DocumentRef-…:]LicenseRef-….
    span license;
    span exception; // behind WITH; empty: none
    bool or_later;  // a '+' behind the identifier
    // Of AND and OR: at least two operands, none of the operator's own kind.
    struct spdx_expression *first;
    struct spdx_expression *next; // the operand behind this one
};

// Parses an expression. Identifiers and operators are found in any case; identifiers that the list
// has deprecated in favour of "-only" and "-or-later" become these. Copies nothing but nodes: texts
// point into `text` and constants. ERR_INPUT: it is none, or names what is on no list; ERR_LIMIT:
// the arena is full, or more than SPDX_DEPTH parentheses are open.
enum { SPDX_DEPTH = 64 };
bool spdx_parse(span text, struct arena *mem, struct spdx_expression **ret, struct err *err);
// The canonical text: one blank between words, operators in capitals, parentheses only where
// the meaning needs them.
void spdx_write(const struct spdx_expression *expression, struct text *out);

// Whose words they are. Most say the same with the same words.
enum spdx_speaker {
    SPDX_ANYBODY,
    SPDX_DEBIAN, // DEP-5: "GPL" without a number is any version of it
    SPDX_APK,    // blanks stand between licences: "MIT BSD"
    SPDX_CARGO,  // '/' is OR, as cargo once had it
};
enum spdx_speaker spdx_speaker_of(span purl_type);

// The expression that `raw` means: empty where it says nothing ("UNKNOWN", "NONE"); otherwise one
// that spdx_parse takes. A name that is not recognised becomes LicenseRef-NAME with '-' for what
// may not stand there; one that is longer than a name, LicenseRef-plimsoll-HASH.
// False when the arena is full.
bool spdx_normalise(span raw, enum spdx_speaker speaker, struct arena *mem, span *ret);
// All of these expressions, as spdx_normalise gives them, joined by AND; sorted, each once.
bool spdx_join(const span *expressions, size_t count, struct arena *mem, span *ret);

#endif
