// Linux: kernels and their modules. Neither need belong to a package of the distribution: virtual
// machines and appliances are put together from files.
#include "scan/catalog/executable_inner.h"

#include "format/elf/elf.h"

// ---------------------------------------------------------------- kernels

// Linux, Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
enum {
    BOOT_FLAG_AT = 0x1fe,
    MAGIC_AT = 0x202,
    VERSION_AT = 0x20e, // where the text is, less 0x200
    VERSION_BASE = 0x200,
    HEADER_BYTES = 0x210,
    MOST_VERSION = 512,
};

static bool read_boot_header(const struct inspection *inspection, span *ret_version,
                             struct err *err)
{
    span header = {0};
    if (!executable_bytes(inspection, 0, HEADER_BYTES, &header, err))
        return false;
    if (!span_starts_with(span_from(header, BOOT_FLAG_AT), S("\x55\xaa")) ||
        !span_starts_with(span_from(header, MAGIC_AT), S("HdrS")))
        return err_set(err, ERR_MISSING, "kernel: not of a PC");
    reader r = reader_of(span_from(header, VERSION_AT));
    uint64_t at = VERSION_BASE + (uint64_t)read_u16le(&r);
    if (at == VERSION_BASE || at >= inspection->content->size)
        return err_set(err, ERR_INPUT, "kernel: has no version");
    uint64_t left = inspection->content->size - at;
    return executable_bytes(inspection, at, left < MOST_VERSION ? left : MOST_VERSION, ret_version,
                            err);
}

// "6.1.0-18-amd64 (debian-kernel@…) #1 SMP …". Kernels of other machines are compressed from their
// first byte on and say nothing.
static bool read_kernel(struct inspection *inspection, struct err *err)
{
    span version = {0};
    struct err damage = {0};
    if (inspection->content->size < HEADER_BYTES)
        return true;
    if (!read_boot_header(inspection, &version, &damage)) {
        if (damage.kind != ERR_MISSING)
            inspection_damaged(inspection, &damage);
        return true;
    }
    version = span_cut(&version, 0);
    struct package package = {
        .type = S("generic"),
        .name = S("linux-kernel"),
        .version = span_cut(&version, ' '),
    };
    return package.version.len == 0 || inspection_add(inspection, &package, err);
}

// ---------------------------------------------------------------- modules

struct module_info {
    span name;
    span version;
    span kernel; // "6.1.0-18-amd64 SMP preempt mod_unload modversions"
    span license;
};

// The section holds "key=value", each ended by NUL, and padding.
static struct module_info read_info(span section)
{
    struct module_info info = {0};
    span rest = section;
    while (rest.len) {
        span value = span_cut(&rest, 0);
        span key = span_cut(&value, '=');
        if (span_equal(key, S("name")))
            info.name = value;
        else if (span_equal(key, S("version")))
            info.version = value;
        else if (span_equal(key, S("vermagic")))
            info.kernel = value;
        else if (span_equal(key, S("license")) && info.license.len == 0)
            info.license = value;
    }
    return info;
}

// Most modules come with their kernel and have no version but its.
static bool take_module(struct inspection *inspection, struct module_info info, struct err *err)
{
    struct text name;
    text_init(&name, inspection->scratch, SIZE_MAX);
    text_add(&name, S("linux-kernel-module/"));
    text_add(&name, info.name);
    if (!text_ok(&name))
        return arena_err(inspection->scratch, err, "kernel module");
    struct package package = {
        .type = S("generic"),
        .name = text_span(&name),
        .version = info.version.len ? info.version : span_cut(&info.kernel, ' '),
        .licenses = info.license,
    };
    return inspection_add(inspection, &package, err);
}

// Distributions compress modules one by one.
static bool expand_module(const struct inspection *inspection, struct content *ret, struct err *err)
{
    const struct content *content = inspection->content;
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct stream *inner = NULL;
    span start = {0};
    span whole = {0};
    if (!stream_open_content(content, 0, content->size, &inner, err))
        return false;
    if (!stream_peek(inner, &start, err)) {
        stream_close(inner);
        return false;
    }
    enum compression compression = compression_detect(start);
    if (compression == COMPRESSION_NONE) {
        stream_close(inner);
        *ret = *content;
        return true;
    }
    if (!stream_open_decompress(compression, inner, inspection->limits, NULL, &stream, err) ||
        !stream_read_all(stream, inspection->limits->file_bytes, inspection->scratch, &whole, err))
        return false;
    *ret = content_of(whole);
    return true;
}

static bool read_section(const struct inspection *inspection, struct content *content, span *ret,
                         struct err *err)
{
    struct elf elf = {0};
    return expand_module(inspection, content, err) &&
           elf_open(content, inspection->limits, inspection->scratch, &elf, err) &&
           elf_read_sections(&elf, err) &&
           executable_section(inspection, &elf, S(".modinfo"), ret, err);
}

// Before Linux 4.16 only the file was named; in the kernel's names '-' is '_'.
static bool name_by_file(const struct inspection *inspection, span *ret)
{
    struct text name;
    span file = path_name(inspection->path);
    span stem = span_cut(&file, '.');
    text_init(&name, inspection->scratch, SIZE_MAX);
    for (size_t i = 0; i < stem.len; i++)
        text_add_byte(&name, stem.ptr[i] == '-' ? '_' : stem.ptr[i]);
    *ret = text_span(&name);
    return text_ok(&name);
}

static bool read_module(struct inspection *inspection, struct err *err)
{
    struct content content = {0};
    span section = {0};
    struct err damage = {0};
    if (!read_section(inspection, &content, &section, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    struct module_info info = read_info(section);
    if (section.len == 0)
        return true;
    if (info.name.len == 0 && !name_by_file(inspection, &info.name))
        return arena_err(inspection->scratch, err, "kernel module");
    return take_module(inspection, info, err);
}

static const struct cataloger catalogers[] = {
    {S("**/vmlinuz"), read_kernel, CATALOG_LARGE},
    {S("**/vmlinuz-*"), read_kernel, CATALOG_LARGE},
    {S("**/lib/modules/**/*.ko"), read_module, CATALOG_LARGE},
    {S("**/lib/modules/**/*.ko.gz"), read_module, CATALOG_LARGE},
    {S("**/lib/modules/**/*.ko.xz"), read_module, CATALOG_LARGE},
    {S("**/lib/modules/**/*.ko.zst"), read_module, CATALOG_LARGE},
};
const struct catalogers kernel_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
