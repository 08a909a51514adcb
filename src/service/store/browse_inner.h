// Inside of the store: statements of lists.
#ifndef PLIMSOLL_SERVICE_STORE_BROWSE_INNER_H
#define PLIMSOLL_SERVICE_STORE_BROWSE_INNER_H

#include "service/store/store_inner.h"

enum { MOST_VALUES = 64 };

// A statement that is being written.
struct writing {
    const struct browse *browse;
    bool has_many; // images: the project that asks
    bool is_wide;  // view->wide gathers very much
    struct arena *mem;
    struct text sql;
    sql_value values[MOST_VALUES];
    size_t count;
    const char *glue; // in front of the next condition
    struct err why;   // ERR_NONE: nothing is wrong
};

void writing_add(struct writing *writing, const char *text);
// Returns the value's number.
size_t writing_value(struct writing *writing, sql_value value);
// The condition with the number of the value in place of each '?'.
void writing_condition(struct writing *writing, const char *condition, sql_value value);
// What the filter makes of a value; false: writing->why says what is wrong with it.
bool writing_filter(struct writing *writing, const struct view_filter *filter, span value);
// What the project may see.
void writing_project(struct writing *writing);
// SELECT the keys and columns of the view FROM its tables, and what stands in front of these.
void writing_columns(struct writing *writing, const char *in_front);

// The units that places are looked for of: columns id, type and version, filters named as those of
// places.
extern const struct view browse_units;
// VIEW_PLACES, as store_browse does all others.
bool browse_places(struct store *store, const struct browse *browse, const struct sql_reader *to,
                   struct arena *mem, span *ret_next, struct err *err);

#endif
