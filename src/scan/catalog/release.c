// What run times say of themselves in a text file beside their programs: the `release` file of a
// JVM (JEP 223 and its vendors' habits) and the VERSION file of Go's distribution.
#include "scan/catalog/catalog_inner.h"

// Files of these names are everywhere; the right ones are short and say so in their first lines.
enum { MOST_BYTES = 64 * 1024 };

// ---------------------------------------------------------------- release of a JVM

struct jvm_release {
    span version;         // JAVA_VERSION: "17.0.9", "1.8.0_392"
    span runtime_version; // "17.0.9+9-LTS", "1.8.0_392-b08"; may be missing
    span implementor;     // "Eclipse Adoptium", "Azul Systems, Inc."
    span graalvm_version;
    span build_type; // "commercial" in Oracle's own
    span image_type; // "JDK" or "JRE"
};

static span unquote(span value)
{
    value = span_trim(value);
    bool is_quoted = value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"';
    return is_quoted ? span_slice(value, 1, value.len - 2) : value;
}

static struct jvm_release read_fields(span text)
{
    struct jvm_release release = {0};
    const struct {
        span key;
        span *value;
    } fields[] = {
        {S("JAVA_VERSION"), &release.version},
        {S("JAVA_RUNTIME_VERSION"), &release.runtime_version},
        {S("IMPLEMENTOR"), &release.implementor},
        {S("GRAALVM_VERSION"), &release.graalvm_version},
        {S("BUILD_TYPE"), &release.build_type},
        {S("IMAGE_TYPE"), &release.image_type},
    };
    while (text.len) {
        span value = span_cut_line(&text);
        span key = span_cut(&value, '=');
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
            if (span_equal(key, fields[i].key))
                *fields[i].value = unquote(value);
    }
    return release;
}

static span name_of(const struct jvm_release *release)
{
    if (release->graalvm_version.len)
        return S("graalvm");
    if (span_starts_with(release->implementor, S("Azul ")))
        return S("zulu");
    if (!span_equal(release->build_type, S("commercial")))
        return S("openjdk");
    return span_equal(release->image_type, S("JRE")) ? S("jre") : S("jdk");
}

// Without what a vendor adds: "17.0.9+9-LTS" is 17.0.9+9, as libjvm.so has it too.
static span version_of(const struct jvm_release *release)
{
    if (release->graalvm_version.len)
        return release->graalvm_version;
    span version = release->runtime_version.len ? release->runtime_version : release->version;
    size_t plus = span_find(version, '+');
    if (plus == SPAN_NONE)
        return version;
    size_t end = plus + 1;
    while (end < version.len && ascii_is_digit(version.ptr[end]))
        end++;
    return span_first(version, end);
}

// ---------------------------------------------------------------- both files

static bool add(struct inspection *inspection, span name, span version, struct err *err)
{
    struct package package = {.type = S("generic"), .name = name, .version = version};
    return inspection_add(inspection, &package, err);
}

// Empty, with a note where that is a failure, for a file that is not read.
static span read_short(struct inspection *inspection)
{
    const struct content *content = inspection->content;
    span text = {0};
    struct err err = {0};
    if (content->size > MOST_BYTES)
        return text;
    if (!content_read(content, 0, content->size, inspection->scratch, &text, &err))
        inspection_damaged(inspection, &err);
    return text;
}

static bool read_jvm_release(struct inspection *inspection, struct err *err)
{
    struct jvm_release release = read_fields(read_short(inspection));
    if (release.version.len == 0 || !ascii_is_digit(release.version.ptr[0]))
        return true;
    return add(inspection, name_of(&release), version_of(&release), err);
}

static bool read_go_version(struct inspection *inspection, struct err *err)
{
    span text = read_short(inspection);
    span line = span_trim(span_cut_line(&text));
    if (!span_starts_with(line, S("go1")))
        return true;
    return add(inspection, S("go"), span_from(line, 2), err);
}

static const struct cataloger catalogers[] = {
    {S("**/release"), read_jvm_release, CATALOG_LARGE},
    {S("**/go/VERSION"), read_go_version, CATALOG_LARGE},
};
const struct catalogers release_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
