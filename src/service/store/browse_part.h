// store: lists of what is kept, page by page, as the API shows them. A list is described by data:
// its columns, what it can be filtered by, and in which order it comes.
#ifndef PLIMSOLL_SERVICE_STORE_BROWSE_PART_H
#define PLIMSOLL_SERVICE_STORE_BROWSE_PART_H

#include "base/base.h"
#include "model/model.h"
#include "sql/sql.h"

struct store;

// What a column's value stands for.
enum column_kind {
    COLUMN_TEXT,
    COLUMN_INTEGER,
    COLUMN_BOOLEAN,
    COLUMN_TIME, // seconds since 1970; 0: never
    COLUMN_BYTES,
    COLUMN_ADDRESS,  // of which only subscription_shown_address may be shown
    COLUMN_SEVERITY, // this and what follows: the number of an enumeration
    COLUMN_STATUS,
    COLUMN_FINDING_KIND,
    COLUMN_JOB_KIND,
    COLUMN_CHANNEL,
    COLUMN_NOTIFICATION,
    COLUMN_RULE_KIND,
    COLUMN_SCOPES, // bits
    COLUMN_DAY,    // days since 1970; 0: never
    COLUMN_WORDS,  // lines
};

struct view_column {
    const char *name;
    enum column_kind kind;
    // In SQL. "{of project}" limits a repository r to the project, "{of project's units}" a
    // question q, if there is one; "{today}" is the day.
    const char *expression;
    const char *about;
};

enum filter_kind {
    FILTER_TEXT,
    FILTER_INTEGER,
    FILTER_FLAG, // "true" or "false"
    FILTER_SEVERITY,
    FILTER_FINDING_KIND,
    FILTER_STATUS,
    FILTER_JOB_KIND,
    FILTER_NOTIFICATION, // its state
    FILTER_TIME,         // RFC 3339 date
    FILTER_RULE_KIND,
    FILTER_VERSION, // a constraint on the columns "type" and "version": version/version.h
};

struct view_filter {
    const char *name;
    enum filter_kind kind;
    const char *condition; // in SQL, with '?' for the value; of flags what holds if it is true
    const char *otherwise; // of flags: what holds if it is not; may be null
    const char *about;
};

enum { KEY_MOST = 4 };

struct view {
    const char *name; // "image": what one row is
    const struct view_column *columns;
    size_t column_count;
    const char *from;
    const char *visible; // condition, with '?' for a project, of what it may see; null: nothing
    const char *visible_of_many; // the same for a project of very many images; null: no other
    const struct view_filter *filters;
    size_t filter_count;
    const char *key[KEY_MOST]; // that orders the rows, in SQL: numbers, but the last if
    bool key_ends_in_text;     // this says so
    bool newest_first;
    // A text filter that may gather very much: which one, a statement that counts it (of the text
    // $1, up to $2), and its condition where that is many. Null: there is none.
    const char *wide;
    const char *wide_count;
    const char *wide_condition;
};

enum view_name {
    VIEW_IMAGES,
    VIEW_LAYERS,
    VIEW_PACKAGES,
    VIEW_PLACES, // of packages: in which image, under which name, in which layer
    VIEW_FINDINGS,
    VIEW_REPOSITORIES,
    VIEW_TAGS,
    VIEW_JOBS,
    VIEW_NOTIFICATIONS,
    VIEW_SUBSCRIPTIONS,
    VIEW_RULES,
    VIEW_TOKENS,
    VIEW_PROJECTS,
    VIEW_AUDIT,
    VIEW_JUDGEMENTS,
    VIEW_CHANGES,      // the advisories that made a difference
    VIEW_IMAGE_LAYERS, // of images, in their order
    VIEW_COUNT,
};
const struct view *store_view(enum view_name name);

// A finding of VIEW_FINDINGS that may be silenced.
struct silencer_question {
    span unit; // its hash
    span company;
    span id;
    enum finding_kind kind;
    span detail;
};

// Who says what does not count (flow/rules_part.h). `ask` must not use the store. *ret: null: it
// counts.
struct silencer {
    void *self;
    bool all; // ask of each; else of those that rules of the project may be about
    bool (*ask)(void *self, const struct silencer_question *question,
                const struct suppression **ret, struct err *err);
};

struct browse {
    const struct view *view;
    int64_t project;   // of whose things alone; 0: of all
    const span *wants; // one for each filter of the view; a null pointer: whatever it is
    span after;        // where the page before ended; empty: from the start
    size_t limit;      // rows
    uint32_t today;    // days since 1970-01-01
    const struct silencer *silencer; // of VIEW_FINDINGS; null: none
};

// Gives the rows of a page to `to`, whose columns are those of the view. *ret_next, in `mem`: where
// the next page begins; empty: this is the last. A page may hold fewer rows than the limit, or
// none, and not be the last. ERR_USAGE names a filter whose value cannot be meant.
bool store_browse(struct store *store, const struct browse *browse, const struct sql_reader *to,
                  struct arena *mem, span *ret_next, struct err *err);

// How many findings of packages an image has that count, by severity; `ret` has room for all.
// *ret_suppressed: those that do not. Rules are left out of account.
bool store_count_findings(struct store *store, span image, uint64_t ret[], uint64_t *ret_suppressed,
                          struct err *err);

// How much there is.
struct store_census {
    uint64_t images;
    uint64_t layers;
    uint64_t packages;
    uint64_t repositories;
    uint64_t jobs_waiting;
    uint64_t jobs_running;
    uint64_t jobs_given_up;
    uint64_t notifications_waiting;
    uint64_t notifications_dead;
};
bool store_count(struct store *store, struct store_census *ret, struct err *err);

#endif
