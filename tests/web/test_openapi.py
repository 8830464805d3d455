"""The description for programs is valid, complete and true: what it promises is what is answered."""

import gc
from typing import Any

import pytest
import schemathesis
from schemathesis.engine import events, from_schema

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.parse_question import WORDS
from tests.support.environment import rounds
from tests.support.site import Site

DESCRIPTION = "/api/v1/openapi.json"
FIGURE = "/api/v1/indicators/{key}"
HOST = {"Host": "localhost"}


@pytest.fixture
def described(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.get(DESCRIPTION).json()
    return found


def test_it_is_served_as_what_it_is(site: Site, described: dict[str, Any]) -> None:
    response = site.get(DESCRIPTION)

    assert response.headers["content-type"] == "application/vnd.oai.openapi+json"
    assert described["openapi"].startswith("3.1")
    assert described["info"]["title"] == "Ressenti"


def test_every_parameter_of_a_question_is_described(described: dict[str, Any]) -> None:
    parameters = {one["name"]: one for one in described["paths"][FIGURE]["get"]["parameters"]}

    assert set(parameters) == {"key", *WORDS, "sql"}
    assert parameters["key"]["schema"]["enum"] == list(INDICATORS)
    assert parameters["by"]["schema"]["enum"] == list(DIMENSIONS)
    assert parameters["where"]["schema"]["type"] == "array"
    assert all(one["description"] for one in parameters.values())


def test_every_refusal_is_described_as_a_problem(described: dict[str, Any]) -> None:
    told = {
        (path, int(status)): list(answer["content"])
        for path, operations in described["paths"].items()
        for status, answer in operations["get"]["responses"].items()
        if int(status) >= 400
    }
    statuses = {status for path, status in told if path == FIGURE}

    assert statuses == {400, 401, 403, 404, 406, 421, 422, 500, 503}
    assert all(kinds == ["application/problem+json"] for kinds in told.values())
    assert described["components"]["schemas"]["ProblemObject"]["required"] == [
        "code",
        "detail",
        "exit_code",
        "status",
        "title",
        "type",
    ]


@pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning")
def test_what_it_promises_is_what_is_answered(site: Site) -> None:
    """Schemathesis asks everything the description allows, and much that it does not.

    One check is left out: that whatever fits the description is accepted. Which projects, keys and zones there are,
    and which words go together, no description can say.
    """
    found = [failure for event in walk(site) for failure in failures(event)]
    gc.collect()  # what the walker's client leaves open is found here, not in whichever test comes next

    assert found == []


def walk(site: Site) -> list[events.EngineEvent]:
    """Ask some hundred times, with good and bad parameters, methods and headers, the same ones each time."""
    shown = HOST | {"Authorization": site.headers["authorization"]}
    config = schemathesis.Config.from_dict(
        {
            "seed": 20261101,
            "headers": shown,
            "continue-on-failure": True,
            "generation": {"max-examples": rounds(60, 3000), "deterministic": True, "database": "none"},
            "checks": {"positive_data_acceptance": {"enabled": False}},
            "phases": {"stateful": {"enabled": False}},
        }
    )
    schema = schemathesis.openapi.from_asgi(DESCRIPTION, site.middleware, config=config, headers=shown)
    schema.validate()
    seen = list(from_schema(schema).execute())
    asked = [one for event in seen if isinstance(event, events.ScenarioFinished) for one in event.recorder.interactions]
    assert len(asked) > 200
    return seen


def failures(event: events.EngineEvent) -> list[str]:
    """Return what an event tells of answers that break a promise, with the request that shows it."""
    if isinstance(event, events.NonFatalError | events.FatalError):
        return [str(event)]
    if not isinstance(event, events.ScenarioFinished):
        return []
    checks = [check for checks in event.recorder.checks.values() for check in checks]
    return [
        f"{check.name}: {check.failure_info.failure.message} {check.failure_info.code_sample}"
        for check in checks
        if check.failure_info
    ]
