"""When and how often a container is probed, typed on one line; what is probed stays."""

import re
from typing import Final

import msgspec

from k8stui.model import tree
from k8stui.model.duration import seconds
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.text import clean
from k8stui.operations.builders.images import MANAGER
from k8stui.operations.builders.rollout import held_back
from k8stui.operations.builders.templates import changeable, container_patch
from k8stui.operations.builders.templates import container as container_of
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import Inverse, Mutation, Risk, patch

PROBES: Final = ("liveness", "readiness", "startup")
_FIELDS: Final = {
    "delay": "initialDelaySeconds",
    "timeout": "timeoutSeconds",
    "period": "periodSeconds",
    "success": "successThreshold",
    "failure": "failureThreshold",
    "grace": "terminationGracePeriodSeconds",
}
_LEAST: Final = {"initialDelaySeconds": 0}
"""Smallest number allowed; 1 for all others."""
_SHORT: Final = {field: short for short, field in _FIELDS.items()}


def parse(text: str) -> dict[str, int | None]:
    """`delay=5s timeout=1s period=10s success=1 failure=3 grace=30s` as fields of the API; `grace-` removes one.

    `describe` writes them so; the API's own names do too. Raises UnableError with one sentence.
    """
    found: dict[str, int | None] = {}
    for part in re.split(r"[,\s]+", text.strip().strip(",")):
        name, equals, value = part.partition("=")
        name = name if equals else name.removesuffix("-")
        field = _FIELDS.get(name, name if name in _SHORT else "")
        if not field or not (equals or part.endswith("-")):
            raise UnableError(
                f"'{clean(part, 60)}' is no timing of a probe: {', '.join(f'{each}=' for each in _FIELDS)}"
            )
        if field in found:
            raise UnableError(f"{name} comes twice: name it once")
        found[field] = _number(name, field, value) if equals else None
    return found


def probe(found: ObjectRow, *, probe: str, text: str, container: str = "") -> Mutation:
    """Other timings of a container's probe; the way back sets those that were.

    Args:
        probe: `liveness`, `readiness` or `startup`.
        text: as of `parse`.
        container: its name; empty where there is only one.

    Raises:
        AlreadySoError: they are so.
        UnableError: a wrong text, no such container or probe, a kind that cannot be changed.
    """
    ref = found.ref
    changeable(found, "probes")
    if probe not in PROBES:
        raise UnableError(f"'{clean(probe, 40)}' is no probe: {', '.join(PROBES)}")
    wanted = parse(text)
    chosen = container_of(found, container)
    field = f"{probe}Probe"
    now = tree.part(chosen.tree, field)
    if not now:
        raise UnableError(f"Container {clean(chosen.name)} has no {probe} probe: edit {named(ref)} to add one")
    if probe != "readiness" and wanted.get("successThreshold", 1) != 1:
        raise UnableError(f"success must be 1 for a {probe} probe")
    if probe == "readiness" and "terminationGracePeriodSeconds" in wanted:
        raise UnableError("A readiness probe ends no container, so it has no grace")
    changed: Object = {key: each for key, each in wanted.items() if now.get(key) != each}
    if not changed:
        raise AlreadySoError(f"{named(ref)} has these timings already")
    body = container_patch(found, {chosen.name: {field: changed}})
    before = {key: now.get(key) for key in changed}
    caveat = held_back(found.exact())
    return Mutation(
        builder="probes.probe",
        target=ref,
        request=patch(ref, body, manager=MANAGER),
        risk=Risk.CHANGE,
        says=f"set {probe} probe of {about(ref)}: {written(changed)}" + (f" ({caveat})" if caveat else ""),
        done=f"{named(ref)} patched",
        kubectl=command("patch", named(ref), "-p", msgspec.json.encode(body).decode(), namespace=ref.namespace),
        args={"probe": probe, "text": text, "container": container},
        before={"timings": written(before)},
        inverse=Inverse(
            "probes.probe",
            {"probe": probe, "text": written(before), "container": chosen.name},
            {f"{chosen.pointer}/{field}/{key}": each for key, each in changed.items()},
        ),
    )


def timings(probe: Object) -> Object:
    """Those of a probe as it is, by the API's names."""
    return {field: probe[field] for field in _SHORT if field in probe}


def written(fields: Object) -> str:
    """As `parse` reads it."""
    parts = []
    for field, value in fields.items():
        unit = "s" if field.endswith("Seconds") else ""
        parts.append(f"{_SHORT[field]}-" if value is None else f"{_SHORT[field]}={value}{unit}")
    return " ".join(parts)


def _number(name: str, field: str, text: str) -> int:
    least = _LEAST.get(field, 1)
    try:
        number = seconds(text) if field.endswith("Seconds") else float(int(text))
    except ValueError:
        raise UnableError(f"{name} must be a whole number from {least}, not '{clean(text, 40)}'") from None
    if number != int(number) or not least <= number < 2**31:
        raise UnableError(f"{name} must be a whole number from {least}, not '{clean(text, 40)}'")
    return int(number)
