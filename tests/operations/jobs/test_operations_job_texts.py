"""A job that was cut off, in words."""

from datetime import UTC

from k8stui.operations.jobs.records import NodeOf, Record, Target
from k8stui.operations.jobs.texts import lines_of, progress
from tests.support.clock import START


def record(*targets: Target, pods: int = 17, cordoned: bool = True) -> Record:
    nodes = (NodeOf("worker-2", "uid-2"),)
    return Record(
        id="drain-1",
        what="drain",
        title="Drain worker-2",
        context="prod",
        server="https://prod",
        user="alice",
        started=START - 90,
        nodes=nodes,
        pods=pods,
        kubectl="kubectl drain worker-2",
        cordoned=nodes if cordoned else (),
        targets=list(targets),
    )


def target(name: str, result: str, says: str, builder: str = "evictions.evict") -> Target:
    return Target(START, f"uid-{name}", name, "shop", builder, says, result)


def whole(found: Record) -> str:
    lines = lines_of(found, START, UTC)
    assert all(line.text.isprintable() for line in lines)
    return "\n".join(line.text for line in lines)


def test_how_far_it_came() -> None:
    assert progress(record(target("web-1", "gone", "gone", ""))) == "1/17 pods gone"
    assert progress(record(target("web-1", "gone", "gone", ""), pods=0)) == "1 pod gone"
    assert progress(record(pods=0)) == "no pod was asked to go yet"


def test_all_that_is_known_and_what_can_be_done() -> None:
    text = whole(record())
    assert "Started   2026-09-21 14:11:50 +00:00 (90s ago)" in text
    assert "Context   prod, as alice" in text
    assert "Cordoned  worker-2: nothing new starts there until somebody uncordons" in text
    assert "u takes it back" in text
    assert "Cordoned  nothing" in whole(record(cordoned=False))


def test_what_was_meant_is_told_only_where_no_answer_is_known() -> None:
    text = whole(
        record(
            target("web-1", "", "evict web-1"),
            target("web-1", "refused", "held by budget web"),
            target("web-1", "", "evict web-1"),
            target("web-2", "", "evict web-2"),
            target("web-2", "done", "pod/web-2 evicted"),
            target("web-2", "gone", "gone after 3 s", ""),
        )
    )
    assert text.splitlines()[-4:] == [
        "14:13:20  held by budget web",
        "14:13:20  evict web-1: no answer is known of",
        "14:13:20  pod/web-2 evicted",
        "14:13:20  gone after 3 s",
    ]


def test_hostile_texts_stay_in_their_line() -> None:
    bad = "x\n\x1b[2J\u202e"
    found = record(target(bad, bad, bad), cordoned=False)
    found.context = found.user = found.kubectl = bad
    found.nodes = (NodeOf(bad, bad),)
    whole(found)
