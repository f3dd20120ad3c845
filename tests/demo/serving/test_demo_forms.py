"""The forms of answers and bodies: YAML, indented JSON, Tables of both versions, and what is refused."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import yaml

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving import yamltext

CONFIG = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "c", "namespace": "default"},
    "data": {"a": "1"},
}
MAPS = "/api/v1/namespaces/default/configmaps"
SCALE = "/apis/apps/v1/namespaces/default/deployments/web/scale"
META = "v=v1;g=meta.k8s.io"


@pytest.fixture
async def http(cluster: EmbeddedCluster) -> AsyncIterator[aiohttp.ClientSession]:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "m", "image": "i"}]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"a": "b"}}, "template": template}
    cluster.registry.create(json.loads(json.dumps(CONFIG)))
    meta = {"name": "web", "namespace": "default"}
    cluster.registry.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec})
    headers = {"Authorization": f"Bearer {cluster.token}"}
    async with aiohttp.ClientSession(cluster.url, headers=headers) as session:
        yield session


@pytest.mark.parametrize(
    ("path", "accept", "status", "told"),
    [
        (f"{MAPS}/c", "application/yaml", 200, 'a: "1"'),
        (f"{MAPS}/none", "application/yaml", 404, 'message: configmaps "none" not found'),
        (SCALE, "application/yaml", 200, "kind: Scale"),
        ("/api/v1", "application/yaml", 200, "kind: APIResourceList"),
        (f"{MAPS}/c", f"application/yaml;as=Table;{META}", 200, "kind: Table"),
        (f"{MAPS}/c", "application/json;as=Table;v=v1beta1;g=meta.k8s.io", 200, "meta.k8s.io/v1beta1"),
        (f"{MAPS}/c", f"application/json;as=Table;{META}", 200, '"meta.k8s.io/v1"'),
        (SCALE, f"application/json;as=Table;{META}", 200, '"cells":["web",2,0,'),
        (f"{MAPS}/c", f"application/json;as=PartialObjectMetadataList;{META}", 406, "is not a list (*core.ConfigMap)"),
        (MAPS, f"application/json;as=PartialObjectMetadata;{META}", 406, "is a list (*core.ConfigMapList)"),
        (f"{MAPS}?watch=true", "application/yaml", 406, "application/json;stream=watch"),
        ("/api", "text/html", 406, "406: Not Acceptable"),
        ("/apis/apps/v1", f"application/json;as=Table;{META}", 406, "only the following media types are accepted"),
        (f"{MAPS}/c", "application/*", 406, "406: Not Acceptable"),
    ],
)
async def test_the_form_asked_for(http: aiohttp.ClientSession, path: str, accept: str, status: int, told: str) -> None:
    async with http.get(path, headers={"Accept": accept}) as answer:
        assert (answer.status, told in await answer.text()) == (status, True)
        assert answer.content_type == (
            "application/yaml" if "yaml" in accept and "watch" not in path else answer.content_type
        )


@pytest.mark.parametrize(
    ("query", "agent", "indented"),
    [
        ("", "kubectl", False),
        ("?pretty=true", "kubectl", True),
        ("", "curl/8", True),
        ("?pretty=false", "curl/8", False),
    ],
)
async def test_people_read_indented_json(http: aiohttp.ClientSession, query: str, agent: str, indented: bool) -> None:
    async with http.get(f"{MAPS}/none{query}", headers={"User-Agent": agent}) as answer:
        assert (await answer.text()).startswith("{\n  " if indented else '{"')


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (
            "kind: ConfigMap\nmetadata: {name: y}\n",
            400,
            "cannot unmarshal bool into Go struct field ObjectMeta.metadata.name",
        ),
        ("metadata: {name: a}\n---\nmetadata: {name: b}\n", 201, '"name":"a"'),
        ("metadata:\n\tname: a\n", 400, "yaml: line 2: found character that cannot start any token"),
        ("{", 400, "yaml: line 1: did not find expected node content ({)"),
        ("metadata: {name: a, name: b}\n", 201, '"name":"b"'),
        ("data: {a: 1}\nmetadata: {name: a}\n", 400, "cannot unmarshal number into Go struct field ConfigMap.data"),
        ("kind: ConfigMapList\n", 400, "converting (v1.ConfigMapList) to (core.ConfigMap): unknown conversion"),
    ],
)
async def test_bodies_in_yaml(http: aiohttp.ClientSession, body: str, status: int, told: str) -> None:
    async with http.post(MAPS, data=body, headers={"Content-Type": "application/yaml"}) as answer:
        assert (
            answer.status,
            told in json.loads(await answer.text()).get("message", "") or told in await answer.text(),
        ) == (status, True)
        if "b}" in body and status == 201 and "---" not in body:
            assert answer.headers["Warning"] == '299 - "line 1: key \\"name\\" already set in map"'


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("APPLICATION/JSON", 201),
        ("application/json; charset=utf-8", 201),
        ("application/json;foo", 415),
        ("text/plain", 415),
    ],
)
async def test_types_of_bodies(http: aiohttp.ClientSession, content_type: str, status: int) -> None:
    body = json.dumps({"metadata": {"name": "n"}})
    async with http.post(MAPS, data=body, headers={"Content-Type": content_type}) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    "text", ["1", "y", "true", "x: y", "a\nb", "", "~", "0x1", "1e3", "-", "é", "it's", "1:30", "null"]
)
def test_texts_stay_texts(text: str) -> None:
    dumped = yamltext.dump({"k": text})
    assert yamltext.load(dumped) == ({"k": text}, [])
    assert yaml.safe_load(dumped) == {"k": text}


def test_quotes_are_those_of_go() -> None:
    data: dict[str, Any] = {"a": "1", "b": "x: y", "c": "a\nb\n", "d": "1e3", "e": "word"}
    assert yamltext.dump(data).decode() == 'a: "1"\nb: \'x: y\'\nc: |\n  a\n  b\nd: "1e3"\ne: word\n'


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", f"{MAPS}/c", 405),
        ("OPTIONS", MAPS, 405),
        ("PUT", "/api", 405),
        ("POST", "/version", 405),
        ("DELETE", "/apis/apps/v1", 405),
        ("PUT", "/apis/apps", 200),
        ("DELETE", "/api/v1/pods", 405),
        ("GET", "/api/v1/namespaces/default/namespaces", 404),
        ("PUT", "/api/v9", 404),
    ],
)
async def test_methods_and_places(http: aiohttp.ClientSession, method: str, path: str, status: int) -> None:
    async with http.request(method, path) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("method", "name", "body", "status", "told"),
    [
        ("PUT", "c", {}, 400, "the name of the object (c based on URL) was undeterminable: name must be provided"),
        ("PUT", "none", {"metadata": {"name": "c"}}, 400, "does not match the name on the URL (none)"),
        ("PUT", "none", {"metadata": {"name": "none", "namespace": "x"}}, 400, "does not match the namespace sent"),
        ("PATCH", "c", {"metadata": {"name": None}}, 400, "was undeterminable"),
        ("PATCH", "c", {"metadata": {"resourceVersion": "x"}}, 500, 'strconv.ParseUint: parsing "x"'),
    ],
)
async def test_what_a_write_is_about(
    http: aiohttp.ClientSession, method: str, name: str, body: dict[str, Any], status: int, told: str
) -> None:
    media = "application/merge-patch+json" if method == "PATCH" else "application/json"
    async with http.request(method, f"{MAPS}/{name}", data=json.dumps(body), headers={"Content-Type": media}) as answer:
        assert (answer.status, told in (await answer.json())["message"]) == (status, True)


async def test_a_patch_of_a_wrong_type_is_refused_before_anybody_looks(http: aiohttp.ClientSession) -> None:
    async with http.patch(f"{MAPS}/none", json={}) as answer:
        assert (answer.status, (await answer.json())["message"]) == (415, "415: Unsupported Media Type")


async def test_metadata_alone_do_not_show_what_a_field_of_the_internal_type_holds(
    http: aiohttp.ClientSession, cluster: EmbeddedCluster
) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "m", "image": "i"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    meta = {"name": "agent", "namespace": "default", "annotations": {"kept": "yes"}}
    cluster.registry.create({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": meta, "spec": spec})
    mark, path = "deprecated.daemonset.template.generation", "/apis/apps/v1/namespaces/default/daemonsets/agent"
    whole = await (await http.get(path)).json()
    assert whole["metadata"]["annotations"] == {"kept": "yes", mark: "1"}
    for form in ("Table", "PartialObjectMetadata"):
        shown = await (await http.get(path, headers={"Accept": f"application/json;as={form};{META}"})).json()
        row = shown["rows"][0]["object"] if form == "Table" else shown
        assert row["metadata"]["annotations"] == {"kept": "yes"}
