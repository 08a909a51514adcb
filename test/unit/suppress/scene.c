#include "unit/suppress/scene.h"

#include <stdlib.h>

#define DIGEST S("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")

void scene_init(struct scene *scene, struct arena *mem)
{
    *scene = (struct scene){
        .mem = mem,
        .limits = limits_default(),
        .scan =
            {
                .image =
                    {
                        .name = S("registry.example/team/app:1.0"),
                        .kind = S("registry"),
                        .manifest_digest = DIGEST,
                        .platform = {.os = S("linux"), .architecture = S("amd64")},
                    },
                .bom.distro =
                    {
                        .id = S("debian"),
                        .version_id = S("12"),
                        .codename = S("bookworm"),
                        .cpe = S("cpe:/o:debian:debian_linux:12"),
                    },
                .matched = true,
                .complete = true,
            },
    };
    scene->scan.bom.packages = scene->packages;
    scene->scan.findings.items = scene->findings;
    notes_init(&scene->notes, mem, &scene->limits);
    if (!suppress_new(&scene->limits, SCENE_TODAY, mem, &scene->suppress, &scene->err))
        abort();
}

struct package *scene_package(struct scene *scene, const char *purl, const char *path)
{
    size_t index = scene->scan.bom.package_count++;
    struct package *package = &scene->packages[index];
    struct purl parsed = {0};
    struct distro distro = {0};
    if (index >= MOST_SCENE || !purl_parse(span_of_text(purl), scene->mem, &parsed, &scene->err) ||
        !package_from_purl(&parsed, scene->mem, package, &distro))
        abort();
    package->purl = span_of_text(purl);
    package->id = package->purl;
    scene->locations[index] = (struct location){.path = span_of_text(path)};
    package->locations = &scene->locations[index];
    package->location_count = 1;
    return package;
}

struct finding *scene_finding(struct scene *scene, const char *id, const struct package *package)
{
    size_t index = scene->scan.findings.count++;
    struct finding *finding = &scene->findings[index];
    if (index >= MOST_SCENE)
        abort();
    *finding = (struct finding){
        .id = span_of_text(id),
        .package = (size_t)(package - scene->packages),
        .location = package->locations[0].path,
        .severity = SEVERITY_HIGH,
        .status = STATUS_AFFECTED,
    };
    return finding;
}

struct finding *scene_add(struct scene *scene, const char *id, const char *purl)
{
    return scene_finding(scene, id, scene_package(scene, purl, "var/lib/dpkg/status"));
}

void scene_fill(struct scene *scene)
{
    static const span modules[] = {S("golang.org/x/crypto"), S("stdlib")};
    const char *program = "usr/bin/app";
    scene_add(scene, "CVE-2024-0001",
              "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl");
    scene_add(scene, "CVE-2024-0002", "pkg:rpm/redhat/curl@7.76.1-26.el9?arch=x86_64&epoch=1");
    struct package *main = scene_package(scene, "pkg:golang/example.com/app@v1.0.0", program);
    struct package *crypto = scene_package(scene, "pkg:golang/golang.org/x/crypto@v0.1.0", program);
    struct package *library = scene_package(scene, "pkg:golang/stdlib@1.20.1", program);
    main->depends = (struct spans){.items = modules, .count = 2};
    scene_finding(scene, "CVE-2024-0003", crypto);
    scene_finding(scene, "CVE-2024-0003", library);
    scene_finding(scene, "CVE-2024-0004", library);
    struct package *jar = scene_package(scene, "pkg:maven/org.example/outer@1.0", "app/outer.jar");
    struct package *inner =
        scene_package(scene, "pkg:maven/org.example/inner@2.0", "app/outer.jar");
    inner->member = S("lib/inner.jar");
    scene_finding(scene, "CVE-2024-0005", inner);
    scene_finding(scene, "GHSA-xxxx-yyyy-zzzz", jar);
}

bool scene_compare(struct scene *scene, struct arena *mem, span result, struct err *err)
{
    struct earlier *earlier = NULL;
    bool ok = suppress_read_earlier(S("base.json"), result, &scene->limits, &earlier, err) &&
              suppress_known(earlier, &scene->scan, mem, &scene->notes, err);
    suppress_free_earlier(earlier);
    return ok;
}

void scene_check(const struct scene *scene)
{
    size_t suppressed = scene->scan.baseline.known;
    for (size_t i = 0; i < scene->scan.suppressor_count; i++)
        suppressed += scene->scan.suppressors[i].findings;
    for (size_t i = 0; i < scene->scan.findings.count; i++) {
        const struct finding *finding = &scene->findings[i];
        if ((finding->suppressed.len != 0) != (finding->suppression != NULL))
            abort();
        if (finding->suppression && finding->suppression->source.len == 0)
            abort();
        suppressed -= finding->suppressed.len != 0;
    }
    if (suppressed || scene->notes.incomplete)
        abort();
}
