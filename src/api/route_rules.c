// What projects say of findings.
#include "api/api_inner.h"

#include <stdio.h>

struct rule_edit {
    struct edit edit;
    struct project_rule rule;
    span project; // its name; a null pointer: not said
};

// ---------------------------------------------------------------- reading one

static bool read_text(const struct json *body, const char *key, span *ret, struct err *err)
{
    const struct json *value = json_get(body, key);
    if (value && !json_is_string(value))
        return err_set(err, ERR_USAGE, "body: %s: a text is wanted", key);
    *ret = json_text(value);
    return true;
}

static bool read_words(struct call *call, const struct json *body, const char *key,
                       struct spans *ret, struct err *err)
{
    const struct json *value = json_get(body, key);
    size_t count = value ? json_count(value) : 0;
    if (!value)
        return true;
    if (!json_is_array(value) || count > RULE_WORDS_MOST)
        return err_set(err, ERR_USAGE, "body: %s: a list of at most %d texts is wanted", key,
                       RULE_WORDS_MOST);
    span *words = arena_array(call->mem, count, sizeof *words);
    if (!words)
        return arena_err(call->mem, err, "rule");
    for (size_t i = 0; i < count; i++) {
        if (!json_is_string(json_at(value, i)))
            return err_set(err, ERR_USAGE, "body: %s: texts are wanted", key);
        words[i] = json_text(json_at(value, i));
    }
    *ret = (struct spans){.items = words, .count = count};
    return true;
}

static bool read_day(struct call *call, const struct json *body, uint32_t *ret, struct err *err)
{
    span day = {0};
    if (!read_text(body, "expires", &day, err))
        return false;
    if (day.len != S("YYYY-MM-DD").len || !date_parse(day, ret))
        return err_set(err, ERR_USAGE, "body: expires: a date is wanted, YYYY-MM-DD");
    return *ret > call_today(call) ||
           err_set(err, ERR_USAGE, "body: expires: that day is not in the future");
}

// What the fields mean together project_rule_check says, inside of the store.
static bool read_rule(struct call *call, struct json **ret_body, struct rule_edit *work,
                      struct err *err)
{
    static const char *const keys[] = {
        "project", "kind", "ids", "packages", "paths", "image", "reason", "expires", NULL,
    };
    struct project_rule *rule = &work->rule;
    span kind = {0};
    if (!call_body(call, keys, ret_body, err) ||
        !read_text(*ret_body, "project", &work->project, err) ||
        !read_text(*ret_body, "kind", &kind, err))
        return false;
    if (kind.ptr && !rule_kind_parse(kind, &rule->kind))
        return err_set(err, ERR_USAGE, "body: kind: ignore is wanted");
    return read_words(call, *ret_body, "ids", &rule->ids, err) &&
           read_words(call, *ret_body, "packages", &rule->packages, err) &&
           read_words(call, *ret_body, "paths", &rule->paths, err) &&
           read_text(*ret_body, "image", &rule->image, err) &&
           read_text(*ret_body, "reason", &rule->reason, err) &&
           read_day(call, *ret_body, &rule->expires, err);
}

// ---------------------------------------------------------------- whose it is

// A rule for all projects is a matter of who administers them.
static bool may_write(const struct rule_edit *work, struct err *err)
{
    const struct call *call = work->edit.call;
    if (work->rule.project == 0 && !(call->token.scopes & SCOPE_ADMIN))
        return err_set(err, ERR_DENIED, "a rule for all projects needs the scope admin");
    return true;
}

// A token of one project speaks for that one; one of all projects for the one that is named.
static bool find_project(struct rule_edit *work, struct err *err)
{
    struct call *call = work->edit.call;
    struct project project = {0};
    work->rule.project = call_project(call);
    if (work->project.len == 0)
        return may_write(work, err);
    if (!store_find_project(call->store, work->project, call->mem, &project, err))
        return false;
    if (call_project(call) && call_project(call) != project.id)
        return err_set(err, ERR_MISSING, "there is no project '%s'", quote(work->project).text);
    work->rule.project = project.id;
    return true;
}

static bool find_own(struct rule_edit *work, struct err *err)
{
    struct call *call = work->edit.call;
    int64_t project = call_project(call);
    if (!store_rule_project(call->store, work->rule.id, &work->rule.project, err))
        return false;
    if (project && work->rule.project && work->rule.project != project)
        return err_set(err, ERR_MISSING, "there is none that this token may see");
    return may_write(work, err);
}

// ---------------------------------------------------------------- edits

static void add_words(struct text *out, const char *key, const struct spans *words)
{
    for (size_t i = 0; i < words->count; i++) {
        text_addf(out, "%s%s", out->len ? " " : "", i ? "" : key);
        text_add(out, words->items[i]);
    }
}

// What does not count any more, and why: the log must tell.
static bool write_object(struct rule_edit *work, struct err *err)
{
    enum { DETAIL_BYTES = 4000 };
    const struct project_rule *rule = &work->rule;
    struct arena *mem = work->edit.call->mem;
    struct text object;
    struct text detail;
    char day[11] = "";
    text_init(&object, mem, SIZE_MAX);
    text_init(&detail, mem, SIZE_MAX);
    text_addf(&object, "rule %lld", (long long)rule->id);
    if (rule->reason.len) {
        date_format(rule->expires, day);
        add_words(&detail, "id ", &rule->ids);
        add_words(&detail, "package ", &rule->packages);
        add_words(&detail, "path ", &rule->paths);
        text_addf(&detail, " until %s: ", day);
        text_add(&detail, rule->reason);
    }
    work->edit.object = text_span(&object);
    work->edit.detail = span_first(text_span(&detail), DETAIL_BYTES);
    return (text_ok(&object) && text_ok(&detail)) || arena_err(mem, err, "audit log");
}

static bool answer_with(struct call *call, int64_t id, struct err *err)
{
    struct json_out out = call_json(call);
    char number[24] = "";
    size_t count = 0;
    (void)snprintf(number, sizeof number, "%lld", (long long)id); // has room
    if (!write_rows(call, store_view(VIEW_RULES), "id", span_of_text(number), &out, &count, err))
        return false;
    call_finish(&out);
    return count == 1 || err_set(err, ERR_MISSING, "there is none that this token may see");
}

bool answer_rule(struct call *call, struct err *err)
{
    int64_t id = 0;
    return call_number(call, 0, &id, err) && answer_with(call, id, err);
}

static bool create(struct edit *edit, struct err *err)
{
    struct rule_edit *work = (struct rule_edit *)edit;
    return find_project(work, err) &&
           store_add_rule(edit->call->store, &work->rule, edit->call->now, &work->rule.id, err) &&
           write_object(work, err);
}

bool answer_rule_create(struct call *call, struct err *err)
{
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct rule_edit work = {.edit = {.call = call, .action = "rule.create", .work = create}};
    return read_rule(call, &body, &work, err) && call_edit(&work.edit, err) &&
           answer_with(call, work.rule.id, err);
}

static bool replace(struct edit *edit, struct err *err)
{
    struct rule_edit *work = (struct rule_edit *)edit;
    return find_own(work, err) && store_change_rule(edit->call->store, &work->rule, err) &&
           write_object(work, err);
}

bool answer_rule_change(struct call *call, struct err *err)
{
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct rule_edit work = {.edit = {.call = call, .action = "rule.change", .work = replace}};
    return call_number(call, 0, &work.rule.id, err) && read_rule(call, &body, &work, err) &&
           call_edit(&work.edit, err) && answer_with(call, work.rule.id, err);
}

static bool remove_it(struct edit *edit, struct err *err)
{
    struct rule_edit *work = (struct rule_edit *)edit;
    return find_own(work, err) && store_remove_rule(edit->call->store, work->rule.id, err) &&
           write_object(work, err);
}

bool answer_rule_remove(struct call *call, struct err *err)
{
    struct rule_edit work = {.edit = {.call = call, .action = "rule.remove", .work = remove_it}};
    return call_number(call, 0, &work.rule.id, err) && call_edit(&work.edit, err);
}
