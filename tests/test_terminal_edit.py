"""Editing in a real pseudo terminal: an editor of the user's gets it and gives it back; what was typed survives all."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.background import Background
from tests.support.objects import Object
from tests.support.plugins import script
from tests.support.program import assert_given_back, modes, program
from tests.support.sshd import alive
from tests.support.terminal import Terminal
from tests.support.waiting import promptly

pytestmark = pytest.mark.slow
SETTINGS: Object = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "settings", "namespace": "default"},
    "data": {"greeting": "hello"},
}


@pytest.fixture
def background() -> Iterator[Background]:
    with Background() as cluster:
        cluster.create(SETTINGS)
        yield cluster


def start(background: Background, directory: Path, editor: str = "", **env: str) -> Terminal:
    """The program on the ConfigMaps, with that $EDITOR."""
    file = background.kubeconfig(directory / "kubeconfig")
    arguments = ("--kubeconfig", str(file), "--view", "configmaps", "-n", "default")
    terminal = program(directory, *arguments, env={"EDITOR": editor} | env)
    terminal.wait_for("> settings")
    terminal.wait_for("● live")
    return terminal


def whole(terminal: Terminal) -> None:
    """Edit the whole object."""
    terminal.send("e")
    terminal.wait_for("the whole object")
    terminal.send("\r")


def drafts(directory: Path) -> list[Path]:
    return list((directory / "state").rglob("edits/*.yaml"))


def greeting(background: Background) -> str:
    found: str = background.call(
        lambda cluster: cluster.store.get("configmaps", "settings", "default")["data"]["greeting"]
    )
    return found


def leave(terminal: Terminal) -> None:
    terminal.send("\x11")
    assert terminal.wait_end() == 0
    assert_given_back(terminal)


def test_an_editor_gets_the_terminal_and_what_it_wrote_is_sent(background: Background, tmp_path: Path) -> None:
    """$KUBE_EDITOR counts more than $EDITOR, and its words are taken as a shell takes them."""
    editor = script(
        tmp_path,
        f"""
        printf '%s|' "$@" > {tmp_path}/words
        stty -a < /dev/tty > {tmp_path}/line
        for last; do :; done
        ls -l "$last" > {tmp_path}/mode
        printf 'editing: '
        read -r word
        sed -i "s/greeting: hello/greeting: $word/" "$last"
        """,
    )
    with start(background, tmp_path, "false", KUBE_EDITOR=f"{editor} --wait 'two words'") as terminal:
        whole(terminal)
        terminal.wait_for(lambda: b"editing: " in terminal.raw)
        assert terminal.attributes() == terminal.found
        assert modes(bytes(terminal.raw)) <= {b"25", b"7"}
        terminal.send("welcome\n")
        terminal.wait_for("Edit configmap default/settings?")
        terminal.wait_for("+   greeting: welcome")
        terminal.wait_for("the server would change")
        terminal.wait_turn()
        terminal.send("y")
        terminal.wait_for("no workload of its namespace reads it")
        assert greeting(background) == "welcome"
        leave(terminal)
    assert (tmp_path / "words").read_text().startswith("--wait|two words|")
    assert (tmp_path / "mode").read_text().startswith("-rw------- ")
    assert "icanon" in (tmp_path / "line").read_text()
    assert drafts(tmp_path) == []


def test_a_refused_text_comes_back_with_the_reason_on_top(background: Background, tmp_path: Path) -> None:
    editor = script(
        tmp_path,
        f"""
        cat "$1" >> {tmp_path}/seen; echo ---- >> {tmp_path}/seen
        if [ -e {tmp_path}/again ]; then sed -i '/^  bad: 1$/d; s/hello/welcome/' "$1"; exit; fi
        touch {tmp_path}/again
        sed -i 's/^kind: ConfigMap/kind: ConfigMap\\n  bad: 1/' "$1"
        """,
    )
    with start(background, tmp_path, editor) as terminal:
        whole(terminal)
        terminal.wait_for("was not sent")
        terminal.wait_for("not valid YAML")
        terminal.send("e")
        terminal.wait_for("+   greeting: welcome")
        terminal.send("n")
        terminal.wait_for("Give up")
        terminal.send("d")
        terminal.wait_for("nothing was sent")
        leave(terminal)
    _first, second, _ = (tmp_path / "seen").read_text().split("----\n")
    lines = second.split("\n")
    assert lines[1] == "# configmap default/settings was not sent:"
    number = int(lines[2].partition("line ")[2].partition(":")[0])
    assert lines[number - 1] == "  bad: 1"
    assert greeting(background) == "hello"
    assert drafts(tmp_path) == []


@pytest.mark.parametrize(
    ("ending", "says"),
    [("kill -9 $$", "was ended by signal 9: nothing was sent"), ("exit 3", "ended with code 3: nothing was sent")],
)
def test_an_editor_that_dies_loses_nothing_and_leaves_a_clean_terminal(
    background: Background, tmp_path: Path, ending: str, says: str
) -> None:
    mess = r"printf '\033[?1h\033=\033[?1000h\033[?2004h\033[?25l'; stty raw -echo < /dev/tty"
    editor = script(tmp_path, f"{mess}\nsed -i 's/hello/typed with care/' \"$1\"\n{ending}")
    with start(background, tmp_path, editor) as terminal:
        whole(terminal)
        terminal.wait_for(says)
        assert "typed with care" in drafts(tmp_path)[0].read_text()
        terminal.wait_quiet()
        leave(terminal)
    assert greeting(background) == "hello"


def test_an_editor_that_is_not_there_is_said_and_ours_is_opened(background: Background, tmp_path: Path) -> None:
    with start(background, tmp_path, "no-such-editor") as terminal:
        whole(terminal)
        terminal.wait_for("ctrl+o Send")
        terminal.wait_for("'no-such-editor' cannot be started")
        terminal.send("\x1b")
        terminal.wait_for("nothing was sent")
        leave(terminal)


@pytest.mark.parametrize("stubborn", [False, True], ids=["plain", "stubborn"])
@pytest.mark.parametrize(
    "ending", [signal.SIGTERM, signal.SIGHUP, None], ids=["terminated", "hung up", "closed window"]
)
def test_an_editor_does_not_outlive_the_program(
    background: Background, tmp_path: Path, ending: signal.Signals | None, *, stubborn: bool
) -> None:
    """Neither on a terminal that is the shell's again, nor where there is none any more."""
    ignores = "trap '' HUP TERM INT" if stubborn else ":"
    editor = script(tmp_path, f"echo $$ > {tmp_path}/pid\n{ignores}\nprintf 'editing: '\nwhile :; do sleep 0.2; done")
    with start(background, tmp_path, editor) as terminal:
        whole(terminal)
        terminal.wait_for(lambda: b"editing: " in terminal.raw)
        pid = int((tmp_path / "pid").read_text())
        try:
            if ending is None:
                terminal.hang_up()
            else:
                terminal.kill(ending)
            assert terminal.wait_end(20) == 128 + (ending or signal.SIGHUP)
            promptly(lambda: not alive(pid))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if ending is not None:
            assert_given_back(terminal)
    assert drafts(tmp_path)
    assert list((tmp_path / "state").rglob("crash-*")) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_what_was_typed_survives_the_end_of_the_program_and_is_gone_on_with(
    background: Background, tmp_path: Path, number: signal.Signals
) -> None:
    with start(background, tmp_path) as terminal:
        whole(terminal)
        terminal.wait_for("ctrl+o Send")
        terminal.send("# typed with care")
        terminal.wait_for("typed with care")
        if number is signal.SIGKILL:
            terminal.wait_for(lambda: any("typed with care" in each.read_text() for each in drafts(tmp_path)))
        terminal.kill(number)
        terminal.wait_end()
    assert "typed with care" in drafts(tmp_path)[0].read_text()
    with start(background, tmp_path) as terminal:
        terminal.send("e")
        terminal.wait_for("Go on with the edit of configmap default/settings")
        terminal.send("g")
        terminal.wait_for("# typed with care")
        leave_page(terminal)


def leave_page(terminal: Terminal) -> None:
    """Out of the built-in editor without keeping the text, and out of the program."""
    terminal.send("\x1b")
    terminal.wait_for("Leave the edit")  # not one of its answers: the question before it had such, too
    terminal.send("d")
    terminal.wait_for("nothing was sent")
    leave(terminal)
