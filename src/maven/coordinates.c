// What Maven calls something: group, artefact and version.
#include "maven/maven.h"

static bool is_value(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] >= 0x7f ||
            span_find(S("${}[](),@:/\\"), s.ptr[i]) != SPAN_NONE)
            return false;
    return s.len > 0;
}

bool coordinates_are_values(const struct coordinates *coordinates)
{
    return is_value(coordinates->group) && is_value(coordinates->artifact) &&
           is_value(coordinates->version);
}

bool coordinates_name(const struct coordinates *coordinates, struct arena *mem, span *ret,
                      struct err *err)
{
    struct text name;
    text_init(&name, mem, SIZE_MAX);
    text_add(&name, coordinates->group);
    if (coordinates->group.len)
        text_add_byte(&name, ':');
    text_add(&name, coordinates->artifact);
    *ret = text_span(&name);
    return text_ok(&name) || arena_err(mem, err, "name");
}

int coordinates_compare(const struct coordinates *a, const struct coordinates *b)
{
    int order = span_compare(a->group, b->group);
    if (order == 0)
        order = span_compare(a->artifact, b->artifact);
    return order != 0 ? order : span_compare(a->version, b->version);
}

// A file of Java's Properties; Maven writes it without continuation lines.
bool pom_properties_read(span text, struct coordinates *ret, struct err *err)
{
    struct coordinates found = {0};
    while (text.len) {
        span value = span_trim(span_cut_line(&text));
        if (span_starts_with(value, S("#")) || span_starts_with(value, S("!")))
            continue;
        span key = span_trim(span_cut(&value, '='));
        if (span_equal(key, S("groupId")))
            found.group = span_trim(value);
        else if (span_equal(key, S("artifactId")))
            found.artifact = span_trim(value);
        else if (span_equal(key, S("version")))
            found.version = span_trim(value);
    }
    if (!coordinates_are_values(&found))
        return err_set(err, ERR_INPUT, "pom.properties: a coordinate is missing or no value");
    *ret = found;
    return true;
}
