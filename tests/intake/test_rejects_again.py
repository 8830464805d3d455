"""Rejected rows, corrected and given again as the screen says, are read as they were beside the rows that came in."""

import csv
import json
import shlex
from pathlib import Path

import pytest

from tests.support.importing import CONVERSATION
from tests.support.terminal import Done, Terminal

SALES = "transaction_id,at,amount,currency,conversation_id\n"
AT = "2026-05-01T10:30:00Z"


class Till:
    """A record in a folder of its own, with conversation c1, and the terminal of a person who corrects rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.terminal = Terminal(f"sqlite:///{folder}/r.db")
        self.give("conversations.csv", CONVERSATION)

    def give(self, name: str, content: str, *options: str) -> Done:
        """Import one file."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return self.terminal.run("import", str(path), *options)

    def again(self, done: Done, old: str, new: str) -> list[str]:
        """Put one text for another in the rejected rows, give the command that was offered, and return it."""
        line = next(line for line in done.errors.splitlines() if "ressenti import" in line)
        words = shlex.split(line.partition("give: ")[2])[1:]
        path = next(Path(words[1]).glob("*.csv"))
        written = path.read_text(encoding="utf-8-sig")
        assert old in written
        path.write_text(written.replace(old, new), encoding="utf-8-sig")
        assert self.terminal.run(*words).exit_code == 0
        return words[2:]

    def read(self, indicator: str) -> float:
        """Return the figure of all days."""
        given = ("read", indicator, "--from", "2026-01-01", "--to", "2027-01-01")
        value: float = self.terminal.json(*given)["total"]["value"]
        return value


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return Till(tmp_path)


def sales(*amounts: str, last: str = "c9") -> str:
    """Return sales of c1, of which the last one names another conversation."""
    lines = [f't{place},{AT},"{amount}",EUR,c1\n' for place, amount in enumerate(amounts)]
    return SALES + "".join(lines[:-1]) + lines[-1].replace("c1", last)


def rejected(till: Till, kind: str) -> list[dict[str, str]]:
    [path] = till.folder.glob(f"r.db-rejects/*/{kind}.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_decimal_comma_that_only_the_other_rows_showed_stays_one(till: Till) -> None:
    done = till.give("transactions.csv", sales("12,50", "1,234"))

    assert rejected(till, "transactions")[0]["amount"] == "1.2340"
    assert till.again(done, "c9", "c1") == ["--locale", "fr"]
    assert till.read("revenue") == pytest.approx(13.734)


def test_points_between_thousands_that_only_the_other_rows_showed_stay_there(till: Till) -> None:
    done = till.give("transactions.csv", sales("1.234,50", "1.234"))

    assert rejected(till, "transactions")[0]["amount"] == "1234"
    assert till.again(done, "c9", "c1") == ["--locale", "de"]
    assert till.read("revenue") == pytest.approx(2468.5)


def test_thousands_that_were_taken_for_such_stay_thousands(till: Till) -> None:
    done = till.give("transactions.csv", sales("1,234", "5,678"))

    assert till.again(done, "c9", "c1") == ["--locale", "en"]
    assert till.read("revenue") == pytest.approx(6912)


def test_plain_numbers_need_no_locale_to_come_back(till: Till) -> None:
    done = till.give("transactions.csv", sales("12.5", "1.234"))

    assert till.again(done, "c9", "c1") == []
    assert till.read("revenue") == pytest.approx(13.734)


def test_what_is_corrected_may_be_written_as_the_file_was(till: Till) -> None:
    done = till.give("transactions.csv", sales("12,50", "1;234", last="c1"))

    assert rejected(till, "transactions")[0]["amount"] == "1;234"
    till.again(done, ",1;234,", ',"1,234",')
    assert till.read("revenue") == pytest.approx(13.734)


def test_a_locale_that_was_given_is_said_once_and_reads_numbers_that_were_numbers_too(till: Till) -> None:
    row = {"transaction_id": "t1", "at": AT, "amount": 1.234, "currency": "EUR", "conversation_id": "c9"}
    done = till.give("transactions.jsonl", json.dumps(row) + "\n", "--locale", "de")

    assert rejected(till, "transactions")[0]["amount"] == "1,2340"
    assert till.again(done, "c9", "c1") == ["--locale", "de"]
    assert till.read("revenue") == pytest.approx(1.234)


def test_columns_that_no_locale_reads_at_once_come_back_each_as_it_was_read(till: Till) -> None:
    header = "conversation_id,opened_at,first_response_s,resolution_s\n"
    rows = f'c2,{AT},"1,234.5","12,5"\nc3,never,"1,234","1,234"\n'
    done = till.give("conversations.csv", header + rows)

    assert till.again(done, "never", AT) == []
    assert [rejected(till, "conversations")[0][name] for name in ("first_response_s", "resolution_s")] == [
        "1234",
        "1.2340",
    ]


def test_dates_scales_and_words_of_a_language_that_were_told_are_told_again(till: Till) -> None:
    header = "survey_id,rated_at,conversation_id,csat,resolved\n"
    rows = "s1,14/05/2026 10:00,c1,9,oui\ns2,04/05/2026 10:00,c9,10,oui\n"
    options = ("--date-format", "%d/%m/%Y %H:%M", "--timezone", "Europe/Paris", "--csat-scale", "10", "--locale", "fr")
    done = till.give("surveys.csv", header + rows, *options)

    again = till.again(done, "c9", "c1")

    pairs = dict(zip(again[::2], again[1::2], strict=True))
    assert pairs == dict(zip(options[::2], options[1::2], strict=True))


def test_a_scale_that_a_rating_says_itself_stays_beside_it(till: Till) -> None:
    header = "survey_id,rated_at,conversation_id,csat\n"
    till.terminal.run("project", "default", "--satisfied", "10=9,10")
    done = till.give("surveys.csv", header + f"s1,{AT},c1,9/10\ns2,{AT},c9,4/10\n")

    assert rejected(till, "surveys")[0]["csat"] == "4/10"
    assert till.again(done, "c9", "c1") == []
    assert till.read("csat") == pytest.approx(50)
