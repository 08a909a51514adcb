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
    const char *package; // null: what is in it tells nothing
    const char *module;
    const char *group;   // null: the same as the artifact
    const char *renamed; // to Maven the artifact has this name; null: the same
};

// Whole names, then beginnings, the longer ones first: the first row that fits counts.
static const struct publisher publishers[] = {
    {"RoaringBitmap", "org.roaringbitmap", "roaringbitmap", "org.roaringbitmap", NULL},
    {"agrona", "org.agrona", "org.agrona", "org.agrona", NULL},
    {"annotations", "org.jetbrains.annotations", "org.jetbrains.annotations", "org.jetbrains",
     NULL},
    {"ant", "org.apache.tools.ant", NULL, "org.apache.ant", NULL},
    {"antlr", "antlr", NULL, NULL, NULL},
    {"aopalliance", "org.aopalliance", NULL, NULL, NULL},
    {"apiguardian-api", "org.apiguardian.api", "org.apiguardian", "org.apiguardian", NULL},
    {"asm", "org.objectweb.asm", "org.objectweb.asm", "org.ow2.asm", NULL},
    {"aspectjrt", "org.aspectj", "org.aspectj", "org.aspectj", NULL},
    {"aspectjweaver", "org.aspectj", "org.aspectj", "org.aspectj", NULL},
    {"bsh", "bsh", NULL, "org.beanshell", NULL},
    {"bson", "org.bson", "org.mongodb.bson", "org.mongodb", NULL},
    {"c3p0", "com.mchange.v2.c3p0", "com.mchange.c3p0", "com.mchange", NULL},
    {"caffeine", "com.github.benmanes.caffeine", "com.github.benmanes.caffeine",
     "com.github.ben-manes.caffeine", NULL},
    {"cassandra-all", "org.apache.cassandra", NULL, "org.apache.cassandra", NULL},
    {"catalina", "org.apache.catalina", NULL, "org.apache.tomcat", "tomcat-catalina"},
    {"catalina-ha", "org.apache.catalina.ha", NULL, "org.apache.tomcat", "tomcat-catalina-ha"},
    {"catalina-tribes", "org.apache.catalina.tribes", NULL, "org.apache.tomcat", "tomcat-tribes"},
    {"checker-qual", "org.checkerframework", "org.checkerframework", "org.checkerframework", NULL},
    {"clickhouse-jdbc", "com.clickhouse", "com.clickhouse.jdbc", "com.clickhouse", NULL},
    {"commons-beanutils", "org.apache.commons.beanutils", NULL, NULL, NULL},
    {"commons-cli", "org.apache.commons.cli", NULL, NULL, NULL},
    {"commons-codec", "org.apache.commons.codec", NULL, NULL, NULL},
    {"commons-collections", "org.apache.commons.collections", NULL, NULL, NULL},
    {"commons-collections3", "org.apache.commons.collections", NULL, "commons-collections",
     "commons-collections"},
    {"commons-configuration", "org.apache.commons.configuration", NULL, NULL, NULL},
    {"commons-dbcp", "org.apache.commons.dbcp", NULL, NULL, NULL},
    {"commons-digester", "org.apache.commons.digester", NULL, NULL, NULL},
    {"commons-discovery", "org.apache.commons.discovery", NULL, NULL, NULL},
    {"commons-el", "org.apache.commons.el", NULL, NULL, NULL},
    {"commons-fileupload", "org.apache.commons.fileupload", NULL, NULL, NULL},
    {"commons-httpclient", "org.apache.commons.httpclient", NULL, NULL, NULL},
    {"commons-io", "org.apache.commons.io", NULL, NULL, NULL},
    {"commons-jelly", "org.apache.commons.jelly", NULL, NULL, NULL},
    {"commons-jxpath", "org.apache.commons.jxpath", NULL, NULL, NULL},
    {"commons-lang", "org.apache.commons.lang", NULL, NULL, NULL},
    {"commons-logging", "org.apache.commons.logging", NULL, NULL, NULL},
    {"commons-net", "org.apache.commons.net", NULL, NULL, NULL},
    {"commons-pool", "org.apache.commons.pool", NULL, NULL, NULL},
    {"commons-validator", "org.apache.commons.validator", NULL, NULL, NULL},
    {"dagger", "dagger", "dagger", "com.google.dagger", NULL},
    {"derby", "org.apache.derby", NULL, "org.apache.derby", NULL},
    {"disruptor", "com.lmax.disruptor", "com.lmax.disruptor", "com.lmax", NULL},
    {"dom4j", "org.dom4j", "org.dom4j", "org.dom4j", NULL},
    {"elasticsearch", "org.elasticsearch", NULL, "org.elasticsearch", NULL},
    {"elasticsearch-core", "org.elasticsearch.core", NULL, "org.elasticsearch", NULL},
    {"elasticsearch-java", "co.elastic.clients", NULL, "co.elastic.clients", NULL},
    {"elasticsearch-rest-client", "org.elasticsearch.client", NULL, "org.elasticsearch.client",
     NULL},
    {"elasticsearch-rest-high-level-client", "org.elasticsearch.client", NULL,
     "org.elasticsearch.client", NULL},
    {"elasticsearch-x-content", "org.elasticsearch.xcontent", NULL, "org.elasticsearch", NULL},
    {"freemarker", "freemarker.core", "freemarker", "org.freemarker", NULL},
    {"gax", "com.google.api.gax", "gax", "com.google.api", NULL},
    {"groovy", NULL, "org.apache.groovy", "org.apache.groovy", NULL},
    {"groovy", NULL, "org.codehaus.groovy", "org.codehaus.groovy", NULL},
    {"gson", "com.google.gson", "com.google.gson", "com.google.code.gson", NULL},
    {"guice", "com.google.inject", "com.google.guice", "com.google.inject", NULL},
    {"h2", "org.h2", "com.h2database", "com.h2database", NULL},
    {"hamcrest", "org.hamcrest", "org.hamcrest", "org.hamcrest", NULL},
    {"hibernate-commons-annotations", "org.hibernate.annotations.common", NULL,
     "org.hibernate.common", NULL},
    {"hibernate-core", "org.hibernate.query.sqm", NULL, "org.hibernate.orm", NULL}, // from 6 on
    {"hibernate-core", "org.hibernate", "org.hibernate", "org.hibernate", NULL},
    {"hsqldb", "org.hsqldb", "org.hsqldb", "org.hsqldb", NULL},
    {"htmlunit", "com.gargoylesoftware.htmlunit", NULL, "net.sourceforge.htmlunit", NULL},
    {"ivy", "org.apache.ivy", "org.apache.ivy", "org.apache.ivy", NULL},
    {"jackson-core-asl", "org.codehaus.jackson", NULL, "org.codehaus.jackson", NULL},
    {"jackson-jaxrs", "org.codehaus.jackson", NULL, "org.codehaus.jackson", NULL},
    {"jackson-mapper-asl", "org.codehaus.jackson", NULL, "org.codehaus.jackson", NULL},
    {"jackson-xc", "org.codehaus.jackson", NULL, "org.codehaus.jackson", NULL},
    {"jasper", "org.apache.jasper", NULL, "org.apache.tomcat", "tomcat-jasper"},
    {"jasper-el", "org.apache.el", NULL, "org.apache.tomcat", "tomcat-jasper-el"},
    {"java-jwt", "com.auth0.jwt", "com.auth0.jwt", "com.auth0", NULL},
    {"javax.inject", "javax.inject", NULL, NULL, NULL},
    {"jcip-annotations", "net.jcip.annotations", NULL, "net.jcip", NULL},
    {"jcommander", "com.beust.jcommander", "com.beust.jcommander", "com.beust", NULL},
    {"jdom", "org.jdom", NULL, "org.jdom", NULL},
    {"jdom2", "org.jdom2", "org.jdom2", "org.jdom", NULL},
    {"jffi", "com.kenai.jffi", NULL, "com.github.jnr", NULL},
    {"jna", "com.sun.jna", "com.sun.jna", "net.java.dev.jna", NULL},
    {"jna-platform", "com.sun.jna", "com.sun.jna", "net.java.dev.jna", NULL},
    {"joda-time", "org.joda.time", "org.joda.time", NULL, NULL},
    {"json-path", "com.jayway.jsonpath", "json.path", "com.jayway.jsonpath", NULL},
    {"json-simple", "org.json.simple", NULL, "com.googlecode.json-simple", NULL},
    {"jsr305", "javax.annotation", "jsr305", "com.google.code.findbugs", NULL},
    {"junit", "org.junit", "junit", NULL, NULL},
    {"jython-standalone", "org.python", "org.python.jython", "org.python", NULL},
    {"log4j", "org.apache.log4j", NULL, NULL, NULL},
    {"log4j-1.2", "org.apache.log4j", NULL, "log4j", "log4j"},
    {"libthrift", "org.apache.thrift", "org.apache.thrift", "org.apache.thrift", NULL},
    {"lombok", "lombok", "lombok", "org.projectlombok", NULL},
    {"lz4-java", "net.jpountz", "org.lz4.java", "org.lz4", NULL},
    {"minio", "io.minio", NULL, "io.minio", NULL},
    {"moshi", "com.squareup.moshi", "com.squareup.moshi", "com.squareup.moshi", NULL},
    {"mysql-connector-j", "com.mysql", NULL, "com.mysql", NULL},
    {"mysql-connector-java", "com.mysql", NULL, "mysql", NULL},
    {"objenesis", "org.objenesis", "org.objenesis", "org.objenesis", NULL},
    {"ojdbc8", "oracle.jdbc", "com.oracle.database.jdbc", "com.oracle.database.jdbc", NULL},
    {"ojdbc11", "oracle.jdbc", "com.oracle.database.jdbc", "com.oracle.database.jdbc", NULL},
    {"okhttp", "okhttp3", "okhttp3", "com.squareup.okhttp3", NULL},
    {"opensearch", "org.opensearch", NULL, "org.opensearch", NULL},
    {"opentest4j", "org.opentest4j", "org.opentest4j", "org.opentest4j", NULL},
    {"org.osgi.core", "org.osgi.framework", NULL, "org.osgi", NULL},
    {"oro", "org.apache.oro", NULL, NULL, NULL},
    {"poi", "org.apache.poi", "org.apache.poi", "org.apache.poi", NULL},
    {"poi-ooxml-lite", "org.openxmlformats", "org.apache.poi", "org.apache.poi", NULL},
    {"postgresql", "org.postgresql", "org.postgresql", "org.postgresql", NULL},
    {"protobuf-java", "com.google.protobuf", NULL, "com.google.protobuf", NULL},
    {"protobuf-java-util", "com.google.protobuf.util", NULL, "com.google.protobuf", NULL},
    {"reactive-streams", "org.reactivestreams", "org.reactivestreams", "org.reactivestreams", NULL},
    {"reactor-core", "reactor.core", "reactor.core", "io.projectreactor", NULL},
    {"retrofit", "retrofit2", "retrofit2", "com.squareup.retrofit2", NULL},
    {"reactor-extra", "reactor", "reactor.extra", "io.projectreactor.addons", NULL},
    {"rhino", "org.mozilla.javascript", "org.mozilla.rhino", "org.mozilla", NULL},
    {"rocksdbjni", "org.rocksdb", NULL, "org.rocksdb", NULL},
    {"rxjava", "io.reactivex.rxjava3", NULL, "io.reactivex.rxjava3", NULL},
    {"rxjava", "rx", NULL, "io.reactivex", NULL},
    {"scala-compiler", "scala", "scala.tools", "org.scala-lang", NULL},
    {"scala-library", "scala", "scala.library", "org.scala-lang", NULL},
    {"scala-reflect", "scala", "scala.reflect", "org.scala-lang", NULL},
    {"serializer", "org.apache.xml.serializer", NULL, "xalan", NULL},
    {"spring-aop", "org.springframework.aop", "spring.aop", "org.springframework", NULL},
    {"spring-aspects", "org.springframework", "spring.aspects", "org.springframework", NULL},
    {"spring-beans", "org.springframework.beans", "spring.beans", "org.springframework", NULL},
    {"spring-core", "org.springframework.core", "spring.core", "org.springframework", NULL},
    {"spring-expression", "org.springframework.expression", "spring.expression",
     "org.springframework", NULL},
    {"spring-instrument", "org.springframework.instrument", "spring.instrument",
     "org.springframework", NULL},
    {"spring-jcl", "org.apache.commons.logging", "spring.jcl", "org.springframework", NULL},
    {"spring-jdbc", "org.springframework.jdbc", "spring.jdbc", "org.springframework", NULL},
    {"spring-jms", "org.springframework.jms", "spring.jms", "org.springframework", NULL},
    {"spring-kafka", "org.springframework.kafka", "spring.kafka", "org.springframework.kafka",
     NULL},
    {"spring-ldap-core", "org.springframework.ldap", "spring.ldap", "org.springframework.ldap",
     NULL},
    {"spring-messaging", "org.springframework.messaging", "spring.messaging", "org.springframework",
     NULL},
    {"spring-orm", "org.springframework.orm", "spring.orm", "org.springframework", NULL},
    {"spring-oxm", "org.springframework.oxm", "spring.oxm", "org.springframework", NULL},
    {"spring-session-core", "org.springframework.session", "spring.session",
     "org.springframework.session", NULL},
    {"spring-test", "org.springframework.test", "spring.test", "org.springframework", NULL},
    {"spring-tx", "org.springframework.transaction", "spring.tx", "org.springframework", NULL},
    {"spring-web", "org.springframework.web", "spring.web", "org.springframework", NULL},
    {"spring-webflux", "org.springframework.web", "spring.webflux", "org.springframework", NULL},
    {"spring-webmvc", "org.springframework.web", "spring.webmvc", "org.springframework", NULL},
    {"spring-websocket", "org.springframework.web", "spring.websocket", "org.springframework",
     NULL},
    {"testcontainers", "org.testcontainers", NULL, "org.testcontainers", NULL},
    {"testng", "org.testng", "org.testng", "org.testng", NULL},
    {"thymeleaf", "org.thymeleaf", "thymeleaf", "org.thymeleaf", NULL},
    {"tink", "com.google.crypto.tink", NULL, "com.google.crypto.tink", NULL},
    {"tomcat-api", "org.apache.tomcat", NULL, "org.apache.tomcat", NULL},
    {"tomcat-catalina", "org.apache.catalina", NULL, "org.apache.tomcat", NULL},
    {"tomcat-coyote", "org.apache.coyote", NULL, "org.apache.tomcat", NULL},
    {"tomcat-dbcp", "org.apache.tomcat.dbcp", NULL, "org.apache.tomcat", NULL},
    {"tomcat-jdbc", "org.apache.tomcat.jdbc", NULL, "org.apache.tomcat", NULL},
    {"tomcat-juli", "org.apache.juli", NULL, "org.apache.tomcat", NULL},
    {"tomcat-util", "org.apache.tomcat.util", NULL, "org.apache.tomcat", NULL},
    {"tomcat-util-scan", "org.apache.tomcat.util", NULL, "org.apache.tomcat", NULL},
    {"tomcat-websocket", "org.apache.tomcat.websocket", NULL, "org.apache.tomcat", NULL},
    {"wsdl4j", "com.ibm.wsdl", NULL, NULL, NULL},
    {"xalan", "org.apache.xalan", NULL, NULL, NULL},
    {"xercesImpl", "org.apache.xerces", NULL, "xerces", NULL},
    {"xml-apis", "org.w3c.dom", NULL, NULL, NULL},
    {"xmlbeans", "org.apache.xmlbeans", "org.apache.xmlbeans", "org.apache.xmlbeans", NULL},
    {"xmlgraphics-commons", "org.apache.xmlgraphics", NULL, "org.apache.xmlgraphics", NULL},
    {"xmlpull", "org.xmlpull", NULL, NULL, NULL},
    {"xz", "org.tukaani.xz", "org.tukaani.xz", "org.tukaani", NULL},
    {"akka-http*", "akka.http", "akka.http", "com.typesafe.akka", NULL},
    {"allure-*", "io.qameta.allure", NULL, "io.qameta.allure", NULL},
    {"akka-*", "akka", "akka", "com.typesafe.akka", NULL},
    {"archaius-*", "com.netflix.config", NULL, "com.netflix.archaius", NULL},
    {"armeria*", "com.linecorp.armeria", "com.linecorp.armeria", "com.linecorp.armeria", NULL},
    {"ant-*", "org.apache.tools.ant", NULL, "org.apache.ant", NULL},
    {"artemis-*", "org.apache.activemq.artemis", NULL, "org.apache.activemq", NULL},
    {"asm-*", "org.objectweb.asm", "org.objectweb.asm", "org.ow2.asm", NULL},
    {"batik-*", "org.apache.batik", "org.apache.batik", "org.apache.xmlgraphics", NULL},
    {"bcmail-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle", NULL},
    {"bcpkix-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle", NULL},
    {"bcprov-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle", NULL},
    {"bcpg-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle", NULL},
    {"bctls-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle", NULL},
    {"bcutil-*", "org.bouncycastle", "org.bouncycastle", "org.bouncycastle", NULL},
    {"conscrypt-*", "org.conscrypt", "org.conscrypt", "org.conscrypt", NULL},
    {"elasticsearch-*", "org.elasticsearch", NULL, "org.elasticsearch", NULL},
    {"eureka-*", "com.netflix", NULL, "com.netflix.eureka", NULL},
    {"groovy-*", NULL, "org.apache.groovy", "org.apache.groovy", NULL},
    {"groovy-*", NULL, "org.codehaus.groovy", "org.codehaus.groovy", NULL},
    {"grpc-*", "io.grpc", "io.grpc", "io.grpc", NULL},
    {"hadoop-*", "org.apache.hadoop", NULL, "org.apache.hadoop", NULL},
    {"hamcrest-*", "org.hamcrest", "org.hamcrest", "org.hamcrest", NULL},
    {"junit-platform-*", "org.junit.platform", "org.junit.platform", "org.junit.platform", NULL},
    {"junit-jupiter*", "org.junit.jupiter", "org.junit.jupiter", "org.junit.jupiter", NULL},
    {"kafka_2.*", "kafka", NULL, "org.apache.kafka", NULL},
    {"kafka-*", "org.apache.kafka", NULL, "org.apache.kafka", NULL},
    {"koin-*", "org.koin", NULL, "io.insert-koin", NULL},
    {"kotlinx-coroutines-*", "kotlinx.coroutines", "kotlinx.coroutines", "org.jetbrains.kotlinx",
     NULL},
    {"kotlinx-serialization-*", "kotlinx.serialization", "kotlinx.serialization",
     "org.jetbrains.kotlinx", NULL},
    {"ktor-*", "io.ktor", "ktor", "io.ktor", NULL},
    {"kotlin-*", "kotlin", "kotlin", "org.jetbrains.kotlin", NULL},
    {"lucene-*", "org.apache.lucene", "org.apache.lucene", "org.apache.lucene", NULL},
    {"micrometer-*", "io.micrometer", "micrometer", "io.micrometer", NULL},
    {"micronaut-*", "io.micronaut", "io.micronaut", "io.micronaut", NULL},
    {"mockito-*", "org.mockito", "org.mockito", "org.mockito", NULL},
    {"mongodb-driver-*", "com.mongodb", "org.mongodb.driver", "org.mongodb", NULL},
    {"okio*", "okio", "okio", "com.squareup.okio", NULL},
    {"opentelemetry-*", "io.opentelemetry", "io.opentelemetry", "io.opentelemetry", NULL},
    {"opencensus-*", "io.opencensus", "io.opencensus", "io.opencensus", NULL},
    {"perfmark-*", "io.perfmark", "io.perfmark", "io.perfmark", NULL},
    {"poi-*", "org.apache.poi", "org.apache.poi", "org.apache.poi", NULL},
    {"reactor-netty*", "reactor.netty", "reactor.netty", "io.projectreactor.netty", NULL},
    {"scala-parser-combinators_*", "scala.util.parsing", "scala.util.parsing",
     "org.scala-lang.modules", NULL},
    {"scala-collection-compat_*", "scala", "scala.collection.compat", "org.scala-lang.modules",
     NULL},
    {"scala-java8-compat_*", "scala", "scala.compat.java8", "org.scala-lang.modules", NULL},
    {"scala-xml_*", "scala.xml", "scala.xml", "org.scala-lang.modules", NULL},
    {"selenium-*", "org.openqa.selenium", NULL, "org.seleniumhq.selenium", NULL},
    {"solr-*", "org.apache.solr", NULL, "org.apache.solr", NULL},
    {"spring-security-*", "org.springframework.security", "spring.security",
     "org.springframework.security", NULL},
    {"spring-context*", "org.springframework", "spring.context", "org.springframework", NULL},
    {"spring-boot*", "org.springframework.boot", "spring.boot", "org.springframework.boot", NULL},
    {"thymeleaf-spring*", "org.thymeleaf.spring", "thymeleaf", "org.thymeleaf", NULL},
    {"tomcat-embed-*", "org.apache", "org.apache.tomcat.embed", "org.apache.tomcat.embed", NULL},
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

static bool find_publisher(const struct jar *jar, struct coordinates *found)
{
    span module = jar->manifest.values[KEY_MODULE_NAME];
    for (size_t i = 0; i < sizeof publishers / sizeof *publishers; i++) {
        const struct publisher *publisher = &publishers[i];
        if (!is_named(found->artifact, span_of_text(publisher->artifact)))
            continue;
        bool by_module = publisher->module && is_below(module, span_of_text(publisher->module));
        bool by_package = publisher->package && has_package(jar, span_of_text(publisher->package));
        if (!by_module && !by_package)
            continue;
        found->group = publisher->group ? span_of_text(publisher->group) : found->artifact;
        if (publisher->renamed)
            found->artifact = span_of_text(publisher->renamed);
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

// "cats-core_2.13", "zio_3": built by sbt, which writes the group into the manifest as the vendor's
// id, whatever the packages in the archive are called.
static bool is_of_sbt(span artifact)
{
    size_t bar = span_find_last(artifact, '_');
    span version = bar == SPAN_NONE ? (span){0} : span_from(artifact, bar + 1);
    return span_equal(version, S("3")) || span_equal(version, S("2.10")) ||
           span_equal(version, S("2.11")) || span_equal(version, S("2.12")) ||
           span_equal(version, S("2.13"));
}

// Maven's bundle plugin and its archiver write the group, but a shaded archive may have the
// manifest of what was copied into it.
static span group_in_manifest(const struct jar *jar, span artifact)
{
    span vendor = jar->manifest.values[KEY_VENDOR_ID];
    span bundle = group_in_bundle(jar->manifest.values[KEY_BUNDLE_NAME], artifact);
    bool agree = vendor.len && (span_equal(bundle, vendor) ||
                                span_equal(jar->manifest.values[KEY_BUNDLE_NAME], vendor));
    const span candidates[] = {vendor, bundle};
    if (is_of_sbt(artifact) && jar->artifacts.count == 0 && count_components(vendor) >= 2)
        return vendor;
    for (size_t i = 0; i < 2 && jar->artifacts.count == 0; i++) {
        bool enough =
            count_components(candidates[i]) >= 3 || (agree && count_components(candidates[i]) == 2);
        if (enough && !is_umbrella(candidates[i]) && has_package(jar, candidates[i]))
            return candidates[i];
    }
    return (span){0};
}

void jar_guess_group(const struct jar *jar, struct coordinates *found)
{
    found->group = jar->manifest.values[KEY_GROUP_ID]; // Jenkins' own word
    if (found->group.len == 0 && !find_publisher(jar, found))
        found->group = group_in_manifest(jar, found->artifact);
}
