"""The findings for packages of npm and PyPI are exactly those of an oracle that reads the advisories
itself and orders versions with node-semver and Python's `packaging`.

usage: test_osv.py PLIMSOLL CACHE
"""

import json
import os
import re
import subprocess
import sys
import urllib.parse

import oracle_osv
import oracle_tools
from harness import need, skip
from program import Program

NAME = "integration/osv"
SEMVER = "7.6.3"
PACKAGING = "24.2"
MOST = 14  # versions of one package
NEXT = re.compile(r"(\d+)$")


def build_database(program, feeds, feed):
    directory = program.path(feed)
    os.makedirs(directory)
    os.symlink(os.path.join(feeds, feed), os.path.join(directory, feed))
    database = program.path(feed + ".db")
    done = program.run("db", "build", "-q", "--from", directory, "-o", database, timeout=600)
    program.check(done.status == 0, "db build", done)
    return database


def neighbours(version):
    """The version itself and what comes close to it."""
    yield version
    number = NEXT.search(version)
    if number:
        yield version[:number.start()] + str(int(number[1]) + 1)
        yield version[:number.start()] + str(max(int(number[1]) - 1, 0))


def candidates(entries, extra):
    """At most MOST versions of each package, spread over those that the advisories mention."""
    chosen = {}
    for name, mine in entries.items():
        mentioned = {text for entry in mine for text in entry.mentioned() if text != "0"}
        around = {near for text in mentioned for near in (*neighbours(text), *extra(text))}
        ordered = sorted(around)
        chosen[name] = ordered[::max(1, len(ordered) // MOST)][:MOST]
    return chosen


def every_text(entries, chosen):
    return {name: sorted({*chosen[name],
                          *(text for entry in mine for text in entry.mentioned())})
            for name, mine in entries.items()}


def only_versions(chosen, ranks):
    return {name: [version for version in versions if ranks[name][version] is not None]
            for name, versions in chosen.items()}


def write_bill(program, kind, versions):
    components = [{"type": "library", "name": name, "version": version,
                   "purl": f"pkg:{kind}/{urllib.parse.quote(name)}@{urllib.parse.quote(version)}"}
                  for name, list_of in versions.items() for version in list_of]
    path = program.path(kind + ".cdx.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
                   "components": components}, file)
    return path, len(components)


def told(program, database, bill):
    """{(name, version): [the names of each finding]}"""
    scan = program.run("scan", "-o", "json", "--db", database, f"sbom:{bill}", timeout=250).json()
    packages = {package["id"]: (package["name"], package["version"])
                for package in scan["packages"]}
    found = {}
    for finding in scan["findings"]:
        names = {finding["id"], *finding["aliases"]}
        found.setdefault(packages[finding["package"]], []).append(names)
    return found


def differences(wanted, found):
    for where, entries in wanted.items():
        names = set().union(*found.get(where, []))
        for entry in entries:
            if not entry.flaws <= names:
                yield "missing", where, entry.id
    for where, findings in found.items():
        flaws = set().union(*(entry.names for entry in wanted.get(where, [])))
        for names in findings:
            if not names & flaws:
                yield "too many", where, sorted(names)


def compare(program, kind, database, entries, chosen, ranks):
    versions = only_versions(chosen, ranks)
    wanted = oracle_osv.findings(entries, versions, ranks)
    bill, count = write_bill(program, kind, versions)
    found = told(program, database, bill)
    wrong = list(differences(wanted, found))
    total = sum(map(len, wanted.values()))
    print(f"{kind}: {count} versions of {len(versions)} packages, {total} findings")
    program.check(not wrong and count > 1000 and total > 1000, kind, *wrong[:20])


# ---------------------------------------------------------------- npm

def npm(program, feeds, semver):
    feed = "ghsa-osv.tar.zst"
    records = oracle_osv.documents(os.path.join(feeds, feed), "advisories/npm/", ".json", json.loads)
    entries = oracle_osv.read_entries(records, "npm", str)
    chosen = candidates(entries, lambda text: [] if "-" in text else [text + "-rc.1"])
    texts = every_text(entries, chosen)
    done = subprocess.run(["node", os.path.join(os.path.dirname(__file__), "oracle_npm.js"), semver],
                          input=json.dumps(texts).encode(), stdout=subprocess.PIPE, check=True)
    ranks = {name: dict(zip(texts[name], order)) for name, order in json.loads(done.stdout).items()}
    chosen = {name: [version for version in versions if version.count(".") >= 2]
              for name, versions in chosen.items()}
    compare(program, "npm", build_database(program, feeds, feed), entries, chosen, ranks)


# ---------------------------------------------------------------- PyPI

def python_name(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def python_ranks(texts):
    from packaging.version import InvalidVersion, Version

    def read(text):
        try:
            return Version(text)
        except InvalidVersion:
            return None

    versions = {text: read(text) for text in texts}
    order = sorted({version for version in versions.values() if version})
    places = {version: place for place, version in enumerate(order)}
    return {text: places[version] if version else None for text, version in versions.items()}


def pypi(program, feeds, yaml):
    feed = "pypa-advisory-db.tar.zst"
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    records = oracle_osv.documents(os.path.join(feeds, feed), "vulns/", ".yaml",
                                   lambda text: yaml.load(text, Loader=loader))
    entries = oracle_osv.read_entries(records, "PyPI", python_name)
    chosen = candidates(entries, lambda text: [text + ".post1", text + "rc1", text + ".dev1"])
    texts = every_text(entries, chosen)
    ranks = {name: python_ranks(texts[name]) for name in texts}
    compare(program, "pypi", build_database(program, feeds, feed), entries, chosen, ranks)


def main(binary, cache):
    feeds = os.path.abspath(os.path.join(os.environ["PLIMSOLL_SHARED"], "feeds"))
    if not os.path.isdir(feeds):
        skip(NAME, f"{feeds} is absent")
    need(NAME, "zstd")
    semver = oracle_tools.npm_package(cache, "semver", SEMVER)
    if not semver or not oracle_tools.python_package(cache, "packaging", PACKAGING):
        skip(NAME, "node-semver or Python's packaging is absent")
    try:
        import yaml
    except ImportError:
        skip(NAME, "PyYAML is absent")
    program = Program(NAME, binary)
    npm(program, feeds, str(semver))
    pypi(program, feeds, yaml)
    program.finish()


main(*sys.argv[1:])
