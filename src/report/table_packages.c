// The body of the table of a bill of materials: one line a package.
#include "report/report_inner.h"

enum { LONGEST_NAME = 40, LONGEST_VERSION = 32, GAP = 2 };

struct columns {
    size_t type;
    size_t name;
    size_t version;
    size_t arch;
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t capped(span text, size_t most)
{
    size_t columns = glyphs_columns(text);
    return columns < most ? columns : most;
}

static struct columns columns_of(const struct table *table)
{
    struct columns columns = {.type = 4, .name = 4, .version = 7, .arch = 4};
    for (size_t i = 0; i < table->scan->bom.package_count; i++) {
        const struct package *package = &table->scan->bom.packages[i];
        columns.type = larger(columns.type, capped(package->type, LONGEST_NAME));
        columns.name = larger(columns.name, capped(package->name, LONGEST_NAME));
        columns.version = larger(columns.version, capped(package->version, LONGEST_VERSION));
        columns.arch = larger(columns.arch, capped(package->arch, LONGEST_NAME));
    }
    // The name gives way first.
    size_t all = columns.type + columns.name + columns.version + columns.arch + 3 * GAP;
    size_t over = all > table->line.width ? all - table->line.width : 0;
    columns.name = columns.name > over + 8 ? columns.name - over : 8;
    return columns;
}

static void put_cell(struct line *line, span text, size_t columns, size_t *at)
{
    line_pad(line, *at);
    line_put_cut(line, text, columns);
    *at += columns + GAP;
}

// Name and version of the source, as far as they say anything new.
static void put_source(struct table *table, const struct package *package)
{
    struct line *line = &table->line;
    bool other_version = !span_equal(package->source_version, package->version);
    if (span_equal(package->source_name, package->name) && !other_version)
        return;
    line_pad(line, 0);
    line_put(line, S("from "));
    line_put_rest(line, package->source_name);
    if (other_version) {
        line_put(line, S(" "));
        line_put_rest(line, package->source_version);
    }
}

static void put_package(struct table *table, const struct columns *columns,
                        const struct package *package)
{
    struct line *line = &table->line;
    size_t at = 0;
    put_cell(line, package->type, columns->type, &at);
    put_cell(line, package->name, columns->name, &at);
    put_cell(line, package->version, columns->version, &at);
    put_cell(line, package->arch, columns->arch, &at);
    if (table_has_layers(table) && package->location_count) {
        line_pad(line, at);
        table_put_layer(table, package->locations[0].layer);
    }
    put_source(table, package);
    if (package->removed)
        line_put(line, S("  removed by a later layer"));
    line_end(line);
}

void table_packages(struct table *table)
{
    struct columns columns = columns_of(table);
    for (size_t i = 0; i < table->scan->bom.package_count; i++)
        put_package(table, &columns, &table->scan->bom.packages[i]);
    if (table->scan->bom.package_count)
        line_end(&table->line);
}
