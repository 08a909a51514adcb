"""Hostile and damaged packages: archives, executables, metadata and lock files that lie. Each gets a
note and costs little, and the rest of the image is read.

usage: test_bad_packages.py PLIMSOLL
"""

import collections
import gzip
import hashlib
import io
import itertools
import json
import os
import struct
import sys
import tarfile
import zipfile
import zlib

from bad_input import (MIB, MOST_RSS, BadInput, Layer, gzip_member, header, members,
                       numbered_headers, repeated, repeated_digest, tar_layer)

NAME = "integration/bad_packages"
OS = b'ID=debian\nVERSION_ID="12"\n'
# It must always be found: what is bad beside it costs nothing but itself.
ANCHOR = b"Metadata-Version: 2.1\nName: anchor\nVersion: 1.0\n"
BASE = (("etc/os-release", tarfile.REGTYPE, OS),
        ("usr/lib/python3/site-packages/anchor-1.0.dist-info/METADATA", tarfile.REGTYPE, ANCHOR))
MOST_LOCK_RSS = 400 * MIB  # most packages, or a document of 8 MiB in the worst shape
WIDE = ("--limit", "expansion_ratio=100000")


def examine(program, what, target, complete, *words, options=(), most=MOST_RSS):
    """Checks the scan of a target, whose status says whether it is complete; words stand in its
    notes. Returns the names of the packages."""
    status = 0 if complete else 3
    done, rss, written = program.measure("bom", "-o", "json", "--strict", *options, target)
    scan = json.loads(done.out) if done.status == status else {"notes": [], "packages": []}
    notes = " | ".join(f"{note['location']}: {note['text']}" for note in scan["notes"])
    fine = (done.status == status and scan["complete"] == complete
            and all(word in notes for word in words))
    program.check(fine, f"{what}: {done.status}, {rss / MIB:.0f} MiB, {len(scan['packages'])} "
                  f"packages, {len(scan['notes'])} notes: {notes[:150]}", done)
    program.check(program.sanitized or rss < most, f"{what}: memory", f"{rss / MIB:.0f} MiB")
    program.check(not written, f"{what}: writes only to its cache", written)
    program.drop(target)
    return [package["name"] for package in scan["packages"]]


def examine_files(program, what, files, complete, *words, found=("anchor",), **more):
    """The same for an image with these files, {path: bytes}, beside the anchor."""
    entries = [(path, tarfile.REGTYPE, content) for path, content in files.items()]
    target = program.layout([tar_layer(members(*BASE, *entries))])
    names = examine(program, what, target, complete, *words, **more)
    program.check(set(found) <= set(names), f"{what}: finds {' and '.join(found)}", names[:10])


# ---------------------------------------------------------------- archives

def jar(entries, method=zipfile.ZIP_DEFLATED):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, method, 9)
    return raw.getvalue()


def pom(artifact):
    return {f"META-INF/maven/g/{artifact}/pom.properties":
            f"groupId=g\nartifactId={artifact}\nversion=1\n"}


def deflated(block, count):
    """The block so many times, packed once: flushed in full, each copy stands for itself."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)) * count + b"\3\0"


def jar_of_zeros(name, size):
    """A jar of one entry of so many MiB of zeros, whose checksum nobody will ask for."""
    packed = deflated(bytes(MIB), size)
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(packed), size * MIB, len(name), 0)
    start = b"PK\3\4" + fields + name + packed
    entry = b"PK\1\2" + struct.pack("<H", 20) + fields + bytes(14) + name
    return start + entry + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 1, 1, len(entry), len(start), 0)


def overlapping_jar(count):
    """Entries that all share the bytes of one, as Fifield's bombs do."""
    packed = zlib.compress(bytes(16 * MIB), 9)[2:-4]
    name = b"a.jar"
    fields = (0, 8, 0, 0, zlib.crc32(bytes(16 * MIB)), len(packed), 16 * MIB)
    local = struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, *fields, len(name), 0) + name + packed
    entry = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20, 20, *fields, len(name), 0, 0, 0, 0, 0,
                        0) + name
    end = struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, count, count, len(entry) * count, len(local), 0)
    return local + entry * count + end


def test_archives(program):
    examine_files(program, "a jar whose 60,000 entries are one",
                  {"a.jar": overlapping_jar(60000)}, False, "a.jar")
    nested = jar(pom("innermost"))
    for _ in range(40):
        nested = jar({"a.jar": nested, **pom("around")}, zipfile.ZIP_STORED)
    examine_files(program, "a jar in 40 others", {"a.jar": nested}, False, "a.jar",
                  found=("anchor", "g:around"))
    examine_files(program, "a manifest of 512 MiB of zeros",
                  {"a.jar": jar_of_zeros(b"META-INF/MANIFEST.MF", 512)}, False, "a.jar")
    examine_files(program, "a jar in a jar of 1 GiB of zeros",
                  {"a.jar": jar_of_zeros(b"b.jar", 1024)}, False, "a.jar")
    named = jar({**pom("a"), "x" * 20000: b"", "META-INF/maven/g/n\x01/pom.properties": b"groupId=g"})
    named = named.replace(b"n\x01/pom", b"n\x00/pom")
    examine_files(program, "a jar with a NUL in a name", {"a.jar": named}, False, "an entry is called",
                  found=("anchor", "g:a"))
    whole = jar({**pom("a"), "b.class": b"x" * 5000}, zipfile.ZIP_STORED)
    for place in (len(whole) // 2, len(whole) - 1):
        examine_files(program, f"a jar of {len(whole)} bytes cut at {place}",
                      {"a.jar": whole[:place]}, False, "a.jar")


# ---------------------------------------------------------------- executables

def elf(sections, overlap=False):
    """A 64-bit executable of (name, flags, content)."""
    names = b"\0" + b"".join(name + b"\0" for name, _, _ in sections) + b".shstrtab\0"
    body, table, place = b"", [bytes(64)], 64
    offset = 1
    for name, flags, content in (*sections, (b".shstrtab", 0, names)):
        at = 64 if overlap and name != b".shstrtab" else place
        kind = 3 if name == b".shstrtab" else 7 if name.startswith(b".note") else 1
        table.append(struct.pack("<IIQQQQIIQQ", offset, kind, flags, at, at, len(content), 0, 0, 1, 0))
        offset += len(name) + 1
        body += content
        place += len(content)
    start = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", 2, 62, 1, 0, 0, place, 0, 64, 0, 0, 64, len(table), len(table) - 1)
    return start + body + b"".join(table)


def audit(size):
    """What cargo-auditable embeds, with MiB of blanks that make it large."""
    text = b'{"packages":[{"name":"crate","version":"1.0.0","source":"crates.io"}]}'
    return zlib.compress(text, 9) if not size else b"\x78\xda" + deflated(text, 1)[:-2] + deflated(
        b" " * MIB, size)


def test_executables(program):
    examine_files(program, "an executable with one crate",
                  {"bin/a": elf([(b".dep-v0", 0, audit(0))])}, True, found=("anchor", "crate"))
    examine_files(program, "a list of crates of 512 MiB",
                  {"bin/a": elf([(b".dep-v0", 0, audit(512))])}, False, "bin/a")
    lie = struct.pack("<IIQQ", 1, 0, 1 << 60, 1) + zlib.compress(b"x" * 100)
    examine_files(program, "a compressed section of 2^60 bytes",
                  {"bin/a": elf([(b".dep-v0", 0x800, lie), (b".modinfo", 0x800, lie)])}, False,
                  "bin/a")
    same = [(b".dep-v0", 0, audit(0))] + [(b".s%05d" % number, 0, b"") for number in range(60000)]
    examine_files(program, "60,000 sections", {"bin/a": elf(same)}, True,
                  found=("anchor", "crate"))
    over = [(name, 0, audit(0)) for name in (b".dep-v0", b".go.buildinfo", b".note.package",
                                             b".note.go.buildid", b".dynamic", b".dynsym", b".modinfo")]
    examine_files(program, "sections on top of each other", {"bin/a": elf(over, True)}, False,
                  "a section lies on another")
    examine_files(program, "executables cut short", {
        "bin/a": elf(same)[:64], "bin/b": elf(same)[:63], "bin/c": b"\x7fELF", "bin/d": b"MZ",
        "bin/e": b"\xcf\xfa\xed\xfe", "bin/f": b"\xca\xfe\xba\xbe\0\0\0\xff"}, False, "bin/")


# ---------------------------------------------------------------- metadata

def sparse_header(path, size):
    """An old GNU sparse file: a hole of `size` bytes and nothing else."""
    block = bytearray(header(path, 0))
    block[156:157] = b"S"
    block[386:398] = b"%011o\0" % size  # where the data, none, ends
    block[398:410] = b"%011o\0" % 0
    block[483:495] = b"%011o\0" % size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def test_metadata(program):
    site = "usr/lib/python3/site-packages/"
    raw = sparse_header(site + "b-1.dist-info/METADATA", 2 << 30) + members(*BASE)
    size = 2 << 30
    target = program.layout([tar_layer(raw)])
    names = examine(program, "a METADATA that is a hole of 2 GiB", target, False, "METADATA")
    program.check("anchor" in names, "a METADATA that is a hole of 2 GiB: finds anchor", names)
    block = b"\n" * (4 * MIB)
    size = 600 * MIB  # past file_bytes
    prefix = members(*BASE).rstrip(b"\0")
    prefix += bytes(-len(prefix) % 512) + header(site + "b-1.dist-info/METADATA", size)
    layer = Layer(repeated(prefix, block, 150, gzip_member), repeated_digest(prefix, block, 150))
    names = examine(program, "a METADATA of 600 MiB of newlines", program.layout([layer]), False,
                    "METADATA", options=WIDE)
    program.check("anchor" in names, "a METADATA of 600 MiB of newlines: finds anchor", names)
    examine_files(program, "names with what no name has", {
        site + "b-1.dist-info/METADATA": b"Name: b\0c\nVersion: 1\n",
        site + "c-1.dist-info/METADATA": b"Name: c\xff\xfe\nVersion: 1\n",
        site + "d-1.dist-info/METADATA": b"Name: d\x1b[31m\nVersion: 1\n",
        "a/node_modules/b/package.json": b'{"name":"b\\u0000c","version":"1"}',
        "a/node_modules/c/package.json": b'{"name":"\xff\xfe","version":"1"}',
    }, False, "b-1.dist-info", "d-1.dist-info", "modules/b/", "modules/c/",
        found=("anchor", "c\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"))
    large = b'{"name":"' + b"n" * (8 * MIB) + b'","version":"1"}'
    examine_files(program, "a name of 8 MiB", {"a/node_modules/b/package.json": large}, False,
                  "package.json", options=WIDE)
    large = b'{"name":"' + b"n" * (7 * MIB) + b'","version":"1"}'
    examine_files(program, "a name of 7 MiB", {"a/node_modules/b/package.json": large}, False,
                  "package.json", options=WIDE)


# ---------------------------------------------------------------- lock files

def joined(start, pattern, end, count, between=""):
    """A lock file of `count` entries; in the pattern N is the number, M that of the next one."""
    parts = (pattern.replace("N", str(i)).replace("M", str((i + 1) % count)) for i in range(count))
    return (start + between.join(parts) + end).encode()


# What a lock file of each kind begins with, its entries, what is between them, and how it ends.
# Every entry needs the next, and the last the first.
LOCKS = {
    "Cargo.lock": ("version = 3\n", '[[package]]\nname = "pN"\nversion = "1.0.N"\nsource = '
                   '"registry+x"\ndependencies = ["pM"]\n', "", ""),
    "poetry.lock": ("", '[[package]]\nname = "pN"\nversion = "1.N"\n[package.dependencies]\n'
                    'pM = "*"\n', "", ""),
    "uv.lock": ("version = 1\n", '[[package]]\nname = "pN"\nversion = "1.N"\nsource = { registry = '
                '"x" }\ndependencies = [{ name = "pM" }]\n', "", ""),
    "pdm.lock": ("", '[[package]]\nname = "pN"\nversion = "1.N"\ngroups = ["default"]\n'
                 'dependencies = ["pM"]\n', "", ""),
    "pylock.toml": ("lock-version = '1.0'\n", '[[packages]]\nname = "pN"\nversion = "1.N"\n', "", ""),
    "Pipfile.lock": ('{"default":{', '"pN":{"version":"==1.N"}', ",", "}}"),
    "requirements.txt": ("", "pN==1.N\n", "", ""),
    "package-lock.json": ('{"lockfileVersion":3,"packages":{', '"node_modules/pN":{"version":"1.0.N",'
                          '"dependencies":{"pM":"*"}}', ",", "}}"),
    "pnpm-lock.yaml": ("lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      p0:\n"
                       "        specifier: '1'\n        version: 1.0.0\npackages:\n",
                       "  pN@1.0.N:\n    resolution: {integrity: x}\n    dependencies:\n"
                       "      pM: 1.0.M\n", "", ""),
    "yarn.lock": ("# yarn lockfile v1\n\n", 'pN@^1:\n  version "1.0.N"\n  dependencies:\n'
                  '    pM "^1"\n\n', "", ""),
    "bun.lock": ('{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"p0":"1"}}},"packages":{',
                 '"pN":["pN@1.0.N","",{"dependencies":{"pM":"1"}},"sha512-x"]', ",", "}}"),
    "go.mod": ("module a\ngo 1.21\nrequire (\n", "example.org/pN v1.0.N\n", "", ")\n"),
    "Gemfile.lock": ("GEM\n  remote: x\n  specs:\n", "    pN (1.N)\n      pM\n", "",
                     "\nDEPENDENCIES\n  p0\n"),
    "composer.lock": ('{"packages":[', '{"name":"v/pN","version":"1.0.N","require":{"v/pM":"*"}}',
                      ",", "]}"),
    "packages.lock.json": ('{"version":1,"dependencies":{"net8.0":{', '"pN":{"type":"Direct",'
                           '"resolved":"1.0.N","dependencies":{"pM":"1"}}', ",", "}}}"),
    "pubspec.lock": ("packages:\n", '  pN:\n    dependency: "direct main"\n    source: hosted\n'
                     '    version: "1.0.N"\n', "", ""),
    "Package.resolved": ('{"version":2,"pins":[', '{"identity":"pN","kind":"remoteSourceControl",'
                         '"location":"https://github.com/v/pN","state":{"version":"1.0.N"}}', ",", "]}"),
    "Podfile.lock": ("PODS:\n", "  - pN (1.0.N):\n    - pM\n", "", ""),
    "mix.lock": ("%{\n", '"pN": {:hex, :pN, "1.0.N", "x", [:mix], [{:pM, "~> 1"}], "hexpm", "x"},\n',
                 "", "}\n"),
    "gradle.lockfile": ("", "g:pN:1.N=runtimeClasspath\n", "", ""),
    "conan.lock": ('{"version":"0.5","requires":[', '"pN/1.N"', ",", "]}"),
    "stack.yaml.lock": ("packages:\n", "- completed:\n    hackage: pN-1.N@sha256:x,1\n", "", ""),
}


def write_locks(program, contents):
    """A directory for each lock file, {name: bytes}, below one; as a target."""
    directory = program.path("sources")
    for name, content in contents.items():
        os.makedirs(os.path.join(directory, name + ".d"))
        with open(os.path.join(directory, name + ".d", name), "wb") as file:
            file.write(content)
    return "dir:" + directory


def check_locks(program, what, contents, count, most, *options):
    """Of each lock file `count` packages are told, or a note says that not all are."""
    target = write_locks(program, contents)
    done, rss, written = program.measure("bom", "-o", "json", *options, target)
    scan = json.loads(done.out) if done.status == 0 else {"notes": [], "packages": []}
    packages = collections.Counter(path for package in scan["packages"] for path in
                                   {location["path"] for location in package["locations"]})
    for name in contents:
        path = f"{name}.d/{name}"
        found = packages[path]
        notes = [note["text"] for note in scan["notes"] if note["location"] == path]
        program.check(found >= count or notes, f"{name}, {what}: {found} packages: {notes[:2]}")
    program.check(done.status == 0 and not written and (program.sanitized or rss < most),
                  f"lock files, {what}: {done.status}, {rss / MIB:.0f} MiB", done, written)
    program.drop(target)


def test_locks(program):
    few = {name: joined(start, pattern, end, 1000, between)
           for name, (start, pattern, between, end) in LOCKS.items()}
    check_locks(program, "1000 entries", few, 1000, MOST_RSS)
    # As many as a million would be, in their thousand names: past document_bytes.
    too_many = {name: content * (9 * MIB // len(content) + 1) for name, content in few.items()}
    check_locks(program, "9 MiB of entries", too_many, 100000, MOST_RSS)
    cut = {name: content[:-20000] + b"\xff\xfe\0" + content[-20000:]
           for name, content in few.items()}
    check_locks(program, "damaged", cut, 999, MOST_RSS)
    if program.sanitized:
        print(f"SKIP: {NAME}: lock files of many entries: the memory that they take says nothing here")
        return
    for name in LOCKS:
        start, pattern, between, end = LOCKS[name]
        content = joined(start, pattern, end, 15000, between)
        check_locks(program, "15,000 entries", {name: content}, 15000, MOST_RSS)
    start, pattern, between, end = LOCKS["go.mod"]
    check_locks(program, "190,000 entries", {"go.mod": joined(start, pattern, end, 190000, between)},
                190000, MOST_LOCK_RSS)


# ---------------------------------------------------------------- depth and width

LAUGHS = b'<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(12)) + b"]><project>&m;"
ALIASES = b"a: &a [1,1,1,1,1,1,1,1,1]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(12))
# By the name of a reader's file: what must be refused there.
REFUSED = {
    "pom.xml": (LAUGHS, b"<project>" + b"<a>" * MIB),
    "packages.config": (LAUGHS, b"<a>" * MIB),
    "pnpm-lock.yaml": (ALIASES, b"[" * 3 * MIB),
    "pubspec.lock": (ALIASES, b"{a: " * MIB),
    "Podfile.lock": (ALIASES, b"".join(b" " * i + b"a:\n" for i in range(3000))),
    "package-lock.json": (b'{"lockfileVersion":' + b"9" * 7 * MIB + b"}", b"[" * 8 * MIB),
    "composer.lock": (b'{"packages":[{"name":"a","version":1e999999999}]}', b'{"a":' * MIB),
    "Cargo.lock": (b"a=" + b"9" * 7 * MIB, b"a=" + b"[" * 4 * MIB),
    "poetry.lock": (b"[" + b"a." * MIB + b"a]", b"a=" + b"{a=" * MIB),
}
# What is well formed, and as much of it as a document may hold.
WIDE_DOCUMENTS = {
    "package-lock.json": b'{"x":[' + b"[]," * (5 * MIB // 2) + b"1]}",
    "Cargo.lock": b"a=[" + b"[]," * (5 * MIB // 2) + b"]",
    "pom.xml": b"<project " + b" ".join(b'a%d="1"' % i for i in range(300000)) + b"></project>",
}


def test_depth(program):
    for number in range(2):
        contents = {name: both[number] for name, both in REFUSED.items()}
        check_locks(program, ("a bomb", "depth")[number], contents, 1, MOST_RSS)
    for name, content in WIDE_DOCUMENTS.items():
        check_locks(program, "width", {name: content}, 0, MOST_LOCK_RSS)


def test_licenses(program):
    """A licence that is no expression costs nobody but itself."""
    for what, text in (("deep", b"(" * 30000 + b"MIT" + b")" * 30000),
                       ("wide", b" OR ".join([b"MIT"] * 9000)),
                       ("cut", b"(" * 60000)):
        examine_files(program, f"a licence that is {what}", {
            "srv/node_modules/a/package.json": b'{"name":"a","version":"1","license":"%s"}' % text,
            "lib/apk/db/installed": b"P:x\nV:1\nA:x86_64\nL:%s\n\n" % text,
        }, True, found=("anchor", "a", "x"))


def test_lists(program):
    """Lists of more files than are kept."""
    record = b"".join(b"b/%07d.py,sha256=%s,0\n" % (i, b"A" * 43) for i in range(100000))
    sums = b"".join(b"%s  usr/share/%07d\n" % (b"0" * 32, i) for i in range(100000))
    site = "usr/lib/python3/site-packages/b-1.dist-info/"
    base = {"var/lib/dpkg/status": b"Package: c\nStatus: install ok installed\nArchitecture: all\n"
                                   b"Version: 1\n\n",
            "var/lib/dpkg/info/c.list": b"/.\n"}
    few = ("--limit", "kept_entries=12500")
    for path, content in ((site + "RECORD", record), ("var/lib/dpkg/info/c.md5sums", sums)):
        files = {site + "METADATA": b"Metadata-Version: 2.1\nName: b\nVersion: 1\n", **base,
                 path: content}
        examine_files(program, f"{path} of 100,000 files", files, False,
                      "packages list more than 50000 files", found=("anchor", "b", "c"),
                      options=few)


def test_links(program):
    links = [("a", "b"), ("b", "a"), ("usr/lib/python2", "python2"), ("lib/apk/db/installed", "installed"),
             *((f"d{i}", f"d{i + 1}/../d{i + 1}/..") for i in range(40)), ("var/lib/dpkg/status", "/d0/x")]
    target = program.layout([tar_layer(members(*BASE, *((path, tarfile.SYMTYPE, to)
                                                        for path, to in links)))])
    names = examine(program, "symbolic links in circles", target, False, "leads in a circle")
    program.check("anchor" in names, "symbolic links in circles: finds anchor", names)


# ---------------------------------------------------------------- many

def many(program, what, prefix, block, count, complete, *words, base=(), **more):
    layer = Layer(repeated(prefix, block, count, gzip_member), repeated_digest(prefix, block, count))
    target = program.layout([*base, layer])
    names = examine(program, what, target, complete, *words, options=WIDE, **more)
    program.check("anchor" in names, f"{what}: finds anchor", names[:10])


def test_many(program):
    base = [tar_layer(members(*BASE))]
    links = numbered_headers("srv/l", 0, 8192, tarfile.SYMTYPE, "x")
    many(program, "500,000 symlinks", b"", links, 62, False, "no room for more than 250000 entries",
         base=base)
    # The letters in any order have the same sum, and so do the headers.
    part = numbered_headers("srv/abcde/f", 0, 10000)
    parts = [part.replace(b"srv/abcde/", b"srv/%s/" % bytes(letters))
             for letters in itertools.permutations(b"abcde")]
    state = hashlib.sha256()
    blob = b""
    for part in parts:
        state.update(part)
        blob += gzip.compress(part, 1, mtime=0)
    target = program.layout([*base, Layer(blob, "sha256:" + state.hexdigest())])
    names = examine(program, "1,200,000 entries in an upper layer", target, True, options=WIDE)
    program.check("anchor" in names, "1,200,000 entries in an upper layer: finds anchor", names)
    text = b'{"name":"b","version":"1"}'
    block = numbered_headers("srv/", 0, 100000, after="/node_modules/b/package.json", content=text)
    target = program.layout([*base, tar_layer(block + bytes(1024))])
    names = examine(program, "100,000 copies of a package.json", target, True, options=WIDE,
                    most=400 * MIB)
    program.check("b" in names, "100,000 copies of a package.json: finds it", names[:10])


def main():
    program = BadInput(NAME, sys.argv[1])
    for test in (test_archives, test_executables, test_metadata, test_locks, test_depth, test_licenses,
                 test_lists, test_links, test_many):
        if len(sys.argv) < 3 or test.__name__ in sys.argv[2:]:
            test(program)
    program.finish()


main()
