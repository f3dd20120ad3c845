"""One request, from the socket to the answer: who asks, what for, may they, does a fault strike, and who answers."""

import asyncio
import logging
from collections import deque

from aiohttp import web
from msgspec.structs import replace
from multidict import CIMultiDictProxy

from k8stui.demo.access.access import Access
from k8stui.demo.access.rules import User
from k8stui.demo.clock import SkewedClock
from k8stui.demo.metrics.objects import Metrics
from k8stui.demo.registry.registry import Registry
from k8stui.demo.serving import discovery, health, remote, streaming
from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.counters import Counters
from k8stui.demo.serving.exchange import body_of, headers_at, response_to, warn
from k8stui.demo.serving.faults import Fault, Faults, broken
from k8stui.demo.serving.finishing import finished
from k8stui.demo.serving.media import JSON, TEXT, negotiate
from k8stui.demo.serving.openapi import OpenApi
from k8stui.demo.serving.options import Options
from k8stui.demo.serving.paths import Ask, read
from k8stui.demo.serving.records import Record, recorded
from k8stui.demo.serving.resources import Resources
from k8stui.demo.serving.routes import attributes, kind_of
from k8stui.demo.serving.streams import Nodes
from k8stui.demo.serving.watches import Watch
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind

_BODY_KEPT = 64 * 1024
_log = logging.getLogger(__name__)


class Server:
    """Answers requests about one store."""

    def __init__(
        self, registry: Registry, nodes: Nodes, access: Access, faults: Faults, clock: SkewedClock, options: Options
    ) -> None:
        self.requests: deque[Record] = deque(maxlen=5000)
        self.watches: set[Watch] = set()
        self.nodes = nodes
        self._store = registry.store
        self._catalog = registry.catalog
        self._access = access
        self._faults = faults
        self._clock = clock
        self._options = options
        self._counters = Counters()
        self._resources = Resources(registry, access, options)
        self._openapi = OpenApi(registry.schema, registry.catalog)

    @property
    def metrics(self) -> Metrics:
        """What the metrics server tells."""
        return self._resources.virtual.metrics

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Every request; whatever goes wrong in here is a 500 Status."""
        ask = read(request.method, request.path, request.query_string, request.headers.get("User-Agent", ""))
        record = recorded(request, ask)
        self.requests.append(record)
        fault = self._faults.take(ask) if ask.path != remote.PATH else None
        if fault is not None and fault.delay:
            await self._faults.hold(fault)
        try:
            answer = await self._answer(request, ask, record, fault, self._access.user(request.headers))
        except errors.Refusal as refusal:
            answer = Answer(refusal.body(), refusal.code, headers=refusal.headers, warnings=refusal.warnings)
        except errors.TextRefusal as refusal:
            text = f'Internal Server Error: "{ask.path}": {refusal.text}\n' if refusal.code == 500 else refusal.text
            answer = Answer(text.encode(), refusal.code, TEXT)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            _log.exception("A handler of the embedded cluster failed.")
            answer = Answer(errors.internal("the embedded cluster failed; see its log").body(), 500)
        self._counters.count(ask, self._catalog.at(ask.group, ask.version, ask.resource), answer.status)
        if isinstance(answer, web.StreamResponse):
            record.status = answer.status
            return answer
        answer = finished(answer, ask, request.headers.get("Accept", ""))
        response = await response_to(request, answer, self._clock)
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
            return remote.answer(self._faults, self._clock, ask.method, await body_of(request))
        if not ask.resource:
            return self._outside(ask, request.headers)
        kind = kind_of(self._catalog, ask)
        if not kind.namespaced:
            ask = replace(ask, namespace="")  # a namespace is in itself for access, but nowhere in the store
        if ask.verb == "watch":
            return await self._watch(request, ask, kind, fault, record)
        if streaming.streams(kind, ask):
            return await streaming.answer(request, ask, self.nodes, fault, headers_at(self._clock, TEXT))
        body = await body_of(request)
        record.body = body[:_BODY_KEPT]
        accept, content_type = request.headers.get("Accept", ""), request.headers.get("Content-Type", "")
        return await self._resources.answer(user, kind, ask, accept, body, content_type)

    def _outside(self, ask: Ask, headers: CIMultiDictProxy[str]) -> Answer:
        """Paths outside the resource tree: discovery, OpenAPI, what the server tells of itself."""
        parts = [part for part in ask.path.split("/") if part]
        accept, etag = headers.get("Accept", ""), headers.get("If-None-Match", "")
        if discovery.is_discovery(parts):
            return discovery.answer(self._catalog, ask, accept, etag, aggregated=self._options.aggregated)
        if parts[:1] == ["openapi"] and parts[1:2] in (["v2"], ["v3"]):
            return self._openapi.answer(ask.path, ask.query, accept, etag)
        if parts == ["metrics"]:
            watches = (watch.kind.plural for watch in self.watches)
            return Answer(self._counters.text(self._store, watches).encode(), content_type=TEXT)
        return health.answer(parts, ask, self._catalog)

    async def _watch(
        self, request: web.BaseRequest, ask: Ask, kind: Kind, fault: Fault | None, record: Record
    ) -> web.StreamResponse:
        form = negotiate(request.headers.get("Accept", ""), collection=True, stream=True)
        watch = Watch(self._store, kind, ask, form, self._options)
        if fault is not None and fault.wire is not None:
            watch.strike(fault)
        response = web.StreamResponse(headers=headers_at(self._clock, JSON))
        warn(response, [kind.deprecated] if kind.deprecated else [])
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
