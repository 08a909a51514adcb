"""Flags beat the environment beat the configuration file.

usage: test_configuration.py PLIMSOLL
"""
import json
import os
import sys

from program import Program

NAME = "integration/configuration"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def check_precedence(test, here):
    """`db status` names the database that it does not find."""
    def named(*arguments, **variables):
        done = test.run("db", "status", *arguments, cwd=here, **variables)
        test.check(done.status == 1, "an absent database is an error", done)
        return done.messages.split(":")[1].strip()

    own = write(test.path(".config", "plimsoll", "plimsoll.yaml"), "db: /own\n")
    test.check_equal(named(), "/own", "the user's file counts")
    elsewhere = test.path("xdg")
    write(os.path.join(elsewhere, "plimsoll", "plimsoll.yaml"), "db: /xdg\n")
    test.check_equal(named(XDG_CONFIG_HOME=elsewhere), "/xdg", "XDG_CONFIG_HOME says where it is")
    write(os.path.join(here, "plimsoll.yaml"), "db: /here\n")
    test.check_equal(named(), "/here", "the file of the current directory goes first")
    other = write(test.path("other.yaml"), "db: /other\n")
    test.check_equal(named(PLIMSOLL_CONFIG=other), "/other", "PLIMSOLL_CONFIG names another")
    test.check_equal(named("--config", own, PLIMSOLL_CONFIG=other), "/own", "so does --config")
    test.check_equal(named(PLIMSOLL_DB="/variable"), "/variable", "the environment beats the file")
    test.check_equal(named("--db", "/flag", PLIMSOLL_DB="/variable"), "/flag", "flags beat both")


def check_lists(test, here, tree):
    """What can be given more than once replaces what a weaker source says."""
    def written(*arguments, **variables):
        done = test.run("bom", *arguments, f"dir:{tree}", cwd=here, **variables)
        test.check(done.status == 0, "it runs", done)
        found = [name for name in ("a.json", "b.json", "c.json") if os.path.exists(name_of(name))]
        for name in found:
            with open(name_of(name), encoding="utf-8") as file:
                test.check(json.load(file)["complete"], f"{name} is a report")
            os.remove(name_of(name))
        return found

    def name_of(name):
        return os.path.join(here, name)

    write(name_of("plimsoll.yaml"), "output:\n- json=a.json\n- json=b.json\nseverity: [high, low]\n")
    test.check_equal(written(), ["a.json", "b.json"], "a list is each of its words")
    test.check_equal(written(PLIMSOLL_OUTPUT="json=c.json"), ["c.json"], "a variable replaces it")
    test.check_equal(written("-o", "json=c.json"), ["c.json"], "a flag replaces it")


def check_wrong(test, here):
    """Wrong settings are wrong usage, by file and line."""
    cases = {
        "strict: true\nsevereness: high\n": "plimsoll.yaml: line 2: there is no setting 'severeness'",
        "config: x\n": "line 1: there is no setting 'config'",
        "strict: maybe\n": "line 1: strict is true or false",
        "severity: [high,\n  highest]\n": "line 2: severity: 'highest' is not a severity",
        "db: {a: b}\n": "line 1: db takes a word or a list of words",
        "db:\n": "line 1: db takes a word or a list of words",
        "- db\n": "line 1: 'option: value' is wanted",
        "db: a\ndb: b\n": "line 2: 'db' is there already",
        "db: &a b\n": "line 1: an anchor, alias or tag",
        "db: [a\n": "line 2: ",
    }
    for text, words in cases.items():
        write(os.path.join(here, "plimsoll.yaml"), text)
        done = test.run("scan", "dir:/nowhere", cwd=here)
        test.check(done.status == 64 and words in done.messages, f"{text!r} is refused", done)
        done = test.run("scan", "--help", cwd=here)
        test.check(done.status == 0, "--help works nevertheless", done)
    os.remove(os.path.join(here, "plimsoll.yaml"))
    done = test.run("scan", "--config", "absent.yaml", "dir:/nowhere", cwd=here)
    test.check(done.status == 1 and "absent.yaml" in done.messages, "an absent file is an error", done)


def check_owner(test, here):
    """Settings of somebody else count only when they are asked for."""
    if os.geteuid() != 0:
        print(f"SKIP: {NAME}: a file of another user: needs root")
        return
    path = write(os.path.join(here, "plimsoll.yaml"), "db: /here\n")
    os.chown(path, 12345, 12345)
    done = test.run("db", "status", cwd=here)
    test.check(done.status == 1 and "somebody else" in done.messages, "it is refused", done)
    done = test.run("db", "status", "--config", path, cwd=here)
    test.check("/here" in done.messages, "unless it is named", done)


def main():
    test = Program(NAME, sys.argv[1])
    here = test.path("here")
    tree = test.path("tree")
    os.makedirs(here)
    write(os.path.join(tree, "etc", "os-release"), "ID=debian\nVERSION_ID=12\n")
    check_precedence(test, here)
    os.remove(os.path.join(here, "plimsoll.yaml"))
    check_lists(test, here, tree)
    check_wrong(test, here)
    check_owner(test, here)
    test.finish()


if __name__ == "__main__":
    main()
