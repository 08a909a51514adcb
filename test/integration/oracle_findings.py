"""What is vulnerable by the data of Debian, Alpine, SUSE and Arch Linux, computed without Plimsoll: the
archives of ../shared/feeds read with zstd and json, versions compared by dpkg's Perl module
and, for the others, by the orders written down here. Implements doc/decisions/0020-matching.md and
0083-feeds-of-distributions.md for these.
"""

import fnmatch
import json
import os
import re
import subprocess

from archives import members

CVE = re.compile(r"CVE-\d{4}-\d{4,}")
# Packages without code of their source (decision 0020, causes 1 and 2): (source, package).
CODELESS = [("linux*", "linux-libc-dev*"), ("linux*", "linux-*headers-*"), ("linux*", "linux-perf*"),
            ("linux*", "linux-doc*"), ("linux*", "linux-kbuild-*"), ("linux*", "linux-*tools-*"),
            ("linux*", "linux-compiler-*"), ("linux*", "bpftool"), ("*", "*-doc"), ("*", "*-docs"),
            ("*", "*-dbg"), ("*", "*-dbgsym"), ("*", "*-l10n-*"), ("linux-*", "linux-*-dev"),
            ("*", "*-lang")]


def documents(archive, pattern):
    """(name, value) of the JSON files of an archive."""
    for name, content in members(archive):
        if fnmatch.fnmatchcase(name, pattern):
            yield name, json.loads(content)


def has_code(source, package):
    return not any(fnmatch.fnmatchcase(source, of) and fnmatch.fnmatchcase(package, name)
                   for of, name in CODELESS)


# ---------------------------------------------------------------- Debian

def read_debian(feeds, releases):
    """{(release, source): [(flaw, is the flaw's own record, fixed version or None)]}"""
    facts = {}
    for _, document in documents(os.path.join(feeds, "debian-osv.tar.zst"), "*.json"):
        own = document["id"].startswith("CVE-")
        flaws = [document["id"]] if own else document.get("related") or [document["id"]]
        for affected in document.get("affected") or ():
            name, _, release = (affected["package"].get("ecosystem") or "").partition(":")
            if name != "Debian" or release not in releases:
                continue
            key = release, affected["package"]["name"]
            for bounds in affected["ranges"]:
                fixed = [event["fixed"] for event in bounds["events"] if "fixed" in event]
                for flaw in flaws:
                    facts.setdefault(key, []).append((flaw, own, fixed[0] if fixed else None))
    return facts


def deb_less(pairs):
    """Which versions are smaller: {(a, b): bool}, asked of dpkg's own module."""
    pairs = sorted(set(pairs))
    script = ('use Dpkg::Version; while (<STDIN>) { chomp; my ($a, $b) = split /\\t/;'
              'print version_compare($a, $b) < 0 ? 1 : 0, "\\n"; }')
    asked = "".join(f"{a}\t{b}\n" for a, b in pairs)
    said = subprocess.run(["perl", "-e", script], input=asked, capture_output=True, text=True,
                          check=True).stdout.split()
    return {pair: answer == "1" for pair, answer in zip(pairs, said, strict=True)}


def debian_findings(facts, release, packages):
    """packages: (name, source, source version). {(flaw, package)}"""
    less = deb_less((version, fixed) for _, source, version in packages
                    for _, _, fixed in facts.get((release, source), ()) if fixed)
    found = set()
    for name, source, version in packages:
        said = facts.get((release, source), ()) if has_code(source, name) else ()
        recorded = {flaw for flaw, own, _ in said if own}
        for flaw, own, fixed in said:
            decides = own or flaw not in recorded
            if decides and (fixed is None or less[version, fixed]):
                found.add((flaw, name))
    return found


# ---------------------------------------------------------------- Alpine

BEFORE = ["alpha", "beta", "pre", "rc"]
BEHIND = ["cvs", "svn", "git", "hg", "p"]
APK = re.compile(r"(\d+(?:\.\d+)*)([a-z]?)((?:(?<=[a-z])\d+)?)"
                 rf"((?:_(?:{'|'.join(BEFORE + BEHIND)})\d*)*)(?:-r(\d+))?$")


def apk_key(version):
    """A version as its parts, or None: digits, a letter, its number, suffixes, release."""
    match = APK.match(version)
    if not match:
        return None
    digits, letter, number_of_letter, suffixes, release = match.groups()
    order = []
    for word, number in re.findall(r"_([a-z]+)(\d*)", suffixes):
        rank = BEFORE.index(word) - len(BEFORE) if word in BEFORE else 1 + BEHIND.index(word)
        order.append((rank, int(number or 0)))
    # No suffix lies between those before a release and those behind it.
    return (digits.split("."), letter, int(number_of_letter or -1), [*order, (0, 0)],
            int(release or 0))


def compare_digits(mine, theirs):
    for index, (a, b) in enumerate(zip(mine, theirs)):
        # A number behind a point that starts with 0 is a fraction.
        fraction = index > 0 and (a[0] == "0" or b[0] == "0")
        a, b = (a, b) if fraction else (int(a), int(b))
        if a != b:
            return -1 if a < b else 1
    return len(mine) - len(theirs)


def apk_less(a, b):
    mine, theirs = apk_key(a), apk_key(b)
    if mine is None or theirs is None:
        return False  # what is no version is behind nothing
    order = compare_digits(mine[0], theirs[0])
    return order < 0 if order else mine[1:] < theirs[1:]


def read_alpine(feeds, releases):
    """{(release, origin): {flaw: [fixed version, or None where it never applied]}}"""
    facts = {}
    for name, document in documents(os.path.join(feeds, "alpine-secdb.tar.zst"), "json/*.json"):
        release = name.split("/")[1]
        if release not in releases:
            continue
        for package in document["packages"]:
            of = facts.setdefault((release, package["pkg"]["name"]), {})
            for fixed, entries in (package["pkg"]["secfixes"] or {}).items():
                for entry in entries:
                    for flaw in flaws_of(entry):
                        of.setdefault(flaw, []).append(None if fixed == "0" else fixed)
    return facts


def flaws_of(entry):
    """The CVEs that an entry names; where there are none, its first word."""
    return CVE.findall(entry.split("(")[0]) or entry.split()[:1]


def alpine_findings(facts, release, packages):
    found = set()
    for name, source, version in packages:
        if not has_code(source, name):
            continue
        for flaw, fixes in facts.get((release, source), {}).items():
            # A second fix means that the first was not enough; "0" that it never applied.
            if None not in fixes and any(apk_less(version, fixed) for fixed in fixes):
                found.add((flaw, name))
    return found


# ---------------------------------------------------------------- rpm and pacman

def segments_order(mine, theirs, is_pacman):
    """rpmvercmp of versions without "^": -1, 0 or 1. pacman's differs in a word right at the end:
    1.0rc1 comes before 1.0 there, and 1.0.rc1 behind it."""
    while True:
        if is_pacman and bool(mine) != bool(theirs):
            return (bool(mine) - bool(theirs)) * (-1 if (mine or theirs)[0].isalpha() else 1)
        mine, theirs = (re.sub(r"^[^A-Za-z0-9~]+", "", text) for text in (mine, theirs))
        if mine[:1] == "~" or theirs[:1] == "~":
            if mine[:1] != theirs[:1]:
                return -1 if mine[:1] == "~" else 1
            mine, theirs = mine[1:], theirs[1:]
            continue
        if not mine or not theirs:
            return bool(mine) - bool(theirs)
        kind = r"\d+" if mine[0].isdigit() else r"[A-Za-z]+"
        a, b = re.match(kind, mine), re.match(kind, theirs)
        if not b:  # a number is newer than a word
            return 1 if mine[0].isdigit() else -1
        mine, theirs = mine[a.end():], theirs[b.end():]
        left, right = (int(a[0]), int(b[0])) if a[0].isdigit() else (a[0], b[0])
        if left != right:
            return -1 if left < right else 1


def evr_of(text):
    epoch, colon, rest = text.partition(":")
    version, _, release = (rest if colon else text).rpartition("-")
    return int(epoch) if colon else 0, version, release


def evr_less(a, b, is_pacman=False):
    mine, theirs = evr_of(a), evr_of(b)
    if mine[0] != theirs[0]:
        return mine[0] < theirs[0]
    pairs = list(zip(mine[1:], theirs[1:]))
    orders = [segments_order(*pair, is_pacman) for pair in pairs]
    return (orders[0] or orders[1]) < 0


# ---------------------------------------------------------------- SUSE

def read_suse(feeds, pack):
    """{binary package: {flaw: [fixed version]}} of a service pack, "15 SP2": what everybody gets, and
    what only those get who have bought LTSS and the like, which others stay open to."""
    base = re.compile(rf"SUSE:(?:Linux Enterprise (?:Server|Desktop|Module for .*|Software .*|Work.*|"
                      rf"High Avail.*|Live .*|Installer .*)|Package Hub|Real Time Module) {pack}"
                      rf"(?:-(?:LTSS|ESPOS|BCL|TERADATA).*)?$")
    facts = {}
    for _, update in documents(os.path.join(feeds, "suse-osv.tar.zst"), "*.json"):
        fixes = {}
        for affected in update.get("affected", ()):
            ecosystem = affected["package"]["ecosystem"]
            if not base.match(ecosystem) or " for SAP Applications 1" in ecosystem.replace(
                    "Module for SAP", ""):
                continue
            for binaries in affected.get("ecosystem_specific", {}).get("binaries", ()):
                for name, version in binaries.items():
                    fixes.setdefault(name, []).append((version, ecosystem))
        for name, builds in fixes.items():
            free = [version for version, product in builds if not re.search(r"\d-[A-Z]", product)]
            for flaw in update.get("related") or [update["id"]]:
                said = facts.setdefault(name, {}).setdefault(flaw, [])
                said.extend(free or [version for version, _ in builds])
    return facts


def suse_findings(facts, packages):
    """Whoever has reached one of the fixes has it."""
    return {(flaw, name) for name, source, version in packages if has_code(source, name)
            for flaw, fixes in facts.get(name, {}).items()
            if all(evr_less(version, fixed) for fixed in fixes)}


# ---------------------------------------------------------------- Arch Linux

def read_arch(feeds):
    """{package: {flaw: [fixed version, None where there is none, or "never"]}}"""
    facts = {}
    for _, group in documents(os.path.join(feeds, "arch-avg.tar.zst"), "*.json"):
        fixed = "never" if group["status"] == "Not affected" else group["fixed"]
        for name in group["packages"]:
            for flaw in group["issues"]:
                facts.setdefault(name, {}).setdefault(flaw, []).append(fixed)
    return facts


def arch_findings(facts, packages):
    return {(flaw, name) for name, source, version in packages if has_code(source, name)
            for flaw, fixes in facts.get(name, {}).items()
            if "never" not in fixes and any(not fixed or evr_less(version, fixed, is_pacman=True)
                                           for fixed in fixes)}
