#include "rpmdb/rpmdb.h"

bool rpm_package_read(const struct rpm_header *header, struct rpm_package *ret, struct err *err)
{
    struct rpm_package package = {
        .name = rpm_header_text(header, RPM_TAG_NAME),
        .version = rpm_header_text(header, RPM_TAG_VERSION),
        .release = rpm_header_text(header, RPM_TAG_RELEASE),
        .arch = rpm_header_text(header, RPM_TAG_ARCH),
        .source_rpm = rpm_header_text(header, RPM_TAG_SOURCE_RPM),
        .vendor = rpm_header_text(header, RPM_TAG_VENDOR),
        .license = rpm_header_text(header, RPM_TAG_LICENSE),
        .modularity_label = rpm_header_text(header, RPM_TAG_MODULARITY_LABEL),
    };
    if (package.name.len == 0)
        return err_set(err, ERR_INPUT, "rpm header: no name");
    if (package.version.len == 0)
        return err_set(err, ERR_INPUT, "rpm header: %s has no version", quote(package.name).text);
    if (span_equal(package.source_rpm, S("(none)"))) // as rpm wrote for a gpg-pubkey
        package.source_rpm = (span){0};
    uint64_t epoch = 0;
    if (rpm_header_number(header, RPM_TAG_EPOCH, &epoch) && epoch <= UINT32_MAX) {
        package.has_epoch = true;
        package.epoch = (uint32_t)epoch;
    }
    // Absent: stays 0.
    (void)rpm_header_number(header, RPM_TAG_INSTALL_TIME, &package.install_time);
    *ret = package;
    return true;
}

static bool cut_end(span *s, span end)
{
    if (!span_ends_with(*s, end))
        return false;
    *s = span_first(*s, s->len - end.len);
    return true;
}

bool rpm_source_split(span source_rpm, span *ret_name, span *ret_version, span *ret_release)
{
    span rest = source_rpm;
    if (!cut_end(&rest, S(".src.rpm")) && !cut_end(&rest, S(".nosrc.rpm")))
        return false;
    size_t release = span_find_last(rest, '-');
    if (release == SPAN_NONE)
        return false;
    size_t version = span_find_last(span_first(rest, release), '-');
    if (version == SPAN_NONE || version == 0)
        return false;
    *ret_name = span_first(rest, version);
    *ret_version = span_slice(rest, version + 1, release - version - 1);
    *ret_release = span_from(rest, release + 1);
    return true;
}
