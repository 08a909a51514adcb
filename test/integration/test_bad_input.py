"""Hostile and damaged images: a note or an error that names the thing, the right exit status,
memory within bounds, and nothing written outside the cache.

usage: test_bad_input.py PLIMSOLL
"""

import glob
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile

from bad_input import (GZIP, MIB, MOST_RSS, BadInput, Layer, gzip_member, header, members,
                       numbered_headers, repeated, repeated_digest, tar_layer)
from harness import INDEX, MANIFEST, descriptor, digest, make_layer, noise

NAME = "integration/bad_input"
ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd"
OS = b'ID=debian\nVERSION_ID="12"\n'
STATUS = b"Package: anchor\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"
GOOD = {"etc/os-release": OS, "var/lib/dpkg/status": STATUS, "noise": noise(200000, "noise")}


# ---------------------------------------------------------------- damaged blobs

def test_damaged_layers(program):
    blob, diff_id = make_layer(GOOD)
    name = digest(blob)
    program.expect("a whole layer", program.layout([Layer(blob, diff_id)]), 0)
    short = program.layout([Layer(blob, diff_id)], more={name: blob[:len(blob) // 2]})
    program.expect("layer shorter than its descriptor", short, 1, name[7:19])
    cut = Layer(blob[:len(blob) // 2], diff_id)
    program.expect("layer cut before its digest was taken", program.layout([cut]), 3,
                   "gzip: ends in the middle")
    for place in (0, 3, 12, len(blob) // 2, len(blob) - 6, len(blob) - 1):
        bad = bytearray(blob)
        bad[place] ^= 0x10
        target = program.layout([Layer(blob, diff_id)], more={name: bytes(bad)})
        program.expect(f"bit of byte {place} flipped", target, 1, "digest")
        test_flipped_before(program, bytes(bad), diff_id, place)
    program.expect("wrong digest", program.layout([Layer(blob, diff_id)], more={name: blob[::-1]}),
                   1, "digest")
    program.expect("wrong diffID", program.layout([Layer(blob, digest(b"else"))]), 1, "diff")


def test_flipped_before(program, blob, diff_id, place):
    """The descriptor is right about the damaged blob; what it holds need not be readable."""
    target = program.layout([Layer(blob, diff_id)])
    done, rss, written = program.measure("bom", "-o", "json", "--strict", target)
    said = done.messages.strip() or (json.loads(done.out)["notes"] if done.out else "")
    program.check(done.status in (1, 3) and said or done.status == 0,
                  f"bit of byte {place} flipped before the digest was taken: {done.status}: "
                  f"{str(said)[:150]}", done)
    program.check(not written and (program.sanitized or rss < MOST_RSS),
                  f"bit of byte {place} flipped before: memory and files", rss, written)


# ---------------------------------------------------------------- names and links

def test_places(program):
    """Entries that point out of the root are of no use to anyone, and write nothing."""
    outside = program.path("outside")
    up = "../" * 30 + outside[1:]
    regular, link, hard = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
    base = [("etc/os-release", regular, OS), ("var/lib/dpkg/status", regular, STATUS)]
    for what, entries in {
            "members with ..": [(up, regular, b"x"), ("a/../../b", regular, b"x")],
            "absolute names": [(outside, regular, b"x")],
            "symlinks out of the root": [("a", link, up), ("a/b", regular, b"x"),
                                         ("c", link, outside), ("c/d", regular, b"x")],
            "hard links out of the root": [("a", hard, up), ("b", hard, outside)],
            "device nodes": [("dev/sda", tarfile.BLKTYPE, ""), ("dev/mem", tarfile.CHRTYPE, "")],
    }.items():
        target = program.layout([tar_layer(members(*base, *entries))])
        done, rss, written = program.measure("bom", "-o", "json", target)
        scan = json.loads(done.out) if done.status == 0 else {}
        program.check(scan and scan["distro"]["id"] == "debian" and len(scan["packages"]) == 1
                      and (program.sanitized or rss < MOST_RSS) and not written
                      and not os.path.exists(outside),
                      f"{what}: {done.status}, {rss / MIB:.0f} MiB: "
                      f"{[note['text'] for note in scan.get('notes', [])]}", done, written)


def test_kinds(program):
    """A file that a stage asked for is of another kind, or cannot be reached."""
    fifo = members(("etc/os-release", tarfile.FIFOTYPE, ""),
                   ("var/lib/dpkg/status", tarfile.REGTYPE, STATUS))
    program.expect("a FIFO as etc/os-release", program.layout([tar_layer(fifo)]), 0,
                   "no file says which distribution this is")
    loop = members(("etc/os-release", tarfile.REGTYPE, OS),
                   ("var/lib/dpkg/status", tarfile.SYMTYPE, "status2"),
                   ("var/lib/dpkg/status2", tarfile.SYMTYPE, "status"))
    program.expect("a symlink loop as dpkg/status", program.layout([tar_layer(loop)]), 3,
                   "leads in a circle")
    out = members(("etc/os-release", tarfile.SYMTYPE, "../../../../../etc/os-release"),
                  ("var/lib/dpkg/status", tarfile.SYMTYPE, "/etc/passwd"))
    done, _, written = program.measure("bom", "-o", "json", program.layout([tar_layer(out)]))
    scan = json.loads(done.out) if done.status == 0 else {}
    program.check(scan and not scan["packages"] and not written,
                  "links to files of this machine read nothing of it", done)


# ---------------------------------------------------------------- bombs

def zstd(data):
    return subprocess.run(["zstd", "-q", "-19"], input=data, capture_output=True, check=True).stdout


def test_zeros(program, pack, media_type, block, *options):
    """10 GB of zeros, as a member of a tar and as nothing at all."""
    count = 10 * 1024 * MIB // block
    for what, prefix in {"in a member": header("zeros", block * count), "alone": b""}.items():
        blob = repeated(prefix, bytes(block), count, pack)
        target = program.layout([Layer(blob, digest(b"never reached"), media_type)])
        done, rss, written = program.measure("bom", "-o", "json", "--strict", *options, target)
        said = done.messages + done.out.decode(errors="replace")
        program.check(done.status == 3 and "times as many" in said and not written
                      and (program.sanitized or rss < MOST_RSS),
                      f"10 GB of zeros {what} in {len(blob)} bytes of {media_type[-4:]}: "
                      f"{done.status}, {rss / MIB:.0f} MiB", done, rss, written)
        program.drop(target)


def test_large_files(program):
    """Files that stages ask for, larger than the limit of one file."""
    block = b"\n" * (4 * MIB)
    for what, path, count in (("1 GB os-release", "etc/os-release", 256),
                              ("600 MB dpkg status", "var/lib/dpkg/status", 150)):
        prefix = header(path, len(block) * count)
        blob = repeated(prefix, block, count, gzip_member)
        target = program.layout([Layer(blob, repeated_digest(prefix, block, count))])
        program.expect(what, target, 3, f"{path}: ", "more than is kept of a file",
                       options=("--limit", "expansion_ratio=100000"), lax=False)
        program.drop(target)


def entries_image(program, count):
    """An image of at least so many empty files."""
    first = members(("etc/os-release", tarfile.REGTYPE, OS))[:1024]
    block = numbered_headers("srv/file", 0, 8192)
    count = count // 8192 + 1
    return program.layout([Layer(repeated(first, block, count, gzip_member),
                                 repeated_digest(first, block, count))])


def test_entries(program):
    """4 million entries: with 50 bytes kept of each they would not fit. Of more than are allowed, those up to the limit."""
    options = ("--limit", "expansion_ratio=100000")
    many = program.many(4_000_000)
    target = entries_image(program, many)
    program.expect(f"{many} entries", target, 0, options=options)
    program.drop(target)
    target = entries_image(program, 1_000_000)
    program.expect("a million entries, half of them allowed", target, 3, "more than 500000 members",
                   options=(*options, "--limit", "layer_entries=500000"))
    program.drop(target)
    test_kept_entries(program)


def test_kept_entries(program):
    """More entries that a stage asked for than may be kept."""
    parts = [numbered_headers("var/lib/dpkg/status.d/p", first, 10000)
             for first in range(0, 200000, 10000)]
    state = hashlib.sha256()
    blob = b""
    for part in parts:
        state.update(part)
        blob += gzip.compress(part, 1, mtime=0)
    target = program.layout([Layer(blob, "sha256:" + state.hexdigest())])
    program.expect("200,000 kept entries, 100,000 allowed", target, 3,
                   "no room for more than 100000 entries",
                   options=("--limit", "kept_entries=100000"))
    program.drop(target)


# ---------------------------------------------------------------- indexes

def index_of(*entries):
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode()


def test_indexes(program):
    layer = [Layer(*make_layer(GOOD))]
    name = "sha256:" + "1" * 64
    self_naming = index_of({"mediaType": INDEX, "digest": name, "size": 0})
    size = len(self_naming) + len(str(len(self_naming))) - 1
    self_naming = index_of({"mediaType": INDEX, "digest": name, "size": size})
    entry = {"mediaType": INDEX, "digest": name, "size": len(self_naming)}
    program.expect("an index that names itself",
                   program.layout(layer, [entry], {name: self_naming}), 1, "digest")

    nested, blobs = index_of(), {}
    for _ in range(100):
        blobs[digest(nested)] = nested
        nested = index_of(descriptor(INDEX, nested))
    blobs[digest(nested)] = nested
    program.expect("an index in 100 others",
                   program.layout(layer, [descriptor(INDEX, nested)], blobs), 1, "nested")

    deep = b'{"schemaVersion":2,"manifests":' + b"[" * 200000 + b"]" * 200000 + b"}"
    program.expect("brackets in brackets",
                   program.layout(layer, [descriptor(INDEX, deep)], {digest(deep): deep}), 1)
    large = index_of() + b" " * (9 * MIB)
    program.expect("an index of 9 MiB",
                   program.layout(layer, [descriptor(INDEX, large)], {digest(large): large}), 1,
                   "bytes are too many")
    many = index_of(*[{"mediaType": MANIFEST, "size": 1, "digest": "sha256:" + "2" * 64}] * 70000)
    program.expect("an index of 70,000 entries",
                   program.layout(layer, [descriptor(INDEX, many)], {digest(many): many}), 1,
                   options=("--limit", "document_bytes=32M"))
    other = index_of({"mediaType": MANIFEST, "size": 1, "digest": "sha256:" + "2" * 64,
                      "platform": {"os": "linux", "architecture": "s390x"}})
    program.expect("an index without the platform",
                   program.layout(layer, [descriptor(INDEX, other)], {digest(other): other}), 1,
                   "amd64", options=("--platform", "linux/amd64"))


# ---------------------------------------------------------------- rpm databases

def rpm_databases():
    """{path in the image: a database of that kind, at most a few megabytes}."""
    found = {}
    fixtures = os.path.join(os.environ.get("PLIMSOLL_SHARED", ""), "fixtures", "rpm")
    for path in sorted(glob.glob(fixtures + "/**", recursive=True), key=lambda p: (len(p), p)):
        name = os.path.basename(path)
        if name in ("Packages", "Packages.db", "rpmdb.sqlite") and name not in found \
                and os.path.isfile(path) and os.path.getsize(path) < 8 * MIB:
            with open(path, "rb") as file:
                found[name] = file.read()
    if not found:
        print(f"SKIP: {NAME}: rpm databases: {fixtures} is absent")
    return found


def test_rpm(program):
    for name, database in rpm_databases().items():
        damages = {"whole": database, "half": database[:len(database) // 2],
                   "empty": b"", "only its head": database[:100], "zeros": bytes(len(database))}
        for place in (0, 13, 20, 300, 4100, len(database) // 3, len(database) // 2):
            bad = bytearray(database)
            bad[place:place + 64] = bytes(255 - byte for byte in bad[place:place + 64])
            damages[f"64 bytes at {place} flipped"] = bytes(bad)
        for what, content in damages.items():
            raw = members(("etc/os-release", tarfile.REGTYPE, b"ID=fedora\nVERSION_ID=40\n"),
                          (f"var/lib/rpm/{name}", tarfile.REGTYPE, content))
            check_rpm(program, f"{name}: {what}", program.layout([tar_layer(raw)]), what)


def check_rpm(program, what, target, damage):
    """Damage may lie where nobody looks; where it is seen, a note names the database."""
    done, rss, written = program.measure("bom", "-o", "json", target)
    scan = json.loads(done.out) if done.status == 0 else {"notes": [], "packages": []}
    notes = [note["text"] for note in scan["notes"]]
    told = any("rpm" in note["text"] + str(note["location"]) for note in scan["notes"])
    damaged = any(note["kind"] != "information" for note in scan["notes"])
    must_be_damaged = damage in ("half", "only its head", "zeros")
    program.check(done.status == 0 and told == bool(notes)
                  and (damaged or not must_be_damaged) and (told or damage != "empty")
                  and (not notes or damage != "whole") and scan["complete"] != damaged,
                  f"{what}: {done.status}, {rss / MIB:.0f} MiB, {len(scan['packages'])} packages: "
                  f"{notes[:1]}", done)
    program.check((program.sanitized or rss < MOST_RSS) and not written,
                  f"{what}: memory and files", rss, written)
    program.drop(target)


def main():
    program = BadInput(NAME, sys.argv[1])
    test_damaged_layers(program)
    test_places(program)
    test_kinds(program)
    test_indexes(program)
    test_zeros(program, gzip_member, GZIP, 32 * MIB,
               "--limit", "expansion_ratio=1000")  # gzip cannot reach the usual one
    if shutil.which("zstd"):
        test_zeros(program, zstd, ZSTD, 64 * MIB)
    else:
        print(f"SKIP: {NAME}: zstd bombs: zstd is absent")
    test_large_files(program)
    test_entries(program)
    test_rpm(program)
    program.finish()


main()
