// sbom: a bill of materials, handed out as it lies.
#include "os/os.h"
#include "scan/source/source_inner.h"

struct document {
    int fd;
};

static bool open_document_layer(void *self, size_t index, const struct descriptor *what,
                                struct source_layer *ret, struct err *err)
{
    (void)index; // there is one
    (void)what;
    struct document *document = self;
    *ret = (struct source_layer){.fd = -1, .length = UINT64_MAX};
    return os_duplicate(document->fd, &ret->fd, err);
}

static void close_document(void *self)
{
    struct document *document = self;
    os_close(&document->fd);
}

bool open_document(struct source *source, const char *path, struct err *err)
{
    struct document *document = ARENA_NEW(source->mem, struct document);
    if (!document)
        return arena_err(source->mem, err, "document");
    document->fd = -1;
    bool opened = span_equal(span_of_text(path), S("-"))
                      ? os_duplicate(OS_STDIN, &document->fd, err)
                      : os_open_read(path, &document->fd, err);
    if (!opened)
        return false;
    source->is_document = true;
    source->store = (struct store){
        .self = document, .open_layer = open_document_layer, .close = close_document};
    return true;
}
