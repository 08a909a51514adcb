"""The store under processes that die, a server that goes, and a disk that is full: each job that was
taken takes effect, and once.

usage: test_store.py STORE_WORKER sqlite|postgresql [KILLS]
"""

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from harness import restart_postgresql, skip, small_disk

NAME = "integration/store"
WORKERS = 2
USUAL_KILLS = int(os.environ.get("PLIMSOLL_TEST_KILLS", "40"))


class Sqlite:
    def __init__(self, directory):
        self.path = os.path.join(directory, "store.sqlite")
        self.url = "sqlite:" + self.path

    def ask(self, statement):
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as connection:
            return [str(row[0]) for row in connection.execute(statement)]

    def restart(self):
        """It has no server."""

    def check(self):
        assert self.ask("PRAGMA integrity_check") == ["ok"], "the file is whole"


class Postgresql:
    """The server of test/with-postgresql."""

    def __init__(self, _, database="store", tablespace=None):
        self.server = os.environ["PLIMSOLL_TEST_POSTGRESQL"]
        self.programs = os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"]
        self.data = os.environ["PLIMSOLL_TEST_POSTGRESQL_DATA"]
        self.url = self.server.replace("/postgres?", f"/{database}?")
        place = f" TABLESPACE {tablespace}" if tablespace else ""
        self.run(self.server, f"CREATE DATABASE {database}{place}")

    def run(self, url, statement):
        return subprocess.run([os.path.join(self.programs, "psql"), url, "-Atqc", statement],
                              check=True, capture_output=True, text=True).stdout.split()

    def ask(self, statement):
        return self.run(self.url, statement)

    def restart(self):
        restart_postgresql("immediate")

    def check(self):
        """It holds its constraints itself."""


class Load:
    """Processes that add jobs and do them, and what they say was kept."""

    def __init__(self, worker, place, directory):
        self.worker, self.place, self.directory = worker, place, directory
        self.said = []
        self.complaints = open(os.path.join(directory, "complaints"), "w+", encoding="utf-8")

    def start(self, *arguments, **options):
        return subprocess.Popen([self.worker, self.place.url, *arguments], stderr=self.complaints,
                                **options)

    def add(self, count):
        """No key is ever added a second time: what is done once could not be told then."""
        prefix = f"{os.path.basename(self.directory)}-{len(self.said)}"
        path = os.path.join(self.directory, f"said-{prefix}")
        self.said.append(path)
        with open(path, "w", encoding="utf-8") as said:
            return self.start("add", prefix, str(count), stdout=said)

    def kept(self):
        """Keys of jobs of which it was said that they are kept: whole lines."""
        keys = []
        for path in self.said:
            with open(path, encoding="utf-8") as said:
                keys += [line[:-1] for line in said if line.endswith("\n")]
        return keys

    def drain(self):
        subprocess.run([self.worker, self.place.url, "drain"], check=True, timeout=300,
                       stderr=self.complaints)

    def judge(self):
        """Every job that was kept took effect, none twice, nothing is left over."""
        done = set(self.place.ask("SELECT job FROM effect"))
        kept = self.kept()
        assert self.place.ask("SELECT job FROM effect WHERE times <> 1") == [], "none twice"
        lost = [key for key in kept if key not in done]
        assert not lost, f"{len(lost)} of {len(kept)} jobs were lost: {lost[:3]}"
        assert self.place.ask("SELECT count(*) FROM job WHERE state <> 1") == ["0"], "all ended"
        self.place.check()
        return len(kept)


def end(process):
    process.kill()
    process.wait()


def kill_and_replace(load, kills, meanwhile):
    """Adders and workers die at any moment, and others take their place."""
    chance = random.Random(7)
    adder = load.add(1000000)
    workers = [load.start("work") for _ in range(WORKERS)]
    for number in range(kills):
        time.sleep(chance.uniform(0, 0.08))
        meanwhile(number)
        if chance.random() < 0.3:
            end(adder)
            adder = load.add(1000000)
        else:
            index = chance.randrange(WORKERS)
            end(workers[index])
            workers[index] = load.start("work")
    for process in [adder] + workers:
        end(process)


def test_kills(load, kills):
    started = time.monotonic()
    kill_and_replace(load, kills, lambda number: None)
    load.drain()
    count = load.judge()
    print(f"{kills} kills: {count} jobs that were kept took effect once"
          f" ({time.monotonic() - started:.0f} s)")


def test_restart(load):
    """The server goes in the middle of it, three times."""
    kill_and_replace(load, 30, lambda number: load.place.restart() if number % 10 == 5 else None)
    load.drain()
    print(f"3 restarts of the server: {load.judge()} jobs that were kept took effect once")


def test_full_disk(load, disk):
    """New work is refused with a word why; what was kept is kept, and goes on when there is
    room."""
    ballast = os.path.join(disk, "ballast")
    with open(ballast, "wb") as file:
        file.write(bytes(6 << 20))
    adder = load.add(100000)
    assert adder.wait(timeout=120) == 1, "the full disk was told of"
    load.complaints.flush()
    load.complaints.seek(0)
    said = load.complaints.read()
    assert "No space left on device" in said, said[-300:]
    kept = len(load.kept())
    assert kept > 10, "there was room at first"
    refused = load.add(1)
    assert refused.wait(timeout=120) == 1, "still full"
    os.remove(ballast)
    load.drain()
    assert load.judge() == kept
    more = load.add(10)
    assert more.wait(timeout=120) == 0, "there is room again"
    load.drain()
    print(f"a full disk: {load.judge()} jobs that were kept took effect once")


def make_load(worker, place, directory):
    subprocess.run([worker, place.url, "prepare"], check=True)
    return Load(worker, place, directory)


def run_sqlite(worker, directory, kills):
    test_kills(make_load(worker, Sqlite(directory), directory), kills)
    with small_disk(directory, 12) as disk:
        if not disk:
            print(f"SKIP: {NAME}: a full disk: this user may not mount a file system")
            return
        test_full_disk(make_load(worker, Sqlite(disk), directory), disk)


def run_postgresql(worker, directory, kills):
    place = Postgresql(directory)
    load = make_load(worker, place, directory)
    test_kills(load, kills)
    test_restart(load)
    with small_disk(directory, 24) as disk:
        if not disk:
            print(f"SKIP: {NAME}: a full disk: this user may not mount a file system")
            return
        space = os.path.join(disk, "space")
        os.mkdir(space)
        shutil.chown(space, os.stat(place.data).st_uid)
        place.run(place.server, f"CREATE TABLESPACE small LOCATION '{space}'")
        small = Postgresql(directory, "small", "small")
        test_full_disk(make_load(worker, small, directory), disk)
        place.run(place.server, "DROP DATABASE small WITH (FORCE)")
        place.run(place.server, "DROP TABLESPACE small")


def main():
    worker, kind = sys.argv[1:3]
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else USUAL_KILLS
    if kind == "postgresql" and "PLIMSOLL_TEST_POSTGRESQL_DATA" not in os.environ:
        skip(NAME, "PLIMSOLL_TEST_POSTGRESQL_DATA is not set")
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        {"sqlite": run_sqlite, "postgresql": run_postgresql}[kind](worker, directory, kills)


if __name__ == "__main__":
    main()
