"""How are comments shown: a page of its own, and the panel of the newest ones under a report?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response

from ressenti.indicators.names import DEGREE_NAMES
from ressenti.kit.i18n import _, translate
from ressenti.reports import filter_wording, wording
from ressenti.reports.comments.choice import COLUMNS, PAGE, RATING_CHIPS, SIZE, CommentsChoice, read_comments
from ressenti.reports.comments.model import Comments
from ressenti.reports.comments.table import FindOffers, prepare_comments
from ressenti.reports.dates import span
from ressenti.reports.model import NpsClass
from ressenti.reports.period import PRESETS
from ressenti.search.refusals import SearchPreparing
from ressenti.search.words import MOST_CHARACTERS
from ressenti.web.pages.filters.view import chips_of, filters_of
from ressenti.web.pages.page_context import show
from ressenti.web.pages.report_context import ReportContext, open_report
from ressenti.web.pages.request_context import RequestContext

UNDER_THE_REPORT = 8
"""Rows of the panel under the report."""
RATING_WORDS = {(1, 2): "1–2", (3,): "3", (4, 5): "4–5"}
CLASS_WORDS = {
    NpsClass.PROMOTER: _("Promoters"),
    NpsClass.PASSIVE: _("Passives"),
    NpsClass.DETRACTOR: _("Detractors"),
}
CLASS_NAMES = {
    NpsClass.PROMOTER: _("promoter"),
    NpsClass.PASSIVE: _("passive"),
    NpsClass.DETRACTOR: _("detractor"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentHeading:
    """The head of a column: where the table is ordered by it (None: it cannot be), and how it is ordered now."""

    key: str
    name: str
    address: str | None
    sorted: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownComments:
    """A table of comments with the addresses of everything around it; `preparing` is set instead of it, in percent.

    `chips` are (words, is translated, count, is chosen, address), `scopes` (words, is chosen, address); `kept` are the
    parameters that a search keeps, `kept_columns` those that a choice of columns keeps.
    """

    choice: CommentsChoice
    table: Comments | None
    preparing: int | None
    headings: tuple[CommentHeading, ...]
    chips: tuple[tuple[str, int, bool, str], ...]
    scopes: tuple[tuple[str, bool, str], ...]
    columns: tuple[tuple[str, str, bool], ...]
    kept: tuple[tuple[str, str], ...]
    kept_columns: tuple[tuple[str, str], ...]
    without_search: str
    newer: str | None
    older: str | None
    address_of: Callable[[str], str]
    is_part: bool
    class_names: Mapping[NpsClass, str]
    degrees: Mapping[int, str]
    most_characters: int = MOST_CHARACTERS

    @property
    def whole(self) -> str:
        """Return the address of the page of this table."""
        return self.choice.address()


def show_comments(context: RequestContext) -> Response[str]:
    """Show the comments of the period, or all answers, in the order and with the filters of the address."""
    report = open_report(context, place="comments")
    choice = read_comments(_query(report), report.choice)
    parameters = choice.but().parameters()
    return show(
        report.page,
        "comments/comments",
        report=report,
        window=" · ".join(window := _window(report, choice)),
        said=[*window, *_how(choice, report.language)],
        shown=comments_table(report, choice, context.index.find_offers),
        period=report.choice.period,
        presets=[(wording.PRESETS[key], key == report.choice.preset, _preset(choice, key)) for key in PRESETS],
        kept=[pair for pair in parameters if pair not in report.choice.period_parameters()],
        anchor=wording.ANCHORS[report.choice.anchor],
        anchors=[
            (words, anchor is report.choice.anchor, choice.but(choice=report.choice.but(anchor=anchor)).address())
            for anchor, words in wording.ANCHORS.items()
        ],
        chips=chips_of(report.choice.where, report.labels, parameters, PAGE, report.language),
        filters=filters_of(parameters, PAGE, has_projects=len(report.projects) > 1),
    )


def _window(report: ReportContext, choice: CommentsChoice) -> list[str]:
    """Say what the table shows, for the title of its window: filters, words, days."""
    language, period = report.language, report.choice.period
    words = translate(_("with “%(words)s”"), language) % {"words": choice.typed} if choice.typed else ""
    filters = [filter_wording.filter_words(one, report.labels, language=language) for one in report.choice.where]
    days = span(period.start, period.last, language=language)
    return [one for one in (*filters, words, days, translate(_("Comments"), language)) if one]


def _how(choice: CommentsChoice, language: str) -> list[str]:
    """Say how the table shows it: which ratings and answers, and in which order."""
    rated = (
        f"{translate(_('Rating'), language)} {RATING_WORDS[choice.ratings]}" if choice.ratings in RATING_WORDS else ""
    )
    classes = [CLASS_NAMES[one] for one in choice.classes]
    scope = _("With a comment") if choice.has_comment else _("All answers")
    order = wording.order_words(COLUMNS[choice.sort].name, is_falling=choice.is_falling, language=language)
    return [*([rated] if rated else []), *(translate(one, language) for one in (*classes, scope)), order]


def comments_part(report: ReportContext) -> dict[str, Any]:
    """Return what the panel under the report shows: the newest comments of the report's choice."""
    return {"shown": comments_table(report, CommentsChoice(choice=report.choice), None)}


def comments_table(report: ReportContext, choice: CommentsChoice, find: FindOffers | None) -> ShownComments:
    """Return a table of comments, within what the viewer may see; under the report, where nothing is searched."""
    is_part = find is None
    table, preparing = None, None
    viewer = report.page.viewer
    try:
        table = prepare_comments(
            choice,
            report.facts,
            find=find or (lambda _typed: []),
            within=viewer.within if viewer else (),
            zone=report.reading.zone,
            now=report.reading.now,
            size=UNDER_THE_REPORT if is_part else SIZE,
        )
    except SearchPreparing as refusal:
        preparing = int(str(refusal.data["percent"]))
    return ShownComments(
        choice=choice,
        table=table,
        preparing=preparing,
        headings=tuple(_heading(choice, key) for key in choice.columns),
        chips=_chips(choice, table) if table else (),
        scopes=(
            (_("With a comment"), choice.has_comment, choice.but(has_comment=True).address()),
            (_("All answers"), not choice.has_comment, choice.but(has_comment=False).address()),
        ),
        columns=tuple((key, one.name, key in choice.columns) for key, one in COLUMNS.items()),
        kept=tuple(choice.but(typed="").parameters()),
        kept_columns=tuple(pair for pair in choice.but().parameters() if pair[0] != "columns"),
        without_search=choice.but(typed="").address(),
        newer=table.newer.address() if table and table.newer else None,
        older=table.older.address() if table and table.older else None,
        address_of=choice.but().address,
        is_part=is_part,
        class_names=CLASS_NAMES,
        degrees=DEGREE_NAMES,
    )


def _query(report: ReportContext) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in report.page.parameters:
        found.setdefault(name, []).append(value)
    return found


def _heading(choice: CommentsChoice, key: str) -> CommentHeading:
    column = COLUMNS[key]
    is_sorted = choice.sort == key
    return CommentHeading(
        key=key,
        name=column.name,
        address=choice.sorted_by(key).address() if column.is_sortable else None,
        sorted=("descending" if choice.is_falling else "ascending") if is_sorted else None,
    )


def _chips(choice: CommentsChoice, table: Comments) -> tuple[tuple[str, int, bool, str], ...]:
    """Return the filters of ratings, each with how many answers it leaves: choosing one drops the others."""
    counts = table.counts
    free = choice.but(ratings=(), classes=())
    everyone = (_("All"), counts.all_ratings, not (choice.ratings or choice.classes), free.address())
    ratings = (
        (RATING_WORDS[one], counts.by_rating[one], choice.ratings == one, free.but(ratings=one).address())
        for one in RATING_CHIPS
    )
    classes = (
        (words, counts.by_class[one], choice.classes == (one,), free.but(classes=(one,)).address())
        for one, words in CLASS_WORDS.items()
    )
    return (everyone, *ratings, *classes)


def _preset(choice: CommentsChoice, key: str) -> str:
    return choice.but(choice=choice.choice.but(preset=key, grain=None)).address()
