// The members of Java archives.
#include "scan/catalog/java_inner.h"
#include "scan/catalog/members_inner.h"

static struct member_source archive_of(const struct jar *jar)
{
    return (struct member_source){
        .content = jar->content,
        .limits = jar->inspection->limits,
        .mem = jar->mem,
        .bytes_left = &jar->budget->bytes,
    };
}

bool jar_afford(struct jar *jar, const struct zip_entry *entry, struct err *err)
{
    struct member_source archive = archive_of(jar);
    return member_afford(&archive, entry, err);
}

bool jar_open_member(struct jar *jar, const struct zip_entry *entry, struct stream **ret,
                     struct err *err)
{
    struct member_source archive = archive_of(jar);
    return member_open(&archive, entry, ret, err);
}

bool jar_read_member(struct jar *jar, const struct zip_entry *entry, uint64_t most, span *ret,
                     struct err *err)
{
    struct member_source archive = archive_of(jar);
    return member_read(&archive, entry, most, ret, err);
}

void jar_note_damage(struct jar *jar, const struct zip_entry *entry, const struct err *damage)
{
    if (!entry->overlaps)
        notes_add_err(jar->inspection->notes, jar->location, damage);
}
