"""Which layer brought each package, against what Python makes of the same layers.

usage: test_layers.py PLIMSOLL
"""

import os
import sys
import tarfile

from harness import MANIFEST, Image, descriptor, write_layout
from program import SYSTEM_TYPES, Program, layer_files, made_images

NAME = "integration/layers"
DATABASES = ("var/lib/dpkg/status", "lib/apk/db/installed")


# ---------------------------------------------------------------- the oracle

def databases(layer, before):
    """The package databases of the image with one more layer: {path: text}."""
    now = dict(before)
    with tarfile.open(fileobj=layer, mode="r:") as tar:
        members = {member.name.removeprefix("./").rstrip("/"): member for member in tar}
        for path in DATABASES:
            parts = path.split("/")
            for depth in range(len(parts)):
                folder = "/".join(parts[:depth])
                if {os.path.join(folder, ".wh." + parts[depth]),
                        os.path.join(folder, ".wh..wh..opq")} & members.keys():
                    now.pop(path, None)
            if path in members:
                now[path] = tar.extractfile(members[path]).read().decode()
    return now


def packages_of(texts):
    """{(name, version, architecture)}"""
    found = set()
    for path, text in texts.items():
        mark = ": " if path.endswith("status") else ":"
        for stanza in text.split("\n\n"):
            field = dict(line.split(mark, 1) for line in stanza.split("\n")
                         if mark in line and line[0] not in " FRaZM")
            if "P" in field:
                found.add((field["P"], field["V"], field["A"]))
            elif field.get("Status", "").endswith(" ok installed"):
                found.add((field["Package"], field["Version"], field["Architecture"]))
    return found


def history(layers):
    """({package: layer that brought it}, {removed package: layer that had brought it})"""
    texts, since, removed = {}, {}, {}
    for diff_id, layer in layers:
        with layer:
            texts = databases(layer, texts)
        now = packages_of(texts)
        removed.update({package: since[package] for package in since.keys() - now})
        since = {package: since.get(package, diff_id) for package in now}
    return since, {package: layer for package, layer in removed.items() if package not in since}


# ---------------------------------------------------------------- checks

def brought(scan, removed):
    """Packages of languages have no database, and no part in this."""
    return {(p["name"], p["version"], p["arch"]): p["locations"][0]["layer"]
            for p in scan["packages"]
            if p["type"] in SYSTEM_TYPES and p.get("removed", False) == removed}


def check_history(program, layout, what):
    present, removed = history(layer_files(layout))
    squashed = program.bom(f"oci-dir:{layout}")
    every = program.bom(f"oci-dir:{layout}", "--scope", "all-layers")
    program.check_equal(set(brought(squashed, False).items()), set(present.items()),
                        f"{what}: layer of each package")
    program.check_equal(set(brought(every, False).items()), set(present.items()),
                        f"{what}: all layers: what is there")
    program.check_equal(set(brought(every, True).items()), set(removed.items()),
                        f"{what}: all layers: {len(removed)} removed")
    return removed


def apk(*packages):
    return "".join(f"P:{name}\nV:{version}\nA:x86_64\no:{name}\n\n"
                   for name, version in packages).encode()


def dpkg(*packages):
    return "".join(f"Package: {name}\nStatus: {state}\nArchitecture: amd64\nVersion: {version}\n\n"
                   for name, version, state in packages).encode()


def write_image(program, name, layers):
    image = Image(layers)
    write_layout(program.path(name), [descriptor(MANIFEST, image.manifest)], image.blobs)
    return program.path(name)


def check_made_up(program):
    installed = "install ok installed"
    images = {
        "upgraded, removed and back": [
            {"etc/os-release": b"ID=alpine\nVERSION_ID=3.20.1\n",
             DATABASES[1]: apk(("a", "1-r0"), ("b", "1-r0"), ("c", "1-r0"))},
            {DATABASES[1]: apk(("a", "2-r0"), ("c", "1-r0"))},
            {"srv/nothing": b"of interest"},
            {DATABASES[1]: apk(("a", "2-r0"), ("b", "1-r0"), ("d", "1-r0"))}],
        "database whited out": [
            {DATABASES[1]: apk(("a", "1-r0"))}, {"lib/apk/.wh.db": b""},
            {DATABASES[1]: apk(("e", "1-r0"))}],
        "database made opaque": [
            {DATABASES[0]: dpkg(("a", "1", installed))},
            {"var/lib/dpkg/.wh..wh..opq": b"", "var/lib/dpkg/other": b""}],
        "removed but for its configuration": [
            {DATABASES[0]: dpkg(("a", "1", installed), ("b", "1", installed))},
            {DATABASES[0]: dpkg(("a", "1", "deinstall ok config-files"), ("b", "1", installed))}],
        "replaced within a layer": [
            {DATABASES[0]: dpkg(("a", "1", installed))},
            {"var/lib/dpkg/.wh.status": b"", DATABASES[0]: dpkg(("b", "1", installed))}],
    }
    for what, layers in images.items():
        check_history(program, write_image(program, what, layers), what)


def check_bookworm(program, layout):
    """make-images.sh removes php-xml and purges sqlite3 in the fourth layer."""
    removed = check_history(program, layout, "debian-bookworm-web")
    program.check({"php-xml", "sqlite3"} <= {name for name, _, _ in removed},
                  "debian-bookworm-web: what was removed", removed)


def main():
    program = Program(NAME, sys.argv[1])
    check_made_up(program)
    fixture = os.path.join(os.environ["PLIMSOLL_SHARED"], "fixtures", "images", "oci",
                           "alpine-3.18.9-node")
    if os.path.isdir(fixture):
        check_history(program, fixture, "alpine-3.18.9-node")
    else:
        print(f"SKIP: {NAME}: {fixture} is absent")
    made = made_images(NAME)
    if "debian-bookworm-web" in made:
        check_bookworm(program, made["debian-bookworm-web"])
    program.finish()


main()
