"""The service on a disk that gets full while images are pushed: new work is refused, and the log says
why; what was accepted is scanned and told when there is room again. The disk holds all of the store:
SQLite's file, or PostgreSQL's data and its log. The worker's cache of layers is on a disk that is
full all the time.

usage: test_service_disk.py PLIMSOLL sqlite|postgresql WITH_POSTGRESQL
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error

from harness import restart_postgresql, skip, small_disk, stop, wait_for_port
from test_roles import SECRET, MANIFEST, Roles, make_images

NAME = "integration/service_disk"
MEGABYTES = {"sqlite": 12, "postgresql": 160}
MOST_PUSHES = 400  # before the disk is full
LEFT = {"sqlite": 300000, "postgresql": 0}  # bytes; a server has some in its files


def fill(disk, left=0):
    """Leaves that many bytes."""
    with open(os.path.join(disk, "ballast"), "ab", buffering=0) as file:
        try:
            while (room := shutil.disk_usage(disk).free - left) > 0:
                file.write(bytes(min(room, 1 << 20)))
        except OSError:
            pass  # it is full


class Disk(Roles):
    def __init__(self, binary, kind, disk):
        self.kind, self.disk = kind, disk
        super().__init__(binary, NAME)
        self.accepted = []
        self.refused = []

    def make_store(self):
        return ("sqlite:" + os.path.join(self.disk, "store.sqlite") if self.kind == "sqlite"
                else super().make_store())

    # ------------------------------------------------------------ the disk


    def fill(self, left=0):
        fill(self.disk, left)

    def free(self):
        os.remove(os.path.join(self.disk, "ballast"))

    # ------------------------------------------------------------ pushes

    def push_one(self, image):
        """True: the notice was accepted, and must have its effect from then on."""
        self.registry.blobs.update(image.blobs)
        number = len(self.accepted) + len(self.refused)
        target = {"mediaType": MANIFEST, "digest": image.digest, "tag": "1",
                  "repository": f"disk/app{number}"}
        event = {"id": f"disk{number}", "action": "push", "target": target,
                 "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        try:
            self.ask("/v1/hooks/main", {"events": [event]}, SECRET)
            self.accepted.append(image)
            return True
        except urllib.error.HTTPError as error:
            if error.code not in (503, 507):
                self.check(False, "a full disk is no fault of the sender", error.code)
            self.refused.append(image)
            return False

    def push_until_refused(self, prefix):
        for number in range(MOST_PUSHES):
            if not self.push_one(make_images(1, f"{prefix}{number}-", 1000)[0]):
                return True
        return False

    def is_all_done(self):
        """A store whose server is gone is not done."""
        try:
            return (self.count_images() >= len(self.accepted)
                    and len({each["id"] for each in self.messages()}) >= len(self.accepted))
        except (urllib.error.URLError, OSError):
            return False

    def check_all_done(self, when):
        if not self.await_that(f"{when}: all that was accepted is scanned and told", self.is_all_done):
            return
        ids = [each["id"] for each in self.messages()]
        self.check(self.count_images() == len(self.accepted) == len(set(ids)),
                   f"{when}: all that was accepted is scanned and told",
                   self.count_images(), len(self.accepted), len(set(ids)))

    # ------------------------------------------------------------ the tests

    def start_all(self, cache):
        self.start("api", "--role", "api", "--listen", f"127.0.0.1:{self.port}")
        wait_for_port(self.port, self.processes["api"])
        self.make_token()
        self.ask("/v1/subscriptions", {"project": "default", "owner": "team", "channel": "file",
                                       "address": "team.jsonl"})
        self.start("notifier", "--role", "notifier")
        os.mkdir(self.path("worker-1"))
        os.symlink(cache, self.path("worker-1", "cache"))
        self.start_worker(1)

    def test_full(self):
        for number in range(3):
            self.push_one(make_images(1, f"before{number}-", 1000)[0])
        self.check_all_done("with room, and a cache that is full")
        self.fill(LEFT[self.kind])
        self.check(self.push_until_refused("full"), "a full disk refuses new work")
        accepted = len(self.accepted)
        self.fill()
        for number in range(3):
            self.push_one(make_images(1, f"more{number}-", 1000)[0])
        self.check("No space left on device" in self.log("api"), "the log says why",
                   self.log("api")[-1000:])
        self.check(self.ask("/healthz"), "the service lives")
        time.sleep(2)  # all roles meet the full disk
        self.free()
        self.check_all_done("with room again")
        print(f"note {self.kind}: {accepted} pushes accepted until the disk was full,"
              f" {len(self.refused)} refused", flush=True)

    def test_full_log(self):
        """The server's log has no room for its next part, at which it ends; only somebody who makes
        room can start it again."""
        self.fill()
        psql = os.path.join(os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"], "psql")
        subprocess.run([psql, os.environ["PLIMSOLL_TEST_POSTGRESQL"], "-qc", "SELECT pg_switch_wal()"],
                       check=False, capture_output=True)
        self.check(self.push_until_refused("log"), "without room for its log the server takes nothing")
        time.sleep(1)
        self.free()
        restart_postgresql("immediate")
        self.check_all_done("with room for the log")

    def test_again(self):
        """A sender repeats what was refused."""
        repeated, self.refused = self.refused, []
        for image in repeated:
            self.check(self.push_one(image), "what was refused is accepted now")
        self.check_all_done("what was refused is sent again")
        self.check(not self.ask("/v1/jobs?state=given%20up")["items"], "no job was given up")
        done = self.run("store", "check", "--store", self.store)
        self.check(done.status == 0, "the store is whole", done)


def run(binary, kind, disk, cache):
    test = Disk(binary, kind, disk)
    try:
        test.start_all(cache)
        test.test_full()
        if kind == "postgresql":
            test.test_full_log()
        test.test_again()
    finally:
        for process in test.processes.values():
            stop(process)
    test.finish()


def main():
    binary, kind, with_postgresql = (os.path.abspath(sys.argv[1]), sys.argv[2],
                                     os.path.abspath(sys.argv[3]))
    if len(sys.argv) > 4:  # beside the server, which has its directory on the disk
        del os.environ["TMPDIR"]
        run(binary, kind, *sys.argv[4:])
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        with small_disk(directory, MEGABYTES[kind]) as disk, \
                small_disk(directory, 1, "cache") as cache:
            if not disk or not cache:
                skip(NAME, "this user may not mount a file system")
            fill(cache)
            if kind == "sqlite":
                run(binary, kind, disk, cache)
            environment = {**os.environ, "TMPDIR": disk, "PLIMSOLL_TEST_DURABLE": "1"}
            done = subprocess.run([with_postgresql, sys.executable, __file__, *sys.argv[1:4], disk,
                                   cache], env=environment, check=False)
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
