"""How what goes wrong is answered: a refusal as problem+json to programs and as a page to people, never a traceback."""

from collections.abc import Mapping
from tempfile import gettempdir
from typing import Any, cast

from litestar import Response
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.status_codes import HTTP_404_NOT_FOUND, HTTP_500_INTERNAL_SERVER_ERROR

from ressenti.kit.i18n import _, translate
from ressenti.kit.logs import get_logger
from ressenti.kit.refusals import Exit, Refusal
from ressenti.record.stores.storage_errors import storage_refusal
from ressenti.web.auth.authorization import SignInNeeded, led_to_sign_in, seen_viewer
from ressenti.web.pages import assets
from ressenti.web.pages.page_context import PageContext, show
from ressenti.web.server.preferences import language_of, preferences
from ressenti.web.server.problem_details import HTTP_TITLES, PROBLEM, problem
from ressenti.web.server.query import in_order
from ressenti.web.server.requests import AnyRequest

LONGEST_ECHO = 200
"""Characters of a value from outside that are repeated: enough to recognise it, too few to be a means to an end."""
LONGEST_LIST = 600
"""Characters of the names that are offered instead."""


log = get_logger()


class UnknownParameter(Refusal):
    """A parameter that is not one of a question's."""

    status, code = 422, "unknown_parameter"
    sentence = _("There is no parameter called “{name}”. Did you mean: {known}?")


def refused(request: AnyRequest, refusal: Refusal) -> Response[object]:
    """Answer a refusal."""
    sentence = _sentence(refusal, language_of(request))
    answer = _answered(request, sentence, refusal.status, refusal.code, refusal.exit_code, refusal.again_s)
    if refusal.again_s:
        answer.headers["retry-after"] = str(refusal.again_s)
    return answer


def turned_away(request: AnyRequest, refusal: SignInNeeded) -> Response[Any]:
    """Answer a stranger: a program with what to send, a person by leading them to the sign-in page."""
    if not _is_programs(request):
        return led_to_sign_in(request, refusal)
    answer = refused(request, refusal)
    answer.headers["www-authenticate"] = "Bearer"
    return answer


def asked_otherwise(request: AnyRequest, error: MethodNotAllowedException) -> Response[object]:
    """Answer a method that an address does not have, with those that it has."""
    sentence = translate(HTTP_TITLES[error.status_code], language_of(request))
    allowed = [method for method in ("GET", "POST") if method in (error.headers or {}).get("allow", "")]
    body = problem(error.status_code, f"http_{error.status_code}", sentence)
    return Response(body, status_code=error.status_code, media_type=PROBLEM, headers={"allow": ", ".join(allowed)})


def failed_in_http(request: AnyRequest, error: HTTPException) -> Response[object]:
    """Answer what the framework found wrong with a request."""
    if error.status_code >= HTTP_500_INTERNAL_SERVER_ERROR:
        return failed(request, error)
    sentence = translate(HTTP_TITLES.get(error.status_code, HTTP_TITLES[400]), language_of(request))
    return _answered(request, sentence, error.status_code, f"http_{error.status_code}", Exit.WRONG_USE)


def failed(request: AnyRequest, error: Exception) -> Response[object]:
    """Answer a fault of ours: logged whole, shown in one sentence. A disk that takes no more is none."""
    if refusal := storage_refusal(error, gettempdir()):
        return refused(request, refusal)
    sentence = explain(error, language_of(request), path=request.url.path)
    return _answered(request, sentence, HTTP_500_INTERNAL_SERVER_ERROR, "fault", Exit.FAULT)


def explain(error: Exception, language: str, *, path: str) -> str:
    """Say in one sentence what went wrong; our own fault is logged whole."""
    refusal = error if isinstance(error, Refusal) else storage_refusal(error, gettempdir())
    if refusal is not None:
        return _sentence(refusal, language)
    log.error("fault", path=logged_path(path), exc_info=error)
    return translate(_("Something went wrong on our side. It was written to the log."), language)


def logged_path(path: str) -> str:
    """Return an address as the log may hold it: the secret of an invitation opens a door."""
    head, is_secret, _secret = path.partition("/welcome/")
    return f"{head}{is_secret}…" if is_secret else path


def _sentence(refusal: Refusal, language: str) -> str:
    return translate(refusal.sentence, language).format(**_shortened(refusal.told(language)))


def _answered(
    request: AnyRequest, sentence: str, status: int, code: str, exit_code: Exit, again_s: int | None = None
) -> Response[object]:
    if _is_programs(request):
        return Response(problem(status, code, sentence, exit_code), status_code=status, media_type=PROBLEM)
    return _page(request, sentence, status, again_s)


def _is_programs(request: AnyRequest) -> bool:
    return request.url.path.startswith(("/api/", "/local/"))


def _page(request: AnyRequest, sentence: str, status: int, again_s: int | None) -> Response[object]:
    """Say on a page what could not be done; it keeps what was typed, in its form and in its links.

    With `again_s` the page asks again by itself.
    """
    chosen = preferences(request)
    typed = [(_short(name), _short(value)) for name, value in in_order(request)]
    parameters = [pair for pair in typed if pair[0] not in {"lang", "theme"}]
    is_nowhere = status == HTTP_404_NOT_FOUND or len(request.url.path) > LONGEST_ECHO
    path = "/" if is_nowhere else request.url.path
    page = PageContext(
        language=chosen.language,
        theme=chosen.theme,
        viewer=seen_viewer(request),
        path=path,
        parameters=tuple(parameters),
        static=assets.address(),
        cookies=chosen.cookies,
    )
    template = "problem_part" if request.headers.get("hx-request") == "true" else "problem"
    return cast("Response[object]", show(page, template, status=status, sentence=sentence, again_s=again_s))


def _shortened(data: Mapping[str, object]) -> dict[str, object]:
    return {
        name: _short(value, LONGEST_LIST if name == "known" else LONGEST_ECHO) if isinstance(value, str) else value
        for name, value in data.items()
    }


def _short(text: str, longest: int = LONGEST_ECHO) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
