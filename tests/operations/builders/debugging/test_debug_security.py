"""What Pod Security admission is predicted to say of debug pods, and what the embedded server then says of them."""

from typing import Any

import pytest
from msgspec.structs import replace

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import NAMESPACES, NODES, PODS
from k8stui.model.pod_security import PREFIX
from k8stui.operations.builders import debugging
from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, MODES, NODE, Options
from k8stui.operations.builders.debug_security import BUILDERS, Prediction, prediction
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import dry
from k8stui.settings import PROFILES
from tests.support import acting
from tests.support.golden import found
from tests.support.http import http

Object = dict[str, Any]
ENFORCED = f"{PREFIX}enforce"
SAFE = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
NODE_1 = found(NODES, "n1")


def pod(**context: Any) -> Any:
    return found(PODS, "p", "shop", spec={"containers": [{"name": "app", "image": "x", "securityContext": context}]})


def chosen(mode: str, profile: str, **more: Any) -> Options:
    where = "shop" if mode == NODE else ""
    return Options(mode=mode, profile=profile, image="busybox:1.37", suffix="x7k2p", namespace=where, **more)


def of(mode: str) -> Any:
    return {NODE: NODE_1, ALONE: debugging.namespace("shop")}.get(mode, pod(**SAFE))


EXPECTED = {
    ("baseline", EPHEMERAL): {"baseline", "restricted", "legacy"},
    ("baseline", COPY): {"baseline", "restricted", "legacy"},
    ("baseline", NODE): {"baseline", "restricted"},
    ("baseline", ALONE): {"baseline", "restricted", "legacy"},
    ("restricted", EPHEMERAL): {"restricted"},
    ("restricted", COPY): {"restricted"},
    ("restricted", NODE): {"restricted"},
    ("restricted", ALONE): {"restricted"},
    ("privileged", NODE): set(PROFILES),
}


@pytest.mark.parametrize(("level", "mode"), EXPECTED)
def test_profiles_that_pass(level: str, mode: str) -> None:
    right = EXPECTED[level, mode]
    for profile in PROFILES:
        told = prediction(of(mode), chosen(mode, profile), {ENFORCED: level})
        assert bool(told.refused) is (profile not in right), profile
        if told.refused:
            assert told.refused.startswith(f'violates PodSecurity "{level}:latest": ')
            assert set(told.passing) == right
            assert told.hint.startswith("It would pass with the profile ")
        else:
            assert (told.passing, told.hint) == ((), "")


def test_says_it_in_the_words_of_the_server() -> None:
    told = prediction(of(EPHEMERAL), chosen(EPHEMERAL, "general"), {ENFORCED: "baseline"})
    assert told == Prediction(
        'violates PodSecurity "baseline:latest": non-default capabilities (container "debugger-x7k2p" must not include '
        '"SYS_PTRACE" in securityContext.capabilities.add)',
        "",
        ("baseline", "restricted", "legacy"),
    )
    assert told.hint == "It would pass with the profile baseline or restricted or legacy"


def test_no_profile_helps_in_a_pod_that_would_not_be_let_in_any_more() -> None:
    told = prediction(pod(), chosen(EPHEMERAL, "restricted"), {ENFORCED: "restricted"})
    assert '(container "app" must set securityContext.allowPrivilegeEscalation=false)' in told.refused
    assert told.passing == ()
    assert told.hint.startswith("No profile helps")


def test_what_is_warned_of_only() -> None:
    told = prediction(of(ALONE), chosen(ALONE, "sysadmin"), {f"{PREFIX}warn": "baseline"})
    assert told.refused == ""
    assert told.warned.startswith('violates PodSecurity "baseline:latest": privileged')


def test_host_network_is_refused_with_every_profile() -> None:
    told = prediction(of(ALONE), chosen(ALONE, "restricted", host_network=True), {ENFORCED: "baseline"})
    assert told.refused == 'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)'
    assert told.passing == ()


def test_what_cannot_be_built_cannot_be_judged() -> None:
    with pytest.raises(UnableError):
        prediction(of(COPY), Options(mode=COPY), {})
    with pytest.raises(UnableError, match="no way to debug"):
        prediction(of(COPY), Options(mode="else"), {})
    assert set(BUILDERS) == set(MODES)


@pytest.mark.parametrize("level", ["baseline", "restricted"])
@pytest.mark.parametrize("mode", MODES)
async def test_the_embedded_server_says_the_same(cluster: EmbeddedCluster, mode: str, level: str) -> None:
    labels = {ENFORCED: level}
    async with http(cluster) as client:
        shop = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels}}
        await client.ask("POST", NAMESPACES.path(), shop)
        spec = {"containers": [{"name": "app", "image": "x", "securityContext": SAFE}]}
        await client.ask("POST", PODS.path("shop"), {"metadata": {"name": "p"}, "spec": spec})
        target = await acting.read(client, PODS, "p", "shop") if mode in (EPHEMERAL, COPY) else of(mode)
        for profile in PROFILES:
            options = chosen(mode, profile)
            told = prediction(target, options, labels)
            mutation = BUILDERS[mode](target, **options.given())
            reply = await acting.sent(client, replace(mutation, request=dry(mutation.request)))
            if told.refused:
                assert reply.status == 403, profile
                assert reply.json["message"].endswith(f"is forbidden: {told.refused}")
            else:
                assert reply.status in (200, 201), reply.body
