// model: what the service speaks of: pushes, subscriptions, what became known, messages to owners.
#ifndef PLIMSOLL_MODEL_SERVICE_PART_H
#define PLIMSOLL_MODEL_SERVICE_PART_H

#include "model/finding_part.h"

// ---------------------------------------------------------------- pushes

enum push_kind {
    PUSH_IMAGE,  // a tag, or a manifest, is there now
    PUSH_DELETE, // it is gone
};

// What a registry says has happened. Nothing of it is believed but that it is worth a look: the
// image is fetched from the registry that is configured under `registry`, whatever host a sender
// names.
struct push {
    enum push_kind kind;
    span registry;   // name of the registry in the configuration
    span repository; // "library/alpine"
    span tag;        // empty: the sender names a digest alone
    span digest;     // "sha256:…" of a manifest or an index; empty: not said
    span delivery; // the sender's own name of this message, where it has one: what came is not new
    uint64_t at;   // seconds since 1970; 0: not said
};

// What the grammar of distribution's `reference` takes for them: no byte in them means anything in
// a URL, a file's name or SQL.
bool repository_is_valid(span repository);
bool tag_is_valid(span tag);
bool manifest_digest_is_valid(span digest);
// ERR_INPUT: its names are none, or it names neither tag nor digest.
bool push_check(const struct push *push, struct err *err);
// "push REGISTRY/REPOSITORY:TAG@DIGEST", or "delete …": pushes of one key are one job. False when
// the arena is full.
bool push_key(const struct push *push, struct arena *mem, span *ret);
// A push as the payload of a job (doc/formats/push-wire.md) and back. Reading trusts nothing:
// ERR_INPUT for what is none. *ret is in `mem`.
void push_write(const struct push *push, struct text *out);
bool push_read(span bytes, const struct limits *limits, struct arena *mem, struct push *ret,
               struct err *err);

// ---------------------------------------------------------------- packages, each once

// What can be asked of an advisory database: the keys under which it says anything.
enum question_kind {
    QUESTION_PACKAGE,  // ecosystem and name
    QUESTION_FLAW,     // id
    QUESTION_RELEASE,  // distribution and version
    QUESTION_WEAKNESS, // id
    QUESTION_PRODUCT,  // purl type and name
    QUESTION_NAME,     // never asked: by what rules may call a package or a flaw of it
};
// A question as a number. Two with the same number cost a needless judgement, nothing else.
int64_t question_hash(enum question_kind kind, span ecosystem, span name);

// A package in its company (match/match.h), as it is kept.
struct unit {
    span hash; // SHA-256 of `company`
    span type;
    span name;
    span version;
    span purl; // without qualifiers; or empty
    span company;
};

// What is known of a unit when it has been judged.
struct judgement {
    struct findings findings; // of package 0; without chances of exploitation
    const int64_t *questions; // on which it rests, each once
    size_t question_count;
    uint32_t review; // a day after which it is to be judged again; 0: none
};

// The packages that one layer brings into an image.
struct bundle {
    span hash; // SHA-256 of `content`
    span content;
    uint32_t layer;
    const size_t *units; // indexes, each once
    size_t unit_count;
};

// An image as it is kept.
struct kept_image {
    const struct image *image;
    span head;     // all of image and bom but the packages
    bool complete; // all of it was read
    span distro;   // "debian:12"
    size_t package_count;
    const struct unit *units; // each once
    size_t unit_count;
    const size_t *unit_of; // for each package of the bom: which unit it is
    const struct bundle *bundles;
    size_t bundle_count;
    struct findings own; // of no package of its bom alone: of files, of licences
};

// ---------------------------------------------------------------- subscriptions

enum channel_kind {
    CHANNEL_WEBHOOK,
    CHANNEL_MAIL,
    CHANNEL_SLACK,
    CHANNEL_TEAMS,
    CHANNEL_FILE,
    CHANNEL_COMMAND,
};
const char *channel_kind_name(enum channel_kind kind); // "webhook", "mail", …
bool channel_kind_parse(span text, enum channel_kind *ret);

// What an owner wants to hear of, and how. Empty spans and 0 mean: whatever it is.
struct subscription {
    int64_t id;
    int64_t project; // only its images
    span owner;
    span image;             // "sha256:…" of one manifest
    span repository;        // pattern with '*' over "REGISTRY/REPOSITORY"
    span label_key;         // images that carry this label
    span label_value;       // with this value; empty: any
    enum severity severity; // at least
    bool only_fixed;        // there is a version to go to
    bool only_exploited;    // known to be exploited (KEV)
    enum channel_kind channel;
    span address;    // URL, mail address, name of a file or of a command of the configuration
    span secret;     // with which webhooks are signed
    uint32_t digest; // seconds for which what there is to say is collected; 0: said at once
    bool disabled;
};

enum { DIGEST_MOST = 7 * 86400 }; // seconds

// ERR_USAGE, naming the field, when somebody could not mean it or must not have it: an address that
// is not of its channel's form, a pattern that is no name, a webhook without a secret.
bool subscription_check(const struct subscription *subscription, struct err *err);
// The address as others may see it: of a URL, which may be as good as a password, the scheme and
// the host alone. False when the arena is full.
bool subscription_shown_address(const struct subscription *subscription, struct arena *mem,
                                span *ret);

// ---------------------------------------------------------------- what became known

enum learned_kind {
    LEARNED_NEW,     // a finding that was not there, in an image that was
    LEARNED_CHANGED, // in severity, fix, exploitation or status
    LEARNED_GONE,
    LEARNED_PUSHED, // a finding in an image that was pushed
};
const char *learned_kind_name(enum learned_kind kind); // "new", "changed", "gone", "pushed"

// One image that a finding is in.
struct held_by {
    span image;      // "sha256:…" of its manifest
    span name;       // "REGISTRY/REPOSITORY:TAG"
    span layer;      // diffID of the layer that brought the package
    span created_by; // the line of the image's history that made the layer
    uint32_t layer_index;
};

// One flaw in one package, in however many images.
struct learned {
    enum learned_kind kind;
    span id; // CVE-…
    enum severity severity;
    enum severity severity_before; // of what changed
    bool exploited;
    double score; // below 0: none
    double epss;  // below 0: none
    span package_type;
    span package;
    span version;
    span fixed_version;
    span why;                      // the evidence in one line: "debian DSA-1: 1.2 < 1.3"
    uint64_t images;               // that it is in, of those that the owner asked for; at least
    const struct held_by *held_by; // the first of them
    size_t held_by_count;
};

// What one owner is told at once. However many images and flaws: one message.
struct message {
    span key; // the same for every try: whoever gets it twice can tell
    span owner;
    uint64_t at;                   // seconds since 1970
    span database;                 // what the service knew: date of the newest fact
    span more;                     // URL under which all of it can be seen; or empty
    const struct learned *learned; // worst first
    size_t count;
    uint64_t omitted; // that there was no room for
    uint64_t images;  // all together; at least
};

// A message between processes and in the store (doc/formats/message.md). Keys are 1 to 128 letters,
// digits, '-' and '_'. Reading trusts nothing: ERR_INPUT for what is no message, ERR_LIMIT for
// more than `limits` allows.
enum { MESSAGE_KEY_MOST = 128 };
bool message_key_is_valid(span key);
void message_write(const struct message *message, struct text *out);
bool message_read(span bytes, const struct limits *limits, struct arena *mem, struct message *ret,
                  struct err *err);

#endif
