// Projects: made, given other patterns, removed.
#include "api/api_inner.h"

struct project_edit {
    struct edit edit;
    struct project project;
};

// A token of one project sees no other.
static bool find_visible(struct call *call, struct project *ret, struct err *err)
{
    struct project project = {0};
    if (!store_find_project(call->store, call->values[0], call->mem, &project, err))
        return false;
    if (call_project(call) && call_project(call) != project.id)
        return err_set(err, ERR_MISSING, "there is no project '%s'", quote(project.name).text);
    *ret = project;
    return true;
}

static bool write_project(struct call *call, const struct project *project, struct err *err)
{
    struct json_out out = call_json(call);
    json_begin_object(&out);
    json_field_u64(&out, "id", (uint64_t)project->id);
    json_field_text(&out, "name", project->name);
    json_key(&out, "patterns");
    json_begin_array(&out);
    for (size_t i = 0; i < project->patterns.count; i++)
        json_write_text(&out, project->patterns.items[i]);
    json_end_array(&out);
    json_end_object(&out);
    call_finish(&out);
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}

bool answer_project(struct call *call, struct err *err)
{
    struct project project = {0};
    return find_visible(call, &project, err) && write_project(call, &project, err);
}

// ---------------------------------------------------------------- patterns

static bool read_patterns(struct call *call, const struct json *body, struct spans *ret,
                          struct err *err)
{
    const struct json *list = json_get(body, "patterns");
    size_t count = json_count(list);
    span *patterns = arena_array(call->mem, count, sizeof *patterns);
    if (!patterns)
        return arena_err(call->mem, err, "patterns");
    if (!json_is_array(list))
        return err_set(err, ERR_USAGE, "body: patterns: a list of texts is wanted");
    for (size_t i = 0; i < count; i++)
        if (!arena_span(call->mem, json_text(json_at(list, i)), &patterns[i]))
            return arena_err(call->mem, err, "patterns");
    *ret = (struct spans){.items = patterns, .count = count};
    return true;
}

static bool write_detail(struct project_edit *work, struct err *err)
{
    const struct spans *patterns = &work->project.patterns;
    struct text detail;
    text_init(&detail, work->edit.call->mem, SIZE_MAX);
    for (size_t i = 0; i < patterns->count; i++) {
        if (i)
            text_add_byte(&detail, ' ');
        text_add(&detail, patterns->items[i]);
    }
    work->edit.object = work->project.name;
    work->edit.detail = text_span(&detail);
    return text_ok(&detail) || arena_err(work->edit.call->mem, err, "audit log");
}

// ---------------------------------------------------------------- changes

static bool create(struct edit *edit, struct err *err)
{
    struct project_edit *work = (struct project_edit *)edit;
    return store_add_project(edit->call->store, &work->project, edit->call->now, &work->project.id,
                             err) &&
           write_detail(work, err);
}

bool answer_project_create(struct call *call, struct err *err)
{
    static const char *const keys[] = {"name", "patterns", NULL};
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct project_edit work = {.edit = {.call = call, .action = "project.create", .work = create}};
    if (!call_body(call, keys, &body, err) ||
        !read_patterns(call, body, &work.project.patterns, err))
        return false;
    work.project.name = json_get_text(body, "name");
    return call_edit(&work.edit, err) && write_project(call, &work.project, err);
}

static bool set_patterns(struct edit *edit, struct err *err)
{
    struct project_edit *work = (struct project_edit *)edit;
    struct call *call = edit->call;
    struct project before = {0};
    if (!find_visible(call, &before, err))
        return false;
    work->project.id = before.id;
    work->project.name = before.name;
    return store_set_patterns(call->store, before.id, &work->project.patterns, err) &&
           write_detail(work, err);
}

bool answer_project_change(struct call *call, struct err *err)
{
    static const char *const keys[] = {"patterns", NULL};
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct project_edit work = {
        .edit = {.call = call, .action = "project.edit", .work = set_patterns}};
    return call_body(call, keys, &body, err) &&
           read_patterns(call, body, &work.project.patterns, err) && call_edit(&work.edit, err) &&
           write_project(call, &work.project, err);
}

static bool remove_project(struct edit *edit, struct err *err)
{
    struct project before = {0};
    edit->object = edit->call->values[0];
    return find_visible(edit->call, &before, err) &&
           store_remove_project(edit->call->store, before.id, err);
}

bool answer_project_remove(struct call *call, struct err *err)
{
    struct edit edit = {.call = call, .action = "project.remove", .work = remove_project};
    return call_edit(&edit, err);
}
