// The Ubuntu CVE Tracker: one record a flaw, in it for each release and source package a status.
// ubuntu.c says what a record means, ubuntu_text.c and ubuntu_json.c read its two forms;
// ubuntu_usn.c reads the notices.
#ifndef PLIMSOLL_FEEDS_UBUNTU_INNER_H
#define PLIMSOLL_FEEDS_UBUNTU_INNER_H

#include "feeds/feeds_inner.h"

// The word and the free text that the tracker has for one package in one release.
struct ubuntu_state {
    span codename; // "bionic"
    span version;  // "18.04"
    span pocket;   // "esm-infra", a release of its own, for customers; empty: the release itself
    span package;
    span status;
    span note;
    span priority; // where it is another than the record's
};

struct ubuntu_record {
    span id;
    span published;
    span priority;
    span cvss;          // NVD's: "CVSS:3.1/AV:N/… [7.5 HIGH]"
    struct list states; // of struct ubuntu_state
};

void ubuntu_init(struct ubuntu_record *record, struct arena *mem);
// Adds the state of a package in `release`, "bionic", "esm-infra/bionic" or "trusty/esm". Null, and
// nothing is added, for what is no release ("upstream", "devel"), and where there is no such
// package ("DNE"), which absence says just as well.
struct ubuntu_state *ubuntu_add(struct ubuntu_record *record, span release, span package,
                                span status);
// Fills codename, version and pocket; false for what is no release.
bool ubuntu_read_release(span release, struct ubuntu_state *ret);

// Read one document; what they give lives as long as `mem` or the document.
bool ubuntu_read_text(span bytes, struct arena *mem, struct ubuntu_record *ret, struct err *err);
bool ubuntu_read_json(const struct json *document, struct arena *mem, struct ubuntu_record *ret,
                      struct err *err);

// The notices in one document.
bool ubuntu_give_notices(struct translation *translation, const struct json *document,
                         struct err *err);

#endif
