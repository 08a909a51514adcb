#include "feeds/feeds_inner.h"

// Kubernetes' own list of its CVEs, much like OSV. It names components, and counts the releases of
// Kubernetes, which are not the versions of the Go modules of that name.

// The program that holds a component, as the classifier of executables calls it.
static const struct {
    span component;
    span program;
} programs[] = {
    {S("k8s.io/apiserver"), S("kubernetes")},  {S("k8s.io/controller-manager"), S("kubernetes")},
    {S("k8s.io/kube-proxy"), S("kubernetes")}, {S("k8s.io/kubelet"), S("kubernetes")},
    {S("k8s.io/kubernetes"), S("kubernetes")}, {S("k8s.io/kubectl"), S("kubectl")},
};

static span find_program(span component)
{
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        if (span_equal(component, programs[i].component))
            return programs[i].program;
    return (span){0};
}

// Drivers are Go modules with releases of their own; the libraries ("client-go") have versions that
// are not those of Kubernetes, which is what the list gives for them.
static bool is_driver(span module)
{
    return span_starts_with(module, S("sigs.k8s.io/")) ||
           span_starts_with(module, S("github.com/"));
}

static void add_package(struct draft *draft, const struct json *affected)
{
    span name = osv_name(affected);
    span program = find_program(name);
    const struct affected pattern = {
        .ecosystem = program.len ? S("generic") : S("golang"),
        .name = program.len ? program : name,
        .name_kind = NAME_BINARY,
        .status = STATUS_AFFECTED,
    };
    if (program.len || is_driver(name))
        osv_add_versions(draft, affected, &pattern);
}

bool translate_kubernetes(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = osv_add_all_names,
        .add_package = add_package,
        .rates_flaws = true,
    };
    if (!span_starts_with(path, S("kubernetes/")))
        return true;
    return osv_translate(translation, &dialect, path, bytes, err);
}
