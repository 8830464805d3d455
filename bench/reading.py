"""How long does a question take over a million conversations: each indicator by each dimension and each grain?"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, select

from bench import child, rows
from bench.figures import Figure, ratio, share
from ressenti.facts.derive import derive
from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.model import Conversation, MeasurementSettings
from ressenti.indicators.answer import answer
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import Grain, Question
from ressenti.kit.clock import DAY, SECOND
from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.messages import Message
from ressenti.record.stores.sqlite import Store
from ressenti.record.survey_answers import SurveyOffer
from ressenti.record.transactions import Transaction

SIZE = 1_000_000
RUNS = 3
SLOWEST = 5
GOAL_MS = 500
NAMED = 2_000
"""How many conversations the record holds, for names: all that the facts mention are among them but visitors."""
ZONE = "Europe/Paris"
FIRST, LAST = rows.FIRST_DAY_S * SECOND, (rows.FIRST_DAY_S * SECOND) + (rows.DAYS + 60) * DAY
SPANS = {Grain.HOUR: 60, Grain.THREE_HOURS: 200}
"""How many days are asked of by the grains that may not be asked of two years."""

BY_HAND = {
    "csat by agent": (
        ("csat", "agent"),
        """SELECT unnest(respondent_ids) AS agent, count(*), count(*) FILTER (is_satisfied) FROM answer
           WHERE is_counted AND closed_at IS NOT NULL AND is_satisfied IS NOT NULL GROUP BY agent""",
    ),
    "first_response_time by channel": (
        ("first_response_time", "channel"),
        """SELECT channel_id, count(*), median(first_response_us) FROM conversation
           WHERE is_counted AND closed_at IS NOT NULL AND first_response_us IS NOT NULL GROUP BY channel_id""",
    ),
}


def measure(work: Path, size: int | None) -> Iterator[Figure]:
    """Measure all questions, in one child that fills the facts and asks them."""
    count = size or SIZE
    inbox = work / "inbox"
    inbox.mkdir()
    rows.write_with_messages(inbox, rows.talks(NAMED))
    child.run("bench.rebuilding:fill", folder=str(work), inbox=str(inbox))
    found = child.run("bench.reading:ask_all", folder=str(work), count=count)
    for what, asked in found["asked"].items():
        yield from _spread(what, asked)
    for what, (ours, by_hand) in found["by_hand"].items():
        yield Figure(what=f"{what}, in SQL written by hand", runs=tuple(by_hand), unit="ms")
        yield ratio("  how many times longer the question takes", ours, by_hand)
    yield Figure(what="one conversation measured again and replaced", runs=tuple(found["replacing"]), unit="ms")
    yield Figure(what="memory at its peak", runs=(found["peak_mib"],), unit="MiB", note=f"{count:,} conversations")


def _spread(what: str, asked: dict[str, list[list[float]]]) -> Iterator[Figure]:
    """Say how the questions spread, each by the median of its runs; `asked` holds (wall, processor) ms of each run."""
    wall = {name: median(one[0] for one in runs) for name, runs in asked.items()}
    cpu = {name: median(one[1] for one in runs) for name, runs in asked.items()}
    ms = list(wall.values())
    yield _gathered(f"{what}: half of the questions within", median(ms))
    yield _gathered("  95 in 100 within", share(ms, 0.95))
    late = sum(one > GOAL_MS for one in ms)
    note = f"{len(ms)} questions, medians of {RUNS} runs; {late} above the goal"
    yield _gathered("  all within", max(ms), goal=GOAL_MS, is_cost=True, note=note)
    for name in sorted(wall, key=lambda name: -wall[name])[:SLOWEST]:
        walls = tuple(one[0] for one in asked[name])
        yield Figure(what=f"    {name}", runs=walls, unit="ms", note=f"{cpu[name]:.0f} ms of the processors")


def _gathered(what: str, ms: float, **more: Any) -> Figure:
    return Figure(what=what, runs=(ms,), unit="ms", is_gathered=True, **more)


def ask_all(*, folder: str, count: int) -> dict[str, Any]:
    """Fill a facts file, then ask every question RUNS times; the medians are in milliseconds."""
    store = Store.open(f"sqlite:///{folder}/record.db")
    facts = DuckDBEngine(Path(folder) / "facts.duckdb")
    with store.read() as record:
        _fill(facts, record, count)
        by_dimension = {
            f"{key} by {by}": _ms(facts, record, Question(indicator=key, by=by, zone=ZONE, now=LAST))
            for key in INDICATORS
            for by in DIMENSIONS
        }
        by_grain = {
            f"{key} by {grain}": _ms(facts, record, _over_time(key, grain)) for key in INDICATORS for grain in Grain
        }
        replacing = _replacing(facts, _Known(record))
        by_hand = {what: _beside(facts, record, *words, sql) for what, (words, sql) in BY_HAND.items()}
    facts.close()
    store.close()
    return {"asked": {"by dimension": by_dimension, "by grain": by_grain}, "by_hand": by_hand, "replacing": replacing}


def _over_time(key: str, grain: Grain) -> Question:
    start = LAST - (SPANS[grain] + 60) * DAY if grain in SPANS else None
    end = LAST - 60 * DAY if grain in SPANS else None
    return Question(indicator=key, grain=grain, zone=ZONE, start=start, end=end, now=LAST)


def _ms(facts: DuckDBEngine, record: Connection, question: Question) -> list[tuple[float, float]]:
    answer(question, facts, record)
    return [_timed(lambda: answer(question, facts, record)) for _ in range(RUNS)]


def _beside(facts: DuckDBEngine, record: Connection, key: str, by: str, sql: str) -> tuple[list[float], list[float]]:
    """Ask a question and the same in SQL written by hand, in turn."""
    question = Question(indicator=key, by=by, zone=ZONE, now=LAST)
    ours, by_hand = [], []
    for _ in range(5):
        ours.append(_timed(lambda: answer(question, facts, record))[0])
        by_hand.append(_timed(lambda: facts.rows(sql))[0])
    return ours, by_hand


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return how many milliseconds it takes, by the clock and of all processors."""
    with child.Watch() as watch:
        work()
    return 1000 * watch.seconds, 1000 * watch.cpu_s


def _fill(facts: DuckDBEngine, record: Connection, count: int) -> None:
    """Measure made-up conversations as a rebuild would, without a record of their own."""
    known = _Known(record)
    setting = known.setting()
    for part in batched(enumerate(rows.talks(count, with_text=False), start=1), 5_000):
        measured = (derive(known.conversation(number, talk), setting) for number, talk in part)
        facts.replace(measured, conversations=(), offers=(), marks={})
    facts.replace((), conversations=(), offers=(), marks={setting.project_id: 1})


def _replacing(facts: DuckDBEngine, known: "_Known") -> list[float]:
    """Replace one conversation after another, as a server does that follows the journal."""
    fresh = [known.conversation(number, talk) for number, talk in enumerate(rows.talks(5, with_text=False), start=1)]

    def replace(one: Conversation) -> None:
        facts.replace((derive(one, known.setting()),), conversations=(one.id,), offers=(), marks={1: one.id})

    return [_timed(partial(replace, one))[0] for one in fresh]


class _Known:
    """The ids that the record has given to names."""

    def __init__(self, record: Connection) -> None:
        label = t.label.c
        self.labels: dict[str, dict[str, int]] = {}
        for kind, key, own_id in record.execute(select(label.kind, label.key, label.id)):
            self.labels.setdefault(kind, {})[key] = own_id
        who, group = t.respondent.c, t.agent_group.c
        self.people: Mapping[str, int] = dict(record.execute(select(who.external_id, who.id)).all())
        self.kinds: Mapping[int, str] = dict(record.execute(select(who.id, who.kind)).all())
        self.groups: Mapping[str, int] = dict(record.execute(select(group.key, group.id)).all())

    def setting(self) -> MeasurementSettings:
        return MeasurementSettings(project_id=1, kinds=self.kinds)

    def conversation(self, number: int, talk: rows.Talk) -> Conversation:
        """Return a made-up conversation as the record would hold it."""
        label = self.labels
        opened_at, closed_at = talk.opened_s * SECOND, talk.closed_s * SECOND
        return Conversation(
            id=number,
            opened_at=opened_at,
            closed_at=closed_at,
            labels=(
                label["channel"][talk.channel],
                label["language"][talk.language],
                label["topic"].get(talk.topic or ""),
                label["campaign"].get(talk.campaign or ""),
            ),
            rule_id=label["rule"][talk.rule],
            distribution_group_id=label["distribution_group"][talk.distribution_group],
            visitor_id=int(talk.visitor[1:]) if talk.visitor else None,
            groups=(self.groups[talk.group],),
            tags=tuple(dict.fromkeys(label["tag"][tag] for tag in talk.tags)),
            messages=tuple(
                Message(opened_at + one.after_s * SECOND, one.role, self.people.get(one.author)) for one in talk.turns
            ),
            offers=self._offers(number, talk),
            transactions=self._sales(number, talk),
        )

    def _offers(self, number: int, talk: rows.Talk) -> tuple[SurveyOffer, ...]:
        if talk.csat is None:
            return ()
        at = (talk.closed_s + 90) * SECOND
        survey = self.labels["survey"]["after chat"]
        return (SurveyOffer(number, None, at, survey, csat=talk.csat, csat_scale="5", nps=talk.nps),)

    def _sales(self, number: int, talk: rows.Talk) -> tuple[Transaction, ...]:
        if talk.amount is None:
            return ()
        return (Transaction(number, talk.closed_s * SECOND, int(talk.amount * 1_000_000)),)
