"""Time as the embedded cluster sees it: passed in, never read from the machine."""

import time
from calendar import timegm
from typing import Protocol


class Clock(Protocol):
    """Stamps, ages and the controllers' timers all come from here (the shape of `k8stui.clock.Clock`)."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when `now()` has advanced by that many seconds."""
        ...


class SkewedClock:
    """A clock that is `skew` seconds ahead of another: what a server with a wrong time has."""

    def __init__(self, clock: Clock, skew: float = 0.0) -> None:
        self._clock = clock
        self.skew = skew

    def now(self) -> float:
        """Seconds since the epoch, as this server believes."""
        return self._clock.now() + self.skew

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed; a wrong time runs no faster."""
        await self._clock.sleep(seconds)


def stamp(seconds: float) -> str:
    """RFC 3339 in whole seconds, UTC, as `metav1.Time` is written."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def http_date(seconds: float) -> str:
    """The Date header of RFC 9110: English names whatever the locale is."""
    day = time.gmtime(seconds)
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.tm_wday]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[day.tm_mon - 1]
    return f"{weekday}, {day.tm_mday:02d} {month} {day.tm_year} {day.tm_hour:02d}:{day.tm_min:02d}:{day.tm_sec:02d} GMT"


def micro(seconds: float) -> str:
    """RFC 3339 with microseconds, UTC, as `metav1.MicroTime` is written."""
    whole, part = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{stamp(whole)[:-1]}.{part:06d}Z"


def epoch(text: str, otherwise: float = 0.0) -> float:
    """RFC 3339 (UTC, fractions cut) as seconds since the epoch; `otherwise` for what is none."""
    try:
        return float(timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")))
    except ValueError:
        return otherwise
