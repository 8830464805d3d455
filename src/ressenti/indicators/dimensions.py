"""Every dimension, declared once: what a figure can be broken down and filtered by."""

from ressenti.facts.query import ClockPart
from ressenti.indicators.declaration import Dimension, DimensionTab, ExportedAs, Naming
from ressenti.indicators.refusals import UnknownDimension
from ressenti.kit.i18n import _
from ressenti.kit.refusals import nearest

AGENT = Dimension(
    key="agent",
    name=_("Agent"),
    without=_("no agent"),
    definition=_("Who answered: people, experts and bots. A conversation counts for each, so rows do not add up."),
    naming=Naming.RESPONDENT,
    column="respondent_ids",
    many=True,
    is_credited=True,
    involved="involved_ids",
    plural=_("Agents"),
    tab=DimensionTab(1, is_main=True),
    filter=2,
    list_column=8,
    comment_column=6,
    heading=_("Respondents"),
    export=ExportedAs("agent_id", "who answered in it: people, experts and bots (D4)"),
    mailed=_("CSAT by agent"),
)
GROUP = Dimension(
    key="group",
    name=_("Group"),
    without=_("no group"),
    definition=_("The agent groups that took part, as they were then. A conversation may count in several rows."),
    naming=Naming.GROUP,
    column="group_ids",
    many=True,
    involved="group_ids",
    plural=_("Groups"),
    tab=DimensionTab(2, is_main=True),
    filter=3,
    list_column=9,
    comment_column=10,
    heading=_("Groups"),
    export=ExportedAs("group", "the agent groups that took part, as they were at the time (D28)"),
    mailed=_("CSAT by group"),
)
CHANNEL = Dimension(
    key="channel",
    name=_("Channel"),
    without=_("no channel"),
    definition=_("Where the conversation took place."),
    naming=Naming.LABEL,
    column="channel_id",
    kind="channel",
    plural=_("Channels"),
    tab=DimensionTab(7, is_main=True),
    filter=1,
    list_column=4,
    comment_column=8,
    export=ExportedAs("channel", "where the conversation took place"),
)
RULE = Dimension(
    key="rule",
    name=_("Distribution rule"),
    without=_("no distribution rule"),
    definition=_("The rules that routed the conversation."),
    naming=Naming.LABEL,
    column="rule_ids",
    many=True,
    kind="rule",
    plural=_("Distribution rules"),
    tab=DimensionTab(3, is_main=True),
    filter=4,
    list_column=11,
    comment_column=12,
    export=ExportedAs("rule", "the distribution rules that routed it"),
)
DISTRIBUTION_GROUP = Dimension(
    key="distribution_group",
    name=_("Distribution group"),
    without=_("no distribution group"),
    definition=_("The groups of respondents the conversation was routed to."),
    naming=Naming.LABEL,
    column="distribution_group_ids",
    many=True,
    kind="distribution_group",
    plural=_("Distribution groups"),
    tab=DimensionTab(4, is_main=True),
    filter=5,
    list_column=12,
    export=ExportedAs("distribution_group", "the distribution groups it was routed to"),
)
AUTOMATION = Dimension(
    key="automation",
    name=_("Automation degree"),
    without=_("nobody answered"),
    definition=_("Who answered: only bots (full), a bot and people (partial), only people (none)."),
    naming=Naming.DEGREE,
    column="automation",
    plural=_("Automation"),
    tab=DimensionTab(5, is_main=True),
    filter=7,
    list_column=13,
    comment_column=13,
    export=ExportedAs("automation", "full: only bots answered; partial: bots and people; none: people"),
)
CAMPAIGN = Dimension(
    key="campaign",
    name=_("Campaign"),
    without=_("no campaign"),
    definition=_("The campaign that started the conversation."),
    naming=Naming.LABEL,
    column="campaign_id",
    kind="campaign",
    plural=_("Campaigns"),
    tab=DimensionTab(6, is_main=True),
    filter=6,
    list_column=10,
    comment_column=11,
    export=ExportedAs("campaign", "the engagement campaign that started it"),
)
LANGUAGE = Dimension(
    key="language",
    name=_("Language"),
    without=_("no language"),
    definition=_("The language spoken."),
    naming=Naming.LABEL,
    column="language_id",
    kind="language",
    plural=_("Languages"),
    tab=DimensionTab(8),
    filter=10,
    list_column=5,
    export=ExportedAs("language", "the language spoken"),
)
TOPIC = Dimension(
    key="topic",
    name=_("Topic"),
    without=_("no topic"),
    definition=_("What the conversation was about."),
    naming=Naming.LABEL,
    column="topic_id",
    kind="topic",
    plural=_("Topics"),
    tab=DimensionTab(9),
    filter=12,
    list_column=6,
    export=ExportedAs("topic", "what it was about", with_comments=False),
)
TAG = Dimension(
    key="tag",
    name=_("Tag"),
    without=_("no tag"),
    definition=_("The tags put on a conversation. It may count in several rows."),
    naming=Naming.LABEL,
    column="tag_ids",
    many=True,
    kind="tag",
    plural=_("Tags"),
    tab=DimensionTab(10),
    filter=11,
    list_column=7,
    comment_column=14,
    heading=_("Tags"),
    export=ExportedAs("tags", "the tags put on the conversation"),
)
RATING = Dimension(
    key="rating",
    name=_("Satisfaction rating"),
    without=_("no rating"),
    definition=_("The rating given for satisfaction, 1 to 5."),
    naming=Naming.RATING,
    column="rating",
    scale=range(1, 6),
    filter=8,
    is_cause=False,
)
NPS_RATING = Dimension(
    key="nps_rating",
    name=_("Recommendation rating"),
    without=_("no rating"),
    definition=_("The rating given for recommendation, 0 to 10."),
    naming=Naming.RATING,
    column="nps_rating",
    scale=range(11),
    filter=9,
    is_cause=False,
)
PROJECT = Dimension(
    key="project",
    name=_("Project"),
    definition=_("The site or brand."),
    naming=Naming.PROJECT,
    column="project_id",
    plural=_("Projects"),
    tab=DimensionTab(14),
    filter=14,
    list_column=22,
    comment_column=9,
    export=ExportedAs("project", "key of the project"),
)
HOUR_OF_DAY = Dimension(
    key="hour_of_day",
    name=_("Hour of day"),
    definition=_("The hour on the clock, 0 to 23, in the time zone."),
    naming=Naming.HOUR,
    clock=ClockPart.HOUR,
    scale=range(24),
    plural=_("Hours of the day"),
    tab=DimensionTab(12),
    filter=16,
)
WEEKDAY = Dimension(
    key="weekday",
    name=_("Day of week"),
    definition=_("The day of the week, 1 for Monday to 7 for Sunday, in the time zone."),
    naming=Naming.WEEKDAY,
    clock=ClockPart.WEEKDAY,
    scale=range(1, 8),
    plural=_("Days of the week"),
    tab=DimensionTab(13),
    filter=15,
)
SURVEY = Dimension(
    key="survey",
    name=_("Survey"),
    without=_("no survey"),
    definition=_("The survey that was offered."),
    naming=Naming.LABEL,
    column="survey_ids",
    many=True,
    kind="survey",
    plural=_("Surveys"),
    tab=DimensionTab(11),
    filter=13,
    list_column=20,
    export=ExportedAs("survey", "the surveys offered in it"),
    is_cause=False,
)

DIMENSIONS: dict[str, Dimension] = {
    one.key: one
    for one in (
        AGENT,
        GROUP,
        CHANNEL,
        RULE,
        DISTRIBUTION_GROUP,
        AUTOMATION,
        CAMPAIGN,
        LANGUAGE,
        TOPIC,
        TAG,
        RATING,
        NPS_RATING,
        PROJECT,
        HOUR_OF_DAY,
        WEEKDAY,
        SURVEY,
    )
}


def dimension(key: str) -> Dimension:
    """Return the dimension with that key; raises UnknownDimension with the nearest ones."""
    if key not in DIMENSIONS:
        raise UnknownDimension(key=key, known=nearest(key, list(DIMENSIONS)))
    return DIMENSIONS[key]
