"""A registry that misbehaves in every way that a network, a proxy or an attacker knows."""

import http.server
import json
import os
import ssl
import sys
import threading

from harness import (CONFIG, INDEX, LAYER, MANIFEST, Image, Suite, basic, descriptor, digest,
                     make_certificate, need, noise, write_docker_config)

IMAGE = Image([{"noise": noise(2 << 20, "x")}, {"b": b"b"}])
SCHEMA1 = json.dumps({"schemaVersion": 1, "name": "a", "tag": "b", "fsLayers": []}).encode()


def nested(depth):
    """Indexes in each other: {digest: bytes}, outermost."""
    documents = {}
    media_type, inner = MANIFEST, IMAGE.manifest
    for _ in range(depth):
        outer = json.dumps({"schemaVersion": 2, "mediaType": INDEX,
                            "manifests": [descriptor(media_type, inner)]}).encode()
        documents[digest(outer)] = outer
        media_type, inner = INDEX, outer
    return documents, inner


SHALLOW, SHALLOW_TOP = nested(5)
DEEP, DEEP_TOP = nested(40)
SELF = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
    {"mediaType": INDEX, "digest": "sha256:" + "0" * 64, "size": 300}]}).encode().ljust(300)
HUGE = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
    {"mediaType": MANIFEST, "digest": digest(b""), "size": 1 << 60}]}).encode()


class Registry(http.server.BaseHTTPRequestHandler):
    """The first part of the repository's name is the way it misbehaves."""

    protocol_version = "HTTP/1.1"
    seen = []
    counts = {}
    other = None  # address of another server

    def do_GET(self):
        parts = self.path.split("/")  # "", v2, WAY, name, kind, what
        if len(parts) < 6:
            return self.send(404)
        way, kind, what = parts[2], parts[4], parts[5]
        Registry.seen.append((way, kind, what, dict(self.headers)))
        count = Registry.counts[self.path] = Registry.counts.get(self.path, 0) + 1
        handler = getattr(self, way.replace("-", "_"), None)
        if handler:
            return handler(kind, what, count)
        return self.good(kind, what)

    def do_POST(self):
        self.send(405)

    def send(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def document(self, body, media_type=MANIFEST, announced=None):
        self.send(200, body, Content_Type=media_type,
                  Docker_Content_Digest=announced or digest(body))

    def good(self, kind, what, _=0):
        if kind == "manifests":
            documents = {**SHALLOW, **DEEP, IMAGE.digest: IMAGE.manifest}
            return self.document(documents.get(what, IMAGE.manifest))
        return self.send(200, IMAGE.blobs[what]) if what in IMAGE.blobs else self.send(404)

    def is_layer(self, kind, what):
        return kind == "blobs" and what == digest(IMAGE.layers[0])

    def cut(self, body, keep):
        """Announces all of it, sends some of it."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:keep])
        self.close_connection = True

    # ------------------------------------------------------------ a bad network

    def dropped(self, kind, what, count):
        if not self.is_layer(kind, what):
            return self.good(kind, what)
        body = IMAGE.blobs[what]
        wanted = self.headers.get("Range")
        if not wanted:
            return self.cut(body, 700000)
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        part = body[start:start + 700000] if count < 3 else body[start:]
        return self.send(206, part, Content_Range=f"bytes {start}-{start + len(part) - 1}/{len(body)}")

    def rangeless(self, kind, what, count):
        if self.is_layer(kind, what) and count == 1:
            return self.cut(IMAGE.blobs[what], 500000)
        return self.good(kind, what)

    def wrong_range(self, kind, what, count):
        if not self.is_layer(kind, what):
            return self.good(kind, what)
        if count == 1:
            return self.cut(IMAGE.blobs[what], 500000)
        return self.send(206, b"x" * 1000, Content_Range="bytes 1900000-1900999/2000000")

    def busy(self, kind, what, count):
        if count == 1:
            return self.send(429, Retry_After="1")
        return self.good(kind, what)

    def broken(self, kind, what, count):
        if count < 3:
            return self.send(503)
        return self.good(kind, what)

    def closed(self, kind, what, count):
        return self.send(429, Retry_After="100000")

    def truncated(self, kind, what, count):
        if self.is_layer(kind, what):
            return self.cut(IMAGE.blobs[what], 1000)
        return self.good(kind, what)

    # ------------------------------------------------------------ redirects

    def moved(self, kind, what, count):
        if self.headers.get("Authorization") != "Basic " + basic("u", "geheim"):
            return self.send(401, WWW_Authenticate='Basic realm="here"')
        if kind == "blobs":
            return self.send(307, Location=f"http://127.0.0.1:{self.other}/v2/good/x/blobs/{what}")
        return self.good(kind, what)

    def trap(self, kind, what, count):
        if self.headers.get("Authorization") != "Basic " + basic("u", "geheim"):
            return self.send(401, WWW_Authenticate='Basic realm="here"')
        if kind == "blobs":
            return self.send(307, Location=f"http://127.0.0.1:{self.other}/v2/phish/x/blobs/{what}")
        return self.good(kind, what)

    def phish(self, kind, what, count):
        return self.send(401, WWW_Authenticate=f'Bearer realm="http://127.0.0.1:{self.other}'
                                               '/v2/phish/x/token/t"')

    def circle(self, kind, what, count):
        return self.send(302, Location=self.path)

    def downgrade(self, kind, what, count):
        return self.send(302, Location=f"http://127.0.0.1:{self.other}/v2/good/x/{kind}/{what}")

    def outside(self, kind, what, count):
        return self.send(302, Location="http://plimsoll.invalid/v2/")

    def elsewhere(self, kind, what, count):
        return self.send(302, Location="file:///etc/passwd")

    def plain_realm(self, kind, what, count):
        return self.send(401, WWW_Authenticate='Bearer realm="http://plimsoll.invalid/token"')

    def strange_challenge(self, kind, what, count):
        return self.send(401, WWW_Authenticate='Bearer realm="unfinished')

    # ------------------------------------------------------------ lies

    def announced(self, kind, what, count):
        if kind == "manifests":
            return self.document(IMAGE.manifest, announced="sha256:" + "1" * 64)
        return self.good(kind, what)

    def by_digest(self, kind, what, count):
        return self.document(IMAGE.manifest.replace(b"{", b"{ ", 1))

    def config(self, kind, what, count):
        if kind == "blobs" and what == digest(IMAGE.config):
            return self.send(200, IMAGE.config.replace(b"amd64", b"arm64"))
        return self.good(kind, what)

    def layer(self, kind, what, count):
        if self.is_layer(kind, what):
            body = bytearray(IMAGE.blobs[what])
            body[1000000] ^= 1
            return self.send(200, bytes(body))
        return self.good(kind, what)

    def longer(self, kind, what, count):
        if self.is_layer(kind, what):
            return self.send(200, IMAGE.blobs[what] + b"more")
        return self.good(kind, what)

    def circular(self, kind, what, count):
        return self.document(SELF, INDEX)

    def shallow(self, kind, what, count):
        return self.document(SHALLOW_TOP, INDEX) if what == "t" else self.good(kind, what)

    def deep(self, kind, what, count):
        return self.document(DEEP_TOP, INDEX) if what == "t" else self.good(kind, what)

    def huge(self, kind, what, count):
        return self.document(HUGE, INDEX)

    def endless(self, kind, what, count):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            pass

    def schema1(self, kind, what, count):
        return self.document(SCHEMA1, "application/vnd.docker.distribution.manifest.v1+prettyjws")

    def artifact(self, kind, what, count):
        return self.document(json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": descriptor("application/vnd.cncf.helm.config.v1+json", b"{}"),
            "layers": [descriptor(LAYER, b"")]}).encode())

    def page(self, kind, what, count):
        return self.send(200, b"<html>Please sign in</html>", Content_Type="text/html")

    def log_message(self, *_):
        pass


def serve(certificate=None, key=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def headers_of(way, kind):
    return [headers for w, k, _, headers in Registry.seen if w == way and k == kind]


def test_network(suite, name):
    suite.check_image("a good registry", suite.dump(name("good")), IMAGE)
    suite.check_image("a connection that drops is resumed", suite.dump(name("dropped")), IMAGE)
    ranges = [h["Range"] for h in headers_of("dropped", "blobs") if "Range" in h]
    suite.check(ranges == ["bytes=700000-", "bytes=1400000-"], "from the byte where it dropped",
                ranges)
    suite.check_image("a registry that ignores ranges", suite.dump(name("rangeless")), IMAGE)
    suite.check_error("another range than asked for", suite.dump(name("wrong-range")), "input",
                      "behind")
    suite.check_image("429 with Retry-After", suite.dump(name("busy")), IMAGE)
    suite.check_image("503 twice", suite.dump(name("broken")), IMAGE)
    suite.check_error("asked to come back tomorrow", suite.dump(name("closed")), "io", "429")
    suite.check_error("always cut short", suite.dump(name("truncated")), "io")


def test_redirects(suite, name, host, other, certificate, key):
    Registry.other = other.server_port
    config = write_docker_config(os.path.join(suite.directory, "moved"),
                                 {"auths": {host: {"auth": basic("u", "geheim")}}})
    suite.check_image("redirected to another host", suite.dump(name("moved"), DOCKER_CONFIG=config),
                      IMAGE)
    at_other = [h for w, k, _, h in Registry.seen
                if w == "good" and h["Host"] == f"127.0.0.1:{other.server_port}"]
    suite.check(len(at_other) == 3 and not any("Authorization" in h for h in at_other),
                "which never sees the credentials", at_other)
    suite.check_error("whom it redirects to asks for a token",
                      suite.dump(name("trap"), DOCKER_CONFIG=config), "denied", "401")
    asked = headers_of("phish", "blobs") + headers_of("phish", "token")
    suite.check(len(asked) == 1 and "Authorization" not in asked[0], "and gets none", asked)
    suite.check_error("redirected in a circle", suite.dump(name("circle")), "denied", "redirects")
    suite.check_error("redirected to plain HTTP elsewhere", suite.dump(name("outside")), "denied",
                      "plain HTTP")
    suite.check_error("redirected to a file", suite.dump(name("elsewhere")), "denied")
    suite.check_error("a realm without TLS", suite.dump(name("plain-realm")), "denied",
                      "plain HTTP")
    suite.check_error("a challenge cut short", suite.dump(name("strange-challenge")), "input",
                      "WWW-Authenticate")
    secure = serve(certificate, key)
    target = f"registry:127.0.0.1:{secure.server_port}/downgrade/x:t"
    suite.check_error("redirected from https to http",
                      suite.dump(target, DUMP_CA_FILE=certificate), "denied", "https to http")
    secure.shutdown()


def test_lies(suite, name):
    suite.check_error("the announced digest does not hold", suite.dump(name("announced")),
                      "untrusted", "Docker-Content-Digest")
    by_digest = name("by-digest").removesuffix(":t") + "@" + IMAGE.digest
    suite.check_error("not the manifest that was asked for", suite.dump(by_digest), "untrusted",
                      IMAGE.digest[:20])
    suite.check_error("another configuration", suite.dump(name("config")), "untrusted",
                      digest(IMAGE.config))
    status, image, _ = suite.dump(name("layer"))
    suite.check(status == 0 and image["layers"][0]["read"] != image["layers"][0]["digest"],
                "another layer shows in its digest, for the worker to see")
    suite.check_error("a layer longer than its descriptor says", suite.dump(name("longer")),
                      "untrusted", "longer")
    suite.check_error("an index that names itself", suite.dump(name("circular")), "untrusted")
    suite.check_image("indexes five deep", suite.dump(name("shallow")), IMAGE)
    suite.check_error("indexes forty deep", suite.dump(name("deep")), "limit", "nested")
    suite.check_error("a manifest of an exabyte", suite.dump(name("huge")), "limit")
    suite.check_error("an endless manifest", suite.dump(name("endless")), "limit")
    suite.check_error("schema 1", suite.dump(name("schema1")), "unsupported", "schema 1")
    suite.check_error("no image at all", suite.dump(name("artifact")), "unsupported", "helm")
    suite.check_error("a page for people", suite.dump(name("page")), "input")


def main():
    need("integration/hostile", "openssl")
    suite = Suite("integration/hostile", sys.argv[1])
    certificate, key = make_certificate(suite.directory)
    server, other = serve(), serve()
    host = f"127.0.0.1:{server.server_port}"

    def name(way):
        return f"registry:{host}/{way}/x:t"

    test_network(suite, name)
    test_redirects(suite, name, host, other, certificate, key)
    test_lies(suite, name)
    suite.finish()


if __name__ == "__main__":
    main()
