"""Catalogues, tags and tokens: the real registry, and servers that behave as clouds do."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse

from harness import Checks, Image, MANIFEST, descriptor, need, stop, wait_for_port, write_layout
from harness import free_port

NAME = "integration/registry_calls"


class Server:
    """Answers with what a function gives for a request: (status, headers, body)."""

    def __init__(self, answer):
        seen = self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reply(self):
                length = int(self.headers.get("Content-Length", 0))
                self.body = self.rfile.read(length)
                seen.append((self.command, self.path, dict(self.headers), self.body))
                status, headers, body = answer(self)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_POST = do_HEAD = reply

            def log_message(self, *args):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.http.server_port
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.http.shutdown()
        self.http.server_close()


class Calls(Checks):
    def __init__(self, driver):
        super().__init__(NAME)
        self.driver = driver

    def file(self, name, content):
        path = os.path.join(self.directory, name)
        with open(path, "w") as f:
            f.write(content)
        return path

    def call(self, port, login, *args, names=None, more=""):
        """(answer or None, standard error)."""
        settings = self.file("settings.yaml", "registries:\n  r:\n"
                             f"    host: 127.0.0.1:{port}\n    plain_http: true\n{more}"
                             + (f"    login: {login}\n" if login else ""))
        environment = {name: value for name, value in os.environ.items() if name != "http_proxy"}
        if names:
            environment["CALLS_NAMES"] = str(names)
        done = subprocess.run([self.driver, settings, "r", *args], env=environment,
                              capture_output=True, timeout=60, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else None, done.stderr

    def same(self, what, got, want):
        self.check(got[0] == want, what, got, want)

    def fails(self, what, got, *words):
        self.check(got[0] is None and all(word in got[1] for word in words), what, got)


def good(value, **headers):
    return 200, {"Content-Type": "application/json", **headers}, json.dumps(value).encode()


def names(found, etag="", unchanged=False):
    return {"unchanged": unchanged, "etag": etag, "names": found}


# ---------------------------------------------------------------- lists

def test_real(calls):
    """Debian's docker-registry, which gives pages of at most the number that is asked for."""
    port = free_port()
    directory = os.path.join(calls.directory, "registry")
    os.makedirs(directory)
    config = calls.file("config.yml", "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}"
                        f"\nstorage: {{filesystem: {{rootdirectory: {directory}}}}}\n"
                        f"http: {{addr: '127.0.0.1:{port}', secret: test}}\n")
    process = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    wait_for_port(port, process)
    try:
        image = Image([{"a": b"a"}])
        layout = os.path.join(calls.directory, "layout")
        write_layout(layout, [descriptor(MANIFEST, image.manifest, annotations={
            "org.opencontainers.image.ref.name": "one"})], image.blobs)
        calls.same("an empty catalogue", calls.call(port, "", "catalog"), names([]))
        for name in ("team/app:v1", "team/app:v2", "base:latest"):
            subprocess.run(["skopeo", "--insecure-policy", "copy", "-q", "--dest-tls-verify=false",
                            f"oci:{layout}:one", f"docker://127.0.0.1:{port}/{name}"], check=True)
        calls.same("catalogue", calls.call(port, "", "catalog"), names(["base", "team/app"]))
        calls.same("tags", calls.call(port, "", "tags", "team/app"), names(["v1", "v2"]))
        calls.same("digest of a tag", calls.call(port, "", "digest", "team/app", "v1"),
                   {"digest": image.digest})
        calls.fails("tags of nothing", calls.call(port, "", "tags", "team/none"), "missing")
        calls.fails("digest of nothing", calls.call(port, "", "digest", "team/app", "v3"),
                    "missing")
    finally:
        stop(process)


def test_pages(calls):
    all_names = [f"team/app{i:03}" for i in range(250)]

    def answer(request):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.path).query))
        start = all_names.index(query["last"]) + 1 if "last" in query else 0
        page = all_names[start:start + 100]
        headers = {"ETag": '"page"'}
        if start + 100 < len(all_names):
            # Whatever host it names, the next page is asked here.
            headers["Link"] = f'<http://192.0.2.1/v2/_catalog?last={page[-1]}&n=100>; rel="next"'
        return good({"repositories": page}, **headers)

    with Server(answer) as server:
        calls.same("three pages", calls.call(server.port, "", "catalog"), names(all_names))
        calls.check(len(server.seen) == 3, "three requests", server.seen)
        calls.same("as many as may be", calls.call(server.port, "", "catalog", names=250),
                   names(all_names))
        calls.fails("one too many", calls.call(server.port, "", "catalog", names=249), "limit")


def test_etag(calls):
    def answer(request):
        if request.headers.get("If-None-Match") == '"one"':
            return 304, {"ETag": '"one"'}, b""
        return good({"name": "a", "tags": ["v1", "v2"]}, ETag='"one"')

    with Server(answer) as server:
        calls.same("tags with an etag", calls.call(server.port, "", "tags", "a"),
                   names(["v1", "v2"], '"one"'))
        calls.same("unchanged", calls.call(server.port, "", "tags", "a", '"one"'),
                   names([], '"one"', True))
        calls.same("changed", calls.call(server.port, "", "tags", "a", '"zero"'),
                   names(["v1", "v2"], '"one"'))


def test_hostile_lists(calls):
    def always(value, **headers):
        return lambda request: good(value, **headers)

    link = {"Link": '</v2/_catalog?n=1000>; rel="next"'}
    with Server(always({"repositories": ["a"]}, **link)) as server:
        calls.fails("a page that names itself", calls.call(server.port, "", "catalog"), "input")
    count = iter(range(10 ** 9))
    with Server(lambda request: good({"repositories": []},
                                     Link=f'</v2/_catalog?p={next(count)}>; rel="next"')) as server:
        calls.fails("pages without end, and empty", calls.call(server.port, "", "catalog"), "input")
    with Server(lambda request: good({"repositories": ["a"] * 100},
                                     Link=f'</v2/_catalog?p={next(count)}>; rel="next"')) as server:
        calls.fails("pages without end", calls.call(server.port, "", "catalog", names=1000), "limit")
    with Server(always({"repositories": ["a"]}, Link='</etc/passwd>; rel="next"')) as server:
        calls.fails("a link out of the API", calls.call(server.port, "", "catalog"), "input")
    bad = ["../x", "A", "a b", "a'--", 7, None, "ok", "x" * 300]
    with Server(always({"repositories": bad, "tags": bad})) as server:
        calls.same("what is no repository", calls.call(server.port, "", "catalog"), names(["ok"]))
        calls.same("what is no tag", calls.call(server.port, "", "tags", "a"), names(["A", "ok"]))
    with Server(always({"repositories": {"a": "b"}})) as server:
        calls.same("no list", calls.call(server.port, "", "catalog"), names([]))
    with Server(lambda request: (405, {}, b"")) as server:
        calls.fails("no catalogue", calls.call(server.port, "", "catalog"), "denied", "405")


def test_digest_without_header(calls):
    body = b'{"schemaVersion": 2}'
    with Server(lambda request: (200, {"Content-Type": MANIFEST}, body)) as server:
        calls.same("a registry that does not say the digest",
                   calls.call(server.port, "", "digest", "a", "v1"),
                   {"digest": "sha256:" + hashlib.sha256(body).hexdigest()})
        calls.check([seen[0] for seen in server.seen] == ["HEAD", "GET"], "HEAD, then GET")


# ---------------------------------------------------------------- polls

def test_poll(calls):
    """What is new, moved and gone becomes a job, once."""
    content = {"team/app": {"v1": "1", "v2": "2"}, "team/base": {"latest": "3"}, "other": {"x": "4"}}
    broken = set()
    use_etags = True

    def answer(request):
        path = urllib.parse.urlsplit(request.path).path[len("/v2/"):]
        if path == "_catalog" and "catalogue" in broken:
            return 403, {}, b""
        if path == "_catalog":
            body = {"repositories": sorted(content)}
        elif path.endswith("/tags/list"):
            name = path[:-len("/tags/list")]
            if name in broken:
                return 403, {}, b""
            if name not in content:
                return 404, {}, b""
            body = {"tags": sorted(content[name], reverse=True)}
        else:
            name, tag = path.split("/manifests/")
            if tag not in content.get(name, {}):
                return 404, {}, b""
            return 200, {"Docker-Content-Digest": "sha256:" + 64 * content[name][tag]}, b""
        etag = '"' + sha256(json.dumps(body).encode())[:8] + '"'
        if use_etags and request.headers.get("If-None-Match") == etag:
            return 304, {"ETag": etag}, b""
        return good(body, **({"ETag": etag} if use_etags else {}))

    def key(kind, name, digit):
        return f"{kind} r/{name}@sha256:{64 * digit}"

    url = "sqlite:" + os.path.join(calls.directory, "poll.db")
    with Server(answer) as server:
        def poll(more="    repositories: ['team/*']\n"):
            got, stderr = calls.call(server.port, "", "poll", url, more=more)
            return (sorted(got["jobs"]), got["error"]) if got else stderr

        def same(what, got, *jobs, error=""):
            calls.check(got[0] == sorted(jobs) and error in got[1] and bool(error) == bool(got[1]),
                        what, got)

        same("everything is new", poll(), key("push", "team/app:v1", "1"),
             key("push", "team/app:v2", "2"), key("push", "team/base:latest", "3"))
        same("nothing is new", poll())
        calls.check(not any("other" in seen[1] for seen in server.seen),
                    "what nobody wants is not asked for")
        content["team/app"]["v1"] = "5"
        same("a tag moved, and the list is the same", poll(), key("push", "team/app:v1", "5"))
        content["team/app"]["v3"] = "6"
        del content["team/app"]["v2"]
        same("a tag came, a tag went", poll(), key("push", "team/app:v3", "6"),
             key("delete", "team/app:v2", "2"))
        del content["team/base"]
        same("a repository went", poll(), key("delete", "team/base:latest", "3"))
        same("and is gone", poll())
        content["team/a"] = {"v1": "7"}
        broken.add("team/a")
        content["team/app"]["v4"] = "8"
        same("one that cannot be read keeps no other from being read", poll(),
             key("push", "team/app:v4", "8"), error="team/a")
        broken.clear()
        same("it is read later, though the catalogue is the same", poll(),
             key("push", "team/a:v1", "7"))
        use_etags = False
        same("without etags", poll())
        content["team/app"] = {}
        same("all tags went", poll(), key("delete", "team/app:v1", "5"),
             key("delete", "team/app:v3", "6"), key("delete", "team/app:v4", "8"))
        del server.seen[:]
        same("names without '*'", poll("    repositories: [other]\n"), key("push", "other:x", "4"))
        calls.check(not any("_catalog" in seen[1] for seen in server.seen),
                    "need no catalogue")
        content["other"] = {f"t{i}": "a" for i in range(3000)}
        got = poll("    repositories: [other]\n")
        calls.check(len(got[0]) == 3001 and not got[1], "thousands of tags", len(got[0]), got[1])
        content["other"] = {}
        poll("    repositories: [other]\n")
        broken.add("catalogue")
        content["other"]["y"] = "9"
        same("and with '*' beside them, what can be looked at is",
             poll("    repositories: [other, 'team/*']\n"), key("push", "other:y", "9"),
             error="catalogue")
    with Server(lambda request: (401, {}, b"")) as server:
        got, stderr = calls.call(server.port, "", "poll",
                                 "sqlite:" + os.path.join(calls.directory, "empty.db"))
        calls.check(got and "denied" in got["error"] and not got["jobs"], "no access", got, stderr)


# ---------------------------------------------------------------- Amazon

def sha256(data):
    return hashlib.sha256(data).hexdigest()


def aws_signature(request, secret):
    """What Signature Version 4 says of a request, computed here once more."""
    value = request.headers["Authorization"]
    scheme, fields = value.split(" ", 1)
    parts = dict(field.strip().split("=", 1) for field in fields.split(","))
    signed = parts["SignedHeaders"].split(";")
    scope = parts["Credential"].split("/", 1)[1]
    day, region, service, end = scope.split("/")
    path, _, query = request.path.partition("?")
    canonical = "\n".join([request.command, path, query,
                           *[f"{name}:{request.headers[name].strip()}" for name in signed], "",
                           ";".join(signed), sha256(request.body)])
    text = "\n".join([scheme, request.headers["x-amz-date"], scope, sha256(canonical.encode())])
    key = ("AWS4" + secret).encode()
    for word in (day, region, service, end):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    good_signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    needed = {"host", "x-amz-date", "content-type", "x-amz-target"}
    return (scheme == "AWS4-HMAC-SHA256" and parts["Signature"] == good_signature
            and needed <= set(signed) and (region, service) == ("eu-west-1", "ecr"))


def test_amazon(calls):
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    def answer(request):
        stamp = request.headers.get("x-amz-date", "")
        close = abs(time.time() - time.mktime(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
                    + time.timezone) < 300
        if not aws_signature(request, secret) or not close or request.body != b"{}":
            return 403, {}, b'{"__type":"InvalidSignatureException","message":"secret-of-aws"}'
        if request.headers.get("x-amz-security-token", "session") != "session":
            return 400, {}, b"{}"
        if request.headers["x-amz-target"] != \
                "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken":
            return 400, {}, b"{}"
        token = base64.b64encode(b"AWS:ecr-password").decode()
        return good({"authorizationData": [{"authorizationToken": token,
                                            "expiresAt": 1.9e9 + 0.25,
                                            "proxyEndpoint": "https://192.0.2.1"}]})

    want = {"user": "AWS", "password": "ecr-password", "identity_token": "", "until": 1900000000}
    with Server(answer) as server:
        login = (f"{{kind: ecr, user: AKIDEXAMPLE, password_file: {calls.file('aws', secret)}, "
                 f"region: eu-west-1, endpoint: 'http://127.0.0.1:{server.port}'}}")
        calls.same("ECR", calls.call(1, login, "login"), want)
        session = login.replace("region", f"session_file: {calls.file('session', 'session')}, region")
        calls.same("ECR, temporary credentials", calls.call(1, session, "login"), want)
        calls.check("x-amz-security-token" in server.seen[-1][2]["Authorization"],
                    "the session is signed")
        wrong = login.replace(calls.file("aws", secret), calls.file("wrong", "wrong-secret"))
        got = calls.call(1, wrong, "login")
        calls.fails("ECR, a wrong secret", got, "denied", "403")
        calls.check("wrong-secret" not in got[1] and "secret-of-aws" not in got[1],
                    "no secret in the message")
    for body in (b"", b"[]", b'{"authorizationData":[]}', b'{"authorizationData":[{"authorizationTok'
                 b'en":"!!","expiresAt":1}]}'):
        with Server(lambda request, body=body: (200, {}, body)) as server:
            calls.fails("ECR, an answer without a token", calls.call(1, login.replace(
                login.split("127.0.0.1:")[1].split("'")[0], str(server.port)), "login"), "input")


# ---------------------------------------------------------------- Google

def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_google(calls):
    key = os.path.join(calls.directory, "google.pem")
    public = os.path.join(calls.directory, "google.pub")
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", public], check=True,
                   capture_output=True)

    def answer(request):
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        head, claims, signature = form["assertion"].split(".")
        with open(os.path.join(calls.directory, "sig"), "wb") as f:
            f.write(decode(signature))
        checked = subprocess.run(["openssl", "dgst", "-sha256", "-verify", public, "-signature",
                                  os.path.join(calls.directory, "sig")],
                                 input=f"{head}.{claims}".encode(), capture_output=True)
        head, claims = json.loads(decode(head)), json.loads(decode(claims))
        fine = (checked.returncode == 0 and form["grant_type"]
                == "urn:ietf:params:oauth:grant-type:jwt-bearer"
                and head == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
                and claims["iss"] == "scanner@project.example"
                and claims["aud"] == f"http://127.0.0.1:{server.port}/token"
                and abs(claims["iat"] - time.time()) < 60
                and claims["exp"] - claims["iat"] <= 3600
                and "cloud-platform" in claims["scope"])
        return good({"access_token": "google-token", "expires_in": 3599, "token_type": "Bearer"}) \
            if fine else (401, {}, b"{}")

    with Server(answer) as server, open(key) as f:
        uri = f"http://127.0.0.1:{server.port}/token"
        account = {"type": "service_account", "private_key_id": "key-1", "private_key": f.read(),
                   "client_email": "scanner@project.example", "token_uri": uri}
        login = f"{{kind: google, password_file: {calls.file('google.json', json.dumps(account))}}}"
        got, stderr = calls.call(1, login, "login")
        calls.check(got and got["user"] == "oauth2accesstoken" and got["password"] == "google-token"
                    and 3500 < got["until"] - time.time() < 3700, "Google", got, stderr)
        account["client_email"] = "other@project.example"
        calls.file("google.json", json.dumps(account))
        calls.fails("Google, another account", calls.call(1, login, "login"), "denied", "401")
        account["private_key"] = "-----BEGIN PRIVATE KEY-----\nsecret-bytes\n"
        calls.file("google.json", json.dumps(account))
        got = calls.call(1, login, "login")
        calls.fails("Google, no key", got, "input")
        calls.check("secret-bytes" not in got[1], "the key is not in the message")


# ---------------------------------------------------------------- Azure

def test_azure(calls):
    """Entra, the registry's exchange, and its token service."""
    def answer(request):
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        host = f"127.0.0.1:{server.port}"
        if request.path == "/tenant-1/oauth2/v2.0/token":
            fine = (form["client_id"], form["client_secret"], form["grant_type"]) == \
                ("app", "azure secret&=", "client_credentials")
            return good({"access_token": "entra", "expires_in": 3599}) if fine else (401, {}, b"{}")
        if request.path == "/oauth2/exchange":
            fine = form == {"grant_type": "access_token", "service": host, "tenant": "tenant-1",
                            "access_token": "entra"}
            return good({"refresh_token": "refresh"}) if fine else (401, {}, b"{}")
        if request.path == "/oauth2/token":
            fine = (form["grant_type"], form["refresh_token"], form["scope"]) == \
                ("refresh_token", "refresh", "repository:team/app:metadata_read")
            return good({"access_token": "access"}) if fine else (401, {}, b"{}")
        if request.headers.get("Authorization") != "Bearer access":
            return 401, {"WWW-Authenticate": f'Bearer realm="http://{host}/oauth2/token",'
                         f'service="{host}",scope="repository:team/app:metadata_read"'}, b""
        return good({"name": "team/app", "tags": ["v1"]})

    with Server(answer) as server:
        login = (f"{{kind: azure, user: app, tenant: tenant-1, password_file: "
                 f"{calls.file('azure', 'azure secret&=')}, "
                 f"endpoint: 'http://127.0.0.1:{server.port}'}}")
        calls.same("Azure", calls.call(server.port, login, "tags", "team/app"), names(["v1"]))
        calls.file("azure", "wrong")
        calls.fails("Azure, a wrong secret", calls.call(server.port, login, "login"), "denied")


# ---------------------------------------------------------------- tokens as they are

def test_tokens(calls):
    def bearer(request):
        if request.headers.get("Authorization") != "Bearer artifactory-token":
            return 401, {"WWW-Authenticate": 'Bearer realm="http://192.0.2.1/steal"'}, b""
        return good({"name": "a", "tags": ["v1"]})

    with Server(bearer) as server:
        login = f"{{kind: bearer, password_file: {calls.file('t', 'artifactory-token')}}}"
        calls.same("a bearer token", calls.call(server.port, login, "tags", "a"), names(["v1"]))
        calls.file("t", "wrong-token")
        got = calls.call(server.port, login, "tags", "a")
        calls.fails("a token that is not taken", got, "denied")
        calls.check("wrong-token" not in got[1], "the token is not in the message")

    def basic(request):
        user = base64.b64encode(b"deploy:gl-token").decode()
        if request.headers.get("Authorization") != "Basic " + user:
            return 401, {"WWW-Authenticate": 'Basic realm="x"'}, b""
        return good({"name": "a", "tags": ["v1"]})

    with Server(basic) as server:
        login = f"{{user: deploy, password_file: {calls.file('t', 'gl-token')}}}"
        calls.same("a deploy token", calls.call(server.port, login, "tags", "a"), names(["v1"]))

    # A redirect to another host takes no secret along.
    with Server(lambda request: good({"tags": ["v1"]})) as other:
        def away(request):
            return 307, {"Location": f"http://localhost:{other.port}/v2/a/tags/list"}, b""
        with Server(away) as server:
            login = f"{{kind: bearer, password_file: {calls.file('t', 'artifactory-token')}}}"
            calls.same("a redirect", calls.call(server.port, login, "tags", "a"), names(["v1"]))
        calls.check(all("Authorization" not in seen[2] for seen in other.seen),
                    "the token stays with its host")


def main():
    need(NAME, "docker-registry", "skopeo", "openssl")
    calls = Calls(sys.argv[1])
    test_real(calls)
    test_pages(calls)
    test_etag(calls)
    test_hostile_lists(calls)
    test_digest_without_header(calls)
    test_poll(calls)
    test_amazon(calls)
    test_google(calls)
    test_azure(calls)
    test_tokens(calls)
    calls.finish()


if __name__ == "__main__":
    main()
