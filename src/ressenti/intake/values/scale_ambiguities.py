"""Whether ratings are on the scale they are said to be on: judged per column and declared scale (D42)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from ressenti.intake.refusals import OtherScale
from ressenti.intake.values.cells import rating_reader
from ressenti.intake.values.numbers import NumberFormat, numeral_reader
from ressenti.intake.values.row_errors import RowError
from ressenti.intake.values.rules import scale_of
from ressenti.kit.i18n import Sentence, _
from ressenti.record.rating_scales import RatingScale, likely_scales

TELLING_COUNT = 3
"""So many misfits at least tell of another scale, where they are also more than one rating in ONE_IN."""
ONE_IN = 50
ENDS = frozenset({0, 10, 100})
"""The ends of other scales: one rating in ONE_IN that is one of these tells as much."""
_MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingsSeen:
    """The satisfaction ratings of a file on one scale: how many, and the highest."""

    file: str
    scale: RatingScale
    count: int
    highest: int


@dataclass(slots=True)
class _RatingsOfScale:
    """The ratings on one scale, those that are not on it included."""

    count: int = 0
    misfit_count: int = 0
    end_count: int = 0
    lowest: int = 2**63
    highest: int = -(2**63)
    highest_taken: int | None = None

    def add(self, rating: int, scale: RatingScale, count: int) -> None:
        self.count += count
        self.lowest, self.highest = min(self.lowest, rating), max(self.highest, rating)
        if rating in scale:
            self.highest_taken = max(rating, self.highest_taken or scale.low)
        else:
            self.misfit_count += count
            self.end_count += count if rating in ENDS else 0

    @property
    def tells_of_another(self) -> bool:
        """Whether so many ratings are not on the scale that it must be another."""
        are_many = self.misfit_count >= TELLING_COUNT and self.misfit_count * ONE_IN > self.count
        return are_many or bool(self.end_count and self.end_count * ONE_IN >= self.count)


@dataclass(slots=True, kw_only=True)
class RatingAmbiguity:
    """The ratings of one column. `fixed` is its scale where the format says it, `usual` where nothing else does."""

    file: str
    column: str
    fixed: RatingScale | None
    usual: RatingScale
    numbers: NumberFormat
    _cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    _seen: dict[tuple[RatingScale, bool], _RatingsOfScale] = field(default_factory=dict)

    def look(self, cells: Sequence[str], scales: Sequence[str] | None) -> None:
        """Take in ratings as they are written, with the scale beside each where there is such a column."""
        self._cells.update(zip(cells, scales or repeat(""), strict=False))
        if len(self._cells) > _MOST_KEPT:
            self._fold()

    def settle(self) -> Iterator[RatingsSeen]:
        """Yield what there is on each scale; raises OtherScale where so many ratings are not on it (D42)."""
        self._fold()
        for (scale, is_declared), seen in self._seen.items():
            if seen.tells_of_another:
                raise self._refusal(scale, seen, is_declared=is_declared)
            if self.fixed is None and seen.highest_taken is not None:
                count = seen.count - seen.misfit_count
                yield RatingsSeen(file=self.file, scale=scale, count=count, highest=seen.highest_taken)

    def _fold(self) -> None:
        read = rating_reader(self.column, numeral_reader(self.column, self.numbers, is_told=True))
        for (cell, written), count in self._cells.items():
            try:
                if (rating := read(cell)) is None:
                    continue
                scale = self.fixed or scale_of(rating, written.strip() or None, self.usual)
            except RowError:
                continue
            self._seen.setdefault((scale, bool(written.strip())), _RatingsOfScale()).add(int(rating), scale, count)
        self._cells.clear()

    def _refusal(self, scale: RatingScale, seen: _RatingsOfScale, *, is_declared: bool) -> OtherScale:
        likely = likely_scales((seen.lowest, seen.highest), but=scale)
        return OtherScale(
            file=self.file,
            column=self.column,
            count=seen.count,
            misfits=seen.misfit_count,
            low=scale.low,
            high=scale.high,
            lowest=seen.lowest,
            highest=seen.highest,
            likely=_likely(likely),
            remedy=self._remedy(likely, is_declared=is_declared),
        )

    def _remedy(self, likely: tuple[RatingScale, ...], *, is_declared: bool) -> Sentence:
        if self.fixed:
            said = _("{column} is always on this scale: convert the ratings, or leave the column out.")
            return Sentence(said, column=self.column)
        if is_declared:
            return Sentence(_("Correct the column csat_scale."))
        if len(likely) > 1:
            options = [f"--csat-scale {scale}" for scale in likely]
            return Sentence(_("Say which: {first} or {last}."), first=", ".join(options[:-1]), last=options[-1])
        return Sentence(_("Say so with --csat-scale {scale}."), scale=likely[0] if likely else "LOW-HIGH")


def _likely(scales: tuple[RatingScale, ...]) -> Sentence:
    if not scales:
        return Sentence(_("They look like no scale that is common."))
    said = [Sentence(_("{low} to {high}"), low=scale.low, high=scale.high) for scale in scales]
    if len(said) == 1:
        return Sentence(_("They look like {scale}."), scale=said[0])
    if len(said) == 2:
        return Sentence(_("They look like {scale} or {other}."), scale=said[0], other=said[1])
    return Sentence(_("They look like {scale}, {other} or {third}."), scale=said[0], other=said[1], third=said[2])
