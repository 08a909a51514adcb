"""The manual page and the completions name every command and option, and shells take them.

usage: test_manual.py PLIMSOLL
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLIMSOLL = os.path.abspath(sys.argv.pop())


def made(*kind):
    tool = os.path.join(ROOT, "tools", "make-manual")
    return subprocess.run([sys.executable, tool, PLIMSOLL, *kind], check=True,
                          capture_output=True, text=True).stdout


def asked(*arguments):
    return subprocess.run([PLIMSOLL, *arguments], check=True, capture_output=True,
                          text=True).stdout


COMMANDS = re.findall(r"^  ([a-z]+)  ", asked("--help").split("\n\n")[2], re.MULTILINE)
OPTIONS = sorted({flag for command in COMMANDS
                  for flag in re.findall(r"^ +(?:-\w, )?--([a-z-]+)", asked(command, "--help"),
                                         re.MULTILINE)})


class Manual(unittest.TestCase):
    def names_all(self, text, pattern):
        self.assertIn("scan", COMMANDS)
        self.assertIn("fail-on", OPTIONS)
        for name in COMMANDS:
            self.assertIn(name, text)
        for name in OPTIONS:
            self.assertRegex(text, pattern % re.escape(name))

    def takes(self, shell, *arguments, text):
        if not shutil.which(shell):
            self.skipTest(f"{shell} is absent")
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(text)
            file.flush()
            run = subprocess.run([shell, *arguments, file.name], check=False,
                                 capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_page(self):
        page = made("man", os.path.join(ROOT, "doc", "man", "plimsoll.1.in"))
        self.names_all(page.replace("\\-", "-"), r"Fl -%s\b")
        self.assertNotRegex(page, "@[A-Z]+@")
        self.takes("groff", "-mdoc", "-Tutf8", "-ww", "-z", text=page)

    def test_bash(self):
        text = made("bash")
        self.names_all(text, r"--%s\b")
        self.takes("bash", "-n", text=text)

    def test_bash_answers(self):
        if not shutil.which("bash"):
            self.skipTest("bash is absent")
        cases = [("sc", "scan"), ("scan --fail-", "--fail-on"), ("scan --fail-on crit", "critical"),
                 ("db st", "status"), ("bom -o ta", "table"), ("scan --only-fixed ho", "host")]
        for line, wanted in cases:
            words = ["plimsoll", *line.split(" ")]
            script = (made("bash") + f"\nCOMP_WORDS=({' '.join(words)}); "
                      f"COMP_CWORD={len(words) - 1}; _plimsoll; echo ${{COMPREPLY[@]}}\n")
            answer = subprocess.run(["bash", "-c", script], check=True, capture_output=True,
                                    text=True).stdout
            self.assertEqual(answer.split(), [wanted], line)

    def test_zsh(self):
        text = made("zsh")
        self.names_all(text, r"--%s\[")
        self.takes("zsh", "-n", text=text)

    def test_fish(self):
        text = made("fish")
        self.names_all(text, r"-l %s ")
        self.takes("fish", "-n", text=text)


if __name__ == "__main__":
    unittest.main()
