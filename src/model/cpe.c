#include "model/cpe_inner.h"
#include "model/model.h"

// Programs that are recognised by other files than their own.
static const struct cpe_program others[] = {
    {S("jdk"), S("oracle:jdk")},
    {S("jre"), S("oracle:jre")},
    {S("wordpress"), S("wordpress:wordpress")},
    {S("zulu"), S("azul:zulu")},
};

static span find(const struct cpe_program *programs, size_t count, span package)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(programs[i].package, package))
            return programs[i].products;
    return (span){0};
}

span cpe_of_program(span package)
{
    span products = find(cpe_programs, cpe_program_count, package);
    return products.len ? products : find(others, sizeof others / sizeof *others, package);
}
