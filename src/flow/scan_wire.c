// The image and the bom of a scan as bytes: between processes, and in the store.
#include "flow/judge_inner.h"
#include "flow/worker_inner.h"

#define MAGIC S("plimscn\x01")

// ---------------------------------------------------------------- labels

static void write_labels(const struct image *image, struct text *out)
{
    text_add_u32le(out, (uint32_t)image->label_count);
    for (size_t i = 0; i < image->label_count; i++) {
        text_add_field(out, image->labels[i].key);
        text_add_field(out, image->labels[i].value);
    }
}

static bool read_labels(reader *r, const struct limits *limits, struct arena *mem,
                        struct image *image, struct err *err)
{
    enum { LABEL_BYTES = 2 * 4 };
    uint32_t count = read_u32le(r);
    if (count > limits->kept_entries || count > r->rest.len / LABEL_BYTES)
        return err_set(err, ERR_INPUT, "%u labels", count);
    struct image_label *labels = arena_array(mem, count, sizeof *labels);
    if (!labels)
        return arena_err(mem, err, "labels");
    for (uint32_t i = 0; i < count; i++)
        if (!arena_span(mem, read_field(r), &labels[i].key) ||
            !arena_span(mem, read_field(r), &labels[i].value))
            return arena_err(mem, err, "labels");
    image->labels = labels;
    image->label_count = count;
    return true;
}

// ---------------------------------------------------------------- scans

static void add_part(struct text *out, struct text *part)
{
    if (!text_ok(part))
        out->failed = true;
    text_add_field(out, text_span(part));
}

void scan_write(const struct scan *scan, struct text *out)
{
    struct text bom;
    struct text findings;
    text_init(&bom, out->mem, SIZE_MAX);
    text_init(&findings, out->mem, SIZE_MAX);
    bom_write(&scan->bom, &bom);
    findings_write(&scan->findings, &findings);
    text_add(out, MAGIC);
    text_add_u8(out, scan->bom_complete);
    text_add_field(out, scan->image.kind);
    text_add_field(out, scan->image.index_digest);
    write_labels(&scan->image, out);
    image_write(&scan->image, out);
    add_part(out, &bom);
    add_part(out, &findings);
}

static bool read_image(reader *r, const struct limits *limits, struct arena *mem, struct image *ret,
                       struct err *err)
{
    span kind = read_field(r);
    span index = read_field(r);
    struct image labelled = {0};
    struct image image = {0};
    if (!read_labels(r, limits, mem, &labelled, err) || !image_read(r, limits, mem, &image, err))
        return false;
    if (!arena_span(mem, kind, &image.kind) || !arena_span(mem, index, &image.index_digest))
        return arena_err(mem, err, "image");
    image.labels = labelled.labels;
    image.label_count = labelled.label_count;
    *ret = image;
    return true;
}

bool scan_read(span bytes, const struct limits *limits, struct arena *mem, struct scan *ret,
               struct err *err)
{
    reader r = reader_of(bytes);
    struct scan scan = {0};
    if (!span_equal(read_bytes(&r, MAGIC.len), MAGIC))
        return err_set(err, ERR_INPUT, "scan: not of this version");
    scan.bom_complete = read_u8(&r) == 1;
    if (!read_image(&r, limits, mem, &scan.image, err))
        return err_add(err, "scan");
    span bom = read_field(&r);
    span findings = read_field(&r);
    if (!read_end(&r))
        return err_set(err, ERR_INPUT, "scan: damaged");
    if (!bom_read(bom, limits, mem, &scan.bom, err) ||
        !findings_read(findings, scan.bom.package_count, limits, mem, &scan.findings, err))
        return err_add(err, "scan");
    *ret = scan;
    return true;
}
