// As which products CPE names know packages: only for packages that are matched by such names.
#include "feeds/feeds_inner.h"

static span lower(struct arena *mem, span text)
{
    struct text out = {0};
    text_init(&out, mem, text.len);
    for (size_t i = 0; i < text.len; i++)
        text_add_byte(&out, ascii_lower(text.ptr[i]));
    return text_span(&out); // empty without memory: then nothing is given
}

static bool give(struct translation *translation, span type, span name, span cpe, struct err *err)
{
    const struct cpe_product product = {
        .database = translation->database,
        .type = type,
        .name = name,
        .cpe = cpe,
    };
    if (!name.len || !cpe.len)
        return true;
    return translation_give_product(translation, &product, err);
}

// ---------------------------------------------------------------- purl2cpe

// "data/haxx/curl/purls.yml" is about haxx:curl.
static span product_of_path(struct translation *translation, span path)
{
    span directory = span_first(path, path.len - path_name(path).len);
    span parts = span_trim_end(directory, '/');
    span product = path_name(parts);
    span vendor = path_name(span_trim_end(span_first(parts, parts.len - product.len), '/'));
    struct text name = {0};
    text_init(&name, translation->mem, SIZE_MAX);
    text_add(&name, vendor);
    text_add_byte(&name, ':');
    text_add(&name, product);
    return vendor.len && product.len ? text_span(&name) : (span){0};
}

// Lines "  - pkg:github/curl/curl". Of the other types either nobody has packages by such names, or
// there are databases that speak of these packages themselves.
bool translate_purl2cpe(struct translation *translation, span path, span bytes, struct err *err)
{
    if (!span_equal(path_name(path), S("purls.yml")))
        return true;
    span cpe = product_of_path(translation, path);
    span rest = bytes;
    while (rest.len) {
        span line = span_trim(span_cut_line(&rest));
        span item = span_starts_with(line, S("- ")) ? span_trim(span_from(line, 2)) : (span){0};
        span prefix = S("pkg:github/");
        if (!span_starts_with(item, prefix))
            continue;
        span name = lower(translation->mem, span_from(item, prefix.len));
        if (!give(translation, S("github"), name, cpe, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- an index of the dictionary

static bool give_names(struct translation *translation, span type, const struct json *names,
                       struct err *err)
{
    struct json_member member = {0};
    while (json_next(names, &member)) {
        for (size_t i = 0; i < json_count(member.value); i++) {
            span cpe = cpe_product_of(translation->mem, json_text(json_at(member.value, i)));
            if (!give(translation, type, member.key, cpe, err))
                return false;
        }
    }
    return true;
}

bool translate_cpe_index(struct translation *translation, span path, span bytes, struct err *err)
{
    // Beside the index there is a part of the dictionary.
    if (!span_ends_with(path, S(".json")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    const struct json *ecosystems = json_get(document, "ecosystems");
    if (!json_is_object(ecosystems))
        return err_set(err, ERR_INPUT, "index: no ecosystems");
    return give_names(translation, S("wordpress-plugin"), json_get(ecosystems, "wordpress_plugins"),
                      err) &&
           give_names(translation, S("wordpress-theme"), json_get(ecosystems, "wordpress_themes"),
                      err);
}
