"""Image archives and layouts on disk: plain, compressed, on standard input, ambiguous, damaged."""

import bz2
import gzip
import io
import json
import lzma
import os
import sys
import tarfile

from harness import (INDEX, MANIFEST, Image, Suite, descriptor, digest, make_index, noise,
                     write_layout)

NAME = "org.opencontainers.image.ref.name"
ONE = Image([{"etc/os-release": b"ID=one\n", "n": noise(300000, "n")}, {"b": b"b"}])
TWO = Image([{"etc/os-release": b"ID=two\n"}], "arm64")


def write_tar(path, members):
    """members: (name, bytes), or (name, link target as text)."""
    with tarfile.open(path, "w") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type = tarfile.SYMTYPE
                info.linkname = content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))


def hex_of(data):
    return digest(data).split(":")[1]


def docker_members(images):
    """images: {name: Image}, as `docker save` wrote them until version 25."""
    members, entries = [], []
    for name, image in images.items():
        members.append((hex_of(image.config) + ".json", image.config))
        layers = [f"{hex_of(blob)}/layer.tar" for blob in image.layers]
        members += list(zip(layers, image.layers))
        entries.append({"Config": hex_of(image.config) + ".json", "RepoTags": [name],
                        "Layers": layers})
    return members + [("manifest.json", json.dumps(entries).encode())]


def oci_members(entries, blobs):
    index = json.dumps({"schemaVersion": 2, "manifests": entries}).encode()
    return [("oci-layout", b'{"imageLayoutVersion": "1.0.0"}'), ("index.json", index)] + [
        ("blobs/sha256/" + name.split(":")[1], data) for name, data in blobs.items()]


def check_layers(suite, what, result, image, kind):
    status, got, stderr = result
    suite.check(status == 0 and got["kind"] == kind and got["image_id"] == digest(image.config)
                and [layer["read"] for layer in got["layers"]] == [digest(b) for b in image.layers],
                what, status, got, stderr)


def test_docker(suite, path):
    write_tar(path, docker_members({"harbour/one:1": ONE}))
    check_layers(suite, "docker-archive", suite.dump(f"docker-archive:{path}"), ONE,
                 "docker-archive")
    check_layers(suite, "by content", suite.dump(path), ONE, "docker-archive")
    check_layers(suite, "by name", suite.dump(f"{path}:docker.io/harbour/one:1"), ONE,
                 "docker-archive")
    suite.check_error("by another name", suite.dump(f"{path}:harbour/two"), "missing",
                      "harbour/one:1")
    with open(path, "rb") as f:
        plain = f.read()
    for suffix, packed in ((".gz", gzip.compress(plain)), (".xz", lzma.compress(plain)),
                           (".bz2", bz2.compress(plain))):
        with open(path + suffix, "wb") as f:
            f.write(packed)
        check_layers(suite, f"packed {suffix}", suite.dump(path + suffix), ONE, "docker-archive")
        with open(path + suffix, "rb") as f:
            check_layers(suite, f"standard input {suffix}",
                         suite.dump("docker-archive:-", stdin=f), ONE, "docker-archive")
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.close(read_end)
        with os.fdopen(write_end, "wb") as f:
            f.write(plain)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as f:
        check_layers(suite, "a pipe", suite.dump("-", stdin=f), ONE, "docker-archive")
    os.wait()


def test_several(suite, path):
    write_tar(path, docker_members({"one:1": ONE, "two:2": TWO}))
    check_layers(suite, "the second of two images", suite.dump(f"docker-archive:{path}:two:2"), TWO,
                 "docker-archive")
    check_layers(suite, "by image id", suite.dump(f"{path}@{digest(TWO.config)}"), TWO,
                 "docker-archive")
    suite.check_error("which of two images?", suite.dump(path), "usage", "one:1, two:2")


def test_links(suite, path):
    layers = ["a/layer.tar", "b/layer.tar"]
    entry = [{"Config": "config.json", "RepoTags": None, "Layers": layers}]
    members = [("config.json", ONE.config), ("real/layer.tar", ONE.layers[0]),
               ("a/layer.tar", "../real/layer.tar"), ("b/layer.tar", ONE.layers[1]),
               ("manifest.json", json.dumps(entry).encode())]
    write_tar(path, members)
    check_layers(suite, "a layer that is a link", suite.dump(path), ONE, "docker-archive")
    write_tar(path, [members[0], ("a/layer.tar", "../b/layer.tar"),
                     ("b/layer.tar", "../a/layer.tar"), members[-1]])
    suite.check_error("links in a circle", suite.dump(path), "input", "too many links")


def test_oci(suite, path):
    index = make_index([ONE, TWO])
    blobs = {**ONE.blobs, **TWO.blobs, digest(index): index}
    one = descriptor(MANIFEST, ONE.manifest, annotations={NAME: "one"})
    many = descriptor(INDEX, index, annotations={NAME: "many"})
    write_tar(path, oci_members([one, many], blobs))
    check_layers(suite, "oci-archive by tag", suite.dump(f"oci-archive:{path}:one"), ONE,
                 "oci-archive")
    check_layers(suite, "by tag and platform",
                 suite.dump(f"{path}:many", DUMP_PLATFORM="linux/arm64"), TWO, "oci-archive")
    check_layers(suite, "by digest", suite.dump(f"{path}@{ONE.digest}"), ONE, "oci-archive")
    suite.check_error("which of two tags?", suite.dump(path), "usage", "one, many")
    # What Docker saves today is both kinds at once.
    both = oci_members([one], ONE.blobs) + [("manifest.json", json.dumps([{
        "Config": "blobs/sha256/" + hex_of(ONE.config), "RepoTags": ["one:1"],
        "Layers": ["blobs/sha256/" + hex_of(b) for b in ONE.layers]}]).encode())]
    write_tar(path, both)
    check_layers(suite, "docker save since version 25", suite.dump(f"{path}:one:1"), ONE,
                 "docker-archive")
    check_layers(suite, "the same as an OCI archive", suite.dump(f"oci-archive:{path}:one"), ONE,
                 "oci-archive")


def test_damage(suite, path):
    write_tar(path, docker_members({"one:1": ONE}))
    with open(path, "rb") as f:
        plain = f.read()
    with open(path, "wb") as f:
        f.write(plain[:150000])
    suite.check_error("an archive cut short", suite.dump(path), "")
    with open(path, "wb") as f:
        f.write(gzip.compress(plain)[:-5000])
    suite.check_error("a packed archive cut short", suite.dump(path), "input", "gzip")
    write_tar(path, [(n, d.replace(b"amd64", b"s390x") if n.startswith(hex_of(ONE.config)) else d)
                     for n, d in docker_members({"one:1": ONE})])
    suite.check_error("another configuration", suite.dump(path), "untrusted", "configuration")
    write_tar(path, [("hello", b"world")])
    suite.check_error("no image archive", suite.dump(path), "unsupported", "manifest.json")
    with open(path, "wb") as f:
        f.write(b"hello")
    suite.check_error("no archive at all", suite.dump(path), "input")
    with open(path, "wb") as f:
        f.write(b"")
    suite.check_error("an empty file", suite.dump(path), "unsupported")


def test_layout(suite):
    """Layouts of which one thing does not hold."""
    def layout(name, entries, blobs):
        directory = os.path.join(suite.directory, name)
        write_layout(directory, entries, blobs)
        return f"oci-dir:{directory}"

    entry = descriptor(MANIFEST, ONE.manifest)
    check_layers(suite, "oci-dir", suite.dump(layout("good", [entry], ONE.blobs)), ONE, "oci-dir")
    blobs = {**ONE.blobs, ONE.digest: ONE.manifest + b" "}
    suite.check_error("a manifest of another size", suite.dump(layout("size", [entry], blobs)),
                      "untrusted", ONE.digest)
    blobs = {**ONE.blobs, ONE.digest: ONE.manifest.replace(b":", b" ", 1)}
    suite.check_error("a manifest with another digest",
                      suite.dump(layout("digest", [entry], blobs)), "untrusted", ONE.digest)
    blobs = dict(ONE.blobs)
    del blobs[digest(ONE.layers[1])]
    suite.check_error("a layer that is not there", suite.dump(layout("absent", [entry], blobs)),
                      "missing")
    itself = {"mediaType": INDEX, "digest": "sha256:" + "7" * 64, "size": 10}
    suite.check_error("an index that names itself",
                      suite.dump(layout("cycle", [itself], {"sha256:" + "7" * 64: b"0123456789"})),
                      "untrusted", "7777")
    way_out = {**entry, "digest": "sha256:../../../etc/passwd"}
    suite.check_error("a digest that is a path", suite.dump(layout("path", [way_out], {})), "input",
                      "digest")
    os.symlink("/etc/passwd", os.path.join(suite.directory, "absent", "blobs", "sha256",
                                           hex_of(ONE.layers[1])))
    suite.check_error("a blob that is a link out of the layout",
                      suite.dump(f"oci-dir:{suite.directory}/absent"), "missing")


def test_odd_layers(suite):
    """Layers that are no plain tar, or not here."""
    def dump(name, media_type, blobs, **more):
        manifest = json.loads(ONE.manifest)
        manifest["layers"][1].update(mediaType=media_type, **more)
        data = json.dumps(manifest).encode()
        directory = os.path.join(suite.directory, name)
        write_layout(directory, [descriptor(MANIFEST, data)], {**blobs, digest(data): data})
        return suite.dump(f"oci-dir:{directory}")

    layer = "application/vnd.oci.image.layer.v1.tar"
    absent = {name: data for name, data in ONE.blobs.items() if data != ONE.layers[1]}
    suite.check_error("an encrypted layer", dump("secret", layer + "+gzip+encrypted", ONE.blobs),
                      "unsupported", "encrypted")
    suite.check_error("a layer that is no tar", dump("toto", "application/vnd.in-toto+json",
                                                     ONE.blobs), "unsupported", "in-toto")
    foreign = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
    urls = {"urls": ["https://plimsoll.invalid/layer"]}
    suite.check_error("a layer kept elsewhere", dump("elsewhere", foreign, absent, **urls),
                      "unsupported", "elsewhere")
    suite.check(dump("both", foreign, ONE.blobs, **urls)[0] == 0,
                "a layer kept elsewhere and here as well")


def test_host(suite):
    """As much of this machine as is looked at in seconds, however much there is of it."""
    status, got, stderr = suite.dump("host", timeout=110, DUMP_ENTRIES="100000")
    suite.check(status == 0, "the host", stderr)
    paths = [file["path"] for file in got["files"]]
    reached = max(paths) > "etc/os-release"
    suite.check("etc/os-release" in paths or not reached, "the host's files", paths[:20])
    suite.check(not any(path.startswith(("proc/", "sys/", "dev/")) for path in paths),
                "what the kernel makes up is not the host's")


def test_tree(suite):
    root = os.path.join(suite.directory, "root")
    for directory in ("usr/lib/apk/db", "etc"):
        os.makedirs(os.path.join(root, directory))
    with open(os.path.join(root, "usr/lib/apk/db/installed"), "w") as f:
        f.write("P:a\n")
    os.symlink("usr/lib", os.path.join(root, "lib"))
    os.symlink("/../../../../../etc/hostname", os.path.join(root, "etc/os-release"))
    status, got, stderr = suite.dump(f"dir:{root}")
    files = {file["path"]: file for file in got["files"]}
    suite.check(status == 0 and sorted(files) == ["etc/os-release", "lib",
                                                  "usr/lib/apk/db/installed"],
                "a tree: the files asked for and every link", files, stderr)
    os.mkfifo(os.path.join(root, "usr/lib/apk/db/fifo"))
    os.remove(os.path.join(root, "usr/lib/apk/db/installed"))
    os.symlink("fifo", os.path.join(root, "usr/lib/apk/db/installed"))
    suite.check(suite.dump(f"dir:{root}")[0] == 0, "a FIFO in place of a file is not read")
    with open(os.path.join(root, "etc/os-release.d"), "w") as f:
        f.write("P:a\n")
    status, got, stderr = suite.dump("file:" + os.path.join(root, "etc/os-release.d"))
    suite.check(status == 0 and got["files"] == [], "one file that nobody asks for", got, stderr)
    suite.check_error("a directory is no file", suite.dump("file:" + root), "regular file")
    suite.check_error("a FIFO is no file",
                      suite.dump(f"file:{root}/usr/lib/apk/db/fifo"), "regular file")
    test_host(suite)
    for target in ("", "containerd:a", "container:b", "sbom:c"):
        suite.check_error(f"target '{target}'", suite.dump(target), "u")
    suite.check_error("a path that is not there", suite.dump("oci-dir:/nonexistent"), "missing")


def main():
    suite = Suite("integration/archive", sys.argv[1])
    path = os.path.join(suite.directory, "archive.tar")
    test_docker(suite, path)
    test_several(suite, path)
    test_links(suite, path)
    test_oci(suite, path)
    test_damage(suite, path)
    test_layout(suite)
    test_odd_layers(suite)
    test_tree(suite)
    suite.finish()


if __name__ == "__main__":
    main()
