#include "feeds/feeds_inner.h"

// The pages of endoflife.date: Markdown behind YAML front matter. Of that YAML only the list
// `releases` is read, whose form is regular: "  - key: value" begins a release, "    key: value"
// goes on with it. What has another form is passed over.

struct distribution {
    const char *page;   // name of the page
    const char *distro; // ID in os-release
    uint64_t since;     // releases before that share their os-release with another product
};

static const struct distribution products[] = {
    {"almalinux", "almalinux", 0},
    {"alpine-linux", "alpine", 0},
    {"amazon-linux", "amzn", 0},
    {"centos", "centos", 0},
    {"centos-stream", "centos", 9}, // both have a release 8
    {"debian", "debian", 0},
    {"fedora", "fedora", 0},
    {"linuxmint", "linuxmint", 0},
    {"opensuse", "opensuse-leap", 0},
    {"oracle-linux", "ol", 0},
    {"rhel", "rhel", 0},
    {"rocky-linux", "rocky", 0},
    {"sles", "sles", 0},
    {"suse-linux-micro", "sle-micro", 0},
    {"ubuntu", "ubuntu", 0},
    {"vmware-photon", "photon", 0},
};

// Null for what is no distribution of Linux.
static const struct distribution *find_product(span path)
{
    span name = path_name(path);
    span suffix = S(".md");
    if (!span_ends_with(name, suffix))
        return NULL;
    name = span_first(name, name.len - suffix.len);
    for (size_t i = 0; i < sizeof products / sizeof *products; i++)
        if (span_equal(name, span_of_text(products[i].page)))
            return &products[i];
    return NULL;
}

// A plain or double-quoted scalar without escapes; a comment behind it goes.
static span read_scalar(span text)
{
    span rest = span_trim(text);
    if (rest.len && rest.ptr[0] == '"') {
        rest = span_from(rest, 1);
        return span_cut(&rest, '"');
    }
    return span_trim(span_cut(&rest, '#'));
}

static void read_member(span line, struct release *release)
{
    span value = line;
    span key = span_trim(span_cut(&value, ':'));
    value = read_scalar(value);
    if (span_equal(key, S("releaseCycle")))
        release->version_id = value;
    else if (span_equal(key, S("codename")))
        release->codename = value;
    else if (span_equal(key, S("eol")))
        (void)date_parse(value, &release->end_of_life); // "false": not announced
    else if (span_equal(key, S("eoes")))
        (void)date_parse(value, &release->end_of_extended_life);
}

// The release as the keys of its ecosystem write it; empty for one that shares its key with a
// later.
static span version_in_key(const struct distribution *product, span cycle)
{
    span distro = span_of_text(product->distro);
    // Amazon Linux 1 went by dates; all of them ended on one day.
    if (span_equal(distro, S("amzn")) && span_find(cycle, '.') != SPAN_NONE)
        return span_equal(cycle, S("2018.03")) ? S("1") : (span){0};
    // Up to 15 the first release of SUSE Linux Enterprise had no minor number.
    bool is_first = span_ends_with(cycle, S(".0")) && !span_starts_with(cycle, S("16"));
    if (span_equal(distro, S("sles")) && is_first)
        return span_first(cycle, cycle.len - 2);
    return cycle;
}

static bool give_release(struct translation *translation, const struct distribution *product,
                         const struct release *release, struct err *err)
{
    uint64_t number = 0;
    span cycle = release->version_id;
    struct release named = *release;
    named.version_id = version_in_key(product, cycle);
    bool shared = span_to_u64(span_cut(&cycle, '.'), &number) && number < product->since;
    if (!named.version_id.len || shared)
        return true;
    return translation_give_release(translation, &named, err);
}

static bool give_releases(struct translation *translation, const struct distribution *product,
                          span lines, struct err *err)
{
    const struct release none = {.distro = span_of_text(product->distro)};
    struct release release = none;
    while (lines.len) {
        span line = span_cut_line(&lines);
        if (span_starts_with(line, S("---")))
            break;
        if (span_starts_with(line, S("  - "))) {
            if (!give_release(translation, product, &release, err))
                return false;
            release = none;
            line = span_from(line, 4);
        } else if (span_starts_with(line, S("    "))) {
            line = span_from(line, 4);
        } else {
            continue;
        }
        read_member(line, &release);
    }
    return give_release(translation, product, &release, err);
}

bool translate_end_of_life(struct translation *translation, span path, span bytes, struct err *err)
{
    const struct distribution *product = find_product(path);
    if (!product)
        return true;
    span rest = bytes;
    if (!span_equal(span_cut_line(&rest), S("---")))
        return err_set(err, ERR_INPUT, "end of life: no front matter");
    while (rest.len)
        if (span_equal(span_trim_end(span_cut_line(&rest), ' '), S("releases:")))
            return give_releases(translation, product, rest, err);
    return err_set(err, ERR_INPUT, "end of life: no list of releases");
}
