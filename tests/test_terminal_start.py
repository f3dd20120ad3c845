"""How the program begins, in a real pseudo terminal: what is written first, and where it must not begin at all."""

import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support import program as programs
from tests.support.background import Background
from tests.support.objects import node, pod
from tests.support.program import after, assert_given_back, modes
from tests.support.terminal import k8stui

program = partial(programs.program, fresh=True)

HEAVY = (b"aiohttp", b"yaml", b"kubernetes_asyncio")
"""What is too slow to be imported before the first frame."""


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as cluster:
        cluster.create(node("worker-1"), *(pod(f"web-{number}") for number in range(3)), pod("sick", phase="Pending"))
        yield cluster


@pytest.fixture
def kubeconfig(background: Background, tmp_path: Path) -> str:
    return str(background.kubeconfig(tmp_path / "kubeconfig"))


def imported(raw: bytes, module: bytes) -> int:
    """Where `-X importtime` says that a module was imported; the end of everything when it was not."""
    found = re.search(rb"\| +" + re.escape(module) + rb"\r\n", raw)
    return found.start() if found else len(raw)


def test_text_comes_before_textual_and_a_frame_before_the_client_library(kubeconfig: str, tmp_path: Path) -> None:
    argv = [sys.executable, "-X", "importtime", *k8stui("--kubeconfig", kubeconfig)[1:]]
    with program(tmp_path, argv=argv) as terminal:
        terminal.wait_for(lambda: b"web-2" in terminal.raw)
        raw = bytes(terminal.raw)
    text, frame = raw.index("k8stui …".encode()), raw.index(b"connecting")
    for module in (b"argparse", b"msgspec", b"textual", b"textual.app", b"rich"):
        assert text < imported(raw, module) < frame, module
    for module in HEAVY:
        assert frame < imported(raw, module) < len(raw), module


def test_the_client_library_is_not_loaded_when_the_first_frame_is_out(kubeconfig: str, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from k8stui.app import K8sTui\n"
        "def ready(app):\n"
        "    heavy = [each for each in ('aiohttp', 'yaml', 'kubernetes_asyncio') if each in sys.modules]\n"
        "    app.exit(return_code=len(heavy), message=f'loaded: {heavy}')\n"
        "K8sTui.on_ready = ready\n"
        "from k8stui.start import main\n"
        "sys.exit(main())\n"
    )
    with program(tmp_path, "--kubeconfig", kubeconfig, argv=[sys.executable, "-c", code]) as terminal:
        assert terminal.wait_end() == 0
        assert "loaded: []" in after(terminal)


def test_garbage_is_not_looked_for_among_what_was_loaded(kubeconfig: str, tmp_path: Path) -> None:
    code = (
        "import gc, sys\n"
        "from k8stui.app import K8sTui\n"
        "ready = K8sTui.on_ready\n"
        "async def looked(app):\n"
        "    before = gc.isenabled()\n"
        "    await ready(app)\n"
        "    app.exit(message=f'{before} {gc.isenabled()} {gc.get_freeze_count() > 20_000}')\n"
        "K8sTui.on_ready = looked\n"
        "from k8stui.start import main\n"
        "sys.exit(main())\n"
    )
    with program(tmp_path, "--kubeconfig", kubeconfig, argv=[sys.executable, "-c", code]) as terminal:
        assert terminal.wait_end() == 0
        assert "False True True" in after(terminal)


def test_help_and_version_leave_the_screen_alone(tmp_path: Path) -> None:
    for word in ("--version", "--help"):
        with program(tmp_path, word) as terminal:
            assert terminal.wait_end() == 0
            assert b"\x1b" not in terminal.raw
            assert "k8stui" in terminal.text


@pytest.mark.parametrize(
    ("arguments", "content", "said"),
    [
        (["--context", "nope"], None, "There is no context nope; known contexts: demo, demo-viewer"),
        (["--kubeconfig", "broken"], "apiVersion: [\n", "line 2: this is not valid YAML"),
        (["--kubeconfig", "broken"], "[]", "kubeconfig"),
        (["--kubeconfig", "absent"], None, "absent is not there"),
        (["--vew", "pods"], None, "--vew"),
        (["--theme", "pink"], None, "dark"),
        (["--demo", "--churn", "5"], None, "--pods"),
    ],
)
def test_what_is_wrong_at_the_start_is_one_sentence(
    kubeconfig: str, tmp_path: Path, arguments: list[str], content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "broken").write_text(content)
    words = [str(tmp_path / word) if word in ("broken", "absent") else word for word in arguments]
    with program(tmp_path, "--kubeconfig", kubeconfig, *words, size=(200, 40)) as terminal:
        assert terminal.wait_end() == 2
        assert_given_back(terminal)
        sentence = after(terminal)
        assert sentence.startswith("k8stui: ")
        assert said in sentence
        assert sentence.count("\n") == 0
        assert b"Traceback" not in terminal.raw


def test_no_kubeconfig_at_all_says_what_to_do(tmp_path: Path) -> None:
    with program(tmp_path, size=(300, 40)) as terminal:
        assert terminal.wait_end() == 2
        assert_given_back(terminal)
        sentence = after(terminal)
        assert "There is no kubeconfig" in sentence
        assert "k8stui --demo" in sentence
        assert "\n" not in sentence


def test_a_dumb_terminal_is_refused(kubeconfig: str, tmp_path: Path) -> None:
    with program(tmp_path, "--kubeconfig", kubeconfig, term="dumb") as terminal:
        assert terminal.wait_end() == 1
        assert b"\x1b" not in terminal.raw
        assert "TERM is 'dumb'" in terminal.text


def test_a_pipe_instead_of_a_keyboard_is_refused(kubeconfig: str, tmp_path: Path) -> None:
    command = " ".join(k8stui("--kubeconfig", kubeconfig))
    with program(tmp_path, argv=["sh", "-c", f"echo | {command}"]) as terminal:
        assert terminal.wait_end() == 1
        assert b"\x1b" not in terminal.raw
        assert "needs a terminal" in terminal.text


@pytest.mark.parametrize(
    ("term", "env", "ascii_only"),
    [
        ("xterm", {"COLORTERM": ""}, False),
        ("linux", {"COLORTERM": ""}, True),
        ("xterm-256color", {"NO_COLOR": "1"}, False),
        ("xterm-256color", {"LC_ALL": "C"}, True),
    ],
)
def test_it_is_readable_on_poorer_terminals(
    kubeconfig: str, tmp_path: Path, term: str, env: dict[str, str], ascii_only: bool
) -> None:
    with program(tmp_path, "--kubeconfig", kubeconfig, term=term, env=env, size=(100, 15)) as terminal:
        terminal.wait_for(lambda: all(text in terminal.text for text in ("live", "sick", "web-0")))
        terminal.wait_quiet()
        sick = next(line for line in terminal.display if "sick" in line)
        well = next(line for line in terminal.display if "web-0" in line)
        raw = bytes(terminal.raw)
        assert (" x X " in sick) is ascii_only
        assert (" ✖ X " in sick) is not ascii_only
        assert (" * Running " in well) is ascii_only
        assert all(byte < 0x80 for byte in raw) is ascii_only
        # Only the colours that this terminal has (38;2;r;g;b is for those that said so), and none if none are wanted.
        assert (b"38;2;" in raw) is ("COLORTERM" not in env and "NO_COLOR" not in env)
        if "NO_COLOR" in env:
            assert re.findall(rb"\x1b\[[0-9;]*?(?<![0-9])(?:3[1-6]|9[1-6]|[34]8)[;m]", raw) == []


def test_a_server_that_is_away_is_said_and_tried_again(background: Background, tmp_path: Path) -> None:
    with Background() as away:
        file = away.kubeconfig(tmp_path / "away")
        away.create(pod("late-riser"))
        away.stop()
        with program(tmp_path, "--kubeconfig", str(file)) as terminal:
            terminal.wait_for("refused the connection")
            terminal.wait_for("pods (all) 0")
            away.start()
            terminal.send("\x12")
            terminal.wait_for("late-riser")
            terminal.wait_for(lambda: "● live" in terminal.display[0] and "refused" not in terminal.display[0])
            terminal.send("\x11")
            assert terminal.wait_end() == 0
            assert_given_back(terminal)


def test_the_mouse_is_left_to_the_terminal_when_asked(kubeconfig: str, tmp_path: Path) -> None:
    with program(tmp_path, "--kubeconfig", kubeconfig, "--no-mouse") as terminal:
        terminal.wait_for("live")
        assert not modes(bytes(terminal.raw)) & {b"1000", b"1003", b"1015", b"1006"}
