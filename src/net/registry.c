#include "net/net.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "crypto/crypto.h"
#include "net/auth_inner.h"
#include "net/registry_inner.h"
#include "net/retry_inner.h"
#include "os/os.h"

enum {
    AUTH_BYTES = 4 << 20,    // all tokens of one pull
    REQUEST_BYTES = 1 << 20, // headers and error bodies of one request
    MOST_ROUNDS = 2,         // a wrong password is not shown twice
};

struct registry {
    struct arena *mem;
    const struct net_options *options;
    struct reference reference;
    struct credentials credentials;
    struct http *http;         // of the thread that fetches manifests
    struct os_monitor *access; // guards what follows, and the arena once threads run
    bool plain;                // no TLS
    bool settled;              // somebody has answered: `plain` stays as it is
    span authorization;
    uint64_t generation; // counts authorizations, so that only one thread renews an old one
};

// A token that is there already is shown without being asked for.
static bool show_bearer(struct registry *registry, struct err *err)
{
    struct text header = {0};
    if (registry->credentials.bearer.len == 0)
        return true;
    text_init(&header, registry->mem, 256 << 10);
    text_add(&header, S("Bearer "));
    text_add(&header, registry->credentials.bearer);
    registry->authorization = text_span(&header);
    return text_ok(&header) || arena_err(registry->mem, err, "token");
}

bool registry_open(const struct reference *reference, const struct credentials *credentials,
                   const struct net_options *options, struct registry **ret, struct err *err)
{
    struct arena *mem = arena_new(AUTH_BYTES);
    struct registry *registry = mem ? ARENA_NEW(mem, struct registry) : NULL;
    if (!registry) {
        arena_free(mem);
        return err_set(err, ERR_MEMORY, "no memory for a registry");
    }
    *registry = (struct registry){
        .mem = mem,
        .options = options,
        .reference = *reference,
        .credentials = *credentials,
        .plain = http_plain_named(reference->host, options->plain_http),
    };
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
        arena_free(mem);
        return http_available(err) && err_set(err, ERR_MEMORY, "libcurl does not start");
    }
    if (!os_monitor_new(&registry->access, err) || !http_open(options, &registry->http, err) ||
        !show_bearer(registry, err)) {
        registry_close(&registry);
        return false;
    }
    *ret = registry;
    return true;
}

void registry_close(struct registry **registry)
{
    if (!*registry)
        return;
    http_close((*registry)->http);
    os_monitor_free((*registry)->access);
    curl_global_cleanup();
    arena_free((*registry)->mem);
    *registry = NULL;
}

// ---------------------------------------------------------------- authorisation

// What to send now: a copy in `mem`, since another thread may renew it meanwhile.
static bool current_authorization(struct registry *registry, struct errand *errand,
                                  struct arena *mem, uint64_t *ret_generation)
{
    os_monitor_enter(registry->access);
    bool copied = arena_span(mem, registry->authorization, &errand->request.authorization);
    errand->plain = registry->plain;
    *ret_generation = registry->generation;
    os_monitor_leave(registry->access);
    return copied;
}

static bool answer_challenge(struct registry *registry, struct http *http,
                             const struct http_response *response, span *ret, struct err *err)
{
    struct challenge challenge = {0};
    const struct credentials *credentials = &registry->credentials;
    if (credentials->bearer.len)
        return err_set(err, ERR_DENIED, "the token is not taken");
    if (!challenge_parse(response->challenge, registry->mem, &challenge, err))
        return false;
    switch (challenge.scheme) {
    case CHALLENGE_BEARER:
        return bearer_authorization(http, &challenge, registry->reference.repository, credentials,
                                    response->secure, registry->mem, ret, err);
    case CHALLENGE_BASIC:
        if (credentials->user.len == 0)
            return err_set(err, ERR_DENIED, "it asks for a password, and there is none for it");
        return basic_authorization(credentials, registry->mem, ret, err);
    case CHALLENGE_NONE:
        break;
    }
    return err_set(err, ERR_UNSUPPORTED, "it asks for neither Basic nor Bearer authorization");
}

// Answers a 401 unless another thread has done so since `generation`.
static bool renew(struct registry *registry, struct http *http, uint64_t generation,
                  const struct http_response *response, struct err *err)
{
    span authorization = {0};
    bool fine = true;
    os_monitor_enter(registry->access);
    if (registry->generation == generation) {
        fine = answer_challenge(registry, http, response, &authorization, err);
        if (fine) {
            registry->authorization = authorization;
            registry->generation++;
        }
    }
    os_monitor_leave(registry->access);
    return fine;
}

// ---------------------------------------------------------------- requests

static bool make_url(const struct registry *registry, const struct errand *errand,
                     struct arena *mem, span *ret)
{
    struct text url = {0};
    text_init(&url, mem, 8192);
    text_add(&url, errand->plain ? S("http://") : S("https://"));
    text_add(&url, registry->reference.host);
    if (errand->path.len) {
        text_add(&url, errand->path);
    } else {
        text_add(&url, S("/v2/"));
        text_add(&url, registry->reference.repository);
        text_add(&url, errand->kind);
        text_add(&url, errand->what);
    }
    *ret = text_span(&url);
    return text_ok(&url);
}

// One request, authorised as the registry wants it; *ret_status is not 401 unless it is final.
static bool ask(struct registry *registry, struct http *http, struct errand *errand,
                struct arena *mem, struct http_response *ret, bool *ret_sink_failed,
                struct err *err)
{
    for (unsigned round = 0;; round++) {
        uint64_t generation = 0;
        if (!current_authorization(registry, errand, mem, &generation) ||
            !make_url(registry, errand, mem, &errand->request.url))
            return arena_err(mem, err, "request");
        if (!http_send(http, &errand->request, mem, ret, ret_sink_failed, err))
            return false;
        // Only the registry itself may ask for what it is owed, not whom it redirects to.
        if (ret->status != 401 || ret->challenge.len == 0 || ret->redirected ||
            round == MOST_ROUNDS - 1)
            return true;
        if (!renew(registry, http, generation, ret, err))
            return err_add(err, "%s", quote(registry->reference.domain).text);
    }
}

static bool status_err(const struct registry *registry, unsigned status, struct err *err)
{
    struct quoted host = quote(registry->reference.domain);
    const struct credentials *shown = &registry->credentials;
    bool signed_in = shown->user.len || shown->identity_token.len || shown->bearer.len;
    if (status == 401 || status == 403)
        return err_set(err, ERR_DENIED, "%s: access denied (status %u, %s)", host.text, status,
                       signed_in ? "with the credentials for it" : "without credentials");
    if (status == 404)
        return err_set(err, ERR_MISSING, "%s: not found", host.text);
    if (status == 429 || status >= 500)
        return err_set(err, ERR_IO, "%s: status %u", host.text, status);
    return err_set(err, ERR_DENIED, "%s: status %u", host.text, status);
}

// A registry on this machine may speak TLS or not: TLS is tried first, and what does not speak it
// at all is asked again without. A certificate that does not hold is never a reason.
static bool fall_back(struct registry *registry, const struct errand *errand,
                      const struct err *failed)
{
    if (errand->plain || failed->kind != ERR_UNSUPPORTED)
        return false;
    os_monitor_enter(registry->access);
    // Another thread may have learned it meanwhile.
    registry->plain |= !registry->settled && http_is_loopback(registry->reference.host);
    bool may = registry->plain;
    os_monitor_leave(registry->access);
    return may;
}

static void settle(struct registry *registry)
{
    os_monitor_enter(registry->access);
    registry->settled = true;
    os_monitor_leave(registry->access);
}

bool registry_fetch(struct registry *registry, struct errand *errand, struct arena *mem,
                    struct http_response *ret, struct err *err)
{
    struct retry retry = {0};
    for (;;) {
        struct err failed = {0};
        struct http_response response = {0};
        bool sink_failed = false;
        bool answered =
            ask(registry, registry->http, errand, mem, &response, &sink_failed, &failed);
        if (answered)
            settle(registry);
        bool unchanged = response.status == 304 && errand->request.if_none_match.len;
        if (answered && (response.status == 200 || unchanged)) {
            *ret = response;
            return true;
        }
        if (!answered && fall_back(registry, errand, &failed))
            continue;
        if (answered)
            (void)status_err(registry, response.status, &failed); // says why, below
        if (!retry_again(&retry, &failed, response.retry_after))
            return err_copy(err, &failed);
    }
}

// ---------------------------------------------------------------- manifests, small blobs

static bool check_announced(span bytes, span announced, struct err *err)
{
    digest expected = {0};
    if (announced.len == 0)
        return true;
    return (digest_parse(announced, &expected, err) && digest_check(bytes, expected, err)) ||
           err_add(err, "Docker-Content-Digest");
}

span registry_manifest_types(void)
{
    return S("application/vnd.oci.image.index.v1+json, "
             "application/vnd.oci.image.manifest.v1+json, "
             "application/vnd.docker.distribution.manifest.list.v2+json, "
             "application/vnd.docker.distribution.manifest.v2+json, "
             "application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1");
}

bool registry_manifest(struct registry *registry, span tag_or_digest, struct arena *mem,
                       struct registry_document *ret, struct err *err)
{
    struct http_response response = {0};
    struct errand errand = {
        .kind = S("/manifests/"),
        .what = tag_or_digest,
        .request.most = registry->options->limits->document_bytes,
        .request.accept = registry_manifest_types(),
    };
    if (!registry_fetch(registry, &errand, mem, &response, err) ||
        !check_announced(response.body, response.content_digest, err))
        return err_add(err, "manifest %s", quote(tag_or_digest).text);
    ret->bytes = response.body;
    ret->media_type = response.content_type;
    return true;
}

// "sha256:ab…" as a tag: "sha256-ab…".
static bool referrers_tag(span name, struct arena *mem, span *ret)
{
    struct text tag;
    text_init(&tag, mem, 256);
    text_add(&tag, span_cut(&name, ':'));
    text_add_byte(&tag, '-');
    text_add(&tag, name);
    *ret = text_span(&tag);
    return text_ok(&tag);
}

bool registry_referrers(struct registry *registry, span name, struct arena *mem,
                        struct registry_document *ret, struct err *err)
{
    struct err failed = {0};
    struct http_response response = {0};
    span tag = {0};
    struct errand errand = {
        .kind = S("/referrers/"),
        .what = name,
        .request.most = registry->options->limits->document_bytes,
        .request.accept = S("application/vnd.oci.image.index.v1+json"),
    };
    if (registry_fetch(registry, &errand, mem, &response, &failed)) {
        ret->bytes = response.body;
        ret->media_type = response.content_type;
        return true;
    }
    // Registries of before the API say so in several ways.
    if (failed.kind != ERR_MISSING && failed.kind != ERR_DENIED)
        return err_copy(err, &failed) || err_add(err, "referrers of %s", quote(name).text);
    return referrers_tag(name, mem, &tag) ? registry_manifest(registry, tag, mem, ret, err)
                                          : arena_err(mem, err, "request");
}

bool registry_blob(struct registry *registry, span name, uint64_t size, struct arena *mem,
                   span *ret, struct err *err)
{
    struct http_response response = {0};
    struct errand errand = {.kind = S("/blobs/"), .what = name, .request.most = size};
    if (!registry_fetch(registry, &errand, mem, &response, err))
        return err_add(err, "blob %s", quote(name).text);
    *ret = response.body;
    return true;
}

const struct limits *registry_limits(const struct registry *registry)
{
    return registry->options->limits;
}

span registry_repository(const struct registry *registry)
{
    return registry->reference.repository;
}

// ---------------------------------------------------------------- layers

struct transfer {
    struct registry *registry;
    struct http *http;
    span name; // digest of the blob
    uint64_t size;
    uint64_t done; // bytes that were delivered
    uint64_t skip; // bytes of this answer that were delivered before
    int fd;
    bool fell_back; // the last try was with TLS, the next one is without
};

static bool transfer_put(void *self, span bytes, struct err *err)
{
    struct transfer *transfer = self;
    size_t known = bytes.len < transfer->skip ? bytes.len : (size_t)transfer->skip;
    transfer->skip -= known;
    bytes = span_from(bytes, known);
    if (bytes.len > transfer->size - transfer->done)
        return err_set(err, ERR_UNTRUSTED, "longer than the %llu bytes its descriptor says",
                       (unsigned long long)transfer->size);
    if (!os_write_all(transfer->fd, bytes, err))
        return false;
    transfer->done += bytes.len;
    return true;
}

// The registry may ignore the range and send all of it (status 200): what is known is passed over.
static bool transfer_begin(void *self, const struct http_response *response, struct err *err)
{
    struct transfer *transfer = self;
    if (response->offset > transfer->done)
        return err_set(err, ERR_INPUT, "the answer starts behind what was asked for");
    transfer->skip = transfer->done - response->offset;
    return true;
}

// One try: true when the blob is complete.
static bool transfer_once(struct transfer *transfer, bool *ret_final, uint64_t *ret_retry_after,
                          struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(REQUEST_BYTES);
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for a request");
    struct http_response response = {0};
    transfer->fell_back = false;
    struct errand errand = {
        .kind = S("/blobs/"),
        .what = transfer->name,
        .request.offset = transfer->done,
        .request.most = UINT64_MAX,
        .request.sink = {.self = transfer, .begin = transfer_begin, .put = transfer_put},
    };
    struct err failed = {0};
    if (!ask(transfer->registry, transfer->http, &errand, mem, &response, ret_final, &failed)) {
        transfer->fell_back = fall_back(transfer->registry, &errand, &failed);
        return err_copy(err, &failed);
    }
    settle(transfer->registry);
    *ret_retry_after = response.retry_after;
    if (response.status != 200 && response.status != 206)
        return status_err(transfer->registry, response.status, err);
    if (transfer->done < transfer->size)
        return err_set(err, ERR_IO, "the connection ended after %llu of %llu bytes",
                       (unsigned long long)transfer->done, (unsigned long long)transfer->size);
    return true;
}

bool registry_copy_blob(struct registry *registry, span name, uint64_t size, int fd,
                        struct err *err)
{
    CLEANUP(http_cleanup) struct http *http = NULL;
    if (!http_open(registry->options, &http, err))
        return false;
    struct transfer transfer = {
        .registry = registry,
        .http = http,
        .name = name,
        .size = size,
        .fd = fd,
    };
    struct retry retry = {0};
    for (;;) {
        struct err failed = {0};
        bool final = false;
        uint64_t retry_after = 0;
        uint64_t before = transfer.done;
        if (transfer_once(&transfer, &final, &retry_after, &failed))
            return true;
        retry_progress(&retry, transfer.done - before);
        if (transfer.fell_back || (!final && retry_again(&retry, &failed, retry_after)))
            continue;
        (void)err_copy(err, &failed); // fails below
        return err_add(err, "blob %s", quote(name).text);
    }
}
