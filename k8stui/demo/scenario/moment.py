"""The first moment of a scenario as a file: recorded after its past was played, restored in milliseconds.

In a recording, times, uids and what chance made of names are places: `@t-3600@` is an hour ago, `@u7@` a uid,
`@s3.1.2@` the suffix of a generated name (of family 3 the second of two), `@j-2@` the number of a CronJob's Job of two
minutes ago. Restored, they are filled in from the clock and the seed. `python -m k8stui.demo.scenario` records
(`make moments`).
"""

import re
import zlib
from importlib.resources import files
from random import Random
from uuid import UUID

import msgspec
from msgspec import Struct

from k8stui.demo.clock import epoch, stamp
from k8stui.demo.custom.definitions import PLURAL
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.fields import index_fields, index_labels
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object, controller_of
from k8stui.demo.storage.store import Store

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names (k8s.io/apimachinery/pkg/util/rand): no vowels, so no words."""
CERTIFICATE = "the certificate of the cluster"
"""Stands in a recording where the CA of the day will be."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=\.\d{6}Z|Z)")
_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_PLACE = re.compile(r"@([tusj])(-?\d+)(?:\.(\d+)\.(\d+))?@")


class Recording(Struct):
    """A cluster at one time."""

    revision: int
    resources: list[str]
    """Of each object: `deployments.apps`; definitions come first."""
    objects: str
    """Each as a line of JSON (without kind and apiVersion)."""


# ---- recording


def record(store: Store) -> bytes:
    """Everything that is in a store."""
    tables = sorted(store.tables(), key=lambda each: each.kind.plural != PLURAL)
    resources, rows, now = [], [], store.clock.now()
    marks: dict[str, str] = {}
    for table in tables:
        for entry in table.within(None):
            resources.append(".".join(filter(None, (table.kind.plural, table.kind.group))))
            rows.append(entry.raw.decode())
        marks |= _marks([store.decode(table.kind, entry) for entry in table.within(None)], len(marks), now)
    text = "\n".join(rows)
    for name in sorted(marks, key=len, reverse=True):
        text = re.sub(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", marks[name], text)
    uids = {uid: f"@u{number}@" for number, uid in enumerate(dict.fromkeys(_UID.findall(text)))}
    text = _UID.sub(lambda found: uids[found[0]], text)
    text = _TIME.sub(lambda found: f"@t{round(epoch(found[0]) - now)}@", text)
    return zlib.compress(msgspec.json.encode(Recording(store.revision, resources, text)), 9)


def _marks(objects: list[Object], number: int, now: float) -> dict[str, str]:
    """What becomes of the names of one kind that chance or the time gave. The order of names is kept."""
    marks: dict[str, str] = {}
    families: dict[str, list[str]] = {}
    for obj in objects:
        meta, owner = obj["metadata"], controller_of(obj)
        name, prefix = str(meta["name"]), str(meta.get("generateName", ""))
        if owner and owner.get("kind") == "CronJob":
            head, _, minute = name.rpartition("-")
            marks[name] = f"{head}-@j{int(minute) - int(now // 60)}@"
        elif prefix and re.fullmatch(rf"{re.escape(prefix)}[{ALPHABET}]{{5}}", name):
            families.setdefault(f"{meta.get('namespace', '')}/{prefix}", []).append(name)
    for shift, (family, names) in enumerate(families.items()):
        prefix = family.partition("/")[2]
        for index, name in enumerate(sorted(names)):
            marks[name] = f"{prefix}@s{number + shift}.{index}.{len(names)}@"
    return marks


# ---- restoring


def load(name: str) -> Recording:
    """The recording of a scenario. Raises FileNotFoundError."""
    raw = files("k8stui.demo.scenario").joinpath("moments", f"{name}.json.zz").read_bytes()
    return msgspec.json.decode(zlib.decompress(raw), type=Recording)


def restore(store: Store, recording: Recording, seed: int, certificate: str = "") -> None:
    """Fill a store. `certificate` is the cluster's CA in PEM; without one the ConfigMaps with it are left out."""
    quoted = msgspec.json.encode(certificate).decode()
    store.revision = max(store.revision, recording.revision)
    lines = _filled(recording.objects, store.clock.now(), seed).split("\n")
    for resource, line in zip(recording.resources, lines, strict=True):
        if CERTIFICATE in line:
            if not certificate:
                continue
            line = line.replace(f'"{CERTIFICATE}"', quoted)
        kind = store.catalog.named(resource)
        if kind.plural == PLURAL:  # whoever follows definitions has to hear of it
            head: Object = {"kind": kind.kind, "apiVersion": kind.api_version}
            store.create(head | msgspec.json.decode(line))
        else:
            store.table(kind).put(_entry(kind, line.encode()))
    store.compact()


def _entry(kind: Kind, raw: bytes) -> Entry:
    obj: Object = msgspec.json.decode(raw)
    meta = obj["metadata"]
    version = int(meta["resourceVersion"])
    labels, fields = index_labels(meta), index_fields(kind, obj)
    return Entry(meta.get("namespace", ""), meta["name"], meta["uid"], version, labels, fields, raw)


def _filled(text: str, now: float, seed: int) -> str:
    """The text with its places filled in for this time and this seed."""
    found: dict[str, str] = {}

    def fill(place: "re.Match[str]") -> str:
        mark = place[0]
        if (value := found.get(mark)) is None:
            value = found[mark] = _value(place, now, seed)
        return value

    return _PLACE.sub(fill, text)


def _value(place: "re.Match[str]", now: float, seed: int) -> str:
    sort, number = place[1], int(place[2])
    if sort == "t":
        return stamp(now + number)[:-1]
    if sort == "j":
        return str(int(now // 60) + number)
    random = Random(f"{sort}{number} {seed}")
    if sort == "s":
        family = sorted("".join(random.choices(ALPHABET, k=5)) for _ in range(int(place[4])))
        return family[int(place[3])]
    return str(UUID(int=random.getrandbits(128), version=4))
