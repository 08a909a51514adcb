"""Build-id, interpreter and needed libraries of all ELF files of this machine, against readelf.

usage: oracle_readelf.py CATALOG_DUMP [DIRECTORY...]
"""
import os
import re
import shutil
import stat
import subprocess
import sys

SKIPPED = 77
MOST_FILES = 1500
BATCH = 200


def elf_files(directories):
    """Regular files that begin like ELF, in an order that does not depend on the file system."""
    for directory in directories:
        for root, folders, names in os.walk(directory):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(root, name)
                if stat.S_ISREG(os.lstat(path).st_mode) and "\n" not in path:
                    with open(path, "rb") as file:
                        if file.read(4) == b"\x7fELF":
                            yield path


def ours(dump, paths):
    out = subprocess.run([dump], input="\n".join(paths) + "\n", capture_output=True, text=True,
                         check=True).stdout
    facts = {}
    path = None
    for line in out.splitlines():
        word, _, value = line.partition("\t")
        if word == "file":
            path = value.split("\t")[0]
            facts[path] = {"build-id": [], "interpreter": [], "needed": []}
        elif word in facts[path]:
            facts[path][word].append(value)
    return facts


def readelf(paths):
    # -n follows sections or segments, -l the segments, -d the dynamic section.
    out = subprocess.run(["readelf", "-n", "-l", "-d", "-W", *paths], capture_output=True,
                         text=True, errors="replace", env={**os.environ, "LC_ALL": "C"}).stdout
    facts = {}
    path = paths[0]
    for line in out.splitlines():
        if line.startswith("File: "):
            path = line[len("File: "):]
        fact = facts.setdefault(path, {"build-id": [], "interpreter": [], "needed": []})
        for word, pattern in (("build-id", r"\s+Build ID: (\S+)"),
                              ("interpreter", r"\s+\[Requesting program interpreter: (.*)\]"),
                              ("needed", r".*\(NEEDED\)\s+Shared library: \[(.*)\]")):
            found = re.fullmatch(pattern, line)
            if found:
                fact[word].append(found.group(1))
    return facts


def check(dump, paths):
    wrong = 0
    found, expected = ours(dump, paths), readelf(paths)
    for path in paths:
        mine, theirs = found.get(path), expected.get(path)
        if not theirs["build-id"]:
            mine["build-id"] = []  # Go's own
        if mine != theirs:
            print(f"{path}: {mine} instead of {theirs}")
            wrong += 1
    return wrong


def main():
    dump, *directories = sys.argv[1:]
    if not shutil.which("readelf"):
        print("SKIP: unit/catalog/oracle_readelf: readelf is absent")
        return SKIPPED
    paths = list(elf_files(directories or ["/usr/bin", "/usr/lib"]))
    if not directories:
        step = max(1, len(paths) // MOST_FILES)
        paths = paths[::step]
    wrong = sum(check(dump, paths[i:i + BATCH]) for i in range(0, len(paths), BATCH))
    print(f"{len(paths)} files, {wrong} wrong")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
