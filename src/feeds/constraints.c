#include "feeds/feeds_inner.h"

// Advisories that say in constraints which versions are affected, or which are not.

// Tells a constraint that is none, which is the document's fault, from a lack of memory.
static bool take_result(struct draft *draft, bool ok, const struct err *err)
{
    if (ok)
        return true;
    if (err->kind == ERR_INPUT || err->kind == ERR_UNSUPPORTED)
        notes_add(draft->translation->notes, NOTE_INFORMATION, draft->advisory.id,
                  "its versions are left out: %s", err->text);
    else
        draft->affected.failed = true;
    return false;
}

bool draft_read_constraint(struct draft *draft, span ecosystem, span constraint,
                           struct version_intervals *ret)
{
    struct err err = {0};
    bool ok = version_intervals(scheme_of_ecosystem(ecosystem), constraint, draft->translation->mem,
                                ret, &err);
    return take_result(draft, ok, &err);
}

bool draft_read_constraints(struct draft *draft, span ecosystem, const struct json *constraints,
                            struct version_intervals *ret)
{
    struct version_intervals all = {0};
    for (size_t i = 0; i < json_count(constraints); i++) {
        struct version_intervals some = {0};
        struct err err = {0};
        if (!draft_read_constraint(draft, ecosystem, json_text(json_at(constraints, i)), &some))
            return false;
        bool ok = version_intervals_or(scheme_of_ecosystem(ecosystem), all, some,
                                       draft->translation->mem, &all, &err);
        if (!take_result(draft, ok, &err))
            return false;
    }
    *ret = all;
    return true;
}

bool draft_without(struct draft *draft, span ecosystem, struct version_intervals all,
                   struct version_intervals part, struct version_intervals *ret)
{
    struct err err = {0};
    bool ok = version_intervals_without(scheme_of_ecosystem(ecosystem), all, part,
                                        draft->translation->mem, ret, &err);
    return take_result(draft, ok, &err);
}

// The first version of `patched` that is not below `last`; empty if that names none.
static span fix_behind(enum scheme scheme, span last, struct version_intervals patched)
{
    for (size_t i = 0; i < patched.count; i++) {
        const struct version_bound *low = &patched.items[i].low;
        int order = -1;
        if (low->version.len && version_compare(scheme, low->version, last, &order) && order >= 0)
            return low->is_inclusive ? low->version : (span){0};
    }
    return (span){0};
}

void draft_add_intervals(struct draft *draft, const struct affected *pattern,
                         struct version_intervals affected, struct version_intervals patched)
{
    enum scheme scheme = scheme_of_ecosystem(pattern->ecosystem);
    for (size_t i = 0; i < affected.count; i++) {
        const struct version_interval *interval = &affected.items[i];
        struct affected statement = *pattern;
        statement.introduced = interval->low.version;
        statement.after_introduced = interval->low.version.len && !interval->low.is_inclusive;
        if (interval->high.version.len && interval->high.is_inclusive) {
            statement.last_affected = interval->high.version;
            statement.fixed = fix_behind(scheme, interval->high.version, patched);
        } else {
            statement.fixed = interval->high.version;
        }
        if (statement.fixed.len)
            statement.status = STATUS_FIXED;
        draft_add(draft, &statement);
    }
}
