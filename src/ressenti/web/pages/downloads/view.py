"""How does what a page shows become a file: the figures of the report, or the rows behind them?"""

from collections.abc import Callable
from tempfile import SpooledTemporaryFile

from litestar.exceptions import NotFoundException
from litestar.response import Stream

from ressenti.kit.logs import get_logger
from ressenti.reports.choice import EVOLUTION, OVERVIEW, ReportChoice
from ressenti.reports.exports import Export, ExportFormat
from ressenti.reports.exports.figures import FiguresReader, export_figures
from ressenti.reports.exports.model import CsvOptions, ExportOptions, Figures
from ressenti.reports.exports.pipeline import spooled
from ressenti.web.pages.downloads.files import attachment, days_of
from ressenti.web.pages.downloads.rows import AddressWords, RowsDownload
from ressenti.web.pages.report_context import REPEATED, open_report
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.server.requests import once_each

TYPES = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.JSONL: "application/jsonl; charset=utf-8",
    ExportFormat.ZIP: "application/zip",
}
_ROWS = "period from to last zone anchor attribution where of by key grain bucket since until note nps with_comment"
LOGGED = frozenset([*_ROWS.split(), "indicator", "tab", "compare", "columns", "sort", "bom"])
"""What the log says of an export: which rows and columns. Words that were searched for are not the log's."""

log = get_logger()


def make_download(
    context: RequestContext, what: Export | Figures, form: ExportFormat, going_on: Callable[[], None]
) -> Stream:
    """Make the file that an address asks for, whole, and log who takes it; `going_on` ends it once nobody waits."""
    words = once_each(context.request, but=REPEATED)
    if isinstance(what, Figures):
        file, count, name = _figures(context, what, form, _csv_options(words, context.page().language))
    else:
        options = ExportOptions(
            manner=_csv_options(words, context.page().language), language=context.page().language, going_on=going_on
        )
        file, count, days = RowsDownload(context, words).make(what, form, options)
        name = f"{what.value}-{days}"
    asked = {parameter: values for parameter, values in words.items() if parameter in LOGGED}
    viewer = context.viewer
    log.info("export", who=viewer.name, user=viewer.user_id, what=what, form=form, asked=asked, rows=count)
    return attachment(file, f"ressenti-{name}.{form.value}", TYPES[form])


def _figures(
    context: RequestContext, what: Figures, form: ExportFormat, options: CsvOptions
) -> "tuple[SpooledTemporaryFile[bytes], int, str]":
    """Return the file, how many rows it has, and what its name says of them."""
    report = open_report(context)
    projects = tuple(project.key for project in report.projects)
    reader = FiguresReader(reading=report.reading, projects=projects, language=report.language)
    file, count = spooled(lambda out: export_figures(what, form, reader, out, options))
    return file, count, f"{_content_name(what, report.choice)}-{days_of(report.choice.period)}"


def read_file_name(file: str) -> tuple[Export | Figures, ExportFormat]:
    """Return what a file's name asks for, and in which form; raises NotFoundException."""
    name, _dot, ending = file.rpartition(".")
    form = next((each for each in ExportFormat if each.value == ending), None)
    what = next((each for each in (*Figures, *Export) if each.value == name), None)
    if form is None or what is None:
        raise NotFoundException
    return what, form


def _csv_options(words: AddressWords, language: str) -> CsvOptions:
    """Read how a CSV is wanted: `bom=yes` for a spreadsheet of the reader's language."""
    return CsvOptions.for_spreadsheet(language) if words.get("bom") == ["yes"] else CsvOptions()


def _content_name(what: Figures, choice: ReportChoice) -> str:
    """Return the part of a file's name that says what it holds: `csat-by-agent`."""
    if what is not Figures.BREAKDOWN:
        return what.value
    tab = EVOLUTION if choice.tab == OVERVIEW else choice.tab
    return f"{choice.indicator}-by-{tab}".replace("_", "-")
