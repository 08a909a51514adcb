// app: the terminal's face: options, environment, output, exit status; one file per command. Only
// here are environment variables read, and only here is anything printed.
#ifndef PLIMSOLL_APP_INNER_H
#define PLIMSOLL_APP_INNER_H

#include "base/base.h"
#include "flow/flow.h"
#include "report/report.h"

// Exit statuses (DESIGN section 5).
enum {
    EXIT_DONE = 0,
    EXIT_ERROR = 1,
    EXIT_FOUND = 2,      // something at or above --fail-on
    EXIT_INCOMPLETE = 3, // and --strict
    EXIT_USAGE = 64,
};

// ---------------------------------------------------------------- options

enum service_role {
    ROLE_API,
    ROLE_WORKER,
    ROLE_NOTIFIER,
};

struct output_choice {
    enum report_format format;
    span file; // empty: standard output
};
enum { MOST_OUTPUTS = 16 };

// What the user wants, from flags, then the environment, then the configuration file.
struct settings {
    struct arena *mem; // of every text below
    struct limits limits;
    struct spans arguments; // what is no option
    struct output_choice outputs[MOST_OUTPUTS];
    size_t output_count;
    uint32_t severities; // bit 1 << enum severity; 0: all
    uint32_t checks;     // bit 1 << enum finding_kind; 0: the usual ones
    bool has_fail_on;
    enum severity fail_on;
    bool only_fixed;
    bool show_suppressed;
    bool all_layers;
    bool names_layers; // --scope is one of layers, not of a token
    bool strict;
    bool quiet;
    bool verbose;
    bool no_color;
    bool no_cache;
    struct platform platform;
    span distro;
    span base;
    span allow_licenses; // with commas between them
    span deny_licenses;
    struct spans ignore_files; // none: those that are found
    struct spans vex;
    span baseline;
    const char *config;   // null: the usual places
    const char *database; // null: the usual places
    const char *from;     // db build: directory of feeds; db update: what to update from
    const char *root;     // db update: the root to trust
    span mirror;          // db update: of all feeds
    const char *sources;  // db update: addresses of feeds
    bool is_unsigned;     // db import: nobody has signed it
    const char *old_keys; // db export: the directory before
    const char *keys;     // db export, db keygen: directory of private keys
    uint64_t days;        // db export: for which it is valid; 0: the usual number
    const char *service;  // serve: its configuration; null: none
    const char *state;    // serve: directory; null: the usual one
    const char *listen;   // serve: address; null: the usual one
    const char *certificate;
    const char *key;
    uint32_t roles;        // serve: bits of enum service_role; 0: all
    unsigned workers;      // serve; 0: the usual number
    uint32_t token_scopes; // token create: bits of enum scope; 0: reading
    span project;          // token create: its name; empty: all
    uint64_t token_days;   // token create; 0: for ever
    bool has_grace;
    uint64_t grace_hours;   // token rotate
    span server;            // scan: URL of a service; empty: none
    const char *token_file; // scan: with the token for it
    span store;             // URL; empty: the user's own
    const char *output_file;
    const char *ca_file;
    const char *plain_http;
    bool help;
};

// One flag. `value` is the word for its argument in help texts, null for a switch.
struct option {
    const char *name; // without the dashes
    char letter;      // 0: none
    const char *value;
    const char *help;
    bool (*set)(struct settings *settings, span value, struct err *err);
};

// All flags; a command accepts those whose names it lists.
const struct option *option_find(span name);
const struct option *option_find_letter(char letter);
// Whether the configuration file may set it.
bool option_is_setting(const struct option *option);

// Those of the service: options_service.c. A setter keeps its value in the settings. ERR_USAGE.
bool option_keep_text(struct settings *settings, span value, const char **ret, struct err *err);
bool option_set_service(struct settings *settings, span value, struct err *err);
bool option_set_state(struct settings *settings, span value, struct err *err);
bool option_set_listen(struct settings *settings, span value, struct err *err);
bool option_set_certificate(struct settings *settings, span value, struct err *err);
bool option_set_key(struct settings *settings, span value, struct err *err);
bool option_set_roles(struct settings *settings, span value, struct err *err);
bool option_set_workers(struct settings *settings, span value, struct err *err);
bool option_set_store(struct settings *settings, span value, struct err *err);
bool option_set_scopes(struct settings *settings, span value, struct err *err);
bool option_set_project(struct settings *settings, span value, struct err *err);
bool option_set_expires(struct settings *settings, span value, struct err *err);
bool option_set_grace(struct settings *settings, span value, struct err *err);
bool option_set_server(struct settings *settings, span value, struct err *err);
bool option_set_token_file(struct settings *settings, span value, struct err *err);

struct command {
    const char *name;
    const char *arguments; // for the usage line
    const char *summary;
    const char *const *options; // names, null at the end
    int (*run)(struct settings *settings);
};

bool command_accepts(const struct command *command, const struct option *option);
// The commands in the order of the help text; null past the last one.
const struct command *command_at(size_t index);

bool settings_init(struct settings *settings, struct arena *mem, struct err *err);
// Flags beat the environment (PLIMSOLL_NAME for --name), which beats the configuration file. What
// one of them says of an option that can be given more than once replaces what a weaker one says.
// ERR_USAGE.
bool settings_read(struct settings *settings, const struct command *command, int argc, char **argv,
                   struct err *err);

// Sets what the configuration file says: settings->config, else plimsoll.yaml in the current
// directory, else the user's own. Its keys are the long names of options, its values words or lists
// of words. ERR_USAGE with file and line for a key that is no option of any command; without a file
// it does nothing. ERR_DENIED if the one in the current directory belongs to another user.
bool config_read(struct settings *settings, const struct command *command, struct err *err);

// ---------------------------------------------------------------- terminal

void print_help(void);
void print_command_help(const struct command *command);
int finish_help(void); // the exit status: help is buffered, and its reader may have gone
// "plimsoll: text" on standard error.
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
int fail(const struct err *err); // complains, and gives the exit status
bool print_text(span text, struct err *err);
void add_safe(struct text *out, span s); // untrusted text, made fit for a terminal
void complain_notes(const struct settings *settings, const struct notes *notes);
// For the progress of flows; null where nobody watches.
progress_function *progress_for(const struct settings *settings);

// ---------------------------------------------------------------- places

bool place_is_file(const char *path); // of null: no

// XDG base directories and what is below them; null if there is no home. In settings->mem.
const char *cache_directory(struct arena *mem, const char *name);
const char *data_directory(struct arena *mem);
const char *config_file(struct arena *mem, const char *name);
const char *environment(const char *name); // null: unset or empty
// --db, PLIMSOLL_DB, the user's own database, else the one that came with the program.
bool find_database(const struct settings *settings, const char **ret, struct err *err);
// The database of a service, which is replaced while it runs: --db, PLIMSOLL_DB, else the user's
// own, which begins as the one that came with the program.
bool find_live_database(const struct settings *settings, const char **ret, struct err *err);
// The URL of the store: --store, PLIMSOLL_STORE, or what the file behind their '@' says; else a
// file of the user's own, whose directory is made.
bool find_store(const struct settings *settings, span *ret, struct err *err);
void fill_net_options(const struct settings *settings, struct net_options *ret);
void fill_source_options(const struct settings *settings, struct source_options *ret);

// ---------------------------------------------------------------- commands

// Do they name this part of a command, with so many arguments behind it?
bool is_part(const struct spans *arguments, const char *name, size_t behind);
int command_scan(struct settings *settings);
int command_token(struct settings *settings);
int command_bom(struct settings *settings);
int command_db(struct settings *settings);
// The parts of it. EXIT_USAGE is complained of by the caller.
int db_build(struct settings *settings);
int db_ask(struct settings *settings); // status, search
int db_update(struct settings *settings);
int db_export(struct settings *settings);
int db_diff(struct settings *settings);
int db_import(struct settings *settings);
int db_keygen(struct settings *settings);
int command_store(struct settings *settings);
int command_version(struct settings *settings);
int command_serve(struct settings *settings);
// What the service runs for each scan; not for people.
int command_scan_for_service(struct settings *settings);

#endif
