"""The little interpreter of container commands: what people type, and what nobody should be able to hang it with."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.demo.kubelet.programs import Program, command, steps, unknown
from tests.support.onenode import Node


def ran(*words: str, seconds: float = 60.0) -> tuple[list[tuple[float, str]], int | None, float]:
    """Lines with their times, exit code (None: still running) and when it ended."""
    found = steps(list(words), {"NAME": "x y"}, lambda: 1_790_000_000.0, "host")
    assert found is not None
    program, lines = Program(found, 0.0, lambda each: each), []
    program.advance(seconds, lambda at, line: lines.append((at, line)))
    return lines, program.code, program.due


@pytest.mark.parametrize(
    ("script", "lines", "code"),
    [
        ("echo a; echo b", ["a", "b"], 0),
        ("false && echo a || echo b", ["b"], 0),
        ("exit 7", [], 7),
        ("if [ 1 -lt 2 ]; then echo less; else echo more; fi", ["less"], 0),
        ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done", ["1", "2", "3"], 0),
        ('until [ "$i" = 11 ]; do i=${i}1; done; echo $i', ["11"], 0),
        ('for n in $NAME; do echo "<$n>"; done', ["<x>", "<y>"], 0),
        ("echo \"$NAME\" '$NAME' ${NONE:-none}", ["x y $NAME none"], 0),
        ("echo $(echo inner) $((7*6)) $((7/2)) $((7%4-10))", ["inner 42 3 -7"], 0),
        ("echo out >/dev/null; echo err >&2", ["err"], 0),
        ("echo in | cat", [], None),
        ("! false; echo $?", ["0"], 0),
        ("x=1; (echo sub; x=2; exit 3); echo $? $x", ["sub", "3 1"], 0),
        ("printf 'a %s\\n' b; seq 2; test -n x && echo yes; [ -z x ] || echo no", ["a b", "1", "2", "yes", "no"], 0),
        ("exec echo done", ["done"], 0),
        ("env | head -1; hostname", ["host"], 0),
        ("/opt/tool --flag; echo $?", ["0"], 0),
        ("echo 'open", ["sh: syntax error: unterminated quoted string"], 2),
    ],
)
def test_scripts(script: str, lines: list[str], code: int | None) -> None:
    said, ended, _ = ran("sh", "-c", script)
    assert ([line for _, line in said], ended) == (lines, code)


def test_sleeps_take_their_time() -> None:
    assert ran("sleep", "1m")[1] is None
    assert 4.0 <= ran("sh", "-ec", "sleep 1.5; sleep 2.5s")[2] < 4.3
    assert ran("sleep", "soon")[1] == 1
    assert ran("sleep", "infinity", seconds=1e6)[1] is None


def test_what_images_run_when_nobody_says() -> None:
    assert command("busybox:1.36", [], []) == ["sh"]
    assert command("docker.io/library/alpine@sha256:0", [], ["ls"]) == ["ls"]
    assert command("nginx", [], []) is None
    assert command("nginx", [], ["nginx", "-t"]) == ["nginx", "-t"]
    assert command("shop/cart:1", [], ["--port", "80"]) is None
    assert command("shop/cart:1", ["/app"], ["--port"]) == ["/app", "--port"]
    assert unknown("busybox", ["serve"])
    assert not unknown("busybox", ["/bin/serve"])
    assert not unknown("shop/cart:1", ["serve"])


@pytest.mark.parametrize(
    "script",
    [
        "while true; do :; done",
        "while true; do echo x; done",
        "x=1; while true; do x=$((x*x+1)); done",
        "x=ab; while true; do x=$x$x; done",
        "echo $(while true; do echo x; done)",
        "for i in $(seq 1 999999999999); do :; done",
        "echo $((" + "9" * 5000 + "))",
        "(" * 3000,
        "$(" * 500,
    ],
)
def test_nothing_hangs_it(script: str) -> None:
    ran("sh", "-c", script, seconds=20)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abi $(){}[];|&<>\"'`=0129*-+\n!/#?:", max_size=60))
def test_whatever_is_typed_ends_or_goes_on(script: str) -> None:
    _, code, due = ran("sh", "-c", script, seconds=5)
    assert code is not None or due > 5


def test_a_pod_that_never_rests_is_looked_at_twice_a_second(node: Node) -> None:
    node.run("busy", "busybox", args=["sh", "-c", "while true; do echo x; done"])
    node.until_state("busy", "running")
    node.step(20)
    before = len(node.log("busy"))
    looks = 0
    end = node.clock.now() + 10
    while (due := node.agenda.due()) is not None and due < end:
        node.step(due - node.clock.now() + 1e-3)
        looks += 1
    assert looks < 80
    assert len(node.log("busy")) > before + 100
