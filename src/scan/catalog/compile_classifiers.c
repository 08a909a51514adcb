// Prints the compiled anchors of the classifiers as C. Runs when Plimsoll is built.
#include "pattern/pattern.h"
#include "scan/catalog/classifier_inner.h"

#include <stdio.h>

enum { BYTES_A_LINE = 24, MOST_MEMORY = 1 << 26 };

static bool compile(struct arena *mem, span *ret, struct err *err)
{
    const char **expressions = arena_array(mem, classifier_count, sizeof *expressions);
    if (!expressions)
        return arena_err(mem, err, "classifiers");
    for (size_t i = 0; i < classifier_count; i++)
        expressions[i] = classifiers[i].anchor;
    return pattern_compile(expressions, classifier_count, mem, ret, err);
}

static void print(span bytes)
{
    puts("#include \"scan/catalog/classifier_inner.h\"\n");
    printf("const size_t classifier_anchors_len = %zu;\n", bytes.len);
    puts("const uint8_t classifier_anchors[] = {");
    for (size_t i = 0; i < bytes.len; i++)
        printf("%u,%s", bytes.ptr[i], (i + 1) % BYTES_A_LINE ? "" : "\n");
    puts("};");
}

int main(void)
{
    struct err err = {0};
    span compiled = {0};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MOST_MEMORY);
    if (!mem || !compile(mem, &compiled, &err)) {
        fprintf(stderr, "compile_classifiers: %s\n", err.text);
        return 1;
    }
    print(compiled);
    return fflush(stdout) == 0 ? 0 : 1;
}
