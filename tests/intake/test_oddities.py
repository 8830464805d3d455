"""What is odd about rows that are taken is said in words: how many, on which lines, and what about the first."""

from pathlib import Path

import pytest

from ressenti.intake.run import run
from ressenti.intake.run.outcome import ImportOutcome
from tests.support.importing import CONVERSATION, NOW, Desk, counts
from tests.support.terminal import Terminal

SURVEYS = "survey_id,rated_at,conversation_id,csat\n"
TOMORROW = "2026-05-29T09:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def said(outcome: ImportOutcome) -> list[str]:
    return [note.say() for note in outcome.notes]


def test_ratings_of_tomorrow_are_taken_and_said_with_their_lines(desk: Desk) -> None:
    rows = [f"s{place},{TOMORROW if place in {1, 3} else '2026-05-01T10:30:00Z'},c1,5\n" for place in range(5)]
    outcome = desk.give(conversations=CONVERSATION, surveys=SURVEYS + "".join(rows))

    assert counts(outcome) == (6, 6, 0, 0, 0)
    [remark] = said(outcome)
    assert remark == (
        "inbox/surveys.csv: rows with a time up to a day ahead of the present, taken as they are: 2 (lines: 3, 5). "
        f"For example, rated_at: '{TOMORROW}' is ahead of the present, 2026-05-28T20:26:40Z."
    )


def test_a_time_corrected_to_one_more_than_a_day_ahead_is_rejected_and_the_known_one_stands(desk: Desk) -> None:
    head = "message_id,conversation_id,created_at,author_role\n"
    desk.give(conversations=CONVERSATION, messages=head + "m1,c1,2026-05-01T10:30:00Z,visitor\n")

    outcome = desk.give(messages=head + "m1,c1,2026-05-30T10:30:00Z,visitor\n")

    assert [(reason.code, reason.line) for reason in outcome.reasons] == [("future", 2)]
    assert desk.ask("SELECT count(*) FROM message WHERE created_at > " + str(NOW)) == [(0,)]


def test_of_many_lines_the_first_are_named_whatever_batches_they_come_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", 3)
    rows = "".join(f"s{place},{TOMORROW},c1,5\n" for place in range(8))

    outcome = desk.give(conversations=CONVERSATION, surveys=SURVEYS + rows)

    assert outcome.warnings == {"near_future": 8}
    assert "taken as they are: 8 (lines: 2, 3, 4, 5, 6, …). For example, " in said(outcome)[0]


def test_durations_of_more_than_ten_years_are_said_once_for_each_row(desk: Desk) -> None:
    head = "conversation_id,opened_at,closed_at,resolved_at,resolution_s\n"
    row = "c1,1999-01-01T00:00:00Z,2026-05-01T10:00:00Z,2026-05-01T10:00:00Z,999999999\n"

    outcome = desk.give(conversations=head + row)

    assert outcome.warnings == {"outlier": 1}
    assert said(outcome)[0] == (
        "inbox/conversations.csv: rows with a duration of more than ten years, taken as they are: 1 (lines: 2). "
        "For example, resolution_s: '999999999' is more than ten years."
    )


def test_messages_outside_their_conversation_are_said_with_its_limit(desk: Desk) -> None:
    head = "message_id,conversation_id,created_at,author_role\n"
    early, late = "m1,c1,2026-05-01T09:59:59Z,visitor\n", "m2,c1,2026-05-01T11:00:01Z,visitor\n"

    first = desk.give(conversations=CONVERSATION, messages=head + early + late)
    second = desk.give(messages=head + late.replace("m2", "m3"))

    [remark] = said(first)
    assert remark == (
        "inbox/messages.csv: messages from before or after their conversation, taken as they are: 2 (lines: 2, 3). "
        "For example, message 'm1' is of 2026-05-01T09:59:59Z, and conversation 'c1' began at 2026-05-01T10:00:00Z."
    )
    assert said(second)[0].endswith(
        "message 'm3' is of 2026-05-01T11:00:01Z, and conversation 'c1' ended at 2026-05-01T11:00:00Z."
    )


def test_messages_of_agents_that_say_not_which_are_said_to_be_in_no_figure_of_agents(desk: Desk) -> None:
    head = "message_id,conversation_id,created_at,author_role,author_id,automatic\n"
    rows = [("visitor", "", ""), ("agent", "", ""), ("agent", "ana", ""), ("agent", "", "yes"), ("bot", "", "")]
    lines = (f"m{n},c1,2026-05-01T10:0{n}:00Z,{','.join(row)}\n" for n, row in enumerate(rows))

    outcome = desk.give(conversations=CONVERSATION, messages=head + "".join(lines))

    assert outcome.warnings == {"no_author": 1}
    [remark] = said(outcome)
    assert remark == (
        "inbox/messages.csv: messages of agents that do not say which (author_id), so that they are in no figure of "
        "agents, such as response times or handlings: 1 (lines: 3)."
    )


def test_a_person_reads_a_sentence_in_their_language_and_no_code(tmp_path: Path) -> None:
    (tmp_path / "messages.csv").write_text(
        "message_id,conversation_id,created_at,author_role\nm1,c1,2026-05-01T09:00:00Z,visitor\n"
    )
    (tmp_path / "conversations.csv").write_text(CONVERSATION)

    given = ("import", str(tmp_path / "conversations.csv"), str(tmp_path / "messages.csv"))
    done = Terminal(f"sqlite:///{tmp_path}/r.db", LC_ALL="fr_FR.UTF-8").run(*given)

    assert "messages d’avant ou d’après leur conversation, pris tels quels" in " ".join(done.errors.split())
    assert "outside_conversation" not in done.errors


def test_names_of_files_are_not_broken_on_a_narrow_screen(tmp_path: Path) -> None:
    folder = tmp_path / "an_export_with_a_long_name_of_last_month"
    folder.mkdir()
    (folder / "conversations.csv").write_text(CONVERSATION)

    done = Terminal(f"sqlite:///{tmp_path}/r.db", COLUMNS="60").run("import", str(folder))

    [line] = [line for line in done.errors.splitlines() if f"{folder.name}/conversations.csv" in line]
    assert line.split()[1:] == ["1", "1", "0", "0", "0"]
