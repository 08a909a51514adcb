#!/usr/bin/env python3
"""Compares what `rpmdb_list` reads with what `rpm -qa` and others said of real databases.

Usage: check_truth.py RPMDB_LIST FIXTURES. Exit status 77 (skipped) without FIXTURES.
"""
import collections
import json
import os
import subprocess
import sys
import tarfile
import tempfile

COLUMNS = ["name", "epoch", "version", "release", "arch", "source_rpm", "vendor", "license",
           "modularity"]
NAMES = ("var/lib/rpm/Packages", "var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages.db",
         "usr/lib/sysimage/rpm/Packages", "usr/lib/sysimage/rpm/Packages.db",
         "usr/lib/sysimage/rpm/rpmdb.sqlite")


def ours(program, database):
    run = subprocess.run([program, database], capture_output=True, check=True)
    if run.stderr:
        sys.exit(f"{database}: {run.stderr.decode()}")
    rows = run.stdout.decode().splitlines()
    return [dict(zip(COLUMNS, row.split("\t"))) for row in rows]


def from_tsv(path):
    rows = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("# ") or not line.strip():
                continue
            fields = ["" if f == "(none)" else f for f in line.rstrip("\n").split("\t")]
            rows.append(dict(zip(COLUMNS, fields)))
    return rows


def from_json(path):
    with open(path, encoding="utf-8") as text:
        documents = json.load(text)
    for document in documents:
        rows = [{c: p[c] for c in COLUMNS if c in p} for p in document["packages"]]
        yield document["fixture"], rows


def compare(what, got, want):
    if not want:
        sys.exit(f"{what}: the truth is empty")
    columns = [c for c in COLUMNS if c in want[0]]
    key = lambda row: tuple(row[c] for c in columns)
    difference = collections.Counter(map(key, got))
    difference.subtract(collections.Counter(map(key, want)))
    wrong = {row: n for row, n in difference.items() if n}
    for row, n in wrong.items():
        print(f"{what}: {'extra' if n > 0 else 'missing'}: {row}")
    print(f"{what}: {len(got)} packages, {len(columns)} fields each, {len(wrong)} differences")
    return not wrong


def extract(image, directory):
    """Writes the database in one of the image's layers to a file and returns its path."""
    blobs = os.path.join(image, "blobs", "sha256")
    for blob in sorted(os.listdir(blobs)):
        path = os.path.join(blobs, blob)
        if not tarfile.is_tarfile(path):
            continue
        with tarfile.open(path) as layer:
            for member in layer:
                if member.name.removeprefix("./") not in NAMES or not member.isreg():
                    continue
                target = os.path.join(directory, os.path.basename(member.name))
                with open(target, "wb") as out:
                    out.write(layer.extractfile(member).read())
                return target
    sys.exit(f"{image}: no RPM database in it")


def main(program, fixtures):
    if not os.path.isdir(fixtures):
        print(f"SKIP: unit/rpmdb/truth: {fixtures} is absent")
        return 77
    rpm = os.path.join(fixtures, "rpm", "go-rpmdb")
    truth = os.path.join(fixtures, "images", "truth")
    good = []
    for name, rows in from_json(os.path.join(rpm, "expected.json")):
        good.append(compare(name, ours(program, os.path.join(rpm, name)), rows))
    for name, rows in (
            ("pkg/testdata/cbl-mariner-2.0/rpmdb.sqlite", "cbl-mariner-2.0.rpm-qa.tsv"),
            ("derived/cbl-mariner-2.0-bdb/Packages", "cbl-mariner-2.0.rpm-qa.tsv"),
            ("pkg/testdata/libuuid/Packages", "libuuid.rpm-qa.tsv"),
            ("pkg/testdata/sle15-bci/Packages.db", "lists/SLE15WithNDB.tsv")):
        good.append(compare(f"{name} and {rows}", ours(program, os.path.join(rpm, name)),
                            from_tsv(os.path.join(rpm, rows))))
    for image, rows in (
            ("rpm-bdb-rhel8", os.path.join(truth, "rpm-bdb-rhel8.rpm-qa.tsv")),
            ("rpm-ndb-sles15", os.path.join(truth, "rpm-ndb-sles15.tsv")),
            ("rpm-sqlite-mariner2", os.path.join(rpm, "cbl-mariner-2.0.rpm-qa.tsv"))):
        with tempfile.TemporaryDirectory() as directory:
            database = extract(os.path.join(fixtures, "images", "oci", image), directory)
            good.append(compare(f"image {image}", ours(program, database), from_tsv(rows)))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
