"""The parts of the report: each is prepared and drawn on its own, and none waits for another.

A page waits a moment for all of them at once. What is not ready by then arrives by a request of its own.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock

from markupsafe import Markup

from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.record.rights import Right, Viewer
from ressenti.reports.choice import MAIN_TABS, OVERVIEW, available
from ressenti.web.report import present
from ressenti.web.report.opening import Opened
from ressenti.web.templating import environment

PATIENCE_S = 0.1
"""How long the page waits for its parts before it shows what it has."""
WORKERS = 8

RATED = frozenset({"csat", "nps", "first_response_time", "resolution_time", "conversations"})
"""Indicators that have ratings to be cut by, or are made of them."""
CARDS = tuple(tab for tab in MAIN_TABS if tab in DIMENSIONS and tab != "agent")
"""The breakdowns that the overview shows the first rows of."""

MOST_LATE = 64
"""Pages whose late parts are kept; of older ones each is made again when it is asked for."""

_LATE: OrderedDict[str, tuple[Viewer | None, dict[str, Future[Markup]]]] = OrderedDict()
_TURN = Lock()
_POOL = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="report")

Present = Callable[[Opened], dict[str, object]]
_TEMPLATES: dict[str, tuple[str, Present]] = {
    "lead": ("lead", present.lead_content),
    "evolution": ("evolution", present.evolution_content),
    "ratings": ("ratings", present.ratings_content),
    "split": ("split", present.split_content),
    "surveys": ("surveys", present.surveys_content),
    "beside": ("beside", present.beside_content),
    "comments": ("report_comments", present.comments_content),
    "advice": ("report_advice", present.advice_content),
}


def parts_of(opened: Opened) -> tuple[str, ...]:
    """Return the names of the parts that a choice shows, in the order of the page."""
    choice = opened.choice
    tiles = ("lead", *(f"tile-{key}" for key in available(choice)), "advice")
    ratings = ("ratings",) if choice.indicator in RATED else ()
    split = ("split",) if choice.indicator == "nps" else ()
    comments = ("comments",) if choice.indicator in {"csat", "nps"} and opened.frame.may(Right.READ_CONTENT) else ()
    match choice.tab:
        case "overview":
            cards = (f"by-{tab}" for tab in CARDS)
            return (*tiles, "evolution", *ratings, *split, "by-agent", *cards, *comments)
        case "evolution":
            return (*tiles, "evolution")
        case "ratings":
            return (*tiles, *split, *ratings, *comments)
        case "survey":
            return (*tiles, "surveys", "evolution", *ratings, "by-channel", "by-group", "by-agent", *comments)
        case _:
            beside = ("beside",) if choice.beside else ()
            return (*tiles, *beside, f"by-{choice.tab}")


def render(opened: Opened, name: str) -> Markup:
    """Return one part as it stands in the page; raises the refusals of its questions."""
    kind, _hyphen, key = name.partition("-")
    if kind == "tile":
        template, content = "tile", present.tile_content(opened, key)
    elif kind == "by":
        is_card = opened.choice.tab == OVERVIEW and key != "agent"
        template = "card" if is_card else "ranking"
        content = present.ranking_content(opened, key, is_card=is_card)
    else:
        template, of = _TEMPLATES[name]
        content = of(opened)
    made = environment(opened.language).get_template(f"report/{template}.html.j2")
    return Markup(made.render(frame=opened.frame, opened=opened, choice=opened.choice, **content))


def gather(opened: Opened, names: Sequence[str], patience_s: float | None) -> "Gathered":
    """Have parts made, all at once; return those that are ready within a time, or all where none is given.

    Those that are not are made all the same, for whoever comes for them. Raises the refusals of those that are ready.
    """
    running = {name: _POOL.submit(render, opened, name) for name in names}
    wait(running.values(), timeout=patience_s)
    ready = {name: future.result() for name, future in running.items() if future.done()}
    late = {name: future for name, future in running.items() if name not in ready}
    return Gathered(ready, _keep(opened.frame.viewer, late) if late else "")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The parts that were ready, by name, and the word by which the others are called for, "" where there is none."""

    ready: Mapping[str, Markup]
    late: str


def called_for(word: str, viewer: Viewer, name: str) -> Markup | None:
    """Return a part that a page of this viewer did not wait for, once; None where no such part is being made."""
    with _TURN:
        whose, parts = _LATE.get(word, (None, {}))
        future = parts.pop(name, None) if whose == viewer else None
    return future.result() if future else None


def _keep(viewer: Viewer | None, late: dict[str, Future[Markup]]) -> str:
    word = secrets.token_urlsafe(16)
    with _TURN:
        _LATE[word] = (viewer, late)
        while len(_LATE) > MOST_LATE:
            _LATE.popitem(last=False)
    return word
