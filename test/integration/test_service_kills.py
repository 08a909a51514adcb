"""Roles that are killed at random moments while images are pushed: every image is scanned, every owner
is told, and nothing happens twice in effect.

usage: test_service_kills.py PLIMSOLL sqlite|postgresql [KILLS]
       (PostgreSQL's in test/with-postgresql)
"""
import os
import random
import signal
import sys
import threading
import time
import urllib.error

from harness import stop, wait_for_port
from test_roles import SECRET, MANIFEST, Roles, make_images

USUAL_KILLS = int(os.environ.get("PLIMSOLL_TEST_KILLS", "20"))
IMAGES = 60


class Kills(Roles):
    def __init__(self, binary, kind):
        self.kind = kind
        super().__init__(binary)

    def make_store(self):
        return "sqlite:" + self.path("store.sqlite") if self.kind == "sqlite" else super().make_store()

    def start_role(self, name):
        role = name.split("-")[0]
        more = ["--listen", f"127.0.0.1:{self.port}"] if role == "api" else []
        more += ["--workers", "1"] if role == "worker" else []
        self.start(name, "--role", role, *more)

    def kill_some(self, kills, choose):
        """One after the other, at any moment; each is started again at once, as systemd would."""
        for _ in range(kills):
            time.sleep(choose.uniform(0, 0.6))
            name = choose.choice(sorted(self.processes))
            process = self.processes[name]
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.start_role(name)

    def push_patiently(self, images):
        """A registry tries until its notice is taken."""
        for number, image in enumerate(images):
            self.registry.blobs.update(image.blobs)
            target = {"mediaType": MANIFEST, "digest": image.digest, "tag": "1",
                      "repository": f"kills/app{number}"}
            event = {"id": f"kill{number}", "action": "push", "target": target,
                     "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
            while True:
                try:
                    self.ask("/v1/hooks/main", {"events": [event]}, SECRET)
                    break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.1)

    def is_there(self, count):
        try:
            return self.count_images() >= count
        except (urllib.error.URLError, OSError):
            return False

    def test_kills(self, kills, seed):
        names = ["api", "notifier", "worker-1", "worker-2"]
        self.start_role("api")
        wait_for_port(self.port, self.processes["api"])
        self.make_token()
        self.ask("/v1/subscriptions", {"project": "default", "owner": "team", "channel": "file",
                                       "address": "team.jsonl"})
        for name in names[1:]:
            self.start_role(name)
        images = make_images(IMAGES, "kills", 1000)
        killer = threading.Thread(target=self.kill_some, args=(kills, random.Random(seed)))
        killer.start()
        self.push_patiently(images)
        killer.join()
        wait_for_port(self.port, self.processes["api"])
        self.await_that("all images", lambda: self.is_there(len(images)))
        self.await_that("all owners are told",
                        lambda: len({message["id"] for message in self.messages()}) >= len(images))
        self.await_that("nothing is left to do", self.is_done)
        self.check(self.count_images() == len(images), "each image is there once")
        bodies = {}
        for message in self.messages():
            bodies.setdefault(message["id"], set()).add(str(message["data"]))
        self.check(len(bodies) == len(images) and all(len(each) == 1 for each in bodies.values()),
                   "one message for each push, the same however often it was sent", len(bodies))
        self.check(not self.ask("/v1/jobs?state=given%20up")["items"], "no job was given up")
        done = self.run("store", "check", "--store", self.store)
        self.check(done.status == 0, "the store is whole", done)
        print(f"note {self.kind}: {kills} kills, {len(images)} images, "
              f"{len(self.messages())} messages of {len(bodies)}; seed {seed}", flush=True)

    def is_done(self):
        return not (self.ask("/v1/jobs?state=waiting")["items"] or
                    self.ask("/v1/jobs?state=running")["items"])


def main():
    kills = Kills(sys.argv[1], sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else USUAL_KILLS
    try:
        kills.test_kills(count, random.randrange(1 << 32))
    finally:
        for process in kills.processes.values():
            stop(process)
    kills.finish()


main()
