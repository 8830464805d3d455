"""Where a change comes from, as the report tells it: what the whole did, its causes in order, and why each is one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from ressenti.indicators.catalogue import indicator
from ressenti.indicators.drivers.explained_change import DriverCause, DriverRow, ExplainedChange, GroupStatus
from ressenti.indicators.drivers.row_means import LEAST_POINTS, has_parts
from ressenti.indicators.model import Better, Comparison, Target, Unit
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.reports import filter_wording, wording
from ressenti.reports.comparison import FEW_ANSWERS
from ressenti.reports.dates import day
from ressenti.reports.experience.report import ReportReader, credited
from ressenti.reports.format import NARROW, amount, count, duration, number, percent, plural_form, rounded


class ChangeShape(StrEnum):
    """What is to be told: causes of a clear change or within chance, that all moved alike, chance alone, or nothing."""

    CAUSES = "causes"
    WITHIN_CHANCE = "within chance"
    ALIKE = "alike"
    CHANCE = "chance"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChange:
    """A change that was taken apart, of an indicator for which `better` says which direction is good news.

    `found` is in its own unit: that of a delay is the share of rows above the median of before, in percent.
    """

    found: ExplainedChange
    better: Better
    zone: str
    is_of_median: bool

    @property
    def shape(self) -> ChangeShape:
        """Return what is to be told."""
        if self.found.unexplained is None:
            return ChangeShape.NOTHING
        if self.found.causes:
            return ChangeShape.CAUSES if self.is_clear else ChangeShape.WITHIN_CHANCE
        return ChangeShape.ALIKE if self.is_clear else ChangeShape.CHANCE

    @property
    def is_clear(self) -> bool:
        """Return whether the whole change is clear: never of a few answers, of which the tile says no more either."""
        is_few = min(self.found.total.n, self.found.previous.n) < FEW_ANSWERS and self.found.unit is not Unit.COUNT
        return self.found.is_clear and not is_few

    def is_good_news(self, change: float) -> bool | None:
        """Say how to colour a part: True, False, or None where there is no good direction."""
        if self.better is Better.NEUTRAL or not change:
            return None
        return (change > 0) == (self.better is Better.HIGHER)


def is_told(reading: ReportReader) -> bool:
    """Say whether the report tells where the change of the chosen indicator comes from: of one since other days."""
    compared = reading.choice.comparison
    is_of_days = compared is not None and compared is not Comparison.EVERYONE and not isinstance(compared, Target)
    return bool(reading.explain and is_of_days and has_parts(indicator(reading.choice.indicator)))


def since_other_days(reading: ReportReader) -> ReportReader:
    """Return the reading whose change is taken apart: beside the usual, which is no days, the same weekdays before."""
    if reading.choice.comparison is not Comparison.USUAL:
        return reading
    return replace(reading, choice=replace(reading.choice, compare=Comparison.WEEKDAYS.value))


def prepare_drivers(told: ReportReader) -> ToldChange:
    """Return where the change of the chosen indicator comes from; raises TypeError where that is not told."""
    reading = since_other_days(told)
    choice = reading.choice
    if reading.explain is None:
        raise TypeError(reading)
    one = indicator(choice.indicator)
    question = choice.question(one.key, zone=reading.zone, now=reading.now, attribution=credited(choice, one.key))
    found = reading.explain(question)
    is_of_median = found.unit is not one.unit
    return ToldChange(found=found, better=one.better, zone=reading.zone, is_of_median=is_of_median)


def signed(change: float, unit: Unit, *, language: str = "en") -> str:
    """Return a part of a change with its sign: `−7.1 pts`, `+320`, `+0.12`."""
    digits = {Unit.COUNT: 0, Unit.SECONDS: 0, Unit.SCORE: 2}.get(unit, 1)
    sign = "+" if rounded(change, digits) > 0 else ""
    if unit is Unit.SECONDS:
        return sign + duration(change, language=language)
    written = sign + number(change, digits, language=language)
    if unit not in {Unit.PERCENT, Unit.POINTS}:
        return written
    words = translate_count("{count} pt", "{count} pts", plural_form(change, digits, language=language), language)
    return words.format(count=written).replace(" ", NARROW)


def reasons(explained: ToldChange, cause: DriverCause, *, language: str = "en") -> str:
    """Return in words why something is a cause: what it did itself, and whether there is more or less of it."""
    if explained.found.unit is Unit.COUNT:
        return ""
    words = _status_words(cause, explained.zone, language) or ", ".join(_parts(explained, cause, language))
    return words[:1].upper() + words[1:]


def values(explained: ToldChange, cause: DriverCause, *, language: str = "en") -> str:
    """Return the values behind a cause: now, before, and of the others now."""
    unit = explained.found.unit

    def write(value: float | None) -> str:
        return amount(value, unit, language=language, fine=True)

    if unit is Unit.COUNT:
        sentence = translate(_("{now} now, {before} before"), language)
        return sentence.format(now=write(cause.now), before=write(cause.before))
    if cause.now is None:
        sentence = translate(_("{before} before; the others {others}"), language)
    elif cause.before is None:
        sentence = translate(_("{now} now; the others {others}"), language)
    else:
        sentence = translate(_("{now} now, {before} before; the others {others}"), language)
    return sentence.format(now=write(cause.now), before=write(cause.before), others=write(cause.others))


def label(row: DriverRow, *, language: str = "en") -> str:
    """Return what a row is called; small groups are said with how many they are."""
    if row.groups is not None:
        words = translate_count("{count} small group", "{count} small groups", row.groups, language)
        return words.format(count=count(row.groups, language=language))
    return filter_wording.row_label(row.cause, row.key, row.label, language=language)


def state_words(row: DriverRow, unit: Unit, *, language: str = "en") -> str:
    """Return what a table says of a row: its place in the chain is another matter."""
    if row.status is not None and row.status is not GroupStatus.SMALL:
        return translate(_STATUS_NAMES[row.status], language)
    if not row.clear:
        return translate(_("could be chance"), language) if row.q is not None else ""
    worth = abs(row.change if row.part is None else row.part)
    is_small = unit in {Unit.PERCENT, Unit.POINTS} and worth < LEAST_POINTS
    return translate(_("clear, small") if is_small else _("clear"), language)


def opening(explained: ToldChange, name: str, before: str, now: str, *, language: str = "en") -> str:
    """Return the sentence the panel opens with; `before` and `now` are the values of the tile, as it writes them."""
    kind = explained.found
    rests_on = wording.base(kind.total, kind.unit, of=kind.indicator, language=language)
    sentence = translate(_OPENINGS[explained.shape], language).format(base=rests_on)
    values_said = translate(_("{name}: {before} before, {now} now."), language).format(
        name=name, before=before, now=now
    )
    if explained.shape is ChangeShape.NOTHING:
        return sentence
    if not explained.is_of_median:
        return f"{values_said} {sentence}".strip()
    above = translate(
        _("Taken apart is the share that took longer than half of them did before: {before} then, {now} now."), language
    ).format(before=percent(kind.previous.value, language=language), now=percent(kind.total.value, language=language))
    return f"{values_said} {above} {sentence}".strip()


def left_over(explained: ToldChange, *, language: str = "en") -> str:
    """Return what stays unexplained, in words."""
    left = signed(explained.found.unexplained or 0.0, explained.found.unit, language=language)
    sentence = _(
        "In this order: each is counted among what none above it holds. Unexplained, among all the rest: {left}."
    )
    return translate(sentence, language).format(left=left)


_OPENINGS = {
    ChangeShape.CAUSES: _("The change comes from:"),
    ChangeShape.WITHIN_CHANCE: _("As a whole the change could be chance. What clearly moved it:"),
    ChangeShape.ALIKE: _(
        "Everywhere alike, as far as {base} tell: no channel, topic, group or agent, nor any other row, clearly moved "
        "it more than the rest did."
    ),
    ChangeShape.CHANCE: _("The change could be chance, and nothing is named as its cause."),
    ChangeShape.NOTHING: _("One of the two periods holds nothing to compare, so no change can be taken apart."),
}

_STATUS_NAMES = {
    GroupStatus.NEW: _("new"),
    GroupStatus.GONE: _("gone"),
    GroupStatus.NEWLY_MEASURED: _("newly measured"),
}


def _status_words(cause: DriverCause, zone: str, language: str) -> str:
    match cause.row.status:
        case GroupStatus.NEW:
            return translate(_("new: there was none before"), language)
        case GroupStatus.GONE:
            return translate(_("gone: there is none any more"), language)
        case GroupStatus.NEWLY_MEASURED if cause.since is not None:
            since = day(from_us(cause.since).astimezone(ZoneInfo(zone)).date(), language=language)
            sentence = _("newly measured: asked since {day}; the conversations were there before")
            return translate(sentence, language).format(day=since)
        case GroupStatus.NEWLY_MEASURED:
            return translate(_("no longer measured: the conversations are there, and nobody is asked"), language)
    return ""


def _parts(explained: ToldChange, cause: DriverCause, language: str) -> Iterator[str]:
    """Yield the two parts of a cause that are seen once rounded, the larger first."""
    unit = explained.found.unit
    both = [(cause.rate, _own_words(explained, cause)), (cause.mix, _size_words(cause))]
    for part, sentence in sorted(both, key=lambda one: -abs(one[0])):
        size = signed(part, unit, language=language)
        if rounded(part, 1 if unit is not Unit.SCORE else 2):
            shares = [percent(share, 0, language=language) for share in (cause.share_before, cause.share)]
            yield translate(sentence, language).format(size=size, before=shares[0], now=shares[1])


def _own_words(explained: ToldChange, cause: DriverCause) -> str:
    if explained.better is Better.LOWER:
        return _("slower than before ({size})") if cause.rate > 0 else _("faster than before ({size})")
    if explained.better is Better.HIGHER:
        return _("better than before ({size})") if cause.rate > 0 else _("weaker than before ({size})")
    return _("higher than before ({size})") if cause.rate > 0 else _("lower than before ({size})")


def _size_words(cause: DriverCause) -> str:
    if cause.share > cause.share_before:
        return _("more of them, {now} of all, {before} before ({size})")
    return _("fewer of them, {now} of all, {before} before ({size})")
