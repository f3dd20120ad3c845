"""A cluster with custom resources."""

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.crds import crd


@pytest.fixture
def shop(cluster: EmbeddedCluster) -> EmbeddedCluster:
    """A cluster that has widgets."""
    cluster.registry.create(crd())
    return cluster
