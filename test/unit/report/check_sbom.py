"""Holds the golden bills of materials against the schema of CycloneDX, and against the rules of SPDX
2.3 that a program can hold them to.

usage: check_sbom.py SCHEMAS GOLDEN
"""
import json
import pathlib
import re
import sys
import uuid

try:
    import jsonschema
except ImportError:
    print("SKIP: unit/report/sbom_schema: python3-jsonschema is absent")
    sys.exit(77)

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SPDX_ID = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")
LICENSE_REF = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
CPE = re.compile(r"cpe:2\.3:a(:(\*|-|([a-z0-9._-]|\\[!-~])+)){10}")


# ---------------------------------------------------------------- CycloneDX

def cyclonedx_validator(schemas):
    """The official schema, with those that it refers to."""
    def load(name):
        return json.loads((schemas / name).read_bytes())
    schema = load("bom-1.6.schema.json")
    others = {load(name)["$id"]: load(name)
              for name in ("spdx.schema.json", "jsf-0.82.schema.json")}
    resolver = jsonschema.RefResolver(schema["$id"], schema, store=others)
    return jsonschema.Draft7Validator(schema, resolver=resolver)


def cyclonedx_problems(bom):
    """What the schema cannot say: names are unique and lead to something."""
    components = [bom["metadata"]["component"]] + bom["components"]
    refs = [component["bom-ref"] for component in components]
    edges = [edge["ref"] for edge in bom.get("dependencies", [])]
    used = edges + [ref for edge in bom.get("dependencies", []) for ref in edge["dependsOn"]]
    used += [ref for part in bom["compositions"] for ref in part["assemblies"]]
    used += [place["ref"] for flaw in bom.get("vulnerabilities", []) for place in flaw["affects"]]
    problems = [f"ref {ref} leads nowhere" for ref in used if ref not in refs]
    if len(set(refs)) != len(refs):
        problems.append("a bom-ref is there twice")
    if len(set(edges)) != len(edges):
        problems.append("a dependency is there twice")
    cpes = [component["cpe"] for component in bom["components"]
            if "cpe" in component and component["type"] != "operating-system"]
    problems += [f"no CPE name: {cpe}" for cpe in cpes if not CPE.fullmatch(cpe)]
    uuid.UUID(bom["serialNumber"].removeprefix("urn:uuid:"))
    return problems


# ---------------------------------------------------------------- SPDX

DOCUMENT_KEYS = {"spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace",
                 "creationInfo", "packages", "relationships", "hasExtractedLicensingInfos"}
PACKAGE_KEYS = {"SPDXID", "name", "downloadLocation", "filesAnalyzed", "licenseConcluded",
                "licenseDeclared", "copyrightText"}
PACKAGE_OPTIONS = {"versionInfo", "supplier", "sourceInfo", "checksums", "externalRefs",
                   "annotations", "primaryPackagePurpose"}
REFERENCES = {("PACKAGE-MANAGER", "purl"), ("SECURITY", "cpe23Type")}
RELATIONS = {"DESCRIBES", "CONTAINS", "DEPENDENCY_OF", "OTHER"}


def spdx_package_problems(package):
    keys = set(package)
    if not PACKAGE_KEYS <= keys <= PACKAGE_KEYS | PACKAGE_OPTIONS:
        yield f"keys {keys}"
    if not SPDX_ID.fullmatch(package["SPDXID"]):
        yield f"no SPDXID: {package['SPDXID']}"
    for reference in package.get("externalRefs", []):
        if (reference["referenceCategory"], reference["referenceType"]) not in REFERENCES:
            yield f"reference {reference}"
        if re.search(r"\s", reference["referenceLocator"]):
            yield f"a blank in {reference['referenceLocator']!r}"
    for note in package.get("annotations", []):
        if set(note) != {"annotationDate", "annotationType", "annotator", "comment"}:
            yield f"annotation {note}"
        if not TIME.fullmatch(note["annotationDate"]) or note["annotationType"] != "OTHER":
            yield f"annotation {note}"
    for checksum in package.get("checksums", []):
        if not re.fullmatch("[0-9a-f]+", checksum["checksumValue"]):
            yield f"checksum {checksum}"
    if not re.match("(Organization: |NOASSERTION)", package.get("supplier", "NOASSERTION")):
        yield f"supplier {package['supplier']}"


def spdx_problems(document):
    problems = []
    if set(document) != DOCUMENT_KEYS or document["spdxVersion"] != "SPDX-2.3":
        problems.append(f"keys {set(document)}")
    if not TIME.fullmatch(document["creationInfo"]["created"]):
        problems.append("created")
    uuid.UUID(document["documentNamespace"].removeprefix("urn:uuid:"))
    for package in document["packages"]:
        problems += spdx_package_problems(package)
    ids = [package["SPDXID"] for package in document["packages"]] + ["SPDXRef-DOCUMENT"]
    if len(set(ids)) != len(ids):
        problems.append("an SPDXID is there twice")
    for relation in document["relationships"]:
        ends = {relation["spdxElementId"], relation["relatedSpdxElement"]}
        if not ends <= set(ids) or relation["relationshipType"] not in RELATIONS:
            problems.append(f"relation {relation}")
    extracted = [item["licenseId"] for item in document["hasExtractedLicensingInfos"]]
    used = {ref for package in document["packages"]
            for ref in LICENSE_REF.findall(package["licenseDeclared"])}
    if set(extracted) != used or len(extracted) != len(used):
        problems.append(f"licences {extracted}, used {used}")
    return problems


# ---------------------------------------------------------------- all of them

def main():
    schemas, golden = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    failures = []
    for path in sorted(golden.glob("*.spdx")):
        failures += [f"{path.name}: {problem}"
                     for problem in spdx_problems(json.loads(path.read_bytes()))]
    validator = None
    if (schemas / "bom-1.6.schema.json").exists():
        validator = cyclonedx_validator(schemas)
    for path in sorted([*golden.glob("*.cdx"), *golden.glob("*.vdr")]):
        bom = json.loads(path.read_bytes())
        failures += [f"{path.name}: {problem}" for problem in cyclonedx_problems(bom)]
        if validator:
            failures += [f"{path.name}: {error.json_path}: {error.message}"
                         for error in validator.iter_errors(bom)]
    for failure in failures:
        print(failure)
    if failures:
        return 1
    if not validator:
        print(f"SKIP: unit/report/sbom_schema: {schemas} is absent")
        return 77
    return 0


sys.exit(main())
