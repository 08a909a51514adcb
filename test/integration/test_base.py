"""What an image inherited from its base, however the base is known.

usage: test_base.py PLIMSOLL
"""

import json
import sys

from harness import CONFIG, LAYER, MANIFEST, descriptor, digest, make_layer, write_layout
from program import Program, documents

NAME = "integration/base"
OS_RELEASE = b'ID=debian\nVERSION_ID="12"\n'
RECORD = ("Package: {0}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {1}\n\n")
BASE_HISTORY = [{"created_by": "ADD base.tar /"},
                {"created_by": 'CMD ["bash"]', "empty_layer": True}]


def base_files(installed):
    """A package of two files, and its record, which knows the MD5 of others."""
    return {"etc/os-release": OS_RELEASE,
            "var/lib/dpkg/status": RECORD.format("anchor", "1.0-1").encode(),
            "var/lib/dpkg/info/anchor.list": b"/usr\n/usr/bin\n/usr/bin/anchor\n/usr/bin/chain\n",
            "var/lib/dpkg/info/anchor.md5sums": b"0" * 32 + b"  usr/bin/anchor\n"
            + b"1" * 32 + b"  usr/bin/chain\n",
            "usr/bin/anchor": installed, "usr/bin/chain": installed}


OWN_FILES = {"usr/bin/chain": b"#!/bin/sh\n",
             "app/node_modules/buoy/package.json": b'{"name": "buoy", "version": "2.0.0"}'}


def write_image(directory, layers, history):
    """A layout of layers that are {path: bytes}; its diffIDs."""
    made = [make_layer(files) for files in layers]
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "history": history,
        "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in made]}}).encode()
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor(CONFIG, config),
        "layers": [descriptor(LAYER, blob) for blob, _ in made]}).encode()
    blobs = {digest(blob): blob for blob in (config, manifest, *(blob for blob, _ in made))}
    write_layout(directory, [descriptor(MANIFEST, manifest)], blobs)
    return [diff_id for _, diff_id in made]


def scan_with(program, layout, *options):
    return program.run("scan", "--check", "integrity", "-o", "json", *options,
                       "oci-dir:" + layout).json()


def inherited(scan):
    return {finding["location"]: finding["inherited"] for finding in scan["findings"]}


def check_split(program, scan, names, what):
    """The first layer is the base's, under its name; the second is the image's own."""
    program.check_equal([layer["base"] for layer in scan["target"]["layers"]], names,
                        f"{what}: layers")
    wanted = {"usr/bin/anchor": True, "usr/bin/chain": False}
    if not names[0]:
        wanted = dict.fromkeys(wanted)
    program.check_equal(inherited(scan), wanted, f"{what}: findings")


def check_given(program, layout, base, diff_ids):
    split = scan_with(program, layout, "--base", "oci-dir:" + base)
    check_split(program, split, ["oci-dir:" + base, None], "--base IMAGE")
    split = scan_with(program, layout, "--base", diff_ids[0])
    check_split(program, split, [diff_ids[0], None], "--base DIFFID")
    manifest, _ = documents(base)
    stored = manifest["layers"][0]["digest"]
    split = scan_with(program, layout, "--base", stored)
    check_split(program, split, [stored, None], "--base with the digest of a stored layer")
    table = program.run("scan", "--check", "integrity", "--base", diff_ids[0],
                        "oci-dir:" + layout).out.decode()
    program.check("base layer 1" in table and "1 inherited from the base image, 1 of this image's"
                  in table, "the table tells them apart", table)


def check_unfit(program, layout, other):
    for base in (digest(b"another"), "oci-dir:" + other):
        scan = scan_with(program, layout, "--base", base)
        check_split(program, scan, [None, None], f"a base that does not fit: {base}")
        told = [note["text"] for note in scan["notes"] if note["location"] == base]
        program.check(len(told) == 1 and "not built on it" in told[0] and scan["complete"],
                      "which a note says", scan["notes"])


def check_wrong(program, layout):
    done = program.run("scan", "--base", "oci-dir:" + program.path("absent"), "oci-dir:" + layout)
    program.check(done.status == 1 and "--base" in done.messages, "a base that is not there", done)


def check_history(program, layers):
    layout = program.path("recognised")
    write_image(layout, layers, BASE_HISTORY + [{"created_by": "COPY app /"}])
    scan = scan_with(program, layout)
    check_split(program, scan, ["(base image, by its history)", None], "recognised")


def main():
    program = Program(NAME, sys.argv[1])
    files = base_files(b"#!/bin/sh\n# as no record knows it\n")
    image, base, other = (program.path(name) for name in ("image", "base", "other"))
    diff_ids = write_image(image, [files, OWN_FILES],
                           [{"created_by": "ADD base.tar /"}, {"created_by": "COPY app /"}])
    write_image(base, [files], BASE_HISTORY)
    write_image(other, [base_files(b"#!/bin/sh\n# otherwise\n")], BASE_HISTORY)
    check_split(program, scan_with(program, image), [None, None], "nobody knows")
    check_given(program, image, base, diff_ids)
    check_unfit(program, image, other)
    check_wrong(program, image)
    check_history(program, [files, OWN_FILES])
    program.finish()


main()
