"""The values of a Secret stay where they were asked for: no message, log file, state, report or error repeats them."""

import base64
from pathlib import Path

import pytest
from msgspec import DecodeError

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.logbook import open_logbook
from k8stui.model.codec import codec
from k8stui.model.kinds import SECRETS
from k8stui.model.objects import row
from k8stui.screens.reading.page import InspectScreen
from tests.support.clock import ManualClock
from tests.support.house import idle, messages, running, settled, text, typed
from tests.support.waiting import eventually

VALUE = "hunter2-planted"
CODED = base64.b64encode(VALUE.encode()).decode()


def plant(cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("shop")
    meta = {"name": "token", "namespace": "shop", "annotations": {"openshift.io/token-secret.value": VALUE}}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": {"password": CODED}}
    cluster.registry.create(secret)


def written(*places: Path) -> str:
    files = [file for place in places for file in (place.rglob("*") if place.is_dir() else [place]) if file.is_file()]
    return "\n".join(file.read_text() for file in files)


def reading(app: K8sTui) -> str:
    assert isinstance(app.screen, InspectScreen)
    return "\n".join(line.text for line in app.screen.text.lines)


async def read(app: K8sTui, key: str, words: str) -> str:
    await typed(app, key)
    await eventually(lambda: isinstance(app.screen, InspectScreen) and words in reading(app))
    await idle(app)
    return reading(app)


async def test_values_of_a_secret_are_written_nowhere(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    plant(cluster)
    log, state = tmp_path / "log", tmp_path / "state"
    book = open_logbook(log, clock)
    try:
        async with running(cluster, clock, view="secrets", state=state, size=(140, 30), faults=True) as (app, pilot):
            await settled(app, cluster)
            shown = "\n".join(text(app))
            shown += await read(app, "d", "password") + await read(app, "y", "kind: Secret")
            assert VALUE not in shown
            assert CODED not in shown
            assert VALUE in await read(app, "x", VALUE)
            line = next(y for y, said in enumerate(text(app)) if f"password: {VALUE}" in said)
            at = text(app)[line].index(VALUE)
            await pilot.mouse_down(offset=(at, line))
            await pilot.hover(offset=(at + len(VALUE), line))
            await pilot.mouse_up(offset=(at + len(VALUE), line))
            await typed(app, "ctrl+c")
            assert VALUE in app.clipboard  # it was asked for
            app.fault(ValueError(VALUE), "a test")
            app.fault(KeyError(row(SECRETS, (await _body(app)))), "another test")
            said = messages(app)
    finally:
        book.close()
    kept = written(log, state)
    assert "Copied 1 line" in said
    assert "GET" in kept
    assert "crash" in "".join(path.name for path in state.rglob("*"))
    for place in (said, kept):
        assert VALUE not in place
        assert CODED not in place


async def _body(app: K8sTui) -> bytes:
    assert app.home.session is not None
    return (await app.home.session.connection.request("GET", SECRETS.path("shop", "token"))).body


def test_an_error_of_decoding_does_not_quote_the_object() -> None:
    body = f'{{"metadata": {{"name": "token", "uid": "1"}}, "data": ["{CODED}"]}}'.encode()
    with pytest.raises(DecodeError) as caught:
        codec(SECRETS).event(body)
    assert CODED not in str(caught.value)


def test_rows_do_not_show_values_where_they_are_printed() -> None:
    body = f'{{"metadata": {{"name": "token", "uid": "1"}}, "data": {{"password": "{CODED}"}}}}'.encode()
    assert CODED not in repr(row(SECRETS, body))
    assert CODED not in repr(codec(SECRETS).event(body))
