"""Pages are taken away as files of their own name, whole or not at all, of what the address shows."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
from structlog.testing import capture_logs

from ressenti.reports.exports import pipeline, workbook
from ressenti.reports.rows.batch import batches
from tests.support.exported import read_xlsx, sheet
from tests.support.scenario import World
from tests.support.site import HOSTILE, Site, Words

DAYS = "from=2026-10-15&to=2026-11-01"
COMMENTS = ("Très bien, « merci »", "=cmd|' /C calc'!A0", 'line one\nline two, "quoted"', "+33 1 23 45 67 89")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Tell of two groups, whose conversations were rated and commented, and of one still open."""
    made = World(tmp_path_factory.mktemp("taken")).settle(zone="Europe/Paris")
    made.add("agents", agent_id="ana", name="Ana Souza", group="Lyon")
    made.add("agents", agent_id="bo", name=HOSTILE, group="Lille")
    for i in range(12):
        opened = f"2026-10-{15 + i} 10:00"
        who = "ana" if i % 2 else "bo"
        key = made.conversation(
            opened,
            closed=f"{opened[:-2]}30",
            messages=[("visitor", opened), (f"agent:{who}", f"{opened[:-2]}0{1 + i % 8}")],
            channel="Chat" if i % 3 else "E-mail",
            conversation_id=f"c{i}",
            visitor_id=f"v{i}",
        )
        comment = COMMENTS[i // 3] if i % 3 == 0 else None
        made.add(
            "surveys",
            survey_id=f"s{i}",
            conversation_id=key,
            rated_at=made_moment(f"{opened[:-2]}45"),
            csat=1 + i % 5,
            nps=i % 11,
            comment=comment,
        )
    made.conversation("2026-10-30 09:00", closed=None, conversation_id="open")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


def made_moment(text: str) -> Any:
    from tests.support.scenario import moment

    return moment(text)


@pytest.fixture(scope="module")
def served(world: World) -> Iterator[Site]:
    with Site(world) as opened:
        yield opened


@pytest.fixture
def site(served: Site) -> Site:
    served.cookies.clear()
    return served


def rows(found: bytes) -> list[dict[str, str]]:
    """Return the rows below the header, which is the first line."""
    return list(csv.DictReader(io.StringIO(found.decode("utf-8-sig"), newline=""), strict=True))


def about(site: Site, what: str, query: str = DAYS) -> dict[str, str]:
    """Return what stands beside the rows in a ZIP, by its names."""
    with ZipFile(io.BytesIO(take(site, f"{what}.zip", query))) as bundle:
        beside = bundle.read("about.csv").decode("utf-8-sig")
    return dict(csv.reader(io.StringIO(beside, newline="")))


def take(site: Site, file: str, query: str = DAYS) -> bytes:
    answer = site.get(f"/take/{file}?{query}")
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    return answer.content


@pytest.mark.parametrize(
    ("address", "name", "kind"),
    [
        ("report.xlsx?" + DAYS, "ressenti-report-2026-10-15--2026-10-31.xlsx", "spreadsheetml.sheet"),
        ("tiles.csv?" + DAYS, "ressenti-tiles-2026-10-15--2026-10-31.csv", "text/csv; charset=utf-8"),
        (
            "breakdown.csv?tab=agent&" + DAYS,
            "ressenti-csat-by-agent-2026-10-15--2026-10-31.csv",
            "text/csv; charset=utf-8",
        ),
        (
            "breakdown.jsonl?indicator=nps&period=30d",
            "ressenti-nps-by-evolution-2026-10-03--2026-11-01.jsonl",
            "application/jsonl; charset=utf-8",
        ),
        ("comments.parquet?" + DAYS, "ressenti-comments-2026-10-15--2026-10-31.parquet", "apache.parquet"),
        ("conversations.csv?period=all", "ressenti-conversations-all.csv", "text/csv; charset=utf-8"),
        ("handlings.csv?" + DAYS, "ressenti-handlings-2026-10-15--2026-10-31.csv", "text/csv; charset=utf-8"),
    ],
)
def test_a_file_has_a_name_of_its_own_and_its_kind(site: Site, address: str, name: str, kind: str) -> None:
    answer = site.get(f"/take/{address}")

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-type"].endswith(kind)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_the_figures_taken_are_those_that_the_same_question_is_answered_with(site: Site, world: World) -> None:
    found = rows(take(site, "report.csv", f"{DAYS}&where=channel=Chat&compare=none"))
    asked = {"from": "2026-10-15", "to": "2026-11-01", "where": "channel=Chat"}

    csat = next(row for row in found if row["indicator"] == "csat" and not row["by"] and not row["bucket"])
    value = world.read("csat", **asked)
    assert (float(csat["value"]), int(csat["n"])) == (value.value, value.n)
    agents = {row["key"]: float(row["value"]) for row in found if (row["indicator"], row["by"]) == ("csat", "agent")}
    assert agents == {key: value for key, (value, _n) in world.by("csat", "agent", **asked).items()}
    notes = [int(row["n"]) for row in found if row["indicator"] == "nps_distribution"]
    assert sum(notes) == world.read("nps", **asked).n


@pytest.mark.parametrize(
    ("query", "shown", "last"),
    [
        ("from=2026-10-15&to=2026-11-01", "15 Oct – 31 Oct 2026", "2026-10-31"),
        ("from=2026-10-15&last=2026-10-31", "15 Oct – 31 Oct 2026", "2026-10-31"),
        ("from=2026-10-20&to=2026-10-26&zone=America/New_York", "20 Oct – 25 Oct 2026", "2026-10-25"),
        ("from=2026-10-24&to=2026-10-26", "24 Oct – 25 Oct 2026", "2026-10-25"),  # the night of the change of clocks
    ],
)
@pytest.mark.parametrize("what", ["report", "conversations", "comments"])
def test_a_page_and_its_files_name_the_same_last_day(site: Site, query: str, shown: str, last: str, what: str) -> None:
    page = Words(site.get(f"/?{query}").text).text
    said = about(site, what, query)

    assert shown in page
    assert said["last day"] == last
    assert "up to (not including)" not in said


def test_conversations_are_taken_with_every_time_and_score(site: Site) -> None:
    found = rows(take(site, "conversations.csv"))

    assert len(found) == 12
    assert {
        name: found[4][name] for name in ("conversation_id", "closed_at", "csat", "csat_given", "nps", "survey_id")
    } == {
        "conversation_id": "c4",
        "closed_at": "2026-10-19T12:30:00+02:00",
        "csat": "5",
        "csat_given": "5",
        "nps": "4",
        "survey_id": "s4",
    }
    assert (found[3]["resolved_by"], found[3]["resolved_by_name"], found[3]["resolved_by_group"]) == (
        "ana",
        "Ana Souza",
        "Lyon",
    )


def test_the_conversations_behind_a_figure_are_exactly_those_it_counts(site: Site, world: World) -> None:
    behind = f"{DAYS}&of=csat&by=agent&key=ana"
    found = rows(take(site, "conversations.csv", behind))

    assert len(found) == world.by("csat", "agent", **{"from": "2026-10-15", "to": "2026-11-01"})["ana"][1] == 6
    assert {row["agent_id"] for row in found} == {"ana"}
    said = about(site, "conversations", behind)
    assert (said["behind"], said["row"]) == ("CSAT", "Agent = ana")
    assert len(rows(take(site, "conversations.csv", f"{behind}&note=1"))) == 1
    assert len(rows(take(site, "handlings.csv", behind))) == 6
    bucket = f"{DAYS}&of=csat&grain=day&bucket=2026-10-15T00:00:00%2B02:00"
    assert [row["conversation_id"] for row in rows(take(site, "conversations.csv", bucket))] == ["c0"]


def test_conversations_of_any_date_are_taken_the_open_ones_among_them(site: Site) -> None:
    found = take(site, "conversations.csv", "period=all")

    assert "open" in {row["conversation_id"] for row in rows(found)}
    assert len(rows(found)) == 13
    assert about(site, "conversations", "period=all")["from"] == ""


def test_comments_are_taken_as_the_table_shows_them(site: Site) -> None:
    def keys(query: str) -> list[str]:
        return sorted(row["survey_id"] for row in rows(take(site, "comments.csv", f"{DAYS}&{query}")))

    assert keys("") == ["s0", "s3", "s6", "s9"]
    assert len(keys("with_comment=no")) == 12
    assert keys("with_comment=no&note=1&note=2") == ["s0", "s1", "s10", "s11", "s5", "s6"]
    assert keys("nps=promoter") == ["s9"]
    assert keys("q=merci") == ["s0"]


def test_comments_are_text_in_every_form(site: Site) -> None:
    """Bad input H 134: quotes and line ends keep to RFC 4180, and no cell becomes a formula."""
    found = take(site, "comments.csv")
    risky = {comment: f"'{comment}" if comment[0] in "=+" else comment for comment in COMMENTS}

    assert [row["comment"] for row in rows(found)] == list(risky.values())
    assert b'"line one\nline two, ""quoted"""' in found
    assert [row["comment"] for row in read_xlsx(take(site, "comments.xlsx"))] == list(COMMENTS)
    lines = take(site, "comments.jsonl").splitlines()
    assert [json.loads(line)["comment"] for line in lines] == list(COMMENTS)
    table = pq.read_table(io.BytesIO(take(site, "comments.parquet")))
    assert table["comment"].to_pylist() == list(COMMENTS)


def test_a_csv_is_a_table_and_what_was_asked_stands_in_a_second_file(site: Site) -> None:
    plain = take(site, "comments.csv", f"{DAYS}&where=channel=Chat")
    with ZipFile(io.BytesIO(take(site, "comments.zip", f"{DAYS}&where=channel=Chat"))) as bundle:
        assert bundle.namelist() == ["comments.csv", "about.csv"]
        rows, about = (bundle.read(name) for name in bundle.namelist())

    assert plain.startswith(b"survey_id,")
    assert rows == b"\xef\xbb\xbf" + plain
    assert b"where,Channel = Chat\r\n" in about
    assert b"from,2026-10-15\r\n" in about
    assert re.search(rb"^as of,\d+\r$", about, re.MULTILINE)
    assert take(site, "comments.csv", f"{DAYS}&bom=yes").startswith(b"\xef\xbb\xbfsurvey_id,")


@pytest.mark.parametrize("what", ["conversations", "comments", "handlings", "report"])
def test_a_supervisor_takes_away_what_their_groups_took_part_in_and_nothing_else(world: World, what: str) -> None:
    with Site(world, "supervisor") as own:
        found = rows(take(own, f"{what}.csv"))
        text = take(own, f"{what}.csv").decode()

    assert HOSTILE.replace('"', '""') not in text
    if what == "report":
        assert {row["key"] for row in found if row["by"] == "agent"} == {"ana"}
    else:
        assert len(found) == {"conversations": 6, "comments": 2, "handlings": 6}[what]


@pytest.mark.parametrize("query", ["period=all", f"{DAYS}&of=csat"])
def test_no_address_leads_a_supervisor_to_other_groups(world: World, query: str) -> None:
    with Site(world, "supervisor") as own:
        found = rows(take(own, "conversations.csv", query))
        refused = own.get(f"/take/conversations.csv?{DAYS}&of=csat&by=agent&key=bo")

    assert {row["agent_id"] for row in found} <= {"ana"}
    assert refused.status_code == 422  # an agent of other groups is nobody


def test_whoever_may_not_read_what_people_wrote_takes_it_away_neither(world: World) -> None:
    with Site(world, "analyst") as site:
        found = take(site, "comments.csv")
        conversations = take(site, "conversations.csv")
        left_out = about(site, "comments")["left out"]
        searched = rows(take(site, "comments.csv", f"{DAYS}&q=merci"))

    assert "comment" not in rows(found)[0]
    assert "visitor_id" not in rows(found)[0]
    assert "comment" not in rows(conversations)[0]
    assert left_out == "comment, visitor_id: not for whoever asked"
    assert not any(comment.encode() in found + conversations for comment in COMMENTS)
    assert searched == []


def test_an_agent_takes_nothing_away(world: World) -> None:
    with Site(world, "agent") as site:
        assert site.get(f"/take/report.csv?{DAYS}").status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("report.pdf", 404),
        ("everything.csv", 404),
        ("report", 404),
        (".csv", 404),
        ("report.csv?where=agnt=1", 422),
        ("conversations.csv?of=cst", 422),
        ("comments.csv?note=9", 422),
        ("report.csv?from=2026-13-01", 422),
        ("report.csv?from=1971-01-01&to=2090-01-01", 422),
        ("report.csv?zone=Paris", 422),
        ("report.csv?from=2026-10-15&from=2026-10-16", 400),
    ],
)
def test_what_cannot_be_taken_is_a_page_that_says_why_and_not_a_file(site: Site, address: str, status: int) -> None:
    answer = site.get(f"/take/{address}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "content-disposition" not in answer.headers
    assert "Traceback" not in answer.text


def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_sent(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    for query in (DAYS, f"{DAYS}&of=csat"):
        answer = site.get(f"/take/conversations.xlsx?{query}")

        assert answer.status_code == 422
        assert "content-disposition" not in answer.headers


def test_an_export_that_fails_half_way_is_no_file(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bad input H 135: a part of a file is never offered."""

    def broken(*given: Any, **more: Any) -> Iterator[Any]:
        yield next(iter(batches(*given, **more)))
        raise OSError("the disk is full")

    monkeypatch.setattr(pipeline, "batches", broken)
    answer = site.get(f"/take/conversations.csv?{DAYS}")

    assert answer.status_code == 500
    assert "content-disposition" not in answer.headers
    assert re.search(r"^c0", answer.text, re.MULTILINE) is None


def test_who_took_what_away_is_in_the_log(site: Site) -> None:
    with capture_logs() as told:
        take(site, "conversations.csv", f"{DAYS}&where=channel=Chat")

    (line,) = [one for one in told if one["event"] == "export"]
    assert (line["what"], line["form"], line["rows"]) == ("conversations", "csv", 8)
    assert line["asked"]["where"] == ["channel=Chat"]
    assert line["who"].startswith("tests")


def test_the_workbook_of_the_report_opens_with_its_tiles_and_ends_with_what_was_asked(site: Site) -> None:
    found = take(site, "report.xlsx", f"{DAYS}&where=channel=Chat")

    assert [row[0] for row in sheet(found, 1)][:3] == ["key", "csat", "nps"]
    last = next(number for number in range(40, 0, -1) if _has_sheet(found, number))
    assert ["where", "Channel = Chat"] in sheet(found, last)


@pytest.mark.parametrize(("compare", "said"), [("", "no comparison"), ("&compare=80", "the target of 80.0 %")])
def test_what_rests_on_too_little_to_be_compared_with_is_not_said_to_stand_beside(
    site: Site, compare: str, said: str
) -> None:
    assert about(site, "report", DAYS + compare)["compared with"] == said


@pytest.mark.parametrize("what", ["conversations", "comments", "handlings", "report"])
def test_a_french_reader_is_told_in_french_what_was_asked(site: Site, what: str) -> None:
    said = about(site, what, f"{DAYS}&where=channel=Chat&where=channel=&lang=fr")

    assert said["filtres"] == "Canal = Chat ou sans valeur"
    assert (said["du"], said["dernier jour"], said["date retenue"]) == ("2026-10-15", "2026-10-31", "clôture")
    assert not said.keys() & {"from", "last day", "dated by", "zone", "where", "asked at", "as of", "rows"}
    english = about(site, what, f"{DAYS}&where=channel=Chat&where=channel=&lang=en")
    columns = english.keys() & said.keys() - {""}
    assert columns
    assert {name for name in columns if said[name] == english[name] and name not in {"export", "cut"}} == set()


def _has_sheet(found: bytes, number: int) -> bool:
    try:
        sheet(found, number)
    except KeyError:
        return False
    return True


@pytest.mark.parametrize("figure", ["evolution", "ratings", "split", "agent", "channel", "hour_of_day"])
@pytest.mark.parametrize("indicator", ["csat", "nps", "first_response_time", "conversations"])
def test_every_figure_is_taken_as_a_picture(site: Site, figure: str, indicator: str) -> None:
    answer = site.get(f"/picture/{figure}.svg?{DAYS}&indicator={indicator}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert re.fullmatch(
        r'attachment; filename="ressenti-[a-z-]+-2026-10-15--2026-10-31\.svg"', answer.headers["content-disposition"]
    )
    assert "<script" not in answer.text
    assert "15 Oct – 31 Oct 2026" in answer.text


def test_a_picture_is_taken_as_dots_too_in_the_language_and_theme_of_the_page(site: Site, tmp_path: Path) -> None:
    answer = site.get(f"/picture/evolution.png?{DAYS}")
    french = site.get(f"/picture/evolution.svg?{DAYS}&lang=fr&theme=dark")

    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert "Cette période" in french.text
    assert 'fill="#1f1b18"' in french.text


@pytest.mark.parametrize("address", ["nothing.svg", "evolution.gif", "evolution", "../evolution.svg"])
def test_a_picture_of_nothing_is_not_found(site: Site, address: str) -> None:
    assert site.get(f"/picture/{address}").status_code == 404


def test_an_agent_takes_pictures_of_what_they_may_see_only(world: World) -> None:
    with Site(world, "agent") as site:
        found = site.get(f"/picture/agent.svg?{DAYS}").text

    assert "Ana Souza" in found
    assert "alert(1)" not in found
