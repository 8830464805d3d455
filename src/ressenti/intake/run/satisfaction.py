"""What an import says of satisfaction ratings, by what their project counts as satisfied (D42)."""

from collections.abc import Iterator, Mapping, Sequence

from ressenti.intake.remarks import Remark
from ressenti.intake.values.scale_ambiguities import RatingsSeen
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.shell import command
from ressenti.record.rating_scales import FIVE, SATISFIED_FROM, RatingScale, example_of_satisfied, ratings_on, unjudged


def remarks(ratings: Sequence[RatingsSeen], project: str, satisfied: Mapping[str, Sequence[int]]) -> Iterator[Remark]:
    """Yield what is remarkable: ratings nobody said the good ones of, and none that is one of the good ones.

    `satisfied` is what the project says, by scale.
    """
    for seen in _by_scale(ratings):
        good = satisfied.get(str(seen.scale)) or ((SATISFIED_FROM,) if seen.scale == FIVE else ())
        if not good:
            yield _unjudged(seen, project)
        elif seen.highest < min(good):
            yield _none_good(seen, min(good))


def _by_scale(ratings: Sequence[RatingsSeen]) -> list[RatingsSeen]:
    """Return the ratings of each file with those together that say their scale and those that do not."""
    by_scale: dict[tuple[str, RatingScale], RatingsSeen] = {}
    for seen in ratings:
        other = by_scale.get((seen.file, seen.scale), seen)
        count = seen.count if other is seen else seen.count + other.count
        highest = max(seen.highest, other.highest)
        by_scale[seen.file, seen.scale] = RatingsSeen(file=seen.file, scale=seen.scale, count=count, highest=highest)
    return list(by_scale.values())


def _unjudged(seen: RatingsSeen, project: str) -> Remark:
    said = unjudged(ratings_on(seen.scale, seen.count))
    declaring = command("project", project, options=["--satisfied", example_of_satisfied(seen.scale)])
    return Remark(
        _("{file}: {said}, for example with: {command}"), {"file": seen.file, "said": said, "command": declaring}
    )


def _none_good(seen: RatingsSeen, lowest: int) -> Remark:
    about = {"file": seen.file, "highest": seen.highest, "lowest": lowest}
    about |= {"scale": Sentence(_("{low} to {high}"), low=seen.scale.low, high=seen.scale.high)}
    return Remark(
        _(
            "{file}: csat: {highest} is the highest rating seen; only those from {lowest} count as satisfied on "
            "{scale}. If they are on another scale, say so with --csat-scale."
        ),
        about,
    )
