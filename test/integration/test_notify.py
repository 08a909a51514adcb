"""Messages to owners: every channel for real, on loopback, with peers that misbehave and
notifiers that are killed.

usage: test_notify.py DRIVER sqlite|postgresql
"""

import email
import email.policy
import json
import os
import random
import stat
import subprocess
import sys
import time

from harness import Checks, free_port, make_certificate, skip
from notify_servers import MailServer, Receiver, events_of, signature_is_right

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LOOPBACK = "allow=127.0.0.0/8"
KILLS = int(os.environ.get("PLIMSOLL_TEST_KILLS", "40"))


class Notify(Checks):
    def __init__(self, driver, kind):
        super().__init__(f"integration/notify-{kind}")
        self.driver = os.path.abspath(driver)
        self.kind = kind
        self.stores = 0
        self.url = None

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def call(self, *arguments, fine=True):
        done = subprocess.run([self.driver, self.url, *map(str, arguments)], capture_output=True,
                              timeout=100, check=False)
        if fine and done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stderr.decode()}")
        return done

    def fresh(self):
        """A new store."""
        self.stores += 1
        if self.kind == "sqlite":
            self.url = f"sqlite:{self.path(f'store-{self.stores}.db')}"
        else:
            server = os.environ["PLIMSOLL_TEST_POSTGRESQL"]
            name = f"notify_{self.stores}"
            psql = os.path.join(os.path.dirname(os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"]),
                                "bin", "psql")
            subprocess.run([psql, "-q", server, "-c", f"CREATE DATABASE {name}"], check=True)
            self.url = server.replace("/postgres?", f"/{name}?")
        self.call("setup")

    def add(self, channel, address, secret="", digest=0, count=1, prefix="key"):
        self.call("add", channel, address, secret, digest, count, prefix)

    def run(self, *options, hurry=600):
        begin = time.monotonic()
        self.call("run", f"hurry={hurry}", *options)
        return time.monotonic() - begin

    def state(self):
        return {item["key"]: item for item in json.loads(self.call("list").stdout)}

    def only(self):
        (item,) = self.state().values()
        return item


def url_of(receiver, path="/in"):
    return f"http://127.0.0.1:{receiver.port}{path}"


# ---------------------------------------------------------------- what arrives


def test_webhook(test, certificate):
    test.fresh()
    receiver = Receiver(certificate=certificate)
    test.add("webhook", f"https://localhost:{receiver.port}/in", SECRET, count=3)
    test.run(LOOPBACK, f"ca={certificate[0]}", hurry=0)
    test.check(sorted(receiver.got) == ["key-0", "key-1", "key-2"], "each message arrives",
               receiver.got.keys())
    for got in receiver.got.values():
        _, headers, body = got[0]
        test.check(signature_is_right(SECRET, headers, body) and len(got) == 1,
                   "it is signed, and comes once")
        test.check(headers["Content-Type"].startswith("application/cloudevents+json"), "its type")
    test.check(not signature_is_right("whsec_bm90dGhpc3NlY3JldA==", headers, body),
               "another secret's signature is another")
    event = events_of(receiver)["key-1"]
    test.check(event["id"] == "key-1" and event["data"]["learned"][0]["id"] == "CVE-2024-3094",
               "it is the event")
    test.check({item["state"] for item in test.state().values()} == {"sent"}, "all are sent")


def test_chat(test):
    test.fresh()
    receiver = Receiver()
    test.add("slack", url_of(receiver, "/slack"), prefix="slack")
    test.add("teams", url_of(receiver, "/teams"), prefix="teams")
    test.run(LOOPBACK)
    events = events_of(receiver)
    test.check("blocks" in events["slack-0"] and "attachments" in events["teams-0"],
               "Slack and Teams get their own forms")


def test_digest(test):
    test.fresh()
    receiver = Receiver()
    test.add("webhook", url_of(receiver), SECRET, digest=3600, count=50)
    test.run(LOOPBACK)
    test.check(len(receiver.got) == 1, "an hour's messages become one", receiver.got.keys())
    (event,) = events_of(receiver).values()
    test.check(len(event["data"]["learned"]) == 3, "what they share is said once")


def test_file(test):
    test.fresh()
    os.makedirs(test.path("files"))
    test.add("file", "out.jsonl", count=5)
    with open(test.path("files", "out.jsonl"), "w") as file:
        file.write("cut by a crash")
    test.run(f"files={test.path('files')}")
    with open(test.path("files", "out.jsonl")) as file:
        lines = file.read().split("\n")
    test.check([json.loads(line)["id"] for line in lines[1:6]] == [f"key-{i}" for i in range(5)]
               and lines[6:] == [""], "a file gets whole lines", lines)
    test.add("file", "link", prefix="link")
    os.symlink("/etc/passwd", test.path("files", "link"))
    test.run(f"files={test.path('files')}")
    test.check(test.state()["link-0"]["state"] == "dead", "no link is followed")


def test_command(test):
    test.fresh()
    script = test.path("page")
    with open(script, "w") as file:
        file.write(f"#!/bin/sh\ncat >{test.path('paged')}; [ -e {test.path('ready')} ]\n")
    os.chmod(script, stat.S_IRWXU)
    test.add("command", "page")
    test.run(f"command={script}")
    test.check(test.only()["state"] == "dead" and "status 1" in test.only()["error"],
               "a command that fails is tried until it is given up", test.only())
    open(test.path("ready"), "w").close()
    test.call("resend")
    test.run(f"command={script}")
    with open(test.path("paged")) as file:
        test.check(json.load(file)["id"] == "key-0" and test.only()["state"] == "sent",
                   "what is dead can be sent again")
    test.fresh()
    with open(script, "w") as file:
        file.write("#!/bin/sh\nexec sleep 100\n")
    test.add("command", "page", count=1)
    took = test.run(f"command={script}", "seconds=1", hurry=100000)
    test.check(test.only()["state"] == "dead" and took < 60, "one that hangs is ended", took)
    test.fresh()
    test.add("command", "other")
    test.run(f"command={script}")
    test.check(test.only()["error"] == "the service has no command of that name",
               "only the configuration names commands", test.only())


# ---------------------------------------------------------------- mail


def mail_of(server):
    return email.message_from_bytes(server.mails[0]["content"], policy=email.policy.default)


def test_mail(test, certificate):
    for implicit in (False, True):
        test.fresh()
        server = MailServer(certificate, implicit, login=("user", "pass word"))
        test.add("mail", "owner+x@example.org")
        test.run(f"mail-port={server.port}", f"mail-security={'tls' if implicit else 'starttls'}",
                 f"ca={certificate[0]}", "mail-user=user", "mail-password=pass word")
        what = "TLS" if implicit else "STARTTLS"
        test.check(len(server.mails) == 1, f"mail goes over {what}", test.only(), server.commands)
        test.check(all(secure or line.split(" ")[0] in ("EHLO", "STARTTLS")
                       for secure, line in server.commands), "nothing is said in clear")
        mail = mail_of(server)
        test.check(server.mails[0]["to"] == ["RCPT TO:<owner+x@example.org>"]
                   and mail["Message-ID"] == "<key-0@example.org>"
                   and "CVE-2024-3094 in xz-utils" in mail["Subject"], "its head", mail.items())
        test.check("xz-utils" in mail.get_body(("plain",)).get_content()
                   and "<h3>" in mail.get_body(("html",)).get_content(), "both of its bodies")


def test_mail_refusals(test, certificate):
    cases = [
        ("no TLS", MailServer(), "starttls", "does not offer TLS", 15),
        ("a stranger's certificate", MailServer(certificate), "starttls", "TLS", 15),
        ("no such user", MailServer(certificate, answers={"RCPT": "550 no such user"}),
         "ours", "refuses the mail", 3),
        ("come back later", MailServer(certificate, answers={"RCPT": "450 later"}), "ours", "450",
         15),
        ("a wrong password", MailServer(certificate, login=("user", "other")), "ours",
         "does not accept", 15),
    ]
    for what, server, security, why, attempts in cases:
        test.fresh()
        test.add("mail", "owner@example.org")
        ca = [f"ca={certificate[0]}"] if security == "ours" else []
        login = ["mail-user=user", "mail-password=secret-word"] if server.login else []
        test.run(f"mail-port={server.port}", "mail-security=starttls", *ca, *login)
        item = test.only()
        test.check(item["state"] == "dead" and why in item["error"] and not server.mails
                   and item["attempts"] == attempts and "secret-word" not in item["error"],
                   f"mail: {what}", item)
    test.fresh()
    server = MailServer()
    test.add("mail", "owner@example.org")
    test.run(f"mail-port={server.port}", "mail-security=plain")
    test.check(len(server.mails) == 1, "mail: on this machine it may go in clear", test.only())


# ---------------------------------------------------------------- peers that misbehave


def flaky(handler, number, _):
    """Two of three fail, each in another way."""
    way = number % 6
    if way == 0:
        handler.answer(500, b"<html>\x1b[31mtrouble</html>")
    elif way == 1:
        handler.close_connection = True
        handler.connection.close()
    elif way == 2:
        handler.answer(503, Retry_After="120")
    elif way == 3:
        handler.wfile.write(b"HTTP/1.1 2")
        handler.close_connection = True
    return way < 4


def test_flaky(test):
    test.fresh()
    receiver = Receiver(flaky)
    test.add("webhook", url_of(receiver), SECRET, count=60)
    test.run(LOOPBACK, hurry=60)
    test.check(set(receiver.got) == {f"key-{i}" for i in range(60)},
               "whatever fails, each message arrives", len(receiver.got))
    test.check({item["state"] for item in test.state().values()} == {"sent"}, "and is over")


def test_answers(test):
    big = b"x" * (64 << 20)

    def answer_hugely(handler, *_):
        try:
            handler.answer(200, big)
        except OSError:
            pass
        return True

    def hang_behind_headers(handler, *_):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        time.sleep(3)
        return True

    def hang(*_):
        time.sleep(3)
        return True

    cases = [
        ("a huge body", answer_hugely, "sent", 1, ""),
        ("headers, then nothing", hang_behind_headers, "sent", 1, ""),
        ("nothing", hang, "dead", 15, "no answer in time"),
        ("404", lambda handler, *_: handler.answer(404, b"no \x1b[2Jsuch page") or True, "dead", 3,
         r"status 404: no \x1b[2Jsuch page"),
        ("410", lambda handler, *_: handler.answer(410) or True, "dead", 3, "status 410"),
        ("a redirect", lambda handler, *_: handler.answer(
            307, Location=f"http://127.0.0.1:{handler.server.port}/other") or True, "dead", 3,
         "redirects are not followed"),
        ("500 for ever", lambda handler, *_: handler.answer(500) or True, "dead", 15, "status 500"),
        ("no HTTP", lambda handler, *_: handler.wfile.write(b"\0" * 1000) or True, "dead", 15, ""),
    ]
    for what, misbehave, state, attempts, error in cases:
        test.fresh()
        receiver = Receiver(misbehave)
        test.add("webhook", url_of(receiver), SECRET)
        test.run(LOOPBACK, "seconds=1", hurry=20000)
        item = test.only()
        test.check((item["state"], item["attempts"]) == (state, attempts)
                   and error in item["error"], f"answer: {what}", item)
        test.check(receiver.requests == attempts, f"answer: {what}: asked {attempts} times",
                   receiver.requests)


def test_circuit(test):
    """A host that is down keeps nobody else waiting."""
    test.fresh()
    def hang(*_):
        time.sleep(2)
        return True
    down = Receiver(hang)
    up = Receiver()
    test.add("webhook", url_of(down), SECRET, count=40, prefix="down")
    test.add("webhook", url_of(up), SECRET, count=40, prefix="up")
    process = subprocess.Popen([test.driver, test.url, "run", LOOPBACK, "seconds=1"])
    deadline = time.monotonic() + 30
    while len(up.got) < 40 and time.monotonic() < deadline:
        time.sleep(0.1)
    process.kill()
    process.wait()
    test.check(len(up.got) == 40 and down.requests <= 4, "a host that hangs is left alone",
               len(up.got), down.requests)


# ---------------------------------------------------------------- where messages may not go


def test_addresses(test):
    receiver = Receiver()
    port = receiver.port
    denied = [f"http://127.0.0.1:{port}/", f"http://localhost:{port}/",
              f"http://[::1]:{port}/", f"http://[::ffff:127.0.0.1]:{port}/",
              f"http://0.0.0.0:{port}/", f"http://127.1:{port}/", f"http://2130706433:{port}/",
              f"http://0x7f000001:{port}/", f"http://0177.0.0.1:{port}/",
              "http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/",
              "https://[fe80::1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
              "https://100.100.100.200/", "https://168.63.129.16/"]
    for url in denied:
        test.fresh()
        test.add("webhook", url, SECRET)
        test.run("seconds=2", hurry=20000)
        item = test.only()
        test.check(item["state"] == "dead" and "may not go" in item["error"]
                   and item["attempts"] == 3, f"denied: {url}", item)
    test.check(receiver.requests == 0, "nothing came")
    for url, allowed in [(f"http://127.0.0.1:{port}/", "127.0.0.1"),
                         (f"http://localhost:{port}/", "localhost"),
                         (f"http://localhost:{port}/", "local*"),
                         (f"http://LOCALHOST:{port}/", "localhost")]:
        test.fresh()
        test.add("webhook", url, SECRET)
        test.run(f"allow={allowed}")
        test.check(test.only()["state"] == "sent", f"allowed: {url} by {allowed}", test.only())
    test.fresh()
    test.add("webhook", f"http://localhost:{port}/", SECRET)
    test.run("allow=10.0.0.0/8", "allow=example.org", hurry=20000)
    test.check(test.only()["state"] == "dead", "an allowance is for nobody else")


def test_proxy(test):
    """A proxy is asked only if there is one, and gets no private address to ask for."""
    proxy = Receiver()
    for url, denied in [("http://127.0.0.1:1/", True), ("https://10.0.0.1/", True),
                        ("http://hooks.example.invalid/", True),
                        ("https://[::ffff:10.0.0.1]/", True)]:
        test.fresh()
        test.add("webhook", url, SECRET)
        test.run(f"proxy=http://127.0.0.1:{proxy.port}", hurry=20000)
        test.check(("may not go" in test.only()["error"]) == denied, f"proxy: {url}", test.only())
    test.check(proxy.requests == 0, "the proxy was not asked")
    test.fresh()
    test.add("webhook", "http://hooks.example.invalid/", SECRET)
    test.run(f"proxy=http://127.0.0.1:{proxy.port}", "allow=hooks.example.invalid", hurry=20000)
    test.check(test.only()["state"] == "sent", "what is listed goes through it", test.only())
    test.fresh()
    test.add("webhook", "https://hooks.example.invalid/", SECRET)
    test.run(f"proxy=http://127.0.0.1:{proxy.port}", hurry=20000)
    test.check(test.only()["state"] == "dead" and proxy.requests == 16,
               "what a proxy says is not what the server says", test.only(), proxy.requests)


# ---------------------------------------------------------------- death


def test_kills(test):
    """Two notifiers that are killed at random moments: nothing is lost, and what comes twice has
    the key that it had."""
    count = 600
    receiver = Receiver(lambda *_: time.sleep(0.004))
    test.fresh()
    test.add("webhook", url_of(receiver), SECRET, count=count)
    test.add("webhook", url_of(receiver), SECRET, digest=60, count=20, prefix="part")
    base = int(time.time())
    command = [test.driver, test.url, "run", LOOPBACK, "seconds=5", f"base={base}", "speed=60"]
    running = [subprocess.Popen(command) for _ in range(2)]
    for kill in range(KILLS):
        time.sleep(random.uniform(0.005, 0.1))
        victim = kill % 2
        running[victim].kill()
        running[victim].wait()
        running[victim] = subprocess.Popen(command)
    for process in running:
        test.check(process.wait(120) == 0, "the survivors end")
    states = test.state()
    test.check({item["state"] for item in states.values()} == {"sent", "joined"},
               "after kills: everything is over", [item for item in states.values()
                                                   if item["state"] not in ("sent", "joined")])
    sent = {key for key, item in states.items() if item["state"] == "sent"}
    test.check(set(receiver.got) == sent and len(sent) > count,
               "after kills: each message has arrived", sent ^ set(receiver.got))
    twice = sum(len(got) > 1 for got in receiver.got.values())
    same = all(len({body for _, _, body in got}) == 1 for got in receiver.got.values())
    test.check(same, "what comes twice is the same")
    print(f"     {KILLS} kills, {len(sent)} messages, {twice} came twice", flush=True)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    test = Notify(sys.argv[1], sys.argv[2])
    if test.kind == "postgresql" and "PLIMSOLL_TEST_POSTGRESQL" not in os.environ:
        skip(test.name, "there is no PostgreSQL")
    certificate = make_certificate(test.directory)
    test_webhook(test, certificate)
    test_digest(test)
    test_kills(test)
    if test.kind == "sqlite":  # the store makes no difference to these
        test_chat(test)
        test_file(test)
        test_command(test)
        test_mail(test, certificate)
        test_mail_refusals(test, certificate)
        test_flaky(test)
        test_answers(test)
        test_circuit(test)
        test_addresses(test)
        test_proxy(test)
    test.finish()


if __name__ == "__main__":
    main()
