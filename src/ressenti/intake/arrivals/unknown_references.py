"""Which names of a row does nobody know, where new ones may not be made?"""

from collections.abc import Container, Iterable

from ressenti.intake.model import Rejection
from ressenti.intake.values.row_errors import quoted
from ressenti.kit.i18n import Sentence, _


def unknown_reference(what: str, column: str, names: Iterable[str | None], known: Container[str]) -> Rejection | None:
    """Return why a row is rejected that names a respondent, group or channel not seen before; None where none is."""
    new = [name for name in names if name is not None and name not in known]
    if not new:
        return None
    return Rejection(
        f"unknown_{what}",
        Sentence(
            _("{column}: {value} is not known, and --unknown reject makes no new ones"),
            column=column,
            value=quoted(new[0]),
        ),
    )


def unknown_conversation(conversation_id: str) -> Rejection:
    """Return why a row is rejected that belongs to a conversation nobody knows."""
    return Rejection(
        "unknown_conversation",
        Sentence(_("conversation_id: {value} is not a conversation we know"), value=quoted(conversation_id)),
    )
