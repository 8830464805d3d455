"""Which rows does a viewer download: those behind the page of an address, with what they may read of them?"""

from collections.abc import Sequence
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from ressenti.accounts.permissions import Permission
from ressenti.facts.engines.engine import Engine
from ressenti.indicators.catalogue import CONVERSATIONS
from ressenti.indicators.model import Question
from ressenti.reports.choice import read_report_choice
from ressenti.reports.comments.choice import CommentsChoice, read_comments
from ressenti.reports.conversations.page import ConversationAccess
from ressenti.reports.conversations.query import ConversationQuery, read_conversation_query
from ressenti.reports.exports import Export, ExportFormat, export
from ressenti.reports.exports.model import ExportOptions, OnlyRows
from ressenti.reports.exports.pipeline import make_file
from ressenti.reports.exports.selected_rows import only_comments, only_conversations
from ressenti.web.pages.downloads.files import days_of
from ressenti.web.pages.request_context import RequestContext

AddressWords = dict[str, list[str]]


class RowsDownload:
    """Rows that a viewer downloads: which, and what of them they may read."""

    def __init__(self, context: RequestContext, words: AddressWords) -> None:
        self._context, self._page, self._words = context, context.page(), words
        self._reads_content = context.viewer.may(Permission.READ_CONTENT)

    def make(
        self, what: Export, form: ExportFormat, options: ExportOptions
    ) -> "tuple[SpooledTemporaryFile[bytes], int, str]":
        """Return the file, how many rows it has, and what its name says of their days."""
        page = self._page
        if what is Export.COMMENTS:
            choice = read_report_choice(self._words, today=page.today, week_start=page.week_start)
            query: ConversationQuery | CommentsChoice = read_comments(self._words, choice)
        else:
            query = read_conversation_query(self._words, today=page.today, week_start=page.week_start)
            choice = query.choice
        question = choice.question(CONVERSATIONS.key, zone=page.zone, now=self._context.now, compare=None)
        question = replace(question, within=self._context.viewer.within)
        is_everything = isinstance(query, ConversationQuery) and query.is_everything
        if is_everything:
            question = replace(question, start=None, end=None)

        def write(engine: Engine, out: BinaryIO) -> int:
            own = replace(options, only=self._only(query, question, engine), reads_content=self._reads_content)
            return export(what, form, question, engine, self._context.record, out, own)

        whole, count = make_file(self._context.facts, write)
        return whole, count, "all" if is_everything else days_of(choice.period)

    def _only(self, query: ConversationQuery | CommentsChoice, question: Question, engine: Engine) -> OnlyRows | None:
        with self._context.record.read() as record:
            if isinstance(query, ConversationQuery):
                return only_conversations(query, self._access(), engine, record)
            return only_comments(query, question, self._find_offers, engine, record)

    def _access(self) -> ConversationAccess:
        return ConversationAccess(
            zone=self._page.zone,
            now=self._context.now,
            within=self._context.viewer.within,
            may_read=self._reads_content,
            user_id=self._context.viewer.user_id,
            find=self._context.index.find,
        )

    def _find_offers(self, typed: str) -> Sequence[int]:
        """Find answers by their words; who may not read comments does not learn which of them hold a word either."""
        return self._context.index.find_offers(typed) if self._reads_content else ()
