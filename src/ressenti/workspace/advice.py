"""The advice that people of an installation wrote to stand next to weak results, instead of ours."""

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from ressenti.kit.i18n import _
from ressenti.kit.names import require_plain
from ressenti.kit.refusals import Refusal
from ressenti.record.tables import advice

LONGEST = 2_000
"""Characters of an advice: a few sentences, not a manual."""


class AdviceTooLong(Refusal):
    """An advice that would fill the page."""

    code = "advice_too_long"
    sentence = _("This advice has {count} characters; {limit} fit. Shorten it: two or three sentences are read best.")


def find_advice(connection: Connection, indicator: str, language: str) -> str | None:
    """Return what was written for an indicator in a language, None where nothing was."""
    asked = select(advice.c.words).where(advice.c.indicator == indicator, advice.c.language == language)
    return connection.execute(asked).scalar_one_or_none()


def all_advice(connection: Connection) -> dict[tuple[str, str], str]:
    """Return everything that was written, by indicator and language."""
    return {(row.indicator, row.language): row.words for row in connection.execute(select(advice))}


def write_advice(
    connection: Connection, indicator: str, language: str, words: str, *, user_id: int | None, now: int
) -> None:
    """Keep an advice as plain text with its line breaks, in the place of an earlier one.

    Nothing but spaces takes back what was written. `user_id` is None for a command of this machine; `now` is in
    microseconds. Raises AdviceTooLong and ControlCharacter.
    """
    text = _tidied(words)
    if len(text) > LONGEST:
        raise AdviceTooLong(count=len(text), limit=LONGEST)
    if not text:
        forget_advice(connection, indicator, language)
        return
    row = {"indicator": indicator, "language": language, "words": text, "user_id": user_id, "changed_at": now}
    changed = {name: row[name] for name in ("words", "user_id", "changed_at")}
    connection.execute(
        insert(advice).values(row).on_conflict_do_update(index_elements=["indicator", "language"], set_=changed)
    )


def forget_advice(connection: Connection, indicator: str, language: str) -> None:
    """Take back what was written: ours stands there again."""
    connection.execute(delete(advice).where(advice.c.indicator == indicator, advice.c.language == language))


def _tidied(words: str) -> str:
    """Return a text with plain line breaks; raises ControlCharacter."""
    return require_plain(words.replace("\r\n", "\n").replace("\r", "\n").strip(), but="\n\t")
