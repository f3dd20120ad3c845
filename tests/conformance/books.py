"""The one log file that the recorded kubelet's runtime served for every container: 30 lines, ten seconds apart."""

from calendar import timegm
from time import strptime

from k8stui.demo.cluster import EmbeddedCluster

LAST = timegm(strptime("2026-11-21T09:33:16", "%Y-%m-%dT%H:%M:%S"))
"""When line 30 was written."""


def lend(cluster: EmbeddedCluster) -> None:
    """Every container of this cluster has those lines in its log, from when somebody first reads it."""
    lent: set[tuple[str, str, int]] = set()

    def read(uid: str, container: str, attempt: int) -> None:
        key = (uid, container, attempt)
        if key not in lent:
            lent.add(key)
            for number in range(1, 31):
                cluster.logs.write(*key, f"line {number}", LAST - 10 * (30 - number))

    cluster.logs.on_read = read
