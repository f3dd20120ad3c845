"""What a question about a finalizer says: why the object is stuck, and what helping it means; and counts before 0."""

from typing import Any

import pytest

from k8stui.model.kinds import DEPLOYMENTS, NAMESPACES, STATEFUL_SETS
from k8stui.operations.builders.removing import delete, finalize, finalizer
from k8stui.operations.builders.scaling import before_zero, scale
from k8stui.operations.effects import whole as effects
from k8stui.operations.effects.setting import Setting
from k8stui.operations.journal.journal import Entry
from k8stui.operations.mutation import Inverse
from tests.support.golden import found

NOW = 1_800_000_000.0
DELETED = {"deletionTimestamp": "2026-11-21T06:00:00Z", "deletionGracePeriodSeconds": 0}


def said(mutation: Any, row: Any) -> str:
    return " ".join(line.text for line in effects.told(Setting(mutation, row.tree(), now=NOW)))


def test_the_last_finalizer_of_a_deleted_object_ends_it() -> None:
    row = found(DEPLOYMENTS, "web", "shop", metadata={"finalizers": ["example.com/hold"], **DELETED})
    text = said(finalizer(row, finalizer="example.com/hold"), row)
    assert "It is being deleted" in text
    assert "Whoever put example.com/hold there wanted to clean something up first: that is left undone" in text
    assert "It is the last one: the object is gone at once" in text


def test_others_still_keep_it_and_one_that_is_not_deleted_says_so() -> None:
    names = ["example.com/hold", "example.com/other"]
    row = found(DEPLOYMENTS, "web", "shop", metadata={"finalizers": names, **DELETED})
    assert "1 other finalizer still keeps it." in said(finalizer(row, finalizer=names[0]), row)
    row = found(DEPLOYMENTS, "web", "shop", metadata={"finalizers": names})
    text = said(finalizer(row, finalizer=names[0]), row)
    assert "It is not being deleted" in text
    assert "keeps it" not in text


def test_finalizing_a_namespace_says_what_is_left_in_it_and_what_becomes_of_that() -> None:
    message = "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
    conditions = [{"type": "NamespaceFinalizersRemaining", "status": "True", "message": message}]
    row = found(
        NAMESPACES, "old", metadata=DELETED, spec={"finalizers": ["kubernetes"]}, status={"conditions": conditions}
    )
    text = said(finalize(row), row)
    assert "example.com/hold in 1 resource instances" in text
    assert "out of reach" in text


@pytest.mark.parametrize("force", [False, True])
def test_what_nobody_can_mend_wants_the_name_typed(force: bool) -> None:
    row = found(DEPLOYMENTS, "web", "shop", metadata={"finalizers": ["example.com/hold"]})
    assert delete(row, force=force).typed is force
    assert finalizer(row, finalizer="example.com/hold").typed
    namespace = found(NAMESPACES, "old", metadata=DELETED, spec={"finalizers": ["kubernetes"]})
    assert finalize(namespace).typed
    assert not scale(found(DEPLOYMENTS, "web", "shop", spec={"replicas": 2}), replicas=0).typed


# ---- back from 0


def entry(number: int, after: int, before: int, **fields: Any) -> Entry:
    """An entry of a scale, as the journal keeps it."""
    mutation = scale(found(DEPLOYMENTS, "web", "shop", spec={"replicas": before}), replicas=after)
    given: dict[str, Any] = {
        "number": number,
        "at": NOW,
        "context": "prod",
        "user": "ops",
        "says": mutation.says,
        "kubectl": mutation.kubectl,
        "builder": mutation.builder,
        "resource": "deployments.apps",
        "api_version": "apps/v1",
        "kind": "Deployment",
        "namespace": "shop",
        "name": "web",
        "uid": "uid-1",
        "before": dict(mutation.before),
        "inverse": mutation.inverse,
        "result": "done",
    }
    return Entry(**given | fields)


REF = found(DEPLOYMENTS, "web", "shop").ref


def test_the_newest_scaling_to_0_of_this_very_object_counts() -> None:
    entries = [entry(1, 0, 2), entry(2, 4, 0), entry(3, 0, 4), entry(4, 6, 5)]
    assert before_zero(entries, "prod", REF) == 4
    assert before_zero(entries[:1], "prod", REF) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"context": "other"},
        {"uid": "another"},
        {"resource": "statefulsets.apps"},
        {"result": "refused"},
        {"result": ""},
        {"inverse": None},
        {"builder": "patching.patch"},
        {"inverse": Inverse("scaling.scale", {"replicas": 4}, {"/spec/replicas": 1})},
    ],
)
def test_what_was_of_another_object_or_was_not_done_does_not_count(fields: dict[str, Any]) -> None:
    assert before_zero([entry(1, 0, 4, **fields)], "prod", REF) is None


def test_nothing_is_known_of_what_was_never_scaled_to_0() -> None:
    assert before_zero([], "prod", REF) is None
    assert before_zero([entry(1, 3, 2)], "prod", found(STATEFUL_SETS, "db", "shop").ref) is None
