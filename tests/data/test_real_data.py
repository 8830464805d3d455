"""Real conversations and surveys, imported through the command line, against reference figures made elsewhere.

The data sets stay in ../shared; each comes with an `expected.json` whose `product_rules` are counted here: counts
exactly, values to a millionth.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.terminal import Terminal

SETS = ("thunderbird_2024", "shopzilla_csat", "botanic_nps_fr", "itsm_servicenow", "nps_bank_2021")
FIGURES = re.compile(r"(?P<indicator>\w+?)_(?P<anchor>opened|closed|answered)(_by_(?P<by>\w+))?")
TWINS = {
    "first_response_time": {"mean": "first_response_time_mean"},
    "resolution_time": {"mean": "resolution_time_mean"},
    "csat": {"average": "csat_average"},
    "nps": {},
}


@pytest.fixture(scope="module")
def imported(request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Import one data set with `ressenti import`, and give a terminal that reads it."""
    folder = tmp_path_factory.mktemp(request.param)
    terminal = Terminal(f"sqlite:///{folder / 'record.db'}")
    done = terminal.run("import", str(shared / "data" / request.param))
    expected = json.loads((shared / "data" / request.param / "expected.json").read_text())
    return terminal, expected["product_rules"], done, request.param


def every_set() -> Any:
    return pytest.mark.parametrize("imported", SETS, indirect=True, scope="module")


@every_set()
class TestEachDataSet:
    def test_imports_with_every_row_accounted_for(self, imported: Any) -> None:
        _terminal, _rules, done, name = imported

        assert done.exit_code == (1 if name == "botanic_nps_fr" else 0), done.errors

    def test_importing_it_again_changes_nothing(self, imported: Any, shared: Path) -> None:
        terminal, _rules, _done, name = imported
        before = terminal.json("read", "conversations", "--anchor", "opened")

        again = terminal.run("import", str(shared / "data" / name))

        assert again.totals["imported"] == again.totals["updated"] == 0
        after = terminal.json("read", "conversations", "--anchor", "opened")
        assert after == before

    def test_gives_every_reference_figure(self, imported: Any) -> None:
        terminal, rules, _done, _name = imported
        checked = 0
        for key, want in rules.items():
            if key == "note":
                continue
            asked = FIGURES.fullmatch(key)
            assert asked is not None, key
            checked += _same(terminal, want, **asked.groupdict())

        assert checked >= 5

    def test_verifies(self, imported: Any) -> None:
        terminal, *_rest = imported

        assert terminal.run("verify").exit_code == 0


def _same(terminal: Terminal, want: Any, *, indicator: str, anchor: str, by: str | None) -> int:
    """Compare one entry of the reference, a figure or a figure by something; return how many values were compared."""
    if indicator == "conversations":
        found = terminal.json("read", indicator, "--anchor", anchor)
        assert found["total"]["value"] == want
        return 1
    twins = {"value": indicator} | TWINS[indicator]
    return sum(
        _same_values(terminal, want, field, figure, anchor, by)
        for field, figure in twins.items()
        if (by is None and field in want) or (by is not None and all(field in row for row in want.values()))
    )


def _same_values(terminal: Terminal, want: Any, field: str, figure: str, anchor: str, by: str | None) -> int:
    asked = ["read", figure, "--anchor", anchor]
    if by is None:
        assert _close(terminal.json(*asked)["total"], want, field)
        return 1
    if by == "month_utc":
        rows = terminal.json(*asked, "--grain", "month", "--zone", "UTC")["rows"]
        found = {row["key"][:7]: row for row in rows if row["n"]}
    else:
        rows = terminal.json(*asked, "--by", by)["rows"]
        found = {row["key"]: row for row in rows}
    assert set(want) <= set(found)
    assert len(want) == len(found) or by == "agent"  # of agents the reference has the busiest
    for key, row in want.items():
        assert _close(found[key], row, field), key
    return len(want)


def _close(found: dict[str, Any], want: dict[str, Any], field: str) -> bool:
    if want[field] is None:
        return found["value"] is None and found["n"] == want["n"]
    return bool(found["n"] == want["n"] and found["value"] == pytest.approx(want[field], abs=1e-6, rel=1e-12))


@pytest.mark.parametrize("name", ["amazon_fr_polarity", "pang_lee_en_polarity"])
def test_texts_without_dates_are_refused_in_plain_words(shared: Path, tmp_path: Path, name: str) -> None:
    terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")

    done = terminal.run("import", str(shared / "data" / name))

    assert done.exit_code == 3
    assert "rated_at" in done.errors
    assert "surveys.csv" in done.errors
    assert "Traceback" not in done.errors


class TestFilesAsTheyWereFound:
    """Two files of a working folder: refused or imported as they are, with nothing lost."""

    def test_a_file_of_another_name_is_refused_naming_the_seven(self, shared: Path, tmp_path: Path) -> None:
        terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")
        found = sorted((shared / "data" / "raw_dev").glob("*.csv"))

        for path in found:
            done = terminal.run("import", str(path))

            assert done.exit_code == 3
            assert "conversations" in done.errors
            assert "transactions" in done.errors
        assert len(found) == 2

    def test_another_encoding_is_refused_with_the_remedy(self, shared: Path, tmp_path: Path) -> None:
        terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")
        raw = (shared / "data" / "raw_dev" / "botanic_nps_even_ids_original_bytes.csv").read_bytes()
        renamed = b'"row","survey_id","nps","csat","intention","comment","visits","basket","rated_at"'
        (tmp_path / "surveys.csv").write_bytes(renamed + raw[raw.index(b"\n") :])

        done = terminal.run("import", str(tmp_path / "surveys.csv"), "--csat-scale", "10")

        assert done.exit_code == 3
        assert "--encoding cp1252" in done.errors

    def test_with_its_columns_renamed_nothing_of_the_mixed_encodings_is_lost(
        self, shared: Path, tmp_path: Path
    ) -> None:
        terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")
        raw = (shared / "data" / "raw_dev" / "botanic_nps_even_ids_original_bytes.csv").read_bytes()
        head, rest = raw.split(b"\n", 1)
        lines = rest.split(b"\n")
        renamed = b'"row","survey_id","nps","csat","intention","comment","visits","basket","rated_at"\n'
        body = b"\n".join(line.rsplit(b",", 1)[0] + b",2016-12-15T12:00:00Z" if line else line for line in lines)
        (tmp_path / "surveys.csv").write_bytes(renamed + body)

        done = terminal.run("import", str(tmp_path / "surveys.csv"), "--encoding", "cp1252", "--csat-scale", "10")

        assert head
        assert done.totals["read"] == done.totals["imported"] + done.totals["rejected"]
        assert done.totals["read"] == len([line for line in lines if line])
        assert done.exit_code in {0, 1}

    def test_day_month_times_need_to_be_told(self, shared: Path, tmp_path: Path) -> None:
        terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")
        raw = (shared / "data" / "raw_dev" / "shopzilla_days_1_3_with_500_blank_rows.csv").read_bytes()
        names = {b"Unique id": b"conversation_id", b"Issue_reported at": b"opened_at"}
        for name, ours in names.items():
            raw = raw.replace(name, ours, 1)
        copy = tmp_path / "conversations.csv"
        copy.write_bytes(raw)

        refused = terminal.run("import", str(copy))
        taken = terminal.run("import", str(copy), "--date-format", "%d/%m/%Y %H:%M", "--timezone", "Asia/Kolkata")

        assert refused.exit_code == 3
        assert "--date-format" in refused.errors
        assert taken.totals["rejected"] >= 500
        assert taken.totals["read"] == taken.totals["imported"] + taken.totals["duplicate"] + taken.totals["rejected"]
