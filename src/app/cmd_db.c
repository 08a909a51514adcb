#include "app/app_inner.h"

struct part {
    const char *name;
    size_t arguments; // behind the name
    int (*run)(struct settings *settings);
};

static const struct part parts[] = {
    {"build", 0, db_build},   {"update", 0, db_update}, {"status", 0, db_ask},
    {"search", 1, db_ask},    {"diff", 2, db_diff},     {"export", 1, db_export},
    {"import", 1, db_import}, {"keygen", 1, db_keygen},
};

int command_db(struct settings *settings)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (is_part(&settings->arguments, parts[i].name, parts[i].arguments))
            return parts[i].run(settings);
    complain("db build, update, status, search NAME, diff A B, export TO, import FILE or keygen "
             "DIR; see plimsoll db "
             "--help");
    return EXIT_USAGE;
}
