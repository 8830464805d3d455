"""In which language and theme a person wants their pages: as the address says, else as remembered, else as asked."""

from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from ressenti.kit.i18n import LANGUAGES

LANGUAGE, THEME = "lang", "theme"
THEMES = ("system", "light", "dark")
_YEAR_S = 365 * 24 * 3600

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen, and the cookies that remember it."""

    language: str
    theme: str
    cookies: tuple[Cookie, ...] = ()


def preferences(request: AnyRequest) -> Preferences:
    """Return a person's preferences."""
    theme = _chosen(request, THEME, THEMES) or "system"
    cookies = tuple(
        Cookie(key=name, value=value, max_age=_YEAR_S, httponly=True, samesite="lax")
        for name, known in ((LANGUAGE, LANGUAGES), (THEME, THEMES))
        if (value := request.query_params.get(name)) in known
    )
    return Preferences(language_of(request), theme, cookies)


def language_of(request: AnyRequest) -> str:
    """Return the language to answer in: chosen, else the first of the browser's that we speak, else English."""
    wanted = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    spoken = next((one for one in wanted if one in LANGUAGES), "en")
    return _chosen(request, LANGUAGE, LANGUAGES) or spoken


def _chosen(request: AnyRequest, name: str, known: tuple[str, ...]) -> str | None:
    for value in (request.query_params.get(name), request.cookies.get(name)):
        if value in known:
            return value
    return None
