"""Every dimension, declared once: what a figure can be broken down and filtered by."""

from dataclasses import dataclass
from enum import StrEnum

from ressenti.indicators.refusals import UnknownDimension
from ressenti.kit.i18n import _
from ressenti.kit.refusals import nearest


class Naming(StrEnum):
    """Where the keys of a dimension have their names."""

    LABEL = "label"
    RESPONDENT = "respondent"
    GROUP = "group"
    PROJECT = "project"
    DEGREE = "degree"
    NOTE = "note"
    HOUR = "hour"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One way to cut. `column` is the facts'; a `many` column is a list, so its rows may count a row more than once.

    `kind` is the kind of label; `notes` the closed range of a scale. Without a column the value is read off the clock.
    """

    key: str
    name: str
    definition: str
    naming: Naming
    column: str | None = None
    many: bool = False
    kind: str | None = None
    notes: range | None = None

    @property
    def adds_up(self) -> bool:
        """Say whether its rows add up to the total."""
        return not self.many

    @property
    def is_ordered(self) -> bool:
        """Say whether its keys have an order of their own, which rows then keep."""
        return self.naming in {Naming.NOTE, Naming.HOUR, Naming.WEEKDAY}


def _labelled(key: str, name: str, definition: str, column: str, *, many: bool = False) -> Dimension:
    return Dimension(key=key, name=name, definition=definition, naming=Naming.LABEL, column=column, many=many, kind=key)


AGENT = Dimension(
    key="agent",
    name=_("Agent"),
    definition=_("Who answered: people, experts and bots. A conversation counts for each, so rows do not add up."),
    naming=Naming.RESPONDENT,
    column="respondent_ids",
    many=True,
)
GROUP = Dimension(
    key="group",
    name=_("Group"),
    definition=_("The agent groups that took part, as they were then. A conversation may count in several rows."),
    naming=Naming.GROUP,
    column="group_ids",
    many=True,
)
AUTOMATION = Dimension(
    key="automation",
    name=_("Automation degree"),
    definition=_("Who answered: only bots (full), a bot and people (partial), only people (none)."),
    naming=Naming.DEGREE,
    column="automation",
)
RATING = Dimension(
    key="rating",
    name=_("Satisfaction rating"),
    definition=_("The rating given for satisfaction, 1 to 5."),
    naming=Naming.NOTE,
    column="rating",
    notes=range(1, 6),
)
NPS_RATING = Dimension(
    key="nps_rating",
    name=_("Recommendation rating"),
    definition=_("The rating given for recommendation, 0 to 10."),
    naming=Naming.NOTE,
    column="nps_rating",
    notes=range(11),
)
PROJECT = Dimension(
    key="project",
    name=_("Project"),
    definition=_("The site or brand."),
    naming=Naming.PROJECT,
    column="project_id",
)
HOUR_OF_DAY = Dimension(
    key="hour_of_day",
    name=_("Hour of day"),
    definition=_("The hour on the clock, 0 to 23, in the time zone."),
    naming=Naming.HOUR,
    notes=range(24),
)
WEEKDAY = Dimension(
    key="weekday",
    name=_("Day of week"),
    definition=_("The day of the week, 1 for Monday to 7 for Sunday, in the time zone."),
    naming=Naming.WEEKDAY,
    notes=range(1, 8),
)

DIMENSIONS: dict[str, Dimension] = {
    one.key: one
    for one in (
        AGENT,
        GROUP,
        _labelled("channel", _("Channel"), _("Where the conversation took place."), "channel_id"),
        _labelled("rule", _("Distribution rule"), _("The rules that routed the conversation."), "rule_ids", many=True),
        _labelled(
            "distribution_group",
            _("Distribution group"),
            _("The groups of respondents the conversation was routed to."),
            "distribution_group_ids",
            many=True,
        ),
        AUTOMATION,
        _labelled("campaign", _("Campaign"), _("The campaign that started the conversation."), "campaign_id"),
        _labelled("language", _("Language"), _("The language spoken."), "language_id"),
        _labelled("topic", _("Topic"), _("What the conversation was about."), "topic_id"),
        _labelled(
            "tag", _("Tag"), _("The tags put on a conversation. It may count in several rows."), "tag_ids", many=True
        ),
        RATING,
        NPS_RATING,
        PROJECT,
        HOUR_OF_DAY,
        WEEKDAY,
        _labelled("survey", _("Survey"), _("The survey that was offered."), "survey_ids", many=True),
    )
}


def dimension(key: str) -> Dimension:
    """Return the dimension with that key; raises UnknownDimension with the nearest ones."""
    if key not in DIMENSIONS:
        raise UnknownDimension(key=key, known=nearest(key, list(DIMENSIONS)))
    return DIMENSIONS[key]
