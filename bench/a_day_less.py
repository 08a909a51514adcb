#!/usr/bin/env python3
"""Copies a directory of feeds without the newest day of advisories: what yesterday's feeds were.

usage: bench/a_day_less.py FEEDS OUT [published|modified]
       bench/a_day_less.py FEEDS OUT naming NAMES COUNT

From each archive the documents go that bear its newest day, by the day of their publication, or
(the harder case) by that of their last change. With `naming` a day is made up on which all concerns
us: the COUNT newest documents go, of Debian's and GitHub's advisories, that are about a package
whose name is a line of the file NAMES. The copies are plain tar under the old names.
"""
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile

DATES = {
    "published": re.compile(
        rb'"(?:published|public_date|publishedDate|issued_date)"\s*:\s*"?(\d{4}-\d\d-\d\d|\d{10})'),
    "modified": re.compile(
        rb'"(?:modified|updated_date|lastModifiedDate)"\s*:\s*"?(\d{4}-\d\d-\d\d|\d{10})'),
}
SECONDS_A_DAY = 86400


def days_of(content, kind):
    """The days that a document bears, as texts that sort by time."""
    for name in (kind, "published"):
        found = [day.decode() for day in DATES[name].findall(content) if not day.startswith(b"0")]
        if found:
            return [day if "-" in day else f"{int(day) // SECONDS_A_DAY:010d}" for day in found]
    return []


def read_archive(path):
    """(member, content) of each file in a .tar.zst."""
    with subprocess.Popen(["zstd", "-dc", "--long=27", path], stdout=subprocess.PIPE) as unpacked:
        with tarfile.open(fileobj=unpacked.stdout, mode="r|") as archive:
            for member in archive:
                if member.isfile():
                    yield member, archive.extractfile(member).read()


def without_newest_items(content, kind, newest):
    """One of NVD's yearly documents without its items of that day, and how many those were."""
    document = json.loads(content)
    key = "publishedDate" if kind == "published" else "lastModifiedDate"
    kept = [item for item in document["CVE_Items"] if item[key][:10] != newest]
    gone = len(document["CVE_Items"]) - len(kept)
    document["CVE_Items"] = kept
    return (json.dumps(document).encode() if gone else content), gone


def copy_archive(source, target, kind):
    """Writes `target` and returns how many advisories were left out."""
    newest = max((day for _, content in read_archive(source) for day in days_of(content, kind)),
                 default="")
    left_out = 0
    with tarfile.open(target, "w") as archive:
        for member, content in read_archive(source):
            gone = 0
            if b'"CVE_Items"' in content[:10000]:
                content, gone = without_newest_items(content, kind, newest)
            elif newest and newest in days_of(content, kind)[:1]:
                left_out += 1
                continue
            left_out += gone
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return left_out


NAMED = ("debian-osv.tar.zst", "ghsa-osv.tar.zst")


def advisories_naming(path, names):
    """(day, archive, member) of each OSV document about one of the packages."""
    for member, content in read_archive(path):
        if not member.name.endswith(".json"):
            continue
        document = json.loads(content)
        about = {affected.get("package", {}).get("name") for affected in
                 document.get("affected", [])}
        if about & names and not document.get("withdrawn"):
            yield document.get("published", ""), os.path.basename(path), member.name


def copy_archive_without(source, target, left_out):
    with tarfile.open(target, "w") as archive:
        for member, content in read_archive(source):
            if member.name not in left_out:
                archive.addfile(member, io.BytesIO(content))


def copy_without_named(source, target, names_file, count):
    with open(names_file, encoding="utf-8") as lines:
        names = {line.strip() for line in lines}
    found = [about for name in NAMED
             for about in advisories_naming(os.path.join(source, name), names)]
    gone = sorted(found)[-count:]
    for name in sorted(os.listdir(source)):
        members = {member for _, archive, member in gone if archive == name}
        if members:
            copy_archive_without(os.path.join(source, name), os.path.join(target, name), members)
            print(f"{len(members):6d}  {name}")
        else:
            shutil.copyfile(os.path.join(source, name), os.path.join(target, name))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    source, target = sys.argv[1:3]
    kind = sys.argv[3] if len(sys.argv) > 3 else "published"
    os.makedirs(target, exist_ok=True)
    if kind == "naming":
        copy_without_named(source, target, sys.argv[4], int(sys.argv[5]))
        return
    for name in sorted(os.listdir(source)):
        path = os.path.join(source, name)
        if name.endswith(".tar.zst"):
            left_out = copy_archive(path, os.path.join(target, name), kind)
            print(f"{left_out:6d}  {name}")
        elif os.path.isfile(path):
            shutil.copyfile(path, os.path.join(target, name))


if __name__ == "__main__":
    main()
