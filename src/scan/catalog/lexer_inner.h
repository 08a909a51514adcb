// lexer: text to words, quoted texts and signs, for the small languages in which package managers
// write their files: Erlang terms, Lua, opam, HCL. It cannot fail, and is linear in the text.
#ifndef PLIMSOLL_SCAN_CATALOG_LEXER_INNER_H
#define PLIMSOLL_SCAN_CATALOG_LEXER_INNER_H

#include "base/base.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD, // letters, digits, '_', bytes above 0x7f, and what the syntax adds
    TOKEN_TEXT, // what stands between quotes: escapes as they are; to the end where nothing closes
                // it
    TOKEN_SIGN, // any other byte, one at a time
};

struct token {
    enum token_kind kind;
    span text;
};

struct lexer_syntax {
    span line_comments[2]; // what begins a comment that the line ends; empty: nothing
    span comment_begin;    // of one that has an end of its own
    span comment_end;
    span quotes;        // bytes that begin and end a text
    span word_bytes;    // other bytes within words
    bool triple_quotes; // """ begins and ends a text too
    bool long_brackets; // [[ ]] and [==[ ]==] too (Lua)
};

struct lexer {
    span rest;
    const struct lexer_syntax *syntax;
};

struct token lexer_next(struct lexer *lexer);
bool token_is(struct token token, char sign);      // this sign?
bool token_is_word(struct token token, span word); // this word?

#endif
