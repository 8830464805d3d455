"""Which conversations may be merged into which (D34)? Judged on the whole import, in whatever order its rows come."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ressenti.intake.model import Rejection
from ressenti.intake.values.row_errors import quoted
from ressenti.kit.i18n import Sentence, _
from ressenti.record.merged import merges

_MAX_SHOWN = 5


@dataclass(frozen=True, slots=True)
class MergesOfImport:
    """What the records of an import say: which conversation was merged into which, and which of those they hold.

    None stands for one that is its own again. `there` are conversations that others were merged into.
    """

    told: dict[str, str | None] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)

    def problems(
        self, connection: Connection, source_id: int, rows: Iterable[tuple[str, str | None]]
    ) -> dict[str, Rejection]:
        """Return why rows cannot be merged into what they name, by their ids: it is not known, or leads back to them.

        `rows` are pairs of a conversation's id and the one it was merged into.
        """
        wanted = {own: into for own, into in rows if into is not None}
        if not wanted:
            return {}
        ways = self._ways(connection, source_id, wanted)
        return {own: problem for own in wanted if (problem := _problem(own, ways))}

    def _ways(self, connection: Connection, source_id: int, wanted: dict[str, str]) -> dict[str, str | None]:
        """Return where each of these and all they lead to go on to; what is not in it is not known."""
        ways: dict[str, str | None] = {own: self.told.get(own, into) for own, into in wanted.items()}
        asked: set[str] = set()
        while ahead := {into for into in ways.values() if into is not None} - ways.keys() - asked:
            asked |= ahead
            stored = {key: one.into for key, one in merges(connection, source_id, ahead).items()}
            ways |= {key: self.told.get(key, stored.get(key)) for key in ahead if key in stored or self._holds(key)}
        return ways

    def _holds(self, key: str) -> bool:
        return key in self.there or key in self.told


def _problem(own: str, ways: dict[str, str | None]) -> Rejection | None:
    passed = [own]
    while (into := ways[passed[-1]]) is not None:
        if into in passed:
            circle = ", ".join(map(quoted, [*passed[:_MAX_SHOWN], *(["…"] if len(passed) > _MAX_SHOWN else []), into]))
            return Rejection(
                "merge_circle", Sentence(_("merged_into leads round in a circle: {circle}"), circle=circle)
            )
        if into not in ways:
            said = _("merged_into: {value} is not a conversation we know")
            return Rejection("unknown_merge", Sentence(said, value=quoted(into)))
        passed.append(into)
    return None
