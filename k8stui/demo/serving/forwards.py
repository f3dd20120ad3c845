"""`pods/portforward` over a WebSocket: of each port a data channel (2n) and an error channel (2n+1).

The first frame of each channel is the port, two bytes, the lower one first. Behind it answers the site of the pod.
"""

import asyncio
import re
from typing import Any

from aiohttp import web

from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.network import Outcome, at_pod
from k8stui.demo.runtime.website import LIMIT, answered
from k8stui.demo.serving import channels
from k8stui.demo.serving.channels import Channels
from k8stui.demo.serving.streams import Nodes, Stream, dialing, on_node, socket, upgrading
from k8stui.demo.storage.errors import Refusal, bad_request

Object = dict[str, Any]

_MOST = 100
"""Ports of one request."""


def ports(stream: Stream) -> list[int]:
    """The ports asked for, each with commas or a parameter of its own. Raises Refusal (400)."""
    found = []
    for text in ",".join(value for key, value in stream.query if key == "ports").split(","):
        if not text:
            continue
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise bad_request(f'cannot convert to []int32: strconv.ParseUint: parsing "{text}": invalid syntax')
        found.append(int(text))
    return found[:_MOST]


async def serve(stream: Stream, nodes: Nodes) -> web.StreamResponse:
    """The answer. Raises Refusal when it is refused before the upgrade."""
    wanted = ports(stream)
    pod = nodes.pod(stream.ask)
    node = on_node(pod)
    address = nodes.containers.address(node)
    upgrading(stream)
    if not nodes.containers.alive(node):
        raise Refusal(500, "", f"error dialing backend: {dialing(address)}")
    protocol = channels.pick(stream.request.headers.get("Sec-WebSocket-Protocol", ""), channels.FORWARDS)
    meta = pod["metadata"]
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return web.Response(status=500, text=f'pod not found ("{meta["name"]}_{meta.get("namespace", "")}")')
    if protocol is not None and not wanted:
        return web.Response(status=400, text='query parameter "port" is required')
    for port in wanted:
        if port > 65535:
            why = f'unable to parse "{port}" as a port: strconv.ParseUint: parsing "{port}": value out of range'
            return web.Response(status=400, text=why)
        if not port:
            return web.Response(status=400, text='port "0" must be > 0')
    response = await socket(stream, protocol)
    if isinstance(response, web.WebSocketResponse):
        one = Channels(stream, response, protocol or "")
        await stream.serve(response, lambda: _forward(one, nodes.containers, pod, wanted))
    return response


async def _forward(one: Channels, containers: Containers, pod: Object, wanted: list[int]) -> None:
    """From the ports' own frames until every connection is over or the client went."""
    for number, port in enumerate(wanted):
        for channel in (2 * number, 2 * number + 1):
            await one.send(channel, port.to_bytes(2, "little"))
    open_ports = {}
    for number, port in enumerate(wanted):
        if at_pod(containers, pod, port).outcome is Outcome.OPEN:
            open_ports[number] = Connection(pod, port)
        else:
            await one.send(2 * number + 1, refused(pod, port).encode())
    while open_ports and (frame := await one.receive()):
        number, is_error = divmod(frame[0], 2)
        connection = open_ports.get(number)
        if connection is None or is_error:
            continue
        reply = connection.feed(frame[1])
        if reply:
            await one.send(2 * number, reply)
        if connection.over:
            del open_ports[number]
    await asyncio.sleep(0)
    await one.close()


def refused(pod: Object, port: int) -> str:
    """What a kubelet says of a port that nobody listens on."""
    meta = pod["metadata"]
    why = f"failed to connect to localhost:{port} inside namespace: connection refused"
    sandbox = f"{meta['name']}_{meta.get('namespace', '')}_{meta['uid']}_0"
    return f"error forwarding port {port} to pod {sandbox}, uid : {why}"


class Connection:
    """One connection to the site of a pod: a request, its answer, the end."""

    def __init__(self, pod: Object, port: int) -> None:
        self.over = False
        """The pod has answered and closed it."""
        self._pod = pod
        self._port = port
        self._head = bytearray()

    def feed(self, data: bytes) -> bytes:
        """What the pod answers to more of a request; what is no HTTP is refused at once."""
        self._head += data
        first = bytes(self._head[:8]).partition(b" ")[0]
        whole = b"\r\n\r\n" in self._head
        if not whole and len(self._head) < LIMIT and re.fullmatch(rb"[A-Z]{0,7}", first):
            return b""
        self.over = True
        return answered(self._pod, self._port, bytes(self._head))
