"""Lets the own tools of ecosystems judge our order of random pairs of versions, and what satisfies a
constraint. Versions that the tool calls invalid are nobody's to order; the rest must agree.

usage: test_versions.py SCHEME RANDOM_PAIRS PLIMSOLL CACHE [TABLE]
"""
import pathlib
import random
import re
import subprocess
import sys

import oracle_tools

PAIRS = 40000
LEAST_JUDGED = 3000  # of them, so that a broken oracle does not pass
# Maven's rule is no order: it runs in circles (src/version/maven.c), and in a few places ours cannot
# be the same.
TOLERATED = {"maven": PAIRS // 1000}
CONSTRAINTS = 20000
HERE = pathlib.Path(__file__).parent / "oracles"


def run(command, lines, directory=None):
    """One line out for each line in: -1, 0, 1 or true, false; "invalid" where the tool says so."""
    done = subprocess.run(command, input="".join(line + "\n" for line in lines), text=True,
                          capture_output=True, check=True, cwd=directory, timeout=240)
    return done.stdout.split("\n")[:-1]


# ---------------------------------------------------------------- the tools

def use_pep440(cache):
    """packaging, in this process."""
    if not oracle_tools.python_package(cache, "packaging", "25.0"):
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    def is_odd(text, version):
        """Two places where packaging follows the letter of neither PEP 440 nor itself: "~=" cuts a
        spelling that is not normal in the wrong place, and "<1.post1" leaves out pre-releases of 1."""
        bound = text[2:]
        return (text.startswith("~=") and str(version(bound)) != bound) or (
            text.startswith("<") and not text.startswith("<=") and version(text[1:]).is_postrelease)

    def judge(line):
        kind, left, right = line.split("\t")
        try:
            if kind == "compare":
                a, b = Version(left), Version(right)
                return str((a > b) - (a < b))
            if is_odd(left, Version):
                return "invalid"
            return str(SpecifierSet(left).contains(Version(right), prereleases=True)).lower()
        except (InvalidVersion, InvalidSpecifier):
            return "invalid"
    return lambda lines: [judge(line) for line in lines]


def use_npm(cache):
    """node-semver, by node."""
    package = oracle_tools.npm_package(cache, "semver", "7.7.2")
    if not package:
        return None
    return lambda lines: run(["node", str(HERE / "npm.js"), str(package)], lines)


def use_semver(cache):
    """node-semver, where its numbers are exact: those of JavaScript end at 2^53."""
    judge = use_npm(cache)
    return judge and (lambda lines: ["invalid" if re.search("[0-9]{16}", line) else answer
                                     for line, answer in zip(lines, judge(lines), strict=True)])


def use_gem(cache):
    """Gem::Version and Gem::Requirement are Ruby's own."""
    del cache
    if not oracle_tools.has("ruby"):
        return None
    return lambda lines: run(["ruby", str(HERE / "gem.rb")], lines)


def use_cran(cache):
    """compareVersion is R's own."""
    del cache
    if not oracle_tools.has("Rscript"):
        return None
    return lambda lines: run(["Rscript", "--vanilla", str(HERE / "cran.R")], lines)


def use_composer(cache):
    """composer/semver, by PHP; Debian's copy where there is one."""
    installed = pathlib.Path("/usr/share/php/Composer/Semver/autoload.php")
    if oracle_tools.has("php") and installed.exists():
        return lambda lines: run(["php", str(HERE / "composer.php"), str(installed)], lines)
    directory = pathlib.Path(cache) / "composer-semver-3.4.3"
    ready = directory / "vendor" / "autoload.php"
    command = ["composer", "require", "--quiet", "--no-interaction", "composer/semver:3.4.3"]
    if not oracle_tools.run_fetch(command, directory, ready):
        return None
    return lambda lines: run(["php", str(HERE / "composer.php"), str(ready)], lines)


def use_maven(cache):
    """Maven's own ComparableVersion, by java."""
    directory = pathlib.Path(cache) / "maven-artifact-3.9.9"
    ready = directory / "maven-artifact-3.9.9.jar"
    command = ["mvn", "-q", "-B", "dependency:copy", "-DoutputDirectory=" + str(directory),
               "-Dartifact=org.apache.maven:maven-artifact:3.9.9"]
    if not oracle_tools.has("java") or not oracle_tools.run_fetch(command, directory, ready):
        return None
    return lambda lines: run(["java", "-cp", str(ready), str(HERE / "Maven.java")], lines)


def use_golang(cache):
    """golang.org/x/mod/semver, by go."""
    directory = pathlib.Path(cache) / "go-mod-0.29.0"
    source = HERE / "golang.go"
    program = directory / "oracle"
    command = ["sh", "-ec", f"cp '{source}' main.go; [ -f go.mod ] || go mod init oracle; "
               "go get golang.org/x/mod@v0.29.0; go build -o oracle main.go"]
    if not oracle_tools.run_fetch(command, directory, program):
        return None
    return lambda lines: run([str(program)], lines)


TOOLS = {"pep440": (use_pep440, "packaging"), "npm": (use_npm, "node-semver"),
         "semver": (use_semver, "node-semver"),
         "gem": (use_gem, "ruby"), "cran": (use_cran, "R"), "composer": (use_composer, "composer/semver"),
         "maven": (use_maven, "maven-artifact"), "golang": (use_golang, "golang.org/x/mod")}


# ---------------------------------------------------------------- what is asked

OPERATORS = {"pep440": ["==", "!=", "<", "<=", ">", ">=", "~="],
             "npm": ["", "=", "<", "<=", ">", ">=", "~", "^"],
             "gem": ["=", "!=", "<", "<=", ">", ">=", "~>"],
             "composer": ["", "==", "!=", "<", "<=", ">", ">=", "~", "^"]}


def random_constraints(scheme, versions):
    """Pairs of a constraint and a version, near each other more often than not."""
    source = random.Random(440)
    for _ in range(CONSTRAINTS):
        operator, version = source.choice(OPERATORS[scheme]), source.choice(versions)
        bound = version if source.random() < 0.3 else source.choice(versions)
        if source.random() < 0.3:
            bound = bound.split("+")[0].split("-")[0]
        if scheme == "pep440" and operator in ("==", "!=") and source.random() < 0.5:
            bound += ".*"
        yield f"{operator}{bound}", version


def check(kind, rows, ours, tool, tolerated=0):
    """Rows of two columns; our answers beside the tool's."""
    theirs = tool([f"{kind}\t{left}\t{right}" for left, right in rows])
    judged = [(row, our, their) for row, our, their in zip(rows, ours, theirs, strict=True)
              if their != "invalid" and our != "invalid"]
    wrong = [f"{row}: {our}, not {their}" for row, our, their in judged if our != their]
    refused = sum(our == "invalid" and their != "invalid" for our, their in zip(ours, theirs))
    print("\n".join(wrong[:25]))
    print(f"{kind}: {len(judged)} of {len(rows)} judged, {len(wrong)} differ, "
          f"{refused} refused by us alone")
    return len(wrong) > tolerated or len(judged) < LEAST_JUDGED


def main():
    scheme, pairs, plimsoll, cache, *tables = sys.argv[1:]
    cache = str(pathlib.Path(cache).resolve())
    make, name = TOOLS[scheme]
    tool = make(cache)
    if not tool:
        oracle_tools.skip(f"integration/versions_{scheme}", name)
    lines = subprocess.run([pairs, scheme, str(PAIRS), *tables], check=True, capture_output=True,
                           text=True).stdout.split("\n")[:-1]
    rows = [tuple(line.split("\t")) for line in lines]
    failures = check("compare", [row[:2] for row in rows], [row[2] for row in rows], tool,
                     TOLERATED.get(scheme, 0))
    if scheme in OPERATORS:
        versions = [row[0] for row in rows]
        asked = list(random_constraints(scheme, versions))
        ours = run([plimsoll, "version", "satisfies", scheme],
                   [f"{constraint}\t{version}" for constraint, version in asked])
        failures += check("satisfies", asked, ours, tool)
    return 1 if failures else 0


sys.exit(main())
