// What stays the same of a finding from one scan to the next.
#include "report/report_inner.h"

#include "crypto/crypto.h"

enum { BYTES = 16 };

struct print {
    uint8_t bytes[BYTES];
    size_t index;
};

static int compare_bytes(const struct print *a, const struct print *b)
{
    return span_compare(span_of(a->bytes, BYTES), span_of(b->bytes, BYTES));
}

static int compare_prints(const void *left, const void *right)
{
    const struct print *a = left;
    const struct print *b = right;
    int order = compare_bytes(a, b);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

// Length-prefixed, so that no two findings give the same bytes.
static bool hash(const struct scan *scan, const struct finding *finding, struct text *buffer,
                 struct print *print)
{
    const struct package *package = report_package(scan, finding);
    digest sum = {0};
    buffer->len = 0;
    text_add_field(buffer, span_of_text(finding_kind_name(finding->kind)));
    text_add_field(buffer, finding->id);
    text_add_field(buffer, report_location(scan, finding));
    if (package) {
        text_add_field(buffer, package->type);
        text_add_field(buffer, package->name);
        text_add_field(buffer, package->arch);
        text_add_field(buffer, package->member);
    }
    if (!text_ok(buffer) || !digest_of(DIGEST_SHA256, text_span(buffer), &sum, NULL))
        return false;
    for (size_t i = 0; i < BYTES; i++)
        print->bytes[i] = sum.bytes[i];
    return true;
}

static bool write_print(const struct print *print, size_t ordinal, struct arena *mem, span *ret)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add_hex(&text, span_of(print->bytes, BYTES));
    text_add_byte(&text, ':');
    text_add_u64(&text, ordinal);
    *ret = text_span(&text);
    return text_ok(&text);
}

bool report_fingerprints(const struct scan *scan, struct arena *mem, span **ret)
{
    size_t count = scan->findings.count;
    struct print *prints = arena_array(mem, count, sizeof *prints);
    span *texts = arena_array(mem, count, sizeof *texts);
    struct text buffer = {0};
    text_init(&buffer, mem, SIZE_MAX);
    if (!prints || !texts)
        return false;
    for (size_t i = 0; i < count; i++) {
        prints[i].index = i;
        if (!hash(scan, &scan->findings.items[i], &buffer, &prints[i]))
            return false;
    }
    sort_items(prints, count, sizeof *prints, compare_prints);
    size_t ordinal = 0;
    for (size_t i = 0; i < count; i++) {
        ordinal = i && compare_bytes(&prints[i - 1], &prints[i]) == 0 ? ordinal + 1 : 1;
        if (!write_print(&prints[i], ordinal, mem, &texts[prints[i].index]))
            return false;
    }
    *ret = texts;
    return true;
}
