"""The API server under test: started on a store of its own, asked, and spoken to in bytes."""

import json
import os
import socket
import subprocess
import urllib.error
import urllib.request

from harness import Checks, skip

INJECTIONS = ["' OR '1'='1", "'; DROP TABLE image; --", "\" OR 1=1 --", "%", "_", "\\", "$1", "{id}",
              "') UNION SELECT hash FROM token --", "\u2019; --", "*", "?", "NULL", "1; SELECT 1"]


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:300]!r}"


class Service(Checks):
    """An API server on a store of its own."""

    def __init__(self, kind, binary):
        super().__init__("api-" + kind)
        self.url = self.store_url(kind)
        self.server = subprocess.Popen([os.path.abspath(binary), self.url, self.directory,
                                        "127.0.0.1:0"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        port, self.admin = self.server.stdout.readline().split()
        self.port = int(port)
        self.description = None

    def equal(self, got, wanted, what):
        """Says only what does not hold: there are thousands of these."""
        if got != wanted:
            self.check(False, what, f"got {got!r}, not {wanted!r}")

    def store_url(self, kind):
        if kind == "sqlite":
            return f"sqlite:{self.directory}/store.db"
        url = os.environ.get("PLIMSOLL_TEST_POSTGRESQL")
        if not url:
            skip("api", "PLIMSOLL_TEST_POSTGRESQL is not set")
        name = f"api{os.getpid()}"
        psql = os.path.join(os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"], "psql")
        subprocess.run([psql, url, "-qc", f"CREATE DATABASE {name}"], check=True)
        return url.replace("/postgres?", f"/{name}?")

    def ask(self, path, token=None, method="GET", body=None, headers=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data=body, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def token(self, scopes, project=None, **more):
        body = {"name": "test", "scopes": scopes, **more}
        if project:
            body["project"] = project
        answer = self.ask("/v1/tokens", self.admin, "POST", body)
        self.equal(answer.status, 201, f"making a token: {answer}")
        return answer.json()["token"]

    def items(self, path, token):
        answer = self.ask(path, token)
        self.equal(answer.status, 200, f"{path}: {answer}")
        return answer.json()["items"]

    def talk(self, data, seconds=10):
        """Bytes as they are; what comes back until the other side has no more to say."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as connection:
            got = b""
            try:
                connection.sendall(data)
                while piece := connection.recv(65536):
                    got += piece
            except OSError:
                pass
            return got
