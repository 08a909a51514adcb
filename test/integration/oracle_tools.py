"""Other people's tools to judge our answers by, fetched from the registries of their languages into
the build directory, once. What cannot be had is None: the test that needs it is skipped by name."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import sys


def run_fetch(command, directory, ready):
    """Runs `command` unless `ready` says that it has been done; one test at a time does."""
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory.with_suffix(".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            try:
                subprocess.run(command, cwd=directory, check=True, capture_output=True, timeout=120)
            except (OSError, subprocess.SubprocessError):
                return None
    return directory if ready.exists() else None


def has(program):
    return shutil.which(program) is not None


def python_package(cache, name, version):
    """Puts one package without dependencies on the path of this interpreter: True when it is."""
    directory = pathlib.Path(cache).resolve() / f"python-{name}-{version}"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target",
               str(directory), f"{name}=={version}"]
    if not run_fetch(command, directory, directory / name):
        return False
    sys.path.insert(0, str(directory))
    return True


def npm_package(cache, name, version):
    """Debian's own package, or else installs one: the directory to require() it from, or None."""
    packaged = pathlib.Path("/usr/share/nodejs") / name
    if packaged.exists():
        os.environ["NODE_PATH"] = str(packaged.parent)  # for a node that is not Debian's
        return packaged
    directory = pathlib.Path(cache).resolve() / f"npm-{name}-{version}"
    package = directory / "node_modules" / name
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts",
               "--prefix", str(directory), f"{name}@{version}"]
    return package if run_fetch(command, directory, package) else None


def skip(name, what):
    print(f"SKIP: {name}: {what} is absent")
    sys.exit(77)
