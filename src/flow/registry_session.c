// Registries that a worker has been at lately: signed in, with a connection that is kept open. To
// sign in and to shake hands takes longer than to fetch a manifest.
#include "flow/service_inner.h"

enum {
    HELD_SECONDS = 300, // then it is opened anew, with what the configuration's login gives then
    LOGIN_MARGIN = 600, // before what a cloud gave is over: a scan may take long
    SESSION_BYTES = 1 << 20,
};

static void let_go(struct held_registry *held)
{
    registry_close(&held->registry);
    arena_free(held->mem);
    *held = (struct held_registry){0};
}

void service_leave_registries(struct service *service)
{
    for (size_t i = 0; i < REGISTRIES_HELD; i++)
        let_go(&service->held[i]);
}

void service_leave_registry(struct service *service, const struct held_registry *held)
{
    for (size_t i = 0; i < REGISTRIES_HELD; i++)
        if (&service->held[i] == held)
            let_go(&service->held[i]);
}

static uint64_t end_of(uint64_t until, uint64_t now)
{
    uint64_t end = now + HELD_SECONDS;
    return until && until < end + LOGIN_MARGIN ? until - LOGIN_MARGIN : end;
}

static bool open_held(const struct service *service, struct held_registry *held, span repository,
                      struct err *err)
{
    uint64_t now = os_now();
    uint64_t until = 0;
    span name = {0};
    held->mem = arena_new(SESSION_BYTES);
    if (!held->mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!arena_span(held->mem, repository, &name))
        return arena_err(held->mem, err, "registry");
    held->repository = name;
    const struct reference reference = registry_image(held->settings, name, (span){0}, (span){0});
    if (!registry_options(held->settings, service->options->net, held->mem, &held->net, err) ||
        !registry_login(held->settings, &held->net, now, held->mem, &held->credentials, &until,
                        err) ||
        !registry_open(&reference, &held->credentials, &held->net, &held->registry, err))
        return false;
    held->until = end_of(until, now);
    return true;
}

// The one that was used longest ago, if all places are taken.
static struct held_registry *find_place(struct service *service)
{
    struct held_registry *place = &service->held[0];
    for (size_t i = 1; i < REGISTRIES_HELD && place->settings; i++)
        if (!service->held[i].settings || service->held[i].used < place->used)
            place = &service->held[i];
    return place;
}

static struct held_registry *find_held(struct service *service,
                                       const struct registry_settings *settings, span repository)
{
    for (size_t i = 0; i < REGISTRIES_HELD; i++)
        if (service->held[i].settings == settings &&
            span_equal(service->held[i].repository, repository))
            return &service->held[i];
    return NULL;
}

bool service_hold_registry(struct service *service, const struct registry_settings *settings,
                           span repository, const struct held_registry **ret, struct err *err)
{
    struct held_registry *held = find_held(service, settings, repository);
    bool open = held && os_now() < held->until;
    if (!open) {
        held = held ? held : find_place(service);
        let_go(held);
        held->settings = settings;
        if (!open_held(service, held, repository, err)) {
            let_go(held);
            return false;
        }
    }
    held->used = os_monotonic_ns();
    *ret = held;
    return true;
}
