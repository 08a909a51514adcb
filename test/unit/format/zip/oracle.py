"""Compares the directories of zip archives as Plimsoll reads them with Python's zipfile.

usage: oracle.py LIST_ZIP NAME FOLDER...   (all archives below the folders)
"""
import os
import subprocess
import sys
import zipfile

EXTENSIONS = (".zip", ".jar", ".war", ".ear", ".xps")


def archives(folder):
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.endswith(EXTENSIONS):
                yield os.path.join(root, name)


def by_python(path):
    """What zipfile says, or None when it refuses."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sorted((i.compress_type, i.file_size, i.compress_size, i.CRC, i.header_offset)
                          for i in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None


def by_plimsoll(program, path):
    lines = subprocess.run([program, path], check=True, capture_output=True).stdout
    rows = []
    for line in lines.split(b"\n")[:-1]:
        fields = line.split(b"\t")
        if fields[1].startswith(b"!"):
            return None
        rows.append(tuple(int(field) for field in fields[2:7]))
    return sorted(rows)


def main():
    program, name, folders = sys.argv[1], sys.argv[2], sys.argv[3:]
    there = [folder for folder in folders if os.path.isdir(folder)]
    if not there:
        print(f"SKIP: {name}: {folders[0]} is absent")
        return 77
    count = wrong = 0
    for path in (path for folder in there for path in archives(folder)):
        expected, found = by_python(path), by_plimsoll(program, path)
        count += 1
        if expected != found:
            wrong += 1
            print(f"{path}: zipfile says {expected and expected[:2]}, we {found and found[:2]}")
    print(f"{count} archives, {wrong} differ")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
