"""What is filtered by, and what rows are called, in words."""

from collections.abc import Iterable, Iterator, Mapping

from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import Filter
from ressenti.indicators.names import WITHOUT, said
from ressenti.kit.i18n import _, translate
from ressenti.reports.format import NOBODY


def filter_name(one: Filter, *, language: str = "en") -> str:
    """Return what stands before the keys of a filter: `Channel`, or `Channel is not`."""
    named = translate(dimension(one.dimension).name, language)
    return translate(_("{dimension} is not"), language).format(dimension=named) if one.is_excluded else named


def filter_keys(one: Filter, labels: Mapping[tuple[str, str], str], *, language: str = "en") -> tuple[str, ...]:
    """Return what the keys of a filter are called; `labels` are those of `indicators.names`."""
    name = one.dimension
    return tuple(row_label(name, key, labels.get((name, key)) or key, language=language) for key in one.keys)


def filter_words(one: Filter, labels: Mapping[tuple[str, str], str], *, language: str = "en") -> str:
    """Say a filter in full: `Channel: Chat, Mail`, or `Channel is not Chat, Mail`."""
    named, keys = filter_name(one, language=language), ", ".join(filter_keys(one, labels, language=language))
    return (
        f"{named} {keys}" if one.is_excluded else translate(_("{name}: {keys}"), language).format(name=named, keys=keys)
    )


def filter_labels(
    where: Iterable[Filter], labels: Mapping[tuple[str, str], str], *, language: str = "en"
) -> Iterator[str]:
    """Yield filters in a word or two each: the names of what is kept, and in full what is not."""
    for one in where:
        if one.is_excluded:
            yield filter_words(one, labels, language=language)
        else:
            yield from filter_keys(one, labels, language=language)


def row_label(by: str, key: str | None, label: str, *, language: str = "en") -> str:
    """Return the name of a row of a dimension: ours in the reader's language, others as their source writes them."""
    return said(dimension(by), key, label, language=language) or NOBODY


def without_reason(by: str, key: str | None, *, language: str = "en") -> str:
    """Say of the row without a value why that is, "" of any other."""
    is_without = key is None or key == WITHOUT
    return translate(dimension(by).without_reason, language) if is_without and dimension(by).without_reason else ""
