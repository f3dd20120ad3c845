"""Requests about objects that are answered in one piece: read, written, deleted, reviewed. Watches and streams are not.

What a client sends is decoded by whoever answers: the body's meaning depends on the kind and the verb.
"""

import asyncio

import msgspec

from k8stui.demo.access.access import Access
from k8stui.demo.access.reviews import review
from k8stui.demo.access.rules import User
from k8stui.demo.metrics.objects import Metrics
from k8stui.demo.metrics.source import RequestedUsage
from k8stui.demo.registry.registry import Registry
from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.bodies import Bodies
from k8stui.demo.serving.deletes import delete, delete_collection
from k8stui.demo.serving.lists import page
from k8stui.demo.serving.media import negotiate
from k8stui.demo.serving.options import Options
from k8stui.demo.serving.paths import Ask
from k8stui.demo.serving.preconditions import check_namespace
from k8stui.demo.serving.scales import scale
from k8stui.demo.serving.subresources import handler
from k8stui.demo.serving.tasks import Task
from k8stui.demo.serving.virtual import Virtual
from k8stui.demo.serving.writes import Writer, dry_run
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind


class Resources:
    """Answers them."""

    def __init__(self, registry: Registry, access: Access, options: Options) -> None:
        self._registry = registry
        self._store = registry.store
        self._access = access
        self._options = options
        self.virtual = Virtual(self._store, Metrics(self._store, self._store.clock, RequestedUsage(self._store)))

    async def answer(self, user: User, kind: Kind, ask: Ask, accept: str, body: bytes, content_type: str) -> Answer:
        """Raises Refusal; a deprecated kind's warning comes with it, too."""
        if kind.group and "list" not in kind.verbs:  # reviews; bindings have no group
            return self._review(user, kind, ask, body, content_type)
        told = [kind.deprecated] if kind.deprecated else []
        try:
            answer = await self._answer(kind, ask, accept, body, content_type)
        except errors.Refusal as refusal:
            refusal.warnings += told
            raise
        answer.warnings += told
        return answer

    def _review(self, user: User, kind: Kind, ask: Ask, body: bytes, content_type: str) -> Answer:
        dry_run(ask)  # nothing is stored: there is no difference
        bodies = Bodies(self._registry.schema, ask)
        try:
            sent = bodies.sent(body, content_type, kind.kind, kind.api_version)
            check_namespace(kind, sent["metadata"], ask)
            found = review(self._access, user, kind, ask.namespace, sent, self._store.clock.now())
        except errors.Refusal as refusal:
            refusal.warnings += bodies.warnings
            raise
        return Answer(msgspec.json.encode(found) + b"\n", 201, warnings=bodies.warnings)

    async def _answer(self, kind: Kind, ask: Ask, accept: str, body: bytes, content_type: str) -> Answer:
        form = negotiate(accept, collection=ask.verb == "list")
        task = Task(self._registry, self._access, kind, ask, form, body, content_type)
        if ask.subresource == "scale":
            return scale(task)
        if ask.verb in ("get", "list"):
            return self.virtual.answer(kind, ask, form) if kind.virtual else await self._read(task)
        if ask.verb in ("delete", "deletecollection"):
            return delete(task) if ask.verb == "delete" else delete_collection(task)
        if (answer := handler(task)) is not None:
            return answer(task)
        return self._write(task)

    async def _read(self, task: Task) -> Answer:
        kind, ask = task.kind, task.ask
        _check_get(ask)
        await self._not_in_future(ask)
        if ask.verb == "list":
            return task.render.page(page(self._store, kind, ask))
        return task.render.stored(self._store.entry(kind, ask.namespace, ask.name))

    def _write(self, task: Task) -> Answer:
        writer = Writer(self._registry, task.kind, task.ask, task.form)
        write = {"create": writer.create, "update": writer.update}.get(task.ask.verb, writer.patch)
        try:
            return write(task.body, task.content_type)
        except errors.Refusal as refusal:
            refusal.warnings += writer.warnings
            raise

    async def _not_in_future(self, ask: Ask) -> None:
        text = ask.query.get("resourceVersion", "")
        if text.isdecimal() and int(text) > self._store.revision:
            await asyncio.sleep(self._options.future_wait)
            if int(text) > self._store.revision:
                raise errors.too_large(int(text), self._store.revision)


def _check_get(ask: Ask) -> None:
    """The parameters of a GET of one object. Raises Refusal: 400, 500."""
    if ask.verb != "get":
        return
    if "export" in ask.query:
        raise errors.bad_request("the export parameter, deprecated since v1.14, is no longer supported")
    version = ask.query.get("resourceVersion", "")
    if version and not version.isdecimal():
        why = f'Invalid value: "{version}": strconv.ParseUint: parsing "{version}": invalid syntax'
        raise errors.internal(f"resourceVersion: {why}")
