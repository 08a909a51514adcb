#include "pattern/pattern.h"

#include <hs/hs_runtime.h>
#include <stdatomic.h>
#include <stdlib.h>

// A pass needs working memory of its own. What one has used the next one may, so that there are as
// many as there were passes at once, but no more than this are kept.
enum { KEPT_SCRATCHES = 64 };

struct patterns {
    hs_database_t *database;
    hs_scratch_t *model; // never used itself: the others are its copies
    _Atomic(hs_scratch_t *) idle[KEPT_SCRATCHES];
};

bool pattern_open(span compiled, struct patterns **ret, struct err *err)
{
    struct patterns *patterns = calloc(1, sizeof *patterns);
    if (!patterns)
        return err_set(err, ERR_MEMORY, "no memory for patterns");
    hs_error_t failed =
        hs_deserialize_database((const char *)compiled.ptr, compiled.len, &patterns->database);
    if (failed == HS_SUCCESS)
        failed = hs_alloc_scratch(patterns->database, &patterns->model);
    if (failed == HS_SUCCESS) {
        *ret = patterns;
        return true;
    }
    pattern_free(patterns);
    if (failed == HS_NOMEM)
        return err_set(err, ERR_MEMORY, "no memory for patterns");
    return err_set(err, ERR_UNSUPPORTED, "the patterns do not fit this processor (hyperscan %d)",
                   (int)failed);
}

void pattern_free(struct patterns *patterns)
{
    if (!patterns)
        return;
    for (size_t i = 0; i < KEPT_SCRATCHES; i++)
        hs_free_scratch(atomic_load(&patterns->idle[i]));
    hs_free_scratch(patterns->model);
    hs_free_database(patterns->database);
    free(patterns);
}

void pattern_cleanup(struct patterns **patterns)
{
    pattern_free(*patterns);
}

// ---------------------------------------------------------------- scratch

static hs_scratch_t *take_scratch(struct patterns *patterns)
{
    for (size_t i = 0; i < KEPT_SCRATCHES; i++) {
        hs_scratch_t *scratch = atomic_exchange(&patterns->idle[i], NULL);
        if (scratch)
            return scratch;
    }
    hs_scratch_t *copy = NULL;
    return hs_clone_scratch(patterns->model, &copy) == HS_SUCCESS ? copy : NULL;
}

static void give_back(struct patterns *patterns, hs_scratch_t *scratch)
{
    for (size_t i = 0; i < KEPT_SCRATCHES; i++) {
        hs_scratch_t *empty = NULL;
        if (atomic_compare_exchange_strong(&patterns->idle[i], &empty, scratch))
            return;
    }
    hs_free_scratch(scratch);
}

// ---------------------------------------------------------------- the pass

struct pass {
    pattern_match *match;
    void *self;
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context)
{
    (void)from; // not computed
    (void)flags;
    const struct pass *pass = context;
    return pass->match(pass->self, id, (size_t)to) ? 0 : 1;
}

bool pattern_scan(struct patterns *patterns, span bytes, pattern_match *match, void *self,
                  struct err *err)
{
    assert(bytes.len <= UINT32_MAX);
    if (bytes.len == 0)
        return true;
    hs_scratch_t *scratch = take_scratch(patterns);
    if (!scratch)
        return err_set(err, ERR_MEMORY, "no memory to look for patterns");
    struct pass pass = {.match = match, .self = self};
    hs_error_t failed = hs_scan(patterns->database, (const char *)bytes.ptr, (unsigned)bytes.len, 0,
                                scratch, on_match, &pass);
    assert(failed == HS_SUCCESS || failed == HS_SCAN_TERMINATED);
    give_back(patterns, scratch);
    return true;
}
