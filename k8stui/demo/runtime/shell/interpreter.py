"""Runs what the grammar made of a line: expansions, redirections, pipelines, loops; each command is one of a table."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec import Struct

from k8stui.demo.runtime.files import FileProblem, normal
from k8stui.demo.runtime.machine import Machine
from k8stui.demo.runtime.shell.expansion import expand
from k8stui.demo.runtime.shell.parse import Command, For, Group, If, Pipeline, Sequence, Simple, While
from k8stui.demo.runtime.shell.pipes import Collected, Pipe, Streams
from k8stui.demo.runtime.shell.redirects import redirected
from k8stui.demo.runtime.shell.terminal import Terminal
from k8stui.demo.runtime.shell.words import Word

DEEP = 16
"""Shells within shells; more is refused."""
ROUND = 0.001
"""Seconds that a round of a loop takes at least: one without end must not keep the server from others."""


class Exit(Exception):
    """The shell ends with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Killed(Exception):
    """The shell ends by a signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Call(Struct):
    """One command as it is called."""

    args: list[str]
    """Without the command's own name."""
    name: str
    shell: "Shell"
    streams: Streams

    @property
    def machine(self) -> Machine:
        """The container it runs in."""
        return self.shell.machine

    async def say(self, *lines: str) -> int:
        """Print lines; returns 0."""
        await self.streams.stdout.write("".join(f"{line}\n" for line in lines).encode())
        return 0

    async def fail(self, message: str, code: int = 1) -> int:
        """Complain as the command does; returns the code."""
        await self.streams.stderr.write(f"{self.name}: {message}\n".encode())
        return code

    def path(self, text: str) -> str:
        """A path seen from where the shell is."""
        return normal(text, self.shell.folder)


Program = Callable[[Call], Coroutine[Any, Any, int]]


class Table(Struct, frozen=True):
    """What there is to call."""

    builtins: dict[str, Program]
    """What the shell itself has, whatever the image lacks."""
    programs: dict[str, Program]


class Shell:
    """One shell: a folder, variables, and the streams that it was given."""

    def __init__(self, machine: Machine, table: Table, streams: Streams, name: str = "sh") -> None:
        self.machine = machine
        self.table = table
        self.streams = streams
        self.name = name
        self.folder = machine.folder
        self.variables = dict(machine.variables)
        self.exported = set(self.variables)
        self.positional: list[str] = []
        self.status = 0
        self.depth = 0
        self.pid = 40
        self.terminal: Terminal | None = None
        """Where it was started by somebody who types."""

    def fork(self, streams: Streams | None = None) -> "Shell":
        """A shell that starts as this one stands. Raises Exit when there are too many within another."""
        child = Shell(self.machine, self.table, streams or self.streams, self.name)
        child.folder, child.variables, child.exported = self.folder, dict(self.variables), set(self.exported)
        child.positional, child.status = self.positional, self.status
        child.terminal = self.terminal
        child.depth, child.pid = self.depth + 1, self.pid + 1
        if child.depth > DEEP:
            raise Exit(2)
        return child

    # ---- lists and pipelines

    async def run(self, script: Sequence, streams: Streams) -> int:
        """A script; returns the status of its last command. Raises Exit and Killed."""
        for joint, pipeline in script.items:
            if (joint == "&&" and self.status) or (joint == "||" and not self.status):
                continue
            self.status = await self._pipeline(pipeline, streams)
        return self.status

    async def _pipeline(self, pipeline: Pipeline, streams: Streams) -> int:
        if len(pipeline.commands) == 1:
            code = await self._command(pipeline.commands[0], streams)
        else:
            code = await self._piped(pipeline.commands, streams)
        return int(not code) if pipeline.negated else code

    async def _piped(self, commands: tuple[Command, ...], streams: Streams) -> int:
        """Each in a shell of its own, side by side; the last one's status counts."""
        pipes = [Pipe() for _ in commands[1:]]
        tasks = []
        for number, command in enumerate(commands):
            before = pipes[number - 1] if number else None
            after = pipes[number] if number < len(pipes) else None
            tasks.append(asyncio.create_task(self._part(command, streams, before, after)))
        try:
            return (await asyncio.gather(*tasks))[-1]
        finally:
            for task in tasks:
                task.cancel()

    async def _part(self, command: Command, streams: Streams, before: Pipe | None, after: Pipe | None) -> int:
        try:
            child = self.fork(streams.but(stdin=before, stdout=after))
            child.terminal = None if before is not None else self.terminal
            return await child.ended(command)
        finally:
            if before is not None:
                before.leave()
            if after is not None:
                after.close()

    async def ended(self, command: Command | Sequence) -> int:
        """The status with which this shell ends when it runs just that."""
        try:
            if isinstance(command, Sequence):
                return await self.run(command, self.streams)
            return await self._command(command, self.streams)
        except Exit as end:
            return end.code
        except Killed as end:
            return 128 + end.number
        except BrokenPipeError:
            return 141

    # ---- commands

    async def _command(self, command: Command, streams: Streams) -> int:
        if isinstance(command, Simple):
            return await self._simple(command, streams)
        if isinstance(command, Group):
            return await self._group(command, streams)
        if isinstance(command, If):
            return await self._if(command, streams)
        if isinstance(command, While):
            return await self._while(command, streams)
        return await self._for(command, streams)

    async def _group(self, group: Group, streams: Streams) -> int:
        try:
            inner = await redirected(self, group.redirects, streams)
            return await (self.fork(inner).ended(group.body) if group.own else self.run(group.body, inner))
        except FileProblem as problem:
            return await self.complain(str(problem), streams)

    async def _if(self, choice: If, streams: Streams) -> int:
        for condition, body in choice.branches:
            if not await self.run(condition, streams):
                self.status = 0
                return await self.run(body, streams)
        self.status = 0
        return await self.run(choice.otherwise, streams) if choice.otherwise else 0

    async def _while(self, loop: While, streams: Streams) -> int:
        code = 0
        while (not await self.run(loop.condition, streams)) is loop.wanted:
            code = await self.run(loop.body, streams)
            await asyncio.sleep(ROUND)
        return code

    async def _for(self, loop: For, streams: Streams) -> int:
        code = 0
        for value in await self._words(loop.words):
            self.variables[loop.name] = value
            code = await self.run(loop.body, streams)
            await asyncio.sleep(ROUND)
        return code

    async def _simple(self, command: Simple, streams: Streams) -> int:
        words = await self._words(command.words)
        given = {name: "".join(await expand(self, value, split=False)) for name, value in command.assignments}
        if not words:
            self.variables |= given
            self.exported |= given.keys() & self.exported
        try:
            inner = await redirected(self, command.redirects, streams)
            return await self._call(words, given, inner) if words else 0
        except FileProblem as problem:
            return await self.complain(str(problem), streams)

    async def _words(self, words: tuple[Word, ...]) -> list[str]:
        return [text for word in words for text in await expand(self, word, split=True)]

    async def _call(self, words: list[str], given: dict[str, str], streams: Streams) -> int:
        program = self.program(words[0])
        if program is None:
            return await self._unknown(words[0], streams)
        if given:
            before = dict(self.variables)
            self.variables |= given
            self.exported |= given.keys()
        try:
            return await program(Call(words[1:], words[0], self, streams))
        finally:
            if given:
                self.variables = before
                self.exported &= before.keys()

    def program(self, name: str) -> Program | None:
        """What a word means as a command: a builtin of the shell, or a program that the image has."""
        short = name.rpartition("/")[2]
        if "/" in name:
            file = self.machine.files.find(normal(name, self.folder))
            if file is None or not file.executable:
                return None
        elif name in self.table.builtins:
            return self.table.builtins[name]
        elif name not in self.machine.programs:
            return None
        return self.table.programs.get(short)

    async def _unknown(self, name: str, streams: Streams) -> int:
        """127 in the words of this shell; 126 for a file that is none to run."""
        if "/" in name and (file := self.machine.files.find(normal(name, self.folder))) is not None:
            await self.complain(f"{name}: {'Is a directory' if file.directory else 'Permission denied'}", streams)
            return 126
        bash, missing = self.name.endswith("bash"), "No such file or directory" if "/" in name else "not found"
        if bash and "/" not in name:
            missing = "command not found"
        await self.complain(f"{name}: {missing}", streams)
        return 127

    async def complain(self, message: str, streams: Streams) -> int:
        """The shell's own error; returns 1."""
        await streams.stderr.write(f"{self.name}: {message}\n".encode())
        return 1

    async def output(self, script: Sequence) -> str:
        """What a script prints, for `$(…)`."""
        into = Collected()
        child = self.fork(self.streams.but(stdout=into))
        self.status = await child.ended(script)
        return into.data.decode(errors="replace").rstrip("\n")
