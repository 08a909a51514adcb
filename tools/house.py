"""What the checks of the house share: the layers file and C files without comments."""
import fnmatch
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Layers:
    """tools/layers.txt: for each keyword the list of its lines, split at blanks."""

    def __init__(self, root):
        self.lines = {}
        with open(os.path.join(root, "tools", "layers.txt"), encoding="utf-8") as lines:
            for line in lines:
                words = line.split()
                if words and not words[0].startswith("#"):
                    self.lines.setdefault(words[0], []).append(words[1:])

    def level_of(self, folder):
        for level, patterns in enumerate(self.lines["level"]):
            if matches(folder, patterns):
                return level
        return None

    def patterns(self, keyword):
        return [pattern for line in self.lines.get(keyword, []) for pattern in line]

    def is_a(self, keyword, name):
        return matches(name, self.patterns(keyword))


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def files_below(root, directory, suffixes):
    """Paths relative to root, sorted."""
    found = []
    for place, directories, names in os.walk(os.path.join(root, directory)):
        directories[:] = [name for name in directories if not name.startswith(("build", "."))]
        for name in names:
            if name.endswith(suffixes):
                found.append(os.path.relpath(os.path.join(place, name), root))
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def without_comments(text):
    """C without comments and without what stands in literals; lines keep their numbers."""

    def blank(match):
        token = match.group()
        kept = token[0] * 2 if token[0] in "\"'" else " "
        return kept + "\n" * token.count("\n")

    return TOKENS.sub(blank, text)


def report(violations):
    """Prints them; the exit status of the check."""
    for violation in violations:
        print(violation)
    print(f"{os.path.basename(sys.argv[0])}: {len(violations)} violations")
    return 1 if violations else 0
