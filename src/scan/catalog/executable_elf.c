#include "scan/catalog/executable_inner.h"

#include "format/elf/elf.h"
#include "format/json/json.h"

// ---------------------------------------------------------------- libraries

struct naming {
    struct arena *mem;
    struct list names; // of span
};

static bool take_name(void *self, span name, struct err *err)
{
    struct naming *naming = self;
    span *kept = LIST_ADD(&naming->names, span);
    if (!kept || !arena_span(naming->mem, name, kept))
        return arena_err(naming->mem, err, "libraries");
    return true;
}

// ---------------------------------------------------------------- notes

enum {
    NOTE_GNU_BUILD_ID = 3,
    NOTE_GO_BUILD_ID = 4,
    NOTE_PACKAGE = 0xcafe1a7e, // "Package Metadata for Executable Files" of the UAPI group
};

enum { MOST_BUILD_ID = 256 }; // bytes; digests have at most 64, Go's text some 80

static bool hex_of(struct arena *mem, span bytes, span *ret, struct err *err)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    text_add_hex(&out, bytes);
    *ret = text_span(&out);
    return text_ok(&out) || arena_err(mem, err, "build-id");
}

// Distributions put the name of the source package into each of its programs, so that one which was
// copied in, without a record in any database, still says what it is. Its type is not that of the
// distribution's packages: those are what the databases record, and where they record the file as
// well this is its owner's business.
static bool take_package(struct inspection *inspection, span text, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct err damage = {0};
    if (!json_parse(span_trim_end(text, 0), inspection->limits->document_bytes, &document,
                    &damage)) {
        (void)err_add(&damage, "package note");
        inspection_damaged(inspection, &damage);
        return true;
    }
    struct package package = {
        .type = S("generic"),
        .name = json_get_text(document, "name"),
        .version = json_get_text(document, "version"),
        .arch = json_get_text(document, "architecture"),
        .repository = json_get_text(document, "osCpe"),
    };
    return package.version.len == 0 || inspection_add(inspection, &package, err);
}

static bool take_build_id(struct inspection *inspection, const struct elf_note *note, bool is_text,
                          struct binary *binary, struct err *err)
{
    struct arena *mem = inspection->mem;
    if (note->value.len > MOST_BUILD_ID) {
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "a build-id of %zu bytes",
                  note->value.len);
        return true;
    }
    if (!is_text)
        return hex_of(mem, note->value, &binary->build_id, err);
    return arena_span(mem, note->value, &binary->build_id) || arena_err(mem, err, "build ID");
}

static bool take_note(struct inspection *inspection, const struct elf_note *note,
                      struct binary *binary, struct err *err)
{
    if (note->type == NOTE_GNU_BUILD_ID && span_equal(note->name, S("GNU")))
        return take_build_id(inspection, note, false, binary, err);
    if (note->type == NOTE_GO_BUILD_ID && span_equal(note->name, S("Go")) && !binary->build_id.len)
        return take_build_id(inspection, note, true, binary, err);
    if (note->type == NOTE_PACKAGE && span_equal(note->name, S("FDO")))
        return take_package(inspection, note->value, err);
    return true;
}

// The first damage ends them: hostile files have a thousand.
static bool take_notes(struct inspection *inspection, const struct elf *elf, struct binary *binary,
                       struct err *err)
{
    struct elf_notes notes = {0};
    struct elf_note note = {0};
    struct err damage = {0};
    while (elf_next_note(elf, &notes, &note, &damage))
        if (!take_note(inspection, &note, binary, err))
            return false;
    if (damage.kind != ERR_NONE)
        inspection_damaged(inspection, &damage);
    return true;
}

// ---------------------------------------------------------------- what it says of itself

static bool take_linking(struct inspection *inspection, const struct elf *elf,
                         struct binary *binary, struct err *err)
{
    struct arena *mem = inspection->mem;
    struct naming naming = {.mem = mem};
    struct err damage = {0};
    span interpreter = {0};
    list_init(&naming.names, mem, sizeof(span), SIZE_MAX);
    if (!elf_interpreter(elf, &interpreter, &damage) ||
        !elf_needed(elf, take_name, &naming, &damage))
        inspection_damaged(inspection, &damage);
    binary->needed = (struct spans){naming.names.items, naming.names.count};
    return arena_span(mem, interpreter, &binary->interpreter) || arena_err(mem, err, "interpreter");
}

static bool take_facts(struct inspection *inspection, const struct elf *elf, struct err *err)
{
    struct binary facts = {0};
    if (!take_notes(inspection, elf, &facts, err) || !take_linking(inspection, elf, &facts, err))
        return false;
    if (facts.build_id.len + facts.interpreter.len + facts.needed.count == 0)
        return true;
    struct binary *binary = ARENA_NEW(inspection->mem, struct binary);
    if (!binary)
        return arena_err(inspection->mem, err, "executable");
    *binary = facts;
    inspection->insight->binary = binary;
    return true;
}

// ---------------------------------------------------------------- what compilers left

bool executable_section(const struct inspection *inspection, const struct elf *elf, span name,
                        span *ret, struct err *err)
{
    struct elf_section section = {0};
    struct elf_compressed packed = {0};
    span bytes = {0};
    *ret = (span){0};
    if (!elf_find_section(elf, name, &section))
        return true;
    if (!elf_section_bytes(elf, &section, &bytes, err))
        return false;
    if (!(section.flags & ELF_SECTION_COMPRESSED)) {
        *ret = bytes;
        return true;
    }
    if (!elf_compressed(elf, bytes, &packed, err))
        return false;
    enum compression compression =
        packed.type == ELF_COMPRESSION_ZSTD ? COMPRESSION_ZSTD : COMPRESSION_ZLIB;
    return executable_expand_to(inspection, compression, packed.data, packed.size, ret, err);
}

static struct part find_go_data(struct inspection *inspection, const struct elf *elf)
{
    struct elf_section section = {0};
    struct err damage = {0};
    span bytes = {0};
    if (elf_find_section(elf, S(".go.buildinfo"), &section)) {
        if (elf_section_bytes(elf, &section, &bytes, &damage))
            return (struct part){
                .offset = section.offset, .size = bytes.len, .address = section.address};
        inspection_damaged(inspection, &damage);
        return (struct part){0};
    }
    // With other sections and without this it is no program of Go's; without any it may be.
    for (size_t i = 0; i < elf->segment_count && elf->section_count == 0; i++) {
        struct elf_segment segment = elf_segment(elf, i);
        if (segment.type == ELF_SEGMENT_LOAD && (segment.flags & ELF_SEGMENT_WRITE) &&
            !(segment.flags & ELF_SEGMENT_EXECUTE))
            return (struct part){
                .offset = segment.offset, .size = segment.file_size, .address = segment.address};
    }
    return (struct part){0};
}

static bool map_segments(struct inspection *inspection, const struct elf *elf,
                         struct executable *executable, struct err *err)
{
    struct part *parts = arena_array(inspection->scratch, elf->segment_count, sizeof(struct part));
    if (!parts)
        return arena_err(inspection->scratch, err, "executable");
    for (size_t i = 0; i < elf->segment_count; i++) {
        struct elf_segment segment = elf_segment(elf, i);
        if (segment.type == ELF_SEGMENT_LOAD)
            parts[executable->mapped_count++] =
                (struct part){segment.offset, segment.file_size, segment.address,
                              segment.flags & ELF_SEGMENT_WRITE};
    }
    executable->mapped = parts;
    return true;
}

static void extend(uint64_t *end, uint64_t offset, uint64_t size)
{
    uint64_t sum = 0;
    if (!__builtin_add_overflow(offset, size, &sum) && sum > *end)
        *end = sum;
}

static struct part find_tail(const struct inspection *inspection, const struct elf *elf)
{
    uint64_t size = inspection->content->size;
    uint64_t end = 0;
    extend(&end, elf->segment_offset, elf->segments.len);
    extend(&end, elf->section_offset, elf->sections.len);
    for (size_t i = 0; i < elf->segment_count; i++) {
        struct elf_segment segment = elf_segment(elf, i);
        extend(&end, segment.offset, segment.file_size);
    }
    for (size_t i = 0; i < elf->section_count; i++) {
        struct elf_section section = elf_section(elf, i);
        extend(&end, section.offset, section.type == ELF_SECTION_NOBITS ? 0 : section.size);
    }
    return (struct part){.offset = end, .size = end < size ? size - end : 0};
}

static bool take_leavings(struct inspection *inspection, const struct elf *elf, struct err *err)
{
    struct executable executable = {.go_data = find_go_data(inspection, elf),
                                    .tail = find_tail(inspection, elf)};
    struct err damage = {0};
    bool is_bundle = false;
    if (!executable_section(inspection, elf, S(".dep-v0"), &executable.rust_audit, &damage))
        inspection_damaged(inspection, &damage);
    if (executable.go_data.size + executable.tail.size &&
        !map_segments(inspection, elf, &executable, err))
        return false;
    executable_note_packed(inspection);
    return executable_take(inspection, &executable, err) &&
           executable_take_native(inspection, elf, err) &&
           executable_take_bundle(inspection, &executable, &is_bundle, err);
}

static void read_tables(struct inspection *inspection, struct elf *elf)
{
    struct err damage = {0};
    if (!elf_read_segments(elf, &damage))
        inspection_damaged(inspection, &damage);
    if (!elf_read_sections(elf, &damage))
        inspection_damaged(inspection, &damage);
}

bool executable_read_elf(struct inspection *inspection, struct err *err)
{
    struct elf elf = {0};
    struct err damage = {0};
    if (!elf_open(inspection->content, inspection->limits, inspection->scratch, &elf, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    if (elf.type != ELF_RELOCATABLE && elf.type != ELF_EXECUTABLE && elf.type != ELF_DYNAMIC)
        return true; // memory images of dead programs
    read_tables(inspection, &elf);
    return take_facts(inspection, &elf, err) && take_leavings(inspection, &elf, err);
}
