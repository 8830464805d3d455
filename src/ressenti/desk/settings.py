"""How long things may take at the desks of a project: every span has a default, and is a setting."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import Connection, select

from ressenti.desk.refusals import BadSpan
from ressenti.kit.clock import DAY, HOUR, MINUTE, SECOND
from ressenti.record.stores.sqlite import put
from ressenti.record.tables import desk_settings as table


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """The spans of a project, in microseconds.

    `silent_bot_us`, `silent_chat_us` and `silent_other_us`: after so long without a word of the visitor, a conversation
    in which we wrote last is closed. `absent_us`: without a sign of life nobody is given a conversation. `gone_us`:
    what visitors wait for goes back to its queue. `kept_us`: what was kept and stays untouched goes to its group.
    """

    silent_bot_us: int = 5 * MINUTE
    silent_chat_us: int = 24 * HOUR
    silent_other_us: int = 7 * DAY
    absent_us: int = 75 * SECOND
    gone_us: int = 5 * MINUTE
    kept_us: int = 24 * HOUR


def desk_settings(connection: Connection, project_id: int) -> DeskSettings:
    """Return the settings of a project, the defaults where it has none."""
    return DeskSettings(**_held(connection, project_id))


def set_desk_settings(connection: Connection, project_id: int, changes: Mapping[str, int]) -> DeskSettings:
    """Change some settings of a project, and return them all; what it does not change follows the defaults.

    Raises BadSpan for a name that is no setting, and for a span that is not more than nothing.
    """
    for name, span in changes.items():
        if name not in _NAMES or span < 1:
            raise BadSpan(name=name)
    held = _held(connection, project_id) | dict(changes)
    put(connection, table, {"project_id": project_id}, {"settings": json.dumps(held)})
    return DeskSettings(**held)


def _held(connection: Connection, project_id: int) -> dict[str, int]:
    written = connection.execute(select(table.c.settings).where(table.c.project_id == project_id)).scalar()
    return {name: span for name, span in json.loads(written or "{}").items() if name in _NAMES}


_NAMES = {one.name for one in fields(DeskSettings)}
