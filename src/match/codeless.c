// Packages that hold no code which a flaw in their source could be in. Advisories name sources (or
// list every package of an update), so that these would be reported for flaws that they cannot
// have.
#include "match/match_inner.h"

struct codeless {
    span type;    // purl type; empty: any
    span source;  // pattern of the source's name; '*' is any run of bytes
    span package; // pattern of the package's name
    span reason;
};

#define KERNEL_HEADERS S("kernel headers hold no kernel")
#define KERNEL_TEXT S("kernel documentation holds no kernel")
#define KERNEL_BUILD S("kernel build files hold no kernel")
#define KERNEL_TOOL S("a user-space tool from the kernel's source holds no kernel")
#define NO_CODE_TEXT S("documentation holds no code")
#define NO_CODE_DIRECTORIES S("a package of directories holds no code")
#define NO_CODE_TRANSLATIONS S("translations hold no code")
#define NO_CODE_DEBUG S("debug information is not run")

static const struct codeless table[] = {
    {S("deb"), S("linux*"), S("linux-libc-dev*"), KERNEL_HEADERS},
    {S("deb"), S("linux*"), S("linux-*headers-*"), KERNEL_HEADERS},
    {S("deb"), S("linux*"), S("linux-doc*"), KERNEL_TEXT},
    {S("deb"), S("linux*"), S("linux-kbuild-*"), KERNEL_BUILD},
    {S("deb"), S("linux*"), S("linux-compiler-*"), KERNEL_BUILD},
    {S("deb"), S("linux*"), S("linux-config-*"), KERNEL_BUILD},
    {S("deb"), S("linux*"), S("linux-support-*"), KERNEL_BUILD},
    {S("deb"), S("linux*"), S("linux-buildinfo-*"), KERNEL_BUILD},
    {S("deb"), S("linux*"), S("linux-source-*"), S("kernel source is not run")},
    {S("deb"), S("linux*"), S("linux-perf*"), KERNEL_TOOL},
    {S("deb"), S("linux*"), S("linux-*tools-*"), KERNEL_TOOL},
    {S("deb"), S("linux*"), S("linux-cpupower"), KERNEL_TOOL},
    {S("deb"), S("linux*"), S("libcpupower*"), KERNEL_TOOL},
    {S("deb"), S("linux*"), S("bpftool"), KERNEL_TOOL},
    {S("deb"), S("linux*"), S("hyperv-daemons"), KERNEL_TOOL},
    {S("deb"), S("linux*"), S("rtla"), KERNEL_TOOL},
    {S("deb"), S("linux*"), S("usbip"), KERNEL_TOOL},
    {S("rpm"), S("kernel*"), S("kernel*-headers"), KERNEL_HEADERS},
    {S("rpm"), S("kernel*"), S("kernel*-doc"), KERNEL_TEXT},
    {S("rpm"), S("kernel*"), S("kernel*-devel"), KERNEL_BUILD},
    {S("rpm"), S("kernel*"), S("kernel*-devel-matched"), KERNEL_BUILD},
    {S("rpm"), S("kernel*"), S("kernel-abi-*"), KERNEL_BUILD},
    {S("rpm"), S("kernel*"), S("kernel*-tools*"), KERNEL_TOOL},
    {S("rpm"), S("kernel*"), S("perf"), KERNEL_TOOL},
    {S("rpm"), S("kernel*"), S("python*-perf"), KERNEL_TOOL},
    {S("rpm"), S("kernel*"), S("bpftool"), KERNEL_TOOL},
    {S("rpm"), S("kernel*"), S("rtla"), KERNEL_TOOL},
    {S("apk"), S("linux-*"), S("linux-*-dev"), KERNEL_HEADERS},
    {S("apk"), S("linux-*"), S("linux-*-doc"), KERNEL_TEXT},
    {S("alpm"), S("linux*"), S("linux*-headers"), KERNEL_HEADERS},
    {S("alpm"), S("linux*"), S("linux*-docs"), KERNEL_TEXT},
    {S(""), S("*"), S("*-doc"), NO_CODE_TEXT},
    {S(""), S("*"), S("*-docs"), NO_CODE_TEXT},
    {S("rpm"), S("*"), S("*-manual"), NO_CODE_TEXT},
    {S("rpm"), S("*"), S("*-javadoc"), NO_CODE_TEXT},
    {S("rpm"), S("*"), S("*-filesystem"), NO_CODE_DIRECTORIES},
    {S("rpm"), S("*"), S("*langpack*"), NO_CODE_TRANSLATIONS},
    {S("rpm"), S("*"), S("*-debuginfo"), NO_CODE_DEBUG},
    {S("rpm"), S("*"), S("*-debugsource"), NO_CODE_DEBUG},
    {S("deb"), S("*"), S("*-dbg"), NO_CODE_DEBUG},
    {S("deb"), S("*"), S("*-dbgsym"), NO_CODE_DEBUG},
    {S("deb"), S("*"), S("*-l10n-*"), NO_CODE_TRANSLATIONS},
    {S("apk"), S("*"), S("*-lang"), NO_CODE_TRANSLATIONS},
    {S("apk"), S("*"), S("*-dbg"), NO_CODE_DEBUG},
};

static bool matches(span pattern, span name)
{
    const struct wants wants = {.patterns = &pattern, .count = 1};
    return wants_match(&wants, name);
}

span codeless_reason(const struct package *package)
{
    if (!package_is_of_system(package))
        return (span){0};
    span source = package->source_name.len ? package->source_name : package->name;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct codeless *row = &table[i];
        if ((row->type.len == 0 || span_equal(row->type, package->type)) &&
            matches(row->package, package->name) && matches(row->source, source))
            return row->reason;
    }
    return (span){0};
}
