"""The ways into a container: a shell, a command, what runs there already."""

from collections.abc import Awaitable

from k8stui.actions.action import Action, Need, entering
from k8stui.actions.desk import Desk, Rows
from k8stui.actions.places import Where

EXEC = Need("get", "pods/exec")
ATTACH = Need("get", "pods/attach")


def _typed_shell(desk: Desk, rows: Rows, typed: str) -> Awaitable[None]:
    return desk.enter("shell", rows, typed)


def _typed_attach(desk: Desk, rows: Rows, typed: str) -> Awaitable[None]:
    return desk.enter("attach", rows, typed)


def _typed_exec(desk: Desk, rows: Rows, typed: str) -> Awaitable[None]:
    return desk.enter("exec", rows, typed)


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
    import shlex

    try:
        words = shlex.split(typed)
    except ValueError:
        raise ValueError("A quote is opened and never closed: close it, or put a \\ before it") from None
    container = ""
    while words and words[0].startswith("-"):
        option = words.pop(0)
        name, equals, value = option.partition("=")
        if option == "--":
            break
        if name in ("-c", "--container") and (equals or words):
            container = value if equals else words.pop(0)
        elif name not in ("-i", "-t", "-it", "-ti", "--stdin", "--tty"):
            raise ValueError(f"'{option}' is not known here: there is -c CONTAINER, and then the command")
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
        line=_typed_shell,
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
        line=_typed_exec,
        help="in one of its containers, in this terminal",
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
        line=_typed_attach,
        help="to what runs in one of its containers already",
    ),
)
