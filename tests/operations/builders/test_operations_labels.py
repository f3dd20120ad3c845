"""Labels and annotations: kubectl's tables and recordings, the way back, and what kubectl would let through."""

from typing import Any

import pytest

from k8stui.model import tree
from k8stui.model.kinds import DEPLOYMENTS, NODES, PODS, SECRETS
from k8stui.operations.builders.metadata import annotations, labels, parse_annotations, parse_labels
from k8stui.operations.builders.words import split
from k8stui.operations.building import AlreadySoError, UnableError, build
from k8stui.operations.mutation import MERGE, Risk, at
from tests.support.golden import found, needed, recorded, same, table, wrote

Case = dict[str, Any]
CAUSE = "kubernetes.io/change-cause"
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def merged(obj: Any, body: Any) -> Any:
    """RFC 7386."""
    if not isinstance(body, dict):
        return body
    base = obj if isinstance(obj, dict) else {}
    result = base | {key: merged(base.get(key), value) for key, value in body.items()}
    return {key: value for key, value in result.items() if key not in body or body[key] is not None}


# ---- kubectl's tables


@needed
@pytest.mark.parametrize("case", table("labels", "TestParseLabels"))
def test_parse_labels(case: Case) -> None:
    if case["expectErr"]:
        with pytest.raises(UnableError):
            parse_labels(case["labels"])
        return
    assert parse_labels(case["labels"]) == case["expected"] | dict.fromkeys(case.get("expectedRemove", ()))


def changes(case: Case, field: str) -> dict[str, str | None]:
    return {**(case.get(field) or {}), **dict.fromkeys(case.get("remove") or ())}


@needed
@pytest.mark.parametrize("case", table("labels", "TestLabelFunc"))
def test_label_func(case: Case) -> None:
    row = found(PODS, "foo", "default", metadata=case["obj"]["metadata"])
    if case["expectErr"]:
        with pytest.raises(UnableError) as caught:
            labels(row, changes=changes(case, "labels"), overwrite=case["overwrite"])
        assert str(caught.value) == case["expectErr"]
        return
    expected = case["expected"]["metadata"].get("labels", {})
    try:
        mutation = labels(row, changes=changes(case, "labels"), overwrite=case["overwrite"])
    except AlreadySoError:
        assert tree.strings(row.exact(), "metadata", "labels") == expected
        return
    assert merged(row.exact(), mutation.request.decoded())["metadata"].get("labels", {}) == expected


@needed
@pytest.mark.parametrize("case", table("labels", "TestRunLabelMsg"))
def test_run_label_message(case: Case) -> None:
    row = found(PODS, "foo", "default", metadata={"labels": {"existing": "abc"}})
    given = parse_labels(case["args"][1:])
    if case.get("expectedError"):
        with pytest.raises(UnableError) as caught:
            labels(row, changes=given, overwrite=case["overwrite"])
        assert str(caught.value) == case["expectedError"]["$error"]
    elif "not labeled" in case["expectedOut"]:
        missing = case["expectedOut"].splitlines()[0].rstrip(".")
        with pytest.raises(AlreadySoError) as caught:
            labels(row, changes=given, overwrite=case["overwrite"])
        assert str(caught.value) == f"pod/foo not labeled: {missing}"
    else:
        out = case["expectedOut"].strip().removesuffix(" (server dry run)").removesuffix(" (dry run)")
        assert labels(row, changes=given, overwrite=case["overwrite"]).done == out


@needed
@pytest.mark.parametrize("case", table("labels", "TestLabelMsg"))
def test_label_message(case: Case) -> None:
    row = found(PODS, "foo", "default", metadata=case["obj"]["metadata"])
    given = changes(case, "labels")
    if case["expectMsg"] == "not labeled":
        with pytest.raises(UnableError) as caught:
            labels(row, changes=given, overwrite=case["overwrite"])
        assert isinstance(caught.value, AlreadySoError) is not case["expectErr"]
        return
    assert labels(row, changes=given, overwrite=case["overwrite"]).done == f"pod/foo {case['expectMsg']}"


@needed
@pytest.mark.parametrize("case", table("labels", "TestValidateLabels"))
def test_validate_labels(case: Case) -> None:
    row = found(PODS, "foo", "default", metadata=case["meta"])
    if case["expectErr"]:
        with pytest.raises(UnableError, match="already has a value"):
            labels(row, changes=case["labels"])
    else:
        assert labels(row, changes=case["labels"]).request.method == "PATCH"


@needed
@pytest.mark.parametrize("case", table("annotations", "TestParseAnnotations"))
def test_parse_annotations(case: Case) -> None:
    if case["expectErr"]:
        with pytest.raises(UnableError) as caught:
            parse_annotations(case["annotations"])
        assert str(caught.value).startswith(case["expectedErr"])
        return
    assert parse_annotations(case["annotations"]) == case["expected"] | dict.fromkeys(case["expectedRemove"])


@needed
@pytest.mark.parametrize("case", table("annotations", "TestValidateAnnotations"))
def test_validate_annotations(case: Case) -> None:
    words = [f"{key}={value}" for key, value in case["newAnnotations"].items()]
    with pytest.raises(UnableError) as caught:
        parse_annotations([*words, *(f"{key}-" for key in case["removeAnnotations"])])
    assert str(caught.value) == case["expectedErr"]


@needed
@pytest.mark.parametrize("case", table("annotations", "TestUpdateAnnotations"))
def test_update_annotations(case: Case) -> None:
    row = found(PODS, "foo", "default", metadata=case["obj"]["metadata"])
    given = changes(case, "annotations")
    if case["expectedErr"]:
        with pytest.raises(UnableError) as caught:
            annotations(row, changes=given, overwrite=case["overwrite"])
        assert str(caught.value) == case["expectedErr"]
        return
    expected = case["expected"]["metadata"].get("annotations", {})
    try:
        mutation = annotations(row, changes=given, overwrite=case["overwrite"])
    except AlreadySoError:
        assert tree.strings(row.exact(), "metadata", "annotations") == expected
        return
    assert merged(row.exact(), mutation.request.decoded())["metadata"].get("annotations", {}) == expected


@needed
@pytest.mark.parametrize("case", table("annotations", "TestValidateAnnotationOverwrites"))
def test_annotation_overwrites(case: Case) -> None:
    row = found(PODS, "foo", "default", metadata=case["meta"])
    if case["expectErr"]:
        with pytest.raises(UnableError, match="--overwrite is false but found the following declared annotation"):
            annotations(row, changes=case["annotations"])
    else:
        assert annotations(row, changes=case["annotations"]).request.method == "PATCH"


# ---- what the real kubectl sent

LABELLED = {"a": "b", "c": "d"}


@pytest.mark.parametrize(
    ("title", "have"), [("label add", {}), ("label overwrite+remove", LABELLED)], ids=["add", "overwrite and remove"]
)
def test_label_requests(title: str, have: dict[str, str]) -> None:
    recording = recorded("node_ops", title)
    words = [word for word in split(recording["command"])[4:] if not word.startswith("--")]
    row = found(NODES, "n1", metadata={"labels": have})
    mutation = labels(row, changes=parse_labels(words), overwrite="--overwrite" in recording["command"])
    (request,) = wrote(recording)
    same(mutation, request)
    assert f"{mutation.done}\n" == recording["stdout"]
    assert mutation.kubectl == recording["command"]


@pytest.mark.parametrize(("title", "error"), [("label conflict", UnableError), ("label same", AlreadySoError)])
def test_labels_that_are_not_sent(title: str, error: type[UnableError]) -> None:
    recording = recorded("node_ops", title)
    with pytest.raises(error) as caught:
        labels(
            found(NODES, "n1", metadata={"labels": LABELLED}), changes=parse_labels(recording["command"].split()[4:])
        )
    if recording["exitCode"]:
        assert recording["stderr"] == f"error: {caught.value}\n"
    else:
        assert str(caught.value).startswith(recording["stdout"].strip())


@pytest.mark.parametrize(
    ("title", "have", "given"),
    [("annotate add", {}, "x='y z'"), ("annotate remove", {"x": "y"}, "x-"), ("annotate again", {}, "x=1")],
)
def test_annotation_requests(title: str, have: dict[str, str], given: str) -> None:
    recording = recorded("node_ops", title)
    mutation = annotations(found(NODES, "n1", metadata={"annotations": have}), changes=parse_annotations(given))
    (request,) = wrote(recording)
    same(mutation, request)
    assert f"{mutation.done}\n" == recording["stdout"]


def test_annotation_conflict() -> None:
    recording = recorded("node_ops", "annotate conflict")
    with pytest.raises(UnableError) as caught:
        annotations(found(NODES, "n1", metadata={"annotations": {"x": "1"}}), changes={"x": "2"})
    assert recording["stderr"] == f"error: {caught.value}\n"


# ---- safer than kubectl, and the way back


def test_a_change_is_pinned_and_can_be_taken_back() -> None:
    row = found(DEPLOYMENTS, "web", "shop", "uid-9", metadata={"labels": {"app": "web", "tier": "front", "a/b": "1"}})
    mutation = labels(row, changes={"tier": "back", "a/b": None, "new": "x"}, overwrite=True)
    assert mutation.request.content_type == MERGE
    assert mutation.request.decoded()["metadata"]["uid"] == "uid-9"
    assert "resourceVersion" not in mutation.request.decoded()["metadata"]
    assert mutation.kubectl == "kubectl -n shop label deployment.apps web tier=back a/b- new=x --overwrite"
    assert mutation.done == "deployment.apps/web labeled"
    assert mutation.risk is Risk.CHANGE
    now = merged(row.exact(), mutation.request.decoded())
    assert mutation.inverse is not None
    assert all(at(now, pointer) == value for pointer, value in mutation.inverse.expects.items())
    changed = found(DEPLOYMENTS, "web", "shop", "uid-9", metadata={"labels": now["metadata"]["labels"]})
    back = build(mutation.inverse.builder, changed, mutation.inverse.args)
    assert merged(now, back.request.decoded())["metadata"]["labels"] == {"app": "web", "tier": "front", "a/b": "1"}


def test_the_change_cause_may_always_be_overwritten() -> None:
    row = found(DEPLOYMENTS, "web", "shop", metadata={"annotations": {CAUSE: "old", "x": "1"}})
    assert annotations(row, changes={CAUSE: "new"}).before == {CAUSE: "old"}
    with pytest.raises(UnableError, match=r"'x' already has a value \(1\)$"):
        annotations(row, changes={CAUSE: "new", "x": "2"})


def test_what_kubectl_applied_to_a_secret_is_told_to_nobody() -> None:
    row = found(SECRETS, "db", "shop", metadata={"annotations": {APPLIED: '{"data":{"p":"aHVudGVyMg=="}}'}})
    for change in (None, '{"data":{"p":"bmV3"}}'):
        mutation = annotations(row, changes={APPLIED: change}, overwrite=True)
        told = (mutation.says, mutation.kubectl, mutation.done, str(mutation.before), str(mutation.inverse))
        assert not any("aHVudGVyMg" in text or "bmV3" in text for text in told)
    with pytest.raises(UnableError) as caught:
        annotations(row, changes={APPLIED: "other"})
    assert "aHVudGVyMg" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("ab", "unknown label spec: ab: write key=value, or key- to remove it"),
        ("a=b=c", "invalid label spec: a=b=c: write key=value, and no = in the value"),
        (
            "a=%^$",
            "invalid label value: \"a=%^$\": '%^$' is no label value: up to 63 letters, digits, - _ . with a letter",
        ),
        ("a=b a-", "can not both modify and remove a label in the same command"),
        ("a- a=b", "can not both modify and remove a label in the same command"),
        ("a=1 a=2", "'a' is given two values: leave one of them out"),
        ("-k=v", "invalid label key: '-k' is no label key"),
        ("-", "invalid label key: '' is no label key"),
        ("a='b", "A quote is opened and never closed"),
    ],
)
def test_wrong_labels_get_a_sentence(given: str, says: str) -> None:
    with pytest.raises(UnableError) as caught:
        parse_labels(given)
    assert str(caught.value).startswith(says)


def test_annotations_take_any_value() -> None:
    assert parse_annotations("url=https://a/?b=c 'note=two words' old-") == {
        "url": "https://a/?b=c",
        "note": "two words",
        "old": None,
    }
    with pytest.raises(UnableError, match="invalid annotation key: 'k\\^' is no annotation key"):
        parse_annotations("k^=1")


def test_a_hostile_value_stays_in_one_line() -> None:
    row = found(NODES, "n1", metadata={"annotations": {"x": "a\n\x1b[2Jb"}})
    mutation = annotations(row, changes={"x": "c\n\x1b[1md"}, overwrite=True)
    assert mutation.says.isprintable()
    assert mutation.kubectl == r"kubectl annotate node n1 $'x=c\x0a\x1b[1md' --overwrite"
    assert mutation.request.decoded()["metadata"]["annotations"] == {"x": "c\n\x1b[1md"}
    with pytest.raises(UnableError) as caught:
        annotations(row, changes={"x": "y"})
    assert str(caught.value).isprintable()
