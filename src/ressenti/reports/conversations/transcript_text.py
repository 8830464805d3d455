"""How a list of conversations is titled, and how the explanation of a measure is worded."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from ressenti.indicators.catalogue import RECOMMENDATION, indicator
from ressenti.indicators.dimensions import AGENT, dimension
from ressenti.indicators.model import Grain
from ressenti.indicators.names import KeyName
from ressenti.indicators.periods import read_date
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.reports.conversations.measure_trace import MeasureExplanation, TracedPart
from ressenti.reports.conversations.transcript import Transcript
from ressenti.reports.dates import bucket_in_full, clock_in_full, day, moment
from ressenti.reports.drilldown import DrilldownTarget
from ressenti.reports.filter_wording import row_label
from ressenti.reports.format import count as write_count
from ressenti.reports.model import NpsClass
from ressenti.reports.wording import CLASSES

NPS_CLASSES = {
    NpsClass.DETRACTOR: _("detractor"),
    NpsClass.PASSIVE: _("passive"),
    NpsClass.PROMOTER: _("promoter"),
}
"""What one person is called by the rating they gave."""

_NAMED = re.compile(r"\{(\w+)\}")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def nps_class(rating: int, *, language: str = "en") -> str:
    """Return what someone is called who gave this rating: promoter, passive or detractor."""
    return translate(NPS_CLASSES[next(one for one in NpsClass if rating in one.ratings)], language)


def conversations_words(count: int, *, language: str = "en") -> str:
    """Return how many conversations: `1,598 conversations`."""
    words = translate_count("{count} conversation", "{count} conversations", count, language)
    return words.format(count=write_count(count, language=language))


def drilldown_title(behind: DrilldownTarget, label: str, zone: str, *, language: str = "en") -> str:
    """Return which row of a figure conversations stand behind: `CSAT, agent Ana Souza, Sat 14 Nov 2026`.

    `label` is what the row's key is called.
    """
    parts = [translate(indicator(behind.of).name, language)]
    if behind.by:
        name = translate(dimension(behind.by).name, language)
        row = row_label(behind.by, behind.key, label, language=language)
        parts.append(f"{name[:1].lower()}{name[1:]} {row}" if behind.key else row)
    if behind.bucket and behind.grain:
        start = from_us(read_date(behind.bucket, zone)).astimezone(ZoneInfo(zone))
        parts.append(bucket_in_full(start, Grain(behind.grain), language=language))
    if behind.since and behind.until:
        local = ZoneInfo(zone)
        ends = (from_us(read_date(one, zone)).astimezone(local) for one in (behind.since, behind.until))
        parts.append(" – ".join(moment(end, language=language) for end in ends))
    if behind.ratings:
        parts.append(_ratings_words(behind, language))
    return ", ".join(parts)


def _ratings_words(behind: DrilldownTarget, language: str) -> str:
    if indicator(behind.of).ratings == RECOMMENDATION:
        for one in NpsClass:
            if set(behind.ratings) == set(one.ratings):
                return translate(CLASSES[one], language)
    words = translate_count("rating {notes}", "ratings {notes}", len(behind.ratings), language)
    return words.format(notes=", ".join(map(str, sorted(behind.ratings))))


def moment_of(transcript: Transcript, at: int, *, language: str = "en") -> str:
    """Return a moment of a conversation: its time, with its day where that is not the day it opened."""
    there, opened = transcript.there(at), transcript.there(transcript.opened_at)
    time = clock_in_full(there, language=language)
    return time if there.date() == opened.date() else f"{day(there.date(), language=language)}, {time}"


def explanation_pieces(
    how: MeasureExplanation, transcript: Transcript, *, language: str = "en"
) -> list[tuple[str, str | None]]:
    """Return a sentence in pieces, each with the message it leads to, as `m-12`, where it names one."""
    pieces = _NAMED.split(translate(how.sentence, language))
    linked: list[tuple[str, str | None]] = []
    for i, piece in enumerate(pieces):
        if i % 2 == 0:
            linked.append((piece, None))
            continue
        spot = how.spots[piece]
        words = _spot_words(spot, transcript, language)
        linked.append((words, None if spot.message is None else f"m-{spot.message}"))
    return [piece for piece in linked if piece[0]]


def people_names(people: tuple[int, ...], known: Mapping[int, KeyName], *, language: str = "en") -> str:
    """Return the names of these people."""
    found = [known[who] for who in people if who in known]
    return ", ".join(row_label(AGENT.key, one.key, one.label, language=language) for one in found)


def language_tag(language: str | None) -> str | None:
    """Return a language as a page may declare it, None where what the source calls it is no tag of a language."""
    return language if language and _TAG.fullmatch(language) else None


def _spot_words(spot: TracedPart, transcript: Transcript, language: str) -> str:
    if spot.at is not None:
        return moment_of(transcript, spot.at, language=language)
    return people_names(spot.people, transcript.people, language=language)
