"""Events as rows and lines: kubectl's texts, both ways of counting, the rate."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from k8stui.model.codec import codec
from k8stui.model.columns import Tone
from k8stui.model.duration import stamp
from k8stui.model.event_raw import RawEvent
from k8stui.model.event_row import Event, interval, kind_named, row, target
from k8stui.model.events import COLUMNS, EventLine, object_text, rate, rate_text, search_text, weight
from k8stui.model.filter import parse
from k8stui.model.generated import stem
from k8stui.model.kinds import EVENTS, NODES, PODS, Kind

FOLDER = os.environ.get("K8STUI_GOLDEN", "")
NOW = 1_790_000_000.0
UID = "00000000-0000-0000-0000-000000000001"

golden = pytest.mark.skipif(
    not FOLDER or not (Path(FOLDER) / "cases").is_dir(),
    reason="K8STUI_GOLDEN does not name a folder with kubectl's tables (cases/*.json)",
)


def table(name: str) -> dict[str, Any]:
    path = Path(FOLDER) / "cases" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if FOLDER and path.is_file() else {"cases": [], "now": ""}
    return found


def read(**fields: Any) -> Event:
    """An event of these fields, with what every real one has."""
    body = {**fields, "metadata": {"name": "e", "uid": "u", **fields.get("metadata", {})}}
    return row(msgspec.convert(body, RawEvent))


def line(event: Event, **other: Any) -> EventLine:
    fields = {"count": event.count, "first": event.first, "last": event.last, "weight": weight(event), "at": event.at}
    return EventLine(ref=event.ref, event=event, **{**fields, **other})


def cells(shown: EventLine, now: float) -> dict[str, str]:
    return {column.title: column.text(shown, now) for column in COLUMNS}


def at(seconds: float) -> str:
    """So many seconds before NOW, as the API writes it."""
    return datetime.fromtimestamp(NOW - seconds, UTC).isoformat()


# kubectl's own tables


@golden
@pytest.mark.parametrize("case", table("events")["cases"])
def test_kubectl_events(case: dict[str, Any]) -> None:
    """Its lines, but that the escape character is taken out where kubectl writes `^[`."""
    found, flags = case["obj"], case["printer"]
    now = stamp(table("events")["now"])
    assert now is not None
    rows = []
    for each in found.get("items", [found]):
        event = read(**each)
        about = f"{event.about.kind.kind}/{event.about.name}"
        shown = [event.ref.namespace] if flags["AllNamespaces"] else []
        rows.append([*shown, interval(event, now), event.type, event.reason, about, event.message])
    expected = [text.split("\t") for text in case["expected"].replace("^[", "").splitlines()]
    assert rows == (expected if flags["NoHeaders"] else expected[1:])


@golden
@pytest.mark.parametrize("case", table("event_columns")["cases"])
def test_kubectl_get_events(case: dict[str, Any]) -> None:
    now = stamp(table("event_columns")["now"])
    assert now is not None
    found = cells(line(read(**case["event"])), now)
    expected = {title: str(text) for title, text in case["expected"].items()}
    assert {title: found[title] for title in expected} == expected


# The row


def test_both_groups_make_the_same_row() -> None:
    about = {"kind": "Pod", "name": "web-0", "namespace": "shop", "uid": UID, "apiVersion": "v1", "fieldPath": "spec"}
    meta = {"name": "web-0.1", "namespace": "shop", "uid": "e-1", "resourceVersion": "7"}
    common = {"metadata": meta, "type": "Warning", "reason": "BackOff", "eventTime": None}
    core = common | {
        "involvedObject": about,
        "message": "again",
        "source": {"component": "kubelet", "host": "n1"},
        "firstTimestamp": at(600),
        "lastTimestamp": at(10),
        "count": 5,
        "reportingComponent": "kubelet",
    }
    new = common | {
        "regarding": about,
        "note": "again",
        "deprecatedSource": {"component": "kubelet", "host": "n1"},
        "deprecatedFirstTimestamp": at(600),
        "deprecatedLastTimestamp": at(10),
        "deprecatedCount": 5,
        "reportingController": "kubelet",
    }
    other = Kind("events.k8s.io", "v1", "events", "Event")
    found = [codec(kind).event(msgspec.json.encode(body)) for kind, body in ((EVENTS, core), (other, new))]
    assert found[0] == found[1]
    assert found[0].count == 5
    assert found[0].source == "kubelet, n1"


def test_a_series_counts_and_says_when_it_was_last_seen() -> None:
    event = read(eventTime=at(1200), series={"count": 3, "lastObservedTime": at(60)})
    assert (event.count, event.first, event.last) == (3, NOW - 1200, NOW - 60)
    assert interval(event, NOW) == "60s (x3 over 20m)"


def test_an_event_without_any_time_is_as_old_as_its_object() -> None:
    event = read(metadata={"creationTimestamp": at(90)})
    assert (event.first, event.last, event.at) == (None, None, NOW - 90)
    assert interval(event, NOW) == "<unknown>"
    assert cells(line(event), NOW)["LAST SEEN"] == "<unknown>"
    assert read().at == 0.0


def test_what_it_is_about() -> None:
    """A kubelet writes its node's name where the uid should be, and the hash of a file for a static pod."""
    node = read(involvedObject={"kind": "Node", "name": "worker-1", "uid": "worker-1"})
    assert (node.about.kind, node.about.name, node.about.uid) == (NODES, "worker-1", "")
    static = read(involvedObject={"kind": "Pod", "apiVersion": "v1", "name": "etcd", "uid": "0a" * 16})
    assert (static.about.kind, static.about.uid) == (PODS, "")
    pod = read(involvedObject={"kind": "Pod", "apiVersion": "v1", "name": "web", "uid": UID})
    assert pod.about.uid == UID


@pytest.mark.parametrize(
    ("api", "kind", "resource"),
    [
        ("v1", "Pod", "pods"),
        ("", "Node", "nodes"),
        ("apps/v1", "Deployment", "deployments.apps"),
        ("extensions/v1beta1", "Ingress", "ingresses.extensions"),
        ("cert-manager.io/v1", "Certificate", "certificates.cert-manager.io"),
        ("example.io/v1", "Policy", "policies.example.io"),
        ("example.io/v1", "Gateway", "gateways.example.io"),
    ],
)
def test_kinds_by_name(api: str, kind: str, resource: str) -> None:
    assert kind_named(api, kind).resource == resource


def test_an_object_without_a_name_is_its_kind() -> None:
    assert target(read(involvedObject={"kind": "Cluster"}).about) == "cluster"


def test_hostile_text_is_cleaned() -> None:
    event = read(
        message="\x1b[31mred\x07\n[bold]x",
        reason="A\x1bB",
        type="War\x00ning",
        involvedObject={"kind": "Po\x1bd", "name": "we\u202eb", "namespace": "s\x9bhop", "fieldPath": "\x1b"},
        source={"component": "k\x1b"},
    )
    shown = cells(line(event), NOW)
    assert shown["MESSAGE"] == "[31mred [bold]x"
    assert (shown["REASON"], shown["TYPE"], shown["OBJECT"]) == ("AB", "Warning", "pod/web")
    assert all(text.isprintable() for text in shown.values())


@pytest.mark.parametrize(
    "body", [b"{}", b'{"metadata":{"name":"a"}}', b'{"metadata":{"name":"a","uid":"b"},"count":"many"}', b"[]"]
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        codec(EVENTS).event(body)


def test_numbers_that_make_no_sense_do_no_harm() -> None:
    event = read(count=-7, firstTimestamp="yesterday", lastTimestamp=at(-500), series=None)
    assert event.count == 1
    assert cells(line(event), NOW)["LAST SEEN"] == "<invalid>"


# Lines


def test_warnings_stand_out_and_come_first() -> None:
    column = next(each for each in COLUMNS if each.title == "TYPE")
    assert column.tone is not None
    old, new, normal = (
        line(read(type=kind, firstTimestamp=at(age))) for kind, age in (("Warning", 90), ("Warning", 9), ("Normal", 1))
    )
    assert [column.tone(each, NOW) for each in (new, normal)] == [Tone.WARNING, Tone.PLAIN]
    assert sorted([normal, old, new], key=column.order) == [new, old, normal]


def test_filters_look_at_reason_kind_and_name() -> None:
    about = {"kind": "Pod", "apiVersion": "v1", "name": "web-1", "namespace": "shop"}
    shown = line(read(reason="BackOff", type="Warning", involvedObject=about, message="Back-off"))
    for text, found in (
        ("reason=BackOff,kind=Pod", True),
        ("-l reason in (Failed,BackOff)", True),
        ("type!=Warning", False),
        ("namespace=shop,name=web-1", True),
        ("back-off", True),
        ("reason=Failed", False),
    ):
        assert parse(text).matches(search_text(shown).lower(), shown.labels) is found, text


def test_a_storm_says_of_how_many_objects_it_is() -> None:
    event = read(involvedObject={"kind": "Pod", "apiVersion": "v1", "name": "web-78f9-w2cdb"})
    assert object_text(line(event, stem="web-78f9", objects=12)) == "pod/web-78f9-* (12 objects)"


# The rate


def steady(every: float, lasted: float, ended: float = 0.0) -> EventLine:
    """So often, for so long, until so many seconds ago."""
    count = int(lasted / every) + 1
    return line(read(count=count, firstTimestamp=at(lasted + ended), lastTimestamp=at(ended)))


@pytest.mark.parametrize("lasted", [60, 120, 300, 3600, 86_400])
@pytest.mark.parametrize("every", [2, 10, 20])
def test_the_rate_of_what_happens_evenly_is_the_rate_it_happens_at(every: float, lasted: float) -> None:
    """To about one occurrence in the time that it looks back over."""
    assert rate(steady(every, lasted), NOW) == pytest.approx(60 / every, abs=2 * 60 / min(lasted, 300))


def test_the_rate_fades_when_it_is_over() -> None:
    shown = steady(6, 3600)
    values = [rate(shown, NOW + later) for later in (0, 60, 300, 900, 1800)]
    assert values == sorted(values, reverse=True)
    assert values[2] == pytest.approx(values[0] / 2.718, rel=0.01)
    assert [rate_text(shown, NOW + later) for later in (0, 3600)] == ["10", "0"]


def test_a_burst_that_has_just_begun_is_not_belittled() -> None:
    assert rate(line(read(count=12, firstTimestamp=at(2), lastTimestamp=at(0))), NOW) == pytest.approx(13, rel=0.05)


def test_what_happened_once_has_no_rate() -> None:
    assert rate_text(line(read(firstTimestamp=at(5))), NOW) == ""


def test_rates_sort_by_what_is_going_on_now() -> None:
    column = next(each for each in COLUMNS if each.title == "RATE/MIN")
    slow, fast, over = steady(30, 3600), steady(2, 3600), steady(1, 3600, ended=3000)
    once = line(read(firstTimestamp=at(5)))
    assert sorted([fast, over, slow], key=column.order) == [over, slow, fast]
    order: Any = column.order(once)
    assert order[0] is True  # unknown: last in any direction


# Generated names


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        ("Pod", "web-78f9c6d4b5-w2cdb", "web-78f9c6d4b5"),
        ("Pod", "agent-x665m", "agent"),
        ("Pod", "db-0", "db"),
        ("Pod", "report-29384765-kx2vz", "report-29384765"),
        ("Job", "report-29384765", "report"),
        ("ReplicaSet", "web-78f9c6d4b5", "web"),
        ("PersistentVolumeClaim", "data-db-3", "data-db"),
        ("Pod", "web-cache", ""),
        ("Pod", "handmade", ""),
        ("Node", "worker-1", ""),
        ("Pod", "-0", ""),
    ],
)
def test_stems(kind: str, name: str, found: str) -> None:
    assert stem(kind, name) == found
