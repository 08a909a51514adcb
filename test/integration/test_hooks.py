"""Scan on push: the real registry with TLS and tokens, its notices, and what comes of them."""

import hashlib
import http.client
import http.server
import io
import json
import os
import re
import sqlite3
import ssl
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
from urllib.parse import quote

from harness import MANIFEST, Image, descriptor, free_port, make_certificate, need, stop
from harness import wait_for_port, write_layout
from program import Program
from test_registry import PASSWORD, USER, TokenServer, start_token_server

NAME = "integration/hooks"
SECRET = "hook-secret"
KEY = "plim_" + 43 * "a"
STATUS = """Package: openssl
Status: install ok installed
Architecture: amd64
Version: {version}
Description: x

"""
FLAW = {"id": "DSA-1-1", "modified": "2024-01-01T00:00:00Z",
        "affected": [{"package": {"ecosystem": "Debian:12", "name": "openssl"},
                      "ranges": [{"type": "ECOSYSTEM",
                                  "events": [{"introduced": "0"}, {"fixed": "3.0.13-1"}]}]}]}
PUSH = MANIFEST
DIGEST = "sha256:" + 64 * "a"


def notice(name, **changes):
    target = {"mediaType": PUSH, "digest": DIGEST, "repository": "team/nothing", "tag": "v1",
              "url": "http://192.0.2.1/", **changes}
    return {"events": [{"id": name, "action": "push", "target": target,
                        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}]}


class Service(Program):
    """A registry, a service that is told of its pushes, and one that looks by itself."""

    def __init__(self, binary):
        super().__init__(NAME, binary)
        os.makedirs(self.path("tls"))
        self.certificate, key = make_certificate(self.path("tls"))
        self.key = self.path("server.key")
        os.rename(key, self.key)
        self.port = free_port()
        self.registry_port = free_port()
        self.processes = []
        self.make_database()
        self.start_registry()
        self.start_service()

    def file(self, name, content):
        with open(self.path(name), "w") as f:
            f.write(content)
        return self.path(name)

    def make_database(self):
        os.makedirs(self.path("feeds"))
        with tarfile.open(self.path("feeds", "debian-osv.tar.zst"), "w") as archive:
            content = json.dumps(FLAW).encode()
            member = tarfile.TarInfo("DSA-1-1.json")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        done = self.run("db", "build", "-q", "--from", self.path("feeds"), "-o", self.path("db"))
        if done.status != 0:
            raise RuntimeError(str(done))

    def start(self, *arguments, port, log="log"):
        with open(self.path(log), "ab") as output:
            process = subprocess.Popen(arguments, env=self.environment(), stdout=output,
                                       stderr=subprocess.STDOUT)
        self.processes.append(process)
        wait_for_port(port, process)
        return process

    def start_registry(self):
        tokens = start_token_server(self.certificate, self.key)
        os.makedirs(self.path("registry"))
        config = self.file("registry.yml", f"""version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {self.path("registry")}}}, delete: {{enabled: true}}}}
http:
  addr: 127.0.0.1:{self.registry_port}
  secret: test
  tls: {{certificate: {self.certificate}, key: {self.key}}}
auth: {{token: {{realm: 'https://127.0.0.1:{tokens.server_port}/token', service: harbour,
  issuer: test, rootcertbundle: {self.certificate}}}}}
notifications:
  endpoints:
    - name: plimsoll
      url: http://127.0.0.1:{self.port}/v1/hooks/main
      headers: {{Authorization: [Bearer {SECRET}]}}
      timeout: 5s
      threshold: 2
      backoff: 1s
""")
        self.start("docker-registry", "serve", config, port=self.registry_port,
                   log="registry.log")

    def start_service(self):
        self.file("password", PASSWORD)
        self.file("secret", SECRET + "\n")
        common = f"""
    host: 127.0.0.1:{self.registry_port}
    login: {{user: {USER}, password_file: {self.path("password")}}}
    ca_file: {self.certificate}"""
        settings = self.file("settings.yaml", f"""trusted_proxies: [127.0.0.0/8]
registries:
  main:{common}
    hook: {{secret_file: {self.path("secret")}}}
  polled:{common}
    repositories: [team/app]
    poll: 1s
  harbor:{common}
    kind: harbor
""")
        self.store = self.path("store.db")
        done = self.run("store", "init", "--store", f"sqlite:{self.store}")
        if done.status != 0:
            raise RuntimeError(str(done))
        with sqlite3.connect(self.store) as store:
            store.execute("INSERT INTO token (name, hash, scopes, project, created, expires, used,"
                          " revoked) VALUES ('test', ?, 31, NULL, 0, 0, 0, 0)",
                          [hashlib.sha256(KEY.encode()).digest()])
        self.service = self.start(
            self.binary, "serve", "--store", f"sqlite:{self.store}", "--settings", settings,
            "--db", self.path("db"), "--state", self.path("state"), "--listen",
            f"127.0.0.1:{self.port}", port=self.port)

    def log(self):
        with open(self.path("log")) as f:
            return f.read()

    def ask(self, method, path, body=None, **headers):
        """(status, headers, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, dict(answer.headers), content

    def get(self, path, **headers):
        return self.ask("GET", path, Authorization=f"Bearer {KEY}", **headers)

    def hook(self, body, secret=SECRET, name="main"):
        status, _, content = self.ask("POST", f"/v1/hooks/{name}", body,
                                      Authorization=f"Bearer {secret}")
        return status, json.loads(content) if content else None

    def await_that(self, what, holds, seconds=30):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                self.check(False, what, self.log()[-1500:])
                return
            time.sleep(0.2)
        self.check(True, what)

    def tags(self):
        """{(registry, repository, tag): digest}"""
        status, _, content = self.get("/v1/tags")
        if status != 200:
            return {}
        return {(row["registry"], row["repository"], row["tag"]): row["digest"]
                for row in json.loads(content)["items"]}


# ---------------------------------------------------------------- the real registry

def make_image(service, version):
    image = Image([{"etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
                    "var/lib/dpkg/status": STATUS.format(version=version).encode()}])
    layout = service.path("layout-" + version)
    write_layout(layout, [descriptor(MANIFEST, image.manifest, annotations={
        "org.opencontainers.image.ref.name": "one"})], image.blobs)
    return image, layout


def push(service, layout, name):
    subprocess.run(["skopeo", "--insecure-policy", "copy", "-q", "--dest-cert-dir",
                    os.path.dirname(service.certificate), "--dest-creds", f"{USER}:{PASSWORD}",
                    f"oci:{layout}:one", f"docker://127.0.0.1:{service.registry_port}/{name}"],
                   check=True, timeout=50)


def test_push(service):
    image, layout = make_image(service, "3.0.11-1")
    push(service, layout, "team/app:v1")
    service.await_that("what skopeo pushed is there",
                       lambda: service.tags().get(("main", "team/app", "v1")) == image.digest)
    status, _, content = service.get(f"/v1/images/{image.digest}")
    found = json.loads(content)["findings"] if status == 200 else None
    service.check(found and sum(found.values()) == 1, "its flaw is found", status, content)
    service.await_that("and seen by the poll, which nobody told",
                       lambda: ("polled", "team/app", "v1") in service.tags())
    other, layout = make_image(service, "3.0.13-1")
    push(service, layout, "team/app:v1")
    service.await_that("the tag moves",
                       lambda: service.tags().get(("main", "team/app", "v1")) == other.digest)
    service.await_that("for the poll, too",
                       lambda: service.tags().get(("polled", "team/app", "v1")) == other.digest)
    status, _, content = service.get(f"/v1/images/{other.digest}")
    found = json.loads(content)["findings"] if status == 200 else None
    service.check(found and sum(found.values()) == 0, "what is fixed has no flaw", status, content)
    return image, other


def test_delete(service, image):
    token = TokenServer.sign(TokenServer, "harbour", [
        {"type": "repository", "name": "team/app", "actions": ["delete", "pull"]}])
    context = ssl.create_default_context(cafile=service.certificate)
    request = urllib.request.Request(
        f"https://127.0.0.1:{service.registry_port}/v2/team/app/manifests/{image.digest}",
        method="DELETE", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, context=context) as answer:
        service.check(answer.status == 202, "the registry deletes", answer.status)
    service.await_that("what is deleted has no name any more",
                       lambda: ("main", "team/app", "v1") not in service.tags())
    service.await_that("for the poll neither",
                       lambda: ("polled", "team/app", "v1") not in service.tags())


# ---------------------------------------------------------------- notices that are none

def test_hostile(service):
    check = service.check
    good = notice("once")
    check(service.hook(good) == (202, {"accepted": 1, "known": 0, "ignored": 0}), "a notice")
    check(service.hook(good) == (202, {"accepted": 0, "known": 1, "ignored": 0}), "a replay")
    check(service.hook(notice("wrong"), "geheim")[0] == 403, "a wrong secret")
    check(service.ask("POST", "/v1/hooks/main", notice("none"))[0] == 403, "no secret")
    check(service.hook(notice("x"), name="other")[0] == 404, "an unknown registry")
    status = service.hook(notice("x"), name="%1b%5b2J%0aplimsoll:%20x")[0]
    check(status in (400, 404) and "\x1b" not in service.log() and "\nplimsoll: x" not in
          service.log(), "an unknown registry whose name is meant for the log", status)
    check(service.hook(notice("x"), name="polled")[0] == 403, "a registry that takes no notices")
    check(service.ask("GET", "/v1/hooks/main")[0] == 405, "no POST")
    for body in ("", "{", "[]", '{"events": 7}', "\xff".encode("latin1"),
                 notice("x", repository="../../etc"), notice("x", tag="'; DROP TABLE job; --"),
                 notice("x", digest="sha256:1"), "[" * 100000):
        check(service.hook(body)[0] == 400, "malformed: " + str(body)[:60], service.hook(body))
    try:
        status = service.hook(b"[" * (100 << 20))[0]
    except (ConnectionError, http.client.HTTPException):
        status = 413  # refused before all of it was sent
    check(status == 413, "100 MB", status)
    check(service.hook(notice("after"))[0] == 202, "and the service is well")
    said = service.log()
    check("geheim" not in said and SECRET not in said, "no secret in what the service says")
    for name, why in (("main", "nothing shows that the registry says this"),
                      ("other", "there is no registry of this name"),
                      ("polled", "notices of this registry are not taken"),
                      ("main", "notice of distribution")):
        check(re.search(f"hook of {name} refused: .*{why}.*; it came from 127.0.0.1", said),
              f"who runs the service reads that a hook was refused: {why}", said)
    service.ask("POST", "/v1/hooks/main", notice("proxy"), **{"X-Forwarded-For": "203.0.113.9"})
    check("it came from 203.0.113.9" in service.log(), "behind a trusted proxy it is the client")
    lines = service.log().count(" refused: ")
    for _ in range(30):
        service.hook(notice("wrong"), "geheim")
    check(service.log().count(" refused: ") <= max(lines, 10) + 1, "nobody can fill the log",
          service.log())
    status, _, content = service.get("/v1/audit")
    check(status == 200 and b"/v1/hooks/main" in content, "who was refused is in the audit log")


def test_no_request_to_others(service):
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle(self):
            seen.append(self.client_address)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = f"http://127.0.0.1:{server.server_port}/"
    body = notice("ssrf", url=place)
    body["events"][0]["request"] = {"host": place[7:-1], "addr": place[7:-1]}
    service.hook(body)
    service.ask("POST", "/api/v1/scan", {"registry": {"url": place, "authorization": "Basic x"},
                                         "artifact": {"repository": "a", "digest": DIGEST}},
                Authorization=f"Bearer {KEY}")
    time.sleep(2)
    server.shutdown()
    service.check(not seen, "no host that a notice names is asked", seen)


# ---------------------------------------------------------------- Harbor

def test_harbor(service, image):
    check = service.check
    status, headers, content = service.get("/api/v1/metadata")
    metadata = json.loads(content)
    check(status == 200 and headers["Content-Type"].startswith(
        "application/vnd.scanner.adapter.metadata+json") and
        [c["type"] for c in metadata["capabilities"]] == ["vulnerability", "sbom"], "metadata",
        status, headers, content)
    check(service.ask("GET", "/api/v1/metadata")[0] == 401, "not without a token")
    check(service.ask("GET", "/api/v1/metadata",
                      **{"X-ScannerAdapter-API-Key": KEY})[0] == 200, "Harbor's own header")

    def scan(url=None, **artifact):
        body = {"registry": {"url": url or f"https://127.0.0.1:{service.registry_port}",
                             "authorization": "Basic cm9ib3Q6eA=="},
                "artifact": {"repository": "team/app", "digest": image.digest, "tag": "v1",
                             "mime_type": MANIFEST, **artifact}}
        status, headers, content = service.ask("POST", "/api/v1/scan", body,
                                               Authorization=f"Bearer {KEY}")
        return status, json.loads(content), headers["Content-Type"]

    status, answer, media_type = scan()
    check(status == 202 and "scan.response" in media_type, "scan", status, answer)
    path = f"/api/v1/scan/{answer['id']}/report"
    accept = "application/vnd.security.vulnerability.report; version=1.1"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status, headers, content = service.get(path, Accept=accept)
        if status != 302:
            break
        check(int(headers["Refresh-After"]) > 0, "Harbor is told when to ask again", headers)
        time.sleep(0.5)
    report = json.loads(content) if status == 200 else {}
    check(status == 200 and headers["Content-Type"] == accept, "report", status, content, headers)
    flaws = report.get("vulnerabilities", [{}])
    check(len(flaws) == 1 and flaws[0].get("id") == FLAW["id"]
          and (flaws[0]["package"], flaws[0]["version"], flaws[0]["fix_version"])
          == ("openssl", "3.0.11-1", "3.0.13-1")
          and report["artifact"]["digest"] == image.digest
          and report["severity"] == flaws[0]["severity"], "its flaw", report)
    for media_type, mark in (("application/spdx+json", "spdxVersion"),
                             ("application/vnd.cyclonedx+json", "bomFormat")):
        status, _, content = service.get(f"{path}?sbom_media_type={quote(media_type)}",
                                         Accept="application/vnd.security.sbom.report+json; "
                                                "version=1.0")
        bill = json.loads(content)
        check(status == 200 and bill["media_type"] == media_type and mark in bill["sbom"],
              media_type, status, content[:300])
    check(service.get(path, Accept="application/vnd.security.sbom.report+json; version=1.0")[0]
          == 400, "a bill of materials of no kind")
    check(service.get(path, Accept="image/png")[0] == 501, "a report of no kind")
    for name in ("x", "A" * 3000, answer["id"][:-4]):
        check(service.get(f"/api/v1/scan/{name}/report")[0] == 404, "no such request")
    check(scan("https://192.0.2.1")[0] == 422, "another registry")
    check(scan(f"https://evil@127.0.0.1:{service.registry_port}")[0] == 422, "a URL with a user")
    check(scan(digest="latest")[0] == 422, "no digest")
    status, _, content = service.ask("POST", "/api/v1/scan", "{", Authorization=f"Bearer {KEY}")
    check(status == 400 and "message" in json.loads(content)["error"], "no JSON", status, content)
    status, answer, _ = scan(digest=DIGEST)
    path = f"/api/v1/scan/{answer['id']}/report"
    check(status == 202 and service.get(path)[0] in (302, 404, 500), "an image that is not there")


# ---------------------------------------------------------------- many at once

def test_many(service):
    """A burst of several connections: each notice is taken once, none is lost."""
    threads, each = 8, 100
    taken = []

    def send(number):
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        for i in range(each):
            body = notice(f"many-{number}-{i}", repository="team/none", tag=f"t{number}-{i}")
            connection.request("POST", "/v1/hooks/main", json.dumps(body),
                               {"Authorization": f"Bearer {SECRET}"})
            answer = connection.getresponse()
            taken.append((answer.status, json.loads(answer.read()).get("accepted")))
        connection.close()

    start = time.monotonic()
    running = [threading.Thread(target=send, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    seconds = time.monotonic() - start
    print(f"     {threads * each / seconds:.0f} notices a second")
    with sqlite3.connect(service.store) as store:
        kept = store.execute("SELECT count(*) FROM delivery WHERE delivery LIKE 'many-%'").fetchone()
        jobs = store.execute("SELECT count(*) FROM job WHERE key LIKE 'push main/team/none:%'")
        jobs = jobs.fetchone()
    service.check(taken.count((202, 1)) == kept[0] == jobs[0] == threads * each,
                  "each notice is kept and is a job", len(taken), kept, jobs)


def main():
    need(NAME, "docker-registry", "skopeo", "openssl")
    service = Service(sys.argv[1])
    try:
        image, other = test_push(service)
        test_harbor(service, image)
        test_delete(service, other)
        test_hostile(service)
        test_no_request_to_others(service)
        test_many(service)
    finally:
        for process in service.processes:
            stop(process)
    service.finish()


if __name__ == "__main__":
    main()
