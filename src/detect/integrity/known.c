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

// Package and path, this without a leading "usr/", which merged systems have and others have not.
static const struct set_id {
    span package;
    span path;
} set_ids[] = {
    {S("amanda-client"), S("lib/amanda/runtar")},
    {S("apache2-suexec-custom"), S("lib/apache2/suexec-custom")},
    {S("apache2-suexec-pristine"), S("lib/apache2/suexec-pristine")},
    {S("at"), S("bin/at")},
    {S("authbind"), S("lib/authbind/helper")},
    {S("bsd-mailx"), S("bin/bsd-mailx")},
    {S("bsdextrautils"), S("bin/write")},
    {S("bsdgames"), S("games/dm")},
    {S("bsdutils"), S("bin/wall")},
    {S("bsdutils"), S("bin/write.ul")},
    {S("bubblewrap"), S("bin/bwrap")},
    {S("cifs-utils"), S("sbin/mount.cifs")},
    {S("cron"), S("bin/crontab")},
    {S("cronie"), S("bin/crontab")},
    {S("chromium-sandbox"), S("lib/chromium/chrome-sandbox")},
    {S("davfs2"), S("sbin/mount.davfs")},
    {S("dbus"), S("lib/dbus-1.0/dbus-daemon-launch-helper")},
    {S("dbus-daemon"), S("lib/dbus-1.0/dbus-daemon-launch-helper")},
    {S("dbus-system-bus-common"), S("lib/dbus-1.0/dbus-daemon-launch-helper")},
    {S("dma"), S("lib/dma/dma-mbox-create")},
    {S("dma"), S("sbin/dma")},
    {S("dotlockfile"), S("bin/dotlockfile")},
    {S("ecryptfs-utils"), S("sbin/mount.ecryptfs_private")},
    {S("emacs-bin-common"), S("libexec/emacs/movemail")},
    {S("exim4-daemon-heavy"), S("sbin/exim4")},
    {S("exim4-daemon-light"), S("sbin/exim4")},
    {S("firejail"), S("bin/firejail")},
    {S("fuse"), S("bin/fusermount")},
    {S("fuse3"), S("bin/fusermount3")},
    {S("iputils-ping"), S("bin/ping")},
    {S("kismet-capture-common"), S("bin/kismet_cap_linux_wifi")},
    {S("liblockfile-bin"), S("bin/dotlockfile")},
    {S("libpam-modules-bin"), S("sbin/unix_chkpwd")},
    {S("libutempter0"), S("lib/x86_64-linux-gnu/utempter/utempter")},
    {S("libutempter0"), S("lib/aarch64-linux-gnu/utempter/utempter")},
    {S("login"), S("bin/newgrp")},
    {S("login"), S("bin/su")},
    {S("lxc"), S("libexec/lxc/lxc-user-nic")},
    {S("lxc"), S("lib/x86_64-linux-gnu/lxc/lxc-user-nic")},
    {S("man-db"), S("bin/man")},
    {S("man-db"), S("bin/mandb")},
    {S("mlocate"), S("bin/mlocate")},
    {S("mount"), S("bin/mount")},
    {S("mount"), S("bin/umount")},
    {S("mtr-tiny"), S("bin/mtr-packet")},
    {S("nfs-common"), S("sbin/mount.nfs")},
    {S("ntfs-3g"), S("bin/ntfs-3g")},
    {S("openssh-client"), S("bin/ssh-agent")},
    {S("openssh-client"), S("lib/openssh/ssh-keysign")},
    {S("passwd"), S("bin/chage")},
    {S("passwd"), S("bin/chfn")},
    {S("passwd"), S("bin/chsh")},
    {S("passwd"), S("bin/expiry")},
    {S("passwd"), S("bin/gpasswd")},
    {S("passwd"), S("bin/newgrp")},
    {S("passwd"), S("bin/passwd")},
    {S("pcscd"), S("sbin/pcscd")},
    {S("plocate"), S("bin/plocate")},
    {S("pmount"), S("bin/pmount")},
    {S("pmount"), S("bin/pumount")},
    {S("policykit-1"), S("bin/pkexec")},
    {S("policykit-1"), S("lib/policykit-1/polkit-agent-helper-1")},
    {S("policykit-1"), S("libexec/polkit-agent-helper-1")},
    {S("polkitd"), S("lib/polkit-1/polkit-agent-helper-1")},
    {S("polkitd-pkla"), S("libexec/polkit-agent-helper-1")},
    {S("pkexec"), S("bin/pkexec")},
    {S("postfix"), S("sbin/postdrop")},
    {S("postfix"), S("sbin/postqueue")},
    {S("ppp"), S("sbin/pppd")},
    {S("procmail"), S("bin/lockfile")},
    {S("procmail"), S("bin/procmail")},
    {S("qemu-system-common"), S("lib/qemu/qemu-bridge-helper")},
    {S("screen"), S("bin/screen")},
    {S("sendmail-bin"), S("libexec/sendmail/sendmail")},
    {S("singularity-container"), S("libexec/singularity/bin/starter-suid")},
    {S("slock"), S("bin/slock")},
    {S("snapd"), S("lib/snapd/snap-confine")},
    {S("spice-client-glib-usb-acl-helper"), S("libexec/spice-client-glib-usb-acl-helper")},
    {S("squid"), S("lib/squid/pinger")},
    {S("sssd-common"), S("libexec/sssd/selinux_child")},
    {S("sudo"), S("bin/sudo")},
    {S("sudo-ldap"), S("bin/sudo")},
    {S("systemd-cron"), S("bin/crontab")},
    {S("uidmap"), S("bin/newgidmap")},
    {S("uidmap"), S("bin/newuidmap")},
    {S("util-linux"), S("bin/newgrp")},
    {S("util-linux"), S("bin/su")},
    {S("util-linux-extra"), S("bin/newgrp")},
    {S("virtualbox"), S("lib/virtualbox/VBoxHeadless")},
    {S("vlock"), S("sbin/vlock-main")},
    {S("x11-utils"), S("bin/xlock")},
    {S("xserver-xorg-legacy"), S("lib/xorg/Xorg.wrap")},
    {S("xterm"), S("bin/xterm")},
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

bool known_set_id(span package, span path)
{
    span merged = span_starts_with(path, S("usr/")) ? span_from(path, 4) : path;
    for (size_t i = 0; i < sizeof set_ids / sizeof *set_ids; i++)
        if (span_equal(set_ids[i].path, merged) && span_equal(set_ids[i].package, package))
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
    bool is_negated = set.ptr[0] == '!' || set.ptr[0] == '^';
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
