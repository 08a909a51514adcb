#include "suppress/suppress_inner.h"
bool csaf_is(const struct json *root)
{
    (void)root;
    return false;
}
bool csaf_read(const struct reading *reading, const struct json *root, struct err *err)
{
    (void)reading;
    (void)root;
    return err_set(err, ERR_UNSUPPORTED, "csaf");
}
