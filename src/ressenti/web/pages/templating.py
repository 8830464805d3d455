"""Which words and formats may a template use: one environment a language, strict about what it does not know."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ressenti.kit.i18n import catalogue
from ressenti.kit.languages import LANGUAGES
from ressenti.reports import comparison_wording, dates, filter_wording, wording
from ressenti.reports import format as writing
from ressenti.reports.conversations import reading_words, transcript_text
from ressenti.web.pages import assets

PAGES = Path(__file__).parent
SHARED = PAGES / "templates"
"""What pages have in common. A page's own templates stand beside its code and are named with its folder."""
PAUSE = Markup("<!-- a piece ends here -->")
"""What a template says where a page that is sent in pieces may be cut."""

_SPEAKING: dict[str, Callable[..., Any]] = {
    "amount": writing.amount,
    "amount_parts": writing.amount_parts,
    "count": writing.count,
    "duration": writing.duration,
    "money": writing.money,
    "interval": writing.interval,
    "percent": writing.percent,
    "clock": dates.clock,
    "day": dates.day,
    "moment": dates.moment,
    "clock_in_full": dates.clock_in_full,
    "span": dates.span,
    "base": wording.base,
    "indicator_words": wording.name,
    "row_label": filter_wording.row_label,
    "change_words": comparison_wording.change_words,
    "change_short": comparison_wording.change_short,
    "clarity_words": comparison_wording.clarity_words,
    "grain_words": wording.grain_words,
    "nps_class": transcript_text.nps_class,
    "conversations_words": transcript_text.conversations_words,
    "reason_words": reading_words.reason_words,
    "repeat_words": reading_words.repeat_words,
    "moment_of": transcript_text.moment_of,
    "explanation_pieces": transcript_text.explanation_pieces,
    "people_names": transcript_text.people_names,
}
"""What says a value in the language of the page."""


@cache
def environment(language: str) -> Environment:
    """Return the templates' environment for a language."""
    made = Environment(
        loader=FileSystemLoader((SHARED, PAGES)),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = catalogue(language)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update({name: partial(speak, language=language) for name, speak in _SPEAKING.items()})
    made.globals["pause"] = PAUSE
    made.globals["sheet"] = assets.sheet
    made.globals["languages"] = {key: one.name for key, one in LANGUAGES.items()}
    return made
