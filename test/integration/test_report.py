"""What a run of plimsoll says and how it ends: both forms of the report, filters, exit statuses.

usage: test_report.py PLIMSOLL SCHEMA
"""

import csv
import io
import json
import os
import pty
import subprocess
import sys
import tarfile
import xml.etree.ElementTree

from harness import MANIFEST, Image, descriptor, need, write_layout
from program import Program

NAME = "integration/report"
CRITICAL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
LOW = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"

# Id, package, fixed version or None, CVSS.
FLAWS = [("CVE-2031-0001", "crane", "1.0-r9", CRITICAL), ("CVE-2031-0002", "crane", None, LOW),
         ("CVE-2031-0003", "anchor", "2.0-r1", LOW), ("CVE-2031-0004", "absent", "1-r0", CRITICAL)]

INSTALLED = """P:crane
V:1.0-r0
A:x86_64
o:crane

P:crane-libs
V:1.0-r0
A:x86_64
o:crane

P:anchor
V:2.0-r0
A:x86_64
o:anchor
"""


# ---------------------------------------------------------------- what is scanned

def advisory(flaw, package, fixed, cvss):
    """In the form of OSV."""
    events = [{"introduced": "0"}] + ([{"fixed": fixed}] if fixed else [])
    return {"id": flaw, "modified": "2026-01-02T03:04:05Z",
            "severity": [{"type": "CVSS_V3", "score": cvss}],
            "affected": [{"package": {"ecosystem": "Alpine:v3.20", "name": package},
                          "ranges": [{"type": "ECOSYSTEM", "events": events}]}]}


def make_database(program):
    feeds, database = program.path("feeds"), program.path("advisories.db")
    os.makedirs(feeds)
    plain = os.path.join(feeds, "alpine-osv.tar")
    with tarfile.open(plain, "w") as tar:
        for flaw in FLAWS:
            content = json.dumps(advisory(*flaw)).encode()
            info = tarfile.TarInfo(f"{flaw[0]}.json")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    subprocess.run(["zstd", "-q", "--rm", plain], check=True)
    done = program.run("db", "build", "--from", feeds, "-o", database)
    program.check(done.status == 0, "db build", done)
    return database


def make_image(program, name, installed, **files):
    layers = [{"etc/os-release": b"ID=alpine\nVERSION_ID=3.20.3\n"},
              {"lib/apk/db/installed": installed.encode(), **files}]
    image = Image(layers)
    entry = descriptor(MANIFEST, image.manifest,
                       annotations={"org.opencontainers.image.ref.name": "latest"})
    write_layout(program.path(name), [entry], image.blobs)
    return f"oci-dir:{program.path(name)}"


# ---------------------------------------------------------------- checks

def check_statuses(program, scan, target, damaged):
    """scan runs `plimsoll scan` with the database."""
    expected = [
        (0, "findings alone do not fail", [target]),
        (2, "the worst is at --fail-on", ["--fail-on", "critical", target]),
        (2, "the worst is above --fail-on", ["--fail-on", "low", target]),
        (0, "what is not shown does not fail", ["--severity", "low", "--fail-on", "high", target]),
        (2, "what is shown does", ["--severity", "low", "--fail-on", "low", target]),
        (0, "a complete scan is strict", ["--strict", target]),
        (0, "an incomplete scan", [damaged]),
        (3, "an incomplete scan and --strict", ["--strict", damaged]),
        (1, "no such image", ["oci-dir:" + program.path("absent")]),
        (64, "no target", []),
        (64, "two targets", [target, target]),
        (64, "an unknown flag", ["--no-such-flag", target]),
        (64, "an unknown severity", ["--fail-on", "dire", target]),
        (64, "an unknown format", ["-o", "xml", target]),
    ]
    for status, what, arguments in expected:
        done = scan(*arguments)
        program.check(done.status == status, f"{what}: {status}", done)
        program.check(status not in (1, 64) or (not done.out and done.messages),
                      f"{what}: says so on standard error alone", done)


def ids(scan):
    return [finding["id"] for finding in scan["findings"]]


def check_findings(program, scan, target):
    found = scan("-o", "json", target).json()
    program.check_equal(ids(found), ["CVE-2031-0001"] * 2 + ["CVE-2031-0003"]
                        + ["CVE-2031-0002"] * 2, "worst first, then by package")
    fixed = scan("-o", "json", "--only-fixed", target).json()
    program.check_equal(set(ids(fixed)), {"CVE-2031-0001", "CVE-2031-0003"}, "--only-fixed")
    severe = scan("-o", "json", "--severity", "critical,high", target).json()
    program.check_equal(set(ids(severe)), {"CVE-2031-0001"}, "--severity")
    program.check_equal(found["packages"], severe["packages"], "filters leave the packages")
    again = scan("-o", "json", target)
    program.check(again.json() == found, "the same again")


def check_table(program, scan, target, damaged):
    text = scan(target).out.decode()
    program.check("2 packages: crane, crane-libs" in text and text.count("CVE-2031-0001") == 1,
                  "packages of one source stand together", text)
    program.check("3 packages, 3 with findings: 2 critical, 3 low; 3 of 5 have a fix" in text,
                  "summary", text)
    program.check("alpine-osv as of 2026-01-02" in text, "the day of the advisories", text)
    text = scan(damaged).out.decode()
    program.check("INCOMPLETE: " in text, "an incomplete scan says so", text)
    verbose = scan("-v", target).out.decode()
    program.check("because alpine-osv CVE-2031-0001 says < 1.0-r9: 1.0-r0 < 1.0-r9" in verbose,
                  "-v says why", verbose)


def check_outputs(program, scan, target):
    path = program.path("out.json")
    done = scan("-o", f"json={path}", "-o", "table", target)
    with open(path, encoding="utf-8") as file:
        written = json.load(file)
    program.check(done.status == 0 and len(written["findings"]) == 5
                  and done.out.startswith(b"Target"), "JSON to a file and a table", done)
    done = scan("-o", "json=" + program.path("absent", "out.json"), target)
    program.check(done.status == 1 and "absent" in done.messages, "no place to write", done)


def check_forms(program, scan, target):
    """One run writes all forms; each has the five findings, and fails what --fail-on counts."""
    forms = ("sarif", "csv", "junit", "gitlab", "cyclonedx-vdr", "html")
    files = {form: program.path(f"report.{form}") for form in forms}
    asked = [word for form, path in files.items() for word in ("-o", f"{form}={path}")]
    done = scan(*asked, "--fail-on", "critical", target)
    program.check(done.status == 2 and not done.out, "all forms in one run", done)
    texts = {}
    for form, path in files.items():
        with open(path, encoding="utf-8", newline="") as file:
            texts[form] = file.read()
    run, = json.loads(texts["sarif"])["runs"]
    program.check_equal(len(run["results"]), 5, "sarif: results")
    program.check_equal(len(list(csv.DictReader(io.StringIO(texts["csv"], newline="")))), 5,
                        "csv: rows")
    suite = xml.etree.ElementTree.fromstring(texts["junit"])[0]
    program.check_equal((suite.get("tests"), suite.get("failures")), ("6", "2"), "junit: failures")
    report = json.loads(texts["gitlab"])
    program.check_equal((report["scan"]["type"], len(report["vulnerabilities"])),
                        ("container_scanning", 5), "gitlab: vulnerabilities")
    bom = json.loads(texts["cyclonedx-vdr"])
    program.check_equal(sum(len(flaw["affects"]) for flaw in bom["vulnerabilities"]), 5,
                        "cyclonedx-vdr: affected packages")
    program.check("Fails: 2 findings at or above critical" in texts["html"], "html: the verdict")


# ---------------------------------------------------------------- colour

def on_terminal(program, *arguments, **environment):
    """Standard output of a run whose output is a terminal."""
    leader, terminal = pty.openpty()
    with subprocess.Popen([program.binary, *arguments], stdout=terminal, stderr=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL,
                          env=program.environment(**environment)) as process:
        os.close(terminal)
        out = b""
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # EIO: the other end is closed
                break
            if not piece:
                break
            out += piece
        process.wait()
    os.close(leader)
    return out


def has_terminals():
    """A system in a bare chroot has none."""
    try:
        for end in pty.openpty():
            os.close(end)
    except OSError:
        return False
    return True


def check_color(program, arguments):
    done = program.run(*arguments)
    program.check(b"CVE-2031-0001" in done.out and b"\033" not in done.out, "none in a pipe", done)
    if not has_terminals():
        print(f"SKIP: {NAME}: colour on a terminal: the system has no pseudo-terminals")
        return
    program.check(b"\033[1;31m" in on_terminal(program, *arguments), "colour on a terminal")
    for what, more, environment in (("--no-color", ["--no-color"], {}),
                                    ("NO_COLOR", [], {"NO_COLOR": "1"})):
        out = on_terminal(program, *arguments, *more, **environment)
        program.check(b"CVE-2031-0001" in out and b"\033" not in out, f"{what} on a terminal", out)


def check_hostile(program, scan):
    evil = INSTALLED.replace("crane-libs", "cr\033[2J\u202e\u009b31m")
    target = make_image(program, "hostile", evil)
    for form in ("table", "json"):
        out = scan("-o", form, target).out.decode()
        program.check(not any(c != "\n" and ord(c) in (*range(32), *range(127, 160)) for c in out),
                      f"control characters of a name are harmless: {form}", out)


# ---------------------------------------------------------------- the schema

def fixture_targets():
    images = os.path.join(os.environ["PLIMSOLL_SHARED"], "fixtures", "images", "oci")
    if not os.path.isdir(images):
        print(f"SKIP: {NAME}: fixtures: {images} is absent")
        return []
    return [f"oci-dir:{os.path.join(images, name)}" for name in sorted(os.listdir(images))]


def check_schema(program, scan, targets, schema):
    try:
        import jsonschema
    except ImportError:
        print(f"SKIP: {NAME}: schema: python3-jsonschema is absent")
        return
    with open(schema, encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    for target in targets:
        for what, report in (("scan", scan("-o", "json", "--show-suppressed", target).json()),
                             ("bom", program.bom(target))):
            problems = [error.message[:200] for error in validator.iter_errors(report)]
            program.check(not problems, f"{what} of {os.path.basename(target)}", problems[:3])
            program.check(what == "scan" or (report["database"] is None and not report["findings"]),
                          f"{what} of {os.path.basename(target)}: no findings in a bom")


def main():
    need(NAME, "zstd")
    program = Program(NAME, sys.argv[1])
    database = make_database(program)

    def scan(*arguments, **more):
        return program.run("scan", "--db", database, *arguments, **more)

    target = make_image(program, "fine", INSTALLED)
    damaged = make_image(program, "damaged", INSTALLED, **{"var/lib/rpm/rpmdb.sqlite": b"nothing"})
    check_statuses(program, scan, target, damaged)
    check_findings(program, scan, target)
    check_table(program, scan, target, damaged)
    check_outputs(program, scan, target)
    check_forms(program, scan, target)
    check_color(program, ["scan", "--db", database, target])
    check_hostile(program, scan)
    check_schema(program, scan, [target, damaged, *fixture_targets()], sys.argv[2])
    program.finish()


main()
