// Version resources (Microsoft, "Resource Section" of "PE Format", and "VS_VERSIONINFO").
#include "format/pe/pe.h"

enum {
    TABLE_BYTES = 16, // of a directory of resources; its entries follow
    ENTRY_BYTES = 8,
    VERSION_RESOURCE = 16, // RT_VERSION
    LEVELS = 3,            // type, name, language
    FIXED_BYTES = 52,      // VS_FIXEDFILEINFO
};

#define SUBDIRECTORY UINT32_C(0x80000000)
#define FIXED_SIGNATURE UINT32_C(0xfeef04bd)

// ---------------------------------------------------------------- finding it

// The resources, from the root directory on: all offsets in them count from there.
struct resources {
    const struct content *content;
    struct arena *mem;
    uint64_t offset; // in the file
    uint64_t size;
};

static bool read_at(const struct resources *resources, uint64_t at, uint64_t len, span *ret,
                    struct err *err)
{
    if (at > resources->size || len > resources->size - at)
        return err_set(err, ERR_INPUT, "pe: a resource is not among the resources");
    return content_read(resources->content, resources->offset + at, len, resources->mem, ret, err);
}

// The offset behind the entry of this number, or behind the first for any number; ERR_MISSING if
// there is none.
static bool find_entry(const struct resources *resources, uint64_t at, uint32_t number, bool any,
                       uint32_t *ret, struct err *err)
{
    span table = {0};
    span entries = {0};
    if (!read_at(resources, at, TABLE_BYTES, &table, err))
        return false;
    reader r = reader_of(span_from(table, 12));
    uint64_t count = (uint64_t)read_u16le(&r); // those with names first
    count += read_u16le(&r);
    if (!read_at(resources, at + TABLE_BYTES, count * ENTRY_BYTES, &entries, err))
        return false;
    r = reader_of(entries);
    for (uint64_t i = 0; i < count; i++) {
        uint32_t id = read_u32le(&r);
        uint32_t offset = read_u32le(&r);
        if (!any && id != number)
            continue;
        *ret = offset;
        return true;
    }
    return err_set(err, ERR_MISSING, "pe: no version resource");
}

// Down the three levels to the entry that says where the bytes are.
static bool find_version(const struct resources *resources, uint32_t *ret_address,
                         uint32_t *ret_size, struct err *err)
{
    uint32_t at = SUBDIRECTORY;
    span data = {0};
    for (int level = 0; level < LEVELS; level++) {
        if (!(at & SUBDIRECTORY))
            return err_set(err, ERR_INPUT, "pe: a directory of resources is none");
        if (!find_entry(resources, at & ~SUBDIRECTORY, VERSION_RESOURCE, level > 0, &at, err))
            return false;
    }
    if (!read_at(resources, at, 8, &data, err))
        return false;
    reader r = reader_of(data);
    *ret_address = read_u32le(&r);
    *ret_size = read_u32le(&r);
    return true;
}

static bool read_resource(const struct pe *pe, const struct content *content,
                          const struct limits *limits, struct arena *mem, span *ret,
                          struct err *err)
{
    struct resources resources = {.content = content, .mem = mem};
    uint32_t address = 0;
    uint32_t size = 0;
    uint64_t offset = 0;
    uint64_t len = 0;
    if (!pe_find_directory(pe, PE_RESOURCES, &address, &size))
        return err_set(err, ERR_MISSING, "pe: no resources");
    if (!pe_locate(pe, address, &resources.offset, &resources.size, err) ||
        !find_version(&resources, &address, &size, err) ||
        !pe_locate(pe, address, &offset, &len, err))
        return false;
    if (size > len)
        return err_set(err, ERR_INPUT, "pe: the version resource ends behind its section");
    if (size > limits->document_bytes)
        return err_set(err, ERR_LIMIT, "pe: a version resource of %u bytes", size);
    return content_read(content, offset, size, mem, ret, err);
}

// ---------------------------------------------------------------- blocks

// A block has three numbers, a key, a value and blocks in it; each begins at a multiple of four
// bytes, counted from the beginning of the resource.
struct block {
    span key;   // UTF-16
    span value; // with what is in the block behind it, where the value's own length is wrong
    size_t children;
    size_t end;
};

static size_t aligned(size_t at)
{
    return (at + 3) & ~(size_t)3;
}

// Up to the first NUL.
static span cut_wide(reader *r)
{
    span rest = r->rest;
    size_t len = 0;
    while (read_u16le(r) != 0)
        len += 2;
    return span_first(rest, read_ok(r) ? len : 0);
}

// The block at `at`; false at the end and for what is none. `value_width`: its length counts bytes
// or characters.
static bool read_block(span resource, size_t at, size_t end, size_t value_width, struct block *ret)
{
    reader r = reader_of(span_slice(resource, at, end - at));
    size_t len = read_u16le(&r);
    size_t value_len = read_u16le(&r) * value_width;
    read_skip(&r, 2); // text or bytes
    if (!read_ok(&r) || len < 6 || len > end - at)
        return false;
    r.rest = span_first(r.rest, len - 6);
    span key = cut_wide(&r);
    size_t value_at = aligned(at + len - r.rest.len);
    if (!read_ok(&r))
        return false;
    *ret = (struct block){.key = key, .end = at + len, .children = aligned(value_at + value_len)};
    if (value_at < ret->end)
        ret->value = span_slice(resource, value_at, ret->end - value_at);
    return true;
}

static bool is_key(span wide, span name)
{
    bool same = wide.len == 2 * name.len;
    for (size_t i = 0; same && i < name.len; i++)
        same = wide.ptr[2 * i] == name.ptr[i] && wide.ptr[2 * i + 1] == 0;
    return same;
}

// ---------------------------------------------------------------- texts

static void add_character(struct text *out, uint32_t c)
{
    static const uint8_t leads[] = {0, 0xc0, 0xe0, 0xf0};
    unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    text_add_byte(out, (uint8_t)(leads[more] | c >> 6 * more));
    while (more-- > 0)
        text_add_byte(out, (uint8_t)(0x80 | (c >> 6 * more & 0x3f)));
}

// UTF-16 up to its first NUL, as UTF-8; halves of pairs become U+FFFD.
static bool narrow(span wide, struct arena *mem, span *ret, struct err *err)
{
    struct text out;
    reader r = reader_of(wide);
    text_init(&out, mem, SIZE_MAX);
    while (r.rest.len >= 2) {
        uint32_t c = read_u16le(&r);
        reader ahead = r;
        uint32_t low = read_u16le(&ahead);
        if (c == 0)
            break;
        if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            r = ahead;
        } else if (c >= 0xd800 && c < 0xe000) {
            c = 0xfffd;
        }
        add_character(&out, c);
    }
    *ret = span_trim(text_span(&out));
    return text_ok(&out) || arena_err(mem, err, "pe: version resource");
}

static const span keys[PE_TEXTS] = {
    [PE_PRODUCT_NAME] = S("ProductName"),       [PE_PRODUCT_VERSION] = S("ProductVersion"),
    [PE_FILE_VERSION] = S("FileVersion"),       [PE_INTERNAL_NAME] = S("InternalName"),
    [PE_ORIGINAL_NAME] = S("OriginalFilename"), [PE_COMPANY_NAME] = S("CompanyName"),
};

static bool take_text(const struct block *block, struct arena *mem, struct pe_version *version,
                      struct err *err)
{
    for (size_t i = 0; i < PE_TEXTS; i++)
        if (version->texts[i].len == 0 && is_key(block->key, keys[i]))
            return narrow(block->value, mem, &version->texts[i], err);
    return true;
}

// Tools disagree on what the length of a text counts, so that its NUL decides.
static bool read_table(span resource, const struct block *table, struct arena *mem,
                       struct pe_version *version, struct err *err)
{
    struct block text = {0};
    for (size_t at = table->children; at < table->end; at = aligned(text.end))
        if (!read_block(resource, at, table->end, 2, &text))
            return true;
        else if (!take_text(&text, mem, version, err))
            return false;
    return true;
}

// Children of StringFileInfo: a table for each language.
static bool read_tables(span resource, const struct block *info, struct arena *mem,
                        struct pe_version *version, struct err *err)
{
    struct block table = {0};
    for (size_t at = info->children; at < info->end; at = aligned(table.end))
        if (!read_block(resource, at, info->end, 1, &table))
            return true;
        else if (!read_table(resource, &table, mem, version, err))
            return false;
    return true;
}

static void read_numbers(reader *r, uint16_t numbers[static 4])
{
    for (size_t i = 0; i < 4; i += 2) {
        numbers[i + 1] = read_u16le(r);
        numbers[i] = read_u16le(r);
    }
}

static void read_fixed(span value, struct pe_version *version)
{
    reader r = reader_of(span_first(value, FIXED_BYTES));
    if (read_u32le(&r) != FIXED_SIGNATURE)
        return;
    read_skip(&r, 4); // version of this structure
    read_numbers(&r, version->file);
    read_numbers(&r, version->product);
}

bool pe_read_version(const struct pe *pe, const struct content *content,
                     const struct limits *limits, struct arena *mem, struct pe_version *ret,
                     struct err *err)
{
    span resource = {0};
    struct block root = {0};
    struct block info = {0};
    struct pe_version version = {0};
    if (!read_resource(pe, content, limits, mem, &resource, err))
        return false;
    if (!read_block(resource, 0, resource.len, 1, &root) || !is_key(root.key, S("VS_VERSION_INFO")))
        return err_set(err, ERR_INPUT, "pe: the version resource is none");
    read_fixed(root.value, &version);
    for (size_t at = root.children; at < root.end; at = aligned(info.end)) {
        if (!read_block(resource, at, root.end, 1, &info))
            break;
        if (is_key(info.key, S("StringFileInfo")) &&
            !read_tables(resource, &info, mem, &version, err))
            return false;
    }
    *ret = version;
    return true;
}
