"""Two projects in one installation in which every name says whose it is, and readers of whatever is answered.

A name ends with the mark of its part: `agentzqa1` is an agent of the first group of project A. Who is kept to a part
may read its mark and those of what holds it, in no answer any other.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow.parquet as pq
from httpx import Response

from ressenti.accounts.grants import Grant
from ressenti.accounts.permissions import Role
from ressenti.accounts.tokens import add_token
from ressenti.accounts.users import create_user
from ressenti.record.projects import find_project
from ressenti.workspace.annotations import add_annotation
from ressenti.workspace.saved_views import save_view
from ressenti.workspace.subscriptions import add_subscription, read_plan
from tests.support.scenario import World, moment
from tests.support.site import Site

A, B, PRIVATE = "zqpa", "zqpb", "zqprivate"
"""The marks of the projects, and of what an administrator keeps to themselves."""
PARTS = {
    "zqa1": (A, "groupzqa1"),
    "zqa3": (A, "groupzqa1"),
    "zqa2": (A, "groupzqa2"),
    "zqa4": (A, "groupzqa4"),
    "zqb1": (B, "groupzqb1"),
}
"""The project and the group of each part: two agents of one group, two of others, and one of the other project."""
BESIDE = "zqa4"
"""The part whose agent took over conversations of the first: it is named in these, and nowhere else."""
MARKS = (*PARTS, A, B, PRIVATE)
MADE_UP = {"zqb1": "zqc1", "zqa2": "zqa9", B: "zqpc", "zqa3": "zqa8", "zqa4": "zqa7"}
"""In the place of a part that is there, one that is not: as long, and as near to any other."""
OFTEN = 4
UNKNOWN = "&project=projectzqpb&agent=agentzqb1&topic=topiczqa2&key=agentzqb1&surname=Name+zqb1&lang=zqb1&after=zqb1"
"""Parameters that no page knows, or not without others, each with a name of somebody else's."""
VIEWS: tuple[tuple[str, str, str, str], ...] = (
    ("zqa1", "boss", "report", f"where=agent%3Dagentzqa1{UNKNOWN}&beside=agentzqb1&note=agentzqb1&q=zqb1"),
    ("zqa2", "boss", "report", "where=group%3Dgroupzqa2"),
    ("zqb1", "theirs", "report", "period=12m"),
    (B, "boss", "report", "tab=project&beside=projectzqpb"),
    ("listed", "boss", "conversations", f"period=all&where=agent%3Dagentzqa1&columns=agent,topic{UNKNOWN}"),
    ("counted", "boss", "conversations", "of=csat&by=agent&key=agentzqb1"),
    ("counted by label", "boss", "conversations", "of=csat&by=agent&key=Name+zqb1"),
    ("searched", "boss", "conversations", "period=all&q=agentzqb1"),
    ("read", "boss", "comments", f"period=12m&tab=agent&beside=agentzqb1&by=agent{UNKNOWN}"),
    ("read for words", "boss", "comments", "period=12m&q=Name+zqb1"),
    ("surveys", "boss", "satisfaction", f"where=agent%3Dagentzqa1{UNKNOWN}"),
    ("surveys beside", "boss", "satisfaction", "beside=surveyzqa1&beside=surveyzqb1"),
    ("surveys of another", "boss", "satisfaction", "where=survey%3Dsurveyzqb1"),
)
"""Shared views as an earlier record may hold them: what each is called, whose it is, its page and its parameters."""
OFFERED = ("zqa1", "listed", "read", "surveys")
"""Which of them say nothing of anybody else to the first group of project A, once unknown parameters are left out."""

SEEN: Mapping[str, frozenset[str]] = {
    "stranger": frozenset(),
    "agent": frozenset({"zqa1", A}),
    "supervisor": frozenset({"zqa1", "zqa3", A}),
    "analyst": frozenset(MARKS) - {PRIVATE},
    "administrator": frozenset(MARKS),
}
"""Which marks each role may read."""
GRANTS = {
    "agent": Grant(role=Role.AGENT, agents=("agentzqa1",)),
    "supervisor": Grant(role=Role.SUPERVISOR, groups=("groupzqa1",)),
    "analyst": Grant(role=Role.ANALYST, reads_content=True),
    "administrator": Grant(role=Role.ADMINISTRATOR),
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of what was kept, by whose it is: of conversations, markers, views, mailings and people."""

    conversations: dict[str, int]
    annotations: dict[str, int]
    views: dict[str, int]
    subscriptions: dict[str, int]
    people: dict[str, int]


def told(world: World) -> World:
    """Fill a world with two projects."""
    for project in (A, B):
        world.settle(project=f"project{project}", zone="Europe/Paris", name=f"Name {project}")
        for mark in (mark for mark, (own, _group) in PARTS.items() if own == project):
            _part(world, mark)
        if project == A:
            _taken_over(world)
        assert world.import_(project=f"project{project}", source=f"source{project}").total.rejected == 0
    return world


def _part(world: World, mark: str) -> None:
    world.add("agents", agent_id=f"agent{mark}", name=f"Name {mark}", group=PARTS[mark][1])
    for number in range(OFTEN):
        day = f"2026-10-{12 + number * 4}"
        key = world.conversation(
            f"{day} 09:00",
            closed=f"{day} 09:30",
            conversation_id=f"case{mark}n{number}",
            sales=[(f"{day} 09:20", 30)],
            channel=f"channel{mark}",
            topic=f"topic{mark}",
            tags=f"tag{mark}",
            campaign=f"campaign{mark}",
            rule=f"rule{mark}",
            distribution_group=f"routed{mark}",
            language=f"language{mark}",
            visitor_id=f"visitor{mark}",
        )
        for place, role in enumerate(("visitor", "agent")):
            world.add(
                "messages",
                message_id=f"message{mark}n{number}r{place}",
                conversation_id=key,
                created_at=moment(f"{day} 09:0{place}"),
                author_role=role,
                author_id=f"agent{mark}" if role == "agent" else None,
                text=f"word{mark}",
            )
        world.add(
            "surveys",
            survey_id=f"answer{mark}n{number}",
            conversation_id=key,
            survey=f"survey{mark}",
            rated_at=moment(f"{day} 10:00"),
            csat=1 + number,
            nps=2 + number * 2,
            comment=f"comment{mark}",
        )


def _taken_over(world: World) -> None:
    """Let the first agent begin conversations that the one beside them ends, whose customers tell of both."""
    for number in range(OFTEN):
        day = f"2026-10-{13 + number * 4}"
        key = world.conversation(
            f"{day} 09:00",
            closed=f"{day} 09:30",
            conversation_id=f"casezqa1over{number}",
            messages=[
                ("visitor", f"{day} 09:00"),
                ("agent:agentzqa1", f"{day} 09:01"),
                (f"agent:agent{BESIDE}", f"{day} 09:05"),
            ],
            channel="channelzqa1",
        )
        answer = {"csat": 1 + number, "nps": 3 + number * 2, "comment": "commentzqa1"}
        world.add("surveys", survey_id=f"{key}o", conversation_id=key, rated_at=moment(f"{day} 10:00"), **answer)


def kept(world: World) -> Numbers:
    """Add people of each role and one of the other project, and what they keep: views, markers, mailings, tokens."""
    now = world.now
    with world.store.write() as record:
        people = {
            role: create_user(record, email=f"{role}@company.example", name=f"A {role}", grant=grant, now=now).id
            for role, grant in GRANTS.items()
        }
        other = Grant(role=Role.SUPERVISOR, groups=("groupzqb1",))
        theirs = create_user(record, email="zqb1@other.example", name="Person zqb1", grant=other, now=now).id
        boss = people["administrator"]
        add_token(record, name=f"token {PRIVATE}", grant=Grant(role=Role.ADMINISTRATOR), now=now, days=None)
        annotations = {
            mark: add_annotation(
                record,
                project_id=find_project(record, f"project{project}").id,
                at=now - 10 * 86_400_000_000,
                kind="action",
                words=f"marker {project}",
                user_id=by,
                now=now,
            ).id
            for mark, project, by in (("zqa1", A, boss), ("zqb1", B, theirs))
        }
        makers = {"boss": boss, "theirs": theirs}
        views = {
            name: save_view(
                record, user_id=by, name=f"view {name}", page=page, query=query, is_shared=shared, now=now
            ).id
            for name, by, page, query, shared in (
                *((name, makers[by], page, query, True) for name, by, page, query in VIEWS),
                (PRIVATE, boss, "report", "", False),
            )
        }
        subscriptions = {
            mark: add_subscription(record, read_plan(_plan(mark)), user_id=by, now=now).id
            for mark, by in ((PRIVATE, boss), ("zqb1", theirs), ("zqa1", people["supervisor"]))
        }
    with world.store.read() as record:
        rows = record.exec_driver_sql("SELECT external_id, id FROM conversation").all()
    conversations = {mark: next(own for key, own in rows if key == f"case{mark}n0") for mark in PARTS}
    conversations["over"] = next(own for key, own in rows if key == "casezqa1over0")
    return Numbers(conversations, annotations, views, subscriptions, people | {"zqb1": theirs})


def _plan(mark: str) -> dict[str, str]:
    usual = {"recipients": "lead@company.example", "rhythm": "daily", "time": "07:00", "zone": "UTC", "language": "en"}
    return usual | {"name": f"mailing {mark}", "query": "period=12m"}


def entered(world: World, role: str) -> Site:
    """Return the browser of a role, or a stranger's."""
    site = Site(world, None)
    if role != "stranger":
        site.enter(f"{role}@company.example")
    site.follow_redirects = False
    return site


def bearing(world: World, role: str) -> Site:
    """Return a program with a token of a role."""
    grant = GRANTS[role]
    site = Site(world, role, groups=grant.groups, agents=grant.agents, reads_content=grant.reads_content)
    site.follow_redirects = False
    return site


def readable(answer: Response) -> str:
    """Return everything that an answer says: its headers, and its body unpacked where it is a file."""
    return "\n".join((*(f"{name}: {value}" for name, value in answer.headers.items()), *_content(answer))).lower()


def _content(answer: Response) -> Iterator[str]:
    kind = answer.headers.get("content-type", "")
    if "spreadsheet" in kind:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            yield from (book.read(name).decode() for name in book.namelist())
    elif "parquet" in kind:
        table = pq.read_table(io.BytesIO(answer.content))
        yield str(table.schema.metadata)
        yield str(table.to_pylist())
    elif not kind.startswith("image/png"):
        yield answer.text


def foreign(role: str) -> frozenset[str]:
    """Return the marks that a role may not read."""
    return frozenset(MARKS) - SEEN[role]
