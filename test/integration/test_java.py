"""Java: signed archives whose entries were changed.

usage: test_java.py PLIMSOLL
"""

import shutil
import subprocess
import sys
import zipfile

from harness import MANIFEST, Image, descriptor, skip, write_layout
from program import Program

NAME = "integration/java"
MEMBERS = {"META-INF/maven/org.x/a/pom.properties": b"groupId=org.x\nartifactId=a\nversion=1\n",
           "org/x/One.class": b"\xca\xfe\xba\xbe one", "org/x/words.txt": b"some words"}


def run(*command):
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def signed_jar(program):
    """The bytes of an archive signed by the JDK's own tool."""
    jar, keys = program.path("a-1.jar"), program.path("keys")
    with zipfile.ZipFile(jar, "w") as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content)
    run("keytool", "-genkeypair", "-keystore", keys, "-storepass", "secret", "-alias", "one",
        "-keyalg", "EC", "-dname", "CN=one")
    run("jarsigner", "-keystore", keys, "-storepass", "secret", jar, "one")
    with zipfile.ZipFile(jar) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(program, members):
    path = program.path("made.jar")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with open(path, "rb") as file:
        return file.read()


def changes(program, name, members):
    image = Image([{"app/a-1.jar": zipped(program, members)}])
    path = program.path(name)
    write_layout(path, [descriptor(MANIFEST, image.manifest)], image.blobs)
    scan = program.run("scan", "-o", "json", "--check", "integrity", "oci-dir:" + path).json()
    return [(finding["id"], finding["severity"], finding["package"], finding["location"])
            for finding in scan["findings"] if finding["id"] == "jar-entry-changed"], scan


def main():
    if not shutil.which("jarsigner") or not shutil.which("keytool"):
        skip(NAME, "jarsigner is absent")
    program = Program(NAME, sys.argv[1])
    members = signed_jar(program)
    found, _ = changes(program, "whole", members)
    program.check_equal(found, [], "an archive as it was signed")

    members["org/x/One.class"] = b"\xca\xfe\xba\xbe two"
    members["org/x/words.txt"] = b"same words"
    for heat in ("cold", "warm"):
        found, scan = changes(program, heat, members)
        packages = {package["name"]: package["id"] for package in scan["packages"]}
        program.check_equal(
            found,
            [("jar-entry-changed", "high", packages.get("org.x:a"),
              "app/a-1.jar!/org/x/One.class"),
             ("jar-entry-changed", "medium", packages.get("org.x:a"),
              "app/a-1.jar!/org/x/words.txt")],
            f"changed entries are found, {heat}")
    program.finish()


if __name__ == "__main__":
    main()
