"""Does the record keep its own promises? What no write of ours may leave behind, looked for after the fact."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import Connection

from ressenti.facts.recount.record import RecordedCase, RecordedHandling
from ressenti.kit.i18n import _, translate, translate_data
from ressenti.record import consistency

SHOWN = 5
"""Examples given of each problem."""

_ENDS = re.compile(r"(-?\d+)-(-?\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenInvariant:
    """A promise the record does not keep: a stable code, and a sentence with its data."""

    code: str
    sentence: str
    data: Mapping[str, object]

    def say(self, language: str = "en") -> str:
        """Return the sentence with its data filled in."""
        return translate(self.sentence, language).format(**translate_data(self.data, language))

    def __str__(self) -> str:
        return self.say()


@dataclass(slots=True)
class Suspicions:
    """Conversations that cannot have gone as they are written, noticed while they are recounted."""

    closed_before_opened: list[int] = field(default_factory=list)
    overlapping: list[int] = field(default_factory=list)

    def look_at(self, case: RecordedCase, *, closed_at: int | None) -> None:
        """Note a conversation that closes before it opens, or in which two handlings overlap."""
        if closed_at is not None and closed_at < case.head.opened_at:
            self.closed_before_opened.append(case.head.id)
        if _overlap(case.held):
            self.overlapping.append(case.head.id)


def problems_of_record(connection: Connection, suspicions: Suspicions) -> tuple[BrokenInvariant, ...]:
    """Return what is wrong with the record itself: nothing, unless something other than Ressenti wrote to it."""
    return (
        *_journal_ends(connection),
        *_journal_gaps(connection),
        *_ratings_out_of_scale(connection),
        *_answers_without_survey(connection),
        *_keys_in_another_form(connection),
        *_suspected(connection, suspicions),
    )


def problems_of_damage(damages: Sequence[str]) -> tuple[BrokenInvariant, ...]:
    """Return what is no longer in the record as it was written, each with the way back."""
    sentence = _(
        "Damaged: {found}. Put back a copy (ressenti restore PATH --replace); without one, import the files again into "
        "a new database."
    )
    return tuple(BrokenInvariant(code="damaged", sentence=sentence, data={"found": one}) for one in damages)


def _overlap(held: Sequence[RecordedHandling]) -> bool:
    """Say whether one handling starts before another that started earlier has ended."""
    known = sorted((one.started_at, one.ended_at) for one in held if one.ended_at is not None)
    return any(later < ended for (_start, ended), (later, _end) in pairwise(known))


def _journal_ends(connection: Connection) -> list[BrokenInvariant]:
    sentence = _("The journal of project “{project}” ends at number {found} instead of {stated}.")
    return [
        BrokenInvariant(
            code="journal_end",
            sentence=sentence,
            data={"project": end.project, "found": end.last, "stated": end.stated},
        )
        for end in consistency.wrong_journal_ends(connection)
    ]


def _journal_gaps(connection: Connection) -> list[BrokenInvariant]:
    """Look for numbers without the one before them."""
    sentence = _("Gaps in the journal of project “{project}”: {count}, the first before number {number}.")
    return [
        BrokenInvariant(code="journal_gap", sentence=sentence, data={"project": key, "count": count, "number": number})
        for key, count, number in consistency.journal_gaps(connection)
    ]


def _ratings_out_of_scale(connection: Connection) -> list[BrokenInvariant]:
    sentence = _("Notes outside their scale: {count} (in surveys {examples}).")
    odd = [
        rating
        for rating in consistency.rating_groups(connection)
        if not _fits(rating.question, rating.scale, rating.value)
    ]
    surveys = [key for rating in odd for key in consistency.surveys_with(connection, rating, limit=SHOWN)]
    return _problem("note_out_of_scale", sentence, sum(rating.given_count for rating in odd), surveys)


def _fits(question: str, scale: str | None, value: int) -> bool:
    """Say whether a rating is on its scale, so far as the scale is known."""
    ends = {"csat": _ends(scale or "5"), "nps": (0, 10), "ces": (1, 7), "resolved": (0, 1)}.get(question) or _ends(
        scale or ""
    )
    return ends is None or ends[0] <= value <= ends[1]


def _ends(scale: str) -> tuple[int, int] | None:
    """Return the ends of a scale written "5", for 1 to 5, or "0-100"."""
    if scale.isdecimal():
        return 1, int(scale)
    both = _ENDS.fullmatch(scale)
    return (int(both[1]), int(both[2])) if both else None


def _answers_without_survey(connection: Connection) -> list[BrokenInvariant]:
    sentence = _("Answers that belong to no survey: {count} (to offers {examples}).")
    count, offers = consistency.orphan_answers(connection, limit=SHOWN)
    return _problem("answer_without_survey", sentence, count, offers)


def _keys_in_another_form(connection: Connection) -> list[BrokenInvariant]:
    """Look for ids, names and currencies of which two spellings could be one (D43)."""
    sentence = _(
        "Ids, names and currencies that are not in the one form they are kept in: {count} (such as {examples})."
    )
    odd = list(consistency.keys_in_another_form(connection))
    return _problem("key_form", sentence, len(odd), odd)


def _suspected(connection: Connection, suspicions: Suspicions) -> list[BrokenInvariant]:
    backwards = _("Conversations that close before they open: {count} (such as {examples}).")
    overlapping = _("Conversations whose handlings overlap: {count} (such as {examples}).")
    return [
        *_named(connection, "closed_before_opened", backwards, suspicions.closed_before_opened),
        *_named(connection, "handlings_overlap", overlapping, suspicions.overlapping),
    ]


def _named(connection: Connection, code: str, sentence: str, ids: Sequence[int]) -> list[BrokenInvariant]:
    return _problem(code, sentence, len(ids), consistency.conversation_keys(connection, ids[:SHOWN]))


def _problem(code: str, sentence: str, count: int, examples: Iterable[object]) -> list[BrokenInvariant]:
    if not count:
        return []
    shown = ", ".join(map(str, list(examples)[:SHOWN]))
    return [BrokenInvariant(code=code, sentence=sentence, data={"count": count, "examples": shown})]
