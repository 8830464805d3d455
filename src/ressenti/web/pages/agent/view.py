"""How is an agent shown: their figures beside everyone's, over time, and what of theirs is worth reading?"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from litestar import Response
from litestar.exceptions import NotFoundException

from ressenti.accounts.permissions import Permission
from ressenti.facts.engines.engine import Engine
from ressenti.indicators.catalogue import indicator
from ressenti.indicators.dimensions import AGENT
from ressenti.indicators.model import Comparison, Unit, Value
from ressenti.indicators.names import WITHOUT, key_beside
from ressenti.reports import comparison_wording, filter_wording, wording
from ressenti.reports.agent_page import AGENT_PAGE, agent_address
from ressenti.reports.choice import OVERVIEW, ReportChoice, available
from ressenti.reports.comparison import Change, compare
from ressenti.reports.conversations.page import ConversationsPage, prepare_page
from ressenti.reports.conversations.query import WORTH, ConversationQuery
from ressenti.reports.dates import span
from ressenti.reports.drilldown import CONVERSATIONS, DrilldownTarget, address_behind
from ressenti.reports.experience.report import ReportReader, prepare_evolution
from ressenti.reports.few import is_few
from ressenti.reports.figures.evolution import draw_evolution
from ressenti.reports.figures.fluid import write_fluid
from ressenti.reports.model import EvolutionPoint
from ressenti.reports.period import PRESETS
from ressenti.web.pages.conversations.place import address_in_list
from ressenti.web.pages.conversations.resolved_query import access_of
from ressenti.web.pages.filters.view import chips_of
from ressenti.web.pages.page_context import show
from ressenti.web.pages.report_context import ReportContext, open_report
from ressenti.web.pages.request_context import RequestContext

MOST_CONVERSATIONS = 8
"""Conversations on the page: the list has the others."""
_SHORT_PRESETS = ("7d", "30d", "90d", "12m")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFigure:
    """An indicator of an agent, and of everyone, None for who sees nobody else.

    `difference` is from everyone, None of what is only counted; `change` is from the other period. `counts` says a
    share of few in whole numbers, "" elsewhere; `is_few`: it rests on few.
    """

    indicator: str
    name: str
    unit: Unit
    value: Value
    everyone: Value | None
    difference: Change | None
    change: Change | None
    address: str
    behind: str
    is_few: bool
    counts: str


def show_agent(context: RequestContext) -> Response[str]:
    """Show one agent; raises NotFoundException where the address names none, and UnknownKey for one not to be seen."""
    report = open_report(context)
    choice = replace(report.choice, tab=OVERVIEW)
    keys = choice.keys(AGENT.key)
    if len(keys) != 1 or keys[0] == WITHOUT:
        raise NotFoundException
    language = report.language
    name = filter_wording.row_label(AGENT.key, keys[0], report.labels[AGENT.key, keys[0]], language=language)
    days = span(choice.period.start, choice.period.last, language=language)
    return show(
        replace(report.page, context=choice.filtered(AGENT.key, []).context()),
        "agent/agent",
        report=report,
        choice=choice,
        name=name,
        said=[name, wording.name(choice.indicator, language=language), days],
        key=key_beside(AGENT.key, keys[0], report.labels[AGENT.key, keys[0]]),
        figures=_figures(report, choice),
        before=_before(report, choice),
        sees_others=not report.sees_one_agent,
        whole_report=choice.address(),
        **_period_and_filters(report, choice, keys[0]),
        **_evolution(report, choice),
        **_worth_reading(context, report, choice),
    )


def _period_and_filters(report: ReportContext, choice: ReportChoice, key: str) -> dict[str, Any]:
    """Return the periods to choose from, the short ones first, and what else than the agent is filtered by."""
    others = [one for one in choice.where if one.dimension != AGENT.key]
    chips = chips_of(others, report.labels, choice.parameters(), AGENT_PAGE, report.language)
    presets = {one: (wording.PRESETS[one], one == choice.preset, _address(choice, preset=one)) for one in PRESETS}
    return {
        "presets": [presets[one] for one in _SHORT_PRESETS],
        "more_presets": [one for preset, one in presets.items() if preset not in _SHORT_PRESETS],
        "kept": [
            pair
            for pair in choice.parameters()
            if pair not in choice.period_parameters() and pair[0] not in {"grain", "tab"}
        ],
        "filters": [label for chip in chips for label in chip.labels],
        "unfiltered": agent_address(key, choice.but(where=())),
    }


def _address(choice: ReportChoice, **changes: Any) -> str:
    return choice.but(grain=None, **changes).address(AGENT_PAGE)


def _before(report: ReportContext, choice: ReportChoice) -> str:
    """Return what else than everyone the figures are compared with, "" where with nothing else."""
    if choice.comparison in {None, Comparison.EVERYONE}:
        return ""
    return comparison_wording.previous_name(choice, currency=report.currency, language=report.language)


def _figures(report: ReportContext, choice: ReportChoice) -> list[AgentFigure]:
    reading = replace(report.reading, choice=choice)
    beside = replace(reading, choice=_with_everyone(choice))
    return [_figure(key, reading, None if report.sees_one_agent else beside, report) for key in available(choice)]


def _with_everyone(choice: ReportChoice) -> ReportChoice:
    return replace(choice, compare=Comparison.EVERYONE.value, is_refused=False)


def _figure(key: str, reading: ReportReader, beside: ReportReader | None, report: ReportContext) -> AgentFigure:
    own, choice, better = reading.answer(key), reading.choice, indicator(key).better
    all_of_them = beside.answer(key) if beside else None
    is_counted = own.unit in {Unit.COUNT, Unit.MONEY}
    difference, few = None, is_few(own.total, own.unit)
    if all_of_them and not is_counted:
        p = all_of_them.p
        difference = compare(all_of_them.total, all_of_them.previous, unit=own.unit, better=better, p=p)
    return AgentFigure(
        indicator=key,
        name=wording.name(key, language=report.language),
        unit=own.unit,
        value=own.total,
        everyone=all_of_them.previous if all_of_them else None,
        difference=difference,
        change=compare(own.total, own.previous, unit=own.unit, better=better, p=own.p),
        address=choice.but(indicator=key).address(AGENT_PAGE),
        behind=address_behind(choice, DrilldownTarget(of=key)),
        is_few=few,
        counts=wording.few_share(own.total, language=report.language) if few and own.unit is Unit.PERCENT else "",
    )


def _evolution(report: ReportContext, choice: ReportChoice) -> dict[str, Any]:
    """Draw the chosen indicator over time, with everyone beside where the viewer sees others."""
    shown = choice if report.sees_one_agent else _with_everyone(choice)
    language, reading = report.language, replace(report.reading, choice=shown)
    evolution = prepare_evolution(reading)
    title = wording.evolution_title(evolution, language=language)

    def lead_to(point: EvolutionPoint) -> str | None:
        if not point.value.n:
            return None
        behind = DrilldownTarget(of=choice.indicator, grain=evolution.grain.value, bucket=point.key)
        return address_behind(choice, behind)

    before = comparison_wording.previous_name(shown, currency=report.currency, language=language)
    describe = partial(wording.describe, evolution=evolution, before=before, language=language)
    drawing = draw_evolution(evolution, language=language, label=title, describe=describe, lead_to=lead_to)
    return {"drawing": write_fluid(drawing), "title": title, "drawn_beside": before if shown.comparison else ""}


def _worth_reading(context: RequestContext, report: ReportContext, choice: ReportChoice) -> dict[str, Any]:
    """Return the conversations worth reading, for who may read conversations; what was written, for who may read that.

    The list itself leaves the comments out for who may not read them.
    """
    if not context.viewer.may(Permission.READ_CONVERSATIONS):
        return {}
    query = ConversationQuery(choice=choice, sort=WORTH)
    access = access_of(context, report.page)

    def prepare(engine: Engine) -> ConversationsPage:
        with context.record.read() as record:
            return prepare_page(query, access, engine, record)

    listing = context.facts.using(prepare)
    return {
        "conversations": [
            (row, address_in_list(row.id, query))
            for row in listing.rows[:MOST_CONVERSATIONS]
            if row.reasons and row.reasons.points
        ],
        "count_in_all": listing.count,
        "whole_list": query.address(CONVERSATIONS),
    }
