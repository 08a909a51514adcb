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

bool draft_join_constraint(struct draft *draft, span ecosystem, span constraint,
                           struct version_intervals *set)
{
    struct arena *mem = draft->translation->mem;
    enum scheme scheme = scheme_of_ecosystem(ecosystem);
    struct version_intervals meant = {0};
    struct err err = {0};
    bool ok = version_intervals(scheme, constraint, mem, &meant, &err) &&
              version_intervals_or(scheme, *set, meant, mem, set, &err);
    return take_result(draft, ok, &err);
}

bool draft_join_constraints(struct draft *draft, span ecosystem, const struct json *constraints,
                            struct version_intervals *set)
{
    for (size_t i = 0; i < json_count(constraints); i++)
        if (!draft_join_constraint(draft, ecosystem, json_text(json_at(constraints, i)), set))
            return false;
    return true;
}

bool draft_leave_out(struct draft *draft, span ecosystem, struct version_intervals part,
                     struct version_intervals *set)
{
    struct err err = {0};
    bool ok = version_intervals_without(scheme_of_ecosystem(ecosystem), *set, part,
                                        draft->translation->mem, set, &err);
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
