"""A bill of materials says the same as the image that it is of, whoever reads it.

usage: test_sbom.py PLIMSOLL
"""

import base64
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile

from harness import MANIFEST, Image, descriptor, write_layout
from program import SYSTEM_TYPES, Program, made_images, optional_fixtures

NAME = "integration/sbom"
FORMATS = ("cyclonedx-json", "spdx-json")
SYFT_FORMATS = ("cyclonedx-json", "cyclonedx-xml", "spdx-json", "spdx-tag-value", "syft-json")
FIXTURES = ("alpine-3.12.12", "alpine-3.18.9-node", "alpine-3.20.3", "rpm-bdb-rhel8",
            "rpm-ndb-sles15", "rpm-sqlite-mariner2")
OS_RELEASE = b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian \\"12\\""\n'
STATUS = """Package: libssl3
Status: install ok installed
Maintainer: Debian OpenSSL Team <x@y.example>
Architecture: amd64
Source: openssl
Version: 3.0.9-1

Package: curl
Status: install ok installed
Architecture: amd64
Version: 7.88.1-10

Package: docker-ce
Status: install ok installed
Maintainer: Docker <support@docker.example>
Architecture: amd64
Version: 5:20.10.1~3-0~debian-bookworm

"""
MODULE = {"name": "@scope/Thing", "version": "1.0.0", "license": "MIT"}


def debian_image(program):
    """Two layers: the second removes a package and brings one of another ecosystem."""
    lower = {"etc/os-release": OS_RELEASE, "var/lib/dpkg/status": STATUS.encode()}
    upper = {"var/lib/dpkg/status": STATUS.split("\n\n", 1)[1].encode(),
             "app/node_modules/@scope/Thing/package.json": json.dumps(MODULE).encode()}
    image = Image([lower, upper])
    write_layout(program.path("debian"), [descriptor(MANIFEST, image.manifest)], image.blobs)
    return program.path("debian")


def told(scan):
    """What must not depend on whether the image or its bill of materials was read."""
    findings = [finding for finding in scan["findings"] if finding["kind"] == "vulnerability"]
    return {"packages": scan["packages"], "findings": findings, "distro": scan["distro"],
            "layers": scan["target"]["layers"]}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def check_image(program, what, layout, *options):
    files = {form: program.path(f"{what}.{form}") for form in FORMATS}
    outputs = [word for form in FORMATS for word in ("-o", f"{form}={files[form]}")]
    scan = program.run("scan", "-o", "json", *outputs, *options, "oci-dir:" + layout).json()
    for form, path in files.items():
        back = program.run("scan", "-o", "json", *options, "sbom:" + path).json()
        for part, wanted in told(scan).items():
            program.check_equal(told(back)[part], wanted, f"{what}: {form}: {part}")
        first = read(path)
        again = program.run("scan", "-o", form, *options, "oci-dir:" + layout)
        program.check(again.out == first, f"{what}: {form}: the same bytes twice")
        for other, other_path in files.items():
            again = program.run("scan", "-o", other, *options, "sbom:" + path)
            program.check(again.out == read(other_path), f"{what}: {form} says all that {other} does")
    return files


def check_kinds(program, layout):
    """What brings an image leaves no trace but the name."""
    archive = program.path("debian.tar")
    with tarfile.open(archive, "w") as tar:
        tar.add(layout, arcname=".")
    for form in FORMATS:
        bills = [program.run("bom", "-o", form, target).out.decode()
                 for target in ("oci-dir:" + layout, "oci-archive:" + archive)]
        program.check_equal(nameless(bills[1], archive), nameless(bills[0], layout),
                            f"{form}: the same from an archive")


def nameless(bill, name):
    bill = re.sub("urn:uuid:[0-9a-f-]+", "urn:uuid:", bill)
    bill = bill.replace(json.dumps(name)[1:-1], "NAME")
    return re.sub("pkg:oci/[^@]*@", "pkg:oci/NAME@", bill)


def check_compressed(program, path):
    whole = program.run("scan", "-o", "json", "sbom:" + path).json()
    packed = program.run("scan", "-o", "json", "sbom:-", input=gzip.compress(read(path))).json()
    program.check_equal(told(packed), told(whole), "a compressed bill says the same")
    bomb = program.run("scan", "--limit", "file_bytes=1M", "sbom:-",
                       input=gzip.compress(b" " * (1 << 26)))
    program.check(bomb.status == 1 and "sbom:" in bomb.messages, "a bomb is refused", bomb)


def check_licenses(program, path):
    done = program.run("scan", "-o", "json", "--deny-licenses", "MIT", "sbom:" + path).json()
    denied = [finding for finding in done["findings"] if finding["kind"] == "rule"]
    program.check(len(denied) == 1, "a licence of a bill is held against the policy", denied)


def check_attestation(program, path):
    statement = {"_type": "https://in-toto.io/Statement/v1",
                 "predicateType": "https://cyclonedx.org/bom",
                 "subject": [{"name": "x", "digest": {"sha256": "00" * 32}}],
                 "predicate": json.loads(read(path))}
    envelope = {"payloadType": "application/vnd.in-toto+json", "signatures": [],
                "payload": base64.b64encode(json.dumps(statement).encode()).decode()}
    done = program.run("scan", "-o", "json", "sbom:-", input=json.dumps(envelope).encode()).json()
    whole = program.run("scan", "-o", "json", "sbom:" + path).json()
    program.check_equal(told(done), told(whole), "an attested bill says the same")
    program.check(any("signature" in note["text"] for note in done["notes"]),
                  "that nobody looked at the signature is said", done["notes"])


def of_system(scan):
    """Vulnerabilities of the distribution's packages, by what any tool says of a package."""
    packages = {package["id"]: package for package in scan["packages"]}
    found = [(finding["id"], finding["severity"], finding["status"], finding["fixed_version"],
              packages[finding["package"]]["name"], packages[finding["package"]]["version"])
             for finding in scan["findings"] if finding["kind"] == "vulnerability"
             and packages[finding["package"]]["type"] in SYSTEM_TYPES]
    return sorted(set(found), key=str)


def check_syft(program, images):
    """What Syft says of an image leads to the findings of the image."""
    syft = shutil.which("syft")
    if not syft:
        print(f"SKIP: {NAME}: syft is absent")
        return
    for what, layout in images.items():
        whole = of_system(program.run("scan", "-o", "json", "oci-dir:" + layout).json())
        paths = {form: program.path(f"{what}.syft.{form}") for form in SYFT_FORMATS}
        outputs = [word for form, path in paths.items() for word in ("-o", f"{form}={path}")]
        subprocess.run([syft, "-q", "oci-dir:" + layout, *outputs], check=True, timeout=600)
        for form, path in paths.items():
            back = of_system(program.run("scan", "-o", "json", "sbom:" + path).json())
            program.check_equal(back, whole, f"{what}: {form} of Syft: findings of the system")


def check_time(program, layout):
    done = program.run("bom", "-o", "cyclonedx-json", "oci-dir:" + layout, SOURCE_DATE_EPOCH="86400")
    program.check_equal(done.json()["metadata"]["timestamp"], "1970-01-02T00:00:00Z",
                        "SOURCE_DATE_EPOCH is the time")
    done = program.run("bom", "-o", "spdx-json", "oci-dir:" + layout, SOURCE_DATE_EPOCH="now")
    program.check(done.status == 64, "SOURCE_DATE_EPOCH must be a number", done)


def without_distro(path):
    with open(path, encoding="utf-8") as file:
        bom = json.load(file)
    bom["components"] = [component for component in bom["components"]
                         if component["type"] != "operating-system"]
    for component in bom["components"]:
        component["purl"] = component["purl"].replace("&distro=debian-12", "").replace(
            "/debian/", "/")
    return json.dumps(bom).encode()


def check_missing_distro(program, path):
    document = without_distro(path)
    silent = program.run("scan", "-o", "json", "sbom:-", input=document).json()
    program.check(any("--distro" in note["text"] for note in silent["notes"]),
                  "a missing distribution is said", silent["notes"])
    program.check(not silent["complete"], "without a distribution the scan is incomplete")
    given = program.run("scan", "-o", "json", "--distro", "debian:12", "sbom:-",
                        input=document).json()
    whole = program.run("scan", "-o", "json", "sbom:" + path).json()
    program.check_equal(told(given)["findings"], told(whole)["findings"], "--distro fixes it")


def check_errors(program):
    for what, document in {"nothing": b"", "half a document": b'{"bomFormat": "CycloneDX", ',
                           "another document": b"[]", "XML": b"<bom/>"}.items():
        done = program.run("scan", "sbom:-", input=document)
        program.check(done.status == 1 and "sbom:" in done.messages, f"{what} is refused", done)
    done = program.run("scan", "sbom:" + program.path("absent"))
    program.check(done.status == 1, "a file that is not there", done)
    done = program.run("scan", "--limit", "file_bytes=10", "sbom:-", input=b'{"bomFormat": 1}')
    program.check(done.status == 1, "a file past the limit", done)


def main():
    program = Program(NAME, sys.argv[1])
    debian = debian_image(program)
    files = check_image(program, "debian", debian)
    check_image(program, "debian-all", debian, "--scope", "all-layers")
    images = {**optional_fixtures(NAME, *FIXTURES), **made_images(NAME)}
    for image, layout in images.items():
        if os.path.isdir(layout):
            check_image(program, image, layout)
    check_syft(program, {what: layout for what, layout in images.items() if os.path.isdir(layout)})
    check_kinds(program, debian)
    check_compressed(program, files["cyclonedx-json"])
    check_licenses(program, files["cyclonedx-json"])
    check_attestation(program, files["cyclonedx-json"])
    check_time(program, debian)
    check_missing_distro(program, files["cyclonedx-json"])
    check_errors(program)
    program.finish()


main()
