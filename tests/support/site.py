"""The application as a program or a browser of this machine meets it, over a small company's conversations."""

import re
from html.parser import HTMLParser
from typing import Any, Self

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from ressenti.accounts.grants import Grant
from ressenti.accounts.passwords import hash_password
from ressenti.accounts.permissions import Role
from ressenti.accounts.sessions import open_session
from ressenti.accounts.tokens import add_token, all_tokens
from ressenti.accounts.users import create_user, find_user, set_password
from ressenti.kit.urls import read_public_url
from ressenti.web.app import create_app
from tests.support.scenario import World

ADDRESS = "http://127.0.0.1:8610"
SECRET = "known to who can read the file"  # noqa: S105 - of a test
SHOWN = {"X-Ressenti-Secret": SECRET}
HERE = {"sec-fetch-site": "same-origin"}
"""What a browser says of a form that is sent from a page of ours."""
PASSWORD = "seven slow green trains"  # noqa: S105 - of a test
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Site(TestClient[Any]):
    """A client of the application over a world; what it asks is asked at the world's moment."""

    __test__ = False

    def __init__(
        self, world: World, as_: str | None = "administrator", *, address: str | None = None, **kept: Any
    ) -> None:
        """Sign in with a token of that role: a supervisor of the group Lyon, the agent ana; None is a stranger."""
        self.world = world
        opened = read_public_url(address or ADDRESS)
        self.middleware = create_app(world.fact_store, secret=SECRET, address=opened, now=lambda: world.now)
        super().__init__(self.middleware, base_url=str(opened), raise_server_exceptions=False)
        if as_ is not None:
            self.headers["authorization"] = f"Bearer {bearer(world, as_, **kept)}"

    def enter(self, email: str) -> Self:
        """Come in as somebody who signed in with this browser, instead of with a token."""
        self.headers.pop("authorization", None)
        self.headers.update(HERE)
        with self.world.store.write() as connection:
            found = find_user(connection, email)
            self.cookies.set("ressenti", open_session(connection, found.id, now=self.world.now, agent="tests"))
        return self

    @property
    def inside(self) -> Litestar:
        """Return the application behind its shield."""
        assert isinstance(self.middleware.app, Litestar)
        return self.middleware.app


def bearer(world: World, role: str = "administrator", **kept: Any) -> str:
    """Make a token of a role in a world: a supervisor's of the group Lyon, an agent's of ana, unless told otherwise."""
    usual: dict[str, dict[str, Any]] = {"supervisor": {"groups": ("Lyon",)}, "agent": {"agents": ("ana",)}}
    grant = Grant(**({"role": Role(role)} | usual.get(role, {}) | kept))
    with world.store.write() as connection:
        name = f"tests {len(all_tokens(connection))}"
        return add_token(connection, name=name, grant=grant, now=world.now, days=None)[1]


def person(world: World, role: str = "administrator", *, email: str = "zoe@tilleul.example", **kept: Any) -> str:
    """Let somebody sign in with PASSWORD, as `bearer` keeps them, and return their address."""
    usual: dict[str, dict[str, Any]] = {"supervisor": {"groups": ("Lyon",)}, "agent": {"agents": ("ana",)}}
    grant = Grant(**({"role": Role(role)} | usual.get(role, {}) | kept))
    hashed = hash_password(PASSWORD)
    with world.store.write() as connection:
        added = create_user(connection, email=email, name="Zoé Martin", grant=grant, now=world.now)
        set_password(connection, added.id, hashed)
    return email


def problem(response: Response, status: int, code: str) -> str:
    """Require an answer to be a problem of that status and code, of the documented shape; return its sentence."""
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert list(found) == ["type", "title", "status", "code", "detail", "exit_code"]
    assert (response.status_code, found["status"], found["code"]) == (status, status, code)
    assert found["detail"]
    assert "Traceback" not in response.text
    return str(found["detail"])


def company(world: World) -> World:
    """Fill a world with two weeks of a company in Paris; one of its agents has a name that attacks."""
    world.settle(zone="Europe/Paris", name="Tilleul & fils")
    world.add("agents", agent_id="ana", name="Ana Souza", group="Lyon")
    world.add("agents", agent_id="bo", name=HOSTILE, group="Lille")
    world.add("agents", agent_id="robo", name="Robo", kind="bot")
    for i in range(40):
        opened = f"2026-10-{15 + i % 14} {8 + i % 11:02}:10"
        messages = [("visitor", opened), ("agent:ana" if i % 3 else "agent:bo", f"{opened[:-2]}{12 + i % 7}")]
        world.conversation(
            opened,
            closed=f"{opened[:-2]}40",
            messages=messages,
            csat=1 + i * 7 % 5 if i % 4 else None,
            nps=i * 3 % 11 if i % 3 == 0 else None,
            channel=("Chat", "E-mail", None)[i % 3],
            language="fr" if i % 2 else "en",
            tags="urgent;retour" if i % 5 == 0 else None,
            campaign="=SUM(1)" if i % 6 == 0 else None,
            sales=[(f"{opened[:-2]}35", 20.5 + i)] if i % 7 == 0 else (),
        )
    world.conversation("2026-10-30 09:00", closed=None, channel="Chat")
    return world


class Words(HTMLParser):
    """The words of a page, its tags, and the cells of its tables by their class."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._words: list[str] = []
        self._is_in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self._rows = self.tables.setdefault(dict(attrs)["class"] or "", [])
        if tag == "tr":
            self._rows.append([])
        if tag in {"td", "th"}:
            self._rows[-1].append("")
            self._is_in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._is_in_cell = False

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        if self._is_in_cell:
            self._rows[-1][-1] = plain(self._rows[-1][-1] + data)

    @property
    def text(self) -> str:
        return plain(" ".join(self._words))


def plain(text: str) -> str:
    """Return a text with single, ordinary spaces."""
    return re.sub(r"\s+", " ", text).strip()
