// Prints what inventory reads in one dpkg status file: name, version, architecture, source, source
// version and maintainer, separated by tabs.
#include <stdio.h>

#include "../scene.h"
#include "scan/inventory/inventory.h"

static bool read_file(const char *path, struct arena *mem, span *ret)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    struct text content = {0};
    text_init(&content, mem, SIZE_MAX);
    uint8_t buffer[65536];
    for (size_t len = 0; (len = fread(buffer, 1, sizeof buffer, file)) > 0;)
        text_add(&content, span_of(buffer, len));
    (void)fclose(file); // read only
    *ret = text_span(&content);
    return text_ok(&content);
}

static void print_package(const struct package *p)
{
    const span fields[] = {p->name,        p->version,        p->arch,
                           p->source_name, p->source_version, p->vendor};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        printf("%s%.*s", i ? "\t" : "", (int)fields[i].len, (const char *)fields[i].ptr);
    printf("\n");
}

int main(int argc, char **argv)
{
    CLEANUP(scene_cleanup) struct scene scene = {0};
    struct distro distro = {.id = S("debian")};
    struct bom bom = {0};
    struct err err = {0};
    span content = {0};
    scene_init(&scene);
    if (argc != 2 || !read_file(argv[1], scene.mem, &content))
        return 1;
    scene_add(&scene, "var/lib/dpkg/status", content);
    struct tree tree = scene_tree(&scene, 0);
    struct inventory_prefix prefix = {.tree = &tree};
    if (!inventory_layers(&prefix, 1, &distro, false, &scene.limits, scene.mem, &scene.notes, &bom,
                          &err))
        return 1;
    for (size_t i = 0; i < bom.package_count; i++)
        print_package(&bom.packages[i]);
    return scene.notes.incomplete;
}
