"""What is read of real VEX documents, held against counts of the same documents by other code.

usage: check_documents.py COUNT_VEX DOCUMENTS SHARED
"""

import glob
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile

NAME = "unit/suppress/documents"
LINE = re.compile(r"(\S+) (openvex|csaf|cyclonedx) (.*)")


def product_purl(product):
    if isinstance(product, str):
        return product
    return product.get("identifiers", {}).get("purl") or product.get("@id", "")


def count_openvex(document):
    counts = dict.fromkeys(("statements", "names", "clauses", "unknown", "unexplained"), 0)
    for statement in document["statements"]:
        if statement["status"] == "not_affected" and not (
                statement.get("justification") or statement.get("impact_statement")):
            counts["unexplained"] += 1
            continue
        flaw = statement["vulnerability"]
        counts["statements"] += 1
        counts["names"] += (1 if isinstance(flaw, str) else
                            len([name for name in (flaw.get("name"), flaw.get("@id")) if name])
                            + len(flaw.get("aliases", ())))
        for product in statement["products"]:
            parts = product.get("subcomponents", []) if isinstance(product, dict) else []
            for part in parts or [product]:
                known = all(product_purl(each).startswith("pkg:") for each in (product, part))
                counts["clauses" if known else "unknown"] += 1
    return counts


def csaf_products(branches):
    for branch in branches:
        if "product" in branch:
            yield branch["product"]
        yield from csaf_products(branch.get("branches", ()))


def count_csaf(document):
    tree = document["product_tree"]
    helpers = {product["product_id"]: product.get("product_identification_helper", {})
               for product in [*tree.get("full_product_names", ()),
                               *csaf_products(tree.get("branches", ()))]}
    parts = {relation["full_product_name"]["product_id"]:
             (relation["product_reference"], relation["relates_to_product_reference"])
             for relation in tree.get("relationships", ())}

    def is_identified(id_):
        if id_ in helpers:
            return "purl" in helpers[id_]
        return all(each in helpers and helpers[each] for each in parts[id_])

    counts = dict.fromkeys(("clauses", "unknown", "unexplained"), 0)
    for flaw in document.get("vulnerabilities", ()):
        explained = {id_ for flag in flaw.get("flags", ()) for id_ in flag.get("product_ids", ())}
        explained |= {id_ for threat in flaw.get("threats", ()) if threat["category"] == "impact"
                      for id_ in threat.get("product_ids", ())}
        for status, ids in flaw["product_status"].items():
            for id_ in ids if status != "recommended" else ():
                if status == "known_not_affected" and id_ not in explained:
                    counts["unexplained"] += 1
                else:
                    counts["clauses" if is_identified(id_) else "unknown"] += 1
    return counts


def check(count_vex, files):
    """How many documents differ from what is counted here."""
    wrong = 0
    out = subprocess.run([count_vex, *files], check=True, capture_output=True, text=True).stdout
    lines = out.splitlines()
    for file, line in zip(files, lines):
        with open(file, encoding="utf-8") as opened:
            document = json.load(opened)
        wanted = count_openvex(document) if "@context" in document else count_csaf(document)
        match = LINE.fullmatch(line)
        got = dict(pair.split("=") for pair in match[3].split()) if match else {}
        if any(got.get(name) != str(number) for name, number in wanted.items()):
            print(f"{file}: wanted {wanted}\n  {line}")
            wrong += 1
    print(f"{len(lines)} documents, {wrong} of them not as counted")
    return wrong + (len(lines) != len(files))


def unpack(archive, directory):
    with subprocess.Popen(["zstd", "-dcq", "--long=27", archive], stdout=subprocess.PIPE) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
            tar.extractall(directory)
    return directory


def real_documents(feeds, directory):
    hub = unpack(os.path.join(feeds, "openvex-vexhub.tar.zst"), os.path.join(directory, "hub"))
    samples = unpack(os.path.join(feeds, "native-format-samples.tar.zst"),
                     os.path.join(directory, "samples"))
    for file in sorted(glob.glob(f"{hub}/pkg/**/*.json", recursive=True)):
        with open(file, encoding="utf-8") as opened:
            if "@context" in json.load(opened): # others are no VEX, but lists of sources
                yield file
    for pattern in ("claircore/rhel/vex/testdata/*.json", "vulnerablecode/redhat/csaf_2_0/*/*.json",
                    "vunnel/rhel/test-fixtures/csaf/advisories/**/*.json",
                    "vunnel/ubuntu/test-fixtures/vex/cve/*/*.json",
                    "vunnel/chainguard_libraries/test-fixtures/input/openvex/*/*.json"):
        yield from sorted(glob.glob(os.path.join(samples, pattern), recursive=True))


def main():
    count_vex, documents, shared = sys.argv[1:]
    wrong = check(count_vex, sorted(glob.glob(os.path.join(documents, "*.json"))))
    feeds = os.path.join(shared, "feeds")
    if not os.path.isdir(feeds):
        print(f"SKIP: {NAME}: {feeds} is absent")
        return 1 if wrong else 77
    with tempfile.TemporaryDirectory() as directory:
        wrong += check(count_vex, list(real_documents(feeds, directory)))
    return 1 if wrong else 0


sys.exit(main())
