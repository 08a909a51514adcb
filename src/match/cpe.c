// Statements by CPE names: NVD, CVE records and who corrects them speak of vendors and products,
// not of packages. They are asked for what lies in an image without a package manager, and only
// under names that are known to be the package's.
#include "match/match_inner.h"

// Not a database but what it says of whole flaws: see doc/formats/ecosystem.md.
#define OVERRULED S("cpe-overruled")

bool cpe_is_key(span ecosystem)
{
    return span_equal(ecosystem, CPE_ECOSYSTEM) || span_equal(ecosystem, JVM_ECOSYSTEM);
}

struct ecosystem *cpe_ecosystem(struct matcher *matcher, span key)
{
    for (size_t i = 0; i < matcher->language_count; i++) {
        struct ecosystem *ecosystem = &matcher->languages[i];
        if (!span_equal(ecosystem->key, key))
            continue;
        ecosystem_open(ecosystem, matcher->source); // no package has such a type
        return ecosystem;
    }
    return NULL;
}

bool cpe_speaks_of_runtime(const struct package *package)
{
    span products = cpe_of_program(package->name);
    return span_equal(package->type, S("generic")) &&
           span_equal(cpe_ecosystem_of(span_cut(&products, ',')), JVM_ECOSYSTEM);
}

// ---------------------------------------------------------------- names

// Versions are compared in one order: what is kept in another is not asked for.
static void add_product(const struct matcher *matcher, struct subject *subject, span product)
{
    bool is_runtime = span_equal(cpe_ecosystem_of(product), JVM_ECOSYSTEM);
    struct ecosystem *ecosystem = is_runtime ? matcher->jvm : matcher->cpe;
    if (ecosystem->scheme == subject->scheme)
        subject_add_name(subject, ecosystem, product);
}

bool cpe_add_names(struct matcher *matcher, struct subject *subject, struct err *err)
{
    const struct advisory_source *source = matcher->source;
    const struct package *package = subject->package;
    // An ecosystem with an order of its own has a database of its own. What names a repository was
    // built by a distribution, which a note in the program says.
    if ((subject->scheme != SCHEME_GENERIC && subject->ecosystem != matcher->jvm) ||
        is_of_distribution(matcher, package) || package->repository.len)
        return true;
    bool is_program = span_equal(package->type, S("generic"));
    span products = is_program ? cpe_of_program(package->name) : (span){0};
    while (products.len)
        add_product(matcher, subject, span_cut(&products, ','));
    struct spans known = {0};
    if (!source->look_up_products(source->self, package->type, package->name, matcher->mem, &known,
                                  err))
        return err_add(err, "products of %s", quote(package->name).text);
    for (size_t i = 0; i < known.count; i++)
        add_product(matcher, subject, known.items[i]);
    return true;
}

// "v1.3.1" and "1.3.1" are tags that say a version; "openssl-3.0.7" and "curl-8_5_0" are tags too,
// and nobody can tell where the version begins.
bool cpe_speaks_of_repository(const struct package *package)
{
    span version = package->version;
    if (version.len && version.ptr[0] == 'v')
        version = span_from(version, 1);
    return span_equal(package->type, S("github")) && version.len && ascii_is_digit(version.ptr[0]);
}

bool cpe_target_fits(const struct package *package, span target)
{
    bool of_wordpress = span_equal(package->type, S("wordpress-plugin")) ||
                        span_equal(package->type, S("wordpress-theme"));
    return of_wordpress && span_equal(target, S("wordpress"));
}

// ---------------------------------------------------------------- weights

// Who says it: the higher ones know better.
enum rank {
    RANK_REPORT,    // CVE records: what was reported
    RANK_NVD,       // what NVD made of it
    RANK_OVERRULER, // who looked into it again
    RANK_OWN,       // the database of the package's own ecosystem
};

static bool is_by_cpe(const struct view *view)
{
    return cpe_is_key(view->statement->affected.ecosystem);
}

static enum rank rank_of(const struct view *view, span overruler)
{
    span database = view->statement->advisory.database;
    if (!is_by_cpe(view))
        return RANK_OWN;
    if (span_equal(database, overruler))
        return RANK_OVERRULER;
    return span_equal(database, S("nvd")) ? RANK_NVD : RANK_REPORT;
}

// The database that names all products that have the flaw; empty: none does.
static bool find_overruler(const struct matcher *matcher, span flaw, span *ret, struct err *err)
{
    struct claims claims = {0};
    if (!matcher->source->look_up(matcher->source->self, OVERRULED, flaw, matcher->mem, &claims,
                                  err))
        return err_add(err, "%s", quote(flaw).text);
    *ret = claims.count ? claims.items[0].database : (span){0};
    return true;
}

// The highest rank of those that know versions. "All versions" often means that nobody looked. An
// overruler's silence on the product counts too.
static enum rank highest_rank(const struct list *views, span overruler)
{
    enum rank highest = RANK_REPORT;
    bool is_silent = overruler.len > 0;
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = LIST_AT(views, struct view, i);
        enum rank rank = rank_of(view, overruler);
        is_silent = is_silent && rank != RANK_OVERRULER;
        if (rank > highest && affected_is_bounded(&view->statement->affected))
            highest = rank;
    }
    return is_silent && highest < RANK_OVERRULER ? RANK_OVERRULER : highest;
}

bool cpe_weigh(struct matcher *matcher, span flaw, struct err *err)
{
    struct list *views = &matcher->views;
    bool inside = false;
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = LIST_AT(views, struct view, i);
        inside = inside || (is_by_cpe(view) && view->stage == STAGE_INSIDE);
    }
    span overruler = {0};
    if (!inside)
        return true; // they do not matter
    if (!find_overruler(matcher, flaw, &overruler, err))
        return false;
    enum rank highest = highest_rank(views, overruler);
    for (size_t i = 0; i < views->count; i++) {
        struct view *view = LIST_AT(views, struct view, i);
        if (rank_of(view, overruler) < highest)
            view->weight = WEIGHT_SUPERSEDED;
    }
    return true;
}
