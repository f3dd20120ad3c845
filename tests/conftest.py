"""Fixtures that every package's tests share."""

from collections.abc import AsyncIterator

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until the test moves it; share it between server and client."""
    return ManualClock()


@pytest.fixture
async def cluster(clock: ManualClock) -> AsyncIterator[EmbeddedCluster]:
    """An embedded cluster, listening, with the standard namespaces and nothing else."""
    embedded = EmbeddedCluster(clock)
    await embedded.start()
    yield embedded
    await embedded.stop()
