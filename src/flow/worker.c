#include "flow/worker_inner.h"

#include "scan/identify/identify.h"
#include "scan/inventory/inventory.h"
#include "scan/unpack/unpack.h"

// One layer in the worker. The thread that runs the job owns it until `done`.
struct slot {
    struct worker *worker;
    struct layer_input input;
    int fd;
    struct arena *mem; // holds the extract
    struct extract extract;
    bool present;
};

struct worker {
    const struct worker_options *options;
    struct crew *crew;
    struct os_monitor *monitor; // guards the socket's sending side and `running`
    size_t running;
    int socket;
    struct arena *table; // holds the slots
    struct slot *slots;
    struct arena *mem;      // for the second pass's wants
    struct arena *failures; // of short answers; made ahead, so that want of memory can be told
    struct wants wants;
    struct spans more;
    unsigned passes; // over all layers
};

bool all_wants(struct spans more, struct arena *mem, struct wants *ret, struct err *err)
{
    const struct wants *stages[] = {&identify_wants, &inventory_wants};
    struct list patterns;
    list_init(&patterns, mem, sizeof(span), SIZE_MAX);
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        for (size_t j = 0; j < stages[i]->count; j++) {
            span *pattern = LIST_ADD(&patterns, span);
            if (pattern)
                *pattern = stages[i]->patterns[j];
        }
    for (size_t i = 0; i < more.count; i++) {
        span *pattern = LIST_ADD(&patterns, span);
        if (!pattern || !arena_span(mem, more.items[i], pattern))
            return arena_err(mem, err, "wants");
    }
    if (!list_ok(&patterns))
        return arena_err(mem, err, "wants");
    *ret = (struct wants){.patterns = patterns.items, .count = patterns.count};
    return true;
}

// ---------------------------------------------------------------- answers

// An answer that cannot be sent leaves the parent waiting: it must see the end of the stream.
static void send_locked(struct worker *worker, uint32_t kind, span payload)
{
    if (!os_send_frame(worker->socket, kind, payload, -1, NULL))
        os_process_end(1);
}

static void send(struct worker *worker, uint32_t kind, span payload)
{
    os_monitor_enter(worker->monitor);
    send_locked(worker, kind, payload);
    os_monitor_leave(worker->monitor);
}

static void send_failure(struct worker *worker, uint32_t index, const struct err *failure)
{
    struct text out;
    os_monitor_enter(worker->monitor);
    arena_reset(worker->failures);
    text_init(&out, worker->failures, SIZE_MAX);
    failure_write(index, failure, &out);
    send_locked(worker, TELL_FAILED, text_span(&out));
    os_monitor_leave(worker->monitor);
}

// A layer that the parent brought an extract of needs no answer but its number.
static void send_taken(struct worker *worker, uint32_t index)
{
    struct text out;
    os_monitor_enter(worker->monitor);
    arena_reset(worker->failures);
    text_init(&out, worker->failures, SIZE_MAX);
    text_add_u32le(&out, index);
    send_locked(worker, TELL_LAYER, text_span(&out));
    os_monitor_leave(worker->monitor);
}

static void send_extract(struct worker *worker, uint32_t index, const struct extract *extract)
{
    const struct limits *limits = &worker->options->limits;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->kept_bytes * 4);
    struct text out = {.failed = true};
    struct err err = {0};
    if (mem) {
        text_init(&out, mem, SIZE_MAX);
        text_add_u32le(&out, index);
        // Without a diffID of its own it must not be remembered under the one that it claims.
        if (extract->diff_id.len)
            extract_write(extract, &out);
    }
    if (text_ok(&out)) {
        send(worker, TELL_LAYER, text_span(&out));
        return;
    }
    (void)err_set(&err, ERR_MEMORY, "no memory for what was kept of the layer");
    send_failure(worker, index, &err);
}

// ---------------------------------------------------------------- layers

static bool prepare(struct worker *worker, uint32_t index, struct slot **ret, struct err *err)
{
    const struct limits *limits = &worker->options->limits;
    if (index >= limits->layers)
        return err_set(err, ERR_LIMIT, "more than %llu layers", (unsigned long long)limits->layers);
    struct slot *slot = &worker->slots[index];
    arena_free(slot->mem);
    *slot = (struct slot){.worker = worker, .fd = -1, .mem = arena_new(limits->kept_bytes * 2)};
    *ret = slot;
    return slot->mem || err_set(err, ERR_MEMORY, "no memory for a layer");
}

static void finish_slot(struct slot *slot)
{
    struct worker *worker = slot->worker;
    os_monitor_enter(worker->monitor);
    worker->running--;
    os_monitor_notify(worker->monitor);
    os_monitor_leave(worker->monitor);
}

static void run_slot(void *self)
{
    struct slot *slot = self;
    struct worker *worker = slot->worker;
    uint32_t index = (uint32_t)(slot - worker->slots);
    struct err err = {0};
    slot->present = unpack_layer(&slot->input, &worker->wants, &worker->options->limits,
                                 worker->crew, slot->mem, &slot->extract, &err);
    os_close(&slot->fd);
    if (slot->present)
        send_extract(worker, index, &slot->extract);
    else
        send_failure(worker, index, &err);
    finish_slot(slot);
}

static bool copy_request(struct slot *slot, const struct layer_request *request, struct err *err)
{
    slot->input.file = (struct stream_file){
        .fd = slot->fd,
        .seekable = request->seekable,
        .offset = request->offset,
        .length = request->length,
    };
    return (arena_span(slot->mem, request->digest, &slot->input.digest) &&
            arena_span(slot->mem, request->diff_id, &slot->input.diff_id)) ||
           arena_err(slot->mem, err, "layer");
}

static bool start_layer(struct worker *worker, span payload, int *fd, struct err *err)
{
    struct layer_request request = {0};
    struct slot *slot = NULL;
    if (!layer_request_read(payload, &request, err) || !prepare(worker, request.index, &slot, err))
        return false;
    slot->fd = os_take_fd(fd);
    if (!copy_request(slot, &request, err))
        return false;
    os_monitor_enter(worker->monitor);
    worker->running++;
    os_monitor_leave(worker->monitor);
    return crew_submit(worker->crew, run_slot, slot, err);
}

static void take_extract(struct worker *worker, span payload)
{
    reader r = reader_of(payload);
    uint32_t index = read_u32le(&r);
    struct slot *slot = NULL;
    struct err err = {0};
    bool ok = prepare(worker, index, &slot, &err) &&
              extract_read(r.rest, &worker->options->limits, slot->mem, &slot->extract, &err);
    if (!ok) {
        send_failure(worker, index, &err);
        return;
    }
    slot->present = true;
    send_taken(worker, index);
}

// ---------------------------------------------------------------- the bom

struct prefixes {
    const struct extract **extracts;
    struct tree *trees;
    struct inventory_prefix *items;
    size_t count;
};

// Does the layer change anything that a stage reads?
static bool matters(const struct extract *extract)
{
    for (size_t i = 0; i < extract->files.count; i++)
        if (LIST_AT(&extract->files, struct file, i)->type != FILE_DIRECTORY)
            return true;
    return false;
}

static bool merge_prefixes(struct worker *worker, size_t layers, struct arena *mem,
                           struct prefixes *ret, struct err *err)
{
    uint64_t seed = 0;
    struct prefixes prefixes = {
        .extracts = arena_array(mem, layers + 1, sizeof(struct extract *)),
        .trees = arena_array(mem, layers + 1, sizeof(struct tree)),
        .items = arena_array(mem, layers + 1, sizeof(struct inventory_prefix)),
    };
    if (!prefixes.extracts || !prefixes.trees || !prefixes.items)
        return arena_err(mem, err, "merge");
    if (!os_random(&seed, sizeof seed, err))
        return false;
    for (size_t i = 0; i < layers; i++)
        prefixes.extracts[i] = &worker->slots[i].extract;
    for (size_t i = 0; i < layers; i++) {
        if (i + 1 < layers && !matters(prefixes.extracts[i]))
            continue;
        struct tree *tree = &prefixes.trees[prefixes.count];
        if (!unpack_merge(prefixes.extracts, i + 1, &worker->options->limits, seed, mem, tree, err))
            return false;
        prefixes.items[prefixes.count++] =
            (struct inventory_prefix){.layer = (uint32_t)i, .tree = tree};
    }
    if (prefixes.count == 0) // an image without layers
        prefixes.items[prefixes.count++] = (struct inventory_prefix){.tree = prefixes.trees};
    *ret = prefixes;
    return true;
}

static void merge_notes(struct worker *worker, size_t layers, struct notes *notes)
{
    for (size_t i = 0; i < layers; i++)
        notes_merge(notes, &worker->slots[i].extract.notes);
}

static bool send_bom(struct worker *worker, const struct bom *bom, struct arena *mem,
                     struct err *err)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    bom_write(bom, &out);
    if (!text_ok(&out))
        return arena_err(mem, err, "bom");
    send(worker, TELL_BOM, text_span(&out));
    return true;
}

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
    send(worker, TELL_MORE, text_span(&out));
    return true;
}

// Asks for what links lead to. What that brings can lead on, but not for ever: what is then still
// missing is said.
static bool ask_again(struct worker *worker, const struct tree *tree, struct arena *mem,
                      struct notes *notes, bool *ret_asked, struct err *err)
{
    struct spans missing = {0};
    if (!unpack_missing(tree, &worker->wants, &worker->options->limits, worker->mem, &missing, err))
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

static bool identify(struct worker *worker, const struct tree *tree, struct arena *mem,
                     struct notes *notes, struct distro *ret, struct err *err)
{
    if (worker->options->distro.len)
        return identify_parse_override(worker->options->distro, mem, ret, err);
    return identify_distro(tree, &worker->options->limits, mem, notes, ret, err);
}

static bool make_bom(struct worker *worker, size_t layers, struct arena *mem, struct err *err)
{
    const struct limits *limits = &worker->options->limits;
    struct prefixes prefixes = {0};
    struct bom bom = {0};
    struct notes notes;
    bool asked = false;
    notes_init(&notes, mem, limits);
    if (!merge_prefixes(worker, layers, mem, &prefixes, err))
        return false;
    const struct tree *last = prefixes.items[prefixes.count - 1].tree;
    worker->passes++;
    if (!ask_again(worker, last, mem, &notes, &asked, err) || asked)
        return asked;
    merge_notes(worker, layers, &notes);
    unpack_note_loops(last, &worker->wants, limits, mem, &notes);
    struct distro distro = {0};
    if (!identify(worker, last, mem, &notes, &distro, err) ||
        !inventory_layers(prefixes.items, prefixes.count, &distro, worker->options->all_layers,
                          limits, mem, &notes, &bom, err))
        return false;
    bom.notes = notes;
    return send_bom(worker, &bom, mem, err);
}

static void await_layers(struct worker *worker)
{
    os_monitor_enter(worker->monitor);
    while (worker->running)
        os_monitor_wait(worker->monitor);
    os_monitor_leave(worker->monitor);
}

static void finish(struct worker *worker, span payload)
{
    reader r = reader_of(payload);
    uint32_t layers = read_u32le(&r);
    struct err err = {0};
    await_layers(worker);
    // Trees, packages and the bom itself; the contents stay where the extracts are.
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(worker->options->limits.kept_bytes * 2);
    bool ok =
        layers <= worker->options->limits.layers || err_set(&err, ERR_LIMIT, "%u layers", layers);
    ok = ok && (mem || err_set(&err, ERR_MEMORY, "no memory for the bom"));
    if (!ok || !make_bom(worker, layers, mem, &err))
        send_failure(worker, UINT32_MAX, &err);
}

// ---------------------------------------------------------------- the loop

static void take_sbom(struct worker *worker, int fd)
{
    const struct limits *limits = &worker->options->limits;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->kept_bytes * 2);
    struct text out = {0};
    struct err err = {0};
    text_init(&out, mem, SIZE_MAX);
    bool ok = (mem || err_set(&err, ERR_MEMORY, "no memory for a bill of materials")) &&
              sbom_answer(fd, worker->options, mem, &out, &err);
    if (ok)
        send(worker, TELL_SBOM, text_span(&out));
    else
        send_failure(worker, UINT32_MAX, &err);
}

static void answer(struct worker *worker, uint32_t kind, span payload, int *fd)
{
    struct err err = {0};
    if (kind == ASK_LAYER && !start_layer(worker, payload, fd, &err))
        send_failure(worker, UINT32_MAX, &err);
    if (kind == ASK_EXTRACT)
        take_extract(worker, payload);
    if (kind == ASK_FINISH)
        finish(worker, payload);
    if (kind == ASK_SBOM)
        take_sbom(worker, *fd);
}

static void run(void *self, int socket)
{
    struct worker *worker = self;
    worker->socket = socket;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(worker->options->limits.kept_bytes * 4);
    if (!mem)
        return;
    for (;;) {
        uint32_t kind = 0;
        span payload = {0};
        CLEANUP(os_close) int fd = -1;
        if (!os_receive_frame(socket, worker->options->limits.kept_bytes * 4, mem, &kind, &payload,
                              &fd, NULL))
            return; // the parent has all it wants
        answer(worker, kind, payload, &fd);
        arena_reset(mem);
    }
}

static void help(void *self)
{
    crew_help(((struct worker *)self)->crew);
}

static void worker_free(struct worker *worker)
{
    crew_free(worker->crew);
    os_monitor_free(worker->monitor);
    arena_free(worker->mem);
    arena_free(worker->failures);
    arena_free(worker->table);
}

// Made in the parent and used in its copy, the child: the parent's own is thrown away at once.
static bool worker_init(struct worker *worker, const struct worker_options *options,
                        struct err *err)
{
    worker->options = options;
    worker->table = arena_new(options->limits.memory_bytes);
    worker->mem = arena_new(1 << 20);
    worker->failures = arena_new(16384);
    if (!worker->table || !worker->mem || !worker->failures || !arena_alloc(worker->failures, 4000))
        return err_set(err, ERR_MEMORY, "no memory for the worker");
    worker->slots = arena_array(worker->table, options->limits.layers + 1, sizeof *worker->slots);
    if (!worker->slots)
        return arena_err(worker->table, err, "layers");
    return crew_new(&worker->crew, err) && os_monitor_new(&worker->monitor, err) &&
           all_wants((struct spans){0}, worker->mem, &worker->wants, err);
}

bool worker_start(const struct worker_options *options, struct os_jail *ret, struct err *err)
{
    CLEANUP(worker_free) struct worker worker = {0};
    if (!worker_init(&worker, options, err))
        return false;
    struct os_jail_work work = {
        .run = run,
        .help = help,
        .threads = os_cpu_count(),
        .self = &worker,
    };
    return os_jail_start(&work, &options->limits, ret, err);
}
