"""What an export holds: the rows behind the figures, called as their sources call them, in the clock of the zone."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ressenti.facts.engines.engine import Engine
from ressenti.facts.schema import MEASURED_LABELS, TABLES
from ressenti.facts.store import FactStore
from ressenti.indicators.answer import answer
from ressenti.indicators.model import Anchor, Comparison, Filter, Grain, Question, Weighting
from ressenti.indicators.refusals import NoSuchDate, UnknownKey
from ressenti.indicators.resolve import slice_of
from ressenti.intake.model import FILES, FileKind
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.intake.values.columns import is_ours
from ressenti.record import tables as t
from ressenti.record.stores.sqlite import Store
from ressenti.reports.exports import Export, export_words
from ressenti.reports.exports.columns import EXTRACTS
from ressenti.reports.rows.pages import pages
from tests.support.exported import LABELS, Company, at, company, furnish, read_jsonl
from tests.support.small_records import NOW, us

CLOCK_CHANGES = {
    "Europe/Paris": {
        "2026-10-25T00:30:00.25": "2026-10-25T02:30:00.250000+02:00",
        "2026-10-25T01:30": "2026-10-25T02:30:00+01:00",
        "2026-03-29T00:59": "2026-03-29T01:59:00+01:00",
        "2026-03-29T01:00": "2026-03-29T03:00:00+02:00",
    },
    "Australia/Lord_Howe": {
        "2026-04-04T14:45": "2026-04-05T01:45:00+11:00",
        "2026-04-04T15:15": "2026-04-05T01:45:00+10:30",
    },
    "Asia/Kathmandu": {"2026-10-25T00:30": "2026-10-25T06:15:00+05:45"},
}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Give a furnished company that nobody changes."""
    with company(tmp_path_factory.mktemp("full")) as one:
        furnish(one)
        yield one


@pytest.fixture
def own(empty: Company) -> Company:
    """Return a furnished company that may be changed."""
    furnish(empty)
    return empty


def test_a_conversation_tells_all_that_was_measured_of_it(full: Company) -> None:
    row = full.read("conversations")[1]

    assert row == {
        "conversation_id": "c1",
        "project": "default",
        "source": "desk",
        "opened_at": "2024-05-14T10:00:00+00:00",
        "closed_at": "2024-05-14T10:30:00+00:00",
        **{kind: LABELS[kind] for kind in MEASURED_LABELS},
        "tags": ["vip", "late"],
        "agent_id": ["robo", "ana", "leo"],
        "agent_names": ["Robo", "Ana Ruiz", "leo"],
        "group": ["Care", "Sales"],
        "rule": ["Rule 1"],
        "distribution_group": ["Line 2"],
        "automation": "partial",
        "first_response_s": 90.25,
        "resolution_s": 1800,
        "handling_count": 3,
        "csat": 5,
        "nps": 9,
        "answered_at": "2024-05-14T11:00:00+00:00",
        "comment": "Très bien, « merci »",
        "survey": ["After chat"],
        "survey_id": "s1",
        "survey_sent_at": None,
        "csat_given": 5,
        "csat_scale": "5",
        "resolved_by": "leo",
        "resolved_by_name": "leo",
        "resolved_by_group": ["Sales"],
        "sale_count": 1,  # the other one is a refund
        "revenue": 10.25,
        "currency": "EUR",
    }


def test_a_conversation_of_which_nothing_is_known_has_empty_cells_not_zeros(full: Company) -> None:
    row = full.read("conversations")[0]
    told = {key: value for key, value in row.items() if value not in (None, [])}

    assert told == {
        "conversation_id": "c2",
        "project": "default",
        "source": "desk",
        "opened_at": "2024-05-14T10:01:00+00:00",
        "closed_at": "2024-05-14T10:02:00+00:00",
        "resolution_s": 60,
        "handling_count": 0,
        "sale_count": 0,
        "revenue": 0,
        "currency": "EUR",
    }


def test_a_comment_tells_its_survey_and_its_conversation(full: Company) -> None:
    (row,) = full.read("comments")

    assert row == {
        "survey_id": "s1",
        "project": "default",
        "source": "desk",
        "rated_at": "2024-05-14T11:00:00+00:00",
        "comment": "Très bien, « merci »",
        "csat": 5,
        "csat_scale": "5",
        "nps": 9,
        "nps_class": "promoter",
        "resolved": True,
        "complete": True,
        "survey": "After chat",
        "language": "fr",
        "conversation_id": "c1",
        "channel": "Chat",
        "agent_id": ["robo", "ana", "leo"],
        "agent_names": ["Robo", "Ana Ruiz", "leo"],
        "group": ["Care", "Sales"],
        "campaign": "Spring",
        "rule": ["Rule 1"],
        "distribution_group": ["Line 2"],
        "automation": "partial",
        "tags": ["vip", "late"],
        "closed_at": "2024-05-14T10:30:00+00:00",
        "first_response_s": 90.25,
        "resolution_s": 1800,
        "visitor_id": None,
    }


def test_a_comment_without_a_conversation_is_found_by_its_answer(full: Company) -> None:
    rows = full.read("comments", anchor=Anchor.ANSWERED)
    told = {key: value for key, value in rows[1].items() if value not in (None, [])}

    assert told == {
        "survey_id": "s2",
        "project": "default",
        "source": "desk",
        "rated_at": "2024-05-14T12:00:00+00:00",
        "comment": "by mail",
        "csat": 7,
        "csat_scale": "0-10",
        "nps": 6,
        "nps_class": "detractor",
        "complete": True,
        "language": "fr",
    }


def test_a_handling_tells_whose_it_was_and_how_long_each_wait_was(full: Company) -> None:
    rows = full.read("handlings")

    assert [(row["agent_id"], row["agent_name"], row["kind"]) for row in rows] == [
        ("robo", "Robo", "bot"),
        ("ana", "Ana Ruiz", "human"),
        ("leo", "leo", "human"),
    ]
    assert rows[2] == {
        "conversation_id": "c1",
        "project": "default",
        "source": "desk",
        "agent_id": "leo",
        "agent_name": "leo",
        "kind": "human",
        "started_at": "2024-05-14T10:10:00+00:00",
        "ended_at": "2024-05-14T10:30:00+00:00",
        "handling_s": 1200,
        "first_message_response_s": 60,
        "reply_count": 1,
        "response_s": 60,
        "closing_delay_s": 1200,
        "unanswered": False,
        "group": ["Sales"],
        "rule": ["Rule 1"],
        "distribution_group": ["Line 2"],
        "channel": "Chat",
    }
    assert rows[0]["unanswered"] is None


def test_the_mean_wait_of_a_handling_has_all_its_digits(empty: Company) -> None:
    ana = empty.employ("ana")
    turns = [
        ("visitor", 0),
        ("agent", 1, ana),
        ("visitor", 10),
        ("agent", 11, ana),
        ("visitor", 20),
        ("agent", 22, ana),
    ]
    empty.conversation(0, 60, messages=turns)

    assert empty.column("handlings", "response_s") == [4 / 3]


def test_spam_is_in_no_export(empty: Company) -> None:
    ana = empty.employ("ana")
    spam = empty.conversation(0, 60, messages=[("visitor", 0), ("agent", 1, ana)], is_spam=True)
    empty.survey(spam, 70, csat=1, comment="buy now")

    assert [empty.read(what) for what in ("conversations", "comments", "handlings")] == [[], [], []]


def test_only_closed_conversations_are_there_unless_dated_by_opening(full: Company) -> None:
    assert full.column("conversations", "conversation_id") == ["c2", "c1"]
    assert full.column("conversations", "conversation_id", anchor=Anchor.OPENED) == ["c1", "c2", "c3"]
    assert full.column("conversations", "conversation_id", anchor=Anchor.ANSWERED) == ["c1"]


def test_a_handling_has_no_date_of_an_answer(full: Company) -> None:
    with pytest.raises(NoSuchDate, match="“handlings” cannot be dated by “answered”"):
        full.read("handlings", anchor=Anchor.ANSWERED)


def test_a_period_takes_its_first_moment_and_leaves_its_last(full: Company) -> None:
    c2, c1 = us(at("2024-05-14T10:02")), us(at("2024-05-14T10:30"))

    assert full.column("conversations", "conversation_id", start=c2, end=c1) == ["c2"]
    assert full.column("conversations", "conversation_id", start=c1) == ["c1"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ((Filter("channel", ("Chat",)),), ["c1"]),
        ((Filter("channel", ("",)),), ["c2"]),
        ((Filter("channel", ("Chat", "")),), ["c2", "c1"]),
        ((Filter("channel", ("Chat",)), Filter("rating", ("1",))), []),
        ((Filter("agent", ("leo",)),), ["c1"]),
        ((Filter("channel", ("Chat",), is_excluded=True),), ["c2"]),
        ((Filter("agent", ("leo", "ana"), is_excluded=True),), ["c2"]),
        ((Filter("tag", ("",), is_excluded=True),), ["c1"]),
        ((Filter("tag", ("late",)), Filter("group", ("Care", "Sales"))), ["c1"]),
    ],
)
def test_filters_are_those_of_every_figure(full: Company, where: Any, found: list[str]) -> None:
    assert full.column("conversations", "conversation_id", where=where) == found


def test_a_filter_by_agent_gives_the_handlings_of_the_conversations_they_took_part_in(full: Company) -> None:
    assert full.column("handlings", "agent_id", where=(Filter("agent", ("leo",)),)) == ["robo", "ana", "leo"]


def test_an_unknown_key_is_refused_before_anything_is_written(full: Company) -> None:
    with pytest.raises(UnknownKey, match="Chat"):
        full.read("comments", where=(Filter("channel", ("Chatt",)),))


def test_what_breaks_a_figure_down_is_of_no_matter_to_its_rows(full: Company) -> None:
    asked = {"by": "nonsense", "grain": Grain.HOUR, "compare": Comparison.YEAR, "weighting": Weighting.ALL}

    assert full.read("comments", **asked) == full.read("comments")


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
@pytest.mark.parametrize("zone", CLOCK_CHANGES)
def test_times_are_local_and_carry_the_offset_of_their_moment(empty: Company, zone: str, form: str) -> None:
    for moment in CLOCK_CHANGES[zone]:
        empty.conversation(at(moment), at(moment))
    rows = empty.read("conversations", form, zone=zone)

    assert {row["conversation_id"]: row["closed_at"] for row in rows} == {
        f"c{number}": local for number, local in enumerate(CLOCK_CHANGES[zone].values(), start=1)
    }


@pytest.mark.parametrize("zone", CLOCK_CHANGES)
def test_a_parquet_file_holds_the_moment_and_the_zone(empty: Company, zone: str) -> None:
    for moment in CLOCK_CHANGES[zone]:
        empty.conversation(at(moment), at(moment))
    rows = empty.read("conversations", "parquet", zone=zone)

    assert {row["conversation_id"]: row["closed_at"].isoformat() for row in rows} == {
        f"c{number}": local for number, local in enumerate(CLOCK_CHANGES[zone].values(), start=1)
    }


def test_without_a_zone_the_clock_is_the_projects(empty: Company) -> None:
    empty.setting(zone="Asia/Kathmandu")
    empty.conversation(0, 60)

    assert empty.column("conversations", "closed_at") == ["1970-01-01T05:31:00+05:30"]


def test_a_deleted_agent_keeps_the_key_and_loses_the_name(own: Company) -> None:
    own.change(t.respondent, 1, deleted_at=NOW)

    assert own.column("conversations", "agent_names")[1] == ["Robo", "Removed user", "leo"]
    assert own.column("handlings", "agent_name") == ["Robo", "Removed user", "leo"]
    assert own.column("handlings", "agent_id") == ["robo", "ana", "leo"]


def test_two_projects_are_told_apart_by_a_column_and_not_in_every_name(own: Company) -> None:
    other = own.another_project("other")
    own.setting(project=other, currency="USD")
    own.conversation(0, 60, project=other)
    rows = own.read("conversations")

    assert [(row["project"], row["currency"]) for row in rows] == [
        ("other", "USD"),
        ("default", "EUR"),
        ("default", "EUR"),
    ]
    assert rows[2]["agent_names"] == ["Robo", "Ana Ruiz", "leo"]
    assert own.column("conversations", "project", project="other") == ["other"]


def test_the_last_comment_stands_with_the_conversation(empty: Company) -> None:
    one = empty.conversation(0, 60)
    for answered, comment in ((90, "second"), (80, "first"), (100, "  ")):
        empty.survey(one, answered, csat=3, comment=comment)

    assert empty.column("conversations", "comment") == ["second"]
    assert empty.column("comments", "comment", anchor=Anchor.ANSWERED) == ["first", "second"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("what", Export)
def test_pages_give_every_row_once_even_where_dates_are_equal(empty: Company, what: Export, size: int) -> None:
    ana = empty.employ("ana")
    for _ in range(3):
        one = empty.conversation(0, 60, handlings=[{"who": ana, "start": start, "end": 60} for start in (1, 2)])
        for _ in range(2):
            empty.survey(one, 70, csat=4, comment="yes")
    extract = EXTRACTS[what]
    columns = [column.name for column in TABLES[extract.indicator.facts]]

    def taken(size: int) -> list[list[tuple[Any, ...]]]:
        def take(facts: Any) -> list[list[tuple[Any, ...]]]:
            with empty.store.read() as record:
                slice_, _projects = slice_of(extract.indicator, Question(indicator="", now=NOW), facts, record)
            return list(pages(facts, extract.indicator, slice_, columns, extract.key, size=size))

        return empty.fact_store.using(take)

    whole = [row for page in taken(1000) for row in page]
    parts = taken(size)

    assert len(whole) == (3 if what is Export.CONVERSATIONS else 6)
    assert [row for page in parts for row in page] == whole
    assert max(map(len, parts)) <= size


def test_words_are_understood_as_every_question_is(full: Company) -> None:
    out = io.BytesIO()
    words = {"where": ("channel=Chat",), "zone": ("Europe/Paris",), "from": ("2024-05-14",), "to": ("2024-05-15",)}
    count = export_words(full.fact_store, "conversations", "jsonl", words, out, now=NOW)

    assert count == 1
    assert [row["opened_at"] for row in read_jsonl(out.getvalue())] == ["2024-05-14T12:00:00+02:00"]


def test_facts_cut_in_half_come_back_before_they_are_exported(own: Company) -> None:
    whole = own.take("conversations")
    own.fact_store.close()
    own.fact_store.path.write_bytes(own.fact_store.path.read_bytes()[:4096])
    own.forget()

    assert own.take("conversations") == whole


class Twice(FactStore):
    """Facts that are always found damaged at the end of what is done with them the first time."""

    def using(self, work: Callable[[Engine], Any], *, is_caught_up: bool = False) -> Any:
        super().using(work, is_caught_up=is_caught_up)
        return super().using(work, is_caught_up=is_caught_up)


def test_an_export_that_had_to_begin_again_holds_each_row_once(own: Company) -> None:
    out = io.BytesIO()
    fact_store = Twice(own.store)
    count = export_words(fact_store, "conversations", "jsonl", {}, out, now=NOW)
    fact_store.close()

    assert count == 2
    assert out.getvalue() == own.take("conversations")


ASKED = [
    *((indicator, None) for indicator in ("first_response_time", "resolution_time", "csat", "nps", "handling_time")),
    *(
        ("conversations", by)
        for by in "agent group channel rule distribution_group campaign language topic tag".split()
    ),
    *(("csat", by) for by in ("agent", "rule", "survey")),
    ("conversations", "automation"),
    ("handlings", "agent"),
]


def figures(fact_store: FactStore) -> dict[tuple[str, str | None], Any]:
    def ask(facts: Engine) -> dict[tuple[str, str | None], Any]:
        with fact_store.record.read() as record:
            found = {(one, by): answer(Question(indicator=one, by=by, now=NOW), facts, record) for one, by in ASKED}
        return {of: (one.total, {row.key: row.value for row in one.rows}) for of, one in found.items()}

    return fact_store.using(ask)


def test_what_was_exported_as_csv_can_be_imported_again_with_the_same_figures(own: Company, tmp_path: Path) -> None:
    folder = tmp_path / "exported"
    folder.mkdir()
    for what, name in (("conversations", "conversations"), ("comments", "surveys"), ("handlings", "handlings")):
        (folder / f"{name}.csv").write_bytes(own.take(what, "csv"))
    (folder / "agents.csv").write_text("agent_id,kind\nrobo,bot\n")
    again = Store.open(f"sqlite:///{tmp_path / 'again.db'}", create=True)
    total = run_import(again, FileSource([folder]), now=NOW).total
    fact_store = FactStore(again)
    found = figures(fact_store)
    fact_store.close()
    again.close()

    assert (total.imported, total.rejected) == (7, 0)
    assert found == figures(own.fact_store)


FORMULAS = (
    *(
        "=1+1",
        "+33 1 23",
        "-5",
        "@cmd",
        "\uff1d1",
        "\uff0bA1",
        "  =1",
        "\t@x",
        "\r\n-x",
        "thanks;=1+1",
        "a\t=b",
        'a;"=1',
    ),
    *("'=1", "''=1", "'quoted'", "plain", "a=b", "l'été"),
)


def test_texts_that_look_like_formulas_come_back_from_csv_as_they_were(empty: Company, tmp_path: Path) -> None:
    for moment, text in enumerate(FORMULAS):
        empty.survey(None, at("2026-05-04T10:00") + moment, csat=1, comment=text)
    (tmp_path / "surveys.csv").write_bytes(empty.take("comments", "csv", anchor=Anchor.ANSWERED))
    again = Store.open(f"sqlite:///{tmp_path / 'again.db'}", create=True)
    assert run_import(again, FileSource([tmp_path / "surveys.csv"]), now=NOW).total.imported == len(FORMULAS)
    with again.read() as connection:
        query = select(t.survey_answer.c.text).where(t.survey_answer.c.text.is_not(None))
        found = list(connection.execute(query.order_by(t.survey_answer.c.offer_id)).scalars())
    again.close()

    assert found == list(FORMULAS)


@pytest.mark.parametrize(
    ("what", "kind"), [("conversations", "conversations"), ("comments", "surveys"), ("handlings", "handlings")]
)
def test_an_export_is_known_as_ours_and_no_other_file_is(what: str, kind: str) -> None:
    names = [column.key for column in EXTRACTS[Export(what)].columns if not column.is_content]

    assert is_ours(FileKind(kind), names)
    assert not is_ours(FileKind(kind), [column.name for column in FILES[FileKind(kind)]])
    assert not is_ours(FileKind(kind), [name for name in names if name != "source"])


@pytest.mark.parametrize(
    ("what", "kind", "same"),
    [
        (
            Export.CONVERSATIONS,
            FileKind.CONVERSATIONS,
            "conversation_id opened_at closed_at first_response_s resolution_s channel language topic "
            "tags agent_id group rule distribution_group campaign automation".split(),
        ),
        (
            Export.COMMENTS,
            FileKind.SURVEYS,
            "survey_id rated_at conversation_id survey csat csat_scale nps resolved comment language "
            "agent_id group channel".split(),
        ),
        (
            Export.HANDLINGS,
            FileKind.HANDLINGS,
            "conversation_id agent_id started_at ended_at group rule distribution_group".split(),
        ),
    ],
)
def test_columns_that_an_import_reads_have_its_names(what: Export, kind: FileKind, same: list[str]) -> None:
    exported = {column.key for column in EXTRACTS[what].columns}
    imported = {column.name for column in FILES[kind]}

    assert exported & imported == set(same)
    assert {column.name for column in FILES[kind] if column.required} <= exported


@pytest.mark.parametrize("what", Export)
def test_every_column_has_a_name_of_its_own_and_a_meaning(what: Export) -> None:
    columns = EXTRACTS[what].columns

    assert len({column.key for column in columns}) == len(columns)
    assert all(column.meaning for column in columns)
