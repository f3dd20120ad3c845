"""What is typed behind `:exec`, in the words of kubectl exec."""

import re

import pytest

from k8stui.actions.terminals import understood


@pytest.mark.parametrize(
    ("typed", "container", "words"),
    [
        ("ls -l", "", ("ls", "-l")),
        ("-c app ls", "app", ("ls",)),
        ("-capp ls", "app", ("ls",)),
        ("-c=app ls", "app", ("ls",)),
        ("--container app -- ls -l", "app", ("ls", "-l")),
        ("--container=app ls", "app", ("ls",)),
        ("-itc app -- sh", "app", ("sh",)),
        ("-it -qcapp sh", "app", ("sh",)),
        ("--stdin=true --tty --quiet ls", "", ("ls",)),
        ("-- web-1 -- ls", "", ("web-1", "--", "ls")),
        ("git log -- x", "", ("git", "log", "--", "x")),
        ("sh -c 'a b' -- y", "", ("sh", "-c", "a b", "--", "y")),
    ],
)
def test_the_container_and_the_command(typed: str, container: str, words: tuple[str, ...]) -> None:
    assert understood(typed) == (container, words)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("web-1 -- ls", "It runs in the pod under the cursor: leave out web-1, or write -- web-1 ..."),
        ("pod/web -c app -- ls", "It runs in the pod under the cursor: leave out pod/web"),
        ("-it=false ls", "'-it=false' is not known here: there is -c CONTAINER"),
        ("-n shop ls", "'-n' is not known here"),
        ("-c", "'-c' is not known here"),
        ("-c app", "Type a command: ls -l /tmp"),
        ("--", "Type a command: ls -l /tmp"),
        ("ls 'a", "A quote is opened and never closed"),
        ("ls a\\", "A \\ stands at the end"),
    ],
)
def test_what_is_wrong_is_one_sentence(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)) as caught:
        understood(typed)
    assert "\n" not in str(caught.value)
