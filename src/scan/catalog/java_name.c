// Who a Java archive is. Maven's record of it decides; without one its name and its manifest are
// believed as far as experience allows, and what stays unknown stays empty.
#include "scan/catalog/java_inner.h"

// ---------------------------------------------------------------- names of files

static span without_extension(span name)
{
    size_t dot = span_find_last(name, '.');
    return dot == SPAN_NONE || dot == 0 ? name : span_first(name, dot);
}

// Words that stand behind a number in a version: "31.1-jre", "2.0-beta-9", "5.6.15-Final".
static bool is_qualifier(span token)
{
    static const char *const words[] = {
        "alpha",     "beta",     "milestone", "m",       "rc",   "cr",      "snapshot",
        "final",     "ga",       "release",   "sp",      "jre",  "android", "incubating",
        "redhat",    "jbossorg", "atlassian", "preview", "pre",  "b",       "ea",
        "dev",       "patch",    "hotfix",    "build",   "java", "jdk",     "r",
        "cassandra", "hadoop",   "spark",     "groovy",  "p",    "pfd",     "empty",
    };
    while (token.len && ascii_is_digit(token.ptr[token.len - 1]))
        token.len--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal_nocase(token, span_of_text(words[i])))
            return true;
    return token.len == 0;
}

static bool is_version_token(span token)
{
    return token.len && (ascii_is_digit(token.ptr[0]) || is_qualifier(token));
}

// How much of "1.2-rc-1-sources" is a version.
static size_t version_length(span text)
{
    size_t len = 0;
    for (span rest = text; rest.len;) {
        size_t start = text.len - rest.len;
        span token = span_cut(&rest, '-');
        if (start && !is_version_token(token))
            break;
        len = start + token.len;
    }
    return len;
}

// "beam-vendor-grpc-1_60_1-0.2": a number with another spelling in front of a version belongs to
// the name.
static bool is_of_name(span version)
{
    span rest = version;
    span first = span_cut(&rest, '-');
    if (span_find(first, '_') == SPAN_NONE || span_find(first, '.') != SPAN_NONE)
        return false;
    while (rest.len) {
        span token = span_cut(&rest, '-');
        if (token.len && ascii_is_digit(token.ptr[0]))
            return true;
    }
    return false;
}

// Names may hold numbers too ("log4j-1.2-api-2.17.1"): the first place counts behind which all is a
// version; else the last, without the classifier behind it ("epoll-4.1.77.Final-linux-x86_64").
struct coordinates jar_split_name(span file_name)
{
    span stem = without_extension(file_name);
    struct coordinates found = {.artifact = stem};
    for (size_t i = 1; i + 1 < stem.len; i++) {
        if (stem.ptr[i] != '-' || !ascii_is_digit(stem.ptr[i + 1]))
            continue;
        span version = span_from(stem, i + 1);
        size_t len = version_length(version);
        if (is_of_name(version))
            continue;
        found.artifact = span_first(stem, i);
        found.version = span_first(version, len);
        if (len == version.len)
            break;
    }
    return found;
}

// ---------------------------------------------------------------- versions in manifests

static bool is_plain(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!ascii_is_alpha(s.ptr[i]) && !ascii_is_digit(s.ptr[i]) &&
            span_find(S("-_.+~"), s.ptr[i]) == SPAN_NONE)
            return false;
    return s.len > 0;
}

static bool is_version(span s)
{
    return is_plain(s) && ascii_is_digit(s.ptr[0]);
}

// "5.12.1 (b0)", "2.0b5 2005-06-12": the first word.
static span first_word(span s)
{
    return span_cut(&s, ' ');
}

// Of all versions in a manifest those of the implementation are most often the archive's own.
static span manifest_version(const struct manifest *manifest)
{
    static const enum manifest_key keys[] = {KEY_PLUGIN_VERSION, KEY_ARTIFACT_VERSION,
                                             KEY_BUNDLE_VERSION, KEY_API_VERSION};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        span version = first_word(manifest->values[keys[i]]);
        if (is_version(version))
            return version;
    }
    return (span){0};
}

// ---------------------------------------------------------------- the record that is meant

enum likeness {
    UNLIKE,
    SAME_VERSION, // renamed, as distributions do
    SAME_NAME,
    SAME_BOTH,
};

static enum likeness likeness_of(const struct artifact *artifact, span stem,
                                 const struct coordinates *split)
{
    const struct coordinates *own = &artifact->coordinates;
    span behind = span_from(stem, own->artifact.len);
    if (span_starts_with(stem, own->artifact) && span_starts_with(behind, S("-")) &&
        span_starts_with(span_from(behind, 1), own->version))
        return SAME_BOTH;
    if (span_equal(stem, own->artifact) || span_equal(split->artifact, own->artifact))
        return SAME_NAME;
    return span_equal(split->version, own->version) ? SAME_VERSION : UNLIKE;
}

// An archive with one record, under a name that says nothing else, is that one, unless the manifest
// speaks of another version: then it is something that was copied into it.
static bool is_alone(const struct jar *jar, enum likeness best, const struct coordinates *split)
{
    if (jar->artifacts.count != 1)
        return false;
    span version = manifest_version(&jar->manifest);
    span recorded = LIST_AT(&jar->artifacts, struct artifact, 0)->coordinates.version;
    return best == SAME_VERSION ||
           (split->version.len == 0 && (version.len == 0 || span_starts_with(version, recorded)));
}

const struct artifact *jar_main_artifact(const struct jar *jar)
{
    const struct artifact *best = NULL;
    enum likeness best_likeness = UNLIKE;
    span stem = without_extension(jar->name);
    struct coordinates split = jar_split_name(jar->name);
    for (size_t i = 0; i < jar->artifacts.count; i++) {
        const struct artifact *artifact = LIST_AT(&jar->artifacts, struct artifact, i);
        enum likeness likeness = likeness_of(artifact, stem, &split);
        bool longer = !best || artifact->coordinates.artifact.len > best->coordinates.artifact.len;
        if (!best || likeness > best_likeness || (likeness == best_likeness && longer)) {
            best = artifact;
            best_likeness = likeness;
        }
    }
    return best && (best_likeness >= SAME_NAME || is_alone(jar, best_likeness, &split)) ? best
                                                                                        : NULL;
}

// "mssql-jdbc-12.6.2.jre11.jar": Maven's record knows the release, the name also which Java it is
// for, and both together are the version that it was deployed with.
span jar_full_version(const struct jar *jar, const struct coordinates *recorded)
{
    span stem = without_extension(jar->name);
    span version = span_from(stem, recorded->artifact.len + 1);
    span behind = span_from(version, recorded->version.len);
    bool is_named = span_starts_with(stem, recorded->artifact) &&
                    span_starts_with(version, recorded->version) &&
                    span_starts_with(behind, S(".jre"));
    return is_named && is_version_token(span_from(behind, 1)) ? version : recorded->version;
}

// ---------------------------------------------------------------- without a record

// Eclipse's way: "org.example.bundle_1.2.3.v2020.jar".
static bool split_bundle(const struct jar *jar, struct coordinates *ret)
{
    span stem = without_extension(jar->name);
    span name = jar->manifest.values[KEY_BUNDLE_NAME];
    span version = span_from(stem, name.len + 1);
    if (name.len == 0 || !span_starts_with(stem, name) || stem.len <= name.len ||
        stem.ptr[name.len] != '_' || !is_version(version))
        return false;
    *ret = (struct coordinates){.artifact = name, .version = version};
    return true;
}

// The version that the manifest knows tells where it begins in "log4j-1.2-1.2.17.jar".
static bool split_by_manifest(const struct jar *jar, struct coordinates *ret)
{
    static const enum manifest_key keys[] = {KEY_ARTIFACT_VERSION, KEY_BUNDLE_VERSION};
    span stem = without_extension(jar->name);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        span version = first_word(jar->manifest.values[keys[i]]);
        if (!is_version(version) || stem.len < version.len + 2 || !span_ends_with(stem, version) ||
            stem.ptr[stem.len - version.len - 1] != '-')
            continue;
        *ret = (struct coordinates){.artifact = span_first(stem, stem.len - version.len - 1),
                                    .version = version};
        return true;
    }
    return false;
}

// A title is a name where it looks like one: "spring-petclinic", not "Apache Tomcat" and not the
// package "org.apache.tools.ant".
static span manifest_name(const struct manifest *manifest)
{
    span short_name = manifest->values[KEY_SHORT_NAME];
    span title = manifest->values[KEY_ARTIFACT_TITLE];
    if (is_plain(short_name))
        return short_name;
    return is_plain(title) && span_find(title, '.') == SPAN_NONE ? title : (span){0};
}

struct coordinates jar_guess(const struct jar *jar)
{
    struct coordinates found = {0};
    if (!split_bundle(jar, &found) && !split_by_manifest(jar, &found))
        found = jar_split_name(jar->name);
    if (found.version.len == 0 || span_ends_with(found.version, S(".x"))) {
        span name = manifest_name(&jar->manifest);
        found.artifact = name.len ? name : found.artifact;
        found.version = manifest_version(&jar->manifest);
    }
    if (!is_plain(found.artifact) || !is_version(found.version))
        return (struct coordinates){0};
    jar_guess_group(jar, &found);
    return found;
}
