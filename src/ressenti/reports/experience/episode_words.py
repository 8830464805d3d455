"""With which sentence is an episode told: when it began, how far it went, whether it is over."""

from datetime import date

from ressenti.indicators.model import Unit
from ressenti.kit.i18n import _, translate
from ressenti.reports.dates import day, day_of_month
from ressenti.reports.episodes import LEAST, LEAST_ROWS_TO_NAME
from ressenti.reports.experience.episode import ToldEpisode
from ressenti.reports.format import NO_BREAK, percent

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
    episode = told.episode
    sentence = translate(_kind(told)[episode.is_low], language) + _since(told, language) + "."
    is_one_month = (episode.start.year, episode.start.month) == (episode.last.year, episode.last.month)
    is_day_alone = is_one_month and not told.goes_on
    before, _hole, after = sentence.partition("{figure}")
    words = {
        "start": _day_and_month(episode.start, language, is_day_alone=is_day_alone),
        "last": _day_and_month(episode.last, language),
        "day": _short(episode.extreme_on, episode.last, language),
        "after": _short(episode.after, episode.last, language),
    }
    return before.format(**words), percent(episode.extreme.value, language=language), after.format(**words)


def _kind(episode: ToldEpisode) -> dict[bool, str]:
    stretch = episode.episode
    if stretch.start == stretch.last:
        return _ONE_DAY
    if episode.goes_on:
        return _GOES_ON
    return _WAS if stretch.start == episode.period.start else _FELL


def _since(episode: ToldEpisode, language: str) -> str:
    """Return where it stands since, in words; "" where it is not over, or where few answered since."""
    if episode.since is None or episode.since.value is None or episode.since.n < LEAST_ROWS_TO_NAME:
        return ""
    is_back = abs(episode.since.value - episode.episode.usual) < LEAST[Unit.PERCENT]
    sentence = _("; since {after} it is back at {now}") if is_back else _("; since {after} it is at {now}")
    return translate(sentence, language).replace("{now}", percent(episode.since.value, language=language))


def _short(on: date, beside: date, language: str) -> str:
    """Return a day as one says it beside another: `the 5th`, with its month where that is not the same."""
    if (on.year, on.month) == (beside.year, beside.month):
        return day_of_month(on, language=language)
    return translate(_("{day_of_month}"), language).format(day_of_month=_day_and_month(on, language))


def _day_and_month(on: date, language: str, *, is_day_alone: bool = False) -> str:
    """Return a day with its month, which no end of a line parts, or where the month is said later, the day alone."""
    pattern = "d " if is_day_alone else "d MMMM"
    return day(on, language=language, pattern=pattern).strip().replace(" ", NO_BREAK)
