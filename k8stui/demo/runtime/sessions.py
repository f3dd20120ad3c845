"""One command run in a container for a client: what `exec` starts, and what a container's own shell is."""

import asyncio
import logging

from msgspec import Struct

from k8stui.demo.runtime.commands import basics, builtins, folders, net, shells, system, text, web
from k8stui.demo.runtime.files import normal
from k8stui.demo.runtime.machine import Machine
from k8stui.demo.runtime.shell.interpreter import Call, Exit, Killed, Program, Shell, Table
from k8stui.demo.runtime.shell.pipes import Nothing, Output, Pipe, Streams
from k8stui.demo.runtime.shell.terminal import Terminal

_log = logging.getLogger(__name__)


def _programs() -> dict[str, Program]:
    found: dict[str, Program] = {}
    for module in (basics, text, folders, system, net, web, shells):
        found |= module.PROGRAMS
    return found


TABLE = Table(builtins.BUILTINS, _programs())


class Ended(Struct, frozen=True):
    """How a command ended."""

    code: int
    signal: int = 0
    """The signal that killed it, or 0."""


class NotStarted(Exception):
    """The runtime could not start the command; the words are its own."""


class Session:
    """A command with its streams; what the client sends comes through `feed`, `close` and `resize`."""

    def __init__(
        self, machine: Machine, stdout: Output, stderr: Output, *, stdin: bool, tty: bool, pid: int = 41
    ) -> None:
        """`pid` is the process that a shell started here is."""
        self._terminal = Terminal(stdout) if tty else None
        self._input = self._terminal.input if self._terminal else Pipe()
        self._wanted = stdin
        out: Output = self._terminal or stdout
        streams = Streams(self._input if stdin else Nothing(), out, out if tty else stderr)
        self._shell = Shell(machine, TABLE, streams)
        self._shell.terminal = self._terminal
        self._shell.pid = pid - 1
        if self._terminal is not None:
            self._shell.variables["TERM"] = "xterm"
            self._shell.exported.add("TERM")

    async def feed(self, data: bytes) -> None:
        """Standard input; waits while the command does not read."""
        if not self._wanted:
            return
        try:
            await (self._terminal.feed(data) if self._terminal else self._input.write(data))
        except BrokenPipeError:
            return  # it ended, and what was typed ahead is lost

    def close(self) -> None:
        """Standard input ends."""
        self._input.close()

    def resize(self, columns: int, lines: int) -> None:
        """The client's window has another size."""
        if self._terminal is not None:
            self._terminal.size = (columns, lines)

    async def run(self, command: list[str]) -> Ended:
        """Run it to its end. Raises NotStarted when the container has no such program."""
        program = self._found(command) if command else None
        if program is None:
            return Ended(0)
        call = Call(command[1:], command[0], self._shell, self._shell.streams)
        task = asyncio.ensure_future(program(call))
        if self._terminal is not None:
            self._terminal.running.append(task)
            if command[0].rpartition("/")[2] in shells.NAMES:
                self._terminal.running.clear()  # a shell does not end by ctrl+c
        try:
            await asyncio.wait({task})
            return Ended(130, 2) if task.cancelled() else Ended(task.result())
        except Exit as end:
            return Ended(end.code)
        except Killed as end:
            return Ended(128 + end.number, end.number)
        except BrokenPipeError:
            return Ended(141, 13)
        except RecursionError:
            return Ended(139, 11)
        except ValueError:  # a number that is none: every command has its own words for it, and all end badly
            _log.debug("A scripted command did not understand its arguments.", exc_info=True)
            return Ended(2)
        finally:
            task.cancel()
            self._input.leave()

    def _found(self, command: list[str]) -> Program:
        name = command[0]
        machine = self._shell.machine
        if "/" in name:
            file = machine.files.find(normal(name, machine.folder))
            if file is None:
                raise NotStarted(f'exec: "{name}": stat {name}: no such file or directory')
            if file.directory:
                raise NotStarted(f'exec: "{name}": is a directory')
            if not file.executable:
                raise NotStarted(f'exec: "{name}": permission denied')
            return TABLE.programs.get(name.rpartition("/")[2]) or basics.nothing
        if name not in machine.programs:
            raise NotStarted(f'exec: "{name}": executable file not found in $PATH')
        return TABLE.programs[name]
