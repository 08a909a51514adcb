#!/usr/bin/env python3
"""Plants one violation of each rule and sees that the check of that rule finds it: a check that
cannot fail is a defect."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BASE_HEADER = "// base: words.\n#ifndef B\n#define B\n#include <stddef.h>\nsize_t base_f(void);\n#endif\n"


class Tree(unittest.TestCase):
    """A small source tree that all checks accept; each test spoils it in one place."""

    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)
        os.makedirs(os.path.join(self.root, "tools"))
        shutil.copy(os.path.join(ROOT, "tools", "layers.txt"), os.path.join(self.root, "tools"))
        self.write("src/base/base.h", BASE_HEADER)
        self.write("src/base/base.c", '#include "base/base.h"\nsize_t base_f(void)\n{\n    return 1;\n}\n')
        self.write("src/os/os.h", "// os: the door.\n#include \"base/base.h\"\n")
        self.write("src/scan/unpack/unpack.h", "// unpack: layers.\n#include \"base/base.h\"\n")
        self.write("src/match/match.h", "// match: versions.\n#include \"base/base.h\"\n")

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def run_check(self, name, *arguments):
        run = subprocess.run([sys.executable, os.path.join(ROOT, "tools", name), *arguments],
                             check=False, capture_output=True, text=True)
        self.assertEqual(run.stderr, "")
        return run.returncode, run.stdout

    def assert_clean(self, name, *arguments):
        status, output = self.run_check(name, *arguments)
        self.assertEqual(status, 0, output)

    def assert_found(self, text, name, *arguments):
        status, output = self.run_check(name, *arguments)
        self.assertEqual(status, 1, output)
        self.assertIn(text, output)
        self.assertIn(": 1 violations", output)


class CheckLayers(Tree):
    def test_clean_tree(self):
        self.assert_clean("check-layers", self.root)

    def test_lower_includes_higher(self):
        self.write("src/base/a.c", '#include "os/os.h"\n')
        self.assert_found("which is above it", "check-layers", self.root)

    def test_stages_include_each_other(self):
        self.write("src/match/a.c", '#include "scan/unpack/unpack.h"\n')
        self.assert_found("must not include each other", "check-layers", self.root)

    def test_blanks_hide_nothing(self):
        self.write("src/match/a.c", '  #  include "scan/unpack/unpack.h"\n')
        self.assert_found("src/match/a.c:1", "check-layers", self.root)

    def test_private_header_of_another_folder(self):
        self.write("src/base/x_inner.h", "// x: private.\n")
        self.write("src/match/a.c", '#include "base/x_inner.h"\n')
        self.assert_found("is private to base", "check-layers", self.root)

    def test_second_public_header(self):
        self.write("src/base/other.h", "// other: words.\n")
        self.assert_found("neither base/base.h nor", "check-layers", self.root)

    def test_unknown_folder(self):
        self.write("src/misc/a.c", "")
        self.assert_found("'misc' is not in tools/layers.txt", "check-layers", self.root)

    def test_missing_header(self):
        self.write("src/match/a.c", '#include "nowhere.h"\n')
        self.assert_found("is not a path below src", "check-layers", self.root)

    def test_third_party_header_in_two_folders(self):
        self.write("src/os/a.c", "#include <zstd.h>\n")
        self.assert_clean("check-layers", self.root)
        self.write("src/match/a.c", "#include <zstd.h>\n")
        self.assert_found("more than one folder", "check-layers", self.root)

    def test_kernel_outside_os(self):
        self.write("src/os/a.c", "#include <sys/stat.h>\n")
        self.assert_clean("check-layers", self.root)
        self.write("src/match/a.c", "#include <unistd.h>\n")
        self.assert_found("<unistd.h> belongs to os", "check-layers", self.root)

    def test_header_that_needs_another(self):
        self.write("src/match/match.h", "// match: versions.\nsize_t match_f(void);\n")
        self.assert_found("does not compile alone", "check-layers", self.root)


class CheckPure(Tree):
    def library(self, folder, code):
        build = os.path.join(self.root, "build", "src", folder)
        os.makedirs(build, exist_ok=True)
        source, object_file = os.path.join(build, "a.c"), os.path.join(build, "a.o")
        with open(source, "w", encoding="utf-8") as file:
            file.write(code)
        compiler = os.environ.get("CC", "cc").split()
        subprocess.run([*compiler, "-O1", "-fPIE", "-w", "-fno-builtin", "-c", source, "-o", object_file],
                       check=True)
        subprocess.run(["ar", "rcs", os.path.join(build, "liba.a"), object_file], check=True)

    def setUp(self):
        super().setUp()
        self.build = os.path.join(self.root, "build")
        self.library("base", "void *malloc(unsigned long); void *base_f(void){return malloc(1);}")
        self.library("os", "int os_read(void){return 0;}")
        self.library("match", "void *base_f(void); void *memcpy(void*, const void*, unsigned long);"
                              "static const char *const names[] = {\"a\", \"b\"};"
                              "const char *match_f(int i){memcpy(base_f(), names[i], 1); return names[i];}")

    def test_clean_tree(self):
        self.assert_clean("check-pure", self.build, self.root)

    def test_input_output(self):
        self.library("report", "int open(const char *, int); int report_f(void){return open(\"a\", 0);}")
        self.assert_found("calls open", "check-pure", self.build, self.root)

    def test_malloc(self):
        self.library("report", "void *malloc(unsigned long); void *report_f(void){return malloc(1);}")
        self.assert_found("calls malloc", "check-pure", self.build, self.root)

    def test_own_folder_that_is_not_pure(self):
        self.library("report", "int os_read(void); int report_f(void){return os_read();}")
        self.assert_found("calls os_read", "check-pure", self.build, self.root)

    def test_foreign_library_of_another_folder(self):
        self.library("format/tar", "void json_loadb(void); void tar_f(void){json_loadb();}")
        self.assert_found("calls json_loadb", "check-pure", self.build, self.root)

    def test_state(self):
        for code in ("int count = 1;", "int count;", "static int n; int f(void){return n++;}",
                     "_Thread_local int n;", "const char *name = \"a\";"):
            self.library("report", code)
            self.assert_found("is state", "check-pure", self.build, self.root)

    def test_nothing_to_check_is_no_success(self):
        status, _ = self.run_check("check-pure", os.path.join(self.root, "src"), self.root)
        self.assertEqual(status, 1)


class CheckStyle(Tree):
    def test_clean_tree(self):
        self.write("src/match/a.c", '// strcpy(a, b) in a comment\nconst char *s = "system(1)";\n'
                                    "void f(struct x *x)\n{\n    x->system(1);\n    my_strcpy(1);\n}\n")
        self.assert_clean("check-style", self.root)

    def test_banned_functions(self):
        for call in ("strcpy(a, b)", "strncpy (a, b, 1)", "sprintf(a, b)", "strtok(a, b)", "atoi(a)",
                     "strtol(a, b, 1)", "strtoull(a, b, 1)", "alloca(1)", "gmtime(t)", "localtime_r(t, u)",
                     "rand()", "system(a)", "popen(a, b)", "strcat(a, b)", "sscanf(a, b)"):
            self.write("src/match/a.c", f"void f(void)\n{{\n    {call};\n}}\n")
            self.assert_found("is banned", "check-style", self.root)

    def test_environment(self):
        code = 'void f(void)\n{\n    getenv("HOME");\n}\n'
        self.write("src/app/a.c", code)
        self.assert_clean("check-style", self.root)
        self.write("src/match/a.c", code)
        self.assert_found("the environment is for app alone", "check-style", self.root)

    def test_length_of_a_function(self):
        self.write("src/match/a.c", "void f(void)\n{\n" + "    g();\n" * 70 + "}\n")
        self.assert_clean("check-style", self.root)
        self.write("src/match/a.c", "void f(void)\n{\n" + "    g();\n" * 71 + "}\n")
        self.assert_found("a function of 71 lines", "check-style", self.root)

    def test_length_of_a_file(self):
        self.write("src/match/a.c", "\n" * 600)
        self.assert_clean("check-style", self.root)
        self.write("src/match/a.c", "\n" * 601)
        self.assert_found("601 lines, at most 600", "check-style", self.root)

    def test_unfinished_work(self):
        self.write("src/match/a.c", "// TO" + "DO: the rest\n")
        self.assert_found("belongs into an issue", "check-style", self.root)

    def test_header_without_a_purpose(self):
        self.write("src/match/match.h", "#include <stddef.h>\n")
        self.assert_found("says what it is for", "check-style", self.root)

    def register(self, *names):
        targets = ", ".join(f"{{'name': '{name}', 'deps': [tar]}}" for name in names)
        self.write("test/unit/format/tar/meson.build", f"fuzz_targets += [{targets}]\n")

    def test_parser_without_a_fuzz_target(self):
        self.write("src/format/tar/read.c", "")
        self.assert_found("registers no fuzz target", "check-style", self.root)
        self.register("tar")
        self.assert_clean("check-style", self.root)

    def test_fuzz_target_without_seeds(self):
        self.register("tar")
        self.write("test/fuzz/fuzz_tar.c", "")
        self.assert_found("no seeds in test/corpus/tar", "check-style", self.root)
        self.write("test/corpus/tar/seed", "x")
        self.assert_clean("check-style", self.root)

    def test_fuzz_target_that_nobody_registers(self):
        self.register("tar_header")
        self.write("test/corpus/tar/seed", "x")
        self.write("test/fuzz/fuzz_tar.c", "")
        self.assert_found("not registered", "check-style", self.root)


if __name__ == "__main__":
    unittest.main()
