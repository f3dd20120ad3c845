"""An embedded cluster on a loop of its own, for tests that wait for a terminal instead of awaiting."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from k8stui.clock import WallClock
from k8stui.demo.certificate import make
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.objects import Object

T = TypeVar("T")


class Background:
    """A cluster in a thread, listening for the length of a with block; everything goes through `call`."""

    def __init__(self, *, tls: bool = False, **options: Any) -> None:
        """`tls`: by HTTPS, without which no credential plugin is asked."""
        self._options = options
        self._certificate = make(WallClock().now()) if tls else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="background cluster", daemon=True)
        self._cluster: EmbeddedCluster
        self._kept = socket.socket()

    def __enter__(self) -> "Background":
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._cluster.stop())
        self._kept.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        self._cluster = EmbeddedCluster(WallClock(), **self._options)
        await self._listen()

    async def _listen(self, port: int = 0) -> None:
        await self._cluster.start(port, self._certificate.context() if self._certificate else None)

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def call(self, function: Callable[[EmbeddedCluster], T]) -> T:
        """What `function` makes of the cluster, on the cluster's loop."""

        async def on_the_loop() -> T:
            return function(self._cluster)

        result: T = self._run(on_the_loop())
        return result

    def create(self, *objects: Object) -> None:
        """New objects."""
        self.call(lambda cluster: [cluster.store.create(each) for each in objects])

    def stop(self) -> None:
        """Away: the connections are cut and the port is closed; the objects stay."""
        self._run(self._cluster.stop())
        # Bound and not listened to, a port refuses connections and is given to nobody else.
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._kept.bind(("127.0.0.1", self._cluster.port))

    def start(self) -> None:
        """Back, at the same port."""
        self._run(self._listen(self._cluster.port))
        self._kept.close()
        self._kept = socket.socket()

    def asked(self) -> list[str]:
        """The requests so far: `list pods`, `watch nodes`, `get /version`."""
        return self.call(
            lambda cluster: [f"{record.verb} {record.resource or record.path}" for record in cluster.requests]
        )

    def kubeconfig(self, path: Path, **changes: Any) -> Path:
        """Write one for it, with some of its parts replaced."""
        path.write_text(json.dumps(self.config() | changes))
        return path

    def config(self) -> dict[str, Any]:
        """A kubeconfig for it."""
        return self.call(lambda cluster: cluster.kubeconfig())
