"""A mail has one zone (D41), that of the clock it is sent by: its days, its figures, its comments and its link."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from ressenti.accounts.grants import Grant
from ressenti.accounts.permissions import Role
from ressenti.accounts.users import create_user
from ressenti.kit.clock import to_us
from ressenti.reports.email.delivery import Mailer, mailed_choice
from ressenti.reports.email.summary import EmailSummary
from ressenti.workspace.subscriptions import Subscription, add_subscription, owner_of, read_plan
from tests.support.mailbox import mailbox
from tests.support.scenario import World

TOKYO, NEW_YORK = "Asia/Tokyo", "America/New_York"


def us(text: str) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=UTC))


def plan(
    rhythm: str = "weekly", zone: str = TOKYO, time: str = "05:00", query: str = "", **other: str
) -> dict[str, str]:
    day = {} if rhythm == "daily" else {"day": "1"}
    words = {"name": "Figures", "query": query, "language": "en", "recipients": "a@b.example"}
    return words | {"rhythm": rhythm, "zone": zone, "time": time} | day | other


@pytest.mark.parametrize(
    ("rhythm", "zone", "time", "after", "due", "first", "last"),
    [
        # Monday 05:00 in Tokyo is Sunday 20:00 in UTC
        ("weekly", TOKYO, "05:00", "2026-11-18", "2026-11-22T20:00", "2026-11-16", "2026-11-22"),
        ("weekly", NEW_YORK, "20:00", "2026-11-18", "2026-11-24T01:00", "2026-11-16", "2026-11-22"),
        ("weekly", "Pacific/Kiritimati", "00:00", "2026-11-18", "2026-11-22T10:00", "2026-11-16", "2026-11-22"),
        ("daily", TOKYO, "05:00", "2026-11-22T12:00", "2026-11-22T20:00", "2026-11-22", "2026-11-22"),
        ("daily", NEW_YORK, "23:00", "2026-11-22T12:00", "2026-11-23T04:00", "2026-11-21", "2026-11-21"),
        ("monthly", TOKYO, "05:00", "2026-11-22", "2026-11-30T20:00", "2026-11-01", "2026-11-30"),
        ("monthly", NEW_YORK, "23:00", "2026-11-22", "2026-12-02T04:00", "2026-11-01", "2026-11-30"),
    ],
)
def test_the_days_just_past_are_those_of_the_clock_it_is_sent_by(
    rhythm: str, zone: str, time: str, after: str, due: str, first: str, last: str
) -> None:
    planned = read_plan(plan(rhythm, zone, time))
    due_at = planned.next_due(us(after))
    period = mailed_choice(planned, due_at=due_at).period

    assert due_at == us(due)
    assert (period.start.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("preset", "first", "last"), [("7d", "2026-11-17", "2026-11-23"), ("today", "2026-11-23", "2026-11-23")]
)
def test_a_view_with_days_of_its_own_counts_them_on_the_same_clock(preset: str, first: str, last: str) -> None:
    planned = read_plan(plan(query=f"period={preset}&zone=America/New_York"))
    choice = mailed_choice(planned, due_at=us("2026-11-22T20:00"))

    assert choice.zone == TOKYO
    assert (choice.period.start.isoformat(), choice.period.last.isoformat()) == (first, last)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Fill a world in UTC: a conversation each noon, and one in Tokyo's first hour of Monday the 16th and the 23rd."""
    made = World(tmp_path_factory.mktemp("mails")).settle(zone="UTC")
    for day in range(date(2026, 11, 2).toordinal(), date(2026, 11, 27).toordinal()):
        on = date.fromordinal(day).isoformat()
        made.survey(made.conversation(f"{on} 11:30", closed=f"{on} 12:00"), f"{on} 12:10", csat=5)
    for on in ("2026-11-15", "2026-11-22"):
        key = made.conversation(f"{on} 15:10", closed=f"{on} 15:30")
        made.survey(key, f"{on} 15:40", csat=1, comment=f"First hour after {on}")
    made.now = us("2026-11-27T00:00")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def subscription(world: World) -> Subscription:
    with world.store.write() as record:
        owner = create_user(
            record, email="ana@b.example", grant=Grant(role=Role.ANALYST, reads_content=True), now=world.now
        )
        return add_subscription(record, read_plan(plan()), user_id=owner.id, now=us("2026-11-18T00:00"))


def summary(world: World, subscription: Subscription, due: str) -> EmailSummary:
    with world.store.read() as record:
        owner = owner_of(record, subscription.user_id)
    assert owner is not None
    return Mailer(world.fact_store, "").write(subscription, owner, due_at=us(due), now=us(due))


def test_figures_buckets_and_comments_are_those_of_the_clocks_week(world: World, subscription: Subscription) -> None:
    """16 to 22 November in Tokyo: seven noons and the first hour of the 16th; by days of UTC, that of the 23rd."""
    said = summary(world, subscription, "2026-11-22T20:00")
    csat = next(tile for tile in said.tiles if tile.indicator == "csat")

    assert (csat.value.n, round(csat.value.value or 0, 1)) == (8, 87.5)
    assert said.evolution is not None
    assert [point.start.isoformat() for point in said.evolution.points][:1] == ["2026-11-16T00:00:00+09:00"]
    assert [(one.words, one.on) for one in said.comments] == [("First hour after 2026-11-15", date(2026, 11, 16))]


def test_one_to_me_has_the_days_of_the_same_clock(world: World, subscription: Subscription) -> None:
    for now, days in (("2026-11-22T14:59", "9 Nov – 15 Nov 2026"), ("2026-11-22T15:01", "16 Nov – 22 Nov 2026")):
        with mailbox() as box:
            Mailer(world.fact_store, "https://r.example").send_now(
                subscription, box.post(), to="a@b.example", now=us(now)
            )
        [mail] = box.mails
        plain = mail.get_body(("plain",))

        assert mail["Subject"] == f"Figures: {days}"
        assert plain is not None
        assert "Days are counted in the time zone Asia/Tokyo." in plain.get_content()
        assert "zone=Asia%2FTokyo" in plain.get_content()
