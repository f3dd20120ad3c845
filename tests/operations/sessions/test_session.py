"""A session between a real pseudo terminal and a container's channels."""

import asyncio
import os
import signal
import termios

import pytest

from k8stui.kube.sockets import STDERR
from k8stui.operations.sessions.ending import How
from k8stui.operations.sessions.terminal import LIMIT, TerminalGoneError
from tests.support.linked import FakeLink, Linked
from tests.support.waiting import eventually


async def test_what_is_typed_arrives_and_what_it_writes_is_shown_byte_for_byte() -> None:
    every = bytes(byte for byte in range(256) if byte != 0x1D)
    async with Linked(FakeLink()) as linked:
        linked.type(every)
        await linked.gets(every)
        linked.link.say("grüße 🙂\x00\xff".encode("latin-1", "ignore") + "🙂".encode() + every)
        await linked.sees(every)
        linked.link.say("🙂".encode()[:2])
        linked.link.say("🙂".encode()[2:] + b"|", STDERR)
        await linked.sees("🙂|".encode())


async def test_ctrl_c_ctrl_z_ctrl_d_and_ctrl_backslash_go_there() -> None:
    async with Linked(FakeLink()) as linked:
        linked.type(b"\x03\x1a\x04\x1c\x13\x11\r")
        await linked.gets(b"\x03\x1a\x04\x1c\x13\x11\r")


@pytest.mark.parametrize("code", [0, 3, 137])
async def test_its_exit_code_is_told_after_all_that_it_wrote(code: int) -> None:
    async with Linked(FakeLink()) as linked:
        linked.link.say(b"last words")
        linked.link.exit(code)
        end = await linked.ends()
        assert (end.how, end.code, end.message) == (How.EXITED, code, "")
        assert end.heard == b"last words"
        await linked.sees(b"last words")
        assert linked.attributes() == linked.found
        assert linked.link.closed


async def test_the_first_size_and_every_other_one_are_told() -> None:
    async with Linked(FakeLink()) as linked:
        await eventually(lambda: linked.link.sizes == [(80, 24)])
        linked.resize(100, 30)
        os.kill(os.getpid(), signal.SIGWINCH)
        await eventually(lambda: linked.link.sizes == [(80, 24), (100, 30)])
        linked.link.exit(0)
        await linked.ends()
    assert signal.getsignal(signal.SIGWINCH) == signal.SIG_DFL


async def test_attaching_makes_it_paint_anew() -> None:
    async with Linked(FakeLink(), attach=True) as linked:
        await eventually(lambda: linked.link.sizes == [(81, 25), (80, 24)])
        linked.resize(100, 30)
        os.kill(os.getpid(), signal.SIGWINCH)
        await eventually(lambda: linked.link.sizes[2:] == [(100, 30)])


async def test_a_paste_of_a_megabyte_arrives_whole_while_the_link_is_slow() -> None:
    paste = os.urandom(1024 * 1024).replace(b"\x1d", b"x").replace(b"\x1b", b"y")
    async with Linked(FakeLink()) as linked:
        linked.link.takes.clear()
        await linked.type_all(paste)
        assert linked.link.typed == b""
        linked.link.takes.set()
        await linked.gets(paste)


async def test_more_than_can_be_kept_waits_in_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k8stui.operations.sessions.session.TYPED", 10_000)
    paste = b"0123456789" * 10_000
    async with Linked(FakeLink()) as linked:
        linked.link.takes.clear()
        typing = asyncio.create_task(linked.type_all(paste))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(typing), 0.2)
        linked.link.takes.set()
        await typing
        await linked.gets(paste)


async def test_a_terminal_that_takes_nothing_holds_up_what_is_read_and_nothing_else() -> None:
    async with Linked(FakeLink()) as linked:
        linked.read(on=False)
        pieces = 4 * LIMIT // 32_768
        for _ in range(pieces):
            linked.link.say(b"x" * 32_768)
        await eventually(lambda: linked.link.taken > 3)
        before = asyncio.get_running_loop().time()
        await asyncio.sleep(0.05)
        assert asyncio.get_running_loop().time() - before < 1
        assert linked.link.taken < pieces
        linked.type(b"still heard")
        await linked.gets(b"still heard")
        linked.read(on=True)
        linked.link.say(b"|end")
        await linked.sees(b"|end")
        assert linked.seen.count(b"x") == pieces * 32_768


async def test_a_dead_link_is_told_in_the_words_of_the_wire() -> None:
    async with Linked(FakeLink()) as linked:
        linked.link.die("127.0.0.1:6443 has answered nothing any more")
        end = await linked.ends()
        assert end.how is How.BROKEN
        assert "has answered nothing any more" in end.message
        assert linked.attributes() == linked.found


async def test_an_end_without_a_word_has_no_code() -> None:
    async with Linked(FakeLink()) as linked:
        linked.link.end()
        end = await linked.ends()
        assert (end.how, end.code, end.message) == (How.EXITED, None, "")


async def test_a_session_that_is_cancelled_gives_the_line_back_and_closes_the_link() -> None:
    async with Linked(FakeLink()) as linked:
        linked.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await linked.task
        assert linked.attributes() == linked.found
        assert linked.link.closed


async def test_a_terminal_that_is_closed_ends_it() -> None:
    async with Linked(FakeLink()) as linked:
        os.close(linked.master)
        linked.master = -1
        with pytest.raises(TerminalGoneError):
            await linked.ends()
        assert linked.link.closed


class TestEscape:
    """Ctrl+] is ours."""

    async def test_d_leaves_it(self) -> None:
        async with Linked(FakeLink(), leave="leave it running") as linked:
            linked.type(b"ls\r\x1d")
            await linked.sees(b"k8stui: d leave it running, e end it")
            linked.type(b"d")
            end = await linked.ends()
            assert (end.how, end.code) == (How.DETACHED, None)
            assert bytes(linked.link.typed) == b"ls\r"
            assert linked.link.closed
            assert linked.attributes() == linked.found

    async def test_e_ends_it_also_in_one_burst_and_while_the_link_takes_nothing(self) -> None:
        async with Linked(FakeLink()) as linked:
            linked.link.takes.clear()
            linked.type(b"abc\x1de")
            assert (await linked.ends()).how is How.ENDED

    async def test_a_bracket_sends_it_and_any_other_key_goes_on(self) -> None:
        async with Linked(FakeLink()) as linked:
            linked.type(b"\x1d]one\x1d\x1dtwo\x1dxthree")
            await linked.gets(b"\x1done\x1dtwothree")
            linked.link.exit(0)
            assert (await linked.ends()).code == 0

    async def test_what_comes_meanwhile_is_shown_behind_it(self) -> None:
        async with Linked(FakeLink()) as linked:
            linked.link.say(b"before")
            await linked.sees(b"before")
            linked.type(b"\x1d")
            await linked.sees(b"go on")
            linked.link.say(b"after")
            await eventually(lambda: linked.link.taken == 2)
            assert b"after" not in linked.seen
            linked.type(b" ")
            await linked.sees(b"after")
            assert linked.link.typed == b""

    async def test_an_end_under_the_prompt_is_an_end(self) -> None:
        async with Linked(FakeLink()) as linked:
            linked.type(b"\x1d")
            await linked.sees(b"go on")
            linked.link.say(b"bye")
            linked.link.exit(7)
            assert (await linked.ends()).code == 7
            await linked.sees(b"bye")

    async def test_a_program_with_the_whole_screen_paints_anew_afterwards(self) -> None:
        async with Linked(FakeLink()) as linked:
            linked.link.say(b"\x1b[?1049h")
            await linked.sees(b"\x1b[?1049h")
            linked.type(b"\x1d")
            await linked.sees(b"\x1b[24;1H")
            linked.type(b"x")
            await eventually(lambda: linked.link.sizes == [(80, 24), (81, 25), (80, 24)])

    async def test_the_mouse_is_no_answer(self) -> None:
        async with Linked(FakeLink()) as linked:
            linked.type(b"\x1d")
            await linked.sees(b"go on")
            linked.type(b"\x1b[<35;10;10M\x1b[I")
            linked.type(b"\x1b[100;1u")
            assert (await linked.ends()).how is How.DETACHED


async def test_what_a_program_that_was_killed_has_left_on_is_undone() -> None:
    async with Linked(FakeLink()) as linked:
        linked.link.say(b"\x1b[?1049h\x1b[?2004h\x1b[?1003h\x1b[?25l\x1b[>1u\x1b[2;10r")
        linked.link.exit(137)
        assert (await linked.ends()).code == 137
        await linked.sees(b"\x1b[0m")
        for undone in (b"\x1b[?1049l", b"\x1b[?2004l", b"\x1b[?1003l", b"\x1b[?25h", b"\x1b[<1u", b"\x1b[r"):
            assert undone in linked.seen


class TestByLines:
    """Without a terminal there, lines are typed and edited here."""

    async def test_lines_are_sent_and_ctrl_d_ends_the_input(self) -> None:
        async with Linked(FakeLink(), tty=False) as linked:
            assert linked.attributes()[3] & termios.ICANON
            linked.type(b"onx\x7fe\n")
            await linked.gets(b"one\n")
            linked.type(b"\x04")
            await eventually(lambda: linked.link.input_ended)
            linked.link.say(b"out\n")
            linked.link.say(b"err\n", STDERR)
            await linked.sees(b"out\r\nerr\r\n")
            linked.link.exit(0)
            assert (await linked.ends()).code == 0
            assert linked.link.sizes == []
            assert linked.attributes() == linked.found

    async def test_an_old_server_cannot_be_told_of_the_end_of_the_input_and_that_is_said(self) -> None:
        async with Linked(FakeLink(closable=False), tty=False) as linked:
            linked.type(b"\x04")
            await linked.sees(b"cannot be told that the input has ended")
            assert not linked.link.input_ended

    async def test_ctrl_c_ends_it(self) -> None:
        async with Linked(FakeLink(), tty=False) as linked:
            linked.type(b"half a line\x03")
            assert (await linked.ends()).how is How.ENDED

    async def test_ctrl_bracket_asks_at_once(self) -> None:
        async with Linked(FakeLink(), tty=False) as linked:
            linked.type(b"\x1d")
            await linked.sees(b"go on")
            linked.type(b"x")
            await eventually(lambda: bool(linked.attributes()[3] & termios.ICANON))
            linked.type(b"\x1d")
            await eventually(lambda: linked.seen.count(b"go on") == 2)
            linked.type(b"d")
            assert (await linked.ends()).how is How.DETACHED

    async def test_without_input_nothing_is_sent(self) -> None:
        async with Linked(FakeLink(), tty=False, stdin=False) as linked:
            linked.type(b"nobody reads this\n\x04")
            linked.link.say(b"output\n")
            await linked.sees(b"output\r\n")
            assert linked.link.typed == b""
            assert not linked.link.input_ended
