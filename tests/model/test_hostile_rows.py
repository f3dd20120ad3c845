"""Hostile text through every row builder: nothing of it may reach a terminal."""

import json
import unicodedata
from typing import Any

import msgspec
import pytest

from k8stui.model import nodes, pods, tables
from k8stui.model.codec import TableCodec, codec
from k8stui.model.kinds import LEASES, NAMESPACES, NODES, PODS, Kind
from tests.support.decoded import NOW

ATTACKS = {
    "escape": "\x1b[2J\x1b[31m",
    "one-byte csi": "\x9b31m",
    "clipboard": "\x1b]52;c;aGk=\x07",
    "bidi": "\u202eexe\u2066\u200f",
    "lines": "a\r\nb\x0bc",
    "invisible": "\u200b\ufeff\u2060",
    "markup": "[@click=app.quit]x[/]",
    "long": "x" * 1_000_000,
}


def texts(found: Any) -> list[str]:
    """Every text in a row."""
    if isinstance(found, str):
        return [found]
    if isinstance(found, msgspec.Struct):
        return [text for name in found.__struct_fields__ for text in texts(getattr(found, name))]
    return [text for each in found for text in texts(each)] if isinstance(found, tuple) else []


def harmless(shown: list[str], parts: int = 4) -> None:
    """What a line shows is put together from a few cleaned parts."""
    for text in shown:
        assert len(text) <= parts * 1024
        assert not {unicodedata.category(char) for char in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}, repr(text)


def meta(attack: str) -> Any:
    owner = {"kind": f"ReplicaSet{attack}", "name": f"rs{attack}", "uid": f"o{attack}", "controller": True}
    return {
        "name": f"web{attack}",
        "namespace": f"shop{attack}",
        "uid": f"uid{attack}",
        "labels": {f"key{attack}": f"value{attack}", "kubernetes.io/role": f"role{attack}"},
        "finalizers": [f"hold{attack}"],
        "ownerReferences": [owner],
        "creationTimestamp": f"2026{attack}",
    }


def hostile_pod(attack: str, **more: Any) -> Any:
    ended = {"terminated": {"reason": f"Bad{attack}", "message": f"m{attack}", "exitCode": 3, "finishedAt": attack}}
    held = {"waiting": {"reason": f"Held{attack}", "message": f"said{attack}"}}
    return {
        "metadata": {**meta(attack), **more},
        "spec": {
            "nodeName": f"node{attack}",
            "containers": [{"name": f"c{attack}", "image": f"i{attack}", "resources": {"requests": {"cpu": attack}}}],
            "readinessGates": [{"conditionType": f"gate{attack}"}],
        },
        "status": {
            "phase": f"Phase{attack}",
            "reason": f"Reason{attack}",
            "message": f"message{attack}",
            "nominatedNodeName": f"n{attack}",
            "podIP": f"10{attack}",
            "podIPs": [{"ip": f"10{attack}"}],
            "conditions": [{"type": "DisruptionTarget", "status": "True", "message": f"taint{attack}"}],
            "containerStatuses": [{"name": f"c{attack}", "state": held, "lastState": ended}],
        },
    }


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
@pytest.mark.parametrize("deleting", [False, True])
def test_pods(attack: str, deleting: bool) -> None:
    more = {"deletionTimestamp": "2026-11-21T09:29:16Z"} if deleting else {}
    found = codec(PODS).event(json.dumps(hostile_pod(attack, **more)).encode())
    line = pods.PodLine(found, NOW - 60)
    harmless(texts(found), parts=1)
    harmless([column.text(line, NOW) for column in pods.COLUMNS])
    harmless([pods.explain(line, NOW)])
    assert found.why


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_unscheduled_pod(attack: str) -> None:
    raw = hostile_pod(attack)
    raw["spec"]["nodeName"] = None
    condition = {"type": "PodScheduled", "status": "False", "reason": attack, "message": f"0/6{attack}"}
    raw["status"] |= {"phase": "Pending", "reason": None, "conditions": [condition]}
    found = codec(PODS).event(json.dumps(raw).encode())
    harmless(texts(found), parts=1)
    assert found.unscheduled.startswith("0/6")


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_nodes(attack: str) -> None:
    raw = {
        "metadata": {**meta(attack), "labels": {f"node-role.kubernetes.io/{attack}": "", "kubernetes.io/role": attack}},
        "spec": {"taints": [{"key": f"k{attack}", "value": f"v{attack}", "effect": f"e{attack}"}]},
        "status": {
            "conditions": [{"type": "Ready", "status": f"s{attack}", "reason": f"r{attack}", "message": f"m{attack}"}],
            "addresses": [{"type": "InternalIP", "address": attack}, {"type": "ExternalIP", "address": attack}],
            "nodeInfo": {"kubeletVersion": attack, "osImage": attack, "kernelVersion": attack},
            "allocatable": {"cpu": attack},
        },
    }
    line = nodes.NodeLine(codec(NODES).event(json.dumps(raw).encode()))
    harmless([column.text(line, NOW) for column in nodes.COLUMNS])
    harmless([nodes.why(line, NOW), *texts(line.node)])


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_leases_namespaces_and_tables(attack: str) -> None:
    lease = {"metadata": meta(attack), "spec": {"holderIdentity": attack, "renewTime": attack}}
    harmless(texts(codec(LEASES).event(json.dumps(lease).encode())))
    namespace = codec(NAMESPACES).event(
        json.dumps({"metadata": meta(attack), "status": {"phase": f"p{attack}"}}).encode()
    )
    harmless(texts(namespace))
    kind = Kind("example.com", "v1", "widgets", "Widget")
    tabled = TableCodec(kind)
    found = tabled.event(
        json.dumps(
            {
                "kind": "Table",
                "columnDefinitions": [{"name": f"N{attack}", "type": f"t{attack}", "format": attack}],
                "rows": [{"cells": [f"c{attack}", {attack: [attack]}], "object": {"metadata": meta(attack)}}],
            }
        ).encode()
    )
    harmless([*texts(found), *texts(tabled.columns)])
    made = tables.columns(tabled.columns, namespaced=True)
    harmless([column.title for column in made] + [column.text(found, NOW) for column in made])
