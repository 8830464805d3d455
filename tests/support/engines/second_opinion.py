"""What plain Python finds for a question, over the same facts: what the reference itself rests on."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf, isclose
from typing import Any

from sqlalchemy import Connection

from ressenti.facts.schema import TABLES
from ressenti.indicators import names as naming
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.comparing import compared, is_other_period
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.measures import Distribution
from ressenti.indicators.model import Answer, Grain, Question, Value, Weighting
from ressenti.indicators.visibility import VisibleKeys
from ressenti.kit.refusals import Refusal
from ressenti.record.projects import Project, all_projects, common_zone
from tests.support import reference
from tests.support.engines.agreement import GeneratedFiles
from tests.support.engines.company import Company

Cells = dict[tuple[Any, ...], tuple[Any, int]]
"""Value and n by (key and label, bucket, note): those asked for."""


class SecondOpinion:
    """A company's facts as plain Python has them."""

    def __init__(self, company: Company, record: Connection) -> None:
        columns = {table: [column.name for column in columns] for table, columns in TABLES.items()}
        rows = {
            table: [dict(zip(columns[table], row, strict=True)) for one in company.facts for row in getattr(one, table)]
            for table in TABLES
        }
        whole = {row["conversation_id"]: row for row in rows["conversation"]}
        rows["handling"] = [whole[row["conversation_id"]] | row for row in rows["handling"]]
        self._record = record
        self._projects = all_projects(record)
        self._rows = {
            project.id: {table: [row for row in own if row["project_id"] == project.id] for table, own in rows.items()}
            for project in self._projects
        } | {0: rows}

    def known(self, question: Question) -> Question:
        """Return as much of a question as plain Python knows how to answer."""
        is_sunday = question.grain is Grain.WEEK and question.project == "shop"  # which begins its weeks then
        grain = None if is_sunday else question.grain
        return replace(question, attribution=None, weighting=Weighting.OWN, within=(), grain=grain)

    def differences(self, question: Question, answer: GeneratedFiles) -> list[str]:
        """Return where an answer says anything else."""
        if isinstance(answer, Refusal):
            return [str(answer)]
        wrong = self._total(question, answer.total)
        if (
            answer.previous is not None
            and question.start is not None
            and question.end is not None
            and is_other_period(question.compare)
        ):
            span = compared(question.compare, question.start, question.end, answer.zone, question.now)
            wrong += self._total(replace(question, start=span[0], end=span[1]), answer.previous)
        if question.by or question.grain or isinstance(INDICATORS[question.indicator].measure, Distribution):
            want, found = self._named(question, self._expected(question)), _found(question, answer)
            for key in want.keys() | found.keys():
                if not _same(found.get(key), want.get(key)):
                    wrong.append(f"{key}: {found.get(key)}, not {want.get(key)}")
        return wrong

    def _total(self, question: Question, total: Value) -> list[str]:
        want = self._expected(replace(question, by=None, grain=None))
        if isinstance(INDICATORS[question.indicator].measure, Distribution):
            n = sum(n for _value, n in want.values())
            return [] if total.n == n else [f"total: {total.n}, not {n}"]
        value, n = want.get((), (total.value or None, 0))
        return [] if _same((total.value or None, total.n), (value or None, n)) else [f"total: {total}, not {want}"]

    def _expected(self, question: Question) -> Mapping[tuple[Any, ...], tuple[Any, int]]:
        chosen = self._chosen(question)
        everything = VisibleKeys(self._record, (), tuple(chosen), lambda _one: ())
        filters = [
            (one.dimension, set(naming.ids_of(everything, dimension(one.dimension), one.keys, chosen)), one.is_excluded)
            for one in question.where
        ]
        return reference.expected(
            self._rows[chosen[0].id if question.project else 0],
            question.indicator,
            by=question.by,
            grain=question.grain,
            anchor=question.anchor,
            zone=question.zone or common_zone(chosen),
            period=(
                -inf if question.start is None else question.start,
                inf if question.end is None else question.end,
            ),  # type: ignore[arg-type]
            where=filters,
            window_us=question.window_s * 1_000_000,
            now=question.now,
        )

    def _chosen(self, question: Question) -> list[Project]:
        return [one for one in self._projects if question.project in {None, one.key}]

    def _named(self, question: Question, cells: Mapping[tuple[Any, ...], tuple[Any, int]]) -> Cells:
        """Return cells by keys and labels, as an answer has them."""
        if question.by is None:
            return dict(cells)
        of = naming.names(self._record, dimension(question.by), {key[0] for key in cells}, self._chosen(question))
        return {(*of[key[0]], *key[1:]): cell for key, cell in cells.items()}


def _found(question: Question, answer: Answer) -> Cells:
    found = {}
    for row in answer.rows:
        key: list[Any] = [row.key, row.label] if question.by else []
        moment = row.bucket if question.by else row.key
        key += [reference.bucket_of_key(moment, question.grain)] if question.grain and moment else []
        rating = row.rating if question.by or question.grain else row.key
        key += [int(rating)] if rating is not None and question.indicator in reference.RATINGS else []
        if row.value.n:
            found[tuple(key)] = (row.value.value, row.value.n)
    return found


def _same(one: tuple[Any, int] | None, other: tuple[Any, int] | None) -> bool:
    if one is None or other is None or None in {one[0], other[0]}:
        return one == other
    return one[1] == other[1] and isclose(one[0], other[0], rel_tol=1e-12, abs_tol=1e-9)
