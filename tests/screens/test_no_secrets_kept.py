"""What is typed, sent and read as a secret is in no file that a run leaves, and in no message."""

from pathlib import Path

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.logbook import open_logbook
from k8stui.operations.journal.journal import earlier
from k8stui.settings import DebugSettings, Preset
from tests.support.clock import ManualClock
from tests.support.debug_page import Ground, Terminal, entered, launcher, on, opened, picked, shown, tried
from tests.support.handed import Hands, over
from tests.support.house import idle, messages, reports, text, typed
from tests.support.waiting import eventually

ENV, CUSTOM, TYPED, SAID, LOGGED = (f"pl4nted-{word}" for word in ("env", "custom", "typed", "said", "logged"))
ALL = (ENV, CUSTOM, TYPED, SAID, LOGGED)
PRESET = Preset(name="tools", image="busybox:1.37", env=(("PASSWORD", ENV),), profile="baseline")
TEXT = f"env:\n- name: TOKEN\n  value: {CUSTOM}\n"


def kept(folder: Path) -> dict[str, bytes]:
    """Every file below, by name."""
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def clear(found: dict[str, bytes], *secrets: str) -> None:
    wrong = [(name, secret) for name, text in found.items() for secret in secrets if secret.encode() in text]
    assert wrong == []


async def debugged(app: K8sTui, ground: Ground, terminal: Terminal) -> None:
    """A copy with a secret in its preset's environment and another in its partial container, entered and left."""
    page = await opened(app, "b")
    page.plan.choose(page.plan.choice.having(custom=TEXT), "custom")
    await picked(app, "m", "copy", "enter")
    await tried(app, page)
    terminal.lines = [f"export X={TYPED}", f"echo {SAID}", "exit"]
    await typed(app, "y")
    await entered(app, ground, terminal, 1)
    assert SAID.encode() in terminal.heard  # it was really there
    sent = [each.body for each in ground.cluster.requests if each.verb == "create" and each.path.endswith("/pods")]
    assert ENV.encode() in sent[-1]
    assert CUSTOM.encode() in sent[-1]


@pytest.mark.slow
async def test_no_file_and_no_message_holds_one(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, log = tmp_path / "state", tmp_path / "k8stui.log"
    book = open_logbook(log, clock)
    token = cluster.token
    debug = DebugSettings(presets=(PRESET,), leave="keep")
    async with launcher(cluster, clock, monkeypatch, state=state, debug=debug, faults=True) as (app, ground, terminal):
        hands = Hands(monkeypatch)
        hands.typed = f"export X={TYPED}; echo {SAID}; exit 3\r".encode()
        uid = ground.pod("web-1")["metadata"]["uid"]
        cluster.logs.write(uid, "web", 0, f"password={LOGGED}", clock.now())
        on(app, "web-1")
        await idle(app)
        await typed(app, ":", *"shell web", "enter")
        await over(app, hands)
        assert SAID.encode() in hands.heard
        await typed(app, "l")
        await eventually(lambda: LOGGED in "\n".join(text(app)))
        await typed(app, "escape")
        await eventually(lambda: app.screen is app.home)
        await debugged(app, ground, terminal)
        await shown(app)
        while_it_runs = kept(state)
        secret_in_a_local = f"{token} {ENV} {CUSTOM}"
        app.fault(LookupError(secret_in_a_local), "a test")
        await eventually(lambda: reports(app))
        said = messages(app)
    book.close()
    found = while_it_runs | kept(state) | {"the log file": log.read_bytes(), "messages": said.encode()}
    assert any("journal" in name for name in found), found.keys()
    assert any("debug" in name or "record" in name for name in while_it_runs), while_it_runs.keys()
    assert any(name.startswith("crash-") for name in found)
    assert len([entry for entry in earlier(state) if entry.builder.startswith(("sessions.", "debugging."))]) >= 3
    clear(found, *ALL, token)
