"""Every route says whom it admits; the commands of this machine show the secret, and to others their routes are not."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from ressenti.web import assets
from ressenti.web.admission import Admits, admits, require_admission
from tests.web.site import SECRET, SHOWN, Site, problem
from tests.world import World

STATIC = assets.address()
POLICY = {
    ("GET", "/"): Admits.MACHINE,
    ("GET", "/api/v1"): Admits.MACHINE,
    ("GET", "/api/v1/{path:str}"): Admits.MACHINE,
    ("GET", "/api/v1/dimensions"): Admits.MACHINE,
    ("GET", "/api/v1/indicators"): Admits.MACHINE,
    ("GET", "/api/v1/indicators/{key:str}"): Admits.MACHINE,
    ("GET", "/api/v1/openapi.json"): Admits.MACHINE,
    ("GET", f"{STATIC}/{{file_path:path}}"): Admits.MACHINE,
    ("POST", "/local/catch-up"): Admits.SECRET,
    ("POST", "/local/export"): Admits.SECRET,
    ("POST", "/local/rebuild"): Admits.SECRET,
    ("POST", "/local/verify"): Admits.SECRET,
}
"""Who may ask what. A route that is not here, or says otherwise, fails the test: it is decided, not forgotten."""
LOCAL = [place for (_method, place), who in POLICY.items() if who is Admits.SECRET]
SELF_MADE = {"OPTIONS", "HEAD"}
"""Methods that the framework adds by itself; the shield lets none of them through."""


def routes(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in app.routes:
        assert isinstance(route, HTTPRoute)
        for method, (handler, _kwargs) in route.route_handler_map.items():
            if method not in SELF_MADE:
                yield method, route.path, handler


class TestPolicy:
    def test_every_route_declares_whom_it_admits(self, site: Site) -> None:
        assert {(method, path): admits(handler) for method, path, handler in routes(site.inside)} == POLICY

    def test_every_address_of_the_description_is_open_and_reads(self, site: Site) -> None:
        described = site.get("/api/v1/openapi.json").json()["paths"]
        told = {(method.upper(), path) for path, operations in described.items() for method in operations}

        assert told == {
            ("GET", "/api/v1/indicators"),
            ("GET", "/api/v1/indicators/{key}"),
            ("GET", "/api/v1/dimensions"),
        }

    def test_a_route_that_declares_nothing_admits_nobody(self) -> None:
        @get("/forgotten", sync_to_thread=False)
        def forgotten() -> str:
            return "told to anybody"

        app = Litestar([forgotten], guards=[require_admission], openapi_config=None, logging_config=None)
        with TestClient(app) as client:
            assert client.get("/forgotten", headers=SHOWN).status_code == 404


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

    def test_a_form_of_another_site_cannot_show_it(self, site: Site) -> None:
        form = {"origin": "https://tilleul.example", "sec-fetch-site": "cross-site"}

        problem(site.post("/local/rebuild", data={"a": "b"}, headers=form), 404, "http_404")
        problem(site.post("/", data={"a": "b"}, headers=form), 405, "http_405")

    def test_reading_everything_changes_nothing(self, site: Site, world: World) -> None:
        before = digest(world)
        for method, path, _handler in routes(site.inside):
            if method == "GET":
                site.get(path.replace("{key:str}", "csat"))

        assert digest(world) == before


class TestLocal:
    def test_catching_up_tells_where_the_facts_stand(self, site: Site) -> None:
        answered = site.post("/local/catch-up", headers=SHOWN)

        assert answered.json() == {"as_of": site.get("/api/v1/indicators/csat").json()["as_of"]}

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
