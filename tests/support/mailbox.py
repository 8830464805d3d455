"""A mail server of one's own: it takes what it is given, or says what it was told to say first."""

import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from ressenti.reports.email.smtp import ConnectionSecurity, SmtpServer

TAKEN = "250 Taken"


class Mailbox:
    """What arrived, parsed. `sayings` are said instead of taking a mail, one each; `refused` are unknown addresses."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.sayings: list[str] = []
        self.refused: dict[str, str] = {}
        self.passwords: list[bytes] = []
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - likewise
        if self.sayings:
            return self.sayings.pop(0)
        self.raw.append(envelope.content)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.recipients.append(list(envelope.rcpt_tos))
        return TAKEN

    def post(self, **other: Any) -> SmtpServer:
        """Return how to reach it."""
        usual: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": ConnectionSecurity.LOOPBACK,
            "sender": "reports@company.example",
            "timeout_s": 5.0,
        }
        return SmtpServer(**(usual | other))


@contextmanager
def mailbox(*, knows: str | None = None, tls: SSLContext | None = None) -> Iterator[Mailbox]:
    """Run a mail server; `knows` is the password it asks for, `tls` lets it offer STARTTLS."""
    box = Mailbox()

    def check(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        box.passwords.append(data.password)
        return AuthResult(success=data.password == (knows or "").encode(), handled=False)

    how: dict[str, Any] = {"tls_context": tls} if tls else {}
    if knows is not None:
        how |= {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it asks for a password in the open: that is what is tried
        controller = Controller(box, hostname="127.0.0.1", port=_free_port(), **how)
        controller.start()
        box.port = controller.port
        try:
            yield box
        finally:
            controller.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
