// Shared by the translators: what one works with, how it hands results on, how archives are walked.
#ifndef PLIMSOLL_FEEDS_INNER_H
#define PLIMSOLL_FEEDS_INNER_H

#include "feeds/feeds.h"
#include "format/json/json.h"
#include "version/version.h"

// ---------------------------------------------------------------- translation

// One run over one feed. `mem` is reset after each document.
struct translation {
    span database;
    const struct limits *limits;
    struct arena *mem;
    const struct advisory_sink *sink;
    struct notes *notes;
    uint32_t newest;  // latest day that a document bears
    uint32_t written; // day on which the one at hand was written, as the archive says; 0: unknown
    bool sink_failed;
    struct list earlier; // of span, sorted: what newer files of the feed have told of
    struct list current; // of span: what this one has
    bool is_last_file;
};

// Remembers the day of a document and returns it; 0 for a text that is no date or lies before 1990
// (Go's records say 0001-01-01).
uint32_t translation_day(struct translation *translation, span date);
uint32_t translation_saw_day(struct translation *translation, uint32_t day);

// A feed may have several files that tell of the same records; they are read newest first. False
// for a record that a newer file has told of. The names live in `mem`.
void translation_init_names(struct translation *translation, struct arena *mem);
bool translation_is_new(struct translation *translation, span id);
// Is it the first time that this name comes up in this file? For a few names.
bool translation_is_first(struct translation *translation, span name);
bool translation_end_file(struct translation *translation, struct err *err);

// An advisory under construction: its packages are added first, then it is given away.
struct draft {
    struct translation *translation;
    struct advisory advisory; // starts as the database's, without a score
    struct list affected;     // of struct affected
    struct list flaws;        // of span
    struct list aliases;      // of span
    struct list streams;      // of span: module streams that an RPM erratum's title names
};
void draft_init(struct draft *draft, struct translation *translation, span id);
void draft_add_flaw(struct draft *draft, span id);  // each once
void draft_add_alias(struct draft *draft, span id); // each once
// Adds a CVE other than the id itself as a flaw, any other id as an alias.
void draft_add_name(struct draft *draft, span id);
void draft_add_names(struct draft *draft, const struct json *ids); // of an array of texts
// Takes over a CVSS vector, unless it cannot be scored or there is one already: give the newest
// version's first.
void draft_score(struct draft *draft, span vector);
// Adds a copy of a statement; one without a name or an ecosystem says nothing and is left out.
void draft_add(struct draft *draft, const struct affected *statement);
// Hands the advisory to the sink. One without packages is not worth keeping and is dropped.
bool draft_give(struct draft *draft, struct err *err);
// Gives severity and score of an advisory about one flaw, be that a CVE or what has no other id
// than the advisory's, as those of the flaw, with its weaknesses and the day of publication.
// Nothing is given of several flaws, of what was withdrawn, or when nothing is known.
bool draft_give_flaw(struct draft *draft, struct spans weaknesses, uint32_t published,
                     struct err *err);
// The CWE ids in an array: "CWE-79", or bare numbers. What is none is passed over.
struct spans draft_weaknesses(struct draft *draft, const struct json *ids);

bool translation_give_flaw(struct translation *translation, const struct flaw *flaw,
                           struct err *err);
bool translation_give_release(struct translation *translation, const struct release *release,
                              struct err *err);
bool translation_give_weakness(struct translation *translation, const struct weakness *weakness,
                               struct err *err);
bool translation_give_product(struct translation *translation, const struct cpe_product *product,
                              struct err *err);
struct flaw flaw_none(const struct translation *translation, span id); // knows nothing yet
// Takes the vector, its score and the severity, a word, that goes with it, unless the flaw has a
// score already or the vector is none: of several the first to be offered wins.
void flaw_rate(struct flaw *flaw, span vector, span severity);
// Adds "CWE-79" and the like, each once; any other text is no weakness.
void weakness_add(struct list *weaknesses, span text);
bool ecosystem_key(struct translation *translation, span distro, span version, span *ret,
                   struct err *err);

// "distro:version"; without room for it the draft fails.
span draft_ecosystem(struct draft *draft, span distro, span version);

// ---------------------------------------------------------------- documents

// Parses JSON (".json"), YAML (".yaml", ".yml") or the fenced TOML before a page (".md") into one
// kind of tree; in the latter two every scalar is a string. *ret is null for what has another name
// and for pages without TOML.
bool document_parse(struct translation *translation, span path, span bytes, struct json **ret,
                    struct err *err);

// ---------------------------------------------------------------- OSV

// The Open Source Vulnerability format 1.x: what is common to all who publish in it, and what each
// publisher means in its own way.
struct osv_dialect {
    // Takes the flaws and aliases of the record, which the publishers put in different members.
    void (*add_names)(struct draft *draft, const struct json *document);
    // Takes one element of `affected`, mostly by osv_add_ranges; ignores other ecosystems.
    void (*add_package)(struct draft *draft, const struct json *affected);
    // Are severity, score and weaknesses those of the flaw that the record is about, whatever its
    // id? Else only a record that bears a CVE id itself speaks of that.
    bool rates_flaws;
};

// Translates one record; a path that document_parse does not know is none. What a record about one
// flaw says of it beyond packages is given as a flaw too.
bool osv_translate(struct translation *translation, const struct osv_dialect *dialect, span path,
                   span bytes, struct err *err);
bool osv_translate_document(struct translation *translation, const struct osv_dialect *dialect,
                            const struct json *document, struct err *err);

span osv_ecosystem(const struct json *affected); // package.ecosystem
span osv_name(const struct json *affected);      // package.name

// Adds the CVEs in `related` as flaws: what DSA, RHSA and the like are about.
void osv_add_related(struct draft *draft, const struct json *document);
// Adds the aliases of a record about one CVE. Another CVE among them is another flaw.
void osv_add_aliases(struct draft *draft, const struct json *document);
// Adds the CVEs among the aliases as flaws and the others as aliases.
void osv_add_all_names(struct draft *draft, const struct json *document);

// Gives `add` one statement for each version range of `affected` (commit ranges are left out): a
// copy of `pattern` with introduced, fixed and last_affected set, and status where there is a fix.
// A fix in version "0" means never affected. Events are sorted by the order of the pattern's
// ecosystem.
typedef void osv_adder(struct draft *draft, const struct affected *statement);
void osv_add_ranges(struct draft *draft, const struct json *affected,
                    const struct affected *pattern, osv_adder *add);

// Adds the statements of a publisher who also lists versions: the ranges as above, and one for each
// version in the list that lies in none of them. A range whose bounds are no versions of the
// ecosystem is a note.
void osv_add_versions(struct draft *draft, const struct json *affected,
                      const struct affected *pattern);

// Adds the statements of `ranges`, which stand for those of `affected`: what is below all of them
// is affected, too. False, and nothing is added, when a bound is no version of the ecosystem.
bool osv_add_releases(struct draft *draft, const struct json *affected, const struct json *ranges,
                      const struct affected *pattern);

// ---------------------------------------------------------------- packages of languages

// Fills ecosystem, name and kind by doc/formats/ecosystem.md for an ecosystem of OSV and the name
// of a package there. False for an ecosystem that is none of a language.
bool language_package(struct draft *draft, span ecosystem, span name, struct affected *ret);
// osv_dialect.add_names for GitHub's records, also as others pass them on.
void ghsa_add_names(struct draft *draft, const struct json *document);
// osv_dialect.add_package for records of language ecosystems.
void language_add_package(struct draft *draft, const struct json *affected);

// ---------------------------------------------------------------- constraints

// These take a set of versions and change it. They return false, and leave it, when a constraint is
// none, which is a note, or when memory is out, which fails the draft.

// Adds the versions that satisfy `constraint`, as `ecosystem` orders and writes it.
bool draft_join_constraint(struct draft *draft, span ecosystem, span constraint,
                           struct version_intervals *set);
// The same for any constraint in an array.
bool draft_join_constraints(struct draft *draft, span ecosystem, const struct json *constraints,
                            struct version_intervals *set);
// Takes the versions of `part` out.
bool draft_leave_out(struct draft *draft, span ecosystem, struct version_intervals part,
                     struct version_intervals *set);

// Adds a copy of `pattern` for each interval of affected versions. Where one ends with a version
// that is affected itself, the first of the `patched` ones behind it is its fix.
void draft_add_intervals(struct draft *draft, const struct affected *pattern,
                         struct version_intervals affected, struct version_intervals patched);

// ---------------------------------------------------------------- RPM errata

// Packages that hold debugging symbols and no code that runs.
bool rpm_is_debug(span name);
// "php:7.3:8040020210504103517:ceb1cf90:aarch64" gives "php:7.3".
span rpm_stream_of(span module);
// "epoch:version-release"; empty, for which nothing is said, where version or release is missing.
span rpm_build(struct draft *draft, span epoch, span version, span release);
// Remembers the module streams in an erratum's title: "Important: nodejs:18 security update".
void rpm_read_title(struct draft *draft, span title);
// Adds a fixed build. A build of a module, as its version shows, counts for the streams in the
// title only: as many statements, since which package is of which stream the title does not say.
void rpm_add_titled(struct draft *draft, const struct affected *statement);
// A package of an erratum as it stands there, part by part.
struct rpm_package {
    span name;
    span epoch;
    span version;
    span release;
};
// Adds it as a fixed build, in the pattern's module or else in those of the title; one that is for
// debugging, or has no version, says nothing.
void rpm_add_package(struct draft *draft, const struct affected *pattern,
                     const struct rpm_package *package);
// Adds a fixed build whose `module` is set as far as it is known. One erratum may fix a package in
// several builds, for minor releases and architectures: what is as new as the earliest is fixed.
// A statement with STATUS_END_OF_LIFE counts only where there is none with STATUS_FIXED.
void rpm_add_build(struct draft *draft, const struct affected *statement);

// What a product of SUSE's is for: patterns of statements with ecosystem, repository and status
// (STATUS_FIXED, or STATUS_END_OF_LIFE for who has not bought what the product is).
enum { MOST_TARGETS = 6 };
struct targets {
    struct affected items[MOST_TARGETS];
    size_t count;
};
// Reads "Linux Enterprise Server 15 SP3-LTSS" of "SUSE", "Leap 15.5" of "openSUSE". False for
// products with releases of their own, which do not say what they are built upon.
bool suse_read_product(struct draft *draft, span publisher, span product, struct targets *ret);

// ---------------------------------------------------------------- CPE

// Fills *ret with ecosystem, name and module of the application that a CPE 2.3 name (NISTIR 7695,
// 6.2: a formatted string) names. False for what is no such name, no application, or none that can
// lie in a container.
bool cpe_name_product(struct draft *draft, span text, struct affected *ret);

// "vendor:product" of an application's CPE 2.3 name; empty for any other text, and without room.
span cpe_product_of(struct arena *mem, span text);

// Adds the applications of a configuration: NVD's "nodes" with "cpe_match" (feeds 1.1) or
// "cpeMatch" (2.0, also in CVE records). What stands there beside them, and must be there too, is
// heeded where a container cannot have it: another operating system than Linux, or a device.
void cpe_add_configuration(struct draft *draft, const struct json *configuration);

// ---------------------------------------------------------------- comma-separated values

// Cuts the line of column names off *rest and finds those that are wanted, in any case.
#define CSV_NONE ((size_t)-1)
void csv_read_header(span *rest, const char *const *names, size_t count, size_t *ret_columns);
// Cuts a record off *rest; a field that it does not have is empty. Quotes around a field are left
// out, doubled quotes in it are left in: no field that matters has any.
void csv_read_record(span *rest, const size_t *columns, size_t count, span *ret_fields);

// ---------------------------------------------------------------- CVE ids

bool is_cve(span id); // "CVE-", four digits, "-", four or more digits, nothing else
// Cuts the next CVE id out of *rest, wherever it stands; false when there is none.
bool cut_cve(span *rest, span *ret);

// ---------------------------------------------------------------- archives

// What an arena for the work on one document may hold.
uint64_t document_budget(const struct limits *limits);
struct document {
    span path;
    span bytes;
    uint32_t modified; // days since 1970-01-01, as the archive says; 0: it does not
};
// Calls visit for each document: each regular member of a tar or a zip, another file itself, each
// of those in a directory, in the order of their names. Files may be packed with gzip, zstd, xz or
// bzip2; what they are is seen from their bytes. Paths are those below the directory, without the
// one at the top of a git archive. Stops when visit returns false.
//
// Of JSON files of hundreds of megabytes the parts are the documents, as json_items cuts them;
// feed_bytes limits one of them.
enum file_form {
    FORM_DOCUMENT,
    FORM_MAP,  // an object with many members: each becomes an object of its own
    FORM_LIST, // objects with a long array, whose elements are documents
    // The same, but only of the files that say anew what others say, and which FORM_LIST leaves
    // out.
    FORM_LIST_OF_CHANGES,
};
// Of what form a file of the feed is, as feeds_file counts them.
enum file_form feed_file_form(const struct feed *feed, size_t index);
typedef bool archive_visitor(void *self, const struct document *document, struct err *err);
bool archive_each(const char *path, enum file_form form, const struct limits *limits,
                  archive_visitor *visit, void *self, struct err *err);

// ---------------------------------------------------------------- translators

feed_translator translate_debian;
feed_translator translate_secdb;
feed_translator translate_alpine_osv;
feed_translator translate_ubuntu;
feed_translator translate_redhat_osv;
feed_translator translate_redhat_cve;
feed_translator translate_almalinux_osv;
feed_translator translate_almalinux_errata;
feed_translator translate_rocky;
feed_translator translate_amazon;
feed_translator translate_suse;
feed_translator translate_arch;
feed_translator translate_oval;
feed_translator translate_gentoo;
feed_translator translate_end_of_life;
feed_translator translate_kev;
feed_translator translate_epss;
feed_translator translate_ghsa;
feed_translator translate_pypa;
feed_translator translate_go;
feed_translator translate_malicious;
feed_translator translate_osv_export;
feed_translator translate_gitlab;
feed_translator translate_rustsec;
feed_translator translate_ruby;
feed_translator translate_php;
feed_translator translate_bitnami;
feed_translator translate_haskell;
feed_translator translate_nodejs;
feed_translator translate_kubernetes;
feed_translator translate_psf;
feed_translator translate_oss_fuzz;
feed_translator translate_nvd;
feed_translator translate_nvd_overrides;
feed_translator translate_cve5;
feed_translator translate_cwe;
feed_translator translate_purl2cpe;
feed_translator translate_cpe_index;

#endif
