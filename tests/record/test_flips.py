"""Whatever byte of the record changes on the disk by itself: what was imported is as it was, or the damage is found."""

import random
import struct
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest

from ressenti.cli.checks import Check, examine
from ressenti.cli.server_client import opened_record
from ressenti.record.refusals import DamagedDatabase
from ressenti.record.stores.corruption import MALFORMED, ascending
from ressenti.record.stores.integrity import connect, damaged_pages, damaged_rows
from ressenti.record.stores.row_checksums import SEALED
from ressenti.record.stores.sqlite import Store
from tests.support.environment import rounds
from tests.support.scenario import World
from tests.support.terminal import Terminal

FLIPS = rounds(400, nightly=8_000)
PART = 400
"""How many of them one test takes, so that none runs for longer than a test may."""
TOLD = rounds(6, nightly=300)

IMPORTED = [*(table.name for table in SEALED), "label", "agent_group", "visitor"]
NOT_CONTENT = {"import_id"}
"""What tells which import brought a row last: no figure and no page shows it."""

KINDS = {2: "index branch", 5: "table branch", 10: "index leaf", 13: "table leaf"}
PARTS = ("head", "pointers", "gap", "content")


def company(folder: Path) -> World:
    """Make a record in which every imported table has rows, with texts longer than a page."""
    made = World(folder)
    for number in range(300):
        key = made.conversation(
            messages=[
                ("visitor", "10:00"),
                (f"agent:a{number % 7}", f"10:{1 + number % 50:02}"),
                ("note:Ana", "10:20"),
            ],
            csat=1 + number % 5 if number % 3 else None,
            nps=number % 11,
            channel=f"Channel {number % 4}",
            tags=f"t{number % 5};t{number % 3}x",
            visitor_id=f"v{number}",
            sales=[("10:20", 10.5 + number)] if number % 9 == 0 else (),
            note=f"what a column of theirs holds, {number}" * (1 + number % 3),
        )
        if number % 20 == 0:
            made.add(
                "messages",
                message_id=f"long{number}",
                conversation_id=key,
                created_at="2024-05-14T10:25:00Z",
                author_role="visitor",
                text="a long story " * (300 + number),
            )
        made.add(
            "handlings",
            conversation_id=key,
            agent_id=f"a{number % 7}",
            started_at="2024-05-14T10:01:00Z",
            ended_at="2024-05-14T10:21:00Z",
            group=f"g{number % 3}",
        )
        made.add("events", conversation_id=key, at="2024-05-14T10:05:00Z", state="open")
    for number in range(7):
        made.add("agents", agent_id=f"a{number}", name=f"Agent {number}", group=f"g{number % 3}")
    outcome = made.import_()
    assert outcome.total.rejected == 0
    return made


def content(path: Path) -> dict[str, list[tuple[Any, ...]]] | None:
    """Return what the imported tables hold, read without any index; None where they cannot be read."""
    with closing(connect(path)) as driver:
        driver.text_factory = bytes
        try:
            return {name: _rows(driver, name) for name in IMPORTED}
        except (sqlite.Error, UnicodeDecodeError):
            return None


def _rows(driver: Any, name: str) -> list[tuple[Any, ...]]:
    columns = [row[1].decode() for row in driver.execute(f'PRAGMA table_info("{name}")')]
    kept = ", ".join(f'"{one}"' for one in columns if one not in NOT_CONTENT)
    return sorted(driver.execute(f'SELECT {kept} FROM "{name}" NOT INDEXED'), key=repr)


class Pages:
    """Where in a file its pages, and the parts of each, are."""

    def __init__(self, whole: bytes) -> None:
        self.size = struct.unpack(">H", whole[16:18])[0]
        self.by_kind: dict[str, list[int]] = {"first": [0]}
        for start in range(self.size, len(whole), self.size):
            self.by_kind.setdefault(KINDS.get(whole[start], "long text or free"), []).append(start)
        self._whole = whole

    def pick(self, chance: random.Random) -> tuple[str, int]:
        """Return a place in the file: each kind of page, and each part of one, is as likely as another."""
        kind = chance.choice(sorted(self.by_kind))
        start = chance.choice(self.by_kind[kind])
        if kind in {"first", "long text or free"}:
            return kind, start + chance.randrange(self.size)
        head = 12 if "branch" in kind else 8
        count, begin = struct.unpack(">HH", self._whole[start + 3 : start + 7])
        ends = dict(zip(PARTS, (head, head + 2 * count, begin, self.size), strict=True))
        part = chance.choice([one for one in PARTS if ends[one] > (0, *ends.values())[PARTS.index(one)]])
        return f"{kind}: {part}", start + chance.randrange((0, *ends.values())[PARTS.index(part)], ends[part])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    world = company(tmp_path_factory.mktemp("whole"))
    world.close()
    with closing(sqlite.connect(world.folder / "record.db")) as driver:
        driver.execute("PRAGMA journal_mode = DELETE")
    return (world.folder / "record.db").read_bytes()


def flipped(whole: bytes, turn: int) -> tuple[str, bytes]:
    """Return a copy in which one byte is another, and what it was."""
    chance = random.Random(turn)
    kind, place = Pages(whole).pick(chance)
    damaged = bytearray(whole)
    damaged[place] ^= chance.choice([1 << chance.randrange(8), chance.randrange(1, 256)])
    return f"{kind}, turn {turn}, byte {place}", bytes(damaged)


class TestFlips:
    @pytest.mark.parametrize("first", range(0, FLIPS, PART))
    def test_no_flip_changes_what_was_imported_and_is_not_found(self, whole: bytes, tmp_path: Path, first: int) -> None:
        path = tmp_path / "record.db"
        path.write_bytes(whole)
        before = content(path)
        assert (damaged_pages(path), damaged_rows(path)) == ((), ())
        unseen, seen = [], Counter[str]()
        for turn in range(first, first + PART):
            where, damaged = flipped(whole, turn)
            path.write_bytes(damaged)
            is_found = bool(damaged_pages(path) or damaged_rows(path))
            seen[where.split(",")[0]] += is_found
            if not is_found and content(path) != before:
                unseen.append(where)

        assert unseen == []
        assert {f"{kind}: {part}" for kind in KINDS.values() for part in ("head", "content")} <= set(+seen)

    def test_the_control_what_only_looks_at_pages_misses_a_letter_in_a_text(self, whole: bytes, tmp_path: Path) -> None:
        path = tmp_path / "record.db"
        path.write_bytes(whole)
        before = content(path)
        place = whole.index(b"a long story a long story")
        path.write_bytes(whole[:place] + b"o" + whole[place + 1 :])

        assert content(path) != before
        assert damaged_pages(path) == ()
        (found,) = damaged_rows(path)
        assert "of message is not what was written" in found


class TestLoops:
    """Ids of a damaged index may go back, and whoever asks for those after the last would never end."""

    def test_ids_that_go_back_are_told_as_damage(self, whole: bytes, tmp_path: Path) -> None:
        (tmp_path / "record.db").write_bytes(whole)
        with (
            closing(Store.open(f"sqlite:///{tmp_path / 'record.db'}")) as store,
            pytest.raises(DamagedDatabase),
            store.read(),
        ):
            ascending([4, 5, 3], after=3)

    @pytest.mark.parametrize("ids", [[3, 4], [5, 5], [2]])
    def test_ids_that_do_not_follow_are_refused(self, ids: list[int]) -> None:
        with pytest.raises(sqlite.DatabaseError, match=MALFORMED):
            ascending(ids, after=3)

    def test_ids_that_follow_are_given(self) -> None:
        assert ascending([4, 9, 10], after=3) == [4, 9, 10]


class TestCommands:
    """Whatever a command meets in a damaged record, it says in a sentence, and never that it is our fault."""

    def damage(self, path: Path, whole: bytes, number: int) -> str:
        """Write the record with one byte changed to its damage, and return where: many a byte stands for nothing."""
        for turn in range(FLIPS + number, FLIPS + 100 * TOLD, TOLD):
            where, damaged = flipped(whole, turn)
            path.write_bytes(damaged)
            if damaged_pages(path) or damaged_rows(path):
                return where
        raise AssertionError("of so many bytes one has to matter")

    @pytest.mark.parametrize("damage", [TypeError, KeyError, ZeroDivisionError])
    def test_what_cannot_be_is_told_as_damage_where_a_byte_is_another(
        self, whole: bytes, tmp_path: Path, damage: type[Exception]
    ) -> None:
        path = tmp_path / "record.db"
        self.damage(path, whole, 0)
        with pytest.raises(DamagedDatabase), opened_record(f"sqlite:///{path}"):
            raise damage

        path.write_bytes(whole)
        with pytest.raises(damage), opened_record(f"sqlite:///{path}"):
            raise damage

    def test_doctor_makes_no_facts_of_what_is_damaged(self, whole: bytes, tmp_path: Path) -> None:
        path = tmp_path / "record.db"
        path.write_bytes(whole)
        *_others, last = examine(f"sqlite:///{path}")
        assert last == Check("Facts", is_well=True, found=str(path.with_suffix(".facts.duckdb")))

        self.damage(path, whole, 0)
        *_others, last = examine(f"sqlite:///{path}")
        assert last == Check("Facts", is_well=None, found="not looked at before the database can be trusted again")

    @pytest.mark.parametrize("number", range(TOLD))
    def test_a_damaged_record_is_told_in_words(self, whole: bytes, tmp_path: Path, number: int) -> None:
        path = tmp_path / "record.db"
        where = self.damage(path, whole, number)
        terminal = Terminal(f"sqlite:///{path}")

        for words in (["read", "csat", "--by", "channel"], ["verify"], ["doctor"]):
            done = terminal.run(*words)
            assert done.exit_code in {0, 1, 2, 4}, (where, words, done)
            assert "Traceback" not in done.errors, (where, words, done)
            if words[0] != "read":  # what it asks of may be whole
                assert done.exit_code, (where, words, done)
