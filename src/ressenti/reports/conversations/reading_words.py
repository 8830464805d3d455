"""How is it worded why a conversation is worth reading?"""

from ressenti.indicators.worth_reading import WINDOW_DAYS, ReadingReasons
from ressenti.kit.clock import SECOND
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.reports.format import duration_in_words
from ressenti.workspace.conversation_marks import MarkedAs

WORTH_READING = _("worth reading first")
MARKED: dict[MarkedAs | None, str] = {
    None: _("Read or not"),
    MarkedAs.UNREAD: _("Unread"),
    MarkedAs.READ: _("Read"),
    MarkedAs.COMES_BACK: _("To come back to"),
    MarkedAs.NOTED: _("With a note of yours"),
}
"""What is called how of one's own marks."""


def reason_words(reasons: ReadingReasons, *, language: str = "en") -> list[str]:
    """Return each reason in a few words: `rated 1 of 5, with a comment`, `wrote 3 times in 7 days`."""
    words = [*_of_rating(reasons, language)]
    if reasons.wait_us is not None:
        time = duration_in_words(reasons.wait_us // SECOND, language=language)
        words.append(translate("waited {time} for the first answer", language).format(time=time))
    return words + repeat_words(reasons, language=language)


def repeat_words(reasons: ReadingReasons, *, language: str = "en") -> list[str]:
    """Return how often the same visitor wrote about the same matter: up to a conversation, and after it."""
    words = []
    if reasons.earlier:
        wrote = translate_count(
            "wrote {times} time in {days} days", "wrote {times} times in {days} days", reasons.earlier + 1, language
        )
        words.append(wrote.format(times=reasons.earlier + 1, days=WINDOW_DAYS))
    if reasons.later:
        came = translate_count(
            "came back {times} time within {days} days", "came back {times} times within {days} days",
            reasons.later, language,
        )  # fmt: skip
        words.append(came.format(times=reasons.later, days=WINDOW_DAYS))
    return words


def _of_rating(reasons: ReadingReasons, language: str) -> list[str]:
    if reasons.rating is not None:
        sentence = _("rated {rating} of 5, with a comment") if reasons.has_comment else _("rated {rating} of 5")
        return [translate(sentence, language).format(rating=reasons.rating)]
    if reasons.nps_rating is not None:
        sentence = (
            _("recommendation {rating} of 10, with a comment")
            if reasons.has_comment
            else _("recommendation {rating} of 10")
        )
        return [translate(sentence, language).format(rating=reasons.nps_rating)]
    return [translate("left a comment", language)] if reasons.has_comment else []
