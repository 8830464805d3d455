"""What can an installation be told? Every setting, declared once, for commands, documents and `doctor`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "RESSENTI_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its environment variable, and the option of the command line that wins over it, if there is one.

    `meaning` and `default` are English, in the words of `--help`; `note` says more on the page of settings.
    """

    variable: str
    meaning: str
    option: str | None = None
    metavar: str = "URL"
    default: str = ""
    note: str = ""

    @property
    def help(self) -> str:
        """What `--help` says of the option."""
        return f"{self.meaning} (or {self.variable}).{f' Default: {self.default}.' if self.default else ''}"

    def read(self, given: str | None = None, environment: Mapping[str, str] | None = None) -> str | None:
        """Return what was given on the command line, else what the environment says, else None; empty is not given."""
        return given or (os.environ if environment is None else environment).get(self.variable) or None


DATABASE = Setting(
    variable="RESSENTI_DATABASE",
    option="--database",
    meaning="The database, as sqlite:///path/record.db",
    note="Else a file in the platform's data folder; the demonstration has one of its own.",
)
FACTS = Setting(
    variable="RESSENTI_FACTS",
    option="--facts",
    meaning="Where the facts are kept, as clickhouse://…",
    default="in a file beside the database",
    note="[When one machine is not enough](scaling.md). It may hold a password.",
)
ADDRESS = Setting(
    variable="RESSENTI_ADDRESS",
    option="--address",
    meaning="Where people open it, as https://…",
    note="The name the server answers to beside its own, and where the links in mails and invitations lead.",
)
UNFINISHED = Setting(
    variable="RESSENTI_UNFINISHED",
    option="--unfinished",
    metavar="N",
    meaning="Requests of one network address that may be under way, not whole yet",
    default="64",
)
PATIENCE = Setting(
    variable="RESSENTI_PATIENCE",
    metavar="SECONDS",
    meaning="How long a command waits for the server beside it",
    default="600",
)
SMTP = Setting(
    variable="RESSENTI_SMTP",
    meaning="The mail server, as smtp://user:password@host:587",
    note="[Reports by e-mail](mail.md). It may hold a password.",
)
MAIL_FROM = Setting(
    variable="RESSENTI_MAIL_FROM",
    metavar="SENDER",
    meaning="Who the mails are from, as `Name <address@company.example>`",
)

SETTINGS = (DATABASE, FACTS, ADDRESS, UNFINISHED, PATIENCE, SMTP, MAIL_FROM)
"""Every setting, in the order in which a newcomer meets them."""

OF_CHECKOUTS = frozenset({"RESSENTI_SHARED", "RESSENTI_NIGHTLY"})
"""What the tests of a checkout are told by; an installation knows nothing of them."""


def in_use(environment: Mapping[str, str]) -> list[str]:
    """Return the variables of settings that are set, in the order of the table."""
    return [setting.variable for setting in SETTINGS if setting.read(None, environment)]


def unknown(environment: Mapping[str, str]) -> list[str]:
    """Return the variables that look like settings and are none, sorted: somebody mistyped them."""
    known = {setting.variable for setting in SETTINGS} | OF_CHECKOUTS
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
