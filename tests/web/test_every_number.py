"""Every number on the page is what the command line says when it is asked the same question.

`shown` reads the figures off a page, `expected` makes the same list out of what `ressenti read --format json` answers.
Both name each figure by its place, so that none is compared with another's and none is left out.
"""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, TypeAlias
from urllib.parse import parse_qs

import pytest
from babel import Locale

from ressenti.indicators.catalogue import INDICATORS as CATALOGUE
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.measures import has_interval
from ressenti.indicators.model import Better, Grain, Unit, Value
from ressenti.indicators.significance import q_values
from ressenti.reports import comparison_wording, wording
from ressenti.reports.choice import MAIN_TABS, TABS, ReportChoice, available, read_report_choice
from ressenti.reports.comparison import Change, Clarity, Direction, compare
from ressenti.reports.dates import bucket_in_full
from ressenti.reports.format import amount, count, few_of, interval, percent
from tests.support.all_routes import PERIOD, everything
from tests.support.fakes import p_of
from tests.support.markup import Node, read
from tests.support.scenario import NOW, World, moment
from tests.support.serving import Served, serve
from tests.support.site import Site

Figures: TypeAlias = dict[str, str]
"""What stands in each place that holds a figure, with plain spaces."""

ZONE = "Europe/Paris"
NOTHING = "–"
FEW, FEWEST = 10, 5
SURVEYED = ("response_rate", "survey_completion", "csat", "csat_average", "nps")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = everything(World(tmp_path_factory.mktemp("everything")))
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(world: World) -> Iterator[Site]:
    with Site(world) as opened:
        yield opened


@pytest.fixture(scope="module")
def other_server(world: World) -> Iterator[Served]:
    """Serve the company, with a terminal beside it."""
    beside = serve(world)
    yield beside
    beside.stop()


def chosen(query: str) -> ReportChoice:
    return read_report_choice(parse_qs(query, keep_blank_values=True), today=moment("2026-11-01").date())


def plain(text: str) -> str:
    return " ".join(text.split())


# What the page shows.


def shown(page: Node) -> Figures:
    """Return every figure of a page, or of a part of one."""
    found: Figures = {}
    for tile in page.all("li", "tile"):
        found |= _tile(tile)
    for lead in page.all("p", "lead"):
        found |= {"lead": lead.one("em").text} if lead.all("em") else {}
    for section in page.all("section"):
        match section.attributes.get("id", "").split("-"):
            case ["evolution"]:
                found |= _evolution(section)
            case ["by", *key] if "card" in section.kinds:
                found |= _card(section, "-".join(key))
            case ["by", *key]:
                found |= _ranking(section, "-".join(key))
            case ["ratings"]:
                found |= _ratings(section)
            case ["split"]:
                found |= _split(section)
            case ["beside"]:
                found |= _beside(section)
            case ["surveys"]:
                found |= _surveys(section)
    return found


def _tile(tile: Node) -> Figures:
    key = tile.attributes["id"].removeprefix("tile-")
    found = {f"tile {key} value": tile.one("span", "val").text, f"tile {key} n": tile.one("span", "n").text}
    found[f"tile {key} change"] = tile.one("span", "trend").text
    for number, said in enumerate(tile.all("p", "quiet")):
        found[f"tile {key} in its menu, {number}"] = said.text
    return found


def _evolution(section: Node) -> Figures:
    found: Figures = {}
    names = ["value", "n", *(["interval"] if len(section.one("table").rows()[0]) > 4 - _is_alone(section) else [])]
    names += [] if _is_alone(section) else ["previous"]
    for i, row in enumerate(section.one("table").rows()[1:]):
        found |= {f"evolution {i} {name}": cell.text for name, cell in zip(names, row[1:], strict=True)}
    marks = [one.text for one in section.all("title")]
    return found | {f"evolution mark {i}": words for i, words in enumerate(marks)}


def _is_alone(section: Node) -> bool:
    """Say whether nothing is compared: the legend has no dotted line then."""
    return not section.one("p", "legend").all("path", "pv")


def _card(section: Node, by: str) -> Figures:
    found: Figures = {}
    rows = [one for one in section.all("li") if one.all("p", "who-row")]
    found[f"card {by} order"] = " | ".join(row.one("bdi").text for row in rows)
    for row in rows:
        place = f"card {by} {row.one('bdi').text}"
        found |= {f"{place} n": row.one(kind="n").text, f"{place} value": row.one("p", "v").text}
        found[f"{place} mark"] = " ".join(one.text for one in row.all("title"))
    return found


def _ranking(section: Node, by: str) -> Figures:
    found: Figures = {}
    if not section.all("table"):
        return found
    order: dict[str, list[str]] = {"ranked": [], "few": []}
    for row in section.one("table").rows()[1:]:
        if len(row) == 1:
            continue
        name = row[0].one("bdi").text
        is_few = "few" in section.one("table").all("tr")[section.one("table").rows().index(row)].kinds
        order["few" if is_few else "ranked"].append(name)
        cells = {kind: cell for cell in row[1:] for kind in cell.kinds if kind not in {"num", "figc"}}
        place = f"ranking {by} {name}"
        found[f"{place} n"] = cells["n"].one("span", "when-wide").text
        found[f"{place} n told"] = cells["n"].one("span", "when-narrow").text
        found |= {f"{place} {KINDS[kind]}": cells[kind].text for kind in KINDS if kind in cells}
        marks = [one.text for cell in row for one in cell.all("title")]
        found |= {f"{place} mark {i}": words for i, words in enumerate(marks)}
    heads = [one.text for one in section.all("text", "strong")]
    found[f"ranking {by} everyone"] = " | ".join(heads)
    return found | {f"ranking {by} {kind}": " | ".join(names) for kind, names in order.items()}


KINDS = {"v": "value", "ci": "interval", "ch": "change", "v2": "average"}


def _ratings(section: Node) -> Figures:
    found: Figures = {}
    for row in section.one("table").rows()[1:]:
        rating = row[0].text.split()[0]
        names = ("share", "n", "previous")[: len(row) - 1]
        found |= {f"ratings {rating} {name}": cell.text for name, cell in zip(names, row[1:], strict=True)}
    found |= {f"ratings mark {one.text.split(':')[0]}": one.text for one in section.all("title")}
    found["ratings drawn"] = _drawn(section)
    return found | {"ratings average": " ".join(one.text for one in section.one("header").all("span", "sub"))}


def _drawn(section: Node) -> str:
    """Return the figures that stand in a drawing, names left out, in the order of their digits."""
    return " | ".join(sorted(one.text for one in section.all("text") if "ink2" not in one.kinds))


def _split(section: Node) -> Figures:
    found = {"split drawn": _drawn(section)}
    for row in section.one("table").rows()[1:]:
        found |= {f"split {row[0].text} {name}": cell.text for name, cell in zip(("n", "share"), row[1:3], strict=True)}
    return found | {f"split mark {one.text.split(':')[0]}": one.text for one in section.all("title")}


def _beside(section: Node) -> Figures:
    head, *rows = section.one("table").rows()
    found = {
        f"beside {row[0].one('bdi').text} {name.text}": cell.lines
        for row in rows
        for name, cell in zip(head[1:], row[1:], strict=True)
    }
    return found | {f"beside mark {one.text}": one.text for one in section.all("title")}


def _surveys(section: Node) -> Figures:
    found = {
        f"surveys {row[0].text} {i}": cell.lines
        for row in section.one("table").rows()[1:]
        for i, cell in enumerate(row[1:])
    }
    return found | {"surveys coverage": section.one("p", "sub").text}


# What the command line says.


class Asked:
    """Asks in the words of the command line, each question once."""

    answers: ClassVar[dict[tuple[int, str], dict[str, Any]]] = {}

    def __init__(self, world: World, choice: ReportChoice) -> None:
        self.world, self.choice = world, choice

    def __call__(self, key: str, *, is_compared: bool = True, **words: str) -> dict[str, Any]:
        """Return what `ressenti read KEY` prints as JSON with the choice's words and these."""
        asked = self.words(is_compared=is_compared, **words)
        name = (id(self.world), f"{key} {asked}")
        if name not in self.answers:
            given = {("from_" if one == "from" else one): tuple(values) for one, values in asked.items()}
            self.answers[name] = self.world.answer(key, **given).as_json()
        return self.answers[name]

    def words(self, *, is_compared: bool = True, **words: str) -> dict[str, list[str]]:
        choice = self.choice
        asked = choice.words(ZONE) | {name: [value] for name, value in words.items()}
        if is_compared and choice.comparison:
            asked["compare"] = [str(choice.comparison)]
        if choice.attribution and words.get("by") and "grain" not in words:
            asked["attribution"] = [choice.attribution.value]
        return asked


def value_of(found: dict[str, Any] | None) -> Value:
    return Value(None, 0) if found is None else Value(found["value"], found["n"], found["low"], found["high"])


def expected(asked: Asked, parts: Sequence[str]) -> Figures:
    """Return every figure that these parts of the page hold."""
    found: Figures = {}
    for part in parts:
        kind, _hyphen, key = part.partition("-")
        match kind:
            case "tile":
                found |= _expected_tile(asked, key)
            case "lead":
                found |= _expected_lead(asked)
            case "evolution":
                found |= _expected_evolution(asked)
            case "card":
                found |= _expected_card(asked, key)
            case "by":
                found |= _expected_ranking(asked, key)
            case "ratings" if asked.choice.indicator in {"csat", "nps"}:
                found |= _expected_ratings(asked)
            case "ratings":
                found |= _expected_ranking(asked, "rating")
            case "split":
                found |= _expected_split(asked)
            case "beside":
                found |= _expected_beside(asked)
            case "surveys":
                found |= _expected_surveys(asked)
    return {place: plain(text) for place, text in found.items()}


def _expected_tile(asked: Asked, key: str) -> Figures:
    answer = asked(key, grain=asked.choice.bucket.value)
    unit, total = Unit(answer["unit"]), value_of(answer["total"])
    written = _written(total, unit, is_few=0 < total.n < FEW)
    found = {f"tile {key} value": written, f"tile {key} n": wording.base_of(key, total)}
    before = answer["total"]["previous"]
    change = _change(key, unit, total, before, _chance(key, total, before))
    if change is None:
        is_nothing = "nothing to compare" if total.n else "nobody measured"
        found[f"tile {key} change"] = is_nothing if asked.choice.comparison else ""
    else:
        found[f"tile {key} change"] = _told(change, comparison_wording.change_words(change, unit))
    if total.low is not None:
        place = 2 if key in wording.MEDIANS else 0
        found[f"tile {key} in its menu, {place}"] = f"95 % interval {interval(total, unit)}"
    for number, (of, words) in enumerate((("p90", "Nine in ten within"), ("mean", "Mean"))):
        if key in wording.MEDIANS and total.n:
            value = value_of(asked(f"{key}_{of}", is_compared=False)["total"])
            found[f"tile {key} in its menu, {number}"] = f"{words} {amount(value.value, unit)}"
    return found


def _change(key: str, unit: Unit, now: Value, before: dict[str, Any] | None, p: float | None) -> Change | None:
    then = None if before is None else value_of(before)
    return compare(now, then, unit=unit, better=CATALOGUE[key].better, p=p)


def _chance(key: str, now: Value, before: dict[str, Any] | None) -> float | None:
    """Return how likely a change is by chance; of so few, no delay is told from it."""
    return p_of(key, now, None if before is None else value_of(before), chance=1.0)


def _rates_of_discovery(key: str, rows: Sequence[tuple[str, Value, Any]]) -> dict[int, float]:
    """Return how likely the changes of a block of rows are by chance, those that rest on enough looked at together."""
    found = {at: _chance(key, value, previous) for at, (_name, value, previous) in enumerate(rows)}
    tested = {
        at: p for at, p in found.items() if p is not None and min(rows[at][1].n, value_of(rows[at][2]).n) >= FEWEST
    }
    return dict(zip(tested, q_values(list(tested.values())), strict=True))


def _told(change: Change, words: str) -> str:
    """Write a change as its mark and its words stand: a diamond is said by its words."""
    if change.clarity is Clarity.FEW:
        return f"{words}{comparison_wording.clarity_words(change)}"
    if change.direction is Direction.STABLE or change.clarity in {Clarity.UNTESTED, Clarity.COUNTED}:
        return words
    return f"{words}, {comparison_wording.clarity_words(change)}"


def _expected_lead(asked: Asked) -> Figures:
    total = value_of(asked("csat", grain=asked.choice.bucket.value)["total"])
    if total.value is None:
        return {}
    return {"lead": percent(total.value) if total.n >= FEW else str(few_of(total))}


def _expected_evolution(asked: Asked) -> Figures:
    choice, key = asked.choice, asked.choice.indicator
    grain = _grain(asked)
    answer = asked(key, grain=grain.value)
    unit, found = Unit(answer["unit"]), Figures()
    before = comparison_wording.previous_name(choice, currency="EUR")
    marks = []
    for i, row in enumerate(answer["rows"]):
        value, previous = value_of(row), row["previous"]
        found[f"evolution {i} value"] = amount(value.value, unit)
        found[f"evolution {i} n"] = count(value.n)
        if has_interval(CATALOGUE[key].measure):
            found[f"evolution {i} interval"] = interval(value, unit)
        if choice.comparison:
            found[f"evolution {i} previous"] = amount(value_of(previous).value, unit)
        start = moment(row["key"])
        is_future = start.timestamp() * 1_000_000 > NOW
        if not is_future:
            marks.append(_mark(bucket_in_full(start, grain), key, unit, value, previous, before))
    return found | {f"evolution mark {i}": words for i, words in enumerate(marks)}


def _grain(asked: Asked, **beside: str) -> Grain:
    """Return the length of the buckets of an evolution: the finest of which half rest on ten, if there are three."""
    choice, key = asked.choice, asked.choice.indicator
    grains = list(Grain)[list(Grain).index(choice.bucket) :]
    if choice.grain or not asked(key, grain=choice.bucket.value)["total"]["n"]:
        return choice.bucket
    chosen = choice.bucket
    for grain in grains:
        begun, whole, values = _buckets(asked, grain, **beside)
        if grain is not chosen and begun < 3:
            break
        chosen = grain
        if whole >= 3 and (CATALOGUE[key].unit is Unit.COUNT or 2 * sum(n >= FEW for n in values) >= len(values)):
            break
    return chosen


def _buckets(asked: Asked, grain: Grain, **beside: str) -> tuple[int, int, list[int]]:
    """Return how many buckets have begun, how many of them are over, and how many rows these rest on."""
    rows = asked(asked.choice.indicator, grain=grain.value, is_compared=not beside, **beside)["rows"]
    begins = [moment(row["bucket"] if beside else row["key"]).timestamp() * 1_000_000 for row in rows]
    end = moment(asked.choice.period.end.isoformat()).timestamp() * 1_000_000
    starts = sorted(set(begins))
    ends = dict(zip(starts, [*starts[1:], end], strict=True))
    over = [row for row, start in zip(rows, begins, strict=True) if ends[start] <= NOW]
    meant = [row["n"] for row in over if not beside or row["key"] in asked.choice.beside]
    return sum(start <= NOW for start in starts), sum(one <= NOW for one in ends.values()), meant


def _mark(when: str, key: str, unit: Unit, value: Value, previous: dict[str, Any] | None, before: str) -> str:
    if value.value is None:
        said = ["nobody was measured"]
    else:
        said = [amount(value.value, unit, fine=True), _base(key, unit, value)]
    if value.low is not None:
        said.append(f"95 % interval {interval(value, unit)}")
    if previous and previous["value"] is not None:
        said.append(f"{before} {amount(previous['value'], unit, fine=True)}")
    return f"{when}: {', '.join(said)}"


def _base(key: str, unit: Unit, value: Value) -> str:
    if key == "response_rate":
        return f"of {value.n} offered"
    one = "conversation" if unit in {Unit.SECONDS, Unit.COUNT} else "answer"
    return f"{value.n:,} {one}{'' if value.n == 1 else 's'}"


def _rows(asked: Asked, key: str, by: str) -> tuple[Unit, list[tuple[str, Value, Any]], list[tuple[str, Value, Any]]]:
    """Return the rows of a ranking, ranked and few, in the order in which they have to stand."""
    answer = asked(key, by=by)
    unit = Unit(answer["unit"])
    rows = [(plain(_name(by, row)), value_of(row), row["previous"]) for row in answer["rows"] if row["n"]]
    if by in {"hour_of_day", "weekday", "rating", "nps_rating"}:
        return unit, rows, []
    few = [row for row in rows if row[1].n < FEW and unit is not Unit.COUNT]
    ranked = [row for row in rows if row not in few]
    sign = 1 if CATALOGUE[key].better is Better.LOWER else -1
    orders = {
        "value": lambda row: (sign * row[1].value, -row[1].n, row[0].casefold()),
        "lower": lambda row: (-(row[1].low or 0), -row[1].n, row[0].casefold()),
        "n": lambda row: (-row[1].n, row[0].casefold()),
        "name": lambda row: row[0].casefold(),
    }
    few.sort(key=lambda row: (-row[1].n, -(row[1].value or 0), row[0].casefold()))
    return unit, sorted(ranked, key=orders[asked.choice.order]), few


def _name(by: str, row: dict[str, Any]) -> str:
    if row["key"] is None:
        return DIMENSIONS[by].without
    return str(Locale("en").languages[row["key"]] if by == "language" else row["label"])


def _expected_ranking(asked: Asked, by: str) -> Figures:
    key = asked.choice.indicator
    unit, ranked, few = _rows(asked, key, by)
    found: Figures = {}
    averages = {}
    if key == "csat" and by == "agent":
        averages = {_name(by, row): row["value"] for row in asked("csat_average", by=by)["rows"]}
    qs = _rates_of_discovery(key, (*ranked, *few))
    for at, (name, value, previous) in enumerate((*ranked, *few)):
        is_few = value.n < FEW and unit is not Unit.COUNT
        place = f"ranking {by} {name}"
        change = _change(key, unit, value, previous, qs.get(at))
        found |= {f"{place} n": count(value.n), f"{place} n told": _base(key, unit, value)}
        found[f"{place} value"] = _written(value, unit, is_few=is_few)
        if has_interval(CATALOGUE[key].measure):
            found[f"{place} interval"] = interval(value, unit)
        if asked.choice.comparison:
            found[f"{place} change"] = _in_column(change, unit, is_few=is_few)
        found[f"{place} mark 0"] = f"{name}: {amount(value.value, unit)}, {_base(key, unit, value)}"
        if averages:
            found[f"{place} average"] = found[f"{place} mark 1"] = amount(averages[name], Unit.SCORE)
    if ranked or few:
        hollow = [row for row in (*ranked, *few) if row[1].n < FEW and unit is not Unit.COUNT]
        whole = [row for row in ranked if row not in hollow]
        found |= {f"ranking {by} ranked": _names(whole), f"ranking {by} few": _names(hollow)}
        found[f"ranking {by} everyone"] = _everyone(asked, by, unit, ranked)
    return found


def _everyone(asked: Asked, by: str, unit: Unit, ranked: Sequence[Any]) -> str:
    """Return what the axis names as the value of everyone: of each figure where it lies on the axis of its rows."""
    key = asked.choice.indicator
    if unit is Unit.COUNT:
        return ""
    told = [f"all {amount(asked(key, by=by)['total']['value'], unit)}"]
    if key == "csat" and by == "agent":
        told.append(f"all {amount(asked('csat_average', by=by)['total']['value'], Unit.SCORE)}")
    return " | ".join(told)


def _written(value: Value, unit: Unit, *, is_few: bool) -> str:
    return f"{few_of(value)} of {value.n}" if is_few and unit is Unit.PERCENT else amount(value.value, unit)


def _in_column(change: Change | None, unit: Unit, *, is_few: bool) -> str:
    if change is None or is_few:
        return NOTHING
    if change.clarity is Clarity.FEW:
        return comparison_wording.clarity_words(change)
    return _told(change, comparison_wording.change_short(change, unit))


def _names(rows: Sequence[tuple[str, Value, Any]]) -> str:
    return " | ".join(name for name, _value, _previous in rows)


def _expected_card(asked: Asked, by: str) -> Figures:
    key = asked.choice.indicator
    unit, ranked, few = _rows(asked, key, by)
    ends = ranked if len(ranked) <= 6 else [*ranked[:3], *ranked[-3:]]
    rows = [*ends, *few[:6]]
    found = {f"card {by} order": _names(rows)} if rows else {}
    for row in rows:
        name, value, _previous = row
        found[f"card {by} {name} n"] = _base(key, unit, value)
        found[f"card {by} {name} value"] = _written(value, unit, is_few=value.n < FEW)
        found[f"card {by} {name} mark"] = f"{name}: {amount(value.value, unit)}, {_base(key, unit, value)}"
    return found


def _expected_ratings(asked: Asked) -> Figures:
    key, found = asked.choice.indicator, Figures()
    for row in asked(f"{key}_distribution")["rows"]:
        rating = row["key"]
        found |= {f"ratings {rating} share": percent(row["value"]), f"ratings {rating} n": count(row["n"])}
        if asked.choice.comparison:
            found[f"ratings {rating} previous"] = percent(value_of(row["previous"]).value)
        words = f"{rating} {wording.RATING_NAMES[int(rating)]}" if key == "csat" else rating
        found[f"ratings mark {words}"] = f"{words}: {percent(row['value'])}, {_base(key, Unit.PERCENT, value_of(row))}"
    average = asked("csat_average", is_compared=False)["total"]["value"] if key == "csat" else None
    found["ratings average"] = "" if average is None else f"average {amount(average, Unit.SCORE)}"
    return found | {"ratings drawn": _expected_bars(asked)}


def _expected_bars(asked: Asked) -> str:
    """Return what stands beside the bars of a distribution: each note, its share and count, and the sums of classes."""
    key = asked.choice.indicator
    rows = asked(f"{key}_distribution")["rows"]
    told = [words for row in rows for words in (row["key"], percent(row["value"]), count(row["n"]))]
    if key == "csat":
        told.append(percent(asked("csat", grain=asked.choice.bucket.value)["total"]["value"]))
    else:
        told += [percent(share) for _name, _n, share, _before in _classes(rows)]
    return " | ".join(sorted(plain(words) for words in told))


def _classes(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, int, float, float | None]]:
    """Sum up a distribution of the NPS: name, answers and share of each class, and its share before."""
    for name, ratings in (("detractors", range(7)), ("passives", (7, 8)), ("promoters", (9, 10))):
        held = [row for row in rows if int(row["key"]) in ratings]
        n, total = sum(row["n"] for row in held), sum(row["n"] for row in rows)
        before = sum((row["previous"] or {"n": 0})["n"] for row in held)
        all_before = sum((row["previous"] or {"n": 0})["n"] for row in rows)
        yield name, n, 100 * n / total, 100 * before / all_before if all_before else None


def _expected_split(asked: Asked) -> Figures:
    found, drawn = Figures(), []
    for name, n, share, before in _classes(asked("nps_distribution")["rows"]):
        found |= {f"split {name} n": count(n), f"split {name} share": percent(share)}
        found[f"split mark {name}"] = f"{name}: {percent(share)}, {count(n)}"
        drawn += [percent(share), count(n), *([f"before {percent(before)}"] if before is not None else [])]
    return found | {"split drawn": " | ".join(sorted(map(plain, drawn)))}


def _expected_beside(asked: Asked) -> Figures:
    choice, found = asked.choice, Figures()
    values: dict[tuple[str, str], str] = {}
    for key in available(choice):
        answer = asked(key, by=choice.tab)
        for row in (row for row in answer["rows"] if row["key"] in choice.beside):
            values[_name(choice.tab, row), key] = _cell(value_of(row), Unit(answer["unit"]))
    for name in {name for name, _key in values}:
        for key in available(choice):
            found[f"beside {name} {wording.NAMES[key]}"] = values.get((name, key), NOTHING)
    grain = _grain(asked, by=choice.tab)
    lines = asked(choice.indicator, is_compared=False, by=choice.tab, grain=grain.value)
    unit = Unit(lines["unit"])
    for row in (row for row in lines["rows"] if row["key"] in choice.beside and row["n"]):
        when = bucket_in_full(moment(row["bucket"]), grain)
        told = f"{amount(row['value'], unit, fine=True)}, {_base(choice.indicator, unit, value_of(row))}"
        words = plain(f"{when}: {_name(choice.tab, row)}, {told}")
        found[f"beside mark {words}"] = words
    return found


def _cell(value: Value, unit: Unit) -> str:
    if not value.n:
        return NOTHING
    ends = f", {interval(value, unit)}" if value.low is not None else ""
    if unit is Unit.COUNT:
        return amount(value.value, unit)
    return f"{amount(value.value, unit)} n {count(value.n)}{ends}"


def _expected_surveys(asked: Asked) -> Figures:
    found: Figures = {}
    keys = [key for key in SURVEYED if asked.choice.anchor in CATALOGUE[key].anchors]
    rows: dict[str, dict[str, Value]] = {}
    for key in keys:
        answer = asked(key, is_compared=False, by="survey")
        rows.setdefault("All surveys", {})[key] = value_of(answer["total"])
        for row in answer["rows"]:
            rows.setdefault(_name("survey", row), {})[key] = value_of(row)
    for name, values in rows.items():
        offered, begun = values.get("response_rate"), values.get("survey_completion")
        found[f"surveys {name} 0"] = count(offered.n if offered else 0)
        found[f"surveys {name} 1"] = count(begun.n if begun else 0)
        for i, key in enumerate(SURVEYED, start=2):
            found[f"surveys {name} {i}"] = _cell(values.get(key, Value(None, 0)), CATALOGUE[key].unit)
    coverage = value_of(asked("survey_coverage", is_compared=False)["total"])
    found["surveys coverage"] = f"Offered in {percent(coverage.value)} of {count(coverage.n)} conversations."
    return found


# The page against the command line.

CARDS = ("group", "rule", "distribution_group", "automation", "campaign", "channel")


def parts(choice: ReportChoice) -> list[str]:
    """Return the parts that the page has to hold, told apart from what it does hold."""
    tiles = ["lead", *(f"tile-{key}" for key in available(choice))]
    is_rated, is_nps = choice.indicator != "response_rate", choice.indicator == "nps"
    ratings, split = ["ratings"] * is_rated, ["split"] * is_nps
    match choice.tab:
        case "overview":
            return [*tiles, "evolution", *ratings, *split, "by-agent", *(f"card-{by}" for by in CARDS)]
        case "evolution":
            return [*tiles, "evolution"]
        case "ratings":
            return [*tiles, *ratings, *split]
        case "survey":
            return [*tiles, "surveys", "evolution", *ratings, "by-channel", "by-group", "by-agent"]
        case tab:
            return [*tiles, f"by-{tab}", *(["beside"] if choice.beside else [])]


def difference(page: Node, wanted: Figures) -> dict[str, tuple[str | None, str | None]]:
    """Return the places where a page and the command line disagree, with what each says."""
    found = shown(page)
    places = found.keys() | wanted.keys()
    return {one: (found.get(one), wanted.get(one)) for one in places if found.get(one) != wanted.get(one)}


def page(site: Site, query: str) -> Node:
    response = site.get(f"/?whole=yes&{query}")
    assert response.status_code == 200, response.text
    return read(response.text)


INDICATORS = ("csat", "nps", "first_response_time", "resolution_time", "response_rate", "conversations")
EVERY = [(tab, key) for key in INDICATORS for tab in TABS if (tab, key) != ("ratings", "response_rate")]
DAILY = {(tab, key) for tab, key in EVERY if tab in MAIN_TABS or key in {"csat", "resolution_time"}}
OTHERWISE = [
    "where=agent%3Dana",
    "where=channel%3DChat&where=channel%3D&where=language%3Dfr&tab=agent",
    "anchor=opened&tab=agent&compare=previous",
    "anchor=answered&indicator=nps",
    "anchor=answered&tab=survey",
    "compare=none",
    "compare=none&indicator=resolution_time&tab=ratings",
    "attribution=closer&tab=agent",
    "attribution=first&tab=agent&indicator=nps&order=name",
    "order=lower&tab=group",
    "order=n&tab=tag&indicator=resolution_time",
    "zone=Asia/Kathmandu&tab=hour_of_day&indicator=conversations",
    "grain=week&tab=evolution&indicator=nps",
    "from=2026-10-20&to=2026-10-21&grain=hour&tab=evolution&indicator=conversations",
    "from=2026-10-25&to=2026-10-26&grain=hour&tab=evolution&indicator=first_response_time",
    "from=2026-10-13&to=2026-10-16",
    "period=last_month&indicator=nps",
    "tab=agent&beside=ana&beside=cy&beside=robo",
    "tab=channel&beside=Chat&beside=E-mail&indicator=nps&grain=week",
    "tab=weekday&beside=1&beside=7&indicator=resolution_time",
]


class TestEveryNumber:
    @pytest.mark.parametrize(
        ("tab", "key"),
        [pytest.param(*one, marks=() if one in DAILY else pytest.mark.nightly, id=" of ".join(one)) for one in EVERY],
    )
    def test_of_every_tab_of_every_indicator(self, site: Site, world: World, tab: str, key: str) -> None:
        self.require_same(site, world, f"tab={tab}&indicator={key}")

    @pytest.mark.parametrize("query", OTHERWISE)
    def test_of_other_choices(self, site: Site, world: World, query: str) -> None:
        self.require_same(site, world, query)

    def require_same(self, site: Site, world: World, query: str) -> None:
        said = query if "from=" in query or "period=" in query else f"{PERIOD}&{query}"
        choice = chosen(said)
        wanted = expected(Asked(world, choice), parts(choice))

        assert difference(page(site, said), wanted) == {}
        assert len(wanted) > 10


class TestControl:
    """The test itself is tested: whatever figure of a page is changed, it is found."""

    @pytest.mark.parametrize(
        "query",
        ["", "indicator=nps", "tab=survey", "tab=agent&beside=ana&beside=bo", "indicator=resolution_time&tab=tag"],
    )
    def test_a_page_with_one_figure_changed_is_told_from_the_right_one(
        self, site: Site, world: World, query: str
    ) -> None:
        choice = chosen(f"{PERIOD}&{query}")
        wanted = expected(Asked(world, choice), parts(choice))
        found = page(site, f"{PERIOD}&{query}")
        places = list(figures_of(found))

        assert len(places) > 40
        for holder, i in places[:: max(1, len(places) // 40)]:
            right = holder.inside[i]
            assert isinstance(right, str)
            holder.inside[i] = right.translate(WRONG)
            assert difference(found, wanted) != {}, right
            holder.inside[i] = right
        assert difference(found, wanted) == {}

    def test_a_row_too_many_and_a_row_too_few_are_found(self, site: Site, world: World) -> None:
        choice = chosen(f"{PERIOD}&tab=tag")
        wanted = expected(Asked(world, choice), parts(choice))
        found = page(site, f"{PERIOD}&tab=tag")
        body = found.one("section", id="by-tag").all("tbody")[0]

        taken = body.inside.pop(next(i for i, one in enumerate(body.inside) if isinstance(one, Node)))
        assert difference(found, wanted) != {}
        body.inside += [taken, taken]
        assert difference(found, wanted) != {}


WRONG = str.maketrans("0123456789", "9876503214")
"""Every digit becomes another one."""


def figures_of(page: Node) -> Iterator[tuple[Node, int]]:
    """Walk through the words in tiles, tables and marks that hold a digit: these are figures."""
    places = [
        one for tile in page.all("li", "tile") for kind in ("val", "n", "trend", "quiet") for one in tile.all(kind=kind)
    ]
    places += page.all("p", "lead")[0].all("em")
    for section in page.all("section"):
        if section.attributes.get("id", "").split("-")[0] in SECTIONS:
            places += [*section.all("td"), *section.all("title"), *section.all("p", "v")]
            places += [one for row in section.all("p", "who-row") for one in row.all(kind="n")]
    for place in places:
        is_of_another = {id(inner) for title in place.all("title") for inner in (title, *title.walk())}
        for one in (place, *place.walk()):
            if id(one) in is_of_another or one.tag == "text":
                continue
            for i, words in enumerate(one.inside):
                if isinstance(words, str) and any(sign.isdigit() for sign in words):
                    yield one, i


SECTIONS = {"evolution", "by", "ratings", "split", "beside", "surveys"}


class TestCommandLine:
    """The words asked above are those of the real command line, which answers with the same object."""

    @pytest.mark.parametrize(
        ("query", "key", "words"),
        [
            ("", "csat", {"by": "agent"}),
            ("indicator=nps&period=last_month", "nps", {"grain": "week"}),
            ("anchor=opened&compare=year", "resolution_time", {"by": "tag"}),
            ("where=channel%3D&where=agent%3Dana&zone=Asia/Kathmandu", "csat_distribution", {}),
            ("attribution=first", "response_rate", {"by": "agent"}),
        ],
    )
    def test_the_terminal_answers_with_what_the_page_was_held_against(
        self, other_server: Served, world: World, query: str, key: str, words: dict[str, Any]
    ) -> None:
        choice = chosen(f"{PERIOD}&{query}" if "period=" not in query else query)
        asked = Asked(world, choice)
        options = [
            part for name, values in asked.words(**words).items() for value in values for part in (f"--{name}", value)
        ]

        assert other_server.terminal.json("read", key, *options) == asked(key, **words)


def test_a_bucket_is_named_by_the_clock_of_the_zone() -> None:
    assert bucket_in_full(moment("2026-10-25T00:00:00+02:00"), Grain.DAY) == "Sun 25 Oct 2026"
