"""Reads the raw Debian OSV records and Alpine's secdb anew, with none of our code, and compares the
statements with those of dump_feeds: the two sets must be equal.

usage: check_oracle.py DUMP_FEEDS DIRECTORY
"""
import io
import json
import os
import re
import subprocess
import sys
import tarfile

CVE = re.compile(r'CVE-\d{4}-\d{4,}')


def documents(directory, name):
    """Each (path, JSON value) in an archive."""
    file = os.path.join(directory, name + '.tar.zst')
    raw = subprocess.run(['zstd', '-dcq', '--long=27', file], stdout=subprocess.PIPE, check=True)
    with tarfile.open(fileobj=io.BytesIO(raw.stdout)) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith('.json'):
                yield member.name, json.load(archive.extractfile(member))


def debian(directory):
    """(release, source, id, fixed, status) of every Debian statement."""
    for _, record in documents(directory, 'debian-osv'):
        is_cve = record['id'].startswith('CVE-')
        for affected in record['affected']:
            ecosystem = affected.get('package', {}).get('ecosystem', '')
            if not ecosystem.startswith('Debian:'):
                continue
            release = ecosystem.split(':')[1]
            if is_cve and float(release) < 11:
                continue
            if release in ('4.0', '5.0', '6.0'):
                release = release[0]
            for one in affected['ranges']:
                fixed = [e['fixed'] for e in one['events'] if 'fixed' in e]
                urgency = affected.get('ecosystem_specific', {}).get('urgency')
                status = 'end_of_life' if urgency == 'end-of-life' else 'affected'
                yield ('debian:' + release, affected['package']['name'], record['id'],
                       fixed[0] if fixed else '', 'fixed' if fixed else status)


def alpine(directory):
    """(release, origin, CVE, fixed, status) of every secdb statement that names a CVE."""
    for _, database in documents(directory, 'alpine-secdb'):
        release = 'alpine:' + database['distroversion'].lstrip('v')
        for package in database['packages']:
            for version, ids in (package['pkg'].get('secfixes') or {}).items():
                for text in ids or []:
                    not_affected = version == '0' or '(not' in text.lower()
                    for cve in CVE.findall(text):
                        yield (release, package['pkg']['name'], cve,
                               '' if not_affected else version,
                               'not_affected' if not_affected else 'fixed')


def ours(program, directory, feed):
    """The same rows out of our translation; for Alpine one for each CVE."""
    dump = subprocess.run([program, directory, feed], stdout=subprocess.PIPE, check=True)
    for line in dump.stdout.decode().splitlines():
        field = line.split('|')
        if field[0] != 'advisory':
            continue
        names = [field[2]]
        if feed == 'alpine-secdb':
            names = [name for name in field[3].split(',') + names if CVE.fullmatch(name)]
        for name in set(names):
            yield field[9], field[10], name, field[15], field[12]


def compare(feed, theirs, mine):
    """Prints how two sets differ; true if they do not."""
    print(f'{feed}: {len(theirs)} statements, {len(mine)} of ours')
    for row in sorted(theirs - mine)[:10]:
        print('  missing', row)
    for row in sorted(mine - theirs)[:10]:
        print('  extra', row)
    return theirs == mine and len(theirs) > 0


def main():
    program, directory = sys.argv[1:]
    if not os.path.isdir(directory):
        print(f'SKIP: feed oracle: {directory} is absent')
        return 77
    ok = True
    for feed, oracle in (('debian-osv', debian), ('alpine-secdb', alpine)):
        ok &= compare(feed, set(oracle(directory)), set(ours(program, directory, feed)))
    return 0 if ok else 1


sys.exit(main())
