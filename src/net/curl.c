// libcurl, loaded by the first call: the functions of it that net calls, under their own names. It
// brings thirty libraries, which a process that does not talk to the network neither pays for nor
// has in its address space (doc/decisions/0042-lazy-libcurl.md).
#define CURL_DISABLE_TYPECHECK // the callers have been checked
#include "net/http_inner.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdarg.h>

// The major version that the headers describe; it has not changed since 2006.
static const char library[] = "libcurl.so.4";

// The loader counts and guards: asking again costs a microsecond, and any thread may. Once loaded
// it stays, since libraries with threads and state of their own do not survive being unloaded.
static void *load(void)
{
    return dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

bool http_available(struct err *err)
{
    return load() || err_set(err, ERR_UNSUPPORTED, "%s cannot be loaded", library);
}

// Null where libcurl is missing or too old.
static void *find(const char *name)
{
    void *handle = load();
    return handle ? dlsym(handle, name) : NULL;
}

// POSIX lets dlsym's result be a function, ISO C would rather not hear of it.
// The parentheses keep curl.h's macros of the same name away.
#define FIND(name) ((__typeof__(&(name)))(uintptr_t)find(#name))

CURLcode curl_global_init(long flags)
{
    __typeof__(&curl_global_init) call = FIND(curl_global_init);
    return call ? call(flags) : CURLE_FAILED_INIT;
}

void curl_global_cleanup(void)
{
    __typeof__(&curl_global_cleanup) call = FIND(curl_global_cleanup);
    if (call)
        call();
}

CURL *curl_easy_init(void)
{
    __typeof__(&curl_easy_init) call = FIND(curl_easy_init);
    return call ? call() : NULL;
}

void curl_easy_cleanup(CURL *curl)
{
    __typeof__(&curl_easy_cleanup) call = FIND(curl_easy_cleanup);
    if (call)
        call(curl);
}

void curl_easy_reset(CURL *curl)
{
    __typeof__(&curl_easy_reset) call = FIND(curl_easy_reset);
    if (call)
        call(curl);
}

// The option's number says of what type the value is (curl.h, "CURLOPTTYPE"). Offsets and blobs are
// not used here.
CURLcode(curl_easy_setopt)(CURL *curl, CURLoption option, ...)
{
    __typeof__(&(curl_easy_setopt)) call = FIND(curl_easy_setopt);
    if (!call)
        return CURLE_FAILED_INIT;
    va_list args;
    va_start(args, option);
    CURLcode code = CURLE_OK;
    if ((long)option < CURLOPTTYPE_OBJECTPOINT) {
        long number = va_arg(args, long);
        code = call(curl, option, number);
    } else {
        void *object = va_arg(args, void *);
        code = call(curl, option, object);
    }
    va_end(args);
    return code;
}

CURLcode(curl_easy_getinfo)(CURL *curl, CURLINFO info, ...)
{
    __typeof__(&(curl_easy_getinfo)) call = FIND(curl_easy_getinfo);
    if (!call)
        return CURLE_FAILED_INIT;
    va_list args;
    va_start(args, info);
    CURLcode code = call(curl, info, va_arg(args, void *));
    va_end(args);
    return code;
}

CURLcode curl_easy_perform(CURL *curl)
{
    __typeof__(&curl_easy_perform) call = FIND(curl_easy_perform);
    return call ? call(curl) : CURLE_FAILED_INIT;
}

const char *curl_easy_strerror(CURLcode code)
{
    __typeof__(&curl_easy_strerror) call = FIND(curl_easy_strerror);
    return call ? call(code) : "libcurl cannot be loaded";
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *data)
{
    __typeof__(&curl_slist_append) call = FIND(curl_slist_append);
    return call ? call(list, data) : NULL;
}

void curl_slist_free_all(struct curl_slist *list)
{
    __typeof__(&curl_slist_free_all) call = FIND(curl_slist_free_all);
    if (call)
        call(list);
}

CURLU *curl_url(void)
{
    __typeof__(&curl_url) call = FIND(curl_url);
    return call ? call() : NULL;
}

void curl_url_cleanup(CURLU *handle)
{
    __typeof__(&curl_url_cleanup) call = FIND(curl_url_cleanup);
    if (call)
        call(handle);
}

CURLUcode curl_url_get(CURLU *handle, CURLUPart what, char **part, unsigned int flags)
{
    __typeof__(&curl_url_get) call = FIND(curl_url_get);
    return call ? call(handle, what, part, flags) : CURLUE_OUT_OF_MEMORY;
}

CURLUcode curl_url_set(CURLU *handle, CURLUPart what, const char *part, unsigned int flags)
{
    __typeof__(&curl_url_set) call = FIND(curl_url_set);
    return call ? call(handle, what, part, flags) : CURLUE_OUT_OF_MEMORY;
}

void curl_free(void *p)
{
    __typeof__(&curl_free) call = FIND(curl_free);
    if (call)
        call(p);
}
