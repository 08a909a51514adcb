#include "feeds/debian_inner.h"

// The lists that the tracker is kept in. A line that begins with no blank begins an entry:
// "CVE-2023-1393 (A flaw …)" or "[29 Mar 2023] DSA-5380-1 xorg-server - security update". Then
// follow, indented, its cross references and what it says of packages:
//     {DSA-5380-1}
//     - xorg-server 2:21.1.7-2 (medium)
//     [bullseye] - xorg-server 2:1.20.11-1+deb11u6
// A line without a release is about unstable, and so about every release that has no line of its
// own. In place of a version may stand a word in angle brackets.

struct line {
    span release; // "bullseye"; empty: every other
    span package;
    span version; // or "<unfixed>" with its brackets
    span remark;  // "(bug #1; medium)"
};

struct entry {
    struct translation *translation;
    span id;
    uint32_t day;
    bool cites_bulletins;
    bool is_rejected;
    struct list flaws; // of span
    struct list lines; // of struct line
};

static void begin_entry(struct entry *entry, struct translation *translation)
{
    *entry = (struct entry){.translation = translation};
    list_init(&entry->flaws, translation->mem, sizeof(span), SIZE_MAX);
    list_init(&entry->lines, translation->mem, sizeof(struct line), SIZE_MAX);
}

// ---------------------------------------------------------------- reading

static unsigned month_of(span word)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    enum { LETTERS = 3 };
    for (unsigned i = 0; i < sizeof months / sizeof *months; i++)
        if (span_equal_nocase(span_first(word, LETTERS), span_of_text(months[i])))
            return i + 1;
    return 0;
}

// "29 Mar 2023", "August 26th, 2005".
static uint32_t read_day(struct translation *translation, span text)
{
    span first = span_cut(&text, ' ');
    span second = span_trim_end(span_cut(&text, ' '), ',');
    unsigned month = month_of(second) ? month_of(second) : month_of(first);
    span day = month_of(second) ? first : second;
    uint64_t number = 0;
    uint64_t year = 0;
    if (!month || !span_to_u64(span_cut_digits(&day), &number) || number > 31 ||
        !span_to_u64(span_trim(text), &year) || year > 9999)
        return 0;
    struct text date = {0};
    text_init(&date, translation->mem, SIZE_MAX);
    text_addf(&date, "%04u-%02u-%02u", (unsigned)year, month, (unsigned)number);
    return translation_day(translation, text_span(&date));
}

static void read_head(struct entry *entry, span line)
{
    if (line.ptr[0] == '[') {
        span rest = span_from(line, 1);
        entry->day = read_day(entry->translation, span_cut(&rest, ']'));
        line = span_trim(rest);
    }
    entry->id = span_cut(&line, ' ');
}

static void read_references(struct entry *entry, span text)
{
    span rest = text;
    span inside = span_cut(&rest, '}');
    while (inside.len) {
        span id = span_cut(&inside, ' ');
        entry->cites_bulletins |=
            span_starts_with(id, S("DSA-")) || span_starts_with(id, S("DLA-"));
        span *flaw = is_cve(id) ? LIST_ADD(&entry->flaws, span) : NULL;
        if (flaw)
            *flaw = id;
    }
}

// "- xorg-server 2:21.1.7-2 (medium)", perhaps with "[bullseye] " in front.
static void read_package(struct entry *entry, span text)
{
    struct line line = {0};
    if (text.ptr[0] == '[') {
        text = span_from(text, 1);
        line.release = span_cut(&text, ']');
        text = span_trim(text);
    }
    if (!span_starts_with(text, S("- ")))
        return;
    text = span_trim(span_from(text, 2));
    line.package = span_cut(&text, ' ');
    text = span_trim(text);
    line.version = span_cut(&text, ' ');
    line.remark = text;
    struct line *item = line.version.len ? LIST_ADD(&entry->lines, struct line) : NULL;
    if (item)
        *item = line;
}

static void read_detail(struct entry *entry, span text)
{
    if (text.ptr[0] == '{')
        read_references(entry, span_from(text, 1));
    else if (text.ptr[0] == '-' || text.ptr[0] == '[')
        read_package(entry, text);
    else if (span_equal(text, S("REJECTED")))
        entry->is_rejected = true;
}

// ---------------------------------------------------------------- meaning

// The urgency among the remarks: "(bug #1; medium)".
static void read_remark(span remark, struct affected *ret)
{
    span rest = span_starts_with(remark, S("(")) ? span_from(remark, 1) : remark;
    rest = span_cut(&rest, ')');
    while (rest.len) {
        span word = span_trim(span_cut(&rest, ';'));
        enum status status = ret->status;
        debian_read_urgency(word, ret);
        ret->status = status;
    }
}

// False for words that say that there is nothing to report, which absence says just as well.
static bool read_version(span version, struct affected *ret)
{
    ret->status = STATUS_AFFECTED;
    if (version.ptr[0] != '<') {
        ret->status = STATUS_FIXED;
        ret->fixed = version;
        return true;
    }
    if (span_equal(version, S("<end-of-life>")))
        ret->status = STATUS_END_OF_LIFE;
    else if (span_equal(version, S("<ignored>")))
        ret->status = STATUS_WONT_FIX;
    else if (span_equal(version, S("<undetermined>")))
        ret->status = STATUS_UNDER_INVESTIGATION;
    else
        return span_equal(version, S("<unfixed>")) || span_equal(version, S("<no-dsa>")) ||
               span_equal(version, S("<postponed>"));
    return true;
}

static void add_line(struct draft *draft, const struct line *line, span release)
{
    struct affected affected = {.name = line->package, .name_kind = NAME_SOURCE};
    read_remark(line->remark, &affected);
    if (!release.len || !read_version(line->version, &affected))
        return;
    affected.ecosystem = draft_ecosystem(draft, S("debian"), release);
    draft_add(draft, &affected);
}

static bool has_own_line(const struct entry *entry, span package, span release)
{
    for (size_t i = 0; i < entry->lines.count; i++) {
        const struct line *line = LIST_AT(&entry->lines, struct line, i);
        if (line->release.len && span_equal(line->package, package) &&
            span_equal(debian_release_of(line->release), release))
            return true;
    }
    return false;
}

// What is fixed in unstable is fixed, for a release, from the same version on. Where bulletins are
// cited they have the versions that releases were fixed in, and speak for them.
static void add_to_every_release(struct draft *draft, const struct entry *entry,
                                 const struct line *line)
{
    if (!is_cve(entry->id) || entry->cites_bulletins)
        return;
    for (size_t i = 0; debian_kept_release(i); i++) {
        span release = span_of_text(debian_kept_release(i));
        if (!has_own_line(entry, line->package, release))
            add_line(draft, line, release);
    }
}

static bool give_rejected(const struct entry *entry, struct err *err)
{
    struct flaw flaw = flaw_none(entry->translation, entry->id);
    flaw.rejected = true;
    return translation_give_flaw(entry->translation, &flaw, err);
}

static bool give_entry(const struct entry *entry, struct err *err)
{
    struct translation *translation = entry->translation;
    if (!list_ok(&entry->flaws) || !list_ok(&entry->lines))
        return arena_err(translation->mem, err, "tracker");
    bool is_bulletin =
        span_find(entry->id, '-') != SPAN_NONE && !span_starts_with(entry->id, S("CVE"));
    if (!(is_bulletin || is_cve(entry->id)) || !translation_is_new(translation, entry->id))
        return true;
    struct draft draft = {0};
    draft_init(&draft, translation, entry->id);
    draft.advisory.modified = entry->day;
    for (size_t i = 0; is_bulletin && i < entry->flaws.count; i++)
        draft_add_flaw(&draft, *LIST_AT(&entry->flaws, span, i));
    for (size_t i = 0; i < entry->lines.count; i++) {
        const struct line *line = LIST_AT(&entry->lines, struct line, i);
        if (line->release.len)
            add_line(&draft, line, debian_release_of(line->release));
        else
            add_to_every_release(&draft, entry, line);
    }
    return draft_give(&draft, err) &&
           (!entry->is_rejected || is_bulletin || give_rejected(entry, err));
}

bool debian_translate_list(struct translation *translation, span bytes, struct err *err)
{
    struct entry entry = {0};
    begin_entry(&entry, translation);
    span rest = bytes;
    while (rest.len) {
        span line = span_cut_line(&rest);
        span text = span_trim(line);
        if (!text.len)
            continue;
        if (ascii_is_space(line.ptr[0])) {
            read_detail(&entry, text);
            continue;
        }
        if (!give_entry(&entry, err))
            return false;
        arena_reset(translation->mem); // a list is long, and nothing of an entry is kept
        begin_entry(&entry, translation);
        read_head(&entry, text);
    }
    return give_entry(&entry, err);
}
