"""Where ClickHouse servers are is told in one address, whose password nobody reads again."""

import sys

import pytest

from ressenti.facts.engines.clickhouse.engine import bound
from ressenti.facts.engines.clickhouse.servers import Servers, read_address
from ressenti.facts.refusals import BadFactsAddress, NoDriver


def test_an_address_says_who_asks_where_and_of_which_cluster() -> None:
    one = read_address("clickhouse://ana:p%40ss@db.example:9100/figures?cluster=pair")

    assert (one.user, one.password, one.host, one.port) == ("ana", "p@ss", "db.example", 9100)
    assert (one.database, one.cluster, one.is_secure) == ("figures", "pair", False)


def test_an_address_of_few_words_is_the_usual_one() -> None:
    one = read_address("clickhouse://db.example/figures")

    assert (one.user, one.password, one.port, one.cluster) == ("default", "", 9000, None)
    assert read_address("clickhouse://db.example/figures?secure=1").port == 9440


def test_a_password_is_in_nothing_that_is_shown() -> None:
    one = read_address("clickhouse://ana:secret@db.example/figures")

    assert "secret" not in f"{one} {one!r}"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ana:secret@db.example/figures",
        "clickhouse://ana:secret@/figures",
        "clickhouse://ana:secret@db.example",
        "clickhouse://ana:secret@db.example:port/figures",
        "clickhouse://ana:secret@db.example/figures`; DROP DATABASE x",
        "clickhouse://ana:secret@db.example/figures?cluster=a'b",
        "clickhouse://ana:secret@db.example/figures?cluster",
        "clickhouse://ana:secret@db.example/figures?verify=0",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(BadFactsAddress, match="clickhouse://user:password@host") as refused:
        read_address(text)

    assert "secret" not in str(refused.value)


def test_without_its_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "clickhouse_driver", None)

    with pytest.raises(NoDriver, match=r"ressenti\[clickhouse\]"), Servers(read_address("clickhouse://a/b")).session():
        pass


def test_values_are_written_into_a_question_as_they_are() -> None:
    assert bound("x = ? AND y = ? AND z = ?", [1, None, True]) == "x = 1 AND y = NULL AND z = 1"
    assert bound("x = ?", ["it's a \\ ?"]) == r"x = 'it\'s a \\ ?'"
    assert bound("has(?, x)", [[3, 4]]) == "has([3, 4], x)"
    with pytest.raises(ValueError, match="as many values"):
        bound("x = ?", [])
