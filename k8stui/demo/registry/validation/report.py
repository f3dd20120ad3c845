"""The causes of a 422, as they are found."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from k8stui.demo.storage.errors import cause

Causes = list[dict[str, str]]
AT_LEAST_0 = "must be greater than or equal to 0"
PORT_RANGE = "must be between 1 and 65535, inclusive"
_REGEX = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
BAD_PERCENT = _REGEX + "regex used for validation is '[0-9]+%')"


def shown(value: Any) -> str:
    """A value as Kubernetes puts it into a message: JSON."""
    return msgspec.json.encode(value).decode()


def labels_shown(labels: Any) -> Any:
    """A map of labels as Go writes maps: by key."""
    return dict(sorted(labels.items())) if isinstance(labels, dict) else labels


class Report:
    """Collects causes; every method takes the path of the field first."""

    def __init__(self) -> None:
        self.causes: Causes = []

    def required(self, field: str, why: str = "") -> None:
        """Something is missing."""
        self.causes.append(cause("Required", f"Required value: {why}" if why else "Required value", field))

    def invalid(self, field: str, value: Any, why: str) -> None:
        """A value that cannot be."""
        self.causes.append(cause("Invalid", f"Invalid value: {shown(value)}: {why}", field))

    def forbidden(self, field: str, why: str) -> None:
        """A field that may not be set, or not be changed."""
        self.causes.append(cause("Forbidden", f"Forbidden: {why}", field))

    def unsupported(self, field: str, value: Any, supported: Iterable[str]) -> None:
        """None of the values there are."""
        known = ", ".join(f'"{each}"' for each in supported)
        self.causes.append(
            cause("NotSupported", f"Unsupported value: {shown(value)}: supported values: {known}", field)
        )

    def duplicate(self, field: str, value: Any, why: str = "") -> None:
        """Given twice."""
        more = f": {why}" if why else ""
        self.causes.append(cause("Duplicate", f"Duplicate value: {shown(value)}{more}", field))

    def not_found(self, field: str, value: Any) -> None:
        """A reference to nothing."""
        self.causes.append(cause("NotFound", f"Not found: {shown(value)}", field))

    def too_long(self, field: str, limit: int) -> None:
        """Bytes."""
        self.causes.append(cause("TooLong", f"Too long: may not be more than {limit} bytes", field))

    def say(self, field: str, value: Any, reasons: Iterable[str]) -> None:
        """The same value, invalid for each of these reasons."""
        for why in reasons:
            self.invalid(field, value, why)

    def one_of(self, field: str, value: Any, supported: Sequence[str]) -> None:
        """A value that must be one of these."""
        if value not in supported:
            self.unsupported(field, value, supported)

    def not_negative(self, field: str, of: Any, *names: str) -> None:
        """Numbers of a section that may not be below zero."""
        for name in names:
            value = of.get(name) if isinstance(of, dict) else None
            if isinstance(value, int) and value < 0:
                self.invalid(f"{field}.{name}" if field else name, value, AT_LEAST_0)

    def port(self, field: str, value: Any) -> None:
        """A port number."""
        if not isinstance(value, int) or not 1 <= value <= 65_535:
            self.invalid(field, value, PORT_RANGE)

    def int_or_percent(self, field: str, value: Any, *, most: bool = False) -> None:
        """A count or a percentage; `most`: not beyond 100%."""
        if isinstance(value, int):
            if value < 0:
                self.invalid(field, value, AT_LEAST_0)
        elif isinstance(value, str):
            digits = value.removesuffix("%")
            if digits == value or not (digits.isascii() and digits.isdigit()):
                self.invalid(field, value, BAD_PERCENT)
            elif most and int(digits) > 100:
                self.invalid(field, value, "must not be greater than 100%")
