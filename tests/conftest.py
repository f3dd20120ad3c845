"""Fixtures that every package's tests share."""

import gc
import os
import time

# Before anything imports Textual: what a developer's shell says must not change a screen.
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TZ"] = "UTC"
for _name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL", "TEXTUAL_COLOR_SYSTEM"):
    os.environ.pop(_name, None)
time.tzset()

from collections.abc import AsyncIterator, Awaitable, Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

from k8stui.demo.cluster import EmbeddedCluster  # noqa: E402
from tests.support.calm import pause_when_calm  # noqa: E402
from tests.support.clock import ManualClock  # noqa: E402
from tests.support.snapshots import difference, picture, refusal  # noqa: E402
from tests.support.stylesheets import parse_once  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """Snapshots are made by one Python only: others may draw a character differently. Style sheets are parsed once.

    A pause of a test's pilot ends when there is nothing left to do. A busy machine is no fault of an example.
    """
    if config.getoption("update_snapshots", default=False) and (why := refusal()):
        raise pytest.UsageError(why)
    parse_once()
    pause_when_calm()
    settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """Garbage is looked for less often, and never among the tests themselves: a tenth of a run went into that.

    Apps of Textual are full of cycles and each test makes one; a full collection costs as much as all that is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 5, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What failed and passed when it was run once more is told in full: it waits for too little, or the product does.

    `make suite` allows that once: of some ten thousand tests one may be late beside its neighbours on a busy machine.
    """
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"run once more: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until the test moves it; share it between server and client."""
    return ManualClock()


@pytest.fixture
async def cluster(clock: ManualClock) -> AsyncIterator[EmbeddedCluster]:
    """An embedded cluster, listening, with the standard namespaces and nothing else."""
    embedded = EmbeddedCluster(clock)
    await embedded.start()
    yield embedded
    await embedded.stop()


@pytest.fixture
def snap(snapshot: Any, tmp_path: Path) -> Callable[..., Awaitable[None]]:
    """Compare what an app shows with the committed picture of that name (`make snapshots` accepts a new one)."""
    from pytest_textual_snapshot import SVGImageExtension

    pictures = snapshot.use_extension(SVGImageExtension)

    async def compare(app: Any, name: str, *, only: str = "") -> None:
        actual = await picture(app, only)
        expected = pictures(name=name)
        if actual != expected:
            (tmp_path / f"{name}.svg").write_text(actual, encoding="utf-8")
            pytest.fail(f"{difference(str(expected), actual)}\nWhat it is now: {tmp_path / name}.svg", pytrace=False)

    return compare
