#include "model/model_inner.h"

void wire_write_binary(const struct binary *binary, struct text *out)
{
    text_add_field(out, binary->build_id);
    text_add_field(out, binary->interpreter);
    wire_write_spans(binary->needed, out);
}

static void write_defects(const struct insight *insight, struct text *out)
{
    wire_write_count(out, insight->defect_count);
    for (size_t i = 0; i < insight->defect_count; i++) {
        text_add_field(out, insight->defects[i].member);
        text_add_field(out, insight->defects[i].text);
    }
}

void wire_write_insight(const struct insight *insight, struct text *out)
{
    text_add_u8(out, insight != NULL);
    if (!insight)
        return;
    wire_write_count(out, insight->package_count);
    for (size_t i = 0; i < insight->package_count; i++)
        wire_write_package(&insight->packages[i], out);
    text_add_u8(out, insight->binary != NULL);
    if (insight->binary)
        wire_write_binary(insight->binary, out);
    text_add_field(out, insight->licenses);
    write_defects(insight, out);
    text_add_field(out, insight->project);
    text_add_field(out, insight->sums);
}

static bool read_packages(struct wire *wire, struct insight *insight, struct err *err)
{
    uint32_t count = 0;
    if (!wire_count(wire, WIRE_PACKAGE_BYTES, wire->limits->packages, "insight: packages", &count,
                    err))
        return false;
    struct package *packages = arena_array(wire->mem, count, sizeof *packages);
    if (!packages)
        return arena_err(wire->mem, err, "insight: packages");
    for (uint32_t i = 0; i < count; i++)
        if (!wire_read_package(wire, &packages[i], err))
            return err_add(err, "insight: package %u", i);
    insight->packages = packages;
    insight->package_count = count;
    return true;
}

bool wire_read_binary(struct wire *wire, struct binary *ret, struct err *err)
{
    ret->build_id = wire_field(wire);
    ret->interpreter = wire_field(wire);
    return wire_read_spans(wire, "binary: libraries", &ret->needed, err);
}

static bool read_binary(struct wire *wire, struct insight *insight, struct err *err)
{
    if (!wire_flag(wire))
        return true;
    struct binary *binary = ARENA_NEW(wire->mem, struct binary);
    if (!binary)
        return arena_err(wire->mem, err, "insight: binary");
    insight->binary = binary;
    return wire_read_binary(wire, binary, err);
}

static bool read_defects(struct wire *wire, struct insight *insight, struct err *err)
{
    enum { DEFECT_BYTES = 4 + 4 };
    uint32_t count = 0;
    if (!wire_count(wire, DEFECT_BYTES, wire->limits->archive_entries, "insight: defects", &count,
                    err))
        return false;
    struct defect *defects = arena_array(wire->mem, count, sizeof *defects);
    if (!defects)
        return arena_err(wire->mem, err, "insight: defects");
    for (uint32_t i = 0; i < count; i++) {
        defects[i].member = wire_field(wire);
        defects[i].text = wire_field(wire);
    }
    insight->defects = defects;
    insight->defect_count = count;
    return wire_ok(wire, "insight: defects", err);
}

bool wire_read_insight(struct wire *wire, const struct insight **ret, struct err *err)
{
    *ret = NULL;
    if (!wire_flag(wire))
        return true;
    struct insight *insight = ARENA_NEW(wire->mem, struct insight);
    if (!insight)
        return arena_err(wire->mem, err, "insight");
    if (!read_packages(wire, insight, err) || !read_binary(wire, insight, err))
        return false;
    insight->licenses = wire_field(wire);
    if (!read_defects(wire, insight, err))
        return false;
    insight->project = wire_field(wire);
    insight->sums = wire_field(wire);
    *ret = insight;
    return true;
}
