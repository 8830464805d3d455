"""How is the advice for each indicator in each language shown, to be changed?"""

from typing import Any

from litestar import Response

from ressenti.indicators.catalogue import INDICATORS
from ressenti.kit.languages import LANGUAGES
from ressenti.reports.advice import ADVICE, LOW_RESPONSE, MUCH_LONGER, ours
from ressenti.web.pages.advice.form import advice_key
from ressenti.web.pages.forms import RefusedForm, show_form
from ressenti.web.pages.request_context import RequestContext
from ressenti.workspace.advice import LONGEST, all_advice


def show_advice(context: RequestContext, *, refused: RefusedForm | None = None) -> Response[Any]:
    """Show every advice; what does not fit stays in its field, with the reason."""
    page = context.page("definitions")
    with context.record.read() as record:
        written = all_advice(record)
    typed = {advice_key(refused.typed): refused.typed.text("words")} if refused else {}
    keys = [(key, language) for key in ADVICE for language in LANGUAGES]
    return show_form(
        page,
        "advice/advice",
        refused,
        entries=[(key, INDICATORS[key].name, advice.practice) for key, advice in ADVICE.items()],
        shown={key: typed.get(key) or written.get(key) or ours(*key) for key in keys},
        written=written,
        longest=LONGEST,
        much_longer=MUCH_LONGER,
        low_response=LOW_RESPONSE,
        refused_key=next(iter(typed), None),
        kept=dict(page.parameters).get("kept", ""),
    )
