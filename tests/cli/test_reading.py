"""`ressenti read` as people and programs meet it."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.support.scenario import World
from tests.support.terminal import Terminal


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    world = World(tmp_path_factory.mktemp("reading"))
    world.settle(zone="Europe/Paris")
    for day, ratings in (("2025-10-25", (5, 4, 2)), ("2025-10-26", (5, 1))):
        for number, rating in enumerate(ratings):
            hour = f"{day}T{number:02}:30:00+00:00"
            world.conversation(
                hour, closed=hour, csat=rating, channel="Chat" if rating > 3 else None, agent_id="ana;bo"
            )
    world.add("agents", agent_id="ana", name="Ana Souza")
    world.conversation("2025-10-26T12:00Z", closed="2025-10-26T12:10Z", campaign="=HYPERLINK(1)", csat=3)
    world.answer("csat")
    world.close()
    return Terminal(world.url)


class TestAnswersOnly:
    """Of files with answers only there is no response rate, and it is said why (D40)."""

    @pytest.fixture(scope="class")
    @staticmethod
    def answers(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
        world = World(tmp_path_factory.mktemp("answers"))
        for csat in (5, 4):
            world.conversation(csat=csat)
        world.import_()
        world.close()
        return Terminal(world.url)

    @pytest.mark.parametrize("indicator", ["response_rate", "survey_coverage"])
    def test_a_table_says_why_there_is_none(self, answers: Terminal, indicator: str) -> None:
        done = answers.run("read", indicator)

        assert "100" not in done.output
        assert "It is not known what was offered: there are answers only." in done.output

    @pytest.mark.parametrize("indicator", ["response_rate", "survey_coverage"])
    def test_json_says_it_too(self, answers: Terminal, indicator: str) -> None:
        found = answers.json("read", indicator)

        assert found["total"] == {"value": None, "n": 0, "low": None, "high": None, "previous": None}
        assert found["why"].startswith("It is not known what was offered")
        assert "why" not in answers.json("read", "csat")


class TestNobodyMeasured:
    """Never a bare dash where there is data of another kind."""

    @pytest.fixture(scope="class")
    @staticmethod
    def mailed(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
        """Give a desk with two answers to a mailed survey, and a conversation that is open."""
        world = World(tmp_path_factory.mktemp("mailed"))
        world.survey(None, "11:00", nps=9)
        world.survey(None, "12:00", nps=2)
        world.conversation(closed=None, messages=[("visitor", "10:00"), ("agent:Ana", "10:05")])
        world.import_()
        world.close()
        return Terminal(world.url)

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            (("nps",), "By the date of the answer there are 2: add --anchor answered."),
            (
                ("nps", "--by", "survey", "--format", "csv"),
                "By the date of the answer there are 2: add --anchor answered.",
            ),
            (("conversations", "--format", "json"), "By the date they were opened there are 1: add --anchor opened."),
            (("first_response_time",), "By the date they were opened there are 1: add --anchor opened."),
        ],
    )
    def test_what_counts_by_another_date_is_said_on_standard_error(
        self, mailed: Terminal, asked: tuple[str, ...], said: str
    ) -> None:
        done = mailed.run("read", *asked)

        assert done.exit_code == 0
        assert done.errors.strip() == f"Nobody was measured by this date. {said}"
        assert "--anchor" not in done.output

    @pytest.mark.parametrize(
        "asked", [("nps", "--anchor", "answered"), ("csat",), ("nps", "--from", "2020-01-01", "--to", "2020-02-01")]
    )
    def test_nothing_is_said_where_somebody_was_measured_or_nobody_by_any_date(
        self, mailed: Terminal, asked: tuple[str, ...]
    ) -> None:
        assert mailed.run("read", *asked).errors == ""


class TestAnswersWithoutConversations:
    """Where there is no conversation at all, what is asked of conversations says what there is instead."""

    @pytest.fixture(scope="class")
    @staticmethod
    def answers(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
        world = World(tmp_path_factory.mktemp("alone"))
        for nps in (9, 10, 3):
            world.survey(None, "11:00", nps=nps)
        world.import_()
        world.close()
        return Terminal(world.url)

    @pytest.mark.parametrize(
        "indicator",
        ["response_rate", "survey_coverage", "first_response_time", "handling_time", "fcr", "revenue", "conversations"],
    )
    def test_it_is_said(self, answers: Terminal, indicator: str) -> None:
        done = answers.run("read", indicator)

        assert done.exit_code == 0
        assert done.errors.startswith("There is no conversation to measure, only answers without one: 3.")

    def test_json_stays_one_object(self, answers: Terminal) -> None:
        assert "answers_alone" not in answers.json("read", "fcr")

    def test_answers_themselves_say_their_date(self, answers: Terminal) -> None:
        assert answers.run("read", "nps").errors.startswith("Nobody was measured by this date.")
        assert answers.run("read", "nps", "--anchor", "answered").errors == ""


class TestLabels:
    @pytest.fixture(scope="class")
    @staticmethod
    def staffed(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
        """Give a desk with two agents of one name."""
        world = World(tmp_path_factory.mktemp("staffed"))
        for key in ("a1", "a2"):
            world.add("agents", agent_id=key, name="Ana Souza")
            world.conversation(messages=[("visitor", "10:00"), (f"agent:{key}", "10:05")], csat=5, channel="Chat")
        world.add("agents", agent_id="a3", name="Bo Lind")
        world.conversation(messages=[("visitor", "10:00"), ("agent:a3", "10:05")], csat=1, channel="Chat")
        world.import_()
        world.close()
        return Terminal(world.url)

    @pytest.mark.parametrize(
        ("period", "said"),
        [
            (("--from", "2025-10-26", "--to", "2025-10-27"), "2025-10-26 up to, not including, 2025-10-27"),
            (("--to", "2025-10-27"), "… up to, not including, 2025-10-27"),
            (("--from", "2025-10-26"), "2025-10-26 → …"),
        ],
    )
    def test_a_table_says_that_its_end_is_left_out(
        self, terminal: Terminal, period: tuple[str, ...], said: str
    ) -> None:
        assert said in terminal.run("read", "csat", *period).output

    def test_a_table_shows_the_key_beside_a_label_that_differs(self, staffed: Terminal) -> None:
        rows = [line.split() for line in staffed.run("read", "csat", "--by", "agent").output.splitlines()]

        assert [line[:3] for line in rows if line[:1] == ["Ana"]] == [["Ana", "Souza", "a1"], ["Ana", "Souza", "a2"]]
        assert "Key" not in staffed.run("read", "csat", "--by", "channel").output

    def test_what_a_source_calls_something_is_text_and_no_mark_up(self, tmp_path: Path) -> None:
        world = World(tmp_path)
        world.conversation(csat=5, channel="[red]Chat[/red] [/x]")
        world.import_()
        world.close()

        assert "[red]Chat[/red] [/x]" in Terminal(world.url).run("read", "csat", "--by", "channel").output

    def test_csv_has_key_and_label(self, staffed: Terminal) -> None:
        found = staffed.run("read", "csat", "--by", "agent", "--format", "csv").output.splitlines()

        assert found[0].split(",")[:2] == ["key", "label"]
        assert {tuple(line.split(",")[:2]) for line in found[1:-1]} == {
            ("a1", "Ana Souza"),
            ("a2", "Ana Souza"),
            ("a3", "Bo Lind"),
        }

    def test_a_filter_takes_a_label_of_one_and_refuses_that_of_two(self, staffed: Terminal) -> None:
        refused = staffed.run("read", "csat", "--where", "agent=Ana Souza")

        assert staffed.json("read", "csat", "--where", "agent=Bo Lind")["total"]["n"] == 1
        assert refused.exit_code == 2
        assert "Several in “agent” are called “Ana Souza”" in refused.errors
        assert "a1, a2" in refused.errors


class TestJson:
    def test_is_one_object_in_the_order_of_the_documentation(self, terminal: Terminal) -> None:
        done = terminal.run("read", "csat", "--by", "channel", "--format", "json")

        assert done.exit_code == 0
        assert done.errors == ""
        assert done.output.count("\n") == 1
        found = json.loads(done.output)
        assert list(found) == [
            "indicator",
            "unit",
            "by",
            "grain",
            "zone",
            "from",
            "to",
            "anchor",
            "as_of",
            "total",
            "rows",
        ]
        assert list(found["total"]) == ["value", "n", "low", "high", "previous"]
        assert list(found["rows"][0]) == ["key", "label", "value", "n", "low", "high", "previous"]
        assert found["unit"] == "percent"
        assert found["anchor"] == "closed"
        assert found["grain"] is found["from"] is found["to"] is None

    def test_shares_are_in_full_precision_with_their_interval(self, terminal: Terminal) -> None:
        total = terminal.json("read", "csat")["total"]

        assert total["value"] == 100 * 3 / 6
        assert (total["low"], total["high"]) == pytest.approx((18.7616, 81.2384), abs=1e-3)
        assert total["previous"] is None

    def test_conversations_without_a_value_are_one_row_called_none(self, terminal: Terminal) -> None:
        rows = terminal.json("read", "csat", "--by", "channel")["rows"]

        assert [(row["key"], row["label"], row["n"]) for row in rows] == [("Chat", "Chat", 3), (None, "none", 3)]

    def test_a_table_says_what_the_row_is_without(self, terminal: Terminal) -> None:
        assert "no channel" in terminal.run("read", "csat", "--by", "channel").output

    def test_the_label_is_the_name_and_the_key_the_sources_own_id(self, terminal: Terminal) -> None:
        rows = terminal.json("read", "csat", "--by", "agent")["rows"]

        assert ("ana", "Ana Souza") in {(row["key"], row["label"]) for row in rows}

    def test_every_bucket_is_a_row_keyed_by_its_local_start_with_that_moments_offset(self, terminal: Terminal) -> None:
        words = ("--grain", "3h", "--from", "2025-10-26", "--to", "2025-10-27")
        found = terminal.json("read", "csat", *words)

        assert (found["from"], found["to"]) == ("2025-10-26", "2025-10-27")
        assert [row["key"] for row in found["rows"]][:3] == [
            "2025-10-26T00:00:00+02:00",
            "2025-10-26T03:00:00+01:00",
            "2025-10-26T06:00:00+01:00",
        ]
        assert len(found["rows"]) == 8
        assert found["rows"][2]["value"] is None
        assert found["rows"][2]["n"] == 0

    def test_by_and_grain_together_carry_key_and_bucket(self, terminal: Terminal) -> None:
        words = ("--by", "channel", "--grain", "day", "--from", "2025-10-25", "--to", "2025-10-27")
        rows = terminal.json("read", "conversations", *words)["rows"]

        assert list(rows[0])[:3] == ["key", "bucket", "label"]
        assert [(row["key"], row["bucket"][:10], row["value"]) for row in rows if row["key"]] == [
            ("Chat", "2025-10-25", 2),
            ("Chat", "2025-10-26", 1),
        ]

    def test_a_distribution_has_every_note_of_its_scale(self, terminal: Terminal) -> None:
        found = terminal.json("read", "csat_distribution")

        assert [(row["key"], row["n"]) for row in found["rows"]] == [("1", 1), ("2", 1), ("3", 1), ("4", 1), ("5", 2)]
        assert found["total"]["n"] == 6
        assert sum(row["value"] for row in found["rows"]) == pytest.approx(100)

    def test_a_comparison_carries_the_value_before(self, terminal: Terminal) -> None:
        words = ("--from", "2025-10-26", "--to", "2025-10-27", "--compare", "previous")
        total = terminal.json("read", "conversations", *words)["total"]

        assert (total["value"], total["previous"]) == (3, {"value": 3, "n": 3, "low": None, "high": None})

    def test_nothing_found_is_an_answer(self, terminal: Terminal) -> None:
        found = terminal.json("read", "csat", "--from", "1999-01-01", "--to", "1999-02-01", "--by", "channel")

        assert found["total"] == {"value": None, "n": 0, "low": None, "high": None, "previous": None}
        assert found["rows"] == []


class TestTable:
    def test_says_what_was_asked_and_what_it_means(self, terminal: Terminal) -> None:
        done = terminal.run("read", "csat", "--by", "channel")

        assert (
            "Share of satisfaction ratings that are 4 or 5 out of 5, or good on another scale as the project says."
            in done.output
        )
        assert "Europe/Paris" in done.output
        assert "50.0" in done.output

    def test_warns_where_a_value_rests_on_few_answers(self, terminal: Terminal) -> None:
        assert "Where n is below 10" in terminal.run("read", "csat").output
        assert "Where n is below 10" not in terminal.run("read", "conversations").output

    def test_says_nothing_rather_than_zero_of_nobody(self, terminal: Terminal) -> None:
        done = terminal.run("read", "csat", "--from", "1999-01-01", "--to", "1999-02-01")

        assert done.exit_code == 0
        assert "–" in done.output
        assert "0.0" not in done.output
        assert "nan" not in done.output.lower()

    def test_speaks_french_where_the_environment_does(self, terminal: Terminal) -> None:
        french = Terminal(terminal.url, LC_ALL="fr_FR.UTF-8")

        assert "Nom" in french.run("indicators").output


class TestCsv:
    def test_carries_full_precision_and_no_formula(self, terminal: Terminal) -> None:
        done = terminal.run("read", "csat", "--by", "campaign", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(done.output)))

        assert rows[0]["key"] == "'=HYPERLINK(1)"
        assert rows[-1]["label"] == "total"
        assert float(rows[-1]["low"]) == pytest.approx(18.7612, abs=1e-3)


def test_sql_is_shown_beside_the_answer(terminal: Terminal) -> None:
    done = terminal.run("read", "csat", "--sql")

    assert "FROM answer" in done.output
    assert "is_satisfied IS NOT NULL" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cast"], "csat"),
        (["csat", "--by", "chanel"], "channel"),
        (["csat", "--where", "chanel=Chat"], "channel"),
        (["csat", "--where", "channel=Chatt"], "Chat"),
        (["csat", "--where", "channel"], "DIMENSION=KEY"),
        (["csat", "--zone", "Europe/Pari"], "Europe/Paris"),
        (["csat", "--zone", "+25:00"], "time zone"),
        (["csat", "--from", "31/12/2025"], "year-month-day"),
        (["csat", "--from", "2025-02-01", "--to", "2025-01-01"], "before it begins"),
        (["csat", "--from", "1970-01-01", "--to", "2025-01-01"], "too long"),
        (["csat", "--grain", "minute"], "hour, 3h, day, week, month"),
        (["csat", "--grain", "hour", "--from", "2024-01-01", "--to", "2025-01-01"], "at most 2000"),
        (["csat", "--anchor", "rated"], "closed, opened, answered"),
        (["handling_time", "--anchor", "answered"], "no such date"),
        (["response_rate", "--anchor", "answered"], "no such date"),
        (["handling_time", "--attribution", "last"], "cannot be attributed"),
        (["first_response_time", "--weighting", "all"], "cannot be averaged"),
        (["csat", "--compare", "previous"], "needs a period"),
        (["fcr", "--window", "2d"], "24h, 72h, 7d"),
        (["csat", "--project", "nobody"], "default"),
        (["csat", "--by", "agent", "--format", "yaml"], "json"),
        (["csat", "--project", ""], "“project” has no value."),
        (["csat", "--from", ""], "“from” has no value."),
        (["csat", "--by", ""], "“by” has no value."),
        (["csat", "--where", ""], "DIMENSION=KEY"),
        ([], "INDICATOR"),
    ],
)
def test_what_cannot_be_asked_ends_with_2_and_says_what_can(terminal: Terminal, words: list[str], said: str) -> None:
    done = terminal.run("read", *words)

    assert done.exit_code == 2
    assert said in done.errors
    assert done.output == ""
    assert "Traceback" not in done.errors


def test_a_database_that_is_not_there_ends_with_4_and_says_how_to_fill_it(tmp_path: Path) -> None:
    done = Terminal(f"sqlite:///{tmp_path / 'none.db'}").run("read", "csat")

    assert done.exit_code == 4
    assert "ressenti import" in done.errors
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("url", ["record.db", "mysql://localhost/x", "sqlite://"])
def test_an_address_that_is_no_database_ends_with_2(url: str) -> None:
    done = Terminal(url).run("read", "csat")

    assert done.exit_code == 2
    assert "sqlite:///" in done.errors


def test_an_import_whose_facts_cannot_be_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")
    file = tmp_path / "conversations.csv"
    file.write_text("conversation_id,opened_at\nc1,2026-05-01T10:00:00Z\n")

    done = terminal.run("import", str(file), "--facts", "postgresql://nobody/nothing")

    assert done.exit_code == 2
    assert not (tmp_path / "record.db").exists()


def test_the_password_of_the_facts_is_not_told_with_the_command_that_imports_the_rest(tmp_path: Path) -> None:
    terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")
    file = tmp_path / "conversations.csv"
    file.write_text("conversation_id,opened_at\nc1,2026-05-01T10:00:00Z\nc2,\n")

    done = terminal.run("import", str(file), "--facts", "clickhouse://desk:mellon@127.0.0.1:1/facts")

    assert done.exit_code == 4
    assert "correct the CSV files beside it and give: ressenti import" in done.errors
    assert "mellon" not in done.output + done.errors


def test_of_servers_that_do_not_answer_a_sentence_is_said_and_nothing_else(tmp_path: Path) -> None:
    terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")
    assert terminal.run("project", "default").exit_code == 0

    done = terminal.run("read", "csat", "--facts", "clickhouse://desk:mellon@127.0.0.1:1/facts")

    assert done.exit_code == 4
    assert [line[:21] for line in done.errors.splitlines()] == ["ressenti: 127.0.0.1:1"]
