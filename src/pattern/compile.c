#include "pattern/pattern.h"

#include <hs/hs.h>
#include <stdlib.h>

// Every end of every match is reported, and '.' and classes mean bytes.
static bool compile(const char *const *expressions, size_t count, const unsigned *flags,
                    const unsigned *ids, hs_database_t **ret, struct err *err)
{
    const hs_platform_info_t any = {.tune = HS_TUNE_FAMILY_GENERIC};
    hs_compile_error_t *problem = NULL;
    if (hs_compile_multi(expressions, flags, ids, (unsigned)count, HS_MODE_BLOCK, &any, ret,
                         &problem) == HS_SUCCESS)
        return true;
    err_set(err, ERR_INPUT, "%s: %s",
            problem && problem->expression >= 0 ? expressions[problem->expression] : "patterns",
            problem ? problem->message : "no reason given");
    hs_free_compile_error(problem);
    return false;
}

static bool serialise(const hs_database_t *database, struct arena *mem, span *ret, struct err *err)
{
    char *bytes = NULL;
    size_t len = 0;
    if (hs_serialize_database(database, &bytes, &len) != HS_SUCCESS)
        return err_set(err, ERR_MEMORY, "patterns: no memory");
    bool copied = arena_span(mem, span_of(bytes, len), ret);
    free(bytes);
    return copied || arena_err(mem, err, "patterns");
}

bool pattern_compile(const char *const *expressions, size_t count, struct arena *mem, span *ret,
                     struct err *err)
{
    unsigned *flags = arena_array(mem, count, sizeof *flags);
    unsigned *ids = arena_array(mem, count, sizeof *ids);
    if (!flags || !ids)
        return arena_err(mem, err, "patterns");
    for (size_t i = 0; i < count; i++) {
        flags[i] = HS_FLAG_DOTALL;
        ids[i] = (unsigned)i;
    }
    hs_database_t *database = NULL;
    bool ok = compile(expressions, count, flags, ids, &database, err) &&
              serialise(database, mem, ret, err);
    hs_free_database(database);
    return ok;
}
