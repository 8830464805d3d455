"""A sale is in a currency of ISO 4217 or is rejected, and those in another than the project's are said (E48)."""

from pathlib import Path

import pytest

from ressenti.intake.run.outcome import ImportOutcome
from ressenti.record.projects import ensure_project, settle
from tests.support.importing import CONVERSATION, NOW, Desk, counts
from tests.support.terminal import Terminal

HEAD = "transaction_id,at,amount,currency,conversation_id\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.give(conversations=CONVERSATION)
    return desk


def sales(*currencies: str, amount: str = "10") -> str:
    rows = [f"t{place},2026-05-01T10:30:00Z,{amount},{code},c1\n" for place, code in enumerate(currencies)]
    return HEAD + "".join(rows)


def said(outcome: ImportOutcome) -> list[str]:
    return [note.say() for note in outcome.notes]


def left(other: str, own: str, count: int) -> str:
    return (
        f"Sales in {other}, kept but in no figure, as project default counts in {own}: {count}. "
        f"To count those in {other} instead: ressenti project default --currency {other}"
    )


def test_what_names_the_euro_only_is_the_euro(desk: Desk) -> None:
    outcome = desk.give(transactions=sales("EUR", "eur", "Euro", "euros", "€", ""))

    assert counts(outcome) == (6, 6, 0, 0, 0)
    assert desk.ask('SELECT DISTINCT currency FROM "transaction" ORDER BY 1') == [(None,), ("EUR",)]
    assert said(outcome) == []


@pytest.mark.parametrize("written", ["$", "£", "Dollar", "EU", "XYZ", "12"])
def test_what_names_no_one_currency_is_rejected(desk: Desk, written: str) -> None:
    outcome = desk.give(transactions=sales("EUR", written))

    assert counts(outcome) == (2, 1, 0, 0, 1)
    assert [reason.code for reason in outcome.reasons] == ["currency"]
    assert "is no currency of ISO 4217; write its three letters, as in EUR" in outcome.reasons[0].detail


def test_words_for_nothing_are_no_currency(desk: Desk) -> None:
    assert counts(desk.give(transactions=sales("N/A", "-", "NULL"))) == (3, 3, 0, 0, 0)
    assert desk.ask('SELECT DISTINCT currency FROM "transaction"') == [(None,)]


def test_sales_in_other_currencies_are_said_by_currency_with_the_way_to_count_them(desk: Desk) -> None:
    outcome = desk.give(transactions=sales("EUR", "CHF", "CHF", "USD"))

    assert counts(outcome) == (4, 4, 0, 0, 0)
    assert said(outcome) == [
        left("CHF", "EUR", 2),
        left("USD", "EUR", 1),
    ]


def test_which_currency_is_another_is_the_projects_choice(desk: Desk) -> None:
    with desk.store.write() as connection:
        settle(connection, ensure_project(connection, "default"), now=NOW, currency="chf")

    outcome = desk.give(transactions=sales("CHF", "EUR"))

    assert said(outcome) == [left("EUR", "CHF", 1)]


def test_nothing_is_said_of_sales_that_were_there_already(desk: Desk) -> None:
    desk.give(transactions=sales("CHF"))

    assert said(desk.give(transactions=sales("CHF"))) == []


def test_a_person_reads_it_and_the_command_brings_them_into_the_figure(tmp_path: Path) -> None:
    terminal = Terminal(f"sqlite:///{tmp_path}/r.db", LC_ALL="fr_FR.UTF-8")
    (tmp_path / "conversations.csv").write_text(CONVERSATION)
    (tmp_path / "transactions.csv").write_text(sales("CHF", "CHF"))

    done = terminal.run("import", str(tmp_path / "conversations.csv"), str(tmp_path / "transactions.csv"))

    assert "Ventes en CHF, gardées mais dans aucun chiffre" in " ".join(done.errors.split())
    assert terminal.json("read", "revenue")["total"]["value"] in {0, None}
    terminal.run("project", "default", "--currency", "CHF")
    assert terminal.json("read", "revenue")["total"]["value"] == pytest.approx(20)
