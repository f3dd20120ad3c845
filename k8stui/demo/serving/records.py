"""What was asked of the server, for tests and for those who look over its shoulder."""

from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from k8stui.demo.serving.paths import Ask


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


def recorded(request: web.BaseRequest, ask: Ask) -> Record:
    """The record of a request whose user and body are not known yet."""
    headers = {key: value for key, value in request.headers.items() if key.lower() != "authorization"}
    names = (ask.verb, ask.resource, ask.namespace, ask.name)
    return Record(ask.method, ask.path, ask.query, *names, "", headers, b"")
