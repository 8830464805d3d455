"""How values become the rows of an answer: each with its name, its bucket of time and the value before, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ressenti.indicators.measures import Distribution, nothing
from ressenti.indicators.model import Better, Row, Value
from ressenti.indicators.names import KeyName
from ressenti.indicators.periods import Bucket
from ressenti.indicators.resolve import ResolvedQuestion

NAMELESS = KeyName(None, "")

AnswerKey = tuple[int | None, ...]
AnswerValues = Mapping[AnswerKey, Value]
"""Values by (key, bucket, rating): those the question asks for, in that order."""
BucketPair = tuple[Bucket | None, Bucket | None]
"""A bucket of the period, and the one of the earlier period that it stands beside; None for none."""


def make_rows(
    resolved: ResolvedQuestion,
    values: AnswerValues,
    previous: AnswerValues,
    buckets: Sequence[BucketPair],
    names: Mapping[int | None, KeyName],
    ps: Mapping[AnswerKey, float | None],
) -> list[Row]:
    """Return the rows of an answer, of `values` and of those of the period before.

    `names` are those of the keys, `ps` the probabilities of changes by chance alone. There are no rows where neither a
    breakdown nor a grain was asked for, nor a distribution.
    """
    measure, question = resolved.indicator.measure, resolved.question
    ratings: Sequence[int | None] = measure.ratings if isinstance(measure, Distribution) else (None,)
    if not resolved.by and not question.grain and len(ratings) == 1:
        return []
    empty = Value(None, 0) if isinstance(measure, Distribution) else nothing(measure)
    keys: Sequence[int | None] = _visible_keys(resolved, values, previous) if resolved.by else [None]
    rows = []
    for key in keys:
        name, own = (names.get(key, NAMELESS), (key,)) if resolved.by else (None, ())
        for bucket, earlier in buckets if question.grain else [(None, None)]:
            place = (*own, bucket.index) if bucket else own
            before = (*own, earlier.index) if earlier else own
            has_previous = question.compare is not None and (bucket is None or earlier is not None)
            for rating in ratings:
                value = _value(values, place, rating) or empty
                then = (_value(previous, before, rating) or empty) if has_previous else None
                row = replace(_row(name, bucket.key if bucket else None, rating, value, then), id=key)
                rows.append(replace(row, p=p) if (p := ps.get(place)) is not None else row)
    return rows if question.grain or not resolved.by else _ordered(resolved, rows)


def _visible_keys(resolved: ResolvedQuestion, values: AnswerValues, previous: AnswerValues) -> list[int | None]:
    """Return the keys whose rows the viewer may see: figures of other agents and groups are not theirs."""
    keys = {place[0] for place in (*values, *previous)}
    visible = resolved.visible_ids
    return sorted((key for key in keys if visible is None or key in visible), key=str)


def _value(values: AnswerValues, place: AnswerKey, rating: int | None) -> Value | None:
    return values.get(place if rating is None else (*place, rating))


def _row(name: KeyName | None, moment: str | None, rating: int | None, value: Value, previous: Value | None) -> Row:
    """Make a row; what it is keyed by is the dimension's key, else the bucket, else the rating."""
    mark = None if rating is None else str(rating)
    if name is not None:
        return Row(name.key, name.label, value, previous, moment, mark)
    if moment is not None:
        return Row(moment, moment, value, previous, None, mark)
    return Row(mark, mark or "", value, previous)


def _ordered(resolved: ResolvedQuestion, rows: list[Row]) -> list[Row]:
    """Sort a ranking: best first, then by base and name; scales and clocks keep their own order; "none" is last."""
    if resolved.by and resolved.by.is_ordered:
        return sorted(rows, key=lambda row: (row.key is None, int(row.key or 0), int(row.rating or 0)))
    if isinstance(resolved.indicator.measure, Distribution):
        return sorted(
            rows, key=lambda row: (row.key is None, row.label.casefold(), row.key or "", int(row.rating or 0))
        )
    sign = 1 if resolved.indicator.better is Better.LOWER else -1

    def place(row: Row) -> tuple[Any, ...]:
        value = row.value.value
        return row.key is None, value is None, sign * (value or 0), -row.value.n, row.label.casefold(), row.key or ""

    return sorted(rows, key=place)
