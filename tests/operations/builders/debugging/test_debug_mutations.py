"""Debug containers and pods as mutations: sent to the embedded cluster, refused where they cannot be, taken back."""

from typing import Any

import msgspec
import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import CONFIG_MAPS, NAMESPACES, NODES, PODS
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders import debugging
from k8stui.operations.builders.debug_options import ALONE, AT, COPY, EPHEMERAL, HOST, LABEL, NODE, WHO, Options
from k8stui.operations.builders.debug_presets import BUILT_IN, fits_restricted, presets
from k8stui.operations.building import UnableError, build
from k8stui.operations.mutation import Risk
from k8stui.settings import PROFILES, DebugSettings, Preset
from tests.support import acting
from tests.support.debugged import p2
from tests.support.golden import found
from tests.support.http import http
from tests.support.objects import node as a_node
from tests.support.objects import pod as a_pod

Object = dict[str, Any]
BASE: Object = {"image": "busybox:1.37", "suffix": "x7k2p", "who": "jane", "host": "desk", "at": "2026-11-21T09:00:00Z"}
NOTES = {WHO: "jane", HOST: "desk", AT: "2026-11-21T09:00:00Z"}
SHOP = debugging.namespace("shop")
N1 = found(NODES, "n1")


def body(mutation: Any) -> Object:
    decoded: Object = mutation.request.decoded()
    return decoded


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("mode", [EPHEMERAL, COPY, NODE, ALONE])
async def test_the_embedded_cluster_takes_it_and_takes_it_back(
    cluster: EmbeddedCluster, mode: str, profile: str
) -> None:
    async with http(cluster) as client:
        await client.ask("POST", NODES.path(), a_node("worker-1"))
        await client.ask("POST", PODS.path("default"), a_pod("web-1"))
        kind, name = {NODE: (NODES, "worker-1"), ALONE: (NAMESPACES, "default")}.get(mode, (PODS, "web-1"))
        where = {"namespace": "default"} if mode == NODE else {}
        args = {**BASE, **where, "profile": profile, "command": ["sh"], "env": [["A", "b"]]}
        mutation, answer = await acting.done(client, f"debugging.{mode}", kind, name, **args)
        if mode == EPHEMERAL:
            [made] = answer["spec"]["ephemeralContainers"]
            assert (made["name"], made["image"], made["tty"]) == ("debugger-x7k2p", "busybox:1.37", True)
            assert LABEL not in answer["metadata"].get("labels", {})
            return
        assert answer["metadata"]["name"] == mutation.target.name
        assert answer["metadata"]["labels"][LABEL] == mode
        assert NOTES.items() <= answer["metadata"]["annotations"].items()
        await acting.taken_back(client, mutation)


async def test_another_pod_of_that_name_is_not_touched(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask("POST", PODS.path("default"), a_pod("web-1"))
        mutation = await acting.built(client, "debugging.ephemeral", PODS, "web-1", **BASE)
        await client.ask("DELETE", PODS.path("default", "web-1") + "?gracePeriodSeconds=0")
        await client.ask("POST", PODS.path("default"), a_pod("web-1"))
        reply = await acting.sent(client, mutation)
        assert reply.status in (409, 422)
        now = await acting.read(client, PODS, "web-1")
        assert "ephemeralContainers" not in now.exact()["spec"]


def test_what_they_say() -> None:
    mutation = debugging.ephemeral(p2(), **BASE, target="app")
    assert mutation.says == ("add ephemeral container debugger-x7k2p (busybox:1.37, general) to pod default/p2")
    assert (mutation.risk, mutation.builder, mutation.before) == (
        Risk.CHANGE,
        "debugging.ephemeral",
        {"ephemeralContainers": []},
    )
    copied = debugging.copy(p2(), **BASE)
    assert (copied.says, copied.done) == (
        "copy pod default/p2 to p2-debug-x7k2p (busybox:1.37, general)",
        "pod/p2-debug-x7k2p created",
    )
    on_node = debugging.node(N1, **BASE, namespace="shop")
    assert on_node.says == "create pod node-debugger-n1-x7k2p on node n1 (busybox:1.37, general)"
    assert on_node.target.namespace == "shop"
    alone = debugging.alone(SHOP, **BASE)
    assert alone.says == "create pod debugger-x7k2p in namespace shop (busybox:1.37, general)"
    assert alone.request.query == (("fieldManager", "kubectl-run"),)


def test_every_pod_is_stamped_and_ends_by_itself() -> None:
    for mutation in (
        debugging.copy(p2(), **BASE, lifetime=60.4),
        debugging.node(N1, **BASE, namespace="shop", lifetime=60.4),
        debugging.alone(SHOP, **BASE, lifetime=60.4),
    ):
        made = body(mutation)
        assert made["metadata"]["labels"][LABEL] == mutation.args["mode"]
        assert NOTES.items() <= made["metadata"]["annotations"].items()
        assert made["spec"]["activeDeadlineSeconds"] == 60
    assert "activeDeadlineSeconds" not in body(debugging.alone(SHOP, **BASE))["spec"]


def test_an_ephemeral_container_leaves_the_pods_metadata_alone() -> None:
    assert body(debugging.ephemeral(p2(), **BASE, lifetime=9.0))["metadata"] == {"uid": "uid-1"}


def test_a_shorter_deadline_of_the_original_stays() -> None:
    job = found(PODS, "j", "default", spec={"containers": [{"name": "a"}], "activeDeadlineSeconds": 30})
    assert body(debugging.copy(job, **BASE, lifetime=3600.0))["spec"]["activeDeadlineSeconds"] == 30


def test_values_of_the_environment_are_in_the_request_alone() -> None:
    custom = '{"env": [{"name": "B", "value": "hidden-2"}]}'
    for mutation in (
        debugging.ephemeral(p2(), **BASE, env=[["A", "hidden-1"]], custom=custom),
        debugging.copy(p2(), **BASE, env=[["A", "hidden-1"]], custom=custom),
        debugging.alone(SHOP, **BASE, env=[["A", "hidden-1"]], custom=custom),
    ):
        assert b"hidden-1" in mutation.request.body
        assert b"hidden-2" in mutation.request.body
        rest = repr((mutation.kubectl, mutation.args, mutation.before, mutation.says, mutation.done))
        assert "hidden" not in rest
        assert "--env=A=<value>" in mutation.kubectl.replace("'", "")


def test_what_was_sent_is_data_that_the_journal_can_keep() -> None:
    mutation = debugging.copy(p2(), **BASE, set_images=[["app", "x:2"]], command=["sh"], lifetime=60.0)
    again = build("debugging.copy", p2(), msgspec.json.decode(msgspec.json.encode(mutation.args)))
    assert again.request == mutation.request


def test_names_that_are_taken_and_names_that_are_too_long() -> None:
    taken = p2("debugger-x7k2p", "debugger-x7k2q")
    [made] = [each["name"] for each in body(debugging.ephemeral(taken, **BASE))["spec"]["ephemeralContainers"]]
    assert made == "debugger-x7k2r"
    assert debugging.container_of(taken, Options(image="x", suffix="x7k2p")) == made
    assert debugging.container_of(taken, Options(mode=COPY, image="x", suffix="x7k2p")) == "debugger-x7k2p"
    assert debugging.container_of(taken, Options(mode=COPY, set_images=(("*", "x"),))) == ""
    far = found(NODES, "n." * 126 + "n")
    name = debugging.node(far, **BASE, namespace="shop").target.name
    assert (len(name), name.endswith("-x7k2p")) == (253, True)


def test_resources_are_sent_with_pods_and_never_with_an_ephemeral_container() -> None:
    amounts: Object = {"requests": [["cpu", "50m"]], "limits": [["memory", "64Mi"]]}
    wanted = {"requests": {"cpu": "50m"}, "limits": {"memory": "64Mi"}}
    assert body(debugging.node(N1, **BASE, **amounts, namespace="s"))["spec"]["containers"][0]["resources"] == wanted
    assert body(debugging.alone(SHOP, **BASE, **amounts))["spec"]["containers"][0]["resources"] == wanted
    assert body(debugging.ephemeral(p2(), **BASE, **amounts))["spec"]["ephemeralContainers"][0]["resources"] == {}


def test_the_user_counts_in_a_restricted_container_alone() -> None:
    for profile, user in (("restricted", 1000), ("general", None)):
        mutation = debugging.alone(SHOP, **BASE, user=1000, profile=profile)
        [container] = body(mutation)["spec"]["containers"]
        assert container["securityContext"].get("runAsUser") == user


def test_a_pod_of_its_own_in_the_network_of_its_node() -> None:
    made = body(debugging.alone(SHOP, **BASE, host_network=True, name="shell"))
    assert made["spec"]["hostNetwork"] is True
    assert made["metadata"]["labels"] == {"run": "shell", LABEL: ALONE}
    [container] = made["spec"]["containers"]
    assert (container["name"], container["stdinOnce"], made["spec"]["restartPolicy"]) == ("shell", True, "Never")


def test_its_input_goes_on_when_a_session_is_left_where_that_was_chosen() -> None:
    left = debugging.alone(SHOP, **BASE, leave_stdin_open=True)
    assert "stdinOnce" not in body(left)["spec"]["containers"][0]
    assert " -it --leave-stdin-open --restart=Never " in left.kubectl
    assert "--leave-stdin-open" not in debugging.alone(SHOP, **BASE).kubectl
    blind = debugging.alone(SHOP, **BASE, leave_stdin_open=True, stdin=False, tty=False)
    assert "--leave-stdin-open" not in blind.kubectl


def test_a_copy_of_a_pod_among_the_nodes_processes_does_not_share_its_own() -> None:
    shared = found(PODS, "p", "default", spec={"containers": [{"name": "a"}], "hostPID": True})
    assert "shareProcessNamespace" not in body(debugging.copy(shared, **BASE))["spec"]


def ended(phase: str) -> ObjectRow:
    return found(PODS, "p", "default", spec={"containers": [{"name": "a"}]}, status={"phase": phase})


MIRROR = found(PODS, "p", "default", metadata={"annotations": {debugging.MIRROR: "x"}}, spec={"containers": []})
GOING = found(PODS, "p", "default", metadata={"deletionTimestamp": "2026-11-21T09:00:00Z"}, spec={"containers": []})
MAP = found(CONFIG_MAPS, "c", "default")
GONE = found(NAMESPACES, "shop", status={"phase": "Terminating"})


@pytest.mark.parametrize(
    ("builder", "of", "args", "says"),
    [
        ("ephemeral", ended("Succeeded"), {}, "has ended (Succeeded): debug a copy of it"),
        ("ephemeral", ended("Failed"), {}, "has ended (Failed)"),
        ("ephemeral", MIRROR, {}, "mirrors a static pod"),
        ("ephemeral", GOING, {}, "is being deleted"),
        ("ephemeral", p2(), {"target": "nope"}, "no container nope as a target: it has app, side, init1"),
        ("ephemeral", p2("d"), {"container": "d"}, "has a container d already"),
        ("ephemeral", p2(), {"suffix": ""}, "A name is missing"),
        ("ephemeral", MAP, {}, "is no pod"),
        ("ephemeral", p2(), {"image": ""}, "An image is missing"),
        ("ephemeral", p2(), {"imagine": 1}, "These are no options"),
        ("ephemeral", p2(), {"tty": "yes"}, "These are no options"),
        ("copy", MAP, {}, "is no pod"),
        ("copy", p2(), {"name": "p2"}, "cannot have the name of pod/p2 itself"),
        ("copy", p2(), {"set_images": [["nope", "x"]]}, "has no container nope"),
        ("copy", p2(), {"image": "", "container": "nope", "command": ["sh"]}, "has no container nope"),
        ("node", p2(), {"namespace": "shop"}, "is no node"),
        ("node", N1, {}, "in which namespace"),
        ("alone", N1, {}, "is no namespace"),
        ("alone", GONE, {}, "is being deleted: choose another"),
    ],
)
def test_what_cannot_be_done(builder: str, of: ObjectRow, args: Object, says: str) -> None:
    with pytest.raises(UnableError, match=r".") as caught:
        build(f"debugging.{builder}", of, {**BASE, **args})
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options(image="x"), ["An ephemeral container can never be removed"]),
        (Options(image="x", mode=COPY, lifetime=1), ["does what its original does"]),
        (Options(image="x", mode=COPY, lifetime=1, keep_labels=True), ["does what", "Services may send it requests"]),
        (Options(image="x", mode=NODE, lifetime=1), ["among the processes", "who is root in it is root on the node"]),
        (Options(image="x", mode=NODE, lifetime=1, profile="baseline"), ["sees nothing of the node"]),
        (Options(image="x", mode=NODE, lifetime=1, profile="netadmin"), ["among the processes", "network of the node"]),
        (Options(image="x", mode=NODE, lifetime=1, profile="sysadmin"), ["among", "/host", "It is privileged"]),
        (Options(image="x", mode=ALONE, lifetime=1, profile="netadmin"), ["network of the pod"]),
        (Options(image="x", mode=ALONE, lifetime=1, host_network=True), ["in the network of its node"]),
        (Options(image="x", mode=ALONE, profile="baseline"), ["does not end it by itself"]),
        (
            Options(image="x", mode=ALONE, lifetime=1, profile="restricted"),
            ["a user other than root, and by its number"],
        ),
        (Options(image="x", mode=ALONE, lifetime=1, profile="restricted", user=1), []),
    ],
)
def test_what_is_to_be_known_before(options: Options, says: list[str]) -> None:
    told = debugging.warnings(options)
    assert len(told) == len(says), told
    assert all(part in sentence for part, sentence in zip(says, told, strict=True)), told


def test_presets_of_the_configuration_come_first_and_replace_by_name() -> None:
    own = (Preset(name="tools", image="t:1"), Preset(name="curl", image="own/curl:1"))
    listed = presets(DebugSettings(presets=own))
    assert [each.name for each in listed] == ["tools", "curl", "netshoot", "network-multitool", "busybox"]
    assert listed[1].image == "own/curl:1"
    assert [each.name for each in BUILT_IN] == ["netshoot", "network-multitool", "curl", "busybox"]
    assert all(each.user and ":" in each.image for each in BUILT_IN)


@pytest.mark.parametrize(
    ("image", "fits"),
    [
        ("busybox:1.37", False),
        ("gcr.io/distroless/base-debian12:debug-nonroot", True),
        ("gcr.io/distroless/base-debian12:debug", False),
        ("cgr.dev/chainguard/curl:latest-dev", True),
        ("own/nonroot", False),
    ],
)
def test_images_that_say_their_user_by_its_number(image: str, fits: bool) -> None:
    assert fits_restricted(image) is fits
    told = debugging.warnings(Options(mode=ALONE, image=image, profile="restricted", lifetime=1))
    assert bool(told) is not fits
