"""The pages that an action can open, by name; each is loaded when it is first wanted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from k8stui.actions import Rows

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

Opening = Callable[["ResourceScreen", Rows], Awaitable[None]]
"""Opens a page about these rows; returns when it is open, or when the user did not want it."""


OPENINGS: Mapping[str, Opening] = MappingProxyType({})
