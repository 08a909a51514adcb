#!/usr/bin/env python3
"""The sweep finds what it is for: run on a program that takes failures in known manners.

usage: test_sweep.py FAULT-SWEEP LIBRARY SAMPLE
"""
import subprocess
import sys
import unittest

SWEEP, LIBRARY, SAMPLE = sys.argv[1:4]


class Sweep(unittest.TestCase):
    def sweep(self, manner, *options):
        run = subprocess.run([sys.executable, SWEEP, "--library", LIBRARY, *options, "--",
                              SAMPLE, manner, SWEEP], check=False, capture_output=True, text=True)
        self.assertEqual(run.stderr, "")
        return run.returncode, run.stdout

    def test_clean_errors_pass(self):
        status, output = self.sweep("well")
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"memory: [1-9]\d* calls, .* [1-9]\d* clean errors, .* 0 bad")
        self.assertRegex(output, r"system: [1-9]\d* calls, .* [1-9]\d* clean errors, .* 0 bad")

    def test_bad_manners_are_found(self):
        for manner, said in (("crash", "killed by signal 6"), ("half", "another answer"),
                             ("silent", "without a message"), ("odd", "with status 9")):
            for kind in ("memory", "system"):
                status, output = self.sweep(manner, "--kind", kind)
                self.assertEqual(status, 1, output)
                self.assertIn(said, output)

    def test_the_number_of_runs_is_bounded(self):
        status, output = self.sweep("well", "--kind", "system", "--most", "1")
        self.assertEqual(status, 0, output)
        self.assertIn("1 made to fail", output)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
