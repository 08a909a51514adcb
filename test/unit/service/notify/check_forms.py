"""Holds what channels are sent against the limits that they document, and the events against
their schema.

usage: check_forms.py SCHEMA GOLDENS PROGRAM      (PROGRAM writes the flood, as test_golden does)
"""

import copy
import email
import email.policy
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("SKIP: unit/service/notify/forms: python3-jsonschema is absent")
    sys.exit(77)

# Block Kit reference: blocks in a message, characters in a section and in a header.
SLACK_BLOCKS, SLACK_SECTION, SLACK_HEADER = 50, 3000, 150
TEAMS_BYTES = 28 * 1024  # of a message to a webhook
SECRETS = ("hunter2", "npm_abc", "bob:")

# What each of these does to a good event must be refused.
BREAKAGES = {
    "another type": lambda event: event.update(type="x"),
    "no id": lambda event: event.pop("id"),
    "an id with a line break": lambda event: event.update(id="a\nb"),
    "a local time": lambda event: event.update(time="2026-11-22T12:00:00+01:00"),
    "an unknown member": lambda event: event["data"].update(more_of_it=1),
    "a kind of nobody": lambda event: event["data"]["learned"][0].update(kind="old"),
    "a control character": lambda event: event["data"]["learned"][0].update(why="\x1b[2J"),
    "a change from nothing": lambda event: event["data"]["learned"][1].pop("severity_before"),
    "an image without layer": lambda event: event["data"]["learned"][0]["held_by"][0].pop("layer"),
}


class Forms:
    def __init__(self):
        self.failures = 0

    def check(self, fine, what):
        if not fine:
            print("FAIL", what)
            self.failures += 1

    def event(self, name, event, validator):
        for error in validator.iter_errors(event):
            self.check(False, f"{name}: {error.message}")

    def breakages(self, event, validator):
        for what, breakage in BREAKAGES.items():
            broken = copy.deepcopy(event)
            breakage(broken)
            self.check(not validator.is_valid(broken), f"the schema allows {what}")

    def slack(self, name, message):
        blocks = message["blocks"]
        self.check(0 < len(blocks) <= SLACK_BLOCKS, f"{name}: {len(blocks)} blocks")
        for block in blocks:
            most = SLACK_HEADER if block["type"] == "header" else SLACK_SECTION
            self.check(0 < len(block["text"]["text"]) <= most, f"{name}: a block's length")
            self.check(block["type"] in ("header", "section"), f"{name}: {block['type']}")
            # Nobody is called, and nothing but our own links is one.
            self.check("<!" not in block["text"]["text"] and "<@" not in block["text"]["text"],
                       f"{name}: a mention")

    def teams(self, name, body):
        message = json.loads(body)
        self.check(len(body) <= TEAMS_BYTES, f"{name}: {len(body)} bytes")
        (attachment,) = message["attachments"]
        self.check(attachment["contentType"] == "application/vnd.microsoft.card.adaptive",
                   f"{name}: its type")
        for item in attachment["content"]["body"]:
            self.check(item["type"] in ("TextBlock", "RichTextBlock"), f"{name}: {item['type']}")
            for run in item.get("inlines", []):
                self.check(run["type"] == "TextRun" and run["text"], f"{name}: an empty run")
                url = run.get("selectAction", {}).get("url", "https://")
                self.check(url.startswith("https://"), f"{name}: a link to {url}")

    def mail(self, name, body):
        self.check(all(line.endswith(b"\r") and len(line) <= 999
                       for line in body.split(b"\n")[:-1]), f"{name}: its lines")
        mail = email.message_from_bytes(body, policy=email.policy.default)
        self.check(not mail.defects and sorted(mail.keys()) == sorted([
            "From", "To", "Date", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version",
            "Content-Type"]), f"{name}: its headers {mail.keys()} {mail.defects}")
        self.check(mail["To"] == "owner@example.org", f"{name}: to {mail['To']}")
        self.check([part.get_content_type() for part in mail.iter_parts()] == [
            "text/plain", "text/html"], f"{name}: its parts")
        for part in mail.iter_parts():
            self.check(part.get_content().isprintable() or "\n" in part.get_content(),
                       f"{name}: its text")
        self.check("<script" not in mail.get_body(("html",)).get_content(), f"{name}: a script")

    def file(self, path, validator):
        body = path.read_bytes()
        for secret in SECRETS:
            self.check(secret.encode() not in body, f"{path.name}: holds {secret}")
        if path.name.endswith(".event.json"):
            self.event(path.name, json.loads(body), validator)
        elif path.name.endswith(".slack.json"):
            self.slack(path.name, json.loads(body))
        elif path.name.endswith(".teams.json"):
            self.teams(path.name, body)
        else:
            self.mail(path.name, body)


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    forms = Forms()
    goldens = pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.argv[3], directory, "--flood"], check=True)
        files = sorted([*goldens.iterdir(), *pathlib.Path(directory).iterdir()])
        for path in files:
            forms.file(path, validator)
    forms.breakages(json.loads((goldens / "usual.event.json").read_bytes()), validator)
    print(f"{len(files)} messages, {forms.failures} failures")
    sys.exit(1 if forms.failures else 0)


if __name__ == "__main__":
    main()
