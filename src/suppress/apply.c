// Which findings count, by all that is said of them.
#include "suppress/suppress_inner.h"

#include <stdio.h>

struct applying {
    struct suppress *suppress;
    struct target target;
    struct arena *mem;
    struct notes *notes;
    struct key_index rules;   // by the names of flaws
    struct list always;       // size_t: rules about any flaw
    struct key_index clauses; // by name of the flaw and component
};

static uint64_t flaw_key(span flaw, uint64_t key)
{
    return span_hash(flaw, key);
}

// ---------------------------------------------------------------- newer versions

// "2" < "10", "1.2.0" < "1.10.0": a number or several with dots.
static int compare_versions(span a, span b)
{
    while (a.len || b.len) {
        uint64_t left = 0;
        uint64_t right = 0;
        (void)span_to_u64(span_cut(&a, '.'), &left); // what is no number counts as none
        (void)span_to_u64(span_cut(&b, '.'), &right);
        if (left != right)
            return left < right ? -1 : 1;
    }
    return 0;
}

static int newest_last(const void *left, const void *right)
{
    const struct document *a = *(struct document *const *)left;
    const struct document *b = *(struct document *const *)right;
    int order = span_compare(a->id, b->id);
    if (order == 0)
        order = (a->origin < b->origin) - (a->origin > b->origin);
    if (order == 0)
        order = compare_versions(a->version, b->version);
    if (order == 0)
        order = (a->timestamp > b->timestamp) - (a->timestamp < b->timestamp);
    return order;
}

// Of documents with one id only the newest counts; what the user gives is newer than what comes
// with an image, whatever that says of its own age.
static bool supersede(struct applying *applying, struct err *err)
{
    struct list *documents = &applying->suppress->documents;
    struct document **sorted = arena_array(applying->mem, documents->count, sizeof *sorted);
    if (!sorted)
        return arena_err(applying->mem, err, "documents");
    for (size_t i = 0; i < documents->count; i++)
        sorted[i] = LIST_AT(documents, struct document, i);
    sort_items(sorted, documents->count, sizeof *sorted, newest_last);
    for (size_t i = 0; i + 1 < documents->count; i++) {
        sorted[i]->superseded = sorted[i]->id.len && span_equal(sorted[i]->id, sorted[i + 1]->id);
        if (sorted[i]->superseded)
            notes_add(applying->notes, NOTE_INFORMATION, sorted[i]->source,
                      "there is a newer version of it, which counts instead: %s",
                      quote(sorted[i + 1]->source).text);
    }
    return true;
}

// ---------------------------------------------------------------- indexes

static bool index_rules(struct applying *applying, struct err *err)
{
    struct list *rules = &applying->suppress->rules;
    key_index_init(&applying->rules, applying->mem);
    list_init(&applying->always, applying->mem, sizeof(size_t), SIZE_MAX);
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = LIST_AT(rules, struct rule, i);
        for (size_t j = 0; j < rule->flaws.count; j++)
            key_index_add(&applying->rules, flaw_key(rule->flaws.items[j], 0), i);
        size_t *always = rule->flaws.count ? NULL : LIST_ADD(&applying->always, size_t);
        if (always)
            *always = i;
    }
    if (!list_ok(&applying->always))
        return arena_err(applying->mem, err, "ignore files");
    return key_index_close(&applying->rules, err);
}

// A product without parts is found by its own keys, and stands for all that is in it.
static void index_clause(struct applying *applying, size_t number)
{
    const struct clause *clause = LIST_AT(&applying->suppress->clauses, struct clause, number);
    const struct vex *vex = LIST_AT(&applying->suppress->vexes, struct vex, clause->vex);
    uint64_t keys[MOST_KEYS] = {0};
    size_t count = component_keys(clause->part ? clause->part : clause->product, keys);
    if (!clause->part)
        keys[count++] = KEY_ANYTHING;
    if (suppress_document(applying->suppress, vex->document)->superseded)
        return;
    for (size_t i = 0; i < vex->flaws.count; i++)
        for (size_t j = 0; j < count; j++)
            key_index_add(&applying->clauses, flaw_key(vex->flaws.items[i], keys[j]), number);
}

static bool begin(struct applying *applying, const struct scan *scan, struct err *err)
{
    if (!target_make(scan, applying->mem, &applying->target, err) || !supersede(applying, err) ||
        !index_rules(applying, err))
        return false;
    key_index_init(&applying->clauses, applying->mem);
    for (size_t i = 0; i < applying->suppress->clauses.count; i++)
        index_clause(applying, i);
    return key_index_close(&applying->clauses, err);
}

// ---------------------------------------------------------------- the names of a finding

// The flaw and its other names; of a licence the licence.
static bool finding_names(const struct applying *applying, const struct finding *finding,
                          struct spans *ret, struct err *err)
{
    span *names = arena_array(applying->mem, finding->aliases.count + 2, sizeof *names);
    size_t count = 0;
    if (!names)
        return arena_err(applying->mem, err, "findings");
    names[count++] = finding->id;
    for (size_t i = 0; i < finding->aliases.count; i++)
        names[count++] = finding->aliases.items[i];
    if (finding->kind == FINDING_RULE && finding->package != NO_PACKAGE)
        names[count++] = applying->target.packages[finding->package].package->licenses;
    *ret = (struct spans){.items = names, .count = count};
    return true;
}

static bool names_flaw(struct spans flaws, span name)
{
    for (size_t i = 0; i < flaws.count; i++)
        if (span_equal(flaws.items[i], name))
            return true;
    return false;
}

// ---------------------------------------------------------------- saying so

static bool set_suppressed(struct applying *applying, struct finding *finding,
                           const struct suppression *suppression, const struct text *reason,
                           struct document *document, struct err *err)
{
    struct suppression *kept = ARENA_NEW(applying->suppress->mem, struct suppression);
    if (!kept || !text_ok(reason))
        return arena_err(applying->suppress->mem, err, "suppressed findings");
    *kept = *suppression;
    kept->source = document->source;
    kept->origin = span_of_text(suppress_origin_name(document->origin));
    finding->suppression = kept;
    finding->suppressed = text_span(reason);
    document->findings++;
    return true;
}

// ---------------------------------------------------------------- ignore files

static bool ignore(struct applying *applying, struct finding *finding, const struct rule *rule,
                   struct err *err)
{
    struct document *document = suppress_document(applying->suppress, rule->document);
    struct text reason;
    char day[11] = {0};
    text_init(&reason, applying->suppress->mem, SIZE_MAX);
    text_add(&reason, document->source);
    if (rule->line)
        text_addf(&reason, ":%u", rule->line);
    text_add(&reason, rule->reason.len ? S(": ") : (span){0});
    text_add(&reason, rule->reason);
    if (rule->expires) {
        date_format(rule->expires, day);
        text_addf(&reason, " (until %s)", day);
    }
    const struct suppression suppression = {
        .kind = SUPPRESSION_IGNORED,
        .line = rule->line,
        .reason = rule->reason,
        .expires = rule->expires,
    };
    return set_suppressed(applying, finding, &suppression, &reason, document, err);
}

static bool try_rule(struct applying *applying, struct finding *finding, struct rule *rule,
                     struct err *err)
{
    bool expired = rule->expires && rule->expires <= applying->suppress->today;
    if (!rule_is_of_image(rule, &applying->target, &applying->suppress->names) ||
        !rule_fits(rule, &applying->target, finding))
        return true;
    rule->used = true;
    return expired || finding->suppressed.len || ignore(applying, finding, rule, err);
}

static bool apply_rules(struct applying *applying, struct finding *finding, struct spans names,
                        struct err *err)
{
    struct list *rules = &applying->suppress->rules;
    for (size_t i = 0; i < applying->always.count; i++) {
        size_t number = *LIST_AT(&applying->always, size_t, i);
        if (!try_rule(applying, finding, LIST_AT(rules, struct rule, number), err))
            return false;
    }
    for (size_t i = 0; i < names.count; i++) {
        size_t count = 0;
        const struct key_item *items =
            key_index_find(&applying->rules, flaw_key(names.items[i], 0), &count);
        for (size_t j = 0; j < count; j++) {
            struct rule *rule = LIST_AT(rules, struct rule, items[j].value);
            if (names_flaw(rule->flaws, names.items[i]) && !try_rule(applying, finding, rule, err))
                return false;
        }
    }
    return true;
}

// ---------------------------------------------------------------- VEX

static bool clause_fits(const struct clause *clause, const struct target *target,
                        const struct known_package *known)
{
    struct component *product = clause->product;
    if (clause->subject && !component_is_image(clause->subject, target))
        return false;
    if (clause->part && !component_is_package(clause->part, target, known))
        return false;
    // A platform is a distribution, which knows nothing of what others put on it.
    bool in_image = component_is_image(product, target) &&
                    (product->cpe.len == 0 || package_is_of_system(known->package));
    return in_image || component_is_package(product, target, known) ||
           component_holds(product, target, known);
}

static bool silences(const struct vex *vex)
{
    return vex->status == VEX_NOT_AFFECTED || vex->status == VEX_FIXED;
}

// What the user gives counts more than what comes with the image; then the later; then, in doubt,
// what does not silence.
static bool outweighs(const struct suppress *suppress, const struct vex *a, const struct vex *b)
{
    enum suppress_origin left = suppress_document(suppress, a->document)->origin;
    enum suppress_origin right = suppress_document(suppress, b->document)->origin;
    if (left != right)
        return left < right;
    if (a->timestamp != b->timestamp)
        return a->timestamp > b->timestamp;
    return silences(b) && !silences(a);
}

// The statements that are filed under one key.
static void weigh(struct applying *applying, const struct known_package *known, span name,
                  uint64_t key, struct vex **best)
{
    struct suppress *suppress = applying->suppress;
    size_t count = 0;
    const struct key_item *items = key_index_find(&applying->clauses, flaw_key(name, key), &count);
    for (size_t i = 0; i < count; i++) {
        const struct clause *clause = LIST_AT(&suppress->clauses, struct clause, items[i].value);
        struct vex *vex = LIST_AT(&suppress->vexes, struct vex, clause->vex);
        bool heavier = !*best || outweighs(suppress, vex, *best);
        if ((vex->used && !heavier) || !names_flaw(vex->flaws, name) ||
            !clause_fits(clause, &applying->target, known))
            continue;
        vex->used = true;
        if (heavier)
            *best = vex;
    }
}

static bool find_vex(struct applying *applying, const struct finding *finding, struct spans names,
                     struct vex **ret, struct err *err)
{
    const struct known_package *known = &applying->target.packages[finding->package];
    uint64_t *keys = NULL;
    size_t count = 0;
    if (!package_keys(known, applying->mem, &keys, &count))
        return arena_err(applying->mem, err, "findings");
    for (size_t i = 0; i < names.count; i++)
        for (size_t j = 0; j < count; j++)
            weigh(applying, known, names.items[i], keys[j], ret);
    return true;
}

static const char *vex_words(enum vex_status status)
{
    switch (status) {
    case VEX_NOT_AFFECTED:
        return "not affected";
    case VEX_FIXED:
        return "fixed";
    case VEX_AFFECTED:
        return "affected";
    case VEX_UNDER_INVESTIGATION:
        return "under investigation";
    }
    return "affected";
}

static bool add_evidence(struct applying *applying, struct finding *finding, const struct vex *vex,
                         struct err *err)
{
    const struct document *document = suppress_document(applying->suppress, vex->document);
    struct arena *mem = applying->suppress->mem;
    struct evidence *all = arena_array(mem, finding->evidence_count + 1, sizeof *all);
    if (!all)
        return arena_err(mem, err, "evidence");
    for (size_t i = 0; i < finding->evidence_count; i++)
        all[i] = finding->evidence[i];
    all[finding->evidence_count] = (struct evidence){
        .database = document->source,
        .advisory = document->id.len ? document->id : vex->flaws.items[0],
        .range = span_of_text(vex_words(vex->status)),
        .compared = vex->text,
    };
    finding->evidence = all;
    finding->evidence_count++;
    // A known fix stays one, or --only-fixed would hide the finding.
    if (vex->status == VEX_UNDER_INVESTIGATION && finding->status == STATUS_AFFECTED)
        finding->status = STATUS_UNDER_INVESTIGATION;
    if (vex->status == VEX_AFFECTED && finding->status == STATUS_UNDER_INVESTIGATION)
        finding->status = STATUS_AFFECTED;
    return true;
}

static bool silence(struct applying *applying, struct finding *finding, const struct vex *vex,
                    struct err *err)
{
    struct document *document = suppress_document(applying->suppress, vex->document);
    bool verified = document->origin <= SUPPRESS_HUB;
    struct text reason;
    text_init(&reason, applying->suppress->mem, SIZE_MAX);
    text_add(&reason, document->source);
    text_addf(&reason, "%s: %s", verified ? "" : " (unverified)", vex_words(vex->status));
    text_add(&reason, vex->justification.len ? S(": ") : (span){0});
    text_add(&reason, vex->justification);
    text_add(&reason, vex->text.len ? S(": ") : (span){0});
    text_add(&reason, vex->text);
    const struct suppression suppression = {
        .kind = vex->status == VEX_FIXED ? SUPPRESSION_FIXED : SUPPRESSION_NOT_AFFECTED,
        .reason = vex->text,
        .justification = vex->justification,
    };
    if (!set_suppressed(applying, finding, &suppression, &reason, document, err))
        return false;
    if (vex->status == VEX_NOT_AFFECTED)
        finding->status = STATUS_NOT_AFFECTED;
    return true;
}

static bool apply_vex(struct applying *applying, struct finding *finding, struct spans names,
                      struct err *err)
{
    struct vex *vex = NULL;
    if (finding->kind != FINDING_VULNERABILITY || finding->package == NO_PACKAGE)
        return true;
    if (!find_vex(applying, finding, names, &vex, err))
        return false;
    if (!vex || finding->suppressed.len)
        return true;
    return silences(vex) ? silence(applying, finding, vex, err)
                         : add_evidence(applying, finding, vex, err);
}

// ---------------------------------------------------------------- what came of it

static span name_of(const struct rule *rule)
{
    if (rule->flaws.count)
        return rule->flaws.items[0];
    return rule->packages.count ? rule->packages.items[0] : rule->paths.items[0];
}

// An entry for another image is not this scan's business, nor one for what was not looked for; and
// a rule of a project is about all of its images.
static void note_rule(struct applying *applying, const struct rule *rule)
{
    const struct scan *scan = applying->target.scan;
    const struct document *document = suppress_document(applying->suppress, rule->document);
    bool looked_for = scan->matched && (rule->kinds >> FINDING_VULNERABILITY & 1);
    char day[11] = {0};
    if (document->origin == SUPPRESS_SERVICE ||
        !rule_is_of_image(rule, &applying->target, &applying->suppress->names))
        return;
    if (rule->expires && rule->expires <= applying->suppress->today) {
        date_format(rule->expires, day);
        notes_add(applying->notes, NOTE_INFORMATION, document->source,
                  "line %u: %s: expired on %s%s", rule->line, quote(name_of(rule)).text, day,
                  rule->used ? "; what it was about counts again" : "; it is about nothing here");
    } else if (!rule->used && looked_for) {
        notes_add(applying->notes, NOTE_INFORMATION, document->source,
                  "line %u: %s: nothing that was found is meant by this entry", rule->line,
                  quote(name_of(rule)).text);
    }
}

static void note_document(struct applying *applying, const struct document *document)
{
    struct notes *notes = applying->notes;
    if (document->origin > SUPPRESS_HUB)
        notes_add(notes, NOTE_INFORMATION, document->source,
                  "a VEX document that came with the image: nobody has verified who wrote it");
    if (document->unknown)
        notes_add(notes, NOTE_INFORMATION, document->source,
                  "products that nothing identifies (no purl, no digest), which do not count: %zu",
                  document->unknown);
    if (document->unexplained)
        notes_add(notes, NOTE_INFORMATION, document->source,
                  "statements without a word why it is not affected, which do not count: %zu",
                  document->unexplained);
    if (document->statements && document->used == 0 && !document->superseded &&
        document->origin != SUPPRESS_HUB && applying->target.scan->matched)
        notes_add(notes, NOTE_INFORMATION, document->source,
                  "nothing that was found is meant by any of its statements: %zu",
                  document->statements);
}

static void note_all(struct applying *applying)
{
    struct suppress *suppress = applying->suppress;
    for (size_t i = 0; i < suppress->vexes.count; i++) {
        const struct vex *vex = LIST_AT(&suppress->vexes, struct vex, i);
        suppress_document(suppress, vex->document)->used += vex->used;
    }
    for (size_t i = 0; i < suppress->rules.count; i++) {
        const struct rule *rule = LIST_AT(&suppress->rules, struct rule, i);
        suppress_document(suppress, rule->document)->used++;
        note_rule(applying, rule);
    }
    for (size_t i = 0; i < suppress->documents.count; i++)
        note_document(applying, suppress_document(suppress, (uint32_t)i));
}

// A project may have many rules, most of them about other images.
static bool is_listed(const struct document *document)
{
    return document->origin != SUPPRESS_SERVICE || document->findings > 0;
}

static bool list_suppressors(struct suppress *suppress, struct scan *scan, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < suppress->documents.count; i++)
        count += is_listed(suppress_document(suppress, (uint32_t)i));
    struct suppressor *all = arena_array(suppress->mem, count, sizeof *all);
    if (!all)
        return arena_err(suppress->mem, err, "suppressed findings");
    count = 0;
    for (size_t i = 0; i < suppress->documents.count; i++) {
        const struct document *document = suppress_document(suppress, (uint32_t)i);
        if (!is_listed(document))
            continue;
        all[count++] = (struct suppressor){
            .source = document->source,
            .format = span_of_text(document->format),
            .origin = span_of_text(suppress_origin_name(document->origin)),
            .statements = document->statements,
            .findings = document->findings,
        };
    }
    scan->suppressors = all;
    scan->suppressor_count = count;
    return true;
}

static bool apply_all(struct applying *applying, struct scan *scan, struct err *err)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        struct finding *finding = &scan->findings.items[i];
        struct spans names = {0};
        if (!finding_names(applying, finding, &names, err) ||
            !apply_rules(applying, finding, names, err) ||
            !apply_vex(applying, finding, names, err))
            return false;
    }
    return true;
}

bool suppress_apply(struct suppress *suppress, struct scan *scan, struct notes *notes,
                    struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(suppress->limits->kept_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for ignore files");
    struct applying applying = {.suppress = suppress, .mem = mem, .notes = notes};
    if (suppress->documents.count == 0)
        return true;
    if (!begin(&applying, scan, err) || !apply_all(&applying, scan, err))
        return false;
    note_all(&applying);
    return list_suppressors(suppress, scan, err);
}
