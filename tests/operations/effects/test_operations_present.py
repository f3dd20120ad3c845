"""What a question shows of what the objects have, and what is typed to change or remove it."""

import shlex
from typing import Any

from k8stui.model.kinds import AUTOSCALERS, DEPLOYMENTS, NAMESPACES, NODES, PODS
from k8stui.model.present import Had
from k8stui.operations.builders import environment, images, metadata, probes, resources, taints
from k8stui.operations.effects.present import present
from tests.support.golden import found

NOW = 1_800_000_000.0


def web(*containers: Any, **metadata: Any) -> Any:
    spec = {"template": {"spec": {"containers": list(containers)}}}
    return found(DEPLOYMENTS, "web", "shop", spec=spec, metadata=metadata)


def test_taints_are_shown_as_they_are_typed_and_a_controllers_say_so() -> None:
    node = found(
        NODES,
        "n1",
        spec={
            "taints": [
                {"key": "dedicated", "value": "db", "effect": "NoSchedule"},
                {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute", "timeAdded": "2026-11-21T20:00:00Z"},
            ]
        },
    )
    first, second = present("taints.taint", [node], NOW).had
    assert first == Had("dedicated=db:NoSchedule", "", "dedicated=db:NoSchedule", "dedicated:NoSchedule-")
    assert second.text == "node.kubernetes.io/unreachable:NoExecute"
    assert second.about == "by a controller"
    for had in (first, second):
        taints.checked(had.change)
        taints.checked(had.remove)


def test_what_several_nodes_have_is_shown_once_with_who_has_it() -> None:
    def node(name: str, *keys: str) -> Any:
        return found(NODES, name, spec={"taints": [{"key": key, "effect": "NoSchedule"} for key in keys]})

    had = present("taints.taint", [node("n1", "a", "b"), node("n2", "a"), node("n3", "a", "b")], NOW).had
    assert [(each.text, each.about) for each in had] == [
        ("a:NoSchedule", ""),
        ("b:NoSchedule", "on 2 of 3: n1, n3"),
    ]


def test_annotations_can_be_typed_back_whatever_they_hold_and_what_cannot_is_not_offered() -> None:
    values = {"a": "two words", "b": 'it\'s "so"', "c": "line\nbreak", "x/y": "", "long": "z" * 500}
    applied = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"password":"aHVudGVyMg=="}}'}
    had = {
        each.text.partition("=")[0]: each
        for each in present("metadata.annotations", [web(annotations=values | applied)], NOW).had
    }
    for key in ("a", "b", "x/y", "long"):
        assert metadata.parse_annotations(had[key].change) == {key: values[key]}
        assert metadata.parse_annotations(had[key].remove) == {key: None}
    assert had["c"].change == ""
    hidden = had["kubectl.kubernetes.io/last-applied-configuration"]
    assert (hidden.text.partition("=")[2], hidden.change) == ("***", "")
    assert "aHVudGVyMg" not in repr(had)
    assert len(had["long"].text) < 120


def test_hostile_text_reaches_no_screen() -> None:
    row = web(annotations={"a": "\x1b[31mred\x1b]52;c;aGk=\x07"}, labels={"b": "\x1b[0m"})
    for builder in ("metadata.annotations", "metadata.labels"):
        for had in present(builder, [row], NOW).had:
            assert had.text.isprintable()
            assert had.change == ""


def test_images_resources_and_probes_are_shown_as_they_are_typed() -> None:
    container = {
        "name": "web",
        "image": "shop/web:1",
        "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}},
        "livenessProbe": {"httpGet": {"port": 80}, "periodSeconds": 10, "failureThreshold": 3},
    }
    side = {"name": "side", "image": "side"}
    row = web(container, side)
    assert [each.change for each in present("images.image", [row], NOW).had] == ["web=shop/web:1", "side=side"]
    assert images.parse(present("images.image", [row], NOW).had[0].change) == {"web": "shop/web:1"}
    amounts = present("resources.resources", [row], NOW).had
    assert [each.text for each in amounts] == ["web --requests=cpu=100m --limits=memory=1Gi", "side has none"]
    assert amounts[1].change == "side"
    assert resources.parse("cpu=100m") == {"cpu": "100m"}
    (probe,) = present("probes.probe", [row], NOW).had
    assert probe.change == "liveness period=10s failure=3 -c web"
    assert probes.parse("period=10s failure=3") == {"periodSeconds": 10, "failureThreshold": 3}


def test_variables_are_shown_without_their_values_and_with_their_container_where_it_matters() -> None:
    plain = {"name": "TOKEN", "value": "s3cret"}
    kept = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}
    had = present("environment.env", [web({"name": "web", "env": [plain, kept]})], NOW).had
    assert [(each.text, each.change, each.remove) for each in had] == [
        ("TOKEN=<value>", "TOKEN=", "TOKEN-"),
        ("PASSWORD from a Secret", "PASSWORD=", "PASSWORD-"),
    ]
    assert environment.parse(had[0].remove).remove == ("TOKEN",)
    two = present("environment.env", [web({"name": "web", "env": [plain]}, {"name": "side"})], NOW).had
    assert [(each.about, each.remove) for each in two] == [("container web", "TOKEN- -c web")]
    assert "s3cret" not in repr([had, two])


def test_an_autoscaler_is_offered_as_it_is_typed() -> None:
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}}
    hpa = found(AUTOSCALERS, "web", "shop", spec={"minReplicas": 2, "maxReplicas": 5, "metrics": [metric]})
    assert shlex.split(present("autoscaling.limits", [hpa], NOW).initial) == ["--min=2", "--max=5", "--cpu=80%"]
    assert present("autoscaling.limits", [web({"name": "web"})], NOW).initial == ""


def test_what_has_no_containers_has_nothing_to_show() -> None:
    assert present("images.image", [found(NODES, "n1")], NOW).had == ()


def test_why_an_object_is_stuck_is_told_where_its_finalizers_are() -> None:
    deleted = {"deletionTimestamp": "2026-11-21T06:00:00Z", "deletionGracePeriodSeconds": 0}
    pod = found(PODS, "p", "shop", metadata={"finalizers": ["example.com/hold"], **deleted})
    seen = present("removing.finalizer", [pod], NOW)
    assert [each.text for each in seen.had] == ["example.com/hold"]
    said = " ".join(seen.lines)
    assert "It is being deleted" in said
    assert "the controller behind example.com: is that running?" in said
    namespace = found(
        NAMESPACES,
        "old",
        metadata=deleted,
        spec={"finalizers": ["kubernetes"]},
        status={
            "conditions": [
                {
                    "type": "NamespaceContentRemaining",
                    "status": "True",
                    "message": "Some resources are remaining: widgets.example.com has 2 resource instances",
                }
            ]
        },
    )
    assert "widgets.example.com has 2 resource instances" in " ".join(
        present("removing.finalizer", [namespace], NOW).lines
    )
    quiet = present("removing.finalizer", [found(PODS, "p", "shop")], NOW)
    assert (quiet.had, "not being deleted" in quiet.lines[0]) == ((), True)
