// WordPress: its own version, and plugins and themes, which say who they are in a comment at the
// start of a file (WordPress handbook, "Header Requirements" and "Main Stylesheet").
#include "scan/catalog/catalog_inner.h"

// As far as WordPress itself reads for such a comment (get_file_data).
enum { HEADER_BYTES = 8192 };

// ---------------------------------------------------------------- core

// $wp_version = '6.4.2';
static bool read_version(struct inspection *inspection, struct err *err)
{
    span rest = inspection->text;
    while (rest.len) {
        span line = span_trim(span_cut_line(&rest));
        if (!span_starts_with(line, S("$wp_version")))
            continue;
        (void)span_cut(&line, '\'');
        struct package package = {
            .type = S("generic"), .name = S("wordpress"), .version = span_cut(&line, '\'')};
        return package.version.len == 0 || inspection_add(inspection, &package, err);
    }
    return true;
}

// ---------------------------------------------------------------- plugins and themes

// The value of "Key: value" in the comment, whose lines may begin with '*', '/', '#' or '@'.
static span header_value(span header, span key)
{
    while (header.len) {
        span line = span_trim(span_cut_line(&header));
        while (line.len && span_contains(S(" \t/*#@"), span_first(line, 1)))
            line = span_from(line, 1);
        if (!span_equal_nocase(span_first(line, key.len), key))
            continue;
        line = span_trim(span_from(line, key.len));
        if (!span_starts_with(line, S(":")))
            continue;
        line = span_trim(span_from(line, 1));
        return span_ends_with(line, S("*/")) ? span_trim(span_first(line, line.len - 2)) : line;
    }
    return (span){0};
}

// The directory is the name by which wordpress.org knows it; a plugin of one file has that file's.
static span slug_of(span path)
{
    span directory = path_name(path_parent(path));
    if (!span_equal(directory, S("plugins")))
        return directory;
    span name = path_name(path);
    return span_first(name, span_find_last(name, '.'));
}

static bool add_part(struct inspection *inspection, span type, span name_key, struct err *err)
{
    span header = span_first(inspection->text, HEADER_BYTES);
    struct package package = {
        .type = type,
        .name = slug_of(inspection->path),
        .version = header_value(header, S("Version")),
        .licenses = header_value(header, S("License")),
    };
    if (header_value(header, name_key).len == 0 || package.version.len == 0)
        return true; // some other file
    return inspection_add(inspection, &package, err);
}

static bool read_plugin(struct inspection *inspection, struct err *err)
{
    return add_part(inspection, S("wordpress-plugin"), S("Plugin Name"), err);
}

static bool read_theme(struct inspection *inspection, struct err *err)
{
    return add_part(inspection, S("wordpress-theme"), S("Theme Name"), err);
}

static const struct cataloger catalogers[] = {
    {S("**/wp-includes/version.php"), read_version, 0},
    {S("**/wp-content/plugins/*.php"), read_plugin, 0},
    {S("**/wp-content/plugins/*/*.php"), read_plugin, 0},
    {S("**/wp-content/themes/*/style.css"), read_theme, 0},
};
const struct catalogers wordpress_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
