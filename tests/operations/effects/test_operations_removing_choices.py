"""How something is deleted, as its question offers it."""

import pytest

from k8stui.model.kinds import CONFIG_MAPS, DEPLOYMENTS, PODS, Kind
from k8stui.operations.builders import removing
from k8stui.operations.effects.choices import Choices, choices
from tests.support.golden import found


def of(kind: Kind, builder: str = "removing.delete", **args: object) -> Choices:
    made = choices(builder, {kind}, args)
    assert made is not None
    return made


def test_each_kind_is_offered_what_means_something_for_it() -> None:
    assert list(of(PODS).keys) == ["w", "g", "f"]
    assert list(of(DEPLOYMENTS).keys) == ["c"]
    assert list(of(CONFIG_MAPS).keys) == []
    assert list(of(Kind("example.com", "v1", "topics", "Topic")).keys) == ["c"]
    assert list(of(PODS, "removing.evict").keys) == ["g"]
    assert choices("nodes.cordon", {PODS}, {}) is None


def test_it_starts_from_what_was_typed() -> None:
    assert of(PODS, now=True).text() == "w now: yes   g grace: its own   f force: no"
    assert of(PODS, grace=20).text() == "w now: no   g grace: 20 s   f force: no"
    assert of(DEPLOYMENTS, cascade="orphan").text() == "c what it owns: orphan"


def test_what_excludes_each_other_is_never_chosen_together() -> None:
    start = of(PODS)
    for keys in ("wf", "fw", "ff", "ww"):
        found_ = start
        for key in keys:
            found_ = found_.pressed(key)
        removing.delete(found(PODS, "p", "shop"), **found_.args())  # raises where the builder would not take it
    assert start.pressed("f").graced(5).args() == {"grace": 5, "now": False, "force": False, "cascade": "background"}
    assert start.graced(5).pressed("w").args()["grace"] is None


def test_cascades_go_round() -> None:
    names = []
    chosen = of(DEPLOYMENTS)
    for _ in range(3):
        chosen = chosen.pressed("c")
        names.append(chosen.cascade)
    assert names == ["foreground", "orphan", "background"]


@pytest.mark.parametrize(("grace", "sent"), [(None, -1), (0, 0), (9, 9)])
def test_an_eviction_takes_the_grace_alone(grace: int | None, sent: int) -> None:
    assert of(PODS, "removing.evict").graced(grace).args() == {"grace": sent}
