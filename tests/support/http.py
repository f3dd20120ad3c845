"""A bare HTTP client of the embedded cluster: no library of ours judges it."""

import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from msgspec import Struct

from k8stui.demo.cluster import EmbeddedCluster

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


class Reply(Struct):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        return str(self.json["message"])


class Http:
    """Speaks to one server as one user."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def as_user(self, token: str) -> "Http":
        return Http(self._session, self._url, token)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        large = io.BytesIO(data) if data is not None else None  # aiohttp warns of large bodies as bytes
        sent = self._headers | ({"Content-Type": "application/json"} if data is not None else {}) | named
        async with self._session.request(method, self._url + path, data=large, headers=sent) as response:
            return Reply(response.status, response.headers, await response.read())

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.ask("GET", path, **headers)

    async def patch(self, path: str, body: Any, kind: str = "strategic-merge") -> Reply:
        return await self.ask("PATCH", path, body, Content_Type=f"application/{kind}-patch+json")

    @asynccontextmanager
    async def watch(self, path: str, **headers: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The events of a watch, one dict each."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        async with self._session.get(self._url + path, headers=self._headers | named) as response:
            assert response.status == 200, await response.text()
            yield _events(response)


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    buffer = b""
    async for chunk in response.content.iter_any():
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            yield json.loads(line)


@asynccontextmanager
async def http(cluster: EmbeddedCluster) -> AsyncIterator[Http]:
    """A client of this cluster as its admin."""
    async with aiohttp.ClientSession() as session:
        yield Http(session, cluster.url, cluster.token)
