#!/usr/bin/env python3
"""Untouched images have no findings, and each way to tamper with one has exactly its own.

usage: check_images.py CHECK_IMAGE SHARED

Reads SHARED/fixtures/images/oci, and the images of make-images.sh in PLIMSOLL_TEST_IMAGES.
"""
import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile

# One finding says of an assembled image that its database speaks of files which are not there.
ASSEMBLED = "package-without-files"


def layers(layout):
    def blob(digest):
        return os.path.join(layout, "blobs", digest.replace(":", "/"))

    with open(os.path.join(layout, "index.json"), encoding="utf-8") as file:
        manifest = json.load(file)["manifests"][0]["digest"]
    with open(blob(manifest), encoding="utf-8") as file:
        return [blob(layer["digest"]) for layer in json.load(file)["layers"]]


def find_file(layout, name):
    """The newest entry and content of a file, from layers that are gzip."""
    for layer in reversed(layers(layout)):
        with gzip.open(layer) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                if entry.name.removeprefix("./") == name and entry.isreg():
                    return entry, tar.extractfile(entry).read()
    raise SystemExit(f"{layout}: there is no {name}")


def run(check_image, layout, *more):
    done = subprocess.run([check_image, layout, *more], capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{layout}: {done.stderr.decode()}")
    lines = done.stdout.decode().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


class Layer:
    """A tar file with changes to an image."""

    def __init__(self, path):
        self.path = path
        self.tar = tarfile.open(path, "w")

    def add(self, name, content=b"", mode=0o755, link=None):
        entry = tarfile.TarInfo(name)
        entry.mode = mode
        entry.size = len(content)
        if link:
            entry.type, entry.linkname = tarfile.SYMTYPE, link
        self.tar.addfile(entry, io.BytesIO(content))

    def close(self):
        self.tar.close()
        return self.path


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:]


def tamper(layout, victims, path):
    """A layer with one change of each kind, and what is to be found of them."""
    changed, removed, set_id = victims
    layer = Layer(path)
    entry, content = find_file(layout, changed)
    layer.add(changed, flipped(content), entry.mode)
    directory, name = os.path.split(removed)
    layer.add(f"{directory}/.wh.{name}")
    entry, content = find_file(layout, set_id)
    layer.add(set_id, content, 0o4755)
    layer.add("usr/bin/implant", b"\x7fELF implant")
    layer.add("usr/bin/notes.txt", b"nothing to run", 0o644)
    layer.add("usr/local/bin/tool", b"#!/bin/sh\n")
    layer.add("usr/local/bin/root-shell", b"#!/bin/sh\n", 0o4755)
    layer.close()
    return {
        ("file-changed", "high", changed),
        ("file-missing", "medium", removed),
        ("set-id-unrecorded", "high", set_id),
        ("program-unowned", "medium", "usr/bin/implant"),
        ("set-id-unrecorded", "high", "usr/local/bin/root-shell"),
    }


def check(check_image, layout, victims):
    name = os.path.basename(layout)
    untouched = run(check_image, layout)
    if untouched:
        raise SystemExit(f"{name} is untouched, and these were found: {untouched[:20]}")
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "layer.tar")
        expected = tamper(layout, victims, path)
        found = {(row[0], row[1], row[3]) for row in run(check_image, layout, path)}
    if found != expected:
        raise SystemExit(f"{name}: found {sorted(found)}, expected {sorted(expected)}")
    print(f"{name}: nothing found untouched, {len(expected)} changes found")


def check_assembled(check_image, layout):
    found = run(check_image, layout)
    if [row[0] for row in found] != [ASSEMBLED]:
        raise SystemExit(f"{layout}: found {found[:20]}")


ALPINE = ("lib/ld-musl-x86_64.so.1", "sbin/apk", "bin/busybox")
DEBIAN = ("usr/bin/bash", "usr/bin/sed", "usr/bin/env")
DEBIAN_SPLIT = ("bin/bash", "bin/sed", "usr/bin/env")
IMAGES = {
    "alpine-3.12.12": ALPINE,
    "alpine-3.18.9-node": ALPINE,
    "alpine-3.20.3": ALPINE,
    "debian-bookworm-web": DEBIAN,
    "debian-bullseye-old": DEBIAN_SPLIT,
    "debian-trixie-min": DEBIAN,
    "polyglot-bookworm": DEBIAN,
}


def main():
    check_image, shared = sys.argv[1:]
    fixtures = os.path.join(shared, "fixtures", "images", "oci")
    if not os.path.isdir(fixtures):
        print(f"SKIP: unit/integrity/images: {fixtures} is absent")
        return 77
    places = [fixtures]
    if "PLIMSOLL_TEST_IMAGES" in os.environ:
        places.append(os.path.join(os.environ["PLIMSOLL_TEST_IMAGES"], "oci"))
    else:
        print("SKIP: unit/integrity/images: make-images.sh: PLIMSOLL_TEST_IMAGES is not set")
    for place in places:
        for name in sorted(os.listdir(place)):
            layout = os.path.join(place, name)
            if name in IMAGES:
                check(check_image, layout, IMAGES[name])
            elif name.startswith("rpm-"):
                check_assembled(check_image, layout)
    return 0


sys.exit(main())
