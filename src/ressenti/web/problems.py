"""How what goes wrong is answered: a refusal as problem+json to programs and as a page to people, never a traceback."""

from collections.abc import Mapping
from typing import Any

import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Exit, Refusal
from ressenti.web import assets
from ressenti.web.pages import render_problem
from ressenti.web.preferences import language_of, preferences

PROBLEM = "application/problem+json"
LONGEST_ECHO = 200
"""Characters of a value from outside that are said back: enough to recognise it, too few to be a means to an end."""
LONGEST_LIST = 600
"""Characters of the names that are offered instead."""

AnyRequest = Request[Any, Any, Any]

log = structlog.get_logger()

HTTP_TITLES = {
    400: _("The request cannot be understood."),
    404: _("There is no such page."),
    405: _("This address is not asked that way."),
    406: _("This address has no answer of that kind."),
    413: _("The request is too large."),
    415: _("The request is of a kind that is not read here."),
    421: _("This server does not answer under that name."),
    431: _("The request is too large."),
}


class DuplicateParameter(Refusal):
    """A parameter that may be given once was given twice."""

    status, code = 400, "duplicate_parameter"
    sentence = _("“{name}” was given more than once. Only “where” may be repeated.")


class EmptyParameter(Refusal):
    """A parameter without a value: whoever left it out by mistake must not get the answer to another question."""

    code = "empty_parameter"
    sentence = _("“{name}” has no value. Give it one, or leave it out.")


class UnknownParameter(Refusal):
    """A parameter that is not one of a question's."""

    status, code = 422, "unknown_parameter"
    sentence = _("There is no parameter called “{name}”. Did you mean: {known}?")


def refused(request: AnyRequest, refusal: Refusal) -> Response[object]:
    """Answer a refusal."""
    said = translate(refusal.sentence, language_of(request)).format(**_shortened(refusal.data))
    return _answered(request, said, refusal.status, refusal.code, refusal.exit_code)


def failed_in_http(request: AnyRequest, error: HTTPException) -> Response[object]:
    """Answer what the framework found wrong with a request."""
    if error.status_code >= HTTP_500_INTERNAL_SERVER_ERROR:
        return failed(request, error)
    said = translate(HTTP_TITLES.get(error.status_code, HTTP_TITLES[400]), language_of(request))
    return _answered(request, said, error.status_code, f"http_{error.status_code}", Exit.WRONG_USE)


def failed(request: AnyRequest, error: Exception) -> Response[object]:
    """Answer our own fault: logged whole, told in one sentence."""
    log.error("fault", path=request.url.path, exc_info=error)
    said = translate(_("Something went wrong on our side. It was written to the log."), language_of(request))
    return _answered(request, said, HTTP_500_INTERNAL_SERVER_ERROR, "fault", Exit.FAULT)


def problem(status: int, code: str, detail: str, exit_code: Exit = Exit.WRONG_USE) -> dict[str, object]:
    """Return the object that tells a program what is wrong (RFC 9457)."""
    body: dict[str, object] = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    return body | {"exit_code": int(exit_code)}


def _answered(request: AnyRequest, said: str, status: int, code: str, exit_code: Exit) -> Response[object]:
    if request.url.path.startswith(("/api/", "/local/")):
        return Response(problem(status, code, said, exit_code), status_code=status, media_type=PROBLEM)
    return _page(request, said, status)


def _page(request: AnyRequest, said: str, status: int) -> Response[object]:
    chosen = preferences(request)
    typed = {name: _short(value) for name, value in request.query_params.items()}
    html = render_problem(said, typed=typed, language=chosen.language, theme=chosen.theme, static=assets.address())
    return Response(html, status_code=status, media_type=MediaType.HTML, cookies=list(chosen.cookies))


def _shortened(data: Mapping[str, object]) -> dict[str, object]:
    return {
        name: _short(value, LONGEST_LIST if name == "known" else LONGEST_ECHO) if isinstance(value, str) else value
        for name, value in data.items()
    }


def _short(text: str, longest: int = LONGEST_ECHO) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
