"""Modules of Go programs, against `go version -m`.

usage: oracle_go.py CATALOG_DUMP [FILE...]

Without files small programs are built, of local modules only, so that no network is needed.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
UNKNOWN = "(devel)"
GO_MOD = """module example.org/program/v2

go 1.16

require (
	example.org/dep v1.2.3
	example.org/other v0.0.0
)

replace example.org/dep => ./dep

replace example.org/other => ./other
"""
MAIN = """package main

import (
	"example.org/dep"
	"example.org/other"
)

var version = "none"

func main() { println(dep.X, other.X, version) }
"""
# Flags, and the version that they give the main module.
BUILDS = [([], ""), (["-ldflags=-s -w -X main.version=1.4.5"], "v1.4.5"),
          (["-trimpath"], "")]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def build(folder):
    """Paths of programs, and the version of the main module of each."""
    write(f"{folder}/go.mod", GO_MOD)
    write(f"{folder}/main.go", MAIN)
    for name in ("dep", "other"):
        write(f"{folder}/{name}/go.mod", f"module example.org/{name}\n")
        write(f"{folder}/{name}/x.go", f"package {name}\n\nconst X = 1\n")
    env = {**os.environ, "CGO_ENABLED": "0", "GOPROXY": "off", "GOFLAGS": "-mod=mod",
           "GOTOOLCHAIN": "local", "GOCACHE": os.environ.get("GOCACHE", f"{folder}/cache"),
           "HOME": os.environ.get("HOME", folder)}
    programs = {}
    for number, (flags, version) in enumerate(BUILDS):
        path = f"{folder}/program{number}"
        subprocess.run(["go", "build", "-buildvcs=false", *flags, "-o", path, "."], cwd=folder,
                       env=env, check=True)
        programs[path] = version
    return programs


def ours(dump, path):
    out = subprocess.run([dump], input=path + "\n", capture_output=True, text=True,
                         check=True).stdout
    rows = [line.split("\t")[1:] for line in out.splitlines() if line.startswith("package\t")]
    return {(name, version) for kind, name, version in rows if kind == "golang"}


def theirs(path):
    """The modules, and the path of the main one if its version is not said."""
    out = subprocess.run(["go", "version", "-m", path], capture_output=True, text=True,
                         check=False).stdout
    modules = []
    main = None
    for line in out.splitlines():
        fields = line.split("\t")[1:]
        if fields[:1] == ["mod"] or fields[:1] == ["dep"]:
            modules.append((fields[1], "" if fields[2] == UNKNOWN else fields[2]))
            if fields[0] == "mod" and fields[2] == UNKNOWN:
                main = fields[1]
        elif fields[:1] == ["=>"]:
            local = fields[1].startswith((".", "/"))
            modules[-1] = (modules[-1][0], "") if local else (fields[1], fields[2])
    found = re.match(r".*: go(\d+(\.\d+)*((rc|beta)\d+)?)", out)
    if found:
        modules.append(("stdlib", found.group(1)))
    return set(modules), main


def check(dump, path, version):
    """`version`: of the main module; None: any will do where Go itself knows none."""
    found = ours(dump, path)
    expected, main = theirs(path)
    if main:
        got = [v for name, v in found if name == main]
        if version is not None and got != [version]:
            print(f"{path}: {main} is {got}, not {version}")
            return False
        found = {(name, v) for name, v in found if name != main}
        expected = {(name, v) for name, v in expected if name != main}
    if found == expected:
        return True
    print(f"{path}: missing {expected - found}, wrong {found - expected}")
    return False


def main():
    dump, *paths = sys.argv[1:]
    if not shutil.which("go"):
        print("SKIP: unit/catalog/oracle_go: go is absent")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        programs = {path: None for path in paths} or build(folder)
        wrong = [path for path, version in programs.items() if not check(dump, path, version)]
    print(f"{len(programs)} programs, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
