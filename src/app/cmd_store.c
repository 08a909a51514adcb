// plimsoll store: what the service keeps, made, checked, copied into a file and made from one.
#include "app/app_inner.h"

#include "service/store/store.h"

static bool say_copied(const struct settings *settings, const char *what,
                       const struct store_copied *copied, struct err *err)
{
    struct text out;
    text_init(&out, settings->mem, 512);
    text_addf(&out, "%s %llu rows of %llu tables, %llu bytes\n", what,
              (unsigned long long)copied->rows, (unsigned long long)copied->tables,
              (unsigned long long)copied->bytes);
    return settings->quiet || print_text(text_span(&out), err);
}

static bool init_store(struct settings *settings, span url, struct err *err)
{
    return store_migrate(url, &settings->limits, err);
}

// ---------------------------------------------------------------- check

struct finder {
    struct settings *settings;
    uint64_t found;
};

static bool say_wrong(void *self, span what, struct err *err)
{
    struct finder *finder = self;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 10);
    struct text line;
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory");
    finder->found++;
    text_init(&line, mem, SIZE_MAX);
    add_safe(&line, what);
    text_add_byte(&line, '\n');
    return text_ok(&line) ? print_text(text_span(&line), err) : arena_err(mem, err, "a line");
}

static bool check_store(struct settings *settings, span url, struct err *err)
{
    CLEANUP(store_cleanup) struct store *store = NULL;
    struct finder finder = {.settings = settings};
    const struct store_complaints to = {.self = &finder, .tell = say_wrong};
    if (!store_open(url, &settings->limits, &store, err) || !store_check(store, &to, err))
        return false;
    if (finder.found)
        return err_set(err, ERR_INPUT, "the store is damaged in %llu places",
                       (unsigned long long)finder.found);
    return settings->quiet || print_text(S("nothing is wrong with the store\n"), err);
}

// ---------------------------------------------------------------- backup, restore

static bool name_file(const struct settings *settings, const char **ret, struct err *err)
{
    const char *path = arena_text(settings->mem, settings->arguments.items[1]);
    if (!path)
        return err_set(err, ERR_USAGE, "that is no file name");
    *ret = path;
    return true;
}

static bool back_up_store(struct settings *settings, span url, struct err *err)
{
    CLEANUP(store_cleanup) struct store *store = NULL;
    struct store_copied copied = {0};
    const char *path = NULL;
    return name_file(settings, &path, err) && store_open(url, &settings->limits, &store, err) &&
           store_backup(store, path, &copied, err) && say_copied(settings, "kept", &copied, err);
}

static bool restore_store(struct settings *settings, span url, struct err *err)
{
    struct store_copied copied = {0};
    const char *path = NULL;
    return name_file(settings, &path, err) &&
           store_restore(url, path, &settings->limits, &copied, err) &&
           say_copied(settings, "restored", &copied, err);
}

// ---------------------------------------------------------------- all of them

struct part {
    const char *name;
    size_t arguments; // behind the name
    bool (*run)(struct settings *settings, span url, struct err *err);
};

static const struct part parts[] = {
    {"init", 0, init_store},
    {"check", 0, check_store},
    {"backup", 1, back_up_store},
    {"restore", 1, restore_store},
};

static const struct part *find_part(const struct spans *arguments)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (is_part(arguments, parts[i].name, parts[i].arguments))
            return &parts[i];
    return NULL;
}

int command_store(struct settings *settings)
{
    const struct part *part = find_part(&settings->arguments);
    struct err err = {0};
    span url = {0};
    if (!part) {
        complain("store init, check, backup FILE or restore FILE; see plimsoll store --help");
        return EXIT_USAGE;
    }
    bool ok = find_store(settings, &url, &err) && part->run(settings, url, &err);
    return ok ? EXIT_DONE : fail(&err);
}
