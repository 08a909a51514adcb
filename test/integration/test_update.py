"""Published databases and upstream feeds over servers that misbehave; all on loopback."""

import fcntl
import gzip
import http.server
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
import zipfile

from harness import noise
from program import Program

NAME = "integration/update"


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves a directory; `server.rules` says in which ways it goes wrong."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        path = os.path.join(server.directory, self.path.lstrip("/"))
        rule = server.rules.get("*") or next(
            (rule for part, rule in server.rules.items() if part in self.path), {})
        server.log.append((self.path, self.headers.get("Range"), self.headers.get("If-None-Match")))
        if rule.get("status") or not os.path.isfile(path):
            return self.answer(rule.get("status", 404), b"")
        with open(path, "rb") as file:
            content = file.read()
        etag = f'"{hash(content)}"'
        if self.headers.get("If-None-Match") == etag:
            return self.answer(304, b"")
        if "change" in rule:
            content = rule["change"](content)
        start = re.match(r"bytes=(\d+)-$", self.headers.get("Range") or "")
        validator = self.headers.get("If-Range")
        if start and (not validator or validator == etag) and not rule.get("no_range"):
            first = int(start.group(1))
            return self.answer(206, content[first:], rule, etag,
                               ("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}"))
        return self.answer(200, content, rule, etag)

    def answer(self, status, body, rule=None, etag=None, *headers):
        rule = rule or {}
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Length", str(len(body) + rule.get("lie", 0)))
        if etag:
            self.send_header("ETag", etag)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.send_body(body, rule)

    def send_body(self, body, rule):
        cuts = rule.get("cuts", [])
        if cuts:
            body = body[:cuts.pop(0)]
            self.close_connection = True
        if rule.get("lie"):
            self.close_connection = True
        try:
            for at in range(0, len(body), 4096):
                self.wfile.write(body[at:at + 4096])
                time.sleep(rule.get("slow", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client was killed


class Server:
    def __init__(self, directory):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.directory = directory
        self.server.rules = {}
        self.server.log = []
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def rules(self, **rules):
        self.server.rules = rules
        self.server.log = []

    def rule(self, part, **rule):
        self.server.rules = {part: rule}
        self.server.log = []

    def log(self):
        return self.server.log


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write_feeds(directory, groups, exploited):
    """Feeds of Arch and KEV with so many entries; what one has, a larger one has, too."""
    os.makedirs(directory, exist_ok=True)
    with tarfile.open(os.path.join(directory, "arch-avg.tar.zst"), "w") as archive:
        for i in range(groups):
            name = noise(12, f"package {i}").hex()
            content = json.dumps({
                "name": f"AVG-{i}", "status": "Fixed", "fixed": f"{i}.{noise(4, str(i))[0]}-1",
                "severity": "High", "packages": [name, name + "-devel"],
                "issues": [f"CVE-2024-{10000 + i}"], "advisories": []}).encode()
            member = tarfile.TarInfo(f"AVG-{i}.json")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    with open(os.path.join(directory, "kev.json.zst"), "w") as file:
        json.dump({"catalogVersion": "1", "vulnerabilities": [
            {"cveID": f"CVE-2024-{10000 + i}", "dateAdded": "2024-05-01"}
            for i in range(exploited)]}, file)
    return directory


class Scene(Program):
    """A publisher with two versions, and clients."""

    def __init__(self, binary):
        super().__init__(NAME, binary)
        self.feeds = [write_feeds(self.path(f"feeds{i}"), 3000 + 2 * i, 5 + i) for i in range(2)]
        self.databases = [self.path(f"db{i}") for i in range(2)]
        for feeds, database in zip(self.feeds, self.databases):
            self.expect("db", "build", "-q", "--from", feeds, "-o", database)
        self.keys = self.path("keys")
        self.expect("db", "keygen", self.keys)
        self.published = [self.path(f"published{i}") for i in range(2)]
        for i in range(2):
            if i:
                shutil.copytree(self.published[0], self.published[1])
            self.expect("db", "export", self.published[i], "--keys", self.keys,
                        "--db", self.databases[i])
        self.root = os.path.join(self.published[0], "root.json")
        self.count = 0

    def expect(self, *arguments):
        done = self.run(*arguments)
        if done.status != 0:
            raise RuntimeError(f"{arguments}: {done}")
        return done

    def client(self, version=None, place=None):
        """The database of a new client, perhaps up to date with a version."""
        self.count += 1
        directory = self.path(f"client{self.count}")
        os.makedirs(directory)
        database = os.path.join(directory, "plimsoll.db")
        if version is not None:
            self.expect("db", "update", "--db", database, "--root", self.root, "--from",
                        place or self.published[version])
        return database

    def update(self, database, place, **more):
        return self.run("db", "update", "--db", database, "--root", self.root, "--from", place,
                        **more)

    def check_is(self, database, version, what, *more):
        self.check(os.path.exists(database) and read(database) == read(self.databases[version]),
                   what, *more)


def test_plain(scene, server):
    for place in (scene.published[0], server.url):
        database = scene.client()
        done = scene.run("db", "update", "--db", database, "--from", place)
        scene.check(done.status == 64 and "--root" in done.messages, "no root, no trust", done)
        done = scene.update(database, place)
        scene.check_is(database, 0, f"first update from {place[:4]}", done)
        done = scene.run("db", "update", "--db", database)
        scene.check(done.status == 0 and b"up to date" in done.out, "again: nothing to do", done)


def test_patches(scene, server):
    database = scene.client(0)
    server.server.directory = scene.published[1]
    server.rules()
    done = scene.update(database, server.url)
    scene.check_is(database, 1, "a patch makes the new database", done)
    fetched = [path for path, _, _ in server.log() if path.startswith("/targets/")]
    scene.check(fetched and all("/arch." not in path or path.endswith(".patch")
                                for path in fetched), "segments come as patches", fetched)
    database = scene.client(0)
    with open(database, "r+b") as file:  # a byte of the old database is damaged
        file.seek(5000)
        file.write(bytes([file.read(1)[0] ^ 1]))
    done = scene.update(database, server.url)
    scene.check_is(database, 1, "what is damaged is fetched whole", done)


def whole_of(directory):
    names = sorted(os.listdir(os.path.join(directory, "targets")))
    return max((name for name in names if name.endswith(".zst")),
               key=lambda name: os.path.getsize(os.path.join(directory, "targets", name)))


def test_cuts(scene, server):
    server.server.directory = scene.published[0]
    size = os.path.getsize(os.path.join(scene.published[0], "targets",
                                        whole_of(scene.published[0])))
    for cut in (0, 1, size // 2, size - 1):
        for rule in ({}, {"no_range": True}):
            server.rule(".arch.zst", cuts=[cut], **rule)
            database = scene.client()
            done = scene.update(database, server.url)
            scene.check_is(database, 0, f"cut after {cut} bytes {rule or ''}", done)
    server.rule(".json", cuts=[10, 100])
    database = scene.client()
    scene.check_is(database, 0, "cut metadata", scene.update(database, server.url))


def test_resume(scene, server):
    database = scene.client(0)
    before = read(database)
    server.server.directory = scene.published[1]
    server.rule(".patch", cuts=[30] * 20)
    done = scene.update(database, server.url)
    scene.check(done.status == 1 and read(database) == before,
                "a connection that always breaks: the old database stays", done)
    server.rules()
    done = scene.update(database, server.url)
    scene.check_is(database, 1, "the next try succeeds", done)
    ranges = [asked for path, asked, _ in server.log() if asked]
    scene.check(bool(ranges), "and goes on where the last one ended", server.log())


def test_lies(scene, server):
    server.server.directory = scene.published[1]
    for what, part, rule in (
            ("wrong bytes", ".patch", {"change": lambda c: c[:-1] + bytes([c[-1] ^ 1])}),
            ("endless data", ".patch", {"change": lambda c: c + bytes(1 << 20)}),
            ("too few bytes", ".patch", {"change": lambda c: c[:-1]}),
            ("a length that lies", ".patch", {"lie": -5}),
            ("endless metadata", "timestamp", {"change": lambda c: c + b" " * (1 << 20)}),
            ("a changed timestamp", "timestamp",
             {"change": lambda c: c.replace(b'"sig":"', b'"sig":"0', 1)}),
            ("changed targets", "targets.json", {"change": lambda c: c + b" "}),
            ("a missing file", ".patch", {"status": 404}),
            ("no service", "*", {"status": 403})):
        database = scene.client(0)
        before = read(database)
        server.rule(part, **rule)
        done = scene.update(database, server.url)
        scene.check(done.status == 1 and read(database) == before, f"{what}: refused", done)
        server.rules()
        scene.check_is(database, 1, f"{what}: the honest server is believed again",
                       scene.update(database, server.url))


def test_rollback(scene, server):
    database = scene.client(1)
    before = read(database)
    server.server.directory = scene.published[0]
    server.rules()
    done = scene.run("db", "update", "--db", database, "--from", server.url)
    scene.check(done.status == 1 and "older" in done.messages and read(database) == before,
                "an older version is refused", done)
    keys = scene.path("other-keys")
    scene.expect("db", "keygen", keys)
    other = scene.path("other")
    scene.expect("db", "export", other, "--keys", keys, "--db", scene.databases[1])
    done = scene.run("db", "update", "--db", database, "--from", other)
    scene.check(done.status == 1 and read(database) == before, "another publisher is refused", done)
    done = scene.run("db", "update", "--db", database, "--from", other, "--root",
                     os.path.join(other, "root.json"))
    scene.check(done.status == 0, "unless its root is handed over", done)


def test_rotation(scene, server):
    database = scene.client(0)
    place, keys = scene.path("rotated"), scene.path("new-keys")
    shutil.copytree(scene.published[0], place)
    scene.expect("db", "keygen", keys)
    export = ["db", "export", place, "--keys", keys, "--db", scene.databases[1]]
    done = scene.run(*export)
    scene.check(done.status == 1 and "--old-keys" in done.messages, "other keys are noticed", done)
    done = scene.run(*export, "--old-keys", keys)
    scene.check(done.status == 1, "a root that the old key has not signed is not published", done)
    scene.expect(*export, "--old-keys", scene.keys)
    os.remove(os.path.join(keys, "root.pem"))
    scene.expect(*export)
    done = scene.run("db", "update", "--db", database, "--from", place)
    scene.check_is(database, 1, "clients follow to the new keys", done)


def test_kill(scene, server):
    chance = random.Random(7)
    server.server.directory = scene.published[1]
    server.rule("targets", slow=0.002)
    database = scene.client(0)
    allowed = [read(path) for path in scene.databases]
    for i in range(12):
        process = subprocess.Popen(
            [scene.binary, "db", "update", "--db", database, "--root", scene.root, "--from",
             server.url], env=scene.environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        time.sleep(chance.random() * 0.12)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if read(database) not in allowed:
            scene.check(False, f"kill {i}: the database is whole")
    server.rules()
    done = scene.update(database, server.url)
    scene.check_is(database, 1, "after many kills: up to date", done)


def test_lock(scene, server):
    database = scene.client(0)
    with open(database + ".update/lock", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = scene.update(database, scene.published[1])
        scene.check(done.status == 1 and "another process" in done.messages,
                    "one update at a time", done)


def test_air_gap(scene, server):
    server.server.directory = scene.published[1]
    server.rules()
    archive = scene.path("carried.tar")
    scene.expect("db", "export", archive, "--from", server.url)
    database = scene.client()
    done = scene.run("db", "import", archive, "--db", database, "--root", scene.root)
    scene.check_is(database, 1, "imported from one file", done)
    with open(archive, "r+b") as file:
        content = file.read()
        at = content.index(b"\x28\xb5\x2f\xfd") + 100
        file.seek(at)
        file.write(bytes([content[at] ^ 1]))
    database = scene.client(0)
    done = scene.run("db", "import", archive, "--db", database)
    scene.check(done.status == 1, "a changed archive is refused", done)
    scene.check_is(database, 0, "and the old database stays")
    done = scene.run("db", "import", scene.databases[1], "--db", database)
    scene.check(done.status == 1, "a database that nobody signed is refused", done)
    done = scene.run("db", "import", scene.databases[1], "--db", database, "--unsigned")
    scene.check_is(database, 1, "unless that is what is wanted", done)


def test_upstream(scene, server):
    server.server.directory = scene.feeds[0]
    server.rules()
    database = scene.client()
    done = scene.run("db", "update", "--db", database, "--mirror", server.url)
    scene.check_is(database, 0, "from a mirror of upstream feeds", done)
    server.rules()
    done = scene.run("db", "update", "--db", database, "--mirror", server.url)
    scene.check(done.status == 0 and b"0 feeds had changed" in done.out and
                all(etag for path, _, etag in server.log() if "arch-avg" in path),
                "again: the server is asked whether anything changed", done, server.log())
    server.server.directory = scene.feeds[1]
    server.rule("arch-avg", status=403)
    done = scene.run("db", "update", "--db", database, "--mirror", server.url)
    scene.check(done.status == 1 and "arch" in done.messages and b"1 feeds had changed" in done.out,
                "one feed fails: the others are brought up to date, and it is said", done)
    scene.check("2024-10005" in scene.run("db", "search", "CVE-2024-10005", "--db",
                                          database).out.decode(), "what could be had is there")
    server.rule("arch-avg", cuts=[1000, 2000])
    done = scene.run("db", "update", "--db", database, "--mirror", server.url)
    scene.check_is(database, 1, "a broken transfer goes on", done)
    by_path = scene.client()
    done = scene.run("db", "update", "--db", by_path, "--mirror", scene.feeds[1])
    scene.check_is(by_path, 1, "from a directory", done)
    with open(os.path.join(scene.feeds[1], "kev.json.zst"), "ab") as file:
        file.write(b"no JSON")
    before = read(by_path)
    done = scene.run("db", "update", "--db", by_path, "--mirror", scene.feeds[1])
    scene.check(done.status == 1 and read(by_path) == before, "a feed that cannot be read", done)


def test_sources(scene, server):
    """The user's own addresses, and archives as forges make them."""
    place = scene.path("forge")
    os.makedirs(place)
    with tarfile.open(os.path.join(scene.feeds[0], "arch-avg.tar.zst")) as archive, \
            tarfile.open(os.path.join(place, "main.tar.gz"), "w:gz") as packed, \
            zipfile.ZipFile(os.path.join(place, "all.zip"), "w", zipfile.ZIP_DEFLATED) as zipped:
        top = tarfile.TarInfo("tracker-main")
        top.type = tarfile.DIRTYPE
        packed.addfile(top)
        for member in archive:
            content = archive.extractfile(member).read()
            zipped.writestr(member.name, content)
            member.name = "tracker-main/" + member.name
            packed.addfile(member, io.BytesIO(content))
    shutil.copy(os.path.join(scene.feeds[0], "kev.json.zst"), os.path.join(place, "known.json"))
    server.server.directory = place
    server.rules()
    sources = scene.path("sources.yaml")
    for name in ("main.tar.gz", "all.zip"):
        with open(sources, "w") as file:
            file.write(f"arch: {server.url}/{name}\n"
                       f"kev:\n  - {server.url}/{{known,absent}}.json\n")
        database = scene.client()
        done = scene.run("db", "update", "--db", database, "--sources", sources)
        scene.check_is(database, 0, f"from addresses of one's own: {name}", done)
    for text, word in (("krev: http://127.0.0.1:1/x\n", "krev"), ("- a\n", "no feeds"),
                       ("kev: []\n", "kev"), ("kev: {a: b}\n", "kev")):
        with open(sources, "w") as file:
            file.write(text)
        done = scene.run("db", "update", "--db", database, "--sources", sources)
        scene.check(done.status == 1 and word in done.messages, f"{text.strip()}: refused", done)


UPDATE = """<updates><update type="security"><id>ALAS2-2024-{0}</id><references>
<reference id="CVE-2024-{0}" type="cve"/></references><pkglist><collection short="amazon-linux-2">
<package name="curl" epoch="0" version="{0}" release="1.amzn2" arch="x86_64"/>
</collection></pkglist></update></updates>"""
METADATA = """<repomd xmlns="http://linux.duke.edu/metadata/repo"><data type="primary"><location
href="repodata/primary.xml.gz"/></data><data type="updateinfo"><location
href="repodata/{}-updateinfo.xml.gz"/></data></repomd>"""


def write_repository(place, url, number):
    """Of Amazon's kind: a list of mirrors, a repository whose name changes, files named by digest."""
    repository = os.path.join(place, f"core/{number}/x86_64")
    os.makedirs(os.path.join(repository, "repodata"))
    os.makedirs(os.path.join(place, "core/latest/x86_64"), exist_ok=True)
    with open(os.path.join(place, "core/latest/x86_64/mirror.list"), "w") as file:
        file.write(f"{url}/core/{number}/$basearch\nhttp://127.0.0.1:1/other\n")
    with open(os.path.join(repository, "repodata/repomd.xml"), "w") as file:
        file.write(METADATA.format(number))
    with gzip.open(os.path.join(repository, f"repodata/{number}-updateinfo.xml.gz"), "wt") as file:
        file.write(UPDATE.format(number))


def write_records(place, number):
    """Of Red Hat's kind: an archive whose name changes."""
    os.makedirs(os.path.join(place, "vex"), exist_ok=True)
    name = f"csaf_vex_{number}.tar.gz"
    with open(os.path.join(place, "vex/archive_latest.txt"), "w") as file:
        file.write(name + "\n")
    content = json.dumps({
        "document": {"category": "csaf_vex"},
        "product_tree": {
            "branches": [
                {"product": {"name": "perl", "product_id": "perl"}},
                {"product": {"name": "P", "product_id": "rhel", "product_identification_helper": {
                    "cpe": "cpe:/o:redhat:enterprise_linux:9"}}}],
            "relationships": [{
                "full_product_name": {"product_id": "rhel:perl"}, "product_reference": "perl",
                "relates_to_product_reference": "rhel"}]},
        "vulnerabilities": [{"cve": f"CVE-2024-{number}",
                             "product_status": {"known_affected": ["rhel:perl"]}}]}).encode()
    with tarfile.open(os.path.join(place, "vex", name), "w:gz") as archive:
        member = tarfile.TarInfo(f"2024/cve-2024-{number}.json")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))


def test_guides(scene, server):
    """Files under names that change are found by way of those that name them."""
    place, sources, database = scene.path("guides"), scene.path("guides.yaml"), scene.client()
    with open(sources, "w") as file:
        file.write(f"amazon: {server.url}/core/latest/x86_64/mirror.list\n"
                   f"redhat-cve: {server.url}/vex/archive_latest.txt\n")
    server.server.directory = place
    update = ["db", "update", "--db", database, "--sources", sources]
    for number in (1001, 1002):
        write_repository(place, server.url, number)
        write_records(place, number)
        server.rules()
        done = scene.run(*update)
        scene.check(done.status == 0 and b"2 feeds had changed" in done.out, "what is named", done)
        searched = scene.run("db", "search", f"CVE-2024-{number}", "--db", database).out.decode()
        scene.check("curl" in searched and "perl" in searched, "is fetched", searched)
    searched = scene.run("db", "search", "CVE-2024-1001", "--db", database).out.decode()
    scene.check("curl" not in searched and "perl" not in searched, "in place of the old", searched)
    for path, content in (("core/latest/x86_64/mirror.list", "not an address\n"),
                          ("core/1002/x86_64/repodata/repomd.xml", "<repomd/>"),
                          ("core/1002/x86_64/repodata/repomd.xml", "<repomd>")):
        with open(os.path.join(place, path), "w") as file:
            file.write(content)
        done = scene.run(*update)
        scene.check(done.status == 1 and "amazon" in done.messages, "a guide to nothing", done)
        write_guide(place, server.url)


def write_guide(place, url):
    with open(os.path.join(place, "core/latest/x86_64/mirror.list"), "w") as file:
        file.write(f"{url}/core/1002/$basearch\n")


def test_diff(scene, server):
    done = scene.run("db", "diff", *scene.databases)
    words = done.out.decode()
    scene.check("new: AVG-3000 in arch " in words and ", fixed in 3000." in words and
                "CVE-2024-10005: newly exploited (KEV) (kev)" in words, "a diff in words", done)
    done = scene.run("db", "diff", "-o", "json", *scene.databases)
    report = done.json()
    scene.check(report["schema"] == "plimsoll.db-diff/1" and
                {source["name"]: source["new"] for source in report["sources"]}["arch"] == 4,
                "a diff as JSON", report["sources"])
    done = scene.run("db", "diff", scene.databases[1], scene.databases[0])
    scene.check("gone: AVG-3000" in done.out.decode(), "the other way round", done)
    done = scene.run("db", "diff", scene.databases[0], scene.databases[0])
    scene.check(done.status == 0 and b"arch" not in done.out, "no difference", done)


def main():
    scene = Scene(sys.argv[1])
    server = Server(scene.published[0])
    for test in (test_plain, test_patches, test_cuts, test_resume, test_lies, test_rollback, test_rotation,
                 test_kill, test_lock, test_air_gap, test_diff, test_sources, test_guides,
                 test_upstream):
        server.rules()
        server.server.directory = scene.published[0]
        test(scene, server)
    scene.finish()


main()
