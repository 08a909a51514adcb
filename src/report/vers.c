// Ranges of versions as package URLs have them ("vers"): "vers:deb/>=1|<2".
#include "report/sbom_inner.h"

// What separates or compares in a vers, and what is not ASCII, comes percent-encoded.
static void put_version(struct text *out, span version)
{
    for (size_t i = 0; i < version.len; i++) {
        uint8_t byte = version.ptr[i];
        bool plain = ascii_is_alpha(byte) || ascii_is_digit(byte) || byte == '.' || byte == '-' ||
                     byte == '_' || byte == '~' || byte == '+' || byte == ':';
        if (plain)
            text_add_byte(out, byte);
        else
            text_addf(out, "%%%02X", byte);
    }
}

static span cut_operator(span *constraint)
{
    static const span operators[] = {S(">="), S("<="), S(">"), S("<"), S("=")};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (span_starts_with(*constraint, operators[i])) {
            *constraint = span_trim(span_from(*constraint, operators[i].len));
            return operators[i];
        }
    return (span){0};
}

// ">= 1.2, < 1.4-3" as match/ writes it, the lower end first, as vers wants it.
static bool put_constraints(struct text *out, span range)
{
    for (bool first = true; range.len; first = false) {
        span constraint = span_trim(span_cut(&range, ','));
        span sign = cut_operator(&constraint);
        if (sign.len == 0 || constraint.len == 0)
            return false;
        text_add(out, first ? (span){0} : S("|"));
        text_add(out, span_equal(sign, S("=")) ? (span){0} : sign);
        put_version(out, constraint);
    }
    return true;
}

// The names of vers for what purl calls otherwise.
static span scheme_of(const struct package *package)
{
    if (span_equal(package->type, S("apk")))
        return S("alpine");
    return package->type;
}

bool sbom_range(const struct package *package, span range, struct text *out)
{
    text_add(out, S("vers:"));
    text_add(out, scheme_of(package));
    text_add_byte(out, '/');
    if (span_equal(range, S("all versions"))) {
        text_add_byte(out, '*');
        return true;
    }
    return range.len && put_constraints(out, range);
}
