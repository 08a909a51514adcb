// Statements by CPE names: NVD, CVE records and who corrects them speak of vendors and products,
// not of packages. They are asked for what lies in an image without a package manager, and only
// under names that are known to be the package's.
#include "match/match_inner.h"

// Not a database but what it says of whole flaws: see doc/formats/ecosystem.md.
#define OVERRULED S("cpe-overruled")

struct ecosystem *cpe_ecosystem(struct matcher *matcher)
{
    for (size_t i = 0; i < matcher->language_count; i++)
        if (span_equal(matcher->languages[i].key, S("cpe")))
            return &matcher->languages[i];
    return NULL;
}

// ---------------------------------------------------------------- names

bool cpe_add_names(struct matcher *matcher, struct subject *subject, struct err *err)
{
    const struct advisory_source *source = matcher->source;
    const struct package *package = subject->package;
    // An ecosystem with an order of its own has a database of its own.
    if (!subject->ecosystem->language || subject->scheme != SCHEME_GENERIC)
        return true;
    bool is_program = span_equal(package->type, S("generic"));
    span products = is_program ? cpe_of_program(package->name) : (span){0};
    while (products.len)
        subject_add_name(subject, matcher->cpe, span_cut(&products, ','));
    struct spans known = {0};
    if (!source->look_up_products(source->self, package->type, package->name, matcher->mem, &known,
                                  err))
        return err_add(err, "products of %s", quote(package->name).text);
    for (size_t i = 0; i < known.count; i++)
        subject_add_name(subject, matcher->cpe, known.items[i]);
    return true;
}

bool cpe_target_fits(const struct package *package, span target)
{
    bool of_wordpress = span_equal(package->type, S("wordpress-plugin")) ||
                        span_equal(package->type, S("wordpress-theme"));
    return of_wordpress && span_equal(target, S("wordpress"));
}

// ---------------------------------------------------------------- weights

static bool is_by_cpe(const struct view *view)
{
    return span_equal(view->statement->affected.ecosystem, S("cpe"));
}

static bool is_of(const struct view *view, span database)
{
    return span_equal(view->statement->advisory.database, database);
}

// Leaves those of one database their weight; an empty name is none's.
static void weigh_all_but(struct list *views, span database)
{
    for (size_t i = 0; i < views->count; i++) {
        struct view *view = LIST_AT(views, struct view, i);
        if (is_by_cpe(view) && !is_of(view, database))
            view->weight = WEIGHT_SUPERSEDED;
    }
}

// Who has looked into the flaw and says which products have it, all of them; empty: nobody.
static bool find_overruler(const struct matcher *matcher, span flaw, span *ret, struct err *err)
{
    struct claims claims = {0};
    if (!matcher->source->look_up(matcher->source->self, OVERRULED, flaw, matcher->mem, &claims,
                                  err))
        return err_add(err, "%s", quote(flaw).text);
    *ret = claims.count ? claims.items[0].database : (span){0};
    return true;
}

bool cpe_weigh(struct matcher *matcher, span flaw, struct err *err)
{
    struct list *views = &matcher->views;
    bool any = false;
    bool inside = false;
    bool by_others = false;
    bool by_nvd = false;
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = LIST_AT(views, struct view, i);
        any = any || is_by_cpe(view);
        inside = inside || (is_by_cpe(view) && view->stage == STAGE_INSIDE);
        by_others = by_others || !is_by_cpe(view);
        by_nvd = by_nvd || (is_by_cpe(view) && is_of(view, S("nvd")));
    }
    if (!any || by_others) {
        weigh_all_but(views, (span){0});
        return true;
    }
    span overruler = {0};
    if (inside && !find_overruler(matcher, flaw, &overruler, err))
        return false;
    if (overruler.len)
        weigh_all_but(views, overruler);
    else if (by_nvd)
        weigh_all_but(views, S("nvd"));
    return true;
}
