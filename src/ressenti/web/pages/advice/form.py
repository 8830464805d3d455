"""What does the form of an advice say, and how is it kept?"""

from litestar.exceptions import ValidationException

from ressenti.kit.languages import LANGUAGES
from ressenti.reports.advice import ADVICE
from ressenti.web.pages.forms import FormFields
from ressenti.web.pages.request_context import RequestContext
from ressenti.workspace.advice import forget_advice, write_advice


def advice_key(form: FormFields) -> tuple[str, str]:
    """Return the indicator and the language that a form is for; raises ValidationException."""
    indicator, language = form.text("indicator"), form.text("language")
    if indicator not in ADVICE or language not in LANGUAGES:
        raise ValidationException
    return indicator, language


def take_advice(context: RequestContext, form: FormFields) -> str:
    """Keep an advice, or go back to ours; return what the page says of it. Raises AdviceTooLong."""
    indicator, language = advice_key(form)
    with context.record.write() as record:
        if form.text("do") == "reset":
            forget_advice(record, indicator, language)
        else:
            words, user_id = form.text("words"), context.viewer.user_id
            write_advice(record, indicator, language, words, user_id=user_id, now=context.now)
    return f"{indicator}-{language}"
