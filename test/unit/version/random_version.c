#include "random_version.h"

#include <stdio.h>
#include <string.h>

static uint64_t next(struct random_source *random)
{
    random->state += 0x9e3779b97f4a7c15u;
    uint64_t x = random->state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

size_t random_below(struct random_source *random, size_t bound)
{
    return (size_t)(next(random) % bound);
}

static const char *const numbers[] = {"0",  "1",  "2",   "9",   "10",       "00",
                                      "01", "09", "010", "123", "20200101", "99999999999999999999"};

static const char *const pieces_deb[] = {
    "a",   "b",    "rc",   "z",   "A",      "~",  "~~", "+",  ".",     "-",   ":",
    "+b1", "+deb", "~bpo", "~rc", "ubuntu", "..", "+-", ".~", "+dfsg", "-0+", "really"};
static const char *const pieces_rpm[] = {
    "a",  "b",    "rc",     "el",  "Z", "~",  "^",  ".",   "_",  "+",     "-",       "..",
    "~^", "^git", "^20200", "~rc", ":", "fc", "~~", ".el", "^^", "-1.el", "module+", "\xce\xb1"};
static const char *const pieces_apk[] = {".",    ".0",   "a",    "z",    "_alpha", "_beta", "_pre",
                                         "_rc",  "_cvs", "_svn", "_git", "_hg",    "_p",    "~ab",
                                         "~0f1", "-r0",  "-r1",  "-r10", ".",      ".",     "p1"};
static const char *const pieces_pacman[] = {"a", "b",  "rc",    "alpha", "pre", ".", "_",  "+", "-",
                                            "~", "..", ".r1.g", "beta",  "Z",   ":", "-1", "+."};

static const char *const pieces_semver[] = {".",  ".0",  ".1",          "-a", "-rc.1",
                                            "-0", ".x",  "-beta",       "+b", "-1.2",
                                            "-",  ".10", "-alpha.beta", "v"};
static const char *const pieces_pep440[] = {".",        "a1",    "b",  "rc2",  ".dev",  ".post1",
                                            "+local.1", ".dev3", "!",  "-1",   "_beta", "c3",
                                            ".rev2",    "+1",    ".0", "+a.1", ".alpha"};
static const char *const pieces_words[] = {
    ".",   "-", "a",  "b", "rc", "alpha", "beta",      "sp", "ga", "final", "SNAPSHOT",
    "pre", "x", ".0", "m", "cr", "dev",   "milestone", "~",  "+b", "post"};
static const char *const pieces_portage[] = {".",    ".0",   ".1", "a",   "z",   "_alpha", "_beta1",
                                             "_pre", "_rc2", "_p", "_p3", "-r0", "-r1",    ".010"};
static const char *const pieces_jvm[] = {".",    ".0",  "_",         "_131",  "u",
                                         "-b11", "-ea", "+7",        "-",     ":update_",
                                         "+b1",  ".1",  "-internal", "1.8.0_"};
static const char *const pieces_numbers[] = {".", ".0", "-", ".1", ".10"};

struct pieces {
    const char *const *items;
    size_t count;
};
#define PIECES(array) ((struct pieces){(array), sizeof(array) / sizeof(array)[0]})

static struct pieces pieces_of(enum scheme scheme)
{
    switch (scheme) {
    case SCHEME_DEB:
        return PIECES(pieces_deb);
    case SCHEME_RPM:
        return PIECES(pieces_rpm);
    case SCHEME_APK:
        return PIECES(pieces_apk);
    case SCHEME_PACMAN:
        return PIECES(pieces_pacman);
    case SCHEME_PORTAGE:
        return PIECES(pieces_portage);
    case SCHEME_SEMVER:
    case SCHEME_NPM:
    case SCHEME_GOLANG:
    case SCHEME_HEX:
    case SCHEME_PUB:
    case SCHEME_NUGET:
        return PIECES(pieces_semver);
    case SCHEME_PEP440:
        return PIECES(pieces_pep440);
    case SCHEME_JVM:
        return PIECES(pieces_jvm);
    case SCHEME_CRAN:
    case SCHEME_HACKAGE:
        return PIECES(pieces_numbers);
    case SCHEME_GEM:
    case SCHEME_MAVEN:
    case SCHEME_COMPOSER:
    case SCHEME_CONAN:
    case SCHEME_GENERIC:
        return PIECES(pieces_words);
    }
    return (struct pieces){0};
}

static const char *random_piece(struct random_source *random)
{
    struct pieces pieces = pieces_of(random->scheme);
    size_t number_count = sizeof numbers / sizeof numbers[0];
    size_t pick = random_below(random, 2 * pieces.count);
    return pick < pieces.count ? pieces.items[pick] : numbers[pick % number_count];
}

static size_t put(char *buffer, size_t len, const char *text)
{
    size_t more = strlen(text);
    if (len + more >= RANDOM_VERSION_MAX)
        return len;
    memcpy(buffer + len, text, more);
    return len + more;
}

// Three numbers, which these want; semver and Go are asked for fewer too.
static bool wants_triple(struct random_source *random)
{
    if (random->scheme == SCHEME_SEMVER || random->scheme == SCHEME_GOLANG)
        return random_below(random, 8) != 0;
    return random->scheme == SCHEME_NPM || random->scheme == SCHEME_HEX;
}

static span compose(struct random_source *random, char *buffer)
{
    size_t len = 0;
    bool epochs = random->scheme == SCHEME_DEB || random->scheme == SCHEME_RPM ||
                  random->scheme == SCHEME_PACMAN;
    if (epochs && random_below(random, 4) == 0)
        len = put(buffer, len, random_below(random, 2) ? "0:" : "1:");
    len = put(buffer, len, numbers[random_below(random, sizeof numbers / sizeof numbers[0])]);
    if (wants_triple(random))
        len = put(buffer, len, random_below(random, 2) ? ".0.1" : ".2.0");
    for (size_t count = random_below(random, 8); count > 0; count--)
        len = put(buffer, len, random_piece(random));
    return span_of(buffer, len);
}

static span copy(span from, char *buffer)
{
    size_t len = from.len < RANDOM_VERSION_MAX ? from.len : RANDOM_VERSION_MAX - 1;
    memcpy(buffer, from.ptr, len);
    return span_of(buffer, len);
}

// Cuts `from` somewhere and puts a piece and, half the time, the rest behind it.
static span vary(struct random_source *random, span from, char *buffer)
{
    size_t cut = 1 + random_below(random, from.len);
    size_t len = copy(span_first(from, cut), buffer).len;
    len = put(buffer, len, random_piece(random));
    span rest = random_below(random, 2) ? span_from(from, cut) : (span){0};
    if (len + rest.len < RANDOM_VERSION_MAX && rest.len) {
        memcpy(buffer + len, rest.ptr, rest.len);
        len += rest.len;
    }
    return span_of(buffer, len);
}

static span attempt(struct random_source *random, span near, char *buffer)
{
    size_t way = random_below(random, 6);
    if (way < 3 && near.len)
        return vary(random, near, buffer);
    if (way >= 4 && random->real_count) {
        span real = random->real[random_below(random, random->real_count)];
        return way == 4 ? copy(real, buffer) : vary(random, real, buffer);
    }
    return compose(random, buffer);
}

static bool ends_plainly(span part)
{
    uint8_t last = part.len ? part.ptr[part.len - 1] : 0;
    return ascii_is_digit(last) || ascii_is_alpha(last);
}

// Of separators at the end of a part alpm's rule makes circles; no package has them.
static bool is_wanted(const struct random_source *random, span version)
{
    if (!version_valid(random->scheme, version))
        return false;
    struct evr evr = evr_of(version);
    return random->scheme != SCHEME_PACMAN ||
           (ends_plainly(evr.version) && (!evr.has_release || ends_plainly(evr.release)));
}

span random_version(struct random_source *random, span near, char buffer[static RANDOM_VERSION_MAX])
{
    for (;;) {
        span version = attempt(random, near, buffer);
        if (is_wanted(random, version))
            return version;
    }
}
