"""In which order do answers come, and which stand on a page: SQL over the facts, equally quick on every page.

A page is found from the answer beside which it begins (its key and its id), never by counting rows from the start.
Names are not in the facts: their ranks are laid beside them, one row a name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from ressenti.facts.engines.dialect import Dialect
from ressenti.facts.engines.engine import Snapshot
from ressenti.facts.engines.sql import Statement
from ressenti.indicators.declaration import CountNoun, Dimension, Family, Indicator
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.measures import Count
from ressenti.indicators.model import Better, Question, Unit
from ressenti.indicators.names import names
from ressenti.indicators.resolve import resolve
from ressenti.indicators.sql import condition
from ressenti.record.projects import Project
from ressenti.record.survey_answers import answer_columns
from ressenti.reports.comments.choice import COLUMNS, RATING_CHIPS, SIZE, CommentColumn, CommentsChoice
from ressenti.reports.comments.model import Counts
from ressenti.reports.model import NpsClass

ANSWERS = Indicator(
    key="answers",
    name="Answers",
    definition="Number of surveys of which at least one question was answered.",
    family=Family.SURVEYS,
    unit=Unit.COUNT,
    better=Better.NEUTRAL,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base="surveys begun",
    population="is_answered",
    measure=Count(),
)
"""Not in the catalogue: only its rows are asked for."""

Cursor = tuple[int | None, int]
"""Where an answer stands in an order: the value it is ordered by, and its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsPage:
    """The ids on a page, in order, how many answers come before them, and whether there are any before and after."""

    ids: tuple[int, ...]
    before: int
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedAnswers:
    """The chosen answers in one snapshot of the facts: a condition on `answer`, and the projects they belong to."""

    facts: Snapshot
    condition: Statement
    projects: tuple[Project, ...]
    zone: str


def select_answers(
    question: Question, facts: Snapshot, record: Connection, *, offers: Sequence[int] | None = None
) -> SelectedAnswers:
    """Return the answers that a question's period and filters admit; `offers` keeps to these ids."""
    resolved = resolve(replace(question, by=None, grain=None, compare=None), facts, record, ANSWERS)
    chosen = condition(ANSWERS, resolved.slice, facts.dialect)
    if offers is not None:
        facts.lay("found", {"id": offers})
        chosen = Statement(f"{chosen.text} AND offer_id {facts.dialect.in_laid} (SELECT id FROM found)", chosen.params)
    return SelectedAnswers(facts=facts, condition=chosen, projects=resolved.projects, zone=resolved.slice.zone)


def count_answers(answers: SelectedAnswers, choice: CommentsChoice) -> Counts:
    """Count the answers under each filter of ratings, in one pass."""
    dialect = answers.facts.dialect
    comment = _comment(choice, dialect)
    conditions = [
        dialect.true,
        "has_comment",
        comment,
        f"{comment} AND {_ratings(choice, dialect)}",
        *(f"{comment} AND {_among('csat', ratings)}" for ratings in RATING_CHIPS),
        *(f"{comment} AND {_among('nps', one.ratings)}" for one in NpsClass),
    ]
    columns = ", ".join(dialect.count_if.format(one) for one in conditions)
    sql = f"SELECT {columns} FROM answer WHERE {answers.condition.text}"
    everyone, commented, all_ratings, shown, *rest = answers.facts.rows(sql, answers.condition.params)[0]
    return Counts(
        answers=everyone,
        commented=commented,
        all_ratings=all_ratings,
        shown=shown,
        by_rating=dict(zip(RATING_CHIPS, rest, strict=False)),
        by_class=dict(zip(NpsClass, rest[len(RATING_CHIPS) :], strict=True)),
    )


def chosen_ids(answers: SelectedAnswers, choice: CommentsChoice) -> list[int]:
    """Return the ids of all answers of the table, in no order."""
    chosen = f"{answers.condition.text} AND {_chosen(choice, answers.facts.dialect)}"
    sql = f"SELECT offer_id FROM answer WHERE {chosen}"
    return [row[0] for row in answers.facts.rows(sql, answers.condition.params)]


def page_of(answers: SelectedAnswers, choice: CommentsChoice, record: Connection, *, size: int = SIZE) -> CommentsPage:
    """Return the ids on the page of a choice; an answer it should begin beside and that is gone leads to the first."""
    order = _Order(answers, choice, record)
    for place, is_back in ((choice.after, False), (choice.before, True)):
        if place is not None and (beside := order.cursor(place)) is not None:
            page = _beside(order, beside, size, is_back=is_back)
            if page.ids:
                return page
    rows = order.rows(None, size + 1)
    return CommentsPage(ids=_ids(rows[:size]), before=0, has_newer=False, has_older=len(rows) > size)


def _beside(order: "_Order", beside: Cursor, size: int, *, is_back: bool) -> CommentsPage:
    rows = order.rows(beside, size + 1, is_back=is_back)
    has_more, rows = len(rows) > size, rows[:size]
    if is_back:
        rows.reverse()
    before = order.count_before(rows[0]) if rows else 0
    if is_back:
        return CommentsPage(ids=_ids(rows), before=before, has_newer=has_more, has_older=True)
    return CommentsPage(ids=_ids(rows), before=before, has_newer=True, has_older=has_more)


def _ids(rows: Sequence[Cursor]) -> tuple[int, ...]:
    return tuple(row[1] for row in rows)


class _Order:
    """The chosen answers in the chosen order: by the key, those without one last; ties with the newest id first."""

    def __init__(self, answers: SelectedAnswers, choice: CommentsChoice, record: Connection) -> None:
        self._facts = answers.facts
        self._is_falling = choice.is_falling
        key, join = _key(answers, COLUMNS[choice.sort], record)
        chosen = f"{answers.condition.text} AND {_chosen(choice, answers.facts.dialect)}"
        self._source = (
            f"(SELECT {key} AS key, offer_id FROM (SELECT * FROM answer WHERE {chosen}) AS answer {join}) AS chosen"
        )
        self._params = answers.condition.params

    def cursor(self, own_id: int) -> Cursor | None:
        """Return where an answer stands, None where it is not among the chosen."""
        found = self._ask(f"SELECT key, offer_id FROM {self._source} WHERE offer_id = ?", own_id)
        return found[0] if found else None

    def rows(self, beside: Cursor | None, size: int, *, is_back: bool = False) -> list[Cursor]:
        """Return the answers that follow one, or come before it, the nearest first."""
        where, params = self._beyond(beside, is_back=is_back) if beside else (self._facts.dialect.true, [])
        first, way, last = (
            ("NULLS FIRST", not self._is_falling, "") if is_back else ("NULLS LAST", self._is_falling, "DESC")
        )
        order = f"key {'DESC' if way else 'ASC'} {first}, offer_id {last}"
        return self._ask(
            f"SELECT key, offer_id FROM {self._source} WHERE {where} ORDER BY {order} LIMIT {size}", *params
        )

    def count_before(self, one: Cursor) -> int:
        """Count the answers before one."""
        where, params = self._beyond(one, is_back=True)
        return int(self._ask(f"SELECT count(*), 0 FROM {self._source} WHERE {where}", *params)[0][0] or 0)

    def _beyond(self, beside: Cursor, *, is_back: bool) -> tuple[str, list[Any]]:
        """Return the condition that an answer comes after another, or before it."""
        key, own_id = beside
        tie = "offer_id > ?" if is_back else "offer_id < ?"
        if key is None:
            return (f"(key IS NOT NULL OR {tie})" if is_back else f"(key IS NULL AND {tie})"), [own_id]
        sign = "<" if self._is_falling != is_back else ">"
        without = "" if is_back else " OR key IS NULL"
        return f"(key {sign} ? OR (key = ? AND {tie}){without})", [key, key, own_id]

    def _ask(self, sql: str, *more: Any) -> list[Cursor]:
        return self._facts.rows(sql, [*self._params, *more])


def _key(answers: SelectedAnswers, column: CommentColumn, record: Connection) -> tuple[str, str]:
    """Return the SQL of what a column is ordered by, and of the table that it is joined from."""
    if column.fact:
        return f"answer.{column.fact}", ""
    if column.delay:
        delays = f"SELECT conversation_id, {column.delay} FROM conversation"
        return f"own.{column.delay}", f"LEFT JOIN ({delays}) AS own USING (conversation_id)"
    if column.told:
        told = answer_columns(record, column.told)
        answers.facts.lay("told", {"id": told.offer_ids, "rank": told.values})
        return "told.rank", "LEFT JOIN told ON told.id = answer.offer_id"
    one = dimension(column.names or "")
    _lay_ranks(answers, one, record)
    first = _first(f"answer.{one.column}", answers, many=one.many)
    return "ranked.rank", f"LEFT JOIN ranked ON ranked.id = {first}"


def _lay_ranks(answers: SelectedAnswers, one: Dimension, record: Connection) -> None:
    """Lay beside the facts which name comes first; names that read the same are one."""
    first = _first(one.column or "", answers, many=one.many)
    sql = f"SELECT DISTINCT {first} FROM answer WHERE {answers.condition.text}"
    ids = [row[0] for row in answers.facts.rows(sql, answers.condition.params) if row[0] is not None]
    found = {own_id: name.label.casefold() for own_id, name in names(record, one, ids, answers.projects).items()}
    place = {label: rank for rank, label in enumerate(sorted({found[own_id] for own_id in ids if own_id in found}))}
    known = [own_id for own_id in ids if own_id in found]
    answers.facts.lay("ranked", {"id": known, "rank": [place[found[own_id]] for own_id in known]})


def _first(column: str, answers: SelectedAnswers, *, many: bool) -> str:
    return answers.facts.dialect.first.format(column) if many else column


def _chosen(choice: CommentsChoice, dialect: Dialect) -> str:
    return f"{_comment(choice, dialect)} AND {_ratings(choice, dialect)}"


def _comment(choice: CommentsChoice, dialect: Dialect) -> str:
    return "has_comment" if choice.has_comment else dialect.true


def _ratings(choice: CommentsChoice, dialect: Dialect) -> str:
    found = [_among("csat", choice.ratings)] if choice.ratings else []
    if choice.classes:
        found.append(_among("nps", [rating for one in choice.classes for rating in one.ratings]))
    return " AND ".join(found) or dialect.true


def _among(column: str, ratings: Sequence[int]) -> str:
    """Return the condition that a rating is one of these, which are our own and need no binding."""
    return f"{column} IN ({', '.join(map(str, ratings))})"
