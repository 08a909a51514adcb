"""Tars made by GNU tar in every format, and random ones made by Python, against libarchive.

usage: test_oracle_made.py TAR_ORACLE DEVIATIONS
"""
import io
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile

SKIPPED = 77
RANDOM_TARS = 60
TYPES = [tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE,
         tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.CONTTYPE]
FORMATS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def make_sparse(path, size, runs):
    with open(path, "wb") as file:
        file.truncate(size)
        for offset, data in runs:
            file.seek(offset)
            file.write(data)


def make_tree(tree):
    os.makedirs(f"{tree}/deep/" + "d" * 90 + "/" + "e" * 90)
    write(f"{tree}/empty", b"")
    for size in (1, 511, 512, 513, 100000):
        write(f"{tree}/deep/size{size}", os.urandom(size))
    write(f"{tree}/deep/" + "d" * 90 + "/" + "e" * 90 + "/" + "f" * 90, b"long name")
    write(f"{tree}/name with space and \xe4\xf6", b"x")
    os.symlink("deep/size1", f"{tree}/soft")
    os.symlink("../" * 50 + "target", f"{tree}/soft-long")
    os.link(f"{tree}/deep/size512", f"{tree}/hard")
    os.mkfifo(f"{tree}/fifo")
    make_sparse(f"{tree}/sparse-few", 3 << 20, [(1 << 20, b"middle"), ((3 << 20) - 3, b"end")])
    make_sparse(f"{tree}/sparse-many", 4 << 20, [(i * 65536, b"%d" % i) for i in range(60)])
    make_sparse(f"{tree}/sparse-hole", 1 << 20, [])


def gnu_tars(tree, out):
    for name in ("v7", "oldgnu", "gnu", "ustar", "pax"):
        # What does not fit a format is left out with a complaint; the rest is what is compared.
        subprocess.run(["tar", f"--format={name}", "-C", tree, "-cf", f"{out}/gnu-{name}.tar", "."],
                       stderr=subprocess.DEVNULL, check=False)
    for name in ("oldgnu", "gnu"):
        subprocess.run(["tar", f"--format={name}", "--sparse", "-C", tree, "-cf",
                        f"{out}/sparse-{name}.tar", "."], check=True)
    for version in ("0.0", "0.1", "1.0"):
        subprocess.run(["tar", "--format=pax", "--sparse", f"--sparse-version={version}", "-C",
                        tree, "-cf", f"{out}/sparse-{version}.tar", "."], check=True)


def random_member(choice):
    member = tarfile.TarInfo("/".join(
        "".join(choice.choices("abcxyz.-_ \u00e4", k=choice.choice([1, 5, 30, 99, 100, 101])))
        for _ in range(choice.randint(1, 3))).lstrip("/"))
    member.type = choice.choice(TYPES)
    data = b""
    if member.isreg():
        data = choice.randbytes(choice.choice([0, 1, 511, 512, 513, 2000]))
    member.size = len(data)
    member.mode = choice.randrange(0o10000)
    member.uid = choice.choice([0, 65534, 2097151, 2097152])
    if member.type in (tarfile.LNKTYPE, tarfile.SYMTYPE):
        member.linkname = "t" * choice.choice([1, 99, 100, 101, 200])
    return member, data


def random_tars(out):
    for seed in range(RANDOM_TARS):
        choice = random.Random(seed)
        with tarfile.open(f"{out}/random-{seed}.tar", "w",
                          format=choice.choice(FORMATS)) as tar:
            for _ in range(choice.randint(0, 20)):
                member, data = random_member(choice)
                try:
                    tar.addfile(member, io.BytesIO(data))
                except ValueError:
                    pass  # too long for the format


def main():
    oracle, deviations = sys.argv[1:3]
    if not shutil.which("tar"):
        print("SKIP: unit/format/tar/oracle_made: GNU tar is absent")
        return SKIPPED
    with tempfile.TemporaryDirectory() as work:
        tree, out = f"{work}/tree", f"{work}/out"
        os.mkdir(out)
        make_tree(tree)
        gnu_tars(tree, out)
        random_tars(out)
        return subprocess.run([oracle, out, deviations], check=False).returncode


sys.exit(main())
