"""With which sentence does the report open: what changed, or that it is steady, or that nothing was measured."""

from dataclasses import dataclass

from ressenti.indicators.model import Value
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.reports import wording
from ressenti.reports.comparison import Change, Clarity, Direction
from ressenti.reports.experience.episode import ToldEpisode
from ressenti.reports.experience.episode_words import episode_sentence
from ressenti.reports.few import FEW, FEW_FOR_A_LINE
from ressenti.reports.format import NO_BREAK, duration_in_words, few_of, number, percent, plural_form, rounded
from ressenti.reports.model import Standing, Tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The opening sentence in one language, cut around the figure to stand out, and the one that follows it."""

    before: str
    figure: str = ""
    after: str = ""
    rest: str = ""

    def __str__(self) -> str:
        first = self.before + self.figure + self.after
        return f"{first} {self.rest}" if self.rest else first


def headline(
    standing: Standing,
    csat: Tile,
    first_response: Tile,
    *,
    episode: ToldEpisode | None = None,
    beside: str = "",
    language: str = "en",
) -> Headline:
    """Return the opening of the report, made from the values of its tiles; an episode of satisfaction comes first.

    `beside` names what is compared with where it is no period before: what is usual, everyone, a target.
    """
    match standing:
        case Standing.NOTHING_AT_ALL:
            return Headline(before=translate(_("Welcome. There is nothing to measure yet."), language))
        case Standing.NOTHING_HERE:
            return Headline(before=translate(_("Nothing was measured in this period."), language))
        case Standing.MEASURED:
            before, figure, after = (
                episode_sentence(episode, language=language) if episode else _satisfaction(csat, beside, language)
            )
            return Headline(before=before, figure=figure, after=after, rest=_wait(first_response, beside, language))


def _satisfaction(tile: Tile, beside: str, language: str) -> tuple[str, str, str]:
    if tile.value.value is None and tile.other_scales:
        return f"{wording.on_other_scales(tile.indicator, tile.other_scales, language=language)}.", "", ""
    if tile.value.value is None:
        return translate(_("Nobody rated their conversation in this period."), language), "", ""
    if tile.value.n < FEW:
        return _few(tile.value, language)
    sentence = _satisfaction_sentence(tile.change, beside, language)
    return _around(sentence, "{share}", percent(tile.value.value, language=language))


def _few(value: Value, language: str) -> tuple[str, str, str]:
    """Say counts where a share would promise too much."""
    sentence = translate_count(
        "Only one visitor answered: {some} of {count} left satisfied.",
        "{some} of the {count} visitors who answered left satisfied: too few to say more.",
        value.n,
        language,
    )
    return _around(sentence.replace("{count}", str(value.n)), "{some}", str(few_of(value)))


def _satisfaction_sentence(change: Change | None, beside: str, language: str) -> str:
    if change is None or change.clarity is Clarity.FEW:
        return translate(_("{share} of the visitors who answered left satisfied."), language)
    if change.direction is Direction.STABLE:
        sentence = _("As many visitors left satisfied as before: {share} of those who answered.")
        if beside:
            sentence = _("Compared with {what}, as many visitors left satisfied: {share} of those who answered.")
        return translate(sentence, language).replace("{what}", beside)
    by, sentences = _points(change.difference, language), _DIFFERENT if beside else _CHANGED
    said = translate(sentences[change.clarity is Clarity.CLEAR, change.direction], language)
    return said.replace("{points}", by).replace("{what}", beside)


_CHANGED = {
    (True, Direction.UP): _("More visitors left satisfied: {share} of those who answered, up {points}."),
    (True, Direction.DOWN): _("Fewer visitors left satisfied: {share} of those who answered, down {points}."),
    (False, Direction.UP): _(
        "{share} of the visitors who answered left satisfied: {points} more, which could be chance."
    ),
    (False, Direction.DOWN): _(
        "{share} of the visitors who answered left satisfied: {points} less, which could be chance."
    ),
}


_DIFFERENT = {
    (True, Direction.UP): _(
        "Compared with {what}, more visitors left satisfied: {share} of those who answered, up {points}."
    ),
    (True, Direction.DOWN): _(
        "Compared with {what}, fewer visitors left satisfied: {share} of those who answered, down {points}."
    ),
    (False, Direction.UP): _(
        "{share} of the visitors who answered left satisfied: {points} more than {what}, which could be chance."
    ),
    (False, Direction.DOWN): _(
        "{share} of the visitors who answered left satisfied: {points} less than {what}, which could be chance."
    ),
}


def _points(difference: float, language: str) -> str:
    form = plural_form(difference, 1, language=language)
    words = translate_count("{count} point", "{count} points", form, language)
    return words.format(count=number(abs(difference), 1, language=language)).replace(" ", NO_BREAK)


def _wait(tile: Tile, beside: str, language: str) -> str:
    if tile.value.value is None:
        return ""
    if tile.value.n < FEW_FOR_A_LINE:
        return ""
    wait, change = duration_in_words(tile.value.value, language=language), tile.change
    if change is None or change.clarity is Clarity.FEW or tile.value.n < FEW:
        sentence = _("In half of the conversations, the first answer came within {duration}.")
        return translate(sentence, language).format(duration=wait)
    if change.direction is Direction.STABLE or not rounded(change.difference):
        sentence = _("Visitors waited as long as before for a first answer: {duration}.")
        if beside:
            sentence = _("Compared with {what}, visitors waited as long for a first answer: {duration}.")
        return translate(sentence, language).format(duration=wait, what=beside)
    duration = duration_in_words(change.difference, language=language)
    sentence = (_WAITED_BESIDE if beside else _WAITED)[change.clarity is Clarity.CLEAR, change.direction]
    return translate(sentence, language).format(duration=duration, what=beside)


_WAITED = {
    (True, Direction.UP): _("Visitors waited {duration} longer for a first answer."),
    (True, Direction.DOWN): _("Visitors waited {duration} less for a first answer."),
    (False, Direction.UP): _("Visitors waited {duration} longer for a first answer, which could be chance."),
    (False, Direction.DOWN): _("Visitors waited {duration} less for a first answer, which could be chance."),
}

_WAITED_BESIDE = {
    (True, Direction.UP): _("Compared with {what}, visitors waited {duration} longer for a first answer."),
    (True, Direction.DOWN): _("Compared with {what}, visitors waited {duration} less for a first answer."),
    (False, Direction.UP): _(
        "Compared with {what}, visitors waited {duration} longer for a first answer, which could be chance."
    ),
    (False, Direction.DOWN): _(
        "Compared with {what}, visitors waited {duration} less for a first answer, which could be chance."
    ),
}


def _around(sentence: str, hole: str, figure: str) -> tuple[str, str, str]:
    before, found, after = sentence.partition(hole)
    return before, figure if found else "", after
