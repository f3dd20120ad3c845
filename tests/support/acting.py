"""Builders against the embedded cluster: the object is read, the change built and sent, with nothing in between."""

from typing import Any

import msgspec

from k8stui.model.kinds import Kind, Ref
from k8stui.model.objects import ObjectRow, row
from k8stui.operations import building
from k8stui.operations.mutation import Mutation
from tests.support.http import Http, Reply

Object = dict[str, Any]
NAMESPACE = "default"


async def read(client: Http, kind: Kind, name: str, namespace: str = NAMESPACE) -> ObjectRow:
    """The object as a builder gets it."""
    reply = await client.get(kind.path(namespace if kind.namespaced else None, name))
    assert reply.status == 200, reply.body
    return row(kind, reply.body)


async def listed(client: Http, kind: Kind, namespace: str = NAMESPACE) -> list[ObjectRow]:
    """All of a kind."""
    reply = await client.get(kind.path(namespace if kind.namespaced else None))
    return [row(kind, msgspec.json.encode(each)) for each in reply.json["items"]]


async def built(client: Http, builder: str, kind: Kind, name: str, /, **args: Any) -> Mutation:
    """The mutation of a builder for an object of the default namespace, with whatever it wants to know besides."""
    found = await read(client, kind, name)
    wanted = building.listing(builder, found)
    around = {} if wanted is None else {"around": await listed(client, wanted[0])}
    return building.build(builder, found, args | around)


async def sent(client: Http, mutation: Mutation) -> Reply:
    """The server's answer to it."""
    request = mutation.request
    query = "&".join(f"{key}={value}" for key, value in request.query)
    path = f"{request.path}?{query}" if query else request.path
    return await client.ask(request.method, path, request.body or None, Content_Type=request.content_type)


async def done(client: Http, builder: str, kind: Kind, name: str, /, **args: Any) -> tuple[Mutation, Object]:
    """Build it, send it; it must succeed."""
    mutation = await built(client, builder, kind, name, **args)
    reply = await sent(client, mutation)
    assert reply.status in (200, 201), reply.body
    return mutation, reply.json


async def taken_back(client: Http, mutation: Mutation) -> Object:
    """Do its inverse."""
    inverse = mutation.inverse
    assert inverse is not None
    target = mutation.target
    _, answer = await done(client, inverse.builder, target.kind, target.name, **inverse.args)
    return answer


def of_another(found: ObjectRow) -> ObjectRow:
    """The same as if it had been read before somebody replaced it by one of the same name."""
    ref = Ref(found.ref.kind, found.ref.namespace, found.ref.name, "00000000-0000-0000-0000-00000000dead")
    tree = found.exact()
    tree["metadata"] = tree["metadata"] | {"uid": ref.uid}
    return ObjectRow(ref, found.version, found.labels, msgspec.json.encode(tree))
