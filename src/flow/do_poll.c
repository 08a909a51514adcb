// Registries that send no notices are looked at from time to time.
#include "flow/poll_inner.h"
#include "flow/service_inner.h"

bool do_poll(struct service *service, const struct job *job, struct arena *mem, struct err *err)
{
    const struct serve_options *options = service->options;
    const struct registry_settings *registry = service_registry(options->settings, job->key);
    struct poll_result result = {0};
    (void)mem; // what a poll needs is gone with each repository
    if (!registry)
        return err_set(err, ERR_MISSING, "there is no registry %s in the configuration",
                       quote(job->key).text);
    const struct poller poller = {
        .store = service->store,
        .registry = registry,
        .net = options->net,
    };
    return poll_registry(&poller, &result, err) &&
           store_finish_job(service->store, job, os_now(), err);
}

// A job that waits already stands for all.
bool service_watch_registries(const struct service *service, struct err *err)
{
    const struct service_settings *settings = service->options->settings;
    for (size_t i = 0; i < settings->registry_count; i++) {
        const struct registry_settings *registry = &settings->registries[i];
        if (registry->poll && !store_add_job(service->store, JOB_POLL, registry->name, (span){0},
                                             os_now() + registry->poll, err))
            return false;
    }
    return true;
}

// What a clock may differ by is kept longer.
bool service_forget_notices(const struct service *service, struct err *err)
{
    enum { MARGIN_SECONDS = 86400 };
    const struct service_settings *settings = service->options->settings;
    uint64_t now = os_now();
    uint64_t oldest = 0;
    for (size_t i = 0; i < settings->registry_count; i++)
        if (settings->registries[i].hook.age > oldest)
            oldest = settings->registries[i].hook.age;
    oldest += MARGIN_SECONDS;
    return oldest > now || store_forget_deliveries(service->store, now - oldest, err);
}
