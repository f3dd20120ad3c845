"""Watches: each holds a revision and a place in its kind's log, and writes what came since in one piece."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import msgspec
from aiohttp import web

from k8stui.demo.serving.answers import Renderer
from k8stui.demo.serving.faults import GARBAGE, Fault, Wire, reset
from k8stui.demo.serving.lists import integer, refuse_options
from k8stui.demo.serving.media import Form
from k8stui.demo.serving.options import Options
from k8stui.demo.serving.paths import Ask
from k8stui.demo.serving.zeros import zero
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Change, Entry, watch_line
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.selectors import matcher
from k8stui.demo.storage.store import Store

_BATCH = 1000
_INITIAL_END = {"k8s.io/initial-events-end": "true"}
BEFORE_END = 2.0
"""Seconds before its end a watch gets its last bookmark; one that lasts no longer gets none."""


class Watch:
    """One client's watch. Nothing is queued for it: who does not read is found behind the log, and is ended (410)."""

    def __init__(self, store: Store, kind: Kind, ask: Ask, form: Form, options: Options) -> None:
        """Raises Refusal for parameters that a real server refuses."""
        self.kind = kind
        self.ask = ask
        self.task: asyncio.Task[Any] | None = None
        self._store = store
        self._table = store.table(kind)
        self._head = kind.head
        self._plain = form == Form() and kind.view is None
        self._form = form
        self._renderer = Renderer(store, kind, ask, form)
        self._matches = matcher(kind, ask.query.get("labelSelector", ""), ask.query.get("fieldSelector", ""))
        self._columns = True
        self._initial = _initial_events(ask)
        self._version = _version(ask)
        self._over = False
        self._seconds = integer(ask, "timeoutSeconds") or random.randint(1800, 3600)
        self._ends = asyncio.get_running_loop().time() + self._seconds
        self._next: float | None = None
        self._life: asyncio.Timeout | None = None
        self._pause: asyncio.Timeout | None = None
        self._bookmarks = ask.flag("allowWatchBookmarks") and options.progress
        self._options = options
        self._wake = asyncio.Event()
        self._sent = 0
        self._fault: Fault | None = None

    def strike(self, fault: Fault) -> None:
        """Break this watch now (or after so many more lines)."""
        self._fault = fault
        self._sent = 0
        self._wake.set()

    def elapse(self, seconds: float) -> None:
        """So many seconds of its time are over at once, for whoever tests how it ends and need not wait for that."""
        self._ends -= seconds
        if self._next is not None:
            self._next -= seconds
        for timeout in filter(None, (self._life, self._pause)):
            if not timeout.expired() and (when := timeout.when()) is not None:
                timeout.reschedule(when - seconds)

    async def serve(self, response: web.StreamResponse, request: web.BaseRequest) -> None:
        """Write lines until the time is over or the watch breaks; `response` is prepared, and is not ended."""
        try:
            async with asyncio.timeout_at(self._ends) as self._life:
                await self._run(response, request)
        except ConnectionResetError:
            return  # the client left while a line was on its way
        except TimeoutError:
            if self._fault is not None and self._fault.wire is Wire.HALF_OPEN:
                await asyncio.Event().wait()  # cancelled when the client leaves or the server stops
            transport = request.transport
            if transport is not None and not transport.is_closing() and transport.get_write_buffer_size():
                transport.abort()  # a client that does not read would hold the end of the answer up for ever
        finally:
            self._life = None

    async def _run(self, response: web.StreamResponse, request: web.BaseRequest) -> None:
        if not self._options.progress and (refusal := await self._without_progress()):
            await response.write(_error_line(refusal))
            return
        lines = list(self._start())
        self._next, due = self._next_bookmark(), False
        while True:
            lines += self._lines()
            if due and not self._behind():
                lines.append(self._bookmark())
                self._next, due = self._next_bookmark(), False
            if self._fault is not None and await self._break(self._fault, lines, response, request):
                return
            if lines:
                self._sent += len(lines)
                async with asyncio.timeout(self._options.stall):
                    await response.write(b"".join(lines))
                lines = []
                await asyncio.sleep(0)  # let a burst gather
            elif self._over or not self._served():
                return
            else:
                due = await self._idle()

    def _served(self) -> bool:
        """The kind is there still: with its CRD it goes, and so do its watches."""
        return self._store.catalog.at(self.kind.group, self.kind.version, self.kind.plural) is not None

    async def _without_progress(self) -> errors.Refusal | None:
        """What a server says whose storage cannot tell how far it is, of a watch that needs to know."""
        if self._initial:
            return errors.no_progress()
        if self._initial is None and not self.ask.query.get("resourceVersion"):
            wanted = self._store.revision + 1
            await asyncio.sleep(self._options.future_wait)
            return errors.too_large(wanted, self._store.revision)
        return None

    def _start(self) -> Iterator[bytes]:
        """What stands before the first change: the objects there are, or the refusal of a revision too old."""
        if self._initial or (self._initial is None and not self._version):
            for entry in self._table.within(self.ask.namespace or None):
                if self._matches is None or self._matches(entry):
                    yield self._line("ADDED", entry)
            self._version = self._store.revision
            if self._bookmarks:
                yield self._bookmark(_INITIAL_END)
        elif not self._version:
            self._version = self._store.revision

    def _behind(self) -> bool:
        return bool(self._table.log.after(self._version, 1))

    def _lines(self) -> Iterator[bytes]:
        log = self._table.log
        if self._version < log.floor and not self._over:
            self._over = True
            yield _error_line(errors.too_old(self._version, log.floor))
        if self._over:
            return
        for change in log.after(self._version, _BATCH):
            self._version = change.version
            if self.ask.namespace not in ("", change.after.namespace):
                continue
            if self._matches is None and self._plain:
                yield change.line(self._head)
            elif line := self._selected(change):
                yield line

    def _selected(self, change: Change) -> bytes | None:
        """The line for one with a selector or a form of its own: entering is ADDED, leaving is DELETED."""
        before = change.before is not None and (self._matches is None or self._matches(change.before))
        after = not change.gone and (self._matches is None or self._matches(change.after))
        if after:
            return self._line("MODIFIED" if before else "ADDED", change.after)
        if not before or change.before is None:
            return None
        return self._line("DELETED", change.after if change.gone else _at(change.before, change.version))

    def _line(self, event_type: str, entry: Entry) -> bytes:
        line = watch_line(event_type, self._renderer.entry(entry, columns=self._columns))
        self._columns = False
        return line

    def _bookmark(self, annotations: dict[str, str] | None = None) -> bytes:
        metadata: dict[str, object] = {"resourceVersion": str(self._store.revision)}
        if annotations:
            metadata["annotations"] = annotations
        body = self._renderer.empty(zero(self.kind) | {"metadata": metadata}, columns=self._columns)
        self._columns = False
        return watch_line("BOOKMARK", body)

    def _next_bookmark(self) -> float | None:
        """When the next one is due: now and then, and shortly before the end."""
        now, last = asyncio.get_running_loop().time(), self._ends - BEFORE_END
        return min(now + self._options.bookmarks_every, last) if self._bookmarks and now < last else None

    async def _idle(self) -> bool:
        """Wait for a change or a fault; true when a bookmark is due instead."""
        log = self._table.log
        self._wake.clear()
        log.wait(self._wake)
        try:
            async with asyncio.timeout_at(self._next) as self._pause:
                await self._wake.wait()
        except TimeoutError:
            return True
        finally:
            self._pause = None
            log.leave(self._wake)
        return False

    async def _break(
        self, fault: Fault, lines: list[bytes], response: web.StreamResponse, request: web.BaseRequest
    ) -> bool:
        """Do what the fault says once its lines are through; true when the watch is over."""
        left = fault.lines - self._sent
        if len(lines) < left:
            return False
        cut = lines[left : left + 1]
        if left > 0:
            await response.write(b"".join(lines[:left]))
        if fault.wire is Wire.HALF_OPEN:
            await asyncio.Event().wait()  # cancelled when the client leaves or the server stops
        elif fault.wire is Wire.RESET:
            reset(request)
        elif fault.wire is Wire.GARBAGE:
            await response.write(GARBAGE)
        elif fault.wire is Wire.ERROR_LINE:
            await response.write(watch_line("ERROR", msgspec.json.encode(fault.refusal().status())))
        elif fault.wire is Wire.TRUNCATED:
            line = cut[0] if cut else self._bookmark()
            await response.write(line[: len(line) // 2])
        return True


def _error_line(refusal: errors.Refusal) -> bytes:
    return watch_line("ERROR", msgspec.json.encode(refusal.status()))


def _version(ask: Ask) -> int:
    text = ask.query.get("resourceVersion", "")
    if text and not text.isdecimal():
        why = f'Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        raise errors.internal(f"resourceVersion: {why}")
    return int(text or "0")


def _initial_events(ask: Ask) -> bool | None:
    """sendInitialEvents: None when it is not given. Raises Refusal (422) for what does not go together."""
    match = ask.query.get("resourceVersionMatch", "")
    given = "sendInitialEvents" in ask.query
    causes = []
    if match and not given:
        why = "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        causes.append(errors.cause("Forbidden", why, "resourceVersionMatch"))
    elif given and match != "NotOlderThan":
        why = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        causes.append(errors.cause("Forbidden", why, "resourceVersionMatch"))
    if match not in ("", "NotOlderThan"):
        why = f'Unsupported value: "{match}": supported values: "NotOlderThan"'
        causes.append(errors.cause("NotSupported", why, "resourceVersionMatch"))
    if ask.query.get("continue"):
        why = "Forbidden: resourceVersionMatch is forbidden when continue is provided"
        causes.append(errors.cause("Forbidden", why, "resourceVersionMatch"))
    refuse_options(causes)
    return ask.flag("sendInitialEvents") if given else None


def _at(entry: Entry, version: int) -> Entry:
    """An earlier state with a later revision: what one who leaves a selection is shown."""
    obj = msgspec.json.decode(entry.raw)
    obj["metadata"]["resourceVersion"] = str(version)
    return Entry(entry.namespace, entry.name, entry.uid, version, entry.labels, entry.fields, msgspec.json.encode(obj))
