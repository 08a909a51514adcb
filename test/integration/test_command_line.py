"""Options, environment, exit statuses and outputs of the program.

usage: test_command_line.py PLIMSOLL
"""

import glob
import json
import os
import subprocess
import sys

from harness import MANIFEST, Image, descriptor, digest, make_index, write_layout
from program import Program

NAME = "integration/command_line"
APK = b"P:a\nV:1-r0\nA:x86_64\no:a\n\n"
LINES = 1000000


def write_image(program, name, files):
    image = Image([files])
    write_layout(program.path(name), [descriptor(MANIFEST, image.manifest)], image.blobs)
    return f"oci-dir:{program.path(name)}"


def alpine(program):
    return write_image(program, "alpine", {
        "etc/os-release": b"ID=alpine\nVERSION_ID=3.20.1\n", "lib/apk/db/installed": APK})


# ---------------------------------------------------------------- usage

def check_usage(program, target):
    wrong = [[], ["sink"], ["bom"], ["bom", target, target], ["bom", "--fail-on", "high", target],
             ["scan", "--severity", "awful", target], ["scan", "--fail-on", "", target],
             ["bom", "--scope", "some", target], ["bom", "--platform", "linux", target],
             ["bom", "--timeout", "soon", target], ["bom", "--timeout", "0", target],
             ["bom", "--limit", "speed=9", target], ["bom", "--limit", "layers=many", target],
             ["bom", "-o", "yaml", target], ["bom", "-o"], ["bom", "--strict=yes", target],
             ["bom", "-", "-x", target], ["bom", "-\xff", target], ["db"], ["db", "sink"],
             ["db", "search"], ["db", "build"], ["version", "compare", "deb", "1"],
             ["version", "compare", "sink", "1", "2"], ["version", "sort", "deb", "1", "2"],
             ["bom", "--distro", "sink", target], ["bom", ""], ["bom", "sink:"]]
    for arguments in wrong:
        done = program.run(*arguments)
        program.check(done.status == 64 and done.out.count(b"\n") < 100
                      and (not arguments or done.messages.startswith("plimsoll: ")),
                      f"wrong usage: {' '.join(arguments)!r:.60}", done)
    for arguments in (["--help"], ["help"], ["-h"], ["scan", "--help"], ["bom", "-h"],
                      ["db", "--help"], ["version", "--help"]):
        done = program.run(*arguments)
        program.check(done.status == 0 and b"usage:" in done.out and not done.messages,
                      f"help: {' '.join(arguments)}", done)
    program.check(program.run("--version").out == program.run("version").out != b"", "version")


def check_missing(program, target):
    for arguments, words in ((["bom", "oci-dir:/nowhere"], ["nowhere"]),
                             (["bom", "dir:/nowhere"], ["nowhere"]),
                             (["bom", "docker-archive:/nowhere"], ["nowhere"]),
                             (["bom", target + ":sink"], ["sink"]),
                             (["scan", "--db", "/nowhere", target], ["nowhere"]),
                             (["db", "status", "--db", "/nowhere"], ["nowhere"]),
                             (["db", "build", "--from", "/nowhere", "-o", program.path("d")],
                              ["nowhere"]),
                             (["bom", "-o", "json=/nowhere/file", target], ["nowhere"])):
        done = program.run(*arguments)
        program.check(done.status == 1 and all(word in done.messages for word in words)
                      and not done.out, f"missing: {' '.join(arguments)[-50:]}", done)


# ---------------------------------------------------------------- what options do

def check_distro(program, target):
    scan = program.bom(target, "--distro", "debian:12")
    program.check(scan["distro"]["id"] == "debian" and scan["distro"]["version_id"] == "12",
                  "--distro", scan["distro"])
    scan = program.bom(target, PLIMSOLL_DISTRO="ubuntu:22.04")
    program.check(scan["distro"]["id"] == "ubuntu", "PLIMSOLL_DISTRO", scan["distro"])
    scan = program.bom(target, "--distro", "debian:12", PLIMSOLL_DISTRO="ubuntu:22.04")
    program.check(scan["distro"]["id"] == "debian", "a flag beats the environment")


def check_platform(program):
    images = [Image([{"etc/os-release": f"ID={name}\n".encode()}], name)
              for name in ("amd64", "arm64", "s390x")]
    index = make_index(images)
    blobs = {digest(index): index}
    for image in images:
        blobs.update(image.blobs)
    write_layout(program.path("index"), [descriptor(json.loads(index)["mediaType"], index)], blobs)
    target = f"oci-dir:{program.path('index')}"
    for name in ("amd64", "arm64", "s390x"):
        scan = program.bom(target, "--platform", f"linux/{name}")
        program.check(scan["distro"]["id"] == name, f"--platform linux/{name}", scan["target"])
    scan = program.bom(target, PLIMSOLL_PLATFORM="linux/s390x")
    program.check(scan["distro"]["id"] == "s390x", "PLIMSOLL_PLATFORM", scan["target"])
    done = program.run("bom", "--platform", "linux/vax", target)
    program.check(done.status == 1 and "vax" in done.messages, "no such platform", done)


def check_limits(program, target):
    for limit in ("layers=0", "packages=0", "kept_entries=0", "document_bytes=1"):
        done = program.run("bom", "--no-cache", "--strict", "--limit", limit, target)
        program.check(done.status in (1, 3), f"--limit {limit}", done)
    done = program.run("bom", "--no-cache", target, PLIMSOLL_LIMIT="document_bytes=1")
    program.check(done.status == 1, "PLIMSOLL_LIMIT", done)


def check_strict(program):
    target = write_image(program, "damaged", {
        "etc/os-release": b"ID=alpine\nVERSION_ID=3.20.1\n",
        "lib/apk/db/installed": b"nothing that apk would write\n" + APK})
    done = program.run("bom", "-o", "json", target)
    scan = done.json()
    program.check(not scan["complete"] and scan["notes"], "damage is noted", scan)
    program.check(program.run("bom", "--strict", target).status == 3, "--strict")
    program.check(program.run("bom", target, PLIMSOLL_STRICT="1").status == 3, "PLIMSOLL_STRICT")
    program.check(program.run("bom", target, PLIMSOLL_STRICT="0").status == 0, "not strict")


# ---------------------------------------------------------------- outputs

def check_outputs(program, target):
    path = program.path("bom.json")
    done = program.run("bom", "-o", f"json={path}", "-o", "table", target)
    with open(path, encoding="utf-8") as file:
        scan = json.load(file)
    program.check(done.status == 0 and scan["packages"][0]["name"] == "a" and b"{" not in done.out,
                  "-o json=FILE beside a table", done)
    program.check(oct(os.stat(path).st_mode & 0o400) != "0o0" and
                  glob.glob(path + "?*") == [], "only the file itself is left")
    done = program.run("bom", target, PLIMSOLL_OUTPUT="json")
    program.check(done.json()["packages"][0]["name"] == "a", "PLIMSOLL_OUTPUT", done)


def check_outputs_in_place(program, target):
    """What is no plain file stays what it is: no file is put over /dev/null."""
    real, link, pipe = (program.path(name) for name in ("real.json", "link.json", "pipe.json"))
    with open(real, "w", encoding="utf-8") as file:
        file.write("x" * 1000000)
    os.symlink(real, link)
    done = program.run("bom", "-o", f"json={link}", target)
    with open(real, encoding="utf-8") as file:
        program.check(done.status == 0 and os.path.islink(link)
                      and json.load(file)["packages"], "a link is written through", done)
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        done = program.run("bom", "-o", f"json={pipe}", target)
        program.check(done.status == 0 and json.loads(reader.communicate(timeout=60)[0])["packages"],
                      "a pipe is written to", done)
    done = program.run("bom", "-o", f"json={program.directory}", target)
    program.check(done.status == 1 and os.path.isdir(program.directory), "a directory is not", done)


def run_closed(program, *arguments):
    """Runs the program with a standard output that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen([program.binary, *arguments], stdin=subprocess.DEVNULL, stdout=writer,
                          stderr=subprocess.PIPE, env=program.environment()) as process:
        os.close(writer)
        messages = process.stderr.read().decode()
        return process.wait(60), messages


def check_closed_output(program, target):
    for arguments in (["bom", target], ["bom", "-o", "json", target], ["version"],
                      ["version", "compare", "deb", "1", "2"], ["--help"], ["bom", "--help"]):
        status, messages = run_closed(program, *arguments)
        program.check(status == 1 and "standard output" in messages,
                      f"nobody reads {' '.join(arguments)[:30]}", status, messages)


# ---------------------------------------------------------------- versions

def ask(program, what, scheme, lines):
    done = program.run("version", what, scheme, input="".join(lines).encode())
    return done.out.decode().split("\n")[:-1] if done.status == 0 else done


def check_versions(program):
    program.check(program.run("version", "compare", "deb", "1:1", "2").out == b"1\n", "compare")
    program.check(program.run("version", "satisfies", "deb", ">= 1, < 2", "1.5").out == b"true\n",
                  "satisfies")
    program.check(ask(program, "compare", "deb", ["1\t2\n", "!\t2\n", "1\t1"])
                  == ["-1", "invalid", "0"], "compare lines, the last one without an end")
    program.check(ask(program, "compare", "deb", []) == [], "compare nothing")
    half = LINES // 2
    got = ask(program, "compare", "rpm", ["1.0-1\t1.0-2\n", "2\t1\n"] * half)
    program.check(got == ["-1", "1"] * half, f"compare {LINES} lines")
    long = program.run("version", "compare", "deb", input=b"1" * 300000 + b"\t2\n")
    program.check(long.status == 1 and "longer" in long.messages, "a line without end", long)


def check_version_tables(program):
    folder = os.path.join(os.environ["PLIMSOLL_SHARED"], "fixtures", "versions")
    if not os.path.isdir(folder):
        print(f"SKIP: {NAME}: version tables: {folder} is absent")
        return
    for scheme in ("deb", "apk"):
        for path in sorted(glob.glob(os.path.join(folder, f"{scheme}.*.compare.tsv"))):
            with open(path, encoding="utf-8") as file:
                rows = [line.rstrip("\n").split("\t") for line in file if line[:2] != "# "]
            got = ask(program, "compare", scheme, [f"{row[0]}\t{row[1]}\n" for row in rows])
            bad = [(row, answer) for row, answer in zip(rows, got) if answer not in (row[2], "invalid")]
            program.check(len(got) == len(rows) and not bad, os.path.basename(path), bad[:3])


def main():
    program = Program(NAME, sys.argv[1])
    target = alpine(program)
    check_usage(program, target)
    check_missing(program, target)
    check_distro(program, target)
    check_platform(program)
    check_limits(program, target)
    check_strict(program)
    check_outputs(program, target)
    check_outputs_in_place(program, target)
    check_closed_output(program, target)
    check_versions(program)
    check_version_tables(program)
    program.finish()


main()
