"""Whatever somebody is called, a mail has its headers and no other, and says the name: read on the bytes that leave."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import Header, decode_header, make_header
from email.message import EmailMessage
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ressenti.jobs.recurrence import Recurrence
from ressenti.kit.characters import is_control
from ressenti.kit.email_addresses import BadEmail, normalize_email
from ressenti.kit.names import ControlCharacter, read_name
from ressenti.reports.choice import read_report_choice
from ressenti.reports.email.compose import Envelope, compose
from ressenti.reports.email.headers import BrokenHeader, address_header, text_header, wire
from ressenti.reports.email.smtp import deliver, read_smtp_server
from ressenti.reports.email.summary import EmailComment, EmailSummary, prepare_summary
from ressenti.reports.experience.report import ReportReader
from tests.support.environment import rounds
from tests.support.fakes import NOW, TODAY, Pretend
from tests.support.mailbox import Mailbox, mailbox

OF_A_MAIL = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]
"""The headers of a mail in their order: no other may stand in it."""

INJECTED = "Hi\r\nBcc: x@y.example\r\n\r\n<h1>Pay here</h1>"
ENCODED = "=?utf-8?q?Hi=0d=0aBcc:=20x=40y.example=0d=0a=0d=0a<h1>Pay=20here</h1>?="
HOSTILE = (
    ENCODED,
    f"Figures {ENCODED}",
    f"{ENCODED} {ENCODED}",
    f'"{ENCODED}"',
    f"({ENCODED})",
    Header(INJECTED, "utf-8").encode(linesep=""),
    "=?utf-8?b?SGkNCkJjYzogeEB5LmV4YW1wbGUNCg0KPGgxPg==?=",
    "=?us-ascii?q?a=00b?=",
    "=?utf-16?b?AA0ACg==?=",
    "=?utf-8*en?q?Hi=0dBcc:?=",
    "=?x-unknown?q?Hi?=",
    "=?utf-8?q?unfinished",
    "=?=?utf-8?q?=3D=3Futf-8=3Fq=3F=0d=0a=3F=3D?=?=",
    "é " + ENCODED,
    ENCODED + " é",
    "=?utf-8?q?" + "=0d=0aBcc:x=40y.example " * 20 + "?=",
    "x" * 300 + ENCODED,
    "word " * 40,
    '"quoted" <x@y.example>, <z@y.example>',
    "x@y.example",
    "Bcc: x@y.example",
    "a, b; c: d (e) [f] \\ g",
    "  two  spaces  ",
    "\tTab",
    "-- ",
    ".",
    "From x@y.example",
    "Équipe 東京 ✓ مبيعات 👩🏽‍💻",
    "می‌خواهم",
    "\ufeffmark",
    "",
)
"""Names that can be kept, and look like something else."""

REFUSED = (
    *("a\x00b", "a\x01b", "a\x1b[31m", "a\x7fb", "a\x80b", "a\x9bb", "a\x08b", "a\ud800b", "\udcffa"),
    *("a\u202eb", "a\u2066b"),
)
"""Names that cannot be kept."""


def summary(**more: Any) -> EmailSummary:
    reading = ReportReader(
        choice=read_report_choice({}, today=TODAY), ask=Pretend(), zone="Europe/Paris", now=NOW, currency="EUR"
    )
    return prepare_summary(reading, **({"language": "en", "labels": {}} | more))


SAID = summary(comments=[EmailComment(words=f"{INJECTED}\r\n.\r\nMAIL FROM:<x@y.example>", agent=ENCODED)])


def envelope(**other: Any) -> Envelope:
    usual: dict[str, Any] = {
        "name": "Satisfaction in Lyon",
        "mail_from": ("Ressenti", "reports@company.example"),
        "recipients": ("ana@company.example",),
        "message_id": "<ressenti.1.2@company.example>",
        "at": NOW,
        "by": "Ana",
        "recurrence": Recurrence.WEEKLY,
    }
    return Envelope(**(usual | other))


def mail(**other: Any) -> bytes:
    return wire(compose(SAID, envelope(**other), pictures={"evolution": b"\x89PNG\r\n\x1a\n"}))


def head(raw: bytes) -> list[tuple[str, str]]:
    """Return the headers that stand in the bytes of a mail, in their order; raises where one is not visible ASCII."""
    lines = raw.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", "\0 ").split("\r\n")
    found = [tuple(line.split(": ", 1)) for line in lines]
    assert all(len(pair) == 2 and re.fullmatch(r"[ -~\0\t]+", pair[1]) for pair in found), found
    return [(name, value.replace("\0", "")) for name, value in found]


def says(value: str) -> str:
    """Return what a header says to whoever decodes it once, as mail programs do."""
    return str(make_header(decode_header(value)))


def called_in(value: str, address: str) -> str:
    """Return the name beside the one address of a header, unquoted or decoded once."""
    if value == address:
        return ""
    assert value.endswith(f" <{address}>")
    called = value.removesuffix(f" <{address}>")
    return re.sub(r"\\(.)", r"\1", called[1:-1]) if called.startswith('"') else says(called)


def assert_is_whole(raw: bytes, *, subject: str, sender: str = "Ressenti") -> None:
    """Hold a mail's bytes to what it should be: its headers, each once, its texts decoded once, its four parts."""
    found = head(raw)
    assert [name for name, _value in found] == OF_A_MAIL
    told = dict(found)
    assert says(told["Subject"]).startswith(f"{subject}: 23 Oct")
    assert "=?" not in subject or subject not in told["Subject"]
    assert called_in(told["From"], "reports@company.example") == sender
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    read = message_from_bytes(raw, policy=policy.default)
    assert [part.get_content_type() for part in read.walk()] == [
        *("multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png")
    ]


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mailing_is_called_what_it_is_called_and_adds_no_header(box: Mailbox, name: str) -> None:
    kept = read_name(name or "x", limit=1_000)
    deliver(box.post(), mail(name=kept, by=kept), ["ana@company.example"])

    assert_is_whole(box.raw[-1], subject=kept)
    assert box.recipients[-1] == ["ana@company.example"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_sender_is_called_what_was_set_up_and_adds_no_header(box: Mailbox, name: str) -> None:
    called = name.strip()
    deliver(box.post(), mail(mail_from=(called, "reports@company.example")), ["ana@company.example"])

    assert_is_whole(box.raw[-1], subject="Satisfaction in Lyon", sender=called)


def test_a_sender_in_the_settings_is_not_decoded() -> None:
    name = "=?utf-8?q?Hi=0d=0aBcc:=20x=40y.example?="
    post = read_smtp_server(
        {"RESSENTI_SMTP": "smtp://127.0.0.1", "RESSENTI_MAIL_FROM": f"{name} <reports@company.example>"}
    )

    assert post is not None
    assert_is_whole(mail(mail_from=post.mail_from), subject="Satisfaction in Lyon", sender=name)


@pytest.mark.parametrize("address", ["=?utf-8?q?a=0d=0abcc?=@company.example", "a=?b@company.example"])
def test_an_address_that_looks_encoded_is_none(address: str) -> None:
    with pytest.raises(BadEmail):
        normalize_email(address)
    with pytest.raises(BrokenHeader):
        mail(recipients=(address,))


def test_an_address_may_hold_what_mailing_lists_write_into_it() -> None:
    assert normalize_email("list+ana=company.example@lists.example") == "list+ana=company.example@lists.example"


def test_twenty_recipients_stand_each_on_a_line() -> None:
    people = tuple(f"{'a' * 60}{i}@{'b' * 60}.example" for i in range(20))

    assert dict(head(mail(recipients=people)))["To"].split(", ") == list(people)


@pytest.mark.parametrize("name", REFUSED)
def test_a_control_character_is_in_no_name_and_in_no_header(name: str) -> None:
    with pytest.raises(ControlCharacter) as refused:
        read_name(name)
    assert refused.value.say().isprintable()
    for wrong in ({"name": name}, {"mail_from": (name, "a@b.example")}, {"recipients": (f"{name}@b.example",)}):
        with pytest.raises(BrokenHeader):
            mail(**wrong)


@given(st.text(st.characters(), max_size=200))
@example(ENCODED)
@example("\u2028")
def test_any_name_is_said_or_refused(name: str) -> None:
    kept = " ".join(name.split())
    if any(map(is_control, kept)):
        with pytest.raises(ControlCharacter):
            read_name(name, limit=200)
        return
    written = text_header("Subject", kept).fold(policy=policy.SMTP)
    value = written.removeprefix("Subject: ").removesuffix("\r\n")

    assert re.fullmatch(r"[ -~]*(\r\n [ -~]+)*", value)
    assert says(value.replace("\r\n ", " ")) == kept
    assert max(map(len, written.split("\r\n"))) <= 78


PIECES = (
    *(
        "=?",
        "?=",
        "=?utf-8?q?",
        "=?utf-8?b?",
        "=?us-ascii?Q?",
        "=0d=0a",
        "=0D=0ABcc:",
        "DQo=",
        "_",
        "=3D=3F",
        "é",
        "東",
    ),
    *(" ", "  ", '"', "\\", "<", ">", ",", ";", ":", "@", "(", ")", "x@y.example", "\u200d", "👩", "a" * 70, "?"),
)


def test_names_made_of_pieces_of_headers_add_none() -> None:
    chance = Random(12)
    short = ["".join(one) for one in product(PIECES, repeat=2)]
    long = ["".join(chance.choices(PIECES, k=chance.randint(3, 12))) for _i in range(rounds(1_500, 100_000))]
    for name in filter(str.strip, (*short, *long)):
        kept = " ".join(name.split())
        message = EmailMessage(policy=policy.SMTP)
        message["Subject"] = text_header("Subject", kept)
        message["From"] = address_header("From", [(kept, "a@b.example")])
        found = head(wire(message))

        assert [key for key, _value in found] == ["Subject", "From"]
        assert says(found[0][1]) == kept
        assert called_in(found[1][1], "a@b.example") == kept


def test_the_library_alone_would_let_a_name_write_headers() -> None:
    """The control: what this file looks for is found in a mail that is made the usual way."""
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = ENCODED
    message.set_content("Figures")

    with pytest.raises(AssertionError):
        assert says(dict(head(bytes(message)))["Subject"]) == ENCODED
    with pytest.raises(BrokenHeader):
        wire(message)
