"""Of which surveys it is known what was offered (D40), and which answers are complete (E1), measured and recounted."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ressenti.facts.store import FactStore
from ressenti.facts.verify import verify
from ressenti.indicators.model import Answer
from ressenti.indicators.read import answer_words
from tests.support.importing import NOW, Desk

HEAD = "survey_id,conversation_id,survey,offered_at,rated_at,csat,nps\n"
DAY = "2026-05-01T"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def conversations(count: int = 4, *, prefix: str = "c") -> str:
    rows = (f"{prefix}{i},{DAY}10:00:00Z,{DAY}11:00:00Z\n" for i in range(1, count + 1))
    return "conversation_id,opened_at,closed_at\n" + "".join(rows)


def answered(number: int, of: str = "c1", survey: str = "", offered: str = "") -> str:
    return f"s{number},{of},{survey},{offered and DAY + offered},{DAY}12:00:00Z,5,9\n"


def unanswered(number: int, of: str = "c1", survey: str = "") -> str:
    return f"s{number},{of},{survey},{DAY}11:30:00Z,,,\n"


def read(desk: Desk, indicator: str, **words: Any) -> Answer:
    """Ask an indicator, after a recount agreed with all facts."""
    with closing(FactStore(desk.store)) as fact_store:
        found = answer_words(fact_store, indicator, {name: [value] for name, value in words.items()}, now=NOW)
        assert fact_store.using(lambda facts: verify(desk.store, facts)).differences == ()
    return found


def value(desk: Desk, indicator: str, **words: Any) -> tuple[float | int | None, int]:
    total = read(desk, indicator, **words).total
    return total.value if total.value is None else round(total.value, 1), total.n


def test_of_answers_alone_there_is_no_response_rate_and_it_says_why(desk: Desk) -> None:
    desk.give(conversations=conversations(), surveys=HEAD + answered(1) + answered(2, "c2"))

    for indicator in ("response_rate", "survey_coverage"):
        found = read(desk, indicator)
        assert (found.total.value, found.total.n) == (None, 0)
        assert found.why is not None
        assert "answers only" in found.as_json()["why"]
    assert value(desk, "csat") == (100.0, 2)
    assert value(desk, "nps") == (100.0, 2)


def test_one_that_was_offered_and_not_answered_tells_of_all_of_its_survey(desk: Desk) -> None:
    desk.give(conversations=conversations(), surveys=HEAD + answered(1) + answered(2, "c2") + unanswered(3, "c3"))

    assert value(desk, "response_rate") == (66.7, 3)
    assert value(desk, "survey_coverage") == (75.0, 4)
    assert "why" not in read(desk, "response_rate").as_json()


def test_it_tells_nothing_of_another_survey_and_of_another_source(desk: Desk) -> None:
    rows = answered(1, "c1", "mail") + answered(2, "c2", "chat") + unanswered(3, "c3", "chat")
    desk.give(conversations=conversations(), surveys=HEAD + rows)
    desk.bring({"source": "other"}, surveys=HEAD + answered(4, "c4", "chat"))

    assert value(desk, "response_rate") == (50.0, 2)
    assert value(desk, "response_rate", where="survey=mail") == (None, 0)
    assert value(desk, "survey_coverage") == (100.0, 2)


def test_an_answer_with_the_date_of_its_offer_is_known(desk: Desk) -> None:
    desk.give(conversations=conversations(), surveys=HEAD + answered(1, offered="11:10:00Z") + answered(2, "c2"))

    assert value(desk, "response_rate") == (100.0, 1)
    assert value(desk, "survey_coverage") == (33.3, 3)


def test_an_unanswered_offer_that_comes_later_tells_of_what_came_before(desk: Desk) -> None:
    desk.give(conversations=conversations(), surveys=HEAD + answered(1))
    with closing(FactStore(desk.store)) as fact_store:
        assert answer_words(fact_store, "response_rate", {}, now=NOW).total.n == 0
        desk.give(surveys=HEAD + unanswered(2, "c2"))
        found = answer_words(fact_store, "response_rate", {}, now=NOW).total
        assert (found.value, found.n) == (50.0, 2)
        assert fact_store.using(lambda facts: verify(desk.store, facts)).differences == ()


def test_one_that_is_answered_later_is_known_by_its_own_offer_alone(desk: Desk) -> None:
    desk.give(conversations=conversations(), surveys=HEAD + answered(1) + unanswered(2, "c2"))
    assert value(desk, "response_rate") == (50.0, 2)
    desk.give(surveys=HEAD + answered(2, "c2", offered="11:30:00Z"))

    assert value(desk, "response_rate") == (100.0, 1)


def test_a_rated_row_without_any_answer_does_not_tell_what_was_offered(desk: Desk) -> None:
    desk.give(conversations=conversations(), surveys=HEAD + answered(1) + f"s2,c2,,,{DAY}12:00:00Z,,\n")

    assert value(desk, "response_rate") == (None, 0)


def test_where_no_survey_is_known_at_all_nothing_was_offered(desk: Desk) -> None:
    desk.give(conversations=conversations())

    assert value(desk, "survey_coverage") == (0.0, 4)


def test_conversations_of_a_desk_whose_surveys_are_held_elsewhere_are_not_counted_as_not_offered(desk: Desk) -> None:
    desk.give(conversations=conversations())
    desk.bring({"source": "survey tool"}, surveys=HEAD + answered(1))

    assert value(desk, "survey_coverage") == (None, 0)


def test_a_second_desk_with_answers_only_leaves_the_first_as_it_was(desk: Desk) -> None:
    desk.give(conversations=conversations(), surveys=HEAD + answered(1, offered="11:00:00Z"))
    desk.bring({"source": "b"}, conversations=conversations(prefix="b"), surveys=HEAD + answered(9, "b1"))

    assert value(desk, "survey_coverage") == (25.0, 4)


RATINGS = "survey_id,conversation_id,survey,offered_at,rated_at,csat,nps,ces,resolved,comment\n"


def rated(number: int, csat: str = "", nps: str = "", ces: str = "", resolved: str = "", comment: str = "") -> str:
    return f"s{number},c{number},chat,,{DAY}12:00:00Z,{csat},{nps},{ces},{resolved},{comment}\n"


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ((("5", "9"), ("5", "9")), 100.0),
        ((("5", "9"), ("5", "")), 50.0),
        ((("5", "", "3"), ("5",)), 50.0),
        ((("5", "", "", "yes"), ("5",)), 50.0),
        ((("5", "9", "3", "no"), ("5", "9", "3", "yes")), 100.0),
        ((("5", "", "", "", "Good"), ("5",)), 100.0),
        ((("", "", "", "", "Good"), ("5",)), 50.0),
    ],
)
def test_complete_is_what_has_every_rating_that_anybody_gave_in_the_survey(
    desk: Desk, rows: tuple[tuple[str, ...], ...], share: float
) -> None:
    """Effort and yes or no too; a comment never counts."""
    desk.give(conversations=conversations(), surveys=RATINGS + "".join(rated(i, *row) for i, row in enumerate(rows, 1)))

    assert value(desk, "survey_completion") == (share, 2)


def test_surveys_without_a_name_are_told_apart_by_their_project(desk: Desk) -> None:
    rows = RATINGS.replace("survey,", "") + f"s1,c1,,{DAY}12:00:00Z,5,,,,\n"
    desk.give(conversations=conversations(), surveys=rows)
    desk.bring({"project": "shop"}, conversations=conversations(), surveys=rows.replace("5,,,,", "5,9,,,"))

    assert value(desk, "survey_completion") == (100.0, 2)
