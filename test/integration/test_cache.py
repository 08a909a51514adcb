"""Layers that were read before: the same answer, whatever is cached, damaged or in the way."""

import os
import sys

from harness import MANIFEST, Image, descriptor, write_layout
from program import Program

NAME = "integration/cache"


def large(seed, size):
    """A record of a package that fills more than the buffers between the two processes."""
    head = (f"Package: p{seed}\nStatus: install ok installed\nArchitecture: amd64\n"
            f"Version: {seed}\nDescription: long\n").encode()
    return head + f" {seed}\n".encode() * (size // 3)


def write_image(program, name, layers):
    image = Image(layers)
    write_layout(program.path(name), [descriptor(MANIFEST, image.manifest)], image.blobs)
    return "oci-dir:" + program.path(name)


def test_mixed(program):
    """Some layers cached, some not: neither side may wait for ever for the other to listen."""
    cached = [{f"var/lib/dpkg/status.d/c{i}": large(i, 12 << 20)} for i in range(3)]
    program.bom(write_image(program, "lower", cached))
    fresh = [{"var/lib/dpkg/status.d/f": large(8, 1 << 20)},
             {"var/lib/dpkg/status.d/g": large(9, 2 << 20)}]
    target = write_image(program, "mixed", fresh[:1] + cached + fresh[1:])
    first = program.bom(target, "--timeout", "60")
    program.check_equal(first, program.bom(target), "cached and read layers together, then cached")
    program.check_equal(first, program.bom(target, "--no-cache"), "as without a cache")


def entries(program):
    return [os.path.join(directory, name)
            for directory, _, names in os.walk(program.path("cache", "plimsoll", "layers"))
            for name in names]


def test_damage(program):
    target = write_image(program, "small", [{"var/lib/dpkg/status.d/s": large(7, 1000)}])
    program.forget()
    wanted = program.bom(target)
    for what, spoil in (("cut short", lambda data: data[:-1]), ("empty", lambda _: b""),
                        ("one bit off", lambda data: data[:100] + bytes([data[100] ^ 1])
                         + data[101:])):
        program.check(entries(program), "the layer was stored")
        for path in entries(program):
            with open(path, "rb") as file:
                data = file.read()
            with open(path, "wb") as file:
                file.write(spoil(data))
        program.check_equal(program.bom(target), wanted, f"an entry that is {what} is not believed")


def main():
    program = Program(NAME, sys.argv[1])
    test_mixed(program)
    test_damage(program)
    program.finish()


if __name__ == "__main__":
    main()
