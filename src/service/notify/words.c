// What all channels say, in words of our own and numbers alone.
#include "service/notify/notify_inner.h"

const char *say_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

// ---------------------------------------------------------------- the headline

enum { KINDS = LEARNED_PUSHED + 1 };

static void count_kinds(const struct message *message, uint64_t counts[static KINDS])
{
    for (size_t i = 0; i < message->count; i++)
        counts[message->learned[i].kind]++;
}

// "3 new findings", "5 new and 1 changed findings": what was left out is of no known kind.
static void say_counts(struct text *out, const struct message *message)
{
    static const char *const words[KINDS] = {
        [LEARNED_NEW] = "new",
        [LEARNED_CHANGED] = "changed",
        [LEARNED_GONE] = "gone",
        [LEARNED_PUSHED] = "pushed",
    };
    uint64_t counts[KINDS] = {0};
    size_t kinds = 0;
    count_kinds(message, counts);
    for (size_t i = 0; i < KINDS; i++)
        kinds += counts[i] > 0;
    uint64_t all = message->count + message->omitted;
    text_addf(out, "%llu ", (unsigned long long)all);
    for (size_t i = 0, said = 0; i < KINDS; i++) {
        if (counts[i] == 0)
            continue;
        if (said++)
            text_add(out, S("/"));
        text_add(out, span_of_text(words[i]));
    }
    text_addf(out, "%sfinding%s", kinds ? " " : "", say_plural(all));
}

static enum severity worst_of(const struct message *message)
{
    enum severity worst = SEVERITY_UNKNOWN;
    for (size_t i = 0; i < message->count; i++)
        if (message->learned[i].kind != LEARNED_GONE && message->learned[i].severity > worst)
            worst = message->learned[i].severity;
    return worst;
}

void say_headline(struct text *out, const struct message *message)
{
    enum severity worst = worst_of(message);
    say_counts(out, message);
    if (worst != SEVERITY_UNKNOWN)
        text_addf(out, ", worst %s", severity_name(worst));
    if (message->images)
        text_addf(out, ", in %llu image%s", (unsigned long long)message->images,
                  say_plural(message->images));
}

// ---------------------------------------------------------------- one finding

void say_rating(struct text *out, const struct learned *learned)
{
    text_add(out, span_of_text(severity_name(learned->severity)));
    if (learned->kind == LEARNED_CHANGED && learned->severity_before != learned->severity)
        text_addf(out, " (was %s)", severity_name(learned->severity_before));
    if (learned->exploited)
        text_add(out, S(", known to be exploited"));
    if (learned->score >= 0)
        text_addf(out, ", CVSS %.1f", learned->score);
    if (learned->epss >= 0)
        text_addf(out, ", EPSS %.2f %%", learned->epss * 100);
    switch (learned->kind) {
    case LEARNED_NEW:
        break;
    case LEARNED_CHANGED:
        text_add(out, S("; changed"));
        break;
    case LEARNED_GONE:
        text_add(out, S("; gone"));
        break;
    case LEARNED_PUSHED:
        text_add(out, S("; in what was pushed"));
        break;
    }
}

span say_fix(const struct learned *learned)
{
    if (learned->kind == LEARNED_GONE)
        return S("no longer found");
    return learned->fixed_version.len ? S("fixed in") : S("no fix yet");
}

void say_images(struct text *out, const struct learned *learned, size_t shown)
{
    text_addf(out, "in %llu image%s", (unsigned long long)learned->images,
              say_plural(learned->images));
    if (shown)
        text_add(out, shown < learned->images ? S(", among them:") : S(":"));
}

void say_more(struct text *out, const struct message *message, size_t shown)
{
    uint64_t more = message->omitted + (message->count - shown);
    if (more)
        text_addf(out, "and %llu more finding%s", (unsigned long long)more, say_plural(more));
}
