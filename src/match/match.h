// match: bills of materials × advisories → findings. Pure: the same input always gives the same
// answer.
#ifndef PLIMSOLL_MATCH_H
#define PLIMSOLL_MATCH_H

#include "model/model.h"
#include "version/version.h"

// ---------------------------------------------------------------- matching

struct match_options {
    uint32_t today;  // days since 1970-01-01: is the distribution still supported?
    bool suppressed; // keep the findings that do not count too, each with its reason
    uint32_t kinds;  // of findings: bits 1 << FINDING_VULNERABILITY and FINDING_MALWARE; 0: both
};

// Fills distro->end_of_life and end_of_extended_life with what the database knows of the release;
// leaves them empty otherwise. ERR_INPUT: the database is damaged.
bool match_fill_distro(const struct advisory_source *source, struct distro *distro,
                       struct arena *mem, struct err *err);

// What the advisories say of the packages of `bom`: one finding for each flaw in each package, with
// the words of every database that speaks of it as evidence; worst first, then by package, then by
// id. The rules and their reasons are in doc/decisions/0020-matching.md. What could not be judged
// becomes a note. The findings point into `bom`, into `mem` and into what `source` answers.
// ERR_LIMIT: `mem` is full; ERR_INPUT: the database is damaged.
bool match_bom(const struct bom *bom, const struct advisory_source *source,
               const struct match_options *options, struct arena *mem, struct findings *ret,
               struct notes *notes, struct err *err);

#endif
