"""The numbers of `kubectl top`: what is used, written and compared as kubectl does (k8s.io/kubectl/pkg/metricsutil)."""

MEBI = 2**20


def cpu_text(milli: int) -> str:
    """Thousandths of a core, `1235m`, however many."""
    return f"{milli}m"


def memory_text(size: int) -> str:
    """Bytes in whole mebibytes, rounded down: `2929Mi`."""
    return f"{size // MEBI}Mi"


def percent(part: int, whole: int | None) -> int | None:
    """How much of the whole that is, truncated; None where there is nothing to compare with.

    In doubles and in kubectl's order, so that it is off by one exactly where kubectl is (29 of 100 are 28 %).
    """
    return int(float(part) / float(whole) * 100) if whole else None
