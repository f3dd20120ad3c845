"""What has no row of its own is typed as flags: what stands there reads back as it is."""

import pytest

from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, Options
from k8stui.screens.debug.drafting import flagged, flags
from k8stui.screens.debug.helps import help_for

AMOUNTS = (("cpu", "50m"), ("memory", "64Mi"))


@pytest.mark.parametrize(
    "options",
    [
        Options(
            mode=EPHEMERAL,
            leave_stdin_open=True,
            env=(("A", "x=1,y=2"), ("B", 'say "hi", ok=1'), ("C", '"q"'), ("D", "it's; $HOME")),
        ),
        Options(
            mode=COPY,
            leave_stdin_open=True,
            set_images=(("app", "r.example:5000/a:1"), ("*", "b")),
            keep_labels=True,
            tty=False,
        ),
        Options(mode=ALONE, requests=AMOUNTS, limits=AMOUNTS, pull="Always", stdin=False, leave_stdin_open=True),
        Options(mode=ALONE, leave_stdin_open=False),
    ],
)
def test_flags_read_back_as_they_are_written(options: Options) -> None:
    assert flagged(options, flags(options)) == options


def test_what_helps_against_a_quota_is_told_by_what_is_used_up() -> None:
    pods = 'pods "d" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0'
    assert "n takes another namespace" in help_for(pods)
    assert "--requests=" in help_for("exceeded quota: q, requested: requests.cpu=1, used: requests.cpu=0")


def test_what_helps_against_a_limit_range_is_within_it() -> None:
    """Our own words about a refusal name quotas: they are not the server's."""
    told = ". Read the reason: a quota, a policy or a rule of the cluster."
    least = f'pods "d" is forbidden: minimum memory usage per Container is 1Gi, but request is 64Mi{told}'
    assert help_for(least) == "f sets resources: --requests=memory=1Gi --limits=memory=1Gi"
    both = "[maximum cpu usage per Container is 1, but limit is 2, minimum memory usage per Pod is 32Mi.  No request"
    assert "--requests=cpu=1,memory=32Mi " in help_for(both)
    assert help_for(f'admission webhook "images.corp" denied the request: not from our registry{told}') == ""
