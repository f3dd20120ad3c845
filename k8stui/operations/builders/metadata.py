"""Labels and annotations of objects of any kind: kubectl's words, checks, messages and requests (semantics §1.4, §1.5).

A merge patch names the changed keys alone, so that other people's keys are never lost; it carries no resourceVersion,
because a node's or a workload's changes with every heartbeat and status. Safer than kubectl: keys are checked before
anything is sent, a key given two values is refused instead of the last one winning, and nothing is sent where nothing
changes (kubectl 1.32 sends an empty patch).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from k8stui.model import tree
from k8stui.model.kubectl import about, command, typed
from k8stui.model.objects import ObjectRow
from k8stui.model.selector import check_key, check_value
from k8stui.model.sentences import listed
from k8stui.model.text import clean, middle
from k8stui.operations.builders.words import split
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import MERGE, Inverse, Mutation, Risk, patch

Changes = Mapping[str, str | None]
"""Values by key; None removes the key."""
CAUSE: Final = "kubernetes.io/change-cause"
"""May always be overwritten: it is what `kubectl annotate` is mostly asked for."""
_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
"""Holds whole objects, a Secret's values among them: never in a journal, a question or a command."""
_SHOWN = 40
"""Characters of a value in a sentence."""


class _Sort(Struct, frozen=True):
    """One of the two maps."""

    field: str
    verb: str
    manager: str


_LABELS: Final = _Sort("labels", "label", "kubectl-label")
_ANNOTATIONS: Final = _Sort("annotations", "annotate", "kubectl-annotate")


# ---- what is typed


def parse_labels(given: str | Sequence[str]) -> dict[str, str | None]:
    """`a=b c-` as changes.

    Raises UnableError in kubectl's words, with what is allowed where these do not say it.
    """
    found: dict[str, str | None] = {}
    for word in split(given):
        key, equals, value = word.partition("=")
        if "=" in value:
            raise UnableError(f"invalid label spec: {clean(word)}: write key=value, and no = in the value")
        if not equals and not word.endswith("-"):
            raise UnableError(f"unknown label spec: {clean(word)}: write key=value, or key- to remove it")
        try:
            check_value(value)
        except ValueError as error:
            raise UnableError(f'invalid label value: "{clean(word)}": {error}') from None
        conflict = "can not both modify and remove a label in the same command"
        _put(found, key if equals else word[:-1], value if equals else None, conflict)
    _check_keys(found, "label")
    return found


def parse_annotations(given: str | Sequence[str]) -> dict[str, str | None]:
    """`a=b c-` as changes; a value may hold anything, a quoted one spaces too.

    Raises UnableError in kubectl's words, with what is allowed where these do not say it.
    """
    words = split(given)
    invalid = [word for word in words if word in ("-", "") or word[0] == "=" or ("=" not in word and word[-1] != "-")]
    if invalid:
        said = ", ".join(clean(word) for word in invalid)
        raise UnableError(f"invalid annotation format: {said}: write key=value, or key- to remove it")
    pairs = [word.partition("=") for word in words]
    added = {key for key, equals, _ in pairs if equals}
    both = [key[:-1] for key, equals, _ in pairs if not equals and key[:-1] in added]
    conflict = "can not both modify and remove the following annotation(s) in the same command: "
    found: dict[str, str | None] = {}
    for key, equals, value in pairs:
        _put(found, key if equals else key[:-1], value if equals else None, conflict + ", ".join(both))
    _check_keys(found, "annotation")
    return found


def _put(found: dict[str, str | None], key: str, value: str | None, conflict: str) -> None:
    if key in found and found[key] != value:
        if None in (found[key], value):
            raise UnableError(conflict)
        raise UnableError(f"'{clean(key)}' is given two values: leave one of them out")
    found[key] = value


def _check_keys(found: Changes, what: str) -> None:
    for key in found:
        try:
            check_key(key.lower() if what == "annotation" else key)  # as the server checks them (ValidateAnnotations)
        except ValueError as error:
            raise UnableError(f"invalid {what} key: {str(error).replace('label key', f'{what} key')}") from None


# ---- what is sent


def labels(found: ObjectRow, *, changes: Changes, overwrite: bool = False) -> Mutation:
    """Set and remove labels.

    Raises:
        UnableError: a label has another value and `overwrite` is False.
        AlreadySoError: the labels are so already.
    """
    have = tree.strings(found.exact(), "metadata", "labels")
    for key, old in _clashes(have, changes, overwrite):
        raise UnableError(f"'{clean(key)}' already has a value ({clean(old)}), and --overwrite is false")
    after = _after(have, changes)
    word = "unlabeled" if not overwrite and _size(after) < _size(have) else "labeled"
    return _mutation(_LABELS, found, have, changes, overwrite, word)


def annotations(found: ObjectRow, *, changes: Changes, overwrite: bool = False) -> Mutation:
    """Set and remove annotations; the change-cause may always be overwritten.

    Raises:
        UnableError: an annotation has another value and `overwrite` is False.
        AlreadySoError: the annotations are so already.
    """
    have = tree.strings(found.exact(), "metadata", "annotations")
    clashes = [
        f"'{clean(key)}' already has a value ({_shown(key, old)})"
        for key, old in _clashes(have, changes, overwrite)
        if key != CAUSE
    ]
    if clashes:
        head = "--overwrite is false but found the following declared annotation(s): "
        raise UnableError(head + "; ".join(clashes))
    return _mutation(_ANNOTATIONS, found, have, changes, overwrite, "annotated")


def _mutation(
    sort: _Sort, found: ObjectRow, have: Mapping[str, str], changes: Changes, overwrite: bool, word: str
) -> Mutation:
    name = f"{typed(found.ref.kind)}/{found.ref.name}"
    new = {key: value for key, value in changes.items() if have.get(key) != value}
    absent = [f'"{clean(key)}"' for key, value in changes.items() if value is None and key not in have]
    missing = f"{sort.field[:-1]} {listed(absent)} not found" if absent else ""
    if not new:
        raise AlreadySoError(f"{name} not {sort.verb}{'d' if sort is _ANNOTATIONS else 'ed'}: {missing or 'it is so'}")
    before = {key: have.get(key) for key in new}
    kept = _APPLIED not in new
    said = [f"{clean(key)}={_shown(key, value)}" for key, value in new.items() if value is not None]
    gone = [f"without {clean(key)}" for key, value in new.items() if value is None]
    typed_words = [
        f"{key}-" if value is None else f"{key}={'***' if key == _APPLIED else value}" for key, value in changes.items()
    ]
    words = [sort.verb, typed(found.ref.kind), found.ref.name, *typed_words, *(["--overwrite"] if overwrite else [])]
    return Mutation(
        builder=f"metadata.{sort.field}",
        target=found.ref,
        request=patch(found.ref, {"metadata": {sort.field: new}}, content_type=MERGE, manager=sort.manager),
        risk=Risk.CHANGE,
        says=f"{sort.verb} {about(found.ref)} {', '.join([*said, *gone])}",
        done=f"{name} {word}" + (f" ({missing})" if missing else ""),
        kubectl=command(*words, namespace=found.ref.namespace),
        args={"changes": dict(changes), "overwrite": overwrite},
        before=before if kept else {},
        inverse=Inverse(
            f"metadata.{sort.field}",
            {"changes": before, "overwrite": True},
            {f"/metadata/{sort.field}/{_pointed(key)}": value for key, value in new.items()},
        )
        if kept
        else None,
    )


def _clashes(have: Mapping[str, str], changes: Changes, overwrite: bool) -> list[tuple[str, str]]:
    """Keys that would lose their value, with it."""
    if overwrite:
        return []
    return [(key, have[key]) for key, value in changes.items() if value is not None and have.get(key, value) != value]


def _after(have: Mapping[str, str], changes: Changes) -> dict[str, str]:
    return {key: value for key, value in (dict(have) | dict(changes)).items() if value is not None}


def _size(found: Mapping[str, str]) -> int:
    """Bytes of the map in an object: kubectl says `unlabeled` where they became fewer."""
    return len(msgspec.json.encode(found)) if found else 0


def _shown(key: str, value: str) -> str:
    return "***" if key == _APPLIED else middle(clean(value), _SHOWN)


def _pointed(key: str) -> str:
    """A part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
