// store: who may do what: projects, tokens, and the record of what was done.
#ifndef PLIMSOLL_SERVICE_STORE_ACCESS_PART_H
#define PLIMSOLL_SERVICE_STORE_ACCESS_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

#endif
