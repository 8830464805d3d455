"""With what the report compares, what else it could, and how that is said (D37)."""

from dataclasses import dataclass
from datetime import date

from ressenti.indicators.catalogue import indicator
from ressenti.indicators.comparing import is_other_period
from ressenti.indicators.model import Comparison, OtherDates, Target, Unit
from ressenti.kit.i18n import _, translate
from ressenti.reports import comparison_wording, wording
from ressenti.reports.choice import NO_COMPARISON, ReportChoice
from ressenti.reports.dates import span
from ressenti.reports.period import comparison_for
from ressenti.web.pages.report_context import ReportContext

_OFFERED = (
    Comparison.PREVIOUS,
    Comparison.WEEKDAYS,
    Comparison.UNIT,
    Comparison.MONTH,
    Comparison.YEAR,
    Comparison.USUAL,
    Comparison.EVERYONE,
)
TARGETS = {Unit.PERCENT: "%", Unit.SECONDS: "s"}
"""What stands behind the number of a target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonMenu:
    """The comparisons there are: words, whether chosen, address; and what the forms for dates and a target hold."""

    links: tuple[tuple[str, bool, str], ...]
    kept: tuple[tuple[str, str], ...]
    first: date
    last: date
    target: str
    target_of: str
    target_unit: str


def comparison_menu(report: ReportContext) -> ComparisonMenu:
    """Return with what the report can be compared: first as the page chooses, at last with nothing."""
    choice, language = report.choice, report.language
    links = {_name(choice, one, language): (one, choice.but(compare=_word(one, choice))) for one in _kinds(choice)}
    comparison = choice.wanted_comparison
    before = comparison if isinstance(comparison, OtherDates) else None
    usual = choice.period.before(Comparison.WEEKDAYS, report.reading.zone)
    nothing = choice.but(compare=NO_COMPARISON)
    asked = indicator(choice.indicator)
    return ComparisonMenu(
        links=(
            *((words, one is comparison, other.address()) for words, (one, other) in links.items()),
            (translate(_("no comparison"), language), comparison is None, nothing.address()),
        ),
        kept=tuple(pair for pair in choice.parameters() if pair[0] != "compare"),
        first=before.start if before else usual.start,
        last=usual.last if before is None else before.end.fromordinal(before.end.toordinal() - 1),
        target=str(comparison) if isinstance(comparison, Target) else "",
        target_of=wording.name(choice.indicator, language=language),
        target_unit=TARGETS.get(asked.unit, ""),
    )


def compared_note(report: ReportContext) -> str:
    """Say what everything is compared with, or why with nothing; "" where nothing was asked for."""
    choice, language = report.choice, report.language
    comparison = choice.wanted_comparison
    if comparison is None:
        return ""
    name = comparison_wording.previous_name(choice, currency=report.currency, language=language)
    if choice.is_refused:
        sentence = _("Nothing is compared: {what} ({days}) holds too few conversations to compare with.")
        if comparison is Comparison.USUAL:
            sentence = _(
                "Nothing is compared: too few of the eight earlier ones hold conversations to say what is usual."
            )
        return translate(sentence, language).format(what=name, days=_days(report, language))
    match comparison:
        case Comparison.USUAL:
            sentence = _(
                "Compared with {what}: the median of the eight before, incidents left out. Clear is what lies outside "
                "their band, and outside its own margin."
            )
        case Comparison.EVERYONE:
            sentence = _("Compared with everyone: the same days without the filters, dotted in each small figure.")
        case Target():
            sentence = _("Compared with {what}. Other indicators are compared with nothing.")
        case _:
            sentence = _("Compared with {what}: {days}, dotted in each small figure.")
    return translate(sentence, language).format(what=name, days=_days(report, language))


def _kinds(choice: ReportChoice) -> list[Comparison]:
    """Return the comparisons that mean something, first the one that the page chooses."""
    chosen = comparison_for(choice.period)
    possible = [one for one in _OFFERED if choice.but(compare=one.value).compare and one is not chosen]
    return [chosen, *possible]


def _word(kind: Comparison, choice: ReportChoice) -> str | None:
    return None if kind is comparison_for(choice.period) else kind.value


def _name(choice: ReportChoice, kind: Comparison, language: str) -> str:
    return comparison_wording.comparison_name(kind, choice.period, language=language)


def _days(report: ReportContext, language: str) -> str:
    """Return the days of the other period, "" where there is none."""
    kind = report.choice.wanted_comparison
    if not is_other_period(kind):
        return ""
    other = report.choice.period.before(kind, report.reading.zone)
    return span(other.start, other.last, language=language)
