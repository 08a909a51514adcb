// Which files of a tree need not be opened to know that they are no programs: on a whole machine
// that is nine of ten.
#include "scan/catalog/executable_inner.h"

// Smaller than the header of any program.
enum { SMALLEST = 32 };

// What is read by something other than the kernel or the loader. Archives of objects (.a) and the
// scripts of dpkg (.preinst) are not among them: some of these are programs.
static const span suffixes[] = {
    S("bz2"), S("c"),          S("cc"),   S("conf"), S("cpp"),  S("crt"), S("css"),     S("csv"),
    S("el"),  S("gif"),        S("go"),   S("gz"),   S("h"),    S("hpp"), S("htm"),     S("html"),
    S("ini"), S("ipynb"),      S("java"), S("jpeg"), S("jpg"),  S("js"),  S("json"),    S("jsonl"),
    S("jsx"), S("list"),       S("lock"), S("log"),  S("map"),  S("md"),  S("md5sums"), S("mjs"),
    S("mo"),  S("pem"),        S("php"),  S("pl"),   S("pm"),   S("png"), S("po"),      S("pod"),
    S("pom"), S("properties"), S("py"),   S("pyc"),  S("pyi"),  S("rb"),  S("rs"),      S("rst"),
    S("sh"),  S("sha1"),       S("svg"),  S("tcl"),  S("toml"), S("ts"),  S("tsx"),     S("txt"),
    S("vim"), S("xml"),        S("xz"),   S("yaml"), S("yml"),  S("zip"), S("zst"),
};

static bool is_known_suffix(span suffix)
{
    size_t low = 0;
    size_t high = sizeof suffixes / sizeof *suffixes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = span_compare(suffix, suffixes[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

bool executable_is_possible(span path, uint64_t size, uint32_t mode)
{
    enum { ANYBODY_EXECUTES = 0111 };
    if (size < SMALLEST)
        return false;
    span name = path_name(path);
    size_t dot = span_find_last(name, '.');
    return (mode & ANYBODY_EXECUTES) || dot == SPAN_NONE ||
           !is_known_suffix(span_from(name, dot + 1));
}
