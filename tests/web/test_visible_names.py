"""What somebody is kept to keeps names too: every route is asked by every role, and none tells another's names.

A second look tells more than names would: what is asked of a key of somebody else's is answered, but for the key, byte
by byte as what is asked of one that does not exist.
"""

import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import pytest
from httpx import Response

from ressenti.indicators import visibility
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.refusals import UnknownKey
from ressenti.record.projects import all_projects
from ressenti.reports.email.delivery import Mailer
from ressenti.reports.exports.model import Export, Figures
from ressenti.workspace.subscriptions import change_subscription, find_subscription
from tests.support.mailbox import mailbox
from tests.support.scenario import World
from tests.support.site import HERE, Site
from tests.support.two_projects import (
    BESIDE,
    GRANTS,
    MADE_UP,
    OFFERED,
    PARTS,
    B,
    Numbers,
    bearing,
    entered,
    foreign,
    kept,
    readable,
    told,
)
from tests.web.test_admission import routes

NAMED = {
    "agent": "agent{}",
    "group": "group{}",
    "channel": "channel{}",
    "rule": "rule{}",
    "distribution_group": "routed{}",
    "campaign": "campaign{}",
    "language": "language{}",
    "topic": "topic{}",
    "tag": "tag{}",
    "survey": "survey{}",
    "project": "project{}",
}
"""How the keys of each dimension are made that has its names from the record."""
NOTHING = 999_999
KEPT = ("stranger", "agent", "supervisor")
HOSTILE = ("where=agent=", "where=tag=%00", "where=agent=%27%3B--", "where=nothing=x", "by=%3Cb%3E", "zone=Nowhere")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `typed` is what of somebody else's was typed into it, which an answer may say back."""

    method: str
    path: str
    query: str = ""
    form: Mapping[str, str] | None = None
    typed: tuple[str, ...] = ()
    number: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def of(self, site: Site) -> Response:
        """Ask it."""
        address = f"{self.path}?{self.query}" if self.query else self.path
        return site.request(self.method, address, data=self.form, headers=HERE | dict(self.headers))

    @property
    def made_up(self) -> "Asked":
        """Return the same of something that does not exist."""
        query, path, form = self.query, self.path, dict(self.form or {})
        for one in self.typed:
            query = query.replace(one, _made_up(one))
            path = path.replace(one, _made_up(one))
            form = {name: value.replace(one, _made_up(one)) for name, value in form.items()}
        if self.number is not None:
            path = re.sub(rf"/{self.number}\b", f"/{NOTHING}", path)
            query = re.sub(rf"={self.number}\b", f"={NOTHING}", query)
            form = {name: str(NOTHING) if value == str(self.number) else value for name, value in form.items()}
        return Asked(self.method, path, query, form if self.form is not None else None, headers=self.headers)


def _made_up(text: str) -> str:
    for mark, other in MADE_UP.items():
        text = re.sub(rf"{mark}\b", other, text)
    return text


def _dimension(name: str, mark: str) -> str:
    """Return a key of a dimension that belongs to a part; a project has that of the part's project."""
    return NAMED[name].format(B if name == "project" else mark)


def _wheres(marks: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for mark in marks:
        for name in NAMED:
            key = _dimension(name, mark)
            yield f"where={name}={key}", (key,)
        yield f"where=agent=Name+{mark}", (f"Name {mark}", f"Name+{mark}", f"Name%2B{mark}")


def _behind(mark: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in NAMED:
        key = _dimension(name, mark)
        yield f"of=csat&by={name}&key={key}&period=12m", (key,)


def _beside(mark: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in ("agent", "channel", "project"):
        key = _dimension(name, mark)
        yield f"tab={name}&beside={key}&period=12m", (key,)


def _words(mark: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for typed in (f"word{mark}", f"comment{mark}", f"case{mark}n0", f"visitor{mark}"):
        yield f"period=all&q={typed}", (typed,)


def _plain(*queries: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((one, ()) for one in queries)


@dataclass(frozen=True, slots=True)
class Cases:
    """What is asked at each route, with marks that whoever asks may not see: `marks` of a part, `numbers` of theirs."""

    numbers: Numbers
    marks: tuple[str, ...]

    def of(self, method: str, path: str) -> list[Asked]:
        """Return the requests of a route; one that is not here fails the suite."""
        return list(self._made(method, path))

    def _gets(self, path: str, *queries: Any) -> Iterator[Asked]:
        for query, typed in chain(*queries):
            yield Asked("GET", path, query, None, typed)

    def _posts(self, path: str, *forms: dict[str, str], number: int | None = None) -> Iterator[Asked]:
        for form in forms:
            typed = tuple(one for value in form.values() for one in re.findall(rf"\w+(?:{'|'.join(MADE_UP)})\b", value))
            yield Asked("POST", path, "", form, typed, number)

    def _made(self, method: str, path: str) -> Iterator[Asked]:  # noqa: C901, PLR0912, PLR0915 - a table, by route
        first, numbers = self.marks[0], self.numbers
        wheres, everywhere = list(_wheres(self.marks[:1])), list(_wheres(self.marks))
        hostile = list(_plain(*HOSTILE))
        match method, path:
            case "GET", "/":
                tabs = (f"period=12m&whole=yes&tab={one}" for one in ("overview", "survey", "evolution", "ratings"))
                yield from self._gets(path, _plain(*tabs), wheres, _beside(first), hostile)
            case "GET", "/agent":
                yield from self._gets(path, _plain("period=12m"), wheres, hostile)
            case "GET", "/report/{name:str}":
                for name in ("lead", "drivers", "evolution", "ratings", "advice", "comments", "surveys"):
                    yield from self._gets(f"/report/{name}", _plain("period=12m", "period=12m&tab=survey"))
                for name in NAMED:
                    yield from self._gets(f"/report/by-{name}", _plain(f"period=12m&tab={name}&rows=all"))
                yield from self._gets("/report/beside", _beside(first))
                yield from self._gets("/report/by-agent", wheres[:2], hostile)
            case "GET", "/filter/{name:str}":
                for name in DIMENSIONS:
                    yield from self._gets(f"/filter/{name}", _plain("", "page=/comments"))
                yield from self._gets("/filter/agent", everywhere, hostile)
                yield Asked("GET", f"/filter/agent{first}", typed=(f"agent{first}",))
            case "GET", "/api/v1/indicators/{key:str}":
                for name in DIMENSIONS:
                    yield from self._gets("/api/v1/indicators/csat", _plain(f"by={name}"))
                for key in INDICATORS:
                    yield from self._gets(f"/api/v1/indicators/{key}", _plain("by=agent", "sql=1"))
                projects = ((f"project=project{B}", (f"project{B}",)),)
                typed = (f"where={name}={NAMED[name].format('zqb')}" for name in NAMED)
                near = _plain(*typed, "where=agent=agentzqa", "where=group=groupzqa", "project=projectzq")
                yield from self._gets("/api/v1/indicators/nps", everywhere, projects, near, hostile)
            case "GET", "/api/v1/indicators/{key:str}/drivers":
                days = "from=2024-05-14&to=2024-05-15"
                for key in ("csat", "nps", "first_response_time"):
                    yield from self._gets(f"/api/v1/indicators/{key}/drivers", _plain("", days))
                yield from self._gets("/api/v1/indicators/csat/drivers", everywhere, hostile)
            case "GET", "/conversations":
                sorts = ("agent", "-channel", "group", "opened", "-csat")
                marked = ("period=all&mark=unread", "period=all&mark=again", "period=all&sort=worth")
                plain = _plain("period=all", "period=12m", *(f"period=all&sort={one}" for one in sorts), *marked)
                wide = _plain("period=all&columns=agent,group,channel,tag,topic,project,visitor,survey,comment")
                yield from self._gets(path, plain, wide, wheres, _behind(first), _words(first), hostile)
                for mark in self.marks:
                    own = numbers.conversations[mark]
                    for way in ("after", "before"):
                        yield Asked("GET", path, f"period=all&{way}={own}", number=own)
            case "GET", "/conversations/{number:int}":
                for number in numbers.conversations.values():
                    yield Asked("GET", f"/conversations/{number}", "q=word")
                    yield Asked("GET", f"/conversations/{number}", "period=all&sort=worth")
                for mark in self.marks:
                    own = numbers.conversations[mark]
                    yield Asked("GET", f"/conversations/{own}", number=own)
            case "POST", "/conversations/{number:int}/mark":
                for mark in self.marks:
                    own = numbers.conversations[mark]
                    yield from self._posts(f"/conversations/{own}/mark", {"mark": "read"}, number=own)
            case "GET", "/comments":
                every = "period=12m&columns=rated,comment,agent,group,channel,survey,visitor,conversation"
                plain = _plain("period=12m", every, f"{every}&sort=agent", f"{every}&sort=-channel")
                yield from self._gets(path, plain, wheres, _words(first), hostile)
            case "GET", "/take/{file:str}":
                for what in (*Export, *Figures):
                    yield from self._gets(f"/take/{what}.csv", _plain("period=12m"), wheres[:3])
                for file in ("report.xlsx", "conversations.parquet", "figures.jsonl", "breakdown.csv"):
                    shown = _plain(*(f"period=12m&tab={one}&indicator=csat" for one in ("agent", "group")))
                    yield from self._gets(f"/take/{file}", shown, wheres[:1])
                yield from self._gets("/take/conversations.csv", _behind(first), _words(first))
            case "GET", "/picture/{file:str}":
                for name in ("evolution", "agent", "channel"):
                    yield from self._gets(f"/picture/{name}.svg", _plain(f"period=12m&tab={name}"), wheres[:2])
                yield from self._gets("/picture/agent.png", wheres[:1])
            case "GET", "/markers":
                yield from self._gets(path, _plain("", "lang=fr"))
            case "POST", "/markers":
                usual = {"words": "Mine", "kind": "action", "day": "2026-10-20", "time": "09:00"}
                yield from self._posts(path, usual | {"project": f"project{B}"}, usual | {"project": ""}, {})
            case "GET", "/markers/{marker_id:int}":
                yield from self._gets(f"/markers/{numbers.annotations['zqa1']}", _plain("", "window=28"), wheres)
                yield Asked("GET", f"/markers/{numbers.annotations['zqb1']}", number=numbers.annotations["zqb1"])
            case "POST", "/markers/{marker_id:int}" | "/markers/{marker_id:int}/remove":
                there = path.replace("{marker_id:int}", str(numbers.annotations["zqb1"]))
                form = {"words": "Mine", "kind": "action", "day": "2026-10-20", "project": "projectzqpa"}
                yield from self._posts(there, form, number=numbers.annotations["zqb1"])
            case "GET", "/views":
                yield from self._gets(path, _plain("", f"kept={numbers.views['zqb1']}"))
            case "GET", "/views/new" | "/mailings/new":
                yield from self._gets(path, _plain("", "view=report&period=12m"), wheres[:1])
            case "POST", "/views":
                yield from self._posts(path, {"name": "", "page": "report", "query": "where=agent=agentzqb1"})
            case ("GET", "/views/{view_id:int}") | (
                "POST",
                "/views/{view_id:int}/forget" | "/views/{view_id:int}/rename" | "/views/{view_id:int}/share",
            ):
                if method == "GET":
                    yield from (Asked("GET", f"/views/{numbers.views[name]}") for name in OFFERED)
                for mark in (name for name in numbers.views if name not in OFFERED):
                    own, given = numbers.views[mark], {"name": "Mine", "share": "yes"} if method == "POST" else None
                    yield Asked(method, path.replace("{view_id:int}", str(own)), "", given, number=own)
            case "GET", "/mailings":
                yield from self._gets(path, _plain("", f"sent={numbers.subscriptions['zqb1']}"))
            case "POST", "/mailings":
                for mark in ("zqb1", "zqa2"):
                    usual = {"name": "Mine", "rhythm": "daily", "time": "07:00", "zone": "UTC", "language": "en"}
                    view = {"view": str(numbers.views[mark]), "recipients": "me@company.example"}
                    yield from self._posts(path, usual | view, number=numbers.views[mark])
            case _, "/mailings/{mailing_id:int}" | "/mailings/{mailing_id:int}/pause":
                own = numbers.subscriptions["zqb1"]
                there = path.replace("{mailing_id:int}", str(own))
                yield Asked(method, there, "", None if method == "GET" else {"name": "Mine"}, number=own)
            case "POST", "/mailings/{mailing_id:int}/remove" | "/mailings/{mailing_id:int}/send":
                own = numbers.subscriptions["zqb1"]
                yield Asked(method, path.replace("{mailing_id:int}", str(own)), "", {}, number=own)
            case _, "/users/{user_id:int}":
                own = numbers.people["zqb1"]
                yield Asked(method, f"/users/{own}", "", None if method == "GET" else {"name": "Mine"}, number=own)
            case "POST", "/users/{user_id:int}/link" | "/users/{user_id:int}/remove":
                own = numbers.people["zqb1"]
                yield Asked(method, path.replace("{user_id:int}", str(own)), "", {}, number=own)
            case "POST", "/users" | "/tokens" | "/tokens/revoke":
                new = {"email": "me@company.example", "name": "Me", "role": "supervisor", "groups": "groupzqb1"}
                yield from self._posts(path, new, {})
            case "GET", "/welcome/{secret:str}":
                yield Asked("GET", "/welcome/nothing")
            case "POST", "/welcome/{secret:str}" | "/sign-in" | "/me" | "/me/password" | "/me/sessions":
                form = {"email": "zqb1@other.example", "password": "x", "name": "", "session": str(NOTHING)}
                yield Asked("POST", path.replace("{secret:str}", "nothing"), "", form, ("zqb1",))
            case "POST", "/sign-out":
                return  # it says nothing but where one signs in, and the session would be needed again
            case "POST", "/advice/change":
                yield from self._posts(path, {"advice": "nothing"}, {})
            case "POST", _ if path.startswith("/local/"):
                yield from self._posts(path, {"what": "conversations"})
            case "GET", "/users" | "/me" | "/advice" | "/definitions" | "/guide" | "/practices" | "/sign-in":
                yield from self._gets(path, _plain("", "lang=fr"), hostile[:2])
            case "GET", "/api/v1" | "/api/v1/openapi.json":
                yield Asked("GET", path)
            case "GET", "/api/v1/dimensions" | "/api/v1/indicators":
                yield from self._gets(path, _plain("", "where=agent=agentzqb1"))
            case "GET", "/api/v1/{path:str}":
                yield Asked("GET", "/api/v1/nothing")
            case "GET", _ if path.startswith("/static/"):
                yield Asked("GET", path.replace("{file_path:path}", "css/tokens.css"))
            case _:
                raise AssertionError(f"{method} {path} is not attacked yet: say here what is asked of it")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = told(World(tmp_path_factory.mktemp("projects")))
    yield made
    made.close()


@pytest.fixture(scope="module")
def numbers(world: World) -> Numbers:
    return kept(world)


@pytest.fixture(scope="module")
def everyone(world: World, numbers: Numbers) -> Iterator[dict[str, Site]]:
    """Return the browsers of all roles, and programs with their tokens."""
    assert numbers.people
    people = {role: entered(world, role) for role in ("stranger", *GRANTS)}
    programs = {f"{role}'s token": bearing(world, role) for role in GRANTS}
    with people["administrator"]:  # the application is started once, for the words to be read
        yield people | programs


MOST = {"agent's token": 4, "supervisor's token": 4, "analyst's token": 4, "analyst": 24}
"""Of the requests to a page, how many are made by those who are told the same, or nearly everything."""


def role_of(who: str) -> str:
    return who.removesuffix("'s token")


def marks_of(role: str) -> tuple[str, ...]:
    """Return the marks of parts that a role is attacked with: of the other project, and of the nearest neighbour."""
    return {"agent": ("zqb1", "zqa3", BESIDE), "supervisor": ("zqb1", "zqa2", BESIDE)}.get(role, ("zqb1",))


def asked_of(everyone: dict[str, Site], numbers: Numbers, who: str) -> list[tuple[str, Asked]]:
    """Return every request, with the route that it is for; a program's go to the API, and a few to each page."""
    cases = Cases(numbers, marks_of(role_of(who)))
    declared = [(method, path) for method, path, _handler in routes(everyone["administrator"].inside)]
    assert len(declared) > 50
    return [
        (f"{method} {path}", one)
        for method, path in declared
        for one in cases.of(method, path)[: None if path.startswith("/api/") else MOST.get(who)]
    ]


def leaks(asked: Asked, answer: Response, role: str) -> list[str]:
    """Return the marks in an answer that a role may not read, what was typed left aside."""
    said = readable(answer)
    if asked.path == "/":
        said = _COMMENTS.sub("", said)
    for typed in sorted(asked.typed, key=len, reverse=True):
        said = said.replace(typed.lower(), "")
    named = {BESIDE} if asked.path.startswith(OF_CONVERSATIONS) else set()
    return [mark for mark in foreign(role) - named if re.search(rf"{mark}(?![a-z])", said)]


OF_CONVERSATIONS = (
    "/conversations",
    "/comments",
    "/report/comments",
    *(f"/take/{what}." for what in Export),
)
"""Where conversations are told one by one, each with everybody who took part in it."""
_COMMENTS = re.compile(r'(?s)<section class="panel comments" id="comments">.*?</section>')
"""The same under the report: what is told of comments is asked for at addresses of its own too."""


_PASSING = re.compile(r"(?m)^(content-length|set-cookie|date|etag): .*$")


def alike(asked: Asked, answer: Response) -> tuple[int, str]:
    """Return an answer without what was asked for, to be held against another."""
    said = _PASSING.sub("", readable(answer))
    for typed in sorted(asked.typed, key=len, reverse=True):
        said = said.replace(typed.lower(), _made_up(typed).lower())
    if asked.number is not None:
        said = re.sub(rf"(/|%2f){asked.number}\b", rf"\g<1>{NOTHING}", said)
        said = re.sub(rf"(=|%3d|value=\")({asked.number})\b", rf"\g<1>{NOTHING}", said)
    return answer.status_code, said


def found_out(everyone: dict[str, Site], numbers: Numbers, who: str, among: Collection[str] = ()) -> list[str]:
    """Return what somebody could find out about what they may not see, by asking everything, or some routes."""
    role = role_of(who)
    found: list[str] = []
    for route, asked in asked_of(everyone, numbers, who):
        if among and route not in among:
            continue
        answer = asked.of(everyone[who])
        assert answer.status_code < 500, (asked, answer.text[:500])
        said = f"{route}: {asked.path} {asked.query} {asked.form or ''}"
        found += [f"{said} tells {mark}" for mark in leaks(asked, answer, role)]
        is_theirs = role in KEPT and (asked.typed or asked.number is not None)
        if is_theirs and alike(asked, answer) != alike(asked, asked.made_up.of(everyone[who])):
            found.append(f"{said} tells that there is one")
    assert role == "stranger" or everyone[who].get("/me").status_code == 200  # nothing signed them out on the way
    return found


@pytest.mark.parametrize("who", [*KEPT, "agent's token", "supervisor's token", "analyst's token"])
def test_no_route_tells_anything_of_what_is_not_to_be_seen(
    everyone: dict[str, Site], numbers: Numbers, who: str
) -> None:
    assert found_out(everyone, numbers, who) == []


def test_a_route_that_nobody_attacks_fails_the_suite(numbers: Numbers) -> None:
    with pytest.raises(AssertionError, match="is not attacked yet"):
        Cases(numbers, ("zqb1",)).of("GET", "/a-new-page")


TELLING = {
    "GET /",
    "GET /api/v1/indicators/{key:str}",
    "GET /comments",
    "GET /conversations",
    "GET /conversations/{number:int}",
    "GET /filter/{name:str}",
    "GET /markers",
    "GET /markers/{marker_id:int}",
    "GET /picture/{file:str}",
    "GET /report/{name:str}",
    "GET /take/{file:str}",
    "GET /views",
}
"""The routes whose answers name what is in the conversations, or what people keep about them."""


def test_who_may_see_everything_is_told_the_names_there_are_but_of_what_others_keep_to_themselves(
    everyone: dict[str, Site], numbers: Numbers
) -> None:
    """Were pages to say nothing, the suite would hold of them as well."""
    telling, found = set(), []
    for route, asked in asked_of(everyone, numbers, "analyst"):
        answer = asked.of(everyone["analyst"])
        found += [f"{route} tells {mark}" for mark in leaks(asked, answer, "analyst")]
        telling |= {route} if leaks(asked, answer, "supervisor") else set()

    assert found == []
    assert telling >= TELLING


def test_were_everything_in_the_scope_of_everybody_the_suite_would_tell(
    everyone: dict[str, Site], numbers: Numbers, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the one function that says what may be named says everything."""
    monkeypatch.setattr(visibility.VisibleKeys, "ids", lambda _self, _one: None)
    for module in [one for name, one in sys.modules.items() if name.startswith("ressenti.")]:
        if hasattr(module, "visible_projects"):
            monkeypatch.setattr(module, "visible_projects", lambda record, *_more: tuple(all_projects(record)))
    world.fact_store.forget()
    routes_of_names = {"GET /filter/{name:str}", "GET /markers", "GET /api/v1/indicators/{key:str}", "GET /views"}
    found = found_out(everyone, numbers, "supervisor", routes_of_names)
    world.fact_store.forget()

    assert {one.partition(": ")[0] for one in found} == routes_of_names
    assert any("tells zqb1" in one for one in found)
    assert any("tells that there is one" in one for one in found)


def test_a_mailed_report_names_what_its_owner_may_see(world: World, numbers: Numbers) -> None:
    with world.store.read() as record:
        subscription = find_subscription(record, numbers.subscriptions["zqa1"])
    with mailbox() as box:
        Mailer(world.fact_store, "http://127.0.0.1:8610").send_now(
            subscription, box.post(), to="me@x.example", now=world.now
        )
    said = "\n".join(part.get_content() for part in box.mails[0].walk() if part.get_content_maintype() == "text")

    assert "Name zqa1" in said
    assert said.count("Name zqa1, Name zqa4") == 4  # under two comments, in words and as a page
    assert [mark for mark in foreign("supervisor") if mark in said.replace("Name zqa1, Name zqa4", "")] == []


def test_a_report_mailed_of_a_key_outside_its_owners_scope_says_it_does_not_exist(
    world: World, numbers: Numbers
) -> None:
    with world.store.write() as record:
        plan = replace(find_subscription(record, numbers.subscriptions["zqa1"]).plan, query="where=agent%3Dagentzqb1")
        subscription = change_subscription(record, numbers.subscriptions["zqa1"], plan, now=world.now)
    with mailbox() as box, pytest.raises(UnknownKey) as refused:
        Mailer(world.fact_store, "http://127.0.0.1:8610").send_now(
            subscription, box.post(), to="me@x.example", now=world.now
        )

    assert (
        str(refused.value) == "Nothing in “agent” is called “agentzqb1”. Did you mean: agentzqa1, agentzqa3, Name zqa1?"
    )
    assert box.mails == []


@pytest.mark.parametrize("who", ["agent", "supervisor"])
def test_a_shared_view_is_offered_to_whoever_may_see_all_that_it_names(
    everyone: dict[str, Site], numbers: Numbers, who: str
) -> None:
    said = everyone[who].get("/views").text
    offered = [name for name, number in numbers.views.items() if f'href="/views/{number}"' in said]
    opened = [name for name, number in numbers.views.items() if everyone[who].get(f"/views/{number}").is_redirect]

    assert offered == opened == list(OFFERED)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("zqa1", "/?where=agent%3Dagentzqa1"),
        ("listed", "/conversations?period=all&where=agent%3Dagentzqa1&columns=topic%2Cagent"),
        ("read", "/comments?period=12m"),
        ("surveys", "/?tab=survey&where=agent%3Dagentzqa1"),
    ],
)
def test_a_shared_view_passes_on_what_its_page_knows_and_nothing_else(
    everyone: dict[str, Site], numbers: Numbers, name: str, address: str
) -> None:
    for who in ("agent", "supervisor", "analyst"):
        opened = everyone[who].get(f"/views/{numbers.views[name]}")
        assert (opened.headers["location"], leaks(Asked("GET", "/views"), opened, "agent")) == (address, [])
        assert leaks(Asked("GET", address.partition("?")[0]), everyone[who].get(address), who) == []


def test_words_that_a_shared_view_searches_for_are_shown_to_whoever_sees_everything(
    everyone: dict[str, Site], numbers: Numbers
) -> None:
    asked = ("searched", "read for words")
    for who in ("analyst", "supervisor", "agent"):
        said = everyone[who].get("/views?lang=en").text
        shown = {name: f'href="/views/{numbers.views[name]}"' in said for name in asked}
        assert set(shown.values()) == {who == "analyst"}
        assert ("with “agentzqb1”" in said, "with “Name zqb1”" in said) == (who == "analyst",) * 2
    assert "q=agentzqb1" in everyone["analyst"].get(f"/views/{numbers.views['searched']}").headers["location"]


OWN = {
    "agent": ({"agentzqa1"}, {"groupzqa1"}),
    "supervisor": ({"agentzqa1", "agentzqa3"}, {"groupzqa1"}),
    "analyst": ({f"agent{mark}" for mark in PARTS}, {group for _project, group in PARTS.values()}),
}
"""The agents and groups of whom each role is told figures, and may filter by."""


@pytest.mark.parametrize("who", OWN)
def test_figures_and_filters_of_agents_and_groups_are_of_ones_own(everyone: dict[str, Site], who: str) -> None:
    for name, keys in zip(("agent", "group"), OWN[who], strict=True):
        told = everyone[f"{who}'s token"].get(f"/api/v1/indicators/csat?by={name}").json()["rows"]
        offered = re.findall(rf'value="{name}=(\w+)"', everyone[who].get(f"/filter/{name}").text)
        taken = everyone[who].get(f"/report/by-{name}?period=12m&tab={name}&rows=all&lang=en")
        is_unranked = who == "agent" and len(keys) == 1  # a ranking of one is none

        assert {row["key"] for row in told} == keys
        assert set(offered) == keys
        assert taken.status_code == (404 if is_unranked else 200)
        assert is_unranked or {key for key in OWN["analyst"][name == "group"] if key in taken.text} == keys


def test_a_conversation_that_may_be_read_names_everybody_who_took_part_in_it(
    everyone: dict[str, Site], numbers: Numbers
) -> None:
    one = f"/conversations/{numbers.conversations['over']}"
    listed = "/conversations?period=12m&columns=agent,group"
    commented = "/comments?period=12m&columns=agent&columns=group"
    files = [f"/take/{what}.csv?period=12m" for what in Export]
    for who, paths in (("agent", [one, listed, commented]), ("supervisor", [one, listed, commented, *files])):
        for path in paths:
            said = readable(everyone[who].get(path))
            assert ("zqa1" in said, BESIDE in said, "zqa2" in said) == (True, True, False), (who, path)
        assert all(f"group{mark}" in readable(everyone[who].get(listed)) for mark in ("zqa1", BESIDE))
        own = everyone[who].get(f"/conversations/{numbers.conversations[BESIDE]}")
        assert own.status_code == 404
