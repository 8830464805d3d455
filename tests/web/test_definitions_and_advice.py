"""The pages that explain: definitions from the catalogue, good practice, and the advice next to weak results."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from ressenti.facts.freshness import Freshness
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.kit.clock import SECOND, to_us
from ressenti.kit.i18n import translate
from ressenti.reports.advice import ADVICE, advice_for
from ressenti.web.pages.templating import environment
from ressenti.workspace.advice import LONGEST
from tests.support.scenario import World
from tests.support.site import HOSTILE, Site, Words, company, plain

NINE_42 = to_us(datetime(2026, 11, 22, 8, 42, tzinfo=UTC))
"""A moment that is 09:42 in Paris."""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[World]:
    """Return a company of its own, for what is written into it."""
    made = company(World(tmp_path))
    made.import_()
    yield made
    made.close()


@pytest.fixture
def fresh(own: World) -> Iterator[Site]:
    with Site(own) as opened:
        yield opened


def advice_of(site: Site, indicator: str, language: str = "en") -> str:
    page = site.get("/advice").text
    found = re.search(rf'<textarea[^>]*id="words-{indicator}-{language}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1]


def test_every_indicator_and_dimension_stands_on_the_page_under_its_own_anchor(site: Site) -> None:
    page = site.get("/definitions")
    ids = {attributes.get("id") for _tag, attributes in Words(page.text).tags}

    assert page.status_code == 200
    assert set(INDICATORS) <= ids
    assert {f"by-{key}" for key in DIMENSIONS} <= ids


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_definition_is_the_catalogue_s_own_sentence(site: Site, language: str) -> None:
    listed = site.get("/api/v1/indicators").json() + site.get("/api/v1/dimensions").json()
    said = [one["definition"] if language == "en" else one["translations"][language]["definition"] for one in listed]

    text = Words(site.get("/definitions", params={"lang": language}).text).text

    assert [sentence for sentence in said if plain(sentence) not in text] == []


def test_an_indicator_is_explained_with_the_question_that_reads_it(site: Site) -> None:
    page = site.get("/definitions", params={"lang": "en"})
    entry = page.text.split('id="csat"', 1)[1].split("</article>", 1)[0]
    text = Words(f"<article {entry}").text

    assert "100 × ratings of 4 or 5" in text
    assert "n counts Satisfaction ratings." in text
    assert "Left out Surveys without a satisfaction rating. Spam and tests." in text
    assert "Good news Higher is better." in text
    assert "ressenti read csat --by channel" in text


def test_every_address_on_the_definitions_page_answers(site: Site) -> None:
    page = Words(site.get("/definitions").text)
    addresses = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    asked = [address for address in addresses if address.startswith("/api/")]
    anchors = {address.removeprefix("#") for address in addresses if address.startswith("#")} - {"content"}
    ids = {attributes.get("id") for _tag, attributes in page.tags}

    assert len(asked) == 2 * len(INDICATORS) + 2
    assert {address: code for address in asked if (code := site.get(address).status_code) != 200} == {}
    assert anchors <= ids


def test_every_address_of_the_guide_answers_and_has_the_place_it_names(site: Site) -> None:
    page = Words(site.get("/guide").text)
    addresses = {str(attributes["href"]) for tag, attributes in page.tags if tag == "a"}
    places = [address.partition("#") for address in addresses if address.partition("#")[2] not in {"", "content"}]

    assert {"/definitions", "/practices", "/conversations?sort=worth"} <= addresses
    for path, _sign, place in places:
        there = Words(site.get(path or "/guide").text)
        assert place in {attributes.get("id") for _tag, attributes in there.tags}


def test_the_guide_calls_things_as_pages_do_in_both_languages(site: Site) -> None:
    english, french = (Words(site.get("/guide", params={"lang": language}).text).text for language in ("en", "fr"))
    named = zip(re.findall("“(.+?)”", english), re.findall(r"«\s?(.+?)\s?»", french), strict=True)
    known = {one: (translate(one, "fr"), other) for one, other in named if translate(one, "fr") != one}

    assert {"More figures", "Where it comes from", "Compare", "Take away", "CSV for Excel", "is not"} <= set(known)
    assert all(ours == said for ours, said in known.values())


def test_what_advice_points_to_is_on_the_page_of_good_practice(site: Site) -> None:
    page = site.get("/practices")
    ids = {attributes.get("id") for _tag, attributes in Words(page.text).tags}

    assert page.status_code == 200
    assert {one.practice for one in ADVICE.values()} <= ids


@pytest.mark.parametrize("path", ["/guide", "/definitions", "/practices", "/advice"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_that_explains_names_no_decision_and_needs_no_script(site: Site, path: str, language: str) -> None:
    page = site.get(path, params={"lang": language})

    assert page.status_code == 200
    assert re.findall(r"\b[DE]\d{1,2}\b", Words(page.text).text) == []
    assert " style=" not in page.text


def test_our_own_advice_stands_until_someone_writes_theirs(fresh: Site) -> None:
    assert advice_of(fresh, "csat").startswith("Read the conversations rated 1 to 3 first")

    told = fresh.post("/advice/change", data={"indicator": "csat", "language": "en", "words": "Ask Ana.\r\nShe knows."})

    assert told.status_code == 200
    assert str(told.url).endswith("#advice-csat")
    assert advice_of(fresh, "csat") == "Ask Ana.\nShe knows."
    assert advice_of(fresh, "csat", "fr") != "Ask Ana.\nShe knows."


def test_going_back_to_ours_forgets_what_was_written(fresh: Site) -> None:
    fresh.post("/advice/change", data={"indicator": "nps", "language": "fr", "words": "À nous."})
    assert advice_of(fresh, "nps", "fr") == "À nous."

    fresh.post("/advice/change", data={"indicator": "nps", "language": "fr", "words": "unseen", "do": "reset"})

    assert "À nous." not in fresh.get("/advice").text
    assert "unseen" not in fresh.get("/advice").text


def test_advice_of_spaces_only_is_ours_again(fresh: Site) -> None:
    before = advice_of(fresh, "nps")
    fresh.post("/advice/change", data={"indicator": "nps", "language": "en", "words": "Ours."})
    fresh.post("/advice/change", data={"indicator": "nps", "language": "en", "words": " \r\n\t "})

    assert advice_of(fresh, "nps") == before


def test_advice_too_long_is_refused_and_stays_in_its_field(fresh: Site) -> None:
    long = "x" * (LONGEST + 1)

    told = fresh.post("/advice/change", data={"indicator": "csat", "language": "en", "words": long})

    assert told.status_code == 422
    assert "This advice has 2001 characters; 2000 fit." in told.text
    assert long in told.text
    assert advice_of(fresh, "csat").startswith("Read the conversations")


def test_advice_that_fills_its_2000_characters_is_kept(fresh: Site) -> None:
    fresh.post("/advice/change", data={"indicator": "csat", "language": "en", "words": "y" * LONGEST})

    assert advice_of(fresh, "csat") == "y" * LONGEST


@pytest.mark.parametrize(
    "given",
    [{"indicator": "joy", "language": "en"}, {"indicator": "csat", "language": "xx"}, {"language": "en"}, {}],
)
def test_advice_for_what_there_is_not_is_refused(fresh: Site, given: dict[str, str]) -> None:
    assert fresh.post("/advice/change", data=given | {"words": "lost"}).status_code == 400
    assert "lost" not in fresh.get("/advice").text


def test_advice_is_text_wherever_it_stands(fresh: Site, own: World) -> None:
    fresh.post("/advice/change", data={"indicator": "csat", "language": "en", "words": HOSTILE})

    with own.store.read() as record:
        words = advice_for(record, "csat", "en")
    note = environment("en").from_string(
        '{% from "advice/advice_note.html.j2" import advice_note with context %}'
        '{{ advice_note("csat", words, "low-scores", may_write=true) }}'
    )
    shown = note.render(words=words, page=PAGE)

    assert words == HOSTILE
    assert "<script>alert" not in shown + fresh.get("/advice").text
    assert '<a class="link" href="/practices#low-scores">' in shown
    assert 'href="/advice#advice-csat"' in shown


@pytest.mark.parametrize(("role", "status"), [("analyst", 403), ("agent", 403), ("supervisor", 200)])
def test_advice_is_written_by_those_who_lead(world: World, role: str, status: int) -> None:
    with Site(world, role) as opened:
        assert opened.get("/advice").status_code == status


def test_a_page_of_another_site_writes_no_advice(world: World) -> None:
    with Site(world) as opened:
        del opened.headers["authorization"]
        told = opened.post("/advice/change", data={"indicator": "csat", "language": "en", "words": "theirs"})

        assert told.status_code == 403


PAGE = SimpleNamespace(link=lambda address: address)
"""A page of which nothing goes along."""


def notes(**given: object) -> str:
    shared = "customer_experience/reading_notes.html.j2"
    said = f'{{% from "{shared}" import reading_notes with context %}}{{{{ reading_notes(until, rate) }}}}'
    return Words(environment("en").from_string(said).render({"until": None, "rate": None, "page": PAGE} | given)).text


def test_the_notes_say_all_that_one_must_know_before_concluding() -> None:
    text = notes()

    for words in (
        "ignore a survey, others leave before they see it",
        "Every question answered counts",
        "a high CSAT need not bring a high NPS",
        "A bad exchange, though, tends to lower it.",
        "the wait, the transfers, earlier contacts",
        "counts for everyone who wrote in the conversation",
        "Half of the conversations took less",
    ):
        assert words in text
    assert "Not final yet" not in text


def test_the_notes_name_the_response_rate_and_the_last_day_of_change_where_they_are_known() -> None:
    text = notes(rate="41.2 %", until=date(2026, 12, 6))

    assert "Here 41.2 % of the surveys offered were answered" in text
    assert "Late answers can still move these figures until 6 Dec 2026." in text


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            Freshness(number=90_871, at=NINE_42),
            "Data as of 22 Nov 2026, 09:42 (journal entry 90,871), 0 s behind",
        ),
        (
            Freshness(number=90_871, at=NINE_42, waiting_since=NINE_42 + SECOND),
            "Data as of 22 Nov 2026, 09:42 (journal entry 90,871), 1 min 14 s behind",
        ),
        (Freshness(), "No data yet"),
    ],
)
def test_the_foot_of_a_page_says_how_fresh_its_figures_are(found: Freshness, words: str) -> None:
    said = '{% from "customer_experience/as_of.html.j2" import as_of %}{{ as_of(found, now, "Europe/Paris") }}'
    shown = environment("en").from_string(said).render(found=found, now=NINE_42 + 75 * SECOND)

    assert Words(shown).text == words
