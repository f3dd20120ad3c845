"""Patches that somebody types: pinned, masked where they show, one sentence where they are wrong."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, PODS, SECRETS, Kind
from k8stui.operations.builders.masking import masked
from k8stui.operations.builders.patching import built_in, patch
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import JSON_PATCH, MERGE, STRATEGIC
from tests.support import acting, manifests
from tests.support.golden import found, needed, recorded, same, wrote
from tests.support.http import http

STRICT = ("fieldValidation", "Strict")
WIDGETS = Kind("example.com", "v1", "widgets", "Widget", "widget")


def web() -> Any:
    return found(DEPLOYMENTS, "web", "default", spec={"replicas": 2})


# ---- patches


@needed
def test_patches_are_what_kubectl_sends() -> None:
    suspend = '{"spec":{"suspend":true}}'
    cron = found(CRON_JOBS, "nightly", "default", spec={})
    mutation = patch(cron, text="spec: {suspend: true}")
    recording = recorded("workloads", "patch suspend cronjob")
    same(mutation, wrote(recording)[0], more=(STRICT,))
    assert mutation.done == recording["stdout"].strip()
    assert mutation.kubectl == f"kubectl -n default patch cronjob.batch/nightly -p '{suspend}'"
    same(
        patch(found(JOBS, "j1", "default"), text=suspend, form="merge"),
        wrote(recorded("workloads", "patch suspend job merge"))[0],
        more=(STRICT,),
    )


@pytest.mark.parametrize(("text", "form"), [("spec: {a: 1}", "strategic"), ("[{op: remove, path: /a}]", "json")])
def test_a_field_that_the_server_does_not_know_is_to_be_refused_not_dropped(text: str, form: str) -> None:
    assert STRICT in patch(web(), text=text, form=form).request.query


def test_a_patch_is_pinned_whatever_its_form() -> None:
    strategic = patch(web(), text="metadata:\n  labels: {a: b}\n")
    assert strategic.request.content_type == STRATEGIC
    assert strategic.request.decoded() == {"metadata": {"labels": {"a": "b"}, "uid": "uid-1"}}
    merge = patch(web(), text='{"spec": {"replicas": 3}}', form="merge")
    assert merge.request.content_type == MERGE
    assert merge.request.decoded()["metadata"] == {"uid": "uid-1"}
    as_json = patch(web(), text="- {op: replace, path: /spec/replicas, value: 3}", form="json")
    assert as_json.request.content_type == JSON_PATCH
    assert as_json.request.decoded() == [
        {"op": "test", "path": "/metadata/uid", "value": "uid-1"},
        {"op": "replace", "path": "/spec/replicas", "value": 3},
    ]
    assert not as_json.trivial  # its difference is shown first
    assert as_json.inverse is None


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ("", "merge", "The patch is empty: type YAML or JSON"),
        ("a: 1\n---\nb: 2", "merge", "The patch holds several documents"),
        ("spec: {replicas: 2", "merge", r"The patch, line 2: this is not valid YAML"),
        ("spec:\n  a: 1\n  a: 2\n", "merge", "The patch, line 3: the key a comes twice in one mapping"),
        ('{"a": 1, "a": 2}', "merge", "The patch: the key a comes twice"),
        ("replicas", "strategic", "A strategic patch is a mapping, like spec"),
        ("[{op: remove, path: /a}]", "merge", r"A merge patch is a mapping.*a list of operations is of type json"),
        ("spec: {}", "yaml", "'yaml' is no type of patch: strategic, merge, json"),
        ("metadata: {name: other}", "merge", r"A patch cannot change metadata.name: leave it out"),
        ("metadata: {uid: other}", "merge", r"A patch cannot change metadata.uid"),
        ("metadata: [1]", "merge", "metadata is a mapping"),
        ("spec: {}", "json", "A JSON patch is a list of operations"),
        ("[]", "json", "A JSON patch is a list of operations"),
        ("[5]", "json", "Operation 1 of the JSON patch is no mapping"),
        ("[{op: set, path: /a}]", "json", "Operation 1 of the JSON patch has no op that is known: add, replace"),
        ("[{op: remove, path: a/b}]", "json", "Operation 1 of the JSON patch needs a path that begins with /"),
        ("[{op: add, path: /a}]", "json", "needs a value to add"),
        ("[{op: remove, path: /a}, {op: move, path: /a}]", "json", "Operation 2 of the JSON patch needs a from"),
        ("a: \x00", "merge", "a character that YAML does not allow"),
        ("a: *nothing", "merge", r"this alias \(\*\) points at nothing"),
        ("[" * 5000, "json", "nested too deeply|not valid YAML"),
    ],
)
def test_wrong_patches(text: str, form: str, words: str) -> None:
    with pytest.raises(UnableError, match=words):
        patch(web(), text=text, form=form)


def test_a_custom_kind_knows_no_strategic_patch() -> None:
    with pytest.raises(UnableError, match="Widget is a custom kind, which knows no strategic patch: use merge or json"):
        patch(found(WIDGETS, "w", "default"), text="spec: {}")
    assert built_in(PODS)
    assert built_in(Kind("apps", "v1", "others", "Other"))
    assert built_in(Kind("networking.k8s.io", "v1", "ipaddresses", "IPAddress"))


def test_what_nobody_may_read_is_in_the_request_alone() -> None:
    secret = found(SECRETS, "s", "shop", data={"a": "eA=="})
    container = '{"name":"web","env":[{"name":"PW","value":"hunter2"}]}'
    cases = [
        (patch(secret, text="stringData: {a: hunter2}\ndata: {b: null}", form="merge"), b"hunter2"),
        (patch(secret, text="[{op: add, path: /data/a, value: aHVudGVyMg==}]", form="json"), b"aHVudGVyMg=="),
        (patch(web(), text=f'{{"spec":{{"template":{{"spec":{{"containers":[{container}]}}}}}}}}'), b"hunter2"),
        (
            patch(
                web(),
                text="[{op: add, path: /spec/template/spec/containers/0/env/-, value: {name: A, value: hunter2}}]",
                form="json",
            ),
            b"hunter2",
        ),
        (
            patch(
                web(),
                text="[{op: replace, path: /spec/template/spec/containers/0/env/0/value, value: hunter2}]",
                form="json",
            ),
            b"hunter2",
        ),
    ]
    for mutation, value in cases:
        assert value in mutation.request.body
        kept = repr([mutation.says, mutation.done, mutation.kubectl, mutation.args, mutation.before])
        assert value.decode() not in kept
        assert "<value>" in mutation.kubectl


def test_a_masked_tree_keeps_what_may_be_seen() -> None:
    assert masked(SECRETS, {"data": {"a": "x", "b": None}, "type": "Opaque"}) == {
        "data": {"a": "<value>", "b": None},
        "type": "Opaque",
    }
    env = [{"name": "A", "valueFrom": {"fieldRef": {}}}, {"name": "B", "value": "x"}]
    assert masked(PODS, {"env": env, "data": {"a": "x"}}) == {
        "env": [env[0], {"name": "B", "value": "<value>"}],
        "data": {"a": "x"},
    }
    applied = {"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{...}"}}}
    assert "<value>" in repr(masked(PODS, applied))


# ---- on a server


async def test_patches_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask("POST", DEPLOYMENTS.path("default"), manifests.deployment("web"))
        for form, text in (
            ("strategic", "spec: {replicas: 3}"),
            ("merge", "spec: {replicas: 4}"),
            ("json", "[{op: replace, path: /spec/replicas, value: 5}]"),
        ):
            _, after = await acting.done(client, "patching.patch", DEPLOYMENTS, "web", text=text, form=form)
            assert f": {after['spec']['replicas']}}}" in text
            foreign = patch(acting.of_another(await acting.read(client, DEPLOYMENTS, "web")), text=text, form=form)
            assert (await acting.sent(client, foreign)).status == 422


@pytest.mark.parametrize("path", ["", "/"])
def test_a_json_patch_of_a_whole_secret_is_masked(path: str) -> None:
    body = [{"op": "replace", "path": path, "value": {"data": {"a": "x"}, "stringData": {"b": "y"}}}]
    assert masked(SECRETS, body)[0]["value"] == {"data": {"a": "<value>"}, "stringData": {"b": "<value>"}}
