"""An export of every kind of file, as large as asked for, with the faults that real ones have."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

OPENED = datetime(2026, 3, 1, 8, tzinfo=UTC)


def export(folder: Path, *, conversations: int, seed: int = 7) -> None:
    """Write the seven files: about twelve rows a conversation, one in fifty of them bad."""
    pick = random.Random(seed)
    folder.mkdir(exist_ok=True)
    write(folder, "agents", "agent_id,name,kind,group", (f"a{i},Agent {i},human,g{i % 3}" for i in range(12)))
    opened = [OPENED + timedelta(minutes=7 * i) for i in range(conversations)]
    heads = [f"c{i},{at(o)},{at(o + timedelta(hours=1))}" for i, o in enumerate(opened)]
    write(
        folder,
        "conversations",
        "conversation_id,opened_at,closed_at,channel,tags,visitor_id,group",
        spoilt(pick, [f"{head},ch{i % 4},t{i % 9};t{i % 5},v{i % 97},g{i % 3}" for i, head in enumerate(heads)]),
    )
    write(
        folder,
        "handlings",
        "conversation_id,agent_id,started_at,ended_at,ended_by,rule",
        spoilt(
            pick,
            [
                f"c{i},a{(i + part) % 12},{at(o + timedelta(minutes=(10 if i % 40 == 9 else 30) * part))},"
                f"{at(o + timedelta(minutes=30 * part + 20))},{('paused', 'closed')[part]},r{i % 3}"
                for i, o in enumerate(opened)
                for part in (0, 1)
            ],
        ),
    )
    write(
        folder,
        "messages",
        "message_id,conversation_id,created_at,author_role,author_id,text",
        spoilt(
            pick,
            [
                f"m{i}-{turn},{'x' if i % 50 == 9 else 'c'}{i},{at(o + timedelta(minutes=turn))},"
                f"{('visitor', 'agent')[turn % 2]},{(f'v{i % 97}', f'a{i % 12}')[turn % 2]},Line {turn} of {i}"
                for i, o in enumerate(opened)
                for turn in range(6)
            ],
        ),
    )
    write(
        folder,
        "events",
        "conversation_id,at,state",
        spoilt(pick, [f"c{i},{at(o + timedelta(minutes=50))},Resolved" for i, o in enumerate(opened)]),
    )
    write(
        folder,
        "surveys",
        "survey_id,rated_at,conversation_id,csat,nps",
        spoilt(
            pick,
            [
                f"s{i},{at(o + timedelta(hours=2))},{f'c{i}' if i % 3 else ''},{1 + i % 5},{i % 11}"
                for i, o in enumerate(opened)
            ],
        ),
    )
    write(
        folder,
        "transactions",
        "transaction_id,at,amount,visitor_id",
        spoilt(pick, [f"t{i},{at(o + timedelta(hours=3))},{i % 90}.5,v{i % 97}" for i, o in enumerate(opened)]),
    )


def spoilt(pick: random.Random, lines: list[str]) -> list[str]:
    """Return the lines with some repeated, some contradicted and some broken, in between."""
    found: list[str] = []
    for line in lines:
        found.append(line)
        match pick.randrange(150):
            case 0:
                found.append(line)
            case 1:
                earlier = found[pick.randrange(len(found))]
                found.append(earlier[:-1] + ("9" if earlier[-1] != "9" else "8"))
            case 2:
                found.append("broken")
    return found


def write(folder: Path, name: str, head: str, lines: Iterable[str]) -> None:
    (folder / f"{name}.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
