"""A company in which everything that a report shows happened: every dimension, two periods, few answers and many."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.scenario import World, moment

PERIOD = "from=2026-10-01&to=2026-11-01"
"""The days the report is read for; as many before them are compared."""

_FIRST = datetime(2026, 8, 31, 6, tzinfo=UTC)
_DAYS = 62
_A_DAY = 7
_SILENT = 45
"""The day on which nobody answers a survey: a gap."""


def everything(world: World) -> World:
    """Fill a world with two months of conversations, always the same ones."""
    world.settle(zone="Europe/Paris", name="Tilleul & fils")
    for key, name, group in (("ana", "Ana Souza", "Lyon"), ("bo", "Bo <b>Lind</b>", "Lille"), ("cy", "", "Lyon;Nuit")):
        world.add("agents", agent_id=key, name=name, group=group)
    world.add("agents", agent_id="robo", name="Robo", kind="bot")
    some = random.Random(20261101)
    for number in range(_DAYS * _A_DAY):
        _conversation(world, number, some)
    return world


def _conversation(world: World, number: int, some: random.Random) -> None:
    day, turn = divmod(number, _A_DAY)
    opened = _FIRST + timedelta(days=day, minutes=some.randrange(14 * 60), seconds=some.randrange(60))
    later = opened.timestamp()

    def after(seconds: int) -> str:
        return datetime.fromtimestamp(later + seconds, UTC).isoformat()

    agent = some.choices(("ana", "bo", "cy"), (10, 8, 1 if day < 31 else 0.3))[0]
    wait, stay = some.randrange(5, 400), some.randrange(600, 9000)
    messages = [("visitor", after(0))]
    is_alone = turn == 6 and day % 3 == 0
    if turn in {5, 6}:
        messages.append(("bot:robo", after(2)))
    if not is_alone:
        messages.append((f"agent:{agent}", after(wait)))
    if turn == 4 and day % 2:
        messages.append(("agent:bo", after(wait + 60)))
    is_silent = day == _SILENT or turn == 0
    is_better = 0.6 if day < 31 else 0.75
    csat = None if is_silent or some.random() < 0.3 else some.choices((1, 2, 3, 4, 5), _ratings(is_better))[0]
    nps = None if is_silent or some.random() < 0.5 else some.randrange(11)
    resolved: dict[str, Any] = {"resolved_at": after(stay - 60)} if turn % 2 else {}
    key = world.conversation(
        after(0),
        closed=after(stay),
        **resolved,
        messages=messages,
        channel=("Chat", "E-mail", None)[some.choices((0, 1, 2), (6, 3, 1))[0]],
        language=some.choice(("fr", "en")),
        topic=some.choice(("Retours", "Livraison", None)),
        tags=some.choice(("urgent;retour", "retour", None, "=cmd|x")),
        rule="Tout" if turn % 3 else "Nuit",
        distribution_group="Niveau 1" if turn < 5 else "Niveau 2",
        campaign="=SUM(1)" if number % 6 == 0 else None,
    )
    if turn != 3:
        given = {"csat": csat, "nps": nps, "comment": "Merci" if csat and number % 4 == 0 else None}
        is_answered = csat is not None or nps is not None
        date = {"offered_at" if not is_answered else "rated_at": moment(after(stay + 300))}
        survey = "Après chat" if turn < 5 else None
        world.add("surveys", survey_id=f"e{number}", conversation_id=key, survey=survey, **date, **given)


def _ratings(good: float) -> tuple[float, ...]:
    return (1 - good) / 2, (1 - good) / 4, (1 - good) / 4, good / 2, good / 2
