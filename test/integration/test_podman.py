"""The real podman: its service on a socket of its own, everything in a directory of its own."""

import os
import subprocess
import sys
import time

from harness import need, skip, stop
from program import (Program, check_same, docker_archive, optional_fixtures, write_packages_image)

NAME = "integration/podman"


def podman(program, *arguments):
    """The command line that touches nothing of this machine's own podman."""
    return ["podman", "--root", program.path("root"), "--runroot", program.path("runroot"),
            "--tmpdir", program.path("tmp"), "--storage-driver=vfs", "--cgroup-manager=cgroupfs",
            "--events-backend=file", *arguments]


def start_service(program):
    """The process, or null if podman does not run here."""
    path = program.path("podman.sock")
    with open(program.path("podman.log"), "wb") as log:
        process = subprocess.Popen(podman(program, "system", "service", "--time=0",
                                          f"unix://{path}"), stdout=log, stderr=log)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if os.path.exists(path):
            return process
        time.sleep(0.2)
    stop(process)
    return None


def load(program, layout, name):
    archive = program.path("archive.tar")
    with open(archive, "wb") as file:
        file.write(docker_archive(layout, name))
    done = subprocess.run(podman(program, "load", "-q", "-i", archive), capture_output=True,
                          timeout=60)
    if b"remount /" in done.stderr:
        skip(NAME, "podman unpacks no layer where / is not mounted, as in a chroot")
    program.check(done.returncode == 0, f"podman load {name}", done.stderr)


def test_images(program, host):
    layouts = {"made": write_packages_image(program.path("layout")), **optional_fixtures(
        NAME, "alpine-3.20.3", "rpm-sqlite-mariner2")}
    for image, layout in layouts.items():
        name = f"localhost/harbour/{image}:1"
        load(program, layout, name)
        check_same(program, f"podman:{name}", layout, CONTAINER_HOST=host)
    # No docker, so a bare name ends at podman.
    done = program.run("bom", "localhost/harbour/made:1", CONTAINER_HOST=host,
                       DOCKER_HOST=f"unix://{program.path('absent.sock')}")
    program.check(done.status == 0 and b"buoy" in done.out, "a bare name", done)
    os.makedirs(program.path("run", "podman"))
    os.symlink(program.path("podman.sock"), program.path("run", "podman", "podman.sock"))
    done = program.run("bom", "podman:localhost/harbour/made:1",
                       XDG_RUNTIME_DIR=program.path("run"))
    program.check(done.status == 0 and b"buoy" in done.out, "the user's socket", done)
    done = program.run("bom", "podman:harbour/none:1", CONTAINER_HOST=host)
    program.check(done.status == 1 and "harbour/none:1" in done.messages, "no such image", done)


def main():
    need(NAME, "podman")
    if os.geteuid() != 0:
        skip(NAME, "podman without root wants user namespaces")
    program = Program(NAME, sys.argv[1])
    process = start_service(program)
    if not process:
        with open(program.path("podman.log"), encoding="utf-8") as log:
            print(log.read()[-2000:])
        skip(NAME, "podman does not run here")
    try:
        test_images(program, f"unix://{program.path('podman.sock')}")
    finally:
        stop(process)
    program.finish()


if __name__ == "__main__":
    main()
