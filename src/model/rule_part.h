// model: what a project says of findings in the service.
#ifndef PLIMSOLL_MODEL_RULE_PART_H
#define PLIMSOLL_MODEL_RULE_PART_H

#include "model/finding_part.h"

// What a rule does.
enum rule_kind {
    RULE_IGNORE, // what fits does not count until a day; the same as an entry of .plimsollignore
};
const char *rule_kind_name(enum rule_kind kind); // "ignore"
bool rule_kind_parse(span text, enum rule_kind *ret);

enum {
    RULE_WORDS_MOST = 100, // in one list
    RULE_WORD_BYTES = 512,
    RULE_REASON_BYTES = 1000,
};

// All conditions that are there have to fit; of a list, one (doc/formats/ignore.md).
struct project_rule {
    int64_t id;
    int64_t project; // 0: all projects
    enum rule_kind kind;
    struct spans ids;      // names of the flaw, one of which the finding has; empty: any
    struct spans packages; // names or purls
    struct spans paths;    // patterns
    span image;            // pattern; empty: any
    span reason;
    uint32_t expires; // days since 1970-01-01: the first on which it counts again
};

struct project_rules {
    const struct project_rule *items;
    size_t count;
};

// ERR_USAGE, naming the field, when nobody could mean it. `mem` is for what is read of purls.
bool project_rule_check(const struct project_rule *rule, struct arena *mem, struct err *err);

// Names as numbers, by which packages are looked up that a rule may be about: each judgement has,
// as questions of QUESTION_NAME, those of its flaws and of the package.
int64_t rule_key_of_flaw(span name);
int64_t rule_key_of_package(span name); // its name, that of its source, or that in its purl
// Of what names a rule's packages are to be looked up by; none if it names places alone.
bool project_rule_keys(const struct project_rule *rule, struct arena *mem, const int64_t **ret,
                       size_t *ret_count, struct err *err);

// Rules as bytes (doc/formats/verdict-wire.md) and back. Reading trusts nothing: ERR_INPUT for what
// is none. Texts point into `bytes`.
void project_rules_write(const struct project_rules *rules, struct text *out);
bool project_rules_read(span bytes, struct arena *mem, struct project_rules *ret, struct err *err);

#endif
