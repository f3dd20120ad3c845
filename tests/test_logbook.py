"""The log file: what is in it, what never is, whose it is, and that it never grows or hinders."""

import logging
import os
import re
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from k8stui import logbook
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.kube.errors import ApiError
from k8stui.logbook import Logbook, LogbookError, open_logbook
from k8stui.model.kinds import PODS
from tests.support.clock import ManualClock
from tests.support.house import running, settled, typed
from tests.support.objects import pod
from tests.support.wire import connected, target

LOG = logging.getLogger("k8stui.somewhere")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "k8stui.log"


@pytest.fixture
def book(file: Path, clock: ManualClock) -> Iterator[Logbook]:
    with closing(open_logbook(file, clock)) as opened:
        yield opened


def test_a_line_has_its_time_level_and_place(file: Path, book: Logbook, clock: ManualClock) -> None:
    LOG.warning("%s is\n away\x1b[2J", "worker-1")
    logging.getLogger("elsewhere").error("not ours")
    book.close()
    (line,) = file.read_text().splitlines()
    assert " +00:00 WARNING k8stui.somewhere: worker-1 is away" in line
    assert "\x1b" not in line
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_was_there_is_gone_on_with_and_closed_to_others(file: Path, clock: ManualClock) -> None:
    file.write_text("before\n")
    file.chmod(0o644)
    with closing(open_logbook(file, clock)):
        LOG.info("after")
    assert file.read_text().startswith("before\n")
    assert file.read_text().endswith("after\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_is_bounded(file: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "MOST_BYTES", 10_000)
    with closing(open_logbook(file, clock)):
        for number in range(400):
            LOG.info("line %d %s", number, "x" * 100)
    old = file.with_name("k8stui.log.1")
    assert sorted(each.name for each in file.parent.iterdir()) == ["k8stui.log", "k8stui.log.1"]
    assert max(file.stat().st_size, old.stat().st_size) <= 10_000
    assert stat.S_IMODE(old.stat().st_mode) == stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "line 399 " in file.read_text()


def test_a_line_is_bounded(file: Path, book: Logbook) -> None:
    LOG.info("x" * 100_000)
    book.close()
    assert file.stat().st_size < 3_000


def test_what_the_disk_cannot_take_is_counted_and_nobody_waits(
    file: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logbook, "WAITING", 10)
    gate = threading.Event()
    write = os.write

    def slow(descriptor: int, data: bytes) -> int:
        gate.wait(10)
        return write(descriptor, data)

    monkeypatch.setattr("k8stui.logbook.os.write", slow)
    with closing(open_logbook(file, clock)):
        for number in range(100):
            LOG.info("line %d", number)
        gate.set()
    text = file.read_text()
    dropped = sum(map(int, re.findall(r"\((\d+) lines were dropped here\)", text)))  # told once, or as it goes on
    assert dropped + text.count(": line ") == 100
    assert 88 <= dropped <= 90


def test_a_full_disk_stops_nothing(file: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = threading.Event()

    def full(_descriptor: int, _data: bytes) -> int:
        tried.set()
        raise OSError(28, "No space left on device")

    with closing(open_logbook(file, clock)):
        with monkeypatch.context() as patched:
            patched.setattr("k8stui.logbook.os.write", full)
            LOG.info("lost")
            assert tried.wait(10)
        LOG.info("found room")
    assert file.read_text().startswith("(1 lines were dropped here)")
    assert "found room" in file.read_text()


@pytest.mark.parametrize("what", ["folder", "missing", "pipe", "device"])
def test_what_cannot_be_a_log_file_is_one_sentence(tmp_path: Path, clock: ManualClock, what: str) -> None:
    path = {"folder": tmp_path, "missing": tmp_path / "no" / "log", "pipe": tmp_path / "p", "device": Path("/dev/null")}
    if what == "pipe":
        os.mkfifo(tmp_path / "p")
    with pytest.raises(LogbookError, match="Nothing is logged"):
        open_logbook(path[what], clock)
    assert not any(isinstance(each, Logbook) for each in logging.getLogger("k8stui").handlers)


async def test_requests_are_logged_without_what_they_hold(
    cluster: EmbeddedCluster, file: Path, book: Logbook, clock: ManualClock
) -> None:
    cluster.store.create(pod("a"))
    secret = "hunter2-planted"
    async with connected(target(cluster.url, cluster.token)) as connection:
        await connection.request("GET", PODS.path("default", "a"), query=[("labelSelector", secret)])
        with pytest.raises(ApiError):
            await connection.request("GET", PODS.path("default", "gone"), query=[("x", secret)])
        review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        with pytest.raises(ApiError):
            await connection.request("POST", review, body=secret.encode())
    async with connected(target(cluster.url, secret)) as connection:
        with pytest.raises(ApiError):
            await connection.request("GET", PODS.path("default", "a"))
    book.close()
    text = file.read_text()
    assert "GET /api/v1/namespaces/default/pods/a: 200 after" in text
    assert "GET /api/v1/namespaces/default/pods/gone: 404 after" in text
    assert "GET /api/v1/namespaces/default/pods/a: 401 after" in text
    assert secret not in text
    assert cluster.token not in text


async def test_a_session_is_logged(cluster: EmbeddedCluster, file: Path, book: Logbook, clock: ManualClock) -> None:
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "ctrl+r")
    book.close()
    text = file.read_text()
    assert "context demo at http://127.0.0.1:" in text
    assert "pods: live" in text
    assert "Asking the server again" in text
    assert "context demo: left" in text
    assert cluster.token not in text
