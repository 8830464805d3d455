"""What is looked at goes along: every link of every page keeps period, comparison, zone, date and filters."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from ressenti.web.pages.links import with_context
from tests.support.markup import Node, read
from tests.support.scenario import World
from tests.support.signed_in import somebody
from tests.support.site import Site, company

FULL = {
    "from": "2026-10-15",
    "to": "2026-10-29",
    "anchor": "opened",
    "zone": "Asia/Tokyo",
    "compare": "year",
    "where": "channel=Chat",
}
"""A context in which nothing is as it would be by itself."""
LEFT_OUT = re.compile(r"/(api|take|picture|static)/|/views/\d|/mailings/new\?indicator|mailto:")
"""What is no page of ours, or a context of its own: a saved view is opened as it was saved."""

PERIOD, COMPARISON, DATE, FILTERS = {"from", "to", "last", "period"}, {"compare"}, {"anchor"}, {"where"}
MAY_CHANGE: tuple[tuple[str, str, set[str]], ...] = (
    ("class", "periods", PERIOD),
    ("class", "menu-list", PERIOD | COMPARISON),
    ("class", "dates", PERIOD | {"zone"}),
    ("class", "against", COMPARISON),
    ("class", "drop", DATE),
    ("class", "chip", FILTERS),
    ("class", "days", PERIOD),
    ("class", "choices", PERIOD | FILTERS),
    ("class", "unfiltered", FILTERS),
    ("class", "trail", FILTERS),
    ("class", "sides", PERIOD),
    ("id", "filter-form", FILTERS),
    ("id", "around", PERIOD),
)
"""What is there to choose something else: by what of which part of a page one chooses."""


def chosen_otherwise(within: list[Node]) -> set[str]:
    """Return what a link may change, by the parts of the page that it stands in."""
    return {
        name
        for one in within
        for attribute, word, names in MAY_CHANGE
        if word in one.attributes.get(attribute, "").split()
        for name in names
    }


def ways(node: Node, within: list[Node]) -> Iterator[tuple[str, list[Node]]]:
    """Yield the address of every link and every form that asks for a page, with what it stands in."""
    for one in node.inside:
        if not isinstance(one, Node):
            continue
        inside = [*within, one]
        if one.tag == "a" and one.attributes.get("href", "").startswith("/"):
            yield one.attributes["href"], inside
        if one.tag == "form" and one.attributes.get("method") == "get":
            yield f"{one.attributes['action']}?{urlencode([pair for pair in one.fields() if pair[1]])}", inside
        yield from ways(one, inside)


def kind(address: str) -> tuple[str, str, str]:
    """Return what sort of page an address leads to: one of each is walked."""
    asked = urlsplit(address)
    path = "/".join("#" if part.isdigit() else part for part in asked.path.split("/"))
    said = dict(parse_qsl(asked.query))
    return path, said.get("tab", "") if path == "/" else "", "behind a figure" if "of" in said else ""


@pytest.fixture(scope="module")
def someone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = company(World(tmp_path_factory.mktemp("walked")))
    assert made.import_().total.rejected == 0
    site = somebody(made, "administrator")
    site.post("/markers", data={"words": "New hours", "kind": "action", "day": "2026-10-20", "time": "09:00"})
    site.post("/views", data={"name": "NPS", "page": "report", "query": "indicator=nps"})
    yield site
    made.close()


def test_no_link_of_any_page_drops_what_is_looked_at(someone: Site) -> None:
    found: list[str] = []
    waiting, walked = [f"/?{urlencode(FULL)}"], set[tuple[str, str, str]]()
    while waiting:
        address = waiting.pop(0)
        if kind(address) in walked:
            continue
        walked.add(kind(address))
        is_report = urlsplit(address).path == "/"
        answer = someone.get(f"{address.partition('#')[0]}&whole=yes" if is_report else address)
        assert answer.status_code in {200, 303}, address
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for to, within in ways(read(answer.text), []):
            if LEFT_OUT.match(to):
                continue
            said = parse_qsl(urlsplit(to).query)
            lost = {name for name, value in FULL.items() if (name, value) not in said}
            if missing := lost - chosen_otherwise(within):
                found.append(f"{address} → {to}: {', '.join(sorted(missing))}")
            elif not lost:
                waiting.append(to)

    assert found == []
    paths = {one[0] for one in walked}
    assert {"/", "/agent", "/conversations", "/conversations/#", "/comments", "/filter/channel"} <= paths
    assert {"/definitions", "/practices", "/markers", "/markers/#", "/views", "/mailings", "/users", "/me"} <= paths


def test_an_address_says_its_own_filter_rather_than_one_of_the_same_dimension() -> None:
    low = "/comments?where=rating%3D1#comments"

    kept = with_context(low, [("zone", "Asia/Tokyo"), ("where", "rating=5"), ("where", "channel!=Chat")])
    assert kept == "/comments?where=rating%3D1&zone=Asia%2FTokyo&where=channel%21%3DChat#comments"
    assert with_context("/?period=7d", [("from", "2026-10-01"), ("to", "2026-10-09")]) == "/?period=7d"


def test_a_target_goes_along_with_the_indicator_that_it_is_of(someone: Site) -> None:
    page = read(someone.get("/conversations?compare=60&indicator=first_response_time").text)
    [home] = {one.attributes["href"] for one in page.all("a") if "mark" in one.attributes.get("class", "").split()}

    assert home == "/?indicator=first_response_time&compare=60"


def test_what_is_refused_does_not_go_along(someone: Site) -> None:
    page = read(someone.get("/?from=nonsense&zone=Asia/Tokyo").text)
    [home] = {one.attributes["href"] for one in page.all("a") if "mark" in one.attributes.get("class", "").split()}

    assert home == "/"
