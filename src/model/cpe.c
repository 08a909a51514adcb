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

// ---------------------------------------------------------------- Java runtimes

// As NVD and CVE records name them.
static const span runtimes[] = {
    S("adoptium:temurin"),
    S("adoptopenjdk:openjdk"),
    S("amazon:corretto"),
    S("azul:openjdk"),
    S("azul:zing"),
    S("azul:zulu"),
    S("azul:zulu_jdk"),
    S("azul:zulu_openjdk"),
    S("bell-sw:liberica_jdk"),
    S("eclipse:temurin"),
    S("graalvm:graalvm"),
    S("ibm:java"),
    S("ibm:java_sdk"),
    S("ibm:semeru_runtime"),
    S("openjdk:openjdk"),
    S("oracle:graalvm"),
    S("oracle:graalvm_for_jdk"),
    S("oracle:java_se"),
    S("oracle:jdk"),
    S("oracle:jre"),
    S("oracle:openjdk"),
    S("redhat:openjdk"),
    S("sun:jdk"),
    S("sun:jre"),
    S("sun:openjdk"),
};

span cpe_ecosystem_of(span product)
{
    for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
        if (span_equal(product, runtimes[i]))
            return JVM_ECOSYSTEM;
    return CPE_ECOSYSTEM;
}
