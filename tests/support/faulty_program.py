"""k8stui with a mistake built in: `python -m tests.support.faulty_program WHERE ARGUMENT…`.

WHERE: `render` and `load` fail by themselves; `end` ends the app when `/` is pressed; `beside` fails in a handler at
`/`, in a worker at `:`, in a callback of the loop at `w`. Each has a token in a local variable and in its message. An
end that hangs is cut short sooner than in life.
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


def end(screen: Any) -> None:
    """What ends the app, wherever it comes from."""
    try:
        explode()
    except LookupError as error:
        screen.house._handle_exception(error)


def build_in(where: str) -> None:
    """Replace one method of the program by `explode`."""
    from k8stui import app
    from k8stui.app import K8sTui
    from k8stui.screens.resource import ResourceScreen
    from k8stui.widgets.live_table import LiveTable

    replaced: dict[str, list[tuple[type, str, Any]]] = {
        "render": [(LiveTable, "render_line", explode)],
        "load": [(K8sTui, "run", explode)],
        "end": [(ResourceScreen, "open_filter", end)],
        "beside": [
            (ResourceScreen, "open_filter", explode),
            (ResourceScreen, "open_command_line", lambda self, *_: self.house.spawn(explode_later(), "a worker")),
            (ResourceScreen, "change_table", lambda *_: asyncio.get_running_loop().call_soon(explode)),
        ],
    }
    app.LATEST_END = 0.5
    for owner, name, mistake in replaced[where]:
        setattr(owner, name, mistake)


if __name__ == "__main__":
    build_in(sys.argv[1])
    sys.exit(cli.main(sys.argv[2:]))
