"""The journal in words: one entry, all of it as Markdown, and as commands."""

from datetime import UTC
from typing import Any

from k8stui.model.columns import Tone
from k8stui.operations.journal.texts import commands, ending, lines_of, markdown, told
from k8stui.operations.mutation import Inverse
from tests.support.clock import START
from tests.support.journals import entry

BACK = Inverse("nodes.cordon", {"on": False}, {"/spec/unschedulable": True})


def whole(**fields: Any) -> str:
    found = lines_of(entry(**fields), START, UTC, ours=False)
    assert all(line.text.isprintable() for line in found)
    return "\n".join(line.text for line in found)


def test_how_it_ended_in_a_word() -> None:
    def word(ours: bool = False, **fields: Any) -> tuple[str, Tone]:
        return ending(entry(**fields), START, ours=ours)

    assert word() == ("done", Tone.OK)
    assert word(result="refused") == ("refused", Tone.BAD)
    assert word(result="gone") == ("gone", Tone.WARNING)
    assert word(result="conflict") == ("conflict", Tone.WARNING)
    assert word(result="unknown") == ("unknown", Tone.BAD)
    assert word(result="", outcome="") == ("cut off", Tone.BAD)
    assert word(result="", ours=True) == ("under way", Tone.CHANGING)
    assert word(undone=True) == ("taken back", Tone.MUTED)
    assert word(result="of\x1b a later version") == ("of a later version", Tone.WARNING)


def test_what_was_cut_off_says_where_to_look() -> None:
    assert told(entry(result="", outcome=""), START, ours=False).endswith("look whether worker-1 was changed")
    assert "no answer has come yet" in told(entry(result="", outcome=""), START, ours=True)
    assert "the jobs (tab)" in told(entry(result="", outcome="", job="drain-1"), START, ours=False)
    assert "under way" in told(entry(result="", outcome="", job="drain-1"), START, ours=True)


def test_a_session_is_open_until_it_is_told_how_it_ended() -> None:
    session = entry(result="", outcome="", builder="sessions.exec")
    assert told(session, START, ours=True) == "The session is open"
    assert told(session, START, ours=False) == "How the session ended is not known: it may be open still"
    assert (
        told(entry(outcome="exit code 7 after 3s", builder="sessions.exec"), START, ours=True) == "exit code 7 after 3s"
    )
    assert "none: what was typed in a session is not kept" in whole(builder="sessions.exec")


def test_the_whole_entry() -> None:
    text = whole(before={"unschedulable": False, "none": None}, inverse=BACK, namespace="shop")
    assert "When      2026-09-21 13:13:21 +00:00 (59m ago)" in text
    assert "Context   embedded, as admin" in text
    assert "Object    Node worker-1 in shop, uid uid-worker-1" in text
    assert "Command   kubectl cordon worker-1" in text
    assert "Before    unschedulable: false\n          none: not set" in text
    assert "Outcome   done: node/worker-1 cordoned" in text
    assert "Way back  u takes it back: cordon (on false)" in text
    assert "none: a restart" in whole(builder="rollout.restart")
    assert "it was taken back" in whole(undone=True, inverse=BACK)
    assert "nothing was changed" in whole(result="gone", inverse=BACK)


def test_hostile_texts_stay_in_their_line() -> None:
    bad = "x\n\x1b[2J\u202ey"
    fields = dict.fromkeys(("says", "kubectl", "context", "user", "outcome", "name", "namespace", "kind", "uid"), bad)
    whole(**fields, before={bad: bad}, inverse=Inverse(bad, {bad: [bad]}))


def test_commands_are_in_the_order_in_which_they_were_done() -> None:
    one, two = entry(2, kubectl="kubectl uncordon a"), entry(1, kubectl="kubectl cordon a")
    assert commands([one, two]) == "kubectl cordon a\nkubectl uncordon a"
    other = entry(3, kubectl="kubectl drain b", context="prod")
    assert commands([other, one]) == "# context embedded\nkubectl uncordon a\n# context prod\nkubectl drain b"


def test_markdown_is_a_table_and_a_script() -> None:
    text = markdown([entry(2, says="uncordon a|b", result="refused", outcome="no `way` <b>"), entry(1)], START, UTC)
    rows = [line for line in text.splitlines() if line.startswith("| 2026")]
    assert rows[0] == (
        "| 2026-09-21 13:13:21 +00:00 | embedded | admin | cordon worker-1 | done | node/worker-1 cordoned |"
    )
    assert "uncordon a\\|b" in rows[1]
    assert "no \\`way\\` \\<b\\>" in rows[1]
    assert "2 changes, 2026-09-21 13:13:21 +00:00 to 2026-09-21 13:13:22 +00:00" in text
    assert "```sh\n# 13:13:21 embedded: done\nkubectl cordon worker-1\n# 13:13:22 embedded: refused\n" in text


def test_a_command_cannot_end_the_block_it_stands_in() -> None:
    text = markdown([entry(kubectl="kubectl label x '````\n# rm'")], START, UTC)
    assert "`````sh\n" in text
    assert text.count("\n`````\n") == 1
    assert "\n# rm" not in text


def test_nothing_to_tell_is_a_document_all_the_same() -> None:
    assert "0 changes" in markdown([], START, UTC)
