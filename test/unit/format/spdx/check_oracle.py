#!/usr/bin/env python3
"""Holds what spdx makes of names to the word of license-expression (PyPI).

usage: check_oracle.py SPDX_LINES NAMES.txt

Each line of NAMES.txt is what a package said of its license. What becomes of it has to be a valid
expression, of which the other parser makes the same, and so does every identifier of the list.
"""
import os
import subprocess
import sys

LISTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../data")


def expressions_of(program, kind, names):
    run = subprocess.run([program, kind], input="\n".join(names) + "\n", check=True,
                         capture_output=True, text=True)
    return run.stdout.splitlines()


def identifiers():
    with open(os.path.join(LISTS, "spdx-licenses.txt"), encoding="ascii") as lines:
        return [line.strip() for line in lines if not line.startswith("#")]


def symbols_of(expression):
    words = expression.replace("(", " ").replace(")", " ").split()
    return [word for word in words if word not in ("AND", "OR", "WITH")]


def bare(expression):
    return expression.lower().replace("(", "").replace(")", "")


def main():
    try:
        from license_expression import Licensing, get_spdx_licensing
    except ImportError:
        print("SKIP: unit/format/spdx/oracle: the package license-expression is absent")
        return 77
    program, path = sys.argv[1:]
    with open(path, encoding="utf-8") as lines:
        names = lines.read().splitlines()
    licensing = get_spdx_licensing()
    known = set(licensing.known_symbols)
    wrong = []
    for kind in ("deb", "rpm"):
        for name, mine in zip(names + identifiers(), expressions_of(program, kind,
                                                                    names + identifiers())):
            # With their list they would replace names by others; and they enclose every AND in an OR.
            parsed = Licensing().parse(mine)
            theirs = parsed.render() if parsed is not None else ""
            unknown = [each for each in symbols_of(mine)
                       if each.rstrip("+") not in known and "LicenseRef-" not in each]
            if bare(theirs) != bare(mine):
                wrong.append(f"{name}: '{mine}', theirs is '{theirs}'")
            if unknown:
                print(f"newer than the other list: {unknown}")
    print(f"{len(names)} names, {len(identifiers())} identifiers")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
