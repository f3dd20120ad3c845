"""A cluster of three nodes on which nothing runs yet."""

from collections.abc import AsyncIterator

import pytest

from tests.support.around import Living, living


@pytest.fixture
async def land() -> AsyncIterator[Living]:
    async with living("empty") as found:
        yield found
