"""What an indicator and a dimension declare: everything that is shown of them, or asked for them, follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple, TypeVar

from ressenti.facts.query import ClockPart
from ressenti.indicators.measures import Count, Measure
from ressenti.indicators.model import Anchor, Better, Unit
from ressenti.kit.i18n import _

Placed = TypeVar("Placed")


class CreditedTo(StrEnum):
    """To whom an indicator's rows belong when it is broken down by agent."""

    WROTE = "wrote"  # every respondent who wrote, or as `--attribution` says (D4)
    FIRST_RESPONDER = "first_responder"  # the person who gave the first answer
    OWN = "own"  # the handling's own respondent
    SELLER = "seller"  # the last person who wrote before the sale (D17)


class CountNoun(StrEnum):
    """What the n of an indicator counts, wherever it stands beside a value."""

    ANSWERS = "answers"
    CONTACTS = "contacts"
    CONVERSATIONS = "conversations"
    HANDLINGS = "handlings"
    OFFERED = "surveys offered"
    REPLIES = "replies"
    SALES = "sales"
    SALES_AND_REFUNDS = "sales and refunds"
    SURVEYS = "surveys"


class Family(StrEnum):
    """What an indicator tells of; indicators are explained family by family."""

    RATINGS = "ratings"
    SURVEYS = "surveys"
    WAITS = "waits"
    WORK = "work"
    SALES = "sales"
    AUTOMATION = "automation"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True)
class Ratings:
    """What an indicator made of ratings rests on: the column that holds them, and their scale, lowest first.

    `names` are what the ratings are called, in the order of the scale, where they have names; `good` are those that a
    share of them counts.
    """

    column: str
    scale: tuple[int, ...]
    names: tuple[str, ...] = ()
    good: tuple[int, ...] = ()


class BesideTile(NamedTuple):
    """In the tile of which indicator another is told as well, and the words in front of its value."""

    of: str
    words: str


class WeakWhen(StrEnum):
    """What makes a result weak, so that there is advice beside it; clearly worse than before, or than everyone's."""

    WORSE = "worse"  # by its 95 % interval
    WORSE_OR_NEGATIVE = "worse_or_negative"  # or below zero, on answers enough
    MUCH_LONGER = "much_longer"  # by a fifth, for delays
    LOW = "low"  # whatever it was before, on answers enough


class Advice(NamedTuple):
    """What is advised beside a weak result; `practice` is the part of the page of good practice that says more."""

    words: str
    practice: str
    weak_when: WeakWhen


class OwnHits(NamedTuple):
    """Where rows by agent count as hits for some of their agents only: the list column that names them, and who."""

    column: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One figure: everything that is said of it, or asked of the facts for it, follows from this.

    `facts` names the table, `population` is the condition on its rows, `base` says in words what these rows are and
    `left_out` which are not among them; `measure` makes a value of them, and `measured` says what it counts, adds up
    or puts in order. `counts` is the noun of n.

    `short_name` is for places with little room, and `names_by_date` where it depends on the date. `tile` is its place
    among the tiles of the report, `survey_column` among the columns of the table of surveys; `beside` says that it is
    told in the tile of another. `ratings` are those it is made of.

    `untold` is a condition on rows of which it is not known whether they belong to that population, and a sentence that
    says why there is no value where there are no others. `on_other_scales` is a condition on satisfaction ratings that
    are not in that population for the scale they were given on (D42); `is_judged`: a project may say which are good.

    `advice` is what we advise beside a weak result, until somebody of the installation writes their own.
    """

    key: str
    name: str
    definition: str
    family: Family
    unit: Unit
    better: Better
    facts: str
    counts: CountNoun
    measure: Measure
    base: str
    population: str = "true"
    left_out: str | None = None
    measured: str = ""
    credit: CreditedTo = CreditedTo.WROTE
    own_hits: OwnHits | None = None
    anchors: frozenset[Anchor] = frozenset(Anchor)
    short_name: str | None = None
    names_by_date: tuple[tuple[Anchor, str], ...] = ()
    tile: int | None = None
    survey_column: int | None = None
    beside: BesideTile | None = None
    ratings: Ratings | None = None
    untold: tuple[str, str] | None = None
    on_other_scales: str | None = None
    is_judged: bool = False
    advice: Advice | None = None

    @property
    def is_plain_count(self) -> bool:
        """Say whether its value is its n."""
        return self.measure == Count()


class Naming(StrEnum):
    """Where the keys of a dimension have their names."""

    LABEL = "label"
    LANGUAGE = "language"
    RESPONDENT = "respondent"
    GROUP = "group"
    PROJECT = "project"
    DEGREE = "degree"
    RATING = "note"
    HOUR = "hour"
    WEEKDAY = "weekday"


NAMED_BY_THE_RECORD = frozenset({Naming.LABEL, Naming.LANGUAGE, Naming.RESPONDENT, Naming.GROUP})
"""Keys of these come with what happened: somebody may be kept from them, and a conversation may have none."""


class DimensionTab(NamedTuple):
    """The tab of a dimension in the report: its place, and whether it is one of those that are always in sight."""

    place: int
    is_main: bool = False


class ExportedAs(NamedTuple):
    """What the column of a dimension is called in an export, and what it means; comments may be without it."""

    key: str
    meaning: str
    with_comments: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One way to cut. `column` is the facts'; a `many` column is a list, so its rows may count a row more than once.

    `kind` is the kind of label; `scale` the values it can have. Without a column
    the value is a part of the `clock`.

    `filter` is its place among the filters, `tab` among the breakdowns, where it is called by its `plural`.
    `list_column` and `comment_column` are its places among the columns of the lists of conversations and of comments,
    which are also what they can be ordered by; `heading` is what such a column is called, where not by the name.

    `is_credited`: its rows are respondents who are credited, as the indicator or the question says to whom (D4).
    `involved` is the column of a conversation that names everybody who took part, where its handlings name one only.
    `mailed` is the heading of the ranking by satisfaction that a mailed report has of it.

    `without` is what a row is called that has no value of it, `without_reason` a sentence that says why there is one.

    `is_cause`: a change may come from it; not so what is the answer in other words, or came with it.
    """

    key: str
    name: str
    without: str = _("none")
    without_reason: str = ""
    definition: str
    naming: Naming
    filter: int
    column: str | None = None
    many: bool = False
    clock: ClockPart | None = None
    is_credited: bool = False
    involved: str | None = None
    kind: str | None = None
    scale: range | None = None
    plural: str | None = None
    tab: DimensionTab | None = None
    list_column: int | None = None
    comment_column: int | None = None
    heading: str | None = None
    export: ExportedAs | None = None
    mailed: str | None = None
    is_cause: bool = True

    @property
    def adds_up(self) -> bool:
        """Say whether its rows add up to the total."""
        return not self.many

    @property
    def is_ordered(self) -> bool:
        """Say whether its keys have an order of their own, which rows then keep."""
        return self.naming in {Naming.RATING, Naming.HOUR, Naming.WEEKDAY}

    @property
    def is_named_by_the_record(self) -> bool:
        """Say whether its keys come with what happened, so that a conversation may be without one."""
        return self.naming in NAMED_BY_THE_RECORD

    @property
    def has_names(self) -> bool:
        """Say whether its rows are put in order by names, rather than by a number of ours."""
        return self.is_named_by_the_record or self.naming is Naming.PROJECT

    @property
    def is_for_several_projects(self) -> bool:
        """Say whether it is of no use where there is one project."""
        return self.naming is Naming.PROJECT


def in_places(placed: Iterable[tuple[int, Placed]]) -> tuple[Placed, ...]:
    """Return what has places in the order of these; what has the same, as it comes."""
    return tuple(one for _place, one in sorted(placed, key=itemgetter(0)))
