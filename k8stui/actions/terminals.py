"""The ways into a container: a shell, a command, what runs there already."""

import re

from k8stui.actions.action import Action, Need, entering, entering_typed
from k8stui.actions.desk import Desk, Rows
from k8stui.actions.places import Where
from k8stui.model.words import split

_OPTION = re.compile(r"(-[itq]*c|--container)(?P<value>=.*|(?<!-container).+)?")
"""The container, as pflag takes it: letters that take nothing may stand before it in the same word."""
_SAYS_NOTHING = re.compile(r"-[itq]+|--(stdin|tty|quiet)(=(true|1))?")
"""There is always a terminal and its input."""
EXEC = Need("get", "pods/exec")
ATTACH = Need("get", "pods/attach")


async def _asked_exec(desk: Desk, rows: Rows) -> None:
    title = f"Run a command in {rows[0].ref}"
    typed = await desk.ask(title, "[-c CONTAINER] COMMAND, like ls -l /tmp", _judge)
    if typed:
        await desk.enter("exec", rows, typed)


def _judge(text: str) -> str:
    """What is wrong with a command as it is typed."""
    try:
        understood(text)
    except ValueError as error:
        return str(error)
    return ""


def understood(typed: str) -> tuple[str, tuple[str, ...]]:
    """The container ("": none is named) and the words of a command, as kubectl exec takes them.

    Raises ValueError: one sentence.
    """
    words = split(typed)
    container = ""
    ended = False
    while words and words[0].startswith("-") and not ended:
        option = words.pop(0)
        ended = option == "--"
        found = _OPTION.fullmatch(option)
        if found is not None and (found["value"] or words):
            container = (found["value"] or words.pop(0)).removeprefix("=")
        elif not ended and not _SAYS_NOTHING.fullmatch(option):
            raise ValueError(f"'{option}' is not known here: there is -c CONTAINER, and then the command")
    if not ended and "--" in words[1:] and (words[1] == "--" or words[0].startswith(("pod/", "pods/", "po/"))):
        raise ValueError(f"It runs in the pod under the cursor: leave out {words[0]}, or write -- {words[0]} ...")
    if not words:
        raise ValueError("Type a command: ls -l /tmp, or -c CONTAINER ls; what a shell is to read: sh -c '...'")
    return container, tuple(words)


POD_TERMINALS = (
    Action(
        id="shell",
        key="s",
        label="Shell",
        where=Where.PODS,
        needs=(EXEC,),
        target=True,
        footer=2,
        run=entering("shell"),
        usage="[CONTAINER]",
        line=entering_typed("shell"),
        help="in one of its containers: bash, ash or sh; ctrl+] is the way out",
    ),
    Action(
        id="exec",
        key="",
        typed=":exec",
        label="Run a command",
        where=Where.PODS,
        needs=(EXEC,),
        target=True,
        run=_asked_exec,
        usage="[-c CONTAINER] COMMAND...",
        line=entering_typed("exec"),
        help="in one of its containers, in this terminal; of a workload in the pod that kubectl takes",
    ),
    Action(
        id="attach",
        key="",
        typed=":attach",
        label="Attach",
        where=Where.PODS,
        needs=(ATTACH,),
        target=True,
        run=entering("attach"),
        usage="[CONTAINER]",
        line=entering_typed("attach"),
        help="to what runs in one of its containers already",
    ),
)
