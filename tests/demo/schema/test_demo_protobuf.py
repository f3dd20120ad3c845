"""Bodies in protobuf: those that kubectl 1.32 sends, and bytes that are none."""

import base64
import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.demo.schema.protobuf import NoProtobuf, envelope, message
from k8stui.demo.schema.schema import Schema
from k8stui.demo.schema.typed import read

SCHEMA = Schema()
DEPLOYMENT = (
    "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Er8BCiMKA3dlYhIAGgRzaG9wIgAqADIAOABCAFoKCgNhcHASA3dlYhKJAQgCEgwKCgoDYXBwEgN3"
    "ZWIabwocCgASABoAIgAqADIAOABCAFoKCgNhcHASA3dlYhJPEjEKA3dlYhIKc2hvcC93ZWI6MSoAMgoKABAAGFAiACoAQgBqAHIAgAEAiAEAkAEA"
    "ogEAGgAyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBACICCgAoADgAGgwIABAAGAAgACgAOAAaACIA"
)
TOKEN = "azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIdChAKABIAGgAiACoAMgA4AEIAEgMg2AQaBAoAEgAaACIA"
SECRET = "azhzAAoMCgJ2MRIGU2VjcmV0EiEKFQoBcxIAGgRzaG9wIgAqADIAOABCABIGCgFhEgFiGgAaACIA"
BUDGET = (
    "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSPgoVCgFwEgAaBHNob3AiACoAMgA4AEIAEhkKCQgBEAAaAzUwJRIMCgoKA2Fw"
    "cBIDd2ViGgoIABgAIAAoADAAGgAiAA=="
)
QUOTA = (
    "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRI0ChUKAXESABoEc2hvcCIAKgAyADgAQgASGQoKCgNjcHUSAwoBMQoLCgRwb2RzEgMKATIaABoAIgA="
)


def unpacked(body: bytes) -> dict[str, Any]:
    found = envelope(body)
    of = SCHEMA.named(found.api_version, found.kind)
    assert of is not None
    return read(of, message(of, found.raw)).obj


@pytest.mark.parametrize(
    ("body", "obj"),
    [
        (DEPLOYMENT, {
            "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [
                        {"name": "web", "image": "shop/web:1", "ports": [{"containerPort": 80}], "resources": {}},
                    ]},
                },
                "strategy": {},
            },
            "status": {},
        }),
        (TOKEN, {
            "metadata": {},
            "spec": {"audiences": None, "expirationSeconds": 600, "boundObjectRef": None},
            "status": {"token": "", "expirationTimestamp": None},
        }),
        (SECRET, {"metadata": {"name": "s", "namespace": "shop"}, "data": {"a": "Yg=="}}),
        (BUDGET, {
            "metadata": {"name": "p", "namespace": "shop"},
            "spec": {"minAvailable": "50%", "selector": {"matchLabels": {"app": "web"}}},
            "status": {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0},
        }),
        (QUOTA, {
            "metadata": {"name": "q", "namespace": "shop"},
            "spec": {"hard": {"cpu": "1", "pods": "2"}},
            "status": {},
        }),
    ],
    ids=["deployment", "token", "secret", "budget", "quota"],
)  # fmt: skip
def test_what_kubectl_sends(body: str, obj: dict[str, Any]) -> None:
    assert unpacked(base64.b64decode(body)) == obj


def tagged(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2, len(value)]) + value


def test_a_message_that_json_does_not_have_is_flattened() -> None:
    volume = tagged(1, b"tmp") + tagged(2, tagged(2, tagged(1, b"Memory")))
    rule = tagged(2, tagged(1, b"CREATE") + tagged(2, tagged(1, b"apps")))
    assert message(SCHEMA.type("core/v1.Volume"), volume) == {"name": "tmp", "emptyDir": {"medium": "Memory"}}
    named = SCHEMA.type("admissionregistration/v1.NamedRuleWithOperations")
    assert message(named, rule) == {"operations": ["CREATE"], "apiGroups": ["apps"]}


def test_scalars() -> None:
    meta, pod = SCHEMA.type("meta/v1.ObjectMeta"), SCHEMA.type("core/v1.PodSpec")
    assert message(meta, tagged(8, b"\x08\xa5\xd7\xfe\xc8\x06")) == {"creationTimestamp": "2025-11-21T00:00:37Z"}
    assert message(meta, tagged(8, b"")) == {"creationTimestamp": None}
    negative = b"\x20" + b"\xff" * 9 + b"\x01"
    assert message(pod, negative) == {"terminationGracePeriodSeconds": -1}
    extra = tagged(5, tagged(1, b"k") + tagged(2, tagged(1, b"a") + tagged(1, b"b")))
    review = SCHEMA.type("authorization/v1.SubjectAccessReviewSpec")
    assert message(review, extra) == {"extra": {"k": ["a", "b"]}}
    revision = tagged(2, tagged(1, b'{"a":1}'))
    assert message(SCHEMA.type("apps/v1.ControllerRevision"), revision) == {"data": {"a": 1}}
    assert message(pod, b"\x98\x9c\x01\x05") == {}, "an unknown field is passed over"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "empty data"),
        (b"foo", "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"),
        (b"k8s\0", "empty body"),
        (b"k8s\0\xff\xff", "unexpected EOF"),
        (b"k8s\0\x0a\x50abc", "unexpected EOF"),
    ],
)
def test_what_is_no_object(body: bytes, text: str) -> None:
    with pytest.raises(NoProtobuf) as caught:
        envelope(body)
    assert str(caught.value) == text


def test_messages_within_messages_have_an_end() -> None:
    raw = b""
    for _ in range(300):
        size = len(raw)
        raw = b"\x22" + bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14]) + raw
    with pytest.raises(NoProtobuf):
        message(SCHEMA.type("apiextensions/v1.JSONSchemaProps"), b"\xea\x01\x80\x80\x00" + raw + b"\xff")


@given(st.binary(max_size=60), st.sampled_from(["core/v1.Pod", "apps/v1.Deployment", "core/v1.Secret"]))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_read_or_refused(raw: bytes, name: str) -> None:
    with contextlib.suppress(NoProtobuf):
        assert isinstance(message(SCHEMA.type(name), raw), dict)
    with contextlib.suppress(NoProtobuf):
        envelope(b"k8s\0" + raw)
