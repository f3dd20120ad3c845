"""One request, from the socket to the answer: who asks, what for, may they, does a fault strike, and who answers."""

import asyncio
import logging
import zlib
from collections import deque
from collections.abc import Iterable
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace
from multidict import CIMultiDictProxy

from k8stui.demo.access.access import Access
from k8stui.demo.access.reviews import review
from k8stui.demo.access.rules import Attributes, User
from k8stui.demo.clock import SkewedClock, http_date
from k8stui.demo.metrics.objects import Metrics
from k8stui.demo.metrics.source import RequestedUsage
from k8stui.demo.registry.registry import Registry
from k8stui.demo.serving import discovery, health, remote, streaming
from k8stui.demo.serving.answers import Answer, Renderer
from k8stui.demo.serving.counters import Counters
from k8stui.demo.serving.deletes import delete, delete_collection
from k8stui.demo.serving.faults import Fault, Faults, broken
from k8stui.demo.serving.lists import page
from k8stui.demo.serving.media import TEXT, decode, negotiate
from k8stui.demo.serving.openapi import OpenApi
from k8stui.demo.serving.options import Options
from k8stui.demo.serving.paths import Ask, read
from k8stui.demo.serving.scales import scale
from k8stui.demo.serving.streams import Nodes
from k8stui.demo.serving.subresources import handler
from k8stui.demo.serving.tasks import Task
from k8stui.demo.serving.virtual import Virtual
from k8stui.demo.serving.watches import Watch
from k8stui.demo.serving.writes import Writer
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind

LIMIT = 3 * 1024 * 1024
"""Bytes of a request's body, as a real server has it."""
_GZIP_FROM = 128 * 1024
_THREAD_FROM = 1024 * 1024
_BODY_KEPT = 64 * 1024
_log = logging.getLogger(__name__)


class Record(Struct):
    """One request as it came, and what became of it."""

    method: str
    path: str
    query: dict[str, str]
    verb: str
    resource: str
    namespace: str
    name: str
    user: str
    headers: dict[str, str]
    """Without Authorization."""
    body: bytes
    status: int = 0
    """0 while it is being answered, or when the connection broke instead."""

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return msgspec.json.decode(self.body)


class Server:
    """Answers requests about one store."""

    def __init__(
        self, registry: Registry, nodes: Nodes, access: Access, faults: Faults, clock: SkewedClock, options: Options
    ) -> None:
        self.requests: deque[Record] = deque(maxlen=5000)
        self.watches: set[Watch] = set()
        self.nodes = nodes
        self._registry = registry
        self._store = registry.store
        self._catalog = registry.catalog
        self._access = access
        self._faults = faults
        self._clock = clock
        self._options = options
        self._counters = Counters()
        self.virtual = Virtual(self._store, Metrics(self._store, clock, RequestedUsage(self._store)))
        self.openapi = OpenApi(registry.schema, registry.catalog)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Every request; whatever goes wrong in here is a 500 Status."""
        ask = read(request.method, request.path, request.query_string, request.headers.get("User-Agent", ""))
        record = _record(request, ask)
        self.requests.append(record)
        fault = self._faults.take(ask) if ask.path != remote.PATH else None
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        try:
            answer = await self._answer(request, ask, record, fault, self._access.user(request.headers))
        except errors.Refusal as refusal:
            answer = Answer(refusal.body(), refusal.code, headers=refusal.headers, warnings=refusal.warnings)
        except errors.TextRefusal as refusal:
            text = f'Internal Server Error: "{ask.path}": {refusal.text}\n' if refusal.code == 500 else refusal.text
            answer = Answer(text.encode(), refusal.code, "text/plain; charset=utf-8")
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            _log.exception("A handler of the embedded cluster failed.")
            answer = Answer(errors.internal("the embedded cluster failed; see its log").body(), 500)
        self._counters.count(ask, self._catalog.at(ask.group, ask.version, ask.resource), answer.status)
        if isinstance(answer, web.StreamResponse):
            record.status = answer.status
            return answer
        response = await self._response(request, answer)
        if fault is not None and (fault.wire or fault.drip):
            return await broken(request, fault, response)
        record.status = response.status
        return response

    async def _answer(
        self, request: web.BaseRequest, ask: Ask, record: Record, fault: Fault | None, user: User
    ) -> Answer | web.StreamResponse:
        record.user = user.name
        if fault is not None and fault.refuses:
            raise fault.refusal()
        self._access.check(user, attributes(ask))
        if ask.path == remote.PATH:
            return remote.answer(self._faults, self._clock, ask.method, await _body(request))
        if not ask.resource:
            return self._outside(ask, request.headers)
        kind = self._kind(ask)
        if not kind.namespaced:
            ask = replace(ask, namespace="")  # a namespace is in itself for access, but nowhere in the store
        if ask.verb == "watch":
            return await self._watch(request, ask, kind, fault, record)
        if streaming.streams(kind, ask):
            return await streaming.answer(request, ask, self.nodes, fault, self._headers(TEXT))
        body = await _body(request)
        record.body = body[:_BODY_KEPT]
        content_type = request.headers.get("Content-Type", "")
        if kind.group and "list" not in kind.verbs:  # reviews; bindings have no group
            sent = decode(body, content_type, kind.kind)
            given = sent if isinstance(sent, dict) else {}
            found = review(self._access, user, kind, ask.namespace, given, self._clock.now())
            return Answer(msgspec.json.encode(found) + b"\n", 201)
        told = [kind.deprecated] if kind.deprecated else []
        try:
            answer = await self._resource(ask, kind, request.headers.get("Accept", ""), body, content_type)
        except errors.Refusal as refusal:
            refusal.warnings += told
            raise
        answer.warnings += told
        return answer

    def _outside(self, ask: Ask, headers: CIMultiDictProxy[str]) -> Answer:
        parts = [part for part in ask.path.split("/") if part]
        if discovery.is_discovery(parts):
            accept, etag = headers.get("Accept", ""), headers.get("If-None-Match", "")
            return discovery.answer(self._catalog, parts, accept, etag, aggregated=self._options.aggregated)
        if parts[:1] == ["openapi"] and len(parts) > 1:
            accept, etag = headers.get("Accept", ""), headers.get("If-None-Match", "")
            return self.openapi.answer(ask.path, ask.query, accept, etag)
        if parts == ["metrics"]:
            watches = (watch.kind.plural for watch in self.watches)
            return Answer(self._counters.text(self._store, watches).encode(), content_type=TEXT)
        return health.answer(parts, ask, self._catalog)

    def _kind(self, ask: Ask) -> Kind:
        kind = self._catalog.at(ask.group, ask.version, ask.resource)
        if kind is None:
            if ask.group not in self._catalog.groups():
                raise errors.TextRefusal(404, "404 page not found\n")
            raise errors.no_resource()
        _check_place(kind, ask)
        sub = kind.has(ask.subresource) if ask.subresource else None
        if (ask.subresource and sub is None) or ask.deeper:
            raise errors.no_resource()
        verbs = sub.verbs if sub else kind.verbs
        named = ask.verb in ("get", "update", "patch", "delete")
        if ask.verb not in verbs or (named and not ask.name) or (ask.verb == "create" and ask.name and not sub):
            raise errors.no_method()
        if ask.verb == "create" and kind.namespaced and not ask.namespace:
            raise errors.no_method()
        return kind

    async def _resource(self, ask: Ask, kind: Kind, accept: str, body: bytes, content_type: str) -> Answer:
        form = negotiate(accept, collection=ask.verb == "list")
        if ask.subresource == "scale":
            return scale(Task(self._registry, self._access, kind, ask, form, body, content_type))
        if ask.verb in ("get", "list"):
            if kind.virtual:
                return self.virtual.answer(kind, ask, form)
            await self._not_in_future(ask)
            render = Renderer(self._store, kind, ask, form)
            if ask.verb == "list":
                return render.page(page(self._store, kind, ask))
            return render.stored(self._store.entry(kind, ask.namespace, ask.name))
        task = Task(self._registry, self._access, kind, ask, form, body, content_type)
        if ask.verb in ("delete", "deletecollection"):
            return delete(task) if ask.verb == "delete" else delete_collection(task)
        if (answer := handler(task)) is not None:
            return answer(task)
        writer = Writer(self._registry, kind, ask, form)
        write = {"create": writer.create, "update": writer.update}.get(ask.verb, writer.patch)
        try:
            return write(body, content_type)
        except errors.Refusal as refusal:
            refusal.warnings += writer.warnings
            raise

    async def _not_in_future(self, ask: Ask) -> None:
        text = ask.query.get("resourceVersion", "")
        if text.isdecimal() and int(text) > self._store.revision:
            await asyncio.sleep(self._options.future_wait)
            if int(text) > self._store.revision:
                raise errors.too_large(int(text), self._store.revision)

    async def _watch(
        self, request: web.BaseRequest, ask: Ask, kind: Kind, fault: Fault | None, record: Record
    ) -> web.StreamResponse:
        form = negotiate(request.headers.get("Accept", ""), collection=True)
        watch = Watch(self._store, kind, ask, form, self._options)
        if fault is not None and fault.wire is not None:
            watch.strike(fault)
        response = web.StreamResponse(headers=self._headers("application/json"))
        _warn(response, [kind.deprecated] if kind.deprecated else [])
        response.enable_chunked_encoding()
        await response.prepare(request)
        record.status = 200
        watch.task = asyncio.current_task()
        self.watches.add(watch)
        try:
            await watch.serve(response, request)
        finally:
            self.watches.discard(watch)
        return response

    async def _response(self, request: web.BaseRequest, answer: Answer) -> web.Response:
        headers = self._headers(answer.content_type) | answer.headers
        body = answer.body
        if len(body) > _GZIP_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = await asyncio.to_thread(_gzip, body) if len(body) > _THREAD_FROM else _gzip(body)
            headers["Content-Encoding"] = "gzip"
        response = web.Response(body=body, status=answer.status, headers=headers)
        if answer.status == 304:
            del response.headers["Content-Type"]
        _warn(response, answer.warnings)
        return response

    def _headers(self, content_type: str) -> dict[str, str]:
        now = http_date(self._clock.now())
        return {"Content-Type": content_type, "Date": now, "Cache-Control": "no-cache, private"}


def _warn(response: web.StreamResponse, texts: Iterable[str]) -> None:
    for text in dict.fromkeys(texts):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        response.headers.add("Warning", f'299 - "{quoted}"')


def attributes(ask: Ask) -> Attributes:
    """What a request wants to do."""
    if not ask.resource:
        return Attributes(ask.verb, path=ask.path)
    resource = f"{ask.resource}/{ask.subresource}" if ask.subresource else ask.resource
    return Attributes(ask.verb, ask.group, resource, ask.namespace, ask.name)


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(level=1, wbits=31)
    return packer.compress(body) + packer.flush()


async def _body(request: web.BaseRequest) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        message = f"Request entity too large: limit is {LIMIT}"
        raise errors.Refusal(413, "RequestEntityTooLarge", message) from None


def _check_place(kind: Kind, ask: Ask) -> None:
    """A cluster resource has no namespace in its path (a namespace itself has), a named object needs one."""
    if not kind.namespaced and ask.namespace and kind.plural != "namespaces":
        raise errors.no_resource()
    if kind.namespaced and ask.name and not ask.namespace:
        raise errors.no_resource()


def _record(request: web.BaseRequest, ask: Ask) -> Record:
    headers = {key: value for key, value in request.headers.items() if key.lower() != "authorization"}
    names = (ask.verb, ask.resource, ask.namespace, ask.name)
    return Record(ask.method, ask.path, ask.query, *names, "", headers, b"")
