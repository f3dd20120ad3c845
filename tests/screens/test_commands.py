import pytest
from msgspec import structs

from k8stui.actions import Place
from k8stui.kube.kinds import Kinds
from k8stui.model.kinds import BUILT_IN, Kind
from k8stui.screens.commands import Meaning, World, choices, understand

LIST = ("get", "list", "watch")
CERTIFICATES = Kind(
    "cert-manager.io", "v1", "certificates", "Certificate", "certificate", True, ("cert", "certs"), LIST
)
LONGHORN = Kind("longhorn.io", "v1beta2", "nodes", "Node", "node", True, ("lhn",), LIST)
WORLD = World(
    Place("pods", "shop"),
    namespaces=("default", "kube-system", "shop"),
    contexts=("prod-eu", "prod-us", "stage"),
    kinds=Kinds([*BUILT_IN.values(), CERTIFICATES, LONGHORN]),
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("pods", Place("pods", "shop")),
        ("po", Place("pods", "shop")),
        ("Pod", Place("pods", "shop")),
        ("no", Place("nodes", "shop")),
        ("pods kube-system", Place("pods", "kube-system")),
        ("po -n default", Place("pods", "default")),
        ("po -A", Place("pods", None)),
        ("pods all", Place("pods", None)),
        ("pods /crash loop", Place("pods", "shop", "crash loop")),
        ("no -l zone=a", Place("nodes", "shop", "-l zone=a")),
        ("no -l zone", Place("nodes", "shop", "-l zone")),
        ("po -l app in (web, cart),!old -n prod", Place("pods", "prod", "-l app in (web, cart),!old")),
        ("deploy", Place("deployments.apps", "shop")),
        ("Deployment", Place("deployments.apps", "shop")),
        ("deployments.apps -A", Place("deployments.apps", None)),
        ("certificates.cert-manager.io", Place("certificates.cert-manager.io", "shop")),
        ("cert kube-system", Place("certificates.cert-manager.io", "kube-system")),
        ("nodes.longhorn.io", Place("nodes.longhorn.io", "shop")),
        ("stateful", Place("statefulsets.apps", "shop")),
        ("workloads", Place("workloads", "shop")),
        ("ns kube-system", Place("pods", "kube-system")),
        ("ns all", Place("pods", None)),
    ],
)
def test_views_and_namespaces(text: str, place: Place) -> None:
    assert understand(text, WORLD) == Meaning(place=place)


def test_an_exact_name_wins_over_a_fuzzy_one() -> None:
    world = World(Place("pods"), contexts=("prod", "prod-eu"))
    assert understand("ctx prod", world).context == "prod"
    assert next(choice.text for choice in choices("no", WORLD)) == "nodes"


def test_a_part_of_a_context_is_enough_when_there_is_only_one() -> None:
    assert understand("ctx stag", WORLD).context == "stage"
    assert "Several contexts" in understand("ctx prod", WORLD).error
    assert "no context 'moon'" in understand("ctx moon", WORLD).error


def test_pickers_open_without_a_name() -> None:
    assert understand("ctx", WORLD).show == "contexts"
    assert understand("ns", WORLD).show == "namespaces"


def test_actions_by_id_and_by_label() -> None:
    for text in ("help", "Help", "quit", "q!", "exit"):
        action = understand(text, WORLD).action
        assert action is not None
        assert action.id in ("help", "quit")


def test_an_exact_name_of_a_kind_wins_over_what_begins_so_and_the_cores_over_others() -> None:
    for text, view in (("no", "nodes"), ("node", "nodes"), ("ev", "events"), ("certs", CERTIFICATES.resource)):
        place = understand(text, WORLD).place
        assert place is not None
        assert place.view == view


def test_only_one_namespace_at_a_time_and_only_one_that_exists() -> None:
    assert "one namespace" in understand("ns shop prod", WORLD).error
    listed = structs.replace(WORLD, namespaces_complete=True)
    assert "no namespace 'nowhere'" in understand("ns nowhere", listed).error
    assert understand("ns shop", listed).place == Place("pods", "shop")
    assert understand("ns nowhere", WORLD).place == Place("pods", "nowhere")


def test_a_namespace_for_a_kind_without_any_shows_its_pods() -> None:
    assert understand("ns shop", World(Place("nodes"))).place == Place("pods", "shop")


@pytest.mark.parametrize("text", ["", "nonsense", "po -n", "po -l", "po --wide", "\x1b[31mred"])
def test_what_means_nothing_gives_a_sentence(text: str) -> None:
    error = understand(text, WORLD).error
    assert error
    assert "\x1b" not in error


def test_choices_offer_names_that_start_so_before_names_that_hold_it() -> None:
    assert [choice.text for choice in choices("ns s", WORLD)] == ["ns shop", "ns kube-system"]
    assert [choice.text for choice in choices("ctx prod", WORLD)] == ["ctx prod-eu", "ctx prod-us"]
    assert choices("", WORLD)[0].text == "nodes"


def kind(group: str, plural: str, name: str, *short: str) -> Kind:
    return Kind(group, "v1", plural, name, name.lower(), True, short, LIST)


FULL = World(
    Place("pods", "shop"),
    kinds=Kinds(
        [
            kind("", "pods", "Pod", "po"),
            kind("", "configmaps", "ConfigMap", "cm"),
            kind("", "podtemplates", "PodTemplate"),
            kind("", "services", "Service", "svc"),
            kind("apps", "daemonsets", "DaemonSet", "ds"),
            kind("apps", "deployments", "Deployment", "deploy"),
            kind("autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa"),
            kind("batch", "cronjobs", "CronJob", "cj"),
            kind("resource.k8s.io", "deviceclasses", "DeviceClass"),
        ]
    ),
)
"""With verbs and short names, as discovery tells them."""


def offered(text: str) -> list[str]:
    """The lines that are in sight above the command line."""
    return [choice.text for choice in choices(text, FULL)][:6]


def test_kinds_are_offered_before_actions_the_usual_ones_first() -> None:
    assert offered("") == ["nodes", "workloads", "pods", "events", "ns", "ctx"]
    assert offered("d")[:4] == ["deployments.apps", "daemonsets.apps", "deviceclasses.resource.k8s.io", "debug"]
    assert offered("c")[:3] == ["ctx", "cronjobs.batch", "configmaps"]


def test_a_short_name_counts_as_a_name() -> None:
    assert offered("sv")[0] == "services"
    assert offered("hp")[0] == "horizontalpodautoscalers.autoscaling"
    assert offered("po")[0] == "pods"


def test_what_is_not_there_yet_is_offered_last() -> None:
    lines = [choice.later for choice in choices("d", FULL)]
    assert lines == sorted(lines)
    assert True in lines


def test_a_line_that_names_its_namespace_is_complete() -> None:
    assert choices("deploy shop ", WORLD) == []
    assert choices("deploy -n s", WORLD)[0].text == "deploy -n shop"
