#include "app/app_inner.h"

#include "os/os.h"

typedef void answer_line(enum scheme scheme, span line, struct text *out);

// Answers are written a block at a time: many callers ask millions of lines.
enum { INPUT_BLOCK = 1 << 16 };

// Lines that end in `block`; what is left of the last one moves to the front.
static bool answer_block(enum scheme scheme, answer_line *answer, span *rest, bool last,
                         struct arena *mem, struct err *err)
{
    struct text out;
    arena_reset(mem);
    text_init(&out, mem, SIZE_MAX);
    while (rest->len && (last || span_find(*rest, '\n') != SPAN_NONE))
        answer(scheme, span_cut_line(rest), &out);
    return text_ok(&out) ? print_text(text_span(&out), err) : arena_err(mem, err, "answers");
}

static bool answer_input(enum scheme scheme, answer_line *answer, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    static uint8_t buffer[2 * INPUT_BLOCK];
    size_t kept = 0;
    size_t got = 1;
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    while (got) {
        if (kept > INPUT_BLOCK)
            return err_set(err, ERR_LIMIT, "a line is longer than %d bytes", INPUT_BLOCK);
        if (!os_read(OS_STDIN, buffer + kept, INPUT_BLOCK, &got, err))
            return false;
        span rest = span_of(buffer, kept + got);
        if (!answer_block(scheme, answer, &rest, got == 0, mem, err))
            return false;
        kept = rest.len;
        for (size_t i = 0; i < kept; i++)
            buffer[i] = rest.ptr[i];
    }
    return true;
}

static bool answer_pair(enum scheme scheme, answer_line *answer, span a, span b, struct arena *mem,
                        struct err *err)
{
    struct text line;
    struct text out;
    text_init(&line, mem, SIZE_MAX);
    text_init(&out, mem, SIZE_MAX);
    text_add(&line, a);
    text_add_byte(&line, '\t');
    text_add(&line, b);
    answer(scheme, text_span(&line), &out);
    return text_ok(&out) ? print_text(text_span(&out), err) : arena_err(mem, err, "answer");
}

static bool compare_or_satisfy(const struct settings *settings, struct err *err)
{
    const struct spans *arguments = &settings->arguments;
    answer_line *answer = NULL;
    enum scheme scheme = SCHEME_DEB;
    if (span_equal(arguments->items[0], S("compare")))
        answer = version_answer_compare;
    if (span_equal(arguments->items[0], S("satisfies")))
        answer = version_answer_satisfies;
    if (!answer || (arguments->count != 2 && arguments->count != 4))
        return err_set(err, ERR_USAGE, "see plimsoll version --help");
    if (!scheme_parse(arguments->items[1], &scheme))
        return err_set(err, ERR_USAGE, "'%s' is not a version scheme",
                       quote(arguments->items[1]).text);
    if (arguments->count == 2)
        return answer_input(scheme, answer, err);
    return answer_pair(scheme, answer, arguments->items[2], arguments->items[3], settings->mem,
                       err);
}

int command_version(struct settings *settings)
{
    struct err err = {0};
    bool ok = settings->arguments.count == 0
                  ? print_text(S("plimsoll " PLIMSOLL_VERSION "\n"), &err)
                  : compare_or_satisfy(settings, &err);
    return ok ? EXIT_DONE : fail(&err);
}
