// Lists of files in the form of mtree(5), as makepkg of pacman has libarchive write them: a path a
// line and "key=value" behind it; "/set" in front of what holds for the lines below it.
#include "scan/inventory/listing_inner.h"

// What is said of one file, or holds for those below.
struct entry_keys {
    span type;
    span mode;
    span sha256;
    span link;
};

static void read_keys(span line, struct entry_keys *keys)
{
    while (line.len) {
        span value = span_cut(&line, ' ');
        span key = span_cut(&value, '=');
        if (span_equal(key, S("type")))
            keys->type = value;
        else if (span_equal(key, S("mode")))
            keys->mode = value;
        else if (span_equal(key, S("sha256digest")))
            keys->sha256 = value;
        else if (span_equal(key, S("link")))
            keys->link = value;
    }
}

// Is "\ooo", three octal digits, at the start of the text?
static bool read_escape(span text, uint8_t *ret)
{
    uint64_t value = 0;
    if (text.len < 4 || text.ptr[0] != '\\' || !span_to_u64_octal(span_slice(text, 1, 3), &value) ||
        value > UINT8_MAX)
        return false;
    *ret = (uint8_t)value;
    return true;
}

// Bytes that are no letters stand as "\ooo".
static bool unescape(struct arena *mem, span text, span *ret)
{
    enum { ESCAPE = 4 };
    *ret = text;
    if (span_find(text, '\\') == SPAN_NONE)
        return true;
    uint8_t *plain = arena_alloc(mem, text.len);
    size_t len = 0;
    if (!plain)
        return false;
    while (text.len) {
        uint8_t byte = text.ptr[0];
        text = span_from(text, read_escape(text, &byte) ? ESCAPE : 1);
        plain[len++] = byte;
    }
    *ret = span_of(plain, len);
    return true;
}

static bool describe(struct roll *roll, const struct entry_keys *keys, struct listed_file *ret)
{
    uint64_t mode = 0;
    if (span_equal(keys->type, S("link"))) {
        ret->kind = LISTED_LINK;
        return unescape(roll->mem, keys->link, &ret->link);
    }
    ret->kind = LISTED_FILE;
    if (hex_read(keys->sha256, ret->digest, sizeof ret->digest))
        ret->algorithm = LISTED_SHA256;
    ret->has_mode = span_to_u64_octal(keys->mode, &mode) && mode <= 07777;
    ret->mode = (uint32_t)mode;
    return true;
}

// Files of the package itself stand at the top, and are not installed: "./.PKGINFO".
static bool is_installed(span path)
{
    return span_find(path, '/') != SPAN_NONE || !span_starts_with(path, S("."));
}

static bool add_entry(struct roll *roll, uint32_t package, span path, const struct entry_keys *keys,
                      struct err *err)
{
    struct listed_file listed = {.package = package};
    bool is_file = span_equal(keys->type, S("file")) || span_equal(keys->type, S("link"));
    path = span_from(path, S("./").len);
    if (!is_file || !is_installed(path))
        return true;
    if (!unescape(roll->mem, path, &path) || !describe(roll, keys, &listed))
        return arena_err(roll->mem, err, "listing");
    return roll_add(roll, (span){0}, path, &listed, err);
}

bool mtree_list(struct roll *roll, span record, span text, uint32_t package, struct err *err)
{
    struct entry_keys common = {0};
    size_t bad = 0;
    while (text.len) {
        span line = span_trim(span_cut_line(&text));
        span path = span_cut(&line, ' ');
        struct entry_keys keys = common;
        read_keys(line, &keys);
        if (span_equal(path, S("/set")))
            common = keys;
        else if (span_starts_with(path, S("./")) && !add_entry(roll, package, path, &keys, err))
            return false;
        else
            bad += path.len && !span_starts_with(path, S("./")) && path.ptr[0] != '#';
    }
    if (bad)
        notes_add(roll->notes, NOTE_DAMAGED, record, "%zu lines name no file", bad);
    return true;
}
