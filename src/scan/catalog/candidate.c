#include "scan/catalog/catalog_inner.h"

enum { MOST_DIGEST_BYTES = 64 };

struct candidate candidate_of(struct inspection *inspection, span type, span name, span version)
{
    struct candidate candidate = {.inspection = inspection,
                                  .package = {.type = type, .name = name, .version = version}};
    list_init(&candidate.hashes, inspection->scratch, sizeof(span), SIZE_MAX);
    list_init(&candidate.depends, inspection->scratch, sizeof(span), SIZE_MAX);
    return candidate;
}

// ---------------------------------------------------------------- hashes

static int hex_value(uint8_t c)
{
    if (ascii_is_digit(c))
        return c - '0';
    uint8_t lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The bytes of a digest in base 16, at most `most`; 0: it is none.
static size_t read_hex(span hex, uint8_t *bytes, size_t most)
{
    if (hex.len % 2 || hex.len / 2 > most)
        return 0;
    for (size_t i = 0; i < hex.len; i += 2) {
        int high = hex_value(hex.ptr[i]);
        int low = hex_value(hex.ptr[i + 1]);
        if (high < 0 || low < 0)
            return 0;
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    return hex.len / 2;
}

static int base64_value(uint8_t c)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t at = span_find(span_of_text(letters), c);
    return at == SPAN_NONE ? -1 : (int)at;
}

// The same in base 64 (RFC 4648, section 4).
static size_t read_base64(span base64, uint8_t *bytes, size_t most)
{
    base64 = span_trim_end(base64, '=');
    size_t count = base64.len * 3 / 4;
    if (base64.len % 4 == 1 || count > most)
        return 0;
    uint32_t bits = 0;
    size_t made = 0;
    for (size_t i = 0; i < base64.len; i++) {
        int value = base64_value(base64.ptr[i]);
        if (value < 0)
            return 0;
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 != 0)
            bytes[made++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
    }
    return made;
}

static void add_digest(struct candidate *candidate, span algorithm, span bytes)
{
    struct text text;
    text_init(&text, candidate->inspection->scratch, SIZE_MAX);
    text_add(&text, algorithm);
    text_add_byte(&text, ':');
    text_add_hex(&text, bytes);
    span *hash = LIST_ADD(&candidate->hashes, span);
    if (hash)
        *hash = text_span(&text);
    candidate->hashes.failed |= !text_ok(&text);
}

void candidate_hash(struct candidate *candidate, span algorithm, span hex)
{
    uint8_t bytes[MOST_DIGEST_BYTES];
    size_t count = read_hex(hex, bytes, sizeof bytes);
    if (count > 0 && algorithm.len > 0)
        add_digest(candidate, algorithm, span_of(bytes, count));
}

void candidate_integrity(struct candidate *candidate, span integrity)
{
    static const span algorithms[] = {S("sha512"), S("sha384"), S("sha256"), S("sha1")};
    uint8_t bytes[MOST_DIGEST_BYTES];
    while (integrity.len) {
        span base64 = span_cut(&integrity, ' ');
        span algorithm = span_cut(&base64, '-');
        base64 = span_cut(&base64, '?'); // options may follow
        for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
            size_t count =
                span_equal(algorithm, algorithms[i]) ? read_base64(base64, bytes, sizeof bytes) : 0;
            if (count > 0)
                add_digest(candidate, algorithm, span_of(bytes, count));
        }
    }
}

// ---------------------------------------------------------------- the rest

void candidate_depend(struct candidate *candidate, span name)
{
    span *depend = name.len ? LIST_ADD(&candidate->depends, span) : NULL;
    if (depend)
        *depend = name;
}

bool candidate_add(struct candidate *candidate, struct err *err)
{
    if (!list_ok(&candidate->hashes) || !list_ok(&candidate->depends))
        return arena_err(candidate->inspection->scratch, err, "packages");
    candidate->package.hashes =
        (struct spans){.items = candidate->hashes.items, .count = candidate->hashes.count};
    candidate->package.depends =
        (struct spans){.items = candidate->depends.items, .count = candidate->depends.count};
    return inspection_add(candidate->inspection, &candidate->package, err);
}
