"""What does a viewer change about their own access: name, password, and where they are signed in?"""

from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException

from ressenti.accounts.permissions import Viewer
from ressenti.accounts.sessions import end_session
from ressenti.accounts.sign_in import change_password
from ressenti.accounts.users import rename_user
from ressenti.web.pages.forms import FormFields
from ressenti.web.pages.request_context import RequestContext


def own_user_id(viewer: Viewer) -> int:
    """Return whose page it is; raises NotFoundException for a token, which has none."""
    if viewer.user_id is None:
        raise NotFoundException
    return viewer.user_id


def take_name(context: RequestContext, form: FormFields) -> None:
    """Call the viewer something else."""
    with context.record.write() as record:
        rename_user(record, own_user_id(context.viewer), form.text("name"))


def take_password(context: RequestContext, form: FormFields) -> list[Cookie]:
    """Change the viewer's password and end every other session; return the cookies of the one that is left."""
    known, email, address = context.authenticator, context.viewer.email, context.client_address
    user_id = own_user_id(context.viewer)
    known.let_try(email, address, now=context.now, is_known=True)
    current, chosen = form.text("current"), form.text("password")
    agent = context.request.headers.get("user-agent", "")
    session = change_password(context.record, user_id, current, chosen, now=context.now, agent=agent)
    known.let_in(email, address, is_known=True)
    return [known.cookie(session), *known.remember(email, now=context.now)]


def take_session_end(context: RequestContext, form: FormFields) -> None:
    """Sign the viewer out in another browser."""
    chosen = form.text("session")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:  # fits into 64 bits
        with context.record.write() as record:
            end_session(record, own_user_id(context.viewer), int(chosen))
