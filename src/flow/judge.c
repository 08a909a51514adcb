// One package against the advisory database, through a port that remembers what was asked.
#include "flow/judge_inner.h"

// ---------------------------------------------------------------- remembering questions

struct asker {
    struct advisory_source source;
    struct list questions; // of int64_t
};

static bool remember(struct asker *asker, enum question_kind kind, span ecosystem, span name,
                     struct err *err)
{
    int64_t *question = LIST_ADD(&asker->questions, int64_t);
    if (!question)
        return arena_err(asker->questions.mem, err, "questions");
    *question = question_hash(kind, ecosystem, name);
    return true;
}

// No question: what is asked of the ecosystem's packages counts, if there are any or not.
static struct known_ecosystem find_ecosystem(void *self, span key)
{
    const struct asker *asker = self;
    return asker->source.find_ecosystem(asker->source.self, key);
}

static bool ask_out(void *self, const struct known_ecosystem *ecosystem, span name,
                    const struct asked_versions *versions, enum outlook *ret, struct err *err)
{
    struct asker *asker = self;
    return remember(asker, QUESTION_PACKAGE, ecosystem->key, name, err) &&
           asker->source.look_out(asker->source.self, ecosystem, name, versions, ret, err);
}

static bool ask_up(void *self, span ecosystem, span name, struct arena *mem, struct claims *ret,
                   struct err *err)
{
    struct asker *asker = self;
    return remember(asker, QUESTION_PACKAGE, ecosystem, name, err) &&
           asker->source.look_up(asker->source.self, ecosystem, name, mem, ret, err);
}

// Part of the answer to look_up.
static bool ask_statements(void *self, const struct claim *claim, struct arena *mem,
                           struct statement *ret, struct err *err)
{
    const struct asker *asker = self;
    return asker->source.read_statements(asker->source.self, claim, mem, ret, err);
}

static bool ask_flaw(void *self, span id, span vendor, struct arena *mem, struct flaw *ret,
                     struct err *err)
{
    struct asker *asker = self;
    return remember(asker, QUESTION_FLAW, (span){0}, id, err) &&
           asker->source.look_up_flaw(asker->source.self, id, vendor, mem, ret, err);
}

static bool ask_release(void *self, span distro, span version_id, struct arena *mem,
                        struct release *ret, struct err *err)
{
    struct asker *asker = self;
    return remember(asker, QUESTION_RELEASE, distro, version_id, err) &&
           asker->source.look_up_release(asker->source.self, distro, version_id, mem, ret, err);
}

static bool ask_weakness(void *self, span id, struct arena *mem, span *ret, struct err *err)
{
    struct asker *asker = self;
    return remember(asker, QUESTION_WEAKNESS, (span){0}, id, err) &&
           asker->source.look_up_weakness(asker->source.self, id, mem, ret, err);
}

static bool ask_products(void *self, span type, span name, struct arena *mem, struct spans *ret,
                         struct err *err)
{
    struct asker *asker = self;
    return remember(asker, QUESTION_PRODUCT, type, name, err) &&
           asker->source.look_up_products(asker->source.self, type, name, mem, ret, err);
}

static struct advisory_source asking(struct asker *asker)
{
    return (struct advisory_source){
        .self = asker,
        .find_ecosystem = find_ecosystem,
        .look_out = ask_out,
        .look_up = ask_up,
        .read_statements = ask_statements,
        .look_up_flaw = ask_flaw,
        .look_up_release = ask_release,
        .look_up_weakness = ask_weakness,
        .look_up_products = ask_products,
    };
}

// ---------------------------------------------------------------- names

bool company_name(struct company *company, struct arena *mem, struct err *err)
{
    struct location nowhere = {0};
    struct package *package = &company->bom.packages[company->package];
    struct package named = *package;
    named.locations = &nowhere;
    named.location_count = 1;
    if (!package_identify(&named, &company->bom.distro, mem))
        return arena_err(mem, err, "names");
    package->purl = named.purl;
    return true;
}

static bool names_of(struct company *company, struct arena *mem, struct spans *ret, struct err *err)
{
    enum { NAMES = 3 };
    const struct package *package = &company->bom.packages[company->package];
    span *names = arena_array(mem, NAMES, sizeof *names);
    struct purl purl = {0};
    struct err none = {0};
    if (!names)
        return arena_err(mem, err, "names");
    if (!company_name(company, mem, err))
        return false;
    if (package->purl.len && !purl_parse(package->purl, mem, &purl, &none) &&
        none.kind == ERR_LIMIT)
        return err_copy(err, &none);
    names[0] = package->name;
    names[1] = package->source_name;
    names[2] = purl.name;
    *ret = (struct spans){.items = names, .count = NAMES};
    return true;
}

bool company_names(span company, const struct limits *limits, struct arena *mem, struct spans *ret,
                   struct err *err)
{
    struct company unit = {0};
    return company_read(company, limits, mem, &unit, err) && names_of(&unit, mem, ret, err);
}

static bool remember_name(struct asker *asker, int64_t key, struct err *err)
{
    int64_t *question = LIST_ADD(&asker->questions, int64_t);
    if (!question)
        return arena_err(asker->questions.mem, err, "names");
    *question = key;
    return true;
}

// Rules look packages up by what they may call them and what is wrong with them. Where nothing is
// wrong there is nothing to look up.
static bool remember_names(struct asker *asker, struct company *company,
                           const struct findings *findings, struct arena *mem, struct err *err)
{
    struct spans names = {0};
    if (findings->count == 0)
        return true;
    if (!names_of(company, mem, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++)
        if (names.items[i].len && !remember_name(asker, rule_key_of_package(names.items[i]), err))
            return false;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        if (!remember_name(asker, rule_key_of_flaw(finding->id), err))
            return false;
        for (size_t j = 0; j < finding->aliases.count; j++)
            if (!remember_name(asker, rule_key_of_flaw(finding->aliases.items[j]), err))
                return false;
    }
    return true;
}

// ---------------------------------------------------------------- judging

struct judge judge_of(const struct database *database, uint32_t today, const struct limits *limits)
{
    return (struct judge){
        .source = database_source(database),
        .today = today,
        .limits = limits,
    };
}

// How likely it is that a flaw is used changes every day, and changes no judgement.
static void leave_out_chances(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        findings->items[i].package = 0;
        findings->items[i].epss = -1;
        findings->items[i].risk = 0;
    }
}

// Matching takes far more memory than what comes out, which points into the database besides.
static bool copy_judgement(const struct judge *judge, struct findings *findings,
                           const struct list *questions, size_t question_count, struct arena *mem,
                           struct judgement *judgement, struct err *err)
{
    struct text bytes;
    int64_t *numbers = arena_array(mem, question_count, sizeof *numbers);
    text_init(&bytes, mem, SIZE_MAX);
    leave_out_chances(findings);
    findings_write(findings, &bytes);
    if (!numbers || !text_ok(&bytes))
        return arena_err(mem, err, "judgement");
    if (question_count)
        memcpy(numbers, questions->items, question_count * sizeof *numbers);
    judgement->questions = numbers;
    judgement->question_count = question_count;
    return findings_read(text_span(&bytes), 1, judge->limits, mem, &judgement->findings, err);
}

bool judge_unit(const struct judge *judge, span company, struct arena *mem, struct judgement *ret,
                struct err *err)
{
    enum { QUESTIONS_MOST = 1 << 20 };
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(judge->limits->kept_bytes);
    const struct match_options options = {.today = judge->today, .suppressed = true};
    struct asker asker = {.source = judge->source};
    struct company unit = {0};
    struct judgement judgement = {0};
    struct findings findings = {0};
    struct notes notes = {0};
    if (!scratch)
        return err_set(err, ERR_MEMORY, "out of memory");
    notes_init(&notes, scratch, judge->limits);
    list_init(&asker.questions, scratch, sizeof(int64_t), QUESTIONS_MOST);
    struct advisory_source source = asking(&asker);
    if (!company_read(company, judge->limits, scratch, &unit, err) ||
        !match_company(&unit, &source, &options, scratch, &findings, &notes, err) ||
        !match_review(&source, &unit.bom.distro, judge->today, scratch, &judgement.review, err) ||
        !remember_names(&asker, &unit, &findings, scratch, err))
        return false;
    size_t count = sort_distinct(asker.questions.items, asker.questions.count);
    if (!copy_judgement(judge, &findings, &asker.questions, count, mem, &judgement, err))
        return false;
    *ret = judgement;
    return true;
}
