"""An object edited as text: the text, the patch that comes of it, one change put onto another's, what is refused."""

from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.registry.patch import merge as merged
from k8stui.demo.registry.strategic import strategic as applied
from k8stui.demo.schema.schema import Schema
from k8stui.model.kinds import BUDGETS, BUILT_IN, CONFIG_MAPS, DEPLOYMENTS, PODS, SECRETS, SERVICES, Kind
from k8stui.model.objects import row
from k8stui.operations.builders.editing import (
    EmptyError,
    as_saved,
    edit,
    own,
    text_of,
    tree_of,
    value_of,
    values,
    with_header,
    with_value,
    without_header,
)
from k8stui.operations.builders.merge_keys import SET, is_whole, known, merge_key, retains
from k8stui.operations.builders.strategic import merge, strategic
from k8stui.operations.builders.three_way import rebase
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import MERGE, STRATEGIC
from tests.support import acting, manifests
from tests.support.golden import found
from tests.support.http import http

WIDGETS = Kind("example.com", "v1", "widgets", "Widget", "widget")
Object = dict[str, Any]


def web(**more: Any) -> Object:
    containers = [
        {"name": "web", "image": "web:1", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
        {"name": "log", "image": "log:1"},
    ]
    spec = {"replicas": 2, "template": {"spec": {"containers": containers}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": spec | more,
    }


def changed(tree: Object, *path: Any, to: Any) -> Object:
    """A copy with another value somewhere."""
    copy = deepcopy(tree)
    inner: Any = copy
    for each in path[:-1]:
        inner = inner[each]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return copy


IMAGE = ("spec", "template", "spec", "containers", 0, "image")


# ---- merge keys


def test_the_lists_of_named_things_are_those_of_kubernetes() -> None:
    """Every field of every built-in kind, against what OpenAPI says of them."""
    seen = 0
    for kind in BUILT_IN.values():
        of = Schema().named(kind.api_version, kind.kind)
        if of is None:
            continue
        waiting: list[tuple[tuple[str, ...], Any]] = [((), of)]
        while waiting:
            path, parent = waiting.pop()
            for name, field in parent.fields.items():
                here = (*path, name)
                if here[0] == "status" or "status" in here:
                    continue
                expected = (field.merge_key or SET) if field.merges else None
                assert merge_key(kind, here) == expected, (kind.kind, here)
                assert retains(kind, here) == ("retainKeys" in field.strategy), (kind.kind, here)
                assert is_whole(kind, here) == (field.strategy == "replace"), (kind.kind, here)
                seen += expected is not None
                if field.of is not None and len(here) < 9:
                    waiting.append((here, field.of))
    assert seen > 150


# ---- patches


def test_a_strategic_patch_is_what_kubectl_edit_sends() -> None:
    """As kubectl 1.32 sent it for the same edit."""
    assert strategic(DEPLOYMENTS, web(), changed(web(), *IMAGE, to="web:2")) == {
        "spec": {
            "template": {
                "spec": {
                    "$setElementOrder/containers": [{"name": "web"}, {"name": "log"}],
                    "containers": [{"name": "web", "image": "web:2"}],
                }
            }
        }
    }
    assert strategic(DEPLOYMENTS, web(paused=True), web()) == {"spec": {"paused": None}}


def test_two_ports_of_one_number_replace_the_whole_list() -> None:
    """kubectl's patch would change the wrong one (or both): they have one key."""
    before = {"spec": {"ports": [{"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]}}
    after = {"spec": {"ports": [{"port": 53, "protocol": "UDP"}]}}
    patch = strategic(SERVICES, before, after)
    assert patch == {"spec": {"ports": [{"$patch": "replace"}, {"port": 53, "protocol": "UDP"}]}}
    assert applied(before, patch, Schema().named("v1", "Service")) == after


def test_of_one_choice_among_several_the_others_go() -> None:
    """As kubectl 1.32 sends it."""
    before = web(strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}})
    patch = strategic(DEPLOYMENTS, before, web(strategy={"type": "Recreate"}))
    assert patch == {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate", "rollingUpdate": None}}}
    assert applied(before, patch, Schema().named("apps/v1", "Deployment")) == web(strategy={"type": "Recreate"})
    old: Object = {"spec": {"volumes": [{"name": "v", "emptyDir": {}}]}}
    new: Object = {"spec": {"volumes": [{"name": "v", "configMap": {"name": "c"}}]}}
    patch = strategic(PODS, old, new)
    assert patch["spec"]["volumes"] == [
        {"name": "v", "$retainKeys": ["configMap", "name"], "configMap": {"name": "c"}, "emptyDir": None}
    ]
    assert applied(old, patch, Schema().named("v1", "Pod")) == new


def test_a_selector_that_is_replaced_as_a_whole_is_sent_whole() -> None:
    before = {"spec": {"selector": {"matchLabels": {"app": "web", "tier": "front"}}}}
    after = {"spec": {"selector": {"matchLabels": {"app": "web"}}}}
    assert strategic(BUDGETS, before, after) == after
    assert (
        applied(before, strategic(BUDGETS, before, after), Schema().named("policy/v1", "PodDisruptionBudget")) == after
    )


names = st.sampled_from("abcd")
env = st.lists(st.fixed_dictionaries({"name": names, "value": st.sampled_from(["1", "2"])}), max_size=4)
ports = st.lists(
    st.fixed_dictionaries({"containerPort": st.sampled_from([1, 2, 3])}, optional={"name": names}), max_size=3
)
container = st.fixed_dictionaries(
    {"name": names}, optional={"image": names, "env": env, "ports": ports, "args": st.lists(names, max_size=2)}
)
pods = st.fixed_dictionaries(
    {
        "metadata": st.fixed_dictionaries(
            {"name": st.just("web")},
            optional={
                "labels": st.dictionaries(names, names, max_size=3),
                "finalizers": st.lists(names, max_size=3, unique=True),
            },
        ),
        "spec": st.fixed_dictionaries(
            {"containers": st.lists(container, max_size=3)},
            optional={
                "hostNetwork": st.booleans(),
                "tolerations": st.lists(st.fixed_dictionaries({"key": names}), max_size=2),
            },
        ),
    }
)


def without_empty_lists(value: Any) -> Any:
    """Kubernetes does not tell an empty list of named things from none."""
    if isinstance(value, dict):
        kept = {key: without_empty_lists(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each != []}
    return [without_empty_lists(each) for each in value] if isinstance(value, list) else value


@settings(derandomize=True, max_examples=50, deadline=None)
@given(pods, pods)
def test_a_patch_makes_exactly_the_edited_object(before: Object, after: Object) -> None:
    of = Schema().named("v1", "Pod")
    patch = strategic(PODS, before, after)
    assert without_empty_lists(applied(deepcopy(before), patch, of)) == without_empty_lists(after)
    assert bool(patch) == (before != after)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(pods, pods)
def test_a_merge_patch_makes_exactly_the_edited_object(before: Object, after: Object) -> None:
    assert merged(deepcopy(before), merge(before, after)) == after


# ---- one change put onto another's


def test_both_changes_are_kept_where_they_touch_different_things() -> None:
    mine = changed(web(), *IMAGE, to="web:2")
    theirs = changed(
        changed(web(), "spec", "replicas", to=5), "spec", "template", "spec", "containers", 1, "image", to="log:2"
    )
    both = rebase(DEPLOYMENTS, web(), mine, theirs)
    assert both.overlaps == ()
    assert both.tree == changed(theirs, *IMAGE, to="web:2")


def test_what_both_have_changed_is_named_and_the_own_counts() -> None:
    mine = changed(changed(web(), *IMAGE, to="web:2"), "spec", "replicas", to=3)
    theirs = changed(changed(web(), *IMAGE, to="web:9"), "spec", "replicas", to=3)
    both = rebase(DEPLOYMENTS, web(), mine, theirs)
    assert both.overlaps == ("spec.template.spec.containers[web].image",)
    assert both.tree == mine


def test_items_that_one_adds_and_the_other_removes() -> None:
    path = ("spec", "template", "spec", "containers", 0, "env")
    mine = changed(web(), *path, to=[{"name": "B", "value": "2"}, {"name": "C", "value": "3"}])
    theirs = changed(
        web(), *path, to=[*web()["spec"]["template"]["spec"]["containers"][0]["env"], {"name": "D", "value": "4"}]
    )
    both = rebase(DEPLOYMENTS, web(), mine, theirs)
    assert [each["name"] for each in both.tree["spec"]["template"]["spec"]["containers"][0]["env"]] == ["B", "D", "C"]
    assert both.overlaps == ()


@settings(derandomize=True, max_examples=50, deadline=None)
@given(pods, pods, pods)
def test_a_change_onto_an_unchanged_object_is_itself(base: Object, mine: Object, theirs: Object) -> None:
    assert rebase(PODS, base, mine, base).tree == mine
    assert rebase(PODS, base, base, theirs).tree == theirs
    assert rebase(PODS, base, mine, mine).overlaps == ()


# ---- the text


def test_the_text_has_what_is_the_users_to_say_and_reads_back_as_the_same() -> None:
    obj = found(DEPLOYMENTS, "web", "shop", spec={"replicas": 2, "paused": False}, status={"replicas": 2})
    text = text_of(obj)
    assert "status" not in text
    assert "managedFields" not in text
    assert tree_of(text) == own(DEPLOYMENTS, obj.exact())
    with_top = with_header(text, ["line 7: \x1b[31mno"], "deployment.apps/web")
    assert with_top.splitlines()[1:4] == ["# deployment.apps/web was not sent:", "# * line 7: [31mno", "#"]
    assert without_header(with_top) == text
    assert with_header(with_top).count("# Edit the object below") == 1
    assert tree_of(with_top) == tree_of(text)


def test_the_status_of_a_custom_kind_that_keeps_it_itself_stays() -> None:
    obj = {"status": {"a": 1}}
    assert "status" in own(Kind("a.b", "v1", "things", "Thing", subresources=("scale",)), obj)
    assert "status" not in own(Kind("a.b", "v1", "things", "Thing", subresources=("status",)), obj)


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n  # comments\n", "---\n"])
def test_an_empty_text_cancels(text: str) -> None:
    with pytest.raises(EmptyError, match="nothing was sent"):
        tree_of(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\n b: 2\n", "line 2: this is not valid YAML"),
        ("- a\n", "The text is no object"),
        ("a: 1\na: 2\n", "line 2: .*a.* twice|comes twice"),
        ("a: 1\n---\nb: 1\n", "several documents"),
    ],
)
def test_a_text_that_is_no_object_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(UnableError, match=says):
        tree_of(text)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("metadata", "name"), "other", "metadata.name was web and cannot be changed"),
        (("metadata", "namespace"), "other", "metadata.namespace was shop"),
        (("kind",), "DaemonSet", "kind was Deployment"),
        (("apiVersion",), "apps/v2", "apiVersion was apps/v1"),
    ],
)
def test_another_object_is_refused(path: tuple[str, ...], value: str, says: str) -> None:
    obj = found(DEPLOYMENTS, "web", "shop", spec={})
    with pytest.raises(UnableError, match=says):
        edit(obj, base=own(DEPLOYMENTS, obj.exact()), edited=changed(obj.exact(), *path, to=value))


# ---- the mutation


def test_an_edit_is_pinned_and_its_command_masks_what_nobody_may_read() -> None:
    obj = found(SECRETS, "keys", "shop", data={"password": "aHVudGVyMg=="})
    base = own(SECRETS, obj.exact())
    mutation = edit(obj, base=base, edited=with_value(SECRETS, base, "password", "letmein"))
    body = mutation.request.decoded()
    assert body == {
        "data": {"password": "bGV0bWVpbg=="},
        "metadata": {"uid": obj.ref.uid, "resourceVersion": obj.version},
    }
    assert mutation.request.content_type == STRATEGIC
    assert mutation.request.query == (("fieldManager", "kubectl-edit"), ("fieldValidation", "Strict"))
    kept = repr((mutation.kubectl, mutation.before, mutation.says, mutation.done, mutation.inverse))
    assert "bGV0bWVpbg" not in kept
    assert "letmein" not in kept
    assert "hunter2" not in repr(obj)


def test_a_custom_kind_gets_a_merge_patch() -> None:
    obj = found(WIDGETS, "one", "shop", spec={"sizes": [{"name": "a"}, {"name": "b"}]})
    base = own(WIDGETS, obj.exact())
    mutation = edit(obj, base=base, edited=changed(base, "spec", "sizes", to=[{"name": "b"}]))
    assert mutation.request.content_type == MERGE
    assert mutation.request.decoded()["spec"] == {"sizes": [{"name": "b"}]}
    assert "--type=merge" in mutation.kubectl


def test_a_changed_template_is_taken_back_through_its_history_and_other_edits_are_not() -> None:
    status = {"observedGeneration": 3}
    notes = {"deployment.kubernetes.io/revision": "4"}
    tree = web() | {"status": status}
    obj = found(DEPLOYMENTS, "web", "shop", spec=tree["spec"], status=status)
    exact = obj.exact()
    exact["metadata"] |= {"generation": 3, "annotations": notes}
    obj = row(DEPLOYMENTS, msgspec.json.encode(exact))
    base = own(DEPLOYMENTS, exact)
    inverse = edit(obj, base=base, edited=changed(base, *IMAGE, to="web:2")).inverse
    assert inverse is not None
    assert (inverse.builder, inverse.args) == ("undo.undo", {"revision": 4})
    assert edit(obj, base=base, edited=changed(base, "spec", "replicas", to=9)).inverse is None


def test_what_is_so_already_is_not_sent() -> None:
    obj = found(DEPLOYMENTS, "web", "shop", spec={"replicas": 3})
    base = changed(own(DEPLOYMENTS, obj.exact()), "spec", "replicas", to=2)
    with pytest.raises(AlreadySoError, match="is so already"):
        edit(obj, base=base, edited=own(DEPLOYMENTS, obj.exact()))


# ---- values


def test_the_keys_of_a_config_map_and_which_of_them_are_text() -> None:
    obj = found(CONFIG_MAPS, "settings", "shop", data={"b": "1\r\n2", "a": "x\x1b[31m"}, binaryData={"c": "/w=="})
    assert [(each.key, each.bytes, bool(each.why_not)) for each in values(obj)] == [
        ("a", 6, True),
        ("b", 4, False),
        ("c", 1, True),
    ]
    assert value_of(obj, "b") == "1\r\n2"
    with pytest.raises(UnableError, match="cannot be edited as text: it holds control characters"):
        value_of(obj, "a")
    with pytest.raises(UnableError, match="it is no text"):
        value_of(obj, "c")
    with pytest.raises(UnableError, match="has no key 'd': there are a, b, c"):
        value_of(obj, "d")


@pytest.mark.parametrize("text", ["", "x", "x\n", "x\n\n", "ä\n\ty"])
def test_the_value_of_a_secret_goes_there_and_back(text: str) -> None:
    obj = found(SECRETS, "keys", "shop", data={})
    tree = with_value(SECRETS, own(SECRETS, obj.exact()), "k", text)
    again = found(SECRETS, "keys", "shop", data=tree["data"])
    assert value_of(again, "k") == text


def test_a_line_break_that_an_editor_adds_is_taken_away_again() -> None:
    assert as_saved("x", "y\n") == "y"
    assert as_saved("x", "y\n\n") == "y\n"
    assert as_saved("x\n", "y\n") == "y\n"
    assert as_saved("x", "y") == "y"
    assert as_saved("", "y\n") == "y\n"


# ---- on a server


async def test_an_edit_on_the_embedded_cluster_and_one_that_lost_the_race(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        cluster.registry.create(manifests.deployment("web") | {"metadata": {"name": "web", "namespace": "default"}})
        obj = await acting.read(client, DEPLOYMENTS, "web")
        base = tree_of(text_of(obj))
        edited = changed(base, *IMAGE, to="registry.example/web:9")
        mutation = edit(obj, base=base, edited=edited)
        cluster.store.modify("deployments.apps", "web", "default", change=lambda each: each["spec"].update(replicas=7))
        assert (await acting.sent(client, mutation)).status == 409
        now = await acting.read(client, DEPLOYMENTS, "web")
        again = edit(now, base=base, edited=edited)
        assert again.before == {"rebased": True, "overlaps": []}
        reply = await acting.sent(client, again)
        assert reply.status == 200
        spec = reply.json["spec"]
        assert (spec["replicas"], spec["template"]["spec"]["containers"][0]["image"]) == (7, "registry.example/web:9")


def test_kinds_whose_lists_are_known() -> None:
    assert known(DEPLOYMENTS)
    assert not known(WIDGETS)
