"""Whether a program was missing, and what is said of a session."""

import pytest
from msgspec import structs

from k8stui.model.columns import Tone
from k8stui.model.kinds import PODS, Ref
from k8stui.operations.sessions.ending import End, How
from k8stui.screens.terminals.shells import is_missing, shells
from k8stui.screens.terminals.words import About, banner, is_read_first, said, tone

POD = Ref(PODS, "shop", "web-1", "uid")
SHELL = About(POD, "web", (), attach=False)
COMMAND = About(POD, "web", ("ls", "/"), attach=False)
ATTACHED = About(POD, "web", (), attach=True)
RUNC = 'exec failed: unable to start container process: exec: "sh": executable file not found in $PATH: unknown'


@pytest.mark.parametrize(
    "end",
    [
        End(How.EXITED, None, f"error executing command in container: failed to exec: OCI runtime exec failed: {RUNC}"),
        End(How.EXITED, None, 'exec: "/bin/sh": stat /bin/sh: no such file or directory'),
        End(How.EXITED, 126, heard=f"OCI runtime exec failed: {RUNC}\r\n".encode()),
        End(How.EXITED, 255, heard=f"time=x level=error msg={RUNC!r}\r\n".encode()),
        End(How.EXITED, None, "CreateProcess: The system cannot find the file specified."),
    ],
)
def test_the_runtimes_words_for_a_program_that_is_not_there(end: End) -> None:
    assert is_missing(end)


@pytest.mark.parametrize(
    "end",
    [
        End(How.EXITED, 0),
        End(How.EXITED, 127, heard=b"sh: 1: nosuch: not found\r\n"),
        End(How.EXITED, 1, heard=b"ls: /x: No such file or directory\r\n"),
        End(How.EXITED, 126, heard=RUNC.encode(), seconds=60.0),
        End(How.EXITED, None, 'container not found ("web")'),
        End(How.BROKEN, None, "no such file or directory"),
    ],
)
def test_everything_else_is_no_missing_program(end: End) -> None:
    assert not is_missing(end)


def test_the_first_request_finds_the_best_shell_by_itself() -> None:
    first = shells(windows=False)[0]
    assert list(first[:2]) == ["sh", "-c"]
    assert first[2].index("bash") < first[2].index("ash;") < first[2].index("exec sh")


@pytest.mark.parametrize(
    ("about", "end", "says", "grave"),
    [
        (SHELL, End(How.EXITED, 0, seconds=3), "the shell ended with exit code 0 after 3s", Tone.PLAIN),
        (COMMAND, End(How.EXITED, 3, seconds=300), "ls ended with exit code 3 after 5m", Tone.WARNING),
        (
            SHELL,
            End(How.EXITED, None, 'container not found ("web")'),
            "the container does not run: l shows what it said, b brings a debug container",
            Tone.BAD,
        ),
        (SHELL, End(How.EXITED), "the server closed the session after 0s without telling how it ended", Tone.PLAIN),
        (SHELL, End(How.DETACHED), "left the shell after 0s; the server hangs up on it", Tone.PLAIN),
        (ATTACHED, End(How.DETACHED), "left after 0s; it runs on", Tone.PLAIN),
        (ATTACHED, End(How.EXITED), "what ran there ended after 0s", Tone.PLAIN),
        (SHELL, End(How.ENDED), "the shell was ended from here after 0s", Tone.PLAIN),
        (SHELL, End(How.BROKEN, None, "The connection is dead."), "The connection is dead.", Tone.BAD),
    ],
)
def test_how_it_ended_is_one_sentence(about: About, end: End, says: str, grave: Tone) -> None:
    assert said(about, end) == f"shop/web-1 (web): {says}"
    assert tone(end) is grave


def test_what_is_to_be_read_is_not_covered_at_once() -> None:
    assert is_read_first(COMMAND, End(How.EXITED, 0))
    assert is_read_first(ATTACHED, End(How.EXITED))
    assert is_read_first(SHELL, End(How.BROKEN))
    assert is_read_first(SHELL, End(How.EXITED, 1))
    assert not is_read_first(SHELL, End(How.EXITED, 1, typed=True))
    assert not is_read_first(COMMAND, End(How.DETACHED))


def test_the_line_on_top_names_the_container_and_the_way_out() -> None:
    assert banner(SHELL, 0) == banner(SHELL, 80) == ["k8stui: in shop/web-1, container web; ctrl+] detaches or ends"]
    assert banner(ATTACHED, 120)[0].endswith("if you see no prompt, press enter")


def test_where_the_line_on_top_does_not_fit_the_way_out_has_a_line_of_its_own() -> None:
    hint = "ctrl+] detaches or ends; if you see no prompt, press enter"
    assert banner(ATTACHED, 80) == ["k8stui: attached to shop/web-1, container web", hint]
    place, way = banner(structs.replace(ATTACHED, container="debugger-24bgp" * 3), 60)
    assert (len(place), way) == (59, hint)
    assert place.endswith("debugger-24bgp")
