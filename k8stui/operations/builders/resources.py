"""Requests and limits of containers, typed on one line (`kubectl set resources`)."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from k8stui.model import quantity, tree
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.selector import check_key
from k8stui.model.text import clean
from k8stui.operations.builders.images import MANAGER
from k8stui.operations.builders.rollout import held_back
from k8stui.operations.builders.templates import Container, changeable, chosen, container_patch, containers
from k8stui.operations.builders.undo import back
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import Inverse, Mutation, Risk, patch

_PLAIN: Final = re.compile(r"cpu|memory|ephemeral-storage|hugepages-[0-9]+[KMG]i")

Amounts = Mapping[str, str | None]
"""Quantities by resource; None removes one."""


def parse(text: str) -> dict[str, str | None]:
    """`cpu=100m,memory=128Mi,ephemeral-storage-`: sets two and removes one.

    The quantities come out as the server writes them (`0.5` is `500m`). Raises UnableError with one sentence.
    """
    found: dict[str, str | None] = {}
    for part in re.split(r"[,\s]+", text.strip().strip(",")):
        if not part:
            continue
        name, equals, amount = part.partition("=")
        name = name if equals else name.removesuffix("-")
        if not equals and not part.endswith("-"):
            raise UnableError(f"'{clean(part, 60)}' says no amount: write it like cpu=100m, or cpu- to remove it")
        _check_name(name)
        if name in found:
            raise UnableError(f"{name} comes twice: name it once")
        found[name] = _checked(name, amount) if equals else None
    return found


def resources(found: ObjectRow, *, requests: str = "", limits: str = "", container: str = "") -> Mutation:
    """Other requests and limits of a container; what is not named stays. The way back sets those that were.

    Safer than kubectl: a request over its limit is refused before anything is sent, of several containers it has to be
    said which, and the uid goes along. The way back of several goes through the workload's history.

    Args:
        requests: as of `parse`.
        limits: the same.
        container: its name, `*` for all, `web-*` for those like that; empty where there is only one.

    Raises:
        AlreadySoError: they are so.
        UnableError: a wrong text, a request over its limit, no such container, a kind that cannot be changed.
    """
    ref = found.ref
    changeable(found, "resources")
    typed = {"requests": parse(requests), "limits": parse(limits)}
    if not any(typed.values()):
        raise UnableError("Say which amounts: like cpu=100m,memory=128Mi")
    changes = {
        each.name: (each, changed) for each in chosen(found, container) if (changed := _changed(_now(each), typed))
    }
    if not changes:
        raise AlreadySoError(f"{named(ref)} has these resources already")
    for each, changed in changes.values():
        now = _now(each)
        _compare(*({**now[what], **changed.get(what, {})} for what in now))
    alone = next(iter(changes.values())) if len(changes) == 1 else None
    said = alone[1] if alone else {what: amounts for what, amounts in typed.items() if amounts}
    body = container_patch(found, {name: {"resources": changed} for name, (_, changed) in changes.items()})
    caveat = held_back(found.exact())
    return Mutation(
        builder="resources.resources",
        target=ref,
        request=patch(ref, body, manager=MANAGER),
        risk=Risk.CHANGE,
        says=f"set resources of {about(ref)}: {_said(said)}" + (f" ({caveat})" if caveat else ""),
        done=f"{named(ref)} resource requirements updated",
        kubectl=_command(found, alone[0].name if alone else container, said, body),
        args={"requests": requests, "limits": limits, "container": container},
        before=_before(alone[0]) if alone else {name: _before(each) for name, (each, _) in changes.items()},
        inverse=_inverse(*alone) if alone else back(found, {}),
    )


def _now(chosen: Container) -> dict[str, dict[str, str]]:
    """What it has."""
    parts = {what: tree.part(chosen.tree, "resources", what) for what in ("requests", "limits")}
    return {what: {key: str(each) for key, each in amounts.items()} for what, amounts in parts.items()}


def _changed(now: Mapping[str, Mapping[str, str]], typed: Mapping[str, Amounts]) -> dict[str, Amounts]:
    """What differs, as it stands in a patch."""
    changes = {what: _changes(now[what], amounts) for what, amounts in typed.items()}
    return {what: amounts for what, amounts in changes.items() if amounts}


def _before(chosen: Container) -> dict[str, str]:
    return {what: written(amounts) for what, amounts in _now(chosen).items()}


def _inverse(chosen: Container, changed: Mapping[str, Amounts]) -> Inverse:
    now = _now(chosen)
    had = {what: written({key: now[what].get(key) for key in changed.get(what, ())}) for what in now}
    pointer = f"{chosen.pointer}/resources"
    return Inverse(
        "resources.resources",
        had | {"container": chosen.name},
        {f"{pointer}/{what}/{_escaped(key)}": each for what in changed for key, each in changed[what].items()},
    )


def written(amounts: Amounts) -> str:
    """As `parse` reads it."""
    return ",".join(f"{name}-" if amount is None else f"{name}={amount}" for name, amount in amounts.items())


def _changes(now: Mapping[str, str], wanted: Amounts) -> dict[str, str | None]:
    """What differs by value."""
    return {key: each for key, each in wanted.items() if (key in now) is (each is None) or _other(now, key, each)}


def _other(now: Mapping[str, str], key: str, wanted: str | None) -> bool:
    if wanted is None or key not in now:
        return False
    try:
        return quantity.parse(now[key]).nanos != quantity.parse(wanted).nanos
    except ValueError:
        return True


def _compare(requests: Amounts, limits: Amounts) -> None:
    """Raises UnableError where a request is over its limit."""
    for name, amount in requests.items():
        limit = limits.get(name)
        if amount and limit and quantity.parse(limit) < quantity.parse(amount):
            raise UnableError(
                f"The request {name}={amount} is over its limit {limit}: lower the request or raise the limit too"
            )


def _checked(name: str, amount: str) -> str:
    try:
        parsed = quantity.parse(amount)
    except ValueError as error:
        raise UnableError(f"{name}: {error}") from None
    if parsed.nanos < 0:
        raise UnableError(f"{name} cannot be less than 0: {amount}")
    if name != "cpu" and parsed.nanos % 10**9:
        raise UnableError(f"{name}={amount} is a part of one: only cpu is counted in thousandths (Mi is a mebibyte)")
    return str(parsed)


def _check_name(name: str) -> None:
    try:
        if "/" in name:
            check_key(name)
    except ValueError as error:
        raise UnableError(str(error)) from None
    if "/" not in name and not _PLAIN.fullmatch(name):
        known = "cpu, memory, ephemeral-storage, hugepages-2Mi or example.com/name"
        raise UnableError(f"'{clean(name, 60)}' is no resource: {known}")


def _said(body: Mapping[str, Amounts]) -> str:
    return "; ".join(f"{what} {written(amounts)}" for what, amounts in body.items())


def _command(found: ObjectRow, name: str, said: Mapping[str, Amounts], body: Object) -> str:
    """`kubectl set resources`; it cannot remove an amount, so that is written as the patch."""
    ref = found.ref
    if any(amount is None for amounts in said.values() for amount in amounts.values()):
        return command("patch", named(ref), "-p", msgspec.json.encode(body).decode(), namespace=ref.namespace)
    selected = [] if len(containers(found)) == 1 else [f"--containers={name}"]
    flags = [f"--{what}={written(amounts)}" for what, amounts in said.items()]
    return command("set", "resources", named(ref), *selected, *flags, namespace=ref.namespace)


def _escaped(key: str) -> str:
    """For a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
