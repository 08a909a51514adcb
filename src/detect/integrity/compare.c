// Files that are listed: is what is there what was recorded?
#include "detect/integrity/integrity_inner.h"

#include <string.h>

// ---------------------------------------------------------------- digests

struct digest_bytes {
    const char *name;
    span here;
    span recorded;
};

static struct digest_bytes digests_of(const struct listed_file *claim,
                                      const struct roster_file *file)
{
    switch (claim->algorithm) {
    case LISTED_MD5:
        return (struct digest_bytes){"md5", roster_md5(file), span_of(claim->digest, ROSTER_MD5)};
    case LISTED_SHA1:
        return (struct digest_bytes){"sha1", roster_sha1(file),
                                     span_of(claim->digest, ROSTER_SHA1)};
    case LISTED_SHA256:
        return (struct digest_bytes){"sha256", roster_sha256(file),
                                     span_of(claim->digest, ROSTER_SHA256)};
    case LISTED_NO_DIGEST:
        break;
    }
    return (struct digest_bytes){.name = "none"};
}

bool claim_holds(const struct listed_file *claim, const struct roster_file *file)
{
    struct digest_bytes digests = digests_of(claim, file);
    return span_equal(digests.here, digests.recorded);
}

bool claim_is_comparable(const struct check *check, const struct listed_file *claim)
{
    // Where a package of the distribution owns a package of a language, its record counts.
    return claim->package != LISTED_BY_NO_PACKAGE && claim->algorithm != LISTED_NO_DIGEST &&
           claim->kind == LISTED_FILE && !claim->is_config &&
           check->bom->packages[claim->package].owner.len == 0;
}

static bool add_evidence(struct check *check, const struct listed_file *claim,
                         const struct roster_file *file, struct finding *finding, struct err *err)
{
    struct digest_bytes digests = digests_of(claim, file);
    struct evidence *evidence = ARENA_NEW(check->mem, struct evidence);
    struct text recorded;
    struct text here;
    text_init(&recorded, check->mem, SIZE_MAX);
    text_init(&here, check->mem, SIZE_MAX);
    text_addf(&recorded, "%s:", digests.name);
    text_add_hex(&recorded, digests.recorded);
    text_addf(&here, "%s:", digests.name);
    text_add_hex(&here, digests.here);
    if (!evidence || !text_ok(&recorded) || !text_ok(&here))
        return arena_err(check->mem, err, "findings");
    evidence->database = check->bom->packages[claim->package].type;
    evidence->range = text_span(&recorded);
    evidence->compared = text_span(&here);
    finding->evidence = evidence;
    finding->evidence_count = 1;
    return true;
}

// ---------------------------------------------------------------- contents

static bool add_finding(struct check *check, const struct place *place,
                        const struct listed_file *claim, struct finding *finding, struct err *err)
{
    finding->package = claim->package;
    return check_join(check, place->directory, claim->name, &finding->location, err) &&
           check_add(check, finding, err);
}

static bool add_changed(struct check *check, const struct place *place,
                        const struct listed_file *claim, struct err *err)
{
    span path = {0};
    if (!check_join(check, place->directory, claim->name, &path, err))
        return false;
    if (known_generated(path))
        return true;
    struct finding finding = {
        .id = S("file-changed"),
        .severity = place->file->is_program ? SEVERITY_HIGH : SEVERITY_MEDIUM,
        .layer = place->file->layer,
        .text = place->file->is_program
                    ? S("a program that is not the one that the package installed")
                    : S("its content is not what the package installed"),
    };
    return add_evidence(check, claim, place->file, &finding, err) &&
           add_finding(check, place, claim, &finding, err);
}

// The one other claim, of another package, that records another content.
static const struct listed_file *find_rival(const struct check *check, const struct place *place,
                                            const struct listed_file *claim)
{
    const struct package *packages = check->bom->packages;
    for (size_t i = 0; i < place->count; i++) {
        const struct listed_file *other = &place->claims[i];
        if (claim_is_comparable(check, other) && other->algorithm == claim->algorithm &&
            memcmp(other->digest, claim->digest, sizeof claim->digest) != 0 &&
            !span_equal(packages[other->package].name, packages[claim->package].name))
            return other;
    }
    return NULL;
}

static bool add_rival(struct check *check, const struct place *place,
                      const struct listed_file *claim, const struct listed_file *rival,
                      struct err *err)
{
    struct finding finding = {
        .id = S("file-claimed-twice"), .severity = SEVERITY_LOW, .layer = place->file->layer};
    struct text text;
    text_init(&text, check->mem, SIZE_MAX);
    text_add(&text, S("the package "));
    text_add(&text, check->bom->packages[rival->package].name);
    text_add(&text, S(" records another content for the same file"));
    if (!text_ok(&text))
        return arena_err(check->mem, err, "findings");
    finding.text = text_span(&text);
    return add_finding(check, place, claim, &finding, err);
}

// One claim that holds is enough to say that the file is somebody's; if others do not, say so.
static bool check_content(struct check *check, const struct place *place, struct err *err)
{
    const struct listed_file *held = NULL;
    const struct listed_file *broken = NULL;
    for (size_t i = 0; i < place->count; i++) {
        const struct listed_file *claim = &place->claims[i];
        if (!claim_is_comparable(check, claim))
            continue;
        if (claim_holds(claim, place->file))
            held = held ? held : claim;
        else
            broken = broken ? broken : claim;
    }
    if (!broken)
        return true;
    if (!held && !add_changed(check, place, broken, err))
        return false;
    const struct listed_file *first = held ? held : broken;
    const struct listed_file *rival = find_rival(check, place, first);
    return !rival || add_rival(check, place, first, rival, err);
}

// ---------------------------------------------------------------- modes

static bool allows_set_id(const struct check *check, const struct listed_file *claim, uint32_t bits,
                          span path)
{
    if (claim->has_mode)
        return (bits & ~claim->mode) == 0;
    if (claim->package == LISTED_BY_NO_PACKAGE)
        return false;
    const struct package *package = &check->bom->packages[claim->package];
    return span_equal(package->type, S("deb")) && known_set_id(package->name, path, bits);
}

static bool check_set_id(struct check *check, const struct place *place, struct err *err)
{
    uint32_t bits = place->file->mode & SET_ID_BITS;
    span path = {0};
    // The bit for the group does nothing where the file is not run (it once meant locking).
    if (bits == 0 || !(place->file->mode & EXECUTE_BITS))
        return true;
    if (!check_join(check, place->directory, place->claims->name, &path, err))
        return false;
    for (size_t i = 0; i < place->count; i++)
        if (allows_set_id(check, &place->claims[i], bits, path))
            return true;
    size_t package =
        place->claims->package == LISTED_BY_NO_PACKAGE ? NO_PACKAGE : place->claims->package;
    return check_add(check,
                     &(struct finding){
                         .id = S("set-id-unrecorded"),
                         .package = package,
                         .severity = SEVERITY_HIGH,
                         .location = path,
                         .layer = place->file->mode_layer,
                         .text = S("runs with the rights of its owner or group, and no record "
                                   "says that it should"),
                     },
                     err);
}

// The administrator's word goes before the package's.
static const struct listed_file *find_mode(const struct place *place)
{
    const struct listed_file *found = NULL;
    for (size_t i = 0; i < place->count; i++)
        if (place->claims[i].has_mode &&
            (!found || place->claims[i].package == LISTED_BY_NO_PACKAGE))
            found = &place->claims[i];
    return found;
}

// Set-ID bits have a finding of their own.
static bool check_mode(struct check *check, const struct place *place, struct err *err)
{
    const struct listed_file *claim = find_mode(place);
    uint32_t here = place->file->mode & ~(uint32_t)SET_ID_BITS;
    uint32_t recorded = claim ? claim->mode & ~(uint32_t)SET_ID_BITS : here;
    if (here == recorded || claim->is_config || claim->package == LISTED_BY_NO_PACKAGE ||
        check->bom->packages[claim->package].owner.len)
        return true;
    bool opened = here & ~recorded & WRITE_ALL_BIT;
    struct finding finding = {.id = S("file-mode-changed"),
                              .severity = opened ? SEVERITY_MEDIUM : SEVERITY_LOW,
                              .layer = place->file->mode_layer};
    struct text text;
    text_init(&text, check->mem, SIZE_MAX);
    text_addf(&text, "its mode is %04o, the package installed it with %04o", here, recorded);
    if (!text_ok(&text))
        return arena_err(check->mem, err, "findings");
    finding.text = text_span(&text);
    return add_finding(check, place, claim, &finding, err);
}

// ---------------------------------------------------------------- what is there

static void count_present(struct check *check, const struct place *place)
{
    for (size_t i = 0; i < place->count; i++)
        if (place->claims[i].package != LISTED_BY_NO_PACKAGE)
            check->tallies[place->claims[i].package].present++;
}

bool check_present(struct check *check, const struct place *place, struct err *err)
{
    count_present(check, place);
    return check_content(check, place, err) && check_set_id(check, place, err) &&
           check_mode(check, place, err);
}

// ---------------------------------------------------------------- what is something else

// Another way to have the recorded file: a link to one with the same content.
static bool leads_to_recorded(const struct check *check, const struct listed_file *claim, span path)
{
    span real = {0};
    (void)tree_find(check->tree, path, check->limits, check->mem, &real);
    const struct roster_file *file = roster_at(check->roster, real);
    return file && claim_holds(claim, file);
}

static bool add_replaced(struct check *check, const struct place *place,
                         const struct listed_file *claim, const struct file *file, struct err *err)
{
    struct finding finding = {
        .id = S("file-changed"), .severity = SEVERITY_MEDIUM, .layer = file->layer};
    struct text text;
    text_init(&text, check->mem, SIZE_MAX);
    text_add(&text, file->type == FILE_SYMLINK ? S("is a link to ") : S("is no file any more"));
    text_add(&text, file->type == FILE_SYMLINK ? file->link : (span){0});
    if (!text_ok(&text))
        return arena_err(check->mem, err, "findings");
    finding.text = text_span(&text);
    return add_finding(check, place, claim, &finding, err);
}

static bool add_absence(struct check *check, const struct listed_file *claim, span path,
                        struct err *err)
{
    struct absence *absence = LIST_ADD(&check->absences, struct absence);
    if (!absence)
        return arena_err(check->mem, err, "missing files");
    *absence = (struct absence){
        .path = path, .package = claim->package, .layer = check_layer(check, claim->package)};
    uint32_t remover = 0;
    absence->is_removed =
        roster_removed_by(check->roster, path, &remover) && remover > absence->layer;
    if (absence->is_removed)
        absence->layer = remover;
    struct tally *tally = &check->tallies[claim->package];
    tally->missing++;
    if (absence->layer > tally->last_removal)
        tally->last_removal = absence->layer;
    return true;
}

static bool check_absent_claim(struct check *check, const struct place *place,
                               const struct listed_file *claim, span path, struct err *err)
{
    const struct file *other = tree_at(check->tree, path);
    if (!other || other->type == FILE_REGULAR)
        return known_dispensable(path) || known_excluded(check->listing, path) ||
               add_absence(check, claim, path, err);
    check->tallies[claim->package].present++;
    if (known_generated(path) || leads_to_recorded(check, claim, path))
        return true;
    return add_replaced(check, place, claim, other, err);
}

bool check_absent(struct check *check, const struct place *place, struct err *err)
{
    for (size_t i = 0; i < place->count; i++) {
        const struct listed_file *claim = &place->claims[i];
        span path = {0};
        if (!claim_is_comparable(check, claim) || claim->may_be_absent)
            continue;
        if (!check_join(check, place->directory, claim->name, &path, err))
            return false;
        if (wants_match(&integrity_wants, path))
            return check_absent_claim(check, place, claim, path, err);
    }
    return true;
}
