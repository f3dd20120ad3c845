"""How an embedded API server behaves."""

from msgspec import Struct


class Options(Struct, frozen=True, kw_only=True):
    """What servers differ in. Seconds are of real time."""

    aggregated: bool = True
    """Offers aggregated discovery."""
    bookmarks_every: float = 60.0
    """Seconds between the bookmarks of a watch."""
    stall: float = 30.0
    """A watch whose client reads nothing for so many seconds is dropped."""
    future_wait: float = 3.0
    """Seconds before a read at a revision that has not come is refused (504)."""
    progress: bool = True
    """The storage tells how far it is. Without that (etcd before 3.4.25 and 3.5.8) a watch without a resourceVersion
    and every watch-list end in one ERROR line."""
