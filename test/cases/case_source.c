// The advisories of a .case file as the port that matching asks.
#include "case.h"

#include <string.h>

// The key of a version in `mem`; empty for what is none.
static bool key_of(enum scheme scheme, span version, struct arena *mem, span *ret)
{
    struct version_key key;
    *ret = (span){0};
    return version.len == 0 || !version_key_of(scheme, version, &key) ||
           arena_span(mem, span_of(key.bytes, key.len), ret);
}

static bool keys_of(const struct affected *affected, struct arena *mem, struct bound_keys *ret)
{
    enum scheme scheme = scheme_of_ecosystem(affected->ecosystem);
    return key_of(scheme, affected->introduced, mem, &ret->introduced) &&
           key_of(scheme, affected->fixed, mem, &ret->fixed) &&
           key_of(scheme, affected->last_affected, mem, &ret->last_affected);
}

static bool is_about(const struct case_affected *row, span ecosystem, span name)
{
    return span_equal(row->affected.ecosystem, ecosystem) && span_equal(row->affected.name, name);
}

static bool look_up(void *self, span ecosystem, span name, struct arena *mem, struct claims *ret,
                    struct err *err)
{
    struct case_source *source = self;
    const struct test_case *test = source->test;
    source->look_ups++;
    struct claim *items = arena_array(mem, test->affected.count, sizeof(struct claim));
    if (!items)
        return arena_err(mem, err, "statements");
    size_t count = 0;
    for (size_t i = 0; i < test->affected.count; i++) {
        const struct case_affected *row = LIST_AT(&test->affected, struct case_affected, i);
        if (!is_about(row, ecosystem, name))
            continue;
        const struct advisory *advisory =
            LIST_AT(&test->advisories, struct advisory, row->advisory);
        struct bound_keys keys = {0};
        if (!keys_of(&row->affected, mem, &keys))
            return arena_err(mem, err, "keys");
        items[count++] = (struct claim){
            .keys = keys,
            .affected = row->affected,
            .database = advisory->database,
            .count = 1,
            .advisories = span_of(&row->advisory, sizeof row->advisory),
        };
    }
    *ret = (struct claims){.items = items, .count = count};
    return true;
}

static bool is_past(const struct affected *affected, const struct bound_keys *keys, span version)
{
    enum scheme scheme = scheme_of_ecosystem(affected->ecosystem);
    return (keys->fixed.len && version_key_compare(scheme, version, keys->fixed) >= 0) ||
           (keys->last_affected.len &&
            version_key_compare(scheme, version, keys->last_affected) > 0);
}

static struct known_ecosystem find_ecosystem(void *self, span key)
{
    return (struct known_ecosystem){.key = key, .place = self};
}

static bool look_out(void *self, const struct known_ecosystem *ecosystem, span name,
                     const struct asked_versions *versions, enum outlook *ret, struct err *err)
{
    const struct case_source *source = self;
    *ret = OUTLOOK_SILENT;
    for (size_t i = 0; i < source->test->affected.count; i++) {
        const struct case_affected *row = LIST_AT(&source->test->affected, struct case_affected, i);
        const struct affected *affected = &row->affected;
        span asked = affected->name_kind == NAME_SOURCE ? versions->of_source : versions->of_binary;
        if (!is_about(row, ecosystem->key, name) || *ret == OUTLOOK_OPEN)
            continue;
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(4 * VERSION_KEY_MOST);
        struct bound_keys keys = {0};
        if (!mem || !keys_of(affected, mem, &keys))
            return err_set(err, ERR_MEMORY, "out of memory");
        bool clear = affected->status == STATUS_NOT_AFFECTED || asked.len == 0 ||
                     is_past(affected, &keys, asked);
        *ret = clear ? OUTLOOK_CLEAR : OUTLOOK_OPEN;
    }
    return true;
}

// What a claim of look_up above points to is the number of its advisory.
static bool read_statements(void *self, const struct claim *claim, struct arena *mem,
                            struct statement *ret, struct err *err)
{
    (void)mem;
    (void)err; // never fails
    const struct case_source *source = self;
    size_t number = 0;
    memcpy(&number, claim->advisories.ptr, sizeof number);
    *ret = (struct statement){
        .advisory = *LIST_AT(&source->test->advisories, struct advisory, number),
        .affected = claim->affected,
    };
    return true;
}

static bool look_up_flaw(void *self, span id, span vendor, struct arena *mem, struct flaw *ret,
                         struct err *err)
{
    (void)vendor; // the first line of a flaw is the one that counts
    const struct case_source *source = self;
    const struct list *flaws = &source->test->flaws;
    struct rating *ratings = arena_array(mem, flaws->count, sizeof *ratings);
    if (!ratings)
        return arena_err(mem, err, "ratings");
    struct flaw found = {0};
    for (size_t i = 0; i < flaws->count; i++) {
        const struct flaw *flaw = LIST_AT(flaws, struct flaw, i);
        if (!span_equal(flaw->id, id))
            continue;
        size_t count = found.rating_count;
        found = count ? found : *flaw;
        found.ratings = ratings;
        found.rating_count = count + 1;
        ratings[count] = (struct rating){flaw->database, flaw->severity, flaw->cvss, flaw->score};
    }
    if (found.rating_count)
        *ret = found;
    return found.rating_count > 0;
}

static bool look_up_release(void *self, span distro, span version_id, struct arena *mem,
                            struct release *ret, struct err *err)
{
    (void)mem;
    (void)err; // never fails
    const struct case_source *source = self;
    for (size_t i = 0; i < source->test->releases.count; i++) {
        const struct release *release = LIST_AT(&source->test->releases, struct release, i);
        if (span_equal(release->distro, distro) && span_equal(release->version_id, version_id)) {
            *ret = *release;
            return true;
        }
    }
    return false;
}

// Every weakness is called the same.
static bool look_up_weakness(void *self, span id, struct arena *mem, span *ret, struct err *err)
{
    (void)self;
    (void)id;
    (void)mem;
    (void)err; // never fails
    *ret = S("A Mistake");
    return true;
}

static bool look_up_products(void *self, span type, span name, struct arena *mem, struct spans *ret,
                             struct err *err)
{
    const struct case_source *source = self;
    const struct list *products = &source->test->products;
    span *items = arena_array(mem, products->count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "products");
    size_t count = 0;
    for (size_t i = 0; i < products->count; i++) {
        const struct cpe_product *product = LIST_AT(products, struct cpe_product, i);
        if (span_equal(product->type, type) && span_equal(product->name, name))
            items[count++] = product->cpe;
    }
    *ret = (struct spans){.items = items, .count = count};
    return true;
}

struct advisory_source case_advisories(struct case_source *source)
{
    return (struct advisory_source){
        .self = source,
        .find_ecosystem = find_ecosystem,
        .look_out = look_out,
        .look_up = look_up,
        .read_statements = read_statements,
        .look_up_flaw = look_up_flaw,
        .look_up_release = look_up_release,
        .look_up_weakness = look_up_weakness,
        .look_up_products = look_up_products,
    };
}
