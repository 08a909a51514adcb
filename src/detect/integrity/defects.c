// What a file's own record says of the file, and is not so: entries of signed archives.
#include "detect/integrity/integrity_inner.h"

// The packages of the bom by where they are, for as many look-ups as there are defects.
struct placed {
    span path;
    span member;
    bool is_archive; // it is the archive itself, not what was copied into it
    size_t package;
};

struct places {
    const struct placed *items;
    size_t count;
};

static int compare_place(const struct placed *placed, span path, span member)
{
    int order = span_compare(placed->path, path);
    return order != 0 ? order : span_compare(placed->member, member);
}

static int by_place(const void *left, const void *right)
{
    const struct placed *a = left;
    const struct placed *b = right;
    int order = compare_place(a, b->path, b->member);
    if (order != 0)
        return order;
    if (a->is_archive != b->is_archive)
        return a->is_archive ? -1 : 1;
    return a->package < b->package ? -1 : a->package > b->package;
}

// Of an archive the digest is known, of what was copied into it is not.
static bool find_places(const struct check *check, struct places *ret, struct err *err)
{
    const struct bom *bom = check->bom;
    struct placed *items = arena_array(check->mem, bom->package_count, sizeof *items);
    size_t count = 0;
    if (!items)
        return arena_err(check->mem, err, "packages of archives");
    for (size_t i = 0; i < bom->package_count; i++) {
        const struct package *package = &bom->packages[i];
        if (package->location_count && !package->removed)
            items[count++] = (struct placed){.path = package->locations[0].path,
                                             .member = package->member,
                                             .is_archive = package->hashes.count > 0,
                                             .package = i};
    }
    sort_items(items, count, sizeof *items, by_place);
    *ret = (struct places){.items = items, .count = count};
    return true;
}

static size_t find_package(const struct places *places, span path, span member)
{
    size_t low = 0;
    size_t high = places->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_place(&places->items[middle], path, member) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool there = low < places->count && compare_place(&places->items[low], path, member) == 0;
    return there ? places->items[low].package : NO_PACKAGE;
}

// The archive in the file that the entry is of: "lib/x.jar" of "lib/x.jar!/a.class".
static span archive_of(span member)
{
    for (size_t i = member.len; i-- > 1;)
        if (member.ptr[i] == '/' && member.ptr[i - 1] == '!')
            return span_first(member, i - 1);
    return (span){0};
}

// What is run, or may be.
static enum severity severity_of(span member)
{
    static const span runs[] = {S(".class"), S(".so"), S(".dll"), S(".dylib"), S(".jnilib"),
                                S(".jar")};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        if (span_ends_with(member, runs[i]))
            return SEVERITY_HIGH;
    return SEVERITY_MEDIUM;
}

static bool add_defect(struct check *check, const struct places *places, const struct file *file,
                       const struct defect *defect, struct err *err)
{
    struct finding finding = {
        .id = S("jar-entry-changed"),
        .package = find_package(places, file->path, archive_of(defect->member)),
        .severity = severity_of(defect->member),
        .layer = file->layer,
        .text = defect->text,
    };
    struct text location;
    text_init(&location, check->mem, SIZE_MAX);
    text_add(&location, file->path);
    text_add(&location, S("!/"));
    text_add(&location, defect->member);
    if (!text_ok(&location))
        return arena_err(check->mem, err, "findings");
    finding.location = text_span(&location);
    return check_add(check, &finding, err);
}

static bool add_defects(struct check *check, const struct places *places, const struct file *file,
                        struct err *err)
{
    for (size_t i = 0; i < file->insight->defect_count && !check->is_cut; i++)
        if (!add_defect(check, places, file, &file->insight->defects[i], err))
            return false;
    return true;
}

bool check_defects(struct check *check, struct err *err)
{
    struct places places = {0};
    for (size_t i = 0; i < check->tree->count; i++) {
        const struct file *file = &check->tree->files[i];
        if (!file->insight || file->insight->defect_count == 0)
            continue;
        if (!places.items && !find_places(check, &places, err))
            return false;
        if (!add_defects(check, &places, file, err))
            return false;
    }
    return true;
}
