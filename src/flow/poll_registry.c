#include "flow/poll_inner.h"

#include "os/os.h"

#include <stdlib.h>

enum {
    LIST_BYTES = 64 << 20,        // names of all repositories
    REPOSITORY_BYTES = 128 << 20, // one repository: tags, digests, jobs
    REQUEST_BYTES = 16 << 20, // one tag: the answer, and its manifest where nothing else will do
    LOGIN_BYTES = 4 << 20,
    MOST_PLACE_BYTES = 512,
    EARLY_SECONDS = 60, // a token is renewed so long before it ends
};

static const char catalogue[] = "catalogue";

// One poll, from its start to its end.
struct round {
    const struct poller *poller;
    struct net_options options;
    struct arena *login_mem; // of the credentials
    struct credentials credentials;
    uint64_t until;      // when they end; 0: never
    span catalogue;      // etag of the list of repositories that this round goes by
    bool listed;         // there is such a list
    struct err unlisted; // why there is none
    struct poll_result result;
};

// One repository while it is looked at.
struct look {
    struct round *round;
    span repository;
    struct arena *mem;
    struct arena *scratch;   // of one request
    span place;              // of its tags in the store: "tags REPOSITORY"
    span prefix;             // of that of each tag: "tag REPOSITORY:"
    struct polls known;      // its tags as of the last time
    struct spans known_tags; // their names, in the same order, which is that of their bytes
    struct list pushes;      // struct push
    span etag;               // of its tags
    bool gone;
};

// ---------------------------------------------------------------- registry

static bool log_in(struct round *round, struct err *err)
{
    uint64_t now = os_now();
    if (round->login_mem && (round->until == 0 || now + EARLY_SECONDS < round->until))
        return true;
    arena_free(round->login_mem);
    round->login_mem = arena_new(LOGIN_BYTES);
    if (!round->login_mem)
        return err_set(err, ERR_MEMORY, "no memory for a registry");
    round->credentials = (struct credentials){0};
    return registry_login(round->poller->registry, &round->options, now, round->login_mem,
                          &round->credentials, &round->until, err) ||
           err_add(err, "login");
}

static bool open_registry(struct round *round, span repository, struct registry **ret,
                          struct err *err)
{
    struct reference reference =
        registry_image(round->poller->registry, repository, (span){0}, (span){0});
    return log_in(round, err) &&
           registry_open(&reference, &round->credentials, &round->options, ret, err);
}

// ---------------------------------------------------------------- places in the store

static bool join(span a, span b, struct arena *mem, span *ret)
{
    struct text place = {0};
    text_init(&place, mem, MOST_PLACE_BYTES);
    text_add(&place, a);
    text_add(&place, b);
    *ret = text_span(&place);
    return text_ok(&place);
}

static bool name_places(struct look *look, struct err *err)
{
    span tag = {0};
    return (join(S("tags "), look->repository, look->mem, &look->place) &&
            join(S("tag "), look->repository, look->mem, &tag) &&
            join(tag, S(":"), look->mem, &look->prefix)) ||
           arena_err(look->mem, err, "repository");
}

// What was said of a place; nothing if it was never asked.
static bool find_poll(const struct poller *poller, span place, struct arena *mem, struct poll *ret,
                      struct err *err)
{
    struct err failed = {0};
    if (store_find_poll(poller->store, poller->registry->name, place, mem, ret, &failed) ||
        failed.kind == ERR_MISSING)
        return true;
    return err_copy(err, &failed);
}

// ---------------------------------------------------------------- names in order

static int compare_names(const void *a, const void *b)
{
    return span_compare(*(const span *)a, *(const span *)b);
}

// Index of a name, or SPAN_NONE.
static size_t find_name(const struct spans *sorted, span name)
{
    const span *found = sorted->count ? bsearch(&name, sorted->items, sorted->count,
                                                sizeof *sorted->items, compare_names)
                                      : NULL;
    return found ? (size_t)(found - sorted->items) : SPAN_NONE;
}

static bool sort_names(const struct spans *names, struct arena *mem, struct spans *ret)
{
    span *sorted = arena_array(mem, names->count, sizeof *sorted);
    if (!sorted)
        return false;
    for (size_t i = 0; i < names->count; i++)
        sorted[i] = names->items[i];
    sort_items(sorted, names->count, sizeof *sorted, compare_names);
    *ret = (struct spans){.items = sorted, .count = names->count};
    return true;
}

// ---------------------------------------------------------------- one tag

static bool add_push(struct look *look, enum push_kind kind, span tag, span digest, struct err *err)
{
    struct push *push = LIST_ADD(&look->pushes, struct push);
    if (!push)
        return arena_err(look->mem, err, "tags");
    *push = (struct push){
        .kind = kind,
        .registry = look->round->poller->registry->name,
        .repository = look->repository,
        .tag = tag,
        .digest = digest,
    };
    return push_check(push, err);
}

// A tag that vanishes between the list and the look at it is found gone the next time.
static bool look_at_tag(struct look *look, struct registry *registry, span tag, struct err *err)
{
    struct err failed = {0};
    span digest = {0};
    size_t known = find_name(&look->known_tags, tag);
    arena_reset(look->scratch);
    if (!registry_digest(registry, tag, look->scratch, &digest, &failed))
        return failed.kind == ERR_MISSING || err_copy(err, &failed);
    if (!arena_span(look->mem, digest, &digest))
        return arena_err(look->mem, err, "tags");
    return (known != SPAN_NONE && span_equal(look->known.items[known].value, digest)) ||
           add_push(look, PUSH_IMAGE, tag, digest, err);
}

// ---------------------------------------------------------------- tags of a repository

static bool find_known(struct look *look, struct err *err)
{
    const struct poller *poller = look->round->poller;
    if (!store_list_polls(poller->store, poller->registry->name, look->prefix, look->mem,
                          &look->known, err))
        return false;
    span *tags = arena_array(look->mem, look->known.count, sizeof *tags);
    for (size_t i = 0; tags && i < look->known.count; i++)
        tags[i] = span_from(look->known.items[i].place, look->prefix.len);
    look->known_tags = (struct spans){.items = tags, .count = look->known.count};
    return tags || arena_err(look->mem, err, "tags");
}

static bool add_gone(struct look *look, const struct spans *names, struct err *err)
{
    for (size_t i = 0; i < look->known.count; i++) {
        span tag = look->known_tags.items[i];
        if (find_name(names, tag) == SPAN_NONE &&
            !add_push(look, PUSH_DELETE, tag, look->known.items[i].value, err))
            return false;
    }
    return true;
}

// The tags that there are now. A repository that is not there has none; where the list is the one
// that is known, they are those that are known, and may have moved.
static bool list_tags(struct look *look, struct registry *registry, span known_etag,
                      struct spans *ret, struct err *err)
{
    struct err failed = {0};
    struct registry_names names = {0};
    if (!registry_tags(registry, known_etag, look->mem, &names, &failed)) {
        look->gone = failed.kind == ERR_MISSING;
        return look->gone || err_copy(err, &failed);
    }
    look->etag = names.etag;
    if (names.unchanged) {
        *ret = look->known_tags;
        return true;
    }
    return sort_names(&names.names, look->mem, ret) || arena_err(look->mem, err, "tags");
}

static bool look_at_tags(struct look *look, span known_etag, struct err *err)
{
    CLEANUP(registry_close) struct registry *registry = NULL;
    struct spans names = {0};
    if (!open_registry(look->round, look->repository, &registry, err) ||
        !list_tags(look, registry, known_etag, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++)
        if (!look_at_tag(look, registry, names.items[i], err))
            return false;
    return add_gone(look, &names, err);
}

// ---------------------------------------------------------------- what is kept

static bool keep_tag(const struct look *look, const struct push *push, struct err *err)
{
    const struct poller *poller = look->round->poller;
    struct poll poll = {.value = push->digest};
    if (!join(look->prefix, push->tag, look->mem, &poll.place))
        return arena_err(look->mem, err, "tags");
    return push->kind == PUSH_IMAGE
               ? store_keep_poll(poller->store, poller->registry->name, &poll, os_now(), err)
               : store_drop_poll(poller->store, poller->registry->name, poll.place, err);
}

static bool keep_etag(const struct look *look, struct err *err)
{
    const struct poller *poller = look->round->poller;
    struct poll poll = {.place = look->place, .etag = look->etag};
    return look->gone
               ? store_drop_poll(poller->store, poller->registry->name, poll.place, err)
               : store_keep_poll(poller->store, poller->registry->name, &poll, os_now(), err);
}

static bool keep_look(void *self, struct err *err)
{
    struct look *look = self;
    size_t taken = 0;
    for (size_t i = 0; i < look->pushes.count; i++)
        if (!keep_tag(look, LIST_AT(&look->pushes, struct push, i), err))
            return false;
    return keep_etag(look, err) &&
           store_take_pushes(look->round->poller->store, look->pushes.items, look->pushes.count,
                             os_now(), look->mem, &taken, err);
}

static void count_pushes(struct look *look)
{
    struct poll_result *result = &look->round->result;
    result->repositories++;
    for (size_t i = 0; i < look->pushes.count; i++) {
        if (LIST_AT(&look->pushes, struct push, i)->kind == PUSH_IMAGE)
            result->pushed++;
        else
            result->gone++;
    }
}

// ---------------------------------------------------------------- one repository

static bool look_at_repository(struct round *round, span repository, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(REPOSITORY_BYTES);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(REQUEST_BYTES);
    const struct poller *poller = round->poller;
    struct look look = {
        .round = round,
        .repository = repository,
        .mem = mem,
        .scratch = scratch,
    };
    struct poll tags = {0};
    if (!mem || !scratch)
        return err_set(err, ERR_MEMORY, "no memory for a repository");
    list_init(&look.pushes, mem, sizeof(struct push), SIZE_MAX);
    if (!name_places(&look, err) || !find_poll(poller, look.place, mem, &tags, err) ||
        !find_known(&look, err) || !look_at_tags(&look, tags.etag, err) ||
        !store_transact(poller->store, keep_look, &look, err))
        return false;
    count_pushes(&look);
    return true;
}

// ---------------------------------------------------------------- all repositories

// What the settings name without a '*' is there to be asked for, catalogue or not.
static bool is_plain(span pattern)
{
    return span_find(pattern, '*') == SPAN_NONE && span_find(pattern, '?') == SPAN_NONE;
}

static bool needs_catalogue(const struct registry_settings *registry)
{
    for (size_t i = 0; i < registry->repositories.count; i++)
        if (!is_plain(registry->repositories.items[i]))
            return true;
    return registry->repositories.count == 0;
}

static bool add_name(struct list *names, span name, struct err *err)
{
    span *added = LIST_ADD(names, span);
    if (!added)
        return arena_err(names->mem, err, "repositories");
    *added = name;
    return true;
}

// Those that were looked at before: among them what is gone.
static bool add_known(const struct poller *poller, struct list *names, struct err *err)
{
    struct polls known = {0};
    if (!store_list_polls(poller->store, poller->registry->name, S("tags "), names->mem, &known,
                          err))
        return false;
    for (size_t i = 0; i < known.count; i++)
        if (!add_name(names, span_from(known.items[i].place, 5), err))
            return false;
    return true;
}

static bool add_listed(struct round *round, struct list *names, struct err *err)
{
    CLEANUP(registry_close) struct registry *registry = NULL;
    const struct poller *poller = round->poller;
    struct registry_names listed = {0};
    struct poll known = {0};
    if (!find_poll(poller, span_of_text(catalogue), names->mem, &known, err) ||
        !open_registry(round, (span){0}, &registry, err) ||
        !registry_catalog(registry, known.etag, names->mem, &listed, err))
        return false;
    for (size_t i = 0; i < listed.names.count; i++)
        if (!add_name(names, listed.names.items[i], err))
            return false;
    round->catalogue = listed.etag;
    round->listed = true;
    return true;
}

// Once all that the list names was looked at: else what was left out would never be. Where there
// is none, what is known besides was looked at all the same.
static bool keep_catalogue(const struct round *round, struct err *err)
{
    const struct poller *poller = round->poller;
    struct poll poll = {.place = span_of_text(catalogue), .etag = round->catalogue};
    if (round->unlisted.kind != ERR_NONE)
        return err_copy(err, &round->unlisted);
    return !round->listed ||
           store_keep_poll(poller->store, poller->registry->name, &poll, os_now(), err);
}

static bool list_repositories(struct round *round, struct list *names, struct err *err)
{
    const struct registry_settings *registry = round->poller->registry;
    for (size_t i = 0; i < registry->repositories.count; i++)
        if (is_plain(registry->repositories.items[i]) &&
            !add_name(names, registry->repositories.items[i], err))
            return false;
    if (!add_known(round->poller, names, err))
        return false;
    if (needs_catalogue(registry) && !add_listed(round, names, &round->unlisted) &&
        names->count == 0)
        return err_copy(err, &round->unlisted);
    sort_items(names->items, names->count, sizeof(span), compare_names);
    return true;
}

static bool look_at_all(struct round *round, const struct list *names, struct err *err)
{
    const struct poller *poller = round->poller;
    struct err first = {0};
    span last = {0};
    for (size_t i = 0; i < names->count; i++) {
        span name = *LIST_AT(names, span, i);
        struct err failed = {0};
        if (span_equal(name, last) || !registry_takes(poller->registry, name))
            continue;
        last = name;
        if (!look_at_repository(round, name, &failed) && first.kind == ERR_NONE) {
            first = failed;
            (void)err_add(&first, "%s", quote(name).text); // fails below
        }
    }
    return first.kind == ERR_NONE || err_copy(err, &first);
}

static bool run_round(struct round *round, struct arena *mem, struct err *err)
{
    struct list names = {0};
    list_init(&names, mem, sizeof(span), SIZE_MAX);
    return registry_options(round->poller->registry, round->poller->net, mem, &round->options,
                            err) &&
           list_repositories(round, &names, err) && look_at_all(round, &names, err) &&
           keep_catalogue(round, err);
}

bool poll_registry(const struct poller *poller, struct poll_result *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(LIST_BYTES);
    struct round round = {.poller = poller};
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for a poll");
    bool done = run_round(&round, mem, err);
    arena_free(round.login_mem);
    *ret = round.result;
    return done || err_add(err, "poll of %s", quote(poller->registry->name).text);
}
