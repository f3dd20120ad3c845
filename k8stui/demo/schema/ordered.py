"""Objects as Go writes them: structs in the order of their fields, maps that a patch was merged into sorted by key."""

from typing import Any

from k8stui.demo.schema.schema import LIST, Field, Type


def ordered(of: Type | None, value: Any, touched: Any = None) -> Any:
    """`value` (of type `of`, or of none that is known) with its keys in Go's order.

    `touched` is a map of what a patch changed: what it went through is sorted, what it put in stays as it was sent.
    """
    if not isinstance(value, dict) or not (touched is None or isinstance(touched, dict)):
        return value
    fields = of.fields if of is not None else {}
    if touched is not None:
        return {key: _field(fields.get(key), value[key], touched.get(key)) for key in sorted(value)}
    known = [key for key in fields if key in value]
    return {key: _field(fields.get(key), value[key], None) for key in (*known, *_others(value, fields))}


def _others(value: dict[str, Any], fields: dict[str, Field]) -> list[str]:
    """The keys that are no fields, sorted as those of a map."""
    return sorted(key for key in value if key not in fields)


def _field(field: Field | None, value: Any, touched: Any) -> Any:
    if field is None:
        return ordered(None, value, touched)
    if field.many == LIST and isinstance(value, list):
        return value if touched is not None else [ordered(field.of, each) for each in value]
    if field.many and isinstance(value, dict):
        inner = touched if isinstance(touched, dict) else {}
        return {key: ordered(field.of, value[key], inner.get(key)) for key in sorted(value)}
    return ordered(field.of, value, touched)
