// Projects: who sees which repositories.
#include "service/store/store_inner.h"

// ---------------------------------------------------------------- names

static bool is_name(span name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return name.len > 0 && name.len <= NAME_MOST;
}

static bool is_pattern(span pattern)
{
    for (size_t i = 0; i < pattern.len; i++)
        if (pattern.ptr[i] <= ' ' || pattern.ptr[i] >= 0x7f)
            return false;
    return pattern.len > 0 && pattern.len <= PATTERN_MOST;
}

static bool check_patterns(const struct spans *patterns, struct err *err)
{
    if (patterns->count > PATTERNS_MOST)
        return err_set(err, ERR_USAGE, "more than %d patterns", PATTERNS_MOST);
    for (size_t i = 0; i < patterns->count; i++)
        if (!is_pattern(patterns->items[i]))
            return err_set(err, ERR_USAGE, "'%s' is no pattern for REGISTRY/REPOSITORY",
                           quote(patterns->items[i]).text);
    return true;
}

// ---------------------------------------------------------------- adding

static bool is_taken(struct store *store, const char *statement, span text, struct err *err)
{
    const sql_value values[] = {sql_text(text)};
    int64_t count = 0;
    if (!sql_ask_integer(store->sql, statement, values, 1, &count, err))
        return true;
    return count > 0 && !err_set(err, ERR_CONFLICT, "'%s' is taken", quote(text).text);
}

static bool add_patterns(struct store *store, int64_t project, const struct spans *patterns,
                         struct err *err)
{
    for (size_t i = 0; i < patterns->count; i++) {
        const sql_value values[] = {sql_integer(project), sql_text(patterns->items[i])};
        if (is_taken(store, "SELECT count(*) FROM project_pattern WHERE pattern = $1",
                     patterns->items[i], err) ||
            !sql_run(store->sql, "INSERT INTO project_pattern (project, pattern) VALUES ($1, $2)",
                     values, 2, err))
            return false;
    }
    return true;
}

bool store_add_project(struct store *store, const struct project *project, uint64_t now,
                       int64_t *ret, struct err *err)
{
    const sql_value values[] = {sql_text(project->name), sql_integer((int64_t)now)};
    int64_t id = 0;
    if (!is_name(project->name))
        return err_set(err, ERR_USAGE, "'%s' cannot be a project's name",
                       quote(project->name).text);
    if (!check_patterns(&project->patterns, err) ||
        is_taken(store, "SELECT count(*) FROM project WHERE name = $1", project->name, err) ||
        !sql_ask_integer(store->sql,
                         "INSERT INTO project (name, created) VALUES ($1, $2) RETURNING id", values,
                         2, &id, err) ||
        !store_set_patterns(store, id, &project->patterns, err))
        return false;
    *ret = id;
    return true;
}

// ---------------------------------------------------------------- finding

struct found_project {
    struct arena *mem;
    struct project project;
    struct list patterns; // of span
    bool found;
};

static bool take_project(void *self, const struct sql_row *row, struct err *err)
{
    struct found_project *found = self;
    found->found = true;
    found->project.id = sql_row_integer(row, 0);
    if (sql_row_is_null(row, 1))
        return true;
    span *pattern = LIST_ADD(&found->patterns, span);
    return (pattern && arena_span(found->mem, sql_row_bytes(row, 1), pattern)) ||
           arena_err(found->mem, err, "project");
}

bool store_find_project(struct store *store, span name, struct arena *mem, struct project *ret,
                        struct err *err)
{
    struct found_project found = {.mem = mem, .project.name = name};
    const struct sql_reader to = {&found, take_project};
    const sql_value values[] = {sql_text(name)};
    list_init(&found.patterns, mem, sizeof(span), PATTERNS_MOST);
    if (!sql_ask(store->sql,
                 "SELECT p.id, pp.pattern FROM project p LEFT JOIN project_pattern pp"
                 " ON pp.project = p.id WHERE p.name = $1 ORDER BY pp.pattern",
                 values, 1, &to, err))
        return false;
    if (!found.found)
        return err_set(err, ERR_MISSING, "there is no project '%s'", quote(name).text);
    found.project.patterns =
        (struct spans){.items = found.patterns.items, .count = found.patterns.count};
    *ret = found.project;
    return true;
}

// ---------------------------------------------------------------- whose a repository is

struct owned_pattern {
    span pattern;
    int64_t project;
};

struct moved_repository {
    int64_t id;
    int64_t project;
};

struct sorting {
    struct list patterns; // of struct owned_pattern
    struct list moved;    // of struct moved_repository
};

static bool take_pattern(void *self, const struct sql_row *row, struct err *err)
{
    struct sorting *sorting = self;
    struct arena *mem = sorting->patterns.mem;
    struct owned_pattern *pattern = LIST_ADD(&sorting->patterns, struct owned_pattern);
    if (!pattern || !arena_span(mem, sql_row_bytes(row, 0), &pattern->pattern))
        return arena_err(mem, err, "patterns");
    pattern->project = sql_row_integer(row, 1);
    return true;
}

static int64_t project_of(const struct sorting *sorting, span name)
{
    const struct owned_pattern *best = NULL;
    for (size_t i = 0; i < sorting->patterns.count; i++) {
        const struct owned_pattern *each = LIST_AT(&sorting->patterns, struct owned_pattern, i);
        if ((!best || each->pattern.len > best->pattern.len) && span_matches(name, each->pattern))
            best = each;
    }
    return best ? best->project : 0;
}

static bool sort_repository(void *self, const struct sql_row *row, struct err *err)
{
    struct sorting *sorting = self;
    int64_t project = project_of(sorting, sql_row_bytes(row, 1));
    if (project == 0)
        return err_set(err, ERR_CONFLICT, "the repository %s would be in no project",
                       quote(sql_row_bytes(row, 1)).text);
    if (project == sql_row_integer(row, 2))
        return true;
    struct moved_repository *moved = LIST_ADD(&sorting->moved, struct moved_repository);
    if (!moved)
        return arena_err(sorting->moved.mem, err, "repositories");
    *moved = (struct moved_repository){sql_row_integer(row, 0), project};
    return true;
}

static bool move_repositories(struct store *store, const struct sorting *sorting, struct err *err)
{
    for (size_t i = 0; i < sorting->moved.count; i++) {
        const struct moved_repository *moved = LIST_AT(&sorting->moved, struct moved_repository, i);
        const sql_value values[] = {sql_integer(moved->project), sql_integer(moved->id)};
        if (!sql_run(store->sql, "UPDATE repository SET project = $1 WHERE id = $2", values, 2,
                     err))
            return false;
    }
    return true;
}

static bool sort_repositories(struct store *store, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(store->limits->kept_bytes);
    struct sorting sorting = {0};
    const struct sql_reader patterns = {&sorting, take_pattern};
    const struct sql_reader repositories = {&sorting, sort_repository};
    if (!mem)
        return err_set(err, ERR_MEMORY, "store: out of memory");
    list_init(&sorting.patterns, mem, sizeof(struct owned_pattern), SIZE_MAX);
    list_init(&sorting.moved, mem, sizeof(struct moved_repository), SIZE_MAX);
    return sql_ask(store->sql, "SELECT pattern, project FROM project_pattern", NULL, 0, &patterns,
                   err) &&
           sql_ask(store->sql,
                   "SELECT id, registry || '/' || name, project FROM repository ORDER BY id", NULL,
                   0, &repositories, err) &&
           move_repositories(store, &sorting, err);
}

bool store_set_patterns(struct store *store, int64_t project, const struct spans *patterns,
                        struct err *err)
{
    const sql_value values[] = {sql_integer(project)};
    return check_patterns(patterns, err) &&
           sql_run(store->sql, "DELETE FROM project_pattern WHERE project = $1", values, 1, err) &&
           add_patterns(store, project, patterns, err) && sort_repositories(store, err);
}

// ---------------------------------------------------------------- removing

bool store_remove_project(struct store *store, int64_t project, struct err *err)
{
    static const char *const uses[] = {
        "SELECT count(*) FROM repository WHERE project = $1",
        "SELECT count(*) FROM token WHERE project = $1 AND revoked = 0",
        "SELECT count(*) FROM subscription WHERE project = $1",
        "SELECT count(*) FROM rule WHERE project = $1",
    };
    const sql_value values[] = {sql_integer(project)};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        int64_t count = 0;
        if (!sql_ask_integer(store->sql, uses[i], values, 1, &count, err))
            return false;
        if (count)
            return err_set(err, ERR_CONFLICT,
                           "the project has repositories, tokens, subscriptions or rules");
    }
    return sql_run(store->sql, "DELETE FROM token WHERE project = $1", values, 1, err) &&
           sql_run(store->sql, "DELETE FROM project_pattern WHERE project = $1", values, 1, err) &&
           sql_run(store->sql, "DELETE FROM project WHERE id = $1", values, 1, err);
}
