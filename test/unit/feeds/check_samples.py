"""Feeds of which ../shared has samples only: real documents go in under the names that the table has,
and what comes out is held against a reading of our own.

usage: check_samples.py DUMP_FEEDS DIRECTORY
"""
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree

OVAL = '{http://oval.mitre.org/XMLSchema/oval-definitions-5}'


def samples(directory):
    """{path: bytes}"""
    file = os.path.join(directory, 'native-format-samples.tar.zst')
    raw = subprocess.run(['zstd', '-dcq', '--long=27', file], stdout=subprocess.PIPE, check=True)
    with tarfile.open(fileobj=io.BytesIO(raw.stdout)) as archive:
        return {member.name: archive.extractfile(member).read()
                for member in archive if member.isfile()}


def rows(program, feed, file, documents):
    """The advisory rows of a feed whose file is a document or, as a tar, several of them."""
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, file)
        if '.tar' not in file:
            with open(path, 'wb') as out:
                out.write(*documents.values())
        else:
            with tarfile.open(path, 'w') as archive:
                for name, content in documents.items():
                    member = tarfile.TarInfo(name)
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))
        dump = subprocess.run([program, place, feed], stdout=subprocess.PIPE, check=True,
                              stderr=subprocess.DEVNULL)
    fields = [line.split('|') for line in dump.stdout.decode().splitlines()]
    return [field for field in fields if field[0] == 'advisory']


def photon(content):
    """(bulletin, package, fixed) by the comments, which say the same in words."""
    root = xml.etree.ElementTree.fromstring(content)
    for definition in root.iter(OVAL + 'definition'):
        bulletin = definition.findtext('.//' + OVAL + 'title').split()[0]
        for criterion in definition.iter(OVAL + 'criterion'):
            said = re.fullmatch(r'(\S+) is earlier than (?:0:)?(\S+)', criterion.get('comment'))
            if said and '-debuginfo' not in said[1]:
                yield bulletin, said[1], said[2]


def secdb(content):
    """(flaw, package, fixed)"""
    for package in json.loads(content)['packages']:
        for version, flaws in package['pkg']['secfixes'].items():
            for flaw in flaws:
                yield flaw, package['pkg']['name'], '' if version == '0' else version


def vex(content):
    """(flaw, binary, build) of what is fixed in RHEL, by the names of products: of the minor releases
    that are not a product of their own the earliest."""
    flaw = json.loads(content)['vulnerabilities'][0]
    builds = {}
    for product in flaw['product_status'].get('fixed', ()):
        said = re.fullmatch(r'(?:BaseOS|AppStream)-(\S+?):(\S+)-(\d+):([^-]+-[^-]+)\.(?!src)\w+', product)
        if said and not re.search('-debug(info|source)', said[2]):
            epoch = '' if said[3] == '0' else said[3] + ':'
            limited = said[1].endswith('.EUS') and '.MAIN' not in said[1]
            builds.setdefault((said[2], limited), set()).add(epoch + said[4])
    for (name, _), versions in builds.items():
        yield flaw['cve'], name, min(versions)


def api_records(directory, flaws):
    """What the API for single CVEs said of these flaws: {path: bytes}"""
    file = os.path.join(directory, 'redhat-cve-api.tar.zst')
    raw = subprocess.run(['zstd', '-dcq', '--long=27', file], stdout=subprocess.PIPE, check=True)
    with tarfile.open(fileobj=io.BytesIO(raw.stdout)) as archive:
        return {member.name: archive.extractfile(member).read()
                for member in archive if os.path.basename(member.name)[:-5] in flaws}


def check_vex_has_all(program, directory, documents):
    """VEX takes the place of the API: it must say of every product without a fix what that said."""
    def states(file, given):
        return {(f[2], f[9], f[10], f[11], f[12], f[17], f[18])
                for f in rows(program, 'redhat-cve', file, given) if f[12] != 'fixed'}
    flaws = {json.loads(content)['vulnerabilities'][0]['cve'] for content in documents.values()}
    theirs = states('redhat-cve-api.tar.zst', api_records(directory, flaws))
    mine = states('redhat-csaf-vex.tar.zst', documents)
    print(f'{len(flaws)} flaws: {len(theirs)} states by the API, {len(mine)} by VEX')
    for row in sorted(theirs - mine):
        print('  missing', row)
    return theirs <= mine and len(theirs) > 0


def compare(what, theirs, mine):
    print(f'{what}: {len(theirs)} statements, {len(mine)} of ours')
    for row in sorted(theirs - mine)[:10]:
        print('  missing', row)
    for row in sorted(mine - theirs)[:10]:
        print('  extra', row)
    return theirs == mine and len(theirs) > 0


def main():
    program, directory = sys.argv[1:]
    if not os.path.isdir(directory):
        print(f'SKIP: feed samples: {directory} is absent')
        return 77
    documents = samples(directory)
    ok = check_vex_has_all(program, directory, {path: content for path, content in documents.items()
                                                if 'rhel/vex/testdata/cve-' in path})
    for path, content in sorted(documents.items()):
        if path.endswith('phsa-photon3.xml'):
            got = rows(program, 'photon', 'com.vmware.phsa-photon3.xml.gz', {path: content})
            ok &= compare(path, set(photon(content)), {(f[2], f[10], f[15]) for f in got})
        elif re.search('(wolfi|chainguard)/test-fixtures/input/secdb/security.json', path):
            feed = path.split('/')[1]
            got = rows(program, feed, feed + '-security.json', {path: content})
            ok &= compare(path, set(secdb(content)), {(f[2], f[10], f[15]) for f in got})
            ok &= {f[9] for f in got} == {feed}
        elif 'vex/testdata/cve-2023-38545' in path:
            got = rows(program, 'redhat-cve', 'redhat-csaf-vex.tar.zst', {path: content})
            fixed = {(f[2], f[10], f[15]) for f in got
                     if f[12] == 'fixed' and f[18] in ('', 'rhel_eus:9.0')}
            ok &= compare(path, set(vex(content)), fixed)
    return 0 if ok else 1


sys.exit(main())
