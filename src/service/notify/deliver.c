// One try to hand a message over.
#include "os/os.h"
#include "service/notify/notify_inner.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    MEMORY_BYTES = 64 << 20,
    OUTPUT_BYTES = 64 << 10, // of a command
    EXCERPT_BYTES = 100,     // of what a peer says
};

struct task {
    const struct subscription *subscription;
    const struct rendering *rendering;
    const struct notify_options *options;
    struct arena *mem;
};

static void set_outcome(struct delivery *ret, enum delivery_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void set_outcome(struct delivery *ret, enum delivery_state state, const char *format, ...)
{
    va_list args;
    ret->state = state;
    va_start(args, format);
    (void)vsnprintf(ret->why, sizeof ret->why, format, args); // a longer text is cut
    va_end(args);
}

// What failed on the way. A configuration that means nothing will be set right.
static void set_failed(struct delivery *ret, const struct err *why)
{
    bool is_final = why->kind == ERR_DENIED;
    set_outcome(ret, is_final ? DELIVERY_REFUSED : DELIVERY_AGAIN, "%s", why->text);
    ret->unreached = !is_final;
}

// ---------------------------------------------------------------- by http

static span excerpt_of(const struct web_reply *reply, struct arena *mem)
{
    struct text out;
    span rest = span_trim(reply->excerpt);
    text_init(&out, mem, EXCERPT_BYTES);
    while (rest.len) {
        struct glyph glyph = glyph_next(&rest);
        if (out.len + glyph.len > EXCERPT_BYTES)
            break;
        text_add(&out, span_of(glyph.bytes, glyph.len));
    }
    return text_span(&out);
}

// A bad gateway speaks for all behind it; any other answer is about this address alone.
static bool is_down(unsigned status)
{
    return status >= 502 && status <= 504;
}

static void judge_reply(const struct web_reply *reply, struct arena *mem, struct delivery *ret)
{
    unsigned status = reply->status;
    span said = excerpt_of(reply, mem);
    if (status >= 200 && status < 300) {
        *ret = (struct delivery){.state = DELIVERY_DONE};
        return;
    }
    bool may_pass = status == 408 || status == 425 || status == 429 || status >= 500;
    const char *why = status >= 300 && status < 400 ? " (redirects are not followed)" : "";
    set_outcome(ret, may_pass ? DELIVERY_AGAIN : DELIVERY_REFUSED, "status %u%s%s%.*s", status, why,
                said.len ? ": " : "", (int)said.len, (const char *)said.ptr);
    ret->wait = reply->retry_after;
    ret->unreached = is_down(status);
}

static void post(const struct task *task, struct delivery *ret)
{
    struct err failed = {0};
    struct web_reply reply = {0};
    struct web_message message = {
        .url = task->subscription->address,
        .content_type = task->rendering->content_type,
        .headers = task->rendering->headers,
        .header_count = task->rendering->header_count,
        .content = task->rendering->body,
        .allowed = task->options->settings->allowed,
        .seconds = task->options->seconds,
    };
    if (web_post(task->options->web, &message, task->mem, &reply, &failed))
        judge_reply(&reply, task->mem, ret);
    else
        set_failed(ret, &failed);
}

// ---------------------------------------------------------------- other ways

static void mail(const struct task *task, struct delivery *ret)
{
    const struct mail_settings *server = &task->options->settings->mail;
    struct err failed = {0};
    unsigned status = 0;
    struct mail letter = {.to = task->subscription->address, .content = task->rendering->body};
    if (server->host.len == 0)
        set_outcome(ret, DELIVERY_REFUSED, "the service has no mail server");
    else if (!mail_send(server, &letter, task->options->seconds, &status, &failed))
        set_failed(ret, &failed);
}

static void append(const struct task *task, struct delivery *ret)
{
    struct err failed = {0};
    struct text path;
    const char *directory = task->options->settings->files;
    if (!directory) {
        set_outcome(ret, DELIVERY_REFUSED, "the service has no directory for files");
        return;
    }
    text_init(&path, task->mem, SIZE_MAX);
    text_add(&path, span_of_text(directory));
    text_add_byte(&path, '/');
    text_add(&path, task->subscription->address); // a plain name: subscription_check
    char *name = text_ok(&path) ? arena_text(task->mem, text_span(&path)) : NULL;
    if (!name)
        set_outcome(ret, DELIVERY_AGAIN, "no memory for a path");
    else if (!os_append_line(name, task->rendering->body, &failed))
        set_failed(ret, &failed);
}

static void run(const struct task *task, struct delivery *ret)
{
    struct err failed = {0};
    span output = {0}; // is not looked at
    int status = 0;
    const struct command_settings *command =
        service_command(task->options->settings, task->subscription->address);
    if (!command)
        set_outcome(ret, DELIVERY_REFUSED, "the service has no command of that name");
    else if (!os_run(command->argv, task->rendering->body, OUTPUT_BYTES, task->options->seconds,
                     task->mem, &output, &status, &failed))
        set_failed(ret, &failed);
    else if (status != 0)
        set_outcome(ret, DELIVERY_AGAIN, "the command ended with status %d", status);
}

static void hand_over(const struct task *task, struct delivery *ret)
{
    switch (task->subscription->channel) {
    case CHANNEL_WEBHOOK:
    case CHANNEL_SLACK:
    case CHANNEL_TEAMS:
        post(task, ret);
        return;
    case CHANNEL_MAIL:
        mail(task, ret);
        return;
    case CHANNEL_FILE:
        append(task, ret);
        return;
    case CHANNEL_COMMAND:
        run(task, ret);
        return;
    }
}

bool notify_deliver(const struct subscription *subscription, const struct message *message,
                    const struct notify_options *options, struct delivery *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY_BYTES);
    struct rendering rendering = {0};
    struct delivery delivery = {.state = DELIVERY_DONE};
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for a message");
    if (!subscription_check(subscription, err) ||
        !notify_render(subscription, message, options, mem, &rendering, err))
        return false;
    struct task task = {
        .subscription = subscription, .rendering = &rendering, .options = options, .mem = mem};
    hand_over(&task, &delivery);
    *ret = delivery;
    return true;
}

// ---------------------------------------------------------------- peers

bool notify_peer(const struct subscription *subscription, const struct notify_options *options,
                 struct arena *mem, span *ret, struct err *err)
{
    struct text peer;
    bool by_http = subscription->channel == CHANNEL_WEBHOOK ||
                   subscription->channel == CHANNEL_SLACK || subscription->channel == CHANNEL_TEAMS;
    text_init(&peer, mem, SIZE_MAX);
    text_add(&peer, by_http ? S("http") : span_of_text(channel_kind_name(subscription->channel)));
    text_add_byte(&peer, ' ');
    if (by_http) {
        span shown = {0}; // scheme and host
        if (!subscription_shown_address(subscription, mem, &shown))
            return arena_err(mem, err, "peer");
        text_add(&peer, shown);
    } else {
        bool is_mail = subscription->channel == CHANNEL_MAIL;
        text_add(&peer, is_mail ? options->settings->mail.host : subscription->address);
    }
    *ret = text_span(&peer);
    return text_ok(&peer) || arena_err(mem, err, "peer");
}
