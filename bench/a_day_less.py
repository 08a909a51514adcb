#!/usr/bin/env python3
"""Copies a directory of feeds without the newest day of advisories: what yesterday's feeds were.

usage: bench/a_day_less.py FEEDS OUT [published|modified]

From each archive the documents go that bear its newest day, by the day of their publication, or
(the harder case) by that of their last change. The copies are plain tar under the old names.
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


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    source, target = sys.argv[1:3]
    kind = sys.argv[3] if len(sys.argv) > 3 else "published"
    os.makedirs(target, exist_ok=True)
    for name in sorted(os.listdir(source)):
        path = os.path.join(source, name)
        if name.endswith(".tar.zst"):
            left_out = copy_archive(path, os.path.join(target, name), kind)
            print(f"{left_out:6d}  {name}")
        elif os.path.isfile(path):
            shutil.copyfile(path, os.path.join(target, name))


if __name__ == "__main__":
    main()
