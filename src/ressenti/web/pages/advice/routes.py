"""Where those who lead others write the advice that stands next to weak results."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import ValidationException
from litestar.params import Body
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.catalogue import INDICATORS
from ressenti.kit.i18n import LANGUAGES
from ressenti.reports.advice import ADVICE, LOW_RESPONSE, MUCH_LONGER, PRACTICES, ours
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.page_context import PageContext, open_frame, show
from ressenti.web.server.requests import AnyRequest
from ressenti.workspace.advice import LONGEST, AdviceTooLong, all_advice, forget_advice, write_advice

AdviceForm = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]

TypedAdvice = dict[tuple[str, str], str]
"""What stands in the form, by indicator and language."""


@get("/advice", opt=needs(Permission.ADVISE), sync_to_thread=True, include_in_schema=False)
def advice(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[str]:
    """Show the advice for each indicator in each language, to be changed."""
    return _page(open_frame(request, keeper=keeper, now=now, viewer=viewer, page="definitions"), keeper)


@post("/advice/change", opt=needs(Permission.ADVISE), sync_to_thread=True, include_in_schema=False)
def change_advice(
    data: AdviceForm,
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[str] | Redirect:
    """Keep one advice, or go back to ours; what does not fit stays in its field, with the reason."""
    indicator, language = data.get("indicator", ""), data.get("language", "")
    if indicator not in ADVICE or language not in LANGUAGES:
        raise ValidationException
    try:
        with keeper.record.write() as record:
            if data.get("do") == "reset":
                forget_advice(record, indicator, language)
            else:
                words = data.get("words", "")
                write_advice(record, indicator, language, words, user_id=viewer.user_id, now=now)
    except AdviceTooLong as refusal:
        frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="definitions")
        typed = {(indicator, language): data.get("words", "")}
        return _page(frame, keeper, typed=typed, said=refusal.say(frame.language), status=refusal.status)
    return Redirect(f"/advice?kept={indicator}-{language}#advice-{indicator}", status_code=HTTP_303_SEE_OTHER)


ROUTES = (advice, change_advice)


def _page(
    frame: PageContext, keeper: FactStore, *, typed: TypedAdvice | None = None, said: str = "", status: int = 200
) -> Response[str]:
    with keeper.record.read() as record:
        written = all_advice(record)
    shown = {
        (key, language): (typed or {}).get((key, language)) or written.get((key, language)) or ours(key, language)
        for key in ADVICE
        for language in LANGUAGES
    }
    return show(
        frame,
        "advice/advice",
        status=status,
        entries=[(key, INDICATORS[key].name, PRACTICES[key]) for key in ADVICE],
        shown=shown,
        written=written,
        longest=LONGEST,
        much_longer=MUCH_LONGER,
        low_response=LOW_RESPONSE,
        refused=next(iter(typed), None) if typed else None,
        said=said,
        kept=dict(frame.here).get("kept", ""),
    )
