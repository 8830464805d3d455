"""What the two engines of facts write differently: everything else in a question is the same text for both.

Templates are filled with SQL, never with values; a `?` stands for a value that is bound, also where it is a list.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How an engine writes what the other writes otherwise.

    `is_flat`: groups are made of a table as it stands, since a cluster adds up on each shard only what is asked of its
    own table, and fetches the rows of anything that is asked of rows chosen before.
    """

    name: str
    is_flat: bool
    true: str
    false: str
    over: str
    """Whole division, towards zero."""
    rest: str
    """What it leaves, with the sign of what is divided."""
    whole: str
    """A small number as one of 32 bits: an hour, a day of the week."""
    month: str
    """The number of a month, counted from year 0, of a day counted from 1 January 1970."""
    contains: str
    any_of: str
    length: str
    each: str
    """One row for each of a list, and one with null for an empty one."""
    first: str
    """The first of a list, null where it is empty."""
    ids: str
    """What ids that are bound as one list can be IN."""
    in_laid: str
    """IN, of a table that was laid beside the facts in this snapshot."""
    named: tuple[str, str, str]
    """An order by names: what goes before SELECT, what is joined, and the name; ids and names are bound once."""
    count_if: str
    median: str
    quantiles: str
    """The values of a column at several shares of its rows in order, as a list."""
    values_if: str
    """All values of a column for which a condition holds, as a list."""
    below: str
    """How many of a list are below a number."""
    above: str
    quantile: str
    """The value of the rows in order at a share of them: the next one where that falls between two."""
    short: float
    """What a share is asked for less, where the engine takes the next one also of a share that falls on one."""
    total: str
    squares: str
    """The exact sum of the squares of whole numbers: those of durations are soon above 64 bits."""
    uncast: str
    """What a truth needs behind it elsewhere to be added up."""

    def sum(self, column: str) -> str:
        """Return the exact sum of whole numbers, however large; of a truth, how often it holds."""
        return self.total.format(column.removesuffix(self.uncast))

    def percentile(self, column: str, percent: int) -> str:
        """Return the least value that `percent` in a hundred do not exceed."""
        return self.quantile.format(column, percent / 100 - self.short)


DUCKDB = Dialect(
    name="duckdb",
    is_flat=False,
    true="true",
    false="false",
    over="{} // {}",
    rest="{} % {}",
    whole="({})::INTEGER",
    month="(year(DATE '1970-01-01' + {0}::INTEGER) * 12 + month(DATE '1970-01-01' + {0}::INTEGER) - 1)",
    contains="list_contains({}, {})",
    any_of="list_has_any({}, ?::INTEGER[])",
    length="len({})",
    each="unnest(CASE WHEN len({0}) = 0 THEN [NULL] ELSE {0} END)",
    first="{}[1]",
    ids="(SELECT unnest(?::INTEGER[]))",
    in_laid="IN",
    named=(
        "",
        "LEFT JOIN (SELECT unnest(?::INTEGER[]) AS named, unnest(?::VARCHAR[]) AS value) AS own ON named = {}",
        "own.value",
    ),
    count_if="count(*) FILTER (WHERE {})",
    median="quantile_cont({}, 0.5)",
    quantiles="quantile_disc({}, [{}])",
    values_if="list({0}) FILTER (WHERE {0} IS NOT NULL AND {1})",
    below="len(list_filter({}, lambda one: one < {}))",
    above="len(list_filter({}, lambda one: one > {}))",
    quantile="quantile_disc({}, {})",  # a share of a few decimals is reckoned with in whole numbers
    short=0,
    total="sum({})",
    squares="sum({0}::HUGEINT * {0})",
    uncast="",
)

_ERA = 146_097
"""Days of four hundred years: the calendar begins anew."""
_BEFORE = 719_468
"""Days from 1 March of year 0 to 1 January 1970; a year that begins in March ends with its odd day."""
_SHORT = 2**-40
"""Taken off a share, it gives of a whole number of values the one before, of up to 2^36 of them."""

CLICKHOUSE = Dialect(
    name="clickhouse",
    is_flat=True,
    true="1",
    false="0",
    over="intDiv({}, {})",
    rest="{} % toInt64({})",  # the result has the width of what is divided by, and an hour has more than 31 bits
    whole="toInt32({})",
    # Dates of old versions end in 2106 and of no version begin in 1900, so the calendar is worked out in whole numbers.
    month=(
        f"((intDiv({{0}} + {_BEFORE}, {_ERA}) AS month_era) * 4800"
        f" + (intDiv(({{0}} + {_BEFORE} - month_era * {_ERA} AS month_day) - intDiv(month_day, 1460)"
        " + intDiv(month_day, 36524) - intDiv(month_day, 146096), 365) AS month_year) * 12"
        " + intDiv(5 * (month_day - 365 * month_year - intDiv(month_year, 4) + intDiv(month_year, 100)) + 2, 153) + 2)"
    ),
    contains="has({}, {})",
    any_of="hasAny({}, CAST(? AS Array(Int32)))",
    length="length({})",
    each="nullIf(arrayJoin(emptyArrayToSingle({})), 0)",  # ids begin at 1
    first="nullIf({}[1], 0)",
    ids="(SELECT arrayJoin(CAST(? AS Array(Int32))))",
    in_laid="GLOBAL IN",
    # Nothing is called 0; without any pair at all, it would be refused.
    named=(
        (
            "WITH nullIf(transform(ifNull({}, 0), arrayConcat(CAST(? AS Array(Int32)), [0]),"
            " arrayConcat(CAST(? AS Array(String)), ['']), ''), '') AS name "
        ),
        "",
        "name",
    ),
    count_if="countIf(ifNull({}, 0))",  # of nothing but nulls it would count null
    # Its own exact median takes the upper middle one of an even count; these two are the same value of an odd one.
    median=f"arraySum(middle -> middle * 0.5, quantilesExact({0.5 - _SHORT}, 0.5)({{}}))",
    quantiles="quantilesExact({1})({0})",
    values_if="groupArrayIf({}, {})",
    # A column that only a lambda holds is not looked for in the subquery by old versions: it comes as an array beside.
    below="arrayCount((one, of) -> one < of, {0}, arrayResize([{1}], length({0}), {1}))",
    above="arrayCount((one, of) -> one > of, {0}, arrayResize([{1}], length({0}), {1}))",
    quantile="quantileExact({1})({0})",
    short=_SHORT,
    total="sum(toDecimal128({}, 0))",  # a sum of 64 bits would begin again from below
    squares="sum(toDecimal128({0}, 0) * {0})",
    uncast="::INTEGER",
)
