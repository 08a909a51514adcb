// pacman: the digests of a package's files lie beside its record in a compressed file (mtree(5) of
// libarchive). Here it is only unpacked: inventory knows what the rest of the record says.
#include "scan/catalog/catalog_inner.h"

#include "stream/stream.h"

static bool unpack(const struct inspection *inspection, span *ret, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct stream *inner = NULL;
    return stream_open_memory(inspection->text, &inner, err) &&
           stream_open_decompress(compression_detect(inspection->text), inner, inspection->limits,
                                  NULL, &stream, err) &&
           stream_read_all(stream, inspection->limits->document_bytes, inspection->scratch, ret,
                           err);
}

static bool read_mtree(struct inspection *inspection, struct err *err)
{
    span text = {0};
    struct err damage = {0};
    if (!unpack(inspection, &text, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    return arena_span(inspection->mem, text, &inspection->insight->sums) ||
           arena_err(inspection->mem, err, "mtree");
}

static const struct cataloger catalogers[] = {
    {S("var/lib/pacman/local/*/mtree"), read_mtree, 0},
};
const struct catalogers pacman_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
