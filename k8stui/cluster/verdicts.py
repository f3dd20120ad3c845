"""The answers to the question whether somebody may do something."""

from msgspec import Struct


class Yes(Struct, frozen=True):
    """It is allowed."""


class No(Struct, frozen=True):
    """It is not."""

    reason: str = ""
    """What the server said, one line; often empty."""


class Unknown(Struct, frozen=True):
    """Nobody knows: not asked yet, or the answer could not be had. Never to be shown as a refusal."""

    error: str = ""
    """One sentence; empty: not asked yet."""


Verdict = Yes | No | Unknown
