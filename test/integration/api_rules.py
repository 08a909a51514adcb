"""Rules of projects through the API: what they silence, for whom, and until when."""
import json
import os
import subprocess

from api_service import INJECTIONS

FLAW, OTHER = "CVE-2021-44228", "CVE-2024-0727"
GOOD = {"ids": [FLAW], "packages": ["pkg:maven/org.apache.logging.log4j/log4j-core"],
        "reason": "JNDI is off", "expires": "2999-12-31"}


def ids(findings):
    return sorted(finding["id"] for finding in findings)


def make(service, token, body):
    made = service.ask("/v1/rules", token, "POST", body)
    service.equal(made.status, 201, f"a rule: {made}")
    return made.json()


def remove(service, token, rule):
    service.equal(service.ask(f"/v1/rules/{rule['id']}", token, "DELETE").status, 204, "removed")


def seen(service, token, digest):
    """What counts and what does not, in everything that says so."""
    image = f"/v1/images/{digest}"
    scan = service.ask(f"{image}/scan?suppressed=true", token).json()
    details = service.ask(image, token).json()
    everywhere = {
        "list": (ids(service.items("/v1/findings", token)),
                 ids(service.items("/v1/findings?suppressed=true", token))),
        "list of the image": (ids(service.items(f"/v1/findings?image={digest}", token)),
                              ids(service.items(f"/v1/findings?image={digest}&suppressed=true",
                                                token))),
        "scan": (ids(each for each in scan["findings"] if not each["suppressed"]),
                 ids(each for each in scan["findings"] if each["suppressed"])),
        "counts": (sum(details["findings"].values()), details["suppressed"]),
    }
    shown = service.ask(f"{image}/scan", token).json()
    service.equal(ids(shown["findings"]), everywhere["scan"][0], "what is shown unasked")
    service.equal(sum(each["findings"] for each in shown["suppressors"]),
                  len(everywhere["scan"][1]), "what is counted beside it")
    return everywhere


def check_effect(service, read, write):
    digest = service.items("/v1/images", read)[0]["digest"]
    rule = make(service, write, GOOD)
    service.equal((rule["project"], rule["kind"], rule["state"], rule["ids"], rule["expires"]),
                  ("a", "ignore", "active", [FLAW], "2999-12-31"), "it is what was said")
    got = seen(service, read, digest)
    for name in ("list", "list of the image", "scan"):
        service.equal(got[name], ([OTHER], [FLAW]), name)
    service.equal(got["counts"], (1, 1), "counts")
    silenced = service.items("/v1/findings?suppressed=true", read)[0]
    service.equal((silenced["rule"], silenced["reason"], silenced["expires"]),
                  (rule["id"], "JNDI is off", "2999-12-31"), "why, and until when")
    scan = service.ask(f"/v1/images/{digest}/scan?suppressed=true", read).json()
    why = next(each["suppression"] for each in scan["findings"] if each["id"] == FLAW)
    service.equal((why["kind"], why["source"], why["origin"], why["reason"], why["expires"]),
                  ("ignored", f"rule {rule['id']}", "service", "JNDI is off", "2999-12-31"),
                  "the same in the scan")
    # The other form of a place: of one image alone, and of what lies somewhere in it.
    narrow = make(service, write, {"packages": ["openssl"], "paths": ["/a/*"], "image": "hub/a/*",
                                   "reason": "not used", "expires": "2999-12-31"})
    got = seen(service, read, digest)
    service.equal(got["list"], ([OTHER], [FLAW]), "elsewhere it may count")
    service.equal((got["list of the image"], got["scan"]), (([], sorted([FLAW, OTHER])),) * 2,
                  "in the image it does not")
    service.equal(got["counts"], (0, 2), "nor in its counts")
    for format_ in ("sarif", "csv", "junit", "html", "cyclonedx-vdr", "gitlab"):
        answer = service.ask(f"/v1/images/{digest}/scan?format={format_}&suppressed=true", read)
        service.equal(answer.status, 200, format_)
    other = make(service, write, {"ids": ["CVE-1999-0001"], "reason": "x", "expires": "2999-12-31"})
    service.equal(other["state"], "never_matched", "about nothing")
    changed = service.ask(f"/v1/rules/{narrow['id']}", write, "PUT",
                          {"packages": ["libssl"], "reason": "x", "expires": "2999-12-31"})
    service.equal((changed.status, changed.json()["packages"]), (200, ["libssl"]), f"{changed}")
    service.equal(seen(service, read, digest)["scan"], ([OTHER], [FLAW]), "changed at once")
    for each in (rule, narrow, other):
        remove(service, write, each)
    service.equal(seen(service, read, digest)["list"], (sorted([FLAW, OTHER]), []), "counts again")


def check_access(service, read, write):
    theirs = service.token(["read", "rules"], "b")
    rule = make(service, write, GOOD)
    path = f"/v1/rules/{rule['id']}"
    answer = service.ask("/v1/rules", read)
    service.equal(service.ask("/v1/rules", read, headers={"If-None-Match": answer.headers["ETag"]})
                  .status, 304, "ETag")
    service.equal([each["id"] for each in service.items("/v1/rules", theirs)], [], "not theirs")
    for token, status in ((theirs, 404), (read, 403), (None, 401)):
        service.equal(service.ask(path, token, "PUT", GOOD).status, status, "not theirs to change")
        service.equal(service.ask(path, token, "DELETE").status, status, "nor to remove")
        service.equal(service.ask("/v1/rules", token, "POST", {**GOOD, "project": "a"}).status,
                      status, "nor to make")
    service.equal(service.ask(path, theirs).status, 404, "nor to see")
    service.equal(service.ask(path, write, "PUT", {**GOOD, "project": "b"}).json()["project"], "a",
                  "the project stays")
    everyone = make(service, service.admin, {"ids": [OTHER], "reason": "all", "expires": "2999-12-31"})
    service.equal(everyone["project"], None, "for all projects")
    digest = service.items("/v1/images", read)[0]["digest"]
    service.equal(seen(service, read, digest)["scan"], ([], sorted([FLAW, OTHER])), "both count")
    every = service.token(["read", "rules"])
    service.equal(ids(service.items("/v1/findings?suppressed=true", every)), [OTHER],
                  "who sees all projects sees what counts for one of them")
    service.equal(seen(service, every, digest)["scan"], ([], sorted([FLAW, OTHER])),
                  "an image of one project is seen as that sees it")
    for token, status in ((write, 403), (every, 403)):
        service.equal(service.ask(f"/v1/rules/{everyone['id']}", token, "DELETE").status, status,
                      "an admin's rule")
    service.equal(service.ask("/v1/rules", every, "POST", GOOD).status, 403, "a rule for all")
    named = make(service, every, {**GOOD, "project": "b"})
    service.equal(named["project"], "b", "for the project that is named")
    pages = service.ask("/v1/rules?limit=1", every).json()
    service.equal((len(pages["items"]), pages["next"] is not None), (1, True), "pages")
    service.equal(len(service.items("/v1/rules?project=b", every)), 1, "by project")
    actions = [(each["action"], each["object"]) for each in
               service.items("/v1/audit?limit=500", service.admin)]
    service.equal(("rule.create", f"rule {rule['id']}") in actions, True, "audited")
    details = [each["detail"] for each in
               service.items("/v1/audit?action=rule.create&limit=500", service.admin)]
    service.equal(f"id {FLAW} package {GOOD['packages'][0]} until 2999-12-31: JNDI is off" in details,
                  True, f"what, until when, why: {details[:2]}")
    remove(service, write, rule)
    remove(service, every, named)
    remove(service, service.admin, everyone)


def check_texts(service, read, write):
    for bad in ({"reason": ""}, {"reason": 1}, {"reason": "a\nb"}, {"reason": "x" * 1001},
                {"expires": "2020-01-01"}, {"expires": "soon"}, {"expires": "2999-12-31T00:00:00Z"},
                {"expires": 1}, {"ids": "x"}, {"ids": [1]}, {"ids": [""]}, {"ids": ["x"] * 101},
                {"ids": [], "packages": []}, {"packages": ["pkg:"]}, {"paths": ["a\u0000"]},
                {"image": ["x"]}, {"kind": "detect"}, {"other": 1}):
        answer = service.ask("/v1/rules", write, "POST", {**GOOD, **bad})
        service.equal(answer.status, 400, f"{bad}: {answer}")
    for missing in ("reason", "expires"):
        body = {key: value for key, value in GOOD.items() if key != missing}
        service.equal(service.ask("/v1/rules", write, "POST", body).status, 400, missing)
    made = [make(service, write, {"ids": [text], "packages": [text], "paths": [text], "image": text,
                                  "reason": text, "expires": "2999-12-31"}) for text in INJECTIONS]
    service.equal([(each["ids"], each["image"], each["reason"]) for each in made],
                  [([text], text, text) for text in INJECTIONS], "texts are texts")
    service.equal(ids(service.items("/v1/findings", read)), sorted([FLAW, OTHER]), "nothing silenced")
    digest = service.items("/v1/images", read)[0]["digest"]
    service.equal(seen(service, read, digest)["counts"], (2, 0), "nor in the image")
    for each in made:
        remove(service, write, each)


def check_rules(service):
    read = service.token(["read"], "a")
    write = service.token(["rules"], "a")
    check_effect(service, read, write)
    check_access(service, read, write)
    check_texts(service, read, write)
    service.equal(service.items("/v1/rules", service.token(["read"])), [], "none is left")


def check_remote_rules(service, plimsoll):
    """plimsoll scan --server: the rules of the token's project count beside the laptop's own."""
    write = service.token(["rules"], "a")
    rule = make(service, write, GOOD)
    document = os.path.join(service.directory, "rules.json")
    with open(document, "w", encoding="utf-8") as file:
        json.dump({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
            {"type": "library", "name": name, "version": "2.14.1",
             "purl": f"pkg:maven/org.apache.logging.log4j/{name}@2.14.1"}
            for name in ("log4j-core", "log4j-api")]}, file)

    def scan(project, *arguments):
        token = os.path.join(service.directory, "token-" + project)
        with open(token, "w", encoding="utf-8") as file:
            file.write(service.token(["scan"], project))
        done = subprocess.run([plimsoll, "scan", f"sbom:{document}", "-q", "-o", "json", "--server",
                               f"http://127.0.0.1:{service.port}", "--token-file", token,
                               "--fail-on", "high", *arguments],
                              capture_output=True, text=True, env={"HOME": service.directory})
        return done.returncode, json.loads(done.stdout)

    status, result = scan("a")
    service.equal((status, result["findings"]), (0, []), "silenced by the project's rule")
    service.equal([(each["source"], each["findings"]) for each in result["suppressors"]],
                  [(f"rule {rule['id']}", 1)], "which is told")
    status, result = scan("a", "--show-suppressed")
    service.equal([(each["id"], each["suppressed"]) for each in result["findings"]],
                  [(FLAW, f"rule {rule['id']}: JNDI is off (until 2999-12-31)")], "and shown")
    status, result = scan("b")
    service.equal((status, ids(result["findings"])), (2, [FLAW]), "not in another project")
    ignore = os.path.join(service.directory, "own.ignore")
    with open(ignore, "w", encoding="utf-8") as file:
        file.write(f"- id: {FLAW}\n  reason: mine\n  expires: 2999-12-31\n")
    status, result = scan("b", "--ignore", ignore)
    service.equal((status, result["suppressors"][0]["format"]), (0, "plimsollignore"), "one's own")
    remove(service, write, rule)
