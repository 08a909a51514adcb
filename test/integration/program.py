"""What the tests of the whole program share: running it, and real images with the truth."""

import gzip
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile

from harness import MANIFEST, Checks, Image, descriptor, skip, write_layout

SYSTEM_TYPES = ("deb", "apk", "rpm", "alpm")
SANITIZERS = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")


class Done:
    """What a run of the program left behind."""

    def __init__(self, status, out, messages):
        self.status = status
        self.out = out
        self.messages = messages.decode(errors="replace")

    def json(self):
        if self.status != 0:
            raise RuntimeError(f"status {self.status}: {self.messages}")
        return json.loads(self.out)

    def __str__(self):
        return f"status {self.status}\n{self.out[-500:]!r}\n{self.messages[-2000:]}"


class Program(Checks):
    """Runs plimsoll in a home of its own."""

    def __init__(self, name, binary):
        super().__init__(name)
        self.binary = os.path.abspath(binary)

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def environment(self, **more):
        environment = {"PATH": os.environ["PATH"], "HOME": self.directory,
                       "XDG_CACHE_HOME": self.path("cache"), "TMPDIR": self.directory}
        environment.update({name: os.environ[name] for name in SANITIZERS if name in os.environ})
        environment.update(more)
        return {name: value for name, value in environment.items() if value is not None}

    def run(self, *arguments, timeout=100, **more):
        """more: `stdin`, `input` or `cwd` as for subprocess.run, and environment variables."""
        given = {name: more.pop(name) for name in ("stdin", "input", "cwd") if name in more}
        if "input" not in given:
            given.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run([self.binary, *arguments], env=self.environment(**more),
                              capture_output=True, timeout=timeout, **given)
        return Done(done.returncode, done.stdout, done.stderr)

    def bom(self, target, *options, **more):
        return self.run("bom", "-o", "json", *options, target, **more).json()

    def forget(self):
        """Makes the next scan a cold one."""
        shutil.rmtree(self.path("cache"), ignore_errors=True)

    def check_equal(self, got, wanted, what):
        self.check(got == wanted, what, *difference(got, wanted))


def is_sanitized(program):
    """Sanitizers need memory of their own, and terabytes of address space: no limit holds then."""
    with open(program.binary, "rb") as file:
        content = file.read()
    return b"__asan_init" in content or b"__tsan_init" in content


def difference(got, wanted):
    """A few words on how two values differ."""
    if isinstance(got, (set, frozenset)):
        return (f"\n  extra: {sorted(got - wanted, key=str)[:5]}"
                f"\n  missing: {sorted(wanted - got, key=str)[:5]}",)
    return f"\n  got: {got!r:.600}", f"\n  wanted: {wanted!r:.600}"


def fixture_images(name):
    """The directory of real images; the test is skipped where it is absent."""
    directory = os.path.join(os.environ["PLIMSOLL_SHARED"], "fixtures", "images")
    if not os.path.isdir(directory):
        skip(name, f"{directory} is absent")
    return os.path.abspath(directory)


def optional_fixtures(name, *images):
    """Those of the real images that are there, {image: layout}; without them a test still tests."""
    directory = os.path.join(os.environ["PLIMSOLL_SHARED"], "fixtures", "images", "oci")
    if not os.path.isdir(directory):
        print(f"SKIP: {name}: {directory} is absent")
        return {}
    return {image: os.path.abspath(os.path.join(directory, image)) for image in images}


def made_images(name):
    """What make-images.sh has made, {image: layout}, where PLIMSOLL_TEST_IMAGES says."""
    directory = os.environ.get("PLIMSOLL_TEST_IMAGES")
    if not directory:
        print(f"SKIP: {name}: images of make-images.sh: PLIMSOLL_TEST_IMAGES is not set")
        return {}
    layouts = os.path.join(directory, "oci")
    return {image: os.path.join(layouts, image) for image in sorted(os.listdir(layouts))
            if os.path.exists(os.path.join(directory, "truth", f"{image}.dpkg.tsv"))}


def facts(package):
    """What the truth files speak of."""
    return (package["type"], package["name"], package["version"], package["arch"],
            package["source"]["name"], package["source"]["version"])


def system_inventory(scan):
    """The facts of the distribution's own packages, without those of programming languages."""
    return {facts(package) for package in scan["packages"] if package["type"] in SYSTEM_TYPES}


def docker_archive(layout, name):
    """The image of a layout as `docker save` wrote it before it wrote layouts."""
    manifest, _ = documents(layout)
    id_ = manifest["config"]["digest"].split(":")[1]
    members = {}
    with open(blob_path(layout, manifest["config"]["digest"]), "rb") as file:
        members[id_ + ".json"] = file.read()
    names = []
    for index, layer in enumerate(manifest["layers"]):
        names.append(f"{index}/layer.tar")
        with open_layer(blob_path(layout, layer["digest"])) as file:
            members[names[-1]] = file.read()
    members["manifest.json"] = json.dumps(
        [{"Config": id_ + ".json", "RepoTags": [name], "Layers": names}]).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, data in members.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def write_packages_image(directory):
    """A layout of two layers with Debian packages: what needs no fixtures."""
    def record(name, version):
        return (f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\n"
                f"Version: {version}\n\n").encode()
    base = record("anchor", "1:2.0-1")
    image = Image([{"etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
                    "var/lib/dpkg/status": base},
                   {"var/lib/dpkg/status": base + record("buoy", "0.9~rc1-1")}])
    write_layout(directory, [descriptor(MANIFEST, image.manifest)], image.blobs)
    return directory


def check_same(program, target, layout, *options, **environment):
    """The target is the image that the layout holds."""
    got = program.run("bom", "-o", "json", *options, target, **environment)
    if got.status != 0:
        program.check(False, target, got)
        return
    got, wanted = got.json(), program.bom("oci-dir:" + layout)
    for key in ("packages", "distro", "notes", "complete"):
        program.check_equal(got[key], wanted[key], f"{target}: {key} as in {layout}")
    program.check_equal((got["target"]["image_id"],
                         [layer["diff_id"] for layer in got["target"]["layers"]]),
                        (wanted["target"]["image_id"],
                         [layer["diff_id"] for layer in wanted["target"]["layers"]]),
                        f"{target}: image and layers as in {layout}")


def blob_path(layout, digest):
    return os.path.join(layout, "blobs", *digest.split(":"))


def documents(layout):
    """Manifest and configuration of the only image of a layout."""
    def read(path):
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    index = read(os.path.join(layout, "index.json"))
    manifest = read(blob_path(layout, index["manifests"][0]["digest"]))
    return manifest, read(blob_path(layout, manifest["config"]["digest"]))


def layer_files(layout):
    """The layers of the only image of a layout, in image order, as files to read a tar from."""
    manifest, config = documents(layout)
    opened = [open_layer(blob_path(layout, layer["digest"])) for layer in manifest["layers"]]
    return list(zip(config["rootfs"]["diff_ids"], opened))


def open_layer(path):
    with open(path, "rb") as file:
        magic = file.read(4)
    if magic[:2] == b"\x1f\x8b":
        return gzip.open(path)
    if magic == b"\x28\xb5\x2f\xfd":
        with subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE) as process:
            plain = tempfile.TemporaryFile()
            shutil.copyfileobj(process.stdout, plain)
        plain.seek(0)
        return plain
    return open(path, "rb")
