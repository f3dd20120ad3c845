"""How long to wait before trying again."""

import random

from k8stui.settings import Timing


class Backoff:
    """0.5 s, 1 s, 2 s … 30 s (`Timing.backoff_first`, `.backoff_most`), each times 0.5 to 1.5.

    The dice keep clients from coming back all in one moment. Only a sign of life resets it, not the passing of time.
    """

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self.failures = 0
        """How many in a row."""

    def reset(self) -> None:
        """It works again."""
        self.failures = 0

    def next(self, at_least: float | None = None) -> float:
        """It failed once more: seconds to wait, and no fewer than the server asked for."""
        # 2 ** 40 is far beyond any limit, and 2.0 ** 2000 is an OverflowError.
        usual = min(self._timing.backoff_first * 2.0 ** min(self.failures, 40), self._timing.backoff_most)
        self.failures += 1
        return max(usual * random.uniform(0.5, 1.5), at_least or 0.0)
