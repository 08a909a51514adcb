"""Holds the golden reports to what their readers demand: SARIF to its schema and to what GitHub wants
of it, GitLab's report to the demands of its schema 15.0.7 (of which there is no copy here), JUnit XML
to what Jenkins and GitLab read, CSV to RFC 4180 and to spreadsheets, pages to being harmless.

usage: check_formats.py SARIF_SCHEMA GOLDEN
"""
import base64
import csv
import hashlib
import html.parser
import io
import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree

NAME = "unit/report/formats"

try:
    import jsonschema
except ImportError:
    print(f"SKIP: {NAME}: python3-jsonschema is absent")
    sys.exit(77)


# ---------------------------------------------------------------- SARIF

def sarif_problems(log):
    """What GitHub's code scanning asks for and the schema does not."""
    run, = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    if len({rule["id"] for rule in rules}) != len(rules):
        yield "a rule is there twice"
    for rule in rules:
        if not 0 <= float(rule["properties"]["security-severity"]) <= 10:
            yield f"severity of {rule['id']!r}"
        if len(rule["properties"]["tags"]) > 20:
            yield f"tags of {rule['id']!r}"
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    if len(set(prints)) != len(prints):
        yield "a fingerprint is there twice"
    for result in run["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
            yield f"rule of {result['ruleId']!r}"
        place, = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        if not re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri) or uri.startswith("/"):
            yield f"no relative URI: {uri}"


def check_sarif(path, schema):
    log = json.loads(path.read_bytes())
    problems = list(sarif_problems(log))
    if schema:
        problems += [f"{error.json_path}: {error.message}" for error in schema.iter_errors(log)]
    return problems


# ---------------------------------------------------------------- GitLab

TEXT = {"type": "string", "minLength": 1}
TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}
LINK = {"type": "string", "pattern": "^https?://.+"}
PROGRAM = {"type": "object", "required": ["id", "name", "version", "vendor"],
           "properties": {"id": TEXT, "name": TEXT, "version": TEXT,
                          "vendor": {"required": ["name"], "properties": {"name": TEXT}}}}
DEPENDENCY = {"type": "object", "required": ["package", "version"],
              "properties": {"package": {"required": ["name"],
                                         "properties": {"name": {"type": "string"}}},
                             "version": {"type": "string"}}}
METRIC = "(AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH])"
VULNERABILITY = {
    "type": "object", "required": ["id", "identifiers", "location"],
    "properties": {
        "id": TEXT, "name": {"type": "string", "maxLength": 255},
        "description": {"type": "string", "maxLength": 1048576},
        "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
        "solution": {"type": "string", "maxLength": 7000},
        "identifiers": {
            "type": "array", "minItems": 1, "maxItems": 20,
            "items": {"required": ["type", "name", "value"],
                      "properties": {"type": TEXT, "name": TEXT, "value": TEXT, "url": LINK}}},
        "cvss_vectors": {
            "type": "array", "minItems": 1, "maxItems": 10,
            "items": {"required": ["vendor", "vector"],
                      "properties": {"vendor": TEXT, "vector": {
                          "type": "string", "pattern": rf"^CVSS:3[.][01]/({METRIC}/)*{METRIC}$"}}}},
        "details": {"type": "object", "additionalProperties": {
            "required": ["type", "name", "value"],
            "properties": {"type": {"const": "text"}, "name": TEXT, "value": {"type": "string"}}}},
        "flags": {"type": "array", "items": {
            "required": ["type", "origin", "description"],
            "properties": {"type": {"enum": ["flagged-as-likely-false-positive"]}, "origin": TEXT,
                           "description": TEXT}}},
        "location": {"type": "object"}}}
LOCATIONS = {
    "container_scanning": {"required": ["dependency", "operating_system", "image"],
                           "properties": {"dependency": DEPENDENCY, "operating_system": TEXT,
                                          "image": TEXT}},
    "dependency_scanning": {"required": ["dependency", "file"],
                            "properties": {"dependency": DEPENDENCY, "file": TEXT}}}
GITLAB = {
    "type": "object", "required": ["scan", "version", "vulnerabilities"],
    "properties": {
        "version": {"const": "15.0.7"},
        "scan": {"required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
                 "properties": {"analyzer": PROGRAM, "scanner": PROGRAM, "start_time": TIME,
                                "end_time": TIME, "status": {"enum": ["success", "failure"]},
                                "type": {"enum": list(LOCATIONS)},
                                "messages": {"items": {
                                    "required": ["level", "value"],
                                    "properties": {"level": {"enum": ["info", "warn", "fatal"]},
                                                   "value": TEXT}}}}},
        "vulnerabilities": {"type": "array", "items": VULNERABILITY},
        "dependency_files": {"type": "array"}}}


def check_gitlab(path):
    report = json.loads(path.read_bytes())
    problems = [f"{error.json_path}: {error.message}"
                for error in jsonschema.Draft7Validator(GITLAB).iter_errors(report)]
    kind = report["scan"]["type"]
    places = jsonschema.Draft7Validator(LOCATIONS[kind])
    for flaw in report["vulnerabilities"]:
        problems += [f"location: {error.message}" for error in places.iter_errors(flaw["location"])]
    ids = [flaw["id"] for flaw in report["vulnerabilities"]]
    if len(set(ids)) != len(ids):
        problems.append("an id is there twice")
    if (kind == "dependency_scanning") != ("dependency_files" in report):
        problems.append("dependency_files")
    return problems


# ---------------------------------------------------------------- JUnit

CHILDREN = {"testsuites": {"testsuite"},
            "testsuite": {"properties", "testcase", "system-out"},
            "properties": {"property"}, "testcase": {"failure", "error", "skipped"}}
ATTRIBUTES = {"testsuites": {"name", "tests", "failures", "errors"},
              "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
              "property": {"name", "value"}, "testcase": {"classname", "name", "time"},
              "failure": {"message", "type"}, "error": {"message", "type"}, "skipped": {"message"}}


def check_junit(path):
    root = xml.etree.ElementTree.fromstring(path.read_bytes())
    problems = []
    for element in root.iter():
        if set(element.attrib) != ATTRIBUTES.get(element.tag, set()):
            problems.append(f"{element.tag}: {set(element.attrib)}")
        if not {child.tag for child in element} <= CHILDREN.get(element.tag, set()):
            problems.append(f"{element.tag}: children")
    suite, = root
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"),
                           ("skipped", "skipped")):
        if int(suite.get(attribute)) != len(list(suite.iter(tag))):
            problems.append(f"{attribute} is {suite.get(attribute)}")
    return problems


# ---------------------------------------------------------------- CSV

def check_csv(path):
    text = path.read_bytes().decode()
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    problems = []
    if not text.endswith("\r\n") or "\n" in text.replace("\r\n", ""):
        problems.append("ends of lines")
    if re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\u202e]", text):
        problems.append("a control character")
    if any(len(row) != len(rows[0]) for row in rows):
        problems.append("rows of different lengths")
    problems += [f"a formula: {cell}" for row in rows for cell in row
                 if cell.startswith(tuple("=+-@\t\r"))]
    url = rows[0].index("url")
    problems += [f"no URL: {row[url]}" for row in rows[1:]
                 if row[url] and urllib.parse.urlsplit(row[url]).scheme != "https"]
    return problems


# ---------------------------------------------------------------- HTML

VOID = {"meta", "br", "rect"}
ALLOWED = set("""html head meta title style body a header main footer section p h1 h2 h3 dl dt dd ul li
    table caption thead tbody tr th td div span strong code br details summary svg g""".split()) | VOID
LINKS = re.compile(r"https://[a-z.-]+/|#[a-z]+$")


class Page(html.parser.HTMLParser):
    """Tags are balanced, known and harmless; ids are there once, links lead somewhere."""

    def __init__(self):
        super().__init__()
        self.open, self.problems, self.ids, self.targets, self.style = [], [], [], [], ""
        self.policy = None

    def handle_starttag(self, tag, attributes):
        if tag not in ALLOWED:
            self.problems.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        attributes = dict(attributes)
        for name, value in attributes.items():
            if name.startswith("on") or name in ("style", "src", "srcset"):
                self.problems.append(f"{tag} {name}")
            if name == "href" and not LINKS.match(value):
                self.problems.append(f"link {value}")
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.targets += [attributes["href"][1:]] if attributes.get("href", "").startswith("#") else []
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]

    def handle_endtag(self, tag):
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.problems.append(f"</{tag}>")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data


def check_html(path):
    page = Page()
    text = path.read_bytes().decode()
    page.feed(text)
    page.close()
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    if page.policy != (f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
                       "form-action 'none'"):
        page.problems.append("policy")
    if page.open:
        page.problems.append(f"open at the end: {page.open}")
    if len(set(page.ids)) != len(page.ids) or not set(page.targets) <= set(page.ids):
        page.problems.append("ids or links within the page")
    if re.search(r"@import|url\(|expression", page.style):
        page.problems.append("the style loads something")
    if re.search(r"[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e]", text):
        page.problems.append("a control character")
    return page.problems


# ---------------------------------------------------------------- all of them

def main():
    source, golden = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    schema = None
    if source.exists():
        schema = jsonschema.Draft7Validator(json.loads(source.read_bytes()))
    checks = {"*.sarif": lambda path: check_sarif(path, schema), "*.gitlab": check_gitlab,
              "*.junit.xml": check_junit, "*.csv": check_csv, "*.html": check_html}
    failures = []
    for pattern, check in checks.items():
        paths = sorted(golden.glob(pattern))
        if not paths:
            failures.append(f"no {pattern}")
        for path in paths:
            failures += [f"{path.name}: {problem}" for problem in check(path)]
    print("\n".join(failures))
    if failures:
        return 1
    if not schema:
        print(f"SKIP: {NAME}: {source} is absent")
        return 77
    return 0


sys.exit(main())
