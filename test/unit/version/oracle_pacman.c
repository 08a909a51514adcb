// Judges lines "a TAB b TAB order" from standard input with alpm_pkg_vercmp of the installed
// libalpm. Loaded at run time, so that the tests build without it.
#include "base/base.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef int vercmp_function(const char *a, const char *b);

static bool judge(vercmp_function *vercmp, const char *line, struct arena *mem)
{
    span rest = span_trim_end(span_of_text(line), '\n');
    char *a = arena_text(mem, span_cut(&rest, '\t'));
    char *b = arena_text(mem, span_cut(&rest, '\t'));
    if (!a || !b)
        return false;
    int alpm = vercmp(a, b);
    alpm = (alpm > 0) - (alpm < 0);
    if (span_equal(rest, alpm < 0 ? S("-1") : alpm > 0 ? S("1") : S("0")))
        return true;
    printf("%s\t%s\tplimsoll %.*s\talpm %d\n", a, b, (int)rest.len, (const char *)rest.ptr, alpm);
    return false;
}

int main(void)
{
    void *alpm = dlopen("libalpm.so.13", RTLD_NOW);
    void *symbol = alpm ? dlsym(alpm, "alpm_pkg_vercmp") : NULL;
    if (!symbol) {
        puts("SKIP: oracle pacman: libalpm.so.13 (package libalpm13) is absent");
        return 77;
    }
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    if (!mem)
        return EXIT_FAILURE;
    unsigned lines = 0;
    unsigned wrong = 0;
    char line[1024];
    while (fgets(line, sizeof line, stdin)) {
        lines++;
        wrong += !judge(__extension__(vercmp_function *) symbol, line, mem);
        arena_reset(mem);
    }
    printf("%u pairs, %u differ\n", lines, wrong);
    return wrong || !lines ? EXIT_FAILURE : EXIT_SUCCESS;
}
