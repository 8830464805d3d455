"""What a conversation is while it lasts, and what decides who gets it: sites, rules, groups, people at their desks."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Text, UniqueConstraint, text

from ressenti.record.tables.columns import moment, primary_key, reference, table

site = table(
    "site",
    primary_key(),
    reference("project_id", "project"),
    Column("key", Text, nullable=False, unique=True),  # `data-site` of the script on a page
    Column("origins", Text, nullable=False),  # JSON: the addresses of pages that may show it
    reference("channel_id", "label"),
    reference("campaign_id", "label", optional=True),  # of what is written there, unless targeting names another
    Column("has_form", Boolean, nullable=False),  # a message may be left while nobody is there
    Column("secret", Text),  # with which the site signs who its visitors are
    moment("created_at"),
    moment("disabled_at", optional=True),
)

desk_settings = table(
    "desk_settings",
    Column("project_id", Integer, ForeignKey("project.id"), primary_key=True),
    Column("settings", Text, nullable=False),  # JSON: what differs by project, as `desk/settings.py` reads it
)

channel_setting = table(
    "channel_setting",
    Column("channel_id", Integer, ForeignKey("label.id"), primary_key=True),
    Column("delivery", Text, nullable=False),  # widget | email | text | link: how a survey reaches who wrote there
    Column("window_us", BigInteger),  # how long after the visitor's last message one may write to them
    Column("is_public", Boolean, nullable=False),
)

site_rule = table(
    "site_rule",
    Column("site_id", Integer, ForeignKey("site.id"), primary_key=True),
    Column("rule_id", Integer, ForeignKey("label.id"), primary_key=True),
    Column("position", Integer, nullable=False),  # the first is taken unless a message names another
    sqlite_with_rowid=False,
)

opening_hours = table(
    "opening_hours",
    primary_key(),
    reference("project_id", "project"),
    Column("key", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("hours", Text, nullable=False),  # "mon-fri 09:00-18:00, sat 21:00-02:00"
    Column("closed", Text, nullable=False),  # JSON: the dates on which it is closed
    UniqueConstraint("project_id", "key"),
)

distribution_rule = table(
    "distribution_rule",
    Column("rule_id", Integer, ForeignKey("label.id"), primary_key=True),
    Column("mode", Text, nullable=False),  # cascade | fair
    Column("next_after_us", BigInteger, nullable=False),  # cascade: when the next group is asked too
    reference("opening_hours_id", "opening_hours", optional=True),  # null: the availability of people alone decides
)

distribution_rule_group = table(
    "distribution_rule_group",
    Column("rule_id", Integer, ForeignKey("label.id"), primary_key=True),
    Column("distribution_group_id", Integer, ForeignKey("label.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    sqlite_with_rowid=False,
)

distribution_group = table(
    "distribution_group",
    Column("distribution_group_id", Integer, ForeignKey("label.id"), primary_key=True),
    Column("queue_size", Integer, nullable=False),
)

distribution_group_member = table(
    "distribution_group_member",
    Column("distribution_group_id", Integer, ForeignKey("label.id"), primary_key=True),
    Column("respondent_id", Integer, ForeignKey("respondent.id"), primary_key=True),
    Index("ix_distribution_group_member_respondent", "respondent_id"),
    sqlite_with_rowid=False,
)

respondent_channel = table(
    "respondent_channel",
    Column("respondent_id", Integer, ForeignKey("respondent.id"), primary_key=True),
    Column("channel_id", Integer, ForeignKey("label.id"), primary_key=True),
    Column("slots", Integer, nullable=False),  # how many conversations at once
    Column("is_available", Boolean, nullable=False),  # what they chose; whether they are there is another thing
    moment("free_since"),  # who waited longest for a conversation gets the next one
    sqlite_with_rowid=False,
)

presence = table(
    "presence",
    Column("respondent_id", Integer, ForeignKey("respondent.id"), primary_key=True),
    moment("seen_at"),  # the last sign of life
    Column("is_present", Boolean, nullable=False),  # as it was last told
)

live_conversation = table(
    "live_conversation",
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    reference("project_id", "project"),
    Column("version", BigInteger, nullable=False),  # one more with every change: the compare-and-set of G6
    Column("state", Text, nullable=False),  # queued | assigned | paused | closed
    reference("channel_id", "label"),
    reference("visitor_id", "visitor"),
    reference("rule_id", "label", optional=True),
    reference("distribution_group_id", "label", optional=True),  # the group whose queue it is in, or came from
    reference("respondent_id", "respondent", optional=True),  # who has it, or paused it
    Column("handling_id", Integer),  # the handling that is open
    moment("last_at"),  # the last moment given to anything in it: what follows is later
    moment("waiting_since"),  # its place among those that wait, which a return to the queue keeps
    moment("queued_at", optional=True),  # since when it is in the queue it is in
    moment("visitor_wrote_at", optional=True),
    moment("respondent_wrote_at", optional=True),
    moment("returns_at", optional=True),  # paused: when it comes back by itself
    Column("is_kept", Boolean, nullable=False),  # paused: for who paused it
    moment("returned_at", optional=True),  # when it last came back from a pause
    moment("paused_until", optional=True),  # resumed early: the moment it was paused until
    reference(
        "reserved_for_group_id", "agent_group", optional=True
    ),  # queued: for the members of this agent group alone
    reference("reserved_for_respondent_id", "respondent", optional=True),  # queued: for this respondent alone
    Index("ix_live_conversation_visitor", "visitor_id"),
    Index("ix_live_conversation_respondent", "respondent_id", "state"),
    Index("ix_live_conversation_waiting", "project_id", "waiting_since", sqlite_where=text("state = 'queued'")),
)

live_assignment = table(
    "live_assignment",
    primary_key(),
    reference("conversation_id", "conversation"),
    reference("distribution_group_id", "label", optional=True),
    reference("respondent_id", "respondent"),
    moment("at"),
    Column("waited_us", BigInteger, nullable=False),  # in the queue; 0 for who was given it at once
    Index("ix_live_assignment_group", "distribution_group_id", "id"),
)

live_conversation_queue = table(
    "live_conversation_queue",
    Column("distribution_group_id", Integer, ForeignKey("label.id"), primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    Index("ix_live_conversation_queue_conversation", "conversation_id"),
    sqlite_with_rowid=False,
)
