"""How long does a report's page take over many conversations, and how much longer in SQL tuned by hand?

The page is asked of us, of tuned SQL over the very same file, and of PostgreSQL, in turn; ratios are of pairs of runs.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeVar

from bench import child, machine
from bench.facts import late, postgresql
from bench.facts.page import ALL, FILTERS
from bench.figures import Figure
from ressenti.facts.store import facts_path
from scripts.clickhouse import find as find_clickhouse
from tests.support.engines.cluster import NOT_RUN as CLUSTER_NOT_RUN
from tests.support.engines.cluster import cluster

SIZE = 10_000_000
POSTGRESQL_SIZE, CLUSTER_SIZE = 1_000_000, 2_000_000
"""How many conversations PostgreSQL and a cluster are given at the most: with more they are only longer to wait for."""
TILE_MS, AGAIN_MS, CLUSTER_MS = 100.0, 5.0, 1000.0


Wanted = TypeVar("Wanted")


class Goal(NamedTuple):
    """What we want, and what must be: times faster, or the most that something may take."""

    wanted: float
    must: float


_BROAD, _FILTERED, _VAST, _NOT_SLOWER = Goal(30, 12), Goal(5, 3), Goal(100, 50), Goal(1, 1)
GOALS = {
    "tuned": dict.fromkeys(FILTERS, _FILTERED) | {"all": _BROAD, "year": _BROAD},
    "postgresql": {"all": _VAST, "year": _VAST, "rare": _NOT_SLOWER},
}
AFTER_ANSWER_MS, UNTIL_ANSWER_MS = Goal(150, 500), Goal(1000, 2000)
FEWER = 1_000_000
_DRIVERS_MS = Goal(300, 600), Goal(500, 1000)
"""How long a change may take to be taken apart, of no more conversations than `FEWER`, and of more."""
MEMORY_MIB, DISK_B = Goal(2048, 4096), Goal(60, 100)
SO_MANY_MS = dict.fromkeys(FILTERS, 6000.0) | {"all": None, "year": 1500.0}
"""How long a page may take of more conversations than usual; the other costs are not limited for so many."""
NAMES = {"tuned": "DuckDB SQL tuned by hand", "postgresql": "PostgreSQL"}


@dataclass(slots=True)
class Results:
    """What build/bench-facts.json holds; it is written whenever something is added."""

    path: Path
    conversations: int
    machine: dict[str, Any]
    results: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, **told: Any) -> None:
        """Add a result; what it does not tell is null."""
        blank = dict.fromkeys(("ms", "other", "other_ms", "ratio", "goal", "met"))
        self.results.append({"name": name} | blank | told)
        kept = {"machine": self.machine, "conversations": self.conversations, "results": self.results}
        self.path.write_text(json.dumps(kept, indent=2) + "\n")


def measure(work: Path, size: int | None) -> Iterator[Figure]:
    """Measure every page beside tuned SQL, then ours alone, then beside PostgreSQL."""
    count = size or SIZE
    found = Results(work.parent / "bench-facts.json", count, machine.described() | machine.calibrated(work))
    yield from _fill(work, count, found)
    sizes = child.run("bench.facts.asking:sized", folder=str(work))
    yield from _on_disk(sizes, count, found)
    copied = child.run("bench.facts.bandwidth:copied")["bytes_s"]
    for name, asked in child.run("bench.facts.asking:beside_tuned", folder=str(work))["pages"].items():
        yield from _compared(name, "tuned", count, asked, found)
        if name == ALL.name:
            yield from _rates(asked["ours"], count, sizes["page"], copied, found)
    yield from _alone(work, count, found)
    yield from _beside_postgresql(work, count, found)
    yield from _in_cluster(work, count, found)
    yield from _late(work, count, found)
    yield from _drivers(work, count, found)


def _fill(work: Path, count: int, found: Results) -> Iterator[Figure]:
    filled = child.run("bench.facts.asking:fill", folder=str(work), count=count)
    rate = count / filled["seconds"]
    found.add("fill", value=rate, unit="/s")
    note = f"{count:,} in {filled['seconds']:.0f} s, {filled['peak_mib']:,.0f} MiB at the peak"
    yield Figure(what="conversations' facts made up", runs=(rate,), unit="/s", note=note)


def _on_disk(sizes: dict[str, Any], count: int, found: Results) -> Iterator[Figure]:
    for table, size in sizes["disk"].items():
        found.add(f"disk-{table}", value=size / count, unit="B", rows=sizes["rows"][table])
        note = f"{sizes['rows'][table]:,} rows"
        yield _gathered(f"  bytes a conversation on the disk, {table}", size / count, "B", note)
    yield _cost("disk", "bytes a conversation on the disk", [sum(sizes["disk"].values()) / count], "B", DISK_B, found)


def _compared(name: str, other: str, count: int, asked: dict[str, Any], found: Results) -> Iterator[Figure]:
    """Tell how long the page took us and another, and how many times longer the other, pair by pair."""
    ratios = tuple(b / a for a, b in zip(asked["ours"], asked["other"], strict=True))
    goal = GOALS[other].get(name)
    said = Figure(what="  times faster", runs=ratios, unit="x", goal=goal and goal.wanted, note=_must(goal, ratios))
    found.add(
        f"page-{name}/{other}",
        ms=median(asked["ours"]),
        other=NAMES[other],
        other_ms=median(asked["other"]),
        ratio=said.median,
        goal=said.goal,
        met=said.is_met,
        must=goal and goal.must,
        must_met=goal and said.median >= goal.must,
        conversations=count,
        runs={one: asked[one] for one in ("first", "ours", "other")},
        cpu_ms=asked["cpu"],
        parts=asked["parts"],
    )
    note = f"{_cpu(asked, 'ours')}; {asked['first']:,.0f} the first time; {count:,} conversations"
    within = SO_MANY_MS[name] if other == "tuned" and count > SIZE else None
    yield Figure(
        what=f"page-{name}/{other}", runs=tuple(asked["ours"]), unit="ms", goal=within, is_cost=True, note=note
    )
    yield Figure(what=f"  {NAMES[other]}", runs=tuple(asked["other"]), unit="ms", note=_cpu(asked, "other"))
    yield said
    yield from _parts(asked["parts"]) if name == ALL.name else ()


def _cpu(asked: dict[str, Any], who: str) -> str:
    """Say what all processors did for it, which is told where it was done in this process."""
    return f"{asked['cpu'][who]:,.0f} ms of the processors" if asked["cpu"][who] else ""


def _must(goal: Goal | None, ratios: Sequence[float]) -> str:
    return "" if goal is None else f"must ≥ {goal.must:g}: {'yes' if median(ratios) >= goal.must else 'NO'}"


def _parts(parts: dict[str, dict[str, float]]) -> Iterator[Figure]:
    """Tell where the time of a page goes: a total that several parts share is asked by the first of them."""
    for name, ms in parts["other"].items():
        yield _gathered(f"    {name}", ms, "ms", f"ours {parts['ours'][name]:,.1f} ms")


def _rates(ours: Sequence[float], count: int, page: int, copied: float, found: Results) -> Iterator[Figure]:
    """Tell how fast the page goes over the rows, and how that is beside copying memory."""
    rates = tuple(1000 * count / ms for ms in ours)
    shares = tuple(100 * page / copied / (ms / 1000) for ms in ours)
    found.add("rows-a-second", value=median(rates), unit="/s")
    found.add("memory-bandwidth", value=copied / 1e9, unit="GB/s")
    found.add("page-all-bandwidth", value=median(shares), unit="%", bytes=page)
    yield Figure(what="conversations that page-all goes over", runs=rates, unit="/s")
    yield _gathered("memory copied by all cores, read and written", copied / 1e9, "GB/s")
    note = f"once over its columns are {page / 1e6:,.0f} MB"
    yield Figure(what="  share of it that page-all reaches", runs=shares, unit="%", note=note)


def _alone(work: Path, count: int, found: Results) -> Iterator[Figure]:
    asked = child.run("bench.facts.asking:alone", folder=str(work))
    for name, what, goal in (
        ("tile", "one figure, the median first response", TILE_MS),
        ("breakdown", "one breakdown, the median resolution by agent", TILE_MS),
        ("page-again", "page-all again, nothing having changed", AGAIN_MS),
    ):
        said = Figure(what=what, runs=tuple(asked[name]), unit="ms", goal=_of_usual(goal, count), is_cost=True)
        found.add(name, ms=said.median, goal=said.goal, met=said.is_met)
        yield said
    peak = child.run("bench.facts.asking:everything", folder=str(work))["peak_mib"]
    what = f"memory at its peak, every page of {count:,} asked"
    yield _cost("serving-memory", what, [peak], "MiB", _of_usual(MEMORY_MIB, count), found)


def _late(work: Path, count: int, found: Results) -> Iterator[Figure]:
    """Measure how answers that come late come into the figures; it changes the facts, and so comes last."""
    after = child.run("bench.facts.late:after_one", folder=str(work))
    what = "page-all again, one late answer recorded"
    yield _cost("page-after-late-answer", what, after["ms"], "ms", _of_usual(AFTER_ANSWER_MS, count), found)
    waited = child.run("bench.facts.late:under_way", folder=str(work))
    for name in ("p50", "p99"):
        what = f"late answers until a figure holds them, {name}"
        note = f"{waited['answers']:,} of them, {late.RATE} a second; figures asked {waited['asked']:,} times"
        yield _cost(f"late-answer-{name}", what, [waited[name]], "ms", _of_usual(UNTIL_ANSWER_MS, count), found, note)


def _drivers(work: Path, count: int, found: Results) -> Iterator[Figure]:
    """Measure how long it takes to say where a change comes from; causes are planted into the facts, so after all."""
    for key, asked in child.run("bench.facts.drivers:explain", folder=str(work)).items():
        what = f"where {key} comes from, {asked['rows']} groups and {asked['causes']} causes"
        note = f"{asked['first']:,.0f} the first time"
        yield _cost(f"drivers-{key}", what, asked["ms"], "ms", _DRIVERS_MS[count > FEWER], found, note)


def _beside_postgresql(work: Path, count: int, found: Results) -> Iterator[Figure]:
    """Measure every page beside PostgreSQL, with as many conversations as that can be waited for."""
    programs = postgresql.find()
    if programs is None:
        print(f"  {postgresql.MISSING}", flush=True)
        for name in FILTERS:
            found.add(f"page-{name}/postgresql", other=NAMES["postgresql"], not_run=postgresql.MISSING)
        return
    fewer = min(count, POSTGRESQL_SIZE)
    folder = _folder(work, count, fewer)
    with postgresql.server(programs) as socket:
        postgresql.fill(socket, facts_path(folder / "record.db"))
        for name in FILTERS:
            given = {"folder": str(folder), "name": name, "socket": str(socket)}
            asked = child.run("bench.facts.asking:beside_postgresql", **given)
            yield from _compared(name, "postgresql", fewer, asked, found)


def _in_cluster(work: Path, count: int, found: Results) -> Iterator[Figure]:
    """Measure the page asked of a cluster of two shards on this machine, with no more conversations than are told."""
    program = find_clickhouse()
    if program is None:
        print(f"  {CLUSTER_NOT_RUN}", flush=True)
        found.add("page-all/clickhouse", not_run=CLUSTER_NOT_RUN)
        return
    fewer = min(count, CLUSTER_SIZE)
    given = {"folder": str(_folder(work, count, fewer))}
    with cluster(program) as servers:
        given["address"] = servers.address("bench")
        filled = child.run("bench.facts.clickhouse:fill", **given)
        asked = child.run("bench.facts.clickhouse:page", **given)
    note = f"{fewer:,} of two shards, filled in {filled['seconds']:.0f} s; {asked['first']:,.0f} the first time"
    said = Figure(what="page-all/clickhouse", runs=tuple(asked["ours"]), unit="ms", goal=CLUSTER_MS, is_cost=True)
    told = {"parts": asked["parts"], "runs": asked["ours"], "conversations": fewer}
    found.add(said.what, ms=said.median, goal=said.goal, met=said.is_met, **told)
    yield replace(said, note=note)


def _folder(work: Path, count: int, fewer: int) -> Path:
    """Return where the facts of no more conversations than these are; make them up where they are not."""
    if fewer == count:
        return work
    folder = work / str(fewer)
    if not folder.exists():
        folder.mkdir()
        child.run("bench.facts.asking:fill", folder=str(folder), count=fewer)
    return folder


def _of_usual(goal: Wanted, count: int) -> Wanted | None:
    """Return a goal that is set for no more conversations than usual."""
    return goal if count <= SIZE else None


def _cost(
    name: str, what: str, runs: Sequence[float], unit: str, goal: Goal | None, found: Results, note: str = ""
) -> Figure:
    """Tell what something costs, beside the most that it may."""
    said = Figure(what=what, runs=tuple(runs), unit=unit, goal=goal and goal.wanted, is_cost=True, note=note)
    told = {"ms": said.median} if unit == "ms" else {"value": said.median, "unit": unit}
    if goal is None:
        found.add(name, **told)
        return said
    is_borne = said.median <= goal.must
    found.add(name, **told, goal=goal.wanted, met=said.is_met, must=goal.must, must_met=is_borne)
    must = f"must ≤ {goal.must:g}: {'yes' if is_borne else 'NO'}"
    return replace(said, note="; ".join(filter(None, (must, note))))


def _gathered(what: str, value: float, unit: str, note: str = "") -> Figure:
    return Figure(what=what, runs=(value,), unit=unit, is_gathered=True, note=note)
