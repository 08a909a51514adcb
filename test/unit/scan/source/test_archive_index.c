#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "scan/source/archive_inner.h"

static bool memory_read(void *self, uint64_t offset, void *buffer, size_t len, size_t *ret_len,
                        struct err *err)
{
    (void)err; // memory does not fail
    span part = span_slice(*(const span *)self, offset, len);
    if (part.len)
        memcpy(buffer, part.ptr, part.len);
    *ret_len = part.len;
    return true;
}

static void add(struct text *out, const char *path, const char *content)
{
    struct tar_entry entry = {.path = span_of_text(path), .type = TAR_REGULAR, .mode = 0644};
    entry.size = span_of_text(content).len;
    tar_write_header(out, &entry);
    text_add(out, span_of_text(content));
    tar_write_padding(out, entry.size);
}

static void add_link(struct text *out, const char *path, const char *target, enum tar_type type)
{
    struct tar_entry entry = {.path = span_of_text(path), .type = type};
    entry.link = span_of_text(target);
    tar_write_header(out, &entry);
}

struct fixture {
    struct arena *mem;
    struct limits limits;
    span bytes;
    struct archive_index index;
};

static bool read_index(struct fixture *fixture, struct err *err)
{
    struct bytes_at bytes = {.self = &fixture->bytes, .read = memory_read};
    return archive_index_read(&bytes, &fixture->limits, fixture->mem, &fixture->index, err);
}

static int make_archive(void **state)
{
    static struct fixture fixture;
    struct text out = {0};
    fixture.mem = arena_new(8 << 20);
    fixture.limits = limits_default();
    text_init(&out, fixture.mem, 1 << 20);
    add(&out, "./one", "1");
    add(&out, "dir/two", "22");
    add(&out, "one", "new");
    add_link(&out, "dir/soft", "../one", TAR_SYMLINK);
    add_link(&out, "hard", "dir/two", TAR_HARDLINK);
    add_link(&out, "round", "about", TAR_SYMLINK);
    add_link(&out, "about", "round", TAR_SYMLINK);
    add_link(&out, "out", "../../../etc/passwd", TAR_SYMLINK);
    tar_write_end(&out);
    fixture.bytes = text_span(&out);
    *state = &fixture;
    return text_ok(&out) && read_index(&fixture, NULL) ? 0 : -1;
}

static int drop_archive(void **state)
{
    struct fixture *fixture = *state;
    arena_free(fixture->mem);
    return 0;
}

static span content(const struct fixture *fixture, const char *path, struct err *err)
{
    const struct member *member = NULL;
    if (!archive_index_find(&fixture->index, span_of_text(path), &fixture->limits, fixture->mem,
                            &member, err))
        return (span){0};
    return span_slice(fixture->bytes, member->offset, member->size);
}

static void finds_members(void **state)
{
    const struct fixture *fixture = *state;
    assert_int_equal(fixture->index.members.count, 8);
    assert_true(span_equal(content(fixture, "dir/two", NULL), S("22")));
    assert_true(span_equal(content(fixture, "./dir//two", NULL), S("22")));
    assert_true(span_equal(content(fixture, "one", NULL), S("new"))); // the last of that name
    assert_true(span_equal(content(fixture, "dir/soft", NULL), S("new")));
    assert_true(span_equal(content(fixture, "hard", NULL), S("22")));
}

static void says_what_is_not_there(void **state)
{
    const struct fixture *fixture = *state;
    struct err err = {0};
    assert_int_equal(content(fixture, "absent", &err).len, 0);
    assert_int_equal(err.kind, ERR_MISSING);
    assert_int_equal(content(fixture, "out", &err).len, 0);
    assert_int_equal(err.kind, ERR_MISSING);
    assert_int_equal(content(fixture, "round", &err).len, 0);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(content(fixture, "", &err).len, 0);
}

static void bounds_the_number_of_members(void **state)
{
    struct fixture own = *(const struct fixture *)*state;
    struct err err = {0};
    own.limits.index_entries = 8;
    assert_true(read_index(&own, &err));
    own.limits.index_entries = 7;
    assert_false(read_index(&own, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void an_empty_archive_has_no_members(void **state)
{
    struct fixture own = *(const struct fixture *)*state;
    own.bytes = (span){0};
    assert_true(read_index(&own, NULL));
    assert_int_equal(own.index.members.count, 0);
}

static void a_damaged_archive_is_an_error(void **state)
{
    struct fixture own = *(const struct fixture *)*state;
    struct err err = {0};
    own.bytes = S("this is no tar archive, but it is text that goes on for a while");
    assert_false(read_index(&own, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_members),
        cmocka_unit_test(says_what_is_not_there),
        cmocka_unit_test(bounds_the_number_of_members),
        cmocka_unit_test(an_empty_archive_has_no_members),
        cmocka_unit_test(a_damaged_archive_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_archive, drop_archive);
}
