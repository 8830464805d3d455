"""Every route says whom it admits, and each is tried as each role; the commands of this machine show the secret."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from ressenti.accounts.permissions import RIGHTS, Permission, Role
from ressenti.web.auth.authorization import ANYBODY, SIGNED_IN, THIS_MACHINE, policy, require_admission
from ressenti.web.pages import assets
from tests.support.scenario import World
from tests.support.site import ADDRESS, HERE, SECRET, SHOWN, Site, person, problem

STATIC = assets.address()
POLICY: dict[str, dict[str, str]] = {
    ANYBODY: {
        "/api/v1": "GET",
        "/api/v1/{path:str}": "GET",
        "/api/v1/openapi.json": "GET",
        "/sign-in": "GET POST",
        "/welcome/{secret:str}": "GET POST",
        f"{STATIC}/{{file_path:path}}": "GET",
    },
    SIGNED_IN: {
        "/api/v1/dimensions": "GET",
        "/api/v1/indicators": "GET",
        "/definitions": "GET",
        "/guide": "GET",
        "/me": "GET POST",
        "/me/password": "POST",
        "/me/sessions": "POST",
        "/practices": "GET",
        "/sign-out": "POST",
    },
    THIS_MACHINE: {
        "/local/catch-up": "POST",
        "/local/drivers": "POST",
        "/local/export": "POST",
        "/local/proof": "POST",
        "/local/read": "POST",
        "/local/rebuild": "POST",
        "/local/verify": "POST",
    },
    Permission.READ_FIGURES: {
        "/": "GET",
        "/agent": "GET",
        "/api/v1/indicators/{key:str}": "GET",
        "/api/v1/indicators/{key:str}/drivers": "GET",
        "/filter/{name:str}": "GET",
        "/markers": "GET",
        "/markers/{marker_id:int}": "GET",
        "/picture/{file:str}": "GET",
        "/report/{name:str}": "GET",
    },
    Permission.READ_CONVERSATIONS: {
        "/conversations": "GET",
        "/conversations/{number:int}": "GET",
        "/conversations/{number:int}/mark": "POST",
    },
    Permission.READ_CONTENT: {
        "/comments": "GET",
    },
    Permission.EXPORT: {
        "/take/{file:str}": "GET",
    },
    Permission.KEEP_VIEWS: {
        "/views": "GET POST",
        "/views/new": "GET",
        "/views/{view_id:int}": "GET",
        "/views/{view_id:int}/forget": "POST",
        "/views/{view_id:int}/rename": "POST",
    },
    Permission.SHARE_VIEWS: {
        "/views/{view_id:int}/share": "POST",
    },
    Permission.MARK: {
        "/markers": "POST",
        "/markers/{marker_id:int}": "POST",
        "/markers/{marker_id:int}/remove": "POST",
    },
    Permission.MAIL: {
        "/mailings": "GET POST",
        "/mailings/new": "GET",
        "/mailings/{mailing_id:int}": "GET POST",
        "/mailings/{mailing_id:int}/pause": "POST",
        "/mailings/{mailing_id:int}/remove": "POST",
        "/mailings/{mailing_id:int}/send": "POST",
    },
    Permission.ADVISE: {
        "/advice": "GET",
        "/advice/change": "POST",
    },
    Permission.ADMINISTER: {
        "/tokens": "POST",
        "/tokens/revoke": "POST",
        "/users": "GET POST",
        "/users/{user_id:int}": "GET POST",
        "/users/{user_id:int}/link": "POST",
        "/users/{user_id:int}/remove": "POST",
    },
}
"""Who may ask what. A route that is not here, or says otherwise, fails the test: it is decided, not forgotten."""
ASKED = [
    (method, path, asked)
    for asked, paths in POLICY.items()
    for path, methods in paths.items()
    for method in methods.split()
]
LOCAL = list(POLICY[THIS_MACHINE])
STRANGER = "stranger"
SELF_MADE = {"OPTIONS", "HEAD"}
"""Methods that the framework adds by itself; the shield lets none of them through."""


def routes(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in app.routes:
        assert isinstance(route, HTTPRoute)
        for method, (handler, _kwargs) in route.route_handler_map.items():
            if method not in SELF_MADE:
                yield method, route.path, handler


def filled(path: str) -> str:
    """Return a path with something in the place of each parameter; what it names need not be there."""
    return (
        re.sub(r"\{\w+:int\}", "7", path.replace("{key:str}", "csat").replace("{file_path:path}", "css/tokens.css"))
        .replace("{path:str}", "nothing")
        .replace("{name:str}", "nothing")
        .replace("{file:str}", "nothing.csv")
        .replace("{secret:str}", "nothing")
    )


def is_allowed(role: str, asked: str) -> bool:
    """Return what the table of rights says of a role without anything special."""
    if asked == ANYBODY:
        return True
    if asked == THIS_MACHINE or role == STRANGER:
        return False
    return asked == SIGNED_IN or Permission(asked) in RIGHTS[Role(role)]


def is_turned_away(answer: Response) -> bool:
    """Say whether an answer leads to the sign-in page or says 401 or 403; signing out leads there too, but is done."""
    to_sign_in = answer.headers.get("location", "").startswith("/sign-in") and "done" not in answer.headers["location"]
    return answer.status_code in {401, 403} or to_sign_in


@pytest.fixture(scope="package")
def sites(world: World) -> dict[str, Site]:
    """Let a person of each role come in; a token has no views and no mailings of its own."""
    opened: dict[str, Site] = {
        role: Site(world, None).enter(person(world, role, email=f"{role}@tilleul.example")) for role in map(str, Role)
    }
    return {STRANGER: Site(world, None), **opened}


class TestPolicy:
    def test_every_route_declares_whom_it_admits(self, site: Site) -> None:
        declared = {(method, path): policy(handler) for method, path, handler in routes(site.inside)}

        assert declared == {(method, path): asked for method, path, asked in ASKED}

    @pytest.mark.parametrize("number", [2**63, 10**30])
    @pytest.mark.parametrize(("method", "path", "asked"), [one for one in ASKED if ":int}" in one[1]])
    def test_a_number_that_no_database_takes_is_that_of_nothing(
        self, sites: dict[str, Site], method: str, path: str, asked: str, number: int
    ) -> None:
        for role in (STRANGER, Role.ADMINISTRATOR):
            answer = sites[role].request(method, re.sub(r"\{\w+:int\}", str(number), path), headers=HERE)
            assert answer.status_code == 404, (role, asked)

    @pytest.mark.parametrize("role", [STRANGER, *Role])
    @pytest.mark.parametrize(("method", "path", "asked"), ASKED)
    def test_each_role_gets_what_the_table_says(
        self, sites: dict[str, Site], role: str, method: str, path: str, asked: str
    ) -> None:
        answer = sites[role].request(method, filled(path), headers=HERE, follow_redirects=False)
        if path == "/sign-out" and role != STRANGER:
            sites[role].enter(f"{role}@tilleul.example")

        if is_allowed(role, asked):
            assert not is_turned_away(answer)
            assert answer.status_code < 500
        elif asked == THIS_MACHINE:
            problem(answer, 404, "http_404")
        elif role != STRANGER:
            assert answer.status_code == 403
        elif path.startswith("/api/"):
            problem(answer, 401, "sign_in_needed")
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")

    @pytest.mark.parametrize("role", [STRANGER, *Role])
    def test_every_operation_that_is_described_follows_the_same_table(self, sites: dict[str, Site], role: str) -> None:
        described = sites[role].get("/api/v1/openapi.json").json()
        known = {(method, path.replace(":str", "")): asked for method, path, asked in ASKED}
        told = [(method.upper(), path) for path, operations in described["paths"].items() for method in operations]

        assert len(told) == 4
        for method, path in told:
            answer = sites[role].request(method, path.replace("{key}", "csat"))
            assert is_turned_away(answer) != is_allowed(role, known[method, path])

    def test_the_description_says_that_a_token_is_shown(self, site: Site) -> None:
        described = site.get("/api/v1/openapi.json").json()

        assert described["components"]["securitySchemes"]["token"] == {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made with `ressenti token add` or on the page of people.",
        }
        assert described["security"] == [{"token": []}]

    def test_a_route_that_declares_nothing_admits_nobody(self) -> None:
        @get("/forgotten", sync_to_thread=False)
        def forgotten() -> str:
            return "told to anybody"

        app = Litestar([forgotten], guards=[require_admission], openapi_config=None, logging_config=None)
        with TestClient(app) as client:
            assert client.get("/forgotten", headers=SHOWN).status_code == 404

    def test_an_analyst_reads_content_only_where_that_was_said_of_them(self, world: World) -> None:
        reading, plain = Site(world, "analyst", reads_content=True), Site(world, "analyst")

        assert reading.get("/comments").status_code == 200
        assert plain.get("/comments").status_code == 403

    def test_a_page_for_others_says_so_kindly(self, sites: dict[str, Site]) -> None:
        answer = sites["agent"].get("/users")

        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "You may not see this. Ask an administrator." in answer.text

    def test_reading_everything_changes_nothing(self, site: Site, world: World) -> None:
        before = digest(world)
        for method, path, _handler in routes(site.inside):
            if method == "GET":
                site.get(filled(path))

        assert digest(world) == before


class TestStrangers:
    @pytest.mark.parametrize(
        ("asked", "going"),
        [
            ("/", "/sign-in"),
            ("/?period=12m&by=agent", "/sign-in?next=%2F%3Fperiod%3D12m%26by%3Dagent"),
            ("/me", "/sign-in?next=%2Fme"),
        ],
    )
    def test_a_page_leads_to_where_one_signs_in_and_back(self, sites: dict[str, Site], asked: str, going: str) -> None:
        assert sites[STRANGER].get(asked, follow_redirects=False).headers["location"] == going

    def test_a_part_of_a_page_takes_the_whole_page_there(self, sites: dict[str, Site]) -> None:
        shown = {"hx-request": "true", "hx-current-url": f"{ADDRESS}/?period=12m"}
        answer = sites[STRANGER].get("/report/lead", headers=shown)

        assert (answer.status_code, answer.text) == (401, "Sign in first.")
        assert answer.headers["hx-redirect"] == "/sign-in?next=%2F%3Fperiod%3D12m"

    @pytest.mark.parametrize(
        "shown",
        [
            "Bearer",
            "Bearer x",
            "Bearer rsp_00000000_" + "a" * 43,
            "Basic em9lOmE=",
            "Bearer " + "x" * 5000,
            "bearer \N{SNOWMAN}",
        ],
    )
    def test_a_token_that_is_none_opens_nothing(self, sites: dict[str, Site], shown: str) -> None:
        answer = sites[STRANGER].get("/api/v1/dimensions", headers=[(b"authorization", shown.encode())])

        problem(answer, 401, "sign_in_needed")


class TestForms:
    @pytest.mark.parametrize(
        "sent",
        [
            {"sec-fetch-site": "cross-site", "origin": "https://tilleul.example"},
            {"sec-fetch-site": "same-site"},
            {"origin": "https://tilleul.example"},
            {"origin": "null"},
            {"origin": "http://127.0.0.1:8611"},
            {"sec-fetch-site": "cross-site", "origin": ADDRESS},
            {},
        ],
    )
    @pytest.mark.parametrize(("method", "path", "asked"), [one for one in ASKED if one[0] == "POST"])
    def test_one_that_another_site_sends_does_nothing(
        self, sites: dict[str, Site], sent: dict[str, str], method: str, path: str, asked: str
    ) -> None:
        answer = sites[STRANGER].request(method, filled(path), data={"a": "b"}, headers=sent)

        assert answer.status_code == (404 if asked == THIS_MACHINE else 403)

    @pytest.mark.parametrize(
        "sent", [{"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": ADDRESS}]
    )
    def test_one_of_our_own_pages_is_read(self, sites: dict[str, Site], sent: dict[str, str]) -> None:
        answer = sites[STRANGER].post("/sign-in", data={"email": "a@b.example", "password": "x"}, headers=sent)

        assert answer.status_code == 422


class TestSecret:
    @pytest.mark.parametrize("place", LOCAL)
    @pytest.mark.parametrize("shown", [None, "", "wrong", SECRET[:-1], f"{SECRET} ", SECRET.upper(), "é"])
    def test_without_it_the_route_is_not_there(self, site: Site, place: str, shown: str | None) -> None:
        headers = [] if shown is None else [(b"X-Ressenti-Secret", shown.encode())]
        answer = site.post(place, content=b"{}", headers=headers)
        nothing = site.post("/local/nothing", content=b"{}", headers=SHOWN)

        problem(answer, 404, "http_404")
        assert answer.json() == nothing.json()

    def test_elsewhere_than_in_its_header_it_is_worth_nothing(self, site: Site) -> None:
        problem(site.post("/local/catch-up", params={"secret": SECRET}), 404, "http_404")
        problem(site.post("/local/catch-up", headers={"authorization": f"Bearer {SECRET}"}), 404, "http_404")
        problem(site.post("/local/catch-up", headers={"cookie": f"X-Ressenti-Secret={SECRET}"}), 404, "http_404")

    def test_for_anything_but_commands_it_is_worth_nothing(self, sites: dict[str, Site]) -> None:
        problem(sites[STRANGER].get("/api/v1/indicators/csat", headers=SHOWN), 401, "sign_in_needed")

    def test_a_form_of_another_site_cannot_show_it(self, site: Site) -> None:
        form = {"origin": "https://tilleul.example", "sec-fetch-site": "cross-site"}

        problem(site.post("/local/rebuild", data={"a": "b"}, headers=form), 404, "http_404")
        problem(site.post("/", data={"a": "b"}, headers=form), 405, "http_405")


class TestLocal:
    def test_catching_up_tells_where_the_facts_stand(self, site: Site) -> None:
        answered = site.post("/local/catch-up", headers=SHOWN)

        assert answered.json() == {"as_of": site.get("/api/v1/indicators/csat").json()["as_of"]}

    def test_a_question_is_answered_as_by_the_api(self, site: Site) -> None:
        order = {"indicator": "csat", "words": {"by": ["agent"]}, "sql": False}

        answered = site.post("/local/read", json=order, headers=SHOWN).json()

        assert answered == site.get("/api/v1/indicators/csat?by=agent").json() | {"other_dates": []}

    def test_where_a_change_comes_from_is_told_as_by_the_api(self, site: Site) -> None:
        order = {"indicator": "csat", "words": {"from": ["2026-10-20"], "to": ["2026-10-27"]}}

        answered = site.post("/local/drivers", json=order, headers=SHOWN).json()

        assert answered == site.get("/api/v1/indicators/csat/drivers?from=2026-10-20&to=2026-10-27").json()

    def test_verifying_and_rebuilding_leave_the_figures(self, site: Site) -> None:
        before = site.get("/api/v1/indicators/csat?by=agent").json()

        verdict = site.post("/local/verify", headers=SHOWN).json()
        rebuilt = site.post("/local/rebuild", headers=SHOWN)

        assert (verdict["conversations"], verdict["difference_count"], verdict["problems"]) == (41, 0, [])
        assert (rebuilt.status_code, rebuilt.json()) == (200, {})
        assert site.get("/api/v1/indicators/csat?by=agent").json() == before

    def test_an_export_holds_the_rows_of_the_question(self, site: Site) -> None:
        order = {"what": "conversations", "format": "csv", "words": {"where": ["channel=Chat"], "from": ["2026-10-01"]}}
        answered = site.post("/local/export", json=order, headers=SHOWN)
        rows = list(csv.DictReader(io.StringIO(answered.text)))

        assert answered.headers["content-type"] == "application/octet-stream"
        assert {row["channel"] for row in rows} == {"Chat"}
        assert len(rows) == 14

    def test_a_refused_export_is_a_problem_and_not_half_a_file(self, site: Site) -> None:
        order: dict[str, Any] = {"what": "comments", "format": "csv", "words": {"where": ["chanel=Chat"]}}

        assert "channel" in problem(site.post("/local/export", json=order, headers=SHOWN), 422, "unknown_dimension")


def digest(world: World) -> list[tuple[str, bytes]]:
    """Return what the record holds on disk."""
    files = sorted(Path(world.store.path).parent.glob("record.db*"))
    return [(file.name, file.read_bytes()) for file in files if not file.name.endswith(("-shm", ".lock"))]
