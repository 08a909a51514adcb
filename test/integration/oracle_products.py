"""What NVD, its overrides and CVE records say of programs, read anew: an oracle that shares no code
with Plimsoll."""

import json
import re

from archives import members

PRE = {"dev": 0, "snapshot": 0, "a": 1, "alpha": 1, "b": 2, "beta": 2, "m": 3, "milestone": 3,
       "pre": 4, "preview": 4, "ea": 4, "rc": 5, "cr": 5, "c": 5}
LINUX = {"linux", "debian", "canonical", "redhat", "fedoraproject", "centos", "suse", "opensuse",
         "gentoo", "alpinelinux", "archlinux", "rocky", "almalinux", "ubuntu", "ubuntulinux",
         "mandriva", "mandrakesoft", "slackware", "conectiva", "turbolinux", "trustix", "unix"}
FOREIGN = ("windows", "mac", "android", "iphone", "ipad", "ios", "chrome_os", "solaris", "sunos",
           "hp-ux", "aix", "freebsd", "tvos", "watchos", "blackberry")


# ---------------------------------------------------------------- versions

def plain_key(version):
    """Pre-releases < the release < patches by letters < more numbers; zeros at the end are nothing."""
    tokens = re.findall(r"(\d+)|([a-z]+)(?=(\d?))", version.lower())
    items = []
    for number, word, digit in tokens:
        if number:
            items.append((3, int(number), ""))
        elif word in PRE and (len(word) > 1 or digit):
            items = without_zeros(items) + [(0, PRE[word], "")]
        else:
            items.append((2, 0, word))
    return without_zeros(items) + [(1, 0, "")]


RUNTIMES = {"oracle:openjdk", "oracle:jdk", "oracle:jre", "azul:zulu", "oracle:graalvm"}


def runtime_key(version):
    """Of a Java runtime: 1.8.0_392-b08 and 8u392 are 8.0.392; what follows the numbers but a
    pre-release does not count."""
    numbers, rest = re.fullmatch(r"([0-9]+(?:(?:\.|_|u)[0-9]+)*)(.*)", version).groups()
    items = re.findall(r"[0-9]+|[_u]", numbers.replace(".", " "))
    items = items[1:] if items[0] == "1" and len(items) > 1 else items
    if len(items) > 1 and items[1] in "_u":
        items.insert(1, "0")
    items = without_zeros([(3, int(item), "") for item in items if item not in "_u"])
    pre = re.match(r"-(?!b[0-9]+)([a-z]+)", rest)
    return items + ([(0, 0, pre.group(1))] if pre else [(1, 0, "")])


def without_zeros(items):
    while items and items[-1] == (3, 0, ""):
        items = items[:-1]
    return items


def is_inside(version, bounds, product=""):
    """bounds: first, whether it is affected itself, end, whether that is."""
    first, has_first, end, has_end = bounds
    key = runtime_key if product in RUNTIMES else plain_key
    mine = key(version)
    if first and (mine < key(first) or (mine == key(first) and not has_first)):
        return False
    return not end or mine < key(end) or (mine == key(end) and has_end)


# ---------------------------------------------------------------- CPE names

def split(name):
    parts = [part.replace("\\", "") for part in re.split(r"(?<!\\):", name)]
    return parts[2:] if len(parts) == 13 and name.startswith("cpe:2.3:") else None


def can_be_present(parts):
    part, vendor, product, target = parts[0], parts[1], parts[2], parts[8]
    if part == "o":
        return vendor in LINUX or "linux" in product
    return part == "a" and not target.startswith(FOREIGN)


def matches_of(node):
    return node.get("cpe_match") or node.get("cpeMatch") or []


def children_of(node):
    return node.get("nodes") or node.get("children") or []


def is_possible(node):
    answers = []
    for match in matches_of(node):
        parts = split(match.get("cpe23Uri") or match.get("criteria"))
        answers.append(parts is not None and can_be_present(parts))
    answers += [is_possible(child) for child in children_of(node)]
    return all(answers) if node.get("operator") == "AND" else any(answers)


def vulnerable_matches(node):
    if node.get("operator") == "AND" and not is_possible(node):
        return
    for match in matches_of(node):
        if match.get("vulnerable"):
            yield match
    for child in children_of(node):
        yield from vulnerable_matches(child)


def product_of(parts):
    """vendor:product of what a program without any target can be."""
    target = parts[8]
    if parts[0] != "a" or not (target in "*-" or target.startswith("linux") or target == "unix"):
        return None
    return f"{parts[1]}:{parts[2]}".lower()


def bounds_of(match, parts):
    version, update = parts[3], parts[4]
    if version == "*":
        end = match.get("versionEndExcluding")
        last = match.get("versionEndIncluding")
        if update not in "*-":
            if not last:
                return None
            last += update
        after = match.get("versionStartExcluding")
        return (after or match.get("versionStartIncluding"), not after, end or last, not end)
    if version == "-" or "*" in version:
        return None
    if re.fullmatch("update_?[0-9]+.*", update):
        version += "_" + update[6:].lstrip("_")
    elif update not in "*-":
        version += ("-" if update[0].isdigit() else "") + update
    return (version, True, version, True)


def ranges_of_configurations(configurations, products):
    ranges = []
    for node in configurations:
        for match in vulnerable_matches(node):
            parts = split(match.get("cpe23Uri") or match.get("criteria"))
            product = parts and product_of(parts)
            bounds = product in products and bounds_of(match, parts)
            if bounds:
                ranges.append((product, bounds))
    return ranges


# ---------------------------------------------------------------- feeds

def read_nvd(lists, products):
    """{CVE: ranges} and the CVEs that were rejected."""
    said, rejected = {}, set()
    for text in lists:
        for item in json.loads(text)["CVE_Items"]:
            cve = item["cve"]["CVE_data_meta"]["ID"]
            words = item["cve"]["description"]["description_data"][0]["value"]
            if words.startswith(("** REJECT **", "Rejected reason:")):
                rejected.add(cve)
            found = ranges_of_configurations(item["configurations"]["nodes"], products)
            if found:
                said.setdefault(cve, []).extend(found)
    return said, rejected


def read_overrides(path, products):
    """{CVE: ranges}, also of those that name none of the products."""
    said = {}
    for name, text in members(path):
        record = json.loads(text) if name.endswith(".json") else {"cve": {}}
        if "configurations" in record["cve"]:
            said[record["_annotation"]["cve_id"]] = ranges_of_configurations(
                record["cve"]["configurations"], products)
    return said


def is_version(text):
    return re.fullmatch(r"[vV]?[0-9][0-9A-Za-z._+~-]*", text or "") is not None


def ranges_of_versions(versions):
    for version in versions:
        first = version["version"]
        below, last = version.get("lessThan", ""), version.get("lessThanOrEqual", "")
        from_start = first.lower() in ("0", "*", "-", "unspecified", "n/a", "")
        if version.get("status") != "affected" or version.get("changes"):
            continue
        if not from_start and not is_version(first):
            continue
        start = None if from_start else first
        if not below and not last:
            if start or first == "*":
                yield (start, True, start, True)
        elif is_version(below):
            yield (start, True, below, False)
        elif is_version(last):
            yield (start, True, last, True)
        elif "*" in (below, last):
            yield (start, True, None, True)


def read_records(path, products):
    said, rejected = {}, set()
    for name, text in members(path):
        if not name.endswith(".json"):
            continue
        record = json.loads(text)
        cve = record["cveMetadata"]["cveId"]
        if record["cveMetadata"]["state"] == "REJECTED":
            rejected.add(cve)
        containers = record["containers"]
        for container in [containers.get("cna", {})] + containers.get("adp", []):
            for affected in container.get("affected", []):
                names = {product_of(parts) for parts in map(split, affected.get("cpes", []))
                         if parts and can_be_present(parts)} & products
                for bounds in ranges_of_versions(affected.get("versions", [])) if names else ():
                    said.setdefault(cve, []).extend((name, bounds) for name in names)
    return said, rejected


# ---------------------------------------------------------------- findings

def is_bounded(ranges):
    return any(first or end for _, (first, _, end, _) in ranges)


def index_of(*sources):
    """{product: the CVEs that one of the sources has about it}"""
    index = {}
    for source in sources:
        for cve, ranges in source.items():
            for product, _ in ranges:
                index.setdefault(product, set()).add(cve)
    return index


def find(index, nvd, overrides, records, names, version):
    """The CVEs of a program that is known by these names: who knows versions best decides."""
    found = set()
    for cve in set().union(*(index.get(name, ()) for name in names)):
        by_rank = [[said for said in source.get(cve, []) if said[0] in names]
                   for source in (overrides, nvd, records)]
        if cve in overrides and not by_rank[0]:
            continue
        deciding = next((ranges for ranges in by_rank if is_bounded(ranges)), sum(by_rank, []))
        if any(is_inside(version, bounds, product) for product, bounds in deciding):
            found.add(cve)
    return found
