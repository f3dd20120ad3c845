"""The server's clock, learnt from the Date header of its answers."""

from email.utils import parsedate_to_datetime


class ServerTime:
    """How far the server's clock is from ours.

    A Date header has whole seconds and was written at some moment between request and answer: each answer bounds the
    offset from both sides, and the bounds of many answers narrow it down to far less than a second. Bounds that
    contradict each other mean that a clock was set: then the newest answer counts alone.
    """

    def __init__(self) -> None:
        self._least: float | None = None
        self._most = 0.0

    def heard(self, date: str | None, before: float, after: float) -> None:
        """Take in one answer.

        Args:
            date: its Date header; None or nonsense is ignored.
            before: our clock when the request was sent, seconds since the epoch.
            after: our clock when the head of the answer was there.
        """
        stamp = _stamp(date)
        if stamp is None or after < before:
            return
        least, most = stamp - after, stamp + 1.0 - before
        if self._least is not None and max(least, self._least) <= min(most, self._most):
            least, most = max(least, self._least), min(most, self._most)
        self._least, self._most = least, most

    @property
    def skew(self) -> float:
        """Seconds the server is ahead of us (negative: behind); 0 while nothing speaks against equal clocks."""
        if self._least is None or self._least <= 0.0 <= self._most:
            return 0.0
        return (self._least + self._most) / 2


def _stamp(date: str | None) -> float | None:
    """Seconds since the epoch of an HTTP date."""
    if not date:
        return None
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
