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
    struct registry *registry;
    struct arena *mem;
    size_t most_layers;
    struct download **downloads; // by layer, null unless opened
};

static bool remote_read(void *self, const struct descriptor *what, struct arena *mem, span *ret,
                        struct err *err)
{
    struct remote *remote = self;
    enum media media = media_of(what->media_type);
    if (media != MEDIA_INDEX && media != MEDIA_MANIFEST && media != MEDIA_SCHEMA1)
        return registry_blob(remote->registry, what->digest, what->size, mem, ret, err);
    struct registry_document document = {0};
    if (!registry_manifest(remote->registry, what->digest, mem, &document, err))
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
    if (what->foreign)
        return err_set(err, ERR_UNSUPPORTED, "the layer is kept elsewhere (urls)");
    struct download *download = ARENA_NEW(remote->mem, struct download);
    if (!download)
        return arena_err(remote->mem, err, "download");
    *download = (struct download){
        .registry = remote->registry,
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
    const struct remote *remote = self;
    struct registry_document document = {0};
    if (!registry_referrers(remote->registry, name, mem, &document, err))
        return false;
    *ret = document.bytes;
    return true;
}

static bool remote_tagged(void *self, span tag, struct arena *mem, span *ret, struct err *err)
{
    const struct remote *remote = self;
    struct registry_document document = {0};
    if (!registry_manifest(remote->registry, tag, mem, &document, err))
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
    struct credentials credentials = {0};
    struct remote *remote = ARENA_NEW(source->mem, struct remote);
    if (!remote)
        return arena_err(source->mem, err, "registry");
    remote->mem = source->mem;
    remote->most_layers = options->limits->layers;
    remote->downloads = arena_array(source->mem, remote->most_layers, sizeof(struct download *));
    if (!remote->downloads)
        return arena_err(source->mem, err, "registry");
    if (!credentials_find(reference, &options->net, source->mem, source->notes, &credentials,
                          err) ||
        !registry_open(reference, &credentials, &options->net, &remote->registry, err))
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
    const struct remote *remote = source->store.self;
    span wanted = reference.digest.len ? reference.digest : reference.tag;
    return registry_manifest(remote->registry, wanted, source->mem, &document, err) &&
           name_document(source, &reference, document.bytes, &name, err) &&
           resolve_document(source, document.bytes, name, document.media_type, err);
}
