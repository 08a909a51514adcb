#include "scene.h"

#include "tar_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

int set_up(void **state)
{
    static struct scene scene;
    scene = (struct scene){.mem = arena_new(256 << 20), .limits = limits_default()};
    text_init(&scene.tar, scene.mem, 64 << 20);
    *state = &scene;
    return 0;
}

int tear_down(void **state)
{
    arena_free(((struct scene *)*state)->mem);
    return 0;
}

span dump(struct scene *scene, span archive, size_t piece)
{
    struct text out;
    text_init(&out, scene->mem, 16 << 20);
    tar_dump(archive, piece, &scene->limits, &out);
    assert_true(text_ok(&out));
    return text_span(&out);
}

static void fail_with_both(span found, span expected)
{
    print_error("found:\n%.*sexpected:\n%.*s", (int)found.len, (const char *)found.ptr,
                (int)expected.len, (const char *)expected.ptr);
    fail();
}

// The archive reads as `expected` however it is cut. '#' at the end of a line stands for the digest
// of the content, which same_content checks where it matters.
void reads_as(struct scene *scene, const char *expected)
{
    assert_true(text_ok(&scene->tar));
    span archive = text_span(&scene->tar);
    span whole = dump(scene, archive, archive.len ? archive.len : 1);
    struct text blurred;
    text_init(&blurred, scene->mem, 1 << 20);
    for (span rest = whole; rest.len;) {
        span line = span_cut(&rest, '\n');
        size_t space = span_find_last(line, ' ');
        bool member = line.len > 18 && line.ptr[1] == ' ' && line.len - space == 17;
        text_add(&blurred, member ? span_first(line, space) : line);
        text_add_byte(&blurred, '\n');
    }
    if (!span_equal(text_span(&blurred), span_of_text(expected)))
        fail_with_both(text_span(&blurred), span_of_text(expected));
    const size_t pieces[] = {1, 7, 511, 512, 513, 1000};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        span cut = dump(scene, archive, pieces[i]);
        if (!span_equal(cut, whole))
            fail_with_both(cut, whole);
    }
}

void same_content(struct scene *scene, const struct part *parts, size_t count)
{
    span whole = dump(scene, text_span(&scene->tar), 512);
    char line[64];
    uint64_t digest = 0;
    for (size_t i = 0; i < count; i++)
        digest = content_digest(digest, parts[i].offset, parts[i].data);
    (void)snprintf(line, sizeof line, " %016llx\nend\n", (unsigned long long)digest); // fits
    assert_true(span_ends_with(whole, span_of_text(line)));
}

void add_pax(struct scene *scene, const struct text *records)
{
    assert_true(text_ok(records));
    add_member(&scene->tar, magic_ustar, 'x', "pax", text_span(records));
}

struct text records_of(struct scene *scene)
{
    struct text records;
    text_init(&records, scene->mem, 1 << 20);
    return records;
}

// A pax header with one record.
void add_pax_record(struct scene *scene, const char *key, span value)
{
    struct text records = records_of(scene);
    add_record(&records, key, value);
    add_pax(scene, &records);
}
