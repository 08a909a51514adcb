"""Holds the golden bills of materials against what their communities validate with, and against the
minimum elements of NTIA.

usage: check_tools.py GOLDEN
"""
import json
import pathlib
import shutil
import sys
import tempfile

NAME = "unit/report/sbom_tools"


def absent(what):
    print(f"SKIP: {NAME}: {what} is absent")


def spdx_problems(paths):
    """By spdx-tools; None where that is not installed."""
    try:
        from spdx_tools.spdx.parser.parse_anything import parse_file
        from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
    except ImportError:
        return absent("the Python package spdx-tools")
    problems = []
    with tempfile.TemporaryDirectory() as directory:
        for path in paths:  # it goes by the ending of the name
            copy = shutil.copy(path, pathlib.Path(directory) / (path.stem + ".spdx.json"))
            problems += [f"{path.name}: {message.validation_message}"
                         for message in validate_full_spdx_document(parse_file(str(copy)))]
    return problems


def cyclonedx_problems(paths):
    """By cyclonedx-python-lib; None where that is not installed."""
    try:
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
        validator = JsonStrictValidator(SchemaVersion.V1_6)
        found = {path: validator.validate_str(path.read_text(encoding="utf-8")) for path in paths}
    except ImportError:
        return absent("the Python package cyclonedx-python-lib[validation]")
    return [f"{path.name}: {error}" for path, error in found.items() if error]


def minimum_problems(paths):
    """Author and time of the document; name, version, supplier and identifier of what has them; a
    dependency graph."""
    for path in paths:
        bom = json.loads(path.read_bytes())
        if not bom["metadata"]["timestamp"] or not bom["metadata"]["tools"]["components"]:
            yield f"{path.name}: no author or no time"
        if not any(edge["ref"] == "image" for edge in bom["dependencies"]):
            yield f"{path.name}: the image depends on nothing"
        for component in bom["components"]:
            if not component["name"] or not component["bom-ref"]:
                yield f"{path.name}: a component without a name or a reference"


def main():
    golden = pathlib.Path(sys.argv[1])
    bills = sorted(golden.glob("*.cdx"))
    results = [list(minimum_problems(bills)), cyclonedx_problems(bills),
               spdx_problems(sorted(golden.glob("*.spdx")))]
    problems = [problem for result in results if result for problem in result]
    for problem in problems:
        print(problem)
    if problems:
        return 1
    return 77 if None in results else 0


sys.exit(main())
