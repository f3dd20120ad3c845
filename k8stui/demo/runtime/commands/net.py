"""The network as one pod sees it: nslookup, dig, ping, ip, nc."""

import asyncio
import hashlib

from k8stui.demo.runtime.commands.options import options
from k8stui.demo.runtime.network import Network, Outcome, Peer
from k8stui.demo.runtime.shell.interpreter import Call, Program

PATIENCE = 5.0
"""Seconds after which a connection that nobody answers is given up, unless the command says otherwise."""


async def resolve(call: Call, host: str, patience: float) -> list[str] | None:
    """The addresses of a name; None when nobody answers questions for names."""
    network = Network(call.machine)
    full, addresses = network.resolve(host)
    if full == host and addresses:
        return addresses  # an address, or this machine itself
    if not network.dns():
        await asyncio.sleep(patience)
        return None
    return addresses


async def connect(call: Call, address: str, port: int, patience: float) -> Peer:
    """Who answers there, found out as slowly as a real try would be."""
    peer = Network(call.machine).connect(address, port)
    if peer.outcome is Outcome.TIMEOUT:
        await asyncio.sleep(patience)
    return peer


async def nslookup(call: Call) -> int:
    """The addresses of a name."""
    names = [arg for arg in call.args if not arg.startswith("-")]
    if not names:
        return await call.fail("usage: nslookup HOST", 1)
    network = Network(call.machine)
    server = call.machine.nameserver
    if not network.dns():
        await asyncio.sleep(PATIENCE)
        await call.say(";; connection timed out; no servers could be reached", "")
        return 1
    await call.say(f"Server:\t\t{server}", f"Address:\t{server}:53", "")
    full, addresses = network.resolve(names[0])
    if not addresses:
        await call.say(f"** server can't find {full}: NXDOMAIN", "")
        return 1
    for address in addresses:
        await call.say(f"Name:\t{full}", f"Address: {address}", "")
    return 0


async def dig(call: Call) -> int:
    """The same in the words of dig; +short."""
    names = [arg for arg in call.args if not arg.startswith(("-", "+", "@")) and not arg.isupper()]
    network = Network(call.machine)
    if not network.dns():
        await asyncio.sleep(PATIENCE)
        await call.say(";; communications error: timed out", ";; no servers could be reached")
        return 9
    for name in names:
        full, addresses = network.resolve(name if "+search" in call.args else f"{name.rstrip('.')}.")
        if "+short" in call.args:
            await call.say(*addresses)
        else:
            status = "NOERROR" if addresses else "NXDOMAIN"
            await call.say(f";; ->>HEADER<<- opcode: QUERY, status: {status}, id: 4711", ";; ANSWER SECTION:")
            await call.say(*(f"{full}.\t30\tIN\tA\t{address}" for address in addresses))
    return 0


async def getent(call: Call) -> int:
    """`getent hosts NAME`."""
    if len(call.args) < 2 or call.args[0] not in ("hosts", "ahosts"):
        return 1
    full, addresses = Network(call.machine).resolve(call.args[1])
    if not Network(call.machine).dns() or not addresses:
        return 2
    return await call.say(*(f"{address:15} {full}" for address in addresses))


async def ping(call: Call) -> int:
    """Echoes from a pod; a service's address never answers."""
    given = options(call.args, "cWwi")
    if not given.rest:
        return await call.fail("usage: ping HOST", 1)
    host = given.rest[0]
    try:
        count = int(given.number("c", otherwise=1_000_000))
        pause = max(given.number("i", otherwise=1), 0.05)
    except ValueError:
        return await call.fail("invalid number")
    addresses = await resolve(call, host, PATIENCE)
    if not addresses:
        return await call.fail(f"bad address '{host}'")
    await call.say(f"PING {host} ({addresses[0]}): 56 data bytes")
    network = Network(call.machine)
    received = 0
    for number in range(count):
        if number:
            await asyncio.sleep(pause)
        if network.answers(addresses[0]):
            received += 1
            await call.say(f"64 bytes from {addresses[0]}: seq={number} ttl=62 time=0.2 ms")
    if not received:
        await asyncio.sleep(pause)
    lost = 100 * (count - received) // max(count, 1)
    await call.say("", f"--- {host} ping statistics ---")
    await call.say(f"{count} packets transmitted, {received} packets received, {lost}% packet loss")
    return int(not received)


async def ip(call: Call) -> int:
    """`ip addr`, `ip route`, `ip link`: one interface with the pod's address."""
    words = [arg for arg in call.args if not arg.startswith("-")]
    what = words[0] if words else ""
    address = call.machine.address or "127.0.0.1"
    network = address.rpartition(".")[0]
    digits = hashlib.sha256(address.encode()).hexdigest()
    mac = ":".join(["0a", "58", *(digits[at : at + 2] for at in range(0, 8, 2))])
    if what and "route".startswith(what):
        return await call.say(f"default via {network}.1 dev eth0", f"{network}.0/24 dev eth0 scope link  src {address}")
    if not what or not ("address".startswith(what) or "link".startswith(what)):
        await call.streams.stderr.write(b"Usage: ip [ OPTIONS ] { address | link | route }\n")
        return 1
    shown = "address".startswith(what)
    lines = ["1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000"]
    lines += ["    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00"]
    lines += ["    inet 127.0.0.1/8 scope host lo"] if shown else []
    lines += ["2: eth0@if9: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1450 qdisc noqueue state UP"]
    lines += [f"    link/ether {mac} brd ff:ff:ff:ff:ff:ff"]
    lines += [f"    inet {address}/24 brd {network}.255 scope global eth0"] if shown else []
    return await call.say(*lines)


async def nc(call: Call) -> int:
    """`nc -z[v] HOST PORT`: whether a port is open."""
    given = options(call.args, "w")
    if len(given.rest) != 2 or not given.rest[1].isdecimal():
        return await call.fail("usage: nc [-zv] [-w SECONDS] HOST PORT")
    host, port = given.rest[0], int(given.rest[1])
    patience = float(given.value("w") or PATIENCE) if (given.value("w") or "5").isdecimal() else PATIENCE
    addresses = await resolve(call, host, patience)
    if not addresses:
        return await call.fail(f"bad address '{host}'")
    peer = await connect(call, addresses[0], port, patience)
    said: dict[Outcome, str] = {Outcome.OPEN: "open", Outcome.REFUSED: "Connection refused"}
    if "v" in given.flags or peer.outcome is not Outcome.OPEN:
        line = f"{host} ({addresses[0]}:{port}) {said.get(peer.outcome, 'Connection timed out')}\n"
        await call.streams.stderr.write(line.encode())
    return int(peer.outcome is not Outcome.OPEN)


PROGRAMS: dict[str, Program] = {each.__name__: each for each in (nslookup, dig, getent, ping, ip, nc)}
