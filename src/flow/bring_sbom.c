// A bill of materials instead of an image: the parent opens the file, the worker reads it.
#include "flow/session_inner.h"
#include "scan/identify/identify.h"
#include "scan/sbom/sbom.h"
#include "stream/stream.h"

// ---------------------------------------------------------------- the image that it is of

enum { IMAGE_FIELDS = 8, LAYER_FIELDS = 4 };

static void list_image(struct image *image, span *ret[static IMAGE_FIELDS])
{
    span *const fields[IMAGE_FIELDS] = {
        &image->name,
        &image->manifest_digest,
        &image->image_id,
        &image->created,
        &image->bom_serial,
        &image->platform.os,
        &image->platform.architecture,
        &image->platform.variant,
    };
    for (size_t i = 0; i < IMAGE_FIELDS; i++)
        ret[i] = fields[i];
}

static void list_layer(struct layer *layer, span *ret[static LAYER_FIELDS])
{
    ret[0] = &layer->diff_id;
    ret[1] = &layer->digest;
    ret[2] = &layer->created_by;
    ret[3] = &layer->base;
}

void image_write(const struct image *image, struct text *out)
{
    struct image copy = *image;
    span *fields[IMAGE_FIELDS] = {0};
    list_image(&copy, fields);
    for (size_t i = 0; i < IMAGE_FIELDS; i++)
        text_add_field(out, *fields[i]);
    text_add_u32le(out, (uint32_t)image->layer_count);
    for (size_t i = 0; i < image->layer_count; i++) {
        struct layer layer = image->layers[i];
        span *texts[LAYER_FIELDS] = {0};
        list_layer(&layer, texts);
        for (size_t j = 0; j < LAYER_FIELDS; j++)
            text_add_field(out, *texts[j]);
        text_add_u64le(out, layer.stored_bytes);
    }
}

static bool read_texts(reader *r, span *const *fields, size_t count, struct arena *mem,
                       struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!arena_span(mem, read_field(r), fields[i]))
            return arena_err(mem, err, "image");
    return true;
}

bool image_read(reader *r, const struct limits *limits, struct arena *mem, struct image *ret,
                struct err *err)
{
    struct image image = {.kind = S("sbom")};
    span *fields[IMAGE_FIELDS] = {0};
    list_image(&image, fields);
    if (!read_texts(r, fields, IMAGE_FIELDS, mem, err))
        return false;
    uint32_t count = read_u32le(r);
    if (!read_ok(r) || count > limits->layers)
        return err_set(err, ERR_INPUT, "worker: damaged answer");
    image.layers = arena_array(mem, count, sizeof *image.layers);
    if (!image.layers)
        return arena_err(mem, err, "layers");
    image.layer_count = count;
    for (uint32_t i = 0; i < count; i++) {
        span *texts[LAYER_FIELDS] = {0};
        list_layer(&image.layers[i], texts);
        if (!read_texts(r, texts, LAYER_FIELDS, mem, err))
            return false;
        image.layers[i].stored_bytes = read_u64le(r);
    }
    if (!read_ok(r))
        return err_set(err, ERR_INPUT, "worker: damaged answer");
    *ret = image;
    return true;
}

// ---------------------------------------------------------------- in the worker

// The document, which may be compressed as a whole.
static bool read_document(int fd, const struct limits *limits, struct arena *mem, span *ret,
                          struct err *err)
{
    span bytes = {0};
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    if (!os_read_all(fd, limits->file_bytes, mem, &bytes, err))
        return false;
    enum compression compression = compression_detect(bytes);
    if (compression == COMPRESSION_NONE) {
        *ret = bytes;
        return true;
    }
    struct stream *inner = NULL;
    bool ok = stream_open_memory(bytes, &inner, err) &&
              stream_open_decompress(compression, inner, limits, NULL, &stream, err) &&
              stream_read_all(stream, limits->file_bytes, mem, ret, err);
    return ok || err_add(err, "sbom");
}

bool sbom_answer(int fd, const struct worker_options *options, struct arena *mem, struct text *out,
                 struct err *err)
{
    const struct limits *limits = &options->limits;
    bool given = options->distro.len != 0;
    struct distro distro = {0};
    struct image image = {0};
    struct bom bom = {0};
    struct notes notes;
    span bytes = {0};
    notes_init(&notes, mem, limits);
    if (given && !identify_parse_override(options->distro, mem, &distro, err))
        return false;
    if (!read_document(fd, limits, mem, &bytes, err) ||
        !sbom_read(bytes, given ? &distro : NULL, limits, mem, &notes, &image, &bom, err))
        return false;
    bom.notes = notes;
    image_write(&image, out);
    bom_write(&bom, out);
    return text_ok(out) || arena_err(mem, err, "bom");
}

// ---------------------------------------------------------------- in the parent

static bool take_answer(struct scan_session *session, span payload, struct err *err)
{
    const struct limits *limits = &session->request->limits;
    reader r = reader_of(payload);
    struct image image = {0};
    if (!image_read(&r, limits, session->mem, &image, err) ||
        !bom_read(r.rest, limits, session->mem, &session->scan.bom, err))
        return false;
    if (image.name.len == 0)
        image.name = session->scan.image.name;
    session->scan.image = image;
    return true;
}

bool bring_sbom(struct scan_session *session, struct err *err)
{
    struct source_layer document = {.fd = -1};
    uint32_t kind = 0;
    span payload = {0};
    if (!source_layer_open(session->source, 0, &document, err))
        return false;
    bool sent = os_send_frame(session->jail.socket, ASK_SBOM, (span){0}, document.fd, err);
    os_close(&document.fd);
    if (!sent || !session_receive(session, &kind, &payload, err))
        return false;
    return kind == TELL_SBOM ? take_answer(session, payload, err)
                             : session_fail(kind, payload, err);
}
