// What is wrong with a bill of materials that came from elsewhere: out of the store, or from a
// client that has no database (doc/formats/verdict-wire.md).
#include "flow/flow.h"

#include "flow/judge_inner.h"
#include "flow/rules_inner.h"
#include "service/store/store.h"

#define VERDICT_MAGIC S("plimvrd\x02")

// ---------------------------------------------------------------- judging

// *ret: what the database says; the notes of the bom grow.
static bool match(const struct judge_options *options, struct scan *scan, struct arena *mem,
                  struct findings *ret, struct err *err)
{
    struct advisory_source source = database_source(options->database);
    const struct match_options how = {.today = options->today, .suppressed = options->suppressed};
    struct notes notes = {0};
    notes_init(&notes, mem, options->limits);
    if (!database_describe(options->database, mem, &scan->database, err) ||
        !match_fill_distro(&source, &scan->bom.distro, mem, err) ||
        !match_bom(&scan->bom, &source, &how, mem, ret, &notes, err))
        return false;
    scan->matched = true;
    notes_merge(&scan->bom.notes, &notes);
    return true;
}

// The notes of what was read have no arena to grow in.
static void own_notes(struct scan *scan, const struct limits *limits, struct arena *mem)
{
    struct notes notes = {0};
    notes_init(&notes, mem, limits);
    notes_merge(&notes, &scan->bom.notes);
    scan->bom.notes = notes;
}

static bool judge(const struct judge_options *options, struct scan *scan, struct arena *mem,
                  struct err *err)
{
    struct findings found = {0};
    own_notes(scan, options->limits, mem);
    if (options->database && (!match(options, scan, mem, &found, err) ||
                              !findings_join(&scan->findings, &found, mem, &scan->findings, err)))
        return false;
    scan->complete = scan->bom_complete && !scan->bom.notes.incomplete;
    return true;
}

// Layers are indexes for those who report. What has none of its own counts as one.
static bool check_layers(const struct scan *scan, struct err *err)
{
    size_t layers = scan->image.layer_count ? scan->image.layer_count : 1;
    for (size_t i = 0; i < scan->bom.package_count; i++)
        for (size_t j = 0; j < scan->bom.packages[i].location_count; j++)
            if (scan->bom.packages[i].locations[j].layer >= layers)
                return err_set(err, ERR_INPUT, "scan: a package of no layer");
    for (size_t i = 0; i < scan->findings.count; i++)
        if (scan->findings.items[i].layer >= layers)
            return err_set(err, ERR_INPUT, "scan: a finding of no layer");
    return true;
}

// A project knows an image by its own names: not by that under which somebody else brought it.
static bool silence_kept(struct store *store, int64_t image, const struct judge_options *options,
                         struct arena *mem, struct scan *scan, struct err *err)
{
    struct image_rules rules = {0};
    if (!rules_of_image(store, image, options->project, options->today, mem, &rules, err) ||
        (options->database &&
         !rules_apply_to_kept(&rules, options->today, options->limits, mem, scan, err)))
        return false;
    if (options->project && rules.names.count)
        scan->image.name = rules.names.items[0];
    return true;
}

bool read_kept_scan(struct store *store, span image, const struct judge_options *options,
                    struct arena *mem, struct scan *ret, struct err *err)
{
    struct stored_image kept = {0};
    struct scan scan = {0};
    if (!store_read_image(store, image, mem, &kept, err) ||
        !unkeep_image(kept.head, &kept.bundles, options->limits, mem, &scan, err))
        return false;
    for (size_t i = 0; i < kept.own.count; i++) {
        struct finding *finding = &kept.own.items[i];
        if (finding->package != NO_PACKAGE && finding->package >= scan.bom.package_count)
            return err_set(err, ERR_INPUT, "image: a finding of no package");
    }
    scan.findings = kept.own;
    findings_sort(&scan.findings);
    if (!check_layers(&scan, err) || !judge(options, &scan, mem, err) ||
        !silence_kept(store, kept.id, options, mem, &scan, err))
        return false;
    *ret = scan;
    return true;
}

bool judge_sent_scan(span bytes, const struct judge_options *options, struct arena *mem,
                     struct scan *ret, struct err *err)
{
    struct scan scan = {0};
    const struct image_rules rules = {.rules = options->rules};
    if (!scan_read(bytes, options->limits, mem, &scan, err) || !check_layers(&scan, err) ||
        !judge(options, &scan, mem, err) ||
        !rules_apply(&rules, options->today, options->limits, mem, &scan, err))
        return false;
    *ret = scan;
    return true;
}

// ---------------------------------------------------------------- verdicts

static void add_part(struct text *out, struct text *part)
{
    if (!text_ok(part))
        out->failed = true;
    text_add_field(out, text_span(part));
}

bool write_verdict(span sent, const struct judge_options *options, struct arena *mem,
                   struct text *out, struct err *err)
{
    struct scan scan = {0};
    struct findings found = {0};
    struct text notes;
    struct text findings;
    struct text rules;
    if (!scan_read(sent, options->limits, mem, &scan, err) || !check_layers(&scan, err))
        return false;
    notes_init(&scan.bom.notes, mem, options->limits); // the client has its own
    if (!match(options, &scan, mem, &found, err))
        return false;
    const struct bom rest = {.notes = scan.bom.notes};
    text_init(&notes, mem, SIZE_MAX);
    text_init(&findings, mem, SIZE_MAX);
    text_init(&rules, mem, SIZE_MAX);
    project_rules_write(&options->rules, &rules);
    bom_write(&rest, &notes);
    findings_write(&found, &findings);
    text_add(out, VERDICT_MAGIC);
    text_add_field(out, scan.database.built);
    text_add_u32le(out, (uint32_t)scan.database.sources.count);
    for (size_t i = 0; i < scan.database.sources.count; i++)
        text_add_field(out, scan.database.sources.items[i]);
    text_add_field(out, scan.bom.distro.end_of_life);
    text_add_field(out, scan.bom.distro.end_of_extended_life);
    add_part(out, &notes);
    add_part(out, &findings);
    add_part(out, &rules);
    return text_ok(out) || arena_err(out->mem, err, "verdict");
}

static bool read_sources(reader *r, const struct limits *limits, struct arena *mem,
                         struct spans *ret, struct err *err)
{
    enum { SOURCE_BYTES = 4 };
    uint32_t count = read_u32le(r);
    if (count > limits->index_entries || count > r->rest.len / SOURCE_BYTES)
        return err_set(err, ERR_INPUT, "verdict: %u sources", count);
    span *sources = arena_array(mem, count, sizeof *sources);
    if (!sources)
        return arena_err(mem, err, "verdict");
    for (uint32_t i = 0; i < count; i++)
        sources[i] = read_field(r);
    *ret = (struct spans){.items = sources, .count = count};
    return true;
}

bool read_verdict(span bytes, const struct bom *of, const struct limits *limits, struct arena *mem,
                  struct verdict *ret, struct err *err)
{
    struct verdict verdict = {0};
    struct bom rest = {0};
    reader r = reader_of(bytes);
    if (!span_equal(read_bytes(&r, VERDICT_MAGIC.len), VERDICT_MAGIC))
        return err_set(err, ERR_INPUT, "verdict: not of this version");
    verdict.database.built = read_field(&r);
    if (!read_sources(&r, limits, mem, &verdict.database.sources, err))
        return false;
    verdict.end_of_life = read_field(&r);
    verdict.end_of_extended_life = read_field(&r);
    span notes = read_field(&r);
    span findings = read_field(&r);
    span rules = read_field(&r);
    if (!read_end(&r))
        return err_set(err, ERR_INPUT, "verdict: damaged");
    if (!bom_read(notes, limits, mem, &rest, err) ||
        !findings_read(findings, of->package_count, limits, mem, &verdict.findings, err) ||
        !project_rules_read(rules, mem, &verdict.rules, err))
        return err_add(err, "verdict");
    verdict.notes = rest.notes;
    *ret = verdict;
    return true;
}
