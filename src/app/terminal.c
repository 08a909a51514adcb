#include "app/app_inner.h"

#include "os/os.h"
#include "version/version.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    flockfile(stderr);                 // the service's threads complain at once
    (void)fputs("plimsoll: ", stderr); // there is nowhere to report a broken stderr
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    funlockfile(stderr);
    va_end(args);
}

int fail(const struct err *err)
{
    complain("%s", err->text);
    return err->kind == ERR_USAGE ? EXIT_USAGE : EXIT_ERROR;
}

bool print_text(span text, struct err *err)
{
    return os_write_all(OS_STDOUT, text, err) || err_add(err, "standard output");
}

void add_safe(struct text *out, span s)
{
    while (s.len) {
        span piece = span_first(s, 16);
        text_add(out, span_of_text(quote(piece).text));
        s = span_from(s, piece.len);
    }
}

static void show_progress(void *self, const char *what, size_t done, size_t of)
{
    (void)self; // one terminal
    (void)fprintf(stderr, "\r\033[K%s %zu/%zu", what, done, of);
    if (done == of)
        (void)fputs("\r\033[K", stderr);
}

progress_function *progress_for(const struct settings *settings)
{
    return !settings->quiet && os_is_terminal(OS_STDERR) ? show_progress : NULL;
}

void print_help(void)
{
    (void)puts("plimsoll: says whether a container may run, and proves why\n\n"
               "usage: plimsoll COMMAND [OPTION...] [ARGUMENT...]\n");
    for (size_t i = 0; command_at(i); i++)
        (void)printf("  %-8s %s\n", command_at(i)->name, command_at(i)->summary);
    (void)puts("\n"
               "TARGET is an image reference (alpine:3.20, registry.example/a/b@sha256:…), or\n"
               "  registry:REF  docker:REF  podman:REF  oci-dir:PATH[:TAG]  oci-archive:FILE\n"
               "  docker-archive:FILE  sbom:FILE  dir:PATH  file:PATH  host\n"
               "  (FILE may be - for standard input)\n"
               "\n"
               "Every option can be set as PLIMSOLL_NAME in the environment, or by its name in\n"
               "plimsoll.yaml, here or in ~/.config/plimsoll.\n"
               "plimsoll COMMAND --help tells more.");
}

static void print_option(const struct option *option)
{
    char flag[64];
    int len = snprintf(flag, sizeof flag, "%c%c%s --%s%s%s", option->letter ? '-' : ' ',
                       option->letter ? option->letter : ' ', option->letter ? "," : " ",
                       option->name, option->value ? " " : "", option->value ? option->value : "");
    assert(len > 0 && (size_t)len < sizeof flag);
    (void)printf("  %-34s %s\n", flag, option->help);
}

static void print_limits(void)
{
    struct limits limits = limits_default();
    const char *name = NULL;
    uint64_t value = 0;
    (void)puts("\nlimits and their defaults:");
    for (size_t i = 0; limits_field(&limits, i, &name, &value); i++)
        (void)printf("  %-18s %llu\n", name, (unsigned long long)value);
}

static void print_schemes(void)
{
    (void)puts("\nversion schemes:");
    for (enum scheme scheme = SCHEME_DEB; scheme < SCHEME_COUNT; scheme++)
        (void)printf("  %s\n", scheme_name(scheme));
}

void print_command_help(const struct command *command)
{
    (void)printf("usage: plimsoll %s [OPTION...] %s\n\n%s\n\n", command->name, command->arguments,
                 command->summary);
    bool limits = false;
    for (size_t i = 0; command->options[i]; i++) {
        print_option(option_find(span_of_text(command->options[i])));
        limits |= strcmp(command->options[i], "limit") == 0;
    }
    if (limits)
        print_limits();
    if (strcmp(command->name, "version") == 0)
        print_schemes();
}

int finish_help(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_DONE;
    complain("standard output: the help could not be written");
    return EXIT_ERROR;
}
