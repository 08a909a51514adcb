#include "scan/identify/identify_inner.h"

struct codename {
    span distro;
    span codename;
    span version_id;
};

// Debian's testing and unstable say only the codename of the release that they will become, and
// users name releases by codename. Ends of life are not here: they come from the database.
static const struct codename codenames[] = {
    {S("debian"), S("squeeze"), S("6")},      {S("debian"), S("wheezy"), S("7")},
    {S("debian"), S("jessie"), S("8")},       {S("debian"), S("stretch"), S("9")},
    {S("debian"), S("buster"), S("10")},      {S("debian"), S("bullseye"), S("11")},
    {S("debian"), S("bookworm"), S("12")},    {S("debian"), S("trixie"), S("13")},
    {S("debian"), S("forky"), S("14")},       {S("debian"), S("duke"), S("15")},
    {S("ubuntu"), S("precise"), S("12.04")},  {S("ubuntu"), S("trusty"), S("14.04")},
    {S("ubuntu"), S("xenial"), S("16.04")},   {S("ubuntu"), S("bionic"), S("18.04")},
    {S("ubuntu"), S("focal"), S("20.04")},    {S("ubuntu"), S("jammy"), S("22.04")},
    {S("ubuntu"), S("lunar"), S("23.04")},    {S("ubuntu"), S("mantic"), S("23.10")},
    {S("ubuntu"), S("noble"), S("24.04")},    {S("ubuntu"), S("oracular"), S("24.10")},
    {S("ubuntu"), S("plucky"), S("25.04")},   {S("ubuntu"), S("questing"), S("25.10")},
    {S("ubuntu"), S("resolute"), S("26.04")},
};

span codename_version(span distro, span codename)
{
    for (size_t i = 0; i < sizeof codenames / sizeof *codenames; i++)
        if (span_equal(codenames[i].distro, distro) && span_equal(codenames[i].codename, codename))
            return codenames[i].version_id;
    return (span){0};
}

span codename_of(span distro, span version_id)
{
    for (size_t i = 0; i < sizeof codenames / sizeof *codenames; i++)
        if (span_equal(codenames[i].distro, distro) &&
            span_equal(codenames[i].version_id, version_id))
            return codenames[i].codename;
    return (span){0};
}
