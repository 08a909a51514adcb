"""Processes that die, wait, or are many: the worker, the parent, whoever fills a pipe, and twenty
scans at once with one cache.

usage: test_processes.py PLIMSOLL
"""

import gzip
import io
import os
import signal
import subprocess
import sys
import tarfile
import time

from harness import MANIFEST, Image, descriptor, noise, write_layout
from program import Program

NAME = "integration/processes"
OS = b"ID=debian\nVERSION_ID=12\n"
MOMENTS = (0, 0.01, 0.03, 0.1, 0.3)  # seconds after the worker was started


def status_of(count, first):
    """A package database of a few hundred bytes a package."""
    return "".join(f"Package: p{first + i}\nStatus: install ok installed\nArchitecture: amd64\n"
                   f"Version: 1-{i}\nDescription: {'x' * 200}\n\n" for i in range(count)).encode()


def write_image(program, name, layers):
    image = Image(layers)
    write_layout(program.path(name), [descriptor(MANIFEST, image.manifest)], image.blobs)
    return f"oci-dir:{program.path(name)}"


def slow_image(program):
    """Two layers that take a while, a small database in each."""
    return write_image(program, "slow", [
        {"etc/os-release": OS, "var/lib/dpkg/status": status_of(5, 0), "zeros": bytes(60 << 20)},
        {"noise": noise(4 << 20, "n") * 8, "var/lib/dpkg/status": status_of(7, 0)}])


def start(program, target, **more):
    return subprocess.Popen([program.binary, "bom", "-o", "json", target],
                            env=program.environment(**more), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def worker_of(process, seconds=30):
    """The id of the worker as soon as there is one; None if the program ends without."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            children = file.read().split()
        if children:
            return int(children[0])
    return None


def is_running(pid):
    """Ended processes may wait for somebody to collect them: these do not run."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def packages(scan):
    return [(p["name"], p["version"]) for p in scan["packages"]]


# ---------------------------------------------------------------- deaths

def kill_worker(program, target, whole, moment, number):
    program.forget()
    with start(program, target) as process:
        worker = worker_of(process)
        time.sleep(moment)
        if worker and is_running(worker):
            os.kill(worker, number)
        out, messages = process.communicate(timeout=60)
    said = messages.decode()
    fine = (process.returncode == 1 and "plimsoll: " in said and not out) or (
        process.returncode == 0 and out == whole)
    program.check(fine, f"worker dies of signal {number} after {moment} s: "
                  f"{said.strip()[:60] or 'had ended'}", process.returncode, said)


def kill_parent(program, target, whole, moment):
    program.forget()
    with start(program, target) as process:
        worker = worker_of(process)
        time.sleep(moment)
        process.kill()
        process.communicate()
    deadline = time.monotonic() + 20
    while worker and is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.01)
    program.check(worker and not is_running(worker),
                  f"parent dies after {moment} s: its worker dies too", worker)
    done = program.run("bom", "-o", "json", target)
    program.check(done.status == 0 and done.out == whole, "the next scan with its cache", done)


def left_over(program):
    layers = program.path("cache", "plimsoll", "layers")
    return [name for name in os.listdir(layers) if "." in name] if os.path.isdir(layers) else []


def check_tidying(program, target):
    """A temporary file that a dead process left is removed when it is an hour old."""
    layers = program.path("cache", "plimsoll", "layers")
    program.forget()
    os.makedirs(layers)
    old, young = (
        os.path.join(layers, "a" * 64 + end) for end in (".oldold", ".newnew")
    )
    for path in (old, young):
        with open(path, "wb") as file:
            file.write(b"half")
    os.utime(old, (1, 1))
    program.bom(target)
    program.check(left_over(program) == [os.path.basename(young)], "old temporaries go, new ones may be in use",
                  left_over(program))


# ---------------------------------------------------------------- waiting

def check_endless(program, first, what, *options, **more):
    """Something comes through the pipe, and then nothing for ever."""
    reader, writer = os.pipe()
    os.write(writer, first)
    done = program.run("bom", "--timeout", "1", *options, "docker-archive:-", stdin=reader, **more)
    os.close(reader)
    os.close(writer)
    program.check(done.status == 1 and "plimsoll: " in done.messages, what, done)


def check_pipes(program):
    block = io.BytesIO()
    with tarfile.open(fileobj=block, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("manifest.json"), io.BytesIO())
    half = block.getvalue()[:700]
    check_endless(program, b"", "a pipe that says nothing")
    check_endless(program, half, "an archive that stops")
    check_endless(program, gzip.compress(half)[:-9], "a compressed archive that stops")


# ---------------------------------------------------------------- many

def check_many(program, target, whole, count=20):
    program.forget()
    processes = [start(program, target) for _ in range(count)]
    answers = [process.communicate(timeout=100) + (process.returncode,) for process in processes]
    bad = [answer for answer in answers if answer != (whole, b"", 0)]
    program.check(not bad, f"{count} scans at once", bad[:1])
    program.check(left_over(program) == [], "no temporary is left", left_over(program))


def check_half_cached(program):
    """Some layers come from the cache and some from the image, each too large for a socket."""
    layers = [{"etc/os-release": OS, f"var/lib/dpkg/status.d/p{i}": status_of(1, i),
               "var/lib/dpkg/status": status_of(12000, i)} for i in range(4)]
    target = write_image(program, "large", layers)
    program.forget()
    whole = program.bom(target)
    layers = program.path("cache", "plimsoll", "layers")
    for number, name in enumerate(sorted(os.listdir(layers))):
        # Under another distribution the bill of materials is not known yet, the layers are.
        half = program.bom(target, "--distro", f"debian:{number}", "--timeout", "60")
        program.check(packages(half) == packages(whole), f"layers from the cache, {number}")
        os.remove(os.path.join(layers, name))
        half = program.bom(target, "--distro", f"ubuntu:{number}", "--timeout", "60")
        program.check(packages(half) == packages(whole), f"without cache entry {name[:8]}")
        if not os.path.exists(os.path.join(layers, name)):
            continue  # the bill of materials itself: under the other name it was not asked for
        with open(os.path.join(layers, name), "r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"!")
        half = program.bom(target, "--distro", f"alpine:{number}", "--timeout", "60")
        program.check(packages(half) == packages(whole), f"with damaged cache entry {name[:8]}")


def main():
    program = Program(NAME, sys.argv[1])
    target = slow_image(program)
    whole = program.run("bom", "-o", "json", target).out
    check_many(program, target, whole)
    check_half_cached(program)
    for moment in MOMENTS:
        kill_worker(program, target, whole, moment, signal.SIGKILL)
        kill_parent(program, target, whole, moment)
    kill_worker(program, target, whole, 0.05, signal.SIGSEGV)
    check_tidying(program, target)
    check_pipes(program)
    program.finish()


main()
