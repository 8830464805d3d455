"""A mail leaves encrypted or not at all, nobody's password is repeated, and every refusal is a sentence."""

import shutil
import socket
import ssl
import subprocess
import time
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from ressenti.reports.email.smtp import (
    BadSmtpServer,
    ConnectionSecurity,
    NoServer,
    NoSmtpServer,
    NotEncrypted,
    NotSent,
    NotTrusted,
    RefusedForGood,
    WrongSmtpPassword,
    deliver,
    read_smtp_server,
    require_smtp_server,
)
from tests.support.mailbox import mailbox

PASSWORD = "p@ss/word:#1"  # noqa: S105 - of a test
FROM = {"RESSENTI_MAIL_FROM": "Company <reports@company.example>"}


def mail(to: str = "ana@company.example") -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = "reports@company.example", to, "Figures"
    message.set_content("Hello.")
    return bytes(message)


def read(url: str) -> object:
    return read_smtp_server({"RESSENTI_SMTP": url, **FROM})


class TestSettings:
    def test_without_settings_there_is_no_post(self) -> None:
        assert read_smtp_server({}) is None
        with pytest.raises(NoSmtpServer):
            require_smtp_server({})

    @pytest.mark.parametrize(
        ("url", "host", "port", "security"),
        [
            ("smtp://mail.example", "mail.example", 587, ConnectionSecurity.STARTTLS),
            ("smtp://mail.example:25", "mail.example", 25, ConnectionSecurity.STARTTLS),
            ("smtps://mail.example", "mail.example", 465, ConnectionSecurity.TLS),
            ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, ConnectionSecurity.LOOPBACK),
            ("smtp://[::1]:1025", "::1", 1025, ConnectionSecurity.LOOPBACK),
            ("smtp://localhost:1025", "localhost", 1025, ConnectionSecurity.LOOPBACK),
        ],
    )
    def test_a_server_elsewhere_is_always_spoken_to_encrypted(
        self, url: str, host: str, port: int, security: ConnectionSecurity
    ) -> None:
        post = read_smtp_server({"RESSENTI_SMTP": url, **FROM})

        assert post is not None
        assert (post.host, post.port, post.security) == (host, port, security)
        assert post.mail_from == ("Company", "reports@company.example")

    def test_a_password_stands_in_no_representation_and_no_refusal(self) -> None:
        post = read_smtp_server({"RESSENTI_SMTP": "smtp://me:p%40ss%2Fword%3A%231@mail.example", **FROM})

        assert post is not None
        assert post.password == PASSWORD
        assert "word" not in repr(post)
        for broken in (f"smtp://me:{PASSWORD}@mail.example", "http://me:hidden@mail", "smtp://me:hidden@mail:port"):
            with pytest.raises(BadSmtpServer) as refused:
                read(broken)
            assert "hidden" not in refused.value.say()
            assert "word:" not in refused.value.say()

    @pytest.mark.parametrize("sender", ["", "nobody", "a@b.example\r\nBcc: c@d.example"])
    def test_a_sender_that_is_none_is_refused(self, sender: str) -> None:
        with pytest.raises(BadSmtpServer):
            read_smtp_server({"RESSENTI_SMTP": "smtp://mail.example", "RESSENTI_MAIL_FROM": sender})


class TestDelivery:
    def test_a_mail_arrives(self) -> None:
        with mailbox() as box:
            assert deliver(box.post(), mail(), ["ana@company.example", "ben@company.example"]) == {}

        assert box.recipients == [["ana@company.example", "ben@company.example"]]
        assert box.mails[0]["Subject"] == "Figures"

    def test_the_password_is_shown_to_the_server_that_asks(self) -> None:
        with mailbox(knows=PASSWORD) as box:
            deliver(box.post(user="me", password=PASSWORD), mail(), ["ana@company.example"])

        assert len(box.mails) == 1

    def test_a_wrong_password_is_said_and_not_repeated(self) -> None:
        with mailbox(knows=PASSWORD) as box, pytest.raises(WrongSmtpPassword) as refused:
            deliver(box.post(user="me", password="hidden"), mail(), ["ana@company.example"])  # noqa: S106

        assert "hidden" not in refused.value.say()

    def test_without_encryption_neither_password_nor_report_is_sent(self) -> None:
        with mailbox(knows=PASSWORD) as box:
            post = box.post(security=ConnectionSecurity.STARTTLS, user="me", password=PASSWORD)
            with pytest.raises(NotEncrypted):
                deliver(post, mail(), ["ana@company.example"])

        assert (box.passwords, box.mails) == ([], [])

    def test_a_certificate_nobody_vouches_for_is_not_trusted(self, certificate: tuple[Path, Path]) -> None:
        with mailbox(knows=PASSWORD, tls=_serving(certificate)) as box:
            post = box.post(security=ConnectionSecurity.STARTTLS, user="me", password=PASSWORD)
            with pytest.raises(NotTrusted):
                deliver(post, mail(), ["ana@company.example"])

        assert (box.passwords, box.mails) == ([], [])

    def test_one_that_is_vouched_for_is(self, certificate: tuple[Path, Path]) -> None:
        with mailbox(knows=PASSWORD, tls=_serving(certificate)) as box:
            post = box.post(
                security=ConnectionSecurity.STARTTLS,
                user="me",
                password=PASSWORD,
                trusted=str(certificate[0]),
                host="localhost",
            )
            deliver(post, mail(), ["ana@company.example"])

        assert len(box.mails) == 1

    def test_greylisting_is_tried_again_later(self) -> None:
        with mailbox() as box:
            box.sayings = ["451 4.7.1 Greylisted, come back"]
            with pytest.raises(NotSent) as refused:
                deliver(box.post(), mail(), ["ana@company.example"])
            deliver(box.post(), mail(), ["ana@company.example"])

        assert refused.value.status >= 500
        assert "451 4.7.1 Greylisted, come back" in refused.value.say()
        assert len(box.mails) == 1

    def test_a_mail_that_is_refused_for_good_is_not(self) -> None:
        with mailbox() as box:
            box.refused = {"gone@company.example": "550 5.1.1 No such person"}
            with pytest.raises(RefusedForGood) as refused:
                deliver(box.post(), mail(), ["gone@company.example"])

        assert refused.value.status < 500

    def test_whoever_is_refused_is_named_and_the_others_get_it(self) -> None:
        with mailbox() as box:
            box.refused = {"gone@company.example": "550 5.1.1 No such person"}
            refused = deliver(box.post(), mail(), ["gone@company.example", "ana@company.example"])

        assert refused == {"gone@company.example": "550 5.1.1 No such person"}
        assert box.recipients == [["ana@company.example"]]

    def test_where_nobody_answers_is_a_sentence(self) -> None:
        with mailbox() as box:
            post = box.post()

        with pytest.raises(NoServer, match="does not answer: Connection refused"):
            deliver(post, mail(), ["ana@company.example"])

    def test_a_server_that_never_speaks_is_given_up(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent, mailbox() as box:
            post = box.post(port=silent.getsockname()[1], timeout_s=0.3)
            began = time.monotonic()
            with pytest.raises(NoServer):
                deliver(post, mail(), ["ana@company.example"])

        assert time.monotonic() - began < 3

    def test_what_a_server_says_is_shown_on_one_line_and_shortened(self) -> None:
        with mailbox() as box:
            box.sayings = ["554 <b>\x1b[31m" + "long " * 90]
            with pytest.raises(NotSent) as refused:
                deliver(box.post(), mail(), ["ana@company.example"])

        assert refused.value.say().isprintable()
        assert len(refused.value.say()) < 330


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make a certificate for localhost that signs itself."""
    folder = tmp_path_factory.mktemp("certificate")
    openssl = shutil.which("openssl")
    assert openssl, "openssl makes the certificate of these tests: apt-get install openssl"
    chain, key = folder / "chain.pem", folder / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(chain)]
    subprocess.run([*command, *names], check=True, capture_output=True)
    return chain, key


def _serving(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context
