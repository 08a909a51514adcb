#include "scan/source/platform_inner.h"

struct alias {
    span name;
    span architecture;
    span variant;
};

static span machine_architecture(void)
{
#if defined(__x86_64__)
    return S("amd64");
#elif defined(__aarch64__)
    return S("arm64");
#elif defined(__arm__)
    return S("arm");
#elif defined(__i386__)
    return S("386");
#elif defined(__riscv)
    return S("riscv64");
#elif defined(__powerpc64__)
    return S("ppc64le");
#elif defined(__s390x__)
    return S("s390x");
#else
#error "name this machine as GOARCH does"
#endif
}

struct platform platform_normalise(struct platform platform)
{
    const struct alias aliases[] = {
        {S("x86_64"), S("amd64"), S("")}, {S("x86-64"), S("amd64"), S("")},
        {S("i386"), S("386"), S("")},     {S("aarch64"), S("arm64"), S("")},
        {S("armhf"), S("arm"), S("v7")},  {S("armel"), S("arm"), S("v6")},
    };
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (!span_equal_nocase(platform.architecture, aliases[i].name))
            continue;
        platform.architecture = aliases[i].architecture;
        if (platform.variant.len == 0)
            platform.variant = aliases[i].variant;
    }
    bool arm = span_equal(platform.architecture, S("arm"));
    bool arm64 = span_equal(platform.architecture, S("arm64"));
    bool amd64 = span_equal(platform.architecture, S("amd64"));
    if (arm && platform.variant.len == 0)
        platform.variant = S("v7");
    if ((arm64 && span_equal(platform.variant, S("v8"))) ||
        (amd64 && span_equal(platform.variant, S("v1"))))
        platform.variant = S("");
    return platform;
}

struct platform platform_complete(struct platform asked)
{
    if (asked.os.len == 0)
        asked.os = S("linux");
    if (asked.architecture.len == 0)
        asked.architecture = machine_architecture();
    return platform_normalise(asked);
}

// The number of "v7", or `standard` for no variant; 0 for anything else.
static unsigned variant_number(span variant, unsigned standard)
{
    if (variant.len == 0)
        return standard;
    uint64_t number = 0;
    if (variant.ptr[0] != 'v' || !span_to_u64(span_from(variant, 1), &number) || number > 9)
        return 0;
    return (unsigned)number;
}

enum {
    RANK_NONE = 0,
    RANK_UNNAMED = 1,
    RANK_SISTER = 2,        // + the variant: up to 11
    RANK_ARCHITECTURE = 20, // + the variant
    RANK_EXACT = 40,
};

static unsigned rank_variant(unsigned base, unsigned want, unsigned have)
{
    return have > 0 && have <= want ? base + have : RANK_NONE;
}

unsigned platform_rank(struct platform want, struct platform have)
{
    if (have.os.len == 0 && have.architecture.len == 0)
        return RANK_UNNAMED;
    if (!span_equal(want.os, have.os))
        return RANK_NONE;
    bool want_amd64 = span_equal(want.architecture, S("amd64"));
    bool want_arm64 = span_equal(want.architecture, S("arm64"));
    if (span_equal(want.architecture, have.architecture)) {
        if (span_equal(want.variant, have.variant))
            return RANK_EXACT;
        unsigned standard = want_amd64 ? 1 : want_arm64 ? 8 : 7;
        return rank_variant(RANK_ARCHITECTURE, variant_number(want.variant, standard),
                            variant_number(have.variant, standard));
    }
    if (want_amd64 && span_equal(have.architecture, S("386")))
        return RANK_SISTER;
    if (want_arm64 && span_equal(have.architecture, S("arm")))
        return rank_variant(RANK_SISTER, 8, variant_number(have.variant, 7));
    return RANK_NONE;
}

bool platform_text(struct platform platform, struct arena *mem, span *ret)
{
    struct text text = {0};
    text_init(&text, mem, 1024);
    text_add(&text, platform.os);
    text_add_byte(&text, '/');
    text_add(&text, platform.architecture);
    if (platform.variant.len) {
        text_add_byte(&text, '/');
        text_add(&text, platform.variant);
    }
    if (!text_ok(&text))
        return false;
    *ret = text_span(&text);
    return true;
}
