"""What the demonstration's administrator keeps: markers of the year, saved views, a report by e-mail to nobody."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from ressenti.kit.clock import from_us, to_us
from ressenti.kit.i18n import _, translate

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ressenti.record.projects import Project

NOBODY = "nobody@maisontilleul.example"
"""To whom the report is mailed: an address that cannot be, of a report that is switched off."""
MORNING = time(9)


def furnish(connection: "Connection", *, user_id: int, now: int, tongue: str) -> None:
    """Keep for a user what a year of work would have left; the week of the outage is left for them to mark.

    It is written in the language that the demonstration was made in.
    """
    from ressenti.record.projects import DEFAULT, find_project

    project = find_project(connection, DEFAULT)
    _set_markers(connection, project, user_id, now, tongue)
    _save_views(connection, user_id, now, tongue)
    _plan_report(connection, project, user_id, now, tongue)


def _set_markers(connection: "Connection", project: "Project", user_id: int, now: int, tongue: str) -> None:
    from ressenti.demo.stories import Stories
    from ressenti.workspace.annotations import AnnotationKind, add_annotation

    today = from_us(now).astimezone(ZoneInfo(project.zone)).date()
    stories = Stories.of(today)
    flash_sale = (today - timedelta(days=6)).replace(day=1)
    for day, kind, words in (
        (date.fromordinal(stories.bot), AnnotationKind.ACTION, _("The Assistant is given better answers")),
        (date.fromordinal(stories.returns), AnnotationKind.ACTION, _("The page about returns is rewritten")),
        (date.fromordinal(stories.training), AnnotationKind.TRAINING, _("A training in the Delivery group")),
        (flash_sale, AnnotationKind.ACTION, _("Flash sale, five days")),
    ):
        add_annotation(
            connection,
            project_id=project.id,
            at=to_us(datetime.combine(day, MORNING, ZoneInfo(project.zone))),
            kind=kind.value,
            words=translate(words, tongue),
            user_id=user_id,
            now=now,
        )


def _save_views(connection: "Connection", user_id: int, now: int, tongue: str) -> None:
    from ressenti.demo.company import RETURNS
    from ressenti.workspace.saved_views import save_view

    for name, chosen in (
        (
            _("Returns: the wait by hour of the day"),
            {
                "period": "90d",
                "tab": "hour_of_day",
                "indicator": "first_response_time",
                "where": f"group={translate(RETURNS, tongue)}",
            },
        ),
        (_("Satisfaction by topic, 12 months"), {"period": "12m", "tab": "topic"}),
    ):
        save_view(
            connection,
            user_id=user_id,
            name=translate(name, tongue),
            page="report",
            query=urlencode(chosen),
            is_shared=True,
            now=now,
        )


def _plan_report(connection: "Connection", project: "Project", user_id: int, now: int, tongue: str) -> None:
    from ressenti.jobs.recurrence import Recurrence
    from ressenti.workspace.subscriptions import add_subscription, read_plan, switch_subscription

    plan = read_plan(
        {
            "name": translate(_("The week in figures"), tongue),
            "query": "period=7d",
            "language": tongue,
            "recipients": NOBODY,
            "rhythm": Recurrence.WEEKLY.value,
            "day": "1",
            "time": "08:00",
            "zone": project.zone,
        }
    )
    planned = add_subscription(connection, plan, user_id=user_id, now=now)
    switch_subscription(connection, planned.id, is_on=False, now=now)
