"""The shells that are a container's main process: who attaches types into them, and they go on when nobody does."""

import asyncio
from collections import OrderedDict

from k8stui.demo.runtime.commands.shells import NAMES
from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.files import Changes
from k8stui.demo.runtime.machine import Machine
from k8stui.demo.runtime.sessions import TABLE, NotStarted, Session
from k8stui.demo.storage.objects import Object

KEPT = 256
"""Containers whose changed files and shells are remembered; the longest unused are forgotten."""
_BACKLOG = 256
"""Pieces of output that an attached client may be behind before it is let go."""


class Viewer:
    """An attached client: what the console prints, until it ends or the client is too slow."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(_BACKLOG)
        """What was printed; None: it is over."""

    def end(self) -> None:
        """Nothing more will come; what a full queue holds last is given up for that."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Console:
    """One shell that is the main process of one run of a container; its output is its log, too."""

    def __init__(self, containers: Containers, pod: Object, name: str, attempt: int, machine: Machine) -> None:
        self.code: int | None = None
        """With what it ended."""
        self._viewers: list[Viewer] = []
        self._containers = containers
        self._pod, self._name, self._attempt = pod, name, attempt
        self._line = bytearray()
        pid = next((row.pid for row in machine.processes() if row.container == name), 1)
        self.session = Session(machine, self, self, stdin=True, tty=bool(machine.spec.get("tty")), pid=pid)
        self._command = list(machine.command)
        self._task = asyncio.get_running_loop().create_task(self._run())

    def join(self) -> Viewer:
        """See what it prints from now on; the last line as it stands, so that there is a prompt to see."""
        viewer = Viewer()
        if self.code is not None:
            viewer.end()
        elif self._line and self._viewers == []:
            viewer.queue.put_nowait(bytes(self._line))
        self._viewers.append(viewer)
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """The client went."""
        self._viewers = [each for each in self._viewers if each is not viewer]

    def stop(self) -> None:
        """The container is gone: end without a word to anybody."""
        self._task.cancel()

    async def write(self, data: bytes) -> None:
        """What it prints."""
        self._line += data
        *lines, rest = bytes(self._line).split(b"\n")
        for line in lines:
            at = self._containers.clock.now()
            self._containers.logs.write(self._uid, self._name, self._attempt, line.rstrip(b"\r"), at)
        self._line[:] = rest[-4096:]
        for viewer in list(self._viewers):
            try:
                viewer.queue.put_nowait(data)
            except asyncio.QueueFull:
                self._end(viewer)
        await asyncio.sleep(0)

    @property
    def _uid(self) -> str:
        return str(self._pod["metadata"]["uid"])

    def _end(self, viewer: Viewer) -> None:
        self.leave(viewer)
        viewer.end()

    async def _run(self) -> None:
        try:
            self.code = (await self.session.run(self._command)).code
            self._containers.exited(self._pod, self._name, self.code)
        except NotStarted:
            self.code = 127
        finally:
            for viewer in list(self._viewers):
                self._end(viewer)


class Consoles:
    """What outlives a single command in a container: the files it changed, and the shell that it is."""

    def __init__(self, containers: Containers) -> None:
        self._containers = containers
        self._changes: OrderedDict[tuple[str, str, int], Changes] = OrderedDict()
        self._consoles: OrderedDict[tuple[str, str, int], Console] = OrderedDict()

    def machine(self, pod: Object, name: str, attempt: int) -> Machine:
        """The inside of a running container, with what was changed in it before."""
        key = (str(pod["metadata"]["uid"]), name, attempt)
        changes = self._changes.setdefault(key, Changes())
        self._changes.move_to_end(key)
        if len(self._changes) > KEPT:
            self._changes.popitem(last=False)
        return Machine(self._containers, pod, name, changes, TABLE.programs)

    def console(self, pod: Object, name: str, attempt: int) -> Console | None:
        """The shell of a container that is one and takes input; it starts when somebody looks for the first time."""
        machine = self.machine(pod, name, attempt)
        words = machine.command
        if not machine.spec.get("stdin") or words[0].rpartition("/")[2] not in NAMES or not machine.programs:
            return None
        key = (str(pod["metadata"]["uid"]), name, attempt)
        found = self._consoles.get(key)
        if found is None:
            found = self._consoles[key] = Console(self._containers, pod, name, attempt, machine)
            if len(self._consoles) > KEPT:
                self._consoles.popitem(last=False)[1].stop()
        self._consoles.move_to_end(key)
        return found

    def drop(self, uid: str) -> None:
        """The pod is gone."""
        for key in [key for key in self._consoles if key[0] == uid]:
            self._consoles.pop(key).stop()
        for key in [key for key in self._changes if key[0] == uid]:
            del self._changes[key]

    def close(self) -> None:
        """End every shell."""
        for console in self._consoles.values():
            console.stop()
        self._consoles.clear()
