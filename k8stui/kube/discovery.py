"""Every kind a server has: asked in two requests where it can aggregate, group by group where it cannot."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from k8stui.kube.answers import Asked, foreign
from k8stui.kube.discovered import (
    Found,
    Groups,
    PlainResources,
    PlainRoot,
    aggregated,
    called,
    listed,
    versions,
)
from k8stui.kube.errors import ApiError
from k8stui.kube.kinds import Kinds
from k8stui.model.kinds import Kind
from k8stui.model.text import clean

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection

__all__ = ["Kinds", "discover", "version"]

T = TypeVar("T")

_AGGREGATED = ",".join(
    [f"application/json;g=apidiscovery.k8s.io;v={v};as=APIGroupDiscoveryList" for v in ("v2", "v2beta1")]
    + ["application/json"]
)
_AT_ONCE = 8
"""Requests in flight in the plain form: a quarter of the pool."""


class _Info(Struct):
    gitVersion: str | None = None


async def discover(connection: "Connection") -> Kinds:
    """Ask a server for all it has.

    Raises:
        ApiError: nothing could be learnt. What only a group or two could not say is in `Kinds.failed`.
    """
    core, named = await asyncio.gather(_root(connection, "/api"), _root(connection, "/apis"), return_exceptions=True)
    if isinstance(core, BaseException) and isinstance(named, BaseException):
        raise core
    kinds: list[Kind] = []
    failed: list[str] = []
    for path, found in (("/api", core), ("/apis", named)):
        if isinstance(found, BaseException):
            if not isinstance(found, ApiError):
                raise found
            failed.append(path)
        else:
            kinds += found[0]
            failed += found[1]
    return Kinds(kinds, failed)


async def version(connection: "Connection") -> str:
    """The server's version as it calls itself (`v1.34.4`); said on screen, never decided by. Raises `ApiError`."""
    answer = await connection.request("GET", "/version")
    found = _decode(answer.body, _Info, _asked(connection, "/version")).gitVersion
    if not found:
        raise foreign(_asked(connection, "/version"))
    return clean(found, 64)


async def _root(connection: "Connection", path: str) -> Found:
    """All below `/api` or `/apis`, in whichever form the server answers."""
    try:
        answer = await connection.request("GET", path, accept=_AGGREGATED)
    except ApiError as error:
        if error.status != 406:
            raise
        answer = await connection.request("GET", path)
    asked = _asked(connection, path)
    groups = _decode(answer.body, Groups, asked)
    if groups.kind == "APIGroupDiscoveryList":
        return aggregated(groups)
    root = _decode(answer.body, PlainRoot, asked)
    if path == "/api" and root.kind == "APIVersions":
        return await _plain(connection, [("", name) for name in root.versions or ()])
    if path == "/apis" and root.kind == "APIGroupList":
        return await _plain(connection, [pair for group in root.groups or () for pair in versions(group)])
    raise foreign(asked)


async def _plain(connection: "Connection", pairs: Sequence[tuple[str, str]]) -> Found:
    """Ask every group and version by itself, some at a time."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(group: str, served: str) -> list[Kind] | ApiError:
        path = f"/apis/{quote(group, safe='')}/{quote(served, safe='')}" if group else f"/api/{quote(served, safe='')}"
        try:
            async with gate:
                answer = await connection.request("GET", path)
            return listed(group, served, _decode(answer.body, PlainResources, _asked(connection, path)))
        except ApiError as error:
            return error

    answers = await asyncio.gather(*(ask(group, served) for group, served in pairs))
    kinds: list[Kind] = []
    failed: list[str] = []
    for (group, served), found in zip(pairs, answers, strict=True):
        if isinstance(found, ApiError):
            failed.append(called(group, served))
        else:
            kinds += found
    return kinds, failed


def _decode(body: bytes, form: type[T], asked: Asked) -> T:
    """A body in one of the forms; what is none of them comes from no Kubernetes server."""
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise foreign(asked) from None


def _asked(connection: "Connection", path: str) -> Asked:
    return Asked(urlsplit(connection.target.server).netloc, "GET", path)
