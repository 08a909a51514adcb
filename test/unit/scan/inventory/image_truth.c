// Holds the inventory against what the distribution's own tools say of real images:
//     image_truth SHARED [IMAGES]
// reads SHARED/fixtures/images, and IMAGES where fixtures/images/make-images.sh has put its.
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../image_trees.h"
#include "scan/identify/identify.h"
#include "scan/inventory/inventory.h"

enum { SKIPPED = 77 };

// How the lines of a truth file are written.
enum truth_kind {
    TRUTH_DPKG, // name, version, arch, source, source version, state
    TRUTH_APK,  // name-version
    TRUTH_RPM,  // name, epoch, version, release, arch, source rpm, vendor, licence
};

struct image_case {
    const char *layout; // below the folder of images
    const char *truth;
    enum truth_kind kind;
    const char *distro; // id, version
    size_t least;       // packages: a truth file that was cut short proves nothing
};

static const struct image_case shipped[] = {
    {"fixtures/images/oci/alpine-3.12.12", "fixtures/images/truth/alpine-3.12.12.apk.txt",
     TRUTH_APK, "alpine 3.12.12", 14},
    {"fixtures/images/oci/alpine-3.18.9-node", "fixtures/images/truth/alpine-3.18.9-node.apk.txt",
     TRUTH_APK, "alpine 3.18.9", 15},
    {"fixtures/images/oci/alpine-3.18.9-node-zstd",
     "fixtures/images/truth/alpine-3.18.9-node.apk.txt", TRUTH_APK, "alpine 3.18.9", 15},
    {"fixtures/images/oci/alpine-3.20.3", "fixtures/images/truth/alpine-3.20.3.apk.txt", TRUTH_APK,
     "alpine 3.20.3", 14},
    {"fixtures/images/oci/rpm-bdb-rhel8", "fixtures/images/truth/rpm-bdb-rhel8.rpm-qa.tsv",
     TRUTH_RPM, "rhel 8.1", 100},
    {"fixtures/images/oci/rpm-ndb-sles15", "fixtures/images/truth/rpm-ndb-sles15.tsv", TRUTH_RPM,
     "sles 15.2", 30},
    {"fixtures/images/oci/rpm-sqlite-mariner2", "fixtures/rpm/go-rpmdb/cbl-mariner-2.0.rpm-qa.tsv",
     TRUTH_RPM, "mariner 1.0", 100},
};

static const struct image_case made[] = {
    {"oci/debian-bookworm-web", "truth/debian-bookworm-web.dpkg.tsv", TRUTH_DPKG, "debian 12", 200},
    {"oci/debian-bullseye-old", "truth/debian-bullseye-old.dpkg.tsv", TRUTH_DPKG, "debian 11", 150},
    {"oci/debian-trixie-min", "truth/debian-trixie-min.dpkg.tsv", TRUTH_DPKG, "debian 13", 70},
    {"oci/polyglot-bookworm", "truth/polyglot-bookworm.dpkg.tsv", TRUTH_DPKG, "debian 12", 80},
};

// ---------------------------------------------------------------- lines to compare

static bool is_none(span field)
{
    return field.len == 0 || span_equal(field, S("(none)"));
}

static span optional(span field)
{
    return is_none(field) ? (span){0} : field;
}

// "NAME-VERSION-RELEASE.src.rpm" as its name and its version-release.
static void split_source(span source, span *ret_name, span *ret_version)
{
    span stem = span_first(source, source.len - strlen(".src.rpm"));
    size_t release = span_find_last(stem, '-');
    size_t version = span_find_last(span_first(stem, release), '-');
    *ret_name = span_first(stem, version);
    *ret_version = span_from(stem, version + 1);
}

static void rpm_line(span line, struct text *out)
{
    span f[8] = {0};
    for (size_t i = 0; i < 8; i++)
        f[i] = optional(span_cut(&line, '\t'));
    struct text version = {0};
    text_init(&version, out->mem, SIZE_MAX);
    if (f[1].len && !span_equal(f[1], S("0"))) {
        text_add(&version, f[1]);
        text_add_byte(&version, ':');
    }
    text_add(&version, f[2]);
    text_add_byte(&version, '-');
    text_add(&version, f[3]);
    span source = f[0];
    span source_version = text_span(&version);
    if (f[5].len)
        split_source(f[5], &source, &source_version);
    // The epoch of a source is not written in the name of its file.
    if (span_ends_with(text_span(&version), source_version))
        source_version = text_span(&version);
    // What the record calls the license in its own words is an expression by now: not compared.
    const span fields[] = {f[0], text_span(&version), f[4], source, source_version, f[6]};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        text_add(out, fields[i]);
        text_add_byte(out, '|');
    }
}

// The truth's line as text to compare; nothing if it speaks of a package that is not installed.
static void truth_line(enum truth_kind kind, span line, struct text *out)
{
    switch (kind) {
    case TRUTH_DPKG:
        if (span_ends_with(line, S("\tinstalled")))
            text_add(out, line);
        break;
    case TRUTH_APK:
        text_add(out, line);
        break;
    case TRUTH_RPM:
        if (!span_starts_with(line, S("#")))
            rpm_line(line, out);
        break;
    }
}

static void add_fields(struct text *out, const span *fields, size_t count, uint8_t separator)
{
    for (size_t i = 0; i < count; i++) {
        text_add(out, fields[i]);
        text_add_byte(out, separator);
    }
}

static void package_line(enum truth_kind kind, const struct package *p, struct text *out)
{
    const span fields[] = {p->name,        p->version,        p->arch,
                           p->source_name, p->source_version, p->vendor};
    switch (kind) {
    case TRUTH_DPKG:
        add_fields(out, fields, 5, '\t');
        text_add(out, S("installed"));
        break;
    case TRUTH_APK:
        text_add(out, p->name);
        text_add_byte(out, '-');
        text_add(out, p->version);
        break;
    case TRUTH_RPM:
        add_fields(out, fields, 6, '|');
        break;
    }
}

// ---------------------------------------------------------------- comparison

static bool add_line(struct list *lines, const struct text *line)
{
    span *added = text_span(line).len ? LIST_ADD(lines, span) : NULL;
    if (added)
        *added = text_span(line);
    return text_ok(line);
}

static bool read_truth(const char *path, enum truth_kind kind, struct list *lines)
{
    char buffer[4096];
    FILE *file = fopen(path, "r");
    bool ok = file != NULL;
    while (ok && fgets(buffer, sizeof buffer, file)) {
        struct text line = {0};
        text_init(&line, lines->mem, SIZE_MAX);
        truth_line(kind, span_trim_end(span_of_text(buffer), '\n'), &line);
        ok = add_line(lines, &line);
    }
    if (file)
        (void)fclose(file); // read only
    return ok;
}

static int compare_lines(const void *a, const void *b)
{
    return span_compare(*(const span *)a, *(const span *)b);
}

static void print_line(const char *what, span line)
{
    printf("  %s: %.*s\n", what, (int)line.len, (const char *)line.ptr);
}

static bool same_lines(struct list *truth, struct list *ours)
{
    qsort(truth->items, truth->count, sizeof(span), compare_lines);
    qsort(ours->items, ours->count, sizeof(span), compare_lines);
    bool same = true;
    for (size_t i = 0, j = 0; i < truth->count || j < ours->count;) {
        int order = i == truth->count  ? 1
                    : j == ours->count ? -1
                                       : compare_lines(list_at(truth, i), list_at(ours, j));
        same &= order == 0;
        if (order < 0)
            print_line("missing", *LIST_AT(truth, span, i));
        if (order > 0)
            print_line("extra", *LIST_AT(ours, span, j));
        i += order <= 0;
        j += order >= 0;
    }
    return same;
}

// ---------------------------------------------------------------- one image

static bool make_bom(const char *layout, struct arena *mem, struct bom *ret, struct err *err)
{
    const struct wants *const wants[] = {&identify_wants, &inventory_wants};
    struct limits limits = limits_default();
    struct notes notes = {0};
    struct distro distro = {0};
    struct image_trees image = {0};
    notes_init(&notes, mem, &limits);
    if (!image_trees_read(layout, wants, 2, mem, &image))
        return err_set(err, ERR_INPUT, "unreadable");
    struct inventory_prefix *prefixes = arena_array(mem, image.count, sizeof *prefixes);
    for (size_t i = 0; prefixes && i < image.count; i++)
        prefixes[i] = (struct inventory_prefix){.layer = (uint32_t)i, .tree = &image.trees[i]};
    if (!identify_distro(&image.trees[image.count - 1], &limits, mem, &notes, &distro, err) ||
        !inventory_layers(prefixes, image.count, &distro, false, &limits, mem, &notes, ret, err))
        return false;
    for (size_t i = 0; i < notes.items.count; i++) {
        const struct note *note = LIST_AT(&notes.items, struct note, i);
        print_line(note_kind_name(note->kind), note->text);
    }
    return !notes.incomplete || err_set(err, ERR_INPUT, "incomplete");
}

static bool check_distro(const struct distro *distro, const char *wanted)
{
    span version = span_of_text(wanted);
    span id = span_cut(&version, ' ');
    if (span_equal(distro->id, id) && span_equal(distro->version_id, version))
        return true;
    print_line("distribution", distro->id);
    return false;
}

static bool check_image(const char *folder, const struct image_case *image)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(512) << 20);
    char layout[4096];
    char truth_path[4096];
    struct err err = {0};
    struct bom bom = {0};
    struct list truth = {0};
    struct list ours = {0};
    list_init(&truth, mem, sizeof(span), SIZE_MAX);
    list_init(&ours, mem, sizeof(span), SIZE_MAX);
    (void)snprintf(layout, sizeof layout, "%s/%s", folder, image->layout);
    (void)snprintf(truth_path, sizeof truth_path, "%s/%s", folder, image->truth);
    if (access(layout, R_OK) != 0) {
        printf("SKIP: %s is absent\n", layout);
        return true;
    }
    if (!make_bom(layout, mem, &bom, &err) || !read_truth(truth_path, image->kind, &truth)) {
        printf("%s: %s\n", layout, err.text);
        return false;
    }
    for (size_t i = 0; i < bom.package_count; i++) {
        struct text line = {0};
        text_init(&line, mem, SIZE_MAX);
        package_line(image->kind, &bom.packages[i], &line);
        (void)add_line(&ours, &line); // a missing line shows as missing
    }
    printf("%s: %zu packages\n", image->layout, bom.package_count);
    return same_lines(&truth, &ours) && check_distro(&bom.distro, image->distro) &&
           bom.package_count >= image->least;
}

int main(int argc, char **argv)
{
    bool ok = setlocale(LC_ALL, "C.UTF-8") != NULL; // libarchive converts names by it
    const char *images = argc > 2 ? argv[2] : getenv("PLIMSOLL_TEST_IMAGES");
    if (argc < 2 || access(argv[1], R_OK) != 0) {
        printf("SKIP: unit/inventory/image_truth: %s is absent\n", argc < 2 ? "shared" : argv[1]);
        return SKIPPED;
    }
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++)
        ok &= check_image(argv[1], &shipped[i]);
    for (size_t i = 0; images && i < sizeof made / sizeof *made; i++)
        ok &= check_image(images, &made[i]);
    if (!images)
        printf("SKIP: PLIMSOLL_TEST_IMAGES names no folder with the output of make-images.sh\n");
    return ok ? 0 : 1;
}
