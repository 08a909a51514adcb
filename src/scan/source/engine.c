// An image that a local engine holds, as the archive that it exports.
#include "os/os.h"
#include "scan/source/source_inner.h"

static bool path_in(struct source *source, const char *directory, span rest, span *ret)
{
    struct text address = {0};
    text_init(&address, source->mem, 4096);
    text_add(&address, S("unix://"));
    text_add(&address, span_of_text(directory));
    text_add(&address, rest);
    *ret = text_span(&address);
    return text_ok(&address);
}

// Docker listens where DOCKER_HOST says; podman where CONTAINER_HOST says, else for the user, else
// for the system.
static size_t list_addresses(struct source *source, span engine, span ret[static 2])
{
    const struct source_options *options = source->options;
    size_t count = 0;
    if (span_equal(engine, S("docker"))) {
        ret[0] = options->docker_host ? span_of_text(options->docker_host)
                                      : S("unix:///var/run/docker.sock");
        return 1;
    }
    if (options->container_host) {
        ret[0] = span_of_text(options->container_host);
        return 1;
    }
    if (options->runtime_directory &&
        path_in(source, options->runtime_directory, S("/podman/podman.sock"), &ret[0]))
        count = 1;
    ret[count++] = S("unix:///run/podman/podman.sock");
    return count;
}

static bool is_absent(const struct err *err)
{
    return err->kind == ERR_MISSING && err->sys != 0;
}

static bool fail_absent(span engine, struct err *err)
{
    if (span_equal(engine, S("docker")))
        return err_set(err, ERR_MISSING,
                       "no Docker engine listens: start it (dockerd) or set DOCKER_HOST");
    return err_set(err, ERR_MISSING,
                   "podman does not listen: run 'systemctl --user start podman.socket', or "
                   "'podman system service' and set CONTAINER_HOST");
}

static bool find_engine(struct source *source, span engine, span name, span *ret_address,
                        struct engine_image *ret, struct err *err)
{
    span addresses[2] = {0};
    size_t count = list_addresses(source, engine, addresses);
    struct err failed = {0};
    for (size_t i = 0; i < count; i++) {
        *ret_address = addresses[i];
        failed = (struct err){0};
        if (engine_inspect(addresses[i], name, &source->options->net, source->mem, ret, &failed))
            return true;
        if (!is_absent(&failed))
            break;
    }
    if (is_absent(&failed))
        return fail_absent(engine, err);
    return err_copy(err, &failed);
}

bool open_engine(struct source *source, span engine, span name, struct err *err)
{
    CLEANUP(os_close) int spool = -1;
    struct engine_image image = {0};
    span address = {0};
    if (!find_engine(source, engine, name, &address, &image, err) ||
        !open_spool(source->options, &spool, err) ||
        !engine_export(address, name, &source->options->net, spool, err))
        return false;
    os_make_read_only(&spool); // the worker gets it
    if (!open_archive(source, os_take_fd(&spool), ARCHIVE_ANY, (span){0}, err))
        return false;
    source->image.kind = engine;
    if (!arena_span(source->mem, name, &source->image.name))
        return arena_err(source->mem, err, "image name");
    if (source->image.manifest_digest.len == 0)
        source->image.manifest_digest = image.manifest_digest;
    return true;
}
