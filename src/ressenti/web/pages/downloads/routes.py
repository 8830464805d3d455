"""What is taken away: the figures of the report, and the rows behind them, as files with a name of their own."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO

from litestar import get
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter
from litestar.response import Stream

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.engines.engine import Engine
from ressenti.facts.store import FactStore
from ressenti.indicators.model import Question
from ressenti.kit.logs import get_logger
from ressenti.reports.choice import EVOLUTION, OVERVIEW, ReportChoice, read_report_choice
from ressenti.reports.comments.choice import CommentsChoice, read_comments
from ressenti.reports.conversations.page import ConversationAccess
from ressenti.reports.conversations.query import ConversationQuery, read_conversation_query
from ressenti.reports.exports import Export, ExportFormat, export
from ressenti.reports.exports.figures import FiguresReader, export_figures
from ressenti.reports.exports.model import CsvOptions, ExportOptions, Figures, OnlyRows
from ressenti.reports.exports.pipeline import make_file, spooled
from ressenti.reports.exports.selected_rows import only_comments, only_conversations
from ressenti.reports.period import ReportPeriod
from ressenti.search.index import Index
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.page_context import PageContext, open_frame
from ressenti.web.pages.report_context import REPEATED, open_report
from ressenti.web.server.export_limiter import ExportLimiter
from ressenti.web.server.requests import AnyRequest, once_each

PIECE_BYTES = 1 << 16
TYPES = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.JSONL: "application/jsonl; charset=utf-8",
}
DownloadFile = Annotated[str, PathParameter(description="What is taken away, and in which form: `report.xlsx`.")]
AddressWords = dict[str, list[str]]
_ROWS = "period from to last zone anchor attribution where of by key grain bucket since until note nps with_comment"
LOGGED = frozenset([*_ROWS.split(), "indicator", "tab", "compare", "columns", "sort", "bom", "plain"])
"""What the log says of an export: which rows and columns. Words that were searched for are not the log's."""

log = get_logger()


@get("/take/{file:str}", opt=needs(Permission.EXPORT), include_in_schema=False)
async def take(
    file: DownloadFile,
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
    index: NamedDependency[Index],
    turns: NamedDependency[ExportLimiter],
) -> Stream:
    """Give a file with what a page of this address shows. It is made whole before the first byte leaves."""
    what, form = _read_name(file)
    words = once_each(request, but=REPEATED)

    def made(going_on: Callable[[], None]) -> Stream:
        manner = _manner(words)
        if isinstance(what, Figures):
            opened = open_report(request, keeper=keeper, viewer=viewer, now=now)
            projects = tuple(one.key for one in opened.projects)
            asker = FiguresReader(reading=opened.reading, projects=projects, language=opened.language)
            whole, count = spooled(lambda out: export_figures(what, form, asker, out, manner))
            name = f"{_said(what, opened.choice)}-{days_of(opened.choice.period)}"
        else:
            frame = open_frame(request, keeper=keeper, now=now, viewer=viewer)
            taker = _Downloader(keeper, viewer, frame, index, words)
            whole, count, days = taker.take(what, form, ExportOptions(manner=manner, going_on=going_on))
            name = f"{what.value}-{days}"
        asked = {parameter: said for parameter, said in words.items() if parameter in LOGGED}
        log.info("export", who=viewer.name, user=viewer.user_id, what=what, form=form, asked=asked, rows=count)
        return attachment(whole, f"ressenti-{name}.{form.value}", TYPES[form])

    return await turns.make(request.receive, made)


ROUTES = (take,)


def attachment(file: "SpooledTemporaryFile[bytes]", name: str, media_type: str) -> Stream:
    """Answer with a whole file that is to be kept under a name of our own, in plain ASCII."""
    size = file.seek(0, 2)
    file.seek(0)
    headers = {"content-disposition": f'attachment; filename="{name}"', "content-length": str(size)}
    return give_file(file, media_type, headers)


def give_file(file: "SpooledTemporaryFile[bytes]", media_type: str, headers: dict[str, str] | None = None) -> Stream:
    """Answer with a file, from where it stands; it is closed once it was given, or was given up."""
    pieces = iter(partial(file.read, PIECE_BYTES), b"")
    return Stream(pieces, media_type=media_type, headers=headers, background=BackgroundTask(file.close))


def days_of(period: ReportPeriod) -> str:
    """Return a period as a part of a file's name: its first and its last day."""
    return f"{period.start.isoformat()}--{period.last.isoformat()}"


def _read_name(file: str) -> tuple[Export | Figures, ExportFormat]:
    name, _dot, ending = file.rpartition(".")
    form = next((one for one in ExportFormat if one.value == ending), None)
    what = next((one for one in (*Figures, *Export) if one.value == name), None)
    if form is None or what is None:
        raise NotFoundException
    return what, form


def _manner(words: AddressWords) -> CsvOptions:
    """Read how a CSV is wanted: `bom=yes` for spreadsheets, `plain=yes` for programs, without the lines above it."""
    return CsvOptions(has_mark=words.get("bom") == ["yes"], has_scope=words.get("plain") != ["yes"])


class _Downloader:
    """Whoever takes rows away: which rows, and what of them they may read."""

    def __init__(
        self, keeper: FactStore, viewer: Viewer, frame: PageContext, index: Index, words: AddressWords
    ) -> None:
        self._keeper, self._viewer, self._frame, self._index, self._words = keeper, viewer, frame, index, words
        self._reads_content = viewer.may(Permission.READ_CONTENT)

    def take(
        self, what: Export, form: ExportFormat, taking: ExportOptions
    ) -> "tuple[SpooledTemporaryFile[bytes], int, str]":
        """Return the file, how many rows it has, and what its name says of their days."""
        frame = self._frame
        if what is Export.COMMENTS:
            choice = read_report_choice(self._words, today=frame.today, week_start=frame.week_start)
            wanted: ConversationQuery | CommentsChoice = read_comments(self._words, choice)
        else:
            wanted = read_conversation_query(self._words, today=frame.today, week_start=frame.week_start)
            choice = wanted.choice
        question = choice.question("conversations", zone=frame.zone, now=frame.now, compare=None)
        question = replace(question, within=self._viewer.within)
        is_everything = isinstance(wanted, ConversationQuery) and wanted.is_everything
        if is_everything:
            question = replace(question, start=None, end=None)

        def write(facts: Engine, out: BinaryIO) -> int:
            own = replace(taking, only=self._only(wanted, question, facts), reads_content=self._reads_content)
            return export(what, form, question, facts, self._keeper.record, out, own)

        whole, count = make_file(self._keeper, write)
        return whole, count, "all" if is_everything else days_of(choice.period)

    def _only(self, wanted: ConversationQuery | CommentsChoice, question: Question, facts: Engine) -> OnlyRows | None:
        with self._keeper.record.read() as record:
            if isinstance(wanted, ConversationQuery):
                return only_conversations(wanted, self._looking(), facts, record)
            return only_comments(wanted, question, self._find_offers, facts, record)

    def _looking(self) -> ConversationAccess:
        return ConversationAccess(
            zone=self._frame.zone,
            now=self._frame.now,
            within=self._viewer.within,
            may_read=self._reads_content,
            find=self._index.find,
        )

    def _find_offers(self, typed: str) -> Sequence[int]:
        """Find answers by their words; who may not read comments does not learn which of them hold a word either."""
        return self._index.find_offers(typed) if self._reads_content else ()


def _said(what: Figures, choice: ReportChoice) -> str:
    """Return the part of a file's name that says what it holds: `csat-by-agent`."""
    if what is not Figures.BREAKDOWN:
        return what.value
    tab = EVOLUTION if choice.tab == OVERVIEW else choice.tab
    return f"{choice.indicator}-by-{tab}".replace("_", "-")
