// Files of Alpine packages, as lib/apk/db/installed lists them behind each package (apk-tools 2.14
// database.c): "F:" a directory, below it "R:" a file, behind that "a:" its owner and mode where
// they are not 0:0:644, and "Z:" the SHA-1 of its content, or of the target of a link.
#include "scan/inventory/listing_inner.h"

enum { LINK_MODE = 0777, FILE_MODE = 0644, SHA1_BYTES = 20 };

struct apk {
    struct roll *roll;
    size_t package; // SIZE_MAX: between packages, or one that is not known
    span name;
    span version;
    span directory;
    span file; // empty: none is open
    struct listed_file listed;
};

static bool close_file(struct apk *apk, struct err *err)
{
    span file = apk->file;
    apk->file = (span){0};
    if (file.len == 0 || apk->package == SIZE_MAX)
        return true;
    // A link is a file of mode 777; no other file is (apk writes what the archive says).
    apk->listed.package = (uint32_t)apk->package;
    apk->listed.has_mode = apk->listed.mode != LINK_MODE;
    apk->listed.kind = apk->listed.has_mode ? LISTED_FILE : LISTED_LINK;
    // What is below etc is kept when it was changed ("protected paths").
    apk->listed.is_config =
        span_equal(apk->directory, S("etc")) || span_starts_with(apk->directory, S("etc/"));
    return roll_add(apk->roll, apk->directory, file, &apk->listed, err);
}

static void find_package(struct apk *apk)
{
    if (apk->package == SIZE_MAX && apk->name.len && apk->version.len)
        apk->package = bom_find(apk->roll->bom, S("apk"), apk->name, apk->version, (span){0});
    if (apk->package != SIZE_MAX)
        apk->roll->is_listed[apk->package] = true;
}

// "UID:GID:MODE[:…]"
static void read_attributes(struct apk *apk, span value)
{
    uint64_t mode = 0;
    (void)span_cut(&value, ':');
    (void)span_cut(&value, ':');
    if (span_to_u64_octal(span_cut(&value, ':'), &mode) && mode <= 07777)
        apk->listed.mode = (uint32_t)mode;
}

// "Q1" and the SHA-1 in base64, "Q2" and a SHA-256; of old, an MD5 in hexadecimal digits.
static void read_checksum(struct apk *apk, span value)
{
    span digits = span_from(value, 2);
    if (span_starts_with(value, S("Q1")) && base64_read(digits, apk->listed.digest, SHA1_BYTES))
        apk->listed.algorithm = LISTED_SHA1;
    else if (span_starts_with(value, S("Q2")) &&
             base64_read(digits, apk->listed.digest, sizeof apk->listed.digest))
        apk->listed.algorithm = LISTED_SHA256;
    else if (hex_read(value, apk->listed.digest, 16))
        apk->listed.algorithm = LISTED_MD5;
}

static bool take_line(struct apk *apk, uint8_t key, span value, struct err *err)
{
    switch (key) {
    case 'P':
        apk->name = value;
        break;
    case 'V':
        apk->version = value;
        break;
    case 'F':
        find_package(apk);
        if (!close_file(apk, err))
            return false;
        apk->directory = value;
        break;
    case 'R':
        if (!close_file(apk, err))
            return false;
        apk->file = value;
        apk->listed = (struct listed_file){.mode = FILE_MODE};
        break;
    case 'a':
        read_attributes(apk, value);
        break;
    case 'Z':
        read_checksum(apk, value);
        break;
    default: // a letter of the package, of the directory, or one that is not known yet
        break;
    }
    return true;
}

static bool end_package(struct apk *apk, struct err *err)
{
    find_package(apk); // one without files is listed too
    if (!close_file(apk, err))
        return false;
    *apk = (struct apk){.roll = apk->roll, .package = SIZE_MAX};
    return true;
}

bool apk_list_installed(struct roll *roll, const struct record *record, struct err *err)
{
    struct apk apk = {.roll = roll, .package = SIZE_MAX};
    span rest = record->file->content;
    while (rest.len) {
        span line = span_cut_line(&rest);
        bool ok = true;
        if (line.len == 0)
            ok = end_package(&apk, err);
        else if (line.len >= 2 && line.ptr[1] == ':')
            ok = take_line(&apk, line.ptr[0], span_from(line, 2), err);
        if (!ok)
            return false;
    }
    bool done = end_package(&apk, err);
    roll_note_bad(roll, record->file->path);
    return done;
}
