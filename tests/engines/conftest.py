"""The engines that every test of this folder may ask for; a cluster that cannot be had fails its tests."""

from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine
from scripts import clickhouse
from tests.support.engines.agreement import Expected, told
from tests.support.engines.cluster import NOT_RUN, Cluster, cluster
from tests.support.engines.company import Company, company
from tests.support.engines.engines import OTHERS, duckdb, fill
from tests.support.engines.second_opinion import SecondOpinion

MARKS = {"cluster": pytest.mark.cluster}


@pytest.fixture(scope="session")
def servers() -> Iterator[Cluster]:
    """Give the one cluster of this process; where there is none, figures of a cluster are not known to be right."""
    program = clickhouse.find()
    if program is None:
        pytest.fail(NOT_RUN)
    with cluster(program) as made:
        yield made


@pytest.fixture(scope="session")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("company")) as made:
        yield made


@pytest.fixture(scope="session")
def record(firm: Company) -> Iterator[Connection]:
    with firm.record.read() as connection:
        yield connection


@pytest.fixture(scope="session")
def reference(firm: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with duckdb(tmp_path_factory.mktemp("duckdb")) as facts:
        fill(facts, firm)
        yield facts


@pytest.fixture(scope="session")
def expected(reference: Engine, record: Connection) -> Expected:
    """Return what the reference tells; each question is asked of it once."""
    return cache(lambda one: told(one, reference, record))


@pytest.fixture(scope="session")
def second_opinion(firm: Company, record: Connection) -> SecondOpinion:
    return SecondOpinion(firm, record)


@pytest.fixture(scope="session", params=[pytest.param(name, marks=MARKS.get(name, ())) for name in OTHERS])
def engine(request: pytest.FixtureRequest, firm: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with OTHERS[request.param](request, tmp_path_factory.mktemp(request.param)) as facts:
        fill(facts, firm)
        yield facts
