from msgspec import Struct

from k8stui.cluster.index import Index
from k8stui.cluster.joined import Joined
from k8stui.cluster.store import Store
from k8stui.cluster.view import View
from k8stui.model.kinds import Ref
from tests.support.rows import Labels, Thing, thing


class Pair(Struct, frozen=True):
    """A thing and how many others have its value."""

    thing: Thing
    others: int

    @property
    def ref(self) -> Ref:
        return self.thing.ref

    @property
    def version(self) -> str:
        return self.thing.version

    @property
    def labels(self) -> Labels:
        return self.thing.labels


class House:
    """Two stores and their join."""

    def __init__(self) -> None:
        self.left: Store[Thing] = Store()
        self.right: Store[Thing] = Store()
        self.index = Index(self.right, lambda row: row.value)
        self.made = 0
        self.left.put(thing("l1", 1))
        self.joined = Joined(self.left, self.join)

    def join(self, row: Thing) -> Pair:
        self.made += 1
        return Pair(row, len(self.index.group(row.value)))


def test_a_change_on_either_side_makes_the_row_anew_once_a_reading() -> None:
    house = House()
    changes = house.joined.subscribe(lambda: None)
    house.made = 0
    for number in range(10):
        house.right.put(thing(f"r{number}", 1))
        house.joined.again(["a/l1"])
    assert house.made == 0
    assert changes.take().uids == {"a/l1"}
    assert house.made == 1
    assert house.joined.rows["a/l1"].others == 10
    house.left.put(thing("l1", 2, version="2"))
    changes.take()
    assert house.joined.rows["a/l1"].others == 0


def test_get_is_never_behind() -> None:
    house = House()
    house.left.put(thing("l2", 5))
    row = house.joined.get("a/l2")
    assert row is not None
    assert row.thing.value == 5
    house.left.remove("a/l2")
    assert house.joined.get("a/l2") is None


def test_an_equal_row_is_the_same_row() -> None:
    house = House()
    view = View(house.joined)
    view.apply()
    before = view.window(0, 1)[0]
    house.joined.again(["a/l1"])
    assert not view.apply()
    assert view.window(0, 1)[0] is before


def test_taps_of_the_join_see_each_new_row() -> None:
    house = House()
    seen: list[list[int | None]] = []
    house.joined.tap(lambda *rows: seen.append([row.others if row else None for row in rows]))
    house.right.put(thing("r", 1))
    house.joined.again(["a/l1", "nobody"])
    house.joined.settle()
    house.left.remove("a/l1")
    house.joined.settle()
    assert seen == [[0, 1], [1, None]]


def test_a_closed_join_follows_nobody() -> None:
    house = House()
    house.joined.close()
    house.left.put(thing("l2"))
    house.joined.again(["a/l1"])
    house.joined.settle()
    assert not house.joined.rows
