// libpq, loaded by the first call: the functions of it that sql calls, under their own names. It
// brings twenty libraries, which a scan neither pays for nor has in its address space
// (doc/decisions/0042-lazy-libcurl.md says the same of libcurl).
#include "sql/postgresql_inner.h"

#include <dlfcn.h>
#include <libpq-fe.h>
#include <stdatomic.h>

// The major version that the header describes; it has not changed since 2006.
static const char library[] = "libpq.so.5";

// Once loaded it stays, since libraries with threads and state of their own do not survive being
// unloaded. The loader guards: any thread may ask.
static void *load(void)
{
    return dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

// Each field is asked for by a call, so what was found is remembered. Nothing is called that
// postgresql_available has not found.
static uintptr_t find(_Atomic(uintptr_t) *known, const char *name)
{
    uintptr_t place = atomic_load_explicit(known, memory_order_relaxed);
    if (place)
        return place;
    void *handle = load();
    place = handle ? (uintptr_t)dlsym(handle, name) : 0;
    atomic_store_explicit(known, place, memory_order_relaxed);
    return place;
}

static const char *const functions[] = {
    "PQclear",
    "PQcmdStatus",
    "PQcmdTuples",
    "PQconnectStartParams",
    "PQconnectionNeedsPassword",
    "PQconninfoFree",
    "PQconninfoParse",
    "PQconsumeInput",
    "PQenterPipelineMode",
    "PQerrorMessage",
    "PQexec",
    "PQexitPipelineMode",
    "PQfinish",
    "PQfreemem",
    "PQftype",
    "PQgetResult",
    "PQgetisnull",
    "PQgetlength",
    "PQgetvalue",
    "PQnfields",
    "PQnotifies",
    "PQntuples",
    "PQparameterStatus",
    "PQpass",
    "PQpipelineSync",
    "PQprepare",
    "PQreset",
    "PQresultErrorField",
    "PQresultStatus",
    "PQsendQueryPrepared",
    "PQserverVersion",
    "PQsetErrorVerbosity",
    "PQsetNoticeProcessor",
    "PQsetSingleRowMode",
    "PQsocket",
    "PQstatus",
    "PQtransactionStatus",
};

bool postgresql_available(struct err *err)
{
    void *handle = load();
    if (!handle)
        return err_set(err, ERR_UNSUPPORTED, "postgresql: %s cannot be loaded", library);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (!dlsym(handle, functions[i]))
            return err_set(err, ERR_UNSUPPORTED, "postgresql: %s is too old", library);
    return true;
}

// ---------------------------------------------------------------- the functions

void PQclear(PGresult *res)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQclear) call = (__typeof__(&PQclear))find(&known, "PQclear");
    call(res);
}

char *PQcmdStatus(PGresult *res)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQcmdStatus) call = (__typeof__(&PQcmdStatus))find(&known, "PQcmdStatus");
    return call(res);
}

char *PQcmdTuples(PGresult *res)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQcmdTuples) call = (__typeof__(&PQcmdTuples))find(&known, "PQcmdTuples");
    return call(res);
}

PGconn *PQconnectStartParams(const char *const *keywords, const char *const *values,
                             int expand_dbname)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQconnectStartParams) call =
        (__typeof__(&PQconnectStartParams))find(&known, "PQconnectStartParams");
    return call(keywords, values, expand_dbname);
}

int PQconnectionNeedsPassword(const PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQconnectionNeedsPassword) call =
        (__typeof__(&PQconnectionNeedsPassword))find(&known, "PQconnectionNeedsPassword");
    return call(conn);
}

void PQconninfoFree(PQconninfoOption *connOptions)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQconninfoFree) call = (__typeof__(&PQconninfoFree))find(&known, "PQconninfoFree");
    call(connOptions);
}

PQconninfoOption *PQconninfoParse(const char *conninfo, char **errmsg)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQconninfoParse) call =
        (__typeof__(&PQconninfoParse))find(&known, "PQconninfoParse");
    return call(conninfo, errmsg);
}

int PQconsumeInput(PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQconsumeInput) call = (__typeof__(&PQconsumeInput))find(&known, "PQconsumeInput");
    return call(conn);
}

int PQenterPipelineMode(PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQenterPipelineMode) call =
        (__typeof__(&PQenterPipelineMode))find(&known, "PQenterPipelineMode");
    return call(conn);
}

char *PQerrorMessage(const PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQerrorMessage) call = (__typeof__(&PQerrorMessage))find(&known, "PQerrorMessage");
    return call(conn);
}

PGresult *PQexec(PGconn *conn, const char *query)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQexec) call = (__typeof__(&PQexec))find(&known, "PQexec");
    return call(conn, query);
}

int PQexitPipelineMode(PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQexitPipelineMode) call =
        (__typeof__(&PQexitPipelineMode))find(&known, "PQexitPipelineMode");
    return call(conn);
}

void PQfinish(PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQfinish) call = (__typeof__(&PQfinish))find(&known, "PQfinish");
    call(conn);
}

void PQfreemem(void *ptr)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQfreemem) call = (__typeof__(&PQfreemem))find(&known, "PQfreemem");
    call(ptr);
}

Oid PQftype(const PGresult *res, int field_num)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQftype) call = (__typeof__(&PQftype))find(&known, "PQftype");
    return call(res, field_num);
}

PGresult *PQgetResult(PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQgetResult) call = (__typeof__(&PQgetResult))find(&known, "PQgetResult");
    return call(conn);
}

int PQgetisnull(const PGresult *res, int tup_num, int field_num)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQgetisnull) call = (__typeof__(&PQgetisnull))find(&known, "PQgetisnull");
    return call(res, tup_num, field_num);
}

int PQgetlength(const PGresult *res, int tup_num, int field_num)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQgetlength) call = (__typeof__(&PQgetlength))find(&known, "PQgetlength");
    return call(res, tup_num, field_num);
}

char *PQgetvalue(const PGresult *res, int tup_num, int field_num)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQgetvalue) call = (__typeof__(&PQgetvalue))find(&known, "PQgetvalue");
    return call(res, tup_num, field_num);
}

int PQnfields(const PGresult *res)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQnfields) call = (__typeof__(&PQnfields))find(&known, "PQnfields");
    return call(res);
}

PGnotify *PQnotifies(PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQnotifies) call = (__typeof__(&PQnotifies))find(&known, "PQnotifies");
    return call(conn);
}

int PQntuples(const PGresult *res)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQntuples) call = (__typeof__(&PQntuples))find(&known, "PQntuples");
    return call(res);
}

const char *PQparameterStatus(const PGconn *conn, const char *paramName)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQparameterStatus) call =
        (__typeof__(&PQparameterStatus))find(&known, "PQparameterStatus");
    return call(conn, paramName);
}

char *PQpass(const PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQpass) call = (__typeof__(&PQpass))find(&known, "PQpass");
    return call(conn);
}

int PQpipelineSync(PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQpipelineSync) call = (__typeof__(&PQpipelineSync))find(&known, "PQpipelineSync");
    return call(conn);
}

PGresult *PQprepare(PGconn *conn, const char *stmtName, const char *query, int nParams,
                    const Oid *paramTypes)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQprepare) call = (__typeof__(&PQprepare))find(&known, "PQprepare");
    return call(conn, stmtName, query, nParams, paramTypes);
}

void PQreset(PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQreset) call = (__typeof__(&PQreset))find(&known, "PQreset");
    call(conn);
}

char *PQresultErrorField(const PGresult *res, int fieldcode)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQresultErrorField) call =
        (__typeof__(&PQresultErrorField))find(&known, "PQresultErrorField");
    return call(res, fieldcode);
}

ExecStatusType PQresultStatus(const PGresult *res)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQresultStatus) call = (__typeof__(&PQresultStatus))find(&known, "PQresultStatus");
    return call(res);
}

int PQsendQueryPrepared(PGconn *conn, const char *stmtName, int nParams,
                        const char *const *paramValues, const int *paramLengths,
                        const int *paramFormats, int resultFormat)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQsendQueryPrepared) call =
        (__typeof__(&PQsendQueryPrepared))find(&known, "PQsendQueryPrepared");
    return call(conn, stmtName, nParams, paramValues, paramLengths, paramFormats, resultFormat);
}

int PQserverVersion(const PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQserverVersion) call =
        (__typeof__(&PQserverVersion))find(&known, "PQserverVersion");
    return call(conn);
}

PGVerbosity PQsetErrorVerbosity(PGconn *conn, PGVerbosity verbosity)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQsetErrorVerbosity) call =
        (__typeof__(&PQsetErrorVerbosity))find(&known, "PQsetErrorVerbosity");
    return call(conn, verbosity);
}

PQnoticeProcessor PQsetNoticeProcessor(PGconn *conn, PQnoticeProcessor proc, void *arg)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQsetNoticeProcessor) call =
        (__typeof__(&PQsetNoticeProcessor))find(&known, "PQsetNoticeProcessor");
    return call(conn, proc, arg);
}

int PQsetSingleRowMode(PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQsetSingleRowMode) call =
        (__typeof__(&PQsetSingleRowMode))find(&known, "PQsetSingleRowMode");
    return call(conn);
}

int PQsocket(const PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQsocket) call = (__typeof__(&PQsocket))find(&known, "PQsocket");
    return call(conn);
}

ConnStatusType PQstatus(const PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQstatus) call = (__typeof__(&PQstatus))find(&known, "PQstatus");
    return call(conn);
}

PGTransactionStatusType PQtransactionStatus(const PGconn *conn)
{
    static _Atomic(uintptr_t) known;
    __typeof__(&PQtransactionStatus) call =
        (__typeof__(&PQtransactionStatus))find(&known, "PQtransactionStatus");
    return call(conn);
}
