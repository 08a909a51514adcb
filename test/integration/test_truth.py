"""The inventory of real images equals what the distributions' own tools say is in them, and does
not depend on how the image came.

usage: test_truth.py PLIMSOLL
"""

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

from program import (Program, facts, fixture_images, layer_files, made_images,
                     system_inventory)

NAME = "integration/truth"
PLATFORMS = ("amd64", "arm/v7", "arm64/v8", "386", "ppc64le", "riscv64", "s390x")


# ---------------------------------------------------------------- the truth

def rows(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]


def dpkg_truth(lines):
    return {("deb", name, version, arch, source, source_version)
            for name, version, arch, source, source_version, state in lines
            if state == "installed"}


def apk_truth(listing, layout):
    """apk's listing has no architecture and no source: the database itself tells these."""
    with open(listing, encoding="utf-8") as file:
        wanted = {line.strip() for line in file}
    installed = {}
    for _, layer in layer_files(layout):
        with tarfile.open(fileobj=layer, mode="r:") as tar:
            for member in tar:
                if member.name.lstrip("./") == "lib/apk/db/installed":
                    installed = apk_database(tar.extractfile(member).read().decode())
    if wanted != {f"{name}-{version}" for _, name, version, _, _, _ in installed}:
        raise RuntimeError(f"{listing} is not of this image")
    return installed


def apk_database(text):
    packages = set()
    for stanza in text.strip().split("\n\n"):
        field = {line[0]: line[2:] for line in reversed(stanza.split("\n")) if line[1:2] == ":"}
        packages.add(("apk", field["P"], field["V"], field["A"], field["o"], field["V"]))
    return packages


def rpm_truth(path):
    """{(name, version, arch): (source rpm, licence)} with the version as rpm compares it."""
    truth = {}
    for name, epoch, version, release, arch, source, _vendor, licence, *_ in rows(path):
        prefix = "" if epoch in ("", "0", "(none)") else epoch + ":"
        arch = "" if arch == "(none)" else arch
        truth[name, f"{prefix}{version}-{release}", arch] = (source, licence)
    return truth


def check_rpm(program, layout, path):
    scan = program.bom(f"oci-dir:{layout}")
    truth = rpm_truth(path)
    got = {(p["name"], p["version"], p["arch"] or "") for p in scan["packages"]}
    what = os.path.basename(layout)
    program.check_equal(got, set(truth), f"{what}: packages")
    program.check_equal(len(scan["packages"]), len(truth), f"{what}: each once")
    for package in scan["packages"]:
        source, licence = truth.get((package["name"], package["version"], package["arch"] or ""),
                                    ("", ""))
        source_version = package["source"]["version"].split(":")[-1]
        named = f"{package['source']['name']}-{source_version}.src.rpm"
        if source in ("", "(none)"):
            named = source
        # Its words are made an SPDX expression, of which rpm knows nothing; that there is one it does.
        if named != source or bool(package["licenses"]) != bool(licence):
            program.check(False, f"{what}: source and licence", package, source, licence)
    program.check(scan["complete"], f"{what}: complete", scan["notes"])


def python_truth(path):
    return {(name, version) for name, version, _ in rows(path)}


def gem_truth(path):
    """Lines as "NAME (VERSION, default: VERSION PLATFORM)"."""
    truth = set()
    for row in rows(path):
        name, found, versions = row[0].rstrip(")").partition(" (")
        for version in versions.split(", ") if found else []:
            truth.add((name, version.removeprefix("default: ").split(" ")[0]))
    return truth


def npm_truth(path):
    """{file: (name, version)} of lines as "FOLDER:NAME@VERSION"."""
    truth = {}
    for row in rows(path):
        folder, package = row[0].split(":")[:2]
        name, _, version = package.rpartition("@")
        truth[f"{folder}/package.json".lstrip("/")] = (name, version)
    return truth


def go_truth(program):
    """What `go version -m` says: modules by their paths, the toolchain as "stdlib"."""
    said = subprocess.run(["go", "version", "-m", program], check=True, capture_output=True,
                          text=True).stdout.splitlines()
    truth = {("stdlib", said[0].split(": go")[-1])}
    for line in said[1:]:
        kind, _, rest = line.strip().partition("\t")
        if kind in ("mod", "dep"):
            name, version = rest.split("\t")[:2]
            truth.add((name, None if version == "(devel)" else version))
    return truth


def jar_truth(path):
    """{(name, version)} of the pom.properties in one jar, by Python's zipfile."""
    truth = set()
    with zipfile.ZipFile(path) as jar:
        for member in jar.namelist():
            if member.endswith("/pom.properties"):
                lines = jar.read(member).decode().splitlines()
                field = dict(line.split("=", 1) for line in lines if "=" in line)
                truth.add((f"{field['groupId'].strip()}:{field['artifactId'].strip()}",
                           field["version"].strip()))
    return truth


# ---------------------------------------------------------------- packages of languages

def of_type(scan, kind):
    return [package for package in scan["packages"] if package["type"] == kind]


def names(packages):
    return {(package["name"], package["version"]) for package in packages}


def check_languages(program, scan, truth, what):
    """Equal to what the languages' own tools list, as far as there is a list."""
    if os.path.exists(truth + ".python.tsv"):
        program.check_equal(names(of_type(scan, "pypi")), python_truth(truth + ".python.tsv"),
                            f"{what}: Python")
    if os.path.exists(truth + ".gem.txt"):
        program.check_equal(names(of_type(scan, "gem")), gem_truth(truth + ".gem.txt"),
                            f"{what}: Ruby")
    if os.path.exists(truth + ".npm.txt"):
        check_npm(program, scan, npm_truth(truth + ".npm.txt"), what)


def check_npm(program, scan, truth, what):
    """npm was asked for the application only; what else there is came with Debian's packages."""
    got = {(path, package["name"], package["version"])
           for package in of_type(scan, "npm") if not package["owner"] for path in paths(package)}
    program.check_equal(got, {(path, *package) for path, package in truth.items()}, f"{what}: npm")


def check_programs(program, scan, rootfs, what):
    """Go programs and jars are asked one by one, as they lie in the unpacked image."""
    check_go(program, scan, rootfs, what)
    check_jars(program, scan, rootfs, what)


def check_go(program, scan, rootfs, what):
    if not shutil.which("go"):
        print(f"SKIP: {NAME}: {what}: Go: go is absent")
        return
    found = {}
    for package in of_type(scan, "golang"):
        for path in paths(package):
            found.setdefault(path, set()).add((package["name"], package["version"]))
    for path, packages in found.items():
        program.check_equal(packages, go_truth(os.path.join(rootfs, path)), f"{what}: {path}")
    said = subprocess.run(["go", "version", rootfs], capture_output=True, text=True).stdout
    programs = {os.path.relpath(line.rsplit(": ", 1)[0], rootfs) for line in said.splitlines()}
    program.check_equal(set(found), programs, f"{what}: the programs made by Go")


def check_jars(program, scan, rootfs, what):
    """What a pom.properties says must stand in the inventory, at its jar, and in no other words."""
    found = {}
    for package in of_type(scan, "maven"):
        for path in paths(package):
            found.setdefault(path, set()).add((package["name"], package["version"]))
    jars = [os.path.join(folder, name) for folder, _, files in os.walk(rootfs)
            for name in files if name.endswith(".jar")]
    for jar in jars:
        if os.path.islink(jar) or not (truth := jar_truth(jar)):
            continue
        path = os.path.relpath(jar, rootfs)
        program.check_equal(found.get(path, set()), truth, f"{what}: {path}")


def unpack(program, layout):
    """The image as one tree of files."""
    bundle = program.path("bundle")
    shutil.rmtree(bundle, ignore_errors=True)
    rootless = [] if os.geteuid() == 0 else ["--rootless"]
    subprocess.run(["umoci", "unpack", *rootless, "--image", f"{layout}:latest", bundle],
                   check=True, capture_output=True)
    return os.path.join(bundle, "rootfs")


# ---------------------------------------------------------------- owners

def dpkg_lists(rootfs):
    """{path: packages that list it}, with links in the directories followed, by Python alone."""
    lists = os.path.join(rootfs, "var/lib/dpkg/info")
    owners = {}
    for name in os.listdir(lists):
        if name.endswith(".list"):
            with open(os.path.join(lists, name), encoding="utf-8") as file:
                for line in file:
                    folder, last = os.path.split(line.strip().lstrip("/"))
                    path = os.path.join(in_root(rootfs, folder), last)
                    owners.setdefault(path, set()).add(name.removesuffix(".list").split(":")[0])
    return owners


def in_root(rootfs, folder):
    """The folder, after links, as a path below the root; Debian's links to folders are relative."""
    return os.path.relpath(os.path.realpath(os.path.join(rootfs, folder)), rootfs)


def check_owners(program, scan, rootfs, what):
    owners = dpkg_lists(rootfs)
    debs = {package["id"]: package["name"] for package in of_type(scan, "deb")}
    wrong = []
    for package in scan["packages"]:
        if package["type"] == "deb":
            continue
        wanted = set().union(*(owners.get(path, set()) for path in paths(package)))
        got = debs.get(package["owner"])
        if (got not in wanted) if wanted else package["owner"]:
            wrong.append((package["name"], package["version"], paths(package)[:3], got, wanted))
    program.check_equal(wrong, [], f"{what}: owners as in dpkg's lists")


# ---------------------------------------------------------------- images

def check_apk(program, layout, listing, target=None):
    scan = program.bom(target or f"oci-dir:{layout}")
    what = os.path.basename(listing)
    program.check_equal(system_inventory(scan), apk_truth(listing, layout), what)
    check_languages(program, scan, listing.removesuffix(".apk.txt"), what)
    program.check(scan["complete"] and scan["distro"]["id"] == "alpine", f"{what}: complete",
                  scan["distro"], scan["notes"])


def check_fixtures(program, images):
    truth = os.path.join(images, "truth")
    for name, listing in (("alpine-3.12.12", "alpine-3.12.12"), ("alpine-3.20.3", "alpine-3.20.3"),
                          ("alpine-3.18.9-node", "alpine-3.18.9-node"),
                          ("alpine-3.18.9-node-zstd", "alpine-3.18.9-node")):
        check_apk(program, os.path.join(images, "oci", name),
                  os.path.join(truth, f"{listing}.apk.txt"))
    go_rpmdb = os.path.join(os.path.dirname(images), "rpm", "go-rpmdb")
    for name, path in (("rpm-bdb-rhel8", os.path.join(truth, "rpm-bdb-rhel8.rpm-qa.tsv")),
                       ("rpm-ndb-sles15", os.path.join(truth, "rpm-ndb-sles15.tsv")),
                       ("rpm-sqlite-mariner2", os.path.join(go_rpmdb, "cbl-mariner-2.0.rpm-qa.tsv"))):
        check_rpm(program, os.path.join(images, "oci", name), path)


def check_upstream(program, images):
    path = os.path.join(images, "upstream", "alpine-310.tar.gz")
    with open(os.path.join(images, "truth", "upstream-alpine-310.apk.txt"), encoding="utf-8") as f:
        wanted = {line.strip() for line in f}
    scan = program.bom(f"docker-archive:{path}")
    program.check_equal({f"{p['name']}-{p['version']}" for p in of_type(scan, "apk")}, wanted,
                        "docker save of alpine 3.10")
    with open(path, "rb") as file:
        piped = program.bom("docker-archive:-", stdin=file)
    program.check_equal(comparable(piped), comparable(scan), "the same on standard input")


def check_platforms(program, images):
    """Busybox has no package database; each platform is another image all the same."""
    layout = os.path.join(images, "upstream", "busybox-musl-multiarch")
    seen = set()
    for platform in PLATFORMS:
        scan = program.bom(f"oci-dir:{layout}", "--platform", f"linux/{platform}")
        target = scan["target"]
        seen.add(target["manifest_digest"])
        program.check(system_inventory(scan) == set() and scan["complete"]
                      and target["platform"].startswith(f"linux/{platform.split('/')[0]}"),
                      f"busybox for {platform}", target)
    program.check_equal(len(seen), len(PLATFORMS), "an image for each platform")
    done = program.run("bom", "--platform", "linux/mips", f"oci-dir:{layout}")
    program.check(done.status == 1 and "mips" in done.messages, "no image for mips", done)


def check_made(program, images):
    for name, layout in images.items():
        truth = os.path.join(os.path.dirname(layout), "..", "truth", name)
        program.forget()
        scan = program.bom(f"oci-dir:{layout}")
        program.check_equal(system_inventory(scan), dpkg_truth(rows(truth + ".dpkg.tsv")),
                            f"{name}: packages")
        program.check_equal(len(of_type(scan, "deb")), len(system_inventory(scan)),
                            f"{name}: each once")
        program.check(scan["complete"], f"{name}: complete", scan["notes"])
        check_languages(program, scan, truth, name)
        if shutil.which("umoci"):
            rootfs = unpack(program, layout)
            check_owners(program, scan, rootfs, name)
            check_programs(program, scan, rootfs, name)
            if name == "debian-bullseye-old":
                check_directory(program, scan, rootfs, name)
        check_again(program, f"oci-dir:{layout}", scan, name)


def copy_records(directory):
    """What this machine says of its packages. All of its files may be too many to read."""
    for path in ("etc/os-release", "var/lib/dpkg/status"):
        os.makedirs(os.path.join(directory, os.path.dirname(path)))
        shutil.copyfile("/" + path, os.path.join(directory, path))
    shutil.copytree("/var/lib/dpkg/info", os.path.join(directory, "var/lib/dpkg/info"))


def check_machine(program):
    if not shutil.which("dpkg-query"):
        print(f"SKIP: {NAME}: this machine: dpkg-query is absent")
        return
    fields = ("Package", "Version", "Architecture", "source:Package", "source:Version",
              "db:Status-Status")
    said = subprocess.run(["dpkg-query", "-W", "-f", "\t".join(f"${{{f}}}" for f in fields) + "\n"],
                          check=True, capture_output=True, text=True).stdout
    truth = dpkg_truth(line.split("\t") for line in said.splitlines())
    copy_records(program.path("machine"))
    program.check_equal(system_inventory(program.bom("dir:" + program.path("machine"))), truth,
                        "this machine")


# ---------------------------------------------------------------- the same image in other forms

def comparable(scan):
    """All that does not depend on how the image came."""
    return ([layer["diff_id"] for layer in scan["target"]["layers"]], scan["target"]["image_id"],
            scan["distro"], scan["packages"], scan["notes"], scan["complete"])


def check_again(program, target, scan, what, **more):
    program.check_equal(comparable(program.bom(target, **more)), comparable(scan),
                        f"{what}: again, from the cache")


def pack(plain, suffix):
    """The archive itself, or compressed beside it."""
    if suffix == ".gz":
        with open(plain, "rb") as source, gzip.open(plain + ".gz", "wb", 1) as packed:
            shutil.copyfileobj(source, packed)
    if suffix == ".zst":
        subprocess.run(["zstd", "-qf", "-1", plain, "-o", plain + ".zst"], check=True)
    return plain + suffix


def check_forms(program, layout, what, suffixes):
    """Archives, always cold, from a file and from standard input."""
    scan = program.bom(f"oci-dir:{layout}")
    for kind, name in (("oci-archive", ""), ("docker-archive", ":fixture:latest")):
        path = program.path(f"{kind}.tar")
        if os.path.exists(path):
            os.remove(path)
        subprocess.run(["skopeo", "copy", "-q", "--insecure-policy", f"oci:{layout}:latest",
                        f"{kind}:{path}{name}"], check=True)
        for suffix in suffixes:
            packed = pack(path, suffix)
            program.forget()
            check_form(program, f"{kind}:{packed}", scan, f"{what}: {kind} {suffix}")
            program.forget()
            with open(packed, "rb") as file:
                check_form(program, f"{kind}:-", scan, f"{what}: {kind} {suffix}, piped", stdin=file)


def check_form(program, target, scan, what, **more):
    """A docker archive keeps no manifest, and unpacked layers: the diffIDs are the same."""
    program.check_equal(comparable(program.bom(target, **more)), comparable(scan), what)


# What says of source code what is meant to be installed: it counts in directories, not in images.
DECLARATIONS = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml",
                "Gemfile.lock", "gems.locked", "composer.lock", "poetry.lock", "go.mod",
                "Cargo.lock", "pom.xml", "requirements.txt")


def remove_declarations(rootfs):
    for directory, _, names in os.walk(rootfs):
        for name in names:
            if name in DECLARATIONS or (name.startswith("requirements") and name.endswith(".txt")):
                os.remove(os.path.join(directory, name))


def check_directory(program, scan, rootfs, what):
    """An unpacked image has the packages of the image; its files are in no layer."""
    remove_declarations(rootfs)
    tree = program.bom(f"dir:{rootfs}")
    program.check_equal([(facts(p), p["purl"], paths(p)) for p in tree["packages"]],
                        [(facts(p), p["purl"], paths(p)) for p in scan["packages"]],
                        f"{what}: unpacked")
    program.check_equal((tree["distro"], tree["notes"]), (scan["distro"], scan["notes"]),
                        f"{what}: unpacked: distribution")


def paths(package):
    return [location["path"] for location in package["locations"]]


def main():
    images = fixture_images(NAME)
    program = Program(NAME, sys.argv[1])
    check_fixtures(program, images)
    check_upstream(program, images)
    check_platforms(program, images)
    check_made(program, made_images(NAME))
    check_machine(program)
    if shutil.which("skopeo") and shutil.which("zstd"):
        for name, suffixes in (("alpine-3.20.3", ("", ".gz", ".zst")),
                               ("alpine-3.18.9-node", (".gz",))):
            check_forms(program, os.path.join(images, "oci", name), name, suffixes)
    else:
        print(f"SKIP: {NAME}: other forms: skopeo or zstd is absent")
    if shutil.which("umoci"):
        for name in ("alpine-3.18.9-node", "rpm-sqlite-mariner2"):
            layout = os.path.join(images, "oci", name)
            check_directory(program, program.bom(f"oci-dir:{layout}"), unpack(program, layout), name)
    else:
        print(f"SKIP: {NAME}: unpacked: umoci is absent")
    program.finish()


main()
