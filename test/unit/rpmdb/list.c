// Prints the packages of an RPM database as tab-separated lines, for the tests that compare with
// what others say is in it: name, epoch, version, release, arch, source rpm, vendor, license,
// modularity label, number of files. Damage goes to standard error. Usage: list DATABASE [LOG]
#include "rpmdb/rpmdb.h"

#include <stdio.h>
#include <stdlib.h>

static span read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    size_t size = (size_t)ftell(file);
    uint8_t *bytes = malloc(size ? size : 1);
    rewind(file);
    if (!bytes || fread(bytes, 1, size, file) != size) {
        perror(path);
        exit(1);
    }
    (void)fclose(file); // read only: nothing can be lost
    return span_of(bytes, size);
}

static void print_field(span s, char end)
{
    printf("%.*s%c", (int)s.len, s.len ? (const char *)s.ptr : "", end);
}

static unsigned count_files(const struct rpm_header *header)
{
    struct rpm_texts names = rpm_header_texts(header, RPM_TAG_BASE_NAMES);
    span name = {0};
    unsigned count = 0;
    while (rpm_texts_next(&names, &name))
        count++;
    return count;
}

static void print_package(const struct rpm_header *header, const struct rpm_package *package)
{
    print_field(package->name, '\t');
    if (package->has_epoch)
        printf("%u", package->epoch);
    printf("\t");
    print_field(package->version, '\t');
    print_field(package->release, '\t');
    print_field(package->arch, '\t');
    print_field(package->source_rpm, '\t');
    print_field(package->vendor, '\t');
    print_field(package->license, '\t');
    print_field(package->modularity_label, '\t');
    printf("%u\n", count_files(header));
}

static bool on_header(void *self, span bytes, struct err *err)
{
    (void)self;
    struct rpm_header header = {0};
    struct rpm_package package = {0};
    if (!rpm_header_open(bytes, &header, err) || !rpm_package_read(&header, &package, err))
        return false;
    print_package(&header, &package);
    return true;
}

static void on_damage(void *self, const struct err *damage)
{
    (void)self;
    (void)fprintf(stderr, "damage: %s\n", damage->text);
}

int main(int argc, char **argv)
{
    span database = argc > 1 ? read_file(argv[1]) : (span){0};
    span log = argc > 2 ? read_file(argv[2]) : (span){0};
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(UINT64_C(64) << 20);
    struct limits limits = limits_default();
    struct rpmdb_visitor visitor = {.header = on_header, .damage = on_damage};
    struct err err = {0};
    bool ok = mem && rpmdb_read(database, log, &limits, mem, &visitor, &err);
    if (!ok)
        (void)fprintf(stderr, "error: %s\n", err.text);
    free((void *)(uintptr_t)database.ptr);
    free((void *)(uintptr_t)log.ptr);
    return ok ? 0 : 1;
}
