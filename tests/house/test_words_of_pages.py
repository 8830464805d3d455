"""Is one thing called by one word in all that people read, in each language?"""

import re
from collections.abc import Iterable

import pytest

from scripts import messages

NOT_USED = {
    "en": {
        "customers?": "visitor",
        "clients?": "visitor",
        "respondents?": "agent",
        "operators?": "agent",
        "delete[sd]?": "remove",
        "(?:a|the) mails?(?! server)": "e-mail",
        "emails?": "e-mail",
        "robots?": "bot",
        "annotations?": "marker",
        "metrics?": "figure, indicator",
    },
    "fr": {
        "clients?": "visiteur",
        "répondants?": "agent",
        "courriels?": "e-mail",
        "mails?": "e-mail",
        "robots?": "bot",
        "annotations?": "repère",
        "marqueurs?": "repère",
        "enquêtes?": "questionnaire",
        "en baisse": "en recul",
    },
}
"""Words for which there is another, by language."""
NAMES = {
    "Customer experience",
    "Expérience client",
    "How did your customers feel?",
    "Qu’ont ressenti vos clients\u202f?",
}
"""What the report is called, and what stands at the door."""


def others(language: str, sentence: str) -> list[str]:
    """Return the words of a sentence that are not used; names of its data, files and settings are none of its words."""
    words = re.sub(r"%?[({]\w+[)}]s?|\w*[./_]\w[\w./]*", " ", sentence)
    return [word for word in NOT_USED[language] if re.search(rf"(?<![\w-])(?:{word})\b", words, re.IGNORECASE)]


def test_one_thing_has_one_word_in_each_language() -> None:
    said = [("en", text) for message in messages.extract() for text in texts(message.id)]
    said += [("fr", text) for message in messages.read("fr") for text in texts(message.string)]
    found = {text: words for language, text in said if text not in NAMES and (words := others(language, text))}

    assert found == {}


@pytest.mark.parametrize(
    ("language", "sentence", "words"),
    [
        ("en", "Delete this robot", ["delete[sd]?", "robots?"]),
        ("en", "The mail server did not take the mail.", ["(?:a|the) mails?(?! server)"]),
        ("en", "A link for %(email)s, as {customers} of docs/clients.md say", []),
        ("fr", "Les clients sont en baisse", ["clients?", "en baisse"]),
        ("fr", "par e-mail", []),
    ],
)
def test_control_a_word_that_is_not_used_is_seen(language: str, sentence: str, words: list[str]) -> None:
    assert others(language, sentence) == words


def texts(one: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return a sentence, or all of its plural forms."""
    return (one,) if isinstance(one, str) else tuple(one or ())
