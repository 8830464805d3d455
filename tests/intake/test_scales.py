"""Ratings that are not on the scale they are said to be on: refused before anything is written, or said (D42)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.intake.model import FileKind, ImportOptions
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit.refusals import Exit
from ressenti.record.projects import find_project, settle
from ressenti.record.rating_scales import Rating, RatingScale, likely_scales, scale
from ressenti.record.refusals import BadSetting
from tests.support.importing import Desk
from tests.support.reading import codes, looked_at, refused, row, taken, write

TEN = [10, 9, 8, 10, 9, 7, 5, 4, 3, 10]


def in_csv(folder: Path, column: str, ratings: list[Any], scales: str = "") -> Path:
    lines = [f"s{place},2026-03-01T10:00:00Z,{one},{scales}" for place, one in enumerate(ratings)]
    return write(folder, "surveys.csv", "\n".join([f"survey_id,rated_at,{column},csat_scale", *lines]) + "\n")


def in_jsonl(folder: Path, column: str, ratings: list[Any]) -> Path:
    lines = [
        json.dumps({"survey_id": f"s{place}", "rated_at": "2026-03-01T10:00:00Z", column: one})
        for place, one in enumerate(ratings)
    ]
    return write(folder, "surveys.jsonl", "\n".join(lines))


def in_parquet(folder: Path, column: str, ratings: list[Any]) -> Path:
    path = folder / "surveys.parquet"
    ids = [f"s{place}" for place in range(len(ratings))]
    pq.write_table(pa.table({"survey_id": ids, "rated_at": ["2026-03-01T10:00:00Z"] * len(ids), column: ratings}), path)
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("written", [in_csv, in_jsonl, in_parquet])
class TestAWholeColumn:
    def test_of_thumbs_is_refused_with_the_scale_it_looks_like(
        self, tmp_path: Path, written: Callable[..., Path]
    ) -> None:
        path = written(tmp_path, "csat", [1, 1, 0])

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "other_scale"
        assert refusal.say().endswith(
            "ratings in csat that are not on the scale 1 to 5: 1 of 3; they all go from 0 to 1. They look like 0 to 1. "
            "Say so with --csat-scale 0-1."
        )
        assert codes(taken(path, csat_scale="0-1")) == ["", "", ""]

    def test_of_ten_is_refused_with_both_scales_that_fit(self, tmp_path: Path, written: Callable[..., Path]) -> None:
        path = written(tmp_path, "csat", TEN)

        assert (
            refused(lambda: looked_at(path))
            .say()
            .endswith("They look like 1 to 10 or 0 to 10. Say which: --csat-scale 10 or --csat-scale 0-10.")
        )
        assert codes(taken(path, csat_scale="10")) == [""] * 10

    def test_of_recommendations_out_of_a_hundred_is_refused_too(
        self, tmp_path: Path, written: Callable[..., Path]
    ) -> None:
        said = refused(lambda: looked_at(written(tmp_path, "nps", [90, 75, 40, 10]))).say()

        assert "not on the scale 0 to 10: 3 of" in said
        assert said.endswith("nps is always on this scale: convert the ratings, or leave the column out.")

    def test_of_effort_that_begins_at_0_is_refused_too(self, tmp_path: Path, written: Callable[..., Path]) -> None:
        assert refused(lambda: looked_at(written(tmp_path, "ces", [0, 3, 5]))).code == "other_scale"


class TestFewMisfits:
    def test_two_are_rejected_and_the_others_kept(self, tmp_path: Path) -> None:
        assert codes(taken(in_csv(tmp_path, "csat", [5, 7, 8, 4]))) == ["", "out_of_scale", "out_of_scale", ""]

    def test_three_of_150_are_rejected_and_three_of_149_refuse(self, tmp_path: Path) -> None:
        assert codes(taken(in_csv(tmp_path, "csat", [5] * 147 + [7, 8, 9]))).count("out_of_scale") == 3
        assert refused(lambda: looked_at(in_csv(tmp_path, "csat", [5] * 146 + [7, 8, 9]))).code == "other_scale"

    def test_an_end_of_another_scale_refuses_at_one_in_50(self, tmp_path: Path) -> None:
        assert codes(taken(in_csv(tmp_path, "csat", [5] * 50 + [0]))).count("out_of_scale") == 1
        assert refused(lambda: looked_at(in_csv(tmp_path, "csat", [5] * 49 + [0]))).code == "other_scale"

    def test_a_scale_that_is_declared_is_judged_by_itself(self, tmp_path: Path) -> None:
        path = in_csv(tmp_path, "csat", [70, 80, 90], scales="10")

        assert (
            refused(lambda: looked_at(path)).say().endswith("They look like 0 to 100. Correct the column csat_scale.")
        )


class TestWrittenOtherwise:
    def test_with_its_label_or_the_top_of_its_scale(self, tmp_path: Path) -> None:
        cells = ["5 - Very satisfied", "4/5", "4 out of 5", "5 (Très satisfait)", "3: neutral", "2 stars"]

        found = [row(FileKind.SURVEYS, one)["csat"] for one in taken(in_csv(tmp_path, "csat", cells))]

        assert found == [5, 4, 4, 5, 3, 2]

    def test_the_top_says_the_scale(self, tmp_path: Path) -> None:
        (record,) = taken(in_csv(tmp_path, "csat", ["8/10"]))

        assert (row(FileKind.SURVEYS, record)["csat"], row(FileKind.SURVEYS, record)["csat_scale"]) == (8, "10")

    @pytest.mark.parametrize("column", ["csat", "nps"])
    def test_the_top_of_another_scale_than_declared_is_rejected(self, tmp_path: Path, column: str) -> None:
        assert codes(taken(in_csv(tmp_path, column, ["3/7"], scales="5"))) == ["scale"]

    @pytest.mark.parametrize("text", ["4 or 5", "5-8", "4 ½", "5 - 3 stars", "very satisfied", "5★4", "- 5 - x"])
    def test_what_may_be_another_rating_is_rejected(self, tmp_path: Path, text: str) -> None:
        assert codes(taken(in_csv(tmp_path, "csat", [text]))) == ["number"]

    @pytest.mark.parametrize("text", ["5-Jan", "05-Jan", "4-oct", "04-janv.", "3 - March", "10-Okt"])
    def test_a_rating_that_a_spreadsheet_made_a_date_is_rejected(self, tmp_path: Path, text: str) -> None:
        assert codes(taken(in_csv(tmp_path, "csat", [text]))) == ["rating_as_date"]

    @pytest.mark.parametrize("word", ["NaN", "N/A", "NULL", "-", "n/a", "None", "#N/A"])
    def test_words_for_nothing_are_empty_and_the_5_beside_is_kept(self, tmp_path: Path, word: str) -> None:
        path = write(tmp_path, "surveys.csv", f"survey_id,rated_at,csat,nps\ns1,2026-03-01T10:00:00Z,5,{word}\n")

        (record,) = taken(path)

        assert row(FileKind.SURVEYS, record)["csat"] == 5
        assert "nps" not in row(FileKind.SURVEYS, record)


class TestRemarks:
    def test_nothing_as_high_as_the_lower_of_the_satisfied_ratings_is_said(self, desk: Desk) -> None:
        outcome = desk.give(
            surveys="survey_id,rated_at,csat\n"
            + "".join(f"s{i},2026-05-01T10:00Z,{n}\n" for i, n in enumerate([3, 3, 1]))
        )

        assert outcome.imported == 3
        assert [note.say() for note in outcome.notes] == [
            (
                "inbox/surveys.csv: csat: 3 is the highest rating seen; only those from 4 count as satisfied on "
                "1 to 5. If they are on another scale, say so with --csat-scale."
            )
        ]

    def test_ratings_nobody_said_the_good_ones_of_are_said(self, desk: Desk) -> None:
        surveys = "survey_id,rated_at,csat\n" + "".join(f"s{i},2026-05-01T10:00Z,{n}\n" for i, n in enumerate(TEN))
        desk.put(surveys=surveys)

        outcome = run_import(desk.store, FileSource([desk.inbox], ImportOptions(csat_scale="10")), now=desk.now)

        assert [note.say() for note in outcome.notes] == [
            (
                "inbox/surveys.csv: 10 ratings from 1 to 10; say which are good, for example with: "
                "ressenti project default --satisfied 10=9,10"
            )
        ]

    def test_a_project_that_said_so_is_believed(self, desk: Desk) -> None:
        desk.put(surveys="survey_id,rated_at,csat,csat_scale\ns1,2026-05-01T10:00Z,7,10\ns2,2026-05-01T10:00Z,6,10\n")
        run_import(desk.store, FileSource([desk.inbox]), now=desk.now)
        with desk.store.write() as connection:
            settle(connection, find_project(connection, "default"), now=desk.now, satisfied={"10": (9, 10)})

        outcome = run_import(desk.store, FileSource([desk.inbox]), now=desk.now)

        assert ["only those from 9 count as satisfied on 1 to 10" in note.say() for note in outcome.notes] == [True]


class TestWhatAProjectSays:
    @pytest.mark.parametrize(
        ("written", "ratings", "reason"),
        [
            ("10", (11,), "11 is not on the scale 1 to 10"),
            ("0-100", (90, 101), "101 is not on the scale 0 to 100"),
            ("5", (3, 4, 5), "on 1 to 5, 4 and 5 are the satisfied ratings"),
            ("9-3", (9,), "write a scale as 10 or 0-100 in front"),
        ],
    )
    def test_is_refused_where_it_is_not_on_the_scale(
        self, desk: Desk, written: str, ratings: tuple[int, ...], reason: str
    ) -> None:
        desk.give(agents="agent_id\na1\n")
        with desk.store.write() as connection:
            default = find_project(connection, "default")
            refusal = refused(
                lambda: settle(connection, default, now=desk.now, satisfied={written: ratings}), Exit.WRONG_USE
            )

            assert isinstance(refusal, BadSetting)
            assert reason in refusal.say()
            assert find_project(connection, "default").satisfied == {}

    def test_a_scale_written_with_both_ends_is_that_of_the_answers(self, desk: Desk) -> None:
        desk.give(agents="agent_id\na1\n")
        with desk.store.write() as connection:
            found = settle(connection, find_project(connection, "default"), now=desk.now, satisfied={"1-10": (10, 9)})

        assert found.satisfied == {"10": (9, 10)}


class TestLikelyScales:
    @pytest.mark.parametrize(
        ("ratings", "but", "likely"),
        [
            ([0, 1], "5", ["0-1"]),
            ([0, 4], "5", ["0-5"]),
            ([1, 6], "5", ["7", "10", "0-10"]),
            ([3, 10], "5", ["10", "0-10"]),
            ([0, 10], "5", ["0-10"]),
            ([1, 88], "5", ["0-100"]),
            ([1, 1000], "5", []),
            ([-1, 3], "5", []),
            ([0, 10], "10", ["0-10"]),
        ],
    )
    def test_are_those_that_hold_all_and_are_not_needlessly_wide(
        self, ratings: list[int], but: str, likely: list[str]
    ) -> None:
        own = scale(but)
        assert own is not None
        assert [str(one) for one in likely_scales(ratings, but=own)] == likely

    @given(st.sets(st.integers(-5, 120), min_size=1))
    def test_always_hold_every_rating(self, ratings: set[int]) -> None:
        for one in likely_scales(ratings, but=RatingScale(1, 5)):
            assert all(rating in one for rating in ratings)

    def test_a_rating_knows_its_top(self) -> None:
        assert (Rating.of(4, 5), Rating.of(4, 5).top) == (4, 5)
