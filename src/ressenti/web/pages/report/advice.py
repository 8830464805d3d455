"""What does a part of the report need to say what may help, where the chosen indicator is weak?"""

from typing import Any

from ressenti.indicators.dimensions import dimension
from ressenti.kit.i18n import _, translate
from ressenti.reports import filter_wording
from ressenti.reports.advice import ADVICE, CauseAdvice, advice_for, advice_on, weak_tiles
from ressenti.reports.choice import available
from ressenti.reports.experience.drivers import is_told, prepare_drivers
from ressenti.reports.experience.report import prepare_tile
from ressenti.web.pages.report_context import ReportContext


def advice_content(report: ReportContext) -> dict[str, Any]:
    """Prepare what may help, where the chosen indicator is weak: first what follows from where that comes from."""
    key = report.choice.indicator
    if key not in ADVICE or not _is_weak(report, key):
        return {"words": ""}
    found = _found(report)
    with report.facts.record.read() as record:
        words = advice_for(record, key, report.language)
    if found is None:
        return {"words": words, "practice": ADVICE[key].practice}
    return {"words": f"{found.words}\n{words}", "practice": found.practice}


def _found(report: ReportContext) -> CauseAdvice | None:
    """Return what may help where the first cause lies, None where none is named that makes it worse."""
    if not is_told(report.reading):
        return None
    told = prepare_drivers(report.reading)
    cause = next((one for one in told.found.causes if told.is_good_news(one.step) is False), None)
    advice = advice_on(cause.row.cause, report.choice.indicator) if cause else None
    if cause is None or advice is None:
        return None
    row, language = cause.row, report.language
    kind = translate(dimension(row.cause).name, language)
    label = filter_wording.row_label(row.cause, row.key, row.label, language=language)
    name = translate(_("{kind} “{label}”"), language).format(kind=kind, label=label)
    return CauseAdvice(translate(advice.words, language).format(name=name), advice.practice)


def _is_weak(report: ReportContext, key: str) -> bool:
    return key in available(report.choice) and bool(weak_tiles([prepare_tile(report.reading, key)]))
