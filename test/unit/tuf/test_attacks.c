// The attacks that the TUF specification names (section 1.5.2), one by one: each is refused, and
// what was believed before stays.
#include "tuf/tuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1000000, LATER = NOW + 1000 };

struct scene {
    struct arena *mem;
    struct limits limits;
    struct signing_key *keys[TUF_ROLES];
    struct signing_key *others[TUF_ROLES]; // that the root does not name
    struct tuf_root root;
    span root_bytes;
};

// ---------------------------------------------------------------- a publisher

static struct tuf_authority authority(struct scene *scene, struct signing_key **keys, size_t count,
                                      uint64_t threshold)
{
    public_key *publics = arena_array(scene->mem, count, sizeof *publics);
    assert_non_null(publics);
    for (size_t i = 0; i < count; i++)
        assert_true(signing_key_public(keys[i], &publics[i], NULL));
    return (struct tuf_authority){.keys = publics, .count = count, .threshold = threshold};
}

static span write_root(struct scene *scene, const struct tuf_root *root,
                       struct signing_key **signers, size_t count)
{
    span bytes = {0};
    struct tuf_signers by = {.keys = (const struct signing_key *const *)signers, .count = count};
    assert_true(tuf_write_root(root, by, scene->mem, &bytes, NULL));
    return bytes;
}

static struct tuf_link link_to(span bytes, uint64_t version, uint64_t next_version)
{
    struct tuf_link link = {
        .version = version,
        .expires = LATER,
        .next_version = next_version,
        .next_length = bytes.len,
    };
    assert_true(digest_of(DIGEST_SHA256, bytes, &link.next_digest, NULL));
    return link;
}

static struct tuf_signers by(struct signing_key *const *key)
{
    return (struct tuf_signers){.keys = (const struct signing_key *const *)key, .count = 1};
}

static span write_timestamp(struct scene *scene, struct tuf_link link,
                            struct signing_key *const *key)
{
    span bytes = {0};
    assert_true(tuf_write_timestamp(&link, by(key), scene->mem, &bytes, NULL));
    return bytes;
}

static span write_snapshot(struct scene *scene, struct tuf_link link,
                           struct signing_key *const *key)
{
    span bytes = {0};
    assert_true(tuf_write_snapshot(&link, by(key), scene->mem, &bytes, NULL));
    return bytes;
}

static span write_targets(struct scene *scene, uint64_t version, uint64_t expires, const char *path,
                          struct signing_key *const *key)
{
    struct tuf_target target = {
        .path = span_of_text(path), .length = 7, .segment = S("debian"), .format = 3, .size = 9};
    struct tuf_targets targets = {
        .version = version, .expires = expires, .items = &target, .count = 1};
    span bytes = {0};
    target.digest = target.content = (digest){.algorithm = DIGEST_SHA256};
    assert_true(tuf_write_targets(&targets, by(key), scene->mem, &bytes, NULL));
    return bytes;
}

// A version that is all right.
struct release {
    span targets;
    span snapshot;
    span timestamp;
};

static struct release publish(struct scene *scene, uint64_t version)
{
    struct release release = {0};
    release.targets = write_targets(scene, version, LATER, "a.zst", &scene->keys[TUF_TARGETS]);
    release.snapshot = write_snapshot(scene, link_to(release.targets, version, version),
                                      &scene->keys[TUF_SNAPSHOT]);
    release.timestamp = write_timestamp(scene, link_to(release.snapshot, version, version),
                                        &scene->keys[TUF_TIMESTAMP]);
    return release;
}

// ---------------------------------------------------------------- a client

static struct tuf_trust begin(struct scene *scene)
{
    struct tuf_trust trust = {0};
    assert_true(tuf_begin(scene->root_bytes, &scene->limits, scene->mem, &trust, NULL));
    return trust;
}

static bool accept(struct scene *scene, struct tuf_trust *trust, const struct release *release,
                   uint64_t now, struct err *err)
{
    struct tuf_targets targets = {0};
    bool is_new = false;
    return tuf_check_root(trust, now, err) &&
           tuf_accept_timestamp(trust, release->timestamp, now, &scene->limits, &is_new, err) &&
           tuf_accept_snapshot(trust, release->snapshot, now, &scene->limits, err) &&
           tuf_accept_targets(trust, release->targets, now, &scene->limits, scene->mem, &targets,
                              err);
}

static void refuse(struct scene *scene, struct tuf_trust *trust, const struct release *release,
                   uint64_t now)
{
    struct err err = {0};
    assert_false(accept(scene, trust, release, now, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
}

// ---------------------------------------------------------------- set-up

static int set_up(void **state)
{
    static struct scene scene;
    scene = (struct scene){.mem = arena_new(64 << 20), .limits = limits_default()};
    scene.root = (struct tuf_root){.version = 1, .expires = LATER};
    for (enum tuf_role role = TUF_ROOT; role < TUF_ROLES; role++) {
        assert_true(signing_key_new(&scene.keys[role], NULL));
        assert_true(signing_key_new(&scene.others[role], NULL));
        scene.root.roles[role] = authority(&scene, &scene.keys[role], 1, 1);
    }
    scene.root_bytes = write_root(&scene, &scene.root, &scene.keys[TUF_ROOT], 1);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    for (enum tuf_role role = TUF_ROOT; role < TUF_ROLES; role++) {
        signing_key_free(scene->keys[role]);
        signing_key_free(scene->others[role]);
    }
    arena_free(scene->mem);
    return 0;
}

// ---------------------------------------------------------------- the tests

static void test_good(void **state)
{
    struct scene *scene = *state;
    struct tuf_trust trust = begin(scene);
    struct release one = publish(scene, 1);
    struct release two = publish(scene, 2);
    struct tuf_targets targets = {0};
    struct err err = {0};
    assert_true(accept(scene, &trust, &one, NOW, &err));
    assert_true(accept(scene, &trust, &two, NOW, &err));
    assert_true(accept(scene, &trust, &two, NOW, &err)); // again
    assert_true(
        tuf_accept_targets(&trust, two.targets, NOW, &scene->limits, scene->mem, &targets, NULL));
    assert_int_equal(targets.version, 2);
    assert_int_equal(targets.count, 1);
    assert_true(span_equal(targets.items[0].path, S("a.zst")));
    assert_true(span_equal(targets.items[0].segment, S("debian")));
    assert_int_equal(targets.items[0].length, 7);
    assert_int_equal(targets.items[0].size, 9);
    assert_false(targets.items[0].is_patch);
}

static void test_recall(void **state)
{
    struct scene *scene = *state;
    struct release two = publish(scene, 2);
    struct release one = publish(scene, 1);
    struct tuf_trust trust = begin(scene);
    bool is_new = true;
    assert_true(tuf_recall_timestamp(&trust, two.timestamp, &scene->limits, NULL));
    assert_true(tuf_recall_snapshot(&trust, two.snapshot, &scene->limits, NULL));
    refuse(scene, &trust, &one, NOW);
    assert_true(tuf_accept_timestamp(&trust, two.timestamp, NOW, &scene->limits, &is_new, NULL));
    assert_false(is_new);
}

// Arbitrary installation, malicious mirror: nothing that is not signed by the right keys.
static void test_wrong_keys(void **state)
{
    struct scene *scene = *state;
    struct tuf_trust trust = begin(scene);
    struct release good = publish(scene, 1);
    struct release evil = good;
    evil.targets = write_targets(scene, 1, LATER, "evil.zst", &scene->others[TUF_TARGETS]);
    evil.snapshot = write_snapshot(scene, link_to(evil.targets, 1, 1), &scene->keys[TUF_SNAPSHOT]);
    evil.timestamp =
        write_timestamp(scene, link_to(evil.snapshot, 1, 1), &scene->keys[TUF_TIMESTAMP]);
    refuse(scene, &trust, &evil, NOW);
    trust = begin(scene);
    evil.snapshot = write_snapshot(scene, link_to(good.targets, 1, 1), &scene->keys[TUF_TIMESTAMP]);
    evil.timestamp =
        write_timestamp(scene, link_to(evil.snapshot, 1, 1), &scene->keys[TUF_TIMESTAMP]);
    refuse(scene, &trust, &evil, NOW); // a key of another role
    trust = begin(scene);
    evil.timestamp = write_timestamp(scene, link_to(good.snapshot, 1, 1), &scene->others[0]);
    refuse(scene, &trust, &evil, NOW);
    assert_false(trust.has_timestamp);
}

// A changed byte anywhere in a signed file.
static void test_changed_bytes(void **state)
{
    struct scene *scene = *state;
    struct release good = publish(scene, 1);
    for (size_t i = 0; i < good.timestamp.len; i++) {
        struct tuf_trust trust = begin(scene);
        struct tuf_trust before = trust;
        char *copy = arena_text(scene->mem, good.timestamp);
        bool is_new = false;
        copy[i] = (char)(copy[i] ^ 1);
        if (tuf_accept_timestamp(&trust, span_of_text(copy), NOW, &scene->limits, &is_new, NULL))
            assert_true(trust.timestamp.version == 1); // white space that is not signed
        else
            assert_memory_equal(&trust, &before, sizeof trust);
    }
}

// Endless data: metadata longer than their length, or than document_bytes.
static void test_endless_data(void **state)
{
    struct scene *scene = *state;
    struct tuf_trust trust = begin(scene);
    struct release good = publish(scene, 1);
    struct release longer = good;
    struct text text = {0};
    text_init(&text, scene->mem, SIZE_MAX);
    text_add(&text, good.snapshot);
    text_add(&text, S(" "));
    longer.snapshot = text_span(&text);
    refuse(scene, &trust, &longer, NOW);
    struct limits few = scene->limits;
    struct err err = {0};
    bool is_new = false;
    few.document_bytes = good.timestamp.len - 1;
    assert_false(tuf_accept_timestamp(&trust, good.timestamp, NOW, &few, &is_new, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

// Indefinite freeze: what has expired is not believed, however well it is signed.
static void test_freeze(void **state)
{
    struct scene *scene = *state;
    struct release good = publish(scene, 1);
    struct tuf_trust trust = begin(scene);
    assert_true(accept(scene, &trust, &good, LATER - 1, NULL));
    refuse(scene, &trust, &good, LATER);
    trust = begin(scene);
    refuse(scene, &trust, &good, LATER);
    struct release stale = good;
    stale.targets = write_targets(scene, 1, NOW, "a.zst", &scene->keys[TUF_TARGETS]);
    stale.snapshot =
        write_snapshot(scene, link_to(stale.targets, 1, 1), &scene->keys[TUF_SNAPSHOT]);
    stale.timestamp =
        write_timestamp(scene, link_to(stale.snapshot, 1, 1), &scene->keys[TUF_TIMESTAMP]);
    trust = begin(scene);
    refuse(scene, &trust, &stale, NOW);
    struct tuf_link link = link_to(good.targets, 1, 1);
    link.expires = NOW;
    stale = good;
    stale.snapshot = write_snapshot(scene, link, &scene->keys[TUF_SNAPSHOT]);
    stale.timestamp =
        write_timestamp(scene, link_to(stale.snapshot, 1, 1), &scene->keys[TUF_TIMESTAMP]);
    trust = begin(scene);
    refuse(scene, &trust, &stale, NOW);
}

// Rollback: no timestamp, snapshot or targets older than before.
static void test_rollback(void **state)
{
    struct scene *scene = *state;
    struct release one = publish(scene, 1);
    struct release two = publish(scene, 2);
    struct tuf_trust trust = begin(scene);
    assert_true(accept(scene, &trust, &two, NOW, NULL));
    refuse(scene, &trust, &one, NOW);
    struct release back = one; // a new timestamp that names an old snapshot
    back.timestamp =
        write_timestamp(scene, link_to(one.snapshot, 3, 1), &scene->keys[TUF_TIMESTAMP]);
    refuse(scene, &trust, &back, NOW);
    back.snapshot = // a new snapshot that names old targets
        write_snapshot(scene, link_to(one.targets, 3, 1), &scene->keys[TUF_SNAPSHOT]);
    back.timestamp =
        write_timestamp(scene, link_to(back.snapshot, 3, 3), &scene->keys[TUF_TIMESTAMP]);
    refuse(scene, &trust, &back, NOW);
    assert_int_equal(trust.snapshot.next_version, 2);
}

// Mix and match: pieces of different versions never pass together.
static void test_mix_and_match(void **state)
{
    struct scene *scene = *state;
    struct release one = publish(scene, 1);
    struct release two = publish(scene, 2);
    struct release mixed[] = {
        {two.targets, one.snapshot, one.timestamp}, {one.targets, two.snapshot, one.timestamp},
        {one.targets, one.snapshot, two.timestamp}, {two.targets, two.snapshot, one.timestamp},
        {two.targets, one.snapshot, two.timestamp}, {one.targets, two.snapshot, two.timestamp},
    };
    for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++) {
        struct tuf_trust trust = begin(scene);
        refuse(scene, &trust, &mixed[i], NOW);
    }
    // The digest is right and the version is not what is written in it.
    struct release lying = one;
    lying.timestamp =
        write_timestamp(scene, link_to(one.snapshot, 1, 5), &scene->keys[TUF_TIMESTAMP]);
    struct tuf_trust trust = begin(scene);
    refuse(scene, &trust, &lying, NOW);
}

// A threshold of two is two keys: not one of them twice, and not a stranger's.
static void test_threshold(void **state)
{
    struct scene *scene = *state;
    struct signing_key *both[] = {scene->keys[TUF_ROOT], scene->others[TUF_ROOT]};
    struct signing_key *twice[] = {both[0], both[0]};
    struct signing_key *strange[] = {both[0], scene->keys[TUF_TARGETS]};
    struct tuf_root root = scene->root;
    struct tuf_trust trust = {0};
    struct err err = {0};
    root.roles[TUF_ROOT] = authority(scene, both, 2, 2);
    assert_true(
        tuf_begin(write_root(scene, &root, both, 2), &scene->limits, scene->mem, &trust, NULL));
    struct {
        struct signing_key **keys;
        size_t count;
    } wrong[] = {{both, 0}, {both, 1}, {twice, 2}, {strange, 2}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        span bytes = write_root(scene, &root, wrong[i].keys, wrong[i].count);
        assert_false(tuf_begin(bytes, &scene->limits, scene->mem, &trust, &err));
        assert_int_equal(err.kind, ERR_UNTRUSTED);
    }
}

static struct tuf_root next_root(struct scene *scene, uint64_t version)
{
    struct tuf_root root = scene->root;
    root.version = version;
    root.roles[TUF_ROOT] = authority(scene, &scene->others[TUF_ROOT], 1, 1);
    return root;
}

// Root rotation: N + 1, signed by the old keys and the new ones.
static void test_root_rotation(void **state)
{
    struct scene *scene = *state;
    struct signing_key *both[] = {scene->keys[TUF_ROOT], scene->others[TUF_ROOT]};
    struct tuf_root root = next_root(scene, 2);
    struct tuf_root skipped = next_root(scene, 3);
    struct tuf_root same = next_root(scene, 1);
    struct tuf_trust trust = begin(scene);
    bool rotated = true;
    span wrong[] = {
        write_root(scene, &root, &both[0], 1),
        write_root(scene, &root, &both[1], 1),
        write_root(scene, &skipped, both, 2),
        write_root(scene, &same, both, 2),
        scene->root_bytes,
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_false(tuf_follow_root(&trust, wrong[i], &scene->limits, scene->mem, &rotated, &err));
        assert_int_equal(err.kind, ERR_UNTRUSTED);
        assert_int_equal(trust.root.version, 1);
    }
    assert_true(tuf_follow_root(&trust, write_root(scene, &root, both, 2), &scene->limits,
                                scene->mem, &rotated, NULL));
    assert_false(rotated);
    assert_int_equal(trust.root.version, 2);
    // The old key signs no roots any more.
    assert_false(tuf_follow_root(&trust, write_root(scene, &skipped, &both[0], 1), &scene->limits,
                                 scene->mem, &rotated, NULL));
}

// Fast-forward: somebody who had the timestamp key has set versions to the highest. A root with
// other keys lets the honest publisher begin anew.
static void test_fast_forward(void **state)
{
    struct scene *scene = *state;
    struct tuf_trust trust = begin(scene);
    struct release far = publish(scene, INT64_MAX);
    assert_true(accept(scene, &trust, &far, NOW, NULL));
    struct release good = publish(scene, 2);
    refuse(scene, &trust, &good, NOW);
    struct tuf_root root = scene->root;
    bool rotated = false;
    root.version = 2;
    root.roles[TUF_TIMESTAMP] = authority(scene, &scene->others[TUF_TIMESTAMP], 1, 1);
    assert_true(tuf_follow_root(&trust, write_root(scene, &root, &scene->keys[TUF_ROOT], 1),
                                &scene->limits, scene->mem, &rotated, NULL));
    assert_true(rotated);
    assert_false(trust.has_timestamp || trust.has_snapshot);
    refuse(scene, &trust, &far, NOW);
    good.timestamp =
        write_timestamp(scene, link_to(good.snapshot, 2, 2), &scene->others[TUF_TIMESTAMP]);
    assert_true(accept(scene, &trust, &good, NOW, NULL));
}

static void test_expired_root(void **state)
{
    struct scene *scene = *state;
    struct tuf_trust trust = begin(scene);
    struct err err = {0};
    assert_true(tuf_check_root(&trust, LATER - 1, NULL));
    assert_false(tuf_check_root(&trust, LATER, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
}

// What is no such metadata at all.
static void test_malformed(void **state)
{
    struct scene *scene = *state;
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"signed\":{}}",
        "{\"signatures\":[],\"signed\":{\"_type\":\"root\",\"spec_version\":\"2.0\",\"version\":1,"
        "\"expires\":\"2030-01-01T00:00:00Z\"}}",
        "{\"signatures\":[],\"signed\":{\"_type\":\"root\",\"_type\":\"root\"}}",
        "{\"signatures\":[],\"signed\":{\"_type\":\"targets\",\"spec_version\":\"1.0\","
        "\"version\":1,\"expires\":\"2030-01-01T00:00:00Z\"}}",
        "{\"signatures\":[],\"signed\":{\"_type\":\"root\",\"spec_version\":\"1.0\",\"version\":0,"
        "\"expires\":\"2030-01-01T00:00:00Z\"}}",
        "{\"signatures\":[],\"signed\":{\"_type\":\"root\",\"spec_version\":\"1.0\",\"version\":1,"
        "\"expires\":\"tomorrow\"}}",
        "{\"signatures\":[],\"signed\":{\"_type\":\"root\",\"spec_version\":\"1.0\",\"version\":1,"
        "\"expires\":\"2030-01-01T00:00:00Z\",\"consistent_snapshot\":true,\"keys\":{},"
        "\"roles\":{\"root\":{\"keyids\":[],\"threshold\":0}}}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct tuf_trust trust = {0};
        assert_false(tuf_begin(span_of_text(texts[i]), &scene->limits, scene->mem, &trust, NULL));
    }
}

// Names become paths and URLs: no target leads elsewhere.
static void test_hostile_names(void **state)
{
    struct scene *scene = *state;
    static const char *const names[] = {"../a", "a/b", "", "a\nb", "a%2f", "a b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct tuf_trust trust = begin(scene);
        struct release bad = {0};
        struct err err = {0};
        bad.targets = write_targets(scene, 1, LATER, names[i], &scene->keys[TUF_TARGETS]);
        bad.snapshot =
            write_snapshot(scene, link_to(bad.targets, 1, 1), &scene->keys[TUF_SNAPSHOT]);
        bad.timestamp =
            write_timestamp(scene, link_to(bad.snapshot, 1, 1), &scene->keys[TUF_TIMESTAMP]);
        assert_false(accept(scene, &trust, &bad, NOW, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_good),          TEST(test_recall),        TEST(test_wrong_keys),
        TEST(test_changed_bytes), TEST(test_endless_data),  TEST(test_freeze),
        TEST(test_rollback),      TEST(test_mix_and_match), TEST(test_threshold),
        TEST(test_root_rotation), TEST(test_fast_forward),  TEST(test_expired_root),
        TEST(test_malformed),     TEST(test_hostile_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
