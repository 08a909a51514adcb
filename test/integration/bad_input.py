"""What the tests of bad input share: images made of any bytes, and what a run on them leaves."""

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile

from harness import CONFIG, MANIFEST, descriptor, digest, write_layout
from program import Done, Program, is_sanitized

GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
MIB = 1 << 20
MOST_RSS = 200 * MIB

# Runs its arguments and writes the peak of their resident KiB to a file: a process of this size
# would hand on its own peak to what it starts.
MEASURE = """import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status if status >= 0 else 128 - status)
"""


class Layer:
    """A layer and what the image says of it."""

    def __init__(self, blob, diff_id, media_type=GZIP):
        self.blob = blob
        self.diff_id = diff_id
        self.media_type = media_type


def tar_layer(raw):
    return Layer(gzip.compress(raw, 1, mtime=0), digest(raw))


def members(*entries):
    """A tar of (path, type, link target or content)."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path, kind, value in entries:
            info = tarfile.TarInfo(path)
            info.type = kind
            if kind == tarfile.REGTYPE:
                info.size = len(value)
            else:
                info.linkname = value
            tar.addfile(info, io.BytesIO(value) if kind == tarfile.REGTYPE else None)
    return raw.getvalue()


def header(path, size, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(path)
    info.size = size
    info.type = kind
    info.linkname = link
    return info.tobuf(tarfile.GNU_FORMAT)


def repeated(prefix, block, count, pack):
    """A compressed stream of the prefix and then the block, many times: each packed once."""
    return pack(prefix) + pack(block) * count


def repeated_digest(prefix, block, count):
    state = hashlib.sha256(prefix)
    for _ in range(count):
        state.update(block)
    return "sha256:" + state.hexdigest()


def gzip_member(data):
    return gzip.compress(data, 9, mtime=0)


def numbered_headers(pattern, first, count, kind=tarfile.REGTYPE, link="", after="", content=b""):
    """Headers of links, or of files with the content, the number in six digits of the name."""
    template = bytearray(header(pattern + "000000" + after, len(content), kind, link))
    content += bytes(-len(content) % 512)
    place = len(pattern)
    checksum = int(template[148:154], 8) - 6 * 48
    parts = []
    for number in range(first, first + count):
        digits = b"%06d" % number
        template[place:place + 6] = digits
        template[148:154] = b"%06o" % (checksum + sum(digits))
        parts.append(bytes(template) + content)
    return b"".join(parts)


class BadInput(Program):
    """Runs the program on what is bad, and looks at everything it leaves."""

    def __init__(self, name, binary):
        super().__init__(name, binary)
        self.sanitized = is_sanitized(self)
        self.images = 0
        for name in ("home", "tmp", "work"):
            os.mkdir(self.path(name))

    def many(self, count):
        """So many of what is each treated alike; a sanitizer, which is slow, sees it in a tenth."""
        return count // 10 if self.sanitized else count

    def listing(self):
        """All files but the cache: {path: (size, time of the last change)}."""
        found = {}
        for directory, folders, files in os.walk(self.directory):
            if directory == self.directory:
                folders.remove("cache") if "cache" in folders else None
            for name in folders + files:
                path = os.path.join(directory, name)
                status = os.lstat(path)
                found[path] = (status.st_size, status.st_mtime_ns)
        return found

    def measure(self, *arguments):
        """(Done, peak resident bytes of the larger of parent and worker)."""
        peak = self.path("tmp", "peak")
        open(peak, "w", encoding="ascii").close()
        self.forget()  # a layer that is in the cache is not read
        with open(self.path("tmp", "out"), "w+b") as out, \
                open(self.path("tmp", "messages"), "w+b") as messages:
            before = self.listing()
            status = subprocess.call(
                [sys.executable, "-S", "-c", MEASURE, peak, self.binary, *arguments],
                stdin=subprocess.DEVNULL, stdout=out, stderr=messages, cwd=self.path("work"),
                env=self.environment(HOME=self.path("home"), TMPDIR=self.path("tmp")))
            after = self.listing()
            for path in (out.name, messages.name, peak):
                before.pop(path), after.pop(path)
            out.seek(0)
            messages.seek(0)
            done = Done(status, out.read(), messages.read())
        written = sorted(path for path in before.keys() | after.keys()
                         if before.get(path) != after.get(path))
        with open(peak, encoding="ascii") as file:
            return done, int(file.read()) << 10, written

    def expect(self, what, target, status, *words, options=(), command="bom", lax=True):
        """Status 1: an error with the words. 3: incomplete, with a note. 0: nothing is missed.
        What is large need not be read again (`lax`) to see that only --strict makes it an error."""
        strict = ["--strict"] if status == 3 else []
        done, rss, written = self.measure(command, "-o", "json", *strict, *options, target)
        text = done.messages
        fine = done.status == status
        if fine and status != 1:
            scan = json.loads(done.out)
            text = " | ".join(f"{note['location']}: {note['text']}" for note in scan["notes"])
            fine = scan["complete"] == (status == 0)
        fine = fine and all(word in text for word in words) and (status == 0 or text)
        self.check(fine, f"{what}: {done.status}, {rss / MIB:.0f} MiB: {text.strip()[:150]}", done)
        self.check(self.sanitized or rss < MOST_RSS, f"{what}: memory", f"{rss / MIB:.0f} MiB")
        self.check(not written, f"{what}: writes only to its cache", written)
        if status == 3 and lax:
            again, _, _ = self.measure(command, "-o", "json", *options, target)
            self.check(again.status == 0, f"{what}: status 0 without --strict", again)

    def layout(self, layers, index=None, more=None):
        """An image of layers; the files of `more`, {digest: bytes}, replace or join its blobs."""
        self.images += 1
        config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {
            "type": "layers", "diff_ids": [layer.diff_id for layer in layers]}}).encode()
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor(CONFIG, config),
            "layers": [descriptor(layer.media_type, layer.blob) for layer in layers]}).encode()
        blobs = {digest(data): data for data in (config, manifest, *(x.blob for x in layers))}
        blobs.update(more or {})
        path = self.path(f"image{self.images}")
        write_layout(path, index or [descriptor(MANIFEST, manifest)], blobs)
        return "oci-dir:" + path

    def drop(self, target):
        shutil.rmtree(target.split(":", 1)[1])
