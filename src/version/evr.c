// [epoch:]version[-release], the form that rpm and pacman share.
#include "version/version_inner.h"

struct evr evr_of(span text)
{
    struct evr evr = {.version = text};
    span rest = text;
    span digits = span_cut_digits(&rest);
    if (rest.len && rest.ptr[0] == ':') {
        evr.epoch = digits;
        evr.version = span_from(rest, 1);
    }
    size_t hyphen = span_find_last(evr.version, '-');
    if (hyphen != SPAN_NONE) {
        evr.has_release = true;
        evr.release = span_from(evr.version, hyphen + 1);
        evr.version = span_first(evr.version, hyphen);
    }
    return evr;
}

bool evr_valid(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
            return false;
    return evr_of(text).version.len > 0;
}

span version_without_epoch(span version)
{
    span epoch = evr_of(version).epoch;
    return span_from(version, epoch.len ? epoch.len + 1 : 0);
}

bool evr_encode(span text, void (*encode_part)(span part, struct version_key *key),
                struct version_key *key)
{
    struct evr evr = evr_of(text);
    key_number(key, evr.epoch);
    encode_part(evr.version, key);
    if (evr.has_release)
        encode_part(evr.release, key);
    return evr_valid(text);
}
