"""Recorded requests in our words, and the answers to them."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, unquote

import aiohttp
from yarl import URL

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.options import Options
from tests.conformance.alike import Relations, seconds
from tests.conformance.judging import HEADERS
from tests.conformance.recorded import Exchange, Object, load, times
from tests.conformance.states import States
from tests.support.clock import START, ManualClock

BEGAN = seconds("2026-11-21T09:20:45Z")
"""When the recorded cluster was started."""
LONGEST = 3
"""Seconds: a longer timeoutSeconds of a watch is sent as this."""


class Wording:
    """A cluster for one file, and a client that asks it what the recorder asked another."""

    live = False
    """Controllers and kubelets move, from when the cluster begins."""

    def __init__(self, name: str, exchanges: list[Exchange] | None = None) -> None:
        self.name = name
        self.exchanges = load(name) if exchanges is None else exchanges
        stamps = ([seconds(stamp) for stamp in times(each.body)] for each in self.exchanges)
        self.begin = next((max(found) for found in stamps if found), START)
        self.clock = ManualClock(min(BEGAN, self.begin - 60))
        options = Options(future_wait=0.0, progress=name != "old_etcd")
        self.cluster = EmbeddedCluster(self.clock, hidden=frozenset({"metrics.k8s.io"}), options=options)
        if not self.live:
            self.clock.advance(self.begin - self.clock.now())
        self.relations = Relations()
        self.states = States(self.cluster, self.relations, self.exchanges)
        self._session: aiohttp.ClientSession | None = None
        self.late = 0.0
        """Seconds that our clock is ahead of the recorded one."""
        self._version = 0
        """Of the object that is written now: what a version means that no answer has shown."""
        self._stamps: dict[str, str] = {}
        """When the object that is written now was made and deleted, where our clock is another than the recorded."""

    def told(self, exchange: Exchange) -> float:
        """When an answer was given as far as it tells; 0 when it does not."""
        stamps = [seconds(stamp) for stamp in times(exchange.body)] if not exchange.dry else []
        metadata = exchange.body.get("metadata", {}) if isinstance(exchange.body, dict) else {}
        if exchange.method == "DELETE" and "deletionTimestamp" in metadata:
            stamps.append(seconds(metadata["deletionTimestamp"]) - metadata.get("deletionGracePeriodSeconds", 0))
        first = (exchange.lines or [None])[0]
        stamps += _by_ages(first["object"] if isinstance(first, dict) and "object" in first else exchange.body)
        return max(stamps, default=0.0)

    async def _ask(self, exchange: Exchange, sent: str) -> Object:
        body = _body(exchange, self.translated)
        headers = {name: self.relations.ours(value) for name, value in exchange.request.get("headers", {}).items()}
        assert self._session is not None
        try:
            async with self._session.request(
                exchange.method,
                url_of(self.cluster.url + sent),
                data=io.BytesIO(body) if body is not None else None,  # aiohttp warns of large bodies as bytes
                headers=headers | self._token(exchange.user),
                skip_auto_headers=("Content-Type", "Accept"),
                timeout=aiohttp.ClientTimeout(total=20),
            ) as response:
                text = (await response.read()).decode("utf-8", "replace")
                return answer_of(response, text)
        except (aiohttp.ClientError, TimeoutError) as error:
            return {"status": 0, "headers": {}, "text": f"no answer: {error!r}"}

    async def _send(self, method: str, path: str, body: Object) -> None:
        """A write that is no exchange of the file."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = {"method": method, "path": path, "headers": {"Content-Type": kind}, "body": body}
        await self._ask(Exchange(0, "", "admin", request, {"status": 200}), path)

    def _token(self, user: str) -> dict[str, str]:
        tokens = {"admin": self.cluster.token, "viewer": self.cluster.viewer_token, "invalid-token": "nobody"}
        return {"Authorization": f"Bearer {tokens[user]}"} if user in tokens else {}

    def _path(self, exchange: Exchange) -> str:
        path, _, query = exchange.path.partition("?")
        parts = [self._parameter(part) for part in query.split("&")] if query else []
        return self.relations.ours(path) + ("?" + "&".join(parts) if query else "")

    def _parameter(self, part: str) -> str:
        name, _, value = part.partition("=")
        if name == "resourceVersion":
            return f"{name}={self.version(value)}"
        if name == "continue":
            return f"{name}={quote(self.relations.continues.get(unquote(value), unquote(value)), safe='')}"
        if name == "timeoutSeconds" and value.isdecimal() and int(value) > LONGEST:
            return f"{name}={LONGEST}"
        return self.relations.ours(part)

    def version(self, recorded: str) -> str:
        """A recorded resourceVersion in ours."""
        if recorded in self.relations.versions:
            return self.relations.versions[recorded]
        if not recorded.isdecimal() or int(recorded) < 100:
            return recorded
        now = self._version or self.cluster.store.revision
        return str(now + 1_000_000 if int(recorded) > 1_000_000 else now)

    def translated(self, value: Any) -> Any:
        """A request's body in our words."""
        if isinstance(value, dict):
            return {
                self.relations.ours(key): self.version(inner)
                if key == "resourceVersion" and isinstance(inner, str)
                else self._stamps.get(key)
                if isinstance(inner, str) and key in self._stamps
                else self.translated(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.translated(inner) for inner in value]
        return self.relations.ours(value) if isinstance(value, str) else value


def _by_ages(table: Any) -> Iterator[float]:
    """When a Table was made, as its rows tell: ages below two minutes are told in seconds."""
    columns = table.get("columnDefinitions") if isinstance(table, dict) else None
    names = [column["name"] for column in columns or ()]
    for row in table.get("rows", ()) if "Age" in names else ():
        metadata, age = (row.get("object") or {}).get("metadata", {}), str(row["cells"][names.index("Age")])
        if metadata.get("creationTimestamp") and age.endswith("s") and age[:-1].isdecimal():
            yield seconds(metadata["creationTimestamp"]) + int(age[:-1])


def url_of(text: str) -> Any:
    return URL(text, encoded=True)


def _body(exchange: Exchange, translated: Callable[[Any], Any]) -> bytes | None:
    request = exchange.request
    if "body_note" in request:  # "a ConfigMap whose data.k is N times 'x'"
        count = int("".join(letter for letter in request["body_note"] if letter.isdecimal()))
        value = "x" * count
        return json.dumps(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "big"}, "data": {"k": value}}
        ).encode()
    if "body_text" in request:
        return str(request["body_text"]).encode()
    return json.dumps(translated(request["body"])).encode() if "body" in request else None


def answer_of(response: aiohttp.ClientResponse, text: str) -> Object:
    kept: Object = {name: response.headers.getall(name) for name in (*HEADERS, "ETag") if name in response.headers}
    headers = {name: values[0] if len(values) == 1 else values for name, values in kept.items()}
    answer: Object = {"status": response.status, "headers": headers}
    if response.content_type == "application/json" and text:
        try:
            return answer | {"body": json.loads(text)}
        except ValueError:
            pass
    return answer | ({"text": text} if text else {})


def line_of(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line.decode("utf-8", "replace")
