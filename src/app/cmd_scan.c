#include "app/app_inner.h"

#include "os/os.h"

#include <stdio.h>

enum { SECONDS_A_DAY = 86400, OUTPUT_BUDGET = 1 << 30 };

// ---------------------------------------------------------------- reports

// What makes builds reproducible: seconds since 1970 that stand for the time of day.
static bool source_date(uint64_t *ret)
{
    const char *value = environment("SOURCE_DATE_EPOCH");
    return value && span_to_u64(span_of_text(value), ret);
}

static struct report_options report_options(const struct settings *settings, bool to_terminal)
{
    uint64_t timestamp = 0;
    bool has_timestamp = source_date(&timestamp);
    return (struct report_options){
        .color = to_terminal && !settings->no_color && !environment("NO_COLOR"),
        .width = to_terminal ? os_terminal_width(OS_STDOUT) : 0,
        .severities = settings->severities,
        .only_fixed = settings->only_fixed,
        .show_suppressed = settings->show_suppressed,
        .verbose = settings->verbose,
        .has_fail_on = settings->has_fail_on,
        .fail_on = settings->fail_on,
        .strict = settings->strict,
        .tool_version = S(PLIMSOLL_VERSION),
        .today = (uint32_t)(os_now() / SECONDS_A_DAY),
        .has_timestamp = has_timestamp,
        .timestamp = timestamp,
        .now = os_now(),
    };
}

static bool write_file(span file, span text, struct arena *mem, struct err *err)
{
    const char *path = arena_text(mem, file);
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    if (!path)
        return err_set(err, ERR_USAGE, "'%s' is not a file name", quote(file).text);
    return os_output_open(path, &output, err) && os_write_all(output.fd, text, err) &&
           os_output_commit(&output, err);
}

enum { FOR_A_FINDING = 2048, FOR_A_PACKAGE = 1024 }; // bytes in a report

static bool write_report(const struct settings *settings, const struct output_choice *choice,
                         const struct scan *scan, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(OUTPUT_BUDGET);
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    bool terminal = choice->file.len == 0 && os_is_terminal(OS_STDOUT);
    struct report_options options = report_options(settings, terminal);
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    // Room for what is usual, which costs nothing until it is written to; growing to it would.
    text_reserve(&out,
                 FOR_A_FINDING * scan->findings.count + FOR_A_PACKAGE * scan->bom.package_count);
    report_write(choice->format, scan, &options, &out);
    if (!text_ok(&out) || arena_refused(mem))
        return arena_err(mem, err, "report");
    return choice->file.len ? write_file(choice->file, text_span(&out), mem, err)
                            : print_text(text_span(&out), err);
}

static bool write_reports(const struct settings *settings, const struct scan *scan, struct err *err)
{
    static const struct output_choice table = {.format = REPORT_TABLE};
    if (settings->output_count == 0)
        return write_report(settings, &table, scan, err);
    for (size_t i = 0; i < settings->output_count; i++)
        if (!write_report(settings, &settings->outputs[i], scan, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- the command

static bool fill_request(struct settings *settings, struct scan_request *ret, struct err *err)
{
    if (settings->arguments.count != 1)
        return err_set(err, ERR_USAGE, "one TARGET is needed, such as alpine:3.20 or host");
    if (settings->output_file)
        return err_set(err, ERR_USAGE, "-o %s: there is no such format (%s)",
                       quote(span_of_text(settings->output_file)).text, report_format_names);
    if (settings->token_scopes)
        return err_set(err, ERR_USAGE, "--scope: squashed or all-layers is wanted");
    uint64_t timestamp = 0;
    if (environment("SOURCE_DATE_EPOCH") && !source_date(&timestamp))
        return err_set(err, ERR_USAGE, "SOURCE_DATE_EPOCH is no number of seconds");
    *ret = (struct scan_request){
        .target = settings->arguments.items[0],
        .limits = settings->limits,
        .cache_directory = settings->no_cache ? NULL : cache_directory(settings->mem, "layers"),
        .distro = settings->distro,
        .base = settings->base,
        .all_layers = settings->all_layers,
        .progress = progress_for(settings),
    };
    fill_source_options(settings, &ret->source);
    return true;
}

static bool is_on_terminal(const struct settings *settings)
{
    bool table = settings->output_count == 0;
    for (size_t i = 0; i < settings->output_count; i++)
        table |= settings->outputs[i].format == REPORT_TABLE && settings->outputs[i].file.len == 0;
    return table;
}

static bool is_of_suppressor(const struct scan *scan, span location)
{
    for (size_t i = 0; i < scan->suppressor_count; i++)
        if (span_equal(location, scan->suppressors[i].source))
            return true;
    return false;
}

// What an ignore file says in vain is for whoever keeps it, and that is not who reads the result.
static void complain_of_suppressors(const struct settings *settings, const struct scan *scan)
{
    const struct list *notes = &scan->bom.notes.items;
    if (settings->quiet || is_on_terminal(settings))
        return;
    for (size_t i = 0; i < notes->count; i++) {
        const struct note *note = LIST_AT(notes, struct note, i);
        if (is_of_suppressor(scan, note->location))
            complain("%s: %.*s", quote(note->location).text, (int)note->text.len,
                     (const char *)note->text.ptr);
    }
}

static int status_of(const struct settings *settings, const struct scan *scan)
{
    struct report_options options = report_options(settings, false);
    enum severity worst = SEVERITY_UNKNOWN;
    if (settings->has_fail_on && report_worst(scan, &options, &worst) && worst >= settings->fail_on)
        return EXIT_FOUND;
    if (!settings->strict || scan->complete)
        return EXIT_DONE;
    complain("the scan is incomplete, as its notes say, and --strict was given");
    return EXIT_INCOMPLETE;
}

static int scan_and_report(struct settings *settings, const struct scan_request *request)
{
    CLEANUP(scan_session_cleanup) struct scan_session *session = NULL;
    struct err err = {0};
    // The scan keeps to the limit where it can; this is for what it has to wait for.
    os_give_up_after(settings->limits.seconds + 1, EXIT_ERROR);
    if (!scan_image(request, &session, &err) ||
        !write_reports(settings, scan_result(session), &err))
        return fail(&err);
    complain_of_suppressors(settings, scan_result(session));
    return status_of(settings, scan_result(session));
}

// What the advisory database knows: one pass over it finds both.
enum { FROM_DATABASE = 1 << FINDING_VULNERABILITY | 1 << FINDING_MALWARE };

// An image is held to the records of its packages unasked: that costs the digests of files that are
// read anyway. On a host it would mean to read all of /usr.
static uint32_t usual_checks(span target)
{
    bool is_tree = span_equal(target, S("host")) || span_starts_with(target, S("dir:")) ||
                   span_starts_with(target, S("file:"));
    uint32_t checks = FROM_DATABASE;
    return is_tree ? checks : checks | UINT32_C(1) << FINDING_INTEGRITY;
}

static bool split_words(span words, struct arena *mem, struct spans *ret, struct err *err)
{
    struct list list;
    list_init(&list, mem, sizeof(span), SIZE_MAX);
    while (words.len) {
        span *word = LIST_ADD(&list, span);
        if (!word)
            return arena_err(mem, err, "options");
        *word = span_cut(&words, ',');
    }
    *ret = (struct spans){.items = list.items, .count = list.count};
    return true;
}

static bool fill_policy(const struct settings *settings, struct license_policy *ret,
                        struct err *err)
{
    return split_words(settings->allow_licenses, settings->mem, &ret->allowed, err) &&
           split_words(settings->deny_licenses, settings->mem, &ret->denied, err);
}

// The ignore files of the current directory, Trivy's as well, unless others are given.
static bool find_ignore_files(struct settings *settings, struct scan_request *request,
                              struct err *err)
{
    static const char *const names[] = {".plimsollignore", ".trivyignore", ".trivyignore.yaml"};
    enum { NAMES = sizeof names / sizeof *names };
    span *found = arena_array(settings->mem, NAMES, sizeof *found);
    size_t count = 0;
    struct os_stat st = {0};
    if (!found)
        return arena_err(settings->mem, err, "options");
    for (size_t i = 0; i < NAMES; i++)
        if (os_stat_path(names[i], &st, NULL))
            found[count++] = span_of_text(names[i]);
    request->ignore_files_found = settings->ignore_files.count == 0;
    request->ignore_files = settings->ignore_files;
    if (request->ignore_files_found)
        request->ignore_files = (struct spans){.items = found, .count = count};
    request->vex = settings->vex;
    request->baseline = settings->baseline;
    return true;
}

// A token in the arguments could be seen by everybody on the machine.
static bool read_token(struct settings *settings, span *ret, struct err *err)
{
    enum { TOKEN_BYTES = 4096 };
    span text = span_of_text(environment("PLIMSOLL_TOKEN"));
    if (settings->token_file &&
        !os_read_file(settings->token_file, TOKEN_BYTES, settings->mem, &text, err))
        return false;
    *ret = span_trim(text);
    return ret->len ||
           err_set(err, ERR_USAGE, "--server needs a token: --token-file FILE or PLIMSOLL_TOKEN");
}

// The advisories: in a database, or with a service.
static bool find_knowledge(struct settings *settings, struct scan_request *request, struct err *err)
{
    if (settings->server.len == 0)
        return find_database(settings, &request->database, err);
    if (settings->database)
        return err_set(err, ERR_USAGE, "--server and --db: one of them knows the advisories");
    request->server.url = settings->server;
    return read_token(settings, &request->server.token, err);
}

int command_scan(struct settings *settings)
{
    struct scan_request request = {0};
    struct err err = {0};
    if (!fill_request(settings, &request, &err) ||
        !fill_policy(settings, &request.licenses, &err) ||
        !find_ignore_files(settings, &request, &err))
        return fail(&err);
    request.checks = settings->checks ? settings->checks : usual_checks(request.target);
    request.match.kinds = request.checks & FROM_DATABASE;
    if (request.match.kinds && !find_knowledge(settings, &request, &err))
        return fail(&err);
    request.match.today = (uint32_t)(os_now() / SECONDS_A_DAY);
    request.match.suppressed = settings->show_suppressed;
    return scan_and_report(settings, &request);
}

int command_bom(struct settings *settings)
{
    struct scan_request request = {0};
    struct err err = {0};
    if (!fill_request(settings, &request, &err))
        return fail(&err);
    return scan_and_report(settings, &request);
}
