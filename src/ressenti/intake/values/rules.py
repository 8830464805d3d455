"""Which cells of one row must agree with each other."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ressenti.intake.model import FILES, ONE_OF, FileKind, RowWarning
from ressenti.intake.values.cells import OUTLIER, is_null_word
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.intake.values.row_errors import RowError, quoted
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import Sentence, _
from ressenti.record.rating_scales import Rating, RatingScale, scale

Rule = Callable[[list[Any]], None]
"""Looks at the values of a row, in the order of its columns; raises RowError, or fills in what follows from others."""

SPANS: dict[FileKind, tuple[tuple[str, str], ...]] = {
    FileKind.CONVERSATIONS: (
        ("opened_at", "closed_at"),
        ("opened_at", "resolved_at"),
        ("opened_at", "first_response_at"),
    ),
    FileKind.HANDLINGS: (("started_at", "ended_at"),),
    FileKind.SURVEYS: (("offered_at", "rated_at"),),
}
"""Pairs of moments of which the first cannot come after the second."""

NPS = RatingScale(0, 10)
CES = RatingScale(1, 7)

SLOTS: dict[FileKind, dict[str, int]] = {
    kind: {column.name: slot for slot, column in enumerate(columns)} for kind, columns in FILES.items()
}
"""Where in a row the value of each column stands."""


def rules(kind: FileKind, present: set[str], options: ParsedOptions, warnings: list[RowWarning]) -> tuple[Rule, ...]:
    """Return the rules that a row of a file with these columns has to keep."""
    checks: list[Rule] = [
        _span(kind, start, end, warnings) for start, end in SPANS.get(kind, ()) if {start, end} <= present
    ]
    if kind in ONE_OF:
        checks.append(_one_of(kind))
    if kind is FileKind.HANDLINGS and "ended_by" in present:
        checks.append(_ended)
    if kind is FileKind.SURVEYS:
        checks += _notes(present, options)
    return tuple(checks)


def rules_between_columns(kind: FileKind) -> tuple[Rule, ...]:
    """Return the rules that hold between columns, for a row put together from what it says and what is known."""
    spans = [_span(kind, start, end, []) for start, end in SPANS.get(kind, ())]
    return (*spans, _ended) if kind is FileKind.HANDLINGS else tuple(spans)


def _span(kind: FileKind, start: str, end: str, warnings: list[RowWarning]) -> Rule:
    first, last = SLOTS[kind][start], SLOTS[kind][end]

    def check(row: list[Any]) -> None:
        if row[first] is None or row[last] is None:
            return
        length = row[last] - row[first]
        if length < 0:
            detail = Sentence(
                _("{end} {last} is before {start} {first}"),
                end=end,
                last=_moment(row[last]),
                start=start,
                first=_moment(row[first]),
            )
            raise RowError("negative_duration", detail)
        if length > OUTLIER:
            detail = Sentence(
                _("{end} {last} is more than ten years after {start} {first}"),
                end=end,
                last=_moment(row[last]),
                start=start,
                first=_moment(row[first]),
            )
            warnings.append(RowWarning("outlier", detail))

    return check


def _moment(at: int) -> str:
    return from_us(at).isoformat().replace("+00:00", "Z")


def _one_of(kind: FileKind) -> Rule:
    names = ONE_OF[kind]
    slots = [SLOTS[kind][name] for name in names]

    def check(row: list[Any]) -> None:
        for slot in slots:
            if row[slot] is not None:
                return
        raise RowError("missing", Sentence(_("{names} are both empty; one of them is needed"), names=", ".join(names)))

    return check


_ENDED_AT, _ENDED_BY = SLOTS[FileKind.HANDLINGS]["ended_at"], SLOTS[FileKind.HANDLINGS]["ended_by"]


def _ended(row: list[Any]) -> None:
    if row[_ENDED_BY] is not None and row[_ENDED_AT] is None:
        raise RowError(
            "unended", Sentence(_("ended_by is {value} but ended_at is empty"), value=quoted(row[_ENDED_BY]))
        )


def _notes(present: set[str], options: ParsedOptions) -> list[Rule]:
    scales = {"nps": NPS, "ces": CES}
    found = [_on_scale(name, fixed) for name, fixed in scales.items() if name in present]
    return [*found, _csat(options.csat_scale)] if present & {"csat", "csat_scale"} else found


def _on_scale(name: str, fixed: RatingScale) -> Rule:
    slot = SLOTS[FileKind.SURVEYS][name]

    def check(row: list[Any]) -> None:
        if row[slot] is not None:
            if row[slot] not in fixed:
                raise _out_of_scale(name, row[slot], fixed)
            row[slot] = _of_scale(name, row[slot], fixed)

    return check


def _csat(usual: RatingScale) -> Rule:
    """Check the note against the row's own scale, else the import's, and write down which one it was."""
    note_slot, scale_slot = SLOTS[FileKind.SURVEYS]["csat"], SLOTS[FileKind.SURVEYS]["csat_scale"]

    def check(row: list[Any]) -> None:
        note, written = row[note_slot], row[scale_slot]
        if note is None and written is None:
            return
        own = scale_of(note, written, usual)
        if note is not None:
            if note not in own:
                raise _out_of_scale("csat", note, own)
            row[note_slot] = _of_scale("csat", note, own)
        row[scale_slot] = str(own)

    return check


def scale_of(rating: int | None, written: str | None, usual: RatingScale) -> RatingScale:
    """Return the scale of a satisfaction rating: its row's, else what the rating tells itself (4/5), else the usual.

    Raises RowError where the row's is no scale.
    """
    if written is not None and not is_null_word(written):
        return _own_scale(written)
    return (
        RatingScale(usual.low if rating.top == usual.high else 1, rating.top) if isinstance(rating, Rating) else usual
    )


def _of_scale(name: str, rating: int, on: RatingScale) -> int:
    """Return the rating as a plain number; raises RowError where it tells the top of another scale."""
    if not isinstance(rating, Rating):
        return rating
    if rating.top != on.high:
        written = f"{rating}/{rating.top}"
        raise RowError(
            "scale",
            Sentence(
                _("{column}: {value} is of another scale than {low} to {high}"),
                column=name,
                value=quoted(written),
                low=on.low,
                high=on.high,
            ),
        )
    return int(rating)


@lru_cache(maxsize=256)
def _own_scale(written: str) -> RatingScale:
    if not (found := scale(written)):
        raise RowError(
            "scale",
            Sentence(_("csat_scale: {value} is no scale; write 5, 10 or both ends as in 0-100"), value=quoted(written)),
        )
    return found


def _out_of_scale(name: str, note: int, on: RatingScale) -> RowError:
    return RowError(
        "out_of_scale",
        Sentence(
            _("{column}: {value} is not on the scale {low} to {high}"),
            column=name,
            value=quoted(note),
            low=on.low,
            high=on.high,
        ),
    )
