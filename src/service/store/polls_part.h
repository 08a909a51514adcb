// store: what registries have said: notices that were taken, and answers to polls.
#ifndef PLIMSOLL_SERVICE_STORE_POLLS_PART_H
#define PLIMSOLL_SERVICE_STORE_POLLS_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

#endif
