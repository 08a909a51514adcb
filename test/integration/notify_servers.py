"""Servers that take messages, and misbehave: HTTP and SMTP on loopback."""

import base64
import json
import hashlib
import hmac
import http.server
import socketserver
import ssl
import threading
import time


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it is sent by the webhook's id. `misbehave(handler, number, path)` may answer in
    its own way and returns whether it did; what it did is not counted as received."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, misbehave=None, certificate=None):
        self.got = {}
        self.requests = 0
        self.lock = threading.Lock()
        self.misbehave = misbehave
        super().__init__(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, *_):
        pass  # a client that was killed


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.requests += 1
            number = self.server.requests
        if self.server.misbehave and self.server.misbehave(self, number, self.path):
            return
        with self.server.lock:
            self.server.got.setdefault(self.headers["webhook-id"], []).append(
                (self.path, dict(self.headers), body))
        self.answer(204)

    def do_CONNECT(self):
        """As a proxy that lets everybody through to nobody."""
        with self.server.lock:
            self.server.requests += 1
        self.send_response(200)
        self.end_headers()
        self.close_connection = True

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def signature_is_right(secret, headers, body):
    """Standard Webhooks, as its own libraries check it."""
    headers = {name.lower(): value for name, value in headers.items()}
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return fresh and headers["webhook-signature"] == f"v1,{wanted}"


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail (RFC 5321), with STARTTLS if it has a certificate, and AUTH PLAIN behind it.
    `answers` maps a command to the answer that is given in place of the usual one."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, certificate=None, implicit=False, login=None, answers=None):
        self.mails = []
        self.commands = []
        self.login = login
        self.implicit = implicit
        self.answers = answers or {}
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        super().__init__(("127.0.0.1", 0), MailSession)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, *_):
        pass  # a client that went away


class MailSession(socketserver.BaseRequestHandler):
    def handle(self):
        self.secure = False
        self.user = None
        if self.server.implicit:
            self.start_tls()
        self.file = self.request.makefile("rb")
        self.say("220 here")
        self.mail = {}
        while True:
            line = self.file.readline().decode("latin-1").rstrip("\r\n")
            if not line:
                return
            self.server.commands.append((self.secure, line))
            word = line.split(" ")[0].upper()
            if word in self.server.answers:
                self.say(self.server.answers[word])
            elif not getattr(self, f"on_{word.lower()}", self.on_other)(line):
                return

    def say(self, *lines):
        self.request.sendall("".join(f"{line}\r\n" for line in lines).encode())
        return True

    def start_tls(self):
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.secure = True

    def on_other(self, _):
        return self.say("250 fine")

    def on_ehlo(self, _):
        features = ["here"]
        if self.server.context and not self.secure:
            features.append("STARTTLS")
        if self.server.login and (self.secure or not self.server.context):
            features.append("AUTH PLAIN")
        return self.say(*[f"250-{name}" for name in features], "250 8BITMIME")

    def on_starttls(self, _):
        self.say("220 go on")
        self.start_tls()
        self.file = self.request.makefile("rb")
        return True

    def on_auth(self, line):
        given = line.split(" ")[2:]
        if not given:
            self.say("334 ")
            given = [self.file.readline().decode().strip()]
        _, user, password = base64.b64decode(given[0]).decode().split("\0")
        if (user, password) != self.server.login:
            return self.say("535 no")
        self.user = user
        return self.say("235 welcome")

    def on_mail(self, line):
        if self.server.login and not self.user:
            return self.say("530 who are you?")
        self.mail = {"from": line, "to": []}
        return self.say("250 fine")

    def on_rcpt(self, line):
        self.mail["to"].append(line)
        return self.say("250 fine")

    def on_data(self, _):
        self.say("354 go on")
        lines = []
        while (line := self.file.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        self.mail["content"] = b"".join(lines)
        self.server.mails.append(self.mail)
        return self.say("250 queued")

    def on_quit(self, _):
        self.say("221 bye")
        return False


def events_of(receiver):
    """The bodies that were received, by key."""
    return {key: json.loads(got[0][2]) for key, got in receiver.got.items()}
