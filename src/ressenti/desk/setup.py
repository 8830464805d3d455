"""What administrators decide: which sites there are, which rules lead to which groups, and who is in them."""

import json
from collections.abc import Sequence
from secrets import token_urlsafe
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from ressenti.desk import opening, routing
from ressenti.desk.refusals import AmbiguousMember, SiteKeyTaken, UnknownMember, UnknownRule
from ressenti.kit.clock import SECOND
from ressenti.kit.names import require_key
from ressenti.record import tables as t
from ressenti.record.names import NameIds
from ressenti.record.sources import ensure_source
from ressenti.record.stores.sqlite import put
from ressenti.record.write_transaction import WriteTransaction

QUEUE_SIZE = 10
NEXT_AFTER_US = 30 * SECOND


class Site(NamedTuple):
    """A site that carries the widget: its rules in their order, the addresses of its pages, its secret; ids."""

    id: int
    project_id: int
    key: str
    origins: tuple[str, ...]
    channel_id: int
    campaign_id: int | None
    has_form: bool
    secret: str
    rules: tuple[int, ...]


def names_of(tx: WriteTransaction) -> NameIds:
    """Return the names of a project, as what is live calls them."""
    source = ensure_source(tx.connection, tx.project_id, routing.SOURCE)
    return NameIds(project_id=tx.project_id, source_id=source, import_id=0)


def label(tx: WriteTransaction, kind: str, key: str) -> int:
    """Return a label of the project, made if there is none; raises what `require_key` raises."""
    return names_of(tx).labels[kind].ensure(tx.connection, (require_key(key),))[key]


def set_distribution_group(
    tx: WriteTransaction, key: str, members: Sequence[str], *, queue_size: int | None = None
) -> int:
    """Make a distribution group of these members, by what their source calls them, or change one; raises UnknownMember.

    Its queue keeps its size unless one is given; a new one takes ten.
    """
    group, connection = label(tx, "distribution_group", key), tx.connection
    respondents = [_respondent(connection, tx.project_id, member) for member in members]
    _size(connection, group, queue_size)
    _replace_rows(
        connection,
        t.distribution_group_member,
        {"distribution_group_id": group},
        [{"respondent_id": respondent} for respondent in dict.fromkeys(respondents)],
    )
    routing.assign_waiting(tx, respondents)
    return group


def set_rule(
    tx: WriteTransaction,
    key: str,
    groups: Sequence[str],
    *,
    is_cascade: bool = True,
    next_after_us: int = NEXT_AFTER_US,
    queue_size: int | None = None,
    hours: str | None = None,
) -> int:
    """Make a distribution rule that leads to these groups, in their order, or change one.

    With `queue_size`, the queues of its groups are of that size. Raises what `label` raises.
    """
    rule, connection = label(tx, "rule", key), tx.connection
    ids = [label(tx, "distribution_group", group) for group in groups]
    values = {
        "mode": "cascade" if is_cascade else "fair",
        "next_after_us": next_after_us,
        "opening_hours_id": None if hours is None else opening.find(connection, tx.project_id, hours),
    }
    put(connection, t.distribution_rule, {"rule_id": rule}, values)
    rows = [{"distribution_group_id": group, "position": place} for place, group in enumerate(dict.fromkeys(ids))]
    _replace_rows(connection, t.distribution_rule_group, {"rule_id": rule}, rows)
    for group in ids:
        _size(connection, group, queue_size)
    return rule


def add_site(
    tx: WriteTransaction,
    key: str,
    *,
    origins: Sequence[str],
    rules: Sequence[str],
    channel: str = "chat",
    campaign: str | None = None,
    has_form: bool = False,
    secret: str | None = None,
) -> Site:
    """Make a site, or change the one of this key, whose secret stays unless one is given.

    Raises UnknownRule, and SiteKeyTaken where it is that of another project, or was switched off.
    """
    connection, of = tx.connection, t.site.c
    ids = [_rule(connection, tx.project_id, rule) for rule in rules]
    before = connection.execute(select(t.site).where(of.key == require_key(key))).one_or_none()
    if before is not None and (before.project_id != tx.project_id or before.disabled_at is not None):
        raise SiteKeyTaken(key=key)
    values = {
        "origins": json.dumps(list(origins)),
        "channel_id": label(tx, "channel", channel),
        "campaign_id": None if campaign is None else label(tx, "campaign", campaign),
        "has_form": has_form,
        "secret": secret or (before.secret if before else token_urlsafe(32)),
    }
    if before is None:
        new = {"key": key, "project_id": tx.project_id, "created_at": tx.now}
        own_id = connection.execute(insert(t.site).values(new | values).returning(of.id)).scalar_one()
    else:
        own_id = before.id
        connection.execute(update(t.site).where(of.id == own_id).values(values))
    rows = [{"rule_id": rule, "position": place} for place, rule in enumerate(dict.fromkeys(ids))]
    _replace_rows(connection, t.site_rule, {"site_id": own_id}, rows)
    return _site(connection, connection.execute(select(t.site).where(of.id == own_id)).one())


def find_site(connection: Connection, key: str) -> Site | None:
    """Return the site of a key that is not switched off, None where there is none."""
    of = t.site.c
    row = connection.execute(select(t.site).where(of.key == key, of.disabled_at.is_(None))).one_or_none()
    return None if row is None else _site(connection, row)


def _site(connection: Connection, row: Row[Any]) -> Site:
    rules = select(t.site_rule.c.rule_id).where(t.site_rule.c.site_id == row.id).order_by(t.site_rule.c.position)
    return Site(
        id=row.id,
        project_id=row.project_id,
        key=row.key,
        origins=tuple(json.loads(row.origins)),
        channel_id=row.channel_id,
        campaign_id=row.campaign_id,
        has_form=row.has_form,
        secret=row.secret,
        rules=tuple(connection.execute(rules).scalars()),
    )


def _size(connection: Connection, group: int, queue_size: int | None) -> None:
    """Give the queue of a group its size; without one, it keeps the one it has, or has the usual one."""
    own = {"distribution_group_id": group}
    of = t.distribution_group.c
    known = connection.execute(select(of.queue_size).where(of.distribution_group_id == group)).scalar()
    put(
        connection,
        t.distribution_group,
        own,
        {"queue_size": (QUEUE_SIZE if known is None else known) if queue_size is None else queue_size},
    )


def _replace_rows(connection: Connection, table: Table, owner: dict[str, int], rows: Sequence[dict[str, int]]) -> None:
    """Put these rows in the place of all that belong to an owner."""
    ((name, own_id),) = owner.items()
    connection.execute(delete(table).where(table.c[name] == own_id))
    if rows:
        connection.execute(insert(table), [owner | row for row in rows])


def _rule(connection: Connection, project: int, key: str) -> int:
    of = t.label.c
    query = select(of.id).join(t.distribution_rule, t.distribution_rule.c.rule_id == of.id)
    found = connection.execute(query.where(of.project_id == project, of.kind == "rule", of.key == key)).scalar()
    if found is None:
        raise UnknownRule(key=key)
    return int(found)


def _respondent(connection: Connection, project: int, key: str) -> int:
    of = t.respondent.c
    query = select(of.id).join(t.source).where(t.source.c.project_id == project, of.external_id == key)
    found = list(connection.execute(query.where(of.deleted_at.is_(None))).scalars())
    if not found:
        raise UnknownMember(key=key)
    if len(found) > 1:
        raise AmbiguousMember(key=key)
    return int(found[0])
