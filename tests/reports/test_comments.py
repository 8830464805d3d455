"""The table of comments, beside a plain one in Python: every order, every page, every filter."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ressenti.accounts.permissions import ScopeIds
from ressenti.indicators.model import Anchor
from ressenti.indicators.refusals import BadChoice
from ressenti.reports.choice import ReportChoice
from ressenti.reports.comments.choice import COLUMNS, RATINGS, CommentsChoice, read_comments
from ressenti.reports.comments.model import CommentRow, Comments
from ressenti.reports.comments.table import prepare_comments
from ressenti.reports.model import NpsClass
from ressenti.reports.period import ReportPeriod
from ressenti.search.index import Index
from tests.support.indexing import LoneIndex
from tests.support.scenario import World

MAY = ReportPeriod(date(2024, 5, 1), date(2024, 6, 1))
CHOICE = ReportChoice(period=MAY, anchor=Anchor.ANSWERED)
EVERY = CommentsChoice(choice=CHOICE, has_comment=False, columns=tuple(COLUMNS))
COUNT = 120


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = company(World(tmp_path_factory.mktemp("comments")))
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def index(world: World) -> Iterator[Index]:
    made = LoneIndex(world.store)
    yield made
    made.close()


def company(world: World) -> World:
    """Fill a month with answers of every kind; many share their moment, note or names."""
    chance = random.Random(20)
    world.settle(zone="Europe/Paris")
    for who in ("ana", "bo", "cy"):
        world.add("agents", agent_id=who, name={"ana": "Ana", "bo": "élodie", "cy": "Zoé"}[who], group=f"G {who}")
    for _ in range(COUNT):
        day, minute = chance.randrange(10, 13), chance.randrange(5)
        opened = f"2024-05-{day} 10:0{minute}"
        wrote = chance.sample(["agent:ana", "agent:bo", "agent:cy"], chance.randrange(3))
        key = world.conversation(
            opened,
            closed=f"2024-05-{day} 10:30" if chance.random() < 0.9 else None,
            messages=[("visitor", opened), *((who, f"2024-05-{day} 10:1{chance.randrange(3)}") for who in wrote)],
            channel=chance.choice(["Chat", "Mail", None]),
            campaign=chance.choice(["Spring", None]),
            rule=chance.choice(["R1", "R2", None]),
            tags=chance.choice(["late;urgent", "urgent", None]),
            language=chance.choice(["fr", "en", None]),
            visitor_id=chance.choice(["v1", None]),
        )
        world.survey(
            key if chance.random() < 0.9 else None,
            f"2024-05-{day} 11:0{minute}",
            csat=chance.choice([1, 2, 3, 4, 5, None]),
            nps=chance.choice([*range(11), None, None]),
            resolved=chance.choice(["true", "false", None]),
            comment=chance.choice(["très déçue", "parfait", None, "   ", "😡"]),
            survey=chance.choice(["after", "mailed"]),
        )
    world.survey(None, "2024-05-20 11:00", csat=7, csat_scale="10", survey="ten", comment="sept")
    return world


@pytest.fixture(scope="module")
def ask(world: World, index: Index) -> Callable[..., Comments]:
    def asking(of: CommentsChoice = EVERY, *, size: int = 1_000, within: ScopeIds = (), **changes: Any) -> Comments:
        return prepare_comments(
            replace(of, **changes),
            world.fact_store,
            find=index.find_offers,
            within=within,
            zone="Europe/Paris",
            now=world.now,
            size=size,
        )

    return asking


VALUES: dict[str, Callable[[CommentRow], Any]] = {
    "rated": lambda row: row.rated_at,
    "csat": lambda row: row.csat if row.scale == "5" else None,
    "nps": lambda row: row.nps,
    "resolved": lambda row: row.is_resolved,
    "automation": lambda row: row.automation,
    "closed": lambda row: row.closed_at,
    "first_response_time": lambda row: row.first_response_s,
    "resolution_time": lambda row: row.resolution_s,
}


def value(row: CommentRow, key: str) -> Any:
    if key in VALUES:
        return VALUES[key](row)
    return row.labels[key][0].casefold() if row.labels[key] else None


@pytest.mark.parametrize("key", [key for key, column in COLUMNS.items() if column.is_sortable])
@pytest.mark.parametrize("is_falling", [False, True])
def test_rows_are_ordered_as_python_would(ask: Callable[..., Comments], key: str, is_falling: bool) -> None:
    everyone = sorted(ask().rows, key=lambda row: -row.id)
    with_value = [row for row in everyone if value(row, key) is not None]
    without = [row for row in everyone if value(row, key) is None]

    rows = ask(sort=key, is_falling=is_falling).rows

    ordered = sorted(with_value, key=lambda row: value(row, key), reverse=is_falling)  # keeps ties as they are
    assert [row.id for row in rows] == [row.id for row in (*ordered, *without)]
    assert len(rows) > 60


@pytest.mark.parametrize("key", [key for key, column in COLUMNS.items() if column.is_sortable])
@pytest.mark.parametrize("is_falling", [False, True])
def test_paging_meets_every_row_once_in_both_directions(
    ask: Callable[..., Comments], key: str, is_falling: bool
) -> None:
    whole = [row.id for row in ask(sort=key, is_falling=is_falling).rows]
    page = ask(sort=key, is_falling=is_falling, size=17)
    there, places = [row.id for row in page.rows], [page.first]
    while page.older:
        page = ask(page.older, size=17)
        there += [row.id for row in page.rows]
        places.append(page.first)
    back = [row.id for row in page.rows]
    while page.newer:
        page = ask(page.newer, size=17)
        back = [row.id for row in page.rows] + back

    assert there == whole
    assert places == list(range(1, len(whole) + 1, 17))
    assert back == whole
    assert page.first == 1


def test_a_row_holds_what_the_answer_says(world: World, ask: Callable[..., Comments]) -> None:
    row = ask(typed="sept").rows[0]

    assert (row.csat, row.scale, row.nps, row.conversation) == (7, "10", None, None)
    assert row.comment == (("sept", True),)
    assert row.rated_at is not None
    assert row.rated_at.isoformat() == "2024-05-20T13:00:00+02:00"
    assert row.is_complete


def test_an_answer_is_complete_that_has_every_note_its_survey_asks_for(ask: Callable[..., Comments]) -> None:
    rows = [row for row in ask().rows if row.scale == "5"]
    given = {row.id: None not in (row.csat, row.nps, row.is_resolved) for row in rows}

    assert {row.id: row.is_complete for row in rows} == given
    assert {True, False} == set(given.values())


def test_a_comment_of_spaces_is_none_and_one_of_an_emoji_is_one(ask: Callable[..., Comments]) -> None:
    said = {row.text for row in ask(has_comment=True).rows}

    assert said == {"très déçue", "parfait", "😡", "sept"}
    assert "   " not in {row.text for row in ask().rows}


@pytest.mark.parametrize("has_comment", [False, True])
def test_the_counts_beside_the_filters_are_what_they_leave(ask: Callable[..., Comments], has_comment: bool) -> None:
    counts = ask(has_comment=has_comment).counts
    rows = ask().rows

    assert counts.answers == len(rows)
    assert counts.commented == len([row for row in rows if row.text])
    for ratings, many in counts.by_rating.items():
        assert len(ask(has_comment=has_comment, ratings=ratings).rows) == many
    for one, many in counts.by_class.items():
        found = ask(has_comment=has_comment, classes=(one,)).rows
        assert len(found) == many
        assert {row.nps_class for row in found} <= {one}
    assert sum(counts.by_class.values()) == len(
        [row for row in ask(has_comment=has_comment).rows if row.nps is not None]
    )


def test_filters_are_joined_by_and(ask: Callable[..., Comments]) -> None:
    found = ask(typed="deçue", ratings=(1, 2), classes=(NpsClass.DETRACTOR, NpsClass.PASSIVE))
    expected = [
        row.id
        for row in ask().rows
        if "déçue" in row.text and row.csat in {1, 2} and row.nps is not None and row.nps <= 8
    ]

    assert [row.id for row in found.rows] == expected
    assert found.counts.shown == len(expected) > 0


def test_dated_by_closing_answers_without_a_closed_conversation_are_left_out(ask: Callable[..., Comments]) -> None:
    closed = ask(choice=replace(CHOICE, anchor=Anchor.CLOSED)).rows

    assert {row.id for row in closed} == {row.id for row in ask().rows if row.closed_at is not None}


def test_who_is_kept_to_a_group_sees_its_answers_only(world: World, ask: Callable[..., Comments]) -> None:
    with world.store.read() as connection:
        query = "SELECT id FROM respondent WHERE external_id = 'ana'"
        ana = int(connection.exec_driver_sql(query).scalar() or 0)

    kept = ask(within=(("agent", (ana,)),))

    assert {row.id for row in kept.rows} == {row.id for row in ask().rows if "Ana" in row.labels["agent"]}
    assert kept.counts.answers == len(kept.rows) > 0


def test_an_answer_that_is_gone_leads_to_the_first_page(ask: Callable[..., Comments]) -> None:
    first = ask(size=5)

    assert ask(after=999_999, size=5).rows == first.rows
    assert ask(before=999_999, size=5).rows == first.rows


def test_the_words_of_an_address_become_a_choice_and_an_address_again() -> None:
    words = {
        "note": ["2", "1"],
        "nps": ["detractor"],
        "with_comment": ["no"],
        "q": [" late "],
        "sort": ["-csat"],
        "columns": ["csat", "rated"],
        "after": ["12"],
    }

    choice = read_comments(words, CHOICE)

    assert choice.ratings == (1, 2)
    assert choice.columns == ("rated", "csat")
    assert choice.address() == (
        "/comments?from=2024-05-01&to=2024-06-01&anchor=answered&note=1&note=2&nps=detractor&with_comment=no&q=late"
        "&sort=-csat&columns=rated&columns=csat&after=12"
    )
    assert read_comments({}, CHOICE) == CommentsChoice(choice=CHOICE)


def test_ordering_by_the_same_column_again_turns_it_round() -> None:
    once = EVERY.sorted_by("csat")

    assert (once.sort, once.is_falling) == ("csat", False)
    assert once.sorted_by("csat").is_falling
    assert not EVERY.sorted_by("rated").is_falling
    assert EVERY.sorted_by("closed").is_falling


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("note", "6"),
        ("note", "0"),
        ("nps", "9"),
        ("sort", "comment"),
        ("sort", "--csat"),
        ("sort", "csat; DROP TABLE answer"),
        ("columns", "secret"),
        ("with_comment", "perhaps"),
        ("after", "-1"),
        ("after", "٣"),
        ("before", "99999999999"),
    ],
)
def test_a_word_that_is_no_choice_is_refused(name: str, word: str) -> None:
    with pytest.raises(BadChoice):
        read_comments({name: [word]}, CHOICE)


def test_every_note_can_be_chosen() -> None:
    assert read_comments({"note": list(map(str, RATINGS))}, CHOICE).ratings == RATINGS
