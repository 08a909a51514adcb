"""Roles as processes of their own that share nothing but PostgreSQL: one takes pushes, two scan, one
tells. What two workers do beside one is printed, for work that waits and for work that computes; a
loaded machine proves nothing of it, so only what is done is checked.

usage: test_roles.py PLIMSOLL       (in test/with-postgresql; SLOW=1 for the figures)
"""
import http.server
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request

from harness import MANIFEST, Image, free_port, noise, skip, stop, wait_for_port
from program import Program

NAME = "integration/roles"
SECRET = "hook-secret"
PACKAGE = "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n"
FLAW = {"id": "CVE-2026-0001", "modified": "2026-01-01T00:00:00Z",
        "affected": [{"package": {"ecosystem": "Debian:12", "name": "openssl"},
                      "ranges": [{"type": "ECOSYSTEM",
                                  "events": [{"introduced": "0"}, {"fixed": "3.0.13-1"}]}]}]}
NEW_FLAW = {**FLAW, "id": "CVE-2026-0002", "modified": "2026-01-02T00:00:00Z"}


class Registry(http.server.ThreadingHTTPServer):
    """Gives manifests and blobs, after a while: most real registries are far away."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), RegistryRequest)
        self.blobs = {}
        self.asked = set()
        self.delay = 0.0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class RegistryRequest(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.rsplit("/", 1)[1]
        self.server.asked.add(name)
        time.sleep(self.server.delay)
        blob = self.server.blobs.get(name, b"")
        self.send_response(200 if blob or self.path == "/v2/" else 404)
        self.send_header("Content-Length", str(len(blob)))
        if "/manifests/" in self.path:
            self.send_header("Content-Type", MANIFEST)
            self.send_header("Docker-Content-Digest", name)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(blob)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def make_images(count, kind, own_bytes):
    """Images that share a base; each has a layer of its own with bytes that take reading."""
    status = "".join(PACKAGE.format(name=f"p{i}", version="1.0-1") for i in range(300))
    status += PACKAGE.format(name="openssl", version="3.0.11-1")
    base = {"etc/os-release": b"ID=debian\nVERSION_ID=12\n", "var/lib/dpkg/status": status.encode()}
    return [Image([base, {f"srv/{kind}{i}.jar": noise(own_bytes, f"{kind}{i}")}])
            for i in range(count)]


class Roles(Program):
    def __init__(self, binary, name=NAME):
        super().__init__(name, binary)
        self.registry = Registry()
        self.port = free_port()
        self.processes = {}
        self.make_database("db", FLAW)
        self.store = self.make_store()
        self.settings = self.file("settings.yaml", f"""registries:
  main:
    host: 127.0.0.1:{self.registry.server_address[1]}
    hook: {{secret_env: HOOK_SECRET}}
files: {self.path("outbox")}
""")
        os.mkdir(self.path("outbox"))

    def file(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content)
        return self.path(name)

    def make_database(self, name, *flaws):
        feeds = self.path("feeds-" + name)
        os.mkdir(feeds)
        with tarfile.open(os.path.join(feeds, "debian-osv.tar.zst"), "w") as archive:
            for flaw in flaws:
                content = json.dumps(flaw).encode()
                member = tarfile.TarInfo(flaw["id"] + ".json")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        done = self.run("db", "build", "-q", "--from", feeds, "-o", self.path(name))
        if done.status != 0:
            raise RuntimeError(str(done))

    def make_store(self):
        """The URL stands in a file, as it does where it has a password."""
        url = os.environ.get("PLIMSOLL_TEST_POSTGRESQL")
        if not url:
            skip(NAME, "PLIMSOLL_TEST_POSTGRESQL is not set")
        name = f"roles{os.getpid()}"
        psql = os.path.join(os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"], "psql")
        subprocess.run([psql, url, "-qc", f"CREATE DATABASE {name}"], check=True)
        return "@" + self.file("store", url.replace("/postgres?", f"/{name}?") + "\n")

    # ------------------------------------------------------------ processes

    def start(self, name, *arguments, database="db"):
        """Whoever takes no hooks does not know their secret."""
        secret = {"HOOK_SECRET": SECRET} if name == "api" else {}
        with open(self.path(name + ".log"), "ab") as log:
            self.processes[name] = subprocess.Popen(
                [self.binary, "serve", "--store", self.store, "--settings", self.settings, "--db",
                 self.path(database), "--state", self.path(name), *arguments],
                env=self.environment(XDG_CACHE_HOME=self.path(name, "cache"), **secret),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start_worker(self, number, **more):
        self.start(f"worker-{number}", "--role", "worker", "--workers", "1", **more)

    def end(self, name):
        stop(self.processes.pop(name))

    def log(self, name):
        with open(self.path(name + ".log"), encoding="utf-8") as file:
            return file.read()

    def scans(self, name):
        return len(re.findall(r"scan .*: \d+ ms", self.log(name)))

    # ------------------------------------------------------------ asking

    def make_token(self):
        done = self.run("token", "create", "test", "--scope", "read,subscribe,admin", "--quiet",
                        "--store", self.store)
        self.check(done.status == 0, "a token", done)
        self.token = done.out.decode().strip()

    def ask(self, path, body=None, secret=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}",
                                         data=json.dumps(body).encode() if body else None)
        request.add_header("Authorization", f"Bearer {secret or self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def push(self, images, kind):
        events = []
        for number, image in enumerate(images):
            self.registry.blobs.update(image.blobs)
            target = {"mediaType": MANIFEST, "digest": image.digest, "tag": "1",
                      "repository": f"{kind}/app{number}"}
            events.append({"id": f"{kind}{number}", "action": "push", "target": target,
                           "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})
        for event in events:
            self.ask("/v1/hooks/main", {"events": [event]}, SECRET)

    def count_images(self):
        count, path = 0, "/v1/images?limit=500"
        while path:
            answer = self.ask(path)
            count += len(answer["items"])
            path = answer.get("next") and f"/v1/images?limit=500&after={answer['next']}"
        return count

    def await_that(self, what, ask):
        end = time.monotonic() + 240
        while not ask():
            dead = [name for name, process in self.processes.items() if process.poll() is not None]
            if dead or time.monotonic() > end:
                self.check(False, what, dead, *[self.log(name)[-1500:] for name in self.processes])
                return False
            time.sleep(0.05)
        return True

    # ------------------------------------------------------------ the tests

    def test_together(self):
        self.start("api", "--role", "api", "--listen", f"127.0.0.1:{self.port}")
        wait_for_port(self.port, self.processes["api"])
        self.start("notifier", "--role", "notifier")
        self.make_token()
        self.ask("/v1/subscriptions", {"project": "default", "owner": "team", "channel": "file",
                                       "address": "team.jsonl"})
        self.start_worker(1)
        self.start_worker(2)
        images = make_images(20, "together", 1000)
        self.registry.delay = 0.05
        self.push(images, "together")
        if not self.await_that("all images", lambda: self.count_images() == len(images)):
            return
        done = [self.scans("worker-1"), self.scans("worker-2")]
        self.check(sum(done) == len(images) and min(done) > 0,
                   "each image was scanned once, and both workers took part", done)
        self.await_that("all messages", lambda: len(self.messages()) >= len(images))
        keys = [message["id"] for message in self.messages()]
        self.check(len(keys) == len(set(keys)) == len(images), "one message for each push", len(keys))
        self.check(all(message["data"]["learned"][0]["id"] == FLAW["id"]
                       for message in self.messages()), "it says what is wrong")

    def messages(self):
        path = self.path("outbox", "team.jsonl")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def test_one_after_the_other(self):
        """One machine has got a new database, the other not yet: nobody goes back to the old one."""
        for number in (1, 2):
            self.end(f"worker-{number}")
        shutil.copy(self.path("db"), self.path("own-db"))
        self.start_worker(1, database="own-db")
        self.start_worker(2)
        self.await_that("both look", lambda: all(
            os.path.isdir(self.path(f"worker-{number}", "databases")) for number in (1, 2)))
        time.sleep(2)
        self.make_database("new-db", FLAW, NEW_FLAW)
        os.rename(self.path("new-db"), self.path("own-db"))
        self.await_that("a judgement", lambda: self.ask("/v1/judgements")["items"])
        time.sleep(25)  # each looks at its database twice
        judgements = self.ask("/v1/judgements")["items"]
        changes = self.ask("/v1/changes")["items"]
        self.check([each["id"] for each in changes] == [NEW_FLAW["id"]],
                   "which advisories made the difference", changes)
        kinds = {each["kind"] for message in self.messages() for each in message["data"]["learned"]}
        self.check(len(judgements) == 1 and kinds == {"pushed", "new"},
                   "a machine with an older database leads nobody back", judgements, kinds)

    def measure(self, kind, own_bytes, delay, count):
        """Images a second with one worker and with two, each time others."""
        rates = []
        for workers in (1, 2):
            for number in (1, 2):
                if f"worker-{number}" in self.processes:
                    self.end(f"worker-{number}")
            images = make_images(count, f"{kind}{workers}-", own_bytes)
            before = self.count_images()
            self.registry.delay = delay
            self.push(images, f"{kind}{workers}")
            for number in range(1, workers + 1):
                self.start_worker(number)
            start = time.monotonic()
            if not self.await_that("images", lambda: self.count_images() == before + count):
                return
            rates.append(count / (time.monotonic() - start))
        print(f"note {kind}: {rates[0]:.1f} images a second with one worker, {rates[1]:.1f} with two:"
              f" {rates[1] / rates[0]:.2f} times; load {os.getloadavg()[0]:.1f} on"
              f" {os.cpu_count()} processors", flush=True)


def main():
    roles = Roles(sys.argv[1])
    try:
        roles.test_together()
        roles.test_one_after_the_other()
        if os.environ.get("SLOW"):
            roles.measure("waits", 1000, 0.2, 60)
            roles.measure("computes", 8 << 20, 0.0, 60)
    finally:
        for process in roles.processes.values():
            stop(process)
    roles.finish()


if __name__ == "__main__":
    main()
