"""plimsoll store: made, checked, copied and made from a copy, on SQLite and PostgreSQL.

usage: test_store_command.py PLIMSOLL sqlite|postgresql
"""

import os
import subprocess
import sys
import tempfile

from program import SANITIZERS

NAME = "integration/store_command"


class Command:
    def __init__(self, plimsoll, directory):
        self.plimsoll, self.directory = plimsoll, directory
        self.environment = {"HOME": directory, "PATH": os.environ["PATH"]}
        self.environment |= {name: os.environ[name] for name in SANITIZERS if name in os.environ}

    def run(self, *arguments, status=0, **environment):
        run = subprocess.run([self.plimsoll, "store", *arguments], check=False, text=True,
                             env=self.environment | environment, capture_output=True)
        assert run.returncode == status, f"{arguments}: {run.returncode}: {run.stderr}"
        return run.stdout + run.stderr


def places(kind, directory):
    """URLs of two places of the kind without a store, and one of the other kind or a third."""
    if kind == "sqlite":
        return [f"sqlite:{directory}/{name}.sqlite" for name in ("one", "two", "three")]
    server = os.environ["PLIMSOLL_TEST_POSTGRESQL"]
    psql = os.path.join(os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"], "psql")
    found = []
    for name in ("command_one", "command_two"):
        subprocess.run([psql, server, "-qc", f"CREATE DATABASE {name}"], check=True)
        found.append(server.replace("/postgres?", f"/{name}?"))
    return found + [f"sqlite:{directory}/three.sqlite"]


def test_usage(command):
    for arguments in ([], ["nothing"], ["backup"], ["init", "x"], ["restore", "a", "b"]):
        command.run(*arguments, status=64)
    assert "neither" in command.run("check", "--store", "mysql://x", status=64)
    assert "No such file" in command.run("init", "--store", "sqlite:/absent/x", status=1)


def test_round(command, directory, one, two, three):
    command.run("check", "--store", one, status=1)
    command.run("init", "--store", one)
    command.run("init", "--store", one)
    assert "nothing is wrong" in command.run("check", PLIMSOLL_STORE=one)
    first, second = os.path.join(directory, "first"), os.path.join(directory, "second")
    assert command.run("backup", first, "-q", "--store", one) == ""
    assert os.stat(first).st_mode & 0o777 == 0o600
    for place in (two, three):
        assert "restored" in command.run("restore", first, "--store", place)
        assert "nothing is wrong" in command.run("check", "--store", place)
        assert "already" in command.run("restore", first, "--store", place, status=1)
        command.run("backup", second, "--store", place)
        with open(first, "rb") as a, open(second, "rb") as b:
            assert a.read() == b.read(), "equal stores have equal backups"


def test_damage(command, directory, one):
    path = os.path.join(directory, "damaged")
    command.run("backup", path, "--store", one)
    with open(path, "r+b") as file:
        file.seek(30)
        file.write(b"!")
    elsewhere = f"sqlite:{directory}/elsewhere.sqlite"
    assert "backup" in command.run("restore", path, "--store", elsewhere, status=1)
    command.run("check", "--store", elsewhere, status=1)
    with open(os.path.join(directory, "three.sqlite"), "r+b") as file:
        file.seek(5 * 4096)
        file.write(b"\xff" * 8192)
    said = command.run("check", "--store", f"sqlite:{directory}/three.sqlite", status=1)
    assert "malformed" in said or "damaged" in said, said


def test_own_place(command, directory):
    """Without a word where, it is the user's own file, which nobody else reads."""
    command.run("init")
    path = os.path.join(directory, ".local", "share", "plimsoll", "store.sqlite")
    assert os.stat(path).st_mode & 0o777 == 0o600


def main():
    plimsoll, kind = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as directory:
        command = Command(plimsoll, directory)
        one, two, three = places(kind, directory)
        test_usage(command)
        test_round(command, directory, one, two, three)
        test_damage(command, directory, one)
        test_own_place(command, directory)
    print(f"{NAME}: ok")


if __name__ == "__main__":
    main()
