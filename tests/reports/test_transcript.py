"""A conversation as it went, and how each of its measures came about."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ressenti.facts.engines.engine import Engine
from ressenti.facts.schema import TABLES
from ressenti.indicators.model import Unit
from ressenti.kit.clock import SECOND
from ressenti.reports.conversations.measure_trace import MeasuredValue
from ressenti.reports.conversations.timeline_events import MessageWritten, SurveyAnswered
from ressenti.reports.conversations.transcript import Transcript, prepare_transcript
from ressenti.reports.conversations.transcript_text import explanation_pieces, moment_of, nps_class
from tests.support.scenario import World, moment
from tests.support.site import HOSTILE

Telling = Callable[..., Transcript]
ARABIC = "مرحبا، المصباح مكسور"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make conversations of every kind: told by messages or by the source, open, transferred, rated, sold, erased."""
    made = World(tmp_path_factory.mktemp("talks")).settle(zone="Europe/Paris")
    made.add("agents", agent_id="ana", name="Ana Souza", group="Lyon")
    made.add("agents", agent_id="bo", name="Bo", group="Lille")
    made.add("agents", agent_id="robo", name="Robo", kind="bot")
    whole(made)
    made.conversation("11:00", closed="11:30", conversation_id="given", agent_id="ana", first_response_s=48, csat=5)
    made.conversation("11:00", closed=None, conversation_id="still", messages=[("visitor", "11:00")], csat=2)
    made.conversation("11:00", closed="11:10", conversation_id="bare", first_response_at="11:02")
    made.conversation(
        "12:00",
        closed="12:30",
        conversation_id="bots",
        messages=[("visitor", "12:00"), ("bot:robo", "12:00:02")],
        sales=[("12:10", -5)],
    )
    made.conversation("13:00", closed="13:30", conversation_id="mute", messages=[("agent:ana", "13:01")])
    made.conversation("13:50", closed="13:55", conversation_id="upside", messages=[("visitor", "14:00")])
    made.conversation("15:00", closed="15:30", conversation_id="spam", is_spam=True, messages=[("visitor", "15:00")])
    for who in ("still", "given"):
        made.add("events", conversation_id=who, at=moment("11:05"), state="Waiting", agent_id="ana")
    made.conversation(
        "16:00", closed=None, conversation_id="ticket", messages=[("visitor", "16:00"), ("agent:bo", "16:01")]
    )
    for state, at in (("Resolved", "16:20"), ("Open", "16:21"), ("Resolved", "16:40"), ("Closed", "17:00")):
        made.add("events", conversation_id="ticket", at=moment(at), state=state)
    assert made.import_().total.rejected == 0
    made.add(
        "surveys",
        survey_id="s-whole",
        conversation_id="whole",
        rated_at=moment("10:40"),
        csat=4,
        nps=9,
        comment=HOSTILE,
    )
    assert made.import_().total.updated == 1
    yield made
    made.close()


def whole(world: World) -> None:
    """Tell one conversation with all there can be in it, of a visitor who came twice more."""
    world.conversation(
        "10:02",
        closed="10:30",
        conversation_id="whole",
        visitor_id="v1",
        channel="Chat",
        language="ar",
        tags="lamp;sofa",
    )
    said = [
        ("visitor", "", "10:02:10", ARABIC, {}),
        ("bot", "robo", "10:02:12", "Bonjour !", {}),
        ("agent", "ana", "10:02:20", "One moment, please.", {"automatic": True}),
        ("agent", "ana", "10:02:30", "A regular customer.", {"internal": True}),
        ("agent", "ana", "10:03:05", "La lampe Brume ?\n<b>Oui</b>", {}),
        ("system", "", "10:05:00", "The visitor left the page.", {}),
        ("visitor", "", "10:10:00", "", {}),
        ("agent", "bo", "10:12:00", "x" * 10_000, {}),
    ]
    for i, (role, who, at, text, more) in enumerate(said):
        world.add(
            "messages",
            message_id=f"w{i}",
            conversation_id="whole",
            created_at=moment(at),
            author_role=role,
            author_id=who,
            text=text,
            **more,
        )
    world.add("surveys", survey_id="s-whole", conversation_id="whole", rated_at=moment("10:35"), csat=2, nps=9)
    world.add("transactions", transaction_id="t-whole", at=moment("10:20"), amount=20.5, conversation_id="whole")
    for key, opened in (("before", "2024-05-01 09:00"), ("after", "2024-05-20 09:00")):
        world.conversation(opened, closed=f"{opened[:-2]}20", conversation_id=key, visitor_id="v1", csat=3)


@pytest.fixture
def told(world: World) -> Telling:
    """Return a conversation by its source's id."""

    def tell(key: str, **how: Any) -> Transcript:
        options: dict[str, Any] = {"zone": "Europe/Paris", "may_read": True} | how

        def ask(facts: Engine) -> Transcript | None:
            with world.store.read() as record:
                return prepare_transcript(number(world, key), facts=facts, record=record, **options)

        found = world.fact_store.using(ask)
        assert found is not None
        return found

    return tell


def number(world: World, key: str) -> int:
    with world.store.read() as record:
        return int(record.exec_driver_sql("SELECT id FROM conversation WHERE external_id = ?", (key,)).scalar_one())


def measure(transcript: Transcript, key: str) -> MeasuredValue:
    return next(one for one in transcript.measured.measures if one.key == key)


def how(transcript: Transcript, one: MeasuredValue) -> list[str]:
    return ["".join(words for words, _message in explanation_pieces(each, transcript)) for each in one.how]


def test_what_happened_is_told_in_order(told: Telling) -> None:
    transcript = told("whole")

    assert " ".join(item.kind for item in transcript.items) == (
        "opened said handed said said said handed said said said handed said sold closed answered"
    )
    assert [item.at for item in transcript.items] == sorted(item.at for item in transcript.items)
    said = [item for item in transcript.items if isinstance(item, MessageWritten)]
    assert [item.side for item in said] == ["visitor", "bot", "human", "staff", "human", "system", "visitor", "human"]
    assert [item.place for item in said] == list(range(1, 9))
    assert said[0].pieces == ((ARABIC, False),)
    assert said[6].pieces == ()
    assert (said[2].is_automatic, said[3].is_internal) == (True, True)


def test_who_may_not_read_content_sees_how_long_it_is_and_no_word_of_it(told: Telling) -> None:
    transcript = told("whole", may_read=False)

    said = [item for item in transcript.items if isinstance(item, MessageWritten)]
    assert {item.pieces for item in said} == {None}
    assert said[-1].length == 10_000
    answered = next(item for item in transcript.items if isinstance(item, SurveyAnswered))
    assert [reply.pieces for reply in answered.replies if reply.question == "comment"] == [None]
    assert ARABIC not in repr(transcript)
    assert "alert(1)" not in repr(transcript)


def test_what_was_looked_for_is_marked_in_any_case(told: Telling) -> None:
    said = [item for item in told("whole", words="LAMP").items if isinstance(item, MessageWritten)]

    assert said[4].pieces == (("La ", False), ("lampe", True), (" Brume ?\n<b>Oui</b>", False))


def test_an_answer_that_was_changed_later_keeps_what_was_said_before(told: Telling) -> None:
    answered = next(item for item in told("whole").items if isinstance(item, SurveyAnswered))

    assert [(reply.question, reply.value) for reply in answered.replies] == [("csat", 4), ("nps", 9), ("comment", None)]
    assert [(one.before.question, one.before.value) for one in answered.changes] == [("csat", 2)]
    assert [nps_class(rating) for rating in (0, 6, 7, 8, 9, 10)] == [
        *("detractor", "detractor", "passive", "passive", "promoter", "promoter")
    ]


def test_the_first_response_names_its_messages_and_what_does_not_count(told: Telling) -> None:
    transcript = told("whole")
    one = measure(transcript, "first_response")

    assert one.value == 55
    assert how(transcript, one) == [
        "From the visitor's first message at 12:02:10 to the first answer by a person, Ana Souza, at 12:03:05.",
        "The bot's answer at 12:02:12 does not count.",
        "The automatic message at 12:02:20 does not count.",
    ]
    linked = [message for each in one.how for _words, message in explanation_pieces(each, transcript) if message]
    assert linked == ["m-1", "m-5", "m-2", "m-3"]


def test_a_resolution_says_where_it_ends(told: Telling) -> None:
    ticket = told("ticket")
    assert measure(ticket, "resolution").value == 40 * 60
    assert how(ticket, measure(ticket, "resolution")) == [
        "It runs from the visitor's first message at 18:00:00.",
        "It ends with the resolution at 18:40:00.",
        "It was reopened at 18:21:00; closings before that do not count.",
    ]
    assert measure(ticket, "first_resolution").value == 20 * 60
    assert how(ticket, measure(ticket, "first_resolution")) == [
        "From 18:00:00 to the first closing at 18:20:00, before it was reopened."
    ]
    assert how(told("still"), measure(told("still"), "resolution")) == ["The conversation is still open."]
    assert "contradict" in how(told("upside"), measure(told("upside"), "resolution"))[0]
    assert how(told("given"), measure(told("given"), "resolution")) == [
        "There are no messages: it runs from the opening at 13:00:00.",
        "It ends with the closing at 13:30:00.",
    ]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("given", "As the source gives it: there are no messages to measure from."),
        ("still", "The visitor first wrote at 13:00:00, and no person answered."),
        ("bare", "From the opening at 13:00:00 to the first response that the source names, 13:02:00."),
        ("mute", "The visitor never wrote."),
    ],
)
def test_why_there_is_a_first_response_or_none_is_said(told: Telling, key: str, words: str) -> None:
    assert how(told(key), measure(told(key), "first_response")) == [words]


@pytest.mark.parametrize(
    ("key", "degree"),
    [("whole", "Bot, then agent"), ("bots", "Fully automated"), ("ticket", "Not automated"), ("bare", None)],
)
def test_the_degree_of_automation_is_in_words(told: Telling, key: str, degree: str | None) -> None:
    assert measure(told(key), "automation").value == degree


def test_a_rating_counts_for_everyone_who_wrote_and_a_sale_for_the_last(told: Telling) -> None:
    transcript = told("whole")

    names = {who: name.label for who, name in transcript.people.items()}
    assert {names[who] for who in measure(transcript, "credit").people} == {"Robo", "Ana Souza", "Bo"}
    assert [names[who] for who in measure(transcript, "closer").people] == ["Bo"]
    sale = transcript.measured.sales[0]
    assert (sale.value, [names[who] for who in sale.people]) == (20_500_000, ["Bo"])
    assert how(transcript, sale) == ["The last person who wrote, at 12:12:00, before the sale at 12:20:00."]
    assert how(told("bots"), told("bots").measured.sales[0]) == ["No person had written before the sale at 14:10:00."]


def test_every_measure_is_what_the_figures_are_made_from(world: World, told: Telling) -> None:
    with world.store.read() as record:
        keys = list(record.exec_driver_sql("SELECT id, external_id FROM conversation"))
    assert len(keys) == 11
    for one, key in keys:
        transcript = told(key)
        for table in TABLES:
            names = ", ".join(column.name for column in TABLES[table])
            text = f"SELECT {names} FROM {table} WHERE conversation_id = {one} ORDER BY ALL"
            stored = world.fact_store.using(lambda facts, text=text: facts.rows(text))  # type: ignore[misc]
            derived = [
                tuple(list(v) if isinstance(v, tuple) else v for v in row)
                for row in getattr(transcript.measured.facts, table)
            ]
            assert sorted(derived, key=repr) == sorted(stored, key=repr)


def test_the_moments_a_sentence_names_are_as_far_apart_as_the_value_it_explains(world: World, told: Telling) -> None:
    with world.store.read() as record:
        keys = record.exec_driver_sql("SELECT external_id FROM conversation").scalars().all()
    checked = 0
    for key in keys:
        transcript = told(key)
        every = [*transcript.measured.measures, *(one for leg in transcript.handled for one in leg.measures)]
        for one in every:
            spots = {name: spot.at for each in one.how for name, spot in each.spots.items() if name in {"start", "end"}}
            if one.unit is Unit.SECONDS and one.key != "response_time" and one.value is not None and len(spots) == 2:
                assert (spots["end"] or 0) - (spots["start"] or 0) == one.value * SECOND
                checked += 1
    assert checked > 20


def test_the_same_visitors_conversations_are_beside_it_with_their_scores(told: Telling) -> None:
    transcript = told("whole")

    assert transcript.previous is not None
    assert transcript.next is not None
    assert (transcript.previous.key, transcript.previous.rating, transcript.next.key) == ("before", 3, "after")
    assert told("given").others == ()


def test_who_is_kept_to_some_finds_no_other(world: World) -> None:
    def ask(facts: Engine, key: str, who: int) -> Transcript | None:
        with world.store.read() as record:
            within = (("agent", (who,)),)
            return prepare_transcript(number(world, key), zone="UTC", facts=facts, record=record, within=within)

    with world.store.read() as record:
        rows = record.exec_driver_sql("SELECT external_id, id FROM respondent").all()
        names = {row[0]: row[1] for row in rows}
    own = world.fact_store.using(lambda facts: ask(facts, "whole", names["ana"]))
    assert own is not None
    assert own.others == ()  # nobody wrote in them
    assert world.fact_store.using(lambda facts: ask(facts, "ticket", names["ana"])) is None
    with world.store.read() as record:
        missing = world.fact_store.using(lambda facts: prepare_transcript(999, zone="UTC", facts=facts, record=record))
    assert missing is None


def test_a_moment_of_another_day_is_told_with_its_day(told: Telling) -> None:
    transcript = told("whole")

    assert moment_of(transcript, transcript.opened_at) == "12:02:00"
    assert moment_of(transcript, transcript.opened_at + 86_400 * SECOND) == "15 May 2024, 12:02:00"
    assert moment_of(transcript, transcript.opened_at, language="fr") == "12:02:00"
