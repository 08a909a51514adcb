// What PostgreSQL says went wrong (PostgreSQL manual, appendix A: error codes), as ours.
#include "sql/postgresql_inner.h"

#include <errno.h>
#include <libpq-fe.h>

// A row holds for all SQLSTATEs that start so; the first that fits counts.
struct meaning {
    const char *start;
    enum err_kind kind;
    enum obstacle obstacle;
    int sys;
};

static const struct meaning meanings[] = {
    {"40", ERR_CONFLICT, OBSTACLE_CONTENTION, 0},    // serialisation, deadlock
    {"55P03", ERR_CONFLICT, OBSTACLE_CONTENTION, 0}, // waited too long for a lock
    {"23", ERR_CONFLICT, OBSTACLE_CONSTRAINT, 0},
    {"42P07", ERR_CONFLICT, OBSTACLE_CONSTRAINT, 0}, // a table that somebody else has made
    {"42710", ERR_CONFLICT, OBSTACLE_CONSTRAINT, 0}, // another object, the same
    {"53100", ERR_IO, OBSTACLE_OTHER, ENOSPC},
    {"53200", ERR_MEMORY, OBSTACLE_OTHER, 0},
    {"28", ERR_DENIED, OBSTACLE_OTHER, 0},    // credentials
    {"42501", ERR_DENIED, OBSTACLE_OTHER, 0}, // privileges
    {"25006", ERR_DENIED, OBSTACLE_OTHER, 0}, // a transaction, or a server, that only reads
    {"3D000", ERR_MISSING, OBSTACLE_OTHER, 0},
    {"57014", ERR_TIMEOUT, OBSTACLE_OTHER, 0},
    {"54", ERR_LIMIT, OBSTACLE_OTHER, 0},
    {"22", ERR_INPUT, OBSTACLE_OTHER, 0},
    {"XX001", ERR_INPUT, OBSTACLE_OTHER, 0}, // damaged data
    {"XX002", ERR_INPUT, OBSTACLE_OTHER, 0}, // a damaged index
    {"42", ERR_USAGE, OBSTACLE_OTHER, 0},
    {"", ERR_IO, OBSTACLE_OTHER, 0}, // the server went, is not up yet, has no room for us
};

static const struct meaning *meaning_of(span sqlstate)
{
    size_t i = 0;
    while (!span_starts_with(sqlstate, span_of_text(meanings[i].start)))
        i++;
    return &meanings[i];
}

// libpq quotes pieces of a URL that it cannot read. Whoever's message holds the password gets none.
static span without_password(const struct sql *sql, const char *message)
{
    span text = span_of_text(message);
    span password = sql->postgresql ? span_of_text(PQpass(sql->postgresql)) : (span){0};
    if (password.len && span_contains(text, password))
        return S("its message is not shown: it holds the password");
    span first = text;
    return span_cut_line(&first);
}

static bool fail(struct sql *sql, span sqlstate, const char *message, struct err *err)
{
    const struct meaning *meaning = meaning_of(sqlstate);
    sql->obstacle = meaning->obstacle;
    struct quoted text = quote(without_password(sql, message));
    if (meaning->sys)
        return err_set_sys(err, meaning->sys, "postgresql");
    return err_set(err, meaning->kind, "postgresql: %s", text.text);
}

bool postgresql_fail(struct sql *sql, const PGresult *result, struct err *err)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message)
        return fail(sql, span_of_text(PQresultErrorField(result, PG_DIAG_SQLSTATE)), message, err);
    return fail(sql, (span){0}, PQerrorMessage(sql->postgresql), err);
}

// "FATAL:  28P01: password authentication failed": two blanks, five characters, a colon. The words
// before it are in the server's language.
static span find_sqlstate(span message)
{
    for (; message.len; message = span_from(message, 1)) {
        span code = span_slice(message, 3, 5);
        if (span_starts_with(message, S(":  ")) && span_equal(span_slice(message, 8, 1), S(":")))
            return code;
    }
    return (span){0};
}

bool postgresql_fail_to_connect(struct sql *sql, struct err *err)
{
    const char *message = PQerrorMessage(sql->postgresql);
    if (PQconnectionNeedsPassword(sql->postgresql))
        return err_set(err, ERR_DENIED, "postgresql: the server wants a password");
    return fail(sql, find_sqlstate(span_of_text(message)), message, err);
}
