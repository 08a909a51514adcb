#!/usr/bin/env python3
"""Every program that the classifiers find in this Debian machine has the version of its package.

The package that owns the file is the truth. A row for any file ("*") may also find code that is
contained in a program of another name, of which Debian says nothing: such hits are listed.

usage: check_classifiers.py LIST_TREE CLASSIFIERS.tsv
"""
import glob
import os
import re
import subprocess
import sys

DIRECTORIES = ["/usr/bin", "/usr/sbin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
LISTS = "/var/lib/dpkg/info"
SKIPPED = 77


def read_versions():
    """Package name to (version, source name)."""
    query = ["dpkg-query", "-W", "-f", "${Package}\\t${source:Upstream-Version}\\t${source:Package}\\n"]
    output = subprocess.run(query, capture_output=True, text=True, check=True).stdout
    return {line.split("\t")[0]: tuple(line.split("\t")[1:]) for line in output.splitlines()}


def read_owners():
    """Path, with /usr in front, to package name."""
    owners = {}
    for path in glob.glob(f"{LISTS}/*.list"):
        package = os.path.basename(path)[: -len(".list")].split(":")[0]
        with open(path, encoding="utf-8", errors="surrogateescape") as lines:
            for line in lines:
                file = line.rstrip("\n")
                owners[file if file.startswith("/usr/") else "/usr" + file] = package
    return owners


def read_hits(list_tree):
    for directory in filter(os.path.isdir, DIRECTORIES):
        output = subprocess.run([list_tree, directory], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, check=True).stdout
        for line in output.decode("utf-8", "surrogateescape").splitlines():
            path, kind, name, version = line.split("\t")[:4]
            if kind == "generic":
                yield f"{directory}/{path}", name, version


def read_rows_for_any_file(table):
    with open(table, encoding="ascii") as lines:
        rows = [line.split("\t") for line in lines if line.strip() and line[0] != "#"]
    return {row[0] for row in rows if row[1] == "*"}


def numbers(version):
    """The leading numbers: "3.0.15" of "3.0.15+dfsg" and of "1.0+really3.0.15"."""
    version = version.rpartition("really")[2] or version
    return re.match(r"[0-9.]*", version.replace("-", ".").replace("+", ".")).group().strip(".").split(".")


def agrees(version, upstream):
    """One is the other, or begins with it: Debian's 7.2 may be QEMU 7.2.22."""
    mine, theirs = numbers(version), numbers(upstream)
    shorter = min(len(mine), len(theirs))
    return shorter > 0 and mine[:shorter] == theirs[:shorter]


def is_related(name, package, source):
    return any(name in other or other in name for other in (package, source))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if not os.path.isdir(LISTS):
        print(f"SKIP: classifier_oracle: {LISTS} is absent: this is no Debian")
        return SKIPPED
    versions, owners = read_versions(), read_owners()
    anywhere = read_rows_for_any_file(sys.argv[2])
    counts = {"true": 0, "contained": 0, "unowned": 0, "FALSE": 0}
    for path, name, version in read_hits(sys.argv[1]):
        package = owners.get(path)
        upstream, source = versions.get(package, ("", ""))
        if not upstream:
            verdict = "unowned"
        elif agrees(version, upstream):
            verdict = "true"
        elif name in anywhere and not is_related(name, package, source):
            verdict = "contained"
        else:
            verdict = "FALSE"
        counts[verdict] += 1
        print(f"{verdict}\t{path}\t{name} {version}\t{package} {upstream}")
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return 1 if counts["FALSE"] else 0


if __name__ == "__main__":
    sys.exit(main())
