// An image in a registry: manifests by the main thread, each opened layer by a thread that fills a
// pipe.
#include "crypto/crypto.h"
#include "os/os.h"
#include "scan/source/source_inner.h"

struct download {
    struct registry *registry;
    span digest;
    uint64_t size;
    int pipe; // the end that is written
    struct os_thread *thread;
    struct err failed;
};

struct remote {
    struct reference reference;
    struct credentials credentials;
    const struct source_options *options;
    struct registry *registry; // null until something is to be fetched
    struct arena *mem;
    size_t most_layers;
    struct download **downloads; // by layer, null unless opened
};

// Not before there is something to fetch: libcurl takes longer to load than a known image to scan.
static bool reach_registry(struct remote *remote, struct registry **ret, struct err *err)
{
    if (!remote->registry && !registry_open(&remote->reference, &remote->credentials,
                                            &remote->options->net, &remote->registry, err))
        return false;
    *ret = remote->registry;
    return true;
}

static const struct source_document *find_known(const struct remote *remote, span name)
{
    const struct source_documents *known = &remote->options->known;
    for (size_t i = 0; name.len && i < known->count; i++)
        if (span_equal(known->items[i].digest, name))
            return &known->items[i];
    return NULL;
}

static bool fetch_manifest(struct remote *remote, span name, struct arena *mem,
                           struct registry_document *ret, struct err *err)
{
    const struct source_document *known = find_known(remote, name);
    struct registry *registry = NULL;
    if (known) {
        *ret = (struct registry_document){.bytes = known->bytes, .media_type = known->media_type};
        return true;
    }
    return reach_registry(remote, &registry, err) &&
           registry_manifest(registry, name, mem, ret, err);
}

static bool fetch_blob(struct remote *remote, const struct descriptor *what, struct arena *mem,
                       span *ret, struct err *err)
{
    const struct source_document *known = find_known(remote, what->digest);
    struct registry *registry = NULL;
    if (known) {
        *ret = known->bytes;
        return true;
    }
    return reach_registry(remote, &registry, err) &&
           registry_blob(registry, what->digest, what->size, mem, ret, err);
}

static bool remote_read(void *self, const struct descriptor *what, struct arena *mem, span *ret,
                        struct err *err)
{
    struct remote *remote = self;
    enum media media = media_of(what->media_type);
    if (media != MEDIA_INDEX && media != MEDIA_MANIFEST && media != MEDIA_SCHEMA1)
        return fetch_blob(remote, what, mem, ret, err);
    struct registry_document document = {0};
    if (!fetch_manifest(remote, what->digest, mem, &document, err))
        return false;
    *ret = document.bytes;
    return true;
}

static void run_download(void *self)
{
    struct download *download = self;
    (void)registry_copy_blob(download->registry, download->digest, download->size, download->pipe,
                             &download->failed); // read by remote_finish_layer
    os_close(&download->pipe);
}

static bool remote_open_layer(void *self, size_t index, const struct descriptor *what,
                              struct source_layer *ret, struct err *err)
{
    struct remote *remote = self;
    CLEANUP(os_close) int read_end = -1;
    struct registry *registry = NULL;
    if (what->foreign)
        return err_set(err, ERR_UNSUPPORTED, "the layer is kept elsewhere (urls)");
    if (!reach_registry(remote, &registry, err))
        return false;
    struct download *download = ARENA_NEW(remote->mem, struct download);
    if (!download)
        return arena_err(remote->mem, err, "download");
    *download = (struct download){
        .registry = registry,
        .digest = what->digest,
        .size = what->size,
        .pipe = -1,
    };
    if (!os_pipe(&read_end, &download->pipe, err))
        return false;
    if (!os_thread_start(run_download, download, &download->thread, err)) {
        os_close(&download->pipe);
        return false;
    }
    remote->downloads[index] = download;
    *ret = (struct source_layer){.fd = os_take_fd(&read_end), .length = what->size};
    return true;
}

static bool remote_finish_layer(void *self, size_t index, struct err *err)
{
    struct remote *remote = self;
    struct download *download = remote->downloads[index];
    if (!download)
        return true;
    remote->downloads[index] = NULL;
    os_thread_join(download->thread);
    if (download->failed.kind == ERR_NONE)
        return true;
    if (err)
        *err = download->failed;
    return false;
}

static bool remote_referrers(void *self, span name, struct arena *mem, span *ret, struct err *err)
{
    struct registry *registry = NULL;
    struct registry_document document = {0};
    if (!reach_registry(self, &registry, err) ||
        !registry_referrers(registry, name, mem, &document, err))
        return false;
    *ret = document.bytes;
    return true;
}

static bool remote_tagged(void *self, span tag, struct arena *mem, span *ret, struct err *err)
{
    struct registry_document document = {0};
    if (!fetch_manifest(self, tag, mem, &document, err))
        return false;
    *ret = document.bytes;
    return true;
}

static void remote_close(void *self)
{
    struct remote *remote = self;
    for (size_t i = 0; i < remote->most_layers; i++)
        (void)remote_finish_layer(remote, i, NULL); // nobody is left to be told
    registry_close(&remote->registry);
}

// What names the document: the digest in the reference, else that of the bytes.
static bool name_document(struct source *source, const struct reference *reference, span bytes,
                          span *ret, struct err *err)
{
    digest computed = {0};
    if (reference->digest.len) {
        struct descriptor named = {.digest = reference->digest, .size = bytes.len};
        *ret = reference->digest;
        return blob_check(bytes, &named, err);
    }
    return digest_of(DIGEST_SHA256, bytes, &computed, err) &&
           (arena_span(source->mem, span_of_text(digest_text(computed).text), ret) ||
            arena_err(source->mem, err, "manifest digest"));
}

static bool connect_registry(struct source *source, const struct reference *reference,
                             struct err *err)
{
    const struct source_options *options = source->options;
    struct remote *remote = ARENA_NEW(source->mem, struct remote);
    if (!remote)
        return arena_err(source->mem, err, "registry");
    remote->mem = source->mem;
    remote->reference = *reference;
    remote->options = options;
    remote->most_layers = options->limits->layers;
    remote->downloads = arena_array(source->mem, remote->most_layers, sizeof(struct download *));
    if (!remote->downloads)
        return arena_err(source->mem, err, "registry");
    if (!credentials_find(reference, &options->net, source->mem, source->notes,
                          &remote->credentials, err))
        return false;
    source->store = (struct store){
        .self = remote,
        .read = remote_read,
        .open_layer = remote_open_layer,
        .finish_layer = remote_finish_layer,
        .referrers = remote_referrers,
        .tagged = remote_tagged,
        .close = remote_close,
    };
    return true;
}

bool open_registry(struct source *source, span text, struct err *err)
{
    struct reference reference = {0};
    struct registry_document document = {0};
    span name = {0};
    source->image.kind = S("registry");
    if (!reference_parse(text, source->mem, &reference, err) ||
        !reference_text(&reference, source->mem, &source->image.name, err) ||
        !connect_registry(source, &reference, err))
        return false;
    struct remote *remote = source->store.self;
    span wanted = reference.digest.len ? reference.digest : reference.tag;
    return fetch_manifest(remote, wanted, source->mem, &document, err) &&
           name_document(source, &reference, document.bytes, &name, err) &&
           resolve_document(source, document.bytes, name, document.media_type, err);
}
