"""With which sentence is an episode told: when it began, how far it went, whether it is over."""

from datetime import date

from ressenti.indicators.model import Unit
from ressenti.kit.i18n import _, translate
from ressenti.reports.dates import day, day_of_month
from ressenti.reports.episodes import ENOUGH, LEAST
from ressenti.reports.experience.episode import ToldEpisode
from ressenti.reports.format import percent

_FELL = {
    True: _("Satisfaction fell from {start} to {last}, lowest {figure} on {day}"),
    False: _("Satisfaction rose from {start} to {last}, highest {figure} on {day}"),
}
_WAS = {
    True: _("Satisfaction was lower than usual from {start} to {last}, lowest {figure} on {day}"),
    False: _("Satisfaction was higher than usual from {start} to {last}, highest {figure} on {day}"),
}
_GOES_ON = {
    True: _("Satisfaction has been lower than usual since {start}, lowest {figure} on {day}"),
    False: _("Satisfaction has been higher than usual since {start}, highest {figure} on {day}"),
}
_ONE_DAY = {
    True: _("Satisfaction fell on {last}, to {figure}"),
    False: _("Satisfaction rose on {last}, to {figure}"),
}


def episode_sentence(told: ToldEpisode, *, language: str = "en") -> tuple[str, str, str]:
    """Return the sentence of an episode of satisfaction, cut around the figure of its lowest, or highest, day."""
    found = told.episode
    said = translate(_kind(told)[found.is_low], language) + _since(told, language) + "."
    is_one_month = (found.start.year, found.start.month) == (found.last.year, found.last.month)
    start = found.start.day if is_one_month and not told.goes_on else None
    before, _hole, after = said.partition("{figure}")
    words = {
        "start": day(found.start, language=language, pattern="d" if start else "d MMMM"),
        "last": day(found.last, language=language, pattern="d MMMM"),
        "day": _short(found.extreme_on, found.last, language),
        "after": _short(found.after, found.last, language),
    }
    return before.format(**words), percent(found.extreme.value, language=language), after.format(**words)


def _kind(told: ToldEpisode) -> dict[bool, str]:
    found = told.episode
    if found.start == found.last:
        return _ONE_DAY
    if told.goes_on:
        return _GOES_ON
    return _WAS if found.start == told.period.start else _FELL


def _since(told: ToldEpisode, language: str) -> str:
    """Return where it stands since, in words; "" where it is not over, or where few answered since."""
    if told.since is None or told.since.value is None or told.since.n < ENOUGH:
        return ""
    is_back = abs(told.since.value - told.episode.usual) < LEAST[Unit.PERCENT]
    sentence = _("; since {after} it is back at {now}") if is_back else _("; since {after} it is at {now}")
    return translate(sentence, language).replace("{now}", percent(told.since.value, language=language))


def _short(on: date, beside: date, language: str) -> str:
    """Return a day as one says it beside another: `the 5th`, with its month where that is not the same."""
    if (on.year, on.month) == (beside.year, beside.month):
        return day_of_month(on, language=language)
    return translate(_("{day_of_month}"), language).format(day_of_month=day(on, language=language, pattern="d MMMM"))
