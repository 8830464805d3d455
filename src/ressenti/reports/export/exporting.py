"""How an export is made: the question says which rows, the facts and the record fill them, a form writes them down."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from ressenti.facts.keeper import Keeper
from ressenti.facts.schema import TABLES
from ressenti.facts.store import FactStore
from ressenti.indicators.ask import cut_of
from ressenti.indicators.asking import read_question
from ressenti.indicators.model import Question, Weighting
from ressenti.indicators.sql import Cut, statement
from ressenti.kit import clock
from ressenti.record.projects import Project
from ressenti.record.store import Store
from ressenti.reports.export.batch import batches
from ressenti.reports.export.columns import EXTRACTS, Extract
from ressenti.reports.export.forms import writing
from ressenti.reports.export.model import Export, Form, Scope
from ressenti.reports.export.pages import pages

SPOOL_BYTES = 8 << 20


def export(what: Export, form: Form, question: Question, facts: FactStore, record: Store, out: BinaryIO) -> int:
    """Write the rows a question speaks of, by their date, and return how many there are.

    Of the question count project, period, anchor, zone and filters. Raises the refusals of `indicators.refusals` and
    `record.refusals`, and TooManyRows, before anything is written.
    """
    extract = EXTRACTS[what]
    rows_only = replace(question, by=None, grain=None, compare=None, attribution=None, weighting=Weighting.OWN)
    with record.read() as connection:
        cut, projects = cut_of(extract.indicator, rows_only, facts, connection)
    if form is Form.XLSX:
        from ressenti.reports.export.workbook import require_room

        require_room(_count(extract, cut, facts))
    names = [column.name for column in TABLES[extract.indicator.facts]]
    found = pages(facts, extract.indicator, cut, names, extract.key)
    written = 0
    with writing(form, _scope(what, question, cut, projects, facts), extract.columns, out) as write:
        for batch in batches(found, names, projects, facts, record):
            columns = [column.take(batch) for column in extract.columns]
            write(columns)
            written += len(columns[0])
    return written


def export_words(
    keeper: Keeper, what: str, form: str, words: Mapping[str, Sequence[str]], out: BinaryIO, *, now: int | None = None
) -> int:
    """Make an export of a question given as words, from facts that are up to date; return how many rows it has.

    It is made whole before the first byte leaves: facts that prove damaged half-way are rebuilt, and it begins again.
    Raises what `export` raises, and the refusals of words that cannot be understood.
    """
    with keeper.record.read() as record:
        question = read_question("conversations", words, record, now=clock.now() if now is None else now)
    with SpooledTemporaryFile(max_size=SPOOL_BYTES) as whole:

        def work(facts: FactStore) -> int:
            whole.seek(0)
            whole.truncate()
            return export(Export(what), Form(form), question, facts, keeper.record, cast("BinaryIO", whole))

        count = keeper.using(work)
        whole.seek(0)
        copyfileobj(whole, out)
    return count


def _count(extract: Extract, cut: Cut, facts: FactStore) -> int:
    wanted = statement(extract.indicator, cut)
    return int(facts.rows(wanted.text, wanted.params)[0][0])


def _scope(what: Export, question: Question, cut: Cut, projects: Sequence[Project], facts: FactStore) -> Scope:
    marks = facts.watermarks()
    return Scope(
        what=what,
        projects=tuple(project.key for project in projects),
        zone=cut.zone,
        anchor=cut.anchor,
        start=cut.start,
        end=cut.end,
        where=question.where,
        as_of=max((marks.get(project.id, 0) for project in projects), default=0),
        asked_at=question.now,
    )
