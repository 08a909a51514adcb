#!/usr/bin/env python3
"""The program under the fault sweep: whichever call fails, in it or in its worker, it gives the same
answer or a clean error, and what it writes is whole or absent.

usage: test_program.py FAULT-SWEEP LIBRARY PLIMSOLL INTEGRATION-TESTS
"""
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

from sweeping import PLIMSOLL, sweep, write_image

OS = b"ID=debian\nVERSION_ID=12\n"
STATUS = b"Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"
SECDB = {"distroversion": "v3.20", "reponame": "main", "packages": [
    {"pkg": {"name": "a", "secfixes": {"2-r0": ["CVE-2020-1234"]}}}]}


def write_feeds(directory):
    path = os.path.join(directory, "feeds")
    os.mkdir(path)
    plain = os.path.join(directory, "secdb.tar")
    content = json.dumps(SECDB).encode()
    with tarfile.open(plain, "w") as tar:
        member = tarfile.TarInfo("json/3.20/main.json")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    subprocess.run(["zstd", "-q", plain, "-o", os.path.join(path, "alpine-secdb.tar.zst")],
                   check=True)
    return path


def write(directory, name, content):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content if isinstance(content, str) else json.dumps(content))
    return path


def write_silencers(directory):
    """Options that name a file of each kind, about package a and about nothing."""
    purl = "pkg:deb/debian/a"
    helper = {"name": "a", "product_id": "A", "product_identification_helper": {"purl": purl}}
    files = (
        ("--ignore", "ignore", "- id: CVE-1\n  package: [a, 'pkg:npm/b']\n  reason: because\n"
         "  expires: 2999-01-01\n- path: '**'\n  reason: all\n  expires: 2999-01-01\n"),
        ("--ignore", "x.trivyignore", "CVE-1 exp:2999-01-01\n"),
        ("--vex", "openvex", {"@context": "https://openvex.dev/ns", "@id": "x", "statements": [
            {"vulnerability": "CVE-1", "products": [purl], "status": "fixed"}]}),
        ("--vex", "csaf", {"document": {"csaf_version": "2.0"}, "product_tree": {
            "full_product_names": [helper]}, "vulnerabilities": [
                {"cve": "CVE-1", "product_status": {"fixed": ["A"]}}]}),
        ("--vex", "cyclonedx", {"bomFormat": "CycloneDX", "vulnerabilities": [
            {"id": "CVE-1", "analysis": {"state": "resolved"}, "affects": [{"ref": purl}]}]}),
        ("--baseline", "baseline", {"schema": "plimsoll.scan/1", "complete": True, "packages": [],
                                    "findings": [{"id": "x", "kind": "rule", "location": "y"}]}))
    return [each for option, name, content in files
            for each in (option, write(directory, name, content))]


def sweep_update(directory, feeds):
    """Publishing a database, and updating from it and from feeds."""
    database, keys = os.path.join(directory, "made.db"), os.path.join(directory, "keys")
    published, fetched = os.path.join(directory, "published"), os.path.join(directory, "fetched.db")
    state, root = fetched + ".update", os.path.join(published, "root.json")
    for command in (["build", "-q", "--from", feeds, "-o", database], ["keygen", keys],
                    ["export", published, "--keys", keys, "--db", database]):
        subprocess.run([PLIMSOLL, "db", *command], check=True, stdout=subprocess.DEVNULL)
    most = ["--most", "150", "--reset", state, "--output", fetched]
    return (sweep(directory, ["--kind", "system", *most], "db", "update", "-q", "--from", published,
                  "--root", root, "--db", fetched)
            + sweep(directory, ["--kind", "memory", *most], "db", "update", "-q", "--from",
                    published, "--root", root, "--db", fetched)
            + sweep(directory, ["--kind", "system", *most], "db", "update", "-q", "--mirror", feeds,
                    "--db", fetched))


def main():
    if not shutil.which("zstd"):
        print("SKIP: fault/program: zstd is absent")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="plimsoll-test-") as directory:
        image = write_image(directory, [{"etc/os-release": OS}, {"var/lib/dpkg/status": STATUS}])
        feeds = write_feeds(directory)
        out, database = os.path.join(directory, "bom.json"), os.path.join(directory, "db")
        few, all_calls = ["--kind", "memory", "--most", "24"], ["--kind", "system", "--most", "100"]
        bad = (sweep(directory, few, "bom", "-o", "json", image)
               + sweep(directory, [*all_calls, "--output", out], "bom", "-o", f"json={out}", image)
               + sweep(directory, [*few, "--output", database],
                       "db", "build", "-q", "--from", feeds, "-o", database)
               + sweep(directory, [*all_calls, "--output", database],
                       "db", "build", "-q", "--from", feeds, "-o", database)
               + sweep(directory, ["--kind", "memory", "--most", "60"], "scan", "--check",
                       "integrity", "-o", "json", "--show-suppressed", *write_silencers(directory),
                       image)
               + sweep_update(directory, feeds)
               + sweep(directory, ["--most", "20"], "version", "compare", "deb", "1", "2"))
    sys.exit(1 if bad else 0)


main()
