// base: the values that every other folder speaks in: spans, errors, arenas, readers, builders,
// limits. It knows nothing of files, images or the network, and does no I/O.
#ifndef PLIMSOLL_BASE_H
#define PLIMSOLL_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// ---------------------------------------------------------------- handles

// Runs `function` on the address of the variable when it goes out of scope. For handles (files,
// streams, arenas, library objects), never for memory that an arena owns.
#define CLEANUP(function) __attribute__((cleanup(function), unused))

// Moves a pointer out of a CLEANUP variable, which is left null: `*ret = take(&handle)`.
#define take(pointer_to_pointer) ((__typeof__(*(pointer_to_pointer)))take_any(pointer_to_pointer))
void *take_any(void *pointer_to_pointer);

// ---------------------------------------------------------------- errors

enum err_kind {
    ERR_NONE,
    ERR_INPUT,       // the bytes are not what their format says
    ERR_LIMIT,       // a field of struct limits, or an arena's budget, is exceeded
    ERR_UNSUPPORTED, // well formed, but a kind that Plimsoll does not read
    ERR_MISSING,     // the thing asked for is not there
    ERR_DENIED,      // somebody else said no (permissions, credentials)
    ERR_UNTRUSTED,   // a digest or a signature does not hold
    ERR_CONFLICT,    // the state has changed under us
    ERR_TIMEOUT,
    ERR_IO,     // the kernel or the network failed; `sys` is an errno where there is one
    ERR_MEMORY, // malloc failed
    ERR_USAGE,  // the user asked for something that cannot be meant
};

// A failure as a value: no heap, nothing to release, safe when memory is out. `text` is one line,
// outermost place first: "layer 2: tar: entry 17: checksum is wrong".
struct err {
    enum err_kind kind;
    int sys;
    char text[240];
};

// Fills `err` (which may be null: the caller does not care) and returns false, so that a failing
// function ends in `return err_set(err, ERR_INPUT, "deb: line %u has no colon", line)`.
bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same for a failed system call: appends strerror(sys) and remembers sys.
bool err_set_sys(struct err *err, int sys, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Puts "format: " in front of the text on the way up and returns false.
bool err_add(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Hands on an error that was kept apart until it was known to be the reason; returns false.
bool err_copy(struct err *err, const struct err *from);

// clang's analyzer looks into one file at a time: this tells it what these return.
#ifdef __clang_analyzer__
#define err_set(...) (err_set(__VA_ARGS__) && false)
#define err_set_sys(...) (err_set_sys(__VA_ARGS__) && false)
#define err_add(...) (err_add(__VA_ARGS__) && false)
#define err_copy(...) (err_copy(__VA_ARGS__) && false)
#endif

// The word for a kind, as it stands in logs and JSON: "input", "limit", ...
const char *err_kind_name(enum err_kind kind);

// ---------------------------------------------------------------- spans

// Read-only bytes that somebody else owns. A null pointer implies length 0. Not NUL-terminated.
typedef struct span {
    const uint8_t *ptr;
    size_t len;
} span;

// A string literal as a span.
#define S(literal) ((span){.ptr = (const uint8_t *)("" literal), .len = sizeof(literal) - 1})

// The smallest functions are defined here: parsers call them for every byte and every field.
static inline span span_of(const void *ptr, size_t len)
{
    return (span){.ptr = len ? (const uint8_t *)ptr : NULL, .len = ptr ? len : 0};
}
span span_of_text(const char *text); // NUL-terminated text from the C library; null gives empty

static inline bool span_equal(span a, span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
int span_compare(span a, span b);       // -1, 0 or 1; bytes as unsigned, a prefix sorts first
bool span_equal_nocase(span a, span b); // ASCII only
static inline bool span_starts_with(span s, span prefix)
{
    return s.len >= prefix.len && span_equal((span){.ptr = s.ptr, .len = prefix.len}, prefix);
}
bool span_ends_with(span s, span suffix);
bool span_contains(span s, span needle);
// '*' in the pattern stands for any run of bytes, '?' for one.
bool span_matches(span s, span pattern);

// Clamped: never out of bounds.
static inline span span_from(span s, size_t start)
{
    return start < s.len ? (span){.ptr = s.ptr + start, .len = s.len - start} : (span){0};
}
static inline span span_first(span s, size_t len)
{
    return (span){.ptr = s.ptr, .len = len < s.len ? len : s.len};
}
static inline span span_slice(span s, size_t start, size_t len)
{
    return span_first(span_from(s, start), len);
}
span span_trim(span s); // without ASCII white space at both ends
span span_trim_end(span s, uint8_t byte);
size_t span_indent(span s);     // how many blanks it begins with
bool span_is_lower_hex(span s); // as digests are written; nothing is, too

#define SPAN_NONE ((size_t)-1)
static inline size_t span_find(span s, uint8_t byte) // index or SPAN_NONE
{
    const uint8_t *hit = s.len ? (const uint8_t *)memchr(s.ptr, byte, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : SPAN_NONE;
}
static inline size_t span_find_last(span s, uint8_t byte) // index or SPAN_NONE
{
    const uint8_t *hit = s.len ? (const uint8_t *)memrchr(s.ptr, byte, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : SPAN_NONE;
}

// Cuts *s at the first `byte`: returns what is before it, leaves what is after it. Without such a
// byte returns all and leaves nothing. Loop with `while (s.len) field = span_cut(&s, ',')`.
span span_cut(span *s, uint8_t byte);
// The same for lines: a '\r' before the '\n' goes too.
span span_cut_line(span *s);
// Cuts the longest run of ASCII digits, or letters, off the front of *s.
static inline span span_cut_digits(span *s)
{
    size_t len = 0;
    while (len < s->len && s->ptr[len] >= '0' && s->ptr[len] <= '9')
        len++;
    span digits = span_first(*s, len);
    *s = span_from(*s, len);
    return digits;
}
span span_cut_letters(span *s);

// Whole-span numbers: no sign, no white space, no overflow; false leaves *ret alone.
bool span_to_u64(span s, uint64_t *ret);
bool span_to_u64_octal(span s, uint64_t *ret);
bool span_to_u64_hex(span s, uint64_t *ret);

// A stable, non-cryptographic 64-bit hash (for tables, and for files that we write).
uint64_t span_hash(span s, uint64_t seed);
// Length of the well-formed UTF-8 sequence at the start of s (RFC 3629: no surrogates, no overlong
// forms, nothing past U+10FFFF); 0 if there is none.
size_t utf8_sequence(span s);
bool utf8_is_valid(span s);

// A 64-bit hash (SipHash-2-4) that nobody who does not know the key can steer: for where two texts
// from outside with the same hash would pass for each other.
typedef struct hash_key {
    uint64_t first;
    uint64_t second;
} hash_key;
uint64_t span_keyed_hash(span s, hash_key key);

static inline bool ascii_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}
static inline uint8_t ascii_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}
static inline bool ascii_is_alpha(uint8_t c)
{
    return (uint8_t)((c | 0x20) - 'a') < 26; // the cases differ in one bit
}
static inline bool ascii_is_hex(uint8_t c)
{
    uint8_t lower = ascii_lower(c);
    return ascii_is_digit(c) || (lower >= 'a' && lower <= 'f');
}
static inline bool ascii_is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Untrusted text for a message: control and non-ASCII bytes as \xNN, shortened with "..." so that
// it fits. Use as `quote(name).text` inside one call.
struct quoted {
    char text[96];
};
struct quoted quote(span s);

// ---------------------------------------------------------------- arenas

// Memory with one lifetime and a hard budget. Nothing is freed singly; a full arena makes
// allocations return null, which callers report as ERR_LIMIT (or let a sticky builder carry).
struct arena;

// A new arena that never holds more than `budget` bytes, or null without memory.
struct arena *arena_new(uint64_t budget);
void arena_free(struct arena *arena);     // null is fine
void arena_cleanup(struct arena **arena); // for CLEANUP
void arena_reset(struct arena *arena);    // forget everything, keep one block for reuse
// Takes over all that was allocated from another arena, whatever the budget says; `from` is empty
// then. For what was made by another thread.
void arena_absorb(struct arena *arena, struct arena *from);
uint64_t arena_used(const struct arena *arena);
uint64_t arena_left(const struct arena *arena);
// Has any allocation failed since the arena was made or reset? For whoever has let many small
// pieces be made, each of which may be missing now.
bool arena_refused(const struct arena *arena);

// Zeroed memory aligned for any object; null when the budget or malloc is exhausted, or when
// count * size overflows. A size of 0 gives a valid pointer.
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
// Makes what was allocated last longer where it stands, with zeroed memory. False: `memory` of
// `size` bytes is not that, or there is no room behind it; nothing has changed then.
bool arena_extend(struct arena *arena, const void *memory, size_t size, size_t longer);
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

// Fills err with ERR_LIMIT for a null from the functions above and returns false.
bool arena_err(const struct arena *arena, struct err *err, const char *what);
#ifdef __clang_analyzer__ // as above
#define arena_err(...) (arena_err(__VA_ARGS__) && false)
#endif

// A copy that lives as long as the arena. False when there is no room.
bool arena_span(struct arena *arena, span s, span *ret);
// A NUL-terminated copy, or null when there is no room or s holds a NUL byte.
char *arena_text(struct arena *arena, span s);

// ---------------------------------------------------------------- builders

// A growing byte string in an arena. Sticky: append freely, check text_ok once. After a failure
// appends do nothing.
struct text {
    struct arena *mem;
    uint8_t *ptr;
    size_t len;
    size_t cap;
    size_t max;
    bool failed;
};

void text_init(struct text *text, struct arena *mem, size_t max);
// Makes room for `more` bytes at once. Without memory for that the text grows as it does otherwise.
void text_reserve(struct text *text, size_t more);
void text_add(struct text *text, span s);
void text_add_byte(struct text *text, uint8_t byte);
void text_add_u64(struct text *text, uint64_t value);
void text_add_hex(struct text *text, span bytes); // lower case
// At most 511 bytes of formatted text; more fails the builder.
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_u8(struct text *text, uint8_t value);
void text_add_u16le(struct text *text, uint16_t value);
void text_add_u32le(struct text *text, uint32_t value);
void text_add_u64le(struct text *text, uint64_t value);
void text_add_field(struct text *text, span s); // u32le length, then the bytes: see read_field
span text_span(const struct text *text);        // what there is; empty after a failure
bool text_ok(const struct text *text);

// A growing array of equal items in an arena. Sticky like text.
struct list {
    struct arena *mem;
    void *items;
    size_t item_size;
    size_t count;
    size_t cap;
    size_t max; // most items
    bool failed;
};

void list_init(struct list *list, struct arena *mem, size_t item_size, size_t max);
// A zeroed new item at the end, or null once the list has failed. Valid until the next add.
void *list_add(struct list *list);
#define LIST_ADD(list, type) ((type *)list_add_sized((list), sizeof(type)))
void *list_add_sized(struct list *list, size_t item_size);
bool list_ok(const struct list *list);
#define LIST_AT(list, type, index) ((type *)list_at((list), (index)))
void *list_at(const struct list *list, size_t index);
// Makes room for `count` more items at once, so that a known number wastes no memory. False when
// that is past the list's maximum or the arena's budget; the list itself stays usable.
bool list_reserve(struct list *list, size_t count);

// ---------------------------------------------------------------- glyphs

// One step through untrusted text: what a terminal may be given, and the columns that it takes.
// What is not valid UTF-8, controls the terminal, reorders or hides text comes as \xNN or \uNNNN.
struct glyph {
    uint8_t bytes[12];
    size_t len;
    size_t columns;
};

struct glyph glyph_next(span *rest); // *rest is not empty
size_t glyphs_columns(span text);
void text_add_glyphs(struct text *text, span s);
// The same, safe between tags and in quoted attributes of HTML and XML.
void text_add_html(struct text *text, span s);

// ---------------------------------------------------------------- base64

// RFC 4648, section 4. False when the arena is full.
bool base64_encode(span bytes, struct arena *mem, span *ret);
// False for what is no base64, too; padding may be left out.
bool base64_decode(span text, struct arena *mem, span *ret);
// The same with the alphabet of section 5, for URLs and JSON web tokens; encoded without padding.
bool base64url_encode(span bytes, struct arena *mem, span *ret);
bool base64url_decode(span text, struct arena *mem, span *ret);

// ---------------------------------------------------------------- sorting

// Sorts `count` items of `size` bytes (at most 1024) in place. Stable, needs no memory, cannot
// fail, and takes O(n log² n) moves on any input, which is why it is used instead of qsort
// (unstable, and glibc's calls malloc).
void sort_items(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));

// Sorts numbers and keeps each once: returns how many there are then, at the front.
size_t sort_distinct(int64_t *numbers, size_t count);

// ---------------------------------------------------------------- readers

// A cursor over untrusted bytes. Reading past the end yields zeros or empty spans and poisons the
// reader: read on like a grammar and check once with read_ok or read_end.
typedef struct reader {
    span rest;
    bool failed;
} reader;

static inline reader reader_of(span s)
{
    return (reader){.rest = s};
}
static inline span read_bytes(reader *r, uint64_t len)
{
    if (r->failed || len > r->rest.len) {
        r->failed = true;
        r->rest = (span){0};
        return (span){0};
    }
    span bytes = span_first(r->rest, (size_t)len);
    r->rest = span_from(r->rest, (size_t)len);
    return span_of(bytes.ptr, bytes.len);
}
static inline uint8_t read_u8(reader *r)
{
    span byte = read_bytes(r, 1);
    return byte.len ? byte.ptr[0] : 0;
}
uint16_t read_u16le(reader *r);
uint16_t read_u16be(reader *r);
uint32_t read_u32le(reader *r);
uint32_t read_u32be(reader *r);
uint64_t read_u64le(reader *r);
uint64_t read_u64be(reader *r);
span read_field(reader *r); // u32le length, then the bytes: see text_add_field
void read_skip(reader *r, uint64_t len);
// Nothing has failed so far.
static inline bool read_ok(const reader *r)
{
    return !r->failed;
}
bool read_end(const reader *r); // nothing has failed and nothing is left

// ---------------------------------------------------------------- contents

// Bytes that can be read at any place: in memory, or in a file that is not. Parsers of formats that
// begin at their end (zip) or point about (ELF) take one, and so need no more memory than they ask
// for.
struct content {
    uint64_t size;
    span memory; // all of it; empty when it is elsewhere: ask `read`
    void *self;
    // Fills `to` with `len` bytes from `offset`, all within `size`.
    bool (*read)(void *self, uint64_t offset, void *to, size_t len, struct err *err);
};

struct content content_of(span bytes);
// `len` bytes from `offset`: a view where the content is in memory, a copy in `mem` where not.
// ERR_INPUT when they are not all there, ERR_LIMIT when `mem` has no room.
bool content_read(const struct content *content, uint64_t offset, uint64_t len, struct arena *mem,
                  span *ret, struct err *err);

// ---------------------------------------------------------------- limits

// What untrusted input may cost. Set by the user (--limit NAME=VALUE); every stage takes it.
// Memory depends on these, never on the number or the size of the files in an image.
struct limits {
    uint64_t layers;          // layers in one image
    uint64_t layer_bytes;     // one layer, uncompressed
    uint64_t layer_entries;   // tar entries in one layer
    uint64_t expansion_ratio; // uncompressed : compressed, once past expansion_floor
    uint64_t expansion_floor; // bytes for which no ratio is demanded
    uint64_t file_bytes;      // one file that a stage asked for
    uint64_t kept_bytes;      // all such files of one layer, with all names and links kept of it
    uint64_t kept_entries;    // all entries remembered of one layer
    uint64_t roster_entries;  // files and directories of one layer of which digests are kept
    uint64_t cover_entries;   // entries of one layer of which it is only known that they are there
    uint64_t path_bytes;      // one path or link target
    uint64_t header_bytes;    // one tar extension header (pax, GNU long name)
    uint64_t document_bytes;  // one manifest, configuration, index or other JSON document
    uint64_t index_entries;   // descriptors in an index, members of an archive, program headers
    uint64_t archive_entries; // entries of one jar, those of the archives in it included
    uint64_t archive_bytes;   // all that is unpacked of one jar, the same
    uint64_t depth;           // nesting: indexes, JSON, symbolic links, archives
    uint64_t packages;        // packages in one image
    uint64_t field_bytes;     // one value of one record: a name, a version, a licence
    uint64_t notes;           // notes on one scan
    uint64_t memory_bytes;    // address space of the worker process
    uint64_t seconds;         // wall time of one scan
    uint64_t spool_bytes;     // an archive from standard input or an engine, on disk
    uint64_t feed_bytes;      // one advisory document
    uint64_t cache_bytes;     // the layer cache on disk
    uint64_t build_bytes;     // memory for one source while a database is compiled
};

struct limits limits_default(void);
// Sets one field by name; values may end in K, M or G (powers of 1024). ERR_USAGE otherwise.
bool limits_set(struct limits *limits, span name, span value, struct err *err);
// The value of one: a number up to 2^56, with K, M or G behind it for powers of 1024.
bool limits_parse_value(span value, uint64_t *ret);
// Name and value of field `index`, for help texts; false past the last one.
bool limits_field(const struct limits *limits, size_t index, const char **ret_name,
                  uint64_t *ret_value);

#endif
