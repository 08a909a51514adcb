#include "base/base.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// Macros for the analyzer's sake.
#undef err_set
#undef err_set_sys
#undef err_add
#undef err_copy

static void put_text(struct err *err, const char *format, va_list args)
{
    int len = vsnprintf(err->text, sizeof err->text, format, args);
    if (len < 0)
        err->text[0] = '\0';
}

// A message cut short is still a message.
static void append(struct err *err, const char *more)
{
    size_t used = strlen(err->text);
    size_t room = sizeof err->text - 1 - used;
    size_t len = strlen(more);
    if (len > room)
        len = room;
    memcpy(err->text + used, more, len);
    err->text[used + len] = '\0';
}

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    err->kind = kind;
    err->sys = 0;
    put_text(err, format, args);
    va_end(args);
    return false;
}

static enum err_kind kind_of_errno(int sys)
{
    switch (sys) {
    case ENOENT:
    case ENOTDIR:
        return ERR_MISSING;
    case EPERM:
    case EACCES:
        return ERR_DENIED;
    case ENOMEM:
        return ERR_MEMORY;
    case ETIMEDOUT:
    case EAGAIN: // a socket with a time limit
        return ERR_TIMEOUT;
    default:
        return ERR_IO;
    }
}

bool err_set_sys(struct err *err, int sys, const char *format, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    err->kind = kind_of_errno(sys);
    err->sys = sys;
    put_text(err, format, args);
    va_end(args);

    append(err, ": ");
    append(err, strerror(sys));
    return false;
}

bool err_add(struct err *err, const char *format, ...)
{
    if (!err)
        return false;
    struct err outer = *err;
    va_list args;
    va_start(args, format);
    put_text(&outer, format, args);
    va_end(args);

    append(&outer, ": ");
    append(&outer, err->text);
    *err = outer;
    return false;
}

bool err_copy(struct err *err, const struct err *from)
{
    if (err)
        *err = *from;
    return false;
}

const char *err_kind_name(enum err_kind kind)
{
    switch (kind) {
    case ERR_NONE:
        return "none";
    case ERR_INPUT:
        return "input";
    case ERR_LIMIT:
        return "limit";
    case ERR_UNSUPPORTED:
        return "unsupported";
    case ERR_MISSING:
        return "missing";
    case ERR_DENIED:
        return "denied";
    case ERR_UNTRUSTED:
        return "untrusted";
    case ERR_CONFLICT:
        return "conflict";
    case ERR_TIMEOUT:
        return "timeout";
    case ERR_IO:
        return "io";
    case ERR_MEMORY:
        return "memory";
    case ERR_USAGE:
        return "usage";
    }
    return "unknown";
}
