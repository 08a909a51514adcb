// The group of an artefact that Maven left no record of. A wrong group hides every flaw of the
// right one and invents those of another, so only what two independent things say counts: the
// manifest or the archive's name, and the packages of the classes in it.
#include "scan/catalog/java_inner.h"

// ---------------------------------------------------------------- what is in the archive

// Is there anything below the directory of this Java package?
static bool has_package(const struct jar *jar, span package)
{
    for (size_t i = 0; i < jar->zip.count; i++) {
        span path = jar->zip.entries[i].name;
        bool same = path.len > package.len && path.ptr[package.len] == '/';
        for (size_t k = 0; same && k < package.len; k++)
            same = path.ptr[k] == (package.ptr[k] == '.' ? '/' : package.ptr[k]);
        if (same)
            return true;
    }
    return false;
}

// ---------------------------------------------------------------- well-known publishers

// Those that leave no record of Maven in their archives, or whose bundle names mislead. `artifact`
// may end in '*'. `package` is in the archive, or its module name begins with `module`.
struct publisher {
    const char *artifact;
    const char *package;
    const char *module;
    const char *group; // null: the same as the artifact
};

// The longer patterns first: the first that fits counts.
static const struct publisher publishers[] = {
    {"akka-http*", "akka.http", "akka.http", "com.typesafe.akka"},
    {"akka-*", "akka", "akka", "com.typesafe.akka"},
    {"annotations", "org.jetbrains.annotations", "org.jetbrains.annotations", "org.jetbrains"},
    {"ant", "org.apache.tools.ant", NULL, "org.apache.ant"},
    {"ant-*", "org.apache.tools.ant", NULL, "org.apache.ant"},
    {"antlr", "antlr", NULL, NULL},
    {"asm", "org.objectweb.asm", "org.objectweb.asm", "org.ow2.asm"},
    {"asm-*", "org.objectweb.asm", "org.objectweb.asm", "org.ow2.asm"},
    {"aspectjrt", "org.aspectj", "org.aspectj", "org.aspectj"},
    {"aspectjweaver", "org.aspectj", "org.aspectj", "org.aspectj"},
    {"batik-*", "org.apache.batik", "org.apache.batik", "org.apache.xmlgraphics"},
    {"bcmail-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle"},
    {"bcpg-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle"},
    {"bcpkix-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle"},
    {"bcprov-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle"},
    {"bctls-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle"},
    {"bcutil-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle"},
    {"catalina", "org.apache.catalina", NULL, "org.apache.tomcat"},
    {"checker-qual", "org.checkerframework", "org.checkerframework", "org.checkerframework"},
    {"commons-beanutils", "org.apache.commons.beanutils", NULL, NULL},
    {"commons-cli", "org.apache.commons.cli", NULL, NULL},
    {"commons-codec", "org.apache.commons.codec", NULL, NULL},
    {"commons-collections", "org.apache.commons.collections", NULL, NULL},
    {"commons-configuration", "org.apache.commons.configuration", NULL, NULL},
    {"commons-dbcp", "org.apache.commons.dbcp", NULL, NULL},
    {"commons-digester", "org.apache.commons.digester", NULL, NULL},
    {"commons-discovery", "org.apache.commons.discovery", NULL, NULL},
    {"commons-el", "org.apache.commons.el", NULL, NULL},
    {"commons-fileupload", "org.apache.commons.fileupload", NULL, NULL},
    {"commons-httpclient", "org.apache.commons.httpclient", NULL, NULL},
    {"commons-io", "org.apache.commons.io", NULL, NULL},
    {"commons-jelly", "org.apache.commons.jelly", NULL, NULL},
    {"commons-jxpath", "org.apache.commons.jxpath", NULL, NULL},
    {"commons-lang", "org.apache.commons.lang", NULL, NULL},
    {"commons-logging", "org.apache.commons.logging", NULL, NULL},
    {"commons-net", "org.apache.commons.net", NULL, NULL},
    {"commons-pool", "org.apache.commons.pool", NULL, NULL},
    {"commons-validator", "org.apache.commons.validator", NULL, NULL},
    {"elasticsearch", "org.elasticsearch", NULL, "org.elasticsearch"},
    {"elasticsearch-core", "org.elasticsearch.core", NULL, "org.elasticsearch"},
    {"elasticsearch-rest-client", "org.elasticsearch.client", NULL, "org.elasticsearch.client"},
    {"elasticsearch-rest-high-level-client", "org.elasticsearch.client", NULL,
     "org.elasticsearch.client"},
    {"elasticsearch-x-content", "org.elasticsearch.xcontent", NULL, "org.elasticsearch"},
    {"grpc-*", "io.grpc", "io.grpc", "io.grpc"},
    {"hibernate-commons-annotations", "org.hibernate.annotations.common", NULL,
     "org.hibernate.common"},
    {"hibernate-core", "org.hibernate", "org.hibernate", "org.hibernate"},
    {"jackson-core-asl", "org.codehaus.jackson", NULL, "org.codehaus.jackson"},
    {"jackson-jaxrs", "org.codehaus.jackson", NULL, "org.codehaus.jackson"},
    {"jackson-mapper-asl", "org.codehaus.jackson", NULL, "org.codehaus.jackson"},
    {"jackson-xc", "org.codehaus.jackson", NULL, "org.codehaus.jackson"},
    {"javax.inject", "javax.inject", NULL, NULL},
    {"jna", "com.sun.jna", "com.sun.jna", "net.java.dev.jna"},
    {"jna-platform", "com.sun.jna", "com.sun.jna", "net.java.dev.jna"},
    {"joda-time", "org.joda.time", "org.joda.time", NULL},
    {"junit-jupiter*", "org.junit.jupiter", "org.junit.jupiter", "org.junit.jupiter"},
    {"junit-platform-*", "org.junit.platform", "org.junit.platform", "org.junit.platform"},
    {"kafka-*", "org.apache.kafka", NULL, "org.apache.kafka"},
    {"kafka_2.*", "kafka", NULL, "org.apache.kafka"},
    {"kotlin-*", "kotlin", "kotlin", "org.jetbrains.kotlin"},
    {"kotlinx-coroutines-*", "kotlinx.coroutines", "kotlinx.coroutines", "org.jetbrains.kotlinx"},
    {"lucene-*", "org.apache.lucene", "org.apache.lucene", "org.apache.lucene"},
    {"mockito-*", "org.mockito", "org.mockito", "org.mockito"},
    {"mysql-connector-j", "com.mysql", NULL, "com.mysql"},
    {"mysql-connector-java", "com.mysql", NULL, "mysql"},
    {"okhttp", "okhttp3", "okhttp3", "com.squareup.okhttp3"},
    {"okio*", "okio", "okio", "com.squareup.okio"},
    {"oro", "org.apache.oro", NULL, NULL},
    {"poi", "org.apache.poi", "org.apache.poi", "org.apache.poi"},
    {"poi-*", "org.apache.poi", "org.apache.poi", "org.apache.poi"},
    {"poi-ooxml-lite", "org.openxmlformats", "org.apache.poi", "org.apache.poi"},
    {"postgresql", "org.postgresql", "org.postgresql", "org.postgresql"},
    {"reactive-streams", "org.reactivestreams", "org.reactivestreams", "org.reactivestreams"},
    {"reactor-core", "reactor.core", "reactor.core", "io.projectreactor"},
    {"reactor-netty*", "reactor.netty", "reactor.netty", "io.projectreactor.netty"},
    {"retrofit", "retrofit2", "retrofit2", "com.squareup.retrofit2"},
    {"rxjava", "io.reactivex.rxjava3", NULL, "io.reactivex.rxjava3"},
    {"rxjava", "rx", NULL, "io.reactivex"},
    {"scala-compiler", "scala", "scala.tools", "org.scala-lang"},
    {"scala-library", "scala", "scala.library", "org.scala-lang"},
    {"scala-reflect", "scala", "scala.reflect", "org.scala-lang"},
    {"selenium-*", "org.openqa.selenium", NULL, "org.seleniumhq.selenium"},
    {"serializer", "org.apache.xml.serializer", NULL, "xalan"},
    {"solr-*", "org.apache.solr", NULL, "org.apache.solr"},
    {"spring-boot*", "org.springframework.boot", "spring.boot", "org.springframework.boot"},
    {"spring-kafka", "org.springframework.kafka", "spring.kafka", "org.springframework.kafka"},
    {"spring-security-*", "org.springframework.security", "spring.security",
     "org.springframework.security"},
    {"spring-aop", "org.springframework.aop", "spring.aop", "org.springframework"},
    {"spring-aspects", "org.springframework", "spring.aspects", "org.springframework"},
    {"spring-beans", "org.springframework.beans", "spring.beans", "org.springframework"},
    {"spring-context*", "org.springframework", "spring.context", "org.springframework"},
    {"spring-core", "org.springframework.core", "spring.core", "org.springframework"},
    {"spring-expression", "org.springframework.expression", "spring.expression",
     "org.springframework"},
    {"spring-instrument", "org.springframework.instrument", "spring.instrument",
     "org.springframework"},
    {"spring-jcl", "org.apache.commons.logging", "spring.jcl", "org.springframework"},
    {"spring-jdbc", "org.springframework.jdbc", "spring.jdbc", "org.springframework"},
    {"spring-jms", "org.springframework.jms", "spring.jms", "org.springframework"},
    {"spring-messaging", "org.springframework.messaging", "spring.messaging",
     "org.springframework"},
    {"spring-orm", "org.springframework.orm", "spring.orm", "org.springframework"},
    {"spring-oxm", "org.springframework.oxm", "spring.oxm", "org.springframework"},
    {"spring-test", "org.springframework.test", "spring.test", "org.springframework"},
    {"spring-tx", "org.springframework.transaction", "spring.tx", "org.springframework"},
    {"spring-web", "org.springframework.web", "spring.web", "org.springframework"},
    {"spring-webflux", "org.springframework.web", "spring.webflux", "org.springframework"},
    {"spring-webmvc", "org.springframework.web", "spring.webmvc", "org.springframework"},
    {"spring-websocket", "org.springframework.web", "spring.websocket", "org.springframework"},
    {"tomcat-embed-*", "org.apache", "org.apache.tomcat.embed", "org.apache.tomcat.embed"},
    {"xalan", "org.apache.xalan", NULL, NULL},
    {"xercesImpl", "org.apache.xerces", NULL, "xerces"},
    {"xml-apis", "org.w3c.dom", NULL, NULL},
    {"xmlbeans", "org.apache.xmlbeans", "org.apache.xmlbeans", "org.apache.xmlbeans"},
};

static bool is_named(span artifact, span pattern)
{
    if (!span_ends_with(pattern, S("*")))
        return span_equal(artifact, pattern);
    return span_starts_with(artifact, span_first(pattern, pattern.len - 1));
}

static bool is_below(span name, span package)
{
    return span_starts_with(name, package) &&
           (name.len == package.len || name.ptr[package.len] == '.');
}

static bool published_group(const struct jar *jar, span artifact, span *ret)
{
    span module = jar->manifest.values[KEY_MODULE_NAME];
    for (size_t i = 0; i < sizeof publishers / sizeof *publishers; i++) {
        const struct publisher *publisher = &publishers[i];
        if (!is_named(artifact, span_of_text(publisher->artifact)))
            continue;
        bool by_module = publisher->module && is_below(module, span_of_text(publisher->module));
        if (!by_module && !has_package(jar, span_of_text(publisher->package)))
            continue;
        *ret = publisher->group ? span_of_text(publisher->group) : artifact;
        return true;
    }
    return false;
}

// ---------------------------------------------------------------- bundle names and vendors

static size_t count_components(span name)
{
    size_t count = name.len ? 1 : 0;
    for (size_t i = 0; i < name.len; i++)
        count += name.ptr[i] == '.';
    return count;
}

// Is the artifact LAST-TAIL, where LAST is the group's last component? Maven's bundle plugin drops
// it there: artefact maven-core of org.apache.maven is the bundle org.apache.maven.core.
static bool is_joined(span artifact, span group, span tail)
{
    span last = span_from(group, span_find_last(group, '.') + 1);
    if (!span_starts_with(artifact, last) || artifact.len != last.len + 1 + tail.len)
        return false;
    uint8_t joint = artifact.ptr[last.len];
    span behind = span_from(artifact, last.len + 1);
    bool same = joint == '-' || joint == '.';
    for (size_t i = 0; same && i < tail.len; i++)
        same = behind.ptr[i] == tail.ptr[i] || (behind.ptr[i] == '-' && tail.ptr[i] == '.');
    return same;
}

// The group that makes this bundle name of this artefact: GROUP.ARTIFACT, or joined as above.
static span group_in_bundle(span bundle, span artifact)
{
    span tail = span_from(bundle, bundle.len - (artifact.len < bundle.len ? artifact.len : 0));
    if (bundle.len > artifact.len + 1 && span_equal(tail, artifact) &&
        bundle.ptr[bundle.len - artifact.len - 1] == '.')
        return span_first(bundle, bundle.len - artifact.len - 1);
    for (size_t i = 0; i < bundle.len; i++)
        if (bundle.ptr[i] == '.' &&
            is_joined(artifact, span_first(bundle, i), span_from(bundle, i + 1)))
            return span_first(bundle, i);
    return (span){0};
}

// Names of houses, not of projects: their archives have other groups.
static bool is_umbrella(span group)
{
    static const char *const umbrellas[] = {
        "org.apache", "org.apache.commons", "org.eclipse", "com.google", "com.sun", "com.oracle"};
    for (size_t i = 0; i < sizeof umbrellas / sizeof *umbrellas; i++)
        if (span_equal(group, span_of_text(umbrellas[i])))
            return true;
    return false;
}

span jar_guess_group(const struct jar *jar, span artifact)
{
    const span *values = jar->manifest.values;
    span group = values[KEY_GROUP_ID]; // Jenkins' own word
    span vendor = values[KEY_VENDOR_ID];
    if (group.len || published_group(jar, artifact, &group))
        return group;
    span bundle = group_in_bundle(values[KEY_BUNDLE_NAME], artifact);
    bool agree = bundle.len && span_equal(bundle, vendor);
    const span candidates[] = {vendor, bundle};
    for (size_t i = 0; i < 2; i++) {
        bool enough =
            count_components(candidates[i]) >= 3 || (agree && count_components(candidates[i]) == 2);
        if (enough && !is_umbrella(candidates[i]) && has_package(jar, candidates[i]))
            return candidates[i];
    }
    return (span){0};
}
