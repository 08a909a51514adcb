// META-INF/MANIFEST.MF (JAR File Specification, "Name-Value pairs and Sections").
#include "scan/catalog/java_inner.h"

// ---------------------------------------------------------------- lines

// The value of a header goes on in lines that begin with a space.
static bool join_lines(struct manifest_lines *lines, span *value)
{
    struct text joined;
    text_init(&joined, lines->mem, SIZE_MAX);
    text_add(&joined, *value);
    while (span_starts_with(lines->rest, S(" ")))
        text_add(&joined, span_from(span_cut_line(&lines->rest), 1));
    *value = text_span(&joined);
    return text_ok(&joined);
}

enum manifest_step manifest_next(struct manifest_lines *lines, struct manifest_header *ret)
{
    if (lines->rest.len == 0)
        return MANIFEST_END;
    span line = span_cut_line(&lines->rest);
    if (line.len == 0)
        return MANIFEST_SECTION_END;
    if (span_starts_with(lines->rest, S(" ")) && !join_lines(lines, &line))
        return MANIFEST_NO_ROOM;
    struct manifest_header header = {.value = line};
    header.name = span_trim(span_cut(&header.value, ':'));
    header.value = span_trim(header.value);
    *ret = header;
    return MANIFEST_HEADER;
}

// ---------------------------------------------------------------- the main section

static const span keys[MANIFEST_KEYS] = {
    [KEY_ARTIFACT_TITLE] = S("Implementation-Title"),
    [KEY_ARTIFACT_VERSION] = S("Implementation-Version"),
    [KEY_VENDOR_ID] = S("Implementation-Vendor-Id"),
    [KEY_API_VERSION] = S("Specification-Version"),
    [KEY_BUNDLE_NAME] = S("Bundle-SymbolicName"),
    [KEY_BUNDLE_VERSION] = S("Bundle-Version"),
    [KEY_BUNDLE_LICENSE] = S("Bundle-License"),
    [KEY_MODULE_NAME] = S("Automatic-Module-Name"),
    [KEY_GROUP_ID] = S("Group-Id"),
    [KEY_SHORT_NAME] = S("Short-Name"),
    [KEY_PLUGIN_VERSION] = S("Plugin-Version"),
};

static void take_header(struct manifest *manifest, const struct manifest_header *header)
{
    for (size_t i = 0; i < MANIFEST_KEYS; i++)
        if (span_equal_nocase(header->name, keys[i]))
            manifest->values[i] = header->value;
}

// OSGi: "org.example.bundle;singleton:=true".
static void drop_directives(span *value)
{
    span rest = *value;
    *value = span_trim(span_cut(&rest, ';'));
}

bool manifest_read(span text, struct arena *mem, struct manifest *ret)
{
    struct manifest_lines lines = {.rest = text, .mem = mem};
    struct manifest manifest = {.text = text};
    struct manifest_header header = {0};
    enum manifest_step step = manifest_next(&lines, &header);
    for (; step == MANIFEST_HEADER; step = manifest_next(&lines, &header))
        take_header(&manifest, &header);
    if (step == MANIFEST_NO_ROOM)
        return false;
    drop_directives(&manifest.values[KEY_BUNDLE_NAME]);
    *ret = manifest;
    return true;
}
