#include "feeds/feeds_inner.h"

// Kubernetes' own list of its CVEs, much like OSV. It names components, and counts the releases of
// Kubernetes, which are not the versions of the Go modules of that name.

static const span components[] = {
    S("k8s.io/apiserver"), S("k8s.io/controller-manager"), S("k8s.io/kube-proxy"),
    S("k8s.io/kubelet"),   S("k8s.io/kubernetes"),
};

// Null for what is a Go module with releases of its own.
static const char *find_program(span component)
{
    for (size_t i = 0; i < sizeof components / sizeof components[0]; i++)
        if (span_equal(component, components[i]))
            return "kubernetes";
    return span_equal(component, S("k8s.io/kubectl")) ? "kubectl" : NULL;
}

// The libraries among the modules ("client-go") have versions of their own, too.
static bool is_driver(span module)
{
    return span_starts_with(module, S("sigs.k8s.io/")) ||
           span_starts_with(module, S("github.com/"));
}

static void add_package(struct draft *draft, const struct json *affected)
{
    span name = osv_name(affected);
    const char *program = find_program(name);
    const struct affected pattern = {
        .ecosystem = program ? S("generic") : S("golang"),
        .name = program ? span_of_text(program) : name,
        .name_kind = NAME_BINARY,
        .status = STATUS_AFFECTED,
    };
    if (program || is_driver(name))
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
