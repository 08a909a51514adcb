// rpmdb: the bytes of an RPM database to the headers of the installed packages, and a header to
// its fields. Reads the three layouts that rpm has written since 4.0: Berkeley DB hash, ndb and
// SQLite. Bytes are hostile; nothing is written, nothing is locked, no library is asked.
#ifndef PLIMSOLL_RPMDB_H
#define PLIMSOLL_RPMDB_H

#include "base/base.h"

// ---------------------------------------------------------------- databases

enum rpmdb_kind {
    RPMDB_NONE,   // none of these
    RPMDB_BDB,    // `Packages`: Berkeley DB hash, version 7 to 10, either byte order
    RPMDB_NDB,    // `Packages.db`: rpm's own, by default on SUSE
    RPMDB_SQLITE, // `rpmdb.sqlite`: since rpm 4.16
};

// By the magic number alone; never by the name of the file.
enum rpmdb_kind rpmdb_detect(span database);

// Who is told what a database holds. Both are called in the order of the database.
struct rpmdb_visitor {
    void *self;
    // What should be a header; rpm_header_open says whether it is. The bytes are valid during the
    // call only: copy what you keep (arena_span). False, with err filled, ends the reading.
    bool (*header)(void *self, span header, struct err *err);
    // A part could not be read, or was read and is doubtful. Reading goes on behind it.
    void (*damage)(void *self, const struct err *damage);
};

// Calls visitor->header for each installed package, pseudo packages `gpg-pubkey` included, as
// `rpm -qa` lists them. `log` is the content of `rpmdb.sqlite-wal`, or empty: its committed frames
// are applied. It means nothing for the other kinds.
//
// Damage does not fail: visitor->damage hears of it, and everything readable is still visited.
// False means that there is no more to be had than what was visited: ERR_INPUT when this is no
// database or its parts overlap, ERR_UNSUPPORTED for one that is encrypted or a Berkeley DB that
// is no hash, ERR_LIMIT beyond limits.packages, or what visitor->header said.
//
// Takes from `mem` four times the largest header that lies in pieces, and 8 bytes for each
// committed frame of the log. Time is linear in the size of the input, whatever it contains
// (sorting the frames of a log apart).
bool rpmdb_read(span database, span log, const struct limits *limits, struct arena *mem,
                const struct rpmdb_visitor *visitor, struct err *err);

// ---------------------------------------------------------------- headers

// Tags (rpm's rpmtag.h). Any other number may be asked for as well.
enum rpm_tag {
    RPM_TAG_NAME = 1000,
    RPM_TAG_VERSION = 1001,
    RPM_TAG_RELEASE = 1002,
    RPM_TAG_EPOCH = 1003,
    RPM_TAG_SUMMARY = 1004,
    RPM_TAG_INSTALL_TIME = 1008,
    RPM_TAG_SIZE = 1009,
    RPM_TAG_VENDOR = 1011,
    RPM_TAG_LICENSE = 1014,
    RPM_TAG_URL = 1020,
    RPM_TAG_ARCH = 1022,
    RPM_TAG_OLD_FILE_NAMES = 1027,
    RPM_TAG_FILE_SIZES = 1028,
    RPM_TAG_FILE_STATES = 1029,
    RPM_TAG_FILE_MODES = 1030,
    RPM_TAG_FILE_DIGESTS = 1035,
    RPM_TAG_FILE_LINK_TARGETS = 1036,
    RPM_TAG_FILE_FLAGS = 1037,
    RPM_TAG_SOURCE_RPM = 1044,
    RPM_TAG_DIR_INDEXES = 1116,
    RPM_TAG_BASE_NAMES = 1117,
    RPM_TAG_DIR_NAMES = 1118,
    RPM_TAG_LONG_FILE_SIZES = 5008,
    RPM_TAG_FILE_DIGEST_ALGORITHM = 5011,
    RPM_TAG_MODULARITY_LABEL = 5096,
};

// A header: an index of (tag, type, offset, count) and the data that it points into. A view of
// the bytes it was opened on, which must outlive it.
struct rpm_header {
    span index;
    span data;
};

// ERR_INPUT when the lengths at the start contradict the bytes, or exceed rpm's own bounds
// (65,535 entries, 256 MiB of data). Entries are checked when they are asked for.
bool rpm_header_open(span bytes, struct rpm_header *ret, struct err *err);

// The text of a tag, the first one of an array, and of a translated text the untranslated. Empty
// when the tag is absent, no text, or not ended within the data. Bytes as they stand: rpm 4 of
// long ago wrote other things than UTF-8.
span rpm_header_text(const struct rpm_header *header, uint32_t tag);

// The first number of a tag of type CHAR, INT8, INT16, INT32 or INT64. False when there is none.
bool rpm_header_number(const struct rpm_header *header, uint32_t tag, uint64_t *ret);

// Walks the texts of a tag: `struct rpm_texts t = rpm_header_texts(h, tag); span text;
// while (rpm_texts_next(&t, &text))`. Nothing is copied; linear in the whole walk.
struct rpm_texts {
    span rest;
    uint32_t left;
};
struct rpm_texts rpm_header_texts(const struct rpm_header *header, uint32_t tag);
bool rpm_texts_next(struct rpm_texts *texts, span *ret);

// Walks the numbers of a tag in the same way. None when they do not lie within the data.
struct rpm_numbers {
    span rest;
    size_t size; // bytes of one
};
struct rpm_numbers rpm_header_numbers(const struct rpm_header *header, uint32_t tag);
bool rpm_numbers_next(struct rpm_numbers *numbers, uint64_t *ret);

// ---------------------------------------------------------------- packages

// What a header says of its package. Spans point into the header; absent fields are empty.
struct rpm_package {
    span name; // `gpg-pubkey` is a key, not software: version its id, no arch, no source rpm
    span version;
    span release;
    bool has_epoch; // rpm compares a missing epoch as 0
    uint32_t epoch;
    span arch;
    span source_rpm; // the file name: `bash-5.1.8-1.cm2.src.rpm`
    span vendor;
    span license;
    span modularity_label; // `nodejs:10:8000020190620150319:f8e95b4e`
    uint64_t install_time; // seconds since 1970; 0 when absent
};

// ERR_INPUT when the name or the version is missing: without them nothing can be matched.
bool rpm_package_read(const struct rpm_header *header, struct rpm_package *ret, struct err *err);

// `NAME-VERSION-RELEASE.src.rpm` (or `.nosrc.rpm`) in its parts. False when it is none.
bool rpm_source_split(span source_rpm, span *ret_name, span *ret_version, span *ret_release);

#endif
