"""What the integration tests share: images made here, certificates, servers on loopback."""

import base64
import contextlib
import gzip
import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time

SKIPPED = 77
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def skip(name, why):
    print(f"SKIP: {name}: {why}")
    sys.exit(SKIPPED)


def need(name, *programs):
    for program in programs:
        if not shutil.which(program):
            skip(name, f"{program} is absent")


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, process, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process and process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nobody listens on port {port}")


def stop(process):
    """Ends a program that this test started, and nothing else."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def make_layer(files):
    """A gzip layer of {path: bytes, or a link as (tarfile's type, target)}: (blob, diffID)."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            if isinstance(content, tuple):
                info.type, info.linkname = content
                content = b""
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), 1, mtime=0), digest(raw.getvalue())


class Image:
    """An image with its blobs: {digest: bytes}."""

    def __init__(self, layers, architecture="amd64"):
        made = [make_layer(files) for files in layers]
        self.layers = [blob for blob, _ in made]
        self.config = json.dumps({
            "architecture": architecture,
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in made]},
            "history": [{"created_by": "EMPTY", "empty_layer": True}]
            + [{"created_by": f"COPY {i}"} for i in range(len(layers))],
        }).encode()
        self.manifest = json.dumps({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, self.config),
            "layers": [descriptor(LAYER, blob) for blob in self.layers],
        }).encode()
        self.digest = digest(self.manifest)
        self.architecture = architecture
        self.blobs = {digest(b): b for b in [self.config, self.manifest, *self.layers]}


def descriptor(media_type, data, **more):
    return {"mediaType": media_type, "digest": digest(data), "size": len(data), **more}


def make_index(images, **annotations):
    """An index over images for several platforms, as bytes."""
    return json.dumps({
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [
            descriptor(MANIFEST, image.manifest,
                       platform={"os": "linux", "architecture": image.architecture})
            for image in images
        ],
    }).encode()


def write_layout(directory, entries, blobs):
    """An image layout: entries are descriptors of index.json."""
    os.makedirs(os.path.join(directory, "blobs", "sha256"))
    for name, data in blobs.items():
        with open(os.path.join(directory, "blobs", "sha256", name.split(":")[1]), "wb") as f:
            f.write(data)
    with open(os.path.join(directory, "oci-layout"), "w") as f:
        f.write('{"imageLayoutVersion": "1.0.0"}')
    with open(os.path.join(directory, "index.json"), "w") as f:
        json.dump({"schemaVersion": 2, "manifests": entries}, f)


def noise(size, seed):
    """Bytes that do not compress, the same every time."""
    out = bytearray()
    block = seed.encode()
    while len(out) < size:
        block = hashlib.sha512(block).digest()
        out += block
    return bytes(out[:size])


def make_certificate(directory):
    """A certificate of its own for this machine: (certificate, key)."""
    certificate = os.path.join(directory, "ca.crt")
    key = os.path.join(directory, "server.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
         certificate, "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, stderr=subprocess.DEVNULL)
    return certificate, key


def write_docker_config(directory, content):
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "config.json"), "w") as f:
        json.dump(content, f)
    return directory


def basic(user, password):
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def restart_postgresql(mode):
    """The server of test/with-postgresql: "immediate" is as if the machine had lost its power, "fast"
    tells its clients to go."""
    programs = os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"]
    data = os.environ["PLIMSOLL_TEST_POSTGRESQL_DATA"]
    place = os.path.dirname(data)
    command = [os.path.join(programs, "pg_ctl"), "-D", data, "-s", "-w",
               "-l", os.path.join(place, "server.log"), "-m", mode, "restart"]
    if os.getuid() == 0:
        owner = os.stat(data).st_uid
        command = ["setpriv", f"--reuid={owner}", "--regid=nogroup", "--clear-groups"] + command
    subprocess.run(command, check=True, cwd=place, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def small_disk(directory, megabytes, name="small"):
    """A file system of its own; None where this user may not mount one."""
    place = os.path.join(directory, name)
    os.mkdir(place)
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs",
                            place], check=False, capture_output=True)
    if mount.returncode != 0:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


class Checks:
    """Counts what does not hold, in a directory of its own."""

    def __init__(self, name):
        self.name = name
        self.directory = tempfile.mkdtemp(prefix="plimsoll-test-")
        self.failures = 0

    def check(self, fine, what, *more):
        print(("ok   " if fine else "FAIL ") + what, *([] if fine else more), flush=True)
        self.failures += not fine

    def finish(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        print(f"{self.name}: {self.failures} failures")
        sys.exit(1 if self.failures else 0)


class Suite(Checks):
    """Runs the driver."""

    def __init__(self, name, driver):
        super().__init__(name)
        self.driver = driver
        self.empty = write_docker_config(os.path.join(self.directory, "no-credentials"), {})

    def dump(self, target, timeout=50, stdin=None, **env):
        """Opens a target: (status, image or None, standard error)."""
        environment = {"PATH": os.environ["PATH"], "TMPDIR": self.directory,
                       "DOCKER_CONFIG": self.empty,
                       "DOCKER_HOST": f"unix://{self.directory}/absent.sock"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        environment.update(env)
        done = subprocess.run([self.driver, target], env=environment, capture_output=True,
                              timeout=timeout, stdin=stdin)
        image = json.loads(done.stdout) if done.stdout else None
        return done.returncode, image, done.stderr.decode()

    def check_image(self, what, result, image):
        """All layers were read, and are what the manifest says."""
        status, got, stderr = result
        fine = (status == 0 and got["manifest_digest"] == image.digest
                and [layer["read"] for layer in got["layers"]] == [digest(b) for b in image.layers]
                and [layer["created_by"] for layer in got["layers"]]
                == [f"COPY {i}" for i in range(len(image.layers))])
        self.check(fine, what, status, got, stderr)

    def check_error(self, what, result, *words):
        status, got, stderr = result
        self.check(status == 1 and all(word in stderr for word in words), what, status, got, stderr)
