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

// ---------------------------------------------------------------- packages in their company

// A package and all else that its judgement can depend on, as a bom of its own: the distribution,
// the content sets, the package that owns it and one that tells the epoch of its source. What does
// not matter (places, licences, ids) is left out, so that one company stands for the package in
// however many images.
struct company {
    struct bom bom; // sorted; of one to three packages
    size_t package; // index of the one that it is about
};

struct companies; // of all packages of one bom
// What it makes points into `bom`, which must outlive it. ERR_LIMIT: `mem` is full.
bool companies_of(const struct bom *bom, struct arena *mem, const struct companies **ret,
                  struct err *err);
bool company_of(const struct companies *companies, size_t index, struct arena *mem,
                struct company *ret, struct err *err);
// A company as bytes: the package's place as one byte, then its bom (doc/formats/bom-wire.md). The
// same company gives the same bytes. Reading is as distrustful as bom_read.
void company_write(const struct company *company, struct text *out);
bool company_read(span bytes, const struct limits *limits, struct arena *mem, struct company *ret,
                  struct err *err);
// What match_bom says of the package, whatever bom it stands in; notes on the whole are left out.
// Findings are of package company->package, and of layer 0. Errors as of match_bom.
bool match_company(const struct company *company, const struct advisory_source *source,
                   const struct match_options *options, struct arena *mem, struct findings *ret,
                   struct notes *notes, struct err *err);
// The day after which the same facts may mean something else, since support of the distribution
// ends; 0: none.
bool match_review(const struct advisory_source *source, const struct distro *distro, uint32_t today,
                  struct arena *mem, uint32_t *ret, struct err *err);

// The risk of a finding, 0 to 100, by its severity, its score and how likely it is that it is used.
double finding_risk(const struct finding *finding);

#endif
