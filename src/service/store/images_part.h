// store: images, what is in them, and what is wrong with it.
#ifndef PLIMSOLL_SERVICE_STORE_IMAGES_PART_H
#define PLIMSOLL_SERVICE_STORE_IMAGES_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

#endif
