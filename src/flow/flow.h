// flow: the order of things. Stages never meet but here: each function reads like one arc of the
// loop in doc/ARCHITECTURE.md.
#ifndef PLIMSOLL_FLOW_H
#define PLIMSOLL_FLOW_H

#include "base/base.h"
#include "model/model.h"

// ---------------------------------------------------------------- database

// Compiles every feed that has its file in `directory` (feeds/feeds.h names them) into the database
// `path`, written whole or not at all; two feeds are translated at a time. Documents that cannot be
// read and feeds whose file is absent become notes. ERR_MISSING: no feed has its file there;
// ERR_INPUT: a feed is not what its name says. The same files give the same bytes.
bool build_database(const char *directory, const char *path, const struct limits *limits,
                    struct notes *notes, struct err *err);

#endif
