// Java compiled to a program by GraalVM: a bill of materials (CycloneDX, gzip) lies behind the
// symbol "sbom" (GraalVM's reference manual, "Software Bill of Materials").
#include "format/elf/elf.h"
#include "scan/catalog/executable_inner.h"

enum { LENGTH_BYTES = 8 };

static bool read_at_symbol(const struct inspection *inspection, const struct elf *elf, span name,
                           uint64_t len, span *ret, struct err *err)
{
    uint64_t address = 0;
    uint64_t offset = 0;
    uint64_t left = 0;
    if (!elf_find_symbol(elf, name, &address, err) ||
        !elf_locate(elf, address, &offset, &left, err))
        return false;
    if (len > left)
        return err_set(err, ERR_INPUT, "'%s' ends behind its segment", quote(name).text);
    return executable_bytes(inspection, offset, len, ret, err);
}

static bool read_bill(const struct inspection *inspection, const struct elf *elf, span *ret,
                      struct err *err)
{
    span length = {0};
    span packed = {0};
    if (!read_at_symbol(inspection, elf, S("sbom_length"), LENGTH_BYTES, &length, err))
        return false;
    reader r = reader_of(length);
    return read_at_symbol(inspection, elf, S("sbom"), read_u64le(&r), &packed, err) &&
           executable_expand(inspection, COMPRESSION_GZIP, packed, ret, err);
}

// Only such programs have a heap in the file. Most have no bill of materials.
bool executable_take_native(struct inspection *inspection, const struct elf *elf, struct err *err)
{
    struct elf_section heap = {0};
    struct err damage = {0};
    span text = {0};
    if (!elf_find_section(elf, S(".svm_heap"), &heap))
        return true;
    if (read_bill(inspection, elf, &text, &damage))
        return sbom_read_text(inspection, text, err);
    if (damage.kind != ERR_MISSING)
        inspection_damaged(inspection, &damage);
    return true;
}
