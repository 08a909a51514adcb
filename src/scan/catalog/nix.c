// Nix: packages are directories of the store, nix/store/HASH-NAME-VERSION[-OUTPUT] (the Nix manual,
// "Store path"; nixpkgs manual, "Package naming"). Nothing in them need say so, and most images
// have no database of them: so the files right where packages put programs, libraries, headers and
// manuals tell. Whoever takes what they tell finds them side by side and takes one of each.
#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/nix_inner.h"

enum { HASH_DIGITS = 32 };

// nix/store/X/... : X
static span store_name(span path)
{
    (void)span_cut(&path, '/');
    (void)span_cut(&path, '/');
    return span_cut(&path, '/');
}

// The version begins behind the first hyphen that a digit follows.
static size_t find_version(span name)
{
    for (size_t i = 1; i + 1 < name.len; i++)
        if (name.ptr[i] == '-' && ascii_is_digit(name.ptr[i + 1]))
            return i + 1;
    return name.len;
}

// An output other than "out" is named behind the version.
static span without_output(span version)
{
    static const span outputs[] = {
        S("-bin"),    S("-dev"),   S("-lib"),    S("-man"),    S("-doc"),
        S("-devdoc"), S("-info"),  S("-debug"),  S("-static"), S("-data"),
        S("-devman"), S("-tools"), S("-libgcc"), S("-getent"), S("-terminfo"),
    };
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        if (span_ends_with(version, outputs[i]))
            return span_first(version, version.len - outputs[i].len);
    return version;
}

bool nix_split(span component, span *ret_name, span *ret_version)
{
    if (component.len <= HASH_DIGITS + 1 || component.ptr[HASH_DIGITS] != '-')
        return false;
    span name = span_from(component, HASH_DIGITS + 1);
    size_t version = find_version(name);
    if (version == name.len)
        return false;
    *ret_name = span_first(name, version - 1);
    *ret_version = without_output(span_from(name, version));
    return true;
}

static bool read_path(struct inspection *inspection, struct err *err)
{
    struct package package = {.type = S("nix")};
    return !nix_split(store_name(inspection->path), &package.name, &package.version) ||
           inspection_add(inspection, &package, err);
}

static const struct cataloger catalogers[] = {
    {S("nix/store/*/bin/*"), read_path, CATALOG_LARGE},
    {S("nix/store/*/sbin/*"), read_path, CATALOG_LARGE},
    {S("nix/store/*/lib/*.so*"), read_path, CATALOG_LARGE},
    {S("nix/store/*/lib/*.a"), read_path, CATALOG_LARGE},
    {S("nix/store/*/include/*.h"), read_path, CATALOG_LARGE},
    {S("nix/store/*/share/man/*/*"), read_path, CATALOG_LARGE},
    {S("nix/store/*/share/doc/*/*"), read_path, CATALOG_LARGE},
    {S("nix/store/*/nix-support/*"), read_path, CATALOG_LARGE},
};
const struct catalogers nix_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
