"""Who may do what: the roles, the rights each has, and the person or program that asks.

This table is the whole policy. Pages and operations of the API name a right, never a role.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from ressenti.kit.i18n import _


class Permission(StrEnum):
    """One thing that can be allowed."""

    READ_FIGURES = "read figures"
    READ_CONVERSATIONS = "read conversations"
    READ_CONTENT = "read content"
    EXPORT = "export"
    KEEP_VIEWS = "keep views"
    SHARE_VIEWS = "share views"
    MARK = "mark"
    MAIL = "mail"
    ADVISE = "advise"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What a person or a token is here for."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    AGENT = "agent"


ROLE_NAMES = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.ANALYST: _("Analyst"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.AGENT: _("Agent"),
}

_READER = frozenset({Permission.READ_FIGURES, Permission.READ_CONVERSATIONS, Permission.KEEP_VIEWS})
_LEADER = _READER | {Permission.EXPORT, Permission.SHARE_VIEWS, Permission.MARK, Permission.MAIL}

RIGHTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.ANALYST: _LEADER,
    Role.SUPERVISOR: _LEADER | {Permission.READ_CONTENT, Permission.ADVISE},
    Role.AGENT: _READER | {Permission.READ_CONTENT},
}
"""What each role may do; an analyst may also read content where that was granted to them.

A supervisor does all of it within their own groups, an agent within the conversations they took part in.
"""

ScopeIds = tuple[tuple[str, tuple[int, ...]], ...]
"""The conversations someone is kept to: by dimension, the surrogate ids of which one took part; empty is all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks: a person who signed in, a token, or a command of this machine (`user_id` None for both).

    `within` is what they are kept to, on the server, whatever they ask for.
    """

    name: str
    role: Role
    user_id: int | None = None
    email: str = ""
    reads_content: bool = False
    within: ScopeIds = field(default=())

    def may(self, right: Permission) -> bool:
        """Say whether this is allowed."""
        return right in RIGHTS[self.role] or (right is Permission.READ_CONTENT and self.reads_content)


MACHINE = Viewer(name="this machine", role=Role.ADMINISTRATOR)
"""A command that can read the file beside the record could read the record itself."""
