"""What does the table of comments show: the page that was chosen, and how many answers there are under each filter."""

from collections.abc import Callable
from dataclasses import replace

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.engines.engine import Engine
from ressenti.facts.store import FactStore
from ressenti.indicators.catalogue import CSAT
from ressenti.reports.comments.choice import SIZE, CommentsChoice
from ressenti.reports.comments.model import Comments
from ressenti.reports.comments.order import count_answers, page_of, select_answers
from ressenti.reports.comments.rows import fill_rows

FindOffers = Callable[[str], list[int]]
"""Returns the ids of the answers whose comment holds what was typed."""


def prepare_comments(
    choice: CommentsChoice,
    fact_store: FactStore,
    *,
    find: FindOffers,
    within: ScopeIds,
    zone: str,
    now: int,
    size: int = SIZE,
) -> Comments:
    """Return a page of the table, within what the viewer may see; `zone` is where the choice names none.

    Raises the refusals of filters and of `search.refusals`.
    """
    found = find(choice.typed) if choice.typed else None
    question = replace(choice.choice.question(CSAT.key, zone=zone, now=now, compare=None), within=within)

    def work(facts: Engine) -> Comments:
        with facts.snapshot() as view, fact_store.record.read() as record:
            answers = select_answers(question, view, record, offers=found)
            page = page_of(answers, choice, record, size=size)
            rows = fill_rows(
                answers, page.ids, record, columns=choice.columns, typed=choice.typed, zone=choice.choice.zone or zone
            )
            return Comments(
                choice=choice,
                zone=choice.choice.zone or zone,
                rows=rows,
                counts=count_answers(answers, choice),
                first=page.before + 1 if page.ids else 0,
                newer=choice.but(before=page.ids[0]) if page.has_newer and page.ids else None,
                older=choice.but(after=page.ids[-1]) if page.has_older and page.ids else None,
            )

    return fact_store.using(work)
