import random

from k8stui.cluster.index import Index, Sums
from k8stui.cluster.store import Store
from tests.support.rows import Thing, thing


def parity(row: Thing) -> str | None:
    return None if row.value < 0 else ("odd" if row.value % 2 else "even")


def test_groups_follow_every_change() -> None:
    store: Store[Thing] = Store()
    store.put(thing("one", 1))
    index = Index(store, parity)
    store.put(thing("two", 2))
    assert set(index.group("odd")) == {"a/one"}
    store.put(thing("two", 3, version="2"))
    assert set(index.group("odd")) == {"a/one", "a/two"}
    assert not index.group("even")
    assert set(index.keys()) == {"odd"}
    row = thing("two", 5, version="3")
    store.put(row)
    assert index.group("odd")["a/two"] is row
    store.put(thing("two", -1, version="4"))
    store.remove("a/one")
    assert not index.keys()
    index.close()
    store.put(thing("late", 1))
    assert not index.group("odd")


def summed(
    store: Store[Thing], changed: list[str], touched: list[int] | None = None
) -> Sums[Thing, str, tuple[int, int]]:
    def add(total: tuple[int, int], row: Thing) -> tuple[int, int]:
        if touched is not None:
            touched.append(1)
        return total[0] + 1, total[1] + int(row.value)

    def subtract(total: tuple[int, int], row: Thing) -> tuple[int, int]:
        if touched is not None:
            touched.append(1)
        return total[0] - 1, total[1] - int(row.value)

    return Sums(store, key=parity, zero=(0, 0), add=add, subtract=subtract, changed=changed.append)


def test_sums_tell_only_real_changes() -> None:
    store: Store[Thing] = Store()
    changed: list[str] = []
    sums = summed(store, changed)
    store.put(thing("x", 3))
    assert sums.sum("odd") == (1, 3)
    store.put(thing("x", 3, version="2"))
    assert changed == ["odd"]
    store.put(thing("x", 4, version="3"))
    assert changed == ["odd", "odd", "even"]
    assert sums.sum("odd") == (0, 0)
    store.put(thing("x", -1, version="4"))
    assert changed == ["odd", "odd", "even", "even"]
    store.remove("a/x")
    assert len(changed) == 4
    sums.close()


def test_sums_equal_a_count_from_scratch_after_any_sequence() -> None:
    store: Store[Thing] = Store()
    sums = summed(store, [])
    dice = random.Random(3)
    for step in range(2_000):
        name = f"n{dice.randrange(40)}"
        if dice.random() < 0.3:
            store.remove(f"a/{name}")
        else:
            store.put(thing(name, dice.randrange(-1, 9), version=str(step)))
    for group in ("odd", "even"):
        rows = [row for row in store.rows.values() if parity(row) == group]
        assert sums.sum(group) == (len(rows), sum(int(row.value) for row in rows))


def test_an_event_touches_two_rows_whatever_the_size_of_the_group() -> None:
    store: Store[Thing] = Store()
    touched: list[int] = []
    summed(store, [], touched)
    for number in range(5_000):
        store.put(thing(f"n{number}", 1))
    touched.clear()
    store.put(thing("n7", 3, version="2"))
    assert len(touched) == 2
