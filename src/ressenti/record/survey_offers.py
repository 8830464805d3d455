"""Of which surveys is it known what was offered? Many exports hold answers only, and then no rate can be told (D40)."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, literal, null, or_, select, true, union_all

from ressenti.record import tables as t

SurveyKey = tuple[int, int | None]
"""A source, and the label of one of its surveys; None where its rows name none."""

SPACES = (
    "".join(
        chr(one) for one in (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029)
    )
    + "\u202f\u205f\u3000"
)
"""All that counts as a space: a comment of nothing else is none (E30)."""


@dataclass(frozen=True, slots=True)
class Offering:
    """The surveys of a project of which some rows do not say when they were offered.

    Of `told` some row was offered and not answered, so that the others are all that came back; of `untold` there is no
    such row. `untold_sources` are the sources of whose conversations nobody knows which were offered one.
    """

    told: frozenset[SurveyKey] = frozenset()
    untold: frozenset[SurveyKey] = frozenset()
    untold_sources: frozenset[int] = frozenset()

    def changes(self, before: "Offering", connection: Connection) -> bool:
        """Say whether what was measured before has to be measured again: answers, or conversations of a source."""
        if (self.told & before.untold) | (self.untold & before.told):
            return True
        turned = self.untold_sources ^ before.untold_sources
        theirs = select(t.conversation.c.id).where(t.conversation.c.source_id.in_(turned)).limit(1)
        return bool(turned) and connection.execute(theirs).first() is not None


def offering(connection: Connection, project_id: int) -> Offering:
    """Return of which surveys of a project it is known what was offered: a few looks into an index for each."""
    offer, source, label = t.survey_offer.c, t.source.c, t.label.c
    own = select(source.id).where(source.project_id == project_id).subquery()
    named = select(label.id).where(label.project_id == project_id, label.kind == "survey")
    surveys = union_all(named, select(null().label("id"))).subquery()
    of_survey = and_(offer.source_id == own.c.id, offer.survey_id.is_not_distinct_from(surveys.c.id))
    is_undated = _is_any(of_survey, offer.offered_at.is_(None))
    is_told = _is_any(of_survey, offer.offered_at.is_not(None), ~_was_answered())
    told: dict[bool, set[SurveyKey]] = {True: set(), False: set()}
    pairs = select(own.c.id, surveys.c.id, is_told).select_from(own.join(surveys, true())).where(is_undated)
    for one, survey, is_known in connection.execute(pairs):
        told[bool(is_known)].add((one, survey))
    return Offering(frozenset(told[True]), frozenset(told[False]), _untold_sources(connection, project_id))


def _is_any(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say whether any survey meets these conditions, which speak of the tables around as well."""
    return select(literal(1)).select_from(t.survey_offer).where(*conditions).exists()


def _was_answered() -> ColumnElement[bool]:
    answer = t.survey_answer.c
    said = and_(answer.question == "comment", func.trim(answer.text, SPACES) != "")
    given = or_(answer.value.is_not(None), said)
    return select(literal(1)).select_from(t.survey_answer).where(answer.offer_id == t.survey_offer.c.id, given).exists()


def _untold_sources(connection: Connection, project_id: int) -> frozenset[int]:
    """Return the sources with answers of which none tells when it was offered; beside one, those without any survey."""
    offer, source = t.survey_offer.c, t.source.c
    some = _is_any(offer.source_id == source.id)
    dated = _is_any(offer.source_id == source.id, offer.offered_at.is_not(None))
    found = list(connection.execute(select(source.id, some, dated).where(source.project_id == project_id)))
    if not any(has_some and not has_dated for _one, has_some, has_dated in found):
        return frozenset()
    return frozenset(one for one, _has_some, has_dated in found if not has_dated)
