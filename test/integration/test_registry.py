"""The real registry (docker-registry), with TLS, passwords, tokens and credential helpers."""

import base64
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

from harness import (INDEX, MANIFEST, Image, Suite, basic, descriptor, digest, free_port,
                     make_certificate, make_index, need, noise, skip, stop, wait_for_port,
                     write_docker_config, write_layout)
from program import Program, check_same

NAME = "integration/registry"
USER, PASSWORD = "captain", "plim:soll sécret"


def start_registry(suite, name, auth="", tls=None):
    """Starts the program: (process, port)."""
    port = free_port()
    directory = os.path.join(suite.directory, name)
    os.makedirs(directory)
    lines = ["version: 0.1", "log: {level: error, accesslog: {disabled: true}}",
             "storage: {filesystem: {rootdirectory: " + directory + "}}",
             "http:", f"  addr: 127.0.0.1:{port}", "  secret: test"]
    if tls:
        lines += ["  tls:", f"    certificate: {tls[0]}", f"    key: {tls[1]}"]
    path = os.path.join(directory, "config.yml")
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n" + auth)
    process = subprocess.Popen(["docker-registry", "serve", path], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    wait_for_port(port, process)
    return process, port


def push(suite, layout, tag, port, repository, *options):
    subprocess.run(["skopeo", "--insecure-policy", "copy", "--all", "-q", *options,
                    f"oci:{layout}:{tag}", f"docker://127.0.0.1:{port}/{repository}:{tag}"],
                   check=True, timeout=50)


def make_images(suite):
    """A layout with one image of three layers and one index: (path, image, other image, index)."""
    image = Image([{"etc/os-release": b"ID=test\n", "noise": noise(3 << 20, "a")},
                   {"b": noise(1 << 20, "b")}, {"c": b"c"}])
    other = Image([{"arm": b"64"}], "arm64")
    index = make_index([image, other])
    layout = os.path.join(suite.directory, "layout")
    name = "org.opencontainers.image.ref.name"
    write_layout(layout,
                 [descriptor(MANIFEST, image.manifest, annotations={name: "one"}),
                  descriptor(INDEX, index, annotations={name: "many"})],
                 {**image.blobs, **other.blobs, digest(index): index})
    return layout, image, other, index


def test_plain(suite, layout, image, other, index):
    process, port = start_registry(suite, "plain")
    try:
        push(suite, layout, "one", port, "team/app", "--dest-tls-verify=false")
        push(suite, layout, "many", port, "team/app", "--dest-tls-verify=false")
        name = f"registry:127.0.0.1:{port}/team/app"
        suite.check_image("plain HTTP on loopback, by tag", suite.dump(f"{name}:one"), image)
        suite.check_image("a bare name ends at the registry", suite.dump(f"{name[9:]}:one"), image)
        suite.check_image("by digest", suite.dump(f"{name}@{image.digest}"), image)
        suite.check_image("by tag and digest", suite.dump(f"{name}:one@{image.digest}"), image)
        suite.check_image("index, amd64", suite.dump(f"{name}:many", DUMP_PLATFORM="linux/amd64"),
                          image)
        suite.check_image("index, arm64", suite.dump(f"{name}:many", DUMP_PLATFORM="linux/aarch64"),
                          other)
        suite.check_image("index by digest",
                          suite.dump(f"{name}@{digest(index)}", DUMP_PLATFORM="linux/arm64"), other)
        suite.check_error("index without that platform",
                          suite.dump(f"{name}:many", DUMP_PLATFORM="linux/s390x"),
                          "missing", "linux/s390x", "linux/amd64, linux/arm64")
        suite.check_error("no such tag", suite.dump(f"{name}:none"), "missing", "not found")
    finally:
        stop(process)


def test_basic(suite, layout, image, certificate, key):
    htpasswd = os.path.join(suite.directory, "htpasswd")
    with open(htpasswd, "w") as f:
        # bcrypt of PASSWORD; the registry reads no other kind.
        f.write(subprocess.run(["htpasswd", "-nbB", USER, PASSWORD], check=True,
                               capture_output=True, text=True).stdout)
    auth = f"auth: {{htpasswd: {{realm: basic, path: {htpasswd}}}}}\n"
    process, port = start_registry(suite, "basic", auth, (certificate, key))
    try:
        push(suite, layout, "one", port, "team/app", "--dest-cert-dir",
             os.path.dirname(certificate), "--dest-creds", f"{USER}:{PASSWORD}")
        target = f"registry:127.0.0.1:{port}/team/app:one"
        host = f"127.0.0.1:{port}"
        config = write_docker_config(os.path.join(suite.directory, "good"),
                                     {"auths": {host: {"auth": basic(USER, PASSWORD)}}})
        wrong = write_docker_config(os.path.join(suite.directory, "wrong"),
                                    {"auths": {host: {"auth": basic(USER, "geheim-42")}}})
        suite.check_image("TLS and a password",
                          suite.dump(target, DUMP_CA_FILE=certificate, DOCKER_CONFIG=config), image)
        suite.check_error("an unknown authority is refused, with no fall-back to plain HTTP",
                          suite.dump(target, DOCKER_CONFIG=config), "untrusted", "TLS")
        suite.check_error("no password", suite.dump(target, DUMP_CA_FILE=certificate), "denied")
        result = suite.dump(target, DUMP_CA_FILE=certificate, DOCKER_CONFIG=wrong)
        suite.check_error("a wrong password", result, "denied")
        suite.check("geheim" not in result[2] and basic(USER, "geheim-42") not in result[2],
                    "the wrong password is not in the message")
        test_helper(suite, target, image, certificate, host)
        test_program(suite, target, layout, certificate, config)
    finally:
        stop(process)


def test_program(suite, target, layout, certificate, config):
    """The whole program over TLS, with credentials and without."""
    program = Program(NAME, sys.argv[2])
    check_same(program, target, layout + ":one", "--ca-file", certificate, DOCKER_CONFIG=config)
    done = program.run("bom", "--ca-file", certificate, target, DOCKER_CONFIG=suite.empty)
    program.check(done.status == 1 and "access denied" in done.messages
                  or "password" in done.messages, "no password: the message says so", done)
    done = program.run("bom", target, DOCKER_CONFIG=config)
    program.check(done.status == 1 and "TLS" in done.messages, "an unknown authority", done)
    done = program.run("bom", "--ca-file", "/nonexistent.pem", target, DOCKER_CONFIG=config)
    program.check(done.status == 1 and "/nonexistent.pem" in done.messages,
                  "certificates that are not there are named", done)
    program.check("geheim" not in done.messages, "no secret in the messages", done)
    suite.failures += program.failures


def test_helper(suite, target, image, certificate, host):
    programs = os.path.join(suite.directory, "bin")
    os.makedirs(programs)
    helper = os.path.join(programs, "docker-credential-plimsoll-test")
    with open(helper, "w") as f:
        f.write(f"""#!/bin/sh
read server
[ "$1 $server" = "get {host}" ] || {{ echo "credentials not found"; exit 1; }}
echo '{json.dumps({"ServerURL": host, "Username": USER, "Secret": PASSWORD})}'
""")
    os.chmod(helper, 0o755)
    path = programs + ":" + os.environ["PATH"]
    for what, content in (("credHelpers", {"credHelpers": {host: "plimsoll-test"}}),
                          ("credsStore", {"credsStore": "plimsoll-test"})):
        config = write_docker_config(os.path.join(suite.directory, what), content)
        suite.check_image(what, suite.dump(target, DUMP_CA_FILE=certificate, DOCKER_CONFIG=config,
                                           PATH=path), image)
    config = write_docker_config(os.path.join(suite.directory, "absent-helper"),
                                 {"credsStore": "not-there"})
    suite.check_error("a helper that is not there",
                      suite.dump(target, DUMP_CA_FILE=certificate, DOCKER_CONFIG=config), "denied")


class TokenServer(http.server.BaseHTTPRequestHandler):
    """Signs what the registry's token authorisation wants (JWT, RS256, x5c)."""

    certificate = key = None
    seen = []
    lifetime = 60

    def answer(self, fields):
        TokenServer.seen.append((self.command, dict(self.headers), fields))
        good = (self.headers.get("Authorization") == "Basic " + basic(USER, PASSWORD)
                or fields.get("refresh_token") == ["identity-geheim"])
        actions = ["pull", "push"] if good else []
        repository = fields["scope"][0].split(":")[1] if "scope" in fields else ""
        token = self.sign(fields["service"][0], [{"type": "repository", "name": repository,
                                                  "actions": actions}] if repository else [])
        body = json.dumps({"token": token, "expires_in": self.lifetime}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query))

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.answer(urllib.parse.parse_qs(self.rfile.read(length).decode()))

    def sign(self, service, access):
        def part(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=")
        with open(self.certificate) as f:
            chain = "".join(f.read().splitlines()[1:-1])
        now = int(time.time())
        head = part(json.dumps({"typ": "JWT", "alg": "RS256", "x5c": [chain]}).encode())
        body = part(json.dumps({"iss": "test", "aud": service, "sub": USER, "iat": now,
                                "nbf": now - 10, "exp": now + self.lifetime, "jti": "1",
                                "access": access}).encode())
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key],
                                   input=head + b"." + body, capture_output=True, check=True)
        return (head + b"." + body + b"." + part(signature.stdout)).decode()

    def log_message(self, *_):
        pass


def start_token_server(certificate, key):
    TokenServer.certificate, TokenServer.key = certificate, key
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TokenServer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_token(suite, layout, image, certificate, key):
    server = start_token_server(certificate, key)
    realm = f"https://127.0.0.1:{server.server_port}/token"
    auth = (f"auth: {{token: {{realm: {realm}, service: harbour, issuer: test, "
            f"rootcertbundle: {certificate}}}}}\n")
    process, port = start_registry(suite, "token", auth, (certificate, key))
    host = f"127.0.0.1:{port}"
    target = f"registry:{host}/team/app:one"
    try:
        push(suite, layout, "one", port, "team/app", "--dest-cert-dir",
             os.path.dirname(certificate), "--dest-creds", f"{USER}:{PASSWORD}")
        config = write_docker_config(os.path.join(suite.directory, "token-password"),
                                     {"auths": {host: {"auth": basic(USER, PASSWORD)}}})
        TokenServer.seen.clear()
        suite.check_image("a token for a password",
                          suite.dump(target, DUMP_CA_FILE=certificate, DOCKER_CONFIG=config), image)
        suite.check(len(TokenServer.seen) == 1, "one token serves manifest, configuration, layers",
                    len(TokenServer.seen))
        identity = write_docker_config(os.path.join(suite.directory, "token-identity"), {
            "auths": {host: {"auth": basic("<token>", ""), "identitytoken": "identity-geheim"}}})
        suite.check_image("a token for an identity token",
                          suite.dump(target, DUMP_CA_FILE=certificate, DOCKER_CONFIG=identity),
                          image)
        suite.check(TokenServer.seen[-1][0] == "POST", "identity tokens are posted, not in a URL")
        test_program(suite, target, layout, certificate, config)
        result = suite.dump(target, DUMP_CA_FILE=certificate)
        suite.check_error("anonymous where that is not enough", result, "denied")
        suite.check("Authorization" not in TokenServer.seen[-1][1], "anonymous sends no credentials")
    finally:
        stop(process)
        server.shutdown()


def main():
    need(NAME, "docker-registry", "skopeo", "openssl", "htpasswd")
    suite = Suite(NAME, sys.argv[1])
    layout, image, other, index = make_images(suite)
    directory = os.path.join(suite.directory, "tls")
    os.makedirs(directory)
    certificate, key = make_certificate(directory)
    os.rename(key, os.path.join(suite.directory, "server.key"))
    key = os.path.join(suite.directory, "server.key")
    test_plain(suite, layout, image, other, index)
    test_basic(suite, layout, image, certificate, key)
    test_token(suite, layout, image, certificate, key)
    suite.finish()


if __name__ == "__main__":
    main()
