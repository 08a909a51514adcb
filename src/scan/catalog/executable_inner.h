// Executables of all formats, as far as the readers of what compilers leave in them care.
#ifndef PLIMSOLL_SCAN_CATALOG_EXECUTABLE_INNER_H
#define PLIMSOLL_SCAN_CATALOG_EXECUTABLE_INNER_H

#include "scan/catalog/catalog_inner.h"
#include "stream/stream.h"

// Bytes of the file, and where they are when the program runs. Unchecked: the file's word.
struct part {
    uint64_t offset;
    uint64_t size; // 0: there is none
    uint64_t address;
    bool may_be_written; // when it runs
};

struct executable {
    // Where Go's linker puts its build information: a section of its own, or the first data that
    // may be written.
    struct part go_data;
    // What cargo-auditable wrote, uncompressed bytes of its section.
    span rust_audit;
    // What is where in memory, for pointers.
    const struct part *mapped;
    size_t mapped_count;
    // Behind all that the tables tell of: what was appended to the program.
    struct part tail;
};

// Could it be an executable or a library, going by what a directory says of it? What nobody may
// execute and has the name of a source, a document or a packed file is taken for that.
bool executable_is_possible(span path, uint64_t size, uint32_t mode);

// One for each format.
bool executable_read_elf(struct inspection *inspection, struct err *err);
bool executable_read_macho(struct inspection *inspection, struct err *err);
bool executable_read_pe(struct inspection *inspection, struct err *err);

// Takes what compilers left; most often there is nothing.
bool executable_take(struct inspection *inspection, const struct executable *executable,
                     struct err *err);
// Take what the compiler of one language left.
bool executable_take_go(struct inspection *inspection, const struct executable *executable,
                        struct err *err);
bool executable_take_rust(struct inspection *inspection, const struct executable *executable,
                          struct err *err);

// Takes what a bundle of .NET tells: a program with all that it needs appended to it.
// *ret_found: it is one.
bool executable_take_bundle(struct inspection *inspection, const struct executable *executable,
                            bool *ret_found, struct err *err);
// Takes the bill of materials that GraalVM puts into what it compiles.
struct elf;
bool executable_take_native(struct inspection *inspection, const struct elf *elf, struct err *err);
// Notes a program that UPX packed: nothing of what is in it can be read.
void executable_note_packed(struct inspection *inspection);
// What a file NAME.deps.json says, wherever it stands.
bool dotnet_read_deps(struct inspection *inspection, span text, span member, struct err *err);
// Takes what the version resource of a Windows program says (doc/decisions/0075).
struct pe;
bool executable_take_version(struct inspection *inspection, const struct pe *pe, struct err *err);

// `len` bytes of the file, kept until it is left. ERR_INPUT where they are not there, ERR_LIMIT
// past limits->document_bytes.
bool executable_bytes(const struct inspection *inspection, uint64_t offset, uint64_t len, span *ret,
                      struct err *err);
// Expand into memory that is kept until the file is left. The second knows the size beforehand:
// any other is ERR_INPUT. ERR_LIMIT past limits->document_bytes or the expansion ratio.
bool executable_expand(const struct inspection *inspection, enum compression compression,
                       span packed, span *ret, struct err *err);
bool executable_expand_to(const struct inspection *inspection, enum compression compression,
                          span packed, uint64_t size, span *ret, struct err *err);
// The bytes of an ELF section, expanded where they are compressed; empty if there is none.
bool executable_section(const struct inspection *inspection, const struct elf *elf, span name,
                        span *ret, struct err *err);

#endif
