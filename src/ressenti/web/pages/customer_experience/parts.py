"""The parts of the report: each is prepared and drawn on its own, and none waits for another.

A page waits a moment for all of them at once. What is not ready by then arrives by a request of its own.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from time import monotonic

from markupsafe import Markup

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.indicators.catalogue import indicator, tiles
from ressenti.indicators.dimensions import AGENT, DIMENSIONS
from ressenti.indicators.measures import Net
from ressenti.indicators.model import Anchor
from ressenti.reports.choice import MAIN_TABS, OVERVIEW, available
from ressenti.web.pages import problems
from ressenti.web.pages.customer_experience import view_models
from ressenti.web.pages.report_context import ReportContext
from ressenti.web.pages.templating import environment

PATIENCE_S = 0.3
"""How long the page waits for its parts before it shows what it has."""
WORKERS = 3

RATED = frozenset(one.key for one in tiles() if Anchor.ANSWERED in one.anchors)
"""Indicators that have ratings to be cut by, or are made of them."""
CARDS = tuple(tab for tab in MAIN_TABS if tab in DIMENSIONS and tab != AGENT.key)
"""The breakdowns that the overview shows the first rows of."""

MOST_LATE = 64
"""Pages whose late parts are kept; of older ones each is made again when it is asked for."""

_LATE: OrderedDict[str, tuple[Viewer | None, dict[str, Future[Markup]]]] = OrderedDict()
_TURN = Lock()
_POOL = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="report")

PresentPart = Callable[[ReportContext], dict[str, object]]
_TEMPLATES: dict[str, tuple[str, PresentPart]] = {
    "lead": ("lead", view_models.lead_content),
    "evolution": ("evolution", view_models.evolution_content),
    "ratings": ("ratings", view_models.ratings_content),
    "split": ("split", view_models.split_content),
    "surveys": ("surveys", view_models.surveys_content),
    "beside": ("beside", view_models.beside_content),
    "comments": ("report_comments", view_models.comments_content),
    "advice": ("report_advice", view_models.advice_content),
}


def parts_of(opened: ReportContext) -> tuple[str, ...]:
    """Return the names of the parts that a choice shows, in the order of the page."""
    choice, one = opened.choice, indicator(opened.choice.indicator)
    above = ("lead", *(f"tile-{key}" for key in available(choice)), "advice")
    ratings = ("ratings",) if choice.indicator in RATED else ()
    split = ("split",) if isinstance(one.measure, Net) else ()
    comments = ("comments",) if one.ratings and opened.page.may(Permission.READ_CONTENT) else ()
    match choice.tab:
        case "overview":
            cards = (f"by-{tab}" for tab in CARDS)
            return (*above, "evolution", *ratings, *split, "by-agent", *cards, *comments)
        case "evolution":
            return (*above, "evolution")
        case "ratings":
            return (*above, *split, *ratings, *comments)
        case "survey":
            return (*above, "surveys", "evolution", *ratings, "by-channel", "by-group", "by-agent", *comments)
        case _:
            beside = ("beside",) if choice.beside else ()
            return (*above, *beside, f"by-{choice.tab}")


def render(opened: ReportContext, name: str) -> Markup:
    """Return one part as it stands in the page; raises the refusals of its questions."""
    kind, _hyphen, key = name.partition("-")
    if kind == "tile":
        template, content = "tile", view_models.tile_content(opened, key)
    elif kind == "by":
        is_card = opened.choice.tab == OVERVIEW and key != AGENT.key
        template = "card" if is_card else "ranking"
        content = view_models.ranking_content(opened, key, is_card=is_card)
    else:
        template, of = _TEMPLATES[name]
        content = of(opened)
    made = environment(opened.language).get_template(f"report/{template}.html.j2")
    return Markup(made.render(page=opened.page, opened=opened, choice=opened.choice, **content))


def render_or_say(opened: ReportContext, name: str) -> Markup:
    """Return one part, or in its place why it could not be made."""
    try:
        return render(opened, name)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other parts of the page are whole
        said = problems.said(error, opened.language, path=opened.page.path)
        made = environment(opened.language).get_template("problem_part.html.j2").render(page=opened.page, sentence=said)
        return Markup("<li>{}</li>").format(Markup(made)) if name.startswith("tile-") else Markup(made)


class PartsInProgress:
    """Parts being made, all at once; each is told when the page comes to its place, if it is ready by then.

    A page waits `patience_s` in all, or for every part where that is None. What it does not wait for is made all the
    same, for whoever calls for it by the word `late`, "" where there is nothing to call for. A part that fails says so
    in its place, and leaves the others alone.
    """

    def __init__(self, opened: ReportContext, names: Sequence[str], patience_s: float | None) -> None:
        self.names = names
        self.late = ""
        self._opened = opened
        self._patience_s = patience_s
        self._until: float | None = None
        self._running: dict[str, Future[Markup]] = {}

    def ready(self, name: str) -> Markup | None:
        """Return a part, or None where it is not ready in time; the first one asked for sets all of them going."""
        if not self._running:
            self._until = None if self._patience_s is None else monotonic() + self._patience_s
            self._running = {one: _POOL.submit(render_or_say, self._opened, one) for one in self.names}
        future = self._running[name]
        patience_s = None if self._until is None else max(0.0, self._until - monotonic())
        if future in wait((future,), timeout=patience_s).done:
            return future.result()
        if self.late == "":
            self.late = secrets.token_urlsafe(16)
        _keep(self.late, self._opened.page.viewer, name, future)
        return None

    def is_ready(self, name: str) -> bool:
        """Say whether a part of the page is there."""
        return name in self._running and self._running[name].done()


def called_for(word: str, viewer: Viewer, name: str) -> Markup | None:
    """Return a part that a page of this viewer did not wait for, once; None where no such part is being made."""
    with _TURN:
        whose, parts = _LATE.get(word, (None, {}))
        future = parts.pop(name, None) if whose == viewer else None
    return future.result() if future else None


def _keep(word: str, viewer: Viewer | None, name: str, future: Future[Markup]) -> None:
    with _TURN:
        _whose, parts = _LATE.setdefault(word, (viewer, {}))
        parts[name] = future
        while len(_LATE) > MOST_LATE:
            _LATE.popitem(last=False)
