// Which order the versions of an ecosystem have: the keys are doc/formats/ecosystem.md's.
#include "version/version_inner.h"

struct ecosystem_scheme {
    span ecosystem; // without a release
    enum scheme scheme;
};

// Those whose name is no scheme's.
static const struct ecosystem_scheme ecosystems[] = {
    {S("debian"), SCHEME_DEB},     {S("ubuntu"), SCHEME_DEB},
    {S("alpine"), SCHEME_APK},     {S("wolfi"), SCHEME_APK},
    {S("chainguard"), SCHEME_APK}, {S("rhel"), SCHEME_RPM},
    {S("almalinux"), SCHEME_RPM},  {S("rocky"), SCHEME_RPM},
    {S("amzn"), SCHEME_RPM},       {S("sles"), SCHEME_RPM},
    {S("sle-micro"), SCHEME_RPM},  {S("opensuse-leap"), SCHEME_RPM},
    {S("azurelinux"), SCHEME_RPM}, {S("mariner"), SCHEME_RPM},
    {S("photon"), SCHEME_RPM},     {S("ol"), SCHEME_RPM},
    {S("fedora"), SCHEME_RPM},     {S("opensuse-tumbleweed"), SCHEME_RPM},
    {S("arch"), SCHEME_PACMAN},    {S("gentoo"), SCHEME_PORTAGE},
    {S("swift"), SCHEME_SEMVER},   {S("githubactions"), SCHEME_SEMVER},
    {S("bitnami"), SCHEME_SEMVER}, {S("opensuse-leap-micro"), SCHEME_RPM},
};

enum scheme scheme_of_ecosystem(span ecosystem)
{
    span release = ecosystem;
    span name = span_cut(&release, ':');
    for (size_t i = 0; i < sizeof ecosystems / sizeof ecosystems[0]; i++)
        if (span_equal(name, ecosystems[i].ecosystem))
            return ecosystems[i].scheme;
    enum scheme scheme = SCHEME_GENERIC;
    return scheme_parse(name, &scheme) ? scheme : SCHEME_GENERIC;
}
