"""What a filter looks at: one lower-cased text a row, made on first need; and a limit on the user's patterns."""

from collections.abc import Callable, Sequence
from time import thread_time
from typing import Any

from k8stui.cluster.order import Key
from k8stui.model.filter import Filter

PATIENCE = 0.25
"""Seconds of processor time the user's regular expression may take on all rows together."""
PATIENCE_ROW = 0.000_025
"""And so much more for each row: five times what a simple one takes."""
PATIENCE_EACH = 0.05
"""The same on the changes between two paints."""


class Texts:
    """The searched texts of a view's rows by uid."""

    def __init__(self, search: Callable[[Any], str]) -> None:
        self._search = search
        self._texts: dict[str, str] = {}

    def forget(self, uid: str) -> None:
        """The row changed or went."""
        self._texts.pop(uid, None)

    def of(self, key: Key) -> str:
        """The text of a key's row; empty where it cannot be made."""
        text = self._texts.get(key[4])
        if text is None:
            try:
                text = self._search(key[5]).lower()
            except Exception:
                text = ""
            self._texts[key[4]] = text
        return text

    def sift(self, wanted: Filter, patience: float) -> Callable[[Sequence[Key]], list[Key]]:
        """Those of some keys whose rows are shown; raises TimeoutError as `sieve` does."""
        if wanted.selector is None and wanted.pattern is None:
            return lambda keys: self._plainly(keys, wanted.needle, wanted.inverse)
        matches = self.sieve(wanted, patience)
        return lambda keys: [key for key in keys if matches(key)]

    def _plainly(self, keys: Sequence[Key], needle: str, inverse: bool) -> list[Key]:
        """The common case in two plain loops: a letter typed over 10,000 rows has some milliseconds."""
        texts = self._texts
        for key in keys:
            if key[4] not in texts:
                self.of(key)
        return [key for key in keys if (needle in texts[key[4]]) is not inverse]

    def sieve(self, wanted: Filter, patience: float) -> Callable[[Key], bool]:
        """Whether a key's row is shown; it raises TimeoutError when its calls together took longer than `patience`."""
        if not wanted.costly:
            return lambda key: wanted.matches(self.of(key), key[5].labels)
        spent = 0.0

        def matches(key: Key) -> bool:
            nonlocal spent
            start = thread_time()
            found = wanted.matches(self.of(key))
            spent += thread_time() - start
            if spent > patience:
                raise TimeoutError
            return found

        return matches
