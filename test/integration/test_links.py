"""Package databases behind symbolic and hard links, as far as passes over the layers go.

usage: test_links.py PLIMSOLL
"""

import sys
import tarfile

from harness import MANIFEST, Image, descriptor, write_layout
from program import Program

DATABASE = "var/lib/dpkg/status"
STATUS = b"""Package: hidden
Status: install ok installed
Architecture: amd64
Version: 1.0-1

"""


def symbolic(target):
    return (tarfile.SYMTYPE, target)


def chain(length):
    """The database behind so many symbolic links, one leading to the next."""
    names = [DATABASE] + [f"data/{i}" for i in range(1, length + 1)]
    links = {name: symbolic("/" + target) for name, target in zip(names, names[1:])}
    return {**links, names[-1]: STATUS}


def scan(program, name, *layers):
    image = Image(layers)
    path = program.path(name)
    write_layout(path, [descriptor(MANIFEST, image.manifest)], image.blobs)
    return program.run("bom", "-o", "json", "oci-dir:" + path).json()


def check_found(program, what, *layers):
    result = scan(program, what.replace(" ", "-"), *layers)
    program.check(result["complete"] and len(result["packages"]) == 1, what, result["notes"])


def main():
    program = Program("integration/links", sys.argv[1])
    for length in range(4):
        check_found(program, f"chain of {length}", chain(length))
    check_found(program, "directory elsewhere",
                {"var/lib/dpkg": symbolic("../../data"), "data/status": STATUS})
    check_found(program, "hard link",
                {"data/one": STATUS, DATABASE: (tarfile.LNKTYPE, "data/one")})
    check_found(program, "target in a later layer",
                {DATABASE: symbolic("/data/one")}, {"data/one": STATUS})

    check_found(program, "chain of 6", chain(6))
    result = scan(program, "long", chain(40))
    program.check(not result["complete"], "a chain too long to follow is said", result["notes"])
    result = scan(program, "circle", {DATABASE: symbolic("/a"), "a": symbolic(DATABASE)})
    program.check(not result["packages"], "a circle ends", result["notes"])
    program.finish()


main()
