"""The embedded cluster: a store, and a server for it on a port of this machine."""

import ssl
from collections import deque
from typing import Any

from aiohttp import web

from k8stui.demo.access import policy
from k8stui.demo.access.access import Access
from k8stui.demo.access.rules import MASTERS
from k8stui.demo.clock import Clock, SkewedClock
from k8stui.demo.metrics.objects import Metrics
from k8stui.demo.registry.admission.priorities import system_classes
from k8stui.demo.registry.registry import Registry
from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.logs import Logs
from k8stui.demo.serving.exchange import LIMIT
from k8stui.demo.serving.faults import Fault, Faults, Wire
from k8stui.demo.serving.options import Options
from k8stui.demo.serving.records import Record
from k8stui.demo.serving.server import Server
from k8stui.demo.serving.streams import Nodes
from k8stui.demo.serving.watches import Watch
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.store import Object, Store

ADMIN_TOKEN = "admin-token"
EDITOR_TOKEN = "editor-token"
VIEWER_TOKEN = "viewer-token"
_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


class EmbeddedCluster:
    """A Kubernetes API server in this process, on the running loop.

    Users: `admin` may everything; `editor` may change things in one namespace, `viewer` may read there (no nodes, no
    lists over all namespaces). What the last two may is in the store, as Roles and bindings.
    `access` takes more of them, `faults` what goes wrong, `store` the objects; all may be changed at any time.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        hidden: frozenset[str] = frozenset(),
        window: int = 10_000,
        seed: int = 0,
        token: str = ADMIN_TOKEN,
        editor_token: str = EDITOR_TOKEN,
        viewer_token: str = VIEWER_TOKEN,
        viewer_namespace: str = "shop",
        options: Options | None = None,
    ) -> None:
        """`hidden`: what the server lacks (see `Catalog`). `window`: changes that a kind remembers."""
        self.token = token
        self.editor_token = editor_token
        self.viewer_token = viewer_token
        self.viewer_namespace = viewer_namespace
        self.url = ""
        self.clock = SkewedClock(clock)
        self.catalog = Catalog(hidden)
        self.store = Store(self.clock, self.catalog, window=window, seed=seed)
        self.registry = Registry(self.store, self.clock)
        self.access = Access(self.store)
        self.faults = Faults()
        self.access.add(token, "admin", groups=(MASTERS,))
        self.access.add(viewer_token, "viewer")
        self.access.add(editor_token, "editor")
        self.logs = Logs()
        self.containers = Containers(self.store, self.clock, self.logs)
        self.nodes = Nodes(self.containers)
        self._server = Server(self.registry, self.nodes, self.access, self.faults, self.clock, options or Options())
        self._runner: web.ServerRunner | None = None
        self._tls = False
        if "namespaces" not in hidden:
            for name in _NAMESPACES:
                self.add_namespace(name)
        if self.catalog.at("scheduling.k8s.io", "v1", "priorityclasses") is not None:
            for obj in system_classes():
                self.store.create(obj)
        if policy.GROUP not in hidden:
            for obj in policy.bootstrap():
                self.store.create(obj)
            for user, role in (("editor", "edit"), ("viewer", "view")):
                self.store.create(policy.binding(user, viewer_namespace, role))

    @property
    def port(self) -> int:
        """Where it listens or listened last: `start(cluster.port)` brings a stopped one back."""
        return int(self.url.rpartition(":")[2] or 0)

    @property
    def requests(self) -> deque[Record]:
        """What was asked, the last 5,000 requests, oldest first."""
        return self._server.requests

    @property
    def metrics(self) -> Metrics:
        """What the metrics server tells; `metrics.source` may be replaced at any time."""
        return self._server.metrics

    @property
    def watches(self) -> frozenset[Watch]:
        """The watches that are open now."""
        return frozenset(self._server.watches)

    @property
    def watching(self) -> list[str]:
        """Their resources."""
        return sorted(watch.kind.plural for watch in self.watches)

    def add_namespace(self, name: str, **labels: str) -> Object:
        """An active namespace."""
        metadata = {"name": name, "labels": {"kubernetes.io/metadata.name": name, **labels}}
        namespace: Object = {"kind": "Namespace", "apiVersion": "v1", "metadata": metadata}
        return self.store.create(namespace | {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}})

    async def start(self, port: int = 0, ssl_context: ssl.SSLContext | None = None) -> None:
        """Listen on 127.0.0.1 (port 0: any free one). Raises OSError when the port is taken."""
        server = web.Server(self._server.handle, request_factory=_request, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=ssl_context).start()
        self._tls = ssl_context is not None
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening and cut every connection; the objects stay, and the cluster can start again."""
        for watch in list(self._server.watches):
            if watch.task is not None:
                watch.task.cancel()
        self._server.nodes.consoles.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = None

    def cut_watches(self, resource: str | None = None, wire: Wire = Wire.EOF, *, lines: int = 0) -> int:
        """Break the open watches (of one resource) in this way, after so many more lines; returns how many."""
        struck = [watch for watch in self._server.watches if resource in (None, watch.kind.plural)]
        for watch in struck:
            watch.strike(Fault(wire=wire, status=410, message="too old resource version", lines=lines))
        return len(struck)

    @property
    def streaming(self) -> list[str]:
        """The subresources of the streams that are open now: log, exec, attach, portforward."""
        return sorted(stream.ask.subresource for stream in self._server.nodes.open)

    def cut_streams(self, subresource: str | None = None, wire: Wire = Wire.EOF, *, lines: int = 0) -> int:
        """Break the open streams (of one subresource) in this way, after so many more pieces; returns how many."""
        struck = [each for each in self._server.nodes.open if subresource in (None, each.ask.subresource)]
        for stream in struck:
            stream.strike(Fault(wire=wire, lines=lines))
        return len(struck)

    def kubeconfig(self) -> dict[str, Any]:
        """A kubeconfig with a context for each user: `demo` (admin), `demo-viewer` and `demo-editor`.

        kubectl and client-go send no token over plain HTTP: start with an `ssl_context` for them.
        """
        cluster: dict[str, Any] = {"server": self.url}
        if self._tls:
            cluster["insecure-skip-tls-verify"] = True
        there = {"cluster": "demo", "namespace": self.viewer_namespace}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "demo", "cluster": cluster}],
            "users": [
                {"name": "admin", "user": {"token": self.token}},
                {"name": "editor", "user": {"token": self.editor_token}},
                {"name": "viewer", "user": {"token": self.viewer_token}},
            ],
            "contexts": [
                {"name": "demo", "context": {"cluster": "demo", "user": "admin"}},
                {"name": "demo-viewer", "context": {**there, "user": "viewer"}},
                {"name": "demo-editor", "context": {**there, "user": "editor"}},
            ],
            "current-context": "demo",
        }


def _request(*args: Any) -> web.BaseRequest:
    """aiohttp's own factory, but with the body limit of a real server."""
    message, payload, protocol, writer, task = args
    return web.BaseRequest(message, payload, protocol, writer, task, task.get_loop(), client_max_size=LIMIT)
