"""Reads the raw data of some feeds anew, with none of our code, and compares the statements with
those of dump_feeds: the two sets must be equal. Of Gentoo the ranges differ, so their meaning is
compared, on every version that an announcement names. The facts about these feeds are checked here
too.

usage: check_oracle.py DUMP_FEEDS FACTS DIRECTORY [FEED ...]
"""
import os
import re
import sys
import xml.etree.ElementTree

from reading import Dump, Facts, documents, texts

OVAL = '{http://oval.mitre.org/XMLSchema/oval-definitions-5}'
CVE = re.compile(r'CVE-\d{4}-\d{4,}')


def earliest(versions):
    """Builds of one package in one bulletin differ in numbers only."""
    return min(versions, key=lambda v: [int(part) if part.isdigit() else part
                                        for part in re.split(r'(\d+)', v)])


def is_debug(name):
    return name.endswith(('-debuginfo', '-debugsource')) or '-debuginfo-' in name


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


def arch(directory):
    """(arch, package, group, fixed, status)"""
    states = {'Not affected': 'not_affected', 'Unknown': 'under_investigation', 'Fixed': 'fixed',
              'Vulnerable': 'affected'}
    for _, group in documents(directory, 'arch-avg'):
        for package in group['packages']:
            status = states[group['status']]
            fixed = '' if status == 'not_affected' else group['fixed'] or ''
            yield 'arch', package, group['name'], fixed, status


def amazon(directory):
    """(release@repository, package, bulletin, fixed, status)"""
    for path, bulletin in documents(directory, 'amazon-alas'):
        parts = path.split('/')
        place = 'amzn:' + parts[0]
        if parts[1] == 'extras':
            place += f'@amzn{parts[0]}extra-{parts[2]}'
        elif parts[1] not in ('core', 'updates'):
            place += '@' + parts[1]
        builds = {}
        for package in bulletin['Pkglist']['Collection']['Package']:
            epoch = '' if package['Epoch'] == '0' else package['Epoch'] + ':'
            version = f"{epoch}{package['Version']}-{package['Release']}"
            builds.setdefault(package['Name'], set()).add(version)
        for name, versions in builds.items():
            if not is_debug(name):
                yield place, name, bulletin['ID'], earliest(versions), 'fixed'


AFTERLIFE = re.compile('LTSS|ESPOS$|BCL$|TERADATA$')


def suse_places(ecosystem):
    """The (release@repository, status) that an ecosystem of SUSE's stands for."""
    if ecosystem == 'openSUSE:Tumbleweed':
        return [('opensuse-tumbleweed', 'fixed')]
    for pattern, key in ((r'openSUSE:Leap Micro (\S+)', 'opensuse-leap-micro'),
                         (r'openSUSE:Leap (\d\S+)', 'opensuse-leap'),
                         (r'SUSE:Linux Enterprise Micro (\S+)$', 'sle-micro')):
        if match := re.match(pattern, ecosystem):
            return [(key + ':' + match[1], 'fixed')]
    match = re.match(r'SUSE:((?:Linux Enterprise|Package Hub|Real Time Module).*?) '
                     r'(1[0-9])(?: SP(\d))?(?:[- ](\D.*))?$', ecosystem)
    if not match:
        return []
    product, major, pack, variant = match.groups()
    release = f'sles:{major}' + (f'.{pack}' if pack else '')
    if variant and product == 'Linux Enterprise Server':
        fixed = release + '@' + variant.lower().replace(' ', '-')
        ended = [(release, 'end_of_life')] if AFTERLIFE.match(variant) else []
        return [(fixed, 'fixed')] + ended
    for name, repository in (('Linux Enterprise Server for SAP', 'sles_sap'),
                             ('Linux Enterprise Server LTSS Ext', 'ltss-extended-security'),
                             ('Linux Enterprise High Perf', 'sle_hpc'),
                             ('Linux Enterprise Real Time', 'real-time'),
                             ('Linux Enterprise Point', 'point-of-sale')):
        if product.startswith(name):
            return [(f'{release}@{repository}' + (f'-{variant.lower()}' if variant else ''), 'fixed')]
    several = ('Linux Enterprise Module', 'Linux Enterprise Live', 'Package Hub')
    if major == '12' and not pack and product.startswith(several):
        return [(f'sles:12{pack}', 'fixed') for pack in ('', '.1', '.2', '.3', '.4', '.5')]
    return [(release, 'fixed')]


def suse(directory):
    """(release@repository, binary package, update, fixed, status)"""
    for _, update in documents(directory, 'suse-osv'):
        builds = {}
        for affected in update.get('affected', ()):
            places = suse_places(affected['package']['ecosystem'])
            for binaries in affected.get('ecosystem_specific', {}).get('binaries', ()):
                for name, version in binaries.items():
                    for place, status in () if is_debug(name) else places:
                        builds.setdefault((place, name), {}).setdefault(status, set()).add(version)
        for (place, name), states in builds.items():
            status = 'fixed' if 'fixed' in states else 'end_of_life'
            yield place, name, update['id'], earliest(states[status]), status


def azurelinux(directory):
    """(release, source, flaw, fixed, status)"""
    for path, text in texts(directory, 'azurelinux-oval'):
        if not path.endswith('.xml'):
            continue
        release = ('azurelinux:' if path.startswith('azure') else 'mariner:') + path.split('-')[-2]
        root = xml.etree.ElementTree.fromstring(text)
        known = {node.get('id'): node for node in root.iter() if node.get('id')}
        for definition in root.iter(OVAL + 'definition'):
            test = known[definition.find('.//' + OVAL + 'criterion').get('test_ref')]
            name, bound = (known[part.get('object_ref') or part.get('state_ref')][0] for part in test)
            status = 'fixed' if bound.get('operation') == 'less than' else 'affected'
            if definition.findtext('.//' + OVAL + 'patchable') == 'Not Applicable':
                status = 'not_affected'
            fixed = re.sub('^0:', '', bound.text) if status == 'fixed' else ''
            flaw = definition.findtext('.//' + OVAL + 'title').split()[0]
            yield release, name.text, flaw, fixed, status


LTS = {'precise': '12.04', 'trusty': '14.04', 'xenial': '16.04', 'bionic': '18.04',
       'focal': '20.04', 'jammy': '22.04'}
RELEASED = re.compile(rb'^([a-z/-]+)_(\S+): +released +[(\[](\d\S*?)[)\]]', re.M)


def only_text_has(flaw):
    """The JSON rendition has the years from 2018 to 2023."""
    return not '2018' <= flaw.split('-')[1] <= '2023'


def ubuntu_text(directory):
    """(release@pocket, source, flaw, fixed, status) of what is released, where only the text is."""
    for path, text in texts(directory, 'ubuntu-cve-tracker'):
        flaw = os.path.basename(path)
        if not CVE.fullmatch(flaw) or not only_text_has(flaw):
            continue
        for place, source, version in RELEASED.findall(text):
            names = place.decode().replace('trusty/esm', 'esm-infra/trusty')
            names = names.replace('precise/esm', 'esm-infra/precise').split('/')
            if names[-1] in LTS:
                release = '@'.join(['ubuntu:' + LTS[names[-1]]] + names[:-1])
                yield release, source.decode(), flaw, version.decode(), 'fixed'


def our_ubuntu_text(dump):
    for row in ours(dump):
        release = row[0].split('@')[0].split(':')[1]
        if row[4] == 'fixed' and only_text_has(row[2]) and release in LTS.values():
            yield row


# ---------------------------------------------------------------- Gentoo

def portage_key(version):
    """A key in the order of the Package Manager Specification, 3.3; None for what is no version."""
    match = re.fullmatch(r'(\d+)((?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|p)\d*)*)(?:-r(\d+))?',
                         version)
    if not match:
        return None
    first, rest, letter, suffixes, revision = match.groups()
    parts = []
    for part in rest.split('.')[1:]:
        # With a leading zero a part is compared as the fraction that it looks like.
        parts.append((0, part.rstrip('0')) if part.startswith('0') else (1, int(part)))
    order = {'alpha': -4, 'beta': -3, 'pre': -2, 'rc': -1, 'p': 1}
    ends = [(order[word], int(number or 0))
            for word, number in re.findall(r'_([a-z]+)(\d*)', suffixes)] + [(0, 0)]
    return int(first), parts, letter, ends, int(revision or 0)


def holds(key, operator, bound):
    if operator[0] == 'r':
        return key[:4] == bound[:4] and holds(key, operator[1:], bound)
    return {'lt': key < bound, 'le': key <= bound, 'eq': key == bound, 'ge': key >= bound,
            'gt': key > bound}[operator]


def gentoo(directory):
    """(gentoo, package, announcement, version, "in" or "out") of every version that is named, for
    the packages whose bounds are all exact."""
    for _, glsa in documents(directory, 'gentoo-glsa'):
        merged = {}
        for package in glsa['Affected']['Package'] or ():
            merged.setdefault(package['Name'], []).append(package)
        for name, packages in merged.items():
            bad = [bound['Text'] for one in packages for bound in one['Vulnerable'] or ()]
            bounds = [bound for one in packages
                      for bound in (one['Vulnerable'] or []) + (one['Unaffected'] or [])]
            if len(packages) != 1 or any(bound['Slot'] not in ('', '*') or not portage_key(bound['Text'])
                                         for bound in bounds) or not bad:
                continue
            names = {bound['Text'] for bound in bounds}
            for version in names | {re.sub('-r.*', '', text) + '-r77' for text in names}:
                key = portage_key(version)
                inside = any(holds(key, bound['Range'], portage_key(bound['Text']))
                             for bound in packages[0]['Vulnerable'])
                out = any(holds(key, bound['Range'], portage_key(bound['Text']))
                          for bound in packages[0]['Unaffected'] or ())
                yield 'gentoo', name, 'GLSA-' + glsa['ID'], version, 'in' if inside and not out else 'out'


def our_gentoo(dump, wanted):
    """The same for our ranges, on the versions of `wanted`."""
    ranges = {}
    for field in dump.advisories():
        ranges.setdefault((field[10], field[2]), []).append(
            (field[14], field[15], field[16], field[-1] == 'after introduced'))
    for _, name, glsa, version, _ in wanted:
        key = portage_key(version)
        inside = False
        for low, fixed, last, after in ranges.get((name, glsa), ()):
            inside |= ((not low or key > portage_key(low) or (not after and key == portage_key(low)))
                       and (not fixed or key < portage_key(fixed))
                       and (not last or key <= portage_key(last)))
        yield 'gentoo', name, glsa, version, 'in' if inside else 'out'


def ours(dump):
    """The same rows out of our translation; for Alpine one for each CVE."""
    for field in dump.advisories():
        place = field[9] + ('@' + field[18] if field[18] else '')
        names = [field[2]]
        if dump.feed == 'alpine-secdb':
            names = [name for name in field[3].split(',') + names if CVE.fullmatch(name)]
        for name in set(names):
            yield place, field[10], name, field[15], field[12]


def compare(feed, theirs, mine):
    """Prints how two sets differ; true if they do not."""
    print(f'{feed}: {len(theirs)} statements, {len(mine)} of ours')
    for row in sorted(theirs - mine)[:10]:
        print('  missing', row)
    for row in sorted(mine - theirs)[:10]:
        print('  extra', row)
    return theirs == mine and len(theirs) > 0


# The oracle of each feed, and what of our translation is held against it.
FEEDS = {
    'debian-osv': (debian, ours), 'alpine-secdb': (alpine, ours), 'arch': (arch, ours),
    'amazon': (amazon, ours), 'suse': (suse, ours), 'azurelinux': (azurelinux, ours),
    'ubuntu': (ubuntu_text, our_ubuntu_text), 'gentoo': (gentoo, None),
}


def check(program, facts, directory, feed):
    oracle, own = FEEDS[feed]
    theirs = set(oracle(directory))
    dump = Dump(program, directory, feed)
    mine = set(own(dump) if own else our_gentoo(dump, theirs))
    return compare(feed, theirs, mine) & facts.hold(dump)


def main(program, facts_file, directory, *feeds):
    if not os.path.isdir(directory):
        print(f'SKIP: feed oracle: {directory} is absent')
        return 77
    facts = Facts(facts_file)
    good = [check(program, facts, directory, feed) for feed in feeds or FEEDS]
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
