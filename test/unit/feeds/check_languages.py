"""Reads the raw databases of languages anew, with none of our code, and holds what they have against
what dump_feeds makes of it: which advisories, which of them withdrawn, which of malware; of RustSec
also the versions, by its own translation into OSV. The facts about these feeds are checked here too.

usage: check_languages.py DUMP_FEEDS FACTS DIRECTORY
"""
import json
import os
import re
import sys
import tomllib

try:
    import yaml
except ImportError:
    yaml = None

from reading import Dump, Facts, texts

FRONT_MATTER = re.compile(r'```toml\n(.*?)```', re.S)
WITHDRAWN = re.compile(r'\W*(withdrawn|duplicate (advisory|of))', re.I)
# The two that say it the other way round, and so are not among the 287 files counted by hand.
WITHDRAWN_TOO = {'GHSA-7vvq-7r29-5vg3', 'GHSA-chcr-x7hc-8fp8'}
EXPORTED = {'GitHub Actions', 'Pub', 'SwiftURL', 'Hex'}
TAG = re.compile(r'\d+(\.\d+)+(-?[a-zA-Z]*\d*)?$')
NOTICES = ('unmaintained', 'notice')
TOTALS = {'ghsa': 19153, 'ossf-malicious': 29878, 'go': 4291, 'bitnami': 7444}


def files(directory, name, suffix):
    for path, content in texts(directory, name, suffix):
        yield path, content.decode()


def json_files(directory, name, prefix=''):
    for path, text in files(directory, name, '.json'):
        if path.startswith(prefix):
            yield path, json.loads(text)


def yaml_files(directory, name, suffix):
    loader = getattr(yaml, 'CBaseLoader', yaml.BaseLoader)
    for path, text in files(directory, name, suffix):
        yield path, yaml.load(text, Loader=loader)


def toml_files(directory, name, prefix):
    for path, text in files(directory, name, '.md'):
        matter = FRONT_MATTER.match(text)
        if path.startswith(prefix) and matter:
            yield path, tomllib.loads(matter[1])


def says_versions(affected):
    return affected.get('versions') or any(one['type'] != 'GIT'
                                           for one in affected.get('ranges') or [])


# Each gives (id, withdrawn, malware) of every advisory that speaks of versions.

def osv(records, ecosystems=None, prose=False, malware=lambda record: False):
    for _, record in records:
        if not any(says_versions(affected) for affected in record['affected']
                   if not ecosystems or affected['package']['ecosystem'] in ecosystems):
            continue
        texts = (record.get('summary') or '', record.get('details') or '') if prose else ()
        withdrawn = bool(record.get('withdrawn')) or any(map(WITHDRAWN.match, texts))
        yield record['id'], withdrawn or record['id'] in WITHDRAWN_TOO, malware(record)


def is_ghsa_malware(record):
    return 'CWE-506' in record['database_specific']['cwe_ids']


def is_pypa_malware(record):
    return any(alias.startswith('MAL-') for alias in record.get('aliases') or [])


def oss_fuzz(directory):
    for _, record in yaml_files(directory, 'oss-fuzz-osv', '.yaml'):
        for affected in record['affected']:
            package = affected['package']
            tags = affected.get('versions') or []
            if package['ecosystem'] != 'OSS-Fuzz' and says_versions(affected):
                yield record['id'], False, False
            for tag in tags:
                text = re.sub('^' + re.escape(package['name']) + '[-_]', '', tag)
                text = re.sub('^(v|V|release-|Release_)', '', text).replace('_', '.')
                if TAG.match(text):
                    yield record['id'], 'withdrawn' in record, False
                    break


def rustsec(directory):
    for _, document in toml_files(directory, 'rustsec', 'md/'):
        advisory = document['advisory']
        if advisory.get('informational') not in NOTICES:
            yield (advisory['id'], 'withdrawn' in advisory,
                   'malicious' in advisory.get('categories', []))


def ruby(directory):
    for path, _ in files(directory, 'ruby-advisory-db', '.yml'):
        if path != 'gems/ckeditor/CVE-2021-32808.yml':  # calls everything patched or unaffected
            yield os.path.basename(path)[:-4], False, False


def php(directory):
    for path, content in files(directory, 'php-security-advisories', '.yaml'):
        cve = re.search(r'^cve:\s*["\']?(CVE-\d+-\d+)', content, re.M)
        yield cve.group(1) if cve else path[:-5], False, False


def gitlab(directory):
    for _, record in json_files(directory, 'osv-extra-ecosystems', 'conan-gitlab/'):
        yield record['identifier'], False, False


def nodejs(directory):
    prefixes = {'core': 'NSWG-COR-', 'npm': 'NSWG-ECO-', 'deps': 'NSWG-DEP-'}
    for path, _ in files(directory, 'language-misc-advisories', '.json'):
        folders = path.split('/')
        if folders[0] == 'nodejs' and folders[-1] != 'index.json':
            yield prefixes[folders[2]] + folders[-1][:-5], False, False


def haskell(directory):
    published = 'haskell/advisories/published/'
    for _, document in toml_files(directory, 'language-misc-advisories', published):
        yield document['advisory']['id'], False, False


def kubernetes(directory):
    for _, record in json_files(directory, 'language-misc-advisories', 'kubernetes/'):
        if any(affected['package']['name'] != 'k8s.io/client-go' for affected in record['affected']):
            yield record['id'], False, False


READERS = {
    'ghsa': lambda d: osv(json_files(d, 'ghsa-osv'), prose=True, malware=is_ghsa_malware),
    'ossf-malicious': lambda d: osv(json_files(d, 'malicious-packages-osv'),
                                    malware=lambda record: True),
    'pypa': lambda d: osv(yaml_files(d, 'pypa-advisory-db', '.yaml'), malware=is_pypa_malware),
    'go': lambda d: osv(json_files(d, 'go-vulndb-osv', 'data/osv/')),
    'bitnami': lambda d: osv(json_files(d, 'bitnami-vulndb-osv')),
    'osv-export': lambda d: osv((each for each in json_files(d, 'osv-extra-ecosystems')
                                 if not each[0].startswith('conan-gitlab/')),
                                EXPORTED, True, is_ghsa_malware),
    'oss-fuzz': oss_fuzz, 'rustsec': rustsec, 'ruby': ruby, 'php': php, 'gitlab': gitlab,
    'nodejs': nodejs, 'haskell': haskell, 'kubernetes': kubernetes,
}
FEEDS = tuple(READERS)
YAML = ('pypa', 'oss-fuzz')


# ---------------------------------------------------------------- comparing

def check(what, theirs, mine):
    if theirs == mine:
        return True
    print(f'{what}: missing {sorted(theirs - mine)[:10]}, too many {sorted(mine - theirs)[:10]}')
    return False


def check_feed(dump, rows, theirs):
    theirs, feed = list(theirs), dump.feed
    ids, their_ids = {row[2] for row in rows}, {each[0] for each in theirs}
    # Of these a note says that something is left out.
    noted = set(re.findall(r'^note: information: ([^:]+): ', dump.notes, re.M))
    print(f'{feed}: {len(their_ids)} advisories, {len(rows)} statements of ours')
    if feed in TOTALS and len(their_ids) > TOTALS[feed]:
        return False
    good = check(feed, their_ids - noted, ids - noted)
    good &= check(feed + ': withdrawn', {each[0] for each in theirs if each[1]} & ids,
                  {row[2] for row in rows if row[8] == 'withdrawn'})
    return good & check(feed + ': malware', {each[0] for each in theirs if each[2]} & ids,
                        {row[2] for row in rows if 'malicious' in row[19:]})


# ---------------------------------------------------------------- RustSec's own translation

def place(version):
    """Where a version stands; of pre-releases only that they come first."""
    numbers, dash, _ = version.split('+')[0].partition('-')
    return [int(number) for number in numbers.split('.')] + [0 if dash else 1]


def their_ranges(record):
    for affected in record['affected']:
        for one in affected['ranges']:
            events = [*one['events'], {}]
            for event, closing in zip(events, events[1:]):
                if 'introduced' in event:
                    yield event['introduced'], closing.get('fixed')


def is_ours(row, spot):
    introduced, fixed, last = (place(text) if text else None for text in row[14:17])
    after = introduced is None or introduced < spot or (introduced == spot and
                                                        'after introduced' not in row[19:])
    return after and (fixed is None or spot < fixed) and (last is None or spot <= last)


def check_rustsec(directory, rows):
    good, versions = True, 0
    for _, record in json_files(directory, 'rustsec', 'osv/'):
        mine = [row for row in rows if row[2] == record['id']]
        ranges = list(their_ranges(record))
        texts = {text for pair in ranges for text in pair if text}
        texts |= {text for row in mine for text in row[14:17] if text}
        # A requirement "> 0" means something else to Cargo than to their tool.
        for text in texts if mine and record['id'] != 'RUSTSEC-2020-0055' else ():
            *front, last, _ = place(text)
            for number in {last, last + 1, max(last - 1, 0)}:
                spot = [*front, number, 1]
                theirs = any(place(low) <= spot and (not high or spot < place(high))
                             for low, high in ranges)
                versions += 1
                if theirs != any(is_ours(row, spot) for row in mine):
                    print(f'{record["id"]}: {spot} is {theirs} for them')
                    good = False
    print(f'rustsec: {versions} versions held against its own translation')
    return good and versions > 1000


def main(program, facts_file, directory):
    if not os.path.isdir(directory):
        print(f'SKIP: unit/feeds/languages_oracle: {directory} is absent')
        return 77
    good, facts = True, Facts(facts_file)
    for feed, read in READERS.items():
        dump = Dump(program, directory, feed)
        rows = list(dump.advisories())
        good &= facts.hold(dump)
        if feed in YAML and not yaml:
            print(f'SKIP: unit/feeds/languages_oracle: {feed}: PyYAML is absent')
            continue
        good &= check_feed(dump, rows, read(directory))
        if feed == 'rustsec':
            good &= check_rustsec(directory, rows)
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
