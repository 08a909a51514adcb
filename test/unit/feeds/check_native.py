"""Some feeds of ../shared are renderings of what their publishers have. Rendered back, into one
document each, they must give the same.

usage: check_native.py DUMP_FEEDS DIRECTORY
"""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
from xml.sax.saxutils import quoteattr

from reading import members

FILES = {'amazon': 'amazon-alas.tar.zst', 'arch': 'arch-avg.tar.zst', 'rocky': 'rocky.tar.zst',
         'cwe': 'cwe.tar.zst', 'gitlab': 'osv-extra-ecosystems.tar.zst'}


def records(directory, feed):
    """(path, document)"""
    for path, content in members(os.path.join(directory, FILES[feed])):
        if path.endswith('.json'):
            yield path, json.loads(content)


def dump(program, place, feed):
    done = subprocess.run([program, place, feed], stdout=subprocess.PIPE, check=True,
                          stderr=subprocess.DEVNULL)
    # The archive's own dates are not in what is rendered back.
    return collections.Counter(line for line in done.stdout.decode().splitlines()
                               if not line.startswith('source|'))


def element(tag, content='', /, **attributes):
    words = ''.join(f' {key}={quoteattr(str(value))}' for key, value in attributes.items())
    return f'<{tag}{words}>{content}</{tag}>'


def update(key, title, day, severity, flaws, short, packages):
    references = ''.join(element('reference', id=flaw, type='cve') for flaw in flaws)
    return element('update', ''.join([
        element('id', key), element('title', title), element('updated', date=day),
        element('severity', severity), element('references', references),
        element('pkglist', element('collection', ''.join(packages), short=short))]),
        type='security', status='final')


def amazon(found):
    """One document a repository."""
    repositories = collections.defaultdict(list)
    for path, record in found:
        collection = record['Pkglist']['Collection']
        packages = [element('package', name=p['Name'], epoch=p['Epoch'], version=p['Version'],
                            release=p['Release'], arch=p['Arch'])
                    for p in collection['Package'] or ()]
        flaws = [each['ID'] for each in record['References']['Reference'] or ()]
        repositories[collection['Short']].append(
            update(record['ID'], '', record['Updated']['Date'], record['Severity'], flaws,
                   collection['Short'], packages))
    return {short + '_mirror.list': element('updates', ''.join(updates))
            for short, updates in repositories.items()}


def rocky(found):
    """One document a release; of its groups there are no repositories."""
    releases = collections.defaultdict(list)
    for path, record in found:
        if not path.startswith('errata/'):
            continue
        for product, builds in (record.get('rpms') or {}).items():
            release = re.fullmatch(r'Rocky Linux (\d+)', product)
            packages = [re.fullmatch(r'(.+)-(\d+):([^-]+)-([^-]+)\.(\w+)\.rpm', nvra)
                        for nvra in (builds.get('nvras') or ())]
            if release:
                releases[release[1]].append(update(
                    record['name'], record['synopsis'], record['publishedAt'],
                    record['severity'].split('_')[1], [cve['name'] for cve in record['cves'] or ()],
                    f'rocky-linux-{release[1]}-x86-64-baseos-rpms',
                    [element('package', name=p[1], epoch=p[2], version=p[3], release=p[4],
                             arch=p[5]) for p in packages if p]))
    return {f'rocky_{release}_repomd.xml': element('updates', ''.join(updates))
            for release, updates in releases.items()}


def arch(found):
    return {'issues_all.json': json.dumps([record for _, record in found])}


def cwe(found):
    entries = ''.join(element('Weakness', ID=record['id'], Name=record['name'])
                      for path, record in found if 'weakness/' in path)
    return {'cwec_v4.xml': element('Weakness_Catalog', element('Weaknesses', entries))}


def gitlab(found):
    """JSON is YAML."""
    return {'conan-gitlab/conan/' + path[len('conan-gitlab/'):-len('json')] + 'yml':
            json.dumps(record) for path, record in found if path.startswith('conan-gitlab/')}


def is_of_both(line):
    """Rocky's special interest groups have repositories of their own; three of Amazon's extras have
    another name in their collection than in their path."""
    return not re.search(r'\|SIG |\|amzn2extra-(aws-nitro-enclaves-cli|nitro-enclaves|unbound)', line)


def in_small(line):
    """Names of collections are in small letters."""
    return re.sub(r'\|amzn2extra-.*', lambda found: found[0].lower(), line)


def check(program, directory, feed, render):
    with tempfile.TemporaryDirectory() as rendered, tempfile.TemporaryDirectory() as native:
        os.symlink(os.path.abspath(os.path.join(directory, FILES[feed])),
                   os.path.join(rendered, FILES[feed]))
        for path, content in render(records(directory, feed)).items():
            place = os.path.join(native, FILES[feed], path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, 'w') as out:
                out.write(content)
        theirs, mine = dump(program, rendered, feed), dump(program, native, feed)
    kept = {in_small(line) for line in theirs if is_of_both(line)}
    other = {in_small(line) for line in mine if is_of_both(line)}
    print(f'{feed}: {len(kept)} facts, {len(other)} from the publisher\'s form')
    for line in sorted(kept - other)[:5]:
        print('  missing', line)
    for line in sorted(other - kept)[:5]:
        print('  extra', line)
    return kept == other and len(kept) > 0


def main():
    program, directory = sys.argv[1:]
    if not os.path.isdir(directory):
        print(f'SKIP: native feeds: {directory} is absent')
        return 77
    results = [check(program, directory, feed, globals()[feed]) for feed in FILES]
    return 0 if all(results) else 1


sys.exit(main())
