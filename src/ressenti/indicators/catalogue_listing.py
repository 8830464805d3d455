"""The catalogue as plain values: what the command line prints and the API answers."""

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.kit.i18n import translate
from ressenti.kit.languages import translated_languages


def indicator_list() -> list[dict[str, object]]:
    """Return every indicator: key, unit, direction of good, dates it can be anchored on, name and definition."""
    return [
        {
            "key": one.key,
            "unit": one.unit.value,
            "better": one.better.value,
            "anchors": sorted(anchor.value for anchor in one.anchors),
            **_said(one.name, one.definition),
        }
        for one in INDICATORS.values()
    ]


def dimension_list() -> list[dict[str, object]]:
    """Return every dimension: key, whether its rows add up to the total, name and definition."""
    return [{"key": one.key, "adds_up": one.adds_up, **_said(one.name, one.definition)} for one in DIMENSIONS.values()]


def _said(name: str, definition: str) -> dict[str, object]:
    translations = {
        language: {"name": translate(name, language), "definition": translate(definition, language)}
        for language in translated_languages()
    }
    return {"name": name, "definition": definition, "translations": translations}
