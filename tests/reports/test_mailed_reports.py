"""The mailed report: it arrives at a real mail server, reads without pictures, and says what the report says."""

import re
import struct
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
import structlog
from css_inline import CSSInliner, InlineError

from ressenti.accounts.grants import Grant
from ressenti.accounts.permissions import Role
from ressenti.accounts.users import create_user, disable_user, update_user, user_of
from ressenti.indicators.model import Unit, Value
from ressenti.jobs.recurrence import Recurrence
from ressenti.kit.clock import DAY, HOUR, SECOND
from ressenti.reports.choice import read_report_choice
from ressenti.reports.email.compose import Envelope, compose, style_inliner
from ressenti.reports.email.delivery import Mailer, mailed_choice, mailing_in_background
from ressenti.reports.email.headers import BrokenHeader
from ressenti.reports.email.summary import EmailComment, EmailSummary, draw_pictures, prepare_summary
from ressenti.reports.experience.report import ReportReader
from ressenti.workspace.subscriptions import (
    Subscription,
    add_subscription,
    find_subscription,
    list_subscriptions,
    owner_of,
    read_plan,
    remove_subscription,
)
from tests.support.fakes import NOW, TODAY, Pretend, nothing
from tests.support.mailbox import Mailbox, mailbox
from tests.support.scenario import World
from tests.support.site import HOSTILE, company

ADDRESS = "https://ressenti.company.example"
PNG = b"\x89PNG\r\n\x1a\n"


def summary(
    language: str = "en",
    *,
    ask: Any = None,
    words: dict[str, list[str]] | None = None,
    currency: str = "EUR",
    **more: Any,
) -> EmailSummary:
    choice = read_report_choice(words or {}, today=TODAY)
    reading = ReportReader(choice=choice, ask=ask or Pretend(), zone="Europe/Paris", now=NOW, currency=currency)
    return prepare_summary(reading, language=language, **({"labels": {}} | more))


def envelope(**other: Any) -> Envelope:
    usual: dict[str, Any] = {
        "name": "Satisfaction in Lyon",
        "mail_from": ("Ressenti", "reports@company.example"),
        "recipients": ("ana@company.example",),
        "message_id": "<ressenti.1.2@company.example>",
        "at": NOW,
        "by": "Ana",
        "recurrence": Recurrence.WEEKLY,
        "address": f"{ADDRESS}/?from=2026-10-23&to=2026-11-22",
    }
    return Envelope(**(usual | other))


def sent(said: EmailSummary, **other: Any) -> EmailMessage:
    """Compose a mail and read it back from its bytes, as a mail program does."""
    parsed = message_from_bytes(
        bytes(compose(said, envelope(**other), pictures=draw_pictures(said))), policy=policy.default
    )
    assert isinstance(parsed, EmailMessage)
    return parsed


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return re.sub(r"[\u202f\u00a0]|&nbsp;", " ", str(part.get_content()))


def pictures(mail: EmailMessage) -> dict[str, bytes]:
    parts = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    return {str(part["Content-ID"]).strip("<>"): part.get_content() for part in parts}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


class TestLetter:
    def test_a_mail_has_words_alone_and_a_page_with_its_pictures(self) -> None:
        mail = sent(summary())

        assert mail.get_content_type() == "multipart/alternative"
        plain, page = mail.iter_parts()
        assert plain.get_content_type() == "text/plain"
        assert page.get_content_type() == "multipart/related"
        assert [part.get_content_type() for part in page.iter_parts()] == ["text/html", *["image/png"] * 3]

    def test_every_picture_is_a_png_of_its_size_and_is_shown(self) -> None:
        mail = sent(summary())
        shown = {attrs["src"] for tag, attrs in Tags(body(mail, "html")).found if tag == "img"}

        assert shown == {f"cid:{name}" for name in pictures(mail)}
        for png in pictures(mail).values():
            assert png[:8] == PNG
            width, height = struct.unpack(">II", png[16:24])
            assert width == 1120
            assert height > 300
        assert sum(map(len, pictures(mail).values())) < 400_000

    def test_every_picture_says_in_words_what_it_shows(self) -> None:
        images = [attrs for tag, attrs in Tags(body(sent(summary()), "html")).found if tag == "img"]

        assert len(images) == 3
        assert all(len(attrs["alt"] or "") > 20 for attrs in images)

    def test_amounts_are_in_the_currency_of_the_project(self) -> None:
        said = summary(currency="USD")
        csat, *others = said.tiles
        money = replace(said, tiles=(replace(csat, unit=Unit.MONEY, value=Value(1_250.5, 40)), *others))

        for kind in ("plain", "html"):
            assert "$1,250.50" in body(sent(money), kind)

    def test_both_say_what_the_report_says(self) -> None:
        mail = sent(summary())
        for kind in ("plain", "html"):
            said = body(mail, kind)
            for words in ("84.6 %", "1.9 pts better, clear change", "3,742 answers", "48 s", "Inès Benali", "428"):
                assert words in said
            assert "Late answers can still move these figures until 6 Dec 2026." in said
            assert "More visitors left satisfied" in said

    def test_nothing_comes_from_elsewhere_and_no_script_is_in_it(self) -> None:
        page = body(sent(summary()), "html")
        addresses = {
            value
            for _tag, attrs in Tags(page).found
            for name, value in attrs.items()
            if name in {"src", "href", "background", "action"}
        }

        assert {one for one in addresses if one and not one.startswith("cid:")} == {
            f"{ADDRESS}/?from=2026-10-23&to=2026-11-22"
        }
        assert "<script" not in page
        assert "<link" not in page
        assert "url(" not in page
        assert "@import" not in page

    def test_every_look_stands_on_its_element_and_the_dark_theme_in_a_sheet(self) -> None:
        page = body(sent(summary()), "html")
        looks = {
            (attrs["class"] or ""): attrs.get("style") or "" for _tag, attrs in Tags(page).found if "class" in attrs
        }

        assert "color:#8a2a5f" in looks["brand"]
        assert "padding:18px 0 20px" in looks["headline"]
        assert "text-align:right" in looks["number"]
        assert {name for name, look in looks.items() if not look} == set()
        assert page.count("<style>") == 1
        assert page.index("@media (prefers-color-scheme: dark)") < page.index("<body")

    def test_a_style_sheet_that_is_linked_to_is_not_fetched(self) -> None:
        linked = '<link rel="stylesheet" href="http://127.0.0.1:9/a.css"><p class="brand">ressenti</p>'

        assert "color:#8a2a5f" in style_inliner().inline(linked)
        with pytest.raises(InlineError):
            CSSInliner().inline(linked)

    def test_lines_are_short_enough_for_every_mail_server(self) -> None:
        said = summary()
        raw = bytes(compose(said, envelope(), pictures=draw_pictures(said)))

        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert raw.isascii()

    def test_a_mail_in_french_is_in_french(self) -> None:
        mail = sent(summary("fr"))

        assert '<html lang="fr">' in body(mail, "html")
        assert mail["Content-Language"] == "fr"
        assert "84,6 %" in body(mail, "plain")
        assert "Plus de visiteurs sont repartis satisfaits" in body(mail, "html")

    def test_where_nobody_was_measured_it_says_so_without_pictures(self) -> None:
        mail = sent(summary(ask=nothing()))

        assert pictures(mail) == {}
        assert "nothing to measure yet" in body(mail, "plain")

    def test_words_that_attack_are_text(self) -> None:
        said = summary(
            words={"where": [f"channel={HOSTILE}"]},
            labels={("channel", HOSTILE): HOSTILE},
            comments=[
                EmailComment(
                    words=f"{HOSTILE}\r\n.\r\nBcc: x@y.example", on=date(2026, 11, 20), rating=1, agent=HOSTILE
                )
            ],
        )
        mail = sent(said, name=HOSTILE, by=HOSTILE)
        tags = [tag for tag, _attrs in Tags(body(mail, "html")).found]

        assert "script" not in tags
        assert tags.count("img") == 3
        assert mail["Subject"].startswith("<script>")
        assert mail["Bcc"] is None

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": "Figures\r\nBcc: x@y.example"},
            {"name": "Figures\nBcc: x@y.example"},
            {"name": "Figures\x0bX"},
            {"name": "Figures\u2028X"},
            {"mail_from": ("Ressenti", "a@b.example\r\nBcc: x@y.example")},
            {"mail_from": ("Ressenti\r\nBcc: x@y.example", "a@b.example")},
            {"recipients": ("a@b.example\r\nBcc: x@y.example",)},
            {"message_id": "<1@b.example>\r\nBcc: x@y.example"},
        ],
    )
    def test_what_would_end_a_header_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(BrokenHeader) as refused:
            sent(summary(), **wrong)

        assert refused.value.say().isprintable()

    def test_a_name_of_any_language_is_the_subject(self) -> None:
        assert str(sent(summary(), name="Équipe 東京 ✓ مبيعات")["Subject"]).startswith("Équipe 東京 ✓ مبيعات: 23 Oct")

    def test_at_most_six_rows_and_five_comments_are_in_it(self) -> None:
        mail = sent(summary(comments=[EmailComment(words=f"Comment {i}") for i in range(9)]))

        assert body(mail, "plain").count("Comment ") == 5
        assert "10 more rows in the report." in body(mail, "plain")


@pytest.mark.parametrize(
    ("rhythm", "query", "first", "last"),
    [
        ("daily", "", "2026-11-20", "2026-11-20"),
        ("weekly", "", "2026-11-09", "2026-11-15"),
        ("monthly", "", "2026-10-01", "2026-10-31"),
        ("daily", "period=7d", "2026-11-15", "2026-11-21"),
        ("daily", "from=2026-01-01&to=2026-02-01", "2026-01-01", "2026-01-31"),
        ("weekly", "where=channel%3DChat&indicator=nps", "2026-11-09", "2026-11-15"),
    ],
)
def test_the_days_just_past_are_mailed_unless_the_view_names_its_own(
    rhythm: str, query: str, first: str, last: str
) -> None:
    day = {} if rhythm == "daily" else {"day": "1"}
    words = {"name": "x", "query": query, "language": "en", "recipients": "a@b.example", "time": "07:00", "zone": "UTC"}
    choice = mailed_choice(read_plan({**words, "rhythm": rhythm, **day}), due_at=NOW)

    assert (choice.period.start.isoformat(), choice.period.last.isoformat()) == (first, last)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = company(World(tmp_path_factory.mktemp("mailing")))
    for i in range(7):
        opened, closed = f"2026-10-20 1{i}:00", f"2026-10-20 1{i}:30"
        key = made.conversation(opened, closed=closed, messages=[("agent:ana", f"2026-10-20 1{i}:05")])
        made.survey(key, f"2026-10-20 1{i}:40", csat=2, comment=f"Waited {i} times <b>")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


@pytest.fixture
def inbox(box: Mailbox, world: World) -> Mailbox:
    """Empty the mailbox, and leave nothing planned."""
    with world.store.write() as record:
        for one in list_subscriptions(record):
            remove_subscription(record, one.id)
    box.mails.clear()
    box.recipients.clear()
    box.sayings.clear()
    box.refused.clear()
    return box


NUMBERS = iter(range(1, 1000))


def planned(world: World, role: str = "analyst", **other: str) -> Subscription:
    """Plan a mailing of a new person: every morning at seven, of all of October."""
    kept: dict[str, dict[str, Any]] = {"supervisor": {"groups": ("Lyon",)}}
    words = {
        "name": "Each morning",
        "query": "from=2026-10-15&to=2026-10-29",
        "language": "en",
        "recipients": "lead@company.example",
        "rhythm": "daily",
        "time": "07:00",
        "zone": "Europe/Paris",
    }
    with world.store.write() as record:
        grant = Grant(role=Role(role), **kept.get(role, {}))
        person = create_user(record, email=f"p{next(NUMBERS)}@company.example", name="Pia", grant=grant, now=world.now)
        return add_subscription(record, read_plan(words | other), user_id=person.id, now=world.now)


def now_of(world: World, subscription: Subscription) -> Subscription:
    with world.store.read() as record:
        return find_subscription(record, subscription.id)


class TestSending:
    def test_what_is_due_arrives_with_the_figures_of_the_report(self, world: World, inbox: Mailbox) -> None:
        subscription = planned(world)
        csat = world.read("csat", from_="2026-10-15", to="2026-10-29")
        outcome = Mailer(world.fact_store, ADDRESS).send_due(inbox.post(), now=lambda: subscription.due_at)

        assert (outcome.sent_count, outcome.failed_count) == (1, 0)
        assert inbox.recipients == [["lead@company.example"]]
        said = body(inbox.mails[0], "plain")
        assert f"CSAT: {csat.value:.1f} %" in said
        assert f"{csat.n} answers" in said
        assert f"{ADDRESS}/?from=2026-10-15&to=2026-10-29" in said
        assert now_of(world, subscription).sent_at == subscription.due_at

    def test_nothing_is_sent_twice(self, world: World, inbox: Mailbox) -> None:
        subscription = planned(world)
        mailer = Mailer(world.fact_store, ADDRESS)
        mailer.send_due(inbox.post(), now=lambda: subscription.due_at)
        mailer.send_due(inbox.post(), now=lambda: subscription.due_at + HOUR)

        assert sum(mail["Message-ID"].startswith(f"<ressenti.{subscription.id}.") for mail in inbox.mails) == 1

    def test_a_second_copy_after_a_crash_has_the_same_name(self, world: World, inbox: Mailbox) -> None:
        subscription = planned(world)
        mailer = Mailer(world.fact_store, ADDRESS)
        for _copy in range(2):
            mailer._post(
                subscription,
                inbox.post(),
                recipients=("a@b.example",),
                due_at=subscription.due_at,
                now=subscription.due_at,
            )

        assert inbox.mails[0]["Message-ID"] == inbox.mails[1]["Message-ID"]

    def test_greylisting_is_kept_in_words_and_then_it_arrives(self, world: World, inbox: Mailbox) -> None:
        subscription = planned(world)
        mailer, minute = Mailer(world.fact_store, ADDRESS), 60 * SECOND
        inbox.sayings = ["451 4.7.1 Come back later"]
        first = mailer.send_due(inbox.post(), now=lambda: subscription.due_at)
        failed = now_of(world, subscription)
        then = mailer.send_due(inbox.post(), now=lambda: subscription.due_at + minute)

        assert (first.failed_count, then.sent_count) == (1, 1)
        assert failed.failure is not None
        assert "451 4.7.1 Come back later" in failed.failure.say()
        assert failed.try_at == subscription.due_at + minute
        assert now_of(world, subscription).failure is None

    def test_a_server_that_is_away_is_a_sentence_and_tried_again(self, world: World) -> None:
        subscription = planned(world)
        with mailbox() as gone:
            post = gone.post()
        Mailer(world.fact_store, ADDRESS).send_due(post, now=lambda: subscription.due_at)
        found = now_of(world, subscription)

        assert found.failure is not None
        assert "does not answer: Connection refused" in found.failure.say()
        assert found.is_retried
        Mailer(world.fact_store, ADDRESS).send_due(
            post, now=lambda: subscription.due_at + DAY
        )  # leave nothing to be retried

    def test_addresses_that_are_refused_are_named(self, world: World, inbox: Mailbox) -> None:
        inbox.refused = {"gone@company.example": "550 5.1.1 No such person"}
        subscription = planned(world, recipients="lead@company.example gone@company.example")
        Mailer(world.fact_store, ADDRESS).send_due(inbox.post(), now=lambda: subscription.due_at)
        found = now_of(world, subscription)

        assert found.sent_at == subscription.due_at
        assert found.failure is not None
        assert "gone@company.example (550 5.1.1 No such person)" in found.failure.say()

    def test_a_supervisor_mails_what_they_may_see(self, world: World, inbox: Mailbox) -> None:
        subscription = planned(world, "supervisor")
        Mailer(world.fact_store, ADDRESS).send_due(inbox.post(), now=lambda: subscription.due_at)
        lyon = world.read("csat", from_="2026-10-15", to="2026-10-29", where=("group=Lyon",))

        assert f"{lyon.n} answers" in body(inbox.mails[0], "plain")

    def test_comments_are_mailed_by_those_who_may_read_them(self, world: World, inbox: Mailbox) -> None:
        for role in ("analyst", "supervisor"):
            due = planned(world, role, query="from=2026-10-20&to=2026-10-21").due_at
        Mailer(world.fact_store, ADDRESS).send_due(inbox.post(), now=lambda: due)
        kept, shown = (body(mail, "html") for mail in inbox.mails)

        assert "Waited" not in kept
        assert [i for i in range(7) if f"Waited {i} times &lt;b&gt;" in shown] == [2, 3, 4, 5, 6]
        assert "2/5 · 20 Oct 2026 · Ana Souza" in shown

    def test_whoever_was_parted_with_mails_nothing_and_it_says_so(self, world: World, inbox: Mailbox) -> None:
        subscription = planned(world)
        with world.store.write() as record:
            disable_user(record, user_of(record, subscription.user_id), now=world.now)
        Mailer(world.fact_store, ADDRESS).send_due(inbox.post(), now=lambda: subscription.due_at)
        found = now_of(world, subscription)

        assert inbox.mails == []
        assert found.failure is not None
        assert "can no longer sign in" in found.failure.say()
        assert found.try_at == subscription.due_at + DAY

    def test_whoever_lost_the_right_mails_nothing_and_it_says_so(self, world: World, inbox: Mailbox) -> None:
        subscription = planned(world)
        with world.store.write() as record:
            person = user_of(record, subscription.user_id)
            update_user(record, person, grant=Grant(role=Role.AGENT, agents=("ana",)))
        Mailer(world.fact_store, ADDRESS).send_due(inbox.post(), now=lambda: subscription.due_at)
        found = now_of(world, subscription)

        assert inbox.mails == []
        assert found.failure is not None
        assert "may no longer mail" in found.failure.say()

    def test_a_view_that_is_no_longer_understood_says_why(self, world: World, inbox: Mailbox) -> None:
        subscription = planned(world, query="where=channel%3DPigeon")
        Mailer(world.fact_store, ADDRESS).send_due(inbox.post(), now=lambda: subscription.due_at)
        found = now_of(world, subscription)

        assert found.failure is not None
        assert "Pigeon" in found.failure.say()

    def test_our_own_fault_is_kept_in_words_and_tried_again(
        self, world: World, inbox: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscription = planned(world)
        monkeypatch.setattr("ressenti.reports.email.delivery.prepare_summary", lambda *_a, **_k: 1 / 0)
        with structlog.testing.capture_logs() as logs:
            Mailer(world.fact_store, ADDRESS).send_due(inbox.post(), now=lambda: subscription.due_at)
        found = now_of(world, subscription)

        assert found.failure is not None
        assert "on our side" in found.failure.say()
        assert [one["event"] for one in logs] == ["mailing_failed"]
        monkeypatch.undo()
        Mailer(world.fact_store, ADDRESS).send_due(inbox.post(), now=lambda: subscription.due_at + HOUR)
        assert len(inbox.mails) == 1

    def test_one_to_oneself_goes_to_nobody_else_and_changes_nothing(self, world: World, inbox: Mailbox) -> None:
        subscription = planned(world)
        Mailer(world.fact_store, ADDRESS).send_now(subscription, inbox.post(), to="me@company.example", now=world.now)

        assert inbox.recipients == [["me@company.example"]]
        assert now_of(world, subscription) == subscription
        with world.store.read() as record:
            assert owner_of(record, subscription.user_id) is not None

    def test_the_background_mails_what_is_due(
        self, world: World, inbox: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscription = planned(world)
        monkeypatch.setenv("RESSENTI_SMTP", f"smtp://127.0.0.1:{inbox.port}")
        monkeypatch.setenv("RESSENTI_MAIL_FROM", "reports@company.example")
        mailer, until = Mailer(world.fact_store, ADDRESS), time.monotonic() + 20
        with mailing_in_background(mailer, every_s=0.05, now=lambda: subscription.due_at):
            while time.monotonic() < until and not now_of(world, subscription).sent_at:
                time.sleep(0.05)

        assert now_of(world, subscription).sent_at == subscription.due_at
