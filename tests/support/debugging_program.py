"""k8stui that makes debug pods at a key: `python -m tests.support.debugging_program NAMES ARGUMENT…`.

NAMES, separated by commas: each time `/` is pressed all of them are made in the context that is open, by the builders
and by the keeper, in the namespace `shop`. `name+` is kept, `pod/container` is an ephemeral container of that pod. `w`
ends the program by a mistake.
"""

import sys
from typing import Any

from k8stui import cli

STAMPS = {"who": "ada", "host": "laptop", "at": "2026-09-21T14:13:20Z"}


async def launch(screen: Any, names: list[str]) -> None:
    """Make them, one after the other."""
    from k8stui.model.kinds import PODS
    from k8stui.model.objects import row
    from k8stui.operations.builders import debugging
    from k8stui.operations.debugging.left import Making
    from k8stui.operations.gateway import Verdict

    session, house = screen.session, screen.house
    for each in names:
        name, _, container = each.rstrip("+").partition("/")
        if container:
            answer = await session.connection.request("GET", PODS.path("shop", name))
            found = row(PODS, answer.body)
            mutation = debugging.ephemeral(found, image="busybox", container=container, **STAMPS)
        else:
            found = debugging.namespace("shop")
            mutation = debugging.alone(found, image="busybox", name=name, lifetime=14400.0, **STAMPS)
        mode = "ephemeral" if container else "alone"
        making = Making(mode=mode, container=container, lifetime=0.0 if container else 14400.0, keep=each[-1] == "+")
        made = await house.work.keeper.launch(session, mutation, making)
        house.spawn(_run(made, Verdict(mutation).consent()), "a launch")


async def _run(launch: Any, consent: Any) -> None:
    await launch.run(consent)


def main(names: list[str], arguments: list[str]) -> int:
    """Run it."""
    from k8stui.screens.resource import ResourceScreen

    def begin(screen: Any) -> None:
        screen.house.spawn(launch(screen, names), "launches")

    def crash(screen: Any, _what: str) -> None:
        screen.house._handle_exception(LookupError("a mistake"))

    replaced: list[tuple[type, str, Any]] = [
        (ResourceScreen, "open_filter", begin),
        (ResourceScreen, "change_table", crash),
    ]
    for each in replaced:
        setattr(*each)
    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].split(","), sys.argv[2:]))
