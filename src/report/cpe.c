// The likeliest CPE 2.3 name of a package. The dictionary of NVD is no part of Plimsoll: this is
// one best guess for those who match by CPE, not what Plimsoll itself goes by.
#include "report/sbom_inner.h"

// How the packages of a type are named in the dictionary.
struct cpe_type {
    const char *type;
    const char *target; // target_sw
    bool of_distro;     // source names, and versions with an epoch and a revision
};

static struct cpe_type cpe_type_of(span type)
{
    static const struct cpe_type types[] = {
        {"deb", .of_distro = true},  {"rpm", .of_distro = true},   {"alpm", .of_distro = true},
        {"apk", .of_distro = true},  {"npm", .target = "node.js"}, {"pypi", .target = "python"},
        {"gem", .target = "ruby"},   {"cargo", .target = "rust"},  {"composer", .target = "php"},
        {"nuget", .target = ".net"}, {"golang", .target = "go"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_equal(type, span_of_text(types[i].type)))
            return types[i];
    return (struct cpe_type){0};
}

struct cpe_known {
    const char *name;
    const char *vendor;
    const char *product;
};

// Programs and libraries whose vendor in the dictionary is not their own name.
static const struct cpe_known known[] = {
    {"apache2", "apache", "http_server"},
    {"bash", "gnu", "bash"},
    {"bind9", "isc", "bind"},
    {"binutils", "gnu", "binutils"},
    {"busybox", "busybox", "busybox"},
    {"bzip2", "bzip", "bzip2"},
    {"coreutils", "gnu", "coreutils"},
    {"curl", "haxx", "curl"},
    {"cyrus-sasl2", "cyrusimap", "cyrus-sasl"},
    {"dbus", "freedesktop", "dbus"},
    {"dpkg", "debian", "dpkg"},
    {"e2fsprogs", "e2fsprogs_project", "e2fsprogs"},
    {"expat", "libexpat_project", "libexpat"},
    {"findutils", "gnu", "findutils"},
    {"gawk", "gnu", "gawk"},
    {"gcc", "gnu", "gcc"},
    {"git", "git-scm", "git"},
    {"glib2.0", "gnome", "glib"},
    {"glibc", "gnu", "glibc"},
    {"gmp", "gmplib", "gmp"},
    {"gnupg2", "gnupg", "gnupg"},
    {"gnutls28", "gnu", "gnutls"},
    {"grep", "gnu", "grep"},
    {"gzip", "gnu", "gzip"},
    {"haproxy", "haproxy", "haproxy"},
    {"httpd", "apache", "http_server"},
    {"icu", "icu-project", "international_components_for_unicode"},
    {"jdk", "oracle", "jdk"},
    {"jre", "oracle", "jre"},
    {"krb5", "mit", "kerberos_5"},
    {"libarchive", "libarchive", "libarchive"},
    {"libgcrypt20", "gnupg", "libgcrypt"},
    {"libpng1.6", "libpng", "libpng"},
    {"libssh2", "libssh2", "libssh2"},
    {"libtasn1-6", "gnu", "libtasn1"},
    {"libxml2", "xmlsoft", "libxml2"},
    {"libxslt", "xmlsoft", "libxslt"},
    {"linux", "linux", "linux_kernel"},
    {"mariadb", "mariadb", "mariadb"},
    {"memcached", "memcached", "memcached"},
    {"musl", "musl-libc", "musl"},
    {"mysql", "oracle", "mysql"},
    {"ncurses", "gnu", "ncurses"},
    {"nettle", "nettle_project", "nettle"},
    {"nghttp2", "nghttp2", "nghttp2"},
    {"nginx", "f5", "nginx"},
    {"node", "nodejs", "node.js"},
    {"nodejs", "nodejs", "node.js"},
    {"openldap", "openldap", "openldap"},
    {"openssh", "openbsd", "openssh"},
    {"openssl", "openssl", "openssl"},
    {"pcre2", "pcre", "pcre2"},
    {"perl", "perl", "perl"},
    {"php", "php", "php"},
    {"postgresql", "postgresql", "postgresql"},
    {"python", "python", "python"},
    {"python3", "python", "python"},
    {"redis", "redis", "redis"},
    {"rsync", "samba", "rsync"},
    {"ruby", "ruby-lang", "ruby"},
    {"sed", "gnu", "sed"},
    {"shadow", "shadow_project", "shadow"},
    {"sqlite3", "sqlite", "sqlite"},
    {"stdlib", "golang", "go"},
    {"sudo", "sudo_project", "sudo"},
    {"systemd", "systemd_project", "systemd"},
    {"tar", "gnu", "tar"},
    {"util-linux", "kernel", "util-linux"},
    {"vim", "vim", "vim"},
    {"wget", "gnu", "wget"},
    {"xz-utils", "tukaani", "xz"},
    {"zlib", "zlib", "zlib"},
    {"zulu", "azul", "zulu"},
};

struct cpe_name {
    span vendor;
    span product;
    span version;
};

// ---------------------------------------------------------------- guessing

// "[epoch:]upstream[-revision]" without what the distribution has added.
static span upstream_version(span version)
{
    if (span_find(version, ':') != SPAN_NONE)
        (void)span_cut(&version, ':');
    size_t dash = span_find_last(version, '-');
    return dash == SPAN_NONE || dash == 0 ? version : span_first(version, dash);
}

// Who keeps "org.apache.commons", "github.com/gorilla", "@angular".
static span vendor_of_group(span type, span group)
{
    if (span_equal(type, S("maven"))) {
        span rest = group;
        (void)span_cut(&rest, '.');
        span second = span_cut(&rest, '.');
        return second.len ? second : group;
    }
    size_t slash = span_find_last(group, '/');
    span last = slash == SPAN_NONE ? group : span_from(group, slash + 1);
    return span_starts_with(last, S("@")) ? span_from(last, 1) : last;
}

static void look_up(struct cpe_name *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_equal(name->product, span_of_text(known[i].name))) {
            name->vendor = span_of_text(known[i].vendor);
            name->product = span_of_text(known[i].product);
            return;
        }
}

static bool look_up_program(struct cpe_name *name)
{
    span products = cpe_of_program(name->product);
    span in_use = span_cut(&products, ',');
    if (in_use.len == 0)
        return false;
    name->vendor = span_cut(&in_use, ':');
    name->product = in_use;
    return true;
}

static struct cpe_name guess(const struct package *package, const struct cpe_type *type)
{
    span group = {0};
    struct cpe_name name = {.version = package->version};
    package_name_parts(package, &group, &name.product);
    if (type->of_distro) {
        name.product = package->source_name.len ? package->source_name : package->name;
        name.version = upstream_version(package->version);
    }
    name.vendor = group.len ? vendor_of_group(package->type, group) : name.product;
    if (group.len || type->target)
        return name;
    if (span_equal(package->type, S("generic")) && look_up_program(&name))
        return name;
    look_up(&name); // unknown: its own name it is
    return name;
}

// ---------------------------------------------------------------- writing

// NISTIR 7695, 6.2: printable ASCII without blanks; all but letters, digits, '_', '.' and '-' is
// quoted. Names are lower case in the dictionary.
static bool add_attribute(struct text *out, span value)
{
    text_add_byte(out, ':');
    if (value.len == 0)
        text_add_byte(out, '*');
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = ascii_lower(value.ptr[i]);
        if (c <= ' ' || c >= 0x7f)
            return false;
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '_' && c != '.' && c != '-')
            text_add_byte(out, '\\');
        text_add_byte(out, c);
    }
    return true;
}

bool cpe_guess(const struct package *package, struct arena *mem, span *ret)
{
    struct cpe_type type = cpe_type_of(package->type);
    struct cpe_name name = guess(package, &type);
    span target = type.target ? span_of_text(type.target) : (span){0};
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    text_add(&out, S("cpe:2.3:a"));
    bool written = name.vendor.len && name.product.len && add_attribute(&out, name.vendor) &&
                   add_attribute(&out, name.product) && add_attribute(&out, name.version);
    text_add(&out, S(":*:*:*:*")); // update, edition, language, sw_edition
    written = written && add_attribute(&out, target);
    text_add(&out, S(":*:*")); // target_hw, other
    *ret = written ? text_span(&out) : (span){0};
    return text_ok(&out);
}
