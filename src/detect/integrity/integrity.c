// The records and the files of an image, walked side by side.
#include "detect/integrity/integrity_inner.h"

// More differences than anybody reads; an image of which so much differs is none of these packages.
enum { MOST_FINDINGS = 10000 };

// ---------------------------------------------------------------- findings

static double risk_of(enum severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL:
        return 95;
    case SEVERITY_HIGH:
        return 75;
    case SEVERITY_MEDIUM:
        return 40;
    case SEVERITY_LOW:
        return 10;
    case SEVERITY_NEGLIGIBLE:
    case SEVERITY_UNKNOWN:
        return 0;
    }
    return 0;
}

bool check_add(struct check *check, const struct finding *finding, struct err *err)
{
    if (check->findings.count == check->findings.max) {
        check->is_cut = true;
        return true;
    }
    struct finding *added = LIST_ADD(&check->findings, struct finding);
    if (!added)
        return arena_err(check->mem, err, "findings");
    *added = *finding;
    added->kind = FINDING_INTEGRITY;
    added->status = STATUS_AFFECTED;
    added->score = -1;
    added->epss = -1;
    added->risk = risk_of(finding->severity);
    return true;
}

bool check_join(const struct check *check, span directory, span name, span *ret, struct err *err)
{
    struct text path;
    text_init(&path, check->mem, SIZE_MAX);
    text_add(&path, directory);
    if (directory.len)
        text_add_byte(&path, '/');
    text_add(&path, name);
    if (!text_ok(&path))
        return arena_err(check->mem, err, "findings");
    *ret = text_span(&path);
    return true;
}

uint32_t check_layer(const struct check *check, size_t package)
{
    const struct package *of = package == NO_PACKAGE ? NULL : &check->bom->packages[package];
    return of && of->location_count ? of->locations[0].layer : 0;
}

// ---------------------------------------------------------------- one directory

static size_t count_claims(const struct listed_directory *directory, size_t first)
{
    size_t count = 1;
    while (first + count < directory->count &&
           span_equal(directory->files[first + count].name, directory->files[first].name))
        count++;
    return count;
}

static bool check_place(struct check *check, const struct place *place, struct err *err)
{
    return place->file ? check_present(check, place, err) : check_absent(check, place, err);
}

// Either may be null. Both are sorted by name.
static bool check_directory(struct check *check, const struct listed_directory *listed,
                            const struct roster_directory *here, struct err *err)
{
    size_t at = 0;
    size_t here_count = here ? here->count : 0;
    size_t listed_count = listed ? listed->count : 0;
    for (size_t i = 0, claims = 0; i < listed_count; i += claims) {
        struct place place = {.directory = listed->path, .claims = &listed->files[i]};
        claims = place.count = count_claims(listed, i);
        int order = 1;
        for (; at < here_count; at++) {
            order = span_compare(here->files[at].name, place.claims->name);
            if (order >= 0)
                break;
            if (!check_unlisted(check, here->path, &here->files[at], err))
                return false;
        }
        if (at < here_count && order == 0)
            place.file = &here->files[at++];
        if (!check_place(check, &place, err))
            return false;
    }
    for (; at < here_count; at++)
        if (!check_unlisted(check, here->path, &here->files[at], err))
            return false;
    return true;
}

// ---------------------------------------------------------------- all directories

static bool check_directories(struct check *check, struct err *err)
{
    size_t listed = 0;
    size_t here = 0;
    while (listed < check->listing->count || here < check->roster->count) {
        const struct listed_directory *left =
            listed < check->listing->count ? &check->listing->directories[listed] : NULL;
        const struct roster_directory *right =
            here < check->roster->count ? &check->roster->directories[here] : NULL;
        int order = !left ? 1 : !right ? -1 : span_compare(left->path, right->path);
        listed += order <= 0;
        here += order >= 0;
        if (!check_directory(check, order <= 0 ? left : NULL, order >= 0 ? right : NULL, err))
            return false;
    }
    return true;
}

static bool has_system(const struct bom *bom, const struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        for (size_t j = 0; j < listing->directories[i].count; j++) {
            uint32_t package = listing->directories[i].files[j].package;
            if (package != LISTED_BY_NO_PACKAGE && package_is_of_system(&bom->packages[package]))
                return true;
        }
    return false;
}

bool integrity_check(const struct bom *bom, const struct listing *listing, const struct tree *tree,
                     const struct roster *roster, const struct limits *limits, struct arena *mem,
                     struct notes *notes, struct findings *ret, struct err *err)
{
    struct check check = {
        .bom = bom,
        .listing = listing,
        .tree = tree,
        .roster = roster,
        .limits = limits,
        .mem = mem,
        .tallies = arena_array(mem, bom->package_count, sizeof(struct tally)),
        .has_system = has_system(bom, listing),
    };
    list_init(&check.findings, mem, sizeof(struct finding), MOST_FINDINGS);
    list_init(&check.absences, mem, sizeof(struct absence), SIZE_MAX);
    if (!check.tallies)
        return arena_err(mem, err, "integrity");
    if (!check_directories(&check, err) || !check_missing(&check, err) ||
        !check_defects(&check, err))
        return err_add(err, "integrity");
    if (check.is_cut)
        notes_add(notes, NOTE_LIMIT, (span){0},
                  "more than %d files are not what the packages say: no more are named",
                  (int)MOST_FINDINGS);
    *ret = (struct findings){.items = check.findings.items, .count = check.findings.count};
    findings_sort(ret);
    return true;
}
