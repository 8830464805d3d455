"""The list of conversations: which are in it, in which order, page by page, and what was looked for."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest

from ressenti.facts.engines.engine import Engine
from ressenti.indicators.paging import SORTS
from ressenti.indicators.refusals import BadChoice, UnknownDimension
from ressenti.reports.choice import read_report_choice
from ressenti.reports.conversations.columns import COLUMNS
from ressenti.reports.conversations.page import PAGE, ConversationAccess, ConversationsPage, prepare_page, snippet
from ressenti.reports.conversations.place_in_list import PlaceInList, place_in_list
from ressenti.reports.conversations.query import (
    ConversationQuery,
    UnknownColumn,
    UnknownRating,
    UnknownSort,
    UnknownSpot,
    read_conversation_query,
)
from ressenti.reports.conversations.transcript_text import drilldown_title
from ressenti.reports.drilldown import DrilldownTarget
from ressenti.search.refusals import NothingToSearch
from tests.support.scenario import World

TODAY = date(2024, 5, 20)
HOSTILE = '<script>alert(1)</script>\u202e"'
LONG = "Anne-Marie-Joséphine de la Tour-Maubourg-Latour d'Auvergne et de Saint-Exupéry X"

Listing = Callable[..., ConversationsPage]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make 130 conversations in three days of May, one of them open, one spam, with gaps in every column."""
    made = World(tmp_path_factory.mktemp("list")).settle(zone="Europe/Paris")
    made.add("agents", agent_id="ana", name="Ana Souza", group="Lyon")
    made.add("agents", agent_id="bo", name=LONG, group="Lille")
    for i in range(128):
        opened = f"2024-05-{13 + i % 3} {8 + i % 10:02}:{i % 60:02}"
        made.conversation(
            opened,
            closed=f"{opened[:11]}{19 + i % 3}:00",
            messages=[("visitor", opened), (f"agent:{('ana', 'bo')[i % 2]}", f"{opened[:11]}18:{i % 60:02}")],
            csat=1 + i % 5 if i % 4 else None,
            nps=i % 11 if i % 3 else None,
            channel=("Chat", "E-mail", None)[i % 3],
            topic=(HOSTILE, "Écrou", "ecran", None)[i % 4],
            tags="urgent;retour" if i % 5 == 0 else None,
            sales=[(f"{opened[:11]}18:30", 20.5 + i)] if i % 7 == 0 else (),
            conversation_id=f"c{i:03}",
        )
    made.conversation("2024-05-16 09:00", closed=None, conversation_id="open")
    made.conversation("2024-05-16 09:00", closed="2024-05-16 09:30", is_spam=True, conversation_id="spam")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture
def listing(world: World) -> Listing:
    """Return a page of the list, asked for in the words of an address."""

    def look(
        query: str = "",
        *,
        within: Any = (),
        may_read: bool = True,
        find: Callable[[str], Collection[int]] | None = None,
    ) -> ConversationsPage:
        wanted = wanted_of(query)
        access = ConversationAccess(zone="Europe/Paris", now=world.now, within=within, may_read=may_read, find=find)

        def ask(facts: Engine) -> ConversationsPage:
            with world.store.read() as record:
                return prepare_page(wanted, access, facts, record)

        return world.fact_store.using(ask)

    return look


def wanted_of(query: str) -> ConversationQuery:
    return read_conversation_query(parse_qs(query, keep_blank_values=True), today=TODAY)


def place_of(world: World, own_id: int, query: str) -> PlaceInList | None:
    access = ConversationAccess(zone="Europe/Paris", now=world.now)

    def ask(facts: Engine) -> PlaceInList | None:
        with world.store.read() as record:
            return place_in_list(own_id, wanted_of(query), access, facts, record)

    return world.fact_store.using(ask)


def keys(page: ConversationsPage) -> list[str]:
    return [row.cells["id"] for row in page.rows]


def test_the_list_is_of_the_last_thirty_days_newest_first(listing: Listing) -> None:
    page = listing()

    assert (page.count, len(page.rows)) == (128, PAGE)
    closed = [row.cells["closed"] for row in page.rows]
    assert closed == sorted(closed, reverse=True)
    assert closed[0].isoformat() == "2024-05-15T23:00:00+02:00"
    assert [column.key for column in page.columns] == [
        *("id", "closed", "channel", "topic", "agent", "first_response", "resolution", "csat")
    ]


def test_open_conversations_are_there_under_any_date_and_where_dated_by_opening(listing: Listing) -> None:
    assert listing("period=all").count == 129
    assert keys(listing("period=all"))[0] == "open"
    assert listing("anchor=opened").count == 129
    assert listing("period=all&of=conversations").count == 128
    assert listing("anchor=answered").count == 117  # of 128 every twelfth was not rated at all


def test_the_list_behind_a_bar_is_as_long_as_its_n(listing: Listing, world: World) -> None:
    for key, (_value, n) in world.by("csat", "agent").items():
        assert listing(f"of=csat&by=agent&key={key}").count == n
    assert listing("of=csat&by=channel&key=").count == world.by("csat", "channel")[None][1]
    for bucket, (_value, n) in world.over("csat", "day", from_="2024-05-01", to="2024-05-20").items():
        assert listing(f"of=csat&grain=day&bucket={str(bucket).replace('+', '%2B')}").count == n
    csat = world.read("csat")
    assert listing("of=csat_distribution&note=4&note=5").count == round(csat.n * float(csat.value or 0) / 100)


def test_a_filter_and_a_period_narrow_what_is_behind_a_figure(listing: Listing) -> None:
    assert listing("of=csat&where=channel=Chat&from=2024-05-13&to=2024-05-14").count == sum(
        1 for i in range(128) if i % 4 and i % 3 == 0
    )


@pytest.mark.parametrize("sort", ["worth", *(f"{sign}{key}" for key in SORTS for sign in ("", "-"))])
def test_every_order_pages_through_every_conversation_once_there_and_back(listing: Listing, sort: str) -> None:
    pages = [listing(f"period=all&sort={sort}")]
    while pages[-1].older is not None:
        pages.append(listing(f"period=all&sort={sort}&after={pages[-1].older}"))
    back = [pages[-1]]
    while back[-1].newer is not None:
        back.append(listing(f"period=all&sort={sort}&before={back[-1].newer}"))

    assert [len(page.rows) for page in pages] == [50, 50, 29]
    assert len({key for page in pages for key in keys(page)}) == 129
    assert [page.newer is None for page in pages] == [True, False, False]
    assert keys(back[-1]) == keys(pages[0])
    assert keys(back[1]) == keys(pages[1])


@pytest.mark.parametrize("sort", ["worth", "-closed", "csat", "agent", "-tag", "-revenue"])
def test_a_conversation_knows_its_neighbours_and_its_page_in_every_order(
    world: World, listing: Listing, sort: str
) -> None:
    pages = [listing(f"period=all&sort={sort}")]
    while pages[-1].older is not None:
        pages.append(listing(f"period=all&sort={sort}&after={pages[-1].older}"))
    ids = [row.id for page in pages for row in page.rows]

    for spot in (0, 1, 49, 50, 51, 99, 100, 128):
        place = place_of(world, ids[spot], f"period=all&sort={sort}")
        assert place == PlaceInList(
            number=spot + 1,
            count=129,
            previous=ids[spot - 1] if spot else None,
            next=ids[spot + 1] if spot < 128 else None,
            page_after=ids[spot // 50 * 50 - 1] if spot >= 50 else None,
        )


def test_what_the_list_no_longer_holds_still_leads_on(world: World, listing: Listing) -> None:
    """It is of another agent than Ana: her list goes on with what comes after it."""
    ids = [row.id for row in listing("period=all&sort=opened").rows]
    hers = [row.id for row in listing("period=all&sort=opened&where=agent=ana").rows]
    other = next(one for one in ids[5:] if one not in hers)
    place = place_of(world, other, "period=all&sort=opened&where=agent=ana")

    assert place is not None
    assert (place.number, place.count) == (None, 64)
    assert place.next == next(one for one in ids[ids.index(other) :] if one in hers)
    assert place.previous == next(one for one in reversed(ids[: ids.index(other)]) if one in hers)


@pytest.mark.parametrize(
    ("sort", "column"), [("csat", "csat"), ("first_response", "first_response"), ("closed", "closed")]
)
def test_an_order_puts_what_has_no_value_last_either_way(listing: Listing, sort: str, column: str) -> None:
    for sign in ("", "-"):
        found = []
        page = listing(f"period=all&sort={sign}{sort}")
        found += [row.cells[column] for row in page.rows]
        while page.older is not None:
            page = listing(f"period=all&sort={sign}{sort}&after={page.older}")
            found += [row.cells[column] for row in page.rows]
        given = [value for value in found if value is not None]
        assert given == sorted(given, reverse=bool(sign))
        assert found[: len(given)] == given
        assert len(found) > len(given)


def test_behind_a_mark_of_ratings_or_waits_what_is_worth_reading_comes_first(listing: Listing) -> None:
    for of in ("csat", "nps", "csat_distribution", "first_response_time", "resolution_time", "fcr"):
        assert wanted_of(f"of={of}").order == "worth"
    for query in ("", "of=conversations", "of=revenue", "of=handling_time", "of=csat&sort=-closed"):
        assert wanted_of(query).order == "-closed"
    points = [row.reasons.points for row in listing("of=csat").rows if row.reasons]
    assert points == sorted(points, reverse=True)
    assert (len(points), points[0], points[-1]) == (PAGE, 6, 3)
    assert all(row.reasons is None for row in listing("of=csat&sort=-closed").rows)


def test_names_are_in_the_order_of_a_dictionary(listing: Listing) -> None:
    page = listing("sort=topic&where=topic=Écrou&where=topic=ecran")

    names = [row.cells["topic"].label for row in page.rows]
    assert names[:32] == ["ecran"] * 32
    assert set(names[32:]) == {"Écrou"}


def test_a_page_that_ends_at_the_beginning_is_a_whole_one(listing: Listing) -> None:
    third = listing().rows[2].id
    page = listing(f"before={third}")

    assert len(page.rows) == PAGE
    assert page.newer is None


def test_chosen_columns_stand_in_their_own_order_with_the_id_first(listing: Listing) -> None:
    for query in ("columns=nps,revenue,tag", "columns=revenue&columns=tag&columns=nps"):
        assert [column.key for column in listing(query).columns] == ["id", "tag", "nps", "revenue"]
    row = listing("columns=revenue,tag,handlings&sort=-revenue").rows[0]
    assert (str(row.cells["revenue"].amount), row.cells["revenue"].currency) == ("146.5", "EUR")
    assert row.cells["handlings"] == 1


def test_what_people_wrote_is_no_column_for_whom_may_not_read_it(listing: Listing) -> None:
    assert "comment" in [column.key for column in listing("columns=comment").columns]
    assert "comment" not in [column.key for column in listing("columns=comment", may_read=False).columns]


def test_an_exact_id_is_offered_whatever_the_filters_say(listing: Listing) -> None:
    page = listing("q=spam&where=channel=Chat", find=lambda _words: [])

    assert page.count == 0
    assert page.found is not None
    assert page.found.cells["id"] == "spam"
    assert listing("q=c00").found is None


def test_an_id_that_is_no_word_is_found_all_the_same(listing: Listing, world: World) -> None:
    world.conversation("2024-05-16 10:00", closed="2024-05-16 10:10", conversation_id="---", is_spam=True)
    world.import_()

    def find(_words: str) -> list[int]:
        raise NothingToSearch

    assert listing("q=---", find=find).found is not None
    with pytest.raises(NothingToSearch):
        listing("q=%21%21", find=find)


def test_found_words_narrow_the_list(listing: Listing) -> None:
    ids = [row.id for row in listing().rows[:7]]

    page = listing("q=lampe&columns=csat", find=lambda words: ids if words == "lampe" else [])

    assert [row.id for row in page.rows] == ids
    assert page.count == 7


def test_who_may_not_read_what_was_written_may_not_search_it(listing: Listing) -> None:
    asked: list[str] = []

    page = listing("q=lampe", may_read=False, find=lambda words: asked.append(words) or [1])  # type: ignore[func-returns-value]

    assert (page.count, asked) == (0, [])


def test_who_is_kept_to_some_sees_no_other(listing: Listing) -> None:
    ana = listing("where=agent=ana&columns=agent").rows
    assert {name.key for row in ana for name in row.cells["agent"]} == {"ana"}
    within = (("agent", (1,)),)

    page = listing("q=c001", within=within, find=lambda _words: range(200))

    assert page.count == 64
    assert page.found is None  # it is Bo's
    assert listing("q=c002", within=within, find=lambda _words: []).found is not None


@pytest.mark.parametrize(
    ("query", "refusal", "words"),
    [
        ("sort=size", UnknownSort, "closed, opened"),
        ("columns=colour", UnknownColumn, "closed"),
        ("columns=csta", UnknownColumn, "csat"),
        ("note=11&of=nps", UnknownRating, "0 to 10"),
        ("after=x", UnknownSpot, "beginning"),
        ("after=99999999999", UnknownSpot, "beginning"),
        ("of=revenu", BadChoice, "revenue"),
        ("of=csat&by=size&key=1", UnknownDimension, "size"),
        ("of=csat&grain=century&bucket=2024-05-14", BadChoice, "month"),
    ],
)
def test_what_cannot_be_wanted_is_refused_with_what_can(query: str, refusal: type[Any], words: str) -> None:
    with pytest.raises(refusal) as refused:
        wanted_of(query)

    assert words in str(refused.value)


def test_a_page_after_a_conversation_that_is_not_there_is_refused(listing: Listing) -> None:
    with pytest.raises(UnknownSpot):
        listing("after=99999")


def test_an_address_leads_back_to_what_is_wanted() -> None:
    said = (
        "period=all&zone=Asia%2FTokyo&where=channel%3DChat&of=csat&by=agent&key=ana&grain=day&bucket=2024-05-14"
        "&note=4&note=5&q=lampe&sort=-csat&columns=closed%2Ccsat&after=12"
    )
    wanted = wanted_of(said)

    assert wanted_of(wanted.address().partition("?")[2]) == wanted
    assert wanted.but(sort=None).after is None
    assert wanted.behind == DrilldownTarget(
        of="csat", by="agent", key="ana", grain="day", bucket="2024-05-14", ratings=(4, 5)
    )
    assert wanted_of("").address() == "/conversations"


def test_a_list_says_in_words_what_it_is_behind() -> None:
    behind = DrilldownTarget(of="csat", by="agent", key="ana", grain="day", bucket="2024-05-14T00:00:00+02:00")
    nps = DrilldownTarget(of="nps_distribution", ratings=(9, 10))

    assert drilldown_title(behind, "Ana Souza", "Europe/Paris") == "CSAT, agent Ana Souza, Tue 14 May 2024"
    assert drilldown_title(nps, "", "UTC") == "NPS by rating, promoters"
    assert drilldown_title(DrilldownTarget(of="csat", by="channel"), "", "UTC") == "CSAT, no channel"
    assert drilldown_title(DrilldownTarget(of="csat", ratings=(4,)), "", "UTC") == "CSAT, rating 4"


def test_a_snippet_shows_what_was_looked_for_and_a_little_around_it() -> None:
    long = "Bonjour. " * 1000 + "La LAMPE\n\tBrume est cassée. " + "Merci. " * 1000

    pieces = snippet(long, "lampe")

    assert "".join(text for text, _hit in pieces).startswith("…")
    assert [text for text, is_hit in pieces if is_hit] == ["LAMPE"]
    assert 100 < sum(len(text) for text, _hit in pieces) < 200
    assert snippet("rien", "lampe") == ()
    assert snippet("", "lampe") == ()


def test_every_order_is_a_column(listing: Listing) -> None:
    assert {one.sort for one in COLUMNS.values() if one.sort} == set(SORTS)
    assert listing("columns=" + ",".join(COLUMNS)).rows[0].cells.keys() == COLUMNS.keys()


def test_the_list_knows_only_the_choices_that_are_its_own() -> None:
    assert wanted_of("indicator=nonsense&tab=nonsense&order=nonsense").choice == read_report_choice({}, today=TODAY)
    assert wanted_of("compare=year").choice == read_report_choice({"compare": ["year"]}, today=TODAY)
