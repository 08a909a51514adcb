#!/usr/bin/env python3
"""The fault sweep over everything that tells of packages: databases of distributions, archives,
executables, metadata, lock files and bills of materials, and the check of files against records.
Whichever call fails, the answer is the same, or a clean error, or said to be incomplete.

usage: test_packages.py FAULT-SWEEP LIBRARY PLIMSOLL INTEGRATION-TESTS
"""
import base64
import hashlib
import io
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

from sweeping import HERE, PLIMSOLL, sweep, write_image

SITE = "usr/lib/python3/site-packages/"
TOOL = b"#!/bin/sh\necho tool\n"
CORPUS = os.path.join(os.path.dirname(HERE), "corpus")
# Large enough for a scratch file.
LARGE = 9 << 20


def jar(name, more=None):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"META-INF/maven/g/{name}/pom.properties",
                         f"groupId=g\nartifactId={name}\nversion=1\n")
        for path, content in (more or {}).items():
            archive.writestr(path, content)
    return raw.getvalue()


def elf(sections):
    """A 64-bit executable of (name, flags, content)."""
    names = b"\0" + b"".join(name + b"\0" for name, _, _ in sections) + b".shstrtab\0"
    body, table, offset = b"", bytes(64), 1
    for name, flags, content in (*sections, (b".shstrtab", 0, names)):
        kind = 3 if name == b".shstrtab" else 7 if name.startswith(b".note") else 1
        table += struct.pack("<IIQQQQIIQQ", offset, kind, flags, 0, 64 + len(body), len(content),
                             0, 0, 1, 0)
        offset += len(name) + 1
        body += content
    start = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", 2, 62, 1, 0, 0, 64 + len(body), 0, 64, 0, 0, 64, len(sections) + 2,
        len(sections) + 1)
    return start + body + table


def executable():
    crates = zlib.compress(b'{"packages":[{"name":"crate","version":"1.0.0","source":"crates.io"}]}')
    build_id = struct.pack("<III", 4, 8, 3) + b"GNU\0" + bytes(range(8))
    module = b"path\tg.example/a\nmod\tg.example/a\tv1.0.0\th1:x=\ndep\tg.example/b\tv1.2.0\th1:x=\n"
    go = b"\xff Go buildinf:" + bytes([8, 2]) + bytes(16) + bytes([6]) + b"go1.21"
    module = bytes(16) + module + bytes(16)
    go += struct.pack("<BB", len(module) & 127 | 128, len(module) >> 7) + module
    return elf([(b".dep-v0", 0, crates), (b".note.gnu.build-id", 2, build_id),
                (b".go.buildinfo", 3, go)])


def corpus(*names):
    with open(os.path.join(CORPUS, *names), "rb") as file:
        return file.read()


def installed():
    """{path: bytes}: what Debian, Alpine, Python, npm and Java have installed, and executables."""
    record = base64.urlsafe_b64encode(hashlib.sha256(b"pass\n").digest()).rstrip(b"=").decode()
    return {
        "etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
        "var/lib/dpkg/status": b"Package: tool\nStatus: install ok installed\nArchitecture: amd64\n"
                               b"Version: 1.0-1\n\n",
        "var/lib/dpkg/info/tool.list": b"/.\n/usr\n/usr/bin\n/usr/bin/tool\n",
        "var/lib/dpkg/info/tool.md5sums": hashlib.md5(b"other").hexdigest().encode()
                                          + b"  usr/bin/tool\n",
        "usr/bin/tool": TOOL,
        "usr/share/doc/tool/copyright": b"Format: https://www.debian.org/doc/packaging-manuals/"
                                        b"copyright-format/1.0/\n\nFiles: *\nLicense: MIT\n",
        "lib/apk/db/installed": b"P:musl\nV:1.2-r0\nA:x86_64\nL:MIT\nF:lib\nR:gone.so\n"
                                b"Z:Q1L9ThxnotKPzthJ7hu3bnORuT6xI=\n\n",
        "usr/lib/sysimage/rpm/Packages.db": corpus("rpm_listing", "sound"),
        SITE + "wheel-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: wheel\nVersion: 1.0\n",
        SITE + "wheel-1.0.dist-info/RECORD": f"wheel.py,sha256={record},5\n".encode(),
        SITE + "wheel.py": b"pass\n",
        "srv/node_modules/left-pad/package.json": b'{"name":"left-pad","version":"1.3.0"}',
        "srv/a.jar": jar("outer", {"WEB-INF/lib/b.jar": jar("inner")}),
        "srv/large.jar": jar("large", {"lib/large.jar": jar("deep", {
            "x": hashlib.shake_128(b"x").digest(LARGE)})}),
        "usr/local/bin/program": executable(),
    }


def write_sources(directory):
    sources = os.path.join(directory, "sources")
    files = {"package-lock.json": b'{"lockfileVersion":3,"packages":{"node_modules/a":'
                                  b'{"version":"1.0.0"}}}',
             "Cargo.lock": b'version = 3\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "r+x"\n',
             "pnpm-lock.yaml": corpus("pnpm_lock", "v9.yaml"),
             "pom.xml": b"<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version>"
                        b"<dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId>"
                        b"<version>2</version></dependency></dependencies></project>"}
    os.mkdir(sources)
    for name, content in files.items():
        with open(os.path.join(sources, name), "wb") as file:
            file.write(content)
    return "dir:" + sources


def write_sbom(directory, image):
    path = os.path.join(directory, "sbom.json")
    subprocess.run([PLIMSOLL, "bom", "--no-cache", "-o", f"cyclonedx-json={path}", image], check=True,
                   env={"PATH": os.environ["PATH"], "HOME": directory})
    return "sbom:" + path


def most(count, *kinds):
    return [word for kind in kinds for word in ("--kind", kind)] + ["--most", str(count)]


def main():
    both = ("memory", "system")
    with tempfile.TemporaryDirectory(prefix="plimsoll-test-") as directory:
        image = write_image(directory, [installed(), {"usr/bin/more": executable()}])
        sources, sbom = write_sources(directory), write_sbom(directory, image)
        # The first 200 allocations are those of the libraries that wake up.
        scan = ("scan", "--strict", "--check", "integrity", "-o", "json", image)
        bad = (sweep(directory, most(250, "memory"), *scan)
               + sweep(directory, most(60, "system"), *scan)
               + sweep(directory, most(20, *both), "bom", "--strict", "-o", "cyclonedx-json", image)
               + sweep(directory, most(30, *both), "bom", "--strict", "--distro", "debian:12",
                       "-o", "json", sources)
               + sweep(directory, most(20, *both), "bom", "--strict", "-o", "json", sbom))
    sys.exit(1 if bad else 0)


main()
