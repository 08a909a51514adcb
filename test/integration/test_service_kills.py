"""Roles that are killed at random moments while images are pushed, and a PostgreSQL that is restarted
in the middle of it: every image is scanned, what the world learns meanwhile is found in those that were
scanned before, owners are told of each flaw of each image, and nothing happens twice in effect. One
worker is not killed but stopped in the middle of a scan until others have done it.

usage: test_service_kills.py PLIMSOLL sqlite|postgresql [KILLS]
       (PostgreSQL's in test/with-postgresql; PLIMSOLL_TEST_KILLS=200 for the long form)
"""
import http.server
import json
import os
import random
import signal
import sys
import threading
import time
import urllib.error

from harness import restart_postgresql, stop, wait_for_port
from test_roles import FLAW, MANIFEST, NEW_FLAW, SECRET, Roles, make_images

USUAL_KILLS = int(os.environ.get("PLIMSOLL_TEST_KILLS", "16"))
NAMES = ["api", "notifier", "worker-1", "worker-2"]
KILLS_A_RESTART = 8    # of the database server
PUSH_SECONDS = 0.25    # between two images
START_SECONDS = 15     # after which a role does not end because its store does not answer
FEW_KILLS = 50         # up to which the second owner is left out, whose messages take a while


class Owner(http.server.ThreadingHTTPServer):
    """Gets messages over HTTP, and takes some time for it, in which the notifier may be killed."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), OwnerRequest)
        self.messages = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class OwnerRequest(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(random.uniform(0, 0.05))
        self.server.messages.append(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Kills(Roles):
    def __init__(self, binary, kind):
        self.kind = kind
        super().__init__(binary, "integration/service_kills")
        self.killed = dict.fromkeys(["api", "notifier", "worker"], 0)
        self.restarts = []
        self.pushed = []
        self.ended = []  # roles that ended by themselves: (name, seconds that they lived)
        self.started = {}
        self.owner = Owner()
        self.make_database("new-db", FLAW, NEW_FLAW)
        with open(self.settings, "a", encoding="utf-8") as settings:
            settings.write("allow: [127.0.0.1]\n")

    def make_store(self):
        return "sqlite:" + self.path("store.sqlite") if self.kind == "sqlite" else super().make_store()

    # ------------------------------------------------------------ roles that die

    def start_role(self, name):
        role = name.split("-")[0]
        more = ["--listen", f"127.0.0.1:{self.port}"] if role == "api" else []
        more += ["--workers", "1"] if role == "worker" else []
        self.start(name, "--role", role, *more)
        self.started[name] = time.monotonic()

    def supervise(self):
        """What ended by itself is started again, as systemd would."""
        for name in NAMES:
            if self.processes[name].poll() is not None:
                self.ended.append((name, time.monotonic() - self.started[name]))
                self.start_role(name)

    def kill(self, name):
        process = self.processes[name]
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.killed[name.split("-")[0]] += 1
        self.start_role(name)

    def kill_some(self, kills, choose):
        """One after the other, at any moment, each as often as the others. In the middle of it the
        world learns of one more flaw."""
        names = []
        for number in range(kills):
            if number == kills // 2:
                os.rename(self.path("new-db"), self.path("db"))
            time.sleep(choose.uniform(0, 0.6))
            self.supervise()
            if self.kind == "postgresql" and number % KILLS_A_RESTART == KILLS_A_RESTART // 2:
                self.restarts.append(["immediate", "fast"][len(self.restarts) % 2])
                restart_postgresql(self.restarts[-1])
            if not names:
                names = choose.sample(NAMES, len(NAMES))
            self.kill(names.pop())

    # ------------------------------------------------------------ one that only seems to be dead

    def freeze(self):
        """A worker stands still in the middle of a scan, as long as all others go on."""
        image = make_images(1, "frozen", 1000)[0]
        self.registry.delay = 1.0
        self.start_role("worker-0")
        self.push_patiently(image, 0)
        self.await_that("its scan", lambda: image.digest in self.registry.asked)
        self.processes["worker-0"].send_signal(signal.SIGSTOP)
        self.registry.delay = 0.0
        return image.digest, time.monotonic()

    def await_takeover(self, image, since):
        def is_scanned():
            try:
                return self.ask(f"/v1/images/{image}")
            except (urllib.error.URLError, OSError):
                return False
        if self.await_that("what a worker does that stands still is done by another", is_scanned):
            print(f"note taken over within {time.monotonic() - since:.0f} s", flush=True)

    def thaw(self):
        self.processes["worker-0"].send_signal(signal.SIGCONT)
        # It finds that the job is another's, or before that that its connection is gone.
        self.await_that("what it did then is not kept", lambda: "(try 1)" in self.log("worker-0"))

    def test_slow_end(self):
        """A worker that is told to end finishes its scan, however long that takes, and keeps its lease
        until then."""
        for name in ("worker-0", "worker-1", "worker-2"):
            self.end(name)
        before = self.scans("worker-2")
        image = make_images(1, "slow", 1000)[0]
        self.registry.delay = 8.0
        self.push_patiently(image, "-slow")
        self.start_role("worker-1")
        self.await_that("its scan", lambda: image.digest in self.registry.asked)
        self.start_role("worker-2")
        began = time.monotonic()
        self.processes["worker-1"].terminate()
        self.processes["worker-1"].wait()
        print(f"note ended after {time.monotonic() - began:.0f} s", flush=True)
        self.check(self.ask(f"/v1/images/{image.digest}")["complete"], "it finishes its scan")
        self.check(self.scans("worker-2") == before, "nobody else begins it", self.log("worker-2"))

    # ------------------------------------------------------------ the load

    def push_patiently(self, image, number):
        """A registry tries until its notice is taken."""
        self.registry.blobs.update(image.blobs)
        self.pushed.append(image.digest)
        target = {"mediaType": MANIFEST, "digest": image.digest, "tag": "1",
                  "repository": f"kills/app{number}"}
        event = {"id": f"kill{number}", "action": "push", "target": target,
                 "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        while True:
            try:
                self.ask("/v1/hooks/main", {"events": [event]}, SECRET)
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)

    def push_during(self, killer):
        """New images as long as roles are killed."""
        count = 1  # the one that was frozen
        while killer.is_alive():
            self.push_patiently(make_images(1, f"kills{count}-", 1000)[0], count)
            count += 1
            time.sleep(PUSH_SECONDS)
        return count

    # ------------------------------------------------------------ what must hold

    def is_there(self, count):
        try:
            return self.count_images() >= count
        except (urllib.error.URLError, OSError):
            return False

    def is_done(self):
        return not (self.ask("/v1/jobs?state=waiting")["items"] or
                    self.ask("/v1/jobs?state=running")["items"])

    def subscribe(self, owner, channel, address, **more):
        self.ask("/v1/subscriptions", {"project": "default", "owner": owner, "channel": channel,
                                       "address": address, **more})

    @staticmethod
    def tellings(messages):
        """Of each flaw, in how many images it was told, by messages that differ in their key."""
        told = {}
        for message in {each["id"]: each for each in messages}.values():
            for learned in message["data"]["learned"]:
                told[learned["id"]] = told.get(learned["id"], 0) + learned["images"]
        return told

    def check_told(self, who, messages, count):
        """Each flaw of each image once: with the push, or when the world learned of it."""
        wanted = {FLAW["id"]: count, NEW_FLAW["id"]: count}
        self.await_that(who + " is told of all", lambda: self.tellings(messages()) == wanted)
        bodies = {}
        for message in messages():
            bodies.setdefault(message["id"], set()).add(str(message["data"]))
        self.check(self.tellings(messages()) == wanted, f"{who} is told of each flaw of each image",
                   self.tellings(messages()), wanted)
        self.check(all(len(each) == 1 for each in bodies.values()),
                   "a message is the same however often it was sent")
        print(f"note {len(messages())} messages of {len(bodies)} to {who}", flush=True)

    def check_findings(self, image):
        findings = self.ask(f"/v1/images/{image}")["findings"]
        return sum(findings.values()) == 2

    def check_effects(self, count, owners):
        self.await_that("all images", lambda: self.is_there(count))
        self.check(self.count_images() == count, "each image is there once")
        self.await_that("what is new is judged", lambda: self.ask("/v1/judgements")["items"])
        self.check(all(self.check_findings(image) for image in self.pushed), "each has both flaws")
        self.check(len(self.ask("/v1/judgements")["items"]) == 1, "what is new is judged once")
        for who, messages in owners.items():
            self.check_told(who, messages, count)
        self.await_that("nothing is left to do", self.is_done)
        self.check(not self.ask("/v1/jobs?state=given%20up")["items"], "no job was given up")
        self.check(not self.ask("/v1/notifications?state=dead")["items"], "no message is dead")
        done = self.run("store", "check", "--store", self.store)
        self.check(done.status == 0, "the store is whole", done)

    def test_kills(self, kills, seed):
        owners = {"team": self.messages}
        self.start_role("api")
        wait_for_port(self.port, self.processes["api"])
        self.make_token()
        self.subscribe("team", "file", "team.jsonl")
        if kills > FEW_KILLS:
            self.subscribe("others", "webhook", f"http://127.0.0.1:{self.owner.server_port}/",
                           secret="a secret of enough bytes to be one")
            owners["others"] = lambda: list(self.owner.messages)
        frozen = self.freeze()
        for name in NAMES[1:]:
            self.start_role(name)
        killer = threading.Thread(target=self.kill_some, args=(kills, random.Random(seed)))
        killer.start()
        count = self.push_during(killer)
        wait_for_port(self.port, None, START_SECONDS)
        self.supervise()
        self.await_takeover(*frozen)
        self.thaw()
        self.check_effects(count, owners)
        self.check(all(self.restarts and seconds < START_SECONDS for _, seconds in self.ended),
                   "no role ended by itself once it ran", self.ended)
        self.check(sum(self.killed.values()) == kills and min(self.killed.values()) > 0,
                   "each role was killed", self.killed)
        print(f"note {self.kind}: {count} images while {self.killed} were killed, server restarted"
              f" {len(self.restarts)} times, {len(self.ended)} starts that found no server;"
              f" seed {seed}", flush=True)
        if kills > FEW_KILLS:
            self.test_slow_end()


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
