"""What does not count, through the whole program: ignore files, VEX from everywhere, baselines.

usage: test_suppress.py PLIMSOLL
"""

import base64
import json
import os
import subprocess
import sys
import tarfile
import urllib.parse
import urllib.request

from harness import (INDEX, MANIFEST, Image, descriptor, digest, free_port, need, stop,
                     wait_for_port, write_layout)
from program import Program

NAME = "integration/suppress"
SCHEMA = os.path.join(os.path.dirname(__file__), "..", "..", "doc", "formats", "ignore.schema.json")
HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
# Id, package, fixed version.
FLAWS = [("CVE-2031-0001", "crane", "1.0-r9"), ("CVE-2031-0002", "crane", "2.0-r0"),
         ("CVE-2031-0003", "anchor", "2.0-r1")]
ALL = {("CVE-2031-0001", "crane"), ("CVE-2031-0001", "crane-libs"), ("CVE-2031-0002", "crane"),
       ("CVE-2031-0002", "crane-libs"), ("CVE-2031-0003", "anchor")}
CRANE = "pkg:apk/alpine/crane"


# ---------------------------------------------------------------- what is scanned

def installed(crane):
    return "\n".join(f"P:{name}\nV:{version}\nA:x86_64\no:{origin}\n" for name, version, origin in
                     (("crane", crane, "crane"), ("crane-libs", crane, "crane"),
                      ("anchor", "2.0-r0", "anchor"))).encode()


def write_image(program, name, files=None, crane="1.0-r0"):
    image = Image([{"etc/os-release": b"ID=alpine\nVERSION_ID=3.20.3\n",
                    "lib/apk/db/installed": installed(crane), **(files or {})}])
    reference = "org.opencontainers.image.ref.name"
    write_layout(program.path(name),
                 [descriptor(MANIFEST, image.manifest, annotations={reference: "one"})],
                 image.blobs)
    return image


def advisory(flaw, package, fixed):
    """In the form of OSV."""
    return {"id": flaw, "modified": "2026-01-02T03:04:05Z",
            "severity": [{"type": "CVSS_V3", "score": HIGH}],
            "affected": [{"package": {"ecosystem": "Alpine:v3.20", "name": package},
                          "ranges": [{"type": "ECOSYSTEM",
                                      "events": [{"introduced": "0"}, {"fixed": fixed}]}]}]}


def make_database(program):
    feeds = program.path("feeds")
    os.makedirs(feeds)
    plain = os.path.join(feeds, "alpine-osv.tar")
    for flaw in FLAWS:
        write(program.path(f"{flaw[0]}.json"), advisory(*flaw))
    with tarfile.open(plain, "w") as tar:
        for flaw in FLAWS:
            tar.add(program.path(f"{flaw[0]}.json"), f"{flaw[0]}.json")
    subprocess.run(["zstd", "-q", "--rm", plain, "-o", plain + ".zst"], check=True)
    done = program.run("db", "build", "-q", "--from", feeds, "-o", program.path("db"))
    program.check(done.status == 0, "db build", done)


def write(path, content):
    with open(path, "w", encoding="utf-8") as file:
        file.write(content if isinstance(content, str) else json.dumps(content))
    return path


# ---------------------------------------------------------------- asking

class Case:
    """A directory of its own, where ignore files are looked for."""

    def __init__(self, program, name):
        self.program = program
        self.directory = program.path(name)
        os.makedirs(self.directory)

    def write(self, name, content):
        return write(os.path.join(self.directory, name), content)

    def run(self, *options, target=None, form="json"):
        target = target or f"oci-dir:{self.program.path('image')}"
        return self.program.run("scan", "--db", self.program.path("db"), "--check", "vulnerability",
                                "-o", form, *options, target, cwd=self.directory)

    def scan(self, *options, **more):
        return self.run("--show-suppressed", *options, **more).json()

    def check(self, what, wanted, *options, **more):
        """`wanted`: what counts. The scan, for more questions."""
        scan = self.scan(*options, **more)
        self.program.check_equal(counting(scan), wanted, what)
        return scan

    def check_refused(self, what, words, *options):
        done = self.run(*options)
        self.program.check(done.status == 1 and words in done.messages and not done.out, what, done)


def named(scan):
    names = {package["id"]: package["name"] for package in scan["packages"]}
    return [((finding["id"], names[finding["package"]]), finding) for finding in scan["findings"]]


def counting(scan):
    return {key for key, finding in named(scan) if finding["suppressed"] is None}


def notes(scan):
    return "\n".join(f"{note['location']}: {note['text']}" for note in scan["notes"])


# ---------------------------------------------------------------- ignore files

ENTRY = "- id: CVE-2031-0001\n  package: crane\n  reason: not reached\n  expires: 2999-01-01\n"
EXPIRED = "- id: CVE-2031-0003\n  reason: soon\n  expires: 2020-02-03\n"
STALE = "- id: CVE-2031-9999\n  reason: was there once\n  expires: 2999-01-01\n"
OTHER = "- id: CVE-2031-9998\n  image: other/*\n  reason: elsewhere\n  expires: 2999-01-01\n"


def check_ignore(program):
    case = Case(program, "ignore")
    case.check("without any file all counts", ALL)
    case.write(".plimsollignore", ENTRY + EXPIRED + STALE + OTHER)
    scan = case.check("the file of the current directory",
                      ALL - {("CVE-2031-0001", "crane"), ("CVE-2031-0001", "crane-libs")})
    said = dict(named(scan))["CVE-2031-0001", "crane"]
    program.check_equal(said["suppression"], {
        "kind": "ignored", "source": ".plimsollignore", "origin": "file", "line": 1,
        "reason": "not reached", "justification": None, "expires": "2999-01-01"}, "who said so")
    program.check(said["suppressed"] == ".plimsollignore:1: not reached (until 2999-01-01)",
                  "in words", said["suppressed"])
    text = notes(scan)
    program.check(".plimsollignore: line 5: CVE-2031-0003: expired on 2020-02-03" in text
                  and "line 8: CVE-2031-9999: nothing that was found" in text
                  and "9998" not in text, "notes on what is expired and what is stale", text)
    program.check(scan["complete"], "these notes leave it complete", text)
    program.check_equal(scan["suppressors"], [{"source": ".plimsollignore", "origin": "file",
                                               "format": "plimsollignore", "statements": 4,
                                               "findings": 2}], "the files that were used")
    quiet = case.run("-q")
    program.check("CVE-2031-9999" in case.run().messages and not quiet.messages,
                  "they are on standard error, where no table goes to the terminal", quiet)
    table = case.run(form="table").out.decode()
    program.check("2 suppressed: 2 by .plimsollignore" in " ".join(table.split())
                  and "CVE-2031-0001  " not in table, "the table counts them", table)
    if os.geteuid() == 0:
        os.chown(os.path.join(case.directory, ".plimsollignore"), 12345, -1)
        case.check_refused("a file of somebody else's", "it belongs to somebody else")
        case.check("unless it is named", ALL - {("CVE-2031-0001", "crane"),
                                                ("CVE-2031-0001", "crane-libs")},
                   "--ignore", ".plimsollignore")
    case.check("--ignore replaces it", ALL, "--ignore", case.write("none", "# nothing\n"))


TERM = "  reason: r\n  expires: 2999-01-01\n"
# What an entry may be, and what it may not; as a reader of the schema has it too.
GOOD_ENTRIES = (ENTRY, EXPIRED, "", "- id: [A-1, B-2]\n" + TERM, "- path: usr/**\n" + TERM,
                "- package: [a, 'pkg:npm/b']\n  path: [x]\n  image: '*/y'\n" + TERM)
BAD_ENTRIES = ("- id: A-1\n  expires: 2999-01-01\n", "- id: A-1\n  reason: r\n", "- image: x\n" + TERM,
               "- id: []\n" + TERM, "- id: ''\n" + TERM, "- id: {a: b}\n" + TERM, "id: A-1\n",
               "- A-1\n", "- id: A-1\n  until: 1\n" + TERM, "- id: [[A-1]]\n" + TERM,
               "- id: A-1\n  reason: r\n  expires: soon\n",
               "- id: A-1\n  reason: r\n  expires: 2999-1-1\n",
               "- id: A-1\n  reason: r\n  expires: 2999-01-01T00:00:00Z\n",
               "- id: A-1\n  reason: [r, s]\n  expires: 2999-01-01\n")


def check_schema(program):
    try:
        import jsonschema
        import yaml
    except ImportError:
        print(f"SKIP: {NAME}: schema: python3-jsonschema or python3-yaml is absent")
        return
    with open(SCHEMA, encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    case = Case(program, "schema")
    for text in GOOD_ENTRIES + BAD_ENTRIES:
        done = case.run("--ignore", case.write(".plimsollignore", text))
        fits = validator.is_valid(yaml.load(text, Loader=yaml.BaseLoader))
        program.check((fits, done.status) == ((True, 0) if text in GOOD_ENTRIES else (False, 1)),
                      f"by the schema and by the program: {text!r}", fits, done)


def check_trivy(program):
    case = Case(program, "trivy")
    case.write(".trivyignore", "# accepted\nCVE-2031-0002\n  CVE-2031-0001 exp:2020-01-01\n")
    scan = case.check(".trivyignore", ALL - {("CVE-2031-0002", "crane"),
                                             ("CVE-2031-0002", "crane-libs")})
    program.check(".trivyignore: line 3: CVE-2031-0001: expired on 2020-01-01" in notes(scan),
                  "its expiry", notes(scan))
    case.write(".trivyignore.yaml", "vulnerabilities:\n  - id: CVE-2031-0001\n    purls:\n"
               f"      - {CRANE}-libs\n    statement: fine\n  - id: CVE-2031-0003\n    paths:\n"
               "      - lib/apk/**\n")
    case.check(".trivyignore.yaml beside it", {("CVE-2031-0001", "crane")})


def check_refusals(program):
    case = Case(program, "refused")
    for what, text, words in (
            ("an entry without a reason", "- id: CVE-1\n  expires: 2999-01-01\n", "line 1"),
            ("an entry without an expiry", "- id: CVE-1\n  reason: x\n", "has no expires"),
            ("an unknown member", ENTRY + "  severity: low\n", "line 5, column 3: 'severity'"),
            ("an entry about everything", "- reason: x\n  expires: 2999-01-01\n", "has no id"),
            ("a damaged file", "- id: [\n", "given: "),
            ("no list", "id: CVE-1\n", "line 1, column 1")):
        case.check_refused(what, words, "--ignore", case.write("given", text))
        case.check_refused(what + ": the file is named", "given", "--ignore", "given")
    case.check_refused("a file that is not there", "absent", "--ignore", "absent")
    case.check_refused("a date that is none", "line 2: '2020-13-01'", "--ignore",
                       case.write("x.trivyignore", "CVE-1\nCVE-2 exp:2020-13-01\n"))
    for what, content, words in (
            ("no JSON", "{", "vex: json: line 1"),
            ("another format", {"a": 1}, "neither OpenVEX nor CSAF nor CycloneDX"),
            ("a key twice", '{"@context": 1, "@context": 2}', "duplicate"),
            ("a status of nobody's", openvex([dict(statement("CVE-1", CRANE), status="fine")]),
             "openvex: statements[0]: status 'fine'"),
            ("nested without end", "[" * 100000, "nested deeper")):
        case.check_refused(f"VEX: {what}", words, "--vex", case.write("vex", content))


# ---------------------------------------------------------------- VEX

def statement(flaw, product, status="not_affected", parts=(), **more):
    if status == "not_affected":
        more.setdefault("justification", "vulnerable_code_not_present")
    wanted = {"@id": product}
    if parts:
        wanted["subcomponents"] = [{"@id": part} for part in parts]
    return {"vulnerability": {"name": flaw}, "products": [wanted], "status": status, **more}


def openvex(statements, name="urn:test:1", version=1, timestamp="2026-01-01T00:00:00Z"):
    return {"@context": "https://openvex.dev/ns/v0.2.0", "@id": name, "author": "test",
            "timestamp": timestamp, "version": version, "statements": statements}


def check_openvex(program):
    case = Case(program, "openvex")
    path = case.write("vex.json", openvex([
        statement("CVE-2031-0001", CRANE),
        statement("CVE-2031-0002", f"{CRANE}@9"),
        statement("CVE-2031-0002", f"{CRANE}?arch=x86_64&distro=alpine-3.20", "fixed"),
        statement("CVE-2031-0003", "pkg:apk/alpine/anchor", "under_investigation")]))
    scan = case.check("products by purl", {
        ("CVE-2031-0001", "crane-libs"), ("CVE-2031-0002", "crane-libs"),
        ("CVE-2031-0003", "anchor")}, "--vex", path)
    found = dict(named(scan))
    program.check_equal([found[flaw, "crane"]["suppression"]["kind"] for flaw in
                         ("CVE-2031-0001", "CVE-2031-0002")], ["not_affected", "fixed"], "kinds")
    program.check_equal(found["CVE-2031-0001", "crane"]["status"], "not_affected", "status")
    program.check(found["CVE-2031-0003", "anchor"]["evidence"][-1]["range"] ==
                  "under investigation", "what does not silence is evidence",
                  found["CVE-2031-0003", "anchor"])
    later = case.write("later.json", openvex(
        [statement("CVE-2031-0001", CRANE, "affected", timestamp="2026-02-01T00:00:00Z")],
        "urn:test:2"))
    case.check("what is said later counts", ALL - {("CVE-2031-0002", "crane")},
               "--vex", path, "--vex", later)
    newer = case.write("newer.json", openvex([], version=2, timestamp="2020-01-01T00:00:00Z"))
    scan = case.check("a newer version of a document replaces it", ALL, "--vex", newer, "--vex", path)
    program.check("newer version" in notes(scan), "and a note says so", notes(scan))
    scan = case.check("statements about something else", ALL, "--vex", case.write(
        "stale.json", openvex([statement("CVE-2031-7777", CRANE)])))
    program.check("stale.json: nothing that was found" in notes(scan), "stale VEX", notes(scan))


def check_product(program, image):
    """Of the image itself, by its digest."""
    case = Case(program, "product")
    product = "pkg:oci/whatever@" + image.digest.replace(":", "%3A")
    path = case.write("vex.json", openvex([
        statement("CVE-2031-0001", product, parts=[f"{CRANE}-libs@1.0-r0"]),
        statement("CVE-2031-0003", product),
        statement("CVE-2031-0002", "pkg:oci/whatever@sha256%3A" + "0" * 64)]))
    case.check("products by digest", ALL - {("CVE-2031-0001", "crane-libs"),
                                            ("CVE-2031-0003", "anchor")}, "--vex", path)


def csaf(purl):
    return {"document": {"category": "csaf_vex", "csaf_version": "2.0", "title": "x",
                         "tracking": {"id": "X-1", "version": "1", "status": "final",
                                      "current_release_date": "2026-01-01T00:00:00Z"}},
            "product_tree": {"branches": [{"category": "vendor", "name": "v", "branches": [
                {"category": "product_name", "name": "p", "product": {
                    "name": "p", "product_id": "P1",
                    "product_identification_helper": {"purl": purl}}}]}]},
            "vulnerabilities": [{"cve": "CVE-2031-0003", "flags": [
                {"label": "component_not_present", "product_ids": ["P1"]}],
                "product_status": {"known_not_affected": ["P1"]}}]}


def cyclonedx(ref, state="not_affected"):
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
            "vulnerabilities": [{"id": "CVE-2031-0003", "affects": [{"ref": ref}],
                                 "analysis": {"state": state, "justification": "code_not_present",
                                              "response": ["will_not_fix"]}}]}


def check_others(program):
    case = Case(program, "others")
    rest = ALL - {("CVE-2031-0003", "anchor")}
    anchor = "pkg:apk/alpine/anchor"
    scan = case.check("CSAF", rest, "--vex", case.write("csaf.json", csaf(anchor)))
    program.check_equal(dict(named(scan))["CVE-2031-0003", "anchor"]["suppression"]["justification"],
                        "component_not_present", "CSAF: why")
    case.check("CycloneDX", rest, "--vex", case.write("cdx.json", cyclonedx(anchor)))
    link = "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#" + anchor.replace("/", "%2F")
    case.check("CycloneDX, BOM-Link", rest, "--vex", case.write("link.json", cyclonedx(link)))
    bill = program.run("bom", "-o", "cyclonedx-json", f"oci-dir:{program.path('image')}").json()
    scanned = "sbom:" + case.write("bill.json", bill)
    case.check("CycloneDX, BOM-Link into another", ALL, "--vex", "link.json", target=scanned)
    link = link.replace("3e671687-395b-41f5-a30f-a58921a69b79", bill["serialNumber"][9:])
    case.check("CycloneDX, BOM-Link into what is scanned", rest, "--vex",
               case.write("own.json", cyclonedx(link)), target=scanned)
    case.check("CycloneDX, affected", ALL, "--vex",
               case.write("yes.json", cyclonedx(anchor, "exploitable")))
    own = case.run("--show-suppressed", "--vex", "csaf.json", form="cyclonedx-json").json()
    said = [each["analysis"] for each in own["vulnerabilities"]
            if each.get("analysis", {}).get("detail")]
    program.check(len(said) == 1 and said[0]["state"] == "not_affected"
                  and said[0]["justification"] == "code_not_present", "CycloneDX of the result", said)


def check_hub(program):
    case = Case(program, "hub")
    os.makedirs(os.path.join(case.directory, "hub", "pkg"))
    case.write("hub/pkg/crane.json", openvex([statement("CVE-2031-0001", CRANE)]))
    case.write("hub/pkg/other.json", "damaged, and never read")
    case.write("hub/index.json", {"packages": [
        {"id": CRANE, "location": "pkg/crane.json"},
        {"id": "pkg:apk/alpine/other", "location": "pkg/other.json"}]})
    scan = case.check("a collection", ALL - {("CVE-2031-0001", "crane")}, "--vex", "hub")
    program.check_equal([each["source"] for each in scan["suppressors"]], ["hub/pkg/crane.json"],
                        "only the documents about what is there")
    case.write("hub/index.json", {"packages": [{"id": CRANE, "location": "../../image/x"}]})
    case.check_refused("a collection that leaves its directory", "no path below it", "--vex", "hub")


# ---------------------------------------------------------------- the real collection

def unpack(archive, directory):
    with subprocess.Popen(["zstd", "-dcq", "--long=27", archive], stdout=subprocess.PIPE) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
            tar.extractall(directory)
    return directory


def write_program(path, main, modules):
    """A bill of materials of one Go program."""
    place = [{"name": "syft:location:0:path", "value": "/usr/bin/program"}]
    components = [{"type": "library", "bom-ref": purl, "purl": purl, "properties": place,
                   "name": purl.split("@")[0][len("pkg:golang/"):],
                   **({"version": purl.split("@")[1]} if "@" in purl else {})}
                  for purl in [main, *modules]]
    return write(path, {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
                        "components": components,
                        "dependencies": [{"ref": main, "dependsOn": modules}]})


def plain(purl):
    return urllib.parse.unquote(purl).replace("@v", "@")


def said_of(document, scan):
    """{(flaw, purl)}: the findings that the document speaks of, by its texts alone."""
    purls = {package["id"]: package["purl"] for package in scan["packages"]}
    said = set()
    for statement_ in document["statements"]:
        flaw = statement_["vulnerability"]
        names = {flaw["name"], *flaw.get("aliases", ())}
        parts = {plain(part["@id"]) for product in statement_["products"]
                 for part in product.get("subcomponents", ())}
        said |= {(finding["id"], purls[finding["package"]]) for finding in scan["findings"]
                 if names & {finding["id"], *finding["aliases"]}
                 and plain(purls[finding["package"]]) in parts}
    return said


def check_real_hub(program):
    feeds = os.path.abspath(os.path.join(os.environ["PLIMSOLL_SHARED"], "feeds"))
    if not os.path.isdir(feeds):
        print(f"SKIP: {NAME}: the VEX Hub: {feeds} is absent")
        return
    case = Case(program, "real")
    hub = unpack(os.path.join(feeds, "openvex-vexhub.tar.zst"), os.path.join(case.directory, "hub"))
    os.makedirs(os.path.join(case.directory, "go"))
    os.symlink(os.path.join(feeds, "go-vulndb-osv.tar.zst"),
               os.path.join(case.directory, "go", "go-vulndb-osv.tar.zst"))
    database = os.path.join(case.directory, "db")
    done = program.run("db", "build", "-q", "--from", os.path.join(case.directory, "go"), "-o", database)
    program.check(done.status == 0, "db build of Go", done)
    for name in ("harvester/webhook", "harvester/pcidevices", "k3s-io/k3s"):
        main = f"pkg:golang/github.com/{name}"
        path = os.path.join(hub, "pkg", "golang", "github.com", name, "scan.openvex.json")
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        modules = sorted({part["@id"] for each in document["statements"]
                          for product in each["products"] for part in product["subcomponents"]
                          if "@v" in part["@id"]})
        bom = write_program(os.path.join(case.directory, "bom.json"), main, modules)
        scan = program.run("scan", "--db", database, "-o", "json", "--show-suppressed", "--check",
                           "vulnerability", "--vex", hub, f"sbom:{bom}", cwd=case.directory).json()
        purls = {package["id"]: package["purl"] for package in scan["packages"]}
        got = {(finding["id"], purls[finding["package"]]) for finding in scan["findings"]
               if finding["suppressed"]}
        wanted = said_of(document, scan)
        program.check_equal(got, wanted, f"the VEX Hub on {name}: {len(wanted)} findings")
        program.check(0 < len(wanted) < len(scan["findings"]), "some of them", len(wanted))


# ---------------------------------------------------------------- what comes with the image

def check_inside(program):
    case = Case(program, "inside")
    inside = json.dumps(openvex([statement("CVE-2031-0003", "pkg:apk/alpine/anchor")])).encode()
    write_image(program, "holder", {"usr/share/vex/anchor.json": inside,
                                    "opt/app.openvex.json": b"{"})
    target = f"oci-dir:{program.path('holder')}"
    scan = case.check("an image does not silence itself", ALL, target=target)
    program.check("with --vex image only: 2" in notes(scan), "but it is said", notes(scan))
    scan = case.check("unless it is let", ALL - {("CVE-2031-0003", "anchor")}, "--vex", "image",
                      target=target)
    said = dict(named(scan))["CVE-2031-0003", "anchor"]
    program.check(said["suppression"]["origin"] == "image" and "unverified" in said["suppressed"],
                  "it is said to be unverified", said)
    program.check(not scan["complete"] and "opt/app.openvex.json" in notes(scan),
                  "damaged ones are notes", notes(scan))
    warm = case.scan("--vex", "image", target=target)
    program.check_equal(warm["findings"], scan["findings"], "the same out of the cache")


def start_registry(program):
    port = free_port()
    directory = program.path("registry")
    config = write(program.path("registry.yml"), "\n".join([
        "version: 0.1", "log: {level: error, accesslog: {disabled: true}}",
        "storage: {filesystem: {rootdirectory: " + directory + "}}",
        "http:", f"  addr: 127.0.0.1:{port}", "  secret: test", ""]))
    process = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    wait_for_port(port, process)
    return process, port


class Registry:
    """One repository, by the API."""

    def __init__(self, port):
        self.root = f"http://127.0.0.1:{port}/v2/team/app"

    def send(self, method, url, data, media_type):
        request = urllib.request.Request(url, data, {"Content-Type": media_type}, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.headers.get("Location")

    def blob(self, data):
        place = self.send("POST", f"{self.root}/blobs/uploads/", b"", "application/octet-stream")
        mark = "&" if "?" in place else "?"
        self.send("PUT", f"{place}{mark}digest={digest(data)}", data, "application/octet-stream")

    def manifest(self, tag, data, media_type):
        self.send("PUT", f"{self.root}/manifests/{tag}", data, media_type)

    def artifact(self, layer, media_type, artifact_type, subject=None):
        """A manifest of one blob that is no image."""
        empty = b"{}"
        self.blob(empty)
        self.blob(layer)
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "artifactType": artifact_type,
                    "config": descriptor("application/vnd.oci.empty.v1+json", empty),
                    "layers": [descriptor(media_type, layer)]}
        if subject:
            manifest["subject"] = descriptor(MANIFEST, subject)
        return json.dumps(manifest).encode()


def dsse(predicate_type, predicate, subject):
    payload = {"_type": "https://in-toto.io/Statement/v1", "predicateType": predicate_type,
               "subject": [{"name": "x", "digest": {"sha256": subject.split(":")[1]}}],
               "predicate": predicate}
    return json.dumps({"payloadType": "application/vnd.in-toto+json",
                       "payload": base64.b64encode(json.dumps(payload).encode()).decode(),
                       "signatures": [{"sig": "AA=="}]}).encode()


def check_referrers(program, image):
    case = Case(program, "referrers")
    process, port = start_registry(program)
    try:
        subprocess.run(["skopeo", "--insecure-policy", "copy", "-q", "--dest-tls-verify=false",
                        f"oci:{program.path('image')}:one",
                        f"docker://127.0.0.1:{port}/team/app:one"], check=True, timeout=50)
        registry = Registry(port)
        target = f"registry:127.0.0.1:{port}/team/app:one"
        case.check("an image without referrers", ALL, "--vex", "referrers", target=target)
        tag = image.digest.replace(":", "-")
        document = json.dumps(openvex([statement("CVE-2031-0003", "pkg:apk/alpine/anchor")])).encode()
        artifact = registry.artifact(document, "application/json", "application/vnd.openvex+json",
                                     image.manifest)
        registry.manifest(digest(artifact), artifact, MANIFEST)
        # Debian's registry has no referrers API: the tag stands for it.
        registry.manifest(tag, json.dumps({
            "schemaVersion": 2, "mediaType": INDEX,
            "manifests": [descriptor(MANIFEST, artifact,
                                     artifactType="application/vnd.openvex+json")]}).encode(), INDEX)
        # A statement without products is about the subject of the attestation.
        whole = {key: value for key, value in statement("CVE-2031-0002", "x").items()
                 if key != "products"}
        attestation = dsse("https://openvex.dev/ns/v0.2.0", openvex([whole], "urn:test:9"),
                           image.digest)
        registry.manifest(tag + ".att", registry.artifact(
            attestation, "application/vnd.dsse.envelope.v1+json", ""), MANIFEST)
        case.check("referrers count when asked for only", ALL, target=target)
        scan = case.check("referrers and attestations", {
            ("CVE-2031-0001", "crane"), ("CVE-2031-0001", "crane-libs")}, "--vex", "referrers",
            target=target)
        program.check_equal({finding["suppression"]["origin"] for _, finding in named(scan)
                             if finding["suppressed"]}, {"referrer"}, "by whom")
        program.check("nobody has verified" in notes(scan), "a note on that", notes(scan))
        given = case.write("own.json", openvex([statement("CVE-2031-0003", "pkg:apk/alpine/anchor",
                                                          "affected")], timestamp="2020-01-01T00:00:00Z"))
        case.check("what the user says weighs more", {
            ("CVE-2031-0001", "crane"), ("CVE-2031-0001", "crane-libs"),
            ("CVE-2031-0003", "anchor")}, "--vex", "referrers", "--vex", given, target=target)
    finally:
        stop(process)


# ---------------------------------------------------------------- baselines

def check_baseline(program):
    case = Case(program, "baseline")
    case.write("base.json", case.run().out.decode())
    scan = case.check("nothing is new", set(), "--baseline", "base.json")
    program.check_equal(scan["baseline"], {"source": "base.json", "known": 5, "resolved": 0},
                        "how many")
    done = case.run("--baseline", "base.json", "--fail-on", "low")
    program.check(done.status == 0, "and nothing fails", done)
    write_image(program, "newer", crane="1.0-r9")
    newer = f"oci-dir:{program.path('newer')}"
    scan = case.check("another version that is no fix is not new", set(), "--baseline", "base.json",
                      target=newer)
    program.check_equal(scan["baseline"]["resolved"], 2, "what is gone is counted")
    case.write("newer.json", case.run(target=newer).out.decode())
    case.check("what came back is new", {("CVE-2031-0001", "crane"), ("CVE-2031-0001", "crane-libs")},
               "--baseline", "newer.json")
    done = case.run("--baseline", "newer.json", "--fail-on", "low")
    program.check(done.status == 2, "and fails", done)
    table = " ".join(case.run("--baseline", "base.json", form="table", target=newer).out.decode().split())
    program.check("3 suppressed: 3 known since base.json; 2 of those in it are resolved" in table,
                  "the table says it", table)
    case.check_refused("no result", "no result of 'plimsoll scan", "--baseline",
                       case.write("x.json", {"schema": "y"}))
    done = case.run("--baseline", "x.json", target="oci-dir:" + program.path("absent"))
    program.check(done.status == 1 and "no result of 'plimsoll scan" in done.messages,
                  "before anything is looked at", done)


def main():
    need(NAME, "zstd", "docker-registry", "skopeo")
    program = Program(NAME, sys.argv[1])
    image = write_image(program, "image")
    make_database(program)
    check_ignore(program)
    check_schema(program)
    check_trivy(program)
    check_refusals(program)
    check_openvex(program)
    check_product(program, image)
    check_others(program)
    check_hub(program)
    check_real_hub(program)
    check_inside(program)
    check_referrers(program, image)
    check_baseline(program)
    program.finish()


main()
