#include "rows.h"

static void add(struct text *text, span s)
{
    text_add_byte(text, '|');
    text_add(text, s);
}

static void add_spans(struct text *text, struct spans spans)
{
    text_add_byte(text, '|');
    for (size_t i = 0; i < spans.count; i++) {
        if (i)
            text_add_byte(text, ',');
        text_add(text, spans.items[i]);
    }
}

static void add_day(struct text *text, uint32_t days)
{
    char day[11] = "";
    if (days)
        date_format(days, day);
    add(text, span_of_text(day));
}

static void add_if(struct text *text, bool is_so, span word)
{
    if (is_so)
        add(text, word);
}

static void add_since(struct text *text, uint32_t days)
{
    char day[11] = "";
    date_format(days, day);
    text_addf(text, "|since %s", day);
}

// Nothing for a number below 0.
static void add_number(struct text *text, const char *format, double value)
{
    text_add_byte(text, '|');
    if (value >= 0)
        text_addf(text, format, value);
}

static bool finish(struct text *text, struct err *err)
{
    text_add_byte(text, '\n');
    return text_ok(text) || err_set(err, ERR_MEMORY, "rows");
}

static bool take_affected(struct text *text, const struct advisory *advisory,
                          const struct affected *affected, struct err *err)
{
    text_add(text, S("advisory"));
    add(text, advisory->database);
    add(text, advisory->id);
    add_spans(text, advisory->flaws);
    add_spans(text, advisory->aliases);
    add(text, span_of_text(severity_name(advisory->severity)));
    add_number(text, "%.1f", advisory->score);
    add_day(text, advisory->modified);
    add(text, advisory->withdrawn ? S("withdrawn") : S(""));
    add(text, affected->ecosystem);
    add(text, affected->name);
    add(text, affected->name_kind == NAME_SOURCE ? S("source") : S("binary"));
    add(text, span_of_text(status_name(affected->status)));
    add(text, span_of_text(severity_name(affected->severity)));
    add(text, affected->introduced);
    add(text, affected->fixed);
    add(text, affected->last_affected);
    add(text, affected->module);
    add(text, affected->repository);
    add_if(text, affected->after_introduced, S("after introduced"));
    add_if(text, advisory->disputed, S("disputed"));
    add_if(text, advisory->malicious, S("malicious"));
    return finish(text, err);
}

static bool take_advisory(void *self, const struct advisory *advisory, struct err *err)
{
    for (size_t i = 0; i < advisory->affected_count; i++)
        if (!take_affected(self, advisory, &advisory->affected[i], err))
            return false;
    return true;
}

static bool take_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    struct text *text = self;
    text_add(text, S("flaw"));
    add(text, flaw->database);
    add(text, flaw->id);
    add(text, span_of_text(severity_name(flaw->severity)));
    add(text, flaw->cvss);
    add_number(text, "%.1f", flaw->score);
    add_number(text, "%.5f", flaw->epss);
    add(text, flaw->exploited ? S("exploited") : S(""));
    add_day(text, flaw->published);
    if (flaw->epss_percentile >= 0)
        text_addf(text, "|percentile %.5f", flaw->epss_percentile);
    if (flaw->exploited_since)
        add_since(text, flaw->exploited_since);
    add_if(text, flaw->rejected, S("rejected"));
    add_if(text, flaw->disputed, S("disputed"));
    if (flaw->weaknesses.count)
        add_spans(text, flaw->weaknesses);
    return finish(text, err);
}

static bool take_release(void *self, const struct release *release, struct err *err)
{
    struct text *text = self;
    text_add(text, S("release"));
    add(text, release->distro);
    add(text, release->version_id);
    add(text, release->codename);
    add_day(text, release->end_of_life);
    add_day(text, release->end_of_extended_life);
    return finish(text, err);
}

static bool take_weakness(void *self, const struct weakness *weakness, struct err *err)
{
    struct text *text = self;
    text_add(text, S("weakness"));
    add(text, weakness->database);
    add(text, weakness->id);
    add(text, weakness->name);
    return finish(text, err);
}

static bool take_product(void *self, const struct cpe_product *product, struct err *err)
{
    struct text *text = self;
    text_add(text, S("product"));
    add(text, product->database);
    add(text, product->type);
    add(text, product->name);
    add(text, product->cpe);
    return finish(text, err);
}

static bool take_source(void *self, span database, uint32_t day, span licence, struct err *err)
{
    struct text *text = self;
    text_add(text, S("source"));
    add(text, database);
    add_day(text, day);
    add(text, licence);
    return finish(text, err);
}

struct advisory_sink rows_sink(struct text *text)
{
    return (struct advisory_sink){
        .self = text,
        .take_advisory = take_advisory,
        .take_flaw = take_flaw,
        .take_release = take_release,
        .take_weakness = take_weakness,
        .take_product = take_product,
        .take_source = take_source,
    };
}
