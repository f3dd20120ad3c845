"""Rules as RBAC judges them (the cases of its evaluation helpers), and what a review may leave open."""

import msgspec
import pytest

from k8stui.cluster.asks import Ask
from k8stui.cluster.rules import Rule, Rules, RulesStatus

LIST = Ask("list", "", "pods", "shop")
LOG = Ask("get", "", "pods", "shop", "web-1", "log")
SCALE = Ask("patch", "apps", "deployments", "shop", "web", "scale")
SECRET = Ask("get", "", "secrets", "shop", "token")


def rule(verbs: str, groups: str, resources: str, *names: str) -> Rule:
    """Words separated by blanks; `core` is the core group."""
    return Rule(
        tuple(verbs.split()),
        tuple("" if group == "core" else group for group in groups.split()),
        tuple(resources.split()),
        names,
    )


@pytest.mark.parametrize(
    ("given", "wanted", "allowed"),
    [
        (rule("get list", "core", "pods"), LIST, True),
        (rule("get", "core", "pods"), LIST, False),
        (rule("*", "core", "pods"), LIST, True),
        (rule("list", "*", "pods"), LIST, True),
        (rule("list", "apps", "pods"), LIST, False),
        (rule("list", "core", "*"), LIST, True),
        (rule("list", "core", "services"), LIST, False),
        (rule("list", "core", "pods", "web-1"), LIST, False),
        (rule("get", "core", "pods"), LOG, False),
        (rule("get", "core", "pods/log"), LOG, True),
        (rule("get", "core", "*"), LOG, True),
        (rule("get", "core", "*/log"), LOG, True),
        (rule("get", "core", "*/exec"), LOG, False),
        (rule("get", "core", "pods/*"), LOG, None),
        (rule("get", "core", "pods/log", "web-1"), LOG, True),
        (rule("get", "core", "pods/log", "web-2"), LOG, False),
        (rule("patch", "apps", "*/scale"), SCALE, True),
        (rule("patch", "core", "*/scale"), SCALE, False),
        (rule("patch", "apps", "deployments"), SCALE, False),
        (rule("get", "core", "secrets", "token"), SECRET, True),
        (rule("get", "core", "secrets", "token"), SECRET.any_object, False),
        (rule("get", "core", "pods/log"), Ask("get", "", "pods", "shop", "web-1"), False),
        (rule("get", "core", "*/log"), Ask("get", "", "pods", "shop", "web-1"), False),
        (Rule(), LIST, False),
    ],
)
def test_one_rule(given: Rule, wanted: Ask, allowed: bool | None) -> None:
    assert given.judge(wanted) is allowed
    assert Rules((given,)).judge(wanted) is allowed
    assert Rules((given, rule("*", "*", "*"))).judge(wanted) is True
    assert Rules((given,), "more").judge(wanted) is (allowed or None)


def review(status: object) -> Rules:
    return msgspec.json.decode(msgspec.json.encode(status), type=RulesStatus).rules()


PODS = {"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]}


@pytest.mark.parametrize(
    ("status", "pods", "nodes"),
    [
        ({"resourceRules": [PODS], "nonResourceRules": [], "incomplete": False}, True, False),
        ({"resourceRules": [PODS], "incomplete": True}, True, None),
        ({"resourceRules": [PODS], "incomplete": False, "evaluationError": "webhook cannot say"}, True, None),
        ({"resourceRules": [PODS]}, True, None),
        ({"incomplete": False}, None, None),
        ({"resourceRules": None, "incomplete": False}, None, None),
        ({"resourceRules": [], "incomplete": False}, False, False),
        ({}, None, None),
        ({"resourceRules": [{"verbs": ["*"]}], "incomplete": False}, False, False),
    ],
)
def test_only_a_whole_review_is_a_no(status: object, pods: bool | None, nodes: bool | None) -> None:
    rules = review(status)
    assert rules.judge(LIST) is pods
    assert rules.judge(Ask("list", "", "nodes")) is nodes


def test_what_is_open_is_said_in_clean_words() -> None:
    assert review({"resourceRules": [], "incomplete": True, "evaluationError": "no\x1b[2J"}).why == "no[2J"
    assert review({"resourceRules": [], "incomplete": True}).why == "the server cannot list all rules"
