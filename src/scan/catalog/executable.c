// Executables and libraries: what they say of themselves, and what compilers left in them.
#include "scan/catalog/executable_inner.h"

bool executable_bytes(const struct inspection *inspection, uint64_t offset, uint64_t len, span *ret,
                      struct err *err)
{
    if (len > inspection->limits->document_bytes)
        return err_set(err, ERR_LIMIT, "%llu bytes are more than is read", (unsigned long long)len);
    return content_read(inspection->content, offset, len, inspection->scratch, ret, err);
}

static bool open_expanding(const struct inspection *inspection, enum compression compression,
                           span packed, struct stream **ret, struct err *err)
{
    struct stream *inner = NULL;
    return stream_open_memory(packed, &inner, err) &&
           stream_open_decompress(compression, inner, inspection->limits, NULL, ret, err);
}

bool executable_expand(const struct inspection *inspection, enum compression compression,
                       span packed, span *ret, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    return open_expanding(inspection, compression, packed, &stream, err) &&
           stream_read_all(stream, inspection->limits->document_bytes, inspection->scratch, ret,
                           err);
}

bool executable_expand_to(const struct inspection *inspection, enum compression compression,
                          span packed, uint64_t size, span *ret, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    if (size > inspection->limits->document_bytes)
        return err_set(err, ERR_LIMIT, "%llu bytes are more than is read",
                       (unsigned long long)size);
    return open_expanding(inspection, compression, packed, &stream, err) &&
           stream_read_exactly(stream, size, inspection->scratch, ret, err);
}

bool executable_take(struct inspection *inspection, const struct executable *executable,
                     struct err *err)
{
    return executable_take_go(inspection, executable, err) &&
           executable_take_rust(inspection, executable, err);
}

// A universal Mach-O file starts like a class of Java, and then with the number of its programs
// where that has its version, which is at least 45.
static const struct cataloger catalogers[] = {
    {S("\x7f"
       "ELF"),
     executable_read_elf, CATALOG_START | CATALOG_LARGE},
    {S("MZ"), executable_read_pe, CATALOG_START | CATALOG_LARGE},
    {S("\xfe\xed\xfa\xce"), executable_read_macho, CATALOG_START | CATALOG_LARGE},
    {S("\xfe\xed\xfa\xcf"), executable_read_macho, CATALOG_START | CATALOG_LARGE},
    {S("\xce\xfa\xed\xfe"), executable_read_macho, CATALOG_START | CATALOG_LARGE},
    {S("\xcf\xfa\xed\xfe"), executable_read_macho, CATALOG_START | CATALOG_LARGE},
    {S("\xca\xfe\xba\xbe\0\0\0\x01"), executable_read_macho, CATALOG_START | CATALOG_LARGE},
    {S("\xca\xfe\xba\xbe\0\0\0\x02"), executable_read_macho, CATALOG_START | CATALOG_LARGE},
    {S("\xca\xfe\xba\xbe\0\0\0\x03"), executable_read_macho, CATALOG_START | CATALOG_LARGE},
    {S("\xca\xfe\xba\xbe\0\0\0\x04"), executable_read_macho, CATALOG_START | CATALOG_LARGE},
    {S("\xca\xfe\xba\xbf\0\0\0"), executable_read_macho, CATALOG_START | CATALOG_LARGE},
};
const struct catalogers executable_catalogers = {catalogers,
                                                 sizeof catalogers / sizeof *catalogers};
