// Inside of the store.
#ifndef PLIMSOLL_SERVICE_STORE_STORE_INNER_H
#define PLIMSOLL_SERVICE_STORE_STORE_INNER_H

#include "service/store/store.h"

// The statements of each version of the tables, each list ended by null, as the whole is.
extern const char *const *const store_versions[];
int64_t store_newest_version(void);
// ERR_UNSUPPORTED: tables, or a backup, that this program can neither use nor bring up.
bool store_can_bring_up(int64_t version, struct err *err);
// 0: there is no store yet.
bool store_read_version(struct sql *sql, int64_t *ret, struct err *err);
// Inside of a transaction: from one version of the tables to a later one.
bool store_bring_up(struct sql *sql, int64_t from, int64_t to, struct err *err);

struct store {
    struct sql *sql;
    const struct limits *limits;
};

// The text of an answer's only row, in `mem`.
struct taken_text {
    struct arena *mem;
    span text;
};

// Is the text of an answer's only row this one?
struct compared_text {
    span text;
    bool is_equal;
};

// Values for sql_ask_each, row by row. Sticky like the list in it.
struct rows {
    struct list values; // of sql_value
    size_t columns;
};
void rows_init(struct rows *rows, size_t columns, struct arena *mem);
void rows_add(struct rows *rows, sql_value value);
// One statement for each row.
bool rows_ask(struct store *store, const char *statement, const struct rows *rows,
              const struct sql_reader *reader, struct err *err);

// Numbers as the value of a statement's {numbers $1}. Of more than these at once the database no
// longer looks each of them up, but reads whole tables.
enum { NUMBERS_AT_ONCE = 500 };
bool numbers_value(const int64_t *numbers, size_t count, struct arena *mem, sql_value *ret,
                   struct err *err);
// One statement with that alone for so many of them, and so on. Answers come portion by portion.
bool numbers_ask(struct store *store, const char *statement, const int64_t *numbers, size_t count,
                 const struct sql_reader *answer, struct arena *mem, struct err *err);

// The finding in a row of `finding` or `image_finding`; a copy in `mem`.
bool read_finding(const struct store *store, span detail, struct arena *mem, struct finding *ret,
                  struct err *err);

// Wakes workers on other machines when the transaction around it has taken effect.
bool ring_for_jobs(struct store *store, struct err *err);
bool write_finding(const struct finding *finding, struct arena *mem, span *ret, struct err *err);
// What is known of units that are new, since then.
bool judgements_insert(struct store *store, const struct judged_unit *units, size_t count,
                       uint64_t since, struct arena *mem, struct err *err);

// By which somebody proves that a row is his: random, so that nobody else has it by chance.
bool make_lease(struct arena *mem, span *ret, struct err *err);

// The columns of a subscription from `column` on, in the order of SUBSCRIPTION_COLUMNS; copies in
// `mem`, with address and secret.
#define SUBSCRIPTION_COLUMNS                                                                   \
    "s.id, s.project, s.owner, s.image, s.repository, s.label_key, s.label_value, s.severity," \
    " s.only_fixed, s.only_exploited, s.channel, s.address, s.secret, s.digest, s.disabled"
bool read_subscription(const struct sql_row *row, size_t column, struct arena *mem,
                       struct subscription *ret, struct err *err);

// What a project holds: there are far fewer bundles than units in them.
#define BUNDLES_OF_PROJECT(project)                                                             \
    "SELECT ib.bundle FROM repository r JOIN tag t ON t.repository = r.id JOIN tag_image ti ON" \
    " ti.tag = t.id JOIN image_bundle ib ON ib.image = ti.image WHERE r.project = " project

// Which rules `x` say something of what a project sees, for store_rules and for lists.
#define RULE_IS_OF_PROJECT(project)                                                  \
    "(x.project IS NULL OR x.project = " project " OR (" project " = 0 AND (SELECT " \
    "count(*) FROM project) = 1))"

#endif
