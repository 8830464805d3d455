"""Messages and comments are found by their words; the index follows the record, and comes back by itself."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ressenti.search import file, index
from ressenti.search.index import Index
from ressenti.search.refusals import SearchPreparing
from tests.support.environment import ROOT
from tests.support.indexing import LoneIndex
from tests.support.scenario import World
from tests.support.search_scenarios import remark, say, talk


@pytest.fixture
def words(world: World) -> Iterator[Index]:
    made = LoneIndex(world.store)
    yield made
    made.close()


def found(world: World, words: Index, typed: str, *, comments_too: bool = False) -> list[str]:
    """Return the sources' own ids of what is found."""
    if any(world._rows.values()):
        assert world.import_().total.rejected == 0
    ids = words.find(typed, comments_too=comments_too)
    with world.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT id, external_id FROM conversation")
        names = {row[0]: str(row[1]) for row in rows}
    return [names[one] for one in ids]


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("ete", ["a", "b"]),
        ("ÉTÉ", ["a", "b"]),
        ("rembours", ["a"]),
        ("rembours ete", ["a"]),
        ("boursement", []),
        ('"sans remboursement"', ["a"]),
        ('"remboursement sans"', []),
        ('"sans rembours"', []),
        ("شكر", ["c"]),
        ("配送", ["d"]),
        ("很慢", ["d"]),
        ("慢送", []),
        ("Αθηνα", ["e"]),
        ("STRASSE", ["e"]),
        ("n°45821", ["b"]),
    ],
)
def test_words_are_found_from_their_beginning_without_case_or_accents(
    world: World, words: Index, typed: str, hits: list[str]
) -> None:
    talk(world, "Un été sans remboursement", conversation_id="a")
    talk(world, "Cet e\u0301te\u0301, commande n°45821", conversation_id="b")
    talk(world, "شكرا جزيلا 😀", conversation_id="c")
    talk(world, "配送很慢", conversation_id="d")
    talk(world, "Αθήνα, Königliche Straße 5", conversation_id="e")

    assert found(world, words, typed) == hits


def test_all_words_stand_in_one_message(world: World, words: Index) -> None:
    talk(world, "my parcel", "is broken", conversation_id="apart")
    talk(world, "broken, my parcel is", conversation_id="together")

    assert found(world, words, "parcel broken") == ["together"]


def test_only_what_visitors_and_respondents_wrote_is_found(world: World, words: Index) -> None:
    for who in ("visitor", "agent:Ana", "bot:Robo", "auto:Ana", "note:Ana"):
        say(world, world.conversation(conversation_id=who), "voucher", who)

    assert found(world, words, "voucher") == ["visitor", "agent:Ana", "bot:Robo"]


def test_a_comment_is_found_as_a_comment(world: World, words: Index) -> None:
    key = talk(world, "hello", conversation_id="a")
    world.survey(key, "11:00", csat=5, comment="Livraison rapide")
    world.survey(None, "11:00", csat=1, comment="livraison lente")

    assert found(world, words, "livraison") == []
    assert found(world, words, "livraison", comments_too=True) == ["a"]
    assert words.find_offers("livraison") == [1, 2]
    assert words.find_offers("livraison lent") == [2]


@pytest.mark.parametrize(
    "typed",
    [
        '" OR 1=1 NEAR(',
        "* OR x",
        "words : x",
        "-x ^x +x",
        "x) UNION SELECT 1 --",
        '"' * 99 + "x" + '"' * 99,
        "NEAR(a b, 5)",
        "x AND NOT y",
        "{words}: x",
        "x\0y",
        "x\ud800",
    ],
)
def test_nothing_typed_is_syntax(world: World, words: Index, typed: str) -> None:
    talk(world, "something else")
    world.import_()

    assert words.find(typed) == []
    assert words.find("something") == [1]


def test_a_message_that_is_brought_again_is_found_by_its_new_words_only(world: World, words: Index) -> None:
    key = world.conversation(conversation_id="a")
    say(world, key, "blue lamp", message_id="m")
    assert found(world, words, "blue") == ["a"]

    say(world, key, "red lamp", message_id="m")

    assert found(world, words, "blue") == []
    assert found(world, words, "red") == ["a"]


def test_a_comment_that_changes_or_moves_is_found_where_it_is_now(world: World, words: Index) -> None:
    first, second = talk(world, "one", conversation_id="a"), talk(world, "two", conversation_id="b")
    remark(world, first, "bravo", survey_id="s")
    assert found(world, words, "bravo", comments_too=True) == ["a"]

    remark(world, second, "encore", survey_id="s")
    assert found(world, words, "bravo", comments_too=True) == []
    assert found(world, words, "encore", comments_too=True) == ["b"]

    remark(world, None, "seul", survey_id="s")
    assert found(world, words, "encore", comments_too=True) == []
    assert found(world, words, "seul", comments_too=True) == []
    assert words.find_offers("seul") == [1]


def remove(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def overwrite(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place : place + 16] = bytes(16 * [255])
    path.write_bytes(bytes(content))


def age(path: Path) -> None:
    writer = file._connect(path, "rw")
    writer.execute("UPDATE state SET version = 0")
    writer.close()


@pytest.mark.parametrize("damage", [remove, cut, empty, overwrite, flip, age])
def test_a_damaged_index_comes_back_with_the_same_hits(
    world: World, words: Index, damage: Callable[[Path], None]
) -> None:
    for number in range(200):
        talk(world, f"order {number} is late", conversation_id=f"c{number}")
    before = found(world, words, "late")
    words.close()

    damage(words.path)
    again = LoneIndex(world.store)

    assert len(before) == 200
    assert found(world, again, "late") == before
    again.close()


def test_an_index_that_is_damaged_under_a_running_server_is_made_anew(world: World, words: Index) -> None:
    talk(world, "late", conversation_id="a")
    assert found(world, words, "late") == ["a"]

    with words._turn:
        words._opened()._connection.execute("DROP TABLE message")

    assert found(world, words, "late") == ["a"]


def test_an_index_ahead_of_an_older_record_is_made_anew(world: World, words: Index) -> None:
    talk(world, "late", conversation_id="a")
    assert found(world, words, "late") == ["a"]
    with words._turn:
        words._opened()._connection.execute("UPDATE mark SET seq = 1000000")

    talk(world, "later", conversation_id="b")

    assert found(world, words, "late") == ["a", "b"]


def test_the_file_is_its_owners_alone_and_holds_no_text(world: World, words: Index) -> None:
    talk(world, "the parcel was late again, thank you for nothing")
    world.import_()
    assert words.find("late")
    words.close()

    assert words.path.stat().st_mode & 0o777 == 0o600
    assert b"parcel was late" not in words.path.read_bytes()


def test_while_the_record_is_read_nobody_gets_half_an_answer(
    world: World, words: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "STEP", 1)
    monkeypatch.setattr(index, "PATIENCE_S", 0.05)
    for number in range(10):
        talk(world, f"order {number}")
    world.import_()
    going_on = threading.Event()
    put = file.Writer.put_conversations

    def slowly(self: file.Writer, first: int, last: int) -> None:
        if first > 5:
            going_on.wait(10)
        put(self, first, last)

    monkeypatch.setattr(file.Writer, "put_conversations", slowly)
    with pytest.raises(SearchPreparing, match=r"is being prepared \(\d+ %\)"):
        words.find("order")
    assert words.progress() in range(51)
    with world.store.write():  # the record's writer waits for nobody
        pass
    going_on.set()
    while words.progress() is not None:
        time.sleep(0.01)

    assert len(words.find("order")) == 10


CHILD = """
import sys
from ressenti.record.stores.sqlite import Store
from ressenti.search import index
from tests.support.indexing import LoneIndex
index.STEP = 1
words = LoneIndex(Store.open(sys.argv[1]))
words.start()
while words.progress() is not None:
    print(words.progress(), flush=True)
"""


def test_an_index_killed_while_it_is_made_goes_on_where_it_was(world: World, words: Index) -> None:
    for number in range(2_000):
        talk(world, f"order {number} parcel", conversation_id=f"c{number}")
    world.import_()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, world.url], stdout=subprocess.PIPE, cwd=ROOT, env=os.environ, text=True
    )
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) >= 5:
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    writer = file.Writer(words.path, world.store.path)
    reached, last = writer.reached()
    writer.close()

    assert 0 < reached < (last or 0)
    assert words.find("parcel") == list(range(1, 2_001))


def test_many_search_while_the_record_grows(world: World, words: Index) -> None:
    talk(world, "order first")
    world.import_()
    assert len(words.find("order")) == 1
    counts: list[int] = []
    ending = threading.Event()

    def ask() -> None:
        while not ending.is_set():
            counts.append(len(words.find("order")))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(5):
        talk(world, f"order {number}")
        world.import_()
    ending.set()
    for thread in threads:
        thread.join()

    assert len(words.find("order")) == 6
    assert set(counts) <= set(range(1, 7))
