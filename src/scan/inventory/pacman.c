// pacman's local database: a folder a package, in it `desc`: blocks of a "%KEY%" line, value lines
// and an empty line.
#include "scan/inventory/inventory_inner.h"

enum { NAME, VERSION, BASE, ARCH, LICENSE, PACKAGER, FIELDS };

static const span keys[FIELDS] = {
    [NAME] = S("%NAME%"), [VERSION] = S("%VERSION%"), [BASE] = S("%BASE%"),
    [ARCH] = S("%ARCH%"), [LICENSE] = S("%LICENSE%"), [PACKAGER] = S("%PACKAGER%"),
};

// Where the value lines below this key line go; null if nobody wants them.
static span *block_of(span key, span *blocks)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (span_equal(keys[i], key))
            return &blocks[i];
    return NULL;
}

// The value lines of each wanted key, still with the line breaks between them.
static void read_blocks(span content, span *blocks)
{
    while (content.len) {
        span *block = block_of(span_trim(span_cut_line(&content)), blocks);
        span start = content;
        size_t taken = 0;
        while (content.len) {
            if (span_cut_line(&content).len == 0)
                break;
            taken = start.len - content.len;
        }
        if (block)
            *block = span_trim(span_first(start, taken));
    }
}

// A package may have several licences, a line each.
static bool join_lines(const struct intake *intake, span lines, span *ret, struct err *err)
{
    // What is too long is not worth a copy: intake_add will refuse it.
    if (span_find(lines, '\n') == SPAN_NONE || lines.len > intake->limits->field_bytes) {
        *ret = lines;
        return true;
    }
    struct text joined = {0};
    text_init(&joined, intake->mem, 2 * lines.len);
    while (lines.len) {
        text_add(&joined, span_trim(span_cut_line(&lines)));
        text_add(&joined, lines.len ? S(", ") : (span){0});
    }
    if (!text_ok(&joined))
        return arena_err(intake->mem, err, "licences");
    *ret = text_span(&joined);
    return true;
}

static span line_of(span block)
{
    return span_trim(span_cut_line(&block));
}

bool pacman_read_desc(struct intake *intake, const struct record *record, struct err *err)
{
    span blocks[FIELDS] = {0};
    read_blocks(record->file->content, blocks);
    if (blocks[NAME].len == 0 || blocks[VERSION].len == 0) {
        notes_add(intake->notes, NOTE_DAMAGED, record->file->path, "has no %s",
                  blocks[NAME].len ? "%VERSION%" : "%NAME%");
        return true;
    }
    struct package package = {
        .type = S("alpm"),
        .name = line_of(blocks[NAME]),
        .version = line_of(blocks[VERSION]),
        .arch = line_of(blocks[ARCH]),
        .source_name = line_of(blocks[BASE]),
        .vendor = line_of(blocks[PACKAGER]),
    };
    if (!join_lines(intake, blocks[LICENSE], &package.licenses, err))
        return false;
    return intake_add(intake, record, &package, err);
}
