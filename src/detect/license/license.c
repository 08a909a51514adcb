#include "detect/license/license.h"

#include "format/spdx/spdx.h"

enum verdict {
    VERDICT_PERMITTED,
    VERDICT_DENIED,
    VERDICT_NOT_ALLOWED,
};

struct check {
    const struct license_policy *policy;
    struct arena *mem;
    const struct spdx_expression *culprit; // the first licence that was not permitted
};

// ---------------------------------------------------------------- patterns

// Greedy, with one place to go back to: the time is at most that of both lengths multiplied.
static bool matches(span pattern, span text)
{
    size_t star = SPAN_NONE;
    size_t back = 0;
    size_t at = 0;
    size_t in = 0;
    while (in < text.len) {
        if (at < pattern.len && pattern.ptr[at] == '*') {
            star = ++at;
            back = in;
        } else if (at < pattern.len && ascii_lower(pattern.ptr[at]) == ascii_lower(text.ptr[in])) {
            at++;
            in++;
        } else if (star != SPAN_NONE) {
            at = star;
            in = ++back;
        } else {
            return false;
        }
    }
    while (at < pattern.len && pattern.ptr[at] == '*')
        at++;
    return at == pattern.len;
}

static bool matches_any(const struct spans *patterns, span text)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (matches(patterns->items[i], text))
            return true;
    return false;
}

static bool permits_any(const struct check *check, const struct spdx_expression *license)
{
    for (size_t i = 0; i < check->policy->allowed.count; i++) {
        span allowed = check->policy->allowed.items[i];
        if (spdx_permits(license, allowed) && !matches_any(&check->policy->denied, allowed))
            return true;
    }
    return false;
}

// ---------------------------------------------------------------- expressions

static enum verdict judge_license(struct check *check, const struct spdx_expression *license)
{
    const struct license_policy *policy = check->policy;
    struct spdx_expression alone = *license;
    struct text whole;
    struct text bare;
    alone.exception = (span){0};
    text_init(&whole, check->mem, SIZE_MAX);
    text_init(&bare, check->mem, SIZE_MAX);
    spdx_write(license, &whole);
    spdx_write(&alone, &bare);
    enum verdict verdict = VERDICT_PERMITTED;
    // An exception that is allowed by name is meant to lift what is denied without it.
    if (license->exception.len && matches_any(&policy->allowed, text_span(&whole)))
        return VERDICT_PERMITTED;
    if (matches_any(&policy->denied, text_span(&whole)) ||
        matches_any(&policy->denied, text_span(&bare)))
        verdict = VERDICT_DENIED;
    else if (policy->allowed.count && !matches_any(&policy->allowed, text_span(&bare)) &&
             !permits_any(check, license))
        verdict = VERDICT_NOT_ALLOWED;
    if (verdict != VERDICT_PERMITTED && !check->culprit)
        check->culprit = license;
    return verdict;
}

// As deep as spdx_parse lets expressions be.
static enum verdict judge(struct check *check, const struct spdx_expression *expression)
{
    const struct spdx_expression *culprit = check->culprit;
    enum verdict worst = VERDICT_PERMITTED;
    if (expression->kind == SPDX_LICENSE)
        return judge_license(check, expression);
    for (const struct spdx_expression *each = expression->first; each; each = each->next) {
        enum verdict verdict = judge(check, each);
        if (expression->kind == SPDX_OR && verdict == VERDICT_PERMITTED) {
            check->culprit = culprit; // whatever is wrong with the alternatives
            return VERDICT_PERMITTED;
        }
        if (worst == VERDICT_PERMITTED)
            worst = verdict;
    }
    return worst;
}

// ---------------------------------------------------------------- findings

static bool describe(struct check *check, span licenses, enum verdict verdict, span *ret)
{
    struct text text;
    text_init(&text, check->mem, SIZE_MAX);
    if (check->culprit)
        spdx_write(check->culprit, &text);
    text_add(&text, verdict == VERDICT_DENIED ? S(" is denied") : S(" is not allowed"));
    text_add(&text, S("; its licenses are "));
    text_add(&text, licenses);
    *ret = text_span(&text);
    return text_ok(&text);
}

static bool add_finding(struct check *check, const struct bom *bom, size_t index,
                        enum verdict verdict, struct list *findings)
{
    const struct package *package = &bom->packages[index];
    struct finding *finding = LIST_ADD(findings, struct finding);
    if (!finding)
        return false;
    *finding = (struct finding){
        .id = verdict == VERDICT_DENIED ? S("license-denied") : S("license-not-allowed"),
        .kind = FINDING_RULE,
        .package = index,
        .severity = SEVERITY_MEDIUM,
        .status = STATUS_AFFECTED,
        .score = -1,
        .epss = -1,
        .risk = 40,
    };
    if (package->location_count) {
        finding->location = package->locations[0].path;
        finding->layer = package->locations[0].layer;
    }
    return describe(check, package->licenses, verdict, &finding->text);
}

// What is no expression, as in a bill of materials of somebody else, is not judged.
static bool check_package(const struct license_policy *policy, const struct bom *bom, size_t index,
                          struct list *findings)
{
    struct check check = {.policy = policy, .mem = findings->mem};
    struct spdx_expression *expression = NULL;
    struct err err = {0};
    span licenses = bom->packages[index].licenses;
    if (licenses.len == 0)
        return true;
    if (!spdx_parse(licenses, findings->mem, &expression, &err))
        return err.kind == ERR_INPUT;
    enum verdict verdict = judge(&check, expression);
    return verdict == VERDICT_PERMITTED || add_finding(&check, bom, index, verdict, findings);
}

bool license_check(const struct bom *bom, const struct license_policy *policy, struct arena *mem,
                   struct findings *ret, struct err *err)
{
    struct list findings;
    list_init(&findings, mem, sizeof(struct finding), SIZE_MAX);
    for (size_t i = 0; i < bom->package_count; i++)
        if (!check_package(policy, bom, i, &findings))
            return arena_err(mem, err, "licenses");
    *ret = (struct findings){.items = findings.items, .count = findings.count};
    findings_sort(ret);
    return true;
}
