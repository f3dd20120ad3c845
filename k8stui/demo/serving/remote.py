"""Faults from outside, at `/demo/faults`: what is in force, one more, others instead, none.

    curl -k -H "Authorization: Bearer $TOKEN" https://127.0.0.1:7443/demo/faults
    … -X POST -d '{"verb": "list", "resource": "pods", "status": 503, "times": 3}'
    … -X PUT -d '{"faults": [{"wire": "reset", "resource": "events"}], "skew": 3600}'
    … -X DELETE

The fields are those of `Fault`; `skew` is by how many seconds the server's clock is ahead. For system:masters alone.
"""

from typing import TypeVar

import msgspec
from msgspec import Struct, field

from k8stui.demo.clock import SkewedClock
from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.faults import Fault, Faults
from k8stui.demo.storage import errors

T = TypeVar("T")

PATH = "/demo/faults"


class _State(Struct, forbid_unknown_fields=True):
    faults: list[Fault] = field(default_factory=list)
    skew: float = 0.0


def answer(faults: Faults, clock: SkewedClock, method: str, body: bytes) -> Answer:
    """Raises Refusal: 400 for what is no fault, 405 for another method."""
    if method == "POST":
        faults.add(_decoded(body, Fault))
    elif method == "PUT":
        state = _decoded(body, _State)
        faults.active, clock.skew = state.faults, state.skew
    elif method == "DELETE":
        faults.clear()
        clock.skew = 0.0
    elif method != "GET":
        raise errors.no_method()
    shown = msgspec.json.encode(_State(faults.active, clock.skew))
    return Answer(shown + b"\n", 201 if method == "POST" else 200)


def _decoded(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as error:
        known = ", ".join(each.name for each in msgspec.structs.fields(Fault))
        raise errors.bad_request(f"this is no fault: {error}; a fault is a JSON object of {known}") from None
