"""What a change changes, as lines of YAML with + and -, as a person reads it."""

from collections.abc import Iterator
from copy import deepcopy
from difflib import SequenceMatcher

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.objects import Object
from k8stui.model.secret_values import decode, hidden_annotations, is_secret, mask
from k8stui.model.yaml_document import yaml_text

CONTEXT = 1
"""Equal lines shown around a difference."""
_OF_THE_SERVER = ("managedFields", "resourceVersion", "generation", "selfLink")


def differences(before: Object, after: Object, *, masked: bool = True) -> list[Line]:
    """Nothing where they are equal, status and what the server counts aside.

    A Secret's values are `masked`: then it only shows which of them are others; else those that are text are decoded.
    """
    trees = _own(before), _own(after)
    if is_secret(after):
        trees = _masked(*trees) if masked else (_decoded(trees[0]), _decoded(trees[1]))
    old, new = (yaml_text(each, managed=False, masked=False).splitlines() if each else [] for each in trees)
    return list(_lines(old, new))


def same(before: Object, after: Object) -> bool:
    """Whether nothing but status and what the server counts is different."""
    return _own(before) == _own(after)


def _masked(before: Object, after: Object) -> tuple[Object, Object]:
    """Both without values, and with a word where two have the same size and are not the same."""
    old, new = hidden_annotations(before), hidden_annotations(after)
    notes, was = (
        _map(_map(new.get("metadata")).get("annotations")),
        _map(_map(before.get("metadata")).get("annotations")),
    )
    told = _map(_map(after.get("metadata")).get("annotations"))
    if notes != told:
        new = new | {
            "metadata": new["metadata"]
            | {"annotations": {key: _said(notes[key], told[key], was.get(key)) for key in notes}}
        }
    for field in ("data", "stringData"):
        held, holds = _map(before.get(field)), _map(after.get(field))
        if held:
            old = old | {field: {key: mask((field,), value) for key, value in held.items()}}
        if holds:
            new = new | {
                field: {key: _said(mask((field,), value), value, held.get(key)) for key, value in holds.items()}
            }
    return old, new


def _said(shown: object, value: object, before: object) -> object:
    """What stands for a value; with a word where it is another one of the same size."""
    return f"{shown} (another value)" if shown != value and before not in (None, value) else shown


def _decoded(secret: Object) -> Object:
    """With the texts that its values are."""
    held = _map(secret.get("data"))
    texts = {key: said if (said := decode(value)) is not None else value for key, value in held.items()}
    return secret | ({"data": texts} if texts else {})


def _map(value: object) -> Object:
    return value if isinstance(value, dict) else {}


def _own(obj: Object) -> Object:
    kept = {key: deepcopy(value) for key, value in obj.items() if key != "status"}
    metadata = kept.get("metadata")
    if isinstance(metadata, dict):
        for name in _OF_THE_SERVER:
            metadata.pop(name, None)
    return kept


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    for number, group in enumerate(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT)):
        if number:
            yield Line("  …", Tone.MUTED)
        for tag, start, end, first, last in group:
            if tag == "equal":
                yield from (Line(f"  {text}", Tone.MUTED) for text in old[start:end])
                continue
            yield from (Line(f"- {text}", Tone.BAD) for text in old[start:end])
            yield from (Line(f"+ {text}", Tone.OK) for text in new[first:last])
