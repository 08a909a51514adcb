// The lists that there are.
#include "service/store/browse_inner.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

// -------- what is said more than once

// Names of an image, of the project alone whose token asks.
#define NAMES_OF_IMAGE                                                                       \
    "FROM tag_image ti JOIN tag t ON t.id = ti.tag JOIN repository r ON r.id = t.repository" \
    " WHERE ti.image = i.id{of project}"
#define IMAGE_IS_OF_PROJECT                                                            \
    "EXISTS (SELECT 1 FROM tag_image ti JOIN tag t ON t.id = ti.tag JOIN repository r" \
    " ON r.id = t.repository WHERE ti.image = i.id AND r.project = ?)"
// What the project holds is gathered once: a package of a base image is in more images of others
// than anybody wants to look through.
#define UNIT_IS_OF_PROJECT                                                                        \
    "u.id IN (SELECT bu.unit FROM repository r JOIN tag t ON t.repository = r.id JOIN tag_image " \
    "ti"                                                                                          \
    " ON ti.tag = t.id JOIN image_bundle ib ON ib.image = ti.image JOIN bundle_unit bu"           \
    " ON bu.bundle = ib.bundle WHERE r.project = ?)"
// Not EXISTS, which PostgreSQL may take as a wish to gather everything after all.
#define UNIT_IS_OF_LARGE_PROJECT                                                                 \
    "(SELECT 1 FROM bundle_unit bu JOIN image_bundle ib ON ib.bundle = bu.bundle JOIN"           \
    " tag_image ti ON ti.image = ib.image JOIN tag t ON t.id = ti.tag JOIN repository r ON r.id" \
    " = t.repository WHERE bu.unit = u.id AND r.project = ? LIMIT 1) = 1"
#define UNITS_OF_IMAGE                                                             \
    "u.id IN (SELECT bu.unit FROM image i JOIN image_bundle ib ON ib.image = i.id" \
    " JOIN bundle_unit bu ON bu.bundle = ib.bundle WHERE i.digest = ?)"
#define UNITS_OF_REPOSITORY                                                           \
    "u.id IN (SELECT bu.unit FROM repository r JOIN tag t ON t.repository = r.id"     \
    " JOIN tag_image ti ON ti.tag = t.id JOIN image_bundle ib ON ib.image = ti.image" \
    " JOIN bundle_unit bu ON bu.bundle = ib.bundle WHERE r.registry || '/' || r.name = ?)"
// Counted only so far: packages of base images are in nearly all, and a page has a hundred of them.
#define IMAGES_OF_UNIT                                                         \
    "(SELECT count(*) FROM (SELECT 1 FROM bundle_unit bu JOIN image_bundle ib" \
    " ON ib.bundle = bu.bundle WHERE bu.unit = u.id LIMIT 100) held)"
// Rules that name places alone are looked up by nothing: of them nobody knows.
#define RULE_HAS_MATCHED                                                                        \
    "(EXISTS (SELECT 1 FROM rule_key k JOIN question q ON q.hash = k.hash JOIN finding f"       \
    " ON f.unit = q.unit WHERE k.rule = x.id{of project's units}) OR NOT EXISTS (SELECT 1 FROM" \
    " rule_key k WHERE k.rule = x.id))"
#define UNIT_IS_NAMED "u.name = ? OR u.short_name = ?"

static const char about_images[] = "how many images hold it; 100: that many or more";
static const char about_digest[] = "digest of the image's manifest";
static const char about_repository[] = "REGISTRY/REPOSITORY";
static const char about_package[] = "name of the package, with or without its group";
static const char about_type[] = "type of the package, as in purls: deb, npm, maven";
static const char about_version[] =
    "constraint on the version, in the order of its ecosystem: <2.17";

// -------- images

static const struct view_column image_columns[] = {
    {"digest", COLUMN_TEXT, "i.digest", about_digest},
    {"image_id", COLUMN_TEXT, "i.image_id", "digest of its configuration"},
    {"name", COLUMN_TEXT,
     "(SELECT min(r.registry || '/' || r.name || ':' || t.name) " NAMES_OF_IMAGE ")",
     "one of its names; null: it has none any more"},
    {"platform", COLUMN_TEXT, "i.platform", "OS/ARCHITECTURE[/VARIANT]"},
    {"distro", COLUMN_TEXT, "i.distro", "its distribution: debian:12"},
    {"created", COLUMN_TEXT, "i.created", "when it was built, as it says itself"},
    {"scanned", COLUMN_TIME, "i.scanned", "when its bill of materials was made"},
    {"complete", COLUMN_BOOLEAN, "i.complete", "all of it could be read"},
    {"packages", COLUMN_INTEGER, "i.packages", "how many packages are in it"},
};
static const struct view_filter image_filters[] = {
    {"digest", FILTER_TEXT, "i.digest = ?", NULL, about_digest},
    {"repository", FILTER_TEXT,
     "i.id IN (SELECT ti.image FROM repository r JOIN tag t ON t.repository = r.id JOIN tag_image"
     " ti ON ti.tag = t.id WHERE r.registry || '/' || r.name = ?)",
     NULL, about_repository},
    {"tag", FILTER_TEXT,
     "EXISTS (SELECT 1 FROM tag_image ti JOIN tag t ON t.id = ti.tag WHERE ti.image = i.id"
     " AND t.name = ?)",
     NULL, "one of its tags"},
    {"label", FILTER_TEXT,
     "EXISTS (SELECT 1 FROM image_label l WHERE l.image = i.id AND (l.key = ?"
     " OR l.key || '=' || l.value = ?))",
     NULL, "KEY or KEY=VALUE"},
    {"layer", FILTER_TEXT,
     "i.id IN (SELECT il.image FROM layer l JOIN image_layer il ON il.layer = l.id"
     " WHERE l.diff_id = ?)",
     NULL, "diffID of one of its layers"},
    {"finding", FILTER_TEXT,
     "i.id IN (SELECT ib.image FROM finding f JOIN bundle_unit bu ON bu.unit = f.unit"
     " JOIN image_bundle ib ON ib.bundle = bu.bundle WHERE f.id = ? AND f.suppressed = 0)",
     NULL, "id of something that is wrong with it"},
    {"distro", FILTER_TEXT, "i.distro = ?", NULL, "its distribution: debian:12"},
};

static const struct view_column layer_columns[] = {
    {"diff_id", COLUMN_TEXT, "l.diff_id", "digest of its uncompressed bytes"},
    {"bytes", COLUMN_INTEGER, "l.bytes", "as the registry has it"},
    {"images", COLUMN_INTEGER,
     "(SELECT count(*) FROM (SELECT 1 FROM image_layer il WHERE il.layer = l.id LIMIT 100) held)",
     about_images},
};
static const struct view_filter layer_filters[] = {
    {"diff_id", FILTER_TEXT, "l.diff_id = ?", NULL, "digest of its uncompressed bytes"},
    {"image", FILTER_TEXT,
     "l.id IN (SELECT il.layer FROM image i JOIN image_layer il ON il.image = i.id"
     " WHERE i.digest = ?)",
     NULL, about_digest},
};

static const struct view_column image_layer_columns[] = {
    {"position", COLUMN_INTEGER, "il.position", "from 0, the lowest"},
    {"diff_id", COLUMN_TEXT, "l.diff_id", "digest of its uncompressed bytes"},
    {"bytes", COLUMN_INTEGER, "l.bytes", "as the registry has it"},
};
static const struct view_filter image_layer_filters[] = {
    {"image", FILTER_TEXT, "i.digest = ?", NULL, about_digest},
};

// -------- packages

static const struct view_column package_columns[] = {
    {"id", COLUMN_INTEGER, "u.id", "number of the package in its company: its distribution counts"},
    {"type", COLUMN_TEXT, "u.type", about_type},
    {"name", COLUMN_TEXT, "u.name", "as its ecosystem writes it"},
    {"version", COLUMN_TEXT, "u.version", "as its ecosystem writes it"},
    {"purl", COLUMN_TEXT, "u.purl", "package URL"},
    {"images", COLUMN_INTEGER, IMAGES_OF_UNIT, about_images},
    {"findings", COLUMN_INTEGER,
     "(SELECT count(*) FROM finding f WHERE f.unit = u.id AND f.suppressed = 0)",
     "how many things are wrong with it"},
};
static const struct view_filter package_filters[] = {
    {"id", FILTER_INTEGER, "u.id = ?", NULL, "number of the package"},
    {"name", FILTER_TEXT, UNIT_IS_NAMED, NULL, about_package},
    {"type", FILTER_TEXT, "u.type = ?", NULL, about_type},
    {"version", FILTER_VERSION, NULL, NULL, about_version},
    {"image", FILTER_TEXT, UNITS_OF_IMAGE, NULL, about_digest},
    {"repository", FILTER_TEXT, UNITS_OF_REPOSITORY, NULL, about_repository},
};

static const struct view_column place_columns[] = {
    {"type", COLUMN_TEXT, "u.type", about_type},
    {"package", COLUMN_TEXT, "u.name", "as its ecosystem writes it"},
    {"version", COLUMN_TEXT, "u.version", "as its ecosystem writes it"},
    {"purl", COLUMN_TEXT, "u.purl", "package URL"},
    {"image", COLUMN_TEXT, "i.digest", about_digest},
    {"name", COLUMN_TEXT, "r.registry || '/' || r.name || ':' || t.name", "name of the image"},
    {"platform", COLUMN_TEXT, "i.platform", "OS/ARCHITECTURE[/VARIANT]"},
    {"layer", COLUMN_TEXT, "l.diff_id", "diffID of the layer that brings it"},
};
static const struct view_filter place_filters[] = {
    {"name", FILTER_TEXT, UNIT_IS_NAMED, NULL, about_package},
    {"type", FILTER_TEXT, "u.type = ?", NULL, about_type},
    {"version", FILTER_VERSION, NULL, NULL, about_version},
    {"image", FILTER_TEXT, "i.digest = ?", NULL, about_digest},
    {"repository", FILTER_TEXT, "r.registry || '/' || r.name = ?", NULL, about_repository},
};

// -------- findings

static const struct view_column finding_columns[] = {
    {"id", COLUMN_TEXT, "f.id", "the flaw: CVE-2021-44228"},
    {"kind", COLUMN_FINDING_KIND, "f.kind", "what kind of thing is wrong"},
    {"severity", COLUMN_SEVERITY, "f.severity", "how bad it is here"},
    {"status", COLUMN_STATUS, "f.status", "what the vendor says"},
    {"type", COLUMN_TEXT, "u.type", about_type},
    {"package", COLUMN_TEXT, "u.name", "the package that has it"},
    {"version", COLUMN_TEXT, "u.version", "as its ecosystem writes it"},
    {"purl", COLUMN_TEXT, "u.purl", "package URL"},
    {"fixed_version", COLUMN_TEXT, "f.fixed_version", "the first that does not have it; or null"},
    {"kev", COLUMN_BOOLEAN, "f.exploited", "known to be exploited"},
    {"suppressed", COLUMN_BOOLEAN, "f.suppressed", "it does not count"},
    {"rule", COLUMN_INTEGER, "0", "number of the rule that says so; 0: none"},
    {"reason", COLUMN_TEXT, "''", "why, as the rule says; or null"},
    {"expires", COLUMN_DAY, "0", "first day on which it counts again; or null"},
    {"since", COLUMN_TIME, "f.since", "when it was found first"},
    {"images", COLUMN_INTEGER, IMAGES_OF_UNIT, about_images},
};
static const struct view_filter finding_filters[] = {
    {"id", FILTER_TEXT, "f.id = ?", NULL, "the flaw: CVE-2021-44228"},
    {"kind", FILTER_FINDING_KIND, "f.kind = ?", NULL, "vulnerability or malware"},
    {"severity", FILTER_SEVERITY, "f.severity >= ?", NULL, "at least so bad"},
    {"status", FILTER_STATUS, "f.status = ?", NULL, "fixed, affected, wont_fix, end_of_life …"},
    {"image", FILTER_TEXT, UNITS_OF_IMAGE, NULL, about_digest},
    {"repository", FILTER_TEXT, UNITS_OF_REPOSITORY, NULL, about_repository},
    {"package", FILTER_TEXT, UNIT_IS_NAMED, NULL, about_package},
    {"type", FILTER_TEXT, "u.type = ?", NULL, about_type},
    {"version", FILTER_VERSION, NULL, NULL, about_version},
    {"fixable", FILTER_FLAG, "f.fixed_version <> ''", NULL, "there is a version to go to"},
    {"kev", FILTER_FLAG, "f.exploited = 1", NULL, "known to be exploited"},
    {"suppressed", FILTER_FLAG, "f.suppressed = 1", "f.suppressed = 0",
     "what does not count, instead of what does"},
    {"since", FILTER_TIME, "f.since >= ?", NULL, "found on this day or later"},
};

// -------- names

static const struct view_column repository_columns[] = {
    {"id", COLUMN_INTEGER, "r.id", "its number"},
    {"registry", COLUMN_TEXT, "r.registry", "name of the registry in the configuration"},
    {"name", COLUMN_TEXT, "r.name", "as the registry has it"},
    {"project", COLUMN_TEXT, "p.name", "whose it is"},
    {"tags", COLUMN_INTEGER, "(SELECT count(*) FROM tag t WHERE t.repository = r.id)",
     "how many tags it has"},
};
static const struct view_filter repository_filters[] = {
    {"registry", FILTER_TEXT, "r.registry = ?", NULL, "name of the registry"},
    {"name", FILTER_TEXT, "r.name = ?", NULL, "as the registry has it"},
    {"project", FILTER_TEXT, "p.name = ?", NULL, "whose it is"},
};
static const struct view_column tag_columns[] = {
    {"registry", COLUMN_TEXT, "r.registry", "name of the registry in the configuration"},
    {"repository", COLUMN_TEXT, "r.name", "as the registry has it"},
    {"tag", COLUMN_TEXT, "t.name", "its name"},
    {"digest", COLUMN_TEXT, "t.digest", "of the manifest or index that it stands for"},
    {"pushed", COLUMN_TIME, "t.pushed", "when that was heard of"},
    {"images", COLUMN_INTEGER, "(SELECT count(*) FROM tag_image ti WHERE ti.tag = t.id)",
     "how many images, one for each platform"},
};
static const struct view_filter tag_filters[] = {
    {"registry", FILTER_TEXT, "r.registry = ?", NULL, "name of the registry"},
    {"repository", FILTER_TEXT, "r.name = ?", NULL, "as the registry has it"},
    {"digest", FILTER_TEXT, "t.digest = ?", NULL, "of the manifest or index"},
    {"image", FILTER_TEXT,
     "t.id IN (SELECT ti.tag FROM image i JOIN tag_image ti ON ti.image = i.id WHERE i.digest = ?)",
     NULL, about_digest},
};

// -------- what is done

static const struct view_column job_columns[] = {
    {"id", COLUMN_INTEGER, "j.id", "its number"},
    {"kind", COLUMN_JOB_KIND, "j.kind", "scan, rejudge or poll"},
    {"key", COLUMN_TEXT, "j.key", "what it is about"},
    {"state", COLUMN_TEXT,
     "CASE WHEN j.state = 1 THEN 'done' WHEN j.state = 2 THEN 'given up' WHEN j.lease <> ''"
     " THEN 'running' ELSE 'waiting' END",
     "waiting, running, done or given up"},
    {"created", COLUMN_TIME, "j.created", "when it was added"},
    {"due", COLUMN_TIME, "j.due", "from when on it may be taken; of a running one, for how long"},
    {"attempts", COLUMN_INTEGER, "j.attempts", "how often it was begun"},
    {"finished", COLUMN_TIME, "j.finished", "when it ended"},
    {"error", COLUMN_TEXT, "j.error", "why it failed last; or null"},
};
static const struct view_filter job_filters[] = {
    {"id", FILTER_INTEGER, "j.id = ?", NULL, "its number"},
    {"kind", FILTER_JOB_KIND, "j.kind = ?", NULL, "scan, rejudge or poll"},
    {"state", FILTER_TEXT,
     "CASE WHEN j.state = 1 THEN 'done' WHEN j.state = 2 THEN 'given up' WHEN j.lease <> ''"
     " THEN 'running' ELSE 'waiting' END = ?",
     NULL, "waiting, running, done or given up"},
};
static const struct view_column judgement_columns[] = {
    {"id", COLUMN_INTEGER, "g.id", "its number"},
    {"at", COLUMN_TIME, "g.at", "when it began"},
    {"database", COLUMN_TEXT, "g.stamp", "which advisory database"},
    {"built", COLUMN_TEXT, "g.built", "date of its newest fact"},
    {"changes", COLUMN_INTEGER, "g.changes", "answers of the database that differ"},
    {"packages", COLUMN_INTEGER, "g.units", "packages that were judged again"},
    {"added", COLUMN_INTEGER, "g.added", "findings"},
    {"changed", COLUMN_INTEGER, "g.changed", "findings"},
    {"gone", COLUMN_INTEGER, "g.gone", "findings"},
    {"finished", COLUMN_TIME, "g.finished", "when it ended"},
};
static const struct view_column change_columns[] = {
    {"judgement", COLUMN_INTEGER, "g.id", "number of the judgement that it made a difference to"},
    {"at", COLUMN_TIME, "g.at", "when that began"},
    {"id", COLUMN_TEXT, "c.id", "of the advisory"},
    {"database", COLUMN_TEXT, "c.database", "whose word it is"},
    {"ecosystem", COLUMN_TEXT, "c.ecosystem", "of the package"},
    {"package", COLUMN_TEXT, "c.package", "that it names"},
    {"change", COLUMN_TEXT, "c.change", "what became known"},
};
static const struct view_filter change_filters[] = {
    {"id", FILTER_TEXT, "c.id = ?", NULL, "of the advisory"},
    {"judgement", FILTER_INTEGER, "g.id = ?", NULL, "number of the judgement"},
};

// -------- who is told

static const struct view_column notification_columns[] = {
    {"id", COLUMN_INTEGER, "n.id", "its number"},
    {"subscription", COLUMN_INTEGER, "n.subscription", "number of the subscription"},
    {"owner", COLUMN_TEXT, "s.owner", "who is told"},
    {"key", COLUMN_TEXT, "n.key", "the same for every try: whoever gets it twice can tell"},
    {"state", COLUMN_NOTIFICATION, "n.state", "waiting, sent, dead, part or joined"},
    {"created", COLUMN_TIME, "n.created", "when it was queued"},
    {"due", COLUMN_TIME, "n.due", "when it is tried next"},
    {"attempts", COLUMN_INTEGER, "n.attempts", "how often it was tried"},
    {"sent", COLUMN_TIME, "n.sent", "when it was taken by the other side"},
    {"error", COLUMN_TEXT, "n.error", "why it failed last; or null"},
};
static const struct view_filter notification_filters[] = {
    {"id", FILTER_INTEGER, "n.id = ?", NULL, "its number"},
    {"subscription", FILTER_INTEGER, "n.subscription = ?", NULL, "number of the subscription"},
    {"state", FILTER_NOTIFICATION, "n.state = ?", NULL, "waiting, sent, dead, part or joined"},
};
static const struct view_column subscription_columns[] = {
    {"id", COLUMN_INTEGER, "s.id", "its number"},
    {"project", COLUMN_TEXT, "p.name", "whose images it is about"},
    {"owner", COLUMN_TEXT, "s.owner", "who is told"},
    {"image", COLUMN_TEXT, "s.image", "one image alone; or null"},
    {"repository", COLUMN_TEXT, "s.repository", "pattern over REGISTRY/REPOSITORY; or null"},
    {"label_key", COLUMN_TEXT, "s.label_key", "images that carry this label; or null"},
    {"label_value", COLUMN_TEXT, "s.label_value", "with this value; or null"},
    {"severity", COLUMN_SEVERITY, "s.severity", "at least so bad"},
    {"only_fixed", COLUMN_BOOLEAN, "s.only_fixed", "only if there is a version to go to"},
    {"only_exploited", COLUMN_BOOLEAN, "s.only_exploited", "only if it is known to be exploited"},
    {"channel", COLUMN_CHANNEL, "s.channel", "webhook, mail, slack, teams, file or command"},
    {"address", COLUMN_ADDRESS, "s.address", "where to; of URLs only scheme and host are shown"},
    {"digest", COLUMN_INTEGER, "s.digest", "seconds for which what there is to say is collected"},
    {"disabled", COLUMN_BOOLEAN, "s.disabled", "nothing is sent"},
    {"created", COLUMN_TIME, "s.created", "when it was made"},
};
static const struct view_filter subscription_filters[] = {
    {"id", FILTER_INTEGER, "s.id = ?", NULL, "its number"},
    {"owner", FILTER_TEXT, "s.owner = ?", NULL, "who is told"},
};

// -------- what projects say

static const struct view_column rule_columns[] = {
    {"id", COLUMN_INTEGER, "x.id", "its number"},
    {"project", COLUMN_TEXT, "p.name", "whose images it is about; null: all"},
    {"kind", COLUMN_RULE_KIND, "x.kind", "what it does: ignore"},
    {"ids", COLUMN_WORDS, "x.ids", "names of flaws; none: all"},
    {"packages", COLUMN_WORDS, "x.packages", "names or purls; none: all"},
    {"paths", COLUMN_WORDS, "x.paths", "patterns; none: all"},
    {"image", COLUMN_TEXT, "x.image", "pattern over names and digests of images; null: all"},
    {"reason", COLUMN_TEXT, "x.reason", "why"},
    {"expires", COLUMN_DAY, "x.expires", "first day on which what it is about counts again"},
    {"state", COLUMN_TEXT,
     "CASE WHEN x.expires <= {today} THEN 'expired' WHEN NOT " RULE_HAS_MATCHED
     " THEN 'never_matched' WHEN x.expires <= {today} + 7 THEN 'expiring' ELSE 'active' END",
     "active, expiring (within 7 days), expired, or never_matched: nothing that was found is known"
     " by the names of flaws, or of packages, in it"},
    {"created", COLUMN_TIME, "x.created", "when it was made"},
};
static const struct view_filter rule_filters[] = {
    {"id", FILTER_INTEGER, "x.id = ?", NULL, "its number"},
    {"kind", FILTER_RULE_KIND, "x.kind = ?", NULL, "what it does: ignore"},
    {"project", FILTER_TEXT, "p.name = ?", NULL, "whose images it is about"},
};

// -------- who may do what

static const struct view_column token_columns[] = {
    {"id", COLUMN_INTEGER, "k.id", "its number"},
    {"name", COLUMN_TEXT, "k.name", "what it is for"},
    {"scopes", COLUMN_SCOPES, "k.scopes", "what it allows"},
    {"project", COLUMN_TEXT, "p.name", "whose things alone; null: all"},
    {"created", COLUMN_TIME, "k.created", "when it was made"},
    {"expires", COLUMN_TIME, "k.expires", "until when it is good; null: for ever"},
    {"used", COLUMN_TIME, "k.used", "last use, to the hour"},
    {"revoked", COLUMN_TIME, "k.revoked", "when it was revoked; null: it is not"},
};
static const struct view_filter token_filters[] = {
    {"id", FILTER_INTEGER, "k.id = ?", NULL, "its number"},
    {"name", FILTER_TEXT, "k.name = ?", NULL, "what it is for"},
};
static const struct view_column project_columns[] = {
    {"id", COLUMN_INTEGER, "p.id", "its number"},
    {"name", COLUMN_TEXT, "p.name", "its name"},
    {"created", COLUMN_TIME, "p.created", "when it was made"},
    {"repositories", COLUMN_INTEGER, "(SELECT count(*) FROM repository r WHERE r.project = p.id)",
     "how many repositories it has"},
};
static const struct view_filter project_filters[] = {
    {"name", FILTER_TEXT, "p.name = ?", NULL, "its name"},
};
static const struct view_column audit_columns[] = {
    {"id", COLUMN_INTEGER, "a.id", "its number"},
    {"at", COLUMN_TIME, "a.at", "when"},
    {"actor", COLUMN_TEXT, "a.actor", "who"},
    {"action", COLUMN_TEXT, "a.action", "did what, or was refused"},
    {"object", COLUMN_TEXT, "a.object", "to what"},
    {"detail", COLUMN_TEXT, "a.detail", "how; or null"},
    {"previous", COLUMN_BYTES, "a.previous", "hash of the entry before, in hexadecimal"},
    {"hash", COLUMN_BYTES, "a.hash", "hash of this one"},
};
static const struct view_filter audit_filters[] = {
    {"actor", FILTER_TEXT, "a.actor = ?", NULL, "who"},
    {"action", FILTER_TEXT, "a.action = ?", NULL, "what was done"},
    {"object", FILTER_TEXT, "a.object = ?", NULL, "to what"},
    {"since", FILTER_TIME, "a.at >= ?", NULL, "on this day or later"},
};

#define COLUMNS(array) .columns = (array), .column_count = COUNT(array)
#define FILTERS(array) .filters = (array), .filter_count = COUNT(array)

static const struct view views[] = {
    [VIEW_IMAGES] =
        {"image", COLUMNS(image_columns), "image i", IMAGE_IS_OF_PROJECT, FILTERS(image_filters),
         .key = {"i.id"}, .newest_first = true, .wide = "finding",
         .wide_count = "SELECT count(*) FROM (SELECT 1 FROM finding f JOIN bundle_unit"
                       " bu ON bu.unit = f.unit JOIN image_bundle ib ON ib.bundle = bu.bundle"
                       " WHERE f.id = $1 LIMIT $2) few",
         .wide_condition =
             "(SELECT 1 FROM image_bundle ib JOIN bundle_unit bu ON"
             " bu.bundle = ib.bundle JOIN finding f ON f.unit = bu.unit WHERE ib.image ="
             " i.id AND f.id = ? AND f.suppressed = 0 LIMIT 1) = 1"},
    [VIEW_LAYERS] = {"layer", COLUMNS(layer_columns), "layer l",
                     "l.id IN (SELECT il.layer FROM repository r JOIN tag t ON t.repository = r.id"
                     " JOIN tag_image ti ON ti.tag = t.id JOIN image_layer il ON il.image ="
                     " ti.image WHERE r.project = ?)",
                     "(SELECT 1 FROM image_layer il JOIN tag_image ti ON ti.image = il.image"
                     " JOIN tag t ON t.id = ti.tag JOIN repository r ON r.id = t.repository"
                     " WHERE il.layer = l.id AND r.project = ? LIMIT 1) = 1",
                     FILTERS(layer_filters), .key = {"l.id"}},
    [VIEW_PACKAGES] = {"package", COLUMNS(package_columns), "unit u", UNIT_IS_OF_PROJECT,
                       UNIT_IS_OF_LARGE_PROJECT, FILTERS(package_filters), .key = {"u.id"}},
    // Read by browse_places.
    [VIEW_PLACES] = {"place", COLUMNS(place_columns),
                     "image_bundle ib CROSS JOIN unit u JOIN image i ON i.id = ib.image JOIN"
                     " tag_image ti ON ti.image = i.id JOIN tag t ON t.id = ti.tag JOIN repository"
                     " r ON r.id = t.repository LEFT JOIN image_layer il ON il.image = i.id AND"
                     " il.position = ib.position LEFT JOIN layer l ON l.id = il.layer",
                     "r.project = ?", FILTERS(place_filters),
                     .key = {"u.id", "ib.bundle", "ib.image", "t.id"}},
    [VIEW_FINDINGS] = {"finding", COLUMNS(finding_columns),
                       "finding f JOIN unit u ON u.id = f.unit", UNIT_IS_OF_PROJECT,
                       UNIT_IS_OF_LARGE_PROJECT, FILTERS(finding_filters),
                       .key = {"f.unit", "f.kind", "f.id"}, .key_ends_in_text = true},
    [VIEW_REPOSITORIES] = {"repository", COLUMNS(repository_columns),
                           "repository r JOIN project p ON p.id = r.project", "r.project = ?",
                           FILTERS(repository_filters), .key = {"r.id"}},
    [VIEW_TAGS] = {"tag", COLUMNS(tag_columns), "tag t JOIN repository r ON r.id = t.repository",
                   "r.project = ?", FILTERS(tag_filters), .key = {"t.id"}},
    [VIEW_JOBS] = {"job", COLUMNS(job_columns), "job j", NULL, FILTERS(job_filters),
                   .key = {"j.id"}, .newest_first = true},
    [VIEW_NOTIFICATIONS] = {"notification", COLUMNS(notification_columns),
                            "notification n JOIN subscription s ON s.id = n.subscription",
                            "s.project = ?", FILTERS(notification_filters), .key = {"n.id"},
                            .newest_first = true},
    [VIEW_SUBSCRIPTIONS] = {"subscription", COLUMNS(subscription_columns),
                            "subscription s JOIN project p ON p.id = s.project", "s.project = ?",
                            FILTERS(subscription_filters), .key = {"s.id"}},
    [VIEW_RULES] = {"rule", COLUMNS(rule_columns), "rule x LEFT JOIN project p ON p.id = x.project",
                    "x.project IS NULL OR x.project = ?", FILTERS(rule_filters), .key = {"x.id"}},
    [VIEW_TOKENS] = {"token", COLUMNS(token_columns),
                     "token k LEFT JOIN project p ON p.id = k.project", NULL,
                     FILTERS(token_filters), .key = {"k.id"}},
    [VIEW_PROJECTS] = {"project", COLUMNS(project_columns), "project p", "p.id = ?",
                       FILTERS(project_filters), .key = {"p.id"}},
    [VIEW_AUDIT] = {"audit", COLUMNS(audit_columns), "audit a", NULL, FILTERS(audit_filters),
                    .key = {"a.id"}, .newest_first = true},
    [VIEW_JUDGEMENTS] = {"judgement", COLUMNS(judgement_columns), "judgement g", "? = ?",
                         .key = {"g.id"}, .newest_first = true},
    [VIEW_CHANGES] = {"change", COLUMNS(change_columns),
                      "judgement_advisory c JOIN judgement g ON g.id = c.judgement", "? = ?",
                      FILTERS(change_filters),
                      .key = {"g.id", "c.id || '.' || c.ecosystem || '.' || c.package"},
                      .key_ends_in_text = true, .newest_first = true},
    [VIEW_IMAGE_LAYERS] = {"imageLayer", COLUMNS(image_layer_columns),
                           "image_layer il JOIN layer l ON l.id = il.layer JOIN image i ON i.id ="
                           " il.image",
                           IMAGE_IS_OF_PROJECT, FILTERS(image_layer_filters),
                           .key = {"il.image", "il.position"}},
};

// The same filters by which packages are found.
static const struct view_column unit_columns[] = {
    {"id", COLUMN_INTEGER, "u.id", ""},
    {"type", COLUMN_TEXT, "u.type", ""},
    {"version", COLUMN_TEXT, "u.version", ""},
};
const struct view browse_units = {"unit",
                                  COLUMNS(unit_columns),
                                  "unit u",
                                  UNIT_IS_OF_PROJECT,
                                  UNIT_IS_OF_LARGE_PROJECT,
                                  FILTERS(package_filters),
                                  .key = {"u.id"}};

const struct view *store_view(enum view_name name)
{
    return &views[name];
}
