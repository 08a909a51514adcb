#include "feeds/feeds_inner.h"

// The malicious packages of the Open Source Security Foundation: what is listed is malware itself.

static void add_names(struct draft *draft, const struct json *document)
{
    osv_add_all_names(draft, document);
    draft->advisory.malicious = true;
}

bool translate_malicious(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = add_names,
        .add_package = language_add_package,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
