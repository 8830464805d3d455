"""How what goes wrong is answered: a refusal as problem+json to programs and as a page to people, never a traceback."""

from typing import Any

import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Exit, Refusal
from ressenti.web import assets
from ressenti.web.pages import render_problem
from ressenti.web.preferences import Preferences, language_of, preferences

PROBLEM = "application/problem+json"
LONGEST_ECHO = 200

log = structlog.get_logger()

HTTP_TITLES = {
    400: _("The request cannot be understood."),
    404: _("There is no such page."),
    405: _("This address is not asked that way."),
    406: _("This address has no answer of that kind."),
    413: _("The request is too large."),
    415: _("The request is of a kind that is not read here."),
    421: _("This server does not answer under that name."),
}


class DuplicateParameter(Refusal):
    """A parameter that may be given once was given twice."""

    status, code = 400, "duplicate_parameter"
    sentence = _("“{name}” was given more than once. Only “where” may be repeated.")


class UnknownParameter(Refusal):
    """A parameter that is not one of a question's."""

    status, code = 422, "unknown_parameter"
    sentence = _("There is no parameter called “{name}”. Did you mean: {known}?")


def refused(request: Request[Any, Any, Any], refusal: Refusal) -> Response[object]:
    """Answer a refusal."""
    said = refusal.say(language_of(request))[: LONGEST_ECHO * 3]
    if _is_page(request):
        return _page(request, said, refusal.status)
    return _problem(refusal.status, refusal.code, said, refusal.exit_code)


def failed_in_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[object]:
    """Answer what the framework found wrong with a request."""
    said = translate(HTTP_TITLES.get(error.status_code, HTTP_TITLES[400]), language_of(request))
    if _is_page(request):
        return _page(request, said, error.status_code)
    return _problem(error.status_code, f"http_{error.status_code}", said, Exit.WRONG_USE)


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[object]:
    """Answer our own fault: logged whole, told in one sentence."""
    log.error("fault", path=request.url.path, exc_info=error)
    said = translate(_("Something went wrong on our side. It was written to the log."), language_of(request))
    if _is_page(request):
        return _page(request, said, HTTP_500_INTERNAL_SERVER_ERROR)
    return _problem(HTTP_500_INTERNAL_SERVER_ERROR, "fault", said, Exit.FAULT)


def _is_page(request: Request[Any, Any, Any]) -> bool:
    return not request.url.path.startswith(("/api/", "/local/"))


def _page(request: Request[Any, Any, Any], said: str, status: int) -> Response[object]:
    chosen: Preferences = preferences(request)
    typed = dict(request.query_params.items())
    html = render_problem(said, typed=typed, language=chosen.language, theme=chosen.theme, static=assets.address())
    return Response(html, status_code=status, media_type=MediaType.HTML)


def _problem(status: int, code: str, detail: str, exit_code: Exit) -> Response[object]:
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    return Response(body | {"exit_code": int(exit_code)}, status_code=status, media_type=PROBLEM)
