"""What stands beside the values of an answer: those of another period, what is usual, everyone's, or a target."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ressenti.indicators.answer_rows import AnswerKey, AnswerValues, BucketPair
from ressenti.indicators.comparing import earlier_buckets, partners, usual_periods, usual_stretch
from ressenti.indicators.measures import Distribution
from ressenti.indicators.model import Comparison, Grain, Target, TargetValue, UsualValue, Value
from ressenti.indicators.periods import Bucket
from ressenti.indicators.refusals import NoTarget, NothingFiltered, NothingToCompare
from ressenti.indicators.resolve import ResolvedQuestion, compared_slice
from ressenti.indicators.slice_values import buckets_of, nothing_of, total_of, values_of
from ressenti.indicators.usual import usual_of

MOST_EARLIER = 10_000
"""Buckets that what is usual may be looked for in: many more than are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesBeside:
    """The total and the values beside those of an answer, and each of its buckets with the one it stands beside."""

    total: Value | None
    values: AnswerValues
    pairs: Sequence[BucketPair]


def values_beside(resolved: ResolvedQuestion, period: tuple[int, int], values: AnswerValues) -> ValuesBeside:
    """Return what stands beside the `values` of a question's period; nothing where it compares with nothing.

    Raises NothingToCompare, NothingFiltered, NoTarget and NoCalendarUnit.
    """
    question = resolved.question
    these = buckets_of(question.grain, resolved.slice, period) if question.grain else ()
    match question.compare:
        case None:
            return ValuesBeside(total=None, values={}, pairs=[(bucket, None) for bucket in these])
        case Target(value):
            return _beside_target(resolved, value, values, these)
        case Comparison.EVERYONE:
            return _beside_everyone(resolved, values, these)
        case Comparison.USUAL:
            return _beside_usual(resolved, period, these)
    before = compared_slice(resolved, period)
    if before is None:
        raise NothingToCompare
    pairs: list[BucketPair] = []
    if question.grain:
        others = buckets_of(question.grain, before, (before.start or 0, before.end or 0))
        earlier = partners(question.compare, question.grain, period, resolved.slice.zone, these, others)
        pairs = list(zip(these, earlier, strict=True))
    return ValuesBeside(total=total_of(resolved, before), values=values_of(resolved, before), pairs=pairs)


def _beside_target(
    resolved: ResolvedQuestion, value: float, values: AnswerValues, these: Sequence[Bucket]
) -> ValuesBeside:
    if isinstance(resolved.indicator.measure, Distribution):
        raise NoTarget(indicator=resolved.indicator.key)
    target = TargetValue(value, 0)
    places: Iterable[AnswerKey] = values if resolved.by else [*values, *((bucket.index,) for bucket in these)]
    return ValuesBeside(total=target, values=dict.fromkeys(places, target), pairs=_themselves(these))


def _beside_everyone(resolved: ResolvedQuestion, values: AnswerValues, these: Sequence[Bucket]) -> ValuesBeside:
    """Return the values of the same period without the filters, within what whoever asks may see."""
    filters = len(resolved.question.where)
    if not filters:
        raise NothingFiltered
    everyone = replace(resolved.slice, where=resolved.slice.where[filters:])
    found = values_of(resolved, everyone)
    keys = {place[0] for place in values} if resolved.by else set()
    kept = {place: value for place, value in found.items() if not resolved.by or place[0] in keys}
    return ValuesBeside(total=total_of(resolved, everyone), values=kept, pairs=_themselves(these))


def _beside_usual(resolved: ResolvedQuestion, period: tuple[int, int], these: Sequence[Bucket]) -> ValuesBeside:
    """Return what is usual of the whole, and of each key and bucket: each from its own rows (domain section 3.2)."""
    question, zone = resolved.question, resolved.slice.zone
    if question.start is None:
        raise NothingToCompare
    slices = [replace(resolved.slice, start=a, end=b) for a, b in usual_periods(*period, zone, question.now)]
    total, empty = _usual([total_of(resolved, one) for one in slices]), nothing_of(resolved)
    if question.grain is None:
        periods = [values_of(resolved, one) for one in slices]
        keys = dict.fromkeys(key for values in periods for key in values)
        by_key = {key: _usual([values.get(key, empty) for values in periods]) for key in keys}
        return ValuesBeside(total=total, values=by_key, pairs=())
    start, end = usual_stretch(question.grain, *period, zone)
    stretch = replace(resolved.slice, start=start, end=end, by_clock=question.grain is Grain.HOUR)
    others = buckets_of(question.grain, stretch, (start, end), most=MOST_EARLIER)
    earlier = earlier_buckets(question.grain, period, zone, these, others)
    usual: dict[AnswerKey, Value] = {}
    for (own, rating), found in _by_key(values_of(resolved, stretch), 1 if resolved.by else 0).items():
        for bucket, others in zip(these, earlier, strict=True):
            usual[*own, bucket.index, *rating] = _usual([found.get(one.index, empty) for one in others])
    return ValuesBeside(total=total, values=usual, pairs=_themselves(these))


def _usual(values: Sequence[Value]) -> UsualValue:
    """Return what is usual by earlier values, the last one first: those before the first row of all tell nothing."""
    begun = max((i for i, one in enumerate(values, start=1) if one.n), default=0)
    return usual_of(values[:begun])


def _by_key(found: AnswerValues, width: int) -> dict[tuple[AnswerKey, AnswerKey], dict[int | None, Value]]:
    """Gather values of (key, bucket, rating) by key and rating; `width` is 1 where there is a key."""
    gathered: dict[tuple[AnswerKey, AnswerKey], dict[int | None, Value]] = {}
    for place, value in found.items():
        gathered.setdefault((place[:width], place[width + 1 :]), {})[place[width]] = value
    return gathered


def _themselves(these: Sequence[Bucket]) -> list[BucketPair]:
    return [(bucket, bucket) for bucket in these]
