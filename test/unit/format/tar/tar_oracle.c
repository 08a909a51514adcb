// Reads every tar archive below a directory with format/tar and with libarchive and compares what
// they say. usage: tar_oracle DIRECTORY DEVIATIONS
// A line of DEVIATIONS is a file, a tab and the reason why we read it differently: such a file must
// differ.
#include "tar_dump.h"

#include <archive.h>
#include <archive_entry.h>
#include <ftw.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_BYTES = 64 << 20, BUDGET = 512 << 20, SKIPPED = 77 };

static const char *directory;
static span deviations;
static unsigned compared;
static unsigned failed;

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

static void close_archive(struct archive **archive)
{
    (void)archive_read_free(*archive); // memory only
}

// ---------------------------------------------------------------- libarchive's side

// What the file holds once every filter that libarchive knows is undone; false if there is none.
static bool unfilter(const char *path, struct text *out)
{
    CLEANUP(close_archive) struct archive *raw = archive_read_new();
    struct archive_entry *entry = NULL;
    archive_read_support_filter_all(raw);
    archive_read_support_format_raw(raw);
    if (archive_read_open_filename(raw, path, 65536) != ARCHIVE_OK ||
        archive_read_next_header(raw, &entry) != ARCHIVE_OK)
        return false;
    uint8_t chunk[65536];
    la_ssize_t len = 0;
    do {
        len = archive_read_data(raw, chunk, sizeof chunk);
        text_add(out, span_of(chunk, len > 0 ? (size_t)len : 0));
    } while (len > 0 && text_ok(out)); // some of libarchive's never end
    return len == 0 && text_ok(out);
}

static char type_letter(struct archive_entry *entry)
{
    if (archive_entry_hardlink(entry))
        return 'h';
    switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
        return '-';
    case AE_IFLNK:
        return 'l';
    case AE_IFCHR:
        return 'c';
    case AE_IFBLK:
        return 'b';
    case AE_IFDIR:
        return 'd';
    case AE_IFIFO:
        return 'p';
    default:
        return '?';
    }
}

static bool their_digest(struct archive *tar, uint64_t *ret)
{
    const void *data = NULL;
    size_t len = 0;
    la_int64_t offset = 0;
    int result = ARCHIVE_OK;
    while ((result = archive_read_data_block(tar, &data, &len, &offset)) == ARCHIVE_OK)
        *ret = content_digest(*ret, (uint64_t)offset, span_of(data, len));
    return result == ARCHIVE_EOF;
}

static void read_theirs(span bytes, struct text *out)
{
    CLEANUP(close_archive) struct archive *tar = archive_read_new();
    struct archive_entry *entry = NULL;
    archive_read_support_format_tar(tar);
    archive_read_set_format_option(tar, "tar", "mac-ext", NULL);
    int result = archive_read_open_memory(tar, bytes.ptr, bytes.len);
    while (result == ARCHIVE_OK || result == ARCHIVE_WARN) {
        result = archive_read_next_header(tar, &entry);
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            break;
        char type = type_letter(entry);
        uint64_t digest = 0;
        uint64_t size = type == '-' ? (uint64_t)archive_entry_size(entry) : 0;
        text_addf(out, "%c ", type);
        text_add(out, span_of_text(text_or_empty(archive_entry_pathname(entry))));
        text_add(out, S(" -> "));
        text_add(out, span_of_text(text_or_empty(type == 'h' ? archive_entry_hardlink(entry)
                                                             : archive_entry_symlink(entry))));
        if (type == '-' && !their_digest(tar, &digest))
            result = ARCHIVE_FATAL;
        text_addf(out, " %llu %016llx\n", (unsigned long long)size, (unsigned long long)digest);
    }
    text_add(out, result == ARCHIVE_EOF ? S("end\n") : S("damaged\n"));
}

// ---------------------------------------------------------------- our side

struct ours {
    struct tar_reader *tar;
    struct text *out;
    bool open;
    uint64_t digest;
    uint64_t size;
};

static void close_line(struct ours *ours)
{
    if (ours->open)
        text_addf(ours->out, " %llu %016llx\n", (unsigned long long)ours->size,
                  (unsigned long long)ours->digest);
    *ours = (struct ours){.tar = ours->tar, .out = ours->out};
}

static void open_line(struct ours *ours)
{
    static const char letters[] = {
        [TAR_REGULAR] = '-', [TAR_HARDLINK] = 'h',  [TAR_SYMLINK] = 'l', [TAR_CHARACTER] = 'c',
        [TAR_BLOCK] = 'b',   [TAR_DIRECTORY] = 'd', [TAR_FIFO] = 'p',    [TAR_OTHER] = '?',
    };
    const struct tar_entry *entry = tar_entry(ours->tar);
    bool link = entry->type == TAR_HARDLINK || entry->type == TAR_SYMLINK;
    text_addf(ours->out, "%c ", letters[entry->type]);
    text_add(ours->out, entry->path);
    text_add(ours->out, S(" -> "));
    text_add(ours->out, link ? entry->link : (span){0});
    ours->open = true;
    ours->size = entry->type == TAR_REGULAR ? entry->size : 0;
    if (entry->type != TAR_REGULAR)
        tar_skip(ours->tar);
}

static bool read_events(struct ours *ours, span bytes)
{
    for (;;) {
        enum tar_event event = TAR_MORE;
        uint64_t offset = 0;
        if (!tar_step(ours->tar, &bytes, &event, NULL))
            return false;
        switch (event) {
        case TAR_MORE:
            return tar_finish(ours->tar, NULL);
        case TAR_END:
            return true;
        case TAR_ENTRY:
            close_line(ours);
            open_line(ours);
            break;
        case TAR_DATA: {
            span data = tar_data(ours->tar, &offset);
            ours->digest = content_digest(ours->digest, offset, data);
            break;
        }
        }
    }
}

static void read_ours(span bytes, struct text *out)
{
    struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(8 * limits.header_bytes + (1 << 16));
    struct ours ours = {.out = out};
    bool ok = mem && scratch && tar_new(mem, scratch, &limits, &ours.tar, NULL) &&
              read_events(&ours, bytes);
    close_line(&ours);
    text_add(out, ok ? S("end\n") : S("damaged\n"));
}

// ---------------------------------------------------------------- comparing

static bool is_tar(span bytes)
{
    // What libarchive calls a tar: a checksum that holds. Ours agrees on the first block.
    struct arena *mem = arena_new(1 << 20);
    struct text out;
    struct limits limits = limits_default();
    text_init(&out, mem, 1 << 16);
    tar_dump(span_first(bytes, 512), 512, &limits, &out);
    bool tar = bytes.len >= 512 && !span_contains(text_span(&out), S("checksum"));
    arena_free(mem);
    return tar;
}

static bool may_deviate(const char *name)
{
    for (span rest = deviations; rest.len;) {
        span line = span_cut_line(&rest);
        if (line.len && line.ptr[0] != '#' && span_equal(span_cut(&line, '\t'), span_of_text(name)))
            return true;
    }
    return false;
}

static void print_difference(const char *name, span ours, span theirs)
{
    unsigned line = 0;
    span a = {0};
    span b = {0};
    do {
        a = span_cut(&ours, '\n');
        b = span_cut(&theirs, '\n');
        line++;
    } while (span_equal(a, b) && (ours.len || theirs.len));
    printf("DIFFERS %s, member %u\n  ours:   %s\n  theirs: %s\n", name, line, quote(a).text,
           quote(b).text);
}

// By name: some of libarchive's other files are filters that expand into themselves.
static bool is_named_like_a_tar(span name)
{
    const span parts[] = {S(".tar"), S(".tgz"), S(".tbz"), S(".tlz"), S(".txz"), S(".pax")};
    bool found = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        found = found || span_contains(name, parts[i]);
    return found;
}

static int compare_file(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    if (kind != FTW_F || !is_named_like_a_tar(span_of_text(path + where->base)))
        return 0;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct text bytes;
    struct text ours;
    struct text theirs;
    text_init(&bytes, mem, MOST_BYTES);
    text_init(&ours, mem, MOST_BYTES);
    text_init(&theirs, mem, MOST_BYTES);
    if (!unfilter(path, &bytes) || !is_tar(text_span(&bytes)))
        return 0;
    read_ours(text_span(&bytes), &ours);
    read_theirs(text_span(&bytes), &theirs);
    const char *name = path + strlen(directory) + 1;
    bool same = span_equal(text_span(&ours), text_span(&theirs));
    compared++;
    if (same != may_deviate(name))
        return 0;
    failed++;
    if (same)
        printf("AGREES %s, which is listed as a deviation\n", name);
    else
        print_difference(name, text_span(&ours), text_span(&theirs));
    return 0;
}

static bool read_deviations(const char *path, struct text *out)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    uint8_t chunk[4096];
    for (size_t len = 1; len;) {
        len = fread(chunk, 1, sizeof chunk, file);
        text_add(out, span_of(chunk, len));
    }
    (void)fclose(file); // read only
    deviations = text_span(out);
    return text_ok(out);
}

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct text listed;
    struct stat st;
    text_init(&listed, mem, 1 << 18);
    if (argc != 3 || !read_deviations(argv[2], &listed))
        return 2;
    if (stat(argv[1], &st) != 0) {
        printf("SKIP: unit/format/tar/oracle: %s is absent\n", argv[1]);
        return SKIPPED;
    }
    (void)setlocale(LC_ALL, "C.UTF-8"); // without it libarchive drops names that are not ASCII
    directory = argv[1];
    if (nftw(directory, compare_file, 16, FTW_PHYS) != 0)
        return 2;
    printf("%u archives compared, %u differ unexpectedly\n", compared, failed);
    return failed || compared == 0;
}
