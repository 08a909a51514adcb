#include "flow/worker_state_inner.h"

#include "detect/integrity/integrity.h"
#include "scan/cache/cache.h"
#include "scan/identify/identify.h"
#include "scan/inventory/inventory.h"
#include "suppress/suppress.h"

bool all_wants(struct spans more, struct arena *mem, struct wants *ret, struct err *err)
{
    const struct wants *stages[] = {&identify_wants, &inventory_wants, &suppress_wants};
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
static void send_locked(struct worker *worker, uint32_t kind, span start, span rest)
{
    if (!os_send_frame_parts(worker->socket, kind, start, rest, NULL))
        os_process_end(1);
}

void worker_send_parts(struct worker *worker, uint32_t kind, span start, span rest)
{
    os_monitor_enter(worker->monitor);
    send_locked(worker, kind, start, rest);
    os_monitor_leave(worker->monitor);
}

void worker_send(struct worker *worker, uint32_t kind, span payload)
{
    worker_send_parts(worker, kind, payload, (span){0});
}

static void send_failure(struct worker *worker, uint32_t index, const struct err *failure)
{
    struct text out;
    os_monitor_enter(worker->monitor);
    arena_reset(worker->failures);
    text_init(&out, worker->failures, SIZE_MAX);
    failure_write(index, failure, &out);
    send_locked(worker, TELL_FAILED, text_span(&out), (span){0});
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
    send_locked(worker, TELL_LAYER, text_span(&out), (span){0});
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
        worker_send(worker, TELL_LAYER, text_span(&out));
        return;
    }
    (void)err_set(&err, ERR_MEMORY, "no memory for what was kept of the layer");
    send_failure(worker, index, &err);
}

// ---------------------------------------------------------------- layers

static bool prepare(struct worker *worker, uint32_t index, uint64_t budget, struct slot **ret,
                    struct err *err)
{
    const struct limits *limits = &worker->options->limits;
    if (index >= limits->layers)
        return err_set(err, ERR_LIMIT, "more than %llu layers", (unsigned long long)limits->layers);
    struct slot *slot = &worker->slots[index];
    arena_free(slot->mem);
    *slot = (struct slot){.worker = worker, .fd = -1};
    slot->mem = arena_new(budget);
    *ret = slot;
    return slot->mem || err_set(err, ERR_MEMORY, "no memory for a layer");
}

static bool submit(struct slot *slot, void (*run)(void *self), struct err *err)
{
    struct worker *worker = slot->worker;
    os_monitor_enter(worker->monitor);
    worker->running++;
    os_monitor_leave(worker->monitor);
    return crew_submit(worker->crew, run, slot, err);
}

static void finish_slot(struct slot *slot)
{
    struct worker *worker = slot->worker;
    os_monitor_enter(worker->monitor);
    worker->running--;
    os_monitor_notify(worker->monitor);
    os_monitor_leave(worker->monitor);
}

// ---------------------------------------------------------------- scratch files

// Each is a layer's own while that is read. There are as many as layers can be in flight.
static int lend_scratch(struct worker *worker)
{
    int fd = -1;
    os_monitor_enter(worker->monitor);
    for (size_t i = 0; i < MOST_IN_FLIGHT && fd < 0; i++)
        fd = os_take_fd(&worker->scratch[i]);
    os_monitor_leave(worker->monitor);
    return fd;
}

static void return_scratch(struct worker *worker, int fd)
{
    os_monitor_enter(worker->monitor);
    for (size_t i = 0; i < MOST_IN_FLIGHT && fd >= 0; i++)
        if (worker->scratch[i] < 0) {
            worker->scratch[i] = fd;
            fd = -1;
        }
    os_monitor_leave(worker->monitor);
    os_close(&fd);
}

// ---------------------------------------------------------------- reading a layer

static void run_slot(void *self)
{
    struct slot *slot = self;
    struct worker *worker = slot->worker;
    uint32_t index = (uint32_t)(slot - worker->slots);
    struct err err = {0};
    int lent = lend_scratch(worker);
    struct unpack_options options = {
        .wants = &worker->wants,
        .roster = worker->options->integrity ? &integrity_wants : NULL,
        .inspector = &worker->inspector,
        .limits = &worker->options->limits,
        .crew = worker->crew,
        .scratch_fd = lent,
        .lowest = index == 0,
    };
    slot->present = os_random(&options.key, sizeof options.key, &err) &&
                    unpack_layer(&slot->input, &options, slot->mem, &slot->extract, &err);
    os_close(&slot->fd);
    return_scratch(worker, lent);
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

// Not before a layer is really read: all else is quicker without.
static bool open_catalog(struct worker *worker, struct err *err)
{
    struct catalog_options options = {
        .limits = &worker->options->limits,
        .declared = worker->options->declared,
    };
    if (worker->catalog)
        return true;
    if (!catalog_new(&options, &worker->catalog, err))
        return false;
    worker->inspector = catalog_inspector(worker->catalog);
    return true;
}

static bool start_layer(struct worker *worker, span payload, int *fd, struct err *err)
{
    struct layer_request request = {0};
    struct slot *slot = NULL;
    if (!layer_request_read(payload, &request, err) || !open_catalog(worker, err) ||
        !prepare(worker, request.index, worker->options->limits.kept_bytes * 2, &slot, err))
        return false;
    slot->fd = os_take_fd(fd);
    return copy_request(slot, &request, err) && submit(slot, run_slot, err);
}

// ---------------------------------------------------------------- a layer that was read before

// The worker may not ask how large a file is. One that is shorter by now has zeros at its end, and
// then not its checksum.
static bool read_entry(const struct slot *slot, span *ret, struct err *err)
{
    const struct limits *limits = &slot->worker->options->limits;
    uint64_t size = slot->input.file.length;
    if (size > limits->kept_bytes * 2)
        return err_set(err, ERR_LIMIT, "an entry of %llu bytes", (unsigned long long)size);
    uint8_t *bytes = arena_alloc(slot->mem, (size_t)size);
    if (!bytes)
        return arena_err(slot->mem, err, "entry");
    for (size_t len = 0, got = 1; len < size && got; len += got)
        if (!os_read(slot->fd, bytes + len, (size_t)size - len, &got, err))
            return false;
    *ret = span_of(bytes, (size_t)size);
    return true;
}

static void run_extract(void *self)
{
    struct slot *slot = self;
    struct worker *worker = slot->worker;
    const struct limits *limits = &worker->options->limits;
    uint32_t index = (uint32_t)(slot - worker->slots);
    span file = {0};
    span bytes = {0};
    struct err err = {0};
    slot->present = read_entry(slot, &file, &err) && cache_entry(file, &bytes, &err) &&
                    extract_read(bytes, limits, slot->mem, &slot->extract, &err);
    os_close(&slot->fd);
    if (slot->present)
        send_taken(worker, index);
    else
        send_failure(worker, index, &err);
    finish_slot(slot);
}

// The file of the cache and what is made of it are in the slot's memory.
static bool start_extract(struct worker *worker, span payload, int *fd, struct err *err)
{
    reader r = reader_of(payload);
    uint32_t index = read_u32le(&r);
    uint64_t size = read_u64le(&r);
    struct slot *slot = NULL;
    if (!read_end(&r))
        return err_set(err, ERR_INPUT, "damaged request");
    if (!prepare(worker, index, worker->options->limits.kept_bytes * 4, &slot, err))
        return false;
    slot->fd = os_take_fd(fd);
    slot->input.file.length = size;
    return submit(slot, run_extract, err);
}

// ---------------------------------------------------------------- the bom

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
    if (!ok || !worker_make_bom(worker, layers, mem, &err))
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
        worker_send(worker, TELL_SBOM, text_span(&out));
    else
        send_failure(worker, UINT32_MAX, &err);
}

static void take_vex(struct worker *worker, span payload)
{
    const struct limits *limits = &worker->options->limits;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->kept_bytes);
    struct text out = {0};
    struct err err = {0};
    text_init(&out, mem, UINT32_MAX);
    bool ok = (mem || err_set(&err, ERR_MEMORY, "no memory for a VEX document")) &&
              vex_answer(payload, limits, &out, &err);
    if (ok)
        worker_send(worker, TELL_VEX, text_span(&out));
    else
        send_failure(worker, UINT32_MAX, &err);
}

static void answer(struct worker *worker, uint32_t kind, span payload, int *fd)
{
    struct err err = {0};
    if (kind == ASK_LAYER && !start_layer(worker, payload, fd, &err))
        send_failure(worker, UINT32_MAX, &err);
    if (kind == ASK_EXTRACT && !start_extract(worker, payload, fd, &err))
        send_failure(worker, UINT32_MAX, &err);
    if (kind == ASK_SCRATCH)
        return_scratch(worker, os_take_fd(fd));
    if (kind == ASK_FINISH)
        finish(worker, payload);
    if (kind == ASK_SBOM)
        take_sbom(worker, *fd);
    if (kind == ASK_VEX)
        take_vex(worker, payload);
}

// Requests are short, but for VEX documents: what is longer comes behind a descriptor.
static void run(void *self, int socket)
{
    struct worker *worker = self;
    worker->socket = socket;
    uint64_t most = worker->options->limits.kept_bytes;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(most);
    uint32_t kind = 0;
    span payload = {0};
    CLEANUP(os_close) int fd = -1;
    while (mem && os_receive_frame(socket, most, mem, &kind, &payload, &fd, NULL)) {
        answer(worker, kind, payload, &fd);
        os_close(&fd);
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
    catalog_free(worker->catalog);
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
    for (size_t i = 0; i < MOST_IN_FLIGHT; i++)
        worker->scratch[i] = -1;
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
