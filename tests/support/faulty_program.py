"""k8stui with a mistake built in: `python -m tests.support.faulty_program WHERE ARGUMENT…`.

WHERE: `mount`, `render`, `handler`, `worker`, `callback`, `start`. Each raises with a token
in a local variable and in its message.
"""

import asyncio
import sys
from typing import Any

from k8stui import cli

PLANTED = "planted-token-0815"


def explode(*_args: Any, **_keywords: Any) -> Any:
    """The mistake."""
    token = PLANTED
    raise LookupError(f"the token was {token}")


async def explode_later(*_args: Any) -> None:
    explode()


def build_in(where: str) -> None:
    """Replace one method of the program by `explode`."""
    from k8stui.app import K8sTui
    from k8stui.screens.resource import ResourceScreen
    from k8stui.widgets.live_table import LiveTable

    replaced: dict[str, tuple[type, str, Any]] = {
        "mount": (LiveTable, "on_mount", explode),
        "render": (LiveTable, "render_line", explode),
        "handler": (ResourceScreen, "open_filter", explode),
        "worker": (ResourceScreen, "open_filter", lambda self: self.house.spawn(explode_later(), "a worker")),
        "callback": (ResourceScreen, "open_filter", lambda _: asyncio.get_running_loop().call_soon(explode)),
        "start": (K8sTui, "get_default_screen", explode),
    }
    owner, name, mistake = replaced[where]
    setattr(owner, name, mistake)


if __name__ == "__main__":
    build_in(sys.argv[1])
    sys.exit(cli.main(sys.argv[2:]))
