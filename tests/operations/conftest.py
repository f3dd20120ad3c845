"""What the tests of drains share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.draining import Stage, stage


@pytest.fixture
async def shop(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Stage]:
    """Nodes, a namespace and everything that moves in it."""
    async with stage(cluster, clock, tmp_path) as made:
        yield made
