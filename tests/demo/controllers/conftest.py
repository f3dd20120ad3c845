"""A cluster's inside without a server, on a clock that the test moves."""

import pytest

from tests.support.inside import Inside


@pytest.fixture
def inside() -> Inside:
    return Inside()
