// From os-release to the key under which the advisories are kept.
#include "match/match_inner.h"

enum version_part {
    PART_MAJOR,
    PART_MAJOR_MINOR,
    PART_ALL,
    PART_AMAZON,
    PART_NONE,
};

struct distro_rule {
    span id;     // os-release ID
    span key_id; // whose advisories
    span type;
    span vendor; // AlmaLinux and Rocky rebuild what Red Hat rates
    enum version_part part;
    bool lists_unfixed; // flaws without a fix too, so that silence means something
};

static const struct distro_rule rules[] = {
    {S("debian"), S("debian"), S("deb"), S("debian"), PART_MAJOR, true},
    {S("ubuntu"), S("ubuntu"), S("deb"), S("ubuntu"), PART_MAJOR_MINOR, true},
    {S("alpine"), S("alpine"), S("apk"), S("alpine"), PART_MAJOR_MINOR, false},
    {S("wolfi"), S("wolfi"), S("apk"), S("wolfi"), PART_NONE, false},
    {S("chainguard"), S("chainguard"), S("apk"), S("chainguard"), PART_NONE, false},
    {S("rhel"), S("rhel"), S("rpm"), S("redhat"), PART_MAJOR, true},
    {S("centos"), S("rhel"), S("rpm"), S("redhat"), PART_MAJOR, true},
    {S("almalinux"), S("almalinux"), S("rpm"), S("redhat"), PART_MAJOR, false},
    {S("rocky"), S("rocky"), S("rpm"), S("redhat"), PART_MAJOR, false},
    {S("ol"), S("ol"), S("rpm"), S("oracle"), PART_MAJOR, false},
    {S("amzn"), S("amzn"), S("rpm"), S("amazon"), PART_AMAZON, false},
    {S("sles"), S("sles"), S("rpm"), S("suse"), PART_ALL, false},
    {S("sles_sap"), S("sles"), S("rpm"), S("suse"), PART_ALL, false},
    {S("sle_hpc"), S("sles"), S("rpm"), S("suse"), PART_ALL, false},
    {S("sled"), S("sles"), S("rpm"), S("suse"), PART_ALL, false},
    {S("sle-micro"), S("sle-micro"), S("rpm"), S("suse"), PART_ALL, false},
    {S("sl-micro"), S("sle-micro"), S("rpm"), S("suse"), PART_ALL, false},
    {S("suse-microos"), S("sle-micro"), S("rpm"), S("suse"), PART_ALL, false},
    {S("opensuse-leap-micro"), S("opensuse-leap-micro"), S("rpm"), S("suse"), PART_ALL, false},
    {S("opensuse-leap"), S("opensuse-leap"), S("rpm"), S("suse"), PART_ALL, false},
    {S("opensuse-tumbleweed"), S("opensuse-tumbleweed"), S("rpm"), S("suse"), PART_NONE, false},
    {S("azurelinux"), S("azurelinux"), S("rpm"), S("azurelinux"), PART_MAJOR_MINOR, false},
    {S("mariner"), S("mariner"), S("rpm"), S("azurelinux"), PART_MAJOR_MINOR, false},
    {S("photon"), S("photon"), S("rpm"), S("photon"), PART_MAJOR_MINOR, false},
    {S("arch"), S("arch"), S("alpm"), S("arch"), PART_NONE, true},
    {S("gentoo"), S("gentoo"), S("ebuild"), S("gentoo"), PART_NONE, false},
};

static struct distro_rule rule_of(span id)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (span_equal(id, rules[i].id))
            return rules[i];
    return (struct distro_rule){.id = id, .key_id = id, .part = PART_ALL};
}

static span first_numbers(span version, unsigned count)
{
    size_t len = 0;
    for (unsigned dots = 0; len < version.len; len++)
        if (version.ptr[len] == '.' && ++dots == count)
            break;
    return span_first(version, len);
}

static span version_of(const struct distro_rule *rule, span version_id)
{
    switch (rule->part) {
    case PART_MAJOR:
        return first_numbers(version_id, 1);
    case PART_MAJOR_MINOR:
        // Alpine's development branch calls itself an alpha of the next release.
        if (span_find(version_id, '_') != SPAN_NONE)
            return S("edge");
        return first_numbers(version_id, 2);
    case PART_ALL:
        return version_id;
    case PART_AMAZON:
        // Amazon Linux 1 calls itself by the month of its release: 2018.03.
        return span_find(version_id, '.') == SPAN_NONE ? version_id : S("1");
    case PART_NONE:
        return (span){0};
    }
    return (span){0};
}

// CentOS 8 was both; only its name tells. From 9 on there is only Stream.
static bool is_stream(const struct distro *distro, span version)
{
    uint64_t major = 0;
    return span_contains(distro->pretty_name, S("Stream")) ||
           (span_to_u64(version, &major) && major >= 9);
}

bool ecosystem_of(const struct distro *distro, struct arena *mem, struct ecosystem *ret,
                  struct err *err)
{
    struct ecosystem ecosystem = {0};
    if (distro->id.len == 0) {
        *ret = ecosystem;
        return true;
    }
    struct distro_rule rule = rule_of(distro->id);
    ecosystem.version = version_of(&rule, distro->version_id);
    ecosystem.type = rule.type;
    ecosystem.vendor = rule.vendor;
    ecosystem.lists_unfixed = rule.lists_unfixed;
    ecosystem.follows_rhel = span_equal(distro->id, S("centos"));
    ecosystem.is_ahead = ecosystem.follows_rhel && is_stream(distro, ecosystem.version);
    struct text key = {0};
    text_init(&key, mem, rule.key_id.len + ecosystem.version.len + 1);
    text_add(&key, rule.key_id);
    if (ecosystem.version.len)
        text_add_byte(&key, ':');
    text_add(&key, ecosystem.version);
    if (!text_ok(&key))
        return arena_err(mem, err, "ecosystem");
    ecosystem.key = text_span(&key);
    *ret = ecosystem;
    return true;
}

void ecosystem_open(struct ecosystem *ecosystem, const struct advisory_source *source)
{
    ecosystem->known = source->find_ecosystem(source->self, ecosystem->key);
    ecosystem->scheme = scheme_of_ecosystem(ecosystem->key);
}

static bool keep_day(uint32_t day, struct arena *mem, span *ret, struct err *err)
{
    if (day == 0)
        return true;
    char date[11];
    date_format(day, date);
    return arena_span(mem, span_of_text(date), ret) || arena_err(mem, err, "end of life");
}

// All zero if nothing is known.
static bool look_up_release(const struct advisory_source *source, const struct distro *distro,
                            struct arena *mem, struct release *ret, struct err *err)
{
    struct ecosystem ecosystem = {0};
    struct release release = {0};
    struct err none = {0};
    if (!ecosystem_of(distro, mem, &ecosystem, err))
        return false;
    if (!source->look_up_release(source->self, distro->id, ecosystem.version, mem, &release,
                                 &none) &&
        none.kind != ERR_NONE)
        return err_set(err, none.kind, "%s", none.text);
    *ret = release;
    return true;
}

bool match_fill_distro(const struct advisory_source *source, struct distro *distro,
                       struct arena *mem, struct err *err)
{
    struct release release = {0};
    if (!look_up_release(source, distro, mem, &release, err))
        return false;
    bool extended = release.end_of_extended_life > release.end_of_life;
    return keep_day(release.end_of_life, mem, &distro->end_of_life, err) &&
           keep_day(extended ? release.end_of_extended_life : 0, mem, &distro->end_of_extended_life,
                    err);
}

uint32_t release_last_day(const struct release *release)
{
    bool extended = release->end_of_extended_life > release->end_of_life;
    return extended ? release->end_of_extended_life : release->end_of_life;
}

bool match_review(const struct advisory_source *source, const struct distro *distro, uint32_t today,
                  struct arena *mem, uint32_t *ret, struct err *err)
{
    struct release release = {0};
    if (!look_up_release(source, distro, mem, &release, err))
        return false;
    uint32_t last = release.end_of_life ? release_last_day(&release) : 0;
    *ret = today <= last ? last : 0;
    return true;
}
