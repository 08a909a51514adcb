#include "httpd/httpd_inner.h"

#include <dlfcn.h>

// The major version that the header describes.
static const char library[] = "libmicrohttpd.so.12";

// POSIX lets dlsym's result be a function, ISO C would rather not hear of it.
#define FIND(type, handle, name) ((type)(uintptr_t)dlsym((handle), (name)))

static bool is_whole(const struct microhttpd *mhd)
{
    return mhd->start_daemon && mhd->stop_daemon && mhd->quiesce_daemon && mhd->run &&
           mhd->get_timeout && mhd->get_daemon_info && mhd->suspend_connection &&
           mhd->resume_connection && mhd->get_connection_info && mhd->get_connection_values &&
           mhd->create_response_from_buffer && mhd->destroy_response && mhd->add_response_header &&
           mhd->queue_response;
}

// Once loaded it stays: GnuTLS does not survive being unloaded.
bool microhttpd_load(struct microhttpd *ret, struct err *err)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle)
        return err_set(err, ERR_UNSUPPORTED, "%s cannot be loaded", library);
#define FUNCTION(name) .name = FIND(__typeof__(ret->name), handle, "MHD_" #name)
    *ret = (struct microhttpd){
        FUNCTION(start_daemon),
        FUNCTION(stop_daemon),
        FUNCTION(quiesce_daemon),
        FUNCTION(run),
        FUNCTION(get_timeout),
        FUNCTION(get_daemon_info),
        FUNCTION(suspend_connection),
        FUNCTION(resume_connection),
        FUNCTION(get_connection_info),
        FUNCTION(get_connection_values),
        FUNCTION(create_response_from_buffer),
        FUNCTION(destroy_response),
        FUNCTION(add_response_header),
        FUNCTION(queue_response),
    };
#undef FUNCTION
    return is_whole(ret) || err_set(err, ERR_UNSUPPORTED, "%s is too old", library);
}
