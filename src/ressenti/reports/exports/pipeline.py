"""How an export is made: the question says which rows, the facts and the record fill them, a form writes them down."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from ressenti.facts.engines.engine import Engine
from ressenti.facts.schema import TABLES
from ressenti.facts.store import FactStore
from ressenti.indicators.catalogue import CONVERSATIONS
from ressenti.indicators.model import Question, Weighting
from ressenti.indicators.parse_question import read_question
from ressenti.indicators.query_builder import Slice, build_query
from ressenti.indicators.resolve import slice_of
from ressenti.kit import clock
from ressenti.kit.i18n import Sentence, _
from ressenti.record.projects import Project
from ressenti.record.stores.sqlite import Store
from ressenti.reports.exports.columns import EXTRACTS, ExportColumn, ExportDeclaration
from ressenti.reports.exports.formats import writing
from ressenti.reports.exports.model import Export, ExportFormat, ExportOptions, ExportScope, OnlyRows
from ressenti.reports.rows.batch import batches
from ressenti.reports.rows.pages import pages, pages_of

SPOOL_BYTES = 8 << 20
WHOLE = ExportOptions()


def export(
    what: Export,
    form: ExportFormat,
    question: Question,
    facts: Engine,
    record: Store,
    out: BinaryIO,
    options: ExportOptions = WHOLE,
) -> int:
    """Write the rows that a question selects, by their date, and return how many there are.

    Of the question count project, period, anchor, zone, filters, and the viewer's scope;
    rows that were chosen otherwise take the place of period and filters. Raises the refusals of `indicators.refusals`
    and `record.refusals`, and TooManyRows, before anything is written.
    """
    only = options.only
    extract = EXTRACTS[what]
    rows_only = replace(question, by=None, grain=None, compare=None, attribution=None, weighting=Weighting.OWN)
    with record.read() as connection:
        slice_, projects = slice_of(extract.indicator, rows_only, facts, connection)
    if form is ExportFormat.XLSX:
        from ressenti.reports.exports.workbook import require_room

        require_room(_count(extract, slice_, facts, only))
    names = [column.name for column in TABLES[extract.indicator.facts]]
    if only is None:
        read = pages(facts, extract.indicator, slice_, names, extract.key)
    else:
        read = pages_of(facts, extract.indicator, slice_, names, extract.key, only.ids)
    columns = [column for column in extract.columns if options.reads_content or not column.is_content]
    more = (*(only.more if only else ()), *_left_out(extract, columns))
    written = 0
    scope = _scope(what, question, slice_, projects, facts, more, options.language)
    with writing(form, scope, columns, out, options.manner) as write:
        for batch in batches(read, names, projects, facts, record):
            options.going_on()
            taken = [column.take(batch) for column in columns]
            write(taken)
            written += len(taken[0])
    return written


def export_words(
    fact_store: FactStore,
    what: str,
    form: str,
    words: Mapping[str, Sequence[str]],
    out: BinaryIO,
    *,
    now: int | None = None,
    options: ExportOptions = WHOLE,
) -> int:
    """Make an export of a question given as words, from facts that are up to date; return how many rows it has.

    It is made whole before the first byte leaves. Raises what `export` raises, and the refusals of words that cannot
    be understood.
    """
    with fact_store.record.read() as record:
        question = read_question(CONVERSATIONS.key, words, record, now=clock.now() if now is None else now)
    file, count = make_file(
        fact_store,
        lambda facts, whole: export(
            Export(what), ExportFormat(form), question, facts, fact_store.record, whole, options
        ),
    )
    with file:
        copyfileobj(file, out)
    return count


def make_file(
    fact_store: FactStore, write: Callable[[Engine, BinaryIO], int]
) -> "tuple[SpooledTemporaryFile[bytes], int]":
    """Return a file of facts, whole and at its beginning, and what writing it returned; the caller closes it.

    Facts that prove damaged half-way are rebuilt, and it begins again.
    """

    def begin_again(whole: BinaryIO, facts: Engine) -> int:
        whole.seek(0)
        whole.truncate()
        return write(facts, whole)

    return spooled(lambda whole: fact_store.using(lambda facts: begin_again(whole, facts)))


def spooled(write: Callable[[BinaryIO], int]) -> "tuple[SpooledTemporaryFile[bytes], int]":
    """Return a file, whole and at its beginning, and what writing it returned; the caller closes it."""
    with ExitStack() as stack:
        whole = stack.enter_context(SpooledTemporaryFile(max_size=SPOOL_BYTES))
        count = write(cast("BinaryIO", whole))
        whole.seek(0)
        stack.pop_all()
    return whole, count


def _count(extract: ExportDeclaration, slice_: Slice, facts: Engine, only: OnlyRows | None) -> int:
    if only is not None and extract.key == (extract.key[0],):
        return len(only.ids)
    return int(facts.aggregate(build_query(extract.indicator, slice_))[0][0])


def _left_out(extract: ExportDeclaration, columns: Sequence[ExportColumn]) -> tuple[tuple[str, str], ...]:
    """Say which columns are missing because they hold what people wrote."""
    missing = [column.key for column in extract.columns if column not in columns]
    if not missing:
        return ()
    return ((_("left out"), Sentence(_("{columns}: not for whoever asked"), columns=", ".join(missing))),)


def _scope(
    what: Export,
    question: Question,
    slice_: Slice,
    projects: Sequence[Project],
    facts: Engine,
    more: tuple[tuple[str, str], ...],
    language: str,
) -> ExportScope:
    marks = facts.watermarks()
    return ExportScope(
        what=what,
        projects=tuple(project.key for project in projects),
        zone=slice_.zone,
        anchor=slice_.anchor,
        start=slice_.start,
        end=slice_.end,
        where=question.where,
        as_of=max((marks.get(project.id, 0) for project in projects), default=0),
        asked_at=question.now,
        more=more,
        language=language,
    )
