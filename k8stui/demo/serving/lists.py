"""Lists: paging over one revision, resourceVersion rules, selectors, and the forms that an answer can have."""

import base64
import binascii
import re
import string
from bisect import bisect_left

import msgspec
from msgspec import Struct

from k8stui.demo.serving.media import go_error
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.selectors import matcher
from k8stui.demo.storage.store import Store

_NUMBER = re.compile(r"[+-]?[0-9]+")
_LARGEST = (1 << 63) - 1
_TOKEN = "meta.k8s.io/v1"
_ALPHABET = frozenset(string.ascii_letters + string.digits + "-_")
_MATCHES = ("Exact", "NotOlderThan", "")


class Token(Struct, frozen=True):
    """A continue token: where to go on, and in which revision (-1: in whatever is current)."""

    v: str = ""
    rv: int = 0
    start: str = ""


class Page(Struct, frozen=True):
    """What a list found."""

    entries: list[Entry]
    version: int
    """0 for what has none: objects that are made for each answer."""
    token: str = ""
    remaining: int | None = None

    def metadata(self) -> dict[str, object]:
        """The list's metadata."""
        found: dict[str, object] = {"resourceVersion": str(self.version)} if self.version else {}
        if self.token:
            found["continue"] = self.token
        if self.remaining is not None:
            found["remainingItemCount"] = self.remaining
        return found


def page(store: Store, kind: Kind, ask: Ask) -> Page:
    """One page, or everything. Raises Refusal: 400, 410, 422, 504."""
    integer(ask, "timeoutSeconds")
    limit = 0 if ask.query.get("resourceVersion") == "0" and _cached(kind) else integer(ask, "limit")
    selected = matcher(kind, ask.query.get("labelSelector", ""), ask.query.get("fieldSelector", ""))
    start, version = _where(store, kind, ask)
    if version is None:
        entries = store.table(kind).within(ask.namespace or None)
    else:
        entries = store.table(kind).as_of(version, ask.namespace or None)
    shown = store.revision if version is None else version
    if start:
        entries = entries[bisect_left(entries, start, key=lambda entry: relative(entry, ask.namespace)) :]
    last = entries[-1] if entries else None
    if selected:
        entries = [entry for entry in entries if selected(entry)]
    if limit <= 0 or len(entries) < limit or entries[limit - 1] is last:
        return Page(entries, shown)
    rest = None if selected else len(entries) - limit
    entries = entries[:limit]
    slash = "/" if _cached(kind) else ""
    return Page(entries, shown, token(shown, slash + relative(entries[-1], ask.namespace) + "\0"), rest)


def cut(kind: Kind, ask: Ask, entries: list[Entry]) -> list[Entry]:
    """What the selectors leave of objects that are not stored. Raises Refusal (400)."""
    selected = matcher(kind, ask.query.get("labelSelector", ""), ask.query.get("fieldSelector", ""))
    return [entry for entry in entries if selected(entry)] if selected else entries


def _cached(kind: Kind) -> bool:
    """A real server answers all kinds but events from a cache of its own, which ignores limits at "any" version."""
    return kind.stored_as != ("", "events")


def relative(entry: Entry, namespace: str) -> str:
    """The key below what is listed: `name`, or `namespace/name` over all namespaces."""
    return entry.name if namespace or not entry.namespace else entry.key


def token(version: int, start: str) -> str:
    """A continue token: base64url without padding over JSON."""
    raw = msgspec.json.encode(Token(_TOKEN, version, start))
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def integer(ask: Ask, name: str) -> int:
    """A number among the parameters, 0 when there is none. Raises Refusal (400)."""
    text = ask.query.get(name, "0")
    if not _NUMBER.fullmatch(text):
        raise errors.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if not -_LARGEST - 1 <= int(text) <= _LARGEST:
        raise errors.bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)


def _where(store: Store, kind: Kind, ask: Ask) -> tuple[str, int | None]:
    """Where to begin and in which revision: None is now."""
    text = ask.query.get("resourceVersion", "")
    again = ask.query.get("continue", "")
    floor = store.table(kind).log.floor
    _check_match(ask, text, ask.query.get("resourceVersionMatch", ""))
    if again:
        if text not in ("", "0"):
            raise errors.bad_request("specifying resource version is not allowed when using continue")
        return _continued(store, again, floor)
    match = ask.query.get("resourceVersionMatch", "")
    version = _version(text)
    if version > store.revision:
        raise errors.too_large(version, store.revision)
    exact = match == "Exact" or (not match and version and integer(ask, "limit") > 0)
    if not exact:
        return "", None
    if version < floor:
        raise errors.expired("The resourceVersion for the provided list is too old.")
    return "", version


def _continued(store: Store, text: str, floor: int) -> tuple[str, int | None]:
    raw = b""
    try:
        _check_base64(text)
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        found = msgspec.json.decode(raw, type=Token)
        if found.v != _TOKEN:
            raise binascii.Error(f"server does not recognize this encoded version {found.v}")
        if not found.rv:
            raise binascii.Error(f"incorrect encoded start resourceVersion (version {_TOKEN})")
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        why = str(error) if isinstance(error, binascii.Error) else go_error(error, raw)
        message = f"invalid continue token: continue key is not valid: {why}"
        raise errors.bad_request(message) from None
    start = found.start.lstrip("/")
    if found.rv == -1:
        return start, None
    if found.rv < floor or found.rv > store.revision:
        message = (
            "The provided continue parameter is too old to display a consistent list result. You can start a new list "
            "without the continue parameter, or use the continue token in this response to retrieve the remainder of "
            "the results. Continuing with the provided token results in an inconsistent list - objects that were "
            "created, modified, or deleted between the time the first chunk was returned and now may show up in the "
            "list."
        )
        raise errors.expired(message, **{"continue": token(-1, start)})
    return start, found.rv


def _check_base64(text: str) -> None:
    """Raises binascii.Error in Go's words."""
    bad = next((index for index, sign in enumerate(text) if sign not in _ALPHABET), None)
    bad = len(text) - 1 if bad is None and len(text) % 4 == 1 else bad
    if bad is not None:
        raise binascii.Error(f"illegal base64 data at input byte {bad}")


def _version(text: str) -> int:
    try:
        if text.startswith("-"):
            raise ValueError
        return int(text or "0")
    except ValueError:
        why = f'Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        raise errors.bad_request(f"invalid resource version: resourceVersion: {why}") from None


def _check_match(ask: Ask, version: str, match: str) -> None:
    causes = []
    if match and not version:
        causes.append(_forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided"))
    if match and ask.query.get("continue"):
        causes.append(_forbidden("resourceVersionMatch is forbidden when continue is provided"))
    elif match == "Exact" and version == "0":
        causes.append(_forbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
    if match not in _MATCHES:
        message = f'Unsupported value: "{match}": supported values: "Exact", "NotOlderThan", ""'
        causes.append(errors.cause("NotSupported", message, "resourceVersionMatch"))
    if "sendInitialEvents" in ask.query:
        causes.append(
            errors.cause("Forbidden", "Forbidden: sendInitialEvents is forbidden for list", "sendInitialEvents")
        )
    refuse_options(causes)


def refuse_options(causes: list[dict[str, str]]) -> None:
    """422 of list options, if there is a cause."""
    if causes:
        raise errors.invalid("ListOptions", "meta.k8s.io", "", causes)


def _forbidden(message: str) -> dict[str, str]:
    return errors.cause("Forbidden", f"Forbidden: {message}", "resourceVersionMatch")
