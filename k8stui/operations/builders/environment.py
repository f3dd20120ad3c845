"""Environment variables of containers. Values never leave in a text."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.sentences import listed
from k8stui.model.text import clean
from k8stui.operations.builders.images import MANAGER
from k8stui.operations.builders.masking import HIDDEN
from k8stui.operations.builders.rollout import held_back
from k8stui.operations.builders.templates import Container, changeable, container_patch, containers
from k8stui.operations.builders.templates import chosen as chosen_of
from k8stui.operations.builders.undo import back
from k8stui.operations.builders.words import split
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import Inverse, Mutation, Risk, patch

_NAME: Final = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")


class Edits(Struct, frozen=True):
    """What was typed."""

    set: dict[str, str]
    remove: tuple[str, ...]


def parse(text: str) -> Edits:
    """`A=b C='d e' OLD-`: sets two and removes one; quotes as in a shell. Raises UnableError with one sentence."""
    words = split(text)
    added: dict[str, str] = {}
    removed: list[str] = []
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            if added.get(_checked(name), value) != value:
                raise UnableError(f"{name} is given two values: leave one of them out")
            added[name] = value
        elif word.endswith("-"):
            removed.append(_checked(word[:-1]))
        else:
            raise UnableError(f"'{clean(word, 60)}' says nothing: NAME=value sets a variable, NAME- removes it")
    if both := sorted(added.keys() & set(removed)):
        raise UnableError(f"{both[0]} cannot both be set and removed: name it once")
    if not words:
        raise UnableError("Say what to set: NAME=value sets a variable, NAME- removes it")
    return Edits(added, tuple(removed))


def env(found: ObjectRow, *, text: str, container: str = "") -> Mutation:
    """Set and remove environment variables of a container.

    A value may be a secret: the command, the journal and `args` hold names alone. So the way back removes what is new;
    where an old value was replaced it goes through the workload's history, if that can be named. The requests are
    kubectl's, an empty value left out as in these; the uid goes along. kubectl takes the first of two values for one
    name, here they are refused.

    Args:
        text: as of `parse`.
        container: its name, `*` for all, `web-*` for those like that; empty where there is only one.

    Raises:
        AlreadySoError: they are so.
        UnableError: a wrong text, no such container, a kind whose template cannot be changed.
    """
    ref = found.ref
    changeable(found, "environment")
    edits = parse(text)
    chosen = chosen_of(found, container)
    added = [{"name": name} | ({"value": value} if value else {}) for name, value in edits.set.items()]
    changes: dict[str, Object] = {}
    for each in chosen:
        existing = tree.rows(each.tree, "env")
        wanted = merged(existing, added, edits.remove)
        if wanted != existing:
            changes[each.name] = _change(each, existing, wanted)
    if not changes:
        raise AlreadySoError(f"{named(ref)} has this environment already")
    caveat = held_back(found.exact())
    shown = [f"{name}={HIDDEN}" for name in edits.set] + [f"{name}-" for name in edits.remove]
    selected = [] if len(containers(found)) == 1 else [f"--containers={container or chosen[0].name}"]
    return Mutation(
        builder="environment.env",
        target=ref,
        request=patch(ref, container_patch(found, changes), manager=MANAGER),
        risk=Risk.CHANGE,
        says=f"set env of {about(ref)}: {listed(shown)}" + (f" ({caveat})" if caveat else ""),
        done=f"{named(ref)} env updated",
        kubectl=command("set", "env", named(ref), *selected, *shown, namespace=ref.namespace),
        args={"text": " ".join(shown), "container": container},
        inverse=_inverse(found, chosen, edits, container),
    )


def merged(existing: Sequence[Object], added: Sequence[Object], removed: Sequence[str]) -> list[Object]:
    """As kubectl's updateEnv: what is replaced keeps its place, what is new comes last, a removal counts more."""
    newer: dict[str, Object] = {}
    for each in added:
        newer.setdefault(each["name"], each)
    covered = set(removed)
    out: list[Object] = []
    for each in existing:
        name = tree.text(each, "name")
        if name in covered:
            continue
        if name in newer:
            covered.add(name)
            each = newer[name]
        out.append(each)
    return out + [each for name, each in newer.items() if name not in covered]


def _change(chosen: Container, existing: Sequence[Object], wanted: Sequence[Object]) -> Object:
    """The field `env` of a strategic patch from one list to the other."""
    names = [tree.text(each, "name") for each in existing]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UnableError(f"Container {clean(chosen.name)} has {clean(twice[0])} twice: edit it instead")
    if not existing or not wanted:
        return {"env": list(wanted) or None}
    had = dict(zip(names, existing, strict=True))
    rows: list[Object] = []
    for each in wanted:
        name = each["name"]
        if had.get(name) != each:
            gone = {key: None for key in had.get(name, {}) if key not in each}
            rows.append(each | gone)
    kept = {each["name"] for each in wanted}
    rows += [{"$patch": "delete", "name": name} for name in names if name not in kept]
    return {"$setElementOrder/env": [{"name": each["name"]} for each in wanted], "env": rows}


def _inverse(found: ObjectRow, chosen: Sequence[Container], edits: Edits, container: str) -> Inverse | None:
    had = {tree.text(row, "name") for each in chosen for row in tree.rows(each.tree, "env")}
    if not had & {*edits.set, *edits.remove}:
        return Inverse("environment.env", {"text": " ".join(f"{name}-" for name in edits.set), "container": container})
    return back(found, {})


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UnableError(
            f"'{clean(name, 60)}' is no name of a variable: letters, digits, _ - and . without a digit at its start"
        )
    return name
