// A header: open it, read its package, walk its lists.
#include "rpmdb/rpmdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rpm_header header = {0};
    struct rpm_package package = {0};
    struct err err = {0};
    if (!rpm_header_open(span_of(data, size), &header, &err))
        return 0;
    (void)rpm_package_read(&header, &package, &err);
    static const uint32_t tags[] = {RPM_TAG_BASE_NAMES, RPM_TAG_DIR_NAMES, RPM_TAG_DIR_INDEXES,
                                    RPM_TAG_FILE_MODES, RPM_TAG_FILE_DIGESTS};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        struct rpm_texts texts = rpm_header_texts(&header, tags[i]);
        struct rpm_numbers numbers = rpm_header_numbers(&header, tags[i]);
        span text = {0};
        uint64_t number = 0;
        while (rpm_texts_next(&texts, &text))
            continue;
        while (rpm_numbers_next(&numbers, &number))
            continue;
    }
    return 0;
}
