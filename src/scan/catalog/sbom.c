// Bills of materials in an image, where somebody is known to put them: CycloneDX and SPDX 2 as
// JSON. What they say of packages of distributions is left to the databases of those.
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// ---------------------------------------------------------------- packages

// Packages of distributions, and what something was made from.
static bool is_elsewhere(span type)
{
    static const span types[] = {S("deb"), S("rpm"), S("apk"),     S("alpm"),
                                 S("oci"), S("git"), S("generic"), S("github")};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_equal(type, types[i]))
            return true;
    return false;
}

// Adds what the candidate's purl names; nothing without one.
static bool add_purl(struct candidate *candidate, span text, span wanted_type, struct err *err)
{
    struct inspection *inspection = candidate->inspection;
    struct purl purl = {0};
    struct package package = {0};
    struct distro distro = {0};
    struct err damage = {0};
    if (text.len == 0)
        return true;
    if (!purl_parse(text, inspection->scratch, &purl, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    if (is_elsewhere(purl.type) || purl.version.len == 0 ||
        (wanted_type.len && !span_equal(purl.type, wanted_type)))
        return true;
    if (!package_from_purl(&purl, inspection->scratch, &package, &distro) ||
        !arena_span(inspection->mem, package.type, &candidate->package.type))
        return arena_err(inspection->scratch, err, "packages");
    candidate->package.name = package.name;
    candidate->package.version = package.version;
    candidate->package.arch = package.arch;
    return candidate_add(candidate, err);
}

// "SHA-256" and "SHA256": "sha256".
static void take_hash(struct candidate *candidate, span algorithm, span hex)
{
    struct text name = {0};
    text_init(&name, candidate->inspection->scratch, SIZE_MAX);
    for (size_t i = 0; i < algorithm.len; i++)
        if (algorithm.ptr[i] != '-')
            text_add_byte(&name, ascii_lower(algorithm.ptr[i]));
    candidate_hash(candidate, text_span(&name), hex);
}

// Several licences hold together.
static void add_license(struct text *licenses, span license)
{
    if (license.len == 0)
        return;
    if (licenses->len)
        text_add(licenses, S(" AND "));
    text_add(licenses, license);
}

// ---------------------------------------------------------------- CycloneDX

// [{"license": {"id" or "name"}}, {"expression"}]
static bool take_cyclonedx_licenses(struct candidate *candidate, const struct json *list,
                                    struct err *err)
{
    struct text licenses = {0};
    text_init(&licenses, candidate->inspection->scratch, SIZE_MAX);
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *license = json_get(json_at(list, i), "license");
        span id = json_get_text(license, "id");
        add_license(&licenses, json_get_text(json_at(list, i), "expression"));
        add_license(&licenses, id.len ? id : json_get_text(license, "name"));
    }
    candidate->package.licenses = text_span(&licenses);
    return text_ok(&licenses) || arena_err(candidate->inspection->scratch, err, "licenses");
}

static bool read_component(struct inspection *inspection, const struct json *component,
                           struct err *err)
{
    struct candidate candidate = candidate_of(inspection, (span){0}, (span){0}, (span){0});
    const struct json *hashes = json_get(component, "hashes");
    for (size_t i = 0; i < json_count(hashes); i++)
        take_hash(&candidate, json_get_text(json_at(hashes, i), "alg"),
                  json_get_text(json_at(hashes, i), "content"));
    return take_cyclonedx_licenses(&candidate, json_get(component, "licenses"), err) &&
           add_purl(&candidate, json_get_text(component, "purl"), (span){0}, err);
}

// Components hold components. One that is "excluded" is not there.
static bool read_components(struct inspection *inspection, const struct json *components,
                            uint64_t depth, struct err *err)
{
    if (depth > inspection->limits->depth) {
        notes_add(inspection->notes, NOTE_LIMIT, inspection->path, "components nested too deep");
        return true;
    }
    for (size_t i = 0; i < json_count(components); i++) {
        const struct json *component = json_at(components, i);
        if (span_equal(json_get_text(component, "scope"), S("excluded")))
            continue;
        if (!read_component(inspection, component, err) ||
            !read_components(inspection, json_get(component, "components"), depth + 1, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- SPDX

static span spdx_purl(const struct json *package)
{
    const struct json *references = json_get(package, "externalRefs");
    for (size_t i = 0; i < json_count(references); i++)
        if (span_equal(json_get_text(json_at(references, i), "referenceType"), S("purl")))
            return json_get_text(json_at(references, i), "referenceLocator");
    return (span){0};
}

static bool is_said(span license)
{
    return license.len && !span_equal(license, S("NOASSERTION")) && !span_equal(license, S("NONE"));
}

static bool read_spdx_package(struct inspection *inspection, const struct json *package,
                              span wanted_type, struct err *err)
{
    struct candidate candidate = candidate_of(inspection, (span){0}, (span){0}, (span){0});
    span declared = json_get_text(package, "licenseDeclared");
    span concluded = json_get_text(package, "licenseConcluded");
    if (is_said(concluded) || is_said(declared))
        candidate.package.licenses = is_said(concluded) ? concluded : declared;
    const struct json *checksums = json_get(package, "checksums");
    for (size_t i = 0; i < json_count(checksums); i++)
        take_hash(&candidate, json_get_text(json_at(checksums, i), "algorithm"),
                  json_get_text(json_at(checksums, i), "checksumValue"));
    return add_purl(&candidate, spdx_purl(package), wanted_type, err);
}

static bool read_spdx(struct inspection *inspection, const struct json *document, span wanted_type,
                      struct err *err)
{
    const struct json *packages = json_get(document, "packages");
    for (size_t i = 0; i < json_count(packages); i++)
        if (!read_spdx_package(inspection, json_at(packages, i), wanted_type, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- files

static bool read_document(struct inspection *inspection, const struct json *document,
                          struct err *err)
{
    if (span_equal(json_get_text(document, "bomFormat"), S("CycloneDX")))
        return read_components(inspection, json_get(document, "components"), 1, err);
    if (span_starts_with(json_get_text(document, "spdxVersion"), S("SPDX-2.")))
        return read_spdx(inspection, document, (span){0}, err);
    notes_add(inspection->notes, NOTE_UNSUPPORTED, inspection->path,
              "is neither CycloneDX nor SPDX 2");
    return true;
}

static bool read_sbom(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    return !document || read_document(inspection, document, err);
}

bool sbom_read_text(struct inspection *inspection, span text, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct err damage = {0};
    if (json_parse(text, inspection->limits->document_bytes, &document, &damage))
        return read_document(inspection, document, err);
    (void)err_add(&damage, "bill of materials");
    inspection_damaged(inspection, &damage);
    return true;
}

// Bitnami's own packages; what is in them has been looked for by some scanner of theirs.
static bool read_bitnami(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    return !document || read_spdx(inspection, document, S("bitnami"), err);
}

static const struct cataloger catalogers[] = {
    {S("opt/bitnami/**/.spdx-*.spdx"), read_bitnami, 0},
    {S("usr/share/sbom/**/*.json"), read_sbom, 0},
    {S("usr/local/share/sbom/**/*.json"), read_sbom, 0},
    {S("var/lib/db/sbom/*.json"), read_sbom, 0},
    {S("layers/sbom/launch/**/sbom.cdx.json"), read_sbom, 0}, // Cloud Native Buildpacks
    {S("**/*.dist-info/sboms/*.json"), read_sbom, 0},         // PEP 770
    {S("**/*.cdx.json"), read_sbom, CATALOG_DECLARED},
    {S("**/sbom.spdx.json"), read_sbom, CATALOG_DECLARED},
    {S("**/bom.json"), read_sbom, CATALOG_DECLARED},
    {S("**/sbom.json"), read_sbom, CATALOG_DECLARED},
};
const struct catalogers sbom_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
