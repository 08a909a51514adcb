#include "feeds/feeds_inner.h"

// The Ubuntu CVE Tracker as JSON: one document a CVE, in it `packages`: release, then source
// package, then a status with a free-text note. A release may be a pocket, "esm-infra/bionic" or
// "trusty/esm": a release of its own, for customers.

struct codename {
    const char *name;
    const char *version;
};

static const struct codename codenames[] = {
    {"precise", "12.04"},  {"trusty", "14.04"},   {"utopic", "14.10"},   {"vivid", "15.04"},
    {"wily", "15.10"},     {"xenial", "16.04"},   {"yakkety", "16.10"},  {"zesty", "17.04"},
    {"artful", "17.10"},   {"bionic", "18.04"},   {"cosmic", "18.10"},   {"disco", "19.04"},
    {"eoan", "19.10"},     {"focal", "20.04"},    {"groovy", "20.10"},   {"hirsute", "21.04"},
    {"impish", "21.10"},   {"jammy", "22.04"},    {"kinetic", "22.10"},  {"lunar", "23.04"},
    {"mantic", "23.10"},   {"noble", "24.04"},    {"oracular", "24.10"}, {"plucky", "25.04"},
    {"questing", "25.10"}, {"resolute", "26.04"},
};

// Empty for what is no release: "upstream", "devel", "snap".
static span version_of(span codename)
{
    for (size_t i = 0; i < sizeof codenames / sizeof *codenames; i++)
        if (span_equal(codename, span_of_text(codenames[i].name)))
            return span_of_text(codenames[i].version);
    return (span){0};
}

struct target {
    span codename;
    span version; // empty: not a release
    span pocket;  // empty: the release itself
};

static struct target read_target(span key)
{
    span right = key;
    span left = span_cut(&right, '/');
    span version = version_of(left);
    if (version.len) // "trusty/esm" is what later releases call "esm-infra/xenial"
        return (struct target){
            .codename = left,
            .version = version,
            .pocket = span_equal(right, S("esm")) ? S("esm-infra") : right,
        };
    return (struct target){.codename = right, .version = version_of(right), .pocket = left};
}

// A note is a version where one is due, but may also be a remark or, when deferred, a date.
static span version_in_note(const struct json *state)
{
    span note = span_trim(json_get_text(state, "note"));
    bool one_word = span_find(note, ' ') == SPAN_NONE;
    return note.len && ascii_is_digit(note.ptr[0]) && one_word ? note : (span){0};
}

// A release, a kernel or a package that nobody looks at any more: "end of life, was needed",
// "superseded by linux-aws-5.15".
static bool says_end_of_life(span note)
{
    return span_starts_with(note, S("end of")) || span_starts_with(note, S("superseded by")) ||
           span_starts_with(note, S("replaced by"));
}

// False where the tracker says that there is nothing to report: the package does not exist there,
// or is not affected, which absence says just as well.
static bool read_state(const struct json *state, struct affected *ret)
{
    span status = json_get_text(state, "status");
    span note = json_get_text(state, "note");
    if (span_equal(status, S("released"))) {
        ret->status = STATUS_FIXED;
        ret->fixed = version_in_note(state);
        return ret->fixed.len != 0; // without a version nothing can be compared
    }
    if (span_equal(status, S("pending"))) { // made, not published: what is as new is not affected
        ret->status = STATUS_AFFECTED;
        ret->fixed = version_in_note(state);
        return true;
    }
    if (span_equal(status, S("needed")) || span_equal(status, S("deferred")))
        ret->status = STATUS_AFFECTED;
    else if (span_equal(status, S("needs-triage")))
        ret->status = STATUS_UNDER_INVESTIGATION;
    else if (span_equal(status, S("ignored")))
        ret->status = says_end_of_life(note) ? STATUS_END_OF_LIFE : STATUS_WONT_FIX;
    else
        return false;
    return true;
}

// The pockets in which Ubuntu goes on caring for packages that the release itself has given up.
enum { POCKETS = 4 };
static const struct {
    const char *before;
    const char *after;
} pocket_keys[POCKETS] = {
    {"esm-infra/", ""}, {"esm-apps/", ""}, {"", "/esm"}, {"esm-infra-legacy/", ""}};

struct pockets {
    const struct json *packages[POCKETS]; // null where the document has no such pocket
};

static struct pockets find_pockets(struct translation *translation, const struct json *packages,
                                   span codename)
{
    struct pockets pockets = {0};
    for (size_t i = 0; i < POCKETS; i++) {
        struct text key = {0};
        text_init(&key, translation->mem, SIZE_MAX);
        text_add(&key, span_of_text(pocket_keys[i].before));
        text_add(&key, codename);
        text_add(&key, span_of_text(pocket_keys[i].after));
        text_add_byte(&key, '\0');
        if (text_ok(&key))
            pockets.packages[i] = json_get(packages, (const char *)key.ptr);
    }
    return pockets;
}

// What a release leaves open its pockets may know. A fix in one bounds the versions that are
// affected. Otherwise "not affected", in the first that has the package, is true of the release
// too: its versions are what the pocket began with. False in that case: there is nothing to report.
static bool ask_pockets(const struct pockets *pockets, struct arena *mem, struct affected *affected)
{
    const char *name = arena_text(mem, affected->name);
    bool is_first = true;
    bool not_affected = false;
    for (size_t i = 0; name && i < POCKETS; i++) {
        const struct json *state = json_get(pockets->packages[i], name);
        span status = json_get_text(state, "status");
        if (!status.len || span_equal(status, S("DNE")))
            continue;
        if (span_equal(status, S("released"))) {
            affected->fixed = version_in_note(state);
            return true;
        }
        not_affected |= is_first && span_equal(status, S("not-affected"));
        is_first = false;
    }
    return !not_affected || affected->status != STATUS_END_OF_LIFE;
}

static void add_release(struct draft *draft, const struct json *packages, span key,
                        const struct json *states)
{
    struct target target = read_target(key);
    if (!target.version.len)
        return;
    span ecosystem = draft_ecosystem(draft, S("ubuntu"), target.version);
    struct pockets pockets = find_pockets(draft->translation, packages, target.codename);
    struct json_member package = {0};
    while (json_next(states, &package)) {
        struct affected affected = {
            .ecosystem = ecosystem,
            .name = package.key,
            .name_kind = NAME_SOURCE,
            .repository = target.pocket,
        };
        if (!read_state(package.value, &affected))
            continue;
        bool open = !target.pocket.len && !affected.fixed.len;
        if (open && !ask_pockets(&pockets, draft->translation->mem, &affected))
            continue;
        (void)severity_parse(json_get_text(package.value, "priority"), &affected.severity);
        draft_add(draft, &affected);
    }
}

// " CVSS:3.1/AV:N/… [7.5 HIGH]": NVD's, quoted by the tracker.
static bool give_flaw(struct translation *translation, const struct json *document, span id,
                      struct err *err)
{
    span rest = span_trim(json_get_text(json_get(document, "cvss"), "nvd"));
    struct flaw flaw = flaw_none(translation, id);
    flaw.cvss = span_cut(&rest, ' ');
    flaw.published = translation_day(translation, json_get_text(document, "public_date"));
    (void)severity_parse(json_get_text(document, "priority"), &flaw.severity);
    double score = 0;
    if (cvss_score(flaw.cvss, &score))
        flaw.score = score;
    else
        flaw.cvss = (span){0};
    return translation_give_flaw(translation, &flaw, err);
}

bool translate_ubuntu(struct translation *translation, span path, span bytes, struct err *err)
{
    if (!span_ends_with(path, S(".json")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    span id = json_get_text(document, "candidate");
    if (!is_cve(id))
        return err_set(err, ERR_INPUT, "ubuntu: a record without a candidate");
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    (void)severity_parse(json_get_text(document, "priority"), &draft.advisory.severity);
    const struct json *packages = json_get(document, "packages");
    struct json_member release = {0};
    while (json_next(packages, &release))
        add_release(&draft, packages, release.key, release.value);
    return draft_give(&draft, err) && give_flaw(translation, document, id, err);
}
