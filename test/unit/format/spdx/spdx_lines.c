// For each line of the standard input what it means as an expression, as the license of a package
// of the type that is the only argument.
#include "format/spdx/spdx.h"

#include <stdio.h>

enum { BUDGET = 1 << 28 };

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    static char bytes[1 << 22];
    span text = span_of(bytes, fread(bytes, 1, sizeof bytes, stdin));
    if (argc != 2)
        return 64;
    while (text.len) {
        span found = {0};
        if (!spdx_normalise(span_cut_line(&text), spdx_speaker_of(span_of_text(argv[1])), mem,
                            &found))
            return 1;
        (void)printf("%.*s\n", (int)found.len, (const char *)found.ptr);
    }
    return 0;
}
