// Version resources of Windows programs: who a library of .NET or a program is, where nothing else
// says it (doc/decisions/0075-version-resources.md).
#include "format/pe/pe.h"
#include "scan/catalog/executable_inner.h"

// ---------------------------------------------------------------- versions

static void skip_digits(span *s)
{
    while (s->len && ascii_is_digit(s->ptr[0]))
        *s = span_from(*s, 1);
}

static bool is_of_label(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '.';
}

// How much of the text is two to four numbers; 0: it is no version.
static size_t numbers_length(span text)
{
    span rest = text;
    size_t numbers = 0;
    for (; numbers < 4 && rest.len && ascii_is_digit(rest.ptr[0]); numbers++) {
        skip_digits(&rest);
        if (numbers == 3 || rest.len < 2 || rest.ptr[0] != '.' || !ascii_is_digit(rest.ptr[1]))
            return numbers ? text.len - rest.len : 0;
        rest = span_from(rest, 1);
    }
    return 0;
}

// "3.1.23+641ee87", "1.0.0-beta.2", "14.40.33810.0 built by: x": the numbers, and what stands
// before a release. Empty: no version.
static span version_of(span text)
{
    size_t len = numbers_length(text);
    span rest = span_from(text, len);
    if (len && rest.len > 1 && rest.ptr[0] == '-' && ascii_is_alpha(rest.ptr[1]))
        while (rest.len && is_of_label(rest.ptr[0]))
            rest = span_from(rest, 1);
    return len ? span_first(text, text.len - rest.len) : (span){0};
}

// NuGet does not write a fourth number that is 0.
static span normal_version(span version)
{
    size_t dots = 0;
    for (size_t i = 0; i < version.len; i++)
        dots += version.ptr[i] == '.';
    bool drops =
        dots == 3 && numbers_length(version) == version.len && span_ends_with(version, S(".0"));
    return drops ? span_first(version, version.len - 2) : version;
}

// Compilers write 0.0.0.0 where nobody gave a version.
static bool says_something(span version)
{
    for (size_t i = 0; i < version.len; i++)
        if (version.ptr[i] != '0' && version.ptr[i] != '.')
            return true;
    return false;
}

static span version_in(const struct pe_version *found)
{
    span version = version_of(found->texts[PE_PRODUCT_VERSION]);
    if (version.len == 0)
        version = version_of(found->texts[PE_FILE_VERSION]);
    return says_something(version) ? version : (span){0};
}

// Do the numbers beside the texts agree, as far as the two that matter most?
static bool is_confirmed(span version, const uint16_t numbers[static 4])
{
    uint64_t major = 0;
    uint64_t minor = 0;
    span rest = version;
    span first = span_cut(&rest, '.');
    span second = rest;
    skip_digits(&rest);
    second.len -= rest.len;
    return span_to_u64(first, &major) && span_to_u64(second, &minor) && major == numbers[0] &&
           minor == numbers[1];
}

// ---------------------------------------------------------------- what is no package

// Parts of an operating system and of runtimes that no package manager installs one by one. Their
// versions are those that programs ask for, not those that anybody released.
static bool is_of_system(span product)
{
    static const char *const products[] = {
        "Microsoft\xc2\xae .NET Framework",
        "Microsoft\xc2\xae Windows\xc2\xae Operating System",
        "Mono Common Language Infrastructure",
        "MONO CLI",
    };
    for (size_t i = 0; i < sizeof products / sizeof *products; i++)
        if (span_equal(product, span_of_text(products[i])))
            return true;
    return false;
}

// Wine's libraries say that they are those of Windows which they stand in for. It marks them behind
// the DOS header.
static bool is_of_wine(const struct inspection *inspection)
{
    enum { MARK_AT = 64, MARK_BYTES = 20 };
    span mark = {0};
    return executable_bytes(inspection, MARK_AT, MARK_BYTES, &mark, NULL) &&
           (span_starts_with(mark, S("Wine builtin DLL")) ||
            span_starts_with(mark, S("Wine placeholder DLL")));
}

// Translated texts of another library; what compilers look at and nobody runs.
static bool is_part_of_another(span path)
{
    return span_ends_with(path, S(".resources.dll")) || span_contains(path, S("/ref/")) ||
           span_starts_with(path, S("ref/"));
}

// ---------------------------------------------------------------- packages

static bool is_file_name(span name)
{
    return span_ends_with(name, S(".dll")) || span_ends_with(name, S(".exe"));
}

// The name of an assembly is that of the file which the compiler wrote, and most often that of its
// package.
static span assembly_name(const struct inspection *inspection, const struct pe_version *found)
{
    const span names[] = {found->texts[PE_ORIGINAL_NAME], found->texts[PE_INTERNAL_NAME],
                          path_name(inspection->path)};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_file_name(names[i]) && names[i].len > 4)
            return span_first(names[i], names[i].len - 4);
    return (span){0};
}

static bool take_version(struct inspection *inspection, const struct pe *pe,
                         const struct pe_version *found, struct err *err)
{
    uint32_t address = 0;
    uint32_t size = 0;
    bool is_managed = pe_find_directory(pe, PE_MANAGED, &address, &size);
    struct package package = {
        .type = is_managed ? S("nuget") : S("generic"),
        .name = is_managed ? assembly_name(inspection, found) : found->texts[PE_PRODUCT_NAME],
        .version = is_managed ? normal_version(version_in(found)) : version_in(found),
    };
    // Without a product the compiler wrote the version, from the one that programs ask for.
    if (found->texts[PE_PRODUCT_NAME].len == 0 || package.version.len == 0 ||
        is_of_system(found->texts[PE_PRODUCT_NAME]))
        return true;
    if (!is_managed && !is_confirmed(package.version, found->product))
        return true;
    return inspection_add(inspection, &package, err);
}

bool executable_take_version(struct inspection *inspection, const struct pe *pe, struct err *err)
{
    struct pe_version found = {0};
    struct err damage = {0};
    if (is_part_of_another(inspection->path) || is_of_wine(inspection))
        return true;
    if (pe_read_version(pe, inspection->content, inspection->limits, inspection->scratch, &found,
                        &damage))
        return take_version(inspection, pe, &found, err);
    if (damage.kind != ERR_MISSING)
        inspection_damaged(inspection, &damage);
    return true;
}
