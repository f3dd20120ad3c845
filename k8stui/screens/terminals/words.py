"""What is said of a session: over it, at its end, and afterwards."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from k8stui.model.columns import Tone
from k8stui.model.duration import human
from k8stui.model.kinds import Ref
from k8stui.model.text import cells, cut, flat, middle
from k8stui.operations.sessions.ending import End, How

_NOT_FOUND: Final = "container not found"
"""What a kubelet says of one that does not run."""


class About(Struct, frozen=True):
    """Whose session it is."""

    pod: Ref
    container: str
    command: Sequence[str]
    """What was typed; empty: a shell, or what runs there already."""
    attach: bool
    once: bool = False
    """What runs there gets no input any more after this session."""
    why: str = ""
    """In a word why the container did not run when it was looked at."""

    @property
    def place(self) -> str:
        """`shop/web-1 (web)`."""
        return f"{self.pod} ({flat(self.container)})"

    @property
    def what(self) -> str:
        """What is run there."""
        if self.attach:
            return "the session"
        return self.command[0] if self.command else "the shell"

    @property
    def leave(self) -> str:
        """What detaching means."""
        if not self.attach:
            return "leave it (the server hangs up on it)"
        return "leave it (its input ends)" if self.once else "leave it running"


def banner(about: About, columns: int) -> list[str]:
    """What stands above the session: one line, or two where it does not fit into so many columns (0: not known)."""
    doing = "attached to" if about.attach else "in"
    place = f"k8stui: {doing} {about.pod}, container {flat(about.container)}"
    hint = "ctrl+] detaches or ends" + ("; if you see no prompt, press enter" if about.attach else "")
    line = f"{place}; {hint}"
    return [line] if not columns or cells(line) < columns else [middle(place, columns - 1), cut(hint, columns - 1)]


def said(about: About, end: End) -> str:
    """The sentence about its end."""
    after = f"after {human(end.seconds)}"
    if _NOT_FOUND in end.message:
        why = f" ({about.why})" if about.why else ""
        return f"{about.place}: the container does not run{why}: l shows what it said, b brings a debug container"
    if end.how is How.BROKEN:
        return f"{about.place}: {end.message}"
    if end.how is How.ENDED:
        return f"{about.place}: {about.what} was ended from here {after}"
    if end.how is How.DETACHED:
        if not about.attach:
            return f"{about.place}: left {about.what} {after}; the server hangs up on it"
        return f"{about.place}: left {after}; it runs on" + (", without input" if about.once else "")
    if end.code is not None and not about.attach:
        return f"{about.place}: {about.what} ended with exit code {end.code} {after}"
    if end.code is not None or (about.attach and not end.message):
        code = f" with exit code {end.code}" if end.code else ""
        return f"{about.place}: what ran there ended{code} {after}"
    if not end.message:
        return f"{about.place}: the server closed the session {after} without telling how it ended"
    return f"{about.place}: {end.message}"


def tone(end: End) -> Tone:
    """How grave it is."""
    if end.how is How.BROKEN or (end.how is How.EXITED and end.code is None and end.message):
        return Tone.BAD
    return Tone.WARNING if end.code else Tone.PLAIN


def is_read_first(about: About, end: End) -> bool:
    """What stands on the terminal is to be read before the table covers it: output of a command, the end of a link."""
    if end.how in (How.DETACHED, How.ENDED):
        return False
    return bool(about.command) or about.attach or end.how is How.BROKEN or bool(end.code and not end.typed)
