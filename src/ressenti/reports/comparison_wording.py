"""What a value is compared with, and how it changed, in words."""

from datetime import timedelta

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.comparing import is_other_period
from ressenti.indicators.model import Comparison, OtherDates, Target, Unit
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.reports.choice import ReportChoice
from ressenti.reports.comparison import Change, ChangeVerdict, Clarity, Direction
from ressenti.reports.dates import days_before, span
from ressenti.reports.format import NO_BREAK, amount, count, duration, number, percent, plural_form, rounded
from ressenti.reports.period import DAYS_OF_WEEK, ReportPeriod


def change_size(change: Change, unit: Unit, *, language: str = "en") -> str:
    """Return how large a change is, without its direction: `1.9 pts`, `7 s`, `4.8 %`."""
    match unit:
        case Unit.PERCENT | Unit.POINTS:
            digits = 1 if unit is Unit.PERCENT else 0
            form = plural_form(change.difference, digits, language=language)
            words = translate_count("{count} pt", "{count} pts", form, language)
            return words.format(count=number(abs(change.difference), digits, language=language)).replace(" ", NO_BREAK)
        case Unit.SECONDS if rounded(change.difference) or change.relative is None:
            return duration(abs(change.difference), language=language)
        case Unit.SCORE | Unit.SCORE_OF_7:
            return number(abs(change.difference), 2, language=language)
        case _ if change.relative is not None:
            return percent(abs(change.relative), language=language)
        case _:
            return count(abs(change.difference), language=language)


def change_words(change: Change, unit: Unit, *, language: str = "en") -> str:
    """Return a change in a word or two: `1.9 pts better`, `7 s faster`, `stable`, `few answers`."""
    if change.direction is Direction.STABLE:
        return translate(_("stable"), language)
    size = change_size(change, unit, language=language)
    return translate(_change_sentence(change, unit), language).format(size=size)


def change_short(change: Change, unit: Unit, *, language: str = "en") -> str:
    """Return a change as it stands in a column: its size, or `stable`."""
    if change.direction is Direction.STABLE:
        return translate(_("stable"), language)
    return change_size(change, unit, language=language)


def clarity_words(change: Change, *, language: str = "en") -> str:
    """Return what the diamond beside a change says."""
    sentence = {
        Clarity.CLEAR: _("clear change"),
        Clarity.CHANCE: _("could be chance"),
        Clarity.FEW: _("few answers"),
        Clarity.UNTESTED: "",
        Clarity.COUNTED: "",
    }[change.clarity]
    return translate(sentence, language) if sentence else ""


def _change_sentence(change: Change, unit: Unit) -> str:
    is_up = change.direction is Direction.UP
    if unit is Unit.SECONDS:
        return _("{size} slower") if is_up else _("{size} faster")
    if change.is_good_news is None:
        return _("{size} higher") if is_up else _("{size} lower")
    return _("{size} better") if change.verdict is ChangeVerdict.BETTER else _("{size} worse")


def previous_name(choice: ReportChoice, *, currency: str, language: str = "en") -> str:
    """Return what figures are compared with, in words: `the same weekdays before`, `a usual Tuesday`."""
    match choice.wanted_comparison:
        case None:
            return translate(_("no comparison"), language)
        case OtherDates(start, end):
            return span(start, end - timedelta(days=1), language=language)
        case Target(value):
            unit = INDICATORS[choice.indicator].unit
            written = amount(value, unit, language=language, currency=currency)
            return translate(_("the target of {value}"), language).format(value=written)
        case kind:
            return comparison_name(kind, choice.period, language=language)


def beside_name(choice: ReportChoice, *, currency: str, language: str = "en") -> str:
    """Return what figures are compared with where that is no other period, "" where it is one, or nothing."""
    if choice.comparison is None or is_other_period(choice.comparison):
        return ""
    return previous_name(choice, currency=currency, language=language)


def comparison_name(kind: Comparison, period: ReportPeriod, *, language: str = "en") -> str:
    """Return what a kind of comparison of a period is called."""
    match kind:
        case Comparison.USUAL if period.days == 1:
            return translate(_USUAL_DAYS[period.start.weekday()], language)
        case Comparison.PREVIOUS:
            return days_before(period.days, language=language)
        case Comparison.WEEKDAYS if period.days % DAYS_OF_WEEK == 0:
            return days_before(period.days, language=language)
        case Comparison.UNIT | Comparison.MONTH:
            return _months_before(period, language)
    return translate(_KINDS[kind], language)


_KINDS = {
    Comparison.WEEKDAYS: _("the same weekdays before"),
    Comparison.YEAR: _("a year before"),
    Comparison.USUAL: _("the usual"),
    Comparison.EVERYONE: _("everyone"),
}

_USUAL_DAYS = (
    _("a usual Monday"),
    _("a usual Tuesday"),
    _("a usual Wednesday"),
    _("a usual Thursday"),
    _("a usual Friday"),
    _("a usual Saturday"),
    _("a usual Sunday"),
)

_UNITS = {1: _("the month before"), 3: _("the quarter before"), 12: _("the year before")}


def _months_before(period: ReportPeriod, language: str) -> str:
    """Return what as many calendar months before are called; of a calendar unit what that is called."""
    if period.unit is Comparison.WEEKDAYS:
        return days_before(period.days, language=language)
    months = (period.last.year - period.start.year) * 12 + period.last.month - period.start.month + 1
    is_quarter = period.start.month % 3 == 1 and period.unit is Comparison.MONTH
    if months in _UNITS and (months == 1 or is_quarter or period.unit is Comparison.YEAR):
        return translate(_UNITS[months], language)
    return translate_count("{count} month before", "{count} months before", months, language).format(count=months)
