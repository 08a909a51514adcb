"""The parts of deploy/compose/compose.yaml in real containers, with exactly the privileges that it
gives them: a read-only root, no capability, no new privileges, a user of their own. A push to a
registry with TLS is scanned in there and its owner is told.

The network is the machine's own, and PostgreSQL and the registry run beside. The image holds the
program and its libraries as this machine has them; deploy/make-image makes it from packages.

usage: test_container.py PLIMSOLL COMPOSE_DIRECTORY       (in test/with-postgresql)
"""
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.request

from harness import MANIFEST, Image, descriptor, free_port, need, skip, stop, wait_for_port
from harness import write_layout
from program import Program, is_sanitized
from test_engine import docker, start_engine

try:
    import yaml
except ImportError:
    yaml = None

NAME = "integration/container"
ROLES = ("api", "worker", "notifier")
OPENSSL = b"""Package: openssl
Status: install ok installed
Architecture: amd64
Version: 1.1.1k-1

"""


def docker_options(service, place):
    """What `docker run` is given for what the compose file says; `place` finds its files."""
    options = ["--user", service["user"], "--pids-limit", str(service["pids_limit"]),
               "--memory", service["mem_limit"]]
    options += ["--read-only"] if service["read_only"] else []
    options += [word for name in service["cap_drop"] for word in ("--cap-drop", name)]
    options += [word for each in service["security_opt"] for word in ("--security-opt", each)]
    options += [word for each in service["tmpfs"] for word in ("--tmpfs", each)]
    options += [word for name, value in service["environment"].items()
                for word in ("--env", f"{name}={value}")]
    for name in service["secrets"]:
        options += ["--volume", f"{place(os.path.join('secrets', name))}:/run/secrets/{name}:ro"]
    for volume in service["volumes"]:
        source, rest = volume.split(":", 1)
        options += ["--volume", f"{place(source) if source[0] == '.' else source}:{rest}"]
    return options


class Containers(Program):
    def __init__(self, binary, compose):
        super().__init__(NAME, binary)
        self.started = []
        self.processes = []
        self.api_port, self.registry_port = free_port(), free_port()
        shutil.copytree(compose, self.path("compose"))
        shutil.rmtree(self.path("compose", "secrets"), ignore_errors=True)
        subprocess.run([self.path("compose", "make-secrets")], check=True)
        os.chmod(self.directory, 0o755)
        with open(self.path("compose", "compose.yaml"), encoding="utf-8") as file:
            self.services = yaml.safe_load(file)["services"]
        self.adapt()

    def place(self, name):
        return self.path("compose", *name.split("/")[name.startswith("./"):])

    def change(self, name, *pairs):
        path = self.path("compose", name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for old, new in pairs:
            if old not in text:
                raise RuntimeError(f"{name} does not say {old}")
            text = text.replace(old, new)
        os.chmod(path, 0o644)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def adapt(self):
        """Names of other containers become this machine's; nothing else changes."""
        url = os.environ["PLIMSOLL_TEST_POSTGRESQL"]
        self.sockets = url.split("host=")[1].split("&")[0]
        os.chmod(self.sockets, 0o755)
        with open(self.path("compose/secrets/store"), "r+", encoding="utf-8") as file:
            os.chmod(file.name, 0o644)
            file.truncate(0)
            file.write(url + "\n")
        self.change("service.yaml", ("registry:5000", f"localhost:{self.registry_port}"))
        self.change("secrets/registry.yaml", (":5000", f"127.0.0.1:{self.registry_port}"),
                    ("https://api:8420", f"https://localhost:{self.api_port}"),
                    ("/var/lib/registry", self.path("registry")),
                    ("/run/secrets", self.path("compose/secrets")))

    # ------------------------------------------------------------ the image

    def make_image(self, address):
        root = self.path("root")
        wanted = {*self.needed(self.binary), *self.needed(shutil.which("curl")),
                  *self.opened_later()}
        for path in sorted(wanted):
            self.put(root, path, path)
        self.put(root, self.binary, "/usr/bin/plimsoll")
        self.put(root, shutil.which("curl"), "/usr/bin/curl")
        self.put(root, self.database(), "/usr/share/plimsoll/plimsoll.db")
        self.put(root, "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/ca-certificates.crt")
        for name in ("var/lib/plimsoll", "var/cache/plimsoll"):
            os.makedirs(os.path.join(root, name), 0o700)
            os.chown(os.path.join(root, name), 65532, 65532)
        archive = self.path("root.tar")
        subprocess.run(["tar", "--numeric-owner", "-C", root, "-cf", archive, "."], check=True)
        done = docker(address, "import", "--change", 'ENTRYPOINT ["/usr/bin/plimsoll"]', "--change",
                      "ENV XDG_DATA_HOME=/var/lib XDG_CACHE_HOME=/var/cache XDG_CONFIG_HOME=/etc",
                      archive, "plimsoll:latest")
        self.check(done.returncode == 0, "an image", done.stderr)
        shutil.rmtree(root)
        os.remove(archive)

    def database(self):
        return os.path.join(os.path.dirname(self.binary), "../../data/plimsoll.db")

    def opened_later(self):
        """Libraries that the program opens when it needs them, and those that look up names."""
        found = subprocess.run(["ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
        paths = [line.split(" => ")[1] for line in found.splitlines() if " => " in line]
        with open(self.binary, "rb") as file:
            names = set(re.findall(rb"\0(lib[a-z0-9-]+\.so\.\d+)\0", file.read()))
        names = {name.decode() for name in names} | {"libnss_files.so.2", "libnss_dns.so.2"}
        for name in names:
            for path in [path for path in paths if path.endswith(f"/{name}")][:1]:
                yield path
                yield from self.needed(path)

    @staticmethod
    def needed(path):
        done = subprocess.run(["ldd", path], check=True, capture_output=True, text=True)
        return [word for word in done.stdout.split() if word[0] == "/" and word[-1] != ":"]

    @staticmethod
    def put(root, source, target):
        path = root + target
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy(os.path.realpath(source), path)
        os.chmod(path, 0o755)

    # ------------------------------------------------------------ containers

    def run_service(self, address, name):
        service = self.services[name]
        command = [word.replace("8420", str(self.api_port)) for word in service["command"]]
        done = docker(address, "run", "--detach", "--network", "host", "--volume",
                      f"{self.sockets}:{self.sockets}", *docker_options(service, self.place),
                      service["image"], *command)
        self.check(done.returncode == 0, f"{name} starts", done.stderr)
        if done.returncode == 0:
            self.started.append(done.stdout.decode().strip())
            self.check_walls(address, name, self.started[-1])

    def check_walls(self, address, name, container):
        pid = docker(address, "inspect", "--format", "{{.State.Pid}}", container).stdout.decode()
        with open(f"/proc/{pid.strip()}/status", encoding="utf-8") as file:
            status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
        fine = (int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
                and status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
                and status["Uid"].split()[0] == "65532")
        self.check(fine, f"{name} has no capability, can get none, and is nobody", status)

    def inside(self, address, *arguments):
        """Another command of Plimsoll, as `docker compose run` starts it."""
        options = docker_options(self.services["worker"], self.place)
        return docker(address, "run", "--rm", "--network", "host", "--volume",
                      f"{self.sockets}:{self.sockets}", *options, "plimsoll:latest", *arguments)

    def logs(self, address):
        return b"".join(docker(address, "logs", each).stderr for each in self.started).decode()

    def check_health(self, address, name):
        test = [word.replace("8420", str(self.api_port))
                for word in self.services[name]["healthcheck"]["test"][1:]]
        container = self.started[ROLES.index(name)]
        done = docker(address, "exec", container, *test)
        self.check(done.returncode == 0, f"{name}'s healthcheck", done.stderr)

    # ------------------------------------------------------------ the world around

    def start_registry(self):
        authority = self.path("compose/secrets/ca.crt")
        with open(self.path("registry.log"), "wb") as log:
            process = subprocess.Popen(
                ["docker-registry", "serve", self.path("compose/secrets/registry.yaml")],
                env={**os.environ, "SSL_CERT_FILE": authority}, stdout=log, stderr=log)
        self.processes.append(process)
        wait_for_port(self.registry_port, process)

    def ask(self, path, body=None):
        request = urllib.request.Request(f"https://localhost:{self.api_port}{path}",
                                         data=json.dumps(body).encode() if body else None)
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        context = ssl.create_default_context(cafile=self.path("compose/secrets/ca.crt"))
        with urllib.request.urlopen(request, timeout=30, context=context) as answer:
            return json.load(answer)

    def await_api(self, address):
        try:
            wait_for_port(self.api_port, None)
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{self.logs(address)}") from error

    def await_some(self, path):
        end = time.monotonic() + 120
        while time.monotonic() < end:
            items = self.ask(path)["items"]
            if items:
                return items
            time.sleep(0.3)
        return []

    def test(self, address):
        self.make_image(address)
        self.start_registry()
        for name in ROLES:
            self.run_service(address, name)
        self.await_api(address)
        done = self.inside(address, "token", "create", "test", "--scope", "read,subscribe",
                           "--project", "default", "--quiet")
        self.check(done.returncode == 0, "a token is made", done.stderr)
        self.token = done.stdout.decode().strip()
        self.ask("/v1/subscriptions", {"owner": "team", "channel": "file", "address": "team.jsonl"})
        image = Image([{"etc/os-release": b"ID=debian\nVERSION_ID=11\n",
                        "var/lib/dpkg/status": OPENSSL}])
        write_layout(self.path("layout"), [descriptor(MANIFEST, image.manifest)], image.blobs)
        pushed = subprocess.run(["skopeo", "copy", "-q", "--dest-tls-verify=false",
                                 f"oci:{self.path('layout')}",
                                 f"docker://localhost:{self.registry_port}/team/app:1"],
                                capture_output=True, check=False)
        self.check(pushed.returncode == 0, "a push", pushed.stderr)
        images = self.await_some("/v1/images")
        self.check(bool(images) and images[0]["complete"] and images[0]["packages"] == 1,
                   "what was pushed is scanned in the container", images, self.logs(address))
        self.check(bool(self.await_some("/v1/findings")), "it has findings", self.logs(address))
        self.check(bool(self.await_some("/v1/notifications?state=sent")), "its owner is told",
                   self.logs(address))
        for name in ROLES:
            self.check_health(address, name)

    def end(self, address):
        for container in self.started:
            docker(address, "rm", "--force", "--volumes", container)
        for process in self.processes:
            stop(process)


def main():
    need(NAME, "dockerd", "docker", "containerd", "docker-registry", "skopeo", "openssl", "curl")
    if os.geteuid() != 0 or not yaml or not os.environ.get("PLIMSOLL_TEST_POSTGRESQL"):
        skip(NAME, "it wants root, python3-yaml and test/with-postgresql")
    containers = Containers(*sys.argv[1:])
    if is_sanitized(containers) or not os.path.exists(containers.database()):
        skip(NAME, "it wants a plain build with its database")
    process, address = start_engine(containers)
    if not process:
        skip(NAME, "dockerd does not start here")
    try:
        containers.test(address)
    finally:
        containers.end(address)
        stop(process)
    containers.finish()


if __name__ == "__main__":
    main()
