"""Which names of a row does nobody know, where new ones may not be made?"""

from collections.abc import Container, Iterable

from ressenti.intake.model import Reject
from ressenti.intake.values.row_errors import shown
from ressenti.kit.i18n import Words, _


def stranger(what: str, column: str, names: Iterable[str | None], known: Container[str]) -> Reject | None:
    """Return why a row is rejected that names a respondent, group or channel not seen before; None where none is."""
    new = [name for name in names if name is not None and name not in known]
    if not new:
        return None
    return Reject(
        f"unknown_{what}",
        Words(
            _("{column}: {value} is not known, and --unknown reject makes no new ones"),
            column=column,
            value=shown(new[0]),
        ),
    )


def unknown_conversation(conversation_id: str) -> Reject:
    """Return why a row is rejected that belongs to a conversation nobody knows."""
    return Reject(
        "unknown_conversation",
        Words(_("conversation_id: {value} is not a conversation we know"), value=shown(conversation_id)),
    )
