"""The queue, the caches and the agenda that controllers stand on."""

import asyncio
import itertools
from typing import Any

import pytest

from k8stui.demo.controllers.controller import Controller, owner_keys
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import key_of
from tests.support.inside import Inside
from tests.support.waiting import eventually

Object = dict[str, Any]


class Noting(Controller):
    """Writes down what it is asked to look at, and fails as often as it is told."""

    def __init__(self, inside: Inside, fail: int = 0) -> None:
        super().__init__(inside.world)
        self.inside = inside
        self.fail = fail
        self.seen: list[tuple[str, float]] = []
        self.watch("configmaps")

    def sync(self, key: str) -> None:
        self.seen.append((key, self.inside.clock.now()))
        if self.fail:
            self.fail -= 1
            raise Refusal(409, "Conflict", "the object has been modified")


def configmap(name: str, **data: str) -> Object:
    return {
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": {"name": name, "namespace": "shop"},
        "data": data,
    }


def test_a_controller_looks_soon_after_a_change_and_once_for_many(inside: Inside) -> None:
    noting = Noting(inside)
    made = inside.registry.create(configmap("a"))
    for number in range(5):
        made["data"] = {"n": str(number)}
        made = inside.registry.update(made)
    began = inside.clock.now()
    inside.step(1)
    assert [key for key, _ in noting.seen] == ["shop/a"]
    assert noting.seen[0][1] - began < 0.1


def test_what_was_there_before_is_looked_at_too(inside: Inside) -> None:
    inside.registry.create(configmap("old"))
    noting = Noting(inside)
    inside.step(1)
    assert [key for key, _ in noting.seen] == ["shop/old"]


def test_a_deletion_is_told(inside: Inside) -> None:
    inside.registry.create(configmap("a"))
    noting = Noting(inside)
    inside.step(1)
    inside.store.delete("configmaps", "a", "shop")
    inside.step(1)
    assert len(noting.seen) == 2
    assert inside.world.cache("configmaps").get("shop/a") is None


def test_a_refusal_is_tried_again_later_and_later(inside: Inside) -> None:
    noting = Noting(inside, fail=3)
    inside.registry.create(configmap("a"))
    inside.step(20)
    times = [at for _, at in noting.seen]
    gaps = [late - early for early, late in itertools.pairwise(times)]
    assert gaps == pytest.approx([0.1, 0.5, 2.0])


def test_stamps_are_of_the_moment_that_the_agenda_acts_for(inside: Inside) -> None:
    """A leap of the clock carries out what was due on the way: what is made then is as old as it should be."""
    start = inside.clock.now()
    made: list[Object] = []
    inside.agenda.after(10, lambda: made.append(inside.registry.create(configmap("late"))))
    inside.clock.advance(60)
    inside.agenda.catch_up()
    assert made[0]["metadata"]["creationTimestamp"].endswith("14:13:30Z")
    assert inside.world.now == start + 60


def test_owned_objects_are_found_by_their_owner(inside: Inside) -> None:
    owner = inside.registry.create(configmap("owner"))
    child = configmap("child")
    reference = {"kind": "ConfigMap", "apiVersion": "v1", "name": "owner", "uid": owner["metadata"]["uid"]}
    child["metadata"]["ownerReferences"] = [reference | {"controller": True}]
    cache = inside.world.cache("configmaps")
    inside.registry.create(child)
    inside.step(1)
    assert [key_of(each) for each in cache.of(owner)] == ["shop/child"]
    assert list(owner_keys("ConfigMap")(cache.of(owner)[0])) == ["shop/owner"]
    inside.store.delete("configmaps", "child", "shop")
    inside.step(1)
    assert cache.of(owner) == []


async def test_a_change_wakes_the_agenda_that_sleeps(inside: Inside) -> None:
    """With nothing due for an hour, a user's change is answered at once and not at the next timer."""
    noting = Noting(inside)
    running = asyncio.create_task(inside.agenda.run())
    await eventually(lambda: inside.clock.due is not None)
    inside.registry.create(configmap("a"))
    await eventually(lambda: (inside.clock.due or 0) < inside.clock.now() + 1)
    inside.clock.advance(0.1)
    await eventually(lambda: noting.seen)
    running.cancel()


def test_a_cache_finds_what_a_selector_selects(inside: Inside) -> None:
    cache = inside.world.cache("configmaps")
    for name, labels in (("a", {"app": "web", "tier": "1"}), ("b", {"app": "web"}), ("c", {"app": "db"}), ("d", None)):
        made = configmap(name)
        made["metadata"] |= {"labels": labels} if labels else {}
        inside.registry.create(made)
    inside.step(1)

    def names(wanted: object, namespace: str = "shop") -> list[str]:
        return [each["metadata"]["name"] for each in cache.selected(namespace, wanted)]

    in_first = {"key": "tier", "operator": "In", "values": ["1"]}
    assert names({"matchLabels": {"app": "web"}}) == ["a", "b"]
    assert names({"matchLabels": {"app": "web", "tier": "1"}}) == ["a"]
    assert names({"matchLabels": {"app": "web"}, "matchExpressions": [in_first]}) == ["a"]
    assert names({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}) == ["d"]
    assert names({}) == ["a", "b", "c", "d"]
    assert (
        names(None)
        == names({"matchLabels": {"app": "none"}})
        == names({"matchLabels": {"app": "web"}}, "default")
        == []
    )
    inside.store.modify("configmaps", "a", "shop", change=lambda obj: obj["metadata"]["labels"].update(app="db"))
    inside.registry.delete("configmaps", "c", "shop")
    inside.step(1)
    assert names({"matchLabels": {"app": "web"}}) == ["b"]
    assert names({"matchLabels": {"app": "db"}}) == ["a"]
