// What the readers of Java archives share.
#ifndef PLIMSOLL_SCAN_CATALOG_JAVA_INNER_H
#define PLIMSOLL_SCAN_CATALOG_JAVA_INNER_H

#include "format/zip/zip.h"
#include "maven/maven.h"
#include "scan/catalog/catalog_inner.h"
#include "stream/stream.h"

// ---------------------------------------------------------------- manifests

// A header of META-INF/MANIFEST.MF (JAR File Specification, "Notes on Manifest and Signature
// Files"): continuation lines are joined.
struct manifest_header {
    span name;
    span value;
};

// The headers of one section after the other.
struct manifest_lines {
    span rest;
    struct arena *mem; // for values of several lines
};

enum manifest_step {
    MANIFEST_HEADER,
    MANIFEST_SECTION_END,
    MANIFEST_END,
    MANIFEST_NO_ROOM,
};
enum manifest_step manifest_next(struct manifest_lines *lines, struct manifest_header *ret);

// What the main section says that tells an archive's name and version.
enum manifest_key {
    KEY_ARTIFACT_TITLE,   // Implementation-Title
    KEY_ARTIFACT_VERSION, // Implementation-Version
    KEY_VENDOR_ID,        // Implementation-Vendor-Id
    KEY_API_VERSION,      // Specification-Version
    KEY_BUNDLE_NAME,      // Bundle-SymbolicName, without its directives
    KEY_BUNDLE_VERSION,
    KEY_BUNDLE_LICENSE,
    KEY_MODULE_NAME, // Automatic-Module-Name
    KEY_GROUP_ID,    // of a Jenkins plugin
    KEY_SHORT_NAME,  // the same
    KEY_PLUGIN_VERSION,
    MANIFEST_KEYS,
};

struct manifest {
    span text;
    span values[MANIFEST_KEYS];
};
// False when `mem` is full.
bool manifest_read(span text, struct arena *mem, struct manifest *ret);

// ---------------------------------------------------------------- Maven's own records

// What META-INF/maven/GROUP/ARTIFACT/pom.properties and pom.xml say of one artefact.
struct artifact {
    struct coordinates coordinates;
    span licenses;
    struct spans depends;
};

// ---------------------------------------------------------------- archives

// What all archives in one file of the image have together.
struct jar_budget {
    uint64_t entries;
    uint64_t bytes; // still to be read of members
};

// An archive, or one in another.
struct jar {
    struct inspection *inspection;
    struct jar_budget *budget;
    struct arena *mem; // of this archive alone
    const struct content *content;
    span member;   // where in the file of the image; empty: that file itself
    span location; // the same for notes: "app.war!/WEB-INF/lib/x.jar"
    span name;     // the last component, with its extension
    size_t depth;  // archives around it
    struct zip zip;
    struct manifest manifest;
    struct list artifacts; // of struct artifact
};

// The same as member_afford, member_open and member_read, for members of a jar.
bool jar_afford(struct jar *jar, const struct zip_entry *entry, struct err *err);
bool jar_open_member(struct jar *jar, const struct zip_entry *entry, struct stream **ret,
                     struct err *err);
bool jar_read_member(struct jar *jar, const struct zip_entry *entry, uint64_t most, span *ret,
                     struct err *err);

// A note on a member that could not be read. Entries that overlap have one note together, from when
// their archive was opened.
void jar_note_damage(struct jar *jar, const struct zip_entry *entry, const struct err *damage);

// ---------------------------------------------------------------- who an archive is

// The artefact that the archive is, of those whose records are in it: null if it is none of them.
const struct artifact *jar_main_artifact(const struct jar *jar);
// The version of an archive that Maven recorded, as far as the archive's name says more.
span jar_full_version(const struct jar *jar, const struct coordinates *recorded);
// Who the archive is by its manifest and its name, where Maven left no record. Empty name or
// version: nobody knows.
struct coordinates jar_guess(const struct jar *jar);
// Fills in the group of an artefact by what is in the archive, and corrects the name where Maven
// knows another; the group stays empty unless the evidence is good.
void jar_guess_group(const struct jar *jar, struct coordinates *found);
// "name-1.2.jar" as a name and a version; the version is empty where there is none.
struct coordinates jar_split_name(span file_name);

// ---------------------------------------------------------------- digests

// Holds the entries of a signed archive to the digests in its manifest: what differs is a defect of
// the inspection. Fails only without memory.
bool jar_verify(struct jar *jar, struct err *err);

#endif
