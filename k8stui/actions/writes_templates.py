"""What stands in a workload's template: images, environment, resources, probes."""

import shlex
from typing import Any

from k8stui.actions.desk import Asking, Change, Desk, Rows
from k8stui.actions.options import options
from k8stui.actions.places import Where
from k8stui.actions.writes import Write, asked, each, titled

_CONTAINER = {"-c": "container", "--container": "container", "--containers": "container"}


def _image(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    from k8stui.operations.builders.images import parse

    return each(rows, "images.image", {"images": parse(options(typed).words)})


def _images(desk: Desk, rows: Rows) -> Asking:
    return Asking(
        title=titled("Image", rows),
        hint="container=image, or *=image for all; several with blanks between",
        judge=lambda text: "",
        learn=lambda: desk.present("images.image", rows),
        listing="images",
    )


def _env(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    from k8stui.operations.builders.environment import parse

    given = options(typed, _CONTAINER)
    text = shlex.join(given.words)
    parse(text)
    return each(rows, "environment.env", {"text": text, **given.values})


def _environment(desk: Desk, rows: Rows) -> Asking:
    return Asking(
        title=titled("Environment", rows),
        hint="NAME=value sets a variable, NAME- removes it; -c names the container, -c '*' is all",
        judge=lambda text: "",
        learn=lambda: desk.present("environment.env", rows),
        listing="variables",
    )


def _resources(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """kubectl's flags; the container behind `-c` or as the one word."""
    from k8stui.operations.builders.resources import parse

    given = options(typed, _CONTAINER | {"--requests": "requests", "--limits": "limits"})
    values = dict(given.values)
    if len(given.words) > (0 if "container" in values else 1):
        raise ValueError(f"'{given.words[-1][:40]}' is a word too many: CONTAINER --requests=cpu=1 --limits=memory=1Gi")
    if given.words:
        values["container"] = given.words[0]
    if not any(parse(values.get(name, "")) for name in ("requests", "limits")):
        raise ValueError("Say which amounts: --requests=cpu=100m,memory=128Mi, --limits=memory=1Gi, or cpu- to remove")
    return each(rows, "resources.resources", values)


def _amounts(desk: Desk, rows: Rows) -> Asking:
    return Asking(
        title=titled("Resources", rows),
        hint="container --requests=cpu=100m,memory=128Mi --limits=memory=1Gi; cpu- removes one",
        judge=lambda text: "",
        learn=lambda: desk.present("resources.resources", rows),
        listing="resources",
    )


def _probe(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    from k8stui.operations.builders.probes import PROBES, parse

    given = options(typed, _CONTAINER)
    if not given.words or given.words[0] not in PROBES:
        raise ValueError(f"Name the probe first: {', '.join(PROBES)}, then its timings like period=10s failure=3")
    text = " ".join(given.words[1:])
    parse(text)
    return each(rows, "probes.probe", {"probe": given.words[0], "text": text, **given.values})


def _timings(desk: Desk, rows: Rows) -> Asking:
    return Asking(
        title=titled("Probes", rows),
        hint="liveness, readiness or startup, then delay= timeout= period= success= failure= grace=; -c names the "
        "container",
        judge=lambda text: "",
        learn=lambda: desk.present("probes.probe", rows),
        listing="probes",
    )


def _write(identity: str, key: str, label: str, about: str, **rest: Any) -> Write:
    return Write(id=identity, key=key, label=label, where=Where.WORKLOADS, about=about, **rest)


TEMPLATE_WRITES = (
    asked(_write("image", "i", "Image", "the image of a container", usage="CONTAINER=IMAGE"), _image, _images),
    asked(
        _write("env", "", "Environment", "variables of a container", usage="NAME=VALUE NAME- [-c CONTAINER]"),
        _env,
        _environment,
    ),
    asked(
        _write(
            "resources",
            "",
            "Resources",
            "requests and limits of a container",
            usage="CONTAINER [--requests=cpu=100m] [--limits=memory=1Gi]",
        ),
        _resources,
        _amounts,
    ),
    asked(
        _write(
            "probe",
            "",
            "Probes",
            "when and how often a container is probed",
            usage="liveness|readiness|startup period=10s failure=3 [-c CONTAINER]",
        ),
        _probe,
        _timings,
    ),
)
