// Inside of notify: what the channels share.
#ifndef PLIMSOLL_SERVICE_NOTIFY_INNER_H
#define PLIMSOLL_SERVICE_NOTIFY_INNER_H

#include "service/notify/notify.h"

enum {
    NAME_COLUMNS = 200, // of names and versions
    LINE_COLUMNS = 300, // of a line of history, or of evidence
    BODY_BYTES = 4 << 20,
};

// ---------------------------------------------------------------- clean texts

// A copy whose texts are fit for a terminal (base.h, glyphs), without secrets and not too long.
// What is clean already stays as it is.
bool clean_learned(const struct learned *learned, struct arena *mem, struct learned *ret);
bool clean_held_by(const struct held_by *held_by, struct arena *mem, struct held_by *ret);
bool clean_message(const struct message *message, struct arena *mem, struct message *ret,
                   struct err *err);

// ---------------------------------------------------------------- words

// "3 new findings, worst critical, in 12 images": words of our own and numbers alone.
void say_headline(struct text *out, const struct message *message);
// "critical (was medium), known to be exploited, EPSS 93 %": the same.
void say_rating(struct text *out, const struct learned *learned);
// "in 1000 images, of which:", "in:", "no longer in 3 images: ": the same.
void say_images(struct text *out, const struct learned *learned, size_t shown);
// What one can do, in words of our own: "fixed in", behind which the version belongs, or all of it.
span say_fix(const struct learned *learned);
const char *say_plural(uint64_t count); // "" or "s"
// "and 7 more findings" of which `shown` are not among them; nothing if all are shown.
void say_more(struct text *out, const struct message *message, size_t shown);

// ---------------------------------------------------------------- channels

// Messages that come in here are clean.
bool render_event(const struct message *message, span source, struct arena *mem, span *ret,
                  struct err *err);
bool render_mail(const struct message *message, span from, span to, struct arena *mem, span *ret,
                 struct err *err);
void mail_text(struct text *out, const struct message *message);
void mail_html(struct text *out, const struct message *message);
bool render_slack(const struct message *message, struct arena *mem, span *ret, struct err *err);
bool render_teams(const struct message *message, struct arena *mem, span *ret, struct err *err);

// The headers of Standard Webhooks: id, time and, if there is a secret, the signature.
bool sign_delivery(const struct subscription *subscription, span key, uint64_t now,
                   struct arena *mem, struct rendering *rendering, struct err *err);

#endif
