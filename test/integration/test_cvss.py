"""Lets an independent implementation judge our CVSS scores: the Python package `cvss` of Red Hat.
All base vectors of versions 2 and 3; of version 4 all macrovectors and many random vectors.

usage: test_cvss.py CVSS_SCORES CACHE
"""
import itertools
import random
import subprocess
import sys

import oracle_tools

NAME = "integration/cvss"
RANDOM_VECTORS = 5000  # a millisecond each, in the other implementation

V2 = {"AV": "LAN", "AC": "HML", "Au": "MSN", "C": "NPC", "I": "NPC", "A": "NPC"}
V3 = {"AV": "NALP", "AC": "LH", "PR": "NLH", "UI": "NR", "S": "UC", "C": "HLN", "I": "HLN",
      "A": "HLN"}
V4 = {"AV": "NALP", "AC": "LH", "AT": "NP", "PR": "NLH", "UI": "NPA", "VC": "HLN", "VI": "HLN",
      "VA": "HLN", "SC": "HLN", "SI": "HLN", "SA": "HLN"}
V4_MORE = {"E": "XAPU", "CR": "XHML", "IR": "XHML", "AR": "XHML",
           **{f"M{name}": f"X{letters}" for name, letters in V4.items()},
           "MSI": "XSHLN", "MSA": "XSHLN", "S": "XNP", "AU": "XNY", "R": "XAUI", "V": "XDC",
           "RE": "XLMH"}


def every_vector(prefix, metrics):
    for letters in itertools.product(*metrics.values()):
        yield prefix + "/".join(f"{name}:{letter}" for name, letter in zip(metrics, letters))


def random_v4(source):
    chosen = {name: source.choice(letters) for name, letters in V4.items()}
    share = source.choice((0, 0.1, 0.5, 1))
    chosen.update({name: source.choice(letters) for name, letters in V4_MORE.items()
                   if source.random() < share})
    return "CVSS:4.0/" + "/".join(f"{name}:{letter}" for name, letter in chosen.items())


def every_macrovector():
    """One vector of each of the 270."""
    classes = (("AV:N/PR:N/UI:N", "AV:A/PR:N/UI:N", "AV:P/PR:L/UI:P"),
               ("AC:L/AT:N", "AC:H/AT:N"),
               ("VC:H/VI:H/VA:H", "VC:H/VI:H/VA:N/CR:M/IR:M", "VC:L/VI:H/VA:H", "VC:L/VI:H/VA:N/IR:L",
                "VC:N/VI:N/VA:L"),
               ("SC:H/SI:L/SA:L/MSI:S", "SC:H/SI:L/SA:N", "SC:L/SI:N/SA:N"),
               ("E:A", "E:P", "E:U"))
    for parts in itertools.product(*classes):
        yield "CVSS:4.0/" + "/".join(parts)


def judge_v4(oracle):
    """Vectors with their scores."""
    source = random.Random(4)
    met = set()
    for vector in itertools.chain(every_macrovector(),
                                  (random_v4(source) for count in range(RANDOM_VECTORS))):
        judged = oracle(vector)
        met.add(judged.macroVector())
        yield vector, judged.base_score
    assert len(met) == 270


def main():
    program, cache = sys.argv[1:3]
    if not oracle_tools.python_package(cache, "cvss", "3.6"):
        oracle_tools.skip(NAME, "the Python package cvss")
    from cvss import CVSS2, CVSS3, CVSS4
    judged = [(vector, CVSS2(vector).base_score) for vector in every_vector("", V2)]
    for prefix in ("CVSS:3.0/", "CVSS:3.1/"):
        judged += [(vector, CVSS3(vector).base_score) for vector in every_vector(prefix, V3)]
    judged += judge_v4(CVSS4)
    lines = "".join(vector + "\n" for vector, score in judged)
    answers = subprocess.run([program], input=lines, text=True, capture_output=True,
                             check=True).stdout.split()
    wrong = [f"{vector}: {answer}, not {score}" for (vector, score), answer
             in zip(judged, answers, strict=True) if answer != f"{score:.4f}"]
    print("\n".join(wrong[:20]))
    print(f"{len(judged)} vectors, {len(wrong)} differ")
    return 1 if wrong else 0


sys.exit(main())
