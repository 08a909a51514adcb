"""Every limit is kept to: set too low for an image, the scan fails or says that it is incomplete."""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile

from harness import INDEX, MANIFEST, Image, descriptor, digest, make_index, write_layout
from program import Program, docker_archive, is_sanitized, write_packages_image

NAME = "integration/limits"

# What is too little for the image below.
TOO_LITTLE = {
    "layers": 1, "layer_bytes": "1K", "layer_entries": 1, "file_bytes": 1, "kept_bytes": 1,
    "kept_entries": 1, "path_bytes": 4, "header_bytes": 10, "document_bytes": 10,
    "index_entries": 1, "depth": 1, "packages": 1, "field_bytes": 1, "memory_bytes": "1M",
    "cover_entries": 0,
}
# Tested below, each in its own way; the last five where they belong: cache, feeds, database, catalog.
OTHERS = {"expansion_ratio", "expansion_floor", "notes", "seconds", "spool_bytes", "cache_bytes",
          "feed_bytes", "build_bytes", "archive_entries", "archive_bytes", "roster_entries"}


def long_names_layer():
    """A layer whose entry needs an extension header."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("var/lib/dpkg/info/" + "long" * 60)
        tar.addfile(info)
    return out.getvalue()


def add_layer(image, tar):
    """Appends a layer to an image of the harness."""
    blob = gzip.compress(tar, 1, mtime=0)
    config = json.loads(image.config)
    config["rootfs"]["diff_ids"].append(digest(tar))
    image.config = json.dumps(config).encode()
    manifest = json.loads(image.manifest)
    manifest["config"].update(digest=digest(image.config), size=len(image.config))
    manifest["layers"].append({**manifest["layers"][0], "digest": digest(blob), "size": len(blob)})
    image.manifest = json.dumps(manifest).encode()
    image.blobs.update({digest(data): data for data in (blob, image.config, image.manifest)})


def make_layout(directory):
    """An index over two platforms; two packages, long names, a file that shrinks well."""
    def record(name):
        return (f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\n"
                "Version: 1\n\n").encode()
    image = Image([{"etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
                    "var/lib/dpkg/status": record("anchor") + record("buoy"),
                    "usr/bin/one": b"1", "usr/bin/two": b"2", "zeros": bytes(1 << 20)}])
    add_layer(image, long_names_layer())
    other = Image([{"a": b"a"}], "s390x")
    index = make_index([image, other])
    write_layout(directory, [descriptor(INDEX, index)],
                 {**image.blobs, **other.blobs, digest(index): index,
                  digest(image.manifest): image.manifest})
    return directory


def scan(program, target, *limits, **more):
    options = [word for limit in limits for word in ("--limit", limit)]
    return program.run("bom", "-o", "json", "--no-cache", "--platform", "linux/amd64", *options,
                       target, **more)


def is_cut(done):
    return done.status == 1 and done.messages or done.status == 0 and not done.json()["complete"]


def test_all(program, layout):
    help_text = program.run("bom", "--help").out.decode()
    names = {line.split()[0] for line in help_text.split("limits and their defaults:")[1]
             .splitlines() if line.strip()}
    program.check_equal(names, set(TOO_LITTLE) | OTHERS, "every limit has a test")
    whole = scan(program, layout)
    program.check(whole.status == 0 and whole.json()["complete"]
                  and len(whole.json()["packages"]) == 2, "within the limits all is read", whole)
    for name, value in TOO_LITTLE.items():
        if name == "memory_bytes" and is_sanitized(program):
            continue
        done = scan(program, layout, f"{name}={value}")
        program.check(is_cut(done), f"{name}={value}", done)
    done = scan(program, layout, "expansion_ratio=2", "expansion_floor=4K")
    program.check(is_cut(done), "expansion_ratio and expansion_floor", done)
    done = scan(program, layout, "expansion_ratio=2")
    program.check(done.status == 0 and done.json()["complete"], "no ratio below the floor", done)
    done = program.run("scan", "-o", "json", "--check", "integrity", "--no-cache", "--platform",
                       "linux/amd64", "--limit", "roster_entries=1", layout)
    program.check(is_cut(done), "roster_entries=1", done)
    done = scan(program, layout, "notes=0", "packages=1")
    program.check(done.status == 0 and not done.json()["complete"]
                  and "not kept" in done.json()["notes"][0]["text"],
                  "notes that are not kept still make the scan incomplete", done)


def test_pipes(program):
    archive = docker_archive(write_packages_image(program.path("packages")), "harbour/app:1")
    done = scan(program, "docker-archive:-", input=archive)
    program.check(done.status == 0 and len(done.json()["packages"]) == 2, "an archive by pipe", done)
    done = scan(program, "docker-archive:-", "spool_bytes=4K", input=archive)
    program.check(done.status == 1 and "spool_bytes" in done.messages, "spool_bytes", done)
    with subprocess.Popen(["sleep", "60"], stdout=subprocess.PIPE) as silent:
        done = scan(program, "docker-archive:-", "seconds=1", stdin=silent.stdout)
        silent.kill()
    program.check(done.status == 1 and "time" in done.messages, "seconds: silence", done)


def main():
    program = Program(NAME, sys.argv[1])
    test_all(program, "oci-dir:" + make_layout(program.path("layout")))
    test_pipes(program)
    program.finish()


if __name__ == "__main__":
    main()
