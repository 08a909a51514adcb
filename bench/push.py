#!/usr/bin/env python3
"""How long it takes from a push to the findings, for images that are new but whose layers are known.

usage: bench/push.py PROGRAM [--store sqlite|postgresql] [--apart] [--plain] [--count N]
                     [--database FILE] [--image LAYOUT]

A real registry (docker-registry), over TLS with token authorization unless --plain, tells of each push
by skopeo. Its notice goes through this program, which hands it on to the service and starts the
clock. The clock stops when the service says that the job is done, which it does after the findings are
committed. Two kinds of images are pushed: `label` has known layers in the order that is known, under a
label of its own; `order` has the same layers in an order that no image had before. Processor time is
that of the service and all its processes. With --apart the API and a worker are processes of their
own, that have only the store in common. With postgresql, run it in test/with-postgresql, with
PLIMSOLL_TEST_DURABLE=1 for a server that waits for the disk.
"""
import argparse
import http.client
import http.server
import itertools
import json
import os
import queue
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test",
                                "integration"))
from harness import (CONFIG, LAYER, MANIFEST, descriptor, digest, free_port,  # noqa: E402
                     make_certificate, make_layer, stop, wait_for_port)
from test_registry import PASSWORD, USER, TokenServer, start_token_server  # noqa: E402

SECRET = "hook-secret"
MISSING = [name for name in ("docker-registry", "skopeo", "openssl") if not shutil.which(name)]
TICKS = os.sysconf("SC_CLK_TCK")


# ---------------------------------------------------------------- images

def base_layer(packages):
    """A Debian of so many packages, as base images have them: (blob, diffID)."""
    record = ("Package: part{0}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.{0}-1\n"
              "Description: x\n\n")
    known = ["openssl 3.0.11-1~deb12u2", "curl 7.88.1-10+deb12u5", "zlib1g 1:1.2.13.dfsg-1",
             "bash 5.2.15-2+b2", "libc6 2.36-9+deb12u4", "perl-base 5.36.0-7+deb12u1"]
    status = "".join(record.format(i) for i in range(packages))
    for package in known:
        name, version = package.split()
        status += (f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\n"
                   f"Version: {version}\nDescription: x\n\n")
    return make_layer({"etc/os-release": b'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
                       "var/lib/dpkg/status": status.encode()})


def upper_layers(count):
    """Layers of a few Python packages each."""
    return [make_layer({f"srv/app{i}/site-packages/p{i}_{j}-1.0.dist-info/METADATA":
                        f"Metadata-Version: 2.1\nName: p{i}-{j}\nVersion: 1.0\n".encode()
                        for j in range(8)}) for i in range(count)]


def real_layers(layout):
    """The layers of a layout's image: [(blob, diffID)]."""
    def read(name):
        with open(os.path.join(layout, "blobs", *name.split(":")), "rb") as file:
            return file.read()
    with open(os.path.join(layout, "index.json"), encoding="utf-8") as file:
        manifest = json.loads(read(json.load(file)["manifests"][0]["digest"]))
    diff_ids = json.loads(read(manifest["config"]["digest"]))["rootfs"]["diff_ids"]
    return [(read(layer["digest"]), name) for layer, name in zip(manifest["layers"], diff_ids)]


class Layout:
    """An image layout to which images are added."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(os.path.join(directory, "blobs", "sha256"))
        with open(os.path.join(directory, "oci-layout"), "w", encoding="ascii") as file:
            file.write('{"imageLayoutVersion": "1.0.0"}')
        self.entries = []

    def blob(self, media_type, data):
        path = os.path.join(self.directory, "blobs", *digest(data).split(":"))
        if not os.path.exists(path):
            with open(path, "wb") as file:
                file.write(data)
        return descriptor(media_type, data)

    def add(self, name, layers, label):
        """Returns the digest of the image."""
        config = self.blob(CONFIG, json.dumps({
            "architecture": "amd64", "os": "linux", "config": {"Labels": {"build": label}},
            "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in layers]},
            "history": [{"created_by": "COPY"} for _ in layers]}).encode())
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config,
            "layers": [self.blob(LAYER, blob) for blob, _ in layers]}).encode()
        entry = self.blob(MANIFEST, manifest)
        self.entries.append({**entry, "annotations": {"org.opencontainers.image.ref.name": name}})
        with open(os.path.join(self.directory, "index.json"), "w", encoding="utf-8") as file:
            json.dump({"schemaVersion": 2, "manifests": self.entries}, file)
        return entry["digest"]


# ---------------------------------------------------------------- the processes

class Relay(http.server.BaseHTTPRequestHandler):
    """Takes the registry's notices and hands them on."""

    protocol_version = "HTTP/1.1"
    notices = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if b'"action":"push"' in body.replace(b" ", b"") and b"manifest" in body:
            Relay.notices.put((dict(self.headers), body))

    def log_message(self, *_):
        pass


class QuickTokens(TokenServer):
    """Signs once for a repository: real servers do not start a program for it."""

    lifetime = 600
    made = {}

    def sign(self, service, access):
        name = json.dumps([service, access])
        if name not in QuickTokens.made:
            QuickTokens.made[name] = super().sign(service, access)
        return QuickTokens.made[name]


class Ground:
    """A registry and a service, and what is between them."""

    def __init__(self, program, store, database, plain, apart):
        self.apart = apart
        self.program = os.path.abspath(program)
        self.directory = tempfile.mkdtemp(prefix="plimsoll-push-")
        self.plain = plain
        self.database = os.path.abspath(database)
        self.processes = []
        self.lines = queue.Queue()
        self.port = free_port()
        self.registry_port = free_port()
        self.store = store
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.directory,
                            "XDG_CACHE_HOME": self.path("cache"), "TMPDIR": self.directory}
        if not plain:
            os.mkdir(self.path("tls"))
            self.certificate, key = make_certificate(self.path("tls"))
            self.key = self.path("server.key")
            os.rename(key, self.key)
        self.start_registry()
        self.start_service()

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def file(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content)
        return self.path(name)

    def start_registry(self):
        relay = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        secure = ""
        if not self.plain:
            tokens = start_token_server(self.certificate, self.key)
            tokens.RequestHandlerClass = QuickTokens
            secure = f"""auth: {{token: {{realm: 'https://127.0.0.1:{tokens.server_port}/token',
  service: harbour, issuer: test, rootcertbundle: {self.certificate}}}}}
"""
        os.mkdir(self.path("registry"))
        config = self.file("registry.yml", f"""version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {self.path("registry")}}}}}
http:
  addr: 127.0.0.1:{self.registry_port}
  secret: test
{"" if self.plain else f"  tls: {{certificate: {self.certificate}, key: {self.key}}}"}
{secure}notifications:
  endpoints:
    - name: relay
      url: http://127.0.0.1:{relay.server_port}/
      headers: {{Authorization: [Bearer {SECRET}]}}
      timeout: 5s
      threshold: 2
      backoff: 1s
""")
        with open(self.path("registry.log"), "wb") as log:
            self.processes.append(subprocess.Popen(["docker-registry", "serve", config],
                                                   env=self.environment, stdout=log, stderr=log))
        wait_for_port(self.registry_port, self.processes[-1])

    def start_service(self):
        login = "" if self.plain else f"""
    login: {{user: {USER}, password_file: {self.file("password", PASSWORD)}}}
    ca_file: {self.certificate}"""
        settings = self.file("settings.yaml", f"""registries:
  main:
    host: 127.0.0.1:{self.registry_port}{login}
    hook: {{secret_file: {self.file("secret", SECRET)}}}
""")
        url = self.store or f"sqlite:{self.path('store.db')}"
        subprocess.run([self.program, "store", "init", "--store", url], check=True,
                       env=self.environment, stdout=subprocess.DEVNULL)
        common = ["--store", url, "--settings", settings, "--db", self.database]
        api = ["--listen", f"127.0.0.1:{self.port}"]
        if self.apart:
            self.services = [self.serve(*common, *api, "--role", "api", "--state", self.path("api")),
                             self.serve(*common, "--role", "worker", "--state", self.path("state"))]
        else:
            self.services = [self.serve(*common, *api, "--state", self.path("state"))]
        wait_for_port(self.port, self.services[0])

    def serve(self, *arguments):
        service = subprocess.Popen([self.program, "serve", *arguments], env=self.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.processes.append(service)
        threading.Thread(target=self.read_lines, args=[service], daemon=True).start()
        return service

    def read_lines(self, service):
        for line in service.stderr:
            self.lines.put((time.perf_counter(), line.decode(errors="replace").rstrip()))

    def processor(self):
        """Seconds of the service and of the processes that it has collected."""
        ticks = 0
        for service in self.services:
            with open(f"/proc/{service.pid}/stat", encoding="ascii") as file:
                fields = file.read().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
        return ticks / TICKS

    def push(self, layout, name):
        to = ["--dest-tls-verify=false"] if self.plain else \
            ["--dest-cert-dir", os.path.dirname(self.certificate), "--dest-creds",
             f"{USER}:{PASSWORD}"]
        subprocess.run(["skopeo", "--insecure-policy", "copy", "-q", "--preserve-digests", *to,
                        f"oci:{layout.directory}:{name}",
                        f"docker://127.0.0.1:{self.registry_port}/team/app:{name}"],
                       check=True, timeout=120)

    def hand_on(self):
        """Gives the service the notice that the registry has sent; says how long that was ago and
        how long the service says that it worked on it, in seconds."""
        headers, body = Relay.notices.get(timeout=30)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.connect()
        time.sleep(0.3)  # for skopeo and the registry to be quiet
        start = time.perf_counter()
        connection.request("POST", "/v1/hooks/main", body, {
            "Authorization": headers["Authorization"], "Content-Type": headers["Content-Type"]})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            raise RuntimeError(f"the notice is answered with {answer.status}")
        while True:
            at, line = self.lines.get(timeout=120)
            if "(try " in line:
                raise RuntimeError(line)
            done = re.search(r"scan push .*: (\d+) ms", line)
            if done:
                return at - start, int(done[1]) / 1000

    def close(self):
        for process in reversed(self.processes):
            stop(process)
        shutil.rmtree(self.directory, ignore_errors=True)


# ---------------------------------------------------------------- measuring

class Figures:
    """Of one kind of image, in milliseconds."""

    def __init__(self, seconds, own, processor):
        self.all = sorted(1000 * s for s in seconds)
        self.median = statistics.median(self.all)
        self.p95 = self.all[max(0, -(-len(self.all) * 95 // 100) - 1)]
        self.least, self.most = self.all[0], self.all[-1]
        self.own = 1000 * statistics.median(own)
        self.processor = 1000 * processor / len(seconds)

    def __str__(self):
        return (f"median {self.median:.1f} ms, p95 {self.p95:.1f}, least {self.least:.1f}, most "
                f"{self.most:.1f}; the job alone {self.own:.0f}; processor time {self.processor:.0f} ms")


def measure_kind(ground, layout, kind, images):
    """Pushes each of (layers, label)."""
    seconds, own = [], []
    before = None
    for number, (layers, label) in enumerate(images):
        name = f"{kind}-{number}"
        layout.add(name, layers, label)
        ground.push(layout, name)
        if number == 1:
            before = ground.processor()  # the first one of a kind may find something new
        whole, part = ground.hand_on()
        if number:
            seconds.append(whole)
            own.append(part)
    time.sleep(0.5)  # until what the last one has left behind is collected
    return Figures(seconds, own, ground.processor() - before)


def measure_push(program, database, count, store=None, plain=False, apart=False, image=None):
    """{"label": Figures, "order": Figures, "first": seconds}; `image` is a layout whose lowest layers
    are used instead of made ones."""
    ground = Ground(program, store, database, plain, apart)
    try:
        layout = Layout(ground.path("layout"))
        base = real_layers(image) if image else [base_layer(400)]
        upper = upper_layers(6)
        layout.add("first", base + upper, "first")
        ground.push(layout, "first")
        first, _ = ground.hand_on()
        orders = itertools.islice(itertools.permutations(upper), 1, count + 2)
        return {
            "first": first,
            "label": measure_kind(ground, layout, "label",
                                  [(base + upper, str(i)) for i in range(count + 1)]),
            "order": measure_kind(ground, layout, "order",
                                  [(base + list(order), "order") for order in orders]),
        }
    finally:
        ground.close()


def claims(bench):
    """For bench/run: its rows of the table."""
    claim = "push to finding, a new image of known layers"
    if MISSING:
        bench.table.skip(claim, f"{', '.join(MISSING)}: absent")
        return
    found = measure_push(bench.program, bench.database(), 10 if bench.quick else 30)
    for kind, name in (("label", claim), ("order", "  its layers in an order of their own")):
        bench.table.at_most(name, 100, found[kind].median, "{:.0f} ms", str(found[kind]))


def main():
    parser = argparse.ArgumentParser(description="From push to findings, for known layers.")
    parser.add_argument("program", metavar="PROGRAM")
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--apart", action="store_true", help="API and worker in two processes")
    parser.add_argument("--plain", action="store_true", help="neither TLS nor tokens")
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--image", help="a layout whose layers are the lowest ones")
    parser.add_argument("--database", help="of advisories; else the one that the build unpacked")
    options = parser.parse_args()
    if MISSING:
        print(f"SKIP: {', '.join(MISSING)}: absent")
        return 77
    store = os.environ["PLIMSOLL_TEST_POSTGRESQL"] if options.store == "postgresql" else None
    database = options.database or os.path.join(os.path.dirname(options.program), "..", "..", "data",
                                                "plimsoll.db")
    with open("/proc/loadavg", encoding="ascii") as file:
        print("load before:", file.read().strip())
    found = measure_push(options.program, database, options.count, store, options.plain,
                         options.apart, options.image)
    print(f"first image: {1000 * found['first']:.0f} ms")
    for kind in ("label", "order"):
        print(f"{kind}: {found[kind]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
