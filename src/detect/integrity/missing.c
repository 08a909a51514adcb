// What is listed and not there, a package at a time.
#include "detect/integrity/integrity_inner.h"

enum {
    MOST_NAMED = 5, // missing files of one package that are named singly
    MOST_EMPTY = 3, // packages of one type without files that are named singly
};

static int by_package_and_layer(const void *left, const void *right)
{
    const struct absence *a = left;
    const struct absence *b = right;
    if (a->package != b->package)
        return a->package < b->package ? -1 : 1;
    if (a->layer != b->layer)
        return a->layer < b->layer ? -1 : 1;
    return span_compare(a->path, b->path);
}

// A program, or a library: what leaves others without what they need.
static enum severity severity_of(span path)
{
    static const span patterns[] = {S("bin/*"), S("sbin/*"), S("usr/bin/*"), S("usr/sbin/*"),
                                    S("**/lib*/**/*.so*")};
    static const struct wants programs = {patterns, sizeof patterns / sizeof *patterns};
    return wants_match(&programs, path) ? SEVERITY_MEDIUM : SEVERITY_LOW;
}

// Of a removed file two layers are named: that of the finding, which removed it, and in words the
// one that had brought it.
static bool add_missing(struct check *check, const struct absence *absence, struct err *err)
{
    struct text text;
    text_init(&text, check->mem, SIZE_MAX);
    if (absence->is_removed)
        text_addf(&text, "layer %u brought it with the package, and it was removed",
                  check_layer(check, absence->package) + 1);
    else
        text_add(&text, S("the package lists it, and it is not there"));
    if (!text_ok(&text))
        return arena_err(check->mem, err, "missing files");
    struct finding finding = {
        .id = S("file-missing"),
        .package = absence->package,
        .severity = severity_of(absence->path),
        .location = absence->path,
        .layer = absence->layer,
        .text = text_span(&text),
    };
    return check_add(check, &finding, err);
}

// Many that one layer removed are one decision of whoever made it.
static bool add_many(struct check *check, const struct absence *first, size_t count,
                     struct err *err)
{
    struct finding finding = {
        .id = S("file-missing"),
        .package = first->package,
        .severity = SEVERITY_LOW,
        .location = first->path,
        .layer = first->layer,
    };
    for (size_t i = 0; i < count; i++)
        if (severity_of(first[i].path) > finding.severity) {
            finding.severity = severity_of(first[i].path);
            finding.location = first[i].path;
        }
    struct text text;
    text_init(&text, check->mem, SIZE_MAX);
    if (first->is_removed)
        text_addf(&text,
                  "%zu files that layer %u brought with the package were removed, this one "
                  "among them",
                  count, check_layer(check, first->package) + 1);
    else
        text_addf(&text, "%zu files that the package lists are not there, this one among them",
                  count);
    if (!text_ok(&text))
        return arena_err(check->mem, err, "missing files");
    finding.text = text_span(&text);
    return check_add(check, &finding, err);
}

static bool add_absences(struct check *check, const struct absence *first, size_t count,
                         struct err *err)
{
    if (count > MOST_NAMED)
        return add_many(check, first, count, err);
    for (size_t i = 0; i < count; i++)
        if (!add_missing(check, &first[i], err))
            return false;
    return true;
}

// ---------------------------------------------------------------- packages without files

static bool is_empty(const struct check *check, size_t package)
{
    return check->tallies[package].missing && !check->tallies[package].present;
}

// The only file of a package is better named itself.
static bool add_empty(struct check *check, size_t package, struct err *err)
{
    struct tally *tally = &check->tallies[package];
    tally->is_told = tally->missing > 1;
    if (!tally->is_told)
        return true;
    const struct package *of = &check->bom->packages[package];
    struct finding finding = {
        .id = S("package-without-files"),
        .package = package,
        .severity = SEVERITY_MEDIUM,
        .location = of->location_count ? of->locations[0].path : (span){0},
        .layer = tally->last_removal,
        .text = S("is recorded as installed, and none of its files is there"),
    };
    return check_add(check, &finding, err);
}

// A whole database without the files that it speaks of: one thing to say, not one for each package.
static bool add_empty_type(struct check *check, size_t first, size_t count, struct err *err)
{
    const struct package *of = &check->bom->packages[first];
    struct text text;
    text_init(&text, check->mem, SIZE_MAX);
    text_addf(&text, "%zu packages are recorded as installed, and none of their files is there; ",
              count);
    text_add(&text, of->name);
    text_add(&text, S(" is the first"));
    if (!text_ok(&text))
        return arena_err(check->mem, err, "missing files");
    struct finding finding = {
        .id = S("package-without-files"),
        .package = NO_PACKAGE,
        .severity = SEVERITY_MEDIUM,
        .location = of->location_count ? of->locations[0].path : (span){0},
        .layer = check->tallies[first].last_removal,
        .text = text_span(&text),
    };
    return check_add(check, &finding, err);
}

// The packages of the type that begins at `first`: the bom is sorted by type.
static bool check_type(struct check *check, size_t first, size_t end, struct err *err)
{
    size_t count = 0;
    size_t example = first;
    for (size_t i = end; i-- > first;)
        if (is_empty(check, i)) {
            count++;
            example = i;
        }
    bool together = count > MOST_EMPTY;
    for (size_t i = first; together && i < end; i++)
        check->tallies[i].is_told = is_empty(check, i);
    if (together)
        return add_empty_type(check, example, count, err);
    for (size_t i = first; i < end; i++)
        if (is_empty(check, i) && !add_empty(check, i, err))
            return false;
    return true;
}

static bool check_empty(struct check *check, struct err *err)
{
    const struct bom *bom = check->bom;
    for (size_t first = 0, end = 0; first < bom->package_count; first = end) {
        while (end < bom->package_count &&
               span_equal(bom->packages[end].type, bom->packages[first].type))
            end++;
        if (!check_type(check, first, end, err))
            return false;
    }
    return true;
}

// Those of the package and the layer of the first.
static size_t count_alike(const struct absence *first, size_t most)
{
    size_t count = 1;
    while (count < most && first[count].package == first->package &&
           first[count].layer == first->layer)
        count++;
    return count;
}

bool check_missing(struct check *check, struct err *err)
{
    const struct absence *absences = check->absences.items;
    size_t all = check->absences.count;
    if (!check_empty(check, err))
        return false;
    sort_items(check->absences.items, all, sizeof(struct absence), by_package_and_layer);
    for (size_t i = 0, count = 0; i < all; i += count) {
        count = count_alike(&absences[i], all - i);
        bool is_told = check->tallies[absences[i].package].is_told;
        if (!is_told && !add_absences(check, &absences[i], count, err))
            return false;
    }
    return true;
}
