"""Recordings of first moments: that they are what the played pasts come to, and what is filled in."""

import zlib
from collections import Counter
from typing import Any

import msgspec
import pytest

from k8stui.demo.clock import stamp
from k8stui.demo.options import SCENARIOS
from k8stui.demo.scenario.__main__ import played
from k8stui.demo.scenario.moment import Recording, load, record, restore
from k8stui.demo.scenario.named import named
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.store import Store
from tests.support.clock import START, ManualClock


def restored(start: float = START, seed: int = 1, certificate: str = "") -> Store:
    store = Store(ManualClock(start), Catalog(), seed=seed)
    restore(store, load("quiet"), seed, certificate)
    return store


def plain(recording: Recording) -> "Counter[str]":
    """The objects without how many writes it took to make them: no versions, nor the numbers in the names of events."""
    rows: Counter[str] = Counter()
    for resource, line in zip(recording.resources, recording.objects.split("\n"), strict=True):
        obj = _unversioned(msgspec.json.decode(line))
        if resource == "events":
            obj["metadata"].pop("name")
        rows[f"{resource} {msgspec.json.encode(obj, order='deterministic').decode()}"] += 1
    return rows


def _unversioned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unversioned(each) for key, each in value.items() if key not in ("resourceVersion", "uid")}
    return [_unversioned(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_recording_is_what_its_past_comes_to(name: str) -> None:
    """`make moments` after a change of a scenario, of a controller or of what the registry makes of objects."""
    fresh = plain(msgspec.json.decode(zlib.decompress(record(played(named(name)))), type=Recording))
    kept = plain(load(name))
    assert fresh == kept, f"the recording is old, run make moments: {sorted((fresh - kept) + (kept - fresh))[:2]}"


def test_every_scenario_that_may_be_asked_for_is_there() -> None:
    for name in SCENARIOS:
        assert named(name).machines
        assert load(name).resources
    with pytest.raises(KeyError):
        named("shoop")


def test_times_move_with_the_clock_and_their_differences_stay() -> None:
    day = 86_400.0
    for start in (START, START + 100 * day + 17):
        made = {pod["metadata"]["creationTimestamp"] for pod in restored(start).list("pods")}
        assert made == {stamp(start - 30 * day)}


def test_a_seed_deals_names_and_uids() -> None:
    one, same, other = restored(seed=1), restored(seed=1), restored(seed=2)
    names = [[pod["metadata"]["name"] for pod in store.list("pods")] for store in (one, same, other)]
    uids = [[pod["metadata"]["uid"] for pod in store.list("pods")] for store in (one, same, other)]
    assert names[0] == names[1] != names[2]
    assert uids[0] == uids[1]
    assert not set(uids[0]) & set(uids[2])


def test_the_certificate_of_the_day_is_in_every_namespace_or_in_none() -> None:
    store = restored(certificate='-----BEGIN CERTIFICATE-----\n"quoted"\n')
    maps = store.list("configmaps")
    assert len(maps) == len(store.list("namespaces"))
    assert {each["data"]["ca.crt"] for each in maps} == {'-----BEGIN CERTIFICATE-----\n"quoted"\n'}
    assert restored().list("configmaps") == []


def test_a_watch_from_before_is_expired() -> None:
    store = restored()
    log = store.table(store.catalog.named("pods")).log
    assert log.floor == store.revision
