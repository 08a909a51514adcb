// Inside of the store.
#ifndef PLIMSOLL_SERVICE_STORE_STORE_INNER_H
#define PLIMSOLL_SERVICE_STORE_STORE_INNER_H

#include "service/store/store.h"

// The statements of each version of the tables, each list ended by null, as the whole is.
extern const char *const *const store_versions[];

struct store {
    struct sql *sql;
    const struct limits *limits;
};

#endif
