"""No request can crash the server: whatever is asked is answered, by nothing of its own that failed, and it goes on."""

import base64
import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from k8stui.demo.storage.errors import Refusal
from tests.support.odd import BASES, changed, changes, values
from tests.support.probing import Probe

EXAMPLES = int(os.environ.get("K8STUI_EXAMPLES", "40"))
"""Of each property; more of them are a longer search."""
PROPERTY = settings(
    derandomize=True, max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
CONTENT = [f"application/{kind}" for kind in ("json-patch+json", "merge-patch+json", "strategic-merge-patch+json")]
CONTENT += ["application/apply-patch+yaml"]
collections = st.sampled_from(sorted(BASES))


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    found = Probe(stall=0.5)
    yield found
    found.stop()


# ---- strategies

words = st.one_of(
    st.sampled_from(
        ["api", "apis", "v1", "apps", "namespaces", "default", "pods", "deployments", "nodes", "odd", "log"]
    ),
    st.sampled_from(
        ["exec", "status", "scale", "eviction", "binding", "watch", "finalize", "proxy", "attach", "openapi"]
    ),
    st.sampled_from(
        ["metrics.k8s.io", "v1beta1", "apiextensions.k8s.io", "authorization.k8s.io", "demo", "faults", "v3"]
    ),
    st.sampled_from(["", ".", "..", "%2f", "%00", "%ff", "a b", "~", "x" * 300, "💥"]),
    st.text(max_size=5),
)
paths = st.lists(words, max_size=7).map(lambda parts: "/" + "/".join(quote(part, safe="%") for part in parts))
names = ["watch", "limit", "continue", "labelSelector", "fieldSelector", "resourceVersion", "resourceVersionMatch"]
names += ["sendInitialEvents", "allowWatchBookmarks", "timeoutSeconds", "dryRun", "fieldValidation", "fieldManager"]
names += [
    "force",
    "pretty",
    "gracePeriodSeconds",
    "propagationPolicy",
    "includeObject",
    "container",
    "follow",
    "command",
]
names += [
    "tailLines",
    "sinceSeconds",
    "sinceTime",
    "limitBytes",
    "previous",
    "timestamps",
    "ports",
    "stdout",
    "exclude",
]
settled = [
    "",
    "0",
    "1",
    "-1",
    "true",
    "false",
    "x",
    "99999999999999999999",
    "1.5",
    "All",
    "NotOlderThan",
    "Exact",
    "app=x",
]
settled += [
    "metadata.name=odd",
    "a in (b",
    "!",
    "==",
    "a,,b",
    "status.phase!=Running",
    "eyJ2IjoiIn0",
    "💥",
    "\x00",
    "Table",
]
parameters = st.lists(
    st.tuples(st.sampled_from(names), st.one_of(st.sampled_from(settled), st.text(max_size=5))), max_size=4
)
queries = parameters.map(lambda pairs: "?" + "&".join(f"{name}={quote(value)}" for name, value in pairs))
methods = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
accepts = st.sampled_from(
    ["", "*/*", TABLE, "application/yaml", "application/json;as=Table;v=v9;g=x", ";;=,", "text/html"]
)
kinds_of_body = st.sampled_from([*CONTENT, "", "application/json", "application/yaml", "text/plain", ";", "x" * 200])
bodies = st.one_of(
    values.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=20),
    st.sampled_from(
        [b"", b"{", b"[" * 2000, b'{"a":' * 2000, b"\xff\xfe", b"nul", b"&a [*a]", b"'", b"- a: b\n-c", b'"\\ud800"']
    ),
)


def test_any_path_method_header_and_body_is_answered(probe: Probe) -> None:
    @PROPERTY
    @given(methods, paths, queries, accepts, kinds_of_body, bodies)
    def check(method: str, path: str, query: str, accept: str, kind: str, body: bytes) -> None:
        probe.ask(method, path + query, body, Accept=accept, Content_Type=kind)
        assert probe.ask("GET", "/readyz").status == 200

    check()


def test_any_query_of_a_collection_is_answered(probe: Probe) -> None:
    @PROPERTY
    @given(
        collections, st.sampled_from(["", "/odd", "/odd/log", "/odd/status", "/odd/scale"]), queries, accepts, methods
    )
    def check(path: str, rest: str, query: str, accept: str, method: str) -> None:
        probe.ask(method, path + rest + query, Accept=accept)

    check()


def test_bytes_that_are_no_request_end_only_their_own_connection(probe: Probe) -> None:
    @PROPERTY
    @given(st.one_of(st.binary(min_size=1, max_size=60), bodies))
    def check(sent: bytes) -> None:
        probe.throw(sent + b"\r\n\r\n")
        assert probe.ask("GET", "/readyz").status == 200

    check()


def test_any_object_can_be_sent_and_what_is_stored_can_be_read(probe: Probe) -> None:
    @PROPERTY
    @given(collections, changes, st.sampled_from(["POST", "PUT", "PUT status"]))
    def check(path: str, odd: list[tuple[int, Any]], way: str) -> None:
        remove(probe, path)
        if way == "POST":
            probe.ask("POST", path, changed(BASES[path], odd), Content_Type="application/json")
        else:
            plant(probe, BASES[path])
            place = path + "/odd" + ("/status" if way.endswith("status") else "")
            probe.ask("PUT", place, changed(BASES[path], odd), Content_Type="application/json")
        read(probe, path)

    check()


def test_any_patch_is_answered_and_what_is_stored_can_be_read(probe: Probe) -> None:
    @PROPERTY
    @given(collections, patches, st.sampled_from(["", "/status", "/scale", "/ephemeralcontainers"]), queries)
    def check(path: str, sent: tuple[str, bytes], rest: str, query: str) -> None:
        remove(probe, path)
        plant(probe, BASES[path])
        probe.ask("PATCH", f"{path}/odd{rest}{query}", sent[1], Content_Type=sent[0])
        read(probe, path)

    check()


def test_any_stored_object_can_be_listed_watched_shown_patched_and_deleted(probe: Probe) -> None:
    """Poison that came in beside the registry: an older version's objects, another server's."""

    @PROPERTY
    @given(collections, changes)
    def check(path: str, odd: list[tuple[int, Any]]) -> None:
        remove(probe, path)
        if not plant(probe, changed(BASES[path], odd)):
            return
        read(probe, path)
        probe.ask("PATCH", f"{path}/odd", {"metadata": {"annotations": {"x": "y"}}}, Content_Type=CONTENT[1])
        probe.ask("PATCH", f"{path}/odd", {"metadata": {"labels": {"x": "y"}}}, Content_Type=CONTENT[2])
        probe.ask("GET", f"{path}?labelSelector=app%3Dx,b!%3Dc&fieldSelector=metadata.name%3Dodd")
        probe.ask("DELETE", f"{path}/odd?dryRun=All")
        probe.ask("DELETE", f"{path}/odd")

    check()


def test_any_upgrade_and_any_frame_is_survived(probe: Probe) -> None:
    protocols = st.sampled_from(
        ["v5.channel.k8s.io", "v4.channel.k8s.io", "", "x", "v4.base64.channel.k8s.io, x", ",,"]
    )
    frames = st.one_of(
        st.binary(max_size=30), st.sampled_from([b"\x82\x80\0\0\0\0", b"\x88\x80\0\0\0\0", b"\x82\xff" + b"\xff" * 8])
    )
    places = st.sampled_from(["exec", "attach", "portforward", "log"])

    @PROPERTY
    @given(places, queries, protocols, st.lists(frames, max_size=3))
    def check(place: str, query: str, protocol: str, sent: list[bytes]) -> None:
        plant(probe, BASES["/api/v1/namespaces/default/pods"])
        headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        headers |= {"Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), "Sec-WebSocket-Protocol": protocol}
        headers["Authorization"] = f"Bearer {probe.cluster.token}"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        path = f"/api/v1/namespaces/default/pods/odd/{place}{query}"
        probe.throw(f"GET {path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode() + b"".join(sent))
        assert probe.ask("GET", "/readyz").status == 200

    check()


operations = st.fixed_dictionaries(
    {
        "op": st.sampled_from(["add", "remove", "replace", "test", "move", "copy", "x"]),
        "path": st.sampled_from(
            [
                "",
                "/",
                "/spec",
                "/metadata/labels/app",
                "/spec/containers/0",
                "/spec/containers/-",
                "/x/y",
                "/metadata",
                "/spec/taints/9",
                "~",
                "/~2",
                "/metadata/name",
                "/status",
            ]
        ),
    },
    optional={"value": values, "from": st.sampled_from(["", "/spec", "/metadata/labels", "/nope"])},
)
merges = st.one_of(
    values,
    st.fixed_dictionaries(
        {}, optional={"metadata": values, "spec": values, "status": values, "data": values, "kind": values}
    ),
    st.fixed_dictionaries(
        {
            "spec": st.fixed_dictionaries(
                {},
                optional=dict.fromkeys(
                    (
                        "containers $setElementOrder/containers $retainKeys "
                        "$deleteFromPrimitiveList/x taints template replicas ports $patch "
                        "ephemeralContainers selector"
                    ).split(),
                    values,
                ),
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "metadata": st.fixed_dictionaries(
                {},
                optional=dict.fromkeys(
                    (
                        "labels annotations finalizers ownerReferences "
                        "$deleteFromPrimitiveList/finalizers resourceVersion uid generation "
                        "deletionTimestamp managedFields name"
                    ).split(),
                    values,
                ),
            )
        }
    ),
)
patches = st.one_of(
    st.tuples(
        st.just(CONTENT[0]),
        st.one_of(st.lists(operations, max_size=3), values).map(lambda value: json.dumps(value).encode()),
    ),
    st.tuples(st.sampled_from(CONTENT[1:]), merges.map(lambda value: json.dumps(value).encode())),
    st.tuples(st.sampled_from(CONTENT), bodies),
)


# ---- what every example does


def plant(probe: Probe, obj: dict[str, Any]) -> bool:
    """Put an object into the store beside the registry; False when the store itself refuses it."""
    try:
        probe.cluster.store.create(json.loads(json.dumps(obj)))
    except (Refusal, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return False
    return True


def remove(probe: Probe, path: str) -> None:
    for table in list(probe.cluster.store.tables()):
        for entry in list(table.entries.values()):
            if entry.name == "odd":
                probe.cluster.store.remove(table.kind, entry)


def read(probe: Probe, path: str) -> None:
    """List, get, Table and watch: all work, whatever is there."""
    for accept in ("application/json", TABLE, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"):
        answer = probe.ask("GET", path, Accept=accept)
        assert answer.status in (200, 406), answer
        json.loads(answer.body)
    assert probe.ask("GET", f"{path}/odd").status in (200, 404)
    assert probe.ask("GET", f"{path}/odd", Accept=TABLE).status in (200, 404)
    assert probe.ask("GET", f"{path}?watch=true&timeoutSeconds=1", Accept=TABLE).status == 200
