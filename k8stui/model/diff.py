"""What a change changes, as lines of YAML with + and -, as a person reads it."""

from collections.abc import Iterator
from copy import deepcopy
from difflib import SequenceMatcher

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.objects import Object
from k8stui.model.yaml_document import yaml_text

CONTEXT = 1
"""Equal lines shown around a difference."""
_OF_THE_SERVER = ("managedFields", "resourceVersion", "generation", "selfLink")


def differences(before: Object, after: Object) -> list[Line]:
    """Nothing where they are equal, status and what the server counts aside. A Secret's values are masked."""
    old, new = (yaml_text(_own(each), managed=False, masked=True).splitlines() for each in (before, after))
    return list(_lines(old, new))


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
