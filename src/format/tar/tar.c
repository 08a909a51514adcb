#include "format/tar/tar_inner.h"

#include <string.h>

enum state {
    STATE_HEADER,     // a header block comes next
    STATE_COLLECT,    // the content of an extension header
    STATE_SPARSE_GNU, // blocks that continue an old GNU sparse map
    STATE_SPARSE_1_0, // blocks of a pax 1.0 sparse map, in front of the content
    STATE_CONTENT,
    STATE_END,
};

struct tar_reader {
    struct arena *scratch; // for the current member
    struct limits limits;
    struct tar_entry entry;
    struct tar_extension ext;
    enum state state;
    uint64_t position; // bytes consumed
    uint64_t count;
    bool member_begun; // an extension header came, its member did not yet
    bool zero_block;   // one came; a second one is the end

    uint8_t partial[BLOCK_SIZE]; // a block that came in pieces
    size_t partial_len;

    uint8_t collect_type;
    struct text collected;
    uint64_t map_lines;        // newlines seen of a 1.0 map
    uint64_t map_lines_wanted; // 0: not known yet

    uint64_t stored; // bytes of content in the archive, holes and map left out
    uint64_t start;  // where they start
    uint64_t left;   // still to come
    uint64_t padding;
    bool skip;
    size_t run;        // sparse: the current run
    uint64_t run_done; // bytes of it yielded
    span data;
    uint64_t data_offset;
};

bool tar_new(struct arena *mem, struct arena *scratch, const struct limits *limits,
             struct tar_reader **ret, struct err *err)
{
    struct tar_reader *tar = ARENA_NEW(mem, struct tar_reader);
    if (!tar)
        return arena_err(mem, err, "tar");
    tar->scratch = scratch;
    tar->limits = *limits;
    *ret = tar;
    return true;
}

const struct tar_entry *tar_entry(const struct tar_reader *tar)
{
    return &tar->entry;
}

span tar_data(const struct tar_reader *tar, uint64_t *ret_offset)
{
    *ret_offset = tar->data_offset;
    return tar->data;
}

uint64_t tar_content_offset(const struct tar_reader *tar)
{
    return tar->start;
}

uint64_t tar_content_size(const struct tar_reader *tar)
{
    return tar->stored;
}

uint64_t tar_entry_count(const struct tar_reader *tar)
{
    return tar->count;
}

void tar_skip(struct tar_reader *tar)
{
    tar->skip = true;
}

// ---------------------------------------------------------------- input

static span consume(struct tar_reader *tar, span *input, uint64_t most)
{
    span piece = span_first(*input, most < input->len ? (size_t)most : input->len);
    *input = span_from(*input, piece.len);
    tar->position += piece.len;
    return piece;
}

// The next whole block, in place where it came in one piece.
static bool next_block(struct tar_reader *tar, span *input, span *ret)
{
    if (tar->partial_len == 0 && input->len >= BLOCK_SIZE) {
        *ret = consume(tar, input, BLOCK_SIZE);
        return true;
    }
    span piece = consume(tar, input, BLOCK_SIZE - tar->partial_len);
    if (piece.len)
        memcpy(tar->partial + tar->partial_len, piece.ptr, piece.len);
    tar->partial_len += piece.len;
    if (tar->partial_len < BLOCK_SIZE)
        return false;
    tar->partial_len = 0;
    *ret = span_of(tar->partial, BLOCK_SIZE);
    return true;
}

static uint64_t padding_of(uint64_t size)
{
    return (BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE;
}

static bool is_zero(span block)
{
    static const uint8_t zeros[BLOCK_SIZE];
    return memcmp(block.ptr, zeros, BLOCK_SIZE) == 0;
}

// ---------------------------------------------------------------- a member begins

// Each pax header replaces the one before it; GNU's long names stay.
static void reset_extension(struct tar_reader *tar, span gnu_path, span gnu_link)
{
    size_t most = (size_t)tar->limits.header_bytes / sizeof(struct sparse_run);
    tar->ext = (struct tar_extension){.gnu_path = gnu_path, .gnu_link = gnu_link};
    list_init(&tar->ext.sparse_runs, tar->scratch, sizeof(struct sparse_run), most);
}

static void begin_member(struct tar_reader *tar)
{
    if (tar->member_begun)
        return;
    tar->member_begun = true;
    arena_reset(tar->scratch);
    reset_extension(tar, (span){0}, (span){0});
}

static enum tar_type type_of(uint8_t flag, span path)
{
    switch (flag) {
    case '\0': // V7 had no directories: a slash marks them
        return span_ends_with(path, S("/")) ? TAR_DIRECTORY : TAR_REGULAR;
    case '0':
    case '7': // contiguous
    case 'S': // old GNU sparse
        return TAR_REGULAR;
    case '1':
        return TAR_HARDLINK;
    case '2':
        return TAR_SYMLINK;
    case '3':
        return TAR_CHARACTER;
    case '4':
        return TAR_BLOCK;
    case '5':
        return TAR_DIRECTORY;
    case '6':
        return TAR_FIFO;
    default:
        return TAR_OTHER;
    }
}

static bool has_content(enum tar_type type)
{
    return type == TAR_REGULAR || type == TAR_OTHER;
}

static span first_of(span a, span b, span c)
{
    return a.len ? a : b.len ? b : c;
}

// What stood in the block must outlive it: the caller's input goes away, `partial` is reused.
static bool keep(struct tar_reader *tar, span *s, struct err *err)
{
    return arena_span(tar->scratch, *s, s) || arena_err(tar->scratch, err, "tar: header");
}

static bool apply_extension(struct tar_reader *tar, const struct tar_header *header,
                            struct err *err)
{
    const struct tar_extension *ext = &tar->ext;
    struct tar_entry *entry = &tar->entry;
    *entry = (struct tar_entry){
        .path = first_of(ext->gnu_path, ext->path, header->path),
        .link = first_of(ext->gnu_link, ext->link, header->link),
        .mode = header->mode,
        .uid = ext->has_uid ? ext->uid : header->uid,
        .gid = ext->has_gid ? ext->gid : header->gid,
        .size = ext->has_size ? ext->size : header->size,
        .device_major = header->device_major,
        .device_minor = header->device_minor,
        .modified = header->modified,
        .opaque = ext->opaque,
    };
    entry->type = type_of(header->type_flag, entry->path);
    if (ext->sparse_name.len && pax_sparse_form(ext) != SPARSE_NONE)
        entry->path = ext->sparse_name;
    if (!has_content(entry->type))
        entry->size = 0;
    if (entry->size > INT64_MAX - BLOCK_SIZE)
        return err_set(err, ERR_INPUT, "tar: size is out of range");
    return keep(tar, &entry->path, err) && keep(tar, &entry->link, err);
}

static void begin_content(struct tar_reader *tar, uint64_t stored)
{
    tar->state = STATE_CONTENT;
    tar->stored = stored;
    tar->left = stored;
    tar->padding = padding_of(stored);
    tar->start = tar->position;
    tar->skip = false;
    tar->run = 0;
    tar->run_done = 0;
}

// All that precedes the content is read: the member can be shown.
static bool show_entry(struct tar_reader *tar, uint64_t stored, bool *ret_shown, struct err *err)
{
    struct tar_entry *entry = &tar->entry;
    if (entry->sparse) {
        if (!list_ok(&tar->ext.sparse_runs) || entry->size > INT64_MAX)
            return err_set(err, ERR_LIMIT, "tar: sparse map is too large");
        if (!sparse_check(&tar->ext.sparse_runs, entry->size, stored, err))
            return false;
    }
    if (++tar->count > tar->limits.layer_entries)
        return err_set(err, ERR_LIMIT, "tar: more than %llu members",
                       (unsigned long long)tar->limits.layer_entries);
    tar->member_begun = false;
    begin_content(tar, stored);
    *ret_shown = true;
    return true;
}

// Offsets of GNU's own fields in a header of type 'S', and in the blocks that continue it.
enum {
    AT_GNU_MAP = 386,
    GNU_MAP_COUNT = 4,
    AT_GNU_MORE = 482,
    AT_GNU_REAL_SIZE = 483,
    GNU_BLOCK_COUNT = 21,
    AT_GNU_BLOCK_MORE = 504,
};

static bool begin_gnu_sparse(struct tar_reader *tar, span block, bool *ret_shown, struct err *err)
{
    tar->entry.sparse = true;
    tar->left = tar->entry.size;
    if (!header_number(span_slice(block, AT_GNU_REAL_SIZE, 12), &tar->entry.size))
        return err_set(err, ERR_INPUT, "tar: sparse size is not a number");
    if (!sparse_read_gnu(span_from(block, AT_GNU_MAP), GNU_MAP_COUNT, &tar->ext.sparse_runs, err))
        return false;
    if (block.ptr[AT_GNU_MORE] == 0)
        return show_entry(tar, tar->left, ret_shown, err);
    tar->state = STATE_SPARSE_GNU;
    return true;
}

static bool continue_gnu_sparse(struct tar_reader *tar, span block, bool *ret_shown,
                                struct err *err)
{
    if (!sparse_read_gnu(block, GNU_BLOCK_COUNT, &tar->ext.sparse_runs, err))
        return false;
    if (block.ptr[AT_GNU_BLOCK_MORE] != 0)
        return true;
    return show_entry(tar, tar->left, ret_shown, err);
}

static void begin_map(struct tar_reader *tar, uint64_t stored)
{
    tar->state = STATE_SPARSE_1_0;
    tar->left = stored;
    tar->map_lines = 0;
    tar->map_lines_wanted = 0;
    text_init(&tar->collected, tar->scratch, (size_t)tar->limits.header_bytes);
}

static bool begin_pax_sparse(struct tar_reader *tar, enum sparse_form form, bool *ret_shown,
                             struct err *err)
{
    uint64_t stored = tar->entry.size;
    tar->entry.sparse = true;
    if (!pax_sparse_size(&tar->ext, stored, &tar->entry.size, err))
        return false;
    if (form == SPARSE_MAP)
        return show_entry(tar, stored, ret_shown, err);
    begin_map(tar, stored);
    return true;
}

static bool begin_entry(struct tar_reader *tar, const struct tar_header *header, span block,
                        bool *ret_shown, struct err *err)
{
    begin_member(tar);
    if (!apply_extension(tar, header, err))
        return false;
    if (header->type_flag == 'S' && header->gnu)
        return begin_gnu_sparse(tar, block, ret_shown, err);
    enum sparse_form form = pax_sparse_form(&tar->ext);
    if (form != SPARSE_NONE && has_content(tar->entry.type))
        return begin_pax_sparse(tar, form, ret_shown, err);
    return show_entry(tar, tar->entry.size, ret_shown, err);
}

// ---------------------------------------------------------------- extension headers

static bool is_extension(uint8_t flag)
{
    return flag == 'x' || flag == 'X' || flag == 'g' || flag == 'L' || flag == 'K';
}

static bool begin_collect(struct tar_reader *tar, const struct tar_header *header, struct err *err)
{
    if (header->size > tar->limits.header_bytes)
        return err_set(err, ERR_LIMIT, "tar: extension header of %llu bytes",
                       (unsigned long long)header->size);
    begin_member(tar);
    tar->state = STATE_COLLECT;
    tar->collect_type = header->type_flag;
    tar->left = header->size;
    tar->padding = padding_of(header->size);
    text_init(&tar->collected, tar->scratch, (size_t)tar->limits.header_bytes);
    return true;
}

static span without_nul(span s)
{
    return span_first(s, span_find(s, '\0'));
}

static bool end_collect(struct tar_reader *tar, struct err *err)
{
    span content = text_span(&tar->collected);
    tar->state = STATE_HEADER;
    switch (tar->collect_type) {
    case 'L':
        tar->ext.gnu_path = without_nul(content);
        return true;
    case 'K':
        tar->ext.gnu_link = without_nul(content);
        return true;
    case 'g': // changes nothing, and what came before it is not of the next member
        tar->member_begun = false;
        return true;
    default:
        reset_extension(tar, tar->ext.gnu_path, tar->ext.gnu_link);
        return pax_read(content, &tar->ext, err);
    }
}

static bool collect(struct tar_reader *tar, span *input, struct err *err)
{
    span piece = consume(tar, input, tar->left);
    tar->left -= piece.len;
    text_add(&tar->collected, piece);
    if (!text_ok(&tar->collected))
        return arena_err(tar->scratch, err, "tar: extension header");
    if (tar->left)
        return true;
    tar->padding -= consume(tar, input, tar->padding).len;
    return tar->padding != 0 || end_collect(tar, err);
}

// ---------------------------------------------------------------- pax 1.0 sparse map

static void count_lines(struct tar_reader *tar, span block)
{
    for (size_t i = 0; i < block.len; i++)
        tar->map_lines += block.ptr[i] == '\n';
}

static bool collect_map(struct tar_reader *tar, span block, bool *ret_shown, struct err *err)
{
    if (tar->left < BLOCK_SIZE)
        return err_set(err, ERR_INPUT, "tar: sparse map is longer than its member");
    tar->left -= BLOCK_SIZE;
    text_add(&tar->collected, block);
    if (!text_ok(&tar->collected))
        return err_set(err, ERR_LIMIT, "tar: sparse map is too large");
    count_lines(tar, block);
    span map = text_span(&tar->collected);
    if (tar->map_lines && !tar->map_lines_wanted &&
        !sparse_count_1_0(map, &tar->map_lines_wanted, err))
        return false;
    if (!tar->map_lines_wanted || tar->map_lines < tar->map_lines_wanted)
        return true;
    return sparse_read_1_0(map, &tar->ext.sparse_runs, err) &&
           show_entry(tar, tar->left, ret_shown, err);
}

// ---------------------------------------------------------------- steps

static bool read_header(struct tar_reader *tar, span block, bool *ret_shown, struct err *err)
{
    if (is_zero(block)) {
        tar->state = tar->zero_block ? STATE_END : STATE_HEADER;
        tar->zero_block = true;
        return true;
    }
    if (tar->zero_block)
        return err_set(err, ERR_INPUT, "tar: a zero block in the middle of the archive");
    struct tar_header header = {0};
    begin_member(tar);
    if (!header_read(block, tar->scratch, &header, err))
        return false;
    if (is_extension(header.type_flag))
        return begin_collect(tar, &header, err);
    return begin_entry(tar, &header, block, ret_shown, err);
}

// A piece of content as one run of the file; skipped content goes in one step.
static bool yield_content(struct tar_reader *tar, span *input)
{
    uint64_t most = tar->left;
    uint64_t offset = tar->stored - tar->left;
    if (tar->entry.sparse && !tar->skip) {
        const struct sparse_run *run = LIST_AT(&tar->ext.sparse_runs, struct sparse_run, tar->run);
        while (run->length == tar->run_done) { // the sum of all runs is `stored`: one is left
            run = LIST_AT(&tar->ext.sparse_runs, struct sparse_run, ++tar->run);
            tar->run_done = 0;
        }
        offset = run->offset + tar->run_done;
        most = run->length - tar->run_done;
    }
    tar->data = consume(tar, input, most);
    tar->data_offset = offset;
    tar->left -= tar->data.len;
    tar->run_done += tar->data.len;
    return !tar->skip && tar->data.len != 0;
}

// Is there data to show?
static bool step_content(struct tar_reader *tar, span *input)
{
    if (tar->left)
        return yield_content(tar, input);
    tar->padding -= consume(tar, input, tar->padding).len;
    if (tar->padding == 0)
        tar->state = STATE_HEADER;
    return false;
}

static bool step_block(struct tar_reader *tar, span block, bool *ret_shown, struct err *err)
{
    if (tar->state == STATE_SPARSE_GNU)
        return continue_gnu_sparse(tar, block, ret_shown, err);
    if (tar->state == STATE_SPARSE_1_0)
        return collect_map(tar, block, ret_shown, err);
    return read_header(tar, block, ret_shown, err);
}

static bool step(struct tar_reader *tar, span *input, enum tar_event *ret, struct err *err)
{
    span block = {0};
    bool shown = false;
    switch (tar->state) {
    case STATE_CONTENT:
        if (step_content(tar, input))
            *ret = TAR_DATA;
        return true;
    case STATE_COLLECT:
        return collect(tar, input, err);
    case STATE_HEADER:
    case STATE_SPARSE_GNU:
    case STATE_SPARSE_1_0:
        if (next_block(tar, input, &block) && !step_block(tar, block, &shown, err))
            return false;
        if (shown)
            *ret = TAR_ENTRY;
        return true;
    case STATE_END:
        *ret = TAR_END;
        return true;
    }
    return true;
}

// Nothing of the member is left: the next header can be awaited without input.
static bool is_done(const struct tar_reader *tar)
{
    return tar->state == STATE_CONTENT && tar->left == 0 && tar->padding == 0;
}

// The content is whole. Some writers leave out the padding behind the last.
static bool is_whole(const struct tar_reader *tar)
{
    return tar->state == STATE_CONTENT && tar->left == 0;
}

bool tar_step(struct tar_reader *tar, span *input, enum tar_event *ret, struct err *err)
{
    enum tar_event event = TAR_MORE;
    while (event == TAR_MORE && (input->len || is_done(tar) || tar->state == STATE_END))
        if (!step(tar, input, &event, err))
            return false;
    *ret = event;
    return true;
}

bool tar_finish(const struct tar_reader *tar, struct err *err)
{
    bool between = tar->state == STATE_HEADER && tar->partial_len == 0 && !tar->member_begun;
    if (tar->state == STATE_END || between || is_whole(tar))
        return true;
    return err_set(err, ERR_INPUT, "tar: ends in the middle of member %llu",
                   (unsigned long long)tar->count + 1);
}
