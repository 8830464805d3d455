"""How long things may take at the desks of a project: every span has a default, and is a setting."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, select

from ressenti.kit.clock import DAY, HOUR, MINUTE, SECOND
from ressenti.record.stores.sqlite import put
from ressenti.record.tables import desk_settings as table


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """The spans of a project, in microseconds.

    `silent_bot_us`, `silent_chat_us` and `silent_other_us`: after so long without a word of the visitor, a conversation
    in which we wrote last is closed. `absent_us`: without a sign of life nobody is given a conversation. `gone_us`:
    what visitors wait for goes back to its queue. `kept_us`: what was kept and stays untouched goes to its group.
    `bot_us`: a bot that does not answer is passed over. `sees_group`: agents see the conversations of their groups.
    """

    silent_bot_us: int = 5 * MINUTE
    silent_chat_us: int = 24 * HOUR
    silent_other_us: int = 7 * DAY
    absent_us: int = 75 * SECOND
    gone_us: int = 5 * MINUTE
    kept_us: int = 24 * HOUR
    bot_us: int = 15 * SECOND
    sees_group: bool = False


def desk_settings(connection: Connection, project_id: int) -> DeskSettings:
    """Return the settings of a project, the defaults where it has none."""
    held = connection.execute(select(table.c.settings).where(table.c.project_id == project_id)).scalar()
    return DeskSettings(**json.loads(held)) if held else DeskSettings()


def set_desk_settings(connection: Connection, project_id: int, changes: Mapping[str, Any]) -> DeskSettings:
    """Change some settings of a project, and return them all."""
    changed = DeskSettings(**{**asdict(desk_settings(connection, project_id)), **changes})
    put(connection, table, {"project_id": project_id}, {"settings": json.dumps(asdict(changed))})
    return changed
