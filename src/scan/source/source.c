#include "scan/source/source.h"

#include "os/os.h"
#include "scan/source/platform_inner.h"
#include "scan/source/source_inner.h"
#include "scan/source/target_inner.h"

static void release(struct source *source)
{
    if (source->store.close)
        source->store.close(source->store.self);
    source->store = (struct store){0};
}

void source_close(struct source **source)
{
    if (*source)
        release(*source);
    *source = NULL;
}

// ---------------------------------------------------------------- opening

// A local engine that is not there, or does not know the image, is passed over; one that refuses
// is worth a word, since the registry's image may be another.
static bool try_engine(struct source *source, span engine, span name, struct err *err)
{
    if (open_engine(source, engine, name, err))
        return true;
    release(source);
    source->image = (struct image){.name = name};
    if (err->kind != ERR_MISSING)
        notes_add(source->notes, NOTE_INFORMATION, engine, "passed over: %s", err->text);
    return false;
}

static const char *reason(const struct err *err)
{
    if (err->kind == ERR_MISSING)
        return "not there";
    return err->kind == ERR_DENIED ? "permission denied" : "failed";
}

static bool open_by_name(struct source *source, span name, struct err *err)
{
    struct err docker = {0};
    struct err podman = {0};
    return try_engine(source, S("docker"), name, &docker) ||
           try_engine(source, S("podman"), name, &podman) || open_registry(source, name, err) ||
           err_add(err, "docker: %s; podman: %s; registry", reason(&docker), reason(&podman));
}

static bool open_archive_path(struct source *source, const char *path, enum archive_kind kind,
                              span name, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    bool opened = span_equal(span_of_text(path), S("-")) ? os_duplicate(0, &fd, err)
                                                         : os_open_read(path, &fd, err);
    return opened && open_archive(source, os_take_fd(&fd), kind, name, err);
}

static bool open_target(struct source *source, const struct target *target, struct err *err)
{
    const char *path = arena_text(source->mem, target->path);
    if (!path)
        return arena_err(source->mem, err, "path");
    switch (target->kind) {
    case TARGET_IMAGE:
        return open_by_name(source, target->name, err);
    case TARGET_ARCHIVE:
        return open_archive_path(source, path, ARCHIVE_ANY, target->name, err);
    case TARGET_REGISTRY:
        return open_registry(source, target->name, err);
    case TARGET_DOCKER:
        return open_engine(source, S("docker"), target->name, err);
    case TARGET_PODMAN:
        return open_engine(source, S("podman"), target->name, err);
    case TARGET_DOCKER_ARCHIVE:
        return open_archive_path(source, path, ARCHIVE_DOCKER, target->name, err);
    case TARGET_OCI_ARCHIVE:
        return open_archive_path(source, path, ARCHIVE_OCI, target->name, err);
    case TARGET_OCI_DIRECTORY:
        return open_oci_directory(source, path, target->name, err);
    case TARGET_DIRECTORY:
        source->image.kind = S("dir");
        return open_tree(source, path, err);
    case TARGET_FILE:
        source->image.kind = S("file");
        return open_file(source, path, err);
    case TARGET_SBOM:
        source->image.kind = S("sbom");
        return open_document(source, path, err);
    case TARGET_HOST:
        source->image.kind = S("host");
        return open_tree(source, "/", err);
    }
    return err_set(err, ERR_USAGE, "an unknown kind of target");
}

bool source_open(span text, const struct source_options *options, struct arena *mem,
                 struct notes *notes, struct source **ret, struct err *err)
{
    struct target target = {0};
    struct source *source = ARENA_NEW(mem, struct source);
    struct source_options *kept = ARENA_NEW(mem, struct source_options);
    if (!source || !kept)
        return arena_err(mem, err, "source");
    *kept = *options; // the caller's may be gone when layers are read
    *source = (struct source){.options = kept, .mem = mem, .notes = notes};
    if (!target_parse(text, mem, &target, err))
        return false;
    if (!arena_span(mem, target.path.len ? target.path : text, &source->image.name))
        return arena_err(mem, err, "source");
    if (!open_target(source, &target, err)) {
        release(source);
        return err_add(err, "%s", quote(text).text);
    }
    *ret = source;
    return true;
}

// ---------------------------------------------------------------- an open source

const struct image *source_image(const struct source *source)
{
    return &source->image;
}

bool source_is_document(const struct source *source)
{
    return source->is_document;
}

bool source_is_tree(const struct source *source)
{
    return source->is_tree;
}

size_t source_layer_count(const struct source *source)
{
    return source->is_tree || source->is_document ? 1 : source->image.layer_count;
}

bool source_layer_open(struct source *source, size_t index, struct source_layer *ret,
                       struct err *err)
{
    assert(index < source_layer_count(source));
    if (source->is_tree || source->is_document)
        return source->store.open_layer(source->store.self, index, NULL, ret, err);
    const struct descriptor *layer = &source->layers[index];
    enum media media = media_of(layer->media_type);
    if (media == MEDIA_ENCRYPTED_LAYER)
        return err_set(err, ERR_UNSUPPORTED, "the layer is encrypted");
    if (layer->media_type.len && media != MEDIA_LAYER)
        return err_set(err, ERR_UNSUPPORTED, "a layer of type '%s'", quote(layer->media_type).text);
    if (source->store.open_layer(source->store.self, index, layer, ret, err))
        return true;
    if (layer->foreign)
        return err_set(err, ERR_UNSUPPORTED, "the layer is kept elsewhere (urls)");
    return false;
}

bool source_layer_finish(struct source *source, size_t index, struct err *err)
{
    if (!source->store.finish_layer)
        return true;
    return source->store.finish_layer(source->store.self, index, err);
}
