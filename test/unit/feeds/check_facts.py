"""Holds the translation of the real data against facts.txt, what the data say as read by a person;
besides, no feed may have an advisory without an id, a name or an ecosystem, or a note of damage.
The feeds that an oracle reads are held against their facts there (check_oracle.py and
check_languages.py), so that each is translated once.

With BYTES all feeds are read here, but none further than that much of its lines, and what only a
whole one must have is not asked for: a sanitizer sees nothing new in a million lines more.

usage: check_facts.py DUMP_FEEDS FACTS DIRECTORY [BYTES]
"""
import os
import subprocess
import sys

import check_languages
import check_oracle
from reading import Dump, Facts


def feeds(program):
    return subprocess.run([program, '--list'], stdout=subprocess.PIPE, check=True,
                          text=True).stdout.split()


def holds(program, facts, directory, feed, most):
    dump = Dump(program, directory, feed, *(('--bytes', str(most)) if most else ()))
    if dump.is_absent and feed not in facts.of:
        print(f'{feed}: {dump.notes.strip()}')
        return True
    # A line that did not fit was left out whole.
    return facts.hold(dump, is_cut=bool(most) and len(dump.text) > most - 4096)


def main(program, facts_file, directory, most=0):
    if not os.path.isdir(directory):
        print(f'SKIP: feed facts: {directory} is absent')
        return 77
    facts, known = Facts(facts_file), feeds(program)
    elsewhere = () if most else {*check_oracle.FEEDS, *check_languages.FEEDS}
    good = [holds(program, facts, directory, feed, int(most))
            for feed in known if feed not in elsewhere]
    for feed in {*facts.of, *elsewhere}.difference(known):
        print(f'{feed}: no such feed')
        good.append(False)
    return 0 if good and all(good) else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
