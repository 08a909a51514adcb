// Which files the records of all packages list.
#include "scan/inventory/listing_inner.h"

// Packages of one name that are looked through: a kernel is kept in a few versions, a library in a
// few architectures.
enum { MOST_ALIKE = 256 };

size_t bom_find(const struct bom *bom, span type, span name, span version, span arch)
{
    const struct package wanted = {.type = type, .name = name, .version = version};
    size_t from = 0;
    size_t to = bom->package_count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        if (package_compare(&bom->packages[at], &wanted) < 0)
            from = at + 1;
        else
            to = at;
    }
    size_t end = bom->package_count - from < MOST_ALIKE ? bom->package_count : from + MOST_ALIKE;
    for (; from < end; from++) {
        const struct package *package = &bom->packages[from];
        if (!span_equal(package->type, type) || !span_equal(package->name, name))
            break;
        if (!package->removed && package_is_recorded(package) &&
            (version.len == 0 || span_equal(package->version, version)) &&
            (arch.len == 0 || span_equal(package->arch, arch)))
            return from;
    }
    return SIZE_MAX;
}

// ---------------------------------------------------------------- digests as text

// The value of a digit plus one; 0: it is none. Checksums are most of what is read here.
static const uint8_t hex_digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool hex_read(span hex, uint8_t *ret, size_t count)
{
    if (hex.len != count * 2)
        return false;
    for (size_t i = 0; i < count; i++) {
        unsigned high = hex_digits[hex.ptr[2 * i]];
        unsigned low = hex_digits[hex.ptr[2 * i + 1]];
        if (high == 0 || low == 0)
            return false;
        ret[i] = (uint8_t)((high - 1) << 4 | (low - 1));
    }
    return true;
}

static int base64_digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (ascii_is_digit(c))
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool base64_read(span text, uint8_t *ret, size_t count)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t at = 0;
    text = span_trim_end(text, '=');
    for (size_t i = 0; i < text.len; i++) {
        int digit = base64_digit(text.ptr[i]);
        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        if (at == count)
            return false;
        ret[at++] = (uint8_t)(bits >> held);
    }
    return at == count;
}

// ---------------------------------------------------------------- records

// The file lists of pacman lie beside its records; those of dpkg are no records of their own.
static bool list_records(struct roll *roll, struct err *err)
{
    struct list records = {0};
    struct notes told = {0}; // what there is to say of the records was said when they were read
    notes_init(&told, roll->mem, roll->limits);
    if (!records_collect(roll->tree, roll->limits, roll->mem, &told, &records, err))
        return false;
    for (size_t i = 0; i < records.count; i++) {
        const struct record *record = LIST_AT(&records, struct record, i);
        if (record->list && !record->list(roll, record, err))
            return err_add(err, "%s", quote(record->file->path).text);
    }
    return true;
}

// Packages whose record is a name alone, as where var/lib/dpkg/info was deleted to save space.
static void note_unlisted(const struct roll *roll)
{
    const struct package *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < roll->bom->package_count; i++) {
        const struct package *package = &roll->bom->packages[i];
        if (roll->is_listed[i] || package->removed || !package_is_recorded(package))
            continue;
        first = first ? first : package;
        count++;
    }
    if (first)
        notes_add(roll->notes, NOTE_INFORMATION, first->locations[0].path,
                  "%zu packages have no list of files, the first is '%s': what of them is here "
                  "cannot be told",
                  count, quote(first->name).text);
}

bool inventory_listing(const struct tree *tree, const struct bom *bom, const struct limits *limits,
                       struct arena *mem, struct notes *notes, struct listing *ret, struct err *err)
{
    struct roll roll = {.tree = tree, .bom = bom, .limits = limits, .mem = mem, .notes = notes};
    if (!roll_init(&roll, err) || !list_records(&roll, err) || !pacman_list_rules(&roll, err) ||
        !python_list_records(&roll, err) || !roll_finish(&roll, ret, err))
        return err_add(err, "files of packages");
    note_unlisted(&roll);
    return true;
}
