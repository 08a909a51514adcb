"""A layer that one worker has read is asked of the registry by no other: workers on machines of their
own, each with a cache of its own, share what they read through the store alone.

usage: test_shared_layers.py PLIMSOLL sqlite|postgresql    (the latter in test/with-postgresql)
"""
import copy
import json
import os
import shutil
import sqlite3
import subprocess
import sys

from harness import CONFIG, descriptor, digest, stop, wait_for_port
from test_roles import SECRET, RegistryRequest, Roles, make_images

NAME = "integration/shared_layers"


class Shared(Roles):
    """As in test_roles; what is asked of the registry is counted."""

    def __init__(self, binary, kind):
        self.kind = kind
        super().__init__(binary, NAME)
        self.settings = self.file("settings.yaml", f"""registries:
  main:
    host: 127.0.0.1:{self.registry.server_address[1]}
    hook: {{secret_file: {self.file("secret", SECRET)}}}
""")
        self.asked = self.registry.requested = []
        self.registry.RequestHandlerClass = Counting

    def make_store(self):
        return f"sqlite:{self.path('store.db')}" if self.kind == "sqlite" else super().make_store()

    def start_machine(self, name):
        """All roles in one process, with an own home; the only one at this time."""
        self.start(name, "--listen", f"127.0.0.1:{self.port}", "--workers", "1")
        wait_for_port(self.port, self.processes[name])

    def scan(self, images, kind):
        """Pushes images, and returns the blobs that were fetched for them."""
        before = self.count_images()
        del self.asked[:]
        self.push(images, kind)
        self.await_that(f"{kind}: all images", lambda: self.count_images() == before + len(images))
        return [name for name in self.asked if "/blobs/" in name]

    def rows(self, statement):
        if self.kind == "sqlite":
            with sqlite3.connect(self.path("store.db")) as store:
                return [list(map(str, row)) for row in store.execute(statement)]
        with open(self.path("store"), encoding="utf-8") as file:
            url = file.read().strip()
        psql = os.path.join(os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"], "psql")
        done = subprocess.run([psql, url, "-qAtc", statement], check=True, capture_output=True,
                              text=True)
        return [line.split("|") for line in done.stdout.splitlines()]

    def found(self, image):
        return self.ask(f"/v1/images/{image.digest}")["findings"]


class Counting(RegistryRequest):
    def do_GET(self):
        self.server.requested.append(self.path)
        super().do_GET()

    do_HEAD = do_GET


def layer_digests(image):
    return [name for name, blob in image.blobs.items() if blob in image.layers]


def fetched(asked, image):
    """Those of the image's layers that are among the blobs."""
    return [name for name in layer_digests(image) if any(path.endswith(name) for path in asked)]


def relabelled(image):
    """The same layers in an image of its own."""
    other = copy.copy(image)
    config = json.loads(image.config)
    config["config"] = {"Labels": {"of": "another"}}
    other.config = json.dumps(config).encode()
    manifest = json.loads(image.manifest)
    manifest["config"] = descriptor(CONFIG, other.config)
    other.manifest = json.dumps(manifest).encode()
    other.digest = digest(other.manifest)
    other.blobs = {digest(blob): blob for blob in [other.config, other.manifest, *image.layers]}
    return other


def main():
    shared = Shared(sys.argv[1], sys.argv[2])
    check = shared.check
    try:
        shared.start_machine("first")
        shared.make_token()
        image, other, third = make_images(3, "shared", 100)
        asked = shared.scan([image], "one")
        check(len(fetched(asked, image)) == 2, "the first machine fetches both layers", asked)
        check(len(shared.rows("SELECT key FROM layer_extract")) == 2, "and keeps what is in them")
        found = shared.found(image)
        shared.end("first")

        shared.start_machine("second")
        again = relabelled(image)
        asked = shared.scan([again], "two")
        check(not fetched(asked, again), "a second machine fetches none of them", asked)
        check(shared.found(again) == found and sum(found.values()) > 0, "and finds the same",
              found, shared.found(again))
        asked = shared.scan([other], "three")
        check(len(fetched(asked, other)) == 1, "of an image with one new layer only that", asked)
        shared.end("second")

        shutil.rmtree(shared.path("first"))
        shared.start_machine("first")
        last = relabelled(other)
        asked = shared.scan([last], "four")
        check(not fetched(asked, last), "nor does one whose cache is lost", asked)
        shared.end("first")

        # What is kept is not believed: a damaged one is as good as none, and replaced.
        shared.rows("UPDATE layer_extract SET content = 'damaged'")
        shutil.rmtree(shared.path("first"))
        shared.start_machine("first")
        damaged = relabelled(third)
        asked = shared.scan([damaged], "five")
        check(len(fetched(asked, damaged)) == 2, "what is damaged is read again", asked)
        check(shared.found(damaged) == found, "with the same findings", shared.found(damaged))
        check(len(shared.rows("SELECT key FROM layer_extract WHERE bytes > 100")) == 4,
              "and takes its place")
    finally:
        for process in shared.processes.values():
            stop(process)
    shared.finish()


if __name__ == "__main__":
    main()
