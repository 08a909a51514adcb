"""What the service knows after its advisory database was replaced is what a scan from nothing would
find: real images, databases that are random samples of real feeds, back and forth.

usage: test_service_property.py SERVICE_PROPERTY PLIMSOLL sqlite|postgresql [SEED]
"""

import os
import random
import subprocess
import sys
import tarfile
import tempfile

from harness import skip

NAME = "integration/service_property"
SHARED = os.environ.get("PLIMSOLL_SHARED", "../shared")
# Small feeds that speak of the images: distributions, languages, support, exploitation.
FEEDS = ["alpine-secdb", "debian-tracker-lists", "eol-products",
         "language-misc-advisories", "osv-extra-ecosystems", "purl2cpe-map", "bitnami-vulndb-osv"]
WHOLE = ["kev.json.zst", "epss-2021-08-31.csv.zst"]
DATABASES = 3
IMAGES = ["alpine-3.12.12", "alpine-3.18.9-node", "alpine-3.20.3", "rpm-bdb-rhel8", "debian-trixie-min",
          "polyglot-bookworm", "debian-bookworm-web"]


def sample(feed, out, keep, choose):
    """Copies an archive with only some of its documents."""
    raw = subprocess.run(["zstd", "-dcq", "--long=27", feed], check=True, capture_output=True).stdout
    with tempfile.TemporaryFile() as whole:
        whole.write(raw)
        whole.seek(0)
        with tarfile.open(fileobj=whole) as source, tarfile.open(out, "w") as target:
            for member in source:
                if not member.isfile() or choose.random() < keep:
                    target.addfile(member, source.extractfile(member) if member.isfile() else None)


def make_database(plimsoll, directory, number, choose):
    feeds = os.path.join(directory, f"feeds-{number}")
    path = os.path.join(directory, f"{number}.db")
    os.mkdir(feeds)
    for name in FEEDS:
        keep = choose.choice([0.5, 0.9, 0.97, 1])
        sample(f"{SHARED}/feeds/{name}.tar.zst", f"{feeds}/{name}.tar.zst", keep, choose)
    for name in WHOLE:
        if choose.random() < 0.7:
            os.symlink(os.path.abspath(f"{SHARED}/feeds/{name}"), f"{feeds}/{name}")
    subprocess.run([plimsoll, "db", "build", "-q", "--from", feeds, "-o", path], check=True)
    return path


def find_images():
    places = [f"{SHARED}/fixtures/images/oci", os.environ.get("PLIMSOLL_TEST_IMAGES", "") + "/oci"]
    found = [f"{place}/{name}" for name in IMAGES for place in places
             if os.path.isdir(f"{place}/{name}")]
    return ["oci-dir:" + path for path in found]


def store_url(kind, directory):
    if kind == "sqlite":
        return f"sqlite:{directory}/store.sqlite"
    server = os.environ["PLIMSOLL_TEST_POSTGRESQL"]
    psql = os.path.join(os.environ["PLIMSOLL_TEST_POSTGRESQL_BIN"], "psql")
    subprocess.run([psql, server, "-Atqc", "CREATE DATABASE property"], check=True)
    return server.replace("/postgres?", "/property?")


def main():
    program, plimsoll, kind = sys.argv[1:4]
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 32)
    images = find_images()
    if not images:
        skip(NAME, f"{SHARED}/fixtures/images")
    print(f"seed {seed}")
    choose = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="plimsoll-property-") as directory:
        databases = [make_database(plimsoll, directory, i, choose) for i in range(DATABASES)]
        databases.append(databases[0])  # and back
        subprocess.run([program, store_url(kind, directory), f"{directory}/state", *databases, "--",
                        *images], check=True)


main()
