"""An applied configuration put into an object, and fields that are given up taken out of it."""

from typing import Any

from k8stui.demo.registry.apply.places import Path, Paths, Place, inner, item_place, parts, root, step_of
from k8stui.demo.schema.schema import LIST, Type
from k8stui.demo.storage.store import Object


def merged(of: Type, live: Object, applied: Object) -> Object:
    """The live object with the configuration in it."""
    found: Object = _merge(root(of), live, applied)
    return found


def _merge(place: Place, live: Any, applied: Any) -> Any:
    if place.whole or live is None:
        return applied
    if isinstance(live, dict) and isinstance(applied, dict):
        result = dict(live)
        for key, value in applied.items():
            if value is None:
                result.pop(key, None)
            else:
                result[key] = _merge(inner(place, key), live.get(key), value)
        return result
    if isinstance(live, list) and isinstance(applied, list) and place.many == LIST:
        return _merge_list(place, live, applied)
    return applied


def _merge_list(place: Place, live: list[Any], applied: list[Any]) -> list[Any]:
    """Items by their keys: those of the live object where they stand, new ones behind what precedes them."""
    assert place.field is not None
    item = item_place(place)
    wanted = {step_of(place.field, each): each for each in applied}
    before = {step_of(place.field, each) for each in live}
    result, queue = [], list(wanted)
    for each in live:
        step = step_of(place.field, each)
        if step not in wanted:
            result.append(each)
            continue
        while queue and queue[0] not in before:
            result.append(wanted[queue.pop(0)])
        if step in queue:
            queue.remove(step)
        result.append(_merge(item, each, wanted[step]))
    return result + [wanted[step] for step in queue if step not in before]


def without(of: Type, obj: Object, gone: Paths) -> Object:
    """The object without these fields and items."""
    found: Object = _without(root(of), obj, (), gone, {path[:end] for path in gone for end in range(len(path))})
    return found


def _without(place: Place, value: Any, path: Path, gone: Paths, above: Paths) -> Any:
    if path not in above:
        return value
    kept = []
    for step, inside, each in parts(place, value):
        here = (*path, step)
        if here not in gone:
            kept.append((step, _without(inside, each, here, gone, above)))
    if isinstance(value, list):
        return [each for _, each in kept]
    return {step.partition(":")[2]: each for step, each in kept}
