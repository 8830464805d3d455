"""What do the forms say with which administrators let people and programs in, and how is it done?"""

from litestar.exceptions import ValidationException

from ressenti.accounts.grants import Grant
from ressenti.accounts.invitations import invite
from ressenti.accounts.permissions import Role
from ressenti.accounts.tokens import ApiToken, add_token
from ressenti.accounts.users import User, create_user, update_user, user_of
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal
from ressenti.web.pages.forms import FormFields
from ressenti.web.pages.request_context import RequestContext

FOR_EVER = "never"
LIFETIMES = (("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), (FOR_EVER, _("Until it is revoked")))
"""How long a token may live, as the form offers it."""
FRESH = FormFields.of(days="90")


class RoleMissing(Refusal):
    """A form without a role."""

    code = "role_missing"
    sentence = _("Choose a role.")


def filled_in(user: User) -> FormFields:
    """Return the form of a user as things are."""
    return FormFields.of(
        email=user.email,
        name=user.name,
        role=user.grant.role.value,
        group=user.grant.groups,
        agents="\n".join(user.grant.agents),
        reads_content="1" if user.grant.reads_content else "",
        days="90",
    )


def add_invited_user(context: RequestContext, form: FormFields) -> tuple[User, str]:
    """Add a user; return them and the secret of the link with which they choose a password."""
    with context.record.write() as record:
        grant = _grant(form)
        user = create_user(record, email=form.text("email"), name=form.text("name"), grant=grant, now=context.now)
        return user, invite(record, user, now=context.now)


def change_grant(context: RequestContext, user_id: int, form: FormFields) -> None:
    """Change what a user is called and may do."""
    with context.record.write() as record:
        user = user_of(record, user_id)
        update_user(record, user, grant=_grant(form), name=form.text("name"), by=context.viewer.user_id)


def add_described_token(context: RequestContext, form: FormFields) -> tuple[ApiToken, str]:
    """Make a token; return it and its text, which is not kept. Raises ValidationException for a life not offered."""
    chosen = form.text("days")
    if chosen not in dict(LIFETIMES):
        raise ValidationException
    days = None if chosen == FOR_EVER else int(chosen)
    with context.record.write() as record:
        return add_token(record, name=form.text("name"), grant=_grant(form), now=context.now, days=days)


def _grant(form: FormFields) -> Grant:
    """Return the role of a form with what belongs to that role, whatever else is filled in; raises RoleMissing."""
    if form.text("role") not in set(Role):
        raise RoleMissing
    role = Role(form.text("role"))
    return Grant(
        role=role,
        groups=tuple(form.texts("group")) if role is Role.SUPERVISOR else (),
        agents=_lines(form.text("agents")) if role is Role.AGENT else (),
        reads_content=role is Role.ANALYST and bool(form.text("reads_content")),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
