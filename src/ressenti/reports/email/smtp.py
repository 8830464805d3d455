"""How a mail leaves this machine: through the SMTP server that was set up, encrypted, and with every refusal in words.

The password stands in no message, no log and no representation of a value.
"""

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import unquote as unquote_name
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from ressenti.kit.characters import control_characters
from ressenti.kit.email_addresses import BadEmail, normalize_email
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.refusals import Exit, Refusal
from ressenti.kit.settings import MAIL_FROM, SMTP

TIMEOUT_S = 20.0
"""How long a mail server may take for each of its answers."""
_LONGEST_REASON = 200
_PORTS = {"smtp": 587, "smtps": 465}


class ConnectionSecurity(StrEnum):
    """How the connection to the mail server is kept to ourselves."""

    STARTTLS = "starttls"
    TLS = "tls"
    LOOPBACK = "loopback"  # it does not leave this machine


class BadSmtpServer(Refusal):
    """What was set up to mail with cannot be used."""

    code = "bad_post"
    sentence = _("{name} cannot be used: {reason}.")


class NoSmtpServer(Refusal):
    """Nothing was set up to mail with."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "no_post"
    sentence = _("No mail server is set up yet: see docs/mail.md for RESSENTI_SMTP and RESSENTI_MAIL_FROM.")


class NotSent(Refusal):
    """A mail was not taken; it may be another time."""

    status, exit_code, code = 502, Exit.UNAVAILABLE, "not_posted"
    sentence = _("The mail server {host} did not take the e-mail: {reason}.")


class RefusedForGood(NotSent):
    """The mail server refuses this mail, now and later."""

    status, code = 422, "refused_for_good"
    sentence = _("The mail server {host} refuses the e-mail: {reason}.")


class NoServer(NotSent):
    """Nobody answers where the mail server should be."""

    code = "no_mail_server"
    sentence = _("The mail server {host} does not answer: {reason}.")


class NotEncrypted(NotSent):
    """The mail server offers no encryption."""

    code = "not_encrypted"
    sentence = _("The mail server {host} offers no encryption (STARTTLS): neither password nor report was sent to it.")


class NotTrusted(NotSent):
    """The mail server cannot show that it is who it says."""

    code = "not_trusted"
    sentence = _("The certificate of the mail server {host} cannot be trusted: {reason}.")


class WrongSmtpPassword(NotSent):
    """The mail server does not know us."""

    code = "wrong_mail_password"
    sentence = _("The mail server {host} does not accept the user name and password of RESSENTI_SMTP.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """A mail server, and who e-mails are from: `sender` is the address, `sender_name` what stands beside it.

    `trusted` are certificates to trust beside the machine's own, as a path.
    """

    host: str
    port: int
    security: ConnectionSecurity
    sender: str
    sender_name: str = "Ressenti"
    user: str = ""
    password: str = field(default="", repr=False)
    trusted: str | None = None
    timeout_s: float = TIMEOUT_S

    @property
    def mail_from(self) -> tuple[str, str]:
        """Return the sender's name and address, as a header has them."""
        return self.sender_name, self.sender


def read_smtp_server(environment: Mapping[str, str] | None = None) -> SmtpServer | None:
    """Return the configured mail server, if any; raises BadSmtpServer, which never repeats the password."""
    text = (SMTP.read(environment=environment) or "").strip()
    if not text:
        return None
    parts, port = _split(text)
    security = _security(parts)
    written = MAIL_FROM.read(environment=environment) or ""
    name, address = _sender(written)
    try:
        sender = normalize_email("" if control_characters(written) else address)
    except BadEmail:
        raise BadSmtpServer(
            name=MAIL_FROM.variable, reason=Sentence(_("it holds no e-mail address; set it to who e-mails are from"))
        ) from None
    return SmtpServer(
        host=parts.hostname or "",
        port=port,
        security=security,
        sender=sender,
        sender_name=" ".join(name.split()) or "Ressenti",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def require_smtp_server(environment: Mapping[str, str] | None = None) -> SmtpServer:
    """Return the configured mail server; raises NoSmtpServer and BadSmtpServer."""
    smtp = read_smtp_server(environment)
    if smtp is None:
        raise NoSmtpServer
    return smtp


def deliver(smtp: SmtpServer, mail: bytes, recipients: Sequence[str]) -> dict[str, str]:
    """Give a mail to the server, byte for byte; return whom it refused, with its words.

    Raises NotSent where nobody gets it.
    """
    with _refusing(smtp), _connected(smtp) as server:
        refused = server.sendmail(smtp.sender, list(recipients), mail)
    return {address: _reason(code, words) for address, (code, words) in refused.items()}


def _sender(written: str) -> tuple[str, str]:
    """Return the name, "" for none, and the address of `Name <address>`; of a name, only its quotes are syntax."""
    name, is_named, address = written.strip().rpartition("<")
    if not is_named:
        return "", address
    return unquote_name(name.strip()), address.removesuffix(">")


def _split(text: str) -> tuple[SplitResult, int]:
    """Cut an address into its parts; whatever is wrong with it, it is not repeated: it may hold a password."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadSmtpServer(
            name=SMTP.variable, reason=Sentence(_("it cannot be read; write it as smtp://user:password@host:587"))
        ) from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadSmtpServer(
            name=SMTP.variable, reason=Sentence(_("it begins with smtp:// or smtps:// and names a host"))
        )
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise BadSmtpServer(
            name=SMTP.variable,
            reason=Sentence(_("write the characters / ? # of a user name or password as %2F %3F %23")),
        )
    return parts, port or _PORTS[parts.scheme]


def _security(parts: SplitResult) -> ConnectionSecurity:
    if parts.scheme == "smtps":
        return ConnectionSecurity.TLS
    return ConnectionSecurity.LOOPBACK if _is_loopback(parts.hostname or "") else ConnectionSecurity.STARTTLS


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _connected(smtp: SmtpServer) -> Iterator[smtplib.SMTP]:
    """Connect, encrypt, and only then say who we are."""
    domain = smtp.sender.rpartition("@")[2]
    server: smtplib.SMTP
    if smtp.security is ConnectionSecurity.TLS:
        server = smtplib.SMTP_SSL(smtp.host, smtp.port, domain, timeout=smtp.timeout_s, context=_trust(smtp))
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, domain, timeout=smtp.timeout_s)
    with server:
        server.ehlo()
        if smtp.security is ConnectionSecurity.STARTTLS:
            if not server.has_extn("starttls"):
                raise NotEncrypted(host=smtp.host)
            server.starttls(context=_trust(smtp))
            server.ehlo()
        if smtp.user:
            server.login(smtp.user, smtp.password)
        yield server


def _trust(smtp: SmtpServer) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if smtp.trusted:
        context.load_verify_locations(smtp.trusted)
    return context


@contextmanager
def _refusing(smtp: SmtpServer) -> Iterator[None]:
    """Turn whatever goes wrong on the way into a refusal in words; what a server says of a password is not repeated."""
    host = f"{smtp.host}:{smtp.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        raise WrongSmtpPassword(host=host) from None
    except smtplib.SMTPRecipientsRefused as error:
        told = [(code, words) for code, words in error.recipients.values()]
        raise _refused(host, told) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(host, [(error.smtp_code, error.smtp_error)]) from None
    except ssl.SSLCertVerificationError as error:
        raise NotTrusted(host=host, reason=_clean(error.verify_message)) from None
    except smtplib.SMTPServerDisconnected as error:
        raise NoServer(host=host, reason=_clean(str(error))) from None
    except smtplib.SMTPException as error:
        raise NotSent(host=host, reason=_clean(str(error))) from None
    except OSError as error:
        raise NoServer(host=host, reason=_clean(error.strerror or str(error) or "no answer in time")) from None


def _refused(host: str, told: Sequence[tuple[int, bytes | str]]) -> NotSent:
    code, words = told[0]
    kind = RefusedForGood if all(500 <= one < 600 for one, _words in told) else NotSent
    return kind(host=host, reason=_reason(code, words))


def _reason(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {_clean(text)}".strip()


def _clean(text: str) -> str:
    """Return a server's words on one line, shortened: they come from outside and are shown on a page."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split()).rstrip(".")
    return line if len(line) <= _LONGEST_REASON else line[:_LONGEST_REASON] + "…"
