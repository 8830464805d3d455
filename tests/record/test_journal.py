"""What the journal says happened, and what those who follow it have to look at again."""

from ressenti.record.journal import ChangedRows, EventKind, JournalEntry, append, changed_rows, read_after
from tests.support.scenario import NOW, World


def touched(world: World, *events: tuple[str, int]) -> ChangedRows:
    with world.store.read() as connection:
        return changed_rows(connection, (JournalEntry(seq, *event) for seq, event in enumerate(events, 1)))


def test_an_event_is_named_as_the_public_events_are_and_holds_no_content(world: World) -> None:
    world.conversation(messages=[("visitor", "10:00")])
    world.survey(None, "11:00", nps=9)
    world.import_()

    with world.store.read() as connection:
        entries = list(read_after(connection, 1, 0))

    assert entries == [(2, "conversation.changed", 1), (3, "survey.changed", 1), (4, "project.changed", 1)]


def test_a_message_touches_its_conversation(world: World) -> None:
    world.conversation()
    world.conversation(messages=[("visitor", "10:00"), ("agent:Ana", "10:01")])
    world.import_()

    assert touched(world, (EventKind.MESSAGE_CREATED, 2)) == ({2}, set(), set(), False)


def test_a_survey_touches_itself_and_the_conversation_it_is_part_of(world: World) -> None:
    world.survey(None, "11:00", nps=9)
    world.conversation(nps=8)
    world.import_()

    found = touched(world, (EventKind.SURVEY_OFFERED, 1), (EventKind.SURVEY_ANSWERED, 2))

    assert found == ({1}, {1, 2}, set(), False)


def test_what_changes_no_figure_touches_nothing(world: World) -> None:
    found = touched(world, ("availability.changed", 7), (EventKind.RESPONDENT_CHANGED, 3), ("project.changed", 1))

    assert found == (set(), set(), {3}, True)


def test_the_facts_follow_a_message_told_by_itself(world: World) -> None:
    world.conversation(messages=[("visitor", "10:00"), ("agent:Ana", "10:05")])
    assert world.read("first_response_time").value == 300

    with world.store.write() as connection:
        connection.exec_driver_sql("UPDATE message SET created_at = created_at + 60000000 WHERE id = 2")
        append(connection, 1, [(EventKind.MESSAGE_CREATED, 2)], now=NOW)

    assert world.read("first_response_time").value == 360
