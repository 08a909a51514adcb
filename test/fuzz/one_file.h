// A tree of one file, for fuzz targets of the stages that read trees.
#ifndef PLIMSOLL_FUZZ_ONE_FILE_H
#define PLIMSOLL_FUZZ_ONE_FILE_H

#include "model/model.h"

struct one_file {
    struct file file;
    struct tree tree;
};

static inline void one_file_init(struct one_file *one, span path, span content)
{
    one->file = (struct file){.path = path,
                              .type = FILE_REGULAR,
                              .content = content,
                              .size = content.len,
                              .has_content = true};
    one->tree = (struct tree){.files = &one->file, .count = 1};
}

#endif
