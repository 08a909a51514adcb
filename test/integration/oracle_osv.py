"""What OSV's records say of versions, computed without Plimsoll: the raw archives read with json and
PyYAML, evaluated as the schema's "Evaluation" has it, versions ordered by the ecosystem's own
library."""

import json
import re

from archives import members

WITHDRAWN = re.compile(r"\W*(withdrawn|duplicate (advisory|of)|advisory withdrawn|"
                       r"(cve|this advisory) has been withdrawn)", re.I)
LAST_KNOWN = re.compile(r"(<=?)\s*(\S+)$")


def documents(archive, prefix, suffix, read):
    for path, content in members(archive):
        if path.startswith(prefix) and path.endswith(suffix):
            yield read(content)


def is_withdrawn(record):
    texts = record.get("summary") or "", record.get("details") or ""
    return bool(record.get("withdrawn")) or any(map(WITHDRAWN.match, texts))


class Entry:
    """One element of `affected`."""

    def __init__(self, record, affected):
        self.id = record["id"]
        aliases = record.get("aliases") or []
        self.flaws = {alias for alias in aliases if alias.startswith("CVE-")} or {self.id}
        self.names = {self.id, *aliases}
        self.versions = [str(version) for version in affected.get("versions") or []]
        self.ranges = [[(kind, str(version)) for event in one["events"]
                        for kind, version in event.items()]
                       for one in affected.get("ranges") or [] if one["type"] != "GIT"]
        bound = (affected.get("database_specific") or {}).get("last_known_affected_version_range")
        self.last_known = LAST_KNOWN.match(bound or "")

    def mentioned(self):
        yield from self.versions
        for events in self.ranges:
            yield from (version for _, version in events)
        if self.last_known:
            yield self.last_known[2]

    def contains(self, version, rank):
        """rank: {version: number, None for what is no version}."""
        return (any(rank[version] == rank[other] for other in self.versions) or
                any(self.is_inside(events, version, rank) for events in self.ranges))

    def is_inside(self, events, version, rank):
        """False also for a range that names what is no version."""
        def place(text):
            return -1 if text == "0" else rank[text]

        if any(place(text) is None for _, text in events):
            return False
        inside = False
        for kind, text in sorted(events, key=lambda event: place(event[1])):
            if kind == "introduced" and rank[version] >= place(text):
                inside = True
            if kind == "fixed" and rank[version] >= place(text):
                inside = False
            if kind == "last_affected" and rank[version] > place(text):
                inside = False
        if {kind for kind, _ in events} == {"introduced"} and self.last_known:
            return inside and self.is_known(version, rank)
        return inside

    def is_known(self, version, rank):
        sign, last = self.last_known.groups()
        if rank[last] is None:
            return False
        return rank[version] <= rank[last] if sign == "<=" else rank[version] < rank[last]


def read_entries(records, ecosystem, spell):
    """{name: [entry, ...]} of what has not been withdrawn."""
    entries = {}
    for record in records:
        if is_withdrawn(record):
            continue
        for affected in record["affected"]:
            package = affected.get("package", {})
            if package.get("ecosystem") == ecosystem:
                entries.setdefault(spell(package["name"]), []).append(Entry(record, affected))
    return entries


def findings(entries, versions, ranks):
    """{(name, version): [the names of each flaw's advisories]}"""
    found = {}
    for name, mine in entries.items():
        rank = ranks[name]
        for version in versions[name]:
            hit = [entry for entry in mine if entry.contains(version, rank)]
            if hit:
                found[name, version] = hit
    return found
