"""The projects of an installation and what each decides for its figures: zone, currency, week, satisfied notes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sqlalchemy import Connection, Row, insert, select, update

from ressenti.kit.clock import HOUR
from ressenti.kit.currencies import currency_code
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.keys import normalize_key
from ressenti.kit.names import LONGEST_KEY, read_name, require_key
from ressenti.kit.refusals import nearest, nearest_of
from ressenti.record import journal
from ressenti.record.rating_scales import FIVE, scale
from ressenti.record.refusals import BadSetting, UnknownProject, UnknownZone
from ressenti.record.tables import project

DEFAULT = "default"
WEEK_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SALE_WINDOW_US = 48 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One project. `week_start` is 0 for Monday (D14); `satisfied` maps a scale to the notes that count (E29).

    `is_zone_set` says that somebody chose its zone; it counts in UTC until then (D41).
    """

    id: int
    key: str
    name: str
    zone: str = "UTC"
    is_zone_set: bool = False
    currency: str = "EUR"
    week_start: int = 0
    satisfied: dict[str, tuple[int, ...]] = field(default_factory=dict)
    sale_window_us: int = SALE_WINDOW_US


def all_projects(connection: Connection) -> list[Project]:
    """Return every project, oldest first."""
    return [_project(row) for row in connection.execute(select(project).order_by(project.c.id))]


def common_zone(projects: Sequence[Project]) -> str:
    """Return the zone of these projects, UTC where they have several or there are none."""
    zones = {project.zone for project in projects}
    return zones.pop() if len(zones) == 1 else "UTC"


def find_project(connection: Connection, key: str) -> Project:
    """Return the project with that key; raises UnknownProject."""
    return project_among(all_projects(connection), key)


def project_among(projects: Sequence[Project], key: str) -> Project:
    """Return the one of these projects with that key; raises UnknownProject, which names these only."""
    key = normalize_key(key)
    known = {found.key: found for found in projects}
    if key not in known:
        raise UnknownProject(key=key, known=nearest_of(key, list(known)) or DEFAULT)
    return known[key]


def ensure_project(connection: Connection, key: str) -> Project:
    """Return the project with that key, made with the defaults if there is none: UTC, EUR, weeks from Monday.

    Raises what `require_key` raises.
    """
    key = normalize_key(key)
    if key not in {found.key for found in all_projects(connection)}:
        new = {
            "key": require_key(key),
            "name": key,
            "zone": "UTC",
            "currency": "EUR",
            "week_start": 0,
            "satisfied": "{}",
        }
        connection.execute(insert(project).values(**new, sale_window_us=SALE_WINDOW_US, journal_seq=0))
    return find_project(connection, key)


def settle(
    connection: Connection,
    current: Project,
    *,
    now: int,
    name: str | None = None,
    zone: str | None = None,
    currency: str | None = None,
    week_start: str | None = None,
    satisfied: dict[str, tuple[int, ...]] | None = None,
) -> Project:
    """Change what is given of a project's settings, and tell the journal: its facts are measured again.

    Raises UnknownZone, BadSetting and what `read_name` raises; the satisfied ratings of a scale have to be on it (D42).
    """
    values: dict[str, object] = {}
    if name is not None:
        values["name"] = read_name(name, limit=LONGEST_KEY)
    if zone is not None:
        values |= {"zone": require_zone(zone), "is_zone_set": True}
    if currency is not None:
        values["currency"] = _currency(currency)
    if week_start is not None:
        values["week_start"] = _week_day(week_start)
    if satisfied is not None:
        values["satisfied"] = json.dumps(current.satisfied | dict(_satisfied(*one) for one in satisfied.items()))
    if values:
        connection.execute(update(project).where(project.c.id == current.id).values(**values))
        journal.append(connection, current.id, [(journal.EventKind.PROJECT_CHANGED, current.id)], now=now)
    return find_project(connection, current.key)


def require_zone(zone: str) -> str:
    """Return the name of a time zone that exists; raises UnknownZone with the nearest ones."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(zone=zone, known=nearest(zone, sorted(available_timezones()))) from None
    return zone


def _currency(code: str) -> str:
    if found := currency_code(code):
        return found
    reason = Sentence(_("it is no currency of ISO 4217; write three letters, as in EUR"))
    raise BadSetting(name=Sentence(_("currency")), value=code, reason=reason)


def _satisfied(written: str, ratings: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Return the scale as answers have it, with its satisfied ratings; raises BadSetting for others (D42)."""
    name = Sentence(_("satisfied"))
    value = f"{written}={','.join(map(str, ratings))}"
    if not (rating_scale := scale(written)):
        reason = Sentence(_("write a scale as 10 or 0-100 in front, as in 10=9,10"))
        raise BadSetting(name=name, value=value, reason=reason)
    if rating_scale == FIVE:
        raise BadSetting(name=name, value=value, reason=Sentence(_("on 1 to 5, 4 and 5 are the satisfied ratings")))
    if outside := [one for one in ratings if one not in rating_scale]:
        said = _("{rating} is not on the scale {low} to {high}")
        reason = Sentence(said, rating=outside[0], low=rating_scale.low, high=rating_scale.high)
        raise BadSetting(name=name, value=value, reason=reason)
    return str(rating_scale), tuple(sorted(set(ratings)))


def _week_day(name: str) -> int:
    if name.lower() not in WEEK_DAYS:
        raise BadSetting(
            name=Sentence(_("week start")),
            value=name,
            reason=Sentence(_("write one of {known}"), known=", ".join(WEEK_DAYS)),
        )
    return WEEK_DAYS.index(name.lower())


def _project(row: Row[tuple[object, ...]]) -> Project:
    satisfied = {scale: tuple(ratings) for scale, ratings in json.loads(row.satisfied).items()}
    return Project(
        id=row.id,
        key=row.key,
        name=row.name,
        zone=row.zone,
        is_zone_set=row.is_zone_set,
        currency=row.currency,
        week_start=row.week_start,
        satisfied=satisfied,
        sale_window_us=row.sale_window_us,
    )
