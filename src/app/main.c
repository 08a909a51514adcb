#include "app/app_inner.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const scan_options[] = {
    "output",        "check",
    "severity",      "only-fixed",
    "fail-on",       "show-suppressed",
    "ignore",        "vex",
    "baseline",      "allow-licenses",
    "deny-licenses", "scope",
    "platform",      "distro",
    "base",          "db",
    "strict",        "timeout",
    "limit",         "ca-file",
    "plain-http",    "no-cache",
    "quiet",         "verbose",
    "no-color",      "server",
    "token-file",    "config",
    "help",          NULL,
};
static const char *const bom_options[] = {
    "output",  "scope",    "platform", "distro",     "base",     "strict",
    "timeout", "limit",    "ca-file",  "plain-http", "no-cache", "quiet",
    "verbose", "no-color", "config",   "help",       NULL,
};
static const char *const db_options[] = {
    "from",     "output", "db",    "root",    "mirror",  "sources",    "keys",   "days", "unsigned",
    "old-keys", "limit",  "quiet", "verbose", "ca-file", "plain-http", "config", "help", NULL,
};
static const char *const serve_options[] = {
    "store", "settings", "state",      "listen", "tls-cert", "tls-key", "role", "workers", "db",
    "limit", "ca-file",  "plain-http", "quiet",  "verbose",  "config",  "help", NULL,
};
static const char *const scan_for_service_options[] = {"config", NULL};
static const char *const store_options[] = {"store", "limit", "quiet", "config", "help", NULL};
static const char *const token_options[] = {
    "store", "scope", "project", "expires", "grace", "limit", "quiet", "config", "help", NULL,
};
static const char *const version_options[] = {"help", NULL};

static const struct command commands[] = {
    {"scan", "TARGET", "what is wrong with an image, a directory or this host", scan_options,
     command_scan},
    {"bom", "TARGET", "what is in it: the bill of materials", bom_options, command_bom},
    {"db", "build|update|status|search NAME|diff A B|export TO|import FILE|keygen DIR",
     "the advisory database", db_options, command_db},
    {"serve", "", "the service: scans what is pushed, keeps it, judges it again, tells its owners",
     serve_options, command_serve},
    {"store", "init|check|backup FILE|restore FILE", "what the service keeps", store_options,
     command_store},
    {"token", "create NAME|list|revoke NUMBER|rotate NUMBER", "who may ask the service for what",
     token_options, command_token},
    {"version", "[compare SCHEME A B | satisfies SCHEME CONSTRAINT VERSION]",
     "this program's version; version orders of packaging systems", version_options,
     command_version},
};

const struct command *command_at(size_t index)
{
    return index < sizeof commands / sizeof *commands ? &commands[index] : NULL;
}

// Not for people: in no help text.
static const struct command inner_command = {
    "scan-for-service", "", "", scan_for_service_options, command_scan_for_service,
};

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; command_at(i); i++)
        if (strcmp(command_at(i)->name, name) == 0)
            return command_at(i);
    return strcmp(inner_command.name, name) == 0 ? &inner_command : NULL;
}

static bool is_word(const char *argument, const char *a, const char *b)
{
    return strcmp(argument, a) == 0 || strcmp(argument, b) == 0;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16 << 20);
    struct settings settings = {0};
    struct err err = {0};
    if (!mem) {
        complain("out of memory");
        return EXIT_ERROR;
    }
    if (!settings_init(&settings, mem, &err) ||
        !settings_read(&settings, command, argc, argv, &err))
        return fail(&err);
    if (settings.help) {
        print_command_help(command);
        return finish_help();
    }
    return command->run(&settings);
}

int main(int argc, char **argv)
{
    // A reader that goes away early is an error of write, not a signal.
    (void)signal(SIGPIPE, SIG_IGN); // cannot fail for SIGPIPE
    if (argc < 2 || is_word(argv[1], "--help", "-h") || strcmp(argv[1], "help") == 0) {
        print_help();
        return argc < 2 ? EXIT_USAGE : finish_help();
    }
    const char *name = is_word(argv[1], "--version", "-V") ? "version" : argv[1];
    const struct command *command = find_command(name);
    if (!command) {
        complain("there is no command '%s'; see plimsoll --help", quote(span_of_text(name)).text);
        return EXIT_USAGE;
    }
    return run_command(command, argc - 2, argv + 2);
}
