"""Java: signed archives whose entries were changed, projects of several pom.xml, one file.

usage: test_java.py PLIMSOLL
"""

import os
import shutil
import subprocess
import sys
import zipfile

from harness import MANIFEST, Image, descriptor, write_layout
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


def test_projects(program):
    """effective.tsv is what help:effective-pom of Maven gives, scopes compile and runtime."""
    fixture = os.path.join(os.path.dirname(__file__), "..", "fixtures", "maven")
    with open(os.path.join(fixture, "effective.tsv"), encoding="utf-8") as file:
        wanted = {tuple(line.rstrip("\n").split("\t")) for line in file}
    scan = program.bom("dir:" + fixture)
    found = {(location["path"], package["name"], package["version"])
             for package in scan["packages"] for location in package["locations"]}
    program.check_equal(found, wanted, "what the projects of a tree say together")


def test_one_file(program):
    jar = program.path("a-1.jar")
    with open(jar, "wb") as file:
        file.write(zipped(program, MEMBERS))
    os.symlink("a-1.jar", program.path("link.jar"))
    for target in (jar, program.path("link.jar")):
        scan = program.bom("file:" + target)
        program.check_equal([(package["name"], package["locations"][0]["path"])
                             for package in scan["packages"]],
                            [("org.x:a", os.path.basename(target))], "one file alone")
    with open(program.path("words"), "w", encoding="utf-8") as file:
        file.write("nothing to look into")
    scan = program.bom("file:" + program.path("words"))
    program.check(not scan["complete"], "a file that nobody looks into is said", scan["notes"])


def test_signed(program):
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


def main():
    program = Program(NAME, sys.argv[1])
    test_projects(program)
    test_one_file(program)
    if shutil.which("jarsigner") and shutil.which("keytool"):
        test_signed(program)
    else:
        print(f"SKIP: {NAME}: jarsigner is absent")
    program.finish()


if __name__ == "__main__":
    main()
