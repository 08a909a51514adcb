#include "flow/flow.h"

#include "os/os.h"
#include "service/notify/notify.h"
#include "service/store/store.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    DELIVERY_SECONDS = 30,
    LEASE_MARGIN = 60,         // for all but the delivery itself
    MEMORY_BYTES = 16 << 20,   // a message twice
    JOIN_BYTES = 256 << 20,    // all that one is made of
    KEPT_SECONDS = 30 * 86400, // for which it can be seen what became of a message
    TIDY_SECONDS = 3600,
};

struct notifier {
    struct store *store;
    struct notifier_options options;
    struct web *web;
    struct arena *mem;    // of one step
    struct arena *gather; // of one message that is being made
    struct circuits circuits;
    uint64_t joined; // when it was last looked for what is to be joined
    uint64_t tidied; // when what is over was last forgotten
};

// ---------------------------------------------------------------- a notifier

bool notifier_open(struct store *store, const struct notifier_options *options,
                   struct notifier **ret, struct err *err)
{
    CLEANUP(notifier_cleanup) struct notifier *notifier = calloc(1, sizeof *notifier);
    if (!notifier)
        return err_set(err, ERR_MEMORY, "no memory for a notifier");
    if (!web_open(options->net, &notifier->web, err) ||
        !web_check_allowed(options->settings->allowed, err))
        return false;
    notifier->store = store;
    notifier->options = *options;
    if (options->seconds == 0)
        notifier->options.seconds = DELIVERY_SECONDS;
    if (options->lease == 0)
        notifier->options.lease = notifier->options.seconds + LEASE_MARGIN;
    notifier->mem = arena_new(MEMORY_BYTES);
    notifier->gather = arena_new(JOIN_BYTES);
    if (!notifier->mem || !notifier->gather)
        return err_set(err, ERR_MEMORY, "no memory for a notifier");
    *ret = take(&notifier);
    return true;
}

void notifier_close(struct notifier *notifier)
{
    if (!notifier)
        return;
    web_close(notifier->web);
    arena_free(notifier->mem);
    arena_free(notifier->gather);
    free(notifier);
}

void notifier_cleanup(struct notifier **notifier)
{
    notifier_close(*notifier);
}

// ---------------------------------------------------------------- joining

struct joining {
    const struct limits *limits;
    struct arena *scratch; // of one part
    struct arena *mem;
    struct gather *gather;
    struct message last; // head of the newest part
    uint64_t damaged;
};

static bool begin_join(void *self, struct err *err)
{
    struct joining *joining = self;
    arena_reset(joining->mem);
    joining->last = (struct message){0};
    joining->damaged = 0;
    return gather_new(joining->mem, &joining->gather, err);
}

static bool keep_head(struct joining *joining, const struct message *message)
{
    struct message head = {.at = message->at};
    bool kept = arena_span(joining->mem, message->owner, &head.owner) &&
                arena_span(joining->mem, message->database, &head.database) &&
                arena_span(joining->mem, message->more, &head.more);
    joining->last = head;
    return kept;
}

// A part that is damaged must not keep back all others.
static bool join_part(void *self, span content, struct err *err)
{
    struct joining *joining = self;
    struct message message = {0};
    arena_reset(joining->scratch);
    if (!message_read(content, joining->limits, joining->scratch, &message, NULL)) {
        joining->damaged++;
        return true;
    }
    if (message.at >= joining->last.at && !keep_head(joining, &message))
        return arena_err(joining->mem, err, "message");
    return gather_add_message(joining->gather, &message, err);
}

static bool finish_join(void *self, span key, struct arena *mem, span *ret_content, struct err *err)
{
    struct joining *joining = self;
    struct message message = joining->last;
    struct text content;
    message.key = key;
    if (!gather_finish(joining->gather, &message, err))
        return false;
    message.omitted += joining->damaged;
    text_init(&content, mem, NOTIFICATION_BYTES);
    message_write(&message, &content);
    *ret_content = text_span(&content);
    return text_ok(&content) || arena_err(mem, err, "message");
}

// All that has been collected long enough; looked for once a second at most.
static bool join(struct notifier *notifier, uint64_t now, struct err *err)
{
    bool more = now != notifier->joined;
    struct joining joining = {
        .limits = notifier->options.limits, .scratch = notifier->mem, .mem = notifier->gather};
    const struct collector collector = {&joining, begin_join, join_part, finish_join};
    while (more)
        if (!store_join_notifications(notifier->store, now, &collector, &more, err))
            return false;
    notifier->joined = now;
    arena_reset(notifier->gather);
    return true;
}

static bool tidy(struct notifier *notifier, uint64_t now, struct err *err)
{
    if (now < notifier->tidied + TIDY_SECONDS)
        return true;
    notifier->tidied = now;
    return store_forget_notifications(notifier->store, now - KEPT_SECONDS, err);
}

// ---------------------------------------------------------------- delivering

// One message on its way.
struct errand {
    struct notifier *notifier;
    const struct leased_notification *leased;
    uint64_t now; // when it is over
    struct notifier_step *step;
};

static bool record_failure(const struct errand *errand, const struct delivery *delivery,
                           struct err *err)
{
    uint32_t chance = 0;
    uint32_t attempts = errand->leased->attempts;
    if (!os_random(&chance, sizeof chance, err))
        return false;
    uint64_t due = errand->now + notify_delay(attempts, delivery->wait, chance);
    errand->step->dead = notify_is_dead(attempts, delivery->state);
    (void)snprintf(errand->step->why, sizeof errand->step->why, "%s", delivery->why);
    return store_fail_notification(errand->notifier->store, errand->leased, due, errand->step->dead,
                                   span_of_text(delivery->why), err);
}

static bool record(const struct errand *errand, const struct delivery *delivery, struct err *err)
{
    errand->step->sent = delivery->state == DELIVERY_DONE;
    circuits_note(&errand->notifier->circuits, errand->step->peer, !delivery->unreached,
                  errand->now);
    if (errand->step->sent)
        return store_sent_notification(errand->notifier->store, errand->leased, errand->now, err);
    return record_failure(errand, delivery, err);
}

static bool give_up(const struct errand *errand, const char *why, struct err *err)
{
    errand->step->dead = true;
    (void)snprintf(errand->step->why, sizeof errand->step->why, "%s", why);
    return store_fail_notification(errand->notifier->store, errand->leased, errand->now, true,
                                   span_of_text(why), err);
}

static bool put_off(const struct errand *errand, uint64_t wait, struct err *err)
{
    errand->step->put_off = true;
    return store_put_off_notification(errand->notifier->store, errand->leased, errand->now + wait,
                                      err);
}

// What cannot even be tried is a failure like others, so that it does not come back for ever.
static struct delivery deliver(struct errand *errand, const struct notify_options *options)
{
    struct delivery delivery = {0};
    const struct leased_notification *leased = errand->leased;
    struct notifier *notifier = errand->notifier;
    struct message message = {0};
    struct err failed = {0};
    uint64_t start = os_monotonic_ns();
    bool tried =
        message_read(leased->content, notifier->options.limits, notifier->mem, &message, &failed);
    message.key = leased->key;
    if (tried)
        tried = notify_deliver(&leased->subscription, &message, options, &delivery, &failed);
    if (!tried) {
        bool is_final = failed.kind == ERR_INPUT || failed.kind == ERR_USAGE;
        delivery.state = is_final ? DELIVERY_REFUSED : DELIVERY_AGAIN;
        (void)snprintf(delivery.why, sizeof delivery.why, "%.*s", (int)sizeof delivery.why - 1,
                       failed.text);
    }
    errand->now += (os_monotonic_ns() - start) / 1000000000;
    return delivery;
}

static bool run_errand(struct errand *errand, struct err *err)
{
    struct notifier *notifier = errand->notifier;
    const struct leased_notification *leased = errand->leased;
    const struct notify_options options = {
        .settings = notifier->options.settings,
        .web = notifier->web,
        .now = errand->now,
        .seconds = notifier->options.seconds,
    };
    if (!notify_peer(&leased->subscription, &options, notifier->mem, &errand->step->peer, err))
        return false;
    if (leased->subscription.disabled)
        return give_up(errand, "the subscription is disabled", err);
    // Every try counts, also one whose process died: then this is one too many.
    if (notify_is_dead(leased->attempts - 1, DELIVERY_AGAIN))
        return give_up(errand, "whoever tried to deliver it did not live to say how it went", err);
    uint64_t wait = circuits_wait(&notifier->circuits, errand->step->peer, errand->now);
    if (wait)
        return put_off(errand, wait, err);
    struct delivery delivery = deliver(errand, &options);
    return record(errand, &delivery, err);
}

static void tell_leased(const struct notifier *notifier, const struct leased_notification *leased)
{
    if (notifier->options.leased)
        notifier->options.leased(notifier->options.leased_self, leased);
}

bool notifier_step(struct notifier *notifier, uint64_t now, struct notifier_step *ret,
                   struct err *err)
{
    struct leased_notification leased = {0};
    struct notifier_step step = {0};
    struct err failed = {0};
    if (!join(notifier, now, err) || !tidy(notifier, now, err))
        return false;
    arena_reset(notifier->mem);
    step.worked = store_lease_notification(notifier->store, now, notifier->options.lease,
                                           notifier->mem, &leased, &failed);
    if (!step.worked && failed.kind != ERR_MISSING && failed.kind != ERR_CONFLICT)
        return err_copy(err, &failed);
    struct errand errand = {.notifier = notifier, .leased = &leased, .now = now, .step = &step};
    if (step.worked) {
        tell_leased(notifier, &leased);
        bool recorded = run_errand(&errand, &failed);
        tell_leased(notifier, NULL);
        // Somebody else has it by now: he records how it goes.
        if (!recorded && failed.kind != ERR_CONFLICT)
            return err_copy(err, &failed);
    }
    *ret = step;
    return true;
}
