"""A small company that is asked over HTTP; its conversations are imported once for all that only read."""

from collections.abc import Iterator

import pytest

from tests.support.scenario import World
from tests.support.site import Site, company


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = company(World(tmp_path_factory.mktemp("company")))
    assert made.import_().total.rejected == 0
    brought = made.conversation_count()
    yield made
    assert made.conversation_count() == brought, "a test imported into the company that all share: give it its own"
    made.close()


@pytest.fixture(scope="package")
def served(world: World) -> Iterator[Site]:
    with Site(world) as opened:
        yield opened


@pytest.fixture
def site(served: Site) -> Site:
    """Return a visitor who has not been there before."""
    served.cookies.clear()
    return served
