"""Points in time as texts: in the user's zone, always with the offset, so that nobody has to guess which clock."""

import time
from datetime import UTC, datetime, timedelta, tzinfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what `fromutc` is given carries no other zone than ours


class LocalZone(tzinfo):
    """The machine's zone (TZ, /etc/localtime) with the offset in force at each moment, summer time included."""

    def fromutc(self, dt: datetime) -> datetime:
        """The local time of a UTC one (Python's own protocol for zones)."""
        naive = dt.replace(tzinfo=None)
        at = (naive - _EPOCH) // timedelta(seconds=1)
        offset = timedelta(seconds=time.localtime(at).tm_gmtoff)
        local = naive + offset
        fold = int(local.astimezone().utcoffset() != offset)
        return local.replace(tzinfo=self, fold=fold)

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """What is added to UTC at that local time; of an hour that comes twice `fold` says which."""
        if dt is None:
            return None
        return dt.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        """Not told apart from the offset."""
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        """The zone's abbreviation at that time."""
        return None if dt is None else dt.replace(tzinfo=None).astimezone().tzname()

    def __repr__(self) -> str:
        return "LocalZone()"


LOCAL: tzinfo = LocalZone()


def zone_of(times: str) -> tzinfo:
    """The zone of the setting `times`: `local` or `utc`. Raises ValueError for another word."""
    if times not in ("local", "utc"):
        raise ValueError(f"times is local or utc, not {times!r}")
    return UTC if times == "utc" else LOCAL


def moment(at: float, zone: tzinfo) -> datetime | None:
    """That point in time (epoch seconds) in a zone, cut to the second; None where no calendar reaches."""
    try:
        return datetime.fromtimestamp(at // 1, zone)
    except (ValueError, OverflowError, OSError):
        return None


def stamped(at: float, zone: tzinfo) -> str:
    """`2026-11-21 17:51:36 +01:00`: date, time and offset; "" where no calendar reaches."""
    found = moment(at, zone)
    return "" if found is None else found.isoformat(" ")[:19] + " " + found.isoformat()[19:]


def rfc1123(at: float, zone: tzinfo) -> str:
    """`Sat, 21 Nov 2026 17:51:36 +0100`: how kubectl describe writes times (Go's time.RFC1123Z)."""
    found = moment(at, zone)
    if found is None:
        return ""
    day, month = _DAYS[found.weekday()], _MONTHS[found.month - 1]
    return f"{day}, {found:%d} {month} {found.year:04d} {found:%H:%M:%S %z}"


def clock_time(at: float, zone: tzinfo) -> str:
    """`17:51:36`, for lines whose day is clear."""
    found = moment(at, zone)
    return "" if found is None else f"{found:%H:%M:%S}"


def offset(at: float, zone: tzinfo) -> str:
    """`+01:00`: what the zone adds to UTC at that moment."""
    found = moment(at, zone)
    return "" if found is None else found.isoformat()[19:]
