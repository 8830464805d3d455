"""The page of comments: what it shows, to whom, and what it makes of hostile words and addresses."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.scenario import World
from tests.support.site import HOSTILE, Site, Words, company

COMMENTS = (
    "Très déçue, j'attends encore mon remboursement.",
    HOSTILE,
    "=HYPERLINK(1)\nsecond line",
    "\N{RIGHT-TO-LEFT OVERRIDE}شكرا جزيلا",
    "😡" * 3,
    "{{ 7 * 7 }} {% raw %} %(name)s &lt;b&gt;",
    "long " * 400,
)
ALL = "period=12m&with_comment=no&anchor=answered"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = company(World(tmp_path_factory.mktemp("told")))
    for place, comment in enumerate(COMMENTS):
        opened = f"2026-10-{20 + place % 9} 10:00"
        who = "agent:ana" if place % 2 else "agent:bo"
        key = made.conversation(
            opened, closed=f"{opened[:-5]}11:00", messages=[("visitor", opened), (who, f"{opened[:-5]}10:05")]
        )
        made.survey(key, f"{opened[:-5]}12:00", csat=1 + place % 5, nps=place, comment=comment)
    made.survey(None, "2026-10-29 09:00", csat=8, csat_scale="10", comment="Par courrier")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def pages(told: World) -> Iterator[Site]:
    with Site(told) as opened:
        yield opened


def rows(site: Site, query: str = "") -> list[list[str]]:
    response = site.get(f"/comments?{query}")
    assert response.status_code == 200, response.text
    return Words(response.text).tables.get("t cmt", [[]])[1:]


def links(site: Site, query: str) -> list[str]:
    found = Words(site.get(f"/comments?{query}").text)
    return [of.get("href") or "" for tag, of in found.tags if tag == "a"]


def test_the_newest_comments_come_first_with_their_notes_and_who_answered(pages: Site) -> None:
    found = rows(pages)

    assert len(found) == len(COMMENTS)
    assert found[-1][0].startswith("20 Oct 2026")
    assert "j'attends encore mon remboursement" in found[-1][1]
    assert found[-1][2:4] == ["1", "0detractor"]


def test_a_survey_without_a_conversation_is_there_when_dated_by_its_answer(pages: Site) -> None:
    assert ["Par courrier" in row[1] for row in rows(pages, "anchor=answered")].count(True) == 1
    row = next(row for row in rows(pages, "anchor=answered") if "Par courrier" in row[1])
    assert row[2:] == ["8on 10", "–", "–", "–"]


def test_what_visitors_wrote_is_shown_and_never_run(pages: Site) -> None:
    response = pages.get("/comments")
    found = Words(response.text)

    assert all(" ".join(comment.split()) in found.text.replace("\n", " ") for comment in COMMENTS)
    assert not [of for tag, of in found.tags if tag == "img" or (tag == "script" and not of.get("src"))]
    assert "49" not in [row[1] for row in rows(pages)]


def test_what_is_searched_is_marked(pages: Site) -> None:
    html = pages.get("/comments?q=DECUE+rembours").text

    assert len(rows(pages, "q=DECUE+rembours")) == 1
    assert "<mark>déçue</mark>" in html
    assert "<mark>remboursement</mark>" in html
    assert 'value="DECUE rembours"' in html


@pytest.mark.parametrize("query", [f"q={'x' * 201}", "q=%F0%9F%98%A1", "q=%22%22"])
def test_a_search_that_finds_nothing_by_its_form_is_refused_in_words(pages: Site, query: str) -> None:
    response = pages.get(f"/comments?{query}")

    assert response.status_code == 422
    assert "Traceback" not in response.text


def test_a_hostile_search_finds_nothing_and_stays_text(pages: Site) -> None:
    response = pages.get("/comments", params={"q": HOSTILE})

    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert rows(pages, "q=%22+OR+1%3D1+NEAR%28x") == []


@pytest.mark.parametrize(
    "query", ["sort=rated%20desc", "note=7", "nps=all", "columns=x", "with_comment=1", "after=x", "where=nothing=1"]
)
def test_a_word_that_is_no_choice_is_refused(pages: Site, query: str) -> None:
    assert pages.get(f"/comments?{query}").status_code == 422


def test_a_parameter_given_twice_is_refused_unless_it_may_repeat(pages: Site) -> None:
    assert pages.get("/comments?sort=csat&sort=nps").status_code == 400
    assert pages.get("/comments?note=1&note=2&nps=promoter&nps=passive&columns=csat&columns=nps").status_code == 200


@pytest.mark.parametrize("kind", ["promoter", "passive", "detractor"])
def test_the_lists_of_promoters_passives_and_detractors(pages: Site, kind: str) -> None:
    found = rows(pages, f"{ALL}&nps={kind}")

    assert found
    assert {row[3].lstrip("0123456789") for row in found} == {kind}


def test_every_column_can_be_shown_and_ordered_by_where_it_says_so(pages: Site) -> None:
    page = pages.get("/comments?columns=rated&columns=status&columns=visitor&columns=first_response_time&sort=-csat")
    assert Words(page.text).tables["t cmt"][0] == ["Rated", "First response", "Visitor", "Answer"]

    heads = [of for tag, of in Words(pages.get("/comments?sort=nps").text).tags if tag == "th" and "aria-sort" in of]
    assert [of["aria-sort"] for of in heads] == ["ascending"]
    sorts = {dict(parse_qsl(urlsplit(link).query)).get("sort") for link in links(pages, "") if "sort=" in link}
    assert sorts == {"rated", "csat", "nps", "agent"}


def test_pages_follow_each_other(pages: Site) -> None:
    first = pages.get(f"/comments?{ALL}")
    assert "1–25 of" in Words(first.text).text

    older = next(of["href"] or "" for tag, of in Words(first.text).tags if tag == "a" and of.get("rel") == "next")
    second = pages.get(older)
    assert "26–" in Words(second.text).text
    newer = next(of["href"] or "" for tag, of in Words(second.text).tags if tag == "a" and of.get("rel") == "prev")

    assert Words(pages.get(newer).text).tables["t cmt"] == Words(first.text).tables["t cmt"]


def test_filters_are_kept_by_search_columns_and_pages(pages: Site) -> None:
    query = f"{ALL}&where=channel%3DChat&sort=csat"
    found = Words(pages.get(f"/comments?{query}").text)
    hidden = {of["name"]: of["value"] for tag, of in found.tags if tag == "input" and of.get("type") == "hidden"}

    assert hidden["where"] == "channel=Chat"
    assert hidden["sort"] == "csat"
    without = [link for link in links(pages, query) if "with_comment" in link and "where=channel%3DChat" not in link]
    assert without == ["/comments?period=12m&anchor=answered&with_comment=no&sort=csat"]  # the filter's own cross


def test_who_may_not_read_content_is_not_shown_a_comment(told: World) -> None:
    with Site(told, "analyst") as site:
        refused = site.get("/comments")

    assert refused.status_code == 403
    assert "remboursement" not in refused.text


def test_an_agent_sees_the_answers_of_their_own_conversations(told: World) -> None:
    with Site(told, "agent") as site:
        found = rows(site, ALL)

    assert found
    assert all("Ana Souza" in row[4] for row in found)


def test_nothing_found_says_what_to_let_go_of(pages: Site) -> None:
    page = Words(pages.get("/comments?q=nowhere").text)

    assert "No answer matches." in page.text
    assert "Leave the search" in page.text


def test_the_report_shows_its_newest_comments(pages: Site) -> None:
    html = pages.get("/report/comments").text

    assert len(Words(html).tables["t cmt"]) == 1 + len(COMMENTS)
    assert "<html" not in html
