// model: the nouns that the stages hand to each other, and the ports through which they meet.
// Every stage takes and returns these; no stage includes another. All memory behind a noun lives in
// the arena of whoever made it. Text in here comes from outside: sinks escape it. This header
// stands for all of its parts, which nobody else includes.
#ifndef PLIMSOLL_MODEL_H
#define PLIMSOLL_MODEL_H

#include "model/advisory_part.h"
#include "model/files_part.h"
#include "model/finding_part.h"
#include "model/notes_part.h"
#include "model/package_part.h"
#include "model/rule_part.h"
#include "model/service_part.h"
#include "model/settings_part.h"

#endif
