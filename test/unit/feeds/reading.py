"""What the tests of real feeds share: their archives, what dump_feeds says of them, and facts.txt."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'integration'))
from archives import members


def texts(directory, name, suffix=''):
    """Each (path, bytes) in the archive of a feed."""
    for path, content in members(os.path.join(directory, name + '.tar.zst')):
        if path.endswith(suffix):
            yield path, content


def documents(directory, name):
    """Each (path, JSON value)"""
    for path, content in texts(directory, name, '.json'):
        yield path, json.loads(content)


class Dump:
    """What dump_feeds says of a feed: lines, and notes."""

    def __init__(self, program, directory, feed, *options):
        done = subprocess.run([program, *options, directory, feed], capture_output=True, check=False)
        self.feed = feed
        self.text = done.stdout.decode()
        self.notes = done.stderr.decode()
        self.is_absent = self.notes.startswith('missing: ')
        self.failed = done.returncode != 0

    def advisories(self):
        """Each as its fields. A feed may have a million lines: they are not all kept apart."""
        for line in self.text.splitlines():
            if line.startswith('advisory|'):
                yield line.split('|')


class Facts:
    """What facts.txt says of each feed: {feed: [(must it be there, text)]}"""

    # An advisory without an id, an ecosystem or a name.
    BROKEN = re.compile(r'^advisory\|[^|\n]*\|(?:\||(?:[^|\n]*\|){7}(?:\||[^|\n]*\|\|)).*', re.M)

    def __init__(self, path):
        self.of = {}
        with open(path, encoding='utf-8') as file:
            for line in file:
                if line[:2] in ('+ ', '- '):
                    feed, text = line[2:].rstrip('\n').split(' ', 1)
                    self.of.setdefault(feed, []).append((line[0] == '+', text))

    def hold(self, dump, is_cut=False):
        """Prints what is wrong with a dump, and whether all is well; one that was cut need not have
        what must be there."""
        facts = self.of.get(dump.feed, ())
        lines = set(dump.text.splitlines())
        wrong = [f'missing: {text}' for expected, text in facts
                 if expected and not is_cut and text not in lines]
        wrong += [f'must not be: {text}' for expected, text in facts
                  if not expected and text in dump.text]
        wrong += [f'broken: {line[0]}' for line in self.BROKEN.finditer(dump.text)]
        wrong += re.findall(r'^(?!note: information: ).+', dump.notes, re.M)
        print(f'{dump.feed}: {len(lines)} lines, {len(facts)} facts', *wrong, sep='\n  ')
        return not wrong and not dump.failed
