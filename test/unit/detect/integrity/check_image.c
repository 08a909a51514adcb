// check_image LAYOUT [TAR …]: what the integrity check finds in an image, further layers on top; a
// finding a line: id, severity, package, path, text.
#include <locale.h>
#include <stdio.h>

#include "detect/integrity/integrity.h"
#include "image.h"
#include "scan/inventory/inventory.h"

static void print(span s)
{
    (void)fwrite(s.ptr, 1, s.len, stdout);
}

static void print_finding(const struct bom *bom, const struct finding *finding)
{
    print(finding->id);
    (void)printf("\t%s\t", severity_name(finding->severity));
    print(finding->package == NO_PACKAGE ? S("-") : bom->packages[finding->package].name);
    (void)putchar('\t');
    print(finding->location);
    (void)putchar('\t');
    print(finding->text);
    (void)putchar('\n');
}

static void print_notes(const struct notes *notes)
{
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        (void)printf("# %s\t%s\t", note_kind_name(note->kind), quote(note->location).text);
        print(note->text);
        (void)putchar('\n');
    }
}

static bool check(const struct whole_image *image, struct arena *mem, struct err *err)
{
    const struct limits limits = limits_default();
    const struct inventory_prefix prefix = {.layer = 0, .tree = &image->tree};
    const struct distro distro = {0};
    struct notes notes;
    struct bom bom = {0};
    struct listing listing = {0};
    struct findings findings = {0};
    notes_init(&notes, mem, &limits);
    if (!inventory_layers(&prefix, 1, &distro, false, &limits, mem, &notes, &bom, err) ||
        !inventory_listing(&image->tree, &bom, &limits, mem, &notes, &listing, err))
        return false;
    inventory_set_owners(&bom, &listing);
    if (!integrity_check(&bom, &listing, &image->tree, &image->roster, &limits, mem, &notes,
                         &findings, err))
        return false;
    for (size_t i = 0; i < findings.count; i++)
        print_finding(&bom, &findings.items[i]);
    print_notes(&notes);
    return true;
}

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(4) << 30);
    struct whole_image image = {0};
    struct err err = {0};
    (void)setlocale(LC_CTYPE, "C.UTF-8"); // libarchive decodes names
    if (argc < 2 || !mem ||
        !whole_image_read(argv[1], argv + 2, (size_t)argc - 2, &inventory_wants, &integrity_wants,
                          mem, &image))
        return 1;
    if (check(&image, mem, &err))
        return 0;
    (void)fprintf(stderr, "%s\n", err.text);
    return 1;
}
