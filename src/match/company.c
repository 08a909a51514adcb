// A package with what its judgement depends on, and nothing else.
#include "match/match_inner.h"

struct companies {
    const struct bom *bom;
    struct owners owners;
    struct epochs epochs;
};

bool companies_of(const struct bom *bom, struct arena *mem, const struct companies **ret,
                  struct err *err)
{
    struct companies *companies = ARENA_NEW(mem, struct companies);
    if (!companies)
        return arena_err(mem, err, "companies");
    companies->bom = bom;
    if (!owners_init(&companies->owners, bom, mem, err) ||
        !epochs_init(&companies->epochs, bom, mem, err))
        return false;
    *ret = companies;
    return true;
}

// Only the name of CentOS Stream stands in nothing but what is written for people.
static struct distro distro_that_matters(const struct distro *distro)
{
    bool may_be_stream = span_equal(distro->id, S("centos"));
    return (struct distro){
        .id = distro->id,
        .version_id = distro->version_id,
        .pretty_name = may_be_stream ? distro->pretty_name : (span){0},
    };
}

// By its need of the standard library the main module of a Go program is told.
static struct spans depends_that_matter(const struct package *package)
{
    bool is_go = span_equal(package->type, S("golang"));
    for (size_t i = 0; is_go && i < package->depends.count; i++)
        if (span_equal(package->depends.items[i], S("stdlib")))
            return (struct spans){.items = &package->depends.items[i], .count = 1};
    return (struct spans){0};
}

static struct package package_that_matters(const struct package *package)
{
    return (struct package){
        .type = package->type,
        .name = package->name,
        .version = package->version,
        .source_name = package->source_name,
        .source_version = package->source_version,
        .module = package->module,
        .vendor = package->vendor,
        .repository = package->repository,
        .depends = depends_that_matter(package),
    };
}

static void add(struct company *company, const struct package *package, span id, span owner)
{
    struct package *item = &company->bom.packages[company->bom.package_count++];
    *item = package_that_matters(package);
    item->id = id;
    item->owner = owner;
}

bool company_of(const struct companies *companies, size_t index, struct arena *mem,
                struct company *ret, struct err *err)
{
    enum { PACKAGES_MOST = 3 };
    const struct bom *bom = companies->bom;
    const struct package *package = &bom->packages[index];
    struct owners owners = companies->owners; // remembers whom it was asked for last
    const struct package *owner = owner_package(&owners, package);
    const struct known_epoch *epoch = epochs_of_source(&companies->epochs, package);
    bool is_of_system = package_is_of_system(package);
    struct company company = {.bom = {.distro = distro_that_matters(&bom->distro)}};
    company.bom.packages = arena_array(mem, PACKAGES_MOST, sizeof *company.bom.packages);
    if (!company.bom.packages)
        return arena_err(mem, err, "company");
    // An owner that is not there still says that the package has one.
    span owner_id = package->owner.len ? S("owner") : (span){0};
    add(&company, package, S("package"), owner_id);
    if (owner)
        add(&company, owner, S("owner"), (span){0});
    if (epoch)
        add(&company, &bom->packages[epoch->package], S("epoch"), (span){0});
    bom_sort(&company.bom);
    if (is_of_system) { // sorted as they are
        company.bom.content_sets = bom->content_sets;
        company.bom.content_set_count = bom->content_set_count;
    }
    for (size_t i = 0; i < company.bom.package_count; i++)
        if (span_equal(company.bom.packages[i].id, S("package")))
            company.package = i;
    *ret = company;
    return true;
}

// ---------------------------------------------------------------- bytes

void company_write(const struct company *company, struct text *out)
{
    text_add_u8(out, (uint8_t)company->package);
    bom_write(&company->bom, out);
}

bool company_read(span bytes, const struct limits *limits, struct arena *mem, struct company *ret,
                  struct err *err)
{
    reader r = reader_of(bytes);
    struct company company = {.package = read_u8(&r)};
    if (!bom_read(r.rest, limits, mem, &company.bom, err))
        return err_add(err, "company");
    if (company.package >= company.bom.package_count)
        return err_set(err, ERR_INPUT, "company: there is no package %zu", company.package);
    *ret = company;
    return true;
}
