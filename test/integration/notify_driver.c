// Delivers messages as the service does, with a clock that can be hurried: for test_notify.py.
//
// usage: notify_driver URL setup
//        notify_driver URL add CHANNEL ADDRESS SECRET DIGEST COUNT PREFIX
//        notify_driver URL list | resend
//        notify_driver URL run [NAME=VALUE...]     ends when nothing waits
#include "flow/flow.h"
#include "format/json/json.h"
#include "os/os.h"
#include "samples.h"
#include "service/store/store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_ALLOWED = 16, MOST_LISTED = 100000 };

struct driver {
    span url;
    struct limits limits;
    struct arena *mem;
    struct store *store;
    struct service_settings settings;
    struct net_options net;
    span allowed[MOST_ALLOWED];
    struct command_settings command;
    const char *argv[2];
    uint64_t seconds;
    uint64_t base;  // when time began to run faster
    uint64_t speed; // how much faster
    uint64_t hurry; // seconds that go by whenever there is nothing to do
    uint64_t ahead;
};

static bool setup(struct driver *driver, struct err *err)
{
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    return store_migrate(driver->url, &driver->limits, err) &&
           sql_open(driver->url, false, &sql, err) &&
           sql_run(sql, "INSERT INTO project (name, created) VALUES ('p', 0)", NULL, 0, err);
}

static bool tell(struct driver *driver, const struct subscription *subscription, const char *prefix,
                 uint64_t number, struct err *err)
{
    struct message message = {0};
    struct text content;
    char key[100];
    (void)snprintf(key, sizeof key, "%s-%llu", prefix, (unsigned long long)number);
    assert(sample_message(S("usual"), driver->mem, &message));
    message.key = span_of_text(key);
    text_init(&content, driver->mem, 1 << 20);
    message_write(&message, &content);
    return store_add_notification(driver->store, subscription, message.key, text_span(&content),
                                  os_now(), err);
}

static bool add(struct driver *driver, char **argv, struct err *err)
{
    struct subscription subscription = {.project = 1, .owner = S("team")};
    uint64_t seconds = 0;
    uint64_t count = 0;
    assert(channel_kind_parse(span_of_text(argv[0]), &subscription.channel));
    assert(span_to_u64(span_of_text(argv[3]), &seconds));
    assert(span_to_u64(span_of_text(argv[4]), &count));
    subscription.address = span_of_text(argv[1]);
    subscription.secret = span_of_text(argv[2]);
    subscription.digest = (uint32_t)seconds;
    if (!store_add_subscription(driver->store, &subscription, os_now(), &subscription.id, err))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!tell(driver, &subscription, argv[5], i, err))
            return false;
    return true;
}

static bool list(struct driver *driver, bool resend, struct err *err)
{
    struct notifications found = {0};
    struct notification_filter filter = {.most = MOST_LISTED};
    struct text text;
    text_init(&text, driver->mem, SIZE_MAX);
    struct json_out out = {.text = &text};
    if (!store_notifications(driver->store, &filter, driver->mem, &found, err))
        return false;
    json_begin_array(&out);
    for (size_t i = 0; i < found.count; i++) {
        const struct notification *item = &found.items[i];
        if (resend && item->state == NOTIFICATION_DEAD &&
            !store_resend_notification(driver->store, 1, item->id, os_now(), err))
            return false;
        json_begin_object(&out);
        json_field_text(&out, "key", item->key);
        json_field_text(&out, "state", span_of_text(notification_state_name(item->state)));
        json_field_u64(&out, "attempts", item->attempts);
        json_field_text(&out, "error", item->error);
        json_end_object(&out);
    }
    json_end_array(&out);
    return os_write_all(OS_STDOUT, text_span(&text), err);
}

// ---------------------------------------------------------------- running

static void set_security(struct driver *driver, span value)
{
    struct mail_settings *mail = &driver->settings.mail;
    mail->security = span_equal(value, S("tls"))     ? MAIL_TLS
                     : span_equal(value, S("plain")) ? MAIL_PLAIN
                                                     : MAIL_STARTTLS;
}

static void set_option(struct driver *driver, char *argument)
{
    span value = span_of_text(argument);
    span name = span_cut(&value, '=');
    uint64_t number = 0;
    bool is_number = span_to_u64(value, &number);
    struct mail_settings *mail = &driver->settings.mail;
    const char *text = (const char *)value.ptr;
    if (span_equal(name, S("allow")))
        driver->allowed[driver->settings.allowed.count++] = value;
    else if (span_equal(name, S("files")))
        driver->settings.files = text;
    else if (span_equal(name, S("command")))
        driver->argv[0] = text;
    else if (span_equal(name, S("ca")))
        driver->net.ca_file = mail->ca_file = text;
    else if (span_equal(name, S("mail-port")) && is_number)
        *mail = (struct mail_settings){.host = S("localhost"),
                                       .port = (uint16_t)number,
                                       .from = S("plimsoll@example.org"),
                                       .ca_file = mail->ca_file,
                                       .security = mail->security};
    else if (span_equal(name, S("mail-security")))
        set_security(driver, value);
    else if (span_equal(name, S("mail-user")))
        mail->user = value;
    else if (span_equal(name, S("mail-password")))
        mail->password = value;
    else if (span_equal(name, S("proxy")))
        driver->net.proxy = driver->net.plain_proxy = text;
    else if (span_equal(name, S("seconds")) && is_number)
        driver->seconds = number;
    else if (span_equal(name, S("base")) && is_number)
        driver->base = number;
    else if (span_equal(name, S("speed")) && is_number)
        driver->speed = number;
    else if (span_equal(name, S("hurry")) && is_number)
        driver->hurry = number;
    else
        abort();
}

static uint64_t now(const struct driver *driver)
{
    uint64_t real = os_now();
    return driver->base + (real - driver->base) * driver->speed + driver->ahead;
}

static bool is_done(struct driver *driver, bool *ret, struct err *err)
{
    struct notification_counts counts = {0};
    struct notifications parts = {0};
    struct notification_filter filter = {.has_state = true, .state = NOTIFICATION_PART, .most = 1};
    if (!store_count_notifications(driver->store, &counts, err) ||
        !store_notifications(driver->store, &filter, driver->mem, &parts, err))
        return false;
    *ret = counts.waiting == 0 && parts.count == 0;
    return true;
}

static bool run(struct driver *driver, int argc, char **argv, struct err *err)
{
    CLEANUP(notifier_cleanup) struct notifier *notifier = NULL;
    bool done = false;
    for (int i = 0; i < argc; i++)
        set_option(driver, argv[i]);
    struct notifier_options options = {
        .settings = &driver->settings,
        .net = &driver->net,
        .limits = &driver->limits,
        .seconds = driver->seconds,
    };
    if (!notifier_open(driver->store, &options, &notifier, err))
        return false;
    while (!done) {
        struct notifier_step step = {0};
        if (!notifier_step(notifier, now(driver), &step, err))
            return false;
        if (step.worked)
            continue;
        driver->ahead += driver->hurry;
        if (!driver->hurry)
            os_sleep_ms(50);
        if (!is_done(driver, &done, err))
            return false;
    }
    return true;
}

static bool act(struct driver *driver, int argc, char **argv, struct err *err)
{
    span what = span_of_text(argv[2]);
    if (span_equal(what, S("setup")))
        return setup(driver, err);
    if (!store_open(driver->url, &driver->limits, &driver->store, err))
        return false;
    if (span_equal(what, S("add")) && argc == 9)
        return add(driver, argv + 3, err);
    if (span_equal(what, S("list")) || span_equal(what, S("resend")))
        return list(driver, span_equal(what, S("resend")), err);
    return span_equal(what, S("run")) ? run(driver, argc - 3, argv + 3, err)
                                      : err_set(err, ERR_USAGE, "what?");
}

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 30);
    struct driver driver = {.limits = limits_default(), .mem = mem, .base = os_now(), .speed = 1};
    struct err err = {0};
    if (argc < 3 || !mem)
        return 64;
    (void)signal(SIGPIPE, SIG_IGN); // in the service, no thread that delivers is the main one
    driver.url = span_of_text(argv[1]);
    driver.settings = sample_settings();
    driver.settings.mail = (struct mail_settings){0};
    driver.settings.allowed.items = driver.allowed;
    driver.command = (struct command_settings){.name = S("page"), .argv = driver.argv};
    driver.settings.commands = &driver.command;
    driver.settings.command_count = 1;
    driver.net = (struct net_options){.user_agent = "plimsoll-test", .limits = &driver.limits};
    bool good = act(&driver, argc, argv, &err);
    if (!good)
        (void)fprintf(stderr, "%s\n", err.text);
    store_close(driver.store);
    return good ? 0 : 1;
}
