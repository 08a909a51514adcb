"""The archives of ../shared/feeds, for oracles: tar in zstd, of up to 46,000 small files. Python's
tarfile needs ten times as long for the same."""

import subprocess

BLOCK = 512


def read_members(file):
    """(path, bytes) of each file in a tar that is read from the start to the end."""
    name = None
    while (header := file.read(BLOCK)) and header[0]:
        size, kind = int(header[124:135], 8), header[156:157]
        content = file.read(size)
        file.read(-size % BLOCK)
        if kind == b"L":  # GNU: the name of the next member
            name = content.rstrip(b"\0").decode()
        elif kind == b"0" and header[345] == 0:
            yield name or header[:100].rstrip(b"\0").decode(), content
            name = None
        else:
            raise ValueError(f"a tar with members of kind {kind}")


def members(path):
    """(path, bytes) of each file in a .tar.zst."""
    with subprocess.Popen(["zstd", "-dcq", "--long=27", path], stdout=subprocess.PIPE) as zstd:
        yield from read_members(zstd.stdout)
        zstd.stdout.read()
    if zstd.returncode != 0:
        raise RuntimeError(f"zstd: {path}: status {zstd.returncode}")
