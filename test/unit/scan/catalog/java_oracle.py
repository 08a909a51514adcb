"""Holds what the catalog says of real archives to the coordinates that they were fetched by.

usage: java_oracle.py LIST_TREE NAME     (PLIMSOLL_TEST_JARS: see test/fixtures/make-java)

A package that has the wrong group, name or version fails the test. One whose group is unknown is
counted: at most a tenth may be.
"""
import os
import subprocess
import sys


def archives(folder):
    """Pairs of an archive and the coordinates in its path."""
    for root, _, files in os.walk(folder):
        for name in files:
            if name.endswith(".jar"):
                *group, artifact, version = os.path.relpath(root, folder).split(os.sep)
                yield os.path.join(root, name), ".".join(group), artifact, version


def look(program, folder):
    """What the catalog says of each archive, itself first: path to pairs of name and version."""
    output = subprocess.run([program, folder], check=True, stdout=subprocess.PIPE, text=True).stdout
    found = {}
    for line in output.splitlines():
        path, _, name, version, _ = line.split("\t")
        found.setdefault(os.path.join(folder, path), []).append((name, version))
    return found


def main():
    program, test = sys.argv[1:]
    folder = os.path.join(os.environ.get("PLIMSOLL_TEST_JARS", ""), "jars")
    if not os.path.isdir(folder):
        print(f"SKIP: {test}: {folder} is absent (PLIMSOLL_TEST_JARS)")
        return 77
    truth = list(archives(folder))
    found = look(program, folder)
    exact = unknown = wrong = 0
    for path, group, artifact, version in truth:
        said = found.get(path, [])
        if (f"{group}:{artifact}", version) in said:
            exact += 1
        elif said and said[0] == (artifact, version):
            unknown += 1
            print(f"no group: {group}:{artifact}:{version}")
        else:
            wrong += 1
            print(f"wrong: {group}:{artifact}:{version}: {said[:3]}")
    print(f"{len(truth)} archives: {exact} exact, {unknown} without a group, {wrong} wrong")
    return 1 if wrong or unknown * 10 > len(truth) else 0


if __name__ == "__main__":
    sys.exit(main())
