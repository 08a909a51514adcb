"""The findings on programs outside of package managers are exactly those of an oracle that reads NVD,
its overrides and CVE records anew.

usage: test_products.py PLIMSOLL
"""

import io
import json
import os
import subprocess
import sys
import tarfile

import oracle_products
from archives import members
from harness import need, skip
from program import Program

NAME = "integration/products"
NVD, OVERRIDES, RECORDS = ("nvd-json11-feeds.tar.zst", "nvd-cpe-overrides.tar.zst",
                           "cve5-vulnrichment.tar.zst")
YEARS = ("2016", "2018", "2021", "2025")  # the whole of NVD takes minutes to read in Python

# name, versions, names that CPE has for it
PROGRAMS = (
    ("python", "3.6.9 3.8.1 3.9.2 3.11.2", "python:python python_software_foundation:python"),
    ("node", "10.19.0 14.17.0 18.12.0 20.5.1", "nodejs:node.js nodejs:nodejs joyent:node.js"),
    ("openssl", "1.0.2g 1.1.1k 3.0.7", "openssl:openssl openssl_project:openssl"),
    ("redis", "5.0.3 6.0.10 7.2.3", "redis:redis redislabs:redis"),
    ("nginx", "1.14.2 1.18.0 1.25.3", "f5:nginx nginx:nginx f5:nginx_open_source"),
    ("postgresql", "9.6.1 10.4 13.2 15.1", "postgresql:postgresql"),
    ("busybox", "1.27.2 1.31.1 1.35.0", "busybox:busybox rob_landley:busybox"),
    ("httpd", "2.4.25 2.4.48", "apache:http_server"),
    ("curl", "7.52.1 7.64.0 8.5.0", "haxx:curl curl:curl daniel_stenberg:curl"),
    ("openssh", "7.2p2 8.9p1", "openbsd:openssh"),
    ("php-cli", "7.4.3 8.1.2", "php:php php_group:php"),
    ("mariadb", "10.3.9 10.5.8", "mariadb:mariadb"),
    ("ruby", "2.3.3 2.6.3", "ruby-lang:ruby yukihiro_matsumoto:ruby"),
    ("haproxy", "1.8.4 2.2.4", "haproxy:haproxy"),
    ("vault", "1.6.0 1.13.0", "hashicorp:vault"),
    ("grafana", "7.1.0 9.1.0", "grafana:grafana"),
    ("memcached", "1.4.33 1.6.0", "memcached:memcached memcachedb:memcached"),
    ("bind", "9.11.3 9.16.8", "isc:bind"),
    ("git", "2.17.0 2.30.0", "git-scm:git git:git git_project:git"),
    ("ffmpeg", "3.2.4 4.3", "ffmpeg:ffmpeg"),
    ("openjdk", "8u282 1.8.0_302-b08 11.0.11+9 17.0.9+9 17.0.14+7", "oracle:openjdk"),
    ("jdk", "1.8.0_291 1.7.0_80 1.6.0_45", "oracle:jdk"),
    ("graalvm", "20.3.1 21.1.0", "oracle:graalvm"),
)


def write_lists(program, path):
    """An archive of some years for Plimsoll; gives the same bytes for the oracle."""
    lists = []
    with tarfile.open(program.path("nvd.tar"), "w") as archive:
        for name, text in members(path):
            if not name.endswith(tuple(f"-{year}.json" for year in YEARS)):
                continue
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
            lists.append(text)
    subprocess.run(["zstd", "-1q", "--rm", program.path("nvd.tar"), "-o",
                    program.path("feeds", NVD)], check=True)
    return lists


def build_database(program, feeds):
    for feed in (OVERRIDES, RECORDS):
        os.symlink(os.path.join(feeds, feed), program.path("feeds", feed))
    done = program.run("db", "build", "-q", "--from", program.path("feeds"), "-o",
                       program.path("db"), timeout=600)
    program.check(done.status == 0, "db build", done)


def scan(program):
    components = [{"type": "application", "name": name, "version": version,
                   "purl": f"pkg:generic/{name}@{version}"}
                  for name, versions, _ in PROGRAMS for version in versions.split()]
    with open(program.path("bom.json"), "w", encoding="ascii") as bom:
        json.dump({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
                   "components": components}, bom)
    report = program.run("scan", "-o", "json", "--db", program.path("db"),
                         f"sbom:{program.path('bom.json')}").json()
    packages = {package["id"]: (package["name"], package["version"])
                for package in report["packages"]}
    found = {}
    for finding in report["findings"]:
        found.setdefault(packages[finding["package"]], set()).add(finding["id"])
    return found


def main():
    feeds = os.path.abspath(os.path.join(os.environ["PLIMSOLL_SHARED"], "feeds"))
    if not os.path.isdir(feeds):
        skip(NAME, f"{feeds} is absent")
    need(NAME, "zstd")
    program = Program(NAME, sys.argv[1])
    os.makedirs(program.path("feeds"))
    lists = write_lists(program, os.path.join(feeds, NVD))
    build_database(program, feeds)
    found = scan(program)
    products = {product for _, _, names in PROGRAMS for product in names.split()}
    nvd, rejected = oracle_products.read_nvd(lists, products)
    overrides = oracle_products.read_overrides(os.path.join(feeds, OVERRIDES), products)
    records, rejected_too = oracle_products.read_records(os.path.join(feeds, RECORDS), products)
    index = oracle_products.index_of(nvd, overrides, records)
    for name, versions, names in PROGRAMS:
        for version in versions.split():
            wanted = oracle_products.find(index, nvd, overrides, records, set(names.split()), version)
            wanted -= rejected | rejected_too
            program.check_equal(found.get((name, version), set()), wanted,
                                f"{name} {version}: {len(wanted)} findings")
    program.finish()


main()
