// store: who wants to be told, and what they are told.
#ifndef PLIMSOLL_SERVICE_STORE_MESSAGES_PART_H
#define PLIMSOLL_SERVICE_STORE_MESSAGES_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

#endif
