"""The engines that every test of this folder may ask for; a cluster that cannot be had fails its tests."""

from collections.abc import Iterator

import pytest

from scripts import clickhouse
from tests.engines.cluster import NOT_RUN, Cluster, cluster


@pytest.fixture(scope="session")
def servers() -> Iterator[Cluster]:
    """Give the one cluster of this process; where there is none, figures of a cluster are not known to be right."""
    program = clickhouse.find()
    if program is None:
        pytest.fail(NOT_RUN)
    with cluster(program) as made:
        yield made
