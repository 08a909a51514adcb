// How long a page of each list takes that the API shows, in a store of many images.
// Usage: bench_lists STORE. Prints a line for each list: milliseconds of the first page, and of one
// behind many others; the median of five times.
#include "os/os.h"
#include "service/store/store.h"

#include <stdio.h>

enum { LIMIT = 100, TIMES = 5, PAGES = 30, MEMORY = 1 << 28 };

struct question {
    const char *label;
    enum view_name view;
    const char *filters[2][2]; // names and values
    int64_t project;           // 0: all
    const char *after;         // where the far page begins; null: after so many others
};

static const struct question questions[] = {
    {.label = "images", .view = VIEW_IMAGES, .after = "500"},
    {.label = "images of a project", .view = VIEW_IMAGES, .project = 1, .after = "500"},
    {.label = "images with a flaw",
     .view = VIEW_IMAGES,
     .filters = {{"finding", "CVE-2019-17571"}}},
    {.label = "images with a flaw of the base",
     .view = VIEW_IMAGES,
     .filters = {{"finding", "CVE-2022-0563"}}},
    {.label = "images of a repository",
     .view = VIEW_IMAGES,
     .filters = {{"repository", "main/team-7/app-7"}}},
    {.label = "layers", .view = VIEW_LAYERS, .after = "500"},
    {.label = "packages", .view = VIEW_PACKAGES, .after = "5000"},
    {.label = "packages of a name", .view = VIEW_PACKAGES, .filters = {{"name", "lodash"}}},
    {.label = "packages of a project", .view = VIEW_PACKAGES, .project = 1, .after = "5000"},
    {.label = "places", .view = VIEW_PLACES},
    {.label = "places of log4j < 1.2.17",
     .view = VIEW_PLACES,
     .filters = {{"name", "log4j"}, {"version", "< 1.2.17"}}},
    {.label = "places of lodash < 4.17.20",
     .view = VIEW_PLACES,
     .filters = {{"name", "lodash"}, {"version", "< 4.17.20"}}},
    {.label = "places of a project's lodash",
     .view = VIEW_PLACES,
     .filters = {{"name", "lodash"}},
     .project = 1},
    {.label = "places of libc6, in most images",
     .view = VIEW_PLACES,
     .filters = {{"name", "libc6"}}},
    {.label = "places of libc6 in a repository",
     .view = VIEW_PLACES,
     .filters = {{"name", "libc6"}, {"repository", "main/team-7/app-7"}}},
    {.label = "places of nothing", .view = VIEW_PLACES, .filters = {{"name", "no-such-thing"}}},
    {.label = "findings", .view = VIEW_FINDINGS, .after = "5000.0.A"},
    {.label = "findings of a flaw", .view = VIEW_FINDINGS, .filters = {{"id", "CVE-2019-17571"}}},
    {.label = "critical findings",
     .view = VIEW_FINDINGS,
     .filters = {{"severity", "critical"}},
     .after = "5000.0.A"},
    {.label = "findings known to be exploited",
     .view = VIEW_FINDINGS,
     .filters = {{"kev", "true"}},
     .after = "5000.0.A"},
    {.label = "findings in a repository",
     .view = VIEW_FINDINGS,
     .filters = {{"repository", "main/team-7/app-7"}}},
    {.label = "repositories", .view = VIEW_REPOSITORIES, .after = "20"},
    {.label = "tags", .view = VIEW_TAGS, .after = "500"},
};

struct page {
    size_t rows;
    double milliseconds;
};

static bool count_row(void *self, const struct sql_row *row, struct err *err)
{
    (void)row;
    (void)err; // counting cannot fail
    ++*(size_t *)self;
    return true;
}

static void want(const struct question *question, const struct view *view, span *wants)
{
    for (size_t i = 0; i < view->filter_count; i++)
        for (size_t j = 0; j < 2 && question->filters[j][0]; j++)
            if (strcmp(view->filters[i].name, question->filters[j][0]) == 0)
                wants[i] = span_of_text(question->filters[j][1]);
}

static bool read_page(struct store *store, const struct question *question, span after,
                      struct arena *mem, span *ret_next, struct page *ret, struct err *err)
{
    const struct view *view = store_view(question->view);
    span *wants = arena_array(mem, view->filter_count + 1, sizeof *wants);
    struct page page = {0};
    const struct sql_reader to = {&page.rows, count_row};
    const struct browse browse = {
        .view = view, .project = question->project, .wants = wants, .after = after, .limit = LIMIT};
    if (!wants)
        return arena_err(mem, err, "a page");
    want(question, view, wants);
    uint64_t since = os_monotonic_ns();
    if (!store_browse(store, &browse, &to, mem, ret_next, err))
        return false;
    page.milliseconds = (double)(os_monotonic_ns() - since) / 1e6;
    *ret = page;
    return true;
}

static int by_time(const void *a, const void *b)
{
    double left = ((const struct page *)a)->milliseconds;
    double right = ((const struct page *)b)->milliseconds;
    return (left > right) - (left < right);
}

static bool read_often(struct store *store, const struct question *question, span after,
                       struct arena *mem, span *ret_next, struct page *ret, struct err *err)
{
    struct page pages[TIMES];
    for (size_t i = 0; i < TIMES; i++)
        if (!read_page(store, question, after, mem, ret_next, &pages[i], err))
            return false;
    sort_items(pages, TIMES, sizeof *pages, by_time);
    *ret = pages[TIMES / 2];
    return true;
}

static bool measure(struct store *store, const struct question *question, struct arena *mem,
                    struct err *err)
{
    struct page first = {0};
    struct page far = {0};
    struct page passed = {0};
    span next = {0};
    if (!read_often(store, question, (span){0}, mem, &next, &first, err))
        return err_add(err, "%s", question->label);
    span end = question->after ? span_of_text(question->after) : next;
    for (size_t i = 0; !question->after && end.len && i < PAGES; i++) {
        next = end;
        if (!read_page(store, question, next, mem, &end, &passed, err))
            return err_add(err, "%s", question->label);
    }
    if (question->after)
        next = end;
    if (next.len && !read_often(store, question, next, mem, &end, &far, err))
        return err_add(err, "%s", question->label);
    printf("%-34s %8.2f ms %4zu rows   far %8.2f ms %4zu rows\n", question->label,
           first.milliseconds, first.rows, far.milliseconds, far.rows);
    return true;
}

static bool run(span url, struct err *err)
{
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    CLEANUP(store_cleanup) struct store *store = NULL;
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!store_open(url, &limits, &store, err))
        return false;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        arena_reset(mem);
        if (!measure(store, &questions[i], mem, err))
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc != 2) {
        fprintf(stderr, "usage: bench_lists STORE\n");
        return 64;
    }
    if (!run(span_of_text(argv[1]), &err)) {
        fprintf(stderr, "bench_lists: %s\n", err.text);
        return 1;
    }
    return 0;
}
