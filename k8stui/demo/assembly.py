"""One embedded cluster put together, as `--demo` and `demo-server` run it."""

import base64
import secrets
from typing import Any

from k8stui.demo.certificate import make
from k8stui.demo.clock import Clock
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.life import Life
from k8stui.demo.options import DemoOptions
from k8stui.demo.scenario.load import Load

REMEMBERED = 5
"""Seconds of changes under load that a list in pages or a watch can go back; each costs some 3 kB of memory."""


class Demo:
    """What `options` ask for, on the running loop."""

    def __init__(self, options: DemoOptions, clock: Clock) -> None:
        """Builds and fills the store; nothing listens and nothing moves yet."""
        self._options = options
        self._certificate = make(clock.now())
        self.cluster = EmbeddedCluster(
            clock,
            window=max(10_000, REMEMBERED * options.churn),
            seed=options.seed,
            token=secrets.token_urlsafe(24),
            editor_token=secrets.token_urlsafe(24),
            viewer_token=secrets.token_urlsafe(24),
        )
        cluster = self.cluster
        self.life = Life(
            cluster.store,
            registry=cluster.registry,
            logs=cluster.logs,
            certificate=self._certificate.certificate,
            scenario=options.scenario,
            load=self._load(),
            seed=options.seed,
            speed=options.speed,
        )
        self.life.seed()
        self.life.kubelets.attach(cluster.containers)
        cluster.metrics.source = self.life.kubelets.usage(cluster.metrics.source)

    def _load(self) -> Load | None:
        options = self._options
        if not options.pods:
            return None
        store = self.cluster.store
        return Load(store, pods=options.pods, nodes=options.nodes, churn=options.churn, seed=options.seed)

    async def start(self) -> None:
        """Listen and move. Raises OSError when the port cannot be had."""
        await self.cluster.start(self._options.port, self._certificate.context())
        self.life.start()

    async def stop(self) -> None:
        """End the movement, then the server."""
        await self.life.stop()
        await self.cluster.stop()

    def kubeconfig(self) -> dict[str, Any]:
        """A kubeconfig with a context for each user, and the certificate to check the server by."""
        config = self.cluster.kubeconfig()
        authority = base64.b64encode(self._certificate.certificate.encode()).decode()
        for row in config["clusters"]:
            row["cluster"].pop("insecure-skip-tls-verify", None)
            row["cluster"]["certificate-authority-data"] = authority
        return config
