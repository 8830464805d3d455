"""The page on which reports are planned to be mailed: one's own, told in words, and one to oneself at once."""

from collections.abc import Iterator

import pytest
import time_machine
from click.testing import CliRunner

from ressenti.cli.mailing import mailing
from ressenti.kit.clock import HOUR, from_us
from ressenti.workspace.subscriptions import (
    DeliveryFailure,
    find_subscription,
    list_subscriptions,
    note_failed,
    switch_subscription,
)
from tests.support.claims import claim_due
from tests.support.mailbox import Mailbox, mailbox
from tests.support.scenario import World
from tests.support.signed_in import somebody
from tests.support.site import HOSTILE, Site, Words, company, plain

TYPED = {
    "name": "Chat, each Monday",
    "view": "",
    "query": "where=channel%3DChat",
    "days": "fit",
    "rhythm": "weekly",
    "weekday": "1",
    "monthday": "1",
    "time": "07:30",
    "zone": "Europe/Paris",
    "language": "en",
    "recipients": "lead@company.example\nteam@company.example",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Fill a world of its own: these tests write into it."""
    made = company(World(tmp_path_factory.mktemp("mailings")))
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def people(world: World) -> dict[str, Site]:
    roles = {"ana": "analyst", "ben": "analyst", "cleo": "agent", "dora": "administrator"}
    return {name: somebody(world, role, f"{name}@company.example") for name, role in roles.items()}


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mailbox(knows="secret word") as box:
        monkeypatch.setenv("RESSENTI_SMTP", f"smtp://me:secret%20word@127.0.0.1:{box.port}")
        monkeypatch.setenv("RESSENTI_MAIL_FROM", "Ressenti <reports@company.example>")
        yield box


@pytest.fixture(autouse=True)
def nothing_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESSENTI_SMTP", raising=False)


def words(html: str) -> str:
    return Words(html).text


def planned(world: World, site: Site, **other: str) -> int:
    answer = site.post("/mailings", data=TYPED | other)
    assert answer.status_code == 303, plain(answer.text)
    with world.store.read() as record:
        return max(one.id for one in list_subscriptions(record))


def test_a_report_is_planned_and_told_in_words(world: World, people: dict[str, Site]) -> None:
    planned(world, people["ana"])
    said = words(people["ana"].get("/mailings").text)

    assert "Every week, Monday, 07:30 (Europe/Paris) · Channel: Chat · Last week" in said
    assert "To lead@company.example, team@company.example" in said
    assert "Next: 2 Nov 2026, 07:30." in said


def test_without_a_mail_server_the_page_says_how_to_set_one_up(world: World, people: dict[str, Site]) -> None:
    planned(world, people["ana"])

    assert "No mail server is set up yet" in words(people["ana"].get("/mailings").text)
    assert "RESSENTI_SMTP=smtp://user:password@" in words(people["dora"].get("/mailings").text)


def test_what_was_set_up_wrong_is_said_without_its_password(
    people: dict[str, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESSENTI_SMTP", "http://me:hunter2@mail.example")
    page = people["dora"].get("/mailings")

    assert page.status_code == 200
    assert "RESSENTI_SMTP cannot be used" in words(page.text)
    assert "hunter2" not in page.text


def test_the_menu_of_the_report_leads_to_a_form_that_knows_the_view(people: dict[str, Site]) -> None:
    page = people["ana"].get("/mailings/new?period=last_month&where=channel%3DChat").text

    assert 'name="query" value="period=last_month&amp;where=channel%3DChat"' in page
    assert "As it was opened: Channel: Chat · Last month" in words(page)
    assert "ana@company.example" in page


def test_a_saved_view_is_mailed_as_it_is(world: World, people: dict[str, Site]) -> None:
    kept = people["ana"].post("/views", data={"name": "Mine", "page": "report", "query": "period=90d&indicator=nps"})
    view = kept.headers["location"].rpartition("=")[2]
    number = planned(world, people["ana"], view=view, days="view")
    with world.store.read() as record:
        assert find_subscription(record, number).plan.query == "period=90d&indicator=nps"

    refused = people["ben"].post("/mailings", data=TYPED | {"view": view})
    assert refused.status_code == 404


def test_another_persons_mailing_is_not_there_and_administrators_see_all(world: World, people: dict[str, Site]) -> None:
    number = planned(world, people["ana"], name="Only Ana's")

    assert people["ben"].get(f"/mailings/{number}").status_code == 404
    for what in ("", "/pause", "/remove", "/send"):
        assert people["ben"].post(f"/mailings/{number}{what}", data=TYPED).status_code == 404
    assert "Only Ana's" not in words(people["ben"].get("/mailings").text)
    assert "Only Ana's" in words(people["dora"].get("/mailings").text)
    assert people["dora"].get(f"/mailings/{number}").status_code == 200


def test_an_agent_mails_nothing(people: dict[str, Site]) -> None:
    assert people["cleo"].get("/mailings").status_code == 403
    assert people["cleo"].post("/mailings", data=TYPED).status_code == 403


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Give it a name"),
        ({"name": "Nights\0"}, "holds a control character (U+0000)"),
        ({"name": "\x1b[2J"}, "holds a control character (U+001B)"),
        ({"recipients": ""}, "to whom the report goes"),
        ({"recipients": "nobody"}, "not an e-mail address"),
        ({"recipients": " ".join(f"a{i}@b.example" for i in range(21))}, "20 addresses at most; 21 were given"),
        ({"time": "99:99"}, "not a time of day"),
        ({"zone": "Mars/Base"}, "no time zone called"),
        ({"rhythm": "yearly"}, "not how often"),
        ({"rhythm": "monthly", "monthday": "31"}, "from 1 to 28"),
        ({"language": "tlh"}, "not a language"),
        ({"query": "where=chanel%3DChat"}, "chanel"),
    ],
)
def test_what_cannot_be_planned_is_said_and_stays_in_the_form(
    people: dict[str, Site], typed: dict[str, str], said: str
) -> None:
    answer = people["ana"].post("/mailings", data=TYPED | {"name": "Typed before"} | typed)

    assert answer.status_code == 422
    assert said in words(answer.text)
    if "name" not in typed:
        assert 'value="Typed before"' in answer.text


def test_a_plan_is_changed_paused_and_removed(world: World, people: dict[str, Site]) -> None:
    number = planned(world, people["ana"])

    assert (
        people["ana"].post(f"/mailings/{number}", data=TYPED | {"rhythm": "monthly", "monthday": "28"}).status_code
        == 303
    )
    assert 'value="28" selected' in people["ana"].get(f"/mailings/{number}").text
    assert people["ana"].post(f"/mailings/{number}/pause", data={"on": ""}).status_code == 303
    with world.store.read() as record:
        assert not find_subscription(record, number).is_on
    assert "paused" in words(people["ana"].get("/mailings").text)
    assert people["ana"].post(f"/mailings/{number}/remove").status_code == 303
    assert people["ana"].get(f"/mailings/{number}").status_code == 404


def test_a_failure_is_told_in_the_readers_words(world: World, people: dict[str, Site]) -> None:
    number = planned(world, people["ana"], name="Failing")
    with world.store.write() as record:
        due = find_subscription(record, number).due_at
        while (claimed := claim_due(record, now=due)) is not None:
            note_failed(record, claimed, DeliveryFailure("{host} is away.", {"host": "<b>mail</b>"}), now=due)
    page = people["ana"].get("/mailings").text

    assert "&lt;b&gt;mail&lt;/b&gt; is away." in page
    assert "It is tried again at 07:31." in words(page)


def test_one_to_me_arrives_at_once_and_at_nobody_else(world: World, people: dict[str, Site], inbox: Mailbox) -> None:
    number = planned(world, people["ana"], query="from=2026-10-15&to=2026-10-29", days="view")
    answer = people["ana"].post(f"/mailings/{number}/send")

    assert answer.headers["location"] == f"/mailings?sent={number}"
    assert inbox.recipients == [["ana@company.example"]]
    assert "was sent to ana@company.example" in words(people["ana"].get(answer.headers["location"]).text)


def test_a_name_that_looks_like_an_encoded_header_is_the_subject_and_nothing_else(
    world: World, people: dict[str, Site], inbox: Mailbox
) -> None:
    name = "=?utf-8?q?Hi=0d=0aBcc:=20x=40y.example=0d=0a=0d=0a<h1>Pay</h1>?="
    number = planned(world, people["ana"], name=name, query="from=2026-10-15&to=2026-10-29", days="view")
    people["ana"].post(f"/mailings/{number}/send")

    assert inbox.mails[-1]["Subject"] == f"{name}: 15 Oct – 28 Oct 2026"
    assert inbox.mails[-1]["Bcc"] is None
    assert b"<h1>Pay" not in inbox.raw[-1].partition(b"\r\n\r\n")[0]


def test_one_to_me_that_does_not_leave_says_why(world: World, people: dict[str, Site], inbox: Mailbox) -> None:
    number = planned(world, people["ana"])
    inbox.sayings = ["554 5.7.1 Not from you"]
    answer = people["ana"].post(f"/mailings/{number}/send")

    assert answer.status_code == 422
    assert "refuses the e-mail: 554 5.7.1 Not from you" in words(answer.text)


def test_without_a_mail_server_one_to_me_says_so(world: World, people: dict[str, Site]) -> None:
    number = planned(world, people["ana"])
    answer = people["ana"].post(f"/mailings/{number}/send")

    assert answer.status_code == 503
    assert "No mail server is set up yet" in words(answer.text)


def test_a_name_that_attacks_is_text(world: World, people: dict[str, Site]) -> None:
    number = planned(world, people["ana"], name=HOSTILE)
    for page in (people["ana"].get("/mailings").text, people["ana"].get(f"/mailings/{number}").text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_command_mails_what_is_due_where_no_server_runs(
    world: World, people: dict[str, Site], inbox: Mailbox
) -> None:
    number = planned(world, people["ana"], query="from=2026-10-15&to=2026-10-29", days="view")
    with world.store.write() as record:
        due = find_subscription(record, number).due_at
        for one in list_subscriptions(record):
            switch_subscription(record, one.id, is_on=one.id == number, now=world.now)
    with world.alone(), time_machine.travel(from_us(due + HOUR)):
        ended = CliRunner().invoke(mailing, ["send-due", "--database", world.url])

    assert (ended.exit_code, ended.output) == (0, "1 report was mailed.\n")
    assert inbox.recipients == [["lead@company.example", "team@company.example"]]
    with world.store.read() as record:
        assert (find_subscription(record, number).sent_at or 0) > due
