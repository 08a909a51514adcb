#include "format/elf/elf_inner.h"

struct symbol {
    uint32_t name; // offset in the strings
    uint64_t value;
};

// The order of the fields differs between the classes (gABI, "Symbol Table").
static struct symbol read_symbol(const struct elf *elf, reader *r)
{
    struct symbol symbol = {.name = elf_read_u32(elf, r)};
    if (elf->wide)
        read_skip(r, 4); // kind, section
    symbol.value = elf_read_word(elf, r);
    (void)elf_read_word(elf, r); // size
    if (!elf->wide)
        read_skip(r, 4);
    return symbol;
}

static bool is_named(span strings, uint32_t at, span name)
{
    span text = span_from(strings, at);
    return span_starts_with(text, name) && text.len > name.len && text.ptr[name.len] == 0;
}

static bool find_in(const struct elf *elf, const struct elf_section *section, span name,
                    uint64_t *ret, struct err *err)
{
    span table = {0};
    span strings = {0};
    if (section->link >= elf->section_count)
        return err_set(err, ERR_INPUT, "elf: symbols without names");
    struct elf_section names = elf_section(elf, section->link);
    if (!elf_section_bytes(elf, section, &table, err) ||
        !elf_section_bytes(elf, &names, &strings, err))
        return false;
    reader r = reader_of(table);
    while (r.rest.len) {
        struct symbol symbol = read_symbol(elf, &r);
        if (!read_ok(&r))
            return err_set(err, ERR_INPUT, "elf: a symbol is cut off");
        if (symbol.value == 0 || !is_named(strings, symbol.name, name))
            continue;
        *ret = symbol.value;
        return true;
    }
    return err_set(err, ERR_MISSING, "elf: no symbol '%s'", quote(name).text);
}

bool elf_find_symbol(const struct elf *elf, span name, uint64_t *ret, struct err *err)
{
    static const uint32_t types[] = {ELF_SECTION_DYNAMIC_SYMBOLS, ELF_SECTION_SYMBOLS};
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        for (size_t i = 0; i < elf->section_count; i++) {
            struct elf_section section = elf_section(elf, i);
            if (section.type != types[k])
                continue;
            struct err failed = {0};
            if (find_in(elf, &section, name, ret, &failed))
                return true;
            if (failed.kind != ERR_MISSING)
                return err_copy(err, &failed);
            break; // a file has one of each type
        }
    return err_set(err, ERR_MISSING, "elf: no symbol '%s'", quote(name).text);
}
