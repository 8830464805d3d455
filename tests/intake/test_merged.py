"""Conversations that were merged into others (D34): counted nowhere of their own, and what names them once."""

from hashlib import blake2b
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ressenti.facts.verify import verify
from ressenti.intake.arrivals.digest import digest
from ressenti.intake.model import FileKind
from tests.support.importing import Desk, codes, counts
from tests.support.scenario import World

HEAD = "conversation_id,opened_at,merged_into\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def conversations(*rows: str) -> str:
    """Return a file: `a>b` is merged into b, `a` is its own."""
    pairs = (row.partition(">") for row in rows)
    return HEAD + "".join(f"{own},2026-05-01T10:00:00Z,{into}\n" for own, _mark, into in pairs)


def before_them(row: tuple[Any, ...]) -> int:
    """Return the digest that imports kept of a row before there were newer columns."""
    content = msgspec.msgpack.encode(row, order="deterministic")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def became(desk: Desk) -> dict[str, str | None]:
    """Return of which conversation each is part."""
    query = "SELECT own.external_id, whole.external_id FROM conversation own"
    return dict(desk.ask(f"{query} LEFT JOIN conversation whole ON whole.id = own.merged_into_id"))


def is_right(world: World) -> bool:
    return world.fact_store.using(lambda facts: verify(world.store, facts)).is_right


def test_a_merged_conversation_is_in_no_figure_and_its_survey_counts_once_for_the_one_it_became(world: World) -> None:
    world.conversation("10:00", conversation_id="kept", csat=5, agent_id="ana", channel="Chat")
    world.conversation("09:00", conversation_id="gone", csat=1, agent_id="bo", channel="Mail", merged_into="kept")

    assert world.read("conversations").value == 1
    assert world.by("csat", "channel") == {"Chat": (50.0, 2)}
    assert world.by("csat", "agent") == {"ana": (50.0, 2)}
    assert world.read("first_response_time").n == 0
    assert is_right(world)


def test_a_sale_in_a_merged_conversation_counts_once_for_the_one_it_became(world: World) -> None:
    world.conversation("10:00", conversation_id="kept", sales=[("10:10", 5)])
    world.conversation("09:00", conversation_id="gone", sales=[("09:10", 20)], merged_into="kept")

    assert world.read("revenue").value == 25
    assert world.read("transactions").value == 2
    assert is_right(world)


def test_the_notice_of_a_merge_is_no_reply(world: World) -> None:
    said = [("visitor", "10:01"), ("agent:ana", "10:02")]
    world.conversation("10:00", conversation_id="gone", messages=said, merged_into="kept")
    said = [("visitor", "10:00"), ("agent:ana", "12:00")]
    world.conversation("10:00", closed="12:30", conversation_id="kept", messages=said)

    answer = world.read("first_response_time")

    assert (answer.value, answer.n) == (7_200, 1)
    assert is_right(world)


def test_merges_lead_along_a_chain_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    for place, rows in enumerate(permutations(("a>b", "b>c", "c"))):
        folder = tmp_path / str(place)
        folder.mkdir()
        desk = Desk(folder)

        outcome = desk.give(conversations=conversations(*rows))

        assert counts(outcome) == (3, 3, 0, 0, 0)
        assert became(desk) == {"a": "c", "b": "c", "c": None}


def test_merges_of_later_imports_move_what_was_counted_before(world: World) -> None:
    for key, note in (("a", 1), ("b", 5), ("c", 5)):
        world.conversation(conversation_id=key, csat=note, channel=key)
    assert world.by("csat", "channel") == {"a": (0.0, 1), "b": (100.0, 1), "c": (100.0, 1)}

    world.conversation(conversation_id="a", channel="a", merged_into="b")
    assert world.by("csat", "channel") == {"b": (50.0, 2), "c": (100.0, 1)}
    world.conversation(conversation_id="b", channel="b", merged_into="c")
    assert world.by("csat", "channel") == {"c": (pytest.approx(200 / 3), 3)}
    assert is_right(world)

    world.conversation(conversation_id="a", channel="a", merged_into="")
    assert world.by("csat", "channel") == {"a": (0.0, 1), "c": (100.0, 2)}
    assert is_right(world)


def test_a_survey_that_comes_after_the_merge_counts_for_the_one_it_became(world: World) -> None:
    world.conversation(conversation_id="kept", channel="Chat")
    world.conversation(conversation_id="gone", channel="Mail", merged_into="kept")
    assert world.read("conversations").value == 1

    world.survey("gone", "11:00", csat=5)

    assert world.by("csat", "channel") == {"Chat": (100.0, 1)}
    assert is_right(world)


def test_a_circle_of_merges_is_refused_and_what_leads_into_it(desk: Desk) -> None:
    outcome = desk.give(conversations=conversations("a>b", "b>a", "c>a", "d>d", "e"))

    assert codes(outcome) == ["merge_circle", "merge_circle", "merge_circle", "merge_circle"]
    assert became(desk) == {"e": None}


def test_a_circle_that_a_later_import_would_close_is_refused(desk: Desk) -> None:
    desk.give(conversations=conversations("a>b", "b"))

    outcome = desk.bring({"now": desk.now + 1}, conversations=conversations("b>a"))

    assert codes(outcome) == ["merge_circle"]
    assert became(desk) == {"a": "b", "b": None}


def test_a_merge_the_other_way_round_in_one_later_import_is_taken(desk: Desk) -> None:
    desk.give(conversations=conversations("a>b", "b"))

    outcome = desk.bring({"now": desk.now + 1}, conversations=conversations("b>a", "a"))

    assert counts(outcome) == (2, 0, 2, 0, 0)
    assert became(desk) == {"a": None, "b": "a"}


def test_a_merge_into_a_conversation_nobody_knows_is_refused(desk: Desk) -> None:
    outcome = desk.give(conversations=conversations("a>nobody", "b>a", "c"))

    assert codes(outcome) == ["unknown_merge", "unknown_merge"]
    assert became(desk) == {"c": None}


def test_a_merge_into_a_row_that_cannot_be_read_is_refused(desk: Desk) -> None:
    outcome = desk.give(conversations=conversations("a>b") + "b,yesterday,\n")

    assert sorted(codes(outcome)) == ["time", "unknown_merge"]
    assert became(desk) == {}


def test_an_import_says_how_many_were_merged(desk: Desk) -> None:
    outcome = desk.give(conversations=conversations("a>c", "b>c", "c"))
    plain = desk.give(conversations=conversations("d"))

    said = "Conversations that were merged into others, and count only as part of those: 2."
    assert [note.say() for note in outcome.notes if "merged" in note.say()] == [said]
    assert [note for note in plain.notes if "merged" in note.say()] == []


def test_the_same_merges_again_are_duplicates(desk: Desk) -> None:
    rows = conversations("a>b", "b>c", "c")
    desk.give(conversations=rows)
    before = desk.content()

    again = desk.bring({"now": desk.now + 1}, conversations=rows)

    assert counts(again) == (3, 0, 0, 3, 0)
    assert desk.content() == before


def test_a_row_without_the_newer_columns_is_still_the_one_of_an_import_before_them() -> None:
    before = ("c1", 1_777_629_600_000_000, *[None] * 22, {"shop": "Lyon"})
    now = (*before[:-1], None, None, None, None, before[-1])
    resolved = (*before[:-1], None, "Solution provided", None, None, before[-1])

    assert digest(FileKind.CONVERSATIONS, now) == before_them(before)
    assert digest(FileKind.CONVERSATIONS, resolved) != digest(FileKind.CONVERSATIONS, now)


def test_how_it_was_resolved_whether_it_is_private_and_where_to_ask_are_kept(desk: Desk) -> None:
    desk.give(
        conversations="conversation_id,opened_at,is_private,resolution,visitor_email\n"
        "a,2026-05-01T10:00:00Z,,Solution provided,eve@example.org\n"
        "b,2026-05-01T10:00:00Z,no,,\n"
    )

    kept = desk.ask("SELECT external_id, is_private, resolution, visitor_email FROM conversation")
    assert kept == [("a", 1, "Solution provided", "eve@example.org"), ("b", 0, None, None)]


def test_a_survey_without_a_conversation_is_its_agents_groups_and_channels(world: World) -> None:
    world.survey(None, "10:00", csat=5, agent_id="ana", group="Lyon", channel="Mail")
    world.survey(None, "10:00", csat=1, agent_id="bo", channel="Mail")

    assert world.by("csat", "agent", anchor="answered") == {"ana": (100.0, 1), "bo": (0.0, 1)}
    assert world.by("csat", "group", anchor="answered") == {"Lyon": (100.0, 1), None: (0.0, 1)}
    assert world.by("csat", "channel", anchor="answered") == {"Mail": (50.0, 2)}
    assert is_right(world)


def test_a_survey_with_a_conversation_is_that_ones_whatever_it_says_itself(world: World) -> None:
    world.conversation(conversation_id="c", agent_id="ana", group="Lyon", channel="Chat")
    world.survey("c", "11:00", csat=5, agent_id="bo", group="Lille", channel="Mail")

    assert world.by("csat", "agent") == {"ana": (100.0, 1)}
    assert world.by("csat", "group") == {"Lyon": (100.0, 1)}
    assert world.by("csat", "channel") == {"Chat": (100.0, 1)}


def test_a_survey_without_a_conversation_follows_its_agents_group(world: World) -> None:
    world.survey(None, "10:00", csat=5, agent_id="ana")
    assert world.by("csat", "group", anchor="answered") == {None: (100.0, 1)}

    world.add("agents", agent_id="ana", group="Lyon")

    assert world.by("csat", "group", anchor="answered") == {"Lyon": (100.0, 1)}
    assert is_right(world)


def test_agents_groups_and_channels_of_surveys_can_be_kept_to_known_ones(desk: Desk) -> None:
    head = "survey_id,rated_at,csat,agent_id,group,channel\n"
    rows = [f"s{place},2026-05-01T10:00:00Z,5,{cells}\n" for place, cells in enumerate(("x,,", ",x,", ",,x"))]

    outcome = desk.bring({"unknown": "reject"}, surveys=head + "".join(rows))

    assert codes(outcome) == ["unknown_respondent", "unknown_group", "unknown_channel"]
