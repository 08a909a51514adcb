"""The real Docker engine, started here with everything in a directory of its own."""

import io
import json
import os
import subprocess
import sys
import tarfile
import time

from harness import Image, Suite, digest, need, skip, stop
from program import Program, check_same, docker_archive, optional_fixtures, write_packages_image

NAME = "integration/engine"


def start_engine(suite):
    """Starts dockerd without network or bridge: (process, socket)."""
    directory = suite.directory
    address = f"unix://{directory}/docker.sock"
    log = open(os.path.join(directory, "dockerd.log"), "wb")
    process = subprocess.Popen(
        ["dockerd", "--data-root", f"{directory}/data", "--exec-root", f"{directory}/exec",
         "--pidfile", f"{directory}/docker.pid", "-H", address, "--storage-driver=vfs",
         "--bridge=none", "--iptables=false", "--ip6tables=false"], stdout=log, stderr=log)
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return None, address
        if docker(address, "version").returncode == 0:
            return process, address
        time.sleep(0.3)
    stop(process)
    return None, address


def docker(address, *args, **more):
    return subprocess.run(["docker", "-H", address, *args], capture_output=True, timeout=50,
                          env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"}, **more)


def saved(image, *names):
    """The image as `docker save` writes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        def add(path, data):
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        config = digest(image.config).split(":")[1] + ".json"
        add(config, image.config)
        for i, layer in enumerate(image.layers):
            add(f"{i}/layer.tar", layer)
        add("manifest.json", json.dumps([{
            "Config": config, "RepoTags": list(names),
            "Layers": [f"{i}/layer.tar" for i in range(len(image.layers))]}]).encode())
    return out.getvalue()


def test_engine(suite, address):
    image = Image([{"etc/os-release": b"ID=test\n"}, {"b": b"b"}])
    loaded = docker(address, "load", input=saved(image, "harbour/app:1"))
    suite.check(loaded.returncode == 0, "docker load", loaded.stderr)
    status, got, stderr = suite.dump("docker:harbour/app:1", DOCKER_HOST=address)
    diff_ids = json.loads(image.config)["rootfs"]["diff_ids"]
    suite.check(status == 0 and got["kind"] == "docker" and got["name"] == "harbour/app:1"
                and got["image_id"] == digest(image.config)
                and [layer["diff_id"] for layer in got["layers"]] == diff_ids
                and [layer["read"] for layer in got["layers"]] == diff_ids,
                "the engine's layers are those of the image", status, got, stderr)
    status, got, stderr = suite.dump("harbour/app:1", DOCKER_HOST=address)
    suite.check(status == 0 and got["kind"] == "docker", "a bare name is asked of the engine first",
                status, got, stderr)
    short = digest(image.config).split(":")[1][:12]
    suite.check(suite.dump(f"docker:{short}", DOCKER_HOST=address)[0] == 0, "by image id")
    suite.check_error("an image that the engine has not",
                      suite.dump("docker:harbour/none", DOCKER_HOST=address), "missing",
                      "harbour/none")
    suite.check_error("no name", suite.dump("docker:../../info", DOCKER_HOST=address), "usage")
    podman = os.path.join(suite.directory, "run", "podman")
    os.makedirs(podman)
    os.symlink(f"{suite.directory}/docker.sock", f"{podman}/podman.sock")
    status, got, stderr = suite.dump("podman:harbour/app:1",
                                     XDG_RUNTIME_DIR=f"{suite.directory}/run")
    suite.check(status == 0 and got["kind"] == "podman", "podman's socket speaks the same", stderr)


def test_import(suite, address):
    tree = io.BytesIO()
    with tarfile.open(fileobj=tree, mode="w") as tar:
        info = tarfile.TarInfo("etc/os-release")
        info.size = 8
        tar.addfile(info, io.BytesIO(b"ID=flat\n"))
    imported = docker(address, "import", "-", "harbour/flat:1", input=tree.getvalue())
    suite.check(imported.returncode == 0, "docker import", imported.stderr)
    status, got, stderr = suite.dump("docker:harbour/flat:1", DOCKER_HOST=address)
    suite.check(status == 0 and len(got["layers"]) == 1
                and got["layers"][0]["read"] == got["layers"][0]["diff_id"],
                "an imported tree is one layer", status, got, stderr)


def test_program(suite, address):
    """The whole program: what the engine holds is what was loaded into it."""
    program = Program(NAME, sys.argv[2])
    layouts = {"made": write_packages_image(program.path("layout")), **optional_fixtures(
        NAME, "alpine-3.20.3", "rpm-sqlite-mariner2")}
    for image, layout in layouts.items():
        name = f"harbour/{image}:1"
        loaded = docker(address, "load", input=docker_archive(layout, name))
        program.check(loaded.returncode == 0, f"docker load {name}", loaded.stderr)
        check_same(program, f"docker:{name}", layout, DOCKER_HOST=address)
        archive = program.path(image + ".tar")
        saved_again = docker(address, "save", "-o", archive, name)
        program.check(saved_again.returncode == 0, f"docker save {name}", saved_again.stderr)
        check_same(program, f"docker-archive:{archive}", layout)
    done = program.run("scan", "harbour/made:1", DOCKER_HOST=address)
    program.check(done.status == 0 and b"harbour/made:1" in done.out, "scan by name", done)
    done = program.run("bom", "docker:harbour/none:1", DOCKER_HOST=address)
    program.check(done.status == 1 and "harbour/none:1" in done.messages, "no such image", done)
    suite.failures += program.failures


def main():
    need(NAME, "dockerd", "docker", "containerd")
    if os.geteuid() != 0:
        skip(NAME, "dockerd wants root")
    suite = Suite(NAME, sys.argv[1])
    suite.check_error("no engine: the message says what to do",
                      suite.dump("docker:alpine", DOCKER_HOST="unix:///nonexistent/docker.sock"),
                      "missing", "dockerd")
    suite.check_error("no podman: the message says what to do",
                      suite.dump("podman:alpine", XDG_RUNTIME_DIR="/nonexistent"), "podman.socket")
    process, address = start_engine(suite)
    if not process:
        with open(os.path.join(suite.directory, "dockerd.log")) as f:
            print(f.read()[-2000:])
        skip(NAME, "dockerd does not start here")
    try:
        test_engine(suite, address)
        test_import(suite, address)
        test_program(suite, address)
    finally:
        stop(process)
    suite.finish()


if __name__ == "__main__":
    main()
