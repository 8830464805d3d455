"""The page as HTML: what it tells, where its links lead, and what it never carries."""

import gzip
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import parse_qsl

import pytest

from ressenti.reports.choice import INDICATORS, read_choice
from ressenti.reports.customer_experience import prepare
from ressenti.web.pages import render_page, render_problem
from tests.reports.pretend import NOW, TODAY, TOTALS, Pretend, nothing, nps, wilson

DEFINITIONS = {"csat": "Share of satisfied ratings.", "nps": "Promoters minus detractors."}
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=y>"
LONG = "Anne-Charlotte de la Rochefoucauld-Montbel, retours internationaux, équipe Lyon 3e"
VOID = {"meta", "link", "input", "img", "br", "hr", "path", "line", "rect", "circle", "use"}


class Reader(HTMLParser):
    """Reads a page as a browser would: its words, its tags, and whether they close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """Return the words with single, plain spaces."""
        return re.sub(r"\s+", " ", " ".join(self.words)).strip()

    def links(self) -> list[dict[str, str]]:
        """Return the parameters of every link."""
        found = [attrs.get("href") or "" for tag, attrs in self.tags if tag == "a"]
        return [dict(parse_qsl(href.split("#")[0].removeprefix("?"))) for href in found if href.startswith("?")]


def html(query: Mapping[str, str] | None = None, ask: Pretend | None = None, **more: object) -> str:
    report = prepare(read_choice(query or {}, today=TODAY), ask=ask or Pretend(), zone="Europe/Paris", now=NOW)
    return render_page(report, **({"definitions": DEFINITIONS, "project": "Maison Tilleul"} | more))  # type: ignore[arg-type]


def page(query: Mapping[str, str] | None = None, ask: Pretend | None = None, **more: object) -> Reader:
    return Reader(html(query, ask, **more))


def test_the_page_opens_with_the_sentence_and_shows_four_tiles() -> None:
    shown = page()

    assert "More customers left satisfied: 84.6 % , up 1.9 points. They waited 7 seconds less" in shown.text
    for words in ("3,742 answers", "2,611 answers", "11,306 conversations", "12,218 conversations"):
        assert words in shown.text


def test_the_same_page_in_french() -> None:
    shown = page(language="fr")

    assert ("html", {"lang": "fr"}) in shown.tags
    assert "Plus de clients sont repartis satisfaits : 84,6 % , soit 1,9 point de plus." in shown.text
    assert "CSAT par jour" in shown.text
    assert "tous 84,6" in shown.text
    assert "Avant de conclure" in shown.text


def test_no_english_is_left_in_french() -> None:
    words = set(page(language="fr", definitions={}).text.split())

    assert not words & {"the", "and", "answers", "of", "days", "Show", "before", "this", "interval", "better", "by"}


def test_a_tile_leads_to_its_own_evolution_and_explains_itself() -> None:
    shown = page()

    assert {link.get("indicator", "csat") for link in shown.links()} >= set(INDICATORS)
    assert "Share of satisfied ratings." in shown.text


def test_days_lead_to_themselves() -> None:
    assert {"from": "2026-11-14", "to": "2026-11-15"} in page().links()
    assert {"from": "2026-11-14", "to": "2026-11-15", "indicator": "nps"} in page({"indicator": "nps"}).links()


def test_the_choices_are_links_that_keep_each_other() -> None:
    links = page({"indicator": "nps", "period": "90d"}).links()

    for wanted in (
        {"indicator": "nps", "period": "7d"},
        {"indicator": "nps", "period": "12m"},
        {"indicator": "nps", "period": "90d", "lang": "fr"},
        {"indicator": "nps", "period": "90d", "theme": "dark"},
        {"indicator": "nps", "period": "90d", "grain": "day"},
        {"indicator": "nps", "period": "90d", "anchor": "opened"},
        {"indicator": "nps", "period": "90d", "agent": "ines"},
    ):
        assert wanted in links


def test_every_link_leads_somewhere_that_can_be_read() -> None:
    for link in page({"agent": "ines", "period": "90d"}).links():
        read_choice(link, today=TODAY)


def test_what_is_carried_is_in_every_link() -> None:
    links = page(carried={"lang": "fr"}, language="fr").links()

    assert links
    assert all("lang" in link for link in links)


def test_the_table_holds_every_day_with_its_n_and_interval() -> None:
    shown = page()

    assert "Sat 14 Nov 72.6 % 117 63.9 – 79.9 85.3 %" in shown.text
    assert "Wed 11 Nov – 0 – 84.1 %" in shown.text
    assert "Show as table" in shown.text


def test_the_ranking_tells_n_interval_and_change_and_sets_few_answers_apart() -> None:
    shown = page()

    assert "Inès Benali 428 428 answers 90.9 % 87.8 – 93.3 2.3 pts , could be chance" in shown.text
    assert "Fewer than 10 answers: not ranked" in shown.text
    assert "Élodie Vasseur 7 7 answers 6 of 7 48.7 – 97.4 –" in shown.text
    assert "rows do not add up to the total" in shown.text
    assert "Deleted user" in shown.text


def test_a_change_against_few_answers_is_not_shown_as_one() -> None:
    ask = Pretend(agents=[("a", "Ana", 20, 20, 100.0)])
    ask.earlier = 3

    assert "Ana 20 20 answers 100.0 % 83.9 – 100.0 few answers" in page(ask=ask).text


def test_the_foot_tells_where_the_figures_come_from() -> None:
    shown = page()

    assert "Data as of journal entry 90,871 21 Nov 2026, 18:42, Europe/Paris" in shown.text
    assert "Conversations closed in the period" in shown.text
    assert "Answers given in the period" in page({"anchor": "answered"}).text
    assert "until 6 Dec 2026" in shown.text


@pytest.mark.parametrize(("theme", "data"), [("system", None), ("light", "light"), ("dark", "dark")])
def test_the_theme_is_on_the_root(theme: str, data: str | None) -> None:
    assert page(theme=theme).tags[0][1].get("data-theme") == data


def test_an_agent_in_the_address_is_named_and_can_be_let_go() -> None:
    shown = page({"agent": "ines", "period": "7d"})

    assert "Agent Inès Benali" in shown.text
    assert {"period": "7d"} in shown.links()


def test_names_are_words_and_never_markup() -> None:
    ask = Pretend(agents=[("h", HOSTILE, 50, 40, 80.0), ("l", LONG, 50, 40, 80.0), ("r", "ليلى حداد", 50, 40, 80.0)])

    shown = page({"agent": HOSTILE}, ask, project=HOSTILE)

    assert not [tag for tag, attrs in shown.tags if tag == "img" or "onerror" in attrs]
    assert [attrs for tag, attrs in shown.tags if tag == "script"] == [
        {"type": "module", "src": "/static/js/figure.js"}
    ]
    assert LONG in shown.words
    assert shown.tags.count(("bdi", {})) >= 4


EVERY = {
    "month": ({}, Pretend()),
    "nps": ({"indicator": "nps", "period": "7d"}, Pretend()),
    "year of days": ({"period": "12m", "grain": "day"}, Pretend()),
    "autumn night": ({"from": "2026-10-25", "to": "2026-10-26", "grain": "hour"}, Pretend()),
    "nothing at all": ({}, nothing()),
    "nothing here": ({"agent": "x"}, nothing()),
    "many agents": ({}, Pretend(agents=[(f"a{i}", f"Agent {i}", 50, 40, 80.0) for i in range(500)])),
    "negative": ({"indicator": "nps"}, Pretend(totals=TOTALS | {"nps": (nps(0, 0, 40), nps(40, 0, 0))})),
    "a million": ({}, Pretend(totals=TOTALS | {"csat": (wilson(846_000, 1_000_000), None)})),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", EVERY)
def test_every_page_is_well_formed_light_and_free_of_inline_code(name: str, language: str) -> None:
    query, ask = EVERY[name]
    written = html(query, ask, language=language)
    shown = Reader(written)

    assert shown.open == []
    assert len(gzip.compress(written.encode())) < 100_000
    for tag, attrs in shown.tags:
        assert "style" not in attrs
        assert not [key for key in attrs if key.startswith("on")]
        assert tag != "style"
        assert tag != "script" or attrs.get("src")
        assert not (attrs.get("href") or "").startswith("javascript:")
    names = [attrs["id"] for _tag, attrs in shown.tags if "id" in attrs]
    assert len(names) == len(set(names))
    assert len([1 for tag, _attrs in shown.tags if tag == "h1"]) == 1


def test_the_first_page_tells_how_to_begin() -> None:
    shown = page(ask=nothing())

    assert "ressenti import FOLDER" in shown.text
    assert "CSAT by agent" not in shown.text


def test_an_empty_period_leads_to_where_something_is() -> None:
    ask = nothing()
    ask.months = ["2019-01-01T00:00:00+01:00", "2019-03-01T00:00:00+01:00"]

    shown = page(ask=ask)

    assert {"from": "2019-03-01", "to": "2019-04-01"} in shown.links()
    assert {"from": "2019-01-01", "to": "2019-04-01"} in shown.links()


def test_more_rows_are_one_link_away() -> None:
    ask = Pretend(agents=[(f"a{i}", f"Agent {i}", 50, 40, 80.0) for i in range(500)])

    assert "Show the 440 other rows" in page(ask=ask).text
    assert {"rows": "all"} in page(ask=ask).links()


class TestProblem:
    def shown(self, typed: Mapping[str, str]) -> Reader:
        return Reader(render_problem("“x” is not a date we can read.", typed=typed, language="en"))

    def fields(self, typed: Mapping[str, str]) -> dict[str | None, str | None]:
        return {attrs.get("name"): attrs.get("value") for tag, attrs in self.shown(typed).tags if tag == "input"}

    def test_it_says_what_went_wrong_and_keeps_what_was_typed(self) -> None:
        typed = {"from": "x", "last": "2026-11-21", "indicator": "nps"}

        assert "“x” is not a date we can read." in self.shown(typed).text
        assert self.fields(typed) == {"from": "x", "last": "2026-11-21", "indicator": "nps"}

    def test_an_excluded_end_becomes_the_last_day(self) -> None:
        assert self.fields({"from": "x", "to": "2026-12-01"})["last"] == "2026-11-30"
        assert self.fields({"to": "soon"})["last"] == "soon"

    def test_what_cannot_be_read_is_not_sent_again(self) -> None:
        assert self.fields({"indicator": "joy", "grain": "minute"}) == {"from": "", "last": ""}

    def test_what_was_typed_is_never_markup(self) -> None:
        shown = self.shown({"from": HOSTILE, "x": HOSTILE})

        assert shown.open == []
        assert not [tag for tag, _attrs in shown.tags if tag == "img"]
