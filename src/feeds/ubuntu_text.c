#include "feeds/ubuntu_inner.h"

// The tracker's own files. "Key: value" lines; what goes on in the next line begins with a blank.
// Keys with an underscore are about packages: "esm-infra/bionic_sudo: released (1.8.21p2-3)",
// "Priority_sudo: low", "Priority_sudo_bionic: low".

struct priority {
    span package;
    span codename; // empty: in every release
    span word;
};

// "(1.2-3)" or "[1.2-3]" without the brackets.
static span without_brackets(span text)
{
    span note = span_trim(text);
    if (note.len < 2 || (note.ptr[0] != '(' && note.ptr[0] != '['))
        return note;
    note = span_from(note, 1);
    uint8_t last = note.ptr[note.len - 1];
    return last == ')' || last == ']' ? span_first(note, note.len - 1) : note;
}

static span first_word(span text)
{
    span rest = span_trim(text);
    return span_cut(&rest, ' ');
}

static void add_priority(struct list *priorities, span about, span value)
{
    struct priority *priority = LIST_ADD(priorities, struct priority);
    if (!priority)
        return;
    priority->package = span_cut(&about, '_');
    priority->codename = about;
    priority->word = first_word(value);
}

static void read_package_line(struct ubuntu_record *record, struct list *priorities, span key,
                              span value)
{
    span package = key;
    span release = span_cut(&package, '_');
    if (span_equal(release, S("Priority"))) {
        add_priority(priorities, package, value);
        return;
    }
    span note = span_trim(value);
    span status = span_cut(&note, ' ');
    struct ubuntu_state *state = ubuntu_add(record, release, package, status);
    if (state)
        state->note = without_brackets(note);
}

static void read_line(struct ubuntu_record *record, struct list *priorities, span line)
{
    span value = line;
    span key = span_cut(&value, ':');
    if (span_find(key, '_') != SPAN_NONE)
        read_package_line(record, priorities, key, value);
    else if (span_equal(key, S("Candidate")))
        record->id = span_trim(value);
    else if (span_equal(key, S("PublicDate")))
        record->published = span_trim(value);
    else if (span_equal(key, S("Priority")))
        record->priority = first_word(value);
}

// The one for the release goes before the one for all.
static void apply(struct ubuntu_record *record, const struct list *priorities, bool for_release)
{
    for (size_t i = 0; i < priorities->count; i++) {
        const struct priority *priority = LIST_AT(priorities, struct priority, i);
        if ((priority->codename.len != 0) != for_release)
            continue;
        for (size_t k = 0; k < record->states.count; k++) {
            struct ubuntu_state *state = LIST_AT(&record->states, struct ubuntu_state, k);
            if (span_equal(state->package, priority->package) &&
                (!for_release || span_equal(state->codename, priority->codename)))
                state->priority = priority->word;
        }
    }
}

bool ubuntu_read_text(span bytes, struct arena *mem, struct ubuntu_record *ret, struct err *err)
{
    struct list priorities = {0};
    list_init(&priorities, mem, sizeof(struct priority), SIZE_MAX);
    ubuntu_init(ret, mem);
    span rest = bytes;
    bool in_scores = false;
    while (rest.len) {
        span line = span_cut_line(&rest);
        span nvd = S(" nvd:");
        if (in_scores && !ret->cvss.len && span_starts_with(line, nvd))
            ret->cvss = span_from(line, nvd.len);
        if (!line.len || ascii_is_space(line.ptr[0]) || line.ptr[0] == '#')
            continue;
        in_scores = span_starts_with(line, S("CVSS:"));
        read_line(ret, &priorities, line);
    }
    if (!list_ok(&ret->states) || !list_ok(&priorities))
        return arena_err(mem, err, "ubuntu");
    apply(ret, &priorities, false);
    apply(ret, &priorities, true);
    return true;
}
