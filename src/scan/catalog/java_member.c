// The members of Java archives.
#include "scan/catalog/archive_inner.h"
#include "scan/catalog/java_inner.h"

static struct archive archive_of(const struct jar *jar)
{
    return (struct archive){
        .content = jar->content,
        .limits = jar->inspection->limits,
        .mem = jar->mem,
        .bytes_left = &jar->budget->bytes,
    };
}

bool jar_afford(struct jar *jar, const struct zip_entry *entry, struct err *err)
{
    struct archive archive = archive_of(jar);
    return archive_afford(&archive, entry, err);
}

bool jar_open_member(struct jar *jar, const struct zip_entry *entry, struct stream **ret,
                     struct err *err)
{
    struct archive archive = archive_of(jar);
    return archive_open(&archive, entry, ret, err);
}

bool jar_read_member(struct jar *jar, const struct zip_entry *entry, uint64_t most, span *ret,
                     struct err *err)
{
    struct archive archive = archive_of(jar);
    return archive_read(&archive, entry, most, ret, err);
}
