"""The subresources of a pod that stream: which handler has which, and the streams that are open."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from k8stui.demo.serving import execs, forwards, podlogs
from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.faults import Fault
from k8stui.demo.serving.paths import Ask
from k8stui.demo.serving.streams import Nodes, Stream
from k8stui.demo.storage.kinds import Kind

Handler = Callable[[Stream, Nodes], Awaitable[web.StreamResponse | Answer]]

_HANDLERS: dict[str, Handler] = {
    "log": podlogs.serve,
    "exec": execs.serve,
    "attach": execs.serve,
    "portforward": forwards.serve,
}


def streams(kind: Kind, ask: Ask) -> bool:
    """That path is answered here."""
    return (kind.group, kind.plural) == ("", "pods") and ask.subresource in _HANDLERS


async def answer(
    request: web.BaseRequest, ask: Ask, nodes: Nodes, fault: Fault | None, headers: dict[str, str]
) -> web.StreamResponse | Answer:
    """Answer it, to the end of the stream. Raises Refusal."""
    stream = Stream(request, ask, fault, headers)
    nodes.open.add(stream)
    try:
        return await _HANDLERS[ask.subresource](stream, nodes)
    finally:
        nodes.open.discard(stream)
