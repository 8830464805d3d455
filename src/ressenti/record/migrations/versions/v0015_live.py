"""The live record: sites, rules and groups, desks, and conversations while they last; what an event of one tells."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def _to(name: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}"))


def upgrade() -> None:
    """Add the tables, and what the journal tells of an event."""
    queued = sa.text("state = 'queued'")
    op.add_column("journal", sa.Column("detail", sa.Text(), nullable=True))
    where = sa.text("detail IS NOT NULL")
    op.create_index("ix_journal_subject", "journal", ["subject_id", "seq"], sqlite_where=where)
    op.create_table(
        "desk_settings",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        _to("desk_settings_project_id", "project_id", "project"),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_desk_settings")),
    )
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        _to("opening_hours_project_id", "project_id", "project"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
        sa.UniqueConstraint("project_id", "key", name=op.f("uq_opening_hours_project_id")),
    )
    op.create_table(
        "channel_setting",
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("window_us", sa.BigInteger(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        _to("channel_setting_channel_id", "channel_id", "label"),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel_setting")),
    )
    op.create_table(
        "distribution_group",
        sa.Column("distribution_group_id", sa.Integer(), nullable=False),
        sa.Column("queue_size", sa.Integer(), nullable=False),
        _to("distribution_group_distribution_group_id", "distribution_group_id", "label"),
        sa.PrimaryKeyConstraint("distribution_group_id", name=op.f("pk_distribution_group")),
    )
    op.create_table(
        "distribution_rule",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("next_after_us", sa.BigInteger(), nullable=False),
        sa.Column("opening_hours_id", sa.Integer(), nullable=True),
        _to("distribution_rule_rule_id", "rule_id", "label"),
        _to("distribution_rule_opening_hours_id", "opening_hours_id", "opening_hours"),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_distribution_rule")),
    )
    op.create_table(
        "distribution_rule_group",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("distribution_group_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _to("distribution_rule_group_distribution_group_id", "distribution_group_id", "label"),
        _to("distribution_rule_group_rule_id", "rule_id", "label"),
        sa.PrimaryKeyConstraint("rule_id", "distribution_group_id", name=op.f("pk_distribution_rule_group")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("has_form", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        _to("site_channel_id", "channel_id", "label"),
        _to("site_project_id", "project_id", "project"),
        _to("site_campaign_id", "campaign_id", "label"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("key", name=op.f("uq_site_key")),
    )
    op.create_table(
        "distribution_group_member",
        sa.Column("distribution_group_id", sa.Integer(), nullable=False),
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        _to("distribution_group_member_respondent_id", "respondent_id", "respondent"),
        _to("distribution_group_member_distribution_group_id", "distribution_group_id", "label"),
        sa.PrimaryKeyConstraint("distribution_group_id", "respondent_id", name=op.f("pk_distribution_group_member")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_distribution_group_member_respondent", "distribution_group_member", ["respondent_id"])
    op.create_table(
        "presence",
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        _to("presence_respondent_id", "respondent_id", "respondent"),
        sa.PrimaryKeyConstraint("respondent_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "respondent_channel",
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("free_since", sa.BigInteger(), nullable=False),
        _to("respondent_channel_channel_id", "channel_id", "label"),
        _to("respondent_channel_respondent_id", "respondent_id", "respondent"),
        sa.PrimaryKeyConstraint("respondent_id", "channel_id", name=op.f("pk_respondent_channel")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "site_rule",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _to("site_rule_rule_id", "rule_id", "label"),
        _to("site_rule_site_id", "site_id", "site"),
        sa.PrimaryKeyConstraint("site_id", "rule_id", name=op.f("pk_site_rule")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "live_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("distribution_group_id", sa.Integer(), nullable=True),
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("waited_us", sa.BigInteger(), nullable=False),
        _to("live_assignment_conversation_id", "conversation_id", "conversation"),
        _to("live_assignment_distribution_group_id", "distribution_group_id", "label"),
        _to("live_assignment_respondent_id", "respondent_id", "respondent"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_assignment")),
    )
    op.create_index("ix_live_assignment_group", "live_assignment", ["distribution_group_id", "id"])
    op.create_table(
        "live_conversation",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("visitor_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("distribution_group_id", sa.Integer(), nullable=True),
        sa.Column("respondent_id", sa.Integer(), nullable=True),
        sa.Column("handling_id", sa.Integer(), nullable=True),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("waiting_since", sa.BigInteger(), nullable=False),
        sa.Column("queued_at", sa.BigInteger(), nullable=True),
        sa.Column("visitor_wrote_at", sa.BigInteger(), nullable=True),
        sa.Column("respondent_wrote_at", sa.BigInteger(), nullable=True),
        sa.Column("returns_at", sa.BigInteger(), nullable=True),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("returned_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("reserved_for_group_id", sa.Integer(), nullable=True),
        sa.Column("reserved_for_respondent_id", sa.Integer(), nullable=True),
        _to("live_conversation_reserved_for_group_id", "reserved_for_group_id", "agent_group"),
        _to("live_conversation_reserved_for_respondent_id", "reserved_for_respondent_id", "respondent"),
        _to("live_conversation_distribution_group_id", "distribution_group_id", "label"),
        _to("live_conversation_project_id", "project_id", "project"),
        _to("live_conversation_visitor_id", "visitor_id", "visitor"),
        _to("live_conversation_channel_id", "channel_id", "label"),
        _to("live_conversation_conversation_id", "conversation_id", "conversation"),
        _to("live_conversation_rule_id", "rule_id", "label"),
        _to("live_conversation_respondent_id", "respondent_id", "respondent"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_live_conversation")),
    )
    op.create_index("ix_live_conversation_respondent", "live_conversation", ["respondent_id", "state"])
    op.create_index("ix_live_conversation_visitor", "live_conversation", ["visitor_id"])
    op.create_index(
        "ix_live_conversation_waiting", "live_conversation", ["project_id", "waiting_since"], sqlite_where=queued
    )
    op.create_table(
        "live_conversation_queue",
        sa.Column("distribution_group_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        _to("live_conversation_queue_distribution_group_id", "distribution_group_id", "label"),
        _to("live_conversation_queue_conversation_id", "conversation_id", "conversation"),
        sa.PrimaryKeyConstraint("distribution_group_id", "conversation_id", name=op.f("pk_live_conversation_queue")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_live_conversation_queue_conversation", "live_conversation_queue", ["conversation_id"])
