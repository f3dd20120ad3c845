"""Pod Security Standards: what a real API server (v1.34.4) said of pods, and what is said here of the same ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from k8stui.model.pod_security import PREFIX, judged, violations

ANSWERS = json.loads((Path(__file__).parent / "pod_security.json").read_text())
"""Specs, and why they were refused at a level ("": they were not), as a real server said it."""
VERSIONED = {
    "securityContext": {
        "seLinuxOptions": {"type": "container_engine_t"},
        "sysctls": [
            {"name": f"net.ipv4.{name}", "value": "1"}
            for name in ("tcp_rmem", "tcp_keepalive_time", "ip_local_reserved_ports", "ip_unprivileged_port_start")
        ],
    },
    "containers": [{"name": "a", "image": "x", "livenessProbe": {"httpGet": {"host": "1.2.3.4", "port": 80}}}],
}
SELINUX = 'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "container_engine_t")'
OLDEST = "forbidden sysctls (net.ipv4.tcp_rmem, net.ipv4.tcp_keepalive_time, net.ipv4.ip_local_reserved_ports)"
WINDOWS = {"os": {"name": "windows"}, "containers": [{"name": "a", "image": "x"}]}
NON_ROOT = 'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)'
ESCALATION = 'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)'
DROP = 'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"])'
SECCOMP = (
    'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or '
    '"Localhost")'
)


def pod(spec: dict[str, Any], **annotations: str) -> dict[str, Any]:
    return {"metadata": {"annotations": annotations}, "spec": spec}


@pytest.mark.parametrize("level", ["baseline", "restricted"])
@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case["name"])
def test_says_what_the_server_said(case: dict[str, Any], level: str) -> None:
    found = judged(pod(case["spec"], **case.get("annotations", {})), {f"{PREFIX}enforce": level})
    want = case[level]
    assert found.says == (f'violates PodSecurity "{level}:latest": {want}' if want else "")


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("v1.0", [SELINUX, OLDEST]),
        ("v1.26", [SELINUX, OLDEST]),
        ("v1.27", [SELINUX, "forbidden sysctls (net.ipv4.tcp_rmem, net.ipv4.tcp_keepalive_time)"]),
        ("v1.29", [SELINUX, "forbidden sysctls (net.ipv4.tcp_rmem)"]),
        ("v1.31", ["forbidden sysctls (net.ipv4.tcp_rmem)"]),
        ("v1.32", []),
        ("v1.33", []),
        ("v1.34", ['probe or lifecycle host (container "a" uses probe or lifecycle host "1.2.3.4")']),
        ("v1.99", ['probe or lifecycle host (container "a" uses probe or lifecycle host "1.2.3.4")']),
    ],
)
def test_older_versions_of_baseline(version: str, says: list[str]) -> None:
    found = judged(pod(VERSIONED), {f"{PREFIX}enforce": "baseline", f"{PREFIX}enforce-version": version})
    assert list(map(str, found.violations)) == says
    assert not says or found.says.startswith(f'violates PodSecurity "baseline:{version}": ')


@pytest.mark.parametrize(
    ("minor", "says"),
    [
        (7, [NON_ROOT]),
        (8, [ESCALATION, NON_ROOT]),
        (18, [ESCALATION, NON_ROOT]),
        (19, [ESCALATION, NON_ROOT, SECCOMP]),
        (21, [ESCALATION, NON_ROOT, SECCOMP]),
        (22, [ESCALATION, DROP, NON_ROOT, SECCOMP]),
        (24, [ESCALATION, DROP, NON_ROOT, SECCOMP]),
        (25, [NON_ROOT]),
    ],
)
def test_older_versions_of_restricted_on_windows(minor: int, says: list[str]) -> None:
    assert list(map(str, violations(pod(WINDOWS), "restricted", minor))) == says


def test_capabilities_were_baselines_before_1_22() -> None:
    context = {"runAsUser": 0, "capabilities": {"add": ["SYS_PTRACE"]}}
    spec = {"containers": [{"name": "a", "image": "x", "securityContext": context}]}
    before = [each.reason for each in violations(pod(spec), "restricted", 18)]
    assert before == ["non-default capabilities", "allowPrivilegeEscalation != false", "runAsNonRoot != true"]
    after = [each.reason for each in violations(pod(spec), "restricted", 22)]
    assert after == [before[1], "unrestricted capabilities", before[2], "seccompProfile"]
    assert "runAsUser=0" in [each.reason for each in violations(pod(spec), "restricted", 23)]


def test_each_mode_has_its_labels() -> None:
    spec = {"hostPID": True, "containers": [{"name": "a", "image": "x"}]}
    labels = {f"{PREFIX}warn": "baseline", f"{PREFIX}warn-version": "v1.30", f"{PREFIX}enforce": "privileged"}
    assert judged(pod(spec), labels).says == ""
    assert judged(pod(spec), labels, "audit").says == ""
    assert judged(pod(spec), labels, "warn").says == (
        'violates PodSecurity "baseline:v1.30": host namespaces (hostPID=true)'
    )


def test_a_level_that_is_none_counts_as_the_strictest() -> None:
    spec = {"containers": [{"name": "a", "image": "x"}]}
    assert judged(pod(spec), {f"{PREFIX}enforce": "strict"}).level == "restricted"
    assert judged(pod(spec), {}).violations == ()


def test_an_ephemeral_container_is_judged_with_all_others() -> None:
    spec = {
        "containers": [{"name": "app", "image": "x"}],
        "ephemeralContainers": [{"name": "d", "image": "x", "securityContext": {"privileged": True}}],
    }
    assert [str(each) for each in violations(pod(spec), "baseline")] == [
        'privileged (container "d" must not set securityContext.privileged=true)'
    ]
    assert str(violations(pod(spec), "restricted")[1]).startswith(
        'allowPrivilegeEscalation != false (containers "app", "d" must set'
    )


def test_odd_objects_are_judged_without_an_error() -> None:
    spec = {"containers": "x", "volumes": [None, {"name": 1}], "securityContext": [], "ephemeralContainers": [{}]}
    assert violations({"spec": spec}, "baseline") == ()
    assert violations({"spec": None}, "restricted") == ()
