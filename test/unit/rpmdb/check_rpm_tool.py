#!/usr/bin/env python3
"""Compares what `rpmdb_list` reads with what Debian's own rpm reads: of the fixtures that it can
open, and of databases that it makes here, among them some with an uncheckpointed log.

Usage: check_rpm_tool.py RPMDB_LIST FIXTURES. Exit status 77 (skipped) without rpm and rpmbuild.
"""
import collections
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

FIELDS = ["NAME", "EPOCH", "VERSION", "RELEASE", "ARCH", "SOURCERPM", "VENDOR", "LICENSE",
          "MODULARITYLABEL"]
FORMAT = "\\t".join("%{" + field + "}" for field in FIELDS) + "\\t[%{BASENAMES}/]\\n"
SPEC = """
Name: first
Version: 0.5
Release: 1.test
Summary: the source of all
License: MIT and Public Domain
Vendor: Tester <tester@example.com>
BuildArch: noarch
%description
A package.
"""
PACKAGE = """
%package -n {name}-{files}
Epoch: {epoch}
Version: {epoch}.5
Summary: a package
ModularityLabel: {name}:1:20200101:abcdef
%description -n {name}-{files}
A package.
%files -n {name}-{files}
/opt/{name}
"""
INSTALL = """
cd %{{buildroot}} && mkdir -p opt/{name} && (cd opt/{name} && seq -f file-with-a-long-name-%g {files} | xargs touch)
"""

def ours(program, database, log=None):
    run = subprocess.run([program, database] + ([log] if log else []), capture_output=True,
                         check=False)
    if run.returncode or run.stderr:
        sys.exit(f"{database}: {run.stderr.decode()}")
    return collections.Counter(run.stdout.decode().splitlines())


def rpm(dbpath, *arguments):
    command = ["rpm", "--dbpath", dbpath, *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def theirs(dbpath):
    rows = collections.Counter()
    for row in rpm(dbpath, "-qa", "--queryformat", FORMAT).splitlines():
        fields = row.split("\t")
        files = 0 if fields[-1] == "(none)/" else fields[-1].count("/")
        fields = ["" if field == "(none)" else field for field in fields[:-1]] + [str(files)]
        rows["\t".join(fields)] += 1
    return rows


def compare(what, got, want):
    same = got == want
    print(f"{what}: {sum(got.values())} packages, {'equal' if same else 'DIFFERENT'}")
    for row in (got - want) + (want - got):
        print(f"  {'extra' if row in got else 'missing'}: {row}")
    return same and sum(want.values()) > 0


def check_fixture(program, path, directory):
    """rpm may want to write beside the database, so it gets a copy."""
    dbpath = tempfile.mkdtemp(dir=directory)
    shutil.copyfile(path, os.path.join(dbpath, os.path.basename(path)))
    return compare(path, ours(program, path), theirs(dbpath))


def build(directory, shapes):
    """Builds one package for each (name, epoch, files), and returns their paths."""
    values = [dict(zip(("name", "epoch", "files"), shape)) for shape in shapes]
    spec = os.path.join(directory, "first.spec")
    with open(spec, "w", encoding="utf-8") as out:
        out.write(SPEC + "".join(PACKAGE.format(**v) for v in values))
        out.write("%install\n" + "".join(INSTALL.format(**v) for v in values))
    subprocess.run(["rpmbuild", "-bb", "--quiet", "--define", f"_topdir {directory}/build", spec],
                   check=True, capture_output=True)
    rpms = os.path.join(directory, "build", "RPMS", "noarch")
    return [os.path.join(rpms, "{name}-{files}-{epoch}.5-1.test.noarch.rpm".format(**v))
            for v in values]


def install(dbpath, packages):
    rpm(dbpath, "-i", "--justdb", "--nodeps", "--noscripts", *packages)


def check_log(program, directory, packages):
    """While a transaction of ours reads, rpm cannot fold its log into the database. (rpm waits
    ten seconds for that, so it is let do it once only.)"""
    dbpath = tempfile.mkdtemp(dir=directory)
    rpm(dbpath, "--initdb")
    install(dbpath, packages[:2])
    before = theirs(dbpath)
    database = os.path.join(dbpath, "rpmdb.sqlite")
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("begin")
    holder.execute("select count(*) from Packages").fetchall()
    install(dbpath, packages[2:])
    with_log = ours(program, database, database + "-wal")
    without_log = ours(program, database)
    holder.close()
    good = [compare("without the log", without_log, before),
            compare("with the log", with_log, theirs(dbpath))]
    return all(good)


def check_open_transaction(program, directory, packages):
    """Frames of a transaction that was never committed must not count."""
    dbpath = tempfile.mkdtemp(dir=directory)
    rpm(dbpath, "--initdb")
    install(dbpath, packages)
    want = theirs(dbpath)
    database = os.path.join(dbpath, "rpmdb.sqlite")
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("pragma wal_autocheckpoint = 0")
    writer.execute("pragma cache_size = 2")
    writer.execute("update Packages set hnum = 1000 where hnum = 1")
    writer.execute("begin")
    committed = os.path.getsize(database + "-wal")
    writer.execute("update Packages set blob = zeroblob(length(blob))")
    spilled = os.path.getsize(database + "-wal") - committed
    print(f"open transaction: {spilled} bytes behind {committed}")
    good = compare("open transaction", ours(program, database, database + "-wal"), want)
    writer.close()
    return good and committed > 0 and spilled > 0


def check_page_sizes(program, directory, packages):
    dbpath = tempfile.mkdtemp(dir=directory)
    rpm(dbpath, "--initdb")
    install(dbpath, packages)
    want = theirs(dbpath)
    database = os.path.join(dbpath, "rpmdb.sqlite")
    good = []
    for size in (512, 1024, 2048, 8192, 65536):
        connection = sqlite3.connect(database)
        connection.execute("pragma journal_mode = delete")
        connection.execute(f"pragma page_size = {size}")
        connection.execute("vacuum")
        connection.close()
        good.append(compare(f"pages of {size}", ours(program, database), want))
    return all(good)


def main(program, fixtures):
    if not shutil.which("rpm") or not shutil.which("rpmbuild"):
        print("SKIP: unit/rpmdb/rpm_tool: rpm and rpmbuild are absent")
        return 77
    good = []
    with tempfile.TemporaryDirectory() as directory:
        shapes = [("first", 0, 1), ("second", 3, 40), ("third", 1, 300), ("fourth", 2, 5),
                  ("fifth", 7, 1200)]
        packages = build(directory, shapes)
        good.append(check_log(program, directory, packages))
        good.append(check_open_transaction(program, directory, packages))
        good.append(check_page_sizes(program, directory, packages))
        rpms = os.path.join(fixtures, "rpm", "go-rpmdb")
        if os.path.isdir(rpms):
            for name in ("pkg/testdata/cbl-mariner-2.0/rpmdb.sqlite",
                         "pkg/testdata/libuuid/Packages", "derived/cbl-mariner-2.0-bdb/Packages"):
                good.append(check_fixture(program, os.path.join(rpms, name), directory))
        else:
            print(f"SKIP: unit/rpmdb/rpm_tool: the part with fixtures: {rpms} is absent")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
