"""Problem details (RFC 9457): what is wrong with a request of a program, and the title of each status."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit

PROBLEM = "application/problem+json"
HTTP_TITLES = {
    400: _("The request cannot be understood."),
    404: _("There is no such page."),
    405: _("This address is not asked that way."),
    406: _("This address has no answer of that kind."),
    408: _("The request did not arrive whole in time. Send it again."),
    413: _("The request is too large."),
    415: _("The request is of a kind that is not read here."),
    421: _("This server does not answer under that name."),
    429: _("Too many requests of your network address have not arrived whole yet. Try again in a moment."),
    431: _("The request is too large."),
    503: _("Too many connections are open. Try again in a moment."),
}


def problem(status: int, code: str, detail: str, exit_code: Exit = Exit.WRONG_USE) -> dict[str, object]:
    """Return the problem details object of a refusal (RFC 9457)."""
    body: dict[str, object] = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    return body | {"exit_code": int(exit_code)}
