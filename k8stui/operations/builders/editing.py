"""An object edited as text: what the editor gets, what it gives back, and the patch that comes of it.

As `kubectl edit`, but for this: the patch is pinned to the object's uid and resourceVersion, so that nobody's change is
lost; where somebody has changed the object since it was read, the own change is put onto theirs. What the server keeps
(status, managedFields, resourceVersion, generation and the like) is left out of the text: an edit of it is ignored or
refused, and kubectl's users scroll past it. Only a custom kind without a subresource for its status keeps that.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from k8stui.model import tree
from k8stui.model.kinds import CONFIG_MAPS, SECRETS, Kind
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.secret_values import decode, size
from k8stui.model.text import clean
from k8stui.model.yaml_document import yaml_text
from k8stui.model.yaml_scalar import readable
from k8stui.operations.builders.masking import masked
from k8stui.operations.builders.merge_keys import known
from k8stui.operations.builders.strategic import merge, same, strategic
from k8stui.operations.builders.three_way import rebase
from k8stui.operations.builders.typed_trees import one
from k8stui.operations.builders.undo import back
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import MERGE, STRATEGIC, Inverse, Mutation, Risk
from k8stui.operations.mutation import patch as pinned

MANAGER: Final = "kubectl-edit"
_OF_THE_SERVER: Final = (
    *("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"),
    *("selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"),
)
_LONGEST: Final = 1000
"""Characters of a patch that is still of use in a command line."""
_FIRST: Final = "# Edit the object below. Lines that begin with # are left out; an empty file cancels."


class EmptyError(UnableError):
    """Nothing but comments: somebody has thought better of it."""


class Value(Struct, frozen=True):
    """One key of a ConfigMap or Secret."""

    key: str
    bytes: int
    why_not: str = ""
    """Why it cannot be edited as text; empty: it can."""


def own(kind: Kind, obj: Object) -> Object:
    """What of an object is its owner's to say."""
    kept = {key: value for key, value in obj.items() if key != "status" or not _status_is_servers(kind)}
    metadata = tree.part(obj, "metadata")
    return kept | {"metadata": {key: value for key, value in metadata.items() if key not in _OF_THE_SERVER}}


def _status_is_servers(kind: Kind) -> bool:
    return known(kind) or not kind.subresources or "status" in kind.subresources


def text_of(found: ObjectRow) -> str:
    """The object as YAML to be edited. `tree_of` reads it back."""
    return yaml_text(own(found.ref.kind, found.exact()), managed=False, masked=False)


def with_header(text: str, says: Sequence[str] = (), about: str = "", done: str = "sent") -> str:
    """The text with what an editor cannot say itself on top, as comments; an older such header is replaced.

    Args:
        text: YAML.
        says: what was wrong with it.
        about: the object, `deployment.apps/web`.
        done: what did not become of it.
    """
    wrong = [f"# {about} was not {done}:", *(f"# * {clean(each, 2000)}" for each in says)] if says else []
    return "\n".join([_FIRST, *wrong, "#", without_header(text)])


def without_header(text: str) -> str:
    """The text as it was before `with_header`."""
    if not text.startswith(_FIRST):
        return text
    lines = text.split("\n")
    end = next((index for index, line in enumerate(lines) if line.rstrip() == "#"), 0)
    return "\n".join(lines[end + 1 :])


def tree_of(text: str) -> Object:
    """What was typed.

    Raises:
        EmptyError: nothing was.
        UnableError: it cannot be read, and in which line.
    """
    if not re.sub(r"^\s*(#.*|---\s*)?$", "", text, flags=re.MULTILINE).strip():
        raise EmptyError("The text is empty: nothing was sent")
    found = one(text)
    if not isinstance(found, dict):
        raise UnableError("The text is no object: it must have apiVersion, kind and metadata.name")
    return found


def edit(found: ObjectRow, *, base: Object, edited: Object) -> Mutation:
    """Make of an object what somebody has made of its text.

    The patch is strategic for built-in kinds, as kubectl's, and a merge patch for others. Its command masks what nobody
    may read. A changed pod template can be taken back through its history; other edits have no way back, for what was
    there before may be secret and is not kept.

    Args:
        found: the object as it is now.
        base: the object that was edited, as `tree_of` reads its text.
        edited: what it has become.

    Raises:
        AlreadySoError: it is so.
        UnableError: it would be another object.
    """
    ref, kind = found.ref, found.ref.kind
    _check(base, edited)
    now = own(kind, found.exact())
    rebased = rebase(kind, own(kind, base), own(kind, edited), now)
    is_strategic = known(kind)
    body = strategic(kind, now, rebased.tree) if is_strategic else merge(now, rebased.tree)
    if not body:
        raise AlreadySoError(f"{named(ref)} is so already: nothing was sent")
    shown = msgspec.json.encode(masked(kind, body)).decode()
    flags = [] if is_strategic else ["--type=merge"]
    words = ["patch", named(ref), *flags, "-p", shown] if len(shown) <= _LONGEST else ["edit", named(ref)]
    return Mutation(
        builder="editing.edit",
        target=ref,
        request=pinned(
            ref,
            body,
            content_type=STRATEGIC if is_strategic else MERGE,
            version=found.version,
            manager=MANAGER,
            query=(("fieldValidation", "Strict"),),
        ),
        risk=Risk.CHANGE,
        says=f"edit {about(ref)}",
        done=f"{named(ref)} edited",
        kubectl=command(*words, namespace=ref.namespace),
        before={"rebased": not same(own(kind, base), now), "overlaps": list(rebased.overlaps)},
        inverse=_way_back(found, body),
    )


def _check(base: Object, edited: Object) -> None:
    """It must stay the same object."""
    for path in (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace")):
        was, is_now = tree.value(base, *path), tree.value(edited, *path)
        if was != is_now:
            field = ".".join(path)
            raise UnableError(
                f"{field} was {clean(str(was), 80)} and cannot be changed by an edit: put it back, or apply the text "
                "as a new object with :apply"
            )


def _way_back(found: ObjectRow, body: Object) -> Inverse | None:
    """To the revision before, where nothing but the pod template of a workload is changed."""
    only_template = set(body) == {"spec"} and isinstance(body["spec"], dict) and set(body["spec"]) == {"template"}
    return back(found, {}) if only_template else None


# ---- one value of a ConfigMap or Secret


def has_values(kind: Kind) -> bool:
    """Whether its keys can be edited one by one."""
    return kind.resource in (CONFIG_MAPS.resource, SECRETS.resource)


def values(found: ObjectRow) -> list[Value]:
    """The keys, in order."""
    obj = found.exact()
    secret = found.ref.kind.resource == SECRETS.resource
    rows = []
    for key, held in tree.part(obj, "data").items():
        count = (size(held) or 0) if secret else len(str(held).encode("utf-8", "replace"))
        rows.append(Value(key, count, _why_not(decode(held) if secret else held)))
    rows += [Value(key, size(held) or 0, _BINARY) for key, held in tree.part(obj, "binaryData").items()]
    return sorted(rows, key=lambda each: each.key)


_BINARY: Final = "it is no text: replace it with kubectl create --from-file, or edit the whole object"


def _why_not(text: object) -> str:
    if not isinstance(text, str):
        return _BINARY
    if not readable(text.replace("\r\n", "\n")):
        return "it holds control characters: edit the whole object, where they are written out"
    return ""


def value_of(found: ObjectRow, key: str) -> str:
    """The text of one key, exactly. Raises UnableError: there is no such key, or its value is no text."""
    known_keys = {each.key: each for each in values(found)}
    if key not in known_keys:
        have = ", ".join(known_keys) or "none"
        raise UnableError(f"{named(found.ref)} has no key '{clean(key, 80)}': there are {clean(have, 300)}")
    if known_keys[key].why_not:
        raise UnableError(f"The value of {clean(key, 80)} cannot be edited as text: {known_keys[key].why_not}")
    held = tree.value(found.exact(), "data", key)
    text = decode(held) if found.ref.kind.resource == SECRETS.resource else held
    assert isinstance(text, str)
    return text


def with_value(kind: Kind, base: Object, key: str, text: str) -> Object:
    """The object with another text at a key of its data."""
    held = b64encode(text.encode()).decode() if kind.resource == SECRETS.resource else text
    return base | {"data": tree.part(base, "data") | {key: held}}


def as_saved(before: str, after: str) -> str:
    """What somebody meant by a file that an editor has written.

    Editors end every file with a line break: where the value had none, one that was added is taken away.
    """
    return after[:-1] if before and not before.endswith("\n") and after.endswith("\n") else after
