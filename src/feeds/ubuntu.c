#include "feeds/ubuntu_inner.h"

struct codename {
    const char *name;
    const char *version;
};

static const struct codename codenames[] = {
    {"dapper", "6.06"},    {"edgy", "6.10"},      {"feisty", "7.04"},   {"gutsy", "7.10"},
    {"hardy", "8.04"},     {"intrepid", "8.10"},  {"jaunty", "9.04"},   {"karmic", "9.10"},
    {"lucid", "10.04"},    {"maverick", "10.10"}, {"natty", "11.04"},   {"oneiric", "11.10"},
    {"quantal", "12.10"},  {"raring", "13.04"},   {"saucy", "13.10"},   {"precise", "12.04"},
    {"trusty", "14.04"},   {"utopic", "14.10"},   {"vivid", "15.04"},   {"wily", "15.10"},
    {"xenial", "16.04"},   {"yakkety", "16.10"},  {"zesty", "17.04"},   {"artful", "17.10"},
    {"bionic", "18.04"},   {"cosmic", "18.10"},   {"disco", "19.04"},   {"eoan", "19.10"},
    {"focal", "20.04"},    {"groovy", "20.10"},   {"hirsute", "21.04"}, {"impish", "21.10"},
    {"jammy", "22.04"},    {"kinetic", "22.10"},  {"lunar", "23.04"},   {"mantic", "23.10"},
    {"noble", "24.04"},    {"oracular", "24.10"}, {"plucky", "25.04"},  {"questing", "25.10"},
    {"resolute", "26.04"},
};

// Empty for what is no release: "upstream", "devel", "snap".
static span version_of(span codename)
{
    for (size_t i = 0; i < sizeof codenames / sizeof *codenames; i++)
        if (span_equal(codename, span_of_text(codenames[i].name)))
            return span_of_text(codenames[i].version);
    return (span){0};
}

void ubuntu_init(struct ubuntu_record *record, struct arena *mem)
{
    *record = (struct ubuntu_record){0};
    list_init(&record->states, mem, sizeof(struct ubuntu_state), SIZE_MAX);
}

bool ubuntu_read_release(span release, struct ubuntu_state *ret)
{
    span right = release;
    span left = span_cut(&right, '/');
    ret->codename = left;
    ret->version = version_of(left);
    if (ret->version.len) {
        // "trusty/esm" is what later releases call "esm-infra/xenial"
        ret->pocket = span_equal(right, S("esm")) ? S("esm-infra") : right;
    } else {
        ret->codename = right;
        ret->version = version_of(right);
        ret->pocket = left;
    }
    return ret->version.len != 0;
}

struct ubuntu_state *ubuntu_add(struct ubuntu_record *record, span release, span package,
                                span status)
{
    struct ubuntu_state found = {.package = package, .status = status};
    if (!ubuntu_read_release(release, &found) || !status.len || span_equal(status, S("DNE")))
        return NULL;
    struct ubuntu_state *state = LIST_ADD(&record->states, struct ubuntu_state);
    if (state)
        *state = found;
    return state;
}

// A note is a version where one is due, but may also be a remark or, when deferred, a date.
static span version_in_note(const struct ubuntu_state *state)
{
    span note = state->note;
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

// False where the tracker says that there is nothing to report: the package is not affected, which
// absence says just as well.
static bool read_state(const struct ubuntu_state *state, struct affected *ret)
{
    span status = state->status;
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
        ret->status = says_end_of_life(state->note) ? STATUS_END_OF_LIFE : STATUS_WONT_FIX;
    else
        return false;
    return true;
}

// ---------------------------------------------------------------- pockets

// States by release, package and pocket.
static int by_place(const void *left, const void *right)
{
    const struct ubuntu_state *a = *(const struct ubuntu_state *const *)left;
    const struct ubuntu_state *b = *(const struct ubuntu_state *const *)right;
    int order = span_compare(a->codename, b->codename);
    if (order == 0)
        order = span_compare(a->package, b->package);
    return order ? order : span_compare(a->pocket, b->pocket);
}

struct places {
    const struct ubuntu_state **items; // by_place
    size_t count;
};

static bool sort_places(const struct ubuntu_record *record, struct arena *mem, struct places *ret)
{
    const struct ubuntu_state **items = arena_array(mem, record->states.count, sizeof *items);
    if (!items)
        return false;
    for (size_t i = 0; i < record->states.count; i++)
        items[i] = LIST_AT(&record->states, struct ubuntu_state, i);
    sort_items(items, record->states.count, sizeof *items, by_place);
    *ret = (struct places){.items = items, .count = record->states.count};
    return true;
}

static const struct ubuntu_state *find_state(const struct places *places,
                                             const struct ubuntu_state *wanted)
{
    size_t low = 0;
    size_t high = places->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_place(&places->items[middle], &wanted);
        if (order == 0)
            return places->items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

// What a release leaves open its pockets may know, in which Ubuntu goes on caring for packages that
// the release itself has given up. A fix in one bounds the versions that are affected. Otherwise
// "not affected", in the first that has the package, is true of the release too: its versions are
// what the pocket began with. False in that case: there is nothing to report.
static bool ask_pockets(const struct places *places, const struct ubuntu_state *state,
                        struct affected *affected)
{
    const span pockets[] = {S("esm-infra"), S("esm-apps"), S("esm-infra-legacy")};
    bool is_first = true;
    bool not_affected = false;
    for (size_t i = 0; i < sizeof pockets / sizeof *pockets; i++) {
        struct ubuntu_state wanted = *state;
        wanted.pocket = pockets[i];
        const struct ubuntu_state *found = find_state(places, &wanted);
        if (!found)
            continue;
        if (span_equal(found->status, S("released"))) {
            affected->fixed = version_in_note(found);
            return true;
        }
        not_affected |= is_first && span_equal(found->status, S("not-affected"));
        is_first = false;
    }
    return !not_affected || affected->status != STATUS_END_OF_LIFE;
}

// ---------------------------------------------------------------- records

static void add_state(struct draft *draft, const struct places *places,
                      const struct ubuntu_state *state)
{
    struct affected affected = {
        .name = state->package,
        .name_kind = NAME_SOURCE,
        .repository = state->pocket,
    };
    if (!read_state(state, &affected))
        return;
    bool open = !state->pocket.len && !affected.fixed.len;
    if (open && !ask_pockets(places, state, &affected))
        return;
    affected.ecosystem = draft_ecosystem(draft, S("ubuntu"), state->version);
    (void)severity_parse(state->priority, &affected.severity);
    draft_add(draft, &affected);
}

// The score is NVD's, quoted by the tracker.
static bool give_flaw(struct translation *translation, const struct ubuntu_record *record,
                      struct err *err)
{
    struct flaw flaw = flaw_none(translation, record->id);
    span rest = span_trim(record->cvss);
    flaw.published = translation_day(translation, record->published);
    (void)severity_parse(record->priority, &flaw.severity);
    span vector = span_cut(&rest, ' ');
    double score = 0;
    if (cvss_score(vector, &score)) {
        flaw.cvss = vector;
        flaw.score = score;
    }
    return translation_give_flaw(translation, &flaw, err);
}

static bool ubuntu_give(struct translation *translation, const struct ubuntu_record *record,
                        struct err *err)
{
    struct draft draft = {0};
    struct places places = {0};
    draft_init(&draft, translation, record->id);
    (void)severity_parse(record->priority, &draft.advisory.severity);
    if (!sort_places(record, translation->mem, &places))
        return arena_err(translation->mem, err, "ubuntu");
    for (size_t i = 0; i < record->states.count; i++)
        add_state(&draft, &places, LIST_AT(&record->states, struct ubuntu_state, i));
    return draft_give(&draft, err) && give_flaw(translation, record, err);
}

static bool give_record(struct translation *translation, const struct ubuntu_record *record,
                        struct err *err)
{
    if (!is_cve(record->id))
        return err_set(err, ERR_INPUT, "ubuntu: a record without a candidate");
    return !translation_is_new(translation, record->id) || ubuntu_give(translation, record, err);
}

static bool give_json(struct translation *translation, span bytes, struct ubuntu_record *record,
                      struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    struct json_member first = {0};
    if (json_next(document, &first) && json_is_object(first.value))
        return ubuntu_give_notices(translation, document, err);
    return ubuntu_read_json(document, translation->mem, record, err) &&
           give_record(translation, record, err);
}

bool translate_ubuntu(struct translation *translation, span path, span bytes, struct err *err)
{
    struct ubuntu_record record = {0};
    span name = path_name(path);
    if (span_contains(name, S(".json")))
        return give_json(translation, bytes, &record, err);
    if (!span_starts_with(name, S("CVE-")))
        return true;
    if (!is_cve(name)) {
        // "CVE-2006-NNN0": nobody else could know what is meant.
        notes_add(translation->notes, NOTE_INFORMATION, path, "a flaw that has no number yet");
        return true;
    }
    return ubuntu_read_text(bytes, translation->mem, &record, err) &&
           give_record(translation, &record, err);
}
