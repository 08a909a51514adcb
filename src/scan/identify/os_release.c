#include "scan/identify/identify_inner.h"

bool distro_id(struct arena *mem, span id, span *ret, struct err *err)
{
    struct text lower = {0};
    text_init(&lower, mem, id.len);
    for (size_t i = 0; i < id.len; i++) {
        uint8_t c = ascii_lower(id.ptr[i]);
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '.' && c != '_' && c != '-') {
            *ret = (span){0};
            return true;
        }
        text_add_byte(&lower, c);
    }
    if (!text_ok(&lower))
        return arena_err(mem, err, "name of the distribution");
    *ret = text_span(&lower);
    return true;
}

static bool join_words(struct arena *mem, span first, span second, span *ret, struct err *err)
{
    struct text joined = {0};
    text_init(&joined, mem, first.len + second.len + 1);
    text_add(&joined, first);
    if (first.len && second.len)
        text_add_byte(&joined, ' ');
    text_add(&joined, second);
    if (!text_ok(&joined))
        return arena_err(mem, err, "name of the distribution");
    *ret = text_span(&joined);
    return true;
}

// Testing and sid say "Debian GNU/Linux trixie/sid"; old stable releases have no VERSION_CODENAME.
static void complete_debian(struct distro *distro)
{
    size_t blank = span_find_last(distro->pretty_name, ' ');
    span word =
        blank == SPAN_NONE ? distro->pretty_name : span_from(distro->pretty_name, blank + 1);
    if (distro->codename.len == 0 && span_ends_with(word, S("/sid")))
        distro->codename = span_cut(&word, '/');
    if (distro->version_id.len == 0)
        distro->version_id = codename_version(distro->id, distro->codename);
}

static bool complete(const struct search *search, span path, span id, struct distro *distro,
                     struct err *err)
{
    if (!distro_id(search->mem, id, &distro->id, err))
        return false;
    if (id.len == 0)
        notes_add(search->notes, NOTE_DAMAGED, path, "names no distribution");
    else if (distro->id.len == 0)
        notes_add(search->notes, NOTE_DAMAGED, path, "'%s' is no identifier of a distribution",
                  quote(id).text);
    if (span_equal(distro->id, S("debian")))
        complete_debian(distro);
    if (distro->codename.len == 0)
        distro->codename = codename_of(distro->id, distro->version_id);
    return true;
}

bool os_release_read(const struct search *search, span path, span content, struct distro *ret,
                     struct err *err)
{
    enum { ID, ID_LIKE, NAME, VERSION, VERSION_ID, CODENAME, PRETTY_NAME, CPE_NAME, COUNT };
    struct variable v[COUNT] = {
        [ID] = {.name = S("ID")},
        [ID_LIKE] = {.name = S("ID_LIKE")},
        [NAME] = {.name = S("NAME")},
        [VERSION] = {.name = S("VERSION")},
        [VERSION_ID] = {.name = S("VERSION_ID")},
        [CODENAME] = {.name = S("VERSION_CODENAME")},
        [PRETTY_NAME] = {.name = S("PRETTY_NAME")},
        [CPE_NAME] = {.name = S("CPE_NAME")},
    };
    if (!variables_read(search, path, content, v, COUNT, err))
        return false;
    struct distro distro = {
        .id_like = v[ID_LIKE].value,
        .version_id = v[VERSION_ID].value,
        .codename = v[CODENAME].value,
        .pretty_name = v[PRETTY_NAME].value,
        .cpe = v[CPE_NAME].value,
    };
    if (distro.pretty_name.len == 0 &&
        !join_words(search->mem, v[NAME].value, v[VERSION].value, &distro.pretty_name, err))
        return false;
    if (!complete(search, path, v[ID].value, &distro, err))
        return false;
    *ret = distro;
    return true;
}

bool lsb_release_read(const struct search *search, span path, span content, struct distro *ret,
                      struct err *err)
{
    enum { ID, RELEASE, CODENAME, DESCRIPTION, COUNT };
    struct variable v[COUNT] = {
        [ID] = {.name = S("DISTRIB_ID")},
        [RELEASE] = {.name = S("DISTRIB_RELEASE")},
        [CODENAME] = {.name = S("DISTRIB_CODENAME")},
        [DESCRIPTION] = {.name = S("DISTRIB_DESCRIPTION")},
    };
    if (!variables_read(search, path, content, v, COUNT, err))
        return false;
    struct distro distro = {
        .version_id = v[RELEASE].value,
        .codename = v[CODENAME].value,
        .pretty_name = v[DESCRIPTION].value,
    };
    if (!complete(search, path, v[ID].value, &distro, err))
        return false;
    *ret = distro;
    return true;
}
