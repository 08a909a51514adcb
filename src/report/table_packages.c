// The body of the table of a bill of materials: one line a package.
#include "report/report_inner.h"

#include <stdlib.h>

enum {
    LONGEST_NAME = 40,
    SHORTEST_NAME = 12,
    LONGEST_VERSION = 32,
    LAYER = 5,
    SOURCE = 16, // columns that a source should have
    INDENT = 6,  // of a source that does not fit there
    GAP = 2,
};

struct columns {
    size_t type;
    size_t name;
    size_t version;
    size_t arch;
    size_t layer; // 0: there is only one
};

struct owners {
    const struct package **by_id;
    size_t count;
};

static size_t capped(span text, size_t most)
{
    return smaller(glyphs_columns(text), most);
}

static size_t source_column(const struct columns *columns)
{
    size_t source = columns->type + GAP + columns->name + GAP;
    source += columns->version + GAP + columns->arch + GAP;
    return source + (columns->layer ? columns->layer + GAP : 0);
}

// Names are cut where the width is not enough for all.
static void give_way(struct columns *columns, size_t width)
{
    size_t all = source_column(columns) + SOURCE;
    size_t over = all > width ? all - width : 0;
    size_t most = columns->name > SHORTEST_NAME ? columns->name - SHORTEST_NAME : 0;
    columns->name -= smaller(over, most);
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
    columns.layer = table->scan->image.layer_count > 1 ? LAYER : 0;
    give_way(&columns, table->line.width);
    return columns;
}

static void put_cell(struct line *line, span text, size_t columns, size_t *at)
{
    if (text.len) {
        line_pad(line, *at);
        line_put_cut(line, text, columns);
    }
    *at += columns + GAP;
}

static void put_heads(struct table *table, const struct columns *columns)
{
    struct line *line = &table->line;
    size_t at = 0;
    line_ink(line, INK_FAINT);
    put_cell(line, S("TYPE"), columns->type, &at);
    put_cell(line, S("NAME"), columns->name, &at);
    put_cell(line, S("VERSION"), columns->version, &at);
    put_cell(line, S("ARCH"), columns->arch, &at);
    if (columns->layer)
        put_cell(line, S("LAYER"), columns->layer, &at);
    if (at + SOURCE <= line->width) {
        line_pad(line, at);
        line_put(line, S("SOURCE"));
    }
    line_ink_end(line);
    line_end(line);
}

// ---------------------------------------------------------------- owners

static int compare_ids(const void *a, const void *b)
{
    const struct package *left = *(const struct package *const *)a;
    const struct package *right = *(const struct package *const *)b;
    return span_compare(left->id, right->id);
}

// The packages in the order of their ids. False when the arena is full.
static bool index_packages(const struct bom *bom, struct arena *mem, struct owners *ret)
{
    const struct package **by_id = arena_array(mem, bom->package_count, sizeof *by_id);
    for (size_t i = 0; by_id && i < bom->package_count; i++)
        by_id[i] = &bom->packages[i];
    if (by_id)
        sort_items(by_id, bom->package_count, sizeof *by_id, compare_ids);
    *ret = (struct owners){.by_id = by_id, .count = by_id ? bom->package_count : 0};
    return by_id;
}

static span name_of_owner(const struct owners *owners, span id)
{
    const struct package key = {.id = id};
    const struct package *wanted = &key;
    const struct package *const *found =
        bsearch(&wanted, owners->by_id, owners->count, sizeof *owners->by_id, compare_ids);
    return found ? (*found)->name : S("another package");
}

// ---------------------------------------------------------------- one package

// Whose files it came with; else name and version of the source as far as they say anything new.
// And whether the package is gone.
static void add_source(struct text *sentence, const struct owners *owners,
                       const struct package *package)
{
    if (package->owner.len) {
        text_add(sentence, S("in "));
        text_add(sentence, name_of_owner(owners, package->owner));
        return;
    }
    bool other_name = !span_equal(package->source_name, package->name);
    bool other_version = !span_equal(package->source_version, package->version);
    if (other_name || other_version)
        text_add(sentence, package->source_name);
    if (other_version && package->source_version.len) {
        text_add_byte(sentence, ' ');
        text_add(sentence, package->source_version);
    }
    if (package->removed)
        text_add(sentence, sentence->len ? S(" (removed by a later layer)")
                                         : S("(removed by a later layer)"));
}

static void put_source(struct table *table, size_t column, const struct owners *owners,
                       const struct package *package)
{
    struct line *line = &table->line;
    struct text sentence;
    text_init(&sentence, line->out->mem, SIZE_MAX);
    add_source(&sentence, owners, package);
    if (text_ok(&sentence) && sentence.len == 0)
        return;
    if (column > line->width || glyphs_columns(text_span(&sentence)) > line->width - column) {
        line_end(line);
        column = INDENT;
    }
    line_pad(line, column);
    line_wrap_text(line, column, &sentence);
}

static void put_package(struct table *table, const struct columns *columns,
                        const struct owners *owners, const struct package *package)
{
    struct line *line = &table->line;
    size_t at = 0;
    put_cell(line, package->type, columns->type, &at);
    put_cell(line, package->name, columns->name, &at);
    put_cell(line, package->version, columns->version, &at);
    put_cell(line, package->arch, columns->arch, &at);
    if (columns->layer && package->location_count) {
        line_pad(line, at);
        line_format(line, "%u", package->locations[0].layer + 1);
    }
    put_source(table, source_column(columns), owners, package);
    line_end(line);
}

void table_packages(struct table *table)
{
    if (table->scan->bom.package_count == 0)
        return;
    struct columns columns = columns_of(table);
    struct owners owners = {0};
    if (!index_packages(&table->scan->bom, table->line.out->mem, &owners)) {
        table->line.out->failed = true;
        return;
    }
    put_heads(table, &columns);
    for (size_t i = 0; i < table->scan->bom.package_count; i++)
        put_package(table, &columns, &owners, &table->scan->bom.packages[i]);
    line_end(&table->line);
}
