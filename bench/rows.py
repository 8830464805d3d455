"""What do a shop's conversations look like, as many as are wanted? Made up and seeded: the same size, the same rows."""

import csv
import math
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self

SEED = 20_241_105
DAYS = 730
FIRST_DAY_S = int(datetime(2023, 1, 2, tzinfo=UTC).timestamp())
"""A Monday: two years of conversations begin here."""

CHANNELS = ("chat", "email", "whatsapp", "phone", "messenger", "form")
LANGUAGES = ("en", "fr", "de")
TOPICS = tuple(f"topic {i}" for i in range(24))
TAGS = tuple(f"tag-{i}" for i in range(40))
RULES = tuple(f"rule {i}" for i in range(30))
DISTRIBUTION_GROUPS = tuple(f"desk {i}" for i in range(20))
CAMPAIGNS = tuple(f"campaign {i}" for i in range(50))
GROUPS = tuple(f"team {i}" for i in range(12))
AGENTS = tuple(f"agent-{i}" for i in range(120))
BOTS = ("bot-1", "bot-2", "bot-3")
_WORDS = """order parcel invoice refund address delivery thanks hello please check number today tomorrow colour size
return label store account payment code email received missing broken exchange still waiting because already the my
your for with and is it when can you""".split()

_WAIT_S = {"chat": 60, "email": 14_000, "whatsapp": 600, "phone": 25, "messenger": 900, "form": 20_000}
_HOURS = tuple(math.exp(-(((hour - 14.5) / 5) ** 2)) + 0.02 for hour in range(24))
_WEEKDAYS = (1.25, 1.15, 1.05, 1.0, 1.05, 0.6, 0.4)


Say = Callable[[], str]
"""Makes up a text."""


class Turn(NamedTuple):
    """One message: who says it (visitor, agent or bot, and their id) and when, in seconds after the opening."""

    after_s: int
    role: str
    author: str
    text: str


class Talk(NamedTuple):
    """One conversation, with what came after it. Moments are seconds since 1970; notes of None were not given."""

    key: str
    opened_s: int
    closed_s: int
    channel: str
    language: str
    topic: str | None
    tags: tuple[str, ...]
    visitor: str | None
    agent: str
    group: str
    rule: str
    distribution_group: str
    campaign: str | None
    turns: tuple[Turn, ...]
    csat: int | None
    nps: int | None
    amount: float | None

    @property
    def first_response_s(self) -> int | None:
        """Return the wait for the first person to answer; None where only a bot did."""
        return next((turn.after_s for turn in self.turns if turn.role == "agent"), None)


def talks(count: int, *, with_text: bool = True) -> Iterator[Talk]:
    """Return that many conversations, in the order of their weeks."""
    rng = random.Random(SEED)
    say = partial(_text, random.Random(SEED)) if with_text else str
    agents = _zipf(AGENTS)
    hours, days = _steps(_HOURS), _steps(_WEEKDAYS)
    recent: deque[str | None] = deque(maxlen=max(count * 21 // DAYS, 1))
    for number in range(count):
        week = number * (DAYS // 7) // count
        day = week * 7 + rng.choices(range(7), cum_weights=days)[0]
        hour = rng.choices(range(24), cum_weights=hours)[0]
        opened_s = FIRST_DAY_S + day * 86_400 + hour * 3600 + rng.randrange(3600)
        agent = rng.choices(AGENTS, cum_weights=agents)[0]
        visitor = _visitor(rng, recent)
        recent.append(visitor)
        yield _talk(rng, say, number, opened_s, agent, visitor)


def _visitor(rng: random.Random, recent: deque[str | None]) -> str | None:
    """Return who comes: somebody of the last three weeks, somebody new, or nobody we can name."""
    if rng.random() < 0.15:
        return None
    if recent and rng.random() < 0.3:
        return recent[int(rng.random() * len(recent))]
    return f"v{rng.getrandbits(31)}"


def _talk(rng: random.Random, say: Say, number: int, opened_s: int, agent: str, visitor: str | None) -> Talk:
    chance = rng.random
    who = int(agent[6:])
    channel = CHANNELS[min(int(chance() ** 2 * len(CHANNELS)), len(CHANNELS) - 1)]
    turns = _turns(rng, say, agent, visitor or "", _WAIT_S[channel])
    is_rated = chance() < 0.2
    return Talk(
        key=f"c{number:07}",
        opened_s=opened_s,
        closed_s=opened_s + turns[-1].after_s + int(rng.lognormvariate(5, 1)),
        channel=channel,
        language=LANGUAGES[int(chance() ** 2 * 3)],
        topic=TOPICS[int(chance() ** 1.5 * 24)] if chance() < 0.9 else None,
        tags=tuple(TAGS[int(chance() * 40)] for _ in range(int(chance() ** 2 * 4))),
        visitor=visitor,
        agent=agent,
        group=GROUPS[who % 12],
        rule=RULES[int(chance() ** 1.5 * 30)],
        distribution_group=DISTRIBUTION_GROUPS[who % 20],
        campaign=CAMPAIGNS[int(chance() * 50)] if chance() < 0.4 else None,
        turns=turns,
        csat=5 - int(chance() ** 2.2 * 5) if is_rated else None,
        nps=10 - int(chance() ** 1.8 * 11) if is_rated and chance() < 0.5 else None,
        amount=round(rng.lognormvariate(4, 0.7), 2) if chance() < 0.04 else None,
    )


def _turns(rng: random.Random, say: Say, agent: str, visitor: str, wait_s: int) -> tuple[Turn, ...]:
    """Return about four messages: the visitor's question, perhaps a bot's answer, then a person's turns."""
    chance = rng.random
    turns = [Turn(0, "visitor", visitor, say())]
    after_s = 0
    if has_bot := chance() < 0.15:
        after_s = 2
        turns.append(Turn(after_s, "bot", BOTS[int(chance() * 3)], say()))
    if has_bot and chance() < 0.4:
        return tuple(turns)
    for _ in range(1 + int(chance() ** 2 * 4)):
        after_s += int(rng.lognormvariate(math.log(wait_s), 0.8)) + 1
        turns.append(Turn(after_s, "agent", agent, say()))
        if chance() < 0.75:
            after_s += int(rng.lognormvariate(4, 1)) + 1
            turns.append(Turn(after_s, "visitor", visitor, say()))
    return tuple(turns)


def _text(rng: random.Random) -> str:
    return " ".join(rng.choices(_WORDS, k=4 + int(rng.random() ** 2 * 30)))


def write_with_measures(folder: Path, talks: Iterable[Talk]) -> None:
    """Write conversations as a desk exports them, in 14 columns: measured, without messages."""
    header = (
        "conversation_id,opened_at,closed_at,first_response_s,resolution_s,channel,language,topic,tags,visitor_id,"
        "agent_id,group,rule,campaign"
    )
    with _Table(folder, "conversations", header) as table:
        for one in talks:
            times = (_iso(one.opened_s), _iso(one.closed_s), one.first_response_s, one.closed_s - one.opened_s)
            about = (one.channel, one.language, one.topic, ";".join(one.tags), one.visitor)
            table.row(one.key, *times, *about, one.agent, one.group, one.rule, one.campaign)


def write_with_surveys(folder: Path, talks: Iterable[Talk]) -> None:
    """Write conversations as a desk exports them, and the surveys that came back."""
    measured = []

    def seen() -> Iterator[Talk]:
        for one in talks:
            if one.csat is not None:
                measured.append((one.key, one.closed_s, one.csat, one.nps))
            yield one

    write_agents(folder)
    write_with_measures(folder, seen())
    with _Table(folder, "surveys", "survey_id,rated_at,conversation_id,survey,csat,nps") as surveys:
        for key, closed_s, csat, nps in measured:
            surveys.row(f"s{key}", _iso(closed_s + 90), key, "after chat", csat, nps)


def write_with_messages(folder: Path, talks: Iterable[Talk]) -> None:
    """Write conversations with their messages, who answered, the surveys that came back and the sales."""
    write_agents(folder)
    header = (
        "conversation_id,opened_at,closed_at,channel,language,topic,tags,visitor_id,group,rule,distribution_group,"
        "campaign"
    )
    with (
        _Table(folder, "conversations", header) as conversations,
        _Table(
            folder, "messages", "message_id,conversation_id,created_at,author_role,author_id,text,automatic"
        ) as messages,
        _Table(folder, "surveys", "survey_id,rated_at,conversation_id,survey,csat,nps") as surveys,
        _Table(folder, "transactions", "transaction_id,at,amount,conversation_id") as sales,
    ):
        for one in talks:
            spoken = (one.channel, one.language, one.topic, ";".join(one.tags), one.visitor)
            times = (_iso(one.opened_s), _iso(one.closed_s))
            led = (one.group, one.rule, one.distribution_group, one.campaign)
            conversations.row(one.key, *times, *spoken, *led)
            for place, turn in enumerate(one.turns):
                at = _iso(one.opened_s + turn.after_s)
                messages.row(f"{one.key}-{place}", one.key, at, turn.role, turn.author, turn.text, "")
            if one.csat is not None:
                surveys.row(f"s{one.key}", _iso(one.closed_s + 90), one.key, "after chat", one.csat, one.nps)
            if one.amount is not None:
                sales.row(f"t{one.key}", _iso(one.closed_s), one.amount, one.key)


def write_agents(folder: Path) -> None:
    """Write who answers: people in their groups, and bots."""
    with _Table(folder, "agents", "agent_id,name,kind,group") as agents:
        for who, agent in enumerate(AGENTS):
            agents.row(agent, f"Agent {who}", "human", GROUPS[who % 12])
        for bot in BOTS:
            agents.row(bot, bot.title(), "bot", "")


class _Table:
    """A CSV file that rows are added to."""

    def __init__(self, folder: Path, name: str, header: str) -> None:
        self._file = (folder / f"{name}.csv").open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self.row(*header.split(","))

    def row(self, *cells: object) -> None:
        self._writer.writerow(cells)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()


def _iso(moment_s: int) -> str:
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _zipf(names: tuple[str, ...]) -> list[float]:
    return _steps([1 / (place + 4) for place in range(len(names))])


def _steps(weights: Iterable[float]) -> list[float]:
    total = 0.0
    return [total := total + weight for weight in weights]
