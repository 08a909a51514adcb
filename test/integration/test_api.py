#!/usr/bin/env python3
"""The API over real sockets, on both stores: what it answers, and to whom; that its answers are what
its description says; and that nothing that hostile clients send is believed.

usage: test_api.py sqlite|postgresql API_SERVER PLIMSOLL
"""
import base64
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from api_rules import check_remote_rules, check_rules
from api_service import INJECTIONS, Service
from harness import stop

try:
    import jsonschema
except ImportError:
    jsonschema = None


# ---------------------------------------------------------------- what is there

def check_lists(service):
    read = service.token(["read"])
    images = service.items("/v1/images", read)
    service.equal([image["name"] for image in images], ["hub/b/app:1", "hub/a/app:1"], "images")
    places = service.items("/v1/places?name=log4j-core&version=%3C2.17&type=maven", read)
    service.equal([(place["version"], place["name"]) for place in places],
                  [("2.14.1", "hub/a/app:1")], "where is log4j-core < 2.17")
    service.equal(len(service.items("/v1/packages?name=log4j-core", read)), 2, "by short name")
    name = urllib.parse.quote("org.apache.logging.log4j:log4j-core")
    service.equal(len(service.items(f"/v1/packages?name={name}&version=%3E2.16", read)), 1,
                  "by whole name")
    findings = service.items("/v1/findings", read)
    service.equal(sorted(finding["id"] for finding in findings),
                  ["CVE-2021-44228", "CVE-2024-0727"], "findings")
    for query, count in (("kev=true", 1), ("severity=high", 1), ("severity=low", 2),
                         ("fixable=true", 2), ("package=openssl", 1), ("id=CVE-2024-0727", 1),
                         ("repository=hub/a/app", 2), ("repository=hub/b/app", 0),
                         ("image=" + images[1]["digest"], 2), ("suppressed=true", 0),
                         ("kind=malware", 0), ("since=2030-01-01", 0), ("status=fixed", 2)):
        service.equal(len(service.items(f"/v1/findings?{query}", read)), count, query)
    for path, count in (("layers", 2), ("repositories", 2), ("tags", 2), ("projects", 3),
                        ("judgements", 0), ("changes", 0), ("jobs", 0)):
        service.equal(len(service.items(f"/v1/{path}", read)), count, path)
    service.equal(service.items("/v1/images?finding=CVE-2021-44228", read)[0]["name"],
                  "hub/a/app:1", "images with a flaw")


def check_one_image(service):
    read = service.token(["read"])
    digest = service.items("/v1/images?repository=hub/a/app", read)[0]["digest"]
    image = service.ask(f"/v1/images/{digest}", read).json()
    service.equal(image["findings"]["critical"], 1, "findings by severity")
    service.equal(image["tags"][0]["repository"], "a/app", "tags")
    service.equal([layer["position"] for layer in image["layers"]], [0], "layers")
    bom = service.ask(f"/v1/images/{digest}/bom", read)
    service.equal(bom.json()["bomFormat"], "CycloneDX", "bom")
    service.equal(len(bom.json()["components"]) >= 2, True, "components")
    spdx = service.ask(f"/v1/images/{digest}/bom?format=spdx-json", read)
    service.equal(spdx.json()["spdxVersion"], "SPDX-2.3", "spdx")
    scan = service.ask(f"/v1/images/{digest}/scan", read).json()
    service.equal(sorted(finding["id"] for finding in scan["findings"]),
                  ["CVE-2021-44228", "CVE-2024-0727"], "scan")
    service.equal(service.ask(f"/v1/images/{digest}/scan?format=sarif", read).json()["version"],
                  "2.1.0", "sarif")
    for format_ in ("table", "x", "", "../x"):
        service.equal(service.ask(f"/v1/images/{digest}/scan?format={format_}", read).status, 400,
                      f"format {format_}")
    service.equal(service.ask("/v1/images/sha256:0/scan", read).status, 404, "no such image")
    advisory = service.ask("/v1/advisories/CVE-2021-44228", read).json()
    service.equal(advisory["statements"][0]["fixed"], "2.17", "advisory")
    service.equal(advisory["flaws"][0]["kev"], True, "flaw")
    service.equal(service.ask("/v1/advisories/CVE-1", read).status, 404, "no such advisory")


def check_pages(service):
    read = service.token(["read"])
    answer = service.ask("/v1/packages?limit=3", read)
    page = answer.json()
    service.equal(len(page["items"]), 3, "first page")
    link = re.match(r'<([^>]+)>; rel="next"', answer.headers["Link"]).group(1)
    rest = service.ask(link, read).json()
    service.equal((len(rest["items"]), rest["next"]), (1, None), "second page")
    findings = service.ask("/v1/findings?limit=1", read).json()
    service.equal(service.ask("/v1/findings?limit=1&after=" + findings["next"], read).json()["next"],
                  None, "a cursor with text")
    for query in ("limit=0", "limit=501", "limit=x", "after=x", "after=1", "limit=1&limit=1",
                  "unknown=1", "severity=bad", "kev=maybe", "version=%3C", "since=never"):
        service.equal(service.ask(f"/v1/findings?{query}", read).status, 400, query)


def check_etags(service):
    read = service.token(["read"])
    answer = service.ask("/v1/images", read)
    tag = answer.headers["ETag"]
    service.equal(answer.headers["Cache-Control"], "private, no-cache", "cache control")
    again = service.ask("/v1/images", read, headers={"If-None-Match": tag})
    service.equal((again.status, again.body), (304, b""), "nothing new")
    other = service.ask("/v1/images", read, headers={"If-None-Match": '"x", W/"y"'})
    service.equal(other.status, 200, "something new")
    head = service.ask("/v1/images", read, "HEAD")
    service.equal((head.status, head.body, head.headers["ETag"]), (200, b"", tag), "HEAD")


# ---------------------------------------------------------------- the description

def resolve(service, schema):
    return {"$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": service.description["components"], **schema}


def check_description(service):
    answer = service.ask("/openapi.json")
    service.description = answer.json()
    service.equal(service.description["openapi"], "3.1.0", "version")
    for path, operations in service.description["paths"].items():
        names = re.findall(r"{(\w+)}", path)
        for method, operation in operations.items():
            given = [parameter["name"] for parameter in operation["parameters"]
                     if parameter["in"] == "path"]
            service.equal(given, names, f"{method} {path}: parameters")
            everything = json.dumps(operation)
            for name in re.findall(r"#/components/schemas/(\w+)", everything):
                service.equal(name in service.description["components"]["schemas"], True, name)
            # Nothing that needs a token is answered without one, and no method but these is known.
            url = re.sub(r"{\w+}", "1", path)
            status = service.ask(url, method=method.upper()).status
            if operation.get("security") != []:
                service.equal(status, 401, f"{method} {path} without a token")


def check_answers(service):
    """Every GET that can be asked without knowing more, and what errors look like."""
    if not jsonschema:
        print("SKIP: api: answers against schemas: python3-jsonschema is absent")
        return
    read = service.token(["read"])
    digest = service.items("/v1/images", read)[0]["digest"]
    values = {"digest": digest, "diff_id": digest, "name": "a", "id": "1"}
    for path, operations in service.description["paths"].items():
        if "get" not in operations:
            continue
        if path == "/v1/advisories/{id}":
            values["id"] = "CVE-2021-44228"
        url = re.sub(r"{(\w+)}", lambda found: values[found.group(1)], path)
        values["id"] = "1"
        for token in (read, service.admin, None):
            answer = service.ask(url, token)
            responses = operations["get"]["responses"]
            response = responses.get(str(answer.status), responses["default"])
            media_type = answer.headers["Content-Type"].split(";")[0]
            content = {name.split(";")[0]: each for name, each in response.get("content", {}).items()}
            if "json" not in media_type or media_type not in content:
                continue
            jsonschema.validate(answer.json(), resolve(service, content[media_type]["schema"]))
    problem = service.ask("/v1/nothing", read)
    jsonschema.validate(problem.json(), resolve(service, {"$ref": "#/components/schemas/problem"}))


# ---------------------------------------------------------------- who may what

def check_refusals(service):
    read = service.token(["read"])
    digest = service.items("/v1/images", read)[0]["digest"]
    wrong = "plim_" + "A" * 43
    for token in (None, wrong, read[:-1], read + "A", "plim_", "x" * 10000, "\x00"):
        if token == "\x00":
            continue
        answer = service.ask("/v1/images", token)
        service.equal(answer.status, 401, f"token {token!r:.20}")
        service.equal("Bearer" in answer.headers["WWW-Authenticate"], True, "what is wanted")
    basic = base64.b64encode(f"harbor:{read}".encode()).decode()
    service.equal(service.ask("/v1/images", headers={"Authorization": f"Basic {basic}"}).status,
                  200, "basic")
    bad = base64.b64encode(f"{read}:x".encode()).decode()
    for header in (f"Basic {bad}", "Basic !!!", "Basic", "Bearer", f"Digest {read}", read):
        service.equal(service.ask("/v1/images", headers={"Authorization": header}).status, 401,
                      header[:20])
    service.equal(service.ask("/v1/tokens", read).status, 403, "scope")
    service.equal(service.ask("/v1/tokens", read, "POST", {"name": "x", "scopes": ["admin"]}).status,
                  403, "more than it has")
    service.equal(service.ask("/v1/images", service.admin).status, 403, "admin reads nothing")
    service.equal(service.ask("/v1/images", read, "DELETE").status, 405, "method")
    service.equal(service.ask("/v1/images", read, "DELETE").headers["Allow"], "GET", "which")
    for path in ("/", "/v1", "/v1/", "/v1/images/", "//v1/images", "/v1/images/a/b/c", "/v2/images",
                 f"/v1/images/{digest}/", "/v1/images/../tokens"):
        service.equal(service.ask(path, read).status, 404, path)


def check_projects(service):
    a = service.token(["read"], "a")
    b = service.token(["read"], "b")
    mine = service.items("/v1/images", a)
    theirs = service.items("/v1/images", b)
    service.equal([image["name"] for image in mine + theirs], ["hub/a/app:1", "hub/b/app:1"],
                  "each sees its own")
    other = theirs[0]["digest"]
    for path in (f"/v1/images/{other}", f"/v1/images/{other}/bom", f"/v1/images/{other}/scan",
                 "/v1/layers/" + other, "/v1/projects/b", "/v1/projects/default"):
        service.equal(service.ask(path, a).status, 404, f"{path} of another project")
    for path in (f"/v1/packages?image={other}", f"/v1/findings?image={other}",
                 f"/v1/tags?image={other}", f"/v1/layers?image={other}",
                 f"/v1/places?image={other}", "/v1/packages?name=lodash",
                 "/v1/places?name=lodash", "/v1/repositories?name=b/app"):
        service.equal(service.items(path, a), [], f"{path} of another project")
    package = service.items("/v1/packages?name=lodash", b)[0]["id"]
    service.equal(service.ask(f"/v1/packages/{package}", a).status, 404, "a package of another")
    service.equal(service.ask(f"/v1/packages/{package}", b).status, 200, "one's own")
    for path in ("/v1/jobs", "/metrics"):
        service.equal(service.ask(path, a).status, 403, path)
    names = [project["name"] for project in service.items("/v1/projects", a)]
    service.equal(names, ["a"], "projects")


def check_changes(service):
    admin = service.admin
    made = service.ask("/v1/projects", admin, "POST", {"name": "new", "patterns": ["hub/b/*x*"]})
    service.equal(made.status, 201, "a project")
    for body in ({"name": "new", "patterns": []}, {"name": "newer", "patterns": ["hub/a/*"]}):
        service.equal(service.ask("/v1/projects", admin, "POST", body).status, 409, "taken")
    moved = service.ask("/v1/projects/new", admin, "PUT", {"patterns": ["hub/a/app"]})
    service.equal(moved.status, 200, "other patterns")
    service.equal(service.items("/v1/repositories?project=new", service.token(["read"]))[0]["name"],
                  "a/app", "a repository has moved")
    service.equal(service.ask("/v1/projects/new", admin, "DELETE").status, 409, "in use")
    service.ask("/v1/projects/new", admin, "PUT", {"patterns": []})
    service.equal(service.ask("/v1/projects/new", admin, "DELETE").status, 204, "removed")
    service.equal(service.ask("/v1/projects/new", admin).status, 404, "gone")
    old = service.token(["read"])
    number = service.items("/v1/tokens?name=test", admin)[-1]["id"]
    rotated = service.ask(f"/v1/tokens/{number}/rotate", admin, "POST", {"grace": 3600})
    service.equal(rotated.status, 201, "rotated")
    new = rotated.json()["token"]
    service.equal([service.ask("/v1/images", token).status for token in (old, new)], [200, 200],
                  "both for a while")
    service.ask(f"/v1/tokens/{number}", admin, "DELETE")
    service.equal([service.ask("/v1/images", token).status for token in (old, new)], [401, 200],
                  "revoked")
    service.equal(service.ask(f"/v1/tokens/{number}", admin, "DELETE").status, 404, "twice")
    expired = {"name": "t", "scopes": ["read"], "expires": "2020-01-01T00:00:00Z"}
    service.equal(service.ask("/v1/tokens", admin, "POST", expired).status, 400, "expired")


def check_subscriptions(service):
    mine = service.token(["read", "subscribe"], "a")
    theirs = service.token(["read", "subscribe"], "b")
    wanted = {"owner": "team a", "repository": "hub/a/*", "severity": "high", "channel": "webhook",
              "address": "https://hooks.example/secret?token=x", "secret": "s" * 32,
              "only_fixed": True, "digest": 3600}
    made = service.ask("/v1/subscriptions", mine, "POST", wanted)
    service.equal(made.status, 201, f"a subscription: {made}")
    one = made.json()
    service.equal((one["project"], one["severity"], one["only_fixed"], one["address"]),
                  ("a", "high", True, "https://hooks.example"), "it is what was said")
    path = f"/v1/subscriptions/{one['id']}"
    for answer in (made, service.ask(path, mine), service.ask("/v1/subscriptions", mine)):
        service.equal(b"secret" in answer.body or b"token=x" in answer.body, False, "no secret")
    changed = service.ask(path, mine, "PUT", {"owner": "team a", "channel": "webhook",
                                              "disabled": True})
    service.equal((changed.status, changed.json().get("disabled")), (200, True), f"{changed}")
    for token, status in ((theirs, 404), (service.token(["read"], "a"), 403), (None, 401)):
        service.equal(service.ask(path, token, "PUT", wanted).status, status, "not theirs")
        service.equal(service.ask(path, token, "DELETE").status, status, "not theirs")
    service.equal(service.ask(path, theirs).status, 404, "not seen either")
    service.equal(service.items("/v1/subscriptions", theirs), [], "nor in the list")
    service.equal(service.ask("/v1/subscriptions", mine, "POST", {**wanted, "project": "b"}).status,
                  404, "for another project")
    for bad in ({"owner": ""}, {"channel": "smoke"}, {"severity": "awful"}, {"digest": -1},
                {"digest": 10 ** 9}, {"only_fixed": "yes"}, {"address": 1}, {"address": "ftp://x"},
                {"secret": ""}, {"image": "latest"}, {"other": 1}):
        answer = service.ask("/v1/subscriptions", mine, "POST", {**wanted, **bad})
        service.equal(answer.status, 400, f"{bad}: {answer}")
    service.equal(service.items("/v1/notifications", mine), [], "no messages yet")
    service.equal(service.ask("/v1/notifications/1/resend", mine, "POST").status, 404, "nor dead")
    service.equal(service.ask(path, mine, "DELETE").status, 204, "removed")
    service.equal(service.ask(path, mine).status, 404, "gone")


def check_remote_scan(service, plimsoll):
    """A document that is taken apart here and judged there: the same as with a database here."""
    document = os.path.join(service.directory, "bom.json")
    with open(document, "w", encoding="utf-8") as file:
        json.dump({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
            {"type": "library", "name": "log4j-core", "version": "2.14.1",
             "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"}]}, file)
    token = os.path.join(service.directory, "token")
    with open(token, "w", encoding="utf-8") as file:
        file.write(service.token(["scan"]) + "\n")

    def scan(*arguments):
        done = subprocess.run([plimsoll, "scan", f"sbom:{document}", "-q", "-o", "json", *arguments],
                              capture_output=True, text=True, env={"HOME": service.directory})
        return done.returncode, done.stdout

    url = f"http://127.0.0.1:{service.port}"
    there = scan("--server", url, "--token-file", token, "--fail-on", "high")
    here = scan("--db", os.path.join(service.directory, "advisories.db"), "--fail-on", "high")
    service.equal(there, here, "judged there as here")
    service.equal((there[0], "CVE-2021-44228" in there[1]), (2, True), "with the same exit status")
    service.equal(scan("--server", url)[0], 64, "without a token")
    with open(token, "w", encoding="utf-8") as file:
        file.write("plim_" + "C" * 43)
    service.equal(scan("--server", url, "--token-file", token)[0], 1, "with a wrong one")


def check_audit(service):
    admin = service.admin
    before = service.ask("/v1/audit/state", admin).json()
    service.equal(before["unbroken"], True, "the audit log")
    service.ask("/v1/tokens", service.token(["read"]), "POST", {"name": "x", "scopes": ["admin"]})
    entries = service.items("/v1/audit?limit=2", admin)
    service.equal(entries[0]["action"], "POST /v1/tokens refused", "a refused change")
    service.equal(entries[1]["action"], "token.create", "a change")
    service.equal(entries[0]["previous"], entries[1]["hash"], "a chain")
    service.equal(service.ask("/v1/audit/state", admin).json()["entries"] > before["entries"], True,
                  "it grows")
    everything = json.dumps(service.items("/v1/audit?limit=500", admin))
    service.equal("plim_" in everything, False, "no secret in it")


# ---------------------------------------------------------------- hostile clients

def check_injections(service):
    """SQL in every text: the same answer as with harmless text."""
    read = service.token(["read"])
    for path, operations in service.description["paths"].items():
        if "get" not in operations or not path.startswith("/v1/"):
            continue
        for parameter in operations["get"]["parameters"]:
            if parameter["in"] == "query":
                compare_query(service, read, path, parameter["name"])
            else:
                compare_path(service, read, path, parameter["name"])
    service.equal(len(service.items("/v1/images", read)), 2, "everything is still there")
    for text in INJECTIONS:
        body = {"name": text, "scopes": ["read"]}
        made = service.ask("/v1/tokens", service.admin, "POST", body)
        service.equal(made.status, 201, f"a token named {text}")
        found = service.items("/v1/tokens?name=" + urllib.parse.quote(text), service.admin)
        service.equal([token["name"] for token in found], [text], "it has that name")
        project = service.ask("/v1/projects", service.admin, "POST",
                              {"name": text, "patterns": []})
        service.equal(project.status, 201 if re.fullmatch(r"\w+", text, re.ASCII) else 400,
                      f"a project named {text}")


def compare_query(service, token, path, name):
    filled = re.sub(r"{\w+}", "sha256:0", path)
    token = service.admin if path.startswith(("/v1/tokens", "/v1/audit")) else token
    harmless = service.ask(f"{filled}?{name}=harmless", token)
    for text in INJECTIONS:
        answer = service.ask(f"{filled}?{name}={urllib.parse.quote(text)}", token)
        same = (answer.status == harmless.status
                and (answer.status != 200 or answer.body == harmless.body))
        # What means something in constraints on versions is not the same as what does not.
        service.equal(same or (name == "version" and answer.status in (200, 400)), True,
                      f"{path}?{name}={text}: {answer} instead of {harmless}")


def compare_path(service, token, path, name):
    token = service.admin if path.startswith(("/v1/tokens", "/v1/audit")) else token
    for text in INJECTIONS:
        url = path.replace("{" + name + "}", urllib.parse.quote(text, safe=""))
        answer = service.ask(url, token)
        service.equal(answer.status, 404, f"{path} with {text}: {answer}")


def check_bodies(service):
    admin = service.admin
    deep = b"[" * 100000
    for body in (b"", b"{", b"null", b"[]", b'"x"', b"{}", b'{"name":"a","name":"b"}', deep,
                 b'{"name":"a","scopes":["read"],"other":1}', b'{"name":1,"scopes":["read"]}',
                 b'{"name":"a","scopes":"read"}', b'{"name":"a","scopes":[1]}', b"\xff\xfe{}",
                 b'{"name":"a\\u0000b","scopes":["read"]}', b'{"name":"a","scopes":["root"]}',
                 b'{"name":"","scopes":["read"]}', b'{"name":"a","scopes":[]}',
                 b'{"name":"a","scopes":["read"],"expires":"soon"}',
                 b'{"name":"a","scopes":["admin"],"project":"a"}', b"{\"name\":\"\xff\"}"):
        answer = service.ask("/v1/tokens", admin, "POST", body)
        service.equal(answer.status, 400, f"{body[:60]!r}: {answer}")
    missing = {"name": "a", "scopes": ["read"], "project": "none"}
    service.equal(service.ask("/v1/tokens", admin, "POST", missing).status, 404, "no project")
    for body in (b"{}", b'{"name":"x"}', b'{"name":"x","patterns":"*"}',
                 b'{"name":"x","patterns":[""]}', b'{"name":"x","patterns":[1]}',
                 b'{"name":"x y","patterns":[]}'):
        service.equal(service.ask("/v1/projects", admin, "POST", body).status, 400, repr(body))
    scan = service.token(["scan"])
    kind = {"Content-Type": "application/vnd.plimsoll.scan"}
    for body in (b"", b"x", b"plimscn\x01", b"plimscn\x01" + b"\xff" * 1000, os.urandom(5000)):
        answer = service.ask("/v1/scan", scan, "POST", body, kind)
        service.equal(answer.status, 400, f"a scan of {body[:20]!r}: {answer}")
    service.equal(service.ask("/v1/scan", scan, "POST", b"{}").status, 415, "no scan")


def check_sizes(service):
    head = (f"POST /v1/tokens HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            f"Authorization: Bearer {service.admin}\r\n").encode()
    answer = service.talk(head + b"Content-Length: 104857600\r\n\r\n")
    service.equal(answer.split()[1], b"413", "100 MB announced")
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = service.talk(head + b"Transfer-Encoding: chunked\r\n\r\n" + piece * 1600
                          + b"0\r\n\r\n", 30)
    service.equal(answer.split()[1:2], [b"413"], "100 MB in chunks")
    answer = service.talk(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100000 + b"\r\n\r\n")
    service.equal(answer.split()[1:2], [b"431"], "a long header")
    answer = service.talk(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a: b\r\n" * 5000 + b"\r\n")
    service.equal(answer.split()[1:2], [b"431"], "many headers")
    answer = service.talk(b"GET /" + b"x" * 200000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    service.equal(answer.split()[1:2] in ([b"414"], [b"431"]), True, "a long path")


def check_smuggling(service):
    inner = b"GET /v1/tokens HTTP/1.1\r\nHost: a\r\n\r\n"
    for headers in (b"Content-Length: 5\r\nContent-Length: 5\r\n",
                    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                    b"Transfer-Encoding: chunked, identity\r\n",
                    b"Transfer-Encoding:\x0bchunked\r\n", b"Transfer-Encoding : chunked\r\n",
                    b"Content-Length: 0x5\r\n", b"Content-Length: 5 5\r\n", b"Content-Length: \r\n"):
        answer = service.talk(b"POST /v1/tokens HTTP/1.1\r\nHost: a\r\n" + headers
                              + b"\r\n0\r\n\r\n" + inner)
        # libmicrohttpd 0.9.75 says twice that it does not understand a number; never more than that.
        service.equal(set(re.findall(rb"HTTP/1.1 (...)", answer)), {b"400"},
                      f"{headers!r}: {answer[:200]!r}")


def check_slow_clients(service):
    """Forty connections that say a byte now and then: others are answered, and they end."""
    slow = [socket.create_connection(("127.0.0.1", service.port), 10) for _ in range(40)]
    ended = 0
    deadline = time.monotonic() + 30
    while slow and time.monotonic() < deadline:
        service.equal(service.ask("/healthz").status, 200, "answered meanwhile")
        for connection in list(slow):
            try:
                connection.sendall(b"GET / HTTP/1.1\r\nX: a\r\n"[:1])
            except OSError:
                slow.remove(connection)
                connection.close()
                ended += 1
        time.sleep(0.5)
    service.equal(ended, 40, "all have ended")


def check_rates(service):
    """Whoever tries tokens is slowed down, and the audit log is not filled by it."""
    before = service.ask("/v1/audit/state", service.admin).json()["entries"]
    answers = [service.ask("/v1/tokens", "plim_" + "B" * 43, "POST", {}) for _ in range(600)]
    service.equal({answer.status for answer in answers}, {401, 429}, "refused")
    slowed = [answer for answer in answers if answer.status == 429]
    service.equal({int(answer.headers["Retry-After"]) > 0 for answer in slowed}, {True}, "wait")
    after = service.ask("/v1/audit/state", service.admin).json()["entries"]
    service.equal(after - before <= 20, True, f"{after - before} entries")


def check_unharmed(service):
    service.equal(service.server.poll(), None, "the service runs")
    service.equal(service.ask("/readyz").status, 200, "and is ready")
    service.equal(service.ask("/v1/audit/state", service.admin).json()["unbroken"], True,
                  "the audit log is unbroken")


def check_tls(service, binary):
    key, certificate = (os.path.join(service.directory, name) for name in ("key", "certificate"))
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                           "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                           "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
                          capture_output=True)
    if made.returncode != 0:
        print("SKIP: api: TLS: openssl is absent")
        return
    directory = tempfile.mkdtemp(prefix="plimsoll-api-")
    arguments = [os.path.abspath(binary), f"sqlite:{directory}/store.db", directory]
    refused = subprocess.run([*arguments, "0.0.0.0:0"], capture_output=True, text=True)
    service.equal((refused.returncode, "TLS" in refused.stderr), (1, True), "no TLS, no service")
    directory = tempfile.mkdtemp(prefix="plimsoll-api-")
    arguments[1:] = [f"sqlite:{directory}/store.db", directory]
    server = subprocess.Popen([*arguments, "0.0.0.0:0", certificate, key], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline().split()[0])
    trust = ssl.create_default_context(cafile=certificate)
    with urllib.request.urlopen(f"https://127.0.0.1:{port}/healthz", context=trust) as answer:
        service.equal(answer.headers["Strict-Transport-Security"], "max-age=31536000", "HSTS")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    try:
        with socket.create_connection(("127.0.0.1", port)) as plain, old.wrap_socket(plain):
            service.equal("TLS 1.1", "refused", "old TLS")
    except OSError:
        pass
    with socket.create_connection(("127.0.0.1", port), 20) as slow:
        slow.sendall(b"\x16\x03\x01")  # a handshake that never goes on
        while slow.recv(1000):  # an alert; then its end, or this times out
            pass
    with socket.create_connection(("127.0.0.1", port), 10) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        service.equal(b"HTTP/1.1 200" in plain.recv(1000), False, "no TLS")
    server.stdin.close()
    stop(server)


def main():
    kind, binary, plimsoll = sys.argv[1:]
    service = Service(kind, binary)
    try:
        for check in (check_audit, check_description, check_lists, check_one_image, check_pages, check_etags, check_answers,
                      check_projects, check_changes,
                      check_subscriptions, check_rules, check_refusals,
                      check_injections, check_bodies, check_sizes, check_smuggling,
                      check_slow_clients, check_rates, check_unharmed):
            check(service)
            print("done", check.__name__, flush=True)
        check_remote_scan(service, os.path.abspath(plimsoll))
        check_remote_rules(service, os.path.abspath(plimsoll))
        check_tls(service, binary)
    finally:
        service.server.stdin.close()
        stop(service.server)
    service.finish()


if __name__ == "__main__":
    sys.exit(main())
