"""`pods/portforward` over a WebSocket: kubectl's SPDY tunnel (`tunnels`), or the channels of older clients.

Of each port there is a data channel (2n) and an error channel (2n+1); the first frame of each is the port, two bytes,
the lower one first. Behind it answers the site of the pod.
"""

import asyncio
import re

from aiohttp import web

from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.network import Outcome, at_pod
from k8stui.demo.serving import channels, tunnels
from k8stui.demo.serving.channels import Channels
from k8stui.demo.serving.connections import Connection, refused
from k8stui.demo.serving.streams import Nodes, Stream, dialing, on_node, socket, upgrading
from k8stui.demo.storage.errors import Refusal, bad_request
from k8stui.demo.storage.objects import Object

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
    offered = stream.request.headers.get("Sec-WebSocket-Protocol", "")
    tunnel = tunnels.PROTOCOL in (name.strip() for name in offered.split(","))
    protocol = tunnels.PROTOCOL if tunnel else channels.pick(offered, channels.FORWARDS)
    meta = pod["metadata"]
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return web.Response(status=500, text=f'pod not found ("{meta["name"]}_{meta.get("namespace", "")}")')
    if protocol is not None and not wanted and not tunnel:
        return web.Response(status=400, text='query parameter "port" is required')
    for port in wanted:
        if port > 65535:
            why = f'unable to parse "{port}" as a port: strconv.ParseUint: parsing "{port}": value out of range'
            return web.Response(status=400, text=why)
        if not port:
            return web.Response(status=400, text='port "0" must be > 0')
    response = await socket(stream, protocol)
    if isinstance(response, web.WebSocketResponse) and tunnel:
        await stream.serve(response, tunnels.Tunnel(stream, response, nodes.containers, pod).serve)
    elif isinstance(response, web.WebSocketResponse):
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
