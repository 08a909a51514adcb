#include "service/notify/notify_inner.h"

static bool render_body(const struct subscription *subscription, const struct message *message,
                        const struct service_settings *settings, struct arena *mem,
                        struct rendering *ret, struct err *err)
{
    switch (subscription->channel) {
    case CHANNEL_WEBHOOK:
    case CHANNEL_FILE:
    case CHANNEL_COMMAND:
        ret->content_type = S("application/cloudevents+json; charset=utf-8");
        return render_event(message, settings->public_url, mem, &ret->body, err);
    case CHANNEL_MAIL:
        ret->content_type = S("message/rfc822");
        return render_mail(message, settings->mail.from, subscription->address, mem, &ret->body,
                           err);
    case CHANNEL_SLACK:
        ret->content_type = S("application/json; charset=utf-8");
        return render_slack(message, mem, &ret->body, err);
    case CHANNEL_TEAMS:
        ret->content_type = S("application/json; charset=utf-8");
        return render_teams(message, mem, &ret->body, err);
    }
    return err_set(err, ERR_USAGE, "there is no channel %d", (int)subscription->channel);
}

bool notify_render(const struct subscription *subscription, const struct message *message,
                   const struct notify_options *options, struct arena *mem, struct rendering *ret,
                   struct err *err)
{
    struct message clean = {0};
    struct rendering rendering = {0};
    if (!message_key_is_valid(message->key))
        return err_set(err, ERR_USAGE, "'%s' is no key of a message", quote(message->key).text);
    if (!clean_message(message, mem, &clean, err) ||
        !render_body(subscription, &clean, options->settings, mem, &rendering, err) ||
        !sign_delivery(subscription, clean.key, options->now, mem, &rendering, err))
        return err_add(err, "%s", channel_kind_name(subscription->channel));
    *ret = rendering;
    return true;
}
