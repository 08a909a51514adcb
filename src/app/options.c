// The flags: what each sets.
#include "app/app_inner.h"

#include "format/spdx/spdx.h"

#include "os/os.h"

#include <string.h>

// ---------------------------------------------------------------- values

bool option_keep_text(struct settings *settings, span value, const char **ret, struct err *err)
{
    *ret = arena_text(settings->mem, value);
    return *ret || err_set(err, ERR_USAGE, "'%s' is not a text", quote(value).text);
}

static bool set_output(struct settings *settings, span value, struct err *err)
{
    span file = value;
    span format = span_cut(&file, '=');
    struct output_choice *output = &settings->outputs[settings->output_count];
    if (settings->output_count == MOST_OUTPUTS)
        return err_set(err, ERR_USAGE, "more than %d outputs", MOST_OUTPUTS);
    // What is no format is a file, for commands such as db build that have only one.
    if (!report_format_parse(format, &output->format))
        return option_keep_text(settings, value, &settings->output_file, err);
    output->file = file;
    settings->output_count++;
    return true;
}

static bool parse_severity(span word, enum severity *ret, struct err *err)
{
    if (!severity_parse(span_trim(word), ret))
        return err_set(err, ERR_USAGE,
                       "'%s' is not a severity (unknown, negligible, low, medium, "
                       "high, critical)",
                       quote(word).text);
    return true;
}

static bool set_severity(struct settings *settings, span value, struct err *err)
{
    while (value.len) {
        enum severity severity = SEVERITY_UNKNOWN;
        if (!parse_severity(span_cut(&value, ','), &severity, err))
            return false;
        settings->severities |= UINT32_C(1) << severity;
    }
    return true;
}

// The kinds of findings that there are checks for.
static const enum finding_kind checks[] = {FINDING_VULNERABILITY, FINDING_INTEGRITY,
                                           FINDING_MALWARE};

static bool set_check(struct settings *settings, span value, struct err *err)
{
    while (value.len) {
        span word = span_trim(span_cut(&value, ','));
        uint32_t bit = 0;
        for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
            if (span_equal(word, span_of_text(finding_kind_name(checks[i]))))
                bit = UINT32_C(1) << checks[i];
        if (bit == 0)
            return err_set(err, ERR_USAGE,
                           "'%s' is not a check (vulnerability, integrity, malware)",
                           quote(word).text);
        settings->checks |= bit;
    }
    return true;
}

static bool set_fail_on(struct settings *settings, span value, struct err *err)
{
    settings->has_fail_on = true;
    return parse_severity(value, &settings->fail_on, err);
}

// Of the layers of an image, or of a token: the commands take one of them.
static bool set_scope(struct settings *settings, span value, struct err *err)
{
    settings->all_layers = span_equal(value, S("all-layers"));
    settings->token_scopes = 0;
    settings->names_layers = settings->all_layers || span_equal(value, S("squashed"));
    return settings->names_layers || option_set_scopes(settings, value, err);
}

static bool set_platform(struct settings *settings, span value, struct err *err)
{
    span rest = value;
    settings->platform.os = span_cut(&rest, '/');
    settings->platform.architecture = span_cut(&rest, '/');
    settings->platform.variant = rest;
    return settings->platform.architecture.len ||
           err_set(err, ERR_USAGE, "'%s' is not a platform (OS/ARCH[/VARIANT])", quote(value).text);
}

static bool set_distro(struct settings *settings, span value, struct err *err)
{
    (void)err; // identify judges it
    settings->distro = value;
    return true;
}

static bool set_base(struct settings *settings, span value, struct err *err)
{
    (void)err; // judged when it is looked for
    settings->base = value;
    return true;
}

// "MIT", "LicenseRef-x", "GPL-2.0-only WITH Classpath-exception-2.0"; with a '*' anything.
static bool is_license(span word, struct arena *mem, struct err *err)
{
    struct spdx_expression *license = NULL;
    struct err reason = {0};
    if (span_find(word, '*') != SPAN_NONE)
        return true;
    if (spdx_parse(word, mem, &license, &reason) && license->kind == SPDX_LICENSE)
        return true;
    return err_set(err, ERR_USAGE, "'%s' is no identifier of a license on the SPDX License List",
                   quote(word).text);
}

// Adds to the list: a list of the configuration file comes word by word.
static bool add_licenses(struct settings *settings, span value, span *list, struct err *err)
{
    struct text all;
    text_init(&all, settings->mem, SIZE_MAX);
    text_add(&all, *list);
    while (value.len) {
        span word = span_trim(span_cut(&value, ','));
        if (!is_license(word, settings->mem, err))
            return false;
        if (all.len)
            text_add_byte(&all, ',');
        text_add(&all, word);
    }
    *list = text_span(&all);
    return text_ok(&all) || arena_err(settings->mem, err, "options");
}

static bool set_allow_licenses(struct settings *settings, span value, struct err *err)
{
    return add_licenses(settings, value, &settings->allow_licenses, err);
}

static bool set_deny_licenses(struct settings *settings, span value, struct err *err)
{
    return add_licenses(settings, value, &settings->deny_licenses, err);
}

// May be given more than once.
static bool add_word(struct settings *settings, span value, struct spans *list, struct err *err)
{
    span *all = arena_array(settings->mem, list->count + 1, sizeof *all);
    if (!all)
        return arena_err(settings->mem, err, "options");
    for (size_t i = 0; i < list->count; i++)
        all[i] = list->items[i];
    all[list->count] = value;
    *list = (struct spans){.items = all, .count = list->count + 1};
    return true;
}

static bool add_ignore(struct settings *settings, span value, struct err *err)
{
    return add_word(settings, value, &settings->ignore_files, err);
}

static bool add_vex(struct settings *settings, span value, struct err *err)
{
    return add_word(settings, value, &settings->vex, err);
}

static bool set_baseline(struct settings *settings, span value, struct err *err)
{
    (void)err; // judged when it is read
    settings->baseline = value;
    return true;
}

static bool set_timeout(struct settings *settings, span value, struct err *err)
{
    uint64_t factor = span_ends_with(value, S("h")) ? 3600 : span_ends_with(value, S("m")) ? 60 : 1;
    span digits = value;
    if (digits.len && ascii_is_alpha(digits.ptr[digits.len - 1]))
        digits.len--;
    uint64_t number = 0;
    if (!span_to_u64(digits, &number) || number == 0 || number > 1000000 ||
        (digits.len < value.len && factor == 1 && !span_ends_with(value, S("s"))))
        return err_set(err, ERR_USAGE, "'%s' is not a duration (90, 30s, 5m, 1h)",
                       quote(value).text);
    settings->limits.seconds = number * factor;
    return true;
}

static bool set_limit(struct settings *settings, span value, struct err *err)
{
    span number = value;
    span name = span_cut(&number, '=');
    return limits_set(&settings->limits, name, number, err);
}

static bool set_db(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->database, err);
}

static bool set_config(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->config, err);
}

static bool set_from(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->from, err);
}

static bool set_root(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->root, err);
}

static bool set_mirror(struct settings *settings, span value, struct err *err)
{
    (void)err; // any text
    settings->mirror = value;
    return true;
}

static bool set_sources(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->sources, err);
}

static bool set_keys(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->keys, err);
}

static bool set_old_keys(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->old_keys, err);
}

static bool set_days(struct settings *settings, span value, struct err *err)
{
    enum { MOST_DAYS = 3650 };
    uint64_t days = 0;
    if (!span_to_u64(value, &days) || days == 0 || days > MOST_DAYS)
        return err_set(err, ERR_USAGE, "'%s' is not a number of days up to %d", quote(value).text,
                       MOST_DAYS);
    settings->days = days;
    return true;
}

static bool set_ca_file(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->ca_file, err);
}

static bool set_plain_http(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->plain_http, err);
}

// ---------------------------------------------------------------- switches

static bool is_off(span value)
{
    return span_equal(value, S("0")) || span_equal_nocase(value, S("false")) ||
           span_equal_nocase(value, S("no"));
}

static bool set_unsigned(struct settings *settings, span value, struct err *err)
{
    (void)err; // a switch takes any word
    settings->is_unsigned = !is_off(value);
    return true;
}

static bool set_only_fixed(struct settings *settings, span value, struct err *err)
{
    (void)err; // as above
    settings->only_fixed = !is_off(value);
    return true;
}

static bool set_show_suppressed(struct settings *settings, span value, struct err *err)
{
    (void)err; // as above
    settings->show_suppressed = !is_off(value);
    return true;
}

static bool set_strict(struct settings *settings, span value, struct err *err)
{
    (void)err; // as above
    settings->strict = !is_off(value);
    return true;
}

static bool set_quiet(struct settings *settings, span value, struct err *err)
{
    (void)err; // as above
    settings->quiet = !is_off(value);
    return true;
}

static bool set_verbose(struct settings *settings, span value, struct err *err)
{
    (void)err; // as above
    settings->verbose = !is_off(value);
    return true;
}

static bool set_no_color(struct settings *settings, span value, struct err *err)
{
    (void)err; // as above
    settings->no_color = !is_off(value);
    return true;
}

static bool set_no_cache(struct settings *settings, span value, struct err *err)
{
    (void)err; // as above
    settings->no_cache = !is_off(value);
    return true;
}

static bool set_help(struct settings *settings, span value, struct err *err)
{
    (void)err; // as above
    settings->help = !is_off(value);
    return true;
}

// ---------------------------------------------------------------- the table

static const struct option options[] = {
    {"output", 'o', "FORMAT[=FILE]",
     "table, json, html, sarif, csv, junit, gitlab, cyclonedx-vdr; SBOMs: cyclonedx-json, "
     "spdx-json; repeatable",
     set_output},
    {"check", 0, "KINDS",
     "what to look for: vulnerability,malware,integrity; default all; host, dir: not integrity",
     set_check},
    {"severity", 's', "SEVERITIES", "show only these severities, comma-separated", set_severity},
    {"only-fixed", 0, NULL, "show only findings that an upgrade fixes", set_only_fixed},
    {"fail-on", 'f', "SEVERITY", "exit with 2 if something at or above it is shown", set_fail_on},
    {"show-suppressed", 0, NULL, "show what does not count, too, and why", set_show_suppressed},
    {"ignore", 0, "FILE", "what does not count, instead of .plimsollignore; repeatable",
     add_ignore},
    {"vex", 0, "SOURCE",
     "VEX, which says what does no harm: FILE, DIR, referrers or image; repeatable", add_vex},
    {"baseline", 0, "FILE", "count only what this earlier result (-o json) has not", set_baseline},
    {"allow-licenses", 0, "LIST", "findings for all other licenses: SPDX identifiers; GPL-3.0*",
     set_allow_licenses},
    {"deny-licenses", 0, "LIST", "findings for these licenses, the same", set_deny_licenses},
    {"scope", 0, "SCOPE", "squashed or all-layers; of a token read,push,scan,subscribe,rules,admin",
     set_scope},
    {"platform", 0, "OS/ARCH[/VARIANT]", "which image of an index; default this machine's",
     set_platform},
    {"distro", 0, "NAME:VERSION", "the distribution, instead of what the image says", set_distro},
    {"base", 0, "IMAGE|DIFFIDS", "the image it is built on: tells inherited from own", set_base},
    {"db", 0, "FILE", "the advisory database", set_db},
    {"store", 0, "URL",
     "what the service keeps: sqlite:PATH, postgresql://… or @FILE, which says it",
     option_set_store},
    {"from", 0, "DIR|URL|FILE", "what to build, update or export from", set_from},
    {"root", 0, "FILE", "the publisher's root.json, to trust from now on", set_root},
    {"mirror", 0, "DIR|URL", "a copy of the upstream feeds, in place of their publishers",
     set_mirror},
    {"sources", 0, "FILE", "addresses of upstream feeds, in place of the usual ones (YAML)",
     set_sources},
    {"unsigned", 0, NULL, "import a database that nobody has signed", set_unsigned},
    {"keys", 0, "DIR", "the directory of a publisher's private keys", set_keys},
    {"old-keys", 0, "DIR", "the directory before, to change keys", set_old_keys},
    {"days", 0, "N", "for so many days what is exported is valid; default 30", set_days},
    {"settings", 0, "FILE", "the service's configuration: registries, ways out (YAML)",
     option_set_service},
    {"state", 0, "DIR", "where the service keeps what is not in the store", option_set_state},
    {"listen", 0, "ADDRESS", "where the API is; default 127.0.0.1:8420. [::]:8443, unix:PATH",
     option_set_listen},
    {"tls-cert", 0, "FILE", "the service's certificates (PEM); needed but on loopback",
     option_set_certificate},
    {"tls-key", 0, "FILE", "their private key (PEM)", option_set_key},
    {"role", 0, "ROLES", "what this process does: api,worker,notifier; default all",
     option_set_roles},
    {"workers", 0, "N", "how many jobs at once; default one a processor", option_set_workers},
    {"project", 0, "NAME", "whose things alone a token is for; default all", option_set_project},
    {"expires", 0, "DAYS", "for so many days a token is good; default for ever",
     option_set_expires},
    {"grace", 0, "HOURS", "for so many a rotated token stays good; default 24", option_set_grace},
    {"server", 0, "URL", "a service that knows the advisories: only the bill of materials is sent",
     option_set_server},
    {"token-file", 0, "FILE", "the token for --server, instead of PLIMSOLL_TOKEN",
     option_set_token_file},
    {"strict", 0, NULL, "exit with 3 if the scan is incomplete", set_strict},
    {"timeout", 0, "DURATION", "give up after 90, 30s, 5m, 1h", set_timeout},
    {"limit", 0, "NAME=VALUE", "what untrusted input may cost; K, M, G allowed", set_limit},
    {"ca-file", 0, "FILE", "certificates to trust besides the system's (PEM)", set_ca_file},
    {"plain-http", 0, "HOST[:PORT]", "a registry to speak to without TLS", set_plain_http},
    {"no-cache", 0, NULL, "neither read nor write the layer cache", set_no_cache},
    {"quiet", 'q', NULL, "no progress, only results and errors", set_quiet},
    {"verbose", 'v', NULL, "why each finding matched", set_verbose},
    {"no-color", 0, NULL, "no colour, even on a terminal", set_no_color},
    {"config", 0, "FILE", "settings, instead of those in plimsoll.yaml", set_config},
    {"help", 'h', NULL, "this text", set_help},
};

const struct option *option_find(span name)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (span_equal(name, span_of_text(options[i].name)))
            return &options[i];
    return NULL;
}

const struct option *option_find_letter(char letter)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].letter == letter)
            return &options[i];
    return NULL;
}

bool option_is_setting(const struct option *option)
{
    return option->set != set_config && option->set != set_help;
}

bool command_accepts(const struct command *command, const struct option *option)
{
    for (size_t i = 0; option && command->options[i]; i++)
        if (strcmp(command->options[i], option->name) == 0)
            return true;
    return false;
}
