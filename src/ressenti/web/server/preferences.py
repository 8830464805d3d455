"""In which language and theme a person wants their pages: as the address says, else as remembered, else as asked."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from litestar.datastructures import Cookie

from ressenti.kit.languages import LANGUAGES
from ressenti.web.server.requests import AnyRequest

LANGUAGE, THEME = "lang", "theme"
THEMES = ("system", "light", "dark")
_YEAR_S = 365 * 24 * 3600

_RANGE = re.compile(
    r"(?P<language>\*|[A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*[qQ]=(?P<weight>[01](?:\.[0-9]{0,3})?))?"
)


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
    return _chosen(request, LANGUAGE, LANGUAGES) or spoken_language(request.headers.get("accept-language", ""))


def spoken_language(accepted: str) -> str:
    """Return the language we speak that an `Accept-Language` header likes best (RFC 9110, 12.5.4), else English.

    Of those it likes as much the first counts. A region is left aside, a weight of 0 is a no, `*` is whatever is not
    named, and what cannot be read is passed over. Babel's `negotiate_locale` takes names in order: it knows neither
    weights nor `*`, and once both are resolved, nothing is left for it to choose.
    """
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        found = _RANGE.fullmatch(part.strip())
        if found is not None:
            language = found["language"].lower()
            weights[language] = max(weights.get(language, 0.0), float(found["weight"] or 1))
    rest = weights.get("*", 0.0)
    named = [one for one in weights if one in LANGUAGES]
    best = max((*named, *LANGUAGES), key=lambda one: weights.get(one, rest))
    return best if weights.get(best, rest) > 0 else "en"


def _chosen(request: AnyRequest, name: str, known: Collection[str]) -> str | None:
    for value in (request.query_params.get(name), request.cookies.get(name)):
        if value in known:
            return value
    return None
