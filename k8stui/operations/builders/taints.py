"""Taints of nodes: kubectl's words, checks, messages and request (semantics §1.2, §1.3).

Taints are sent as one whole list, and kubectl sends it without a resourceVersion: a taint that somebody, the node
controller among them, sets between its reading and its writing is lost. Safer here: the patch carries the version of
the node that was read, and is refused (409) where the node has changed since.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.kinds import NODES
from k8stui.model.kubectl import command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.selector import check_key, check_value
from k8stui.model.taint import Taint
from k8stui.model.text import clean
from k8stui.operations.builders.words import split
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import Inverse, Mutation, Risk, patch

EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_FORMS: Final = "write key=value:Effect or key:Effect to add, key:Effect- or key- to remove"
Rows = Sequence[Mapping[str, Any]]
"""Taints as a node has them in its spec."""


class Spec(Struct, frozen=True):
    """What is asked for: in kubectl's order."""

    add: tuple[Taint, ...] = ()
    remove: tuple[Taint, ...] = ()
    """Without values; an empty effect means every effect."""


# ---- what is typed


def parse(given: str | Sequence[str]) -> Spec:
    """`k=v:NoSchedule k2-` as what is to be added and removed.

    Raises UnableError in kubectl's words, with what is allowed where these do not say it.
    """
    add: list[Taint] = []
    remove: list[Taint] = []
    for word in split(given):
        if word.endswith("-"):
            found = _parsed(word[:-1])
            remove.append(Taint(found.key, "", found.effect))
            continue
        found = _parsed(word)
        if not found.effect:
            raise UnableError(f"invalid taint spec: {clean(word)}: {_FORMS}")
        if any((each.key, each.effect) == (found.key, found.effect) for each in add):
            raise UnableError(f"duplicated taints with the same key and effect: {found}")
        add.append(found)
    return Spec(tuple(add), tuple(remove))


def checked(given: str | Sequence[str]) -> Spec:
    """The same, if it asks for something and does not contradict itself. Raises UnableError."""
    spec = parse(given)
    if not spec.add and not spec.remove:
        raise UnableError(f"at least one taint update is required: {_FORMS}")
    both = [
        f"{out.key}={out.effect}"
        for each in spec.add
        for out in spec.remove
        if out.key == each.key and out.effect in ("", each.effect)
    ]
    if both:
        head = "can not both modify and remove the following taint(s) in the same command: "
        raise UnableError(head + ", ".join(both))
    return spec


def _parsed(word: str) -> Taint:
    """One taint; the effect is empty where there is none."""
    name, colon, effect = word.partition(":")
    key, _, value = name.partition("=") if colon else (word, "", "")
    if ":" in effect or "=" in value:
        raise UnableError(f"invalid taint spec: {clean(word)}: {_FORMS}")
    if colon and effect not in EFFECTS:
        listed = f"{', '.join(EFFECTS[:-1])} or {EFFECTS[-1]}"
        raise UnableError(f"invalid taint effect: {clean(effect)}, unsupported taint effect: it is one of {listed}")
    if "=" in key:
        raise UnableError(f"invalid taint spec: {clean(word)}: {_FORMS}")
    try:
        check_value(value)
        check_key(key)
    except ValueError as error:
        said = str(error).replace("label", "taint")
        raise UnableError(f"invalid taint spec: {clean(word)}, {said}") from None
    return Taint(key, value, effect)


# ---- what comes out


def clashing(existing: Rows, add: Sequence[Taint]) -> str:
    """The keys of those that are there already with the same effect, whatever their value, with commas between."""
    have = {_place(each) for each in existing}
    return ",".join(each.key for each in add if (each.key, each.effect) in have)


def reorganized(existing: Rows, spec: Spec, *, overwrite: bool = False) -> tuple[str, list[Object]]:
    """kubectl's word for it (`tainted`, `modified`, `untainted`) and the whole new list.

    Added ones come first, then those that were there, exactly as they were; then removals are applied.

    Raises UnableError: something that is to be removed is not there.
    """
    added = {(each.key, each.effect) for each in spec.add}
    new = [_written(each) for each in spec.add] + [dict(each) for each in existing if _place(each) not in added]
    longer, removed = len(new) != len(existing), False
    missing = []
    for each in spec.remove:
        rest = without(new, each)
        removed = len(rest) < len(new)
        if not removed:
            missing.append(f'taint "{each.key}{":" if each.effect else ""}{each.effect}" not found')
        new = rest
    if missing:
        raise UnableError(missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]")
    return "modified" if overwrite or (longer and removed) else "tainted" if longer else "untainted", new


def without(taints: Rows, out: Taint) -> list[Object]:
    """Those that stay when one goes: of that key and effect, or of that key where the effect is empty."""
    return [
        dict(each)
        for each in taints
        if not (each.get("key") == out.key and (not out.effect or each.get("effect") == out.effect))
    ]


def after(node: Object, given: str | Sequence[str], *, overwrite: bool = False) -> list[Object]:
    """The whole list that a node would have. Raises UnableError as `taint` does."""
    return _made(node, checked(given), overwrite=overwrite)[1]


# ---- what is sent


def taint(
    found: ObjectRow, *, words: str | Sequence[str], overwrite: bool = False, evicts: int | None = None
) -> Mutation:
    """Set, change and remove taints of a node.

    Args:
        found: the node.
        words: as kubectl takes them.
        overwrite: a taint of the same key and effect may be replaced.
        evicts: how many pods a new NoExecute taint sends away, from `taint_preview`; None: nobody has looked, which
            counts as some. With any the change is a destructive one.

    Raises:
        UnableError: the words are wrong, or clash with what the node has: in kubectl's words; or it is no node.
        AlreadySoError: the taints are so already.
    """
    if found.ref.kind.resource != NODES.resource:
        raise UnableError(f"{named(found.ref)} cannot be tainted: only a node can")
    node, spec, name = found.exact(), checked(words), found.ref.name
    verb, new = _made(node, spec, overwrite=overwrite)
    old = tree.rows(node, "spec", "taints")
    if {_place(each): each for each in old} == {_place(each): each for each in new}:
        raise AlreadySoError(f"node/{name} has these taints already")
    throws = any(each.effect == "NoExecute" for each in spec.add) and evicts != 0
    given = split(words)
    return Mutation(
        builder="taints.taint",
        target=found.ref,
        request=patch(
            found.ref,
            {"spec": {"taints": new or None}},
            version=found.version,
            manager="kubectl-taint",
            query=(("fieldValidation", "Strict"),),
        ),
        risk=Risk.DESTRUCTIVE if throws else Risk.CHANGE,
        says=f"taint {name} {' '.join(given)}",
        done=f"node/{name} {verb}",
        kubectl=command("taint", "nodes", name, *given, *(["--overwrite"] if overwrite else [])),
        args={"words": given, "overwrite": overwrite, "evicts": evicts},
        before={"taints": [_said(each) for each in old]},
        inverse=Inverse("taints.taint", {"words": _back(old, new), "overwrite": True}, {"/spec/taints": new or None}),
    )


def _made(node: Object, spec: Spec, *, overwrite: bool) -> tuple[str, list[Object]]:
    existing, name = tree.rows(node, "spec", "taints"), tree.name(node)
    clash = "" if overwrite else clashing(existing, spec.add)
    if clash:
        raise UnableError(f"node {name} already has {clash} taint(s) with same effect(s) and --overwrite is false")
    return reorganized(existing, spec, overwrite=overwrite)


def _back(old: Rows, new: Rows) -> list[str]:
    """The words that make the old list of the new one."""
    was, now = ({_place(each): each for each in rows} for rows in (old, new))
    put = [_said(each) for place, each in was.items() if now.get(place) != each]
    return put + [f"{key}:{effect}-" for key, effect in now if (key, effect) not in was]


def _said(row: Mapping[str, Any]) -> str:
    return clean(str(Taint(tree.text(row, "key"), tree.text(row, "value"), tree.text(row, "effect"))))


def _place(row: Mapping[str, Any]) -> tuple[str, str]:
    return tree.text(row, "key"), tree.text(row, "effect")


def _written(taint_: Taint) -> Object:
    value = {"value": taint_.value} if taint_.value else {}
    return {"key": taint_.key, **value, "effect": taint_.effect}
