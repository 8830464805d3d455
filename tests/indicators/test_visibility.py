"""Whose figures does somebody see who is kept to agents or to groups: their own, whoever else took part with them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from ressenti.accounts.permissions import ScopeIds
from ressenti.indicators.read import answer_words
from ressenti.record import tables as t
from tests.support.scenario import World, moment


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("visible"))
    yield made
    made.close()


def of_agent(world: World, key: str) -> ScopeIds:
    with world.store.read() as record:
        return (("agent", tuple(record.execute(select(t.respondent.c.id).filter_by(external_id=key)).scalars())),)


def of_group(world: World, key: str) -> ScopeIds:
    with world.store.read() as record:
        return (("group", tuple(record.execute(select(t.agent_group.c.id).filter_by(key=key)).scalars())),)


def rows(world: World, by: str, within: ScopeIds, indicator: str = "csat", **words: str) -> dict[str | None, int]:
    """Return n by key of what somebody is told who is kept to this."""
    asked = {name: (value,) for name, value in {"by": by, **words}.items()}
    answer = answer_words(world.fact_store, indicator, asked, now=world.now, within=within)
    return {row.key: row.value.n for row in answer.rows}


def handed_over(world: World, key: str, *stretches: tuple[str, str | None, str], csat: int = 5) -> None:
    """Tell a conversation of handlings with an answer each: whose, of which group, from when."""
    world.conversation(csat=csat, conversation_id=key, messages=[("visitor", "10:00")])
    for agent, group, at in stretches:
        about = {"conversation_id": key, "agent_id": agent, "group": group}
        world.add("handlings", **about, started_at=moment(at), ended_at=moment(f"{at}:30"))
        world.message(key, f"agent:{agent}", at)


def test_of_a_conversation_of_two_groups_each_sees_figures_of_their_own(world: World) -> None:
    handed_over(world, "c1", ("ana", "Lyon", "10:01"), ("bo", "Lille", "10:10"))
    handed_over(world, "c2", ("ana", "Lyon", "10:01"))
    handed_over(world, "c3", ("bo", "Lille", "10:01"))
    assert world.import_().total.rejected == 0

    assert rows(world, "group", of_agent(world, "ana")) == {"Lyon": 2}
    assert rows(world, "agent", of_agent(world, "ana")) == {"ana": 2}
    assert rows(world, "agent", of_group(world, "Lyon")) == {"ana": 2}
    assert rows(world, "group", of_group(world, "Lyon")) == {"Lyon": 2}
    assert rows(world, "agent", of_group(world, "Lille")) == {"bo": 2}
    assert rows(world, "agent", ()) == {"ana": 2, "bo": 2}
    assert rows(world, "group", ()) == {"Lyon": 2, "Lille": 2}


def test_groups_that_only_the_agents_file_names_are_theirs(world: World) -> None:
    world.add("agents", agent_id="ana", group="Lyon").add("agents", agent_id="bo", group="Lille")
    world.conversation(csat=4, messages=[("visitor", "10:01"), ("agent:ana", "10:02"), ("agent:bo", "10:03")])
    assert world.import_().total.rejected == 0

    assert rows(world, "group", of_agent(world, "ana")) == {"Lyon": 1}
    assert rows(world, "agent", of_group(world, "Lille")) == {"bo": 1}


def test_who_helps_another_group_is_among_its_agents(world: World) -> None:
    world.add("agents", agent_id="bo", group="Lille")
    handed_over(world, "c1", ("bo", "Lyon", "10:01"))
    handed_over(world, "c2", ("bo", "Lille", "10:01"))
    assert world.import_().total.rejected == 0

    assert rows(world, "agent", of_group(world, "Lyon")) == {"bo": 1}
    assert rows(world, "group", of_agent(world, "bo")) == {"Lyon": 1, "Lille": 1}


def test_a_bot_of_no_group_is_among_those_it_answered_for(world: World) -> None:
    world.add("agents", agent_id="robo", kind="bot").add("agents", agent_id="ana", group="Lyon")
    world.conversation(csat=4, messages=[("visitor", "10:01"), ("bot:robo", "10:02"), ("agent:ana", "10:03")])
    assert world.import_().total.rejected == 0

    assert rows(world, "agent", of_group(world, "Lyon")) == {"robo": 1, "ana": 1}
    assert rows(world, "agent", of_agent(world, "ana")) == {"ana": 1}


def test_a_group_that_its_source_names_of_the_conversation_is_theirs_who_answered_in_it(world: World) -> None:
    world.conversation(csat=4, group="Lyon", agent_id="ana")
    world.conversation(csat=2, agent_id="ana")
    assert world.import_().total.rejected == 0

    assert rows(world, "group", of_agent(world, "ana")) == {"Lyon": 1, None: 1}
    assert rows(world, "agent", of_group(world, "Lyon")) == {"ana": 1}


def test_a_survey_without_a_conversation_counts_for_its_own_agent_and_group(world: World) -> None:
    world.survey(None, "10:00", csat=5, agent_id="ana", group="Lyon")
    assert world.import_().total.rejected == 0

    assert rows(world, "group", of_agent(world, "ana"), anchor="answered") == {"Lyon": 1}
    assert rows(world, "agent", of_group(world, "Lyon"), anchor="answered") == {"ana": 1}


@pytest.mark.parametrize("indicator", ["csat", "conversations", "handling_time", "first_response_time"])
def test_no_indicator_has_a_row_of_somebody_elses(world: World, indicator: str) -> None:
    handed_over(world, "c1", ("ana", "Lyon", "10:01"), ("bo", "Lille", "10:10"))
    assert world.import_().total.rejected == 0

    assert set(rows(world, "group", of_agent(world, "ana"), indicator)) == {"Lyon"}
    assert set(rows(world, "agent", of_group(world, "Lyon"), indicator)) == {"ana"}
    assert set(rows(world, "group", (), indicator)) == {"Lyon", "Lille"}
