#include "suppress/suppress_inner.h"
bool cyclonedx_is(const struct json *root)
{
    (void)root;
    return false;
}
bool cyclonedx_read(const struct reading *reading, const struct json *root, struct err *err)
{
    (void)reading;
    (void)root;
    return err_set(err, ERR_UNSUPPORTED, "cyclonedx");
}
