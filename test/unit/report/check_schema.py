"""Holds the golden JSON reports against the schema, and the schema against what it must refuse."""

import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("SKIP: unit/report/schema: python3-jsonschema is absent")
    sys.exit(77)

# What each of these does to a good report must be refused.
BREAKAGES = {
    "an unknown key": lambda scan: scan.update(more=1),
    "a missing key": lambda scan: scan.pop("database"),
    "another schema": lambda scan: scan.update(schema="plimsoll.scan/2"),
    "a finding without layer": lambda scan: scan["findings"][0].pop("layer"),
    "an empty text": lambda scan: scan["packages"][0].update(arch=""),
    "a status of nobody": lambda scan: scan["findings"][0].update(status="open"),
    "a severity of nobody": lambda scan: scan["findings"][0].update(severity="moderate"),
    "a probability above 1": lambda scan: scan["findings"][0].update(epss=1.5),
    "a day as a number": lambda scan: scan["distro"].update(end_of_life=20778),
    "a note of no kind": lambda scan: scan["notes"].append({"kind": "x", "location": None,
                                                            "text": ""}),
}


def unresolved(scan):
    """References between the parts of a report that no schema can hold."""
    packages = {package["id"] for package in scan["packages"]} | {None}
    layers = {layer["diff_id"] for layer in scan["target"]["layers"]} | {None}
    findings = scan["findings"]
    places = findings + [place for package in scan["packages"] for place in package["locations"]]
    return [finding["id"] for finding in findings if finding["package"] not in packages] + [
        place["layer"] for place in places if place["layer"] not in layers]


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = 0
    goldens = sorted(pathlib.Path(sys.argv[2]).glob("*.json"))
    for path in goldens:
        scan = json.loads(path.read_bytes())
        problems = [error.message for error in validator.iter_errors(scan)] + unresolved(scan)
        for problem in problems:
            print(f"{path.name}: {problem}")
        failures += len(problems)
    good = json.loads((pathlib.Path(sys.argv[2]) / "debian.json").read_bytes())
    for what, damage in BREAKAGES.items():
        scan = copy.deepcopy(good)
        damage(scan)
        if validator.is_valid(scan):
            print(f"the schema allows {what}")
            failures += 1
    return 1 if failures or not goldens else 0


sys.exit(main())
