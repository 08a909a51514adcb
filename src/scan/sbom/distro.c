// Which distribution a document is of, when its parts may disagree.
#include "scan/sbom/sbom_inner.h"

#include <stdio.h>

// More than these are not told apart: a document of so many is refused anyway.
enum { MOST_DISTROS = 16 };

// Trivy's families, where they are no ids of os-release.
static span id_of_family(span name)
{
    static const char *const families[][2] = {
        {"alma", "almalinux"},
        {"amazon", "amzn"},
        {"cbl-mariner", "mariner"},
        {"opensuse.leap", "opensuse-leap"},
        {"opensuse.tumbleweed", "opensuse-tumbleweed"},
        {"oracle", "ol"},
        {"redhat", "rhel"},
        {"suse linux enterprise server", "sles"},
    };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (span_equal(name, span_of_text(families[i][0])))
            return span_of_text(families[i][1]);
    return name;
}

// "12" and "12.5" are one version, "3.18" and "3.20" are two.
static bool same_version(span a, span b)
{
    span shorter = a.len < b.len ? a : b;
    span longer = a.len < b.len ? b : a;
    if (shorter.len == 0 || span_equal(a, b))
        return true;
    return span_starts_with(longer, shorter) && longer.ptr[shorter.len] == '.';
}

static bool agree(const struct distro *a, const struct distro *b)
{
    return span_equal(a->id, b->id) && same_version(a->version_id, b->version_id);
}

// ---------------------------------------------------------------- what there is

bool distro_add_system(struct reading *reading, const struct distro *distro, struct err *err)
{
    struct distro known = *distro;
    known.id = id_of_family(known.id);
    if (known.id.len == 0)
        return true;
    for (size_t i = 0; i < reading->systems.count; i++)
        if (agree(LIST_AT(&reading->systems, struct distro, i), &known))
            return true;
    if (reading->systems.count == MOST_DISTROS)
        return true;
    struct distro *kept = LIST_ADD(&reading->systems, struct distro);
    if (!kept)
        return arena_err(reading->mem, err, "distributions");
    *kept = known;
    return true;
}

bool distro_add_of_purl(struct reading *reading, const struct distro *distro, struct err *err)
{
    struct distro known = *distro;
    known.id = id_of_family(known.id);
    if (known.id.len == 0)
        return true;
    for (size_t i = 0; i < reading->purl_distros.count; i++) {
        struct purl_distro *other = LIST_AT(&reading->purl_distros, struct purl_distro, i);
        if (!agree(&other->distro, &known))
            continue;
        if (known.version_id.len > other->distro.version_id.len)
            other->distro = known;
        other->count++;
        return true;
    }
    if (reading->purl_distros.count == MOST_DISTROS)
        return true;
    struct purl_distro *kept = LIST_ADD(&reading->purl_distros, struct purl_distro);
    if (!kept)
        return arena_err(reading->mem, err, "distributions");
    *kept = (struct purl_distro){.distro = known, .count = 1};
    return true;
}

// ---------------------------------------------------------------- which it is

// "debian 12"
static struct quoted name_of(const struct distro *distro)
{
    struct quoted name;
    (void)snprintf(name.text, sizeof name.text, "%.40s%s%.40s", quote(distro->id).text,
                   distro->version_id.len ? " " : "", quote(distro->version_id).text);
    return name;
}

static bool refuse(const struct distro *a, const struct distro *b, struct err *err)
{
    return err_set(err, ERR_UNSUPPORTED,
                   "sbom: it is of several distributions, %s and %s: scan that of each image, or "
                   "say with --distro NAME:VERSION which is meant",
                   name_of(a).text, name_of(b).text);
}

// Without an operating system the purls have to say which release it is; many say only whose.
static void note_unknown(struct reading *reading, const struct distro *distro)
{
    size_t count = 0;
    for (size_t i = 0; i < reading->packages.count; i++)
        count += package_is_of_system(LIST_AT(&reading->packages, struct package, i));
    if (count && distro->id.len)
        notes_add(reading->notes, NOTE_DAMAGED, reading->image.name,
                  "it does not name the version of %s that its %zu packages are of: they cannot be "
                  "judged; --distro NAME:VERSION says which it is",
                  quote(distro->id).text, count);
    else if (count)
        notes_add(reading->notes, NOTE_DAMAGED, reading->image.name,
                  "it does not name the distribution of its %zu packages of one: they cannot be "
                  "judged; --distro NAME:VERSION says which it is",
                  count);
}

// The operating system speaks for all; packages that say something else are judged as its own.
static void note_others(struct reading *reading, const struct distro *distro)
{
    for (size_t i = 0; i < reading->purl_distros.count; i++) {
        const struct purl_distro *other = LIST_AT(&reading->purl_distros, struct purl_distro, i);
        if (!agree(&other->distro, distro))
            notes_add(reading->notes, NOTE_SUSPICIOUS, reading->image.name,
                      "%zu packages say that they are of %s: they are judged as of %s",
                      other->count, name_of(&other->distro).text, name_of(distro).text);
    }
}

bool distro_choose(struct reading *reading, const struct distro *given, struct distro *ret,
                   struct err *err)
{
    const struct list *systems = &reading->systems;
    const struct list *purls = &reading->purl_distros;
    *ret = (struct distro){0};
    if (given) {
        *ret = *given;
        return true;
    }
    if (systems->count > 1)
        return refuse(LIST_AT(systems, struct distro, 0), LIST_AT(systems, struct distro, 1), err);
    if (systems->count == 1)
        *ret = *LIST_AT(systems, struct distro, 0);
    else if (purls->count > 1)
        return refuse(&LIST_AT(purls, struct purl_distro, 0)->distro,
                      &LIST_AT(purls, struct purl_distro, 1)->distro, err);
    else if (purls->count == 1)
        *ret = LIST_AT(purls, struct purl_distro, 0)->distro;
    if (systems->count == 0 && ret->version_id.len == 0)
        note_unknown(reading, ret);
    note_others(reading, ret);
    return true;
}
