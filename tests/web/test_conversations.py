"""The Conversations report and a conversation as pages: what is on them, for whom, and what they do with nonsense."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from markupsafe import escape

from ressenti.reports.conversations.columns import COLUMNS
from tests.support.scenario import World, moment
from tests.support.site import HOSTILE, Site, Words

LONG = "Anne-Marie-Joséphine de la Tour-Maubourg-Latour d'Auvergne et de Saint-Exupéry X"
ARABIC = "مرحبا، المصباح مكسور"
FORMULA = '=HYPERLINK("https://example.org")'


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make 60 conversations in Paris with what people write, attack with, and cannot be shown in a narrow column."""
    made = World(tmp_path_factory.mktemp("talking")).settle(zone="Europe/Paris", name="Tilleul & fils")
    made.add("agents", agent_id="ana", name="Ana Souza", group="Lyon")
    made.add("agents", agent_id="bo", name=HOSTILE, group="Lille")
    made.add("agents", agent_id="cy", name=LONG, group=LONG)
    texts = ("La lampe Brume est CASSÉE", HOSTILE, ARABIC, FORMULA, "x" * 10_000, "\u202eevil", "Deux\nlignes", "")
    for i in range(60):
        opened = f"2026-10-{15 + i % 14} 09:10"
        key = made.conversation(
            opened,
            closed=f"{opened[:-5]}{10 + i % 9}:{i % 60:02}",
            conversation_id=f"talk-{i}",
            csat=1 + i % 5 if i % 4 else None,
            nps=i % 11 if i % 3 == 0 else None,
            channel=("Chat", HOSTILE, FORMULA)[i % 3],
            language=("fr", "ar", "not a language")[i % 3],
        )
        for role, who, at, text in (
            ("visitor", "", opened, texts[i % 8]),
            ("agent", ("ana", "bo", "cy")[i % 3], f"{opened[:-2]}14", "Bonjour, ici le service client."),
        ):
            made.add(
                "messages",
                message_id=f"{key}-{role}",
                conversation_id=key,
                created_at=moment(at),
                author_role=role,
                author_id=who,
                text=text,
            )
    made.survey("talk-3", "2026-10-18 12:00", csat=2, comment=HOSTILE)
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def opened(world: World) -> Iterator[dict[str, Site]]:
    """Give a client for each role."""
    with (
        Site(world) as administrator,
        Site(world, "analyst") as analyst,
        Site(world, "supervisor") as supervisor,
        Site(world, "agent") as agent,
    ):
        yield {"administrator": administrator, "analyst": analyst, "supervisor": supervisor, "agent": agent}


@pytest.fixture
def site(opened: dict[str, Site]) -> Site:
    return opened["administrator"]


def listed(html: str) -> list[list[str]]:
    """Return the cells of the list, row by row, its headings first."""
    return Words(html).tables["t list"]


def links(html: str, pattern: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', html) if re.search(pattern, unescape(found))]


def talk(world: World, key: str) -> int:
    with world.store.read() as record:
        found = record.exec_driver_sql("SELECT id FROM conversation WHERE external_id = ?", (key,))
        return int(found.scalar_one())


def test_the_list_shows_fifty_and_leads_to_the_rest(site: Site) -> None:
    html = site.get("/conversations").text

    rows = listed(html)
    assert len(rows) == 51
    assert rows[0] == [
        "Conversation",
        "Closed at",
        "Channel",
        "Topic",
        "Agents",
        "First response",
        "Resolution",
        "CSAT",
    ]
    assert "60 conversations" in Words(html).text
    older = links(html, "after=")
    assert len(listed(site.get(older[0]).text)) == 11
    assert "before=" not in html


def test_a_heading_says_how_the_rows_are_ordered_and_turns_it_round(site: Site) -> None:
    html = site.get("/conversations?sort=-csat").text

    assert html.count('aria-sort="descending"') == 1
    turned = site.get(links(html, "sort=csat")[0]).text
    assert 'aria-sort="ascending"' in turned
    assert [row[-1] for row in listed(turned)[1:4]] == ["CSAT1 / 5"] * 3


def test_the_list_behind_a_figure_says_so_and_lets_go_of_it(site: Site) -> None:
    html = site.get("/conversations?of=csat&by=agent&key=ana&grain=day&bucket=2026-10-18T00:00:00%2B02:00").text

    assert "CSAT, agent Ana Souza, Sun 18 Oct 2026 : 2 conversations" in Words(html).text
    without = re.search(r'class="chip behind".*?class="x" href="([^"]*)"', html, re.DOTALL)
    assert without is not None
    assert "60 conversations" in Words(site.get(unescape(without[1])).text).text


def test_behind_a_rating_each_row_says_why_it_is_worth_reading(opened: dict[str, Site]) -> None:
    html = opened["administrator"].get("/conversations?of=csat").text
    hidden = opened["analyst"].get("/conversations?of=csat").text

    first = re.findall(r'<span class="reason">([^<]*)</span>.*?(?:<q class="said"[^>]*>(.*?)</q>)?</a>', html)[0]
    assert first == ("recommendation 3 of 10, with a comment", str(escape(HOSTILE)))
    assert "recommendation 3 of 10, with a comment" in hidden
    assert str(escape(HOSTILE)) not in re.findall(r'<a class="why".*?</a>', hidden)[0]
    assert "Order: worth reading first" in Words(html).text


def test_what_is_worth_reading_and_what_is_new_are_orders_to_choose(site: Site) -> None:
    html = site.get("/conversations").text
    chosen = site.get("/conversations?sort=worth").text
    behind = site.get("/conversations?of=csat&sort=-closed").text

    assert ("Order: newest first" in Words(html).text, links(html, "sort=worth")[0]) == (
        True,
        "/conversations?sort=worth",
    )
    assert "Order: worth reading first" in Words(chosen).text
    assert 'class="reason"' not in html + behind
    assert "/conversations?of=csat" in links(behind, "of=csat")
    assert "Order: CSAT" in Words(site.get("/conversations?sort=-csat").text).text


def test_a_conversation_leads_on_in_its_list_and_back_to_its_row(site: Site) -> None:
    html = site.get("/conversations?of=csat&where=channel=Chat").text
    listed_first = list(dict.fromkeys(links(html, r"^/conversations/\d+")))
    html = site.get(listed_first[1]).text
    number = listed_first[1].partition("?")[0].rpartition("/")[2]

    assert f"/conversations?where=channel%3DChat&of=csat#c-{number}" in links(html, "#c-")
    assert re.findall(r'rel="(prev|next)" href="([^"]*)"', unescape(html))[:2] == [
        ("prev", listed_first[0]),
        ("next", listed_first[2]),
    ]
    assert "2 of 15" in Words(html).text
    assert f'id="c-{number}"' in site.get("/conversations?of=csat&where=channel=Chat").text
    assert "CSAT" in Words(html).text


def test_the_row_of_a_later_page_is_found_on_its_page(site: Site) -> None:
    second = site.get(links(site.get("/conversations").text, "after=")[0]).text
    address = links(second, r"^/conversations/\d+")[3]
    number = address.partition("?")[0].rpartition("/")[2]
    [back] = links(site.get(address).text, "#c-")

    assert back.startswith("/conversations?after=")
    assert f'id="c-{number}"' in site.get(back.partition("#")[0]).text
    assert "54 of 60" in Words(site.get(address).text).text


@pytest.mark.parametrize(
    ("query", "way"),
    [
        ("", ""),
        ("?zone=UTC", "?zone=UTC"),
        ("?sort=size", ""),
        ("?sort=csat&where=channel=Nowhere", ""),
        ("?sort=csat&q=%3F", ""),
    ],
)
def test_without_a_list_that_can_be_made_there_is_the_way_to_all(
    site: Site, world: World, query: str, way: str
) -> None:
    html = site.get(f"/conversations/{talk(world, 'talk-0')}{query}").text

    assert "data-key" not in html
    assert f'<a class="link" href="/conversations{way}">' in html


def test_filters_stand_as_chips_that_can_be_taken_off(site: Site) -> None:
    html = site.get("/conversations?where=agent=ana&where=channel=Chat").text

    assert "20 conversations" in Words(html).text
    assert "Ana Souza" in html
    assert "/conversations?where=channel%3DChat" in links(html, "^/conversations")


def test_words_are_found_and_marked_in_the_list_and_in_the_conversation(site: Site) -> None:
    html = site.get("/conversations?q=cassee%20LAMP").text

    assert "8 conversations" in Words(html).text
    assert html.count("<mark>CASSÉE</mark>") == 8
    address = links(html, r"^/conversations/\d+")[0]
    shown = site.get(address).text
    assert "La <mark>lampe</mark> Brume est <mark>CASSÉE</mark>" in shown


def test_an_id_is_offered_on_top_whatever_the_filters_say(site: Site, world: World) -> None:
    html = site.get("/conversations?q=talk-7&period=today").text

    assert f'href="/conversations/{talk(world, "talk-7")}?period=today&amp;q=talk-7&amp;sort=-closed"' in html
    assert "There is a conversation with this id" in html


def test_nothing_found_says_what_to_try(site: Site) -> None:
    html = site.get("/conversations?q=zzzz&period=7d").text

    assert "No conversation fits" in html
    assert "/conversations?period=all&q=zzzz" in links(html, "period=all")
    assert 'value="zzzz"' in html


def test_chosen_columns_are_shown_and_kept_by_every_link(site: Site) -> None:
    html = site.get("/conversations?columns=csat&columns=comment&columns=nps&where=agent=bo").text

    assert listed(html)[0] == ["Conversation", "CSAT", "NPS", "Comment"]
    assert all("columns=csat%2Cnps%2Ccomment" in one for one in links(html, "sort="))
    assert HOSTILE not in html
    assert {column.key for column in COLUMNS.values() if column.key not in {"id", "project"}} == set(
        re.findall(r'name="columns" value="(\w+)"', html)
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sort=size", "closed, opened"),
        ("columns=colour", "closed"),
        ("after=nonsense", "beginning"),
        ("after=123456", "beginning"),
        ("note=x&of=csat", "0 to 10"),
        ("of=joy", "joy"),
        ("of=resolution_time&note=3", "csat"),
        ("where=channel=Nowhere", "Chat"),
        ("period=fortnight", "30d"),
        ("q=" + "x" * 300, "too long"),
        ("q=%3F%3F", ""),
    ],
)
def test_what_cannot_be_listed_is_said_on_a_page_that_keeps_what_was_typed(site: Site, query: str, words: str) -> None:
    answer = site.get(f"/conversations?{query}")

    assert answer.status_code == 422
    assert words in Words(answer.text).text
    assert f'name="{query.partition("=")[0]}"' in answer.text


def test_a_repeated_parameter_is_refused(site: Site) -> None:
    assert site.get("/conversations?sort=csat&sort=nps").status_code == 400


@pytest.mark.parametrize("key", [f"talk-{i}" for i in range(8)])
def test_hostile_texts_are_text(site: Site, world: World, key: str) -> None:
    html = site.get(f"/conversations/{talk(world, key)}").text

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "Bonjour, ici le service client." in html


def test_a_text_says_its_language_and_finds_its_own_direction(site: Site, world: World) -> None:
    arabic = site.get(f"/conversations/{talk(world, 'talk-10')}").text
    unknown = site.get(f"/conversations/{talk(world, 'talk-2')}").text

    assert f'<p class="bub" dir="auto" lang="ar">{ARABIC}</p>' in arabic
    assert f'<p class="bub" dir="auto">{ARABIC}</p>' in unknown


def test_lines_stay_lines_and_a_missing_text_has_its_place(site: Site, world: World) -> None:
    assert "Deux\nlignes" in site.get(f"/conversations/{talk(world, 'talk-6')}").text
    assert "it was erased, or only a file was sent" in site.get(f"/conversations/{talk(world, 'talk-7')}").text


def test_every_measure_leads_to_a_message_that_is_on_the_page(site: Site, world: World) -> None:
    html = site.get(f"/conversations/{talk(world, 'talk-3')}").text

    led = set(re.findall(r'href="#(m-\d+)"', html))
    assert led == {"m-1", "m-2"}
    assert all(f'id="{one}"' in html for one in led)
    assert "From the visitor's first message at 11:10:00" in Words(html).text


def test_who_may_not_read_content_sees_no_word_of_it(opened: dict[str, Site], world: World) -> None:
    analyst = opened["analyst"]
    shown = Words(analyst.get(f"/conversations/{talk(world, 'talk-0')}").text).text
    html = analyst.get("/conversations?q=lampe&columns=comment,csat").text

    assert "Text not shown (25 characters)" in shown
    assert "lampe" not in shown
    assert "another right" in html
    assert "<mark>" not in html
    assert 'value="comment"' not in html


def test_who_is_kept_to_some_finds_the_others_as_if_they_were_not_there(opened: dict[str, Site], world: World) -> None:
    theirs, none = talk(world, "talk-1"), 999_999
    for role in ("supervisor", "agent"):
        site = opened[role]
        answers = [site.get(f"/conversations/{number}") for number in (theirs, none)]
        assert [one.status_code for one in answers] == [404, 404]
        assert Words(answers[0].text).text == Words(answers[1].text).text
        assert site.get(f"/conversations/{talk(world, 'talk-0')}").status_code == 200
        assert "20 conversations" in Words(site.get("/conversations").text).text
        assert "There is a conversation with this id" not in site.get("/conversations?q=talk-1").text


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999", str(2**63), "9" * 30, "-1", "x", "1.5"])
def test_an_unknown_number_is_not_found(site: Site, number: str) -> None:
    assert site.get(f"/conversations/{number}").status_code == 404


def test_only_who_may_export_is_offered_to(opened: dict[str, Site]) -> None:
    query = "?where=agent=ana&sort=-csat"

    offered = links(opened["analyst"].get(f"/conversations{query}").text, "^/take/")
    assert all("where=agent%3Dana&sort=-csat" in one for one in offered)
    assert {one.partition("?")[0].rpartition(".")[2] for one in offered} >= {"csv", "xlsx", "parquet"}
    assert links(opened["agent"].get("/conversations").text, "^/take/") == []


def test_names_of_eighty_characters_and_formulas_are_shown_as_they_are(site: Site) -> None:
    text = Words(site.get("/conversations?where=agent=cy").text).text

    assert LONG in text
    assert FORMULA in text


def test_the_pages_speak_french_too(site: Site, world: World) -> None:
    html = site.get(f"/conversations/{talk(world, 'talk-0')}?lang=en").text
    french = site.get(f"/conversations/{talk(world, 'talk-0')}?lang=fr").text
    site.cookies.clear()

    assert '<html lang="en"' in html
    assert '<html lang="fr"' in french
    assert "jeudi 15 octobre 2026" in french
