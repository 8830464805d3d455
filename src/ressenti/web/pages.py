"""How does a report become a page: its values meet the templates here, without any web framework.

The language and the theme are links with `lang` and `theme` in the address; whoever serves the page may remember
them elsewhere (a cookie) and then need not carry them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from ressenti.indicators.model import Unit
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Refusal
from ressenti.reports import wording
from ressenti.reports.choice import Choice, read_choice
from ressenti.reports.customer_experience import Point, RankedRow, Ranking, Report, Tile
from ressenti.reports.figures.axis import DENSE
from ressenti.reports.figures.evolution import draw_evolution, is_gap
from ressenti.reports.figures.ranking import draw_head, draw_row
from ressenti.reports.figures.scale import Scale, ranking_scale
from ressenti.reports.figures.spark import draw_spark
from ressenti.reports.format import amount, number
from ressenti.reports.lead import lead
from ressenti.reports.period import PRESETS, grains_for
from ressenti.web.templating import environment

THEMES = ("system", "light", "dark")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The content security policy these pages are written for."""

_DATES = frozenset({"from", "to", "last", "period", "grain"})
"""Parameters that choosing other days replaces."""
_SOME_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds every page: in which language and theme, for which project, and where its files lie.

    `here` are the parameters of the present address, `carried` those that every link repeats (`lang`, `theme`).
    `static` is the address of the style sheets and scripts, without a slash at its end.
    """

    language: str = "en"
    theme: str = "system"
    project: str = ""
    here: Mapping[str, str]
    carried: Mapping[str, str]
    static: str = "/static"

    def other(self, **changes: str) -> str:
        """Return the address of this same page in another language or theme."""
        return "?" + urlencode({**self.here, **self.carried, **changes})


def render_page(
    report: Report,
    *,
    language: str = "en",
    theme: str = "system",
    definitions: Mapping[str, str],
    project: str = "",
    carried: Mapping[str, str] | None = None,
    static: str = "/static",
) -> str:
    """Return the Customer experience report as a page.

    `definitions` are the sentences of the indicators' declarations, in this language, by key.
    """
    frame = Frame(
        language=language,
        theme=theme,
        project=project,
        here=report.choice.parameters(),
        carried=carried or {},
        static=static,
    )
    content = _content(report, frame, definitions)
    return environment(language).get_template("customer_experience.html.j2").render(frame=frame, **content)


def render_problem(
    sentence: str,
    *,
    typed: Mapping[str, str],
    language: str = "en",
    theme: str = "system",
    project: str = "",
    carried: Mapping[str, str] | None = None,
    static: str = "/static",
) -> str:
    """Return a page that says what could not be done and what to do instead; it keeps what was typed.

    `sentence` is a refusal's own, already in this language; `typed` are the parameters as they came.
    """
    here = {key: value for key, value in typed.items() if key not in {"lang", "theme"}}
    frame = Frame(language=language, theme=theme, project=project, here=here, carried=carried or {}, static=static)
    kept = {key: value for key, value in here.items() if key not in _DATES and _is_readable(key, value)}
    return (
        environment(language)
        .get_template("problem.html.j2")
        .render(
            frame=frame,
            sentence=sentence,
            kept={**kept, **frame.carried},
            first=typed.get("from", ""),
            last=_last_typed(typed),
        )
    )


def _content(report: Report, frame: Frame, definitions: Mapping[str, str]) -> dict[str, Any]:
    language, choice = frame.language, report.choice
    before = wording.previous_name(report, language=language)
    return {
        "report": report,
        "lead": lead(report, language=language),
        "before": before,
        "tiles": [_tile(tile, choice, frame, definitions) for tile in report.tiles],
        "evolution": _evolution(report, frame, before),
        "ranking": _ranking(report.ranking, choice, frame),
        "presets": [
            (wording.PRESETS[key], key == choice.preset, _preset_address(choice, key, frame)) for key in PRESETS
        ],
        "anchors": [
            (words, anchor is choice.anchor, choice.but(anchor=anchor).address(frame.carried))
            for anchor, words in wording.ANCHORS.items()
        ],
        "kept": _kept_by_form(choice, frame),
        "agent": _agent(report, frame),
        "elsewhere": _elsewhere(report, frame),
        "now": from_us(report.now).astimezone(ZoneInfo(report.zone)),
    }


def _tile(tile: Tile, choice: Choice, frame: Frame, definitions: Mapping[str, str]) -> dict[str, Any]:
    return {
        "tile": tile,
        "name": wording.NAMES[tile.indicator],
        "is_median": tile.indicator in wording.MEDIANS,
        "definition": definitions.get(tile.indicator, ""),
        "spark": draw_spark(tile.shape, previous=tile.previous.value if tile.previous else None),
        "address": choice.but(indicator=tile.indicator).address(frame.carried),
    }


def _evolution(report: Report, frame: Frame, before: str) -> dict[str, Any]:
    evolution, choice, language = report.evolution, report.choice, frame.language
    title = wording.evolution_title(evolution, language=language)

    def lead_to(point: Point) -> str | None:
        is_whole = point.days is None or point.days == choice.period
        return None if is_whole or point.days is None else choice.narrowed(point.days).address(frame.carried)

    describe = partial(wording.describe, evolution=evolution, before=before, language=language)
    names = wording.bucket_names(evolution, language=language)
    return {
        "title": title,
        "unit": evolution.unit,
        "drawing": draw_evolution(evolution, language=language, label=title, describe=describe, lead_to=lead_to),
        "rows": [(name, point, lead_to(point)) for name, point in zip(names, evolution.points, strict=True)],
        "grain": evolution.grain,
        "grains": [
            (wording.GRAINS[grain], grain is evolution.grain, choice.but(grain=grain).address(frame.carried))
            for grain in grains_for(choice.period.days)
        ],
        "has_interval": evolution.unit in {Unit.PERCENT, Unit.POINTS},
        "has_gaps": bool(evolution.total.n) and any(map(is_gap, evolution.points)),
        "has_unfinished": any(point.is_unfinished and point.value.value is not None for point in evolution.points),
        "is_dense": len(evolution.points) > DENSE,
        "leads_on": any(lead_to(point) for point in evolution.points),
    }


def _ranking(ranking: Ranking, choice: Choice, frame: Frame) -> dict[str, Any]:
    language, everyone = frame.language, ranking.total.value
    scale = ranking_scale(row.value.value for row in ranking.ranked if row.value.value is not None)
    words = "" if everyone is None else f"{translate(_('all'), language)} {number(everyone, 1, language=language)}"
    return {
        "ranking": ranking,
        "head": draw_head(scale, ranking.unit, language=language, everyone=everyone, words=words),
        "ranked": [_ranked(row, ranking, choice, frame, scale) for row in ranking.ranked],
        "few": [_ranked(row, ranking, choice, frame, scale, is_few=True) for row in ranking.few],
        "starts_at": scale.low,
        "all_rows": choice.but(is_whole_ranking=True).address(frame.carried) if ranking.hidden_count else None,
    }


def _ranked(
    row: RankedRow, ranking: Ranking, choice: Choice, frame: Frame, scale: Scale, *, is_few: bool = False
) -> dict[str, Any]:
    leads_on = row.key is not None and row.key != choice.agent
    written = wording.few_share(row.value, language=frame.language) if is_few else None
    return {
        "row": row,
        "label": wording.row_label(row.key, row.label, language=frame.language),
        "drawing": draw_row(row.value, scale, everyone=ranking.total.value, is_few=is_few),
        "written": written or amount(row.value.value, ranking.unit, language=frame.language),
        "address": choice.but(agent=row.key).address(frame.carried) if leads_on else None,
    }


def _is_readable(key: str, value: str) -> bool:
    """Say whether a parameter may be sent again: one that cannot be read would fail again."""
    try:
        read_choice({key: value}, today=_SOME_DAY)
    except Refusal:
        return False
    return True


def _last_typed(typed: Mapping[str, str]) -> str:
    """Return the last day as typed; the end that an address excludes becomes the day before."""
    if typed.get("last") or not typed.get("to"):
        return typed.get("last", "")
    try:
        return (date.fromisoformat(typed["to"]) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return typed["to"]


def _preset_address(choice: Choice, key: str, frame: Frame) -> str:
    """Return the address of a preset; its days are worked out when it is opened, not now."""
    kept = {name: value for name, value in choice.parameters().items() if name not in _DATES}
    return "?" + urlencode({**kept, "period": key, **frame.carried})


def _kept_by_form(choice: Choice, frame: Frame) -> dict[str, str]:
    """Return what the form for other dates must send along, so that nothing else changes."""
    return {name: value for name, value in choice.parameters().items() if name not in _DATES} | dict(frame.carried)


def _agent(report: Report, frame: Frame) -> tuple[str, str] | None:
    """Return whose conversations the page is narrowed to, and the address that lets go of them."""
    key = report.choice.agent
    if key is None:
        return None
    rows = (*report.ranking.ranked, *report.ranking.few)
    label = next((row.label for row in rows if row.key == key), key)
    return label, report.choice.but(agent=None).address(frame.carried)


def _elsewhere(report: Report, frame: Frame) -> list[tuple[Any, str]]:
    """Return the periods that do hold something, with their addresses: the last month, then everything."""
    if report.elsewhere is None:
        return []
    choice = report.choice.but(anchor=report.elsewhere.anchor)
    periods = (report.elsewhere.latest, report.elsewhere.everything)
    return [(period, choice.narrowed(period).address(frame.carried)) for period in dict.fromkeys(periods)]
