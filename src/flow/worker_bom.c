// From the extracts of all layers to the bill of materials and what is wrong with it.
#include "flow/worker_state_inner.h"

#include "detect/integrity/integrity.h"
#include "scan/identify/identify.h"
#include "scan/inventory/inventory.h"
#include "suppress/suppress.h"

// ---------------------------------------------------------------- layers on top of each other

struct prefixes {
    struct tree *trees;
    struct inventory_prefix *items;
    size_t count;
    struct roster roster; // of the last one
};

// Does the layer change anything that a stage reads?
static bool matters(const struct extract *extract)
{
    for (size_t i = 0; i < extract->files.count; i++)
        if (LIST_AT(&extract->files, struct file, i)->type != FILE_DIRECTORY)
            return true;
    return false;
}

static bool begin_prefixes(size_t layers, struct arena *mem, struct prefixes *ret, struct err *err)
{
    *ret = (struct prefixes){
        .trees = arena_array(mem, layers + 1, sizeof(struct tree)),
        .items = arena_array(mem, layers + 1, sizeof(struct inventory_prefix)),
    };
    return (ret->trees && ret->items) || arena_err(mem, err, "merge");
}

static bool add_prefix(const struct worker *worker, struct stack *stack, size_t layer, bool is_last,
                       struct prefixes *prefixes, struct err *err)
{
    if (!is_last && !matters(&worker->slots[layer].extract))
        return true;
    struct tree *tree = &prefixes->trees[prefixes->count];
    if (!stack_tree(stack, is_last || worker->options->all_layers, tree, err))
        return false;
    prefixes->items[prefixes->count++] =
        (struct inventory_prefix){.layer = (uint32_t)layer, .tree = tree};
    return true;
}

static bool merge_prefixes(struct worker *worker, size_t layers, struct arena *mem,
                           struct notes *notes, struct prefixes *ret, struct err *err)
{
    hash_key key = {0};
    struct stack *stack = NULL;
    struct prefixes prefixes = {0};
    if (!begin_prefixes(layers, mem, &prefixes, err) || !os_random(&key, sizeof key, err) ||
        !stack_new(&worker->options->limits, key, mem, notes, &stack, err))
        return false;
    for (size_t i = 0; i < layers; i++)
        if (!stack_add(stack, &worker->slots[i].extract, err) ||
            !add_prefix(worker, stack, i, i + 1 == layers, &prefixes, err))
            return false;
    if (prefixes.count == 0) // an image without layers
        prefixes.items[prefixes.count++] = (struct inventory_prefix){.tree = prefixes.trees};
    if (worker->options->integrity && !stack_roster(stack, &prefixes.roster, err))
        return false;
    *ret = prefixes;
    return true;
}

static void merge_notes(struct worker *worker, size_t layers, struct notes *notes)
{
    for (size_t i = 0; i < layers; i++)
        notes_merge(notes, &worker->slots[i].extract.notes);
}

// ---------------------------------------------------------------- another pass

static bool add_wants(struct worker *worker, struct spans missing, struct err *err)
{
    struct list more;
    list_init(&more, worker->mem, sizeof(span), worker->more.count + missing.count);
    const struct spans parts[] = {worker->more, missing};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < parts[i].count; j++) {
            span *pattern = LIST_ADD(&more, span);
            if (!pattern)
                return arena_err(worker->mem, err, "another pass");
            *pattern = parts[i].items[j];
        }
    worker->more = (struct spans){.items = more.items, .count = more.count};
    return all_wants(worker->more, worker->mem, &worker->wants, err);
}

static bool send_more(struct worker *worker, struct arena *mem, struct err *err)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    for (size_t i = 0; i < worker->more.count; i++)
        text_add_field(&out, worker->more.items[i]);
    if (!text_ok(&out))
        return arena_err(mem, err, "another pass");
    worker_send(worker, TELL_MORE, text_span(&out));
    return true;
}

// Asks for what links lead to. What that brings can lead on, but not for ever: what is then still
// missing is said.
static bool ask_again(struct worker *worker, const struct tree *tree, struct arena *mem,
                      struct notes *notes, bool *ret_asked, struct err *err)
{
    struct spans missing = {0};
    if (!unpack_missing(tree, &worker->wants, NULL, &worker->options->limits, worker->mem, &missing,
                        err))
        return false;
    if (missing.count && worker->passes < MOST_PASSES) {
        *ret_asked = true;
        return add_wants(worker, missing, err) && send_more(worker, mem, err);
    }
    for (size_t i = 0; i < missing.count; i++)
        notes_add(notes, NOTE_LIMIT, missing.items[i],
                  "a file that links lead to, too many of them: it was not read");
    return true;
}

// ---------------------------------------------------------------- what is in it

static bool identify(struct worker *worker, const struct tree *tree, struct arena *mem,
                     struct notes *notes, struct distro *ret, struct err *err)
{
    if (worker->options->distro.len)
        return identify_parse_override(worker->options->distro, mem, ret, err);
    return identify_distro(tree, &worker->options->limits, mem, notes, ret, err);
}

// Unites packages, and lets findings speak of what they have become.
static bool settle(struct bom *bom, struct findings *findings, struct arena *mem, struct err *err)
{
    const uint32_t *map = NULL;
    if (!inventory_settle(bom, mem, &map, err))
        return false;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].package != NO_PACKAGE)
            findings->items[i].package = map[findings->items[i].package];
    findings_sort(findings);
    return true;
}

// Who owns what, and is it what they say?
static bool judge_files(struct worker *worker, const struct prefixes *prefixes, struct bom *bom,
                        struct arena *mem, struct notes *notes, struct findings *ret,
                        struct err *err)
{
    const struct limits *limits = &worker->options->limits;
    const struct tree *tree = prefixes->items[prefixes->count - 1].tree;
    struct listing listing = {0};
    if (!inventory_listing(tree, bom, limits, mem, notes, &listing, err))
        return false;
    inventory_set_owners(bom, &listing);
    if (!inventory_binaries(tree, &listing, mem, bom, err))
        return false;
    if (worker->options->integrity &&
        !integrity_check(bom, &listing, tree, &prefixes->roster, limits, mem, notes, ret, err))
        return false;
    return settle(bom, ret, mem, err);
}

// Does a pattern before this one fit, too?
static bool want_before(span path, size_t pattern)
{
    const struct wants earlier = {.patterns = suppress_wants.patterns, .count = pattern};
    return wants_match(&earlier, path);
}

// VEX documents inside the image. What they say is handed on: whether it counts is for the user.
static bool write_documents(const struct worker *worker, const struct tree *tree, struct arena *mem,
                            struct notes *notes, struct text *out, struct err *err)
{
    const struct limits *limits = &worker->options->limits;
    for (size_t i = 0; i < suppress_wants.count; i++) {
        const struct file **files = NULL;
        size_t count = 0;
        if (!tree_match(tree, suppress_wants.patterns[i], mem, &files, &count))
            return arena_err(mem, err, "VEX documents");
        for (size_t j = 0; j < count; j++) {
            if (want_before(files[j]->path, i))
                continue;
            if (files[j]->content.len > limits->document_bytes ||
                out->len + files[j]->content.len > limits->feed_bytes) {
                notes_add(notes, NOTE_INFORMATION, files[j]->path,
                          "too much for a VEX document: it was not read");
                continue;
            }
            if (!vex_write(files[j]->path, files[j]->content, limits, out, err))
                return false;
        }
    }
    return true;
}

static bool send_bom(struct worker *worker, const struct bom *bom, const struct findings *findings,
                     span documents, struct arena *mem, struct err *err)
{
    enum { USUAL_PACKAGE = 256 };
    struct text start;
    struct text rest;
    struct text found;
    text_init(&start, mem, sizeof(uint32_t));
    text_init(&rest, mem, UINT32_MAX);
    text_reserve(&rest, bom->package_count * USUAL_PACKAGE);
    bom_write(bom, &rest);
    text_add_u32le(&start, (uint32_t)rest.len); // as text_add_field does, without a copy
    text_init(&found, mem, UINT32_MAX);
    findings_write(findings, &found);
    text_add_field(&rest, text_span(&found));
    text_add(&rest, documents);
    if (!text_ok(&start) || !text_ok(&rest) || !text_ok(&found))
        return arena_err(mem, err, "bom");
    worker_send_parts(worker, TELL_BOM, text_span(&start), text_span(&rest));
    return true;
}

bool worker_make_bom(struct worker *worker, size_t layers, struct arena *mem, struct err *err)
{
    const struct limits *limits = &worker->options->limits;
    struct prefixes prefixes = {0};
    struct bom bom = {0};
    struct findings findings = {0};
    struct distro distro = {0};
    struct text documents;
    struct notes notes;
    bool asked = false;
    notes_init(&notes, mem, limits);
    text_init(&documents, mem, UINT32_MAX);
    if (!merge_prefixes(worker, layers, mem, &notes, &prefixes, err))
        return false;
    const struct tree *last = prefixes.items[prefixes.count - 1].tree;
    worker->passes++;
    if (!ask_again(worker, last, mem, &notes, &asked, err) || asked)
        return asked;
    merge_notes(worker, layers, &notes);
    unpack_note_loops(last, &worker->wants, limits, mem, &notes);
    if (!identify(worker, last, mem, &notes, &distro, err) ||
        !inventory_layers(prefixes.items, prefixes.count, &distro, worker->options->all_layers,
                          limits, mem, &notes, &bom, err) ||
        !judge_files(worker, &prefixes, &bom, mem, &notes, &findings, err) ||
        !write_documents(worker, last, mem, &notes, &documents, err))
        return false;
    if (!text_ok(&documents))
        return arena_err(mem, err, "VEX documents");
    bom.notes = notes;
    return send_bom(worker, &bom, &findings, text_span(&documents), mem, err);
}
