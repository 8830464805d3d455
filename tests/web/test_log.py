"""What people wrote or searched for is in no line of the log, whatever becomes of the request."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ressenti.search.index import Index
from tests.support.scenario import World
from tests.support.site import Site, company

SEARCHED = "cancer"
SECRET = "k3dS0me0pensAd00r"  # noqa: S105 - of a test


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = company(World(tmp_path_factory.mktemp("log")))
    key = made.conversation("2026-10-20 09:00", closed="2026-10-20 09:30")
    made.survey(key, "2026-10-20 09:40", csat=1, comment=f"They told my employer of my {SEARCHED}")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    with Site(world) as opened:
        yield opened


def logged(capfd: pytest.CaptureFixture[str]) -> str:
    told = capfd.readouterr()
    return told.out + told.err


ASKED = [
    "/conversations?period=all&q={}",
    "/comments?from=2026-10-15&to=2026-11-01&q={}",
    "/take/comments.csv?from=2026-10-15&to=2026-11-01&q={}",
    "/take/conversations.xlsx?period=all&q={}",
    "/take/conversations.csv?period=all&q={}&anything={}",
    "/take/report.csv?q={}",
    "/conversations/1?q={}",
]


@pytest.mark.parametrize("address", ASKED)
def test_words_searched_for_are_in_no_line(site: Site, capfd: pytest.CaptureFixture[str], address: str) -> None:
    answer = site.get(address.replace("{}", SEARCHED))
    said = logged(capfd)

    assert answer.status_code == 200
    assert SEARCHED not in said
    assert '"event": "export"' in said or not address.startswith("/take")


@pytest.mark.parametrize("address", ASKED[:4])
def test_nor_where_the_search_itself_fails(
    site: Site, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def fail(_index: Index, typed: str) -> Any:
        raise ValueError(f"near “{typed}”: syntax error")

    monkeypatch.setattr(Index, "find", fail)
    monkeypatch.setattr(Index, "find_offers", fail)
    answer = site.get(address.replace("{}", SEARCHED))
    said = logged(capfd)

    assert answer.status_code == 500
    assert SEARCHED not in said
    [line] = [json.loads(one) for one in said.splitlines() if '"fault"' in one]
    assert line["exception"].endswith("builtins.ValueError")
    assert "in fail" in line["exception"]


def test_an_export_says_which_rows_were_taken(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    site.get(f"/take/conversations.csv?from=2026-10-15&to=2026-11-01&where=channel=Chat&q={SEARCHED}")
    [line] = [json.loads(one) for one in logged(capfd).splitlines() if '"export"' in one]

    assert line["asked"] == {"from": ["2026-10-15"], "to": ["2026-11-01"], "where": ["channel=Chat"]}


def test_the_secret_of_an_invitation_is_in_no_line(
    site: Site, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_more: Any) -> Any:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("ressenti.web.pages.sign_in.view.find_invitation", fail)
    answer = site.get(f"/welcome/{SECRET}")
    said = logged(capfd)

    assert answer.status_code == 500
    assert '"path": "/welcome/…"' in json.dumps([json.loads(one) for one in said.splitlines()], ensure_ascii=False)
    assert SECRET not in said
