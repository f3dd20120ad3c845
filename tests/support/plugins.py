"""Exec credential plugins for tests: small shell scripts, and a terminal that only counts."""

import json
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from k8stui.kube import plugin
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.plugin import Granted
from k8stui.kube.target import Exec, Secret

T = TypeVar("T")
V1, V1BETA1 = "client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"
LIMIT = 20.0


def answer(version: str = V1, **status: Any) -> str:
    """An ExecCredential."""
    return json.dumps({"kind": "ExecCredential", "apiVersion": version, "status": status})


def script(tmp_path: Path, text: str, name: str = "plug") -> str:
    """An executable shell script."""
    path = tmp_path / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def spec(command: str, *, interactive: str = "Never", version: str = V1, **rest: Any) -> Exec:
    environ = {"PATH": os.environ["PATH"], **rest.pop("env", {})}
    return Exec(
        command=command,
        args=rest.pop("args", ()),
        env={name: Secret(value) for name, value in environ.items()},
        api_version=version,
        interactive=interactive,
        install_hint=rest.pop("install_hint", ""),
        cluster=rest.pop("cluster", None),
    )


class FakeTerminal:
    """Counts how often it was handed over."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self, run: Callable[[], Awaitable[T]]) -> T:
        self.times += 1
        return await run()


async def ask(made: Exec, *, limit: float = LIMIT, terminal: FakeTerminal | None = None) -> Granted:
    return await plugin.ask(made, "jane", limit=limit, terminal=terminal)


async def refused(made: Exec, *, limit: float = LIMIT, terminal: FakeTerminal | None = None) -> ApiError:
    with pytest.raises(ApiError) as caught:
        await ask(made, limit=limit, terminal=terminal)
    assert caught.value.failure is Failure.CREDENTIALS
    assert caught.value.sentence.isprintable()
    return caught.value
