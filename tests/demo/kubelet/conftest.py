"""One node with its kubelet, on a clock that the test moves."""

import pytest

from tests.support.onenode import Node


@pytest.fixture
def node() -> Node:
    return Node()
