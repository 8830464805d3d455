"""Which surveys were sent, answered and rated, and how?"""

from collections.abc import Mapping
from dataclasses import dataclass

from ressenti.indicators.catalogue import INDICATORS, RESPONSE_RATE, SURVEY_COMPLETION, SURVEY_COVERAGE
from ressenti.indicators.dimensions import SURVEY
from ressenti.indicators.model import Value
from ressenti.reports.experience.report import ReportReader, available_among

SURVEYED = tuple(
    one.key for one in sorted(INDICATORS.values(), key=lambda one: one.survey_column or 0) if one.survey_column
)
"""The indicators that tell of a survey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyTableRow:
    """One survey, or with `is_one` false all of them: how many were offered and answered, and each indicator's value.

    `key` is None for surveys without a name.
    """

    key: str | None
    label: str
    is_one: bool
    offered: int | None
    answered: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyOverview:
    """Every survey, all together first; `coverage` is the share of the conversations in which one was offered.

    `why` is a sentence that says why it is not known.
    """

    rows: tuple[SurveyTableRow, ...]
    coverage: Value
    why: str | None = None


def prepare_surveys(reading: ReportReader) -> SurveyOverview:
    """Return what every survey brought: sent, answered, and what was answered (D21, domain section 6.3)."""
    keys = available_among(SURVEYED, reading.choice.anchor)
    answers = {key: reading.answer(key, by=SURVEY.key, compare=None) for key in keys}
    names = dict.fromkeys(row.name for answer in answers.values() for row in answer.rows)
    by_name = {key: {row.name: row.value for row in answer.rows} for key, answer in answers.items()}
    has_rate = RESPONSE_RATE.key in keys
    rows = [
        _survey(key, label, {one: found[name] for one, found in by_name.items() if name in found}, has_rate=has_rate)
        for name in names
        for _id, key, label in [name]
    ]
    totals = {key: answer.total for key, answer in answers.items()}
    everything = _survey(None, "", totals, has_rate=has_rate, is_one=False)
    rows.sort(key=lambda row: (-(row.offered or row.answered), row.label.casefold()))
    coverage = reading.answer(SURVEY_COVERAGE.key, compare=None)
    return SurveyOverview(rows=(everything, *rows), coverage=coverage.total, why=coverage.why)


def _survey(
    key: str | None, label: str, values: Mapping[str, Value], *, has_rate: bool, is_one: bool = True
) -> SurveyTableRow:
    """Return a row; what was offered is not known (D40) where a rate was asked for, and rests on nothing."""
    rate, begun = values.get(RESPONSE_RATE.key), values.get(SURVEY_COMPLETION.key)
    offered, answered = rate.n if rate else 0, begun.n if begun else 0
    is_told = offered > 0 or not answered or not has_rate
    return SurveyTableRow(
        key=key,
        label=label,
        is_one=is_one,
        offered=offered if is_told else None,
        answered=answered,
        values=values,
    )
