"""Points in time as log lines write them, in nanoseconds since the epoch."""

import re
from datetime import date

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?\s?(?:([Zz])|([+-])(\d\d):?(\d\d))?"
)
_NUMBER = re.compile(r"(\d{9,20})(?:\.(\d{1,12}))?")
_UNITS = ((10**11, 10**9), (10**14, 10**6), (10**17, 10**3), (10**20, 1))
"""Below which number it counts seconds, milliseconds, microseconds, nanoseconds: from 1973 to 5138 each fits one."""

_EPOCH = date(1970, 1, 1).toordinal()


def nanoseconds(written: object) -> int:
    """RFC 3339 (also without an offset, then it is UTC) or a number since the epoch; 0 where it is no time."""
    if isinstance(written, int) and not isinstance(written, bool):
        written = str(written)
    if not isinstance(written, str) or len(written) > 64:
        return 0
    written = written.strip()
    number = _NUMBER.fullmatch(written)
    if number:
        return _since_epoch(int(number[1]), number[2] or "")
    found = _RFC3339.fullmatch(written)
    return _calendar(found) if found else 0


def _since_epoch(whole: int, fraction: str) -> int:
    for below, unit in _UNITS:
        if whole < below:
            return whole * unit + int((fraction + "0" * 12)[:12]) * unit // 10**12
    return 0


def _calendar(found: re.Match[str]) -> int:
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    try:
        days = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return 0
    if hour > 23 or minute > 59 or second > 60:
        return 0
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    if found[9]:
        seconds -= int(found[9] + "1") * (int(found[10]) * 3600 + int(found[11]) * 60)
    return seconds * 10**9 + int(((found[7] or "") + "0" * 9)[:9])
