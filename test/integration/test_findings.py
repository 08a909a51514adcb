"""The findings of real images are exactly those of an oracle that shares no code with Plimsoll. Under a
sanitizer only those of Alpine and Arch Linux: of Debian and SUSE the oracle takes most of the time,
and the sanitizer sees nothing new in their 67,000 documents (unit/feeds and test/cases are of all).

usage: test_findings.py PLIMSOLL
"""

import os
import random
import sys

import oracle_findings
from harness import MANIFEST, Image, descriptor, need, skip, write_layout
from program import Program, facts, fixture_images, is_sanitized, made_images

NAME = "integration/findings"
FEEDS = ("alpine-secdb.tar.zst", "arch-avg.tar.zst")
LARGE_FEEDS = ("debian-osv.tar.zst", "suse-osv.tar.zst")
ALPINE = {"alpine-3.12.12": "3.12", "alpine-3.18.9-node": "3.18", "alpine-3.20.3": "3.20"}
DEBIAN = {"debian-bookworm-web": "12", "debian-bullseye-old": "11", "debian-trixie-min": "13"}


def build_database(program, feeds):
    """A database of only these feeds: others would add findings that the oracle knows nothing of."""
    directory = program.path("feeds")
    os.makedirs(directory)
    for feed in FEEDS if is_sanitized(program) else FEEDS + LARGE_FEEDS:
        os.symlink(os.path.join(feeds, feed), os.path.join(directory, feed))
    done = program.run("db", "build", "-q", "--from", directory, "-o", program.path("db"), timeout=600)
    program.check(done.status == 0, "db build", done)


def compare(program, what, layout, find):
    scan = program.run("scan", "-o", "json", "--db", program.path("db"), f"oci-dir:{layout}").json()
    names = {package["id"]: package["name"] for package in scan["packages"]}
    # The feeds speak of the distribution's packages; those that they own are judged with them.
    recorded = [package for package in scan["packages"] if package["type"] in ("apk", "deb", "rpm", "alpm")]
    packages = [(name, source, version)
                for _, name, _, _, source, version in map(facts, recorded)]
    found = [finding for finding in scan["findings"] if finding["kind"] == "vulnerability"]
    got = [(finding["id"], names[finding["package"]]) for finding in found]
    wanted = find(packages)
    program.check_equal(set(got), wanted, f"{what}: {len(wanted)} findings")
    program.check(len(got) == len(set(got)), f"{what}: each once")
    program.check(all(finding["evidence"] for finding in found), f"{what}: evidence")


# ---------------------------------------------------------------- images of everything

def write_image(program, name, files):
    image = Image([files])
    write_layout(program.path(name), [descriptor(MANIFEST, image.manifest)], image.blobs)
    return program.path(name)


def around(versions, chance):
    """A version that an advisory names, or one close to it."""
    version = chance.choice(sorted(versions) or ["1.0-1"])
    return version + chance.choice(["", "", "~1", "+b1", ".1"])


def debian_image(program, facts_of_debian, release):
    """A package of every source that has an advisory, in a version at or near a limit."""
    chance = random.Random(release)
    stanzas = []
    for (of, source), said in sorted(facts_of_debian.items()):
        if of == release:
            version = around({fixed for _, _, fixed in said if fixed}, chance)
            stanzas.append(f"Package: lib-of-{source}\nStatus: install ok installed\n"
                           f"Architecture: amd64\nSource: {source}\nVersion: {version}\n")
    return write_image(program, f"debian-{release}", {
        "etc/os-release": f'ID=debian\nVERSION_ID="{release}"\n'.encode(),
        "var/lib/dpkg/status": "\n".join(stanzas).encode()})


def alpine_image(program, facts_of_alpine, release):
    chance = random.Random(release)
    stanzas = []
    for (of, origin), said in sorted(facts_of_alpine.items()):
        versions = {fixed for fixes in said.values() for fixed in fixes
                    if fixed and oracle_findings.apk_key(fixed)}
        if of == release and versions:
            stanzas.append(f"P:{origin}-libs\nV:{chance.choice(sorted(versions))}\nA:x86_64\n"
                           f"o:{origin}\n")
    return write_image(program, f"alpine-{release}", {
        "etc/os-release": f"ID=alpine\nVERSION_ID={release}.1\n".encode(),
        "lib/apk/db/installed": "\n".join(stanzas).encode()})


def arch_image(program, facts_of_arch):
    """Every package that a group names, in a version that some group of it names."""
    chance = random.Random("arch")
    files = {"etc/os-release": b"ID=arch\n"}
    for name, said in sorted(facts_of_arch.items()):
        versions = {fixed for fixes in said.values() for fixed in fixes if fixed and fixed != "never"}
        version = chance.choice(sorted(versions) or ["1.0-1"])
        files[f"var/lib/pacman/local/{name}-{version}/desc"] = (
            f"%NAME%\n{name}\n\n%VERSION%\n{version}\n\n%BASE%\n{name}\n\n%ARCH%\nx86_64\n\n"
            ).encode()
    return write_image(program, "arch", files)


def check_alpine(program, feeds, images):
    said = oracle_findings.read_alpine(feeds, set(ALPINE.values()))
    layouts = [(image, os.path.join(images, "oci", image), release)
               for image, release in ALPINE.items()]
    layouts += [(f"all of Alpine {release}", alpine_image(program, said, release), release)
                for release in ALPINE.values()]
    for image, layout, release in layouts:
        compare(program, image, layout, lambda packages, release=release:
                oracle_findings.alpine_findings(said, release, packages))


def check_debian(program, feeds):
    said = oracle_findings.read_debian(feeds, set(DEBIAN.values()))
    layouts = [(image, layout, DEBIAN[image]) for image, layout in made_images(NAME).items()
               if image in DEBIAN]
    layouts += [(f"all of Debian {release}", debian_image(program, said, release), release)
                for release in DEBIAN.values()]
    for image, layout, release in layouts:
        compare(program, image, layout, lambda packages, release=release:
                oracle_findings.debian_findings(said, release, packages))


def check_suse(program, feeds, images):
    said = oracle_findings.read_suse(feeds, "15 SP2")
    compare(program, "SUSE 15.2", os.path.join(images, "oci", "rpm-ndb-sles15"),
            lambda packages: oracle_findings.suse_findings(said, packages))


def check_arch(program, feeds):
    said = oracle_findings.read_arch(feeds)
    compare(program, "all of Arch Linux", arch_image(program, said),
            lambda packages: oracle_findings.arch_findings(said, packages))


def main():
    images = fixture_images(NAME)
    feeds = os.path.abspath(os.path.join(os.environ["PLIMSOLL_SHARED"], "feeds"))
    if not os.path.isdir(feeds):
        skip(NAME, f"{feeds} is absent")
    need(NAME, "zstd", "perl")
    program = Program(NAME, sys.argv[1])
    build_database(program, feeds)
    check_alpine(program, feeds, images)
    check_arch(program, feeds)
    if is_sanitized(program):
        print(f"SKIP: {NAME}: Debian and SUSE: too slow under a sanitizer")
    else:
        check_debian(program, feeds)
        check_suse(program, feeds, images)
    program.finish()


main()
