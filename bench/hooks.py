#!/usr/bin/env python3
"""Notices of pushes at a steady rate, over loopback, to an API of its own on a store that waits for
the disk: how long each waits for its answer, and whether all that were accepted are in the store.

usage: bench/hooks.py PLIMSOLL sqlite|postgresql [SECONDS [RATE]]
       (PostgreSQL's: PLIMSOLL_TEST_DURABLE=1 test/with-postgresql bench/hooks.py ...)

Rate 0: as fast as they are answered. Exit status 1: one was lost or refused.
"""
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../test/integration"))
from harness import free_port, stop, wait_for_port  # noqa: E402

SENDERS = 16
SECRET = "a secret of the bench"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def make_store(kind, directory):
    if kind == "sqlite":
        return "sqlite:" + os.path.join(directory, "store.sqlite")
    url = os.environ["PLIMSOLL_TEST_POSTGRESQL"]
    name = f"hooks{os.getpid()}"
    psql = os.path.join(os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"], "psql")
    subprocess.run([psql, url, "-qc", f"CREATE DATABASE {name}"], check=True)
    shown = subprocess.run([psql, url, "-Atqc", "SELECT current_setting('fsync') || '/' ||"
                            " current_setting('synchronous_commit')"], check=True,
                           capture_output=True, text=True).stdout.strip()
    print(f"postgresql: fsync/synchronous_commit {shown}")
    return url.replace("/postgres?", f"/{name}?")


def start_api(program, store, directory):
    port = free_port()
    settings = os.path.join(directory, "settings.yaml")
    with open(settings, "w", encoding="utf-8") as file:
        file.write("registries: {main: {host: 127.0.0.1:1, hook: {secret_env: HOOK_SECRET}}}\n")
    with open(os.path.join(directory, "log"), "wb") as log:
        api = subprocess.Popen(
            [program, "serve", "--role", "api", "--store", store, "--settings", settings, "--state",
             directory, "--listen", f"127.0.0.1:{port}", "-q"], stdin=subprocess.DEVNULL, stdout=log,
            stderr=log, env={**os.environ, "HOOK_SECRET": SECRET, "XDG_DATA_HOME": directory})
    wait_for_port(port, api)
    return api, port


def notice(number):
    target = {"mediaType": MANIFEST, "digest": f"sha256:{number:064x}", "tag": "1",
              "repository": f"bench/app{number}"}
    return json.dumps({"events": [{"id": f"bench{number}", "action": "push", "target": target,
                                   "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                              time.gmtime())}]})


class Load:
    """Senders that take numbers one after the other; each notice has a moment when it is due, and
    what it waits because others before it were slow counts."""

    def __init__(self, port, count, rate):
        self.port, self.count, self.rate = port, count, rate
        self.lock = threading.Lock()
        self.next = 0
        self.waited = []
        self.refused = []

    def take(self):
        with self.lock:
            number = self.next
            self.next += 1
        return number

    def send(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while (number := self.take()) < self.count:
            due = self.start + number / self.rate if self.rate else time.monotonic()
            time.sleep(max(0, due - time.monotonic()))
            connection.request("POST", "/v1/hooks/main", notice(number),
                               {"Authorization": f"Bearer {SECRET}"})
            answer = connection.getresponse()
            body = answer.read()
            self.waited.append(time.monotonic() - due)
            if answer.status != 202 or json.loads(body)["accepted"] != 1:
                self.refused.append((number, answer.status, body))
        connection.close()

    def run(self):
        self.start = time.monotonic()
        senders = [threading.Thread(target=self.send) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        return time.monotonic() - self.start


def count_jobs(program, store, port):
    """All that wait, by the service's own count."""
    token = subprocess.run([program, "token", "create", "bench", "--scope", "read", "--quiet",
                            "--store", store], check=True, capture_output=True,
                           text=True).stdout.strip()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
    for line in connection.getresponse().read().decode().splitlines():
        if line.startswith("plimsoll_jobs{") and 'waiting' in line:
            return int(float(line.split()[-1]))
    raise RuntimeError("/metrics does not say how many jobs wait")


def main():
    program, kind = os.path.abspath(sys.argv[1]), sys.argv[2]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
    rate = float(sys.argv[4]) if len(sys.argv) > 4 else 200
    with tempfile.TemporaryDirectory() as directory:
        store = make_store(kind, directory)
        api, port = start_api(program, store, directory)
        try:
            load = Load(port, int(seconds * (rate or 200)), rate)
            took = load.run()
            kept = count_jobs(program, store, port)
        finally:
            stop(api)
    waited = sorted(load.waited)
    print(f"{kind}: {load.count} notices in {took:.1f} s ({load.count / took:.0f} a second),"
          f" {kept} kept, {len(load.refused)} refused; answered within p50"
          f" {waited[len(waited) // 2] * 1000:.1f} ms, p99 {waited[len(waited) * 99 // 100] * 1000:.1f}"
          f" ms, longest {waited[-1] * 1000:.0f} ms; load {os.getloadavg()[0]:.1f}")
    for each in load.refused[:5]:
        print("refused:", *each)
    sys.exit(kept != load.count or bool(load.refused))


if __name__ == "__main__":
    main()
