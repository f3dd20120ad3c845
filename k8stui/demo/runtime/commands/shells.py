"""`sh` and `bash`: a line (-c), a file, or line by line from the input, with a prompt where there is a terminal."""

import asyncio

from k8stui.demo.runtime.files import FileProblem, normal
from k8stui.demo.runtime.shell.interpreter import Call, Exit, Killed, Program, Shell
from k8stui.demo.runtime.shell.parse import Sequence, parse
from k8stui.demo.runtime.shell.words import Incomplete, SyntaxProblem

NAMES = ("sh", "bash", "ash", "dash")
_LONGEST = 64 * 1024
"""Characters of a command that goes over several lines."""


async def sh(call: Call) -> int:
    """A shell within this one; its own end by a signal is a status to the one around it."""
    shell = call.shell.fork(call.streams)
    shell.name = call.name.rpartition("/")[2]
    args = list(call.args)
    text: str | None = None
    while args and args[0].startswith("-"):
        word = args.pop(0)
        if not word.startswith("--") and "c" in word:
            if not args:
                return await call.fail("-c requires an argument", 2)
            text = args.pop(0)
            shell.name = args.pop(0) if args else shell.name
            break
    try:
        if text is None and args:
            text = _file(shell, args.pop(0))
        shell.positional = args
        return await (interact(shell) if text is None else _run(shell, text))
    except FileProblem as problem:
        await shell.complain(f"0: can't open: {problem}", call.streams)
        return 127
    except Exit as end:
        return end.code
    except Killed as end:
        if call.shell.depth == 0:
            raise
        return 128 + end.number


def _file(shell: Shell, name: str) -> str:
    return shell.machine.files.read(normal(name, shell.folder)).decode(errors="replace")


async def _run(shell: Shell, text: str) -> int:
    try:
        script = parse(text)
    except SyntaxProblem as problem:
        return await shell.complain(f"syntax error: {problem}", shell.streams) + 1
    return await shell.run(script, shell.streams)


async def interact(shell: Shell) -> int:
    """Line by line until the input ends or somebody says exit. Raises Exit."""
    text = ""
    while True:
        if shell.terminal:
            await shell.streams.stdout.write((prompt(shell) if not text else "> ").encode())
        line = await shell.streams.stdin.line()
        if not line:
            if text:
                await shell.complain("syntax error: unexpected end of file", shell.streams)
            return shell.status
        text += line.decode(errors="replace")
        try:
            script = parse(text)
        except Incomplete:
            if len(text) < _LONGEST:
                continue
            await shell.complain("syntax error: too long", shell.streams)
        except SyntaxProblem as problem:
            await shell.complain(f"syntax error: {problem}", shell.streams)
            shell.status = 2
            if not shell.terminal:
                return 2
        else:
            await _foreground(shell, script)
        text = ""


async def _foreground(shell: Shell, script: Sequence) -> None:
    """Run what was typed; ctrl+c ends it, and not the shell."""
    if shell.terminal is None:
        await shell.run(script, shell.streams)
        return
    task = asyncio.create_task(shell.run(script, shell.streams))
    shell.terminal.running.append(task)
    try:
        await asyncio.wait({task})
        if task.cancelled():
            shell.status = 130
        else:
            task.result()
    finally:
        shell.terminal.running.remove(task)
        task.cancel()


def prompt(shell: Shell) -> str:
    """What stands before the place to type: that of bash, or of a plain shell."""
    machine = shell.machine
    mark = "#" if machine.uid == 0 else "$"
    if shell.name == "bash":
        return f"{machine.user if machine.uid == 0 else 'I have no name!'}@{machine.hostname}:{shell.folder}{mark} "
    return f"{shell.folder} {mark} " if machine.image.shell == "busybox" else f"{mark} "


PROGRAMS: dict[str, Program] = dict.fromkeys(NAMES, sh)
