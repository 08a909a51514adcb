// What differs from the records, or is in none, on systems that nobody has tampered with.
#include "detect/integrity/integrity_inner.h"

// ---------------------------------------------------------------- tables

static const span wanted[] = {
    S("usr/**"),
    S("bin/**"),
    S("sbin/**"),
    S("lib*/**"),
    S("opt/**"),
    S("boot/**"),
    S("**/site-packages/**"),
    S("**/dist-packages/**"),
};
const struct wants integrity_wants = {wanted, sizeof wanted / sizeof *wanted};

// Caches, indexes and databases that programs and package scripts write.
static const span generated[] = {
    S("etc/**"),
    S("var/**"),
    S("**/__pycache__/*"),
    S("**/*.pyc"),
    S("boot/grub/**"),
    S("boot/grub2/**"),
    S("boot/initr*"),
    S("lib/modules/*/modules.*"),
    S("usr/lib/modules/*/modules.*"),
    S("usr/lib/locale/locale-archive*"),
    S("usr/lib*/**/gconv-modules.cache"),
    S("usr/lib*/**/loaders.cache"),
    S("usr/lib*/**/immodules.cache"),
    S("usr/lib*/**/giomodule.cache"),
    S("usr/lib/udev/hwdb.bin"),
    S("usr/lib/systemd/catalog/database"),
    S("usr/lib/sysimage/**"),
    S("usr/lib/apk/db/**"),
    S("lib/apk/db/**"),
    S("usr/lib/jvm/**/classes*.jsa"),
    S("usr/lib/jvm/**/cacerts"),
    S("usr/share/rpm/**"),
    S("usr/share/applications/mimeinfo.cache"),
    S("usr/share/fonts/**/.uuid"),
    S("usr/share/fonts/**/fonts.*"),
    S("usr/share/glib-2.0/schemas/gschemas.compiled"),
    S("usr/share/icons/**/icon-theme.cache"),
    S("usr/share/info/dir"),
    S("usr/share/info/dir.old"),
    S("usr/share/mime/**"),
    S("usr/share/vim/**/doc/tags"),
    S("usr/share/texmf/**/ls-R"),
};

// Documentation and translations, which images are slimmed of, and what is only there for them.
static const span dispensable[] = {
    S("usr/share/doc/**"),
    S("usr/share/man/**"),
    S("usr/share/info/**"),
    S("usr/share/locale/**"),
    S("usr/share/lintian/**"),
    S("usr/share/linda/**"),
    S("usr/share/groff/**"),
    S("usr/share/gtk-doc/**"),
    S("usr/share/gnome/help/**"),
    S("usr/share/help/**"),
    S("usr/share/omf/**"),
    S("usr/share/bug/**"),
    S("usr/share/doc-base/**"),
    S("usr/share/i18n/**"),
    S("usr/share/licenses/**"),
    S("usr/share/menu/**"),
    S("usr/share/reportbug/**"),
    S("usr/share/common-licenses/**"),
    S("usr/share/zoneinfo/**"),
    S("usr/share/bash-completion/**"),
    S("usr/share/zsh/**"),
    S("usr/share/fish/**"),
    S("usr/share/icons/**"),
    S("usr/share/pixmaps/**"),
    S("usr/lib/locale/**"),
    S("usr/lib*/gconv/**"),
    S("usr/lib/*/gconv/**"),
    S("usr/lib/.build-id/**"),
    S("boot/**"),
    S("**/tests/**"),
    S("**/test/**"),
    S("**/*.la"),
    S("**/*.a"),
};

static const span system_directories[] = {
    S("bin/**"),       S("sbin/**"),      S("lib/**"),        S("lib32/**"),       S("lib64/**"),
    S("libx32/**"),    S("libexec/**"),   S("usr/bin/**"),    S("usr/sbin/**"),    S("usr/lib/**"),
    S("usr/lib32/**"), S("usr/lib64/**"), S("usr/libx32/**"), S("usr/libexec/**"),
};

// Where the package managers of languages put programs, below the system's directories too.
static const span foreign_directories[] = {
    S("**/node_modules/**"), S("**/site-packages/**"), S("**/dist-packages/**"),
    S("**/gems/**"),         S("**/site-library/**"),  S("**/extensions/**"),
};

// Debian's and Ubuntu's images forbid packages to start services while they are built.
static const span unowned[] = {
    S("usr/sbin/policy-rc.d"),
    S("sbin/initctl"),
    S("usr/sbin/initctl"),
};

// ---------------------------------------------------------------- questions

#define MATCHES(table, path) \
    wants_match(&(struct wants){(table), sizeof(table) / sizeof *(table)}, (path))

bool known_generated(span path)
{
    return MATCHES(generated, path);
}

bool known_dispensable(span path)
{
    return MATCHES(dispensable, path) || known_generated(path);
}

bool known_system_directory(span directory)
{
    return MATCHES(system_directories, directory) && !MATCHES(foreign_directories, directory);
}

bool known_unowned(span path)
{
    return MATCHES(unowned, path);
}

bool known_set_id(span package, span path, uint32_t bits)
{
    span merged = span_starts_with(path, S("usr/")) ? span_from(path, 4) : path;
    for (size_t i = 0; i < set_id_count; i++)
        if (span_equal(set_ids[i].package, package) && (bits & ~set_ids[i].bits) == 0 &&
            wants_match(&(struct wants){&set_ids[i].path, 1}, merged))
            return true;
    return false;
}

// ---------------------------------------------------------------- rules of the administrator

// Does one component of a shell pattern, in brackets or not, take this byte? *ret_len is how much
// of the pattern that is.
static bool takes(span pattern, uint8_t c, size_t *ret_len)
{
    *ret_len = 1;
    if (pattern.ptr[0] == '?')
        return true;
    size_t end = pattern.ptr[0] == '[' ? span_find(span_from(pattern, 2), ']') : SPAN_NONE;
    if (end == SPAN_NONE)
        return pattern.ptr[0] == c;
    *ret_len = end + 3;
    span set = span_slice(pattern, 1, end + 1);
    bool is_negated = span_starts_with(set, S("!")) || span_starts_with(set, S("^"));
    set = span_from(set, is_negated);
    bool is_in = false;
    for (size_t i = 0; i < set.len; i++) {
        bool is_range = i + 2 < set.len && set.ptr[i + 1] == '-';
        is_in |= is_range ? set.ptr[i] <= c && c <= set.ptr[i + 2] : set.ptr[i] == c;
        i += is_range ? 2 : 0;
    }
    return is_in != is_negated;
}

// fnmatch(3) without flags, as dpkg uses it: '*' and '?' take slashes too. The last '*' alone is
// gone back to, which is enough, so the time is at most the product of the lengths.
static bool glob(span pattern, span text)
{
    span star = {0};
    span held = {0};
    for (;;) {
        size_t len = 0;
        if (pattern.len && pattern.ptr[0] == '*') {
            pattern = star = span_from(pattern, 1);
            held = text;
            if (pattern.len == 0)
                return true;
        } else if (text.len == 0) {
            return pattern.len == 0;
        } else if (pattern.len && takes(pattern, text.ptr[0], &len)) {
            pattern = span_from(pattern, len);
            text = span_from(text, 1);
        } else if (star.len) {
            text = held = span_from(held, 1);
            pattern = star;
        } else {
            return false;
        }
    }
}

bool known_excluded(const struct listing *listing, span path)
{
    bool excluded = false;
    for (size_t i = 0; i < listing->rule_count; i++) {
        span pattern = listing->rules[i].pattern;
        if (glob(span_starts_with(pattern, S("/")) ? span_from(pattern, 1) : pattern, path))
            excluded = listing->rules[i].excludes;
    }
    return excluded;
}
