"""What was tampered with is found, and nothing else: on images as their distributions made them,
and on the same images after one change.

usage: test_integrity.py PLIMSOLL
"""

import copy
import gzip
import io
import json
import os
import shutil
import sys
import tarfile

from harness import CONFIG, LAYER, MANIFEST, descriptor, digest, write_layout
from program import Program, blob_path, documents, fixture_images, layer_files, made_images

NAME = "integration/integrity"
UNTOUCHED = ("alpine-3.12.12", "alpine-3.18.9-node", "alpine-3.20.3")
SET_ID = 0o4000
TAMPER = "RUN tamper"


# ---------------------------------------------------------------- images after a change

class Change:
    """Makes a copy of a layout whose layers went through Python."""

    def __init__(self, layout):
        self.layout = layout
        self.manifest, self.config = documents(layout)
        self.blobs = {}
        for layer in self.manifest["layers"]:
            with open(blob_path(layout, layer["digest"]), "rb") as file:
                self.blobs[layer["digest"]] = file.read()

    def member(self, path):
        """The newest entry of the image for a path: (TarInfo, bytes)."""
        found = None
        for _, layer in layer_files(self.layout):
            with layer, tarfile.open(fileobj=layer, mode="r:") as tar:
                for member in tar:
                    if member.name.removeprefix("./") == path:
                        found = member, tar.extractfile(member).read() if member.isreg() else b""
        return found

    def siblings(self, path):
        """What stands right beside it, links and files: [(TarInfo, bytes)]."""
        found = {}
        for _, layer in layer_files(self.layout):
            with layer, tarfile.open(fileobj=layer, mode="r:") as tar:
                for member in tar:
                    name = member.name.removeprefix("./")
                    if os.path.dirname(name) == os.path.dirname(path) and name != path:
                        found[name] = member, tar.extractfile(member).read() if member.isreg() else b""
        return list(found.values())

    def pack(self, entries):
        """[(TarInfo, bytes)] as a layer: its descriptor and diffID."""
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w") as tar:
            for member, content in entries:
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content) if member.isreg() else None)
        blob = gzip.compress(raw.getvalue(), 1, mtime=0)
        self.blobs[digest(blob)] = blob
        return descriptor(LAYER, blob), digest(raw.getvalue())

    def replace(self, number, edit):
        """Layer `number`, each of its entries as edit(TarInfo, bytes) gives it; None: left out."""
        layer = layer_files(self.layout)[number][1]
        entries = []
        with layer, tarfile.open(fileobj=layer, mode="r:") as tar:
            for member in tar:
                content = tar.extractfile(member).read() if member.isreg() else b""
                entries.append(edit(member, content))
        layer, diff_id = self.pack([entry for entry in entries if entry])
        self.manifest["layers"][number] = layer
        self.config["rootfs"]["diff_ids"][number] = diff_id

    def add(self, entries):
        """One more layer, with its line in the history."""
        layer, diff_id = self.pack(entries)
        self.manifest["layers"].append(layer)
        self.config["rootfs"]["diff_ids"].append(diff_id)
        self.config["history"].append({"created_by": TAMPER})

    def write(self, directory):
        shutil.rmtree(directory, ignore_errors=True)
        config = json.dumps(self.config).encode()
        manifest = json.dumps({**self.manifest, "config": descriptor(CONFIG, config)}).encode()
        blobs = {**self.blobs, digest(config): config, digest(manifest): manifest}
        write_layout(directory, [descriptor(MANIFEST, manifest)], blobs)
        return directory


def flipped(content):
    """One bit in the middle of it."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:]


def program_file(path, mode=0o755):
    member = tarfile.TarInfo(path)
    member.mode = mode
    return member


def whiteout(path):
    folder, name = os.path.split(path)
    return tarfile.TarInfo(os.path.join(folder, ".wh." + name))


def opaque_mark(folder):
    return tarfile.TarInfo(os.path.join(folder, ".wh..wh..opq"))


# ---------------------------------------------------------------- what is found

def scan_integrity(program, layout):
    done = program.run("scan", "--check", "integrity", "-o", "json", "oci-dir:" + layout)
    return done.json()


def brief(scan):
    """{(finding, file, package or None, diffID of the layer)}"""
    names = {package["id"]: package["name"] for package in scan["packages"]}
    return {(finding["id"], finding["location"], names.get(finding["package"]), finding["layer"])
            for finding in scan["findings"]}


def check_untouched(program, layout, what):
    scan = scan_integrity(program, layout)
    program.check_equal(brief(scan), set(), f"{what}: nothing is found in what nobody touched")
    program.check(scan["complete"], f"{what}: complete", scan["notes"])


def check_found(program, change, wanted, what):
    """Exactly the findings `wanted`, {(finding, file, package, number of the layer)}."""
    layout = change.write(program.path("changed"))
    diff_ids = change.config["rootfs"]["diff_ids"]
    scan = scan_integrity(program, layout)
    program.check_equal(brief(scan), {(*told, diff_ids[number]) for *told, number in wanted}, what)
    check_table(program, layout, wanted, len(diff_ids), what)
    return scan


def check_table(program, layout, wanted, layers, what):
    """People read the same, and the exit status tells machines. One layer needs no naming."""
    options = ("--check", "integrity", "oci-dir:" + layout)
    table = program.run("scan", *options).out.decode()
    for finding, path, package, number in wanted:
        lines = table.split("\n")
        at = next((i for i, line in enumerate(lines) if line.split()[1:3] == [finding, path]), 0)
        row = lines[at:at + 3]
        program.check(at > 0 and (package or "") in row[1]
                      and (layers == 1 or f"layer {number + 1}" in " ".join(row)), f"{what}: table: {path}", table)
    program.check_equal(program.run("scan", "--fail-on", "medium", *options).status, 2,
                        f"{what}: --fail-on")
    program.check_equal(program.run("scan", "--fail-on", "critical", *options).status, 0,
                        f"{what}: nothing is critical")


# ---------------------------------------------------------------- one image

def edit_one(path, edit):
    """For Change.replace: only the entry at `path` is edited."""
    def apply(member, content):
        same = member.name.removeprefix("./") == path
        return edit(member, content) if same else (member, content)
    return apply


def add_set_id(member, content):
    member.mode |= SET_ID
    return member, content


def check_in_place(program, layout, changed, package):
    """Each change in the layer that brought the file: it is what the registry was given."""
    number = brought_by(layout, changed)
    for edit, finding in ((lambda member, content: (member, flipped(content)), "file-changed"),
                          (lambda member, content: None, "file-missing"),
                          (add_set_id, "set-id-unrecorded")):
        change = Change(layout)
        change.replace(number, edit_one(changed, edit))
        check_found(program, change, {(finding, changed, package, number)},
                    f"{os.path.basename(layout)}: {finding}")


def brought_by(layout, path):
    """The number of the newest layer with an entry for it."""
    number = None
    for index, (_, layer) in enumerate(layer_files(layout)):
        with layer, tarfile.open(fileobj=layer, mode="r:") as tar:
            if path in {name.removeprefix("./") for name in tar.getnames()}:
                number = index
    return number


def check_above(program, layout, changed, package):
    """Tampering in a layer of its own names that layer and the line of the history that made it."""
    change = Change(layout)
    number = len(change.manifest["layers"])
    member, content = change.member(changed)
    change.add([(member, flipped(content)), (program_file("usr/bin/stowaway"), b"#!/bin/sh\n")])
    scan = check_found(program, change, {("file-changed", changed, package, number),
                                         ("program-unowned", "usr/bin/stowaway", None, number)},
                       f"{os.path.basename(layout)}: in a layer above")
    layer = next(layer for layer in scan["target"]["layers"]
                 if layer["diff_id"] == scan["findings"][0]["layer"])
    program.check_equal(layer["created_by"], TAMPER, "its line of the history")


def check_removed_above(program, layout, removed, package):
    """The layer that removed it is named, and in words the one that had brought it."""
    for mark in (whiteout(removed), opaque_mark(os.path.dirname(removed))):
        change = Change(layout)
        number = len(change.manifest["layers"])
        kept = change.siblings(removed) if mark.name.endswith(".wh..wh..opq") else []
        change.add([(mark, b""), *kept])
        change.add([(tarfile.TarInfo("srv/later"), b"another layer")])
        scan = check_found(program, change, {("file-missing", removed, package, number)},
                           f"{os.path.basename(layout)}: removed by {mark.name}")
        brought = brought_by(layout, removed) + 1
        program.check_equal(scan["findings"][0]["text"],
                            f"layer {brought} brought it with the package, and it was removed",
                            "who had brought it")


def check_repeated(program, layout, changed, package):
    """Who only gives a file another owner has neither changed it nor set its bits."""
    change = Change(layout)
    number = len(change.manifest["layers"])
    member, content = change.member(changed)
    change.add([(member, flipped(content))])
    set_id = copy.copy(member)
    set_id.mode |= SET_ID
    change.add([(set_id, flipped(content))])
    owned = copy.copy(set_id)
    owned.uid = 7
    change.add([(owned, flipped(content))])
    check_found(program, change, {("file-changed", changed, package, number),
                                  ("set-id-unrecorded", changed, package, number + 1)},
                f"{os.path.basename(layout)}: brought again by layers above")


def check_image(program, layout, changed, package):
    check_in_place(program, layout, changed, package)
    check_above(program, layout, changed, package)
    check_removed_above(program, layout, changed, package)
    check_repeated(program, layout, changed, package)


def main():
    images = fixture_images(NAME)
    program = Program(NAME, sys.argv[1])
    for name in UNTOUCHED:
        check_untouched(program, os.path.join(images, "oci", name), name)
    made = made_images(NAME)
    for name, layout in made.items():
        check_untouched(program, layout, name)
    check_image(program, os.path.join(images, "oci", "alpine-3.20.3"), "sbin/apk", "apk-tools")
    if "debian-trixie-min" in made:
        check_image(program, made["debian-trixie-min"], "usr/bin/sort", "coreutils")
    program.finish()


main()
