"""The options of a drain: kubectl's flags, and what is typed."""

import pytest

from k8stui.operations.building import UnableError
from k8stui.operations.drain.options import Options, typed


def test_the_command_names_every_option() -> None:
    chosen = Options(
        force=True, delete_emptydir=True, grace=0, timeout=90, disable_eviction=True,
        pod_selector="app in (a,b)", skip_wait=60,
    )  # fmt: skip
    assert chosen.command(["n1", "n2"]) == (
        "kubectl drain n1 n2 --ignore-daemonsets --delete-emptydir-data --force --disable-eviction --grace-period=0"
        " --timeout=90s '--pod-selector=app in (a,b)' --skip-wait-for-delete-timeout=60"
    )


def test_options_are_read_from_fields() -> None:
    given = {"grace": "10", "timeout": "5m", "pod_selector": "app=web", "skip_wait": "", "at_once": "3"}
    found = typed(Options(skip_wait=9, force=True), given)
    assert found == Options(grace=10, timeout=300, pod_selector="app=web", at_once=3, force=True)
    assert typed(found, {"grace": "", "timeout": "", "at_once": "", "pod_selector": ""}) == Options(force=True)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("grace", "soon", "grace: 'soon' is no whole number"),
        ("timeout", "5 days", "timeout: '5 days' is no duration: write it like 30s, 2m or 1m30s"),
        ("at_once", "0", "0 nodes at once: a number from 1 to 50 is needed"),
        ("skip_wait", "-3", "The seconds after which a deletion is not waited for are below 0"),
        ("pod_selector", "a=(", "--pod-selector=a=( must be a valid label selector: "),
    ],
)
def test_wrong_options_get_a_sentence(field: str, text: str, says: str) -> None:
    with pytest.raises(UnableError) as caught:
        typed(Options(), {field: text})
    assert str(caught.value).startswith(says)
