// suppress: who says that a finding does not count: ignore files, VEX documents, an earlier result.
// Pure. Nothing is silenced in doubt, and nothing in silence: what was silenced says by whom and
// why, and what was meant to silence but is expired, or is about nothing, becomes a note.
// doc/formats/ignore.md and doc/decisions/0087-silencing.md have the rules.
#ifndef PLIMSOLL_SUPPRESS_H
#define PLIMSOLL_SUPPRESS_H

#include "base/base.h"
#include "model/model.h"

// Where a document comes from. What a person names weighs more than what comes with an image.
enum suppress_origin {
    SUPPRESS_FILE,     // given by the user
    SUPPRESS_SERVICE,  // a rule of a project in the service
    SUPPRESS_HUB,      // the same, out of a collection for many products
    SUPPRESS_REFERRER, // from the registry, beside the image: nobody has verified it
    SUPPRESS_IMAGE,    // from inside the image: nobody has verified it
};

// Where images keep VEX documents about themselves.
extern const struct wants suppress_wants;

// All that is said, to be applied to one scan.
struct suppress;

// `today` is in days since 1970-01-01. `limits` must outlive it. ERR_LIMIT: `mem` is full.
bool suppress_new(const struct limits *limits, uint32_t today, struct arena *mem,
                  struct suppress **ret, struct err *err);

// Adds an ignore file. By the end of its name: ".trivyignore" is Trivy's, ".trivyignore.yaml" and
// ".yml" are Trivy's in YAML, all others are as doc/formats/ignore.md says. `name` is copied, the
// text must live as long as `mem`. ERR_INPUT, ERR_UNSUPPORTED name the place in it.
bool suppress_add_ignore(struct suppress *suppress, span name, span text, struct err *err);

// Adds a rule of a project, which means what an entry of .plimsollignore with its words means. It
// is known as "rule 7"; a rule that fits nothing is not spoken of, since it is about more than one
// scan. Its texts must live as long as `mem`. ERR_INPUT: a package begins as a purl and is none.
bool suppress_add_rule(struct suppress *suppress, const struct project_rule *rule, struct err *err);
// One more name of the image that is scanned, which patterns of images may fit.
bool suppress_add_name(struct suppress *suppress, span name, struct err *err);

// Adds a VEX document: OpenVEX, CSAF 2.0 or CycloneDX, as itself, as an in-toto statement about it,
// or as a DSSE envelope or Sigstore bundle around that, whose signature is not looked at. The text
// may go afterwards. ERR_INPUT: it is damaged, `err` says where; ERR_UNSUPPORTED: it is none of
// these; ERR_LIMIT: it has more than limits->feed_bytes bytes, or `mem` is full. Nothing of it is
// kept then.
bool suppress_add_vex(struct suppress *suppress, enum suppress_origin origin, span name, span text,
                      struct err *err);

// What comes with an image is read in the worker, which sends what was said as bytes:
// doc/formats/vex-wire.md. Of the one document that was added.
void suppress_write_vex(const struct suppress *suppress, struct text *out);
// Adds such a document. The bytes may go afterwards. They are not believed: ERR_INPUT says what
// makes no sense in them. ERR_LIMIT: `mem` is full. Nothing of it is kept then.
bool suppress_read_vex(struct suppress *suppress, enum suppress_origin origin, span name,
                       span bytes, struct err *err);

// From the index.json of a collection (VEX Repository Specification 0.1): paths, relative to it,
// of the documents about what was scanned, each once. They are normal and stay below it; one that
// would not is ERR_INPUT.
bool suppress_hub_documents(span index, const struct scan *scan, const struct limits *limits,
                            struct arena *mem, struct spans *ret, struct err *err);

// Sets `suppressed` and `suppression` of the findings that do not count, `status` and `evidence` of
// those about which a VEX document says more, and scan->suppressors. Expired entries, and those
// about nothing that was found, become notes of kind information.
bool suppress_apply(struct suppress *suppress, struct scan *scan, struct notes *notes,
                    struct err *err);

// An earlier result, a JSON of a scan, under the name that reports have for it. ERR_INPUT: it is no
// such result. Freed by suppress_free_earlier, which takes null, too.
struct earlier;
bool suppress_read_earlier(span name, span text, const struct limits *limits, struct earlier **ret,
                           struct err *err);
void suppress_free_earlier(struct earlier *earlier);
// Suppresses what it has, too, and fills scan->baseline. Once, after suppress_apply.
bool suppress_known(struct earlier *earlier, struct scan *scan, struct arena *mem,
                    struct notes *notes, struct err *err);

#endif
