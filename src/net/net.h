// net: image references, credentials, the OCI distribution protocol, container engines' APIs and
// files on web servers, all over libcurl. Credentials go only to the host that they are for, and
// into no error text.
#ifndef PLIMSOLL_NET_H
#define PLIMSOLL_NET_H

#include "base/base.h"
#include "model/model.h"

struct credentials;

struct net_options {
    const char *user_agent;
    const char *ca_file;     // PEM certificates trusted besides the system's; null: none
    const char *plain_http;  // HOST[:PORT] that may be spoken to without TLS; null: only loopback
    const char *proxy;       // for https, as libcurl takes it; null: none
    const char *plain_proxy; // the same for http
    const char *no_proxy;
    const char *docker_config; // directory of Docker's config.json; null: HOME/.docker
    const char *home;
    const char *runtime_directory; // XDG_RUNTIME_DIR: podman's containers/auth.json is below it
    const struct limits *limits;
    // What one host is to be shown, instead of what configuration files hold; null: ask those.
    const struct credentials *credentials;
    span credentials_host;
};

// ---------------------------------------------------------------- references

// The name of an image in a registry (the grammar of distribution's `reference`).
struct reference {
    span domain;     // as the user says it, by which credentials are filed: "docker.io"
    span host;       // whom to connect to: "registry-1.docker.io"; may end in :PORT
    span repository; // "library/alpine"
    span tag;        // "latest" if neither tag nor digest is given; may be empty beside a digest
    span digest;     // "sha256:…" or empty
};

// Parses "[DOMAIN/]REPOSITORY[:TAG][@DIGEST]" with Docker's defaults. ERR_USAGE otherwise.
bool reference_parse(span text, struct arena *mem, struct reference *ret, struct err *err);
// The full form: "docker.io/library/alpine:latest".
bool reference_text(const struct reference *reference, struct arena *mem, span *ret,
                    struct err *err);

// ---------------------------------------------------------------- credentials

// All empty: anonymous.
struct credentials {
    span user;
    span password;
    span identity_token; // an OAuth2 refresh token instead of a password
    span bearer;         // a token that the registry itself takes instead of all that
};

// Looks up what Docker's config.json (credHelpers, credsStore, auths), else podman's auth.json
// holds for the repository. Nothing found is no error. A credential helper that fails, and a file
// that cannot be read, become notes: the image may be public.
bool credentials_find(const struct reference *reference, const struct net_options *options,
                      struct arena *mem, struct notes *notes, struct credentials *ret,
                      struct err *err);

// ---------------------------------------------------------------- registries

// One repository in one registry (OCI distribution-spec, pull).
struct registry;

// No traffic yet. What it is given must outlive it.
bool registry_open(const struct reference *reference, const struct credentials *credentials,
                   const struct net_options *options, struct registry **ret, struct err *err);
void registry_close(struct registry **registry); // for CLEANUP

// What the service's configuration says of a registry, for the calls below: an image in it, and the
// options to speak with it, made from `options`.
struct reference registry_image(const struct registry_settings *settings, span repository, span tag,
                                span digest);
bool registry_options(const struct registry_settings *settings, const struct net_options *options,
                      struct arena *mem, struct net_options *ret, struct err *err);
// What it wants to be shown: as the settings say it, or what a cloud's token service gives for
// that, which is asked here (once; nothing is tried again). *ret_until: when it has to be asked
// again, in seconds since 1970; 0: never. ERR_DENIED: the cloud does not know these credentials.
bool registry_login(const struct registry_settings *settings, const struct net_options *options,
                    uint64_t now, struct arena *mem, struct credentials *ret, uint64_t *ret_until,
                    struct err *err);

struct registry_document {
    span bytes;
    span media_type; // the Content-Type
};
// A manifest or an index by tag or digest. The registry's Docker-Content-Digest is held against
// the bytes; holding them against a digest of one's own is the caller's.
bool registry_manifest(struct registry *registry, span tag_or_digest, struct arena *mem,
                       struct registry_document *ret, struct err *err);
// The digest of what a tag names now, without fetching it where the registry can say it so.
bool registry_digest(struct registry *registry, span tag, struct arena *mem, span *ret,
                     struct err *err);

struct registry_names {
    struct spans names; // as the registry has them; what is no name at all is left out
    span etag;          // by which it can be asked for what has changed; empty: it cannot
    bool unchanged;     // it is what `known` stands for: there are no names
};
// All repositories of a registry that was opened without a repository (distribution's "Listing
// Repositories"), and all tags of a repository (distribution-spec, "Listing Tags"), page by page.
// `known` is an etag of before, or empty. ERR_DENIED, ERR_MISSING: the registry gives no such list;
// ERR_LIMIT: more than limits.index_entries.
bool registry_catalog(struct registry *registry, span known, struct arena *mem,
                      struct registry_names *ret, struct err *err);
bool registry_tags(struct registry *registry, span known, struct arena *mem,
                   struct registry_names *ret, struct err *err);
// The index of what names a manifest as its subject (distribution-spec 1.1, "Listing Referrers"):
// from the API or, where the registry has none, from the tag that stands for it. ERR_MISSING: there
// is nothing.
bool registry_referrers(struct registry *registry, span digest, struct arena *mem,
                        struct registry_document *ret, struct err *err);
// A blob of `size` bytes (not checked against its digest), e.g. a configuration.
bool registry_blob(struct registry *registry, span digest, uint64_t size, struct arena *mem,
                   span *ret, struct err *err);
// The same into a descriptor, from any number of threads at once. Broken transfers are resumed
// where they broke. ERR_UNTRUSTED when the blob is longer than `size`.
bool registry_copy_blob(struct registry *registry, span digest, uint64_t size, int fd,
                        struct err *err);

// ---------------------------------------------------------------- engines

// Docker's Engine API, which podman speaks too, at "unix:///path" or "tcp://host:port".
struct engine_image {
    span id;              // "sha256:…" of the configuration
    span manifest_digest; // from RepoDigests; empty if it was never pulled or pushed
};
// ERR_MISSING: nobody listens there, or there is no such image.
bool engine_inspect(span address, span name, const struct net_options *options, struct arena *mem,
                    struct engine_image *ret, struct err *err);
// Writes the image as `docker save` does. More than limits.spool_bytes is ERR_LIMIT.
bool engine_export(span address, span name, const struct net_options *options, int fd,
                   struct err *err);

// ---------------------------------------------------------------- files on web servers

// What a server says of a file, by which it can be asked whether it is still the same (RFC 9110,
// section 8.8); empty where it says nothing.
struct web_version {
    span etag;
    span modified; // as the server writes it
};

struct web; // connections that are kept open; not to be shared between threads
bool web_open(const struct net_options *options, struct web **ret, struct err *err);
void web_close(struct web *web); // null is fine
void web_cleanup(struct web **web);
bool web_is_url(span place); // begins with http:// or https://

// A file of at most `most` bytes, in memory. ERR_MISSING: the server has none; ERR_DENIED: it does
// not give it. What may pass is tried again.
bool web_read(struct web *web, span url, uint64_t most, struct arena *mem, span *ret,
              struct err *err);

struct web_request {
    span url;
    int fd;          // bytes are written at their places
    uint64_t offset; // so many are there already, from an earlier try
    uint64_t most;   // bytes of the whole file
    // The file never changes under this URL (its digest will be checked). Otherwise an earlier try
    // is continued only if the server says that the file is the one of `part`.
    bool immutable;
    struct web_version part;
    struct web_version known; // of a whole file that is at hand: only another one is fetched
};

struct web_answer {
    bool unchanged;  // it is the one that is known; nothing was written
    uint64_t length; // of the whole file
    struct web_version version;
};

// Fetches a file; broken transfers are resumed where they broke. What has come before a failure
// stays in `fd`, and `answer`, which is set in any case, says how much and of which file; its spans
// are in `mem`. ERR_LIMIT past `most` bytes.
bool web_fetch(struct web *web, const struct web_request *request, struct arena *mem,
               struct web_answer *answer, struct err *err);

// Something to ask a server that the user names.
struct web_question {
    span url;
    span authorization; // header value, for this host alone; empty: none
    span accept;
    span content_type;
    span content;  // not empty
    uint64_t most; // bytes of the answer
};
// One POST, not tried again; *ret is the body of the answer. ERR_DENIED: the server does not
// allow it; ERR_MISSING: nothing of the kind is there; ERR_LIMIT: too much for it, or for us;
// ERR_UNSUPPORTED, ERR_USAGE: it does not understand the question; ERR_CONFLICT: too many of them.
bool web_ask(struct web *web, const struct web_question *question, struct arena *mem, span *ret,
             struct err *err);

// ---------------------------------------------------------------- messages

struct web_header {
    const char *name;
    span value;
};

// Something to tell a server whose URL somebody else chose: it must not become a way into the
// network that this machine is in. Connected to are public addresses alone (no loopback,
// link-local, private, shared, multicast or reserved ones, in whatever notation or translation, nor
// services of clouds for their machines), and those that `allowed` has: names of hosts with '*',
// addresses and blocks of them, "10.1.0.0/16". Plain http goes only to what `allowed` has. No
// redirect is followed; a proxy is asked only if the options name one, and then decides about
// names.
struct web_message {
    span url;
    span content_type;
    const struct web_header *headers;
    size_t header_count;
    span content; // not empty
    struct spans allowed;
    uint64_t seconds; // for all of it, the answer included
};

// ERR_USAGE: an entry is neither a name, an address nor a block of addresses.
bool web_check_allowed(struct spans allowed, struct err *err);

struct web_reply {
    unsigned status;
    uint64_t retry_after; // seconds; 0: not said
    span excerpt;         // the first bytes of what it says; as it came
};

// One POST, not tried again. True for every answer, whatever its status. ERR_DENIED: the address
// is not one to talk to; ERR_USAGE: an entry of `allowed` means nothing; ERR_IO, ERR_TIMEOUT,
// ERR_MISSING, ERR_UNTRUSTED, ERR_UNSUPPORTED: what kept it from arriving, or us from knowing that
// it did.
bool web_post(struct web *web, const struct web_message *message, struct arena *mem,
              struct web_reply *ret, struct err *err);

struct mail {
    span to;      // an address, bare; the caller has checked it
    span content; // RFC 5322, lines ended by CRLF
};

// Hands one mail to a server (RFC 5321), within `seconds`. *ret_status: the server's last word, 0:
// none; set in any case. ERR_DENIED: it does not want this mail and never will; ERR_USAGE: plain
// and not on this machine; all else may pass.
bool mail_send(const struct mail_settings *server, const struct mail *mail, uint64_t seconds,
               unsigned *ret_status, struct err *err);

#endif
