"""Manifests that somebody types or pastes: how they are read, their order, and server-side apply."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, Ref
from k8stui.operations.builders.applying import absent, apply, documents, target
from k8stui.operations.builders.typed_trees import one, several
from k8stui.operations.building import UnableError
from tests.support import acting
from tests.support.golden import found
from tests.support.http import http

# ---- what is typed


def test_numbers_are_read_as_kubernetes_reads_them() -> None:
    assert one("mode: 0644\nplain: 10\nhex: 0x10\ntext: '0644'\nport: 08\ntime: 12:34\n") == {
        "mode": 420,
        "plain": 10,
        "hex": 16,
        "text": "0644",
        "port": "08",
        "time": "12:34",
    }
    assert one('{"a": 1e3, "smile": "\\ud83d\\ude00"}') == {"a": 1000.0, "smile": "\U0001f600"}


def test_documents_and_where_they_begin() -> None:
    text = "# first\na: 1\n---\n\n--- # nothing\n---\nb: |\n  ---\n  still b\n...\n---\n- c\n"
    assert [(each.line, each.tree) for each in several(text)] == [
        (2, {"a": 1}),
        (7, {"b": "---\nstill b\n"}),
        (12, ["c"]),
    ]
    assert "hunter2" not in repr(several("k: hunter2"))


def test_what_is_far_too_large() -> None:
    with pytest.raises(UnableError, match="is larger than 3 MB"):
        several("a" * 3_000_001)
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    with pytest.raises(UnableError, match="this is too large to be read"):
        several(bomb)


# ---- apply

MANIFEST = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
---
apiVersion: v1
kind: List
items:
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}
- {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.example.com}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
"""


def test_namespaces_and_definitions_come_first() -> None:
    assert [str(each) for each in documents(MANIFEST)] == [
        "Namespace shop",
        "CustomResourceDefinition widgets.example.com",
        "ConfigMap settings",
        "Deployment shop/web",
    ]
    assert [each.line for each in documents(MANIFEST)] == [13, 7, 2, 7]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is nothing to apply: paste an object"),
        ("hello", "Line 1: this is no object"),
        ("kind: Pod\nmetadata: {name: a}", "Line 1: the object has no apiVersion"),
        ("a: 1\n", "Line 1: the object has no apiVersion"),
        ("\napiVersion: v1\nmetadata: {name: a}", "Line 2: the object has no kind"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}", r"no metadata.name: apply needs a name"),
        ("apiVersion: v1\nkind: Pod\n\tmetadata: {}", "The text, line 3: this is not valid YAML"),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}",
            "Line 5: Pod a stands at line 1 already; leave one of them",
        ),
    ],
)
def test_wrong_manifests(text: str, words: str) -> None:
    with pytest.raises(UnableError, match=words):
        documents(text)


def test_where_a_document_goes() -> None:
    namespace, _, settings, deployment = documents(MANIFEST)
    assert target(settings, CONFIG_MAPS, "dev") == Ref(CONFIG_MAPS, "dev", "settings", "")
    assert target(deployment, DEPLOYMENTS, "dev").namespace == "shop"
    assert target(namespace, NAMESPACES, "dev").namespace == ""
    with pytest.raises(UnableError, match=r"Line 2: ConfigMap settings needs a metadata.namespace"):
        target(settings, CONFIG_MAPS, "")
    [wrong] = documents("apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: b}")
    with pytest.raises(UnableError, match="Line 1: Namespace has no namespace: remove"):
        target(wrong, NAMESPACES, "dev")


def test_an_apply_of_a_copied_object() -> None:
    copied = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c", "uid": "old", "resourceVersion": "3", "managedFields": [{}], "labels": {"a": "b"}},
        "data": {"a": "b"},
    }
    mutation = apply(found(CONFIG_MAPS, "c", "shop"), document=copied)
    assert mutation.request.content_type == "application/apply-patch+yaml"
    assert mutation.request.query == (("fieldManager", "k8stui"), ("fieldValidation", "Strict"), ("force", "false"))
    assert mutation.request.decoded()["metadata"] == {
        "name": "c",
        "labels": {"a": "b"},
        "namespace": "shop",
        "uid": "uid-1",
    }
    assert mutation.kubectl == "kubectl -n shop apply --server-side --field-manager=k8stui -f -"
    assert "'b'" not in repr(mutation.args)
    forced = apply(found(CONFIG_MAPS, "c", "shop"), document=copied, force=True)
    assert ("force", "true") in forced.request.query
    assert forced.says == "apply configmap shop/c (takes over what others own)"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "Secret"},
        {"apiVersion": "v2"},
        {"metadata": {"name": "x"}},
        {"metadata": {"name": "c", "namespace": "x"}},
    ],
)
def test_a_document_of_another_object(change: Any) -> None:
    document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}} | change
    with pytest.raises(UnableError, match="names cannot be changed"):
        apply(found(CONFIG_MAPS, "c", "shop"), document=document)


# ---- on a server


async def test_applies_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        [document] = documents("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '1'}")
        ref = target(document, CONFIG_MAPS, "default")
        created = apply(absent(ref), document=document.tree)
        assert created.says == "apply configmap default/c (new)"
        assert (await acting.sent(client, created)).status == 201
        await client.patch(ref.path + "?fieldManager=somebody", {"data": {"a": "2"}}, "merge")
        row = await acting.read(client, CONFIG_MAPS, "c")
        reply = await acting.sent(client, apply(row, document=document.tree))
        assert reply.status == 409
        assert 'conflict with "somebody"' in reply.message
        assert (await acting.sent(client, apply(row, document=document.tree, force=True))).json["data"] == {"a": "1"}
        assert (await acting.sent(client, apply(acting.of_another(row), document=document.tree))).status == 422
        await acting.taken_back(client, created)
        assert (await client.get(ref.path)).status == 404
        gone = await acting.sent(client, apply(row, document=document.tree))
        assert gone.status == 409, gone.body  # an object that has gone is not made anew
