// The tables of the store, version by version. What a version says is never changed: the next one
// says what to do. doc/formats/store.md explains them.
#include "service/store/store_inner.h"

// clang-format off
// Made by nobody but before the first release: a store of version 1 is refused.
static const char *const version_1[] = {NULL};

static const char *const version_2[] = {
    // What there is one of: "stamp", of the advisory database that all findings are true of.
    "CREATE TABLE fact (name {text} PRIMARY KEY, value {text} NOT NULL)",

    // -------- who may see what
    "CREATE TABLE project (id {id}, name {text} NOT NULL UNIQUE, created BIGINT NOT NULL)",
    // Which project a repository belongs to: the longest pattern that fits decides.
    "CREATE TABLE project_pattern (project BIGINT NOT NULL REFERENCES project (id),"
    " pattern {text} NOT NULL UNIQUE)",
    "INSERT INTO project (name, created) VALUES ('default', 0)",
    "INSERT INTO project_pattern (project, pattern) SELECT id, '*' FROM project",
    "CREATE TABLE token (id {id}, name {text} NOT NULL, hash {bytes} NOT NULL UNIQUE,"
    " scopes BIGINT NOT NULL, project BIGINT REFERENCES project (id), created BIGINT NOT NULL,"
    " expires BIGINT NOT NULL, used BIGINT NOT NULL, revoked BIGINT NOT NULL)",
    "CREATE TABLE audit (id {id}, at BIGINT NOT NULL, actor {text} NOT NULL, action {text} NOT NULL,"
    " object {text} NOT NULL, detail {text} NOT NULL, previous {bytes} NOT NULL, hash {bytes} NOT NULL)",

    // -------- what there is
    "CREATE TABLE repository (id {id}, registry {text} NOT NULL, name {text} NOT NULL,"
    " project BIGINT NOT NULL REFERENCES project (id), UNIQUE (registry, name))",
    "CREATE INDEX repository_project ON repository (project)",
    "CREATE UNIQUE INDEX repository_whole ON repository ((registry || '/' || name))",
    // `digest` is that of a manifest or of an index, whose images are in tag_image.
    "CREATE TABLE tag (id {id}, repository BIGINT NOT NULL REFERENCES repository (id),"
    " name {text} NOT NULL, digest {text} NOT NULL, pushed BIGINT NOT NULL, UNIQUE (repository, name))",
    // `head` is all of the bom but its packages, and the image (doc/formats/store.md).
    "CREATE TABLE image (id {id}, digest {text} NOT NULL UNIQUE, image_id {text} NOT NULL,"
    " platform {text} NOT NULL, distro {text} NOT NULL, created {text} NOT NULL,"
    " scanned BIGINT NOT NULL, complete BIGINT NOT NULL, packages BIGINT NOT NULL,"
    " head {bytes} NOT NULL)",
    "CREATE TABLE tag_image (tag BIGINT NOT NULL REFERENCES tag (id),"
    " image BIGINT NOT NULL REFERENCES image (id), PRIMARY KEY (tag, image))",
    "CREATE UNIQUE INDEX tag_image_image ON tag_image (image, tag)",
    "CREATE TABLE image_label (image BIGINT NOT NULL REFERENCES image (id), key {text} NOT NULL,"
    " value {text} NOT NULL, PRIMARY KEY (image, key))",
    "CREATE INDEX image_label_key ON image_label (key, value)",
    "CREATE TABLE layer (id {id}, diff_id {text} NOT NULL UNIQUE, bytes BIGINT NOT NULL)",
    // `created_by`: the line that made it, of this image: others may have made it by another.
    "CREATE TABLE image_layer (image BIGINT NOT NULL REFERENCES image (id),"
    " position BIGINT NOT NULL, layer BIGINT NOT NULL REFERENCES layer (id),"
    " created_by {text} NOT NULL, PRIMARY KEY (image, position)) {by key}",
    "CREATE INDEX image_layer_layer ON image_layer (layer)",

    // -------- packages, each once
    // A unit is a package in its company: all that its judgement can depend on, as a bom of its own.
    "CREATE TABLE unit (id {id}, hash {bytes} NOT NULL UNIQUE, type {text} NOT NULL,"
    " name {text} NOT NULL, short_name {text} NOT NULL, version {text} NOT NULL,"
    " purl {text} NOT NULL, company {bytes} NOT NULL,"
    " review BIGINT NOT NULL)",
    "CREATE INDEX unit_name ON unit (name, type)",
    "CREATE INDEX unit_review ON unit (review) WHERE review > 0",
    // Without its group: "log4j-core" of "org.apache.logging.log4j:log4j-core".
    "CREATE INDEX unit_short_name ON unit (short_name, type)",
    // The packages that one layer brings into an image: the same for all images that stand on it.
    "CREATE TABLE bundle (id {id}, hash {bytes} NOT NULL UNIQUE, content {bytes} NOT NULL)",
    // The largest tables refer to others without a constraint, which would take as long again for
    // each row: a row is made in the transaction that makes what it names or has just found it, and
    // neither units nor bundles are ever removed. store_check looks whether that is so.
    "CREATE TABLE bundle_unit (unit BIGINT NOT NULL, bundle BIGINT NOT NULL,"
    " PRIMARY KEY (unit, bundle)) {by key}",
    "CREATE UNIQUE INDEX bundle_unit_bundle ON bundle_unit (bundle, unit)",
    "CREATE TABLE image_bundle (image BIGINT NOT NULL REFERENCES image (id),"
    " bundle BIGINT NOT NULL REFERENCES bundle (id), position BIGINT NOT NULL,"
    " PRIMARY KEY (image, bundle)) {by key}",
    "CREATE UNIQUE INDEX image_bundle_bundle ON image_bundle (bundle, image)",

    // -------- what is wrong with them
    // Which questions to the advisory database a unit's judgement rests on, as hashes; and by what
    // names rules may call the unit and its findings.
    "CREATE TABLE question (hash BIGINT NOT NULL, unit BIGINT NOT NULL, PRIMARY KEY (hash, unit))"
    " {by key}",
    "CREATE INDEX question_unit ON question (unit)",
    // `detail` is doc/formats/findings-wire.md, without chances of exploitation: these change every
    // day for every flaw, and stand in the advisory database.
    "CREATE TABLE finding (unit BIGINT NOT NULL REFERENCES unit (id), id {text} NOT NULL,"
    " kind BIGINT NOT NULL, severity BIGINT NOT NULL, status BIGINT NOT NULL,"
    " fixed_version {text} NOT NULL, exploited BIGINT NOT NULL, suppressed BIGINT NOT NULL,"
    " since BIGINT NOT NULL, detail {bytes} NOT NULL, PRIMARY KEY (unit, id, kind))",
    "CREATE INDEX finding_id ON finding (id)",
    // Findings that no package has: of files, of licences.
    "CREATE TABLE image_finding (image BIGINT NOT NULL REFERENCES image (id),"
    " number BIGINT NOT NULL, id {text} NOT NULL, kind BIGINT NOT NULL, severity BIGINT NOT NULL,"
    " location {text} NOT NULL, detail {bytes} NOT NULL, PRIMARY KEY (image, number))",
    // Each time that the world learned something: what changed, and what came of it.
    "CREATE TABLE judgement (id {id}, at BIGINT NOT NULL, stamp {text} NOT NULL UNIQUE,"
    " built {text} NOT NULL, changes BIGINT NOT NULL, units BIGINT NOT NULL, added BIGINT NOT NULL,"
    " changed BIGINT NOT NULL, gone BIGINT NOT NULL, finished BIGINT NOT NULL)",
    // The advisories that made a difference there.
    "CREATE TABLE judgement_advisory (judgement BIGINT NOT NULL REFERENCES judgement (id),"
    " id {text} NOT NULL, database {text} NOT NULL, ecosystem {text} NOT NULL, package {text} NOT NULL,"
    " change {text} NOT NULL)",
    "CREATE INDEX judgement_advisory_id ON judgement_advisory (id)",

    // -------- what projects say of that
    // `kind`: enum rule_kind. Without a project it is for all. Words of lists are lines. `expires`: the
    // first day on which it says nothing any more.
    "CREATE TABLE rule (id {id}, project BIGINT REFERENCES project (id), kind BIGINT NOT NULL,"
    " ids {text} NOT NULL, packages {text} NOT NULL, paths {text} NOT NULL, image {text} NOT NULL,"
    " reason {text} NOT NULL, expires BIGINT NOT NULL, created BIGINT NOT NULL)",
    "CREATE INDEX rule_project ON rule (project)",
    // By what it calls flaws or packages, as hashes: units with such a question may be meant.
    "CREATE TABLE rule_key (rule BIGINT NOT NULL REFERENCES rule (id), hash BIGINT NOT NULL,"
    " PRIMARY KEY (rule, hash))",

    // -------- who is told
    "CREATE TABLE subscription (id {id}, project BIGINT NOT NULL REFERENCES project (id),"
    " owner {text} NOT NULL, image {text} NOT NULL, repository {text} NOT NULL, label_key {text} NOT NULL,"
    " label_value {text} NOT NULL, severity BIGINT NOT NULL, only_fixed BIGINT NOT NULL,"
    " only_exploited BIGINT NOT NULL, channel BIGINT NOT NULL, address {text} NOT NULL,"
    " secret {bytes} NOT NULL, digest BIGINT NOT NULL, disabled BIGINT NOT NULL,"
    " created BIGINT NOT NULL)",
    "CREATE INDEX subscription_project ON subscription (project)",
    // `state`: enum notification_state. `due`: when it is tried next, or collected; while somebody
    // delivers it, the end of its lease. What is sent has no content any more.
    "CREATE TABLE notification (id {id}, subscription BIGINT NOT NULL"
    " REFERENCES subscription (id) ON DELETE CASCADE, key {text} NOT NULL UNIQUE,"
    " state BIGINT NOT NULL, created BIGINT NOT NULL, due BIGINT NOT NULL, attempts BIGINT NOT NULL,"
    " sent BIGINT NOT NULL, error {text} NOT NULL, lease {text} NOT NULL, content {bytes} NOT NULL)",
    "CREATE INDEX notification_due ON notification (state, due)",
    "CREATE INDEX notification_subscription ON notification (subscription, state, id)",

    // -------- what is to be done
    // `state`: 0 waiting or being done, 1 done, 2 given up. One of state 0 stands for all of its kind
    // and key. `due`: from when on it may be taken; while one is being done, the end of its lease.
    "CREATE TABLE job (id {id}, kind BIGINT NOT NULL, key {text} NOT NULL, state BIGINT NOT NULL,"
    " payload {bytes} NOT NULL, created BIGINT NOT NULL, due BIGINT NOT NULL,"
    " attempts BIGINT NOT NULL, lease {text} NOT NULL, finished BIGINT NOT NULL,"
    " again BIGINT NOT NULL, error {text} NOT NULL) {churning}",
    "CREATE UNIQUE INDEX job_waiting ON job (kind, key) WHERE state = 0",
    "CREATE INDEX job_due ON job (due, id) WHERE state = 0",
    "CREATE INDEX job_ended ON job (finished) WHERE state <> 0",
    // Notices of registries that were taken, so that a repeated one does nothing.
    "CREATE TABLE delivery (sender {text} NOT NULL, delivery {text} NOT NULL, at BIGINT NOT NULL,"
    " PRIMARY KEY (sender, delivery))",
    "CREATE INDEX delivery_at ON delivery (at)",
    // What a registry without notices said last: ETags of catalogues and tag lists, digests of tags.
    "CREATE TABLE poll (registry {text} NOT NULL, place {text} NOT NULL, etag {text} NOT NULL,"
    " value {text} NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (registry, place))",
    NULL,
};

static const char *const version_3[] = {
    // What was read of layers (doc/formats/extract.md, packed), under the keys of the cache of layers.
    // Large: what all rows are looked through for stands before it, and in the index.
    "CREATE TABLE layer_extract (id {id}, key {bytes} NOT NULL UNIQUE, used BIGINT NOT NULL,"
    " bytes BIGINT NOT NULL, content {bytes} NOT NULL)",
    "CREATE INDEX layer_extract_used ON layer_extract (used, id, bytes)",
    NULL,
};
// clang-format on

const char *const *const store_versions[] = {version_1, version_2, version_3, NULL};
