"""Who answers at Maison Tilleul, how well and how fast, when are they at work, since when and until when?"""

from dataclasses import dataclass

from ressenti.demo.company import ADVICE, DELIVERIES, ORDERS, RETURNS, TRADE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Respondent:
    """An agent, an expert or a bot.

    `skill` is what they add to the probability that a visitor leaves satisfied, `speed` multiplies their reply times.
    They work from `starts` to `ends` o'clock, except on weekdays `off` (0 is Monday). `hired` and `left` are days
    before today; None is before the first day, and still here.
    """

    key: str
    name: str
    kind: str = "human"
    group: str = ""
    languages: str = "fr en"
    is_feminine: bool = True
    skill: float = 0.0
    speed: float = 1.0
    starts: int = 8
    ends: int = 16
    off: tuple[int, ...] = (5, 6)
    hired: int | None = None
    left: int | None = None

    @property
    def first_name(self) -> str:
        """The name colleagues and visitors use."""
        return self.name.split()[0]


_SHIFTS = {"early": (8, 16), "middle": (10, 18), "late": (12, 20)}
_OFF = {"weekend": (5, 6), "monday": (0, 6), "midweek": (2, 6), "thursday": (3, 6), "sundays": (0, 1)}


def _agent(
    number: int,
    who: str,
    group: str,
    duty: str,
    skill: float,
    speed: float,
    *,
    hired: int | None = None,
    left: int | None = None,
) -> Respondent:
    """Return an agent: name, gender and languages in `who`, the shift and the days off in `duty`."""
    name, gender, languages = who.split("/")
    shift, off = duty.split()
    starts, ends = _SHIFTS[shift]
    return Respondent(
        key=f"A-{number:02}",
        name=name,
        group=group,
        languages=languages,
        is_feminine=gender == "f",
        skill=skill,
        speed=speed,
        starts=starts,
        ends=ends,
        off=_OFF[off],
        hired=hired,
        left=left,
    )


STAR, TRAINED = "A-15", "A-10"
"""The agent who is far better than the others, and the one whom a training helped."""

AGENTS = (
    _agent(1, "Inès Benali/f/fr en", ORDERS, "early weekend", 0.03, 0.8),
    _agent(2, "Julien Castaing/m/fr", ORDERS, "middle monday", 0.01, 1.0),
    _agent(3, "Tom Aldridge/m/en fr", ORDERS, "late weekend", -0.01, 1.1),
    _agent(4, "Samia Kherbache/f/fr en", ORDERS, "late sundays", -0.02, 0.9),
    _agent(5, "Rory Gallacher/m/en", ORDERS, "early midweek", -0.03, 1.3),
    _agent(6, "Maud Lestrade/f/fr", ORDERS, "middle sundays", 0.02, 1.0, left=150),
    _agent(7, "Pia Lindholm/f/en fr", ORDERS, "middle thursday", 0.01, 0.9, hired=120),
    _agent(8, "Bastien Roques/m/fr", DELIVERIES, "early weekend", 0.0, 1.1),
    _agent(9, "Niamh Corrigan/f/en", DELIVERIES, "middle weekend", 0.03, 0.8),
    _agent(10, "Hugo Delattre/m/fr en", DELIVERIES, "middle monday", 0.0, 1.5),
    _agent(11, "Leïla Mansour/f/fr en", DELIVERIES, "late sundays", 0.01, 0.9),
    _agent(12, "Kieran Doyle/m/en", DELIVERIES, "late midweek", -0.02, 1.2),
    _agent(13, "Solène Abgrall/f/fr", DELIVERIES, "early thursday", 0.02, 1.0),
    _agent(14, "Emeka Nwosu/m/en fr", DELIVERIES, "early sundays", 0.0, 1.0, hired=290),
    _agent(15, "Camille Laurent/f/fr en", RETURNS, "early weekend", 0.12, 0.65),
    _agent(16, "Théo Marchand/m/fr", RETURNS, "middle midweek", -0.01, 1.1),
    _agent(17, "Grace Pemberton/f/en", RETURNS, "middle weekend", 0.01, 1.0),
    _agent(18, "Karim Zeroual/m/fr en", RETURNS, "late sundays", -0.02, 1.1),
    _agent(19, "Oona Fairley/f/en fr", RETURNS, "late thursday", 0.0, 1.0, left=40),
    _agent(20, "Anaïs Peyre/f/fr en", RETURNS, "early monday", 0.01, 0.9, hired=75),
    _agent(21, "Hannah Okafor/f/en", ADVICE, "early weekend", 0.05, 0.9),
    _agent(22, "Priya Raman/f/en fr", ADVICE, "middle midweek", 0.03, 1.0),
    _agent(23, "Gauthier Lemoine/m/fr", ADVICE, "middle weekend", 0.01, 1.2),
    _agent(24, "Clémence Autin/f/fr en", ADVICE, "late sundays", 0.02, 0.9),
    _agent(25, "Owen Lathbury/m/en", ADVICE, "late thursday", -0.03, 1.2),
    _agent(26, "Raphaël Sorel/m/fr", ADVICE, "early monday", -0.01, 1.1, left=260),
    _agent(27, "Zélie Courtin/f/fr en", ADVICE, "early monday", 0.02, 1.0, hired=200),
    _agent(28, "Victoire Chastel/f/fr en", TRADE, "early weekend", 0.03, 1.2),
    _agent(29, "Duncan Hale/m/en fr", TRADE, "middle weekend", 0.0, 1.3),
    _agent(30, "Mathilde Roussel/f/fr", TRADE, "late weekend", 0.01, 1.1),
)
EXPERTS = (
    Respondent(
        key="E-01",
        name="Odile Garance",
        kind="expert",
        group=ADVICE,
        skill=0.07,
        speed=1.3,
        starts=18,
        ends=22,
        off=(0, 2, 4),
    ),
    Respondent(
        key="E-02",
        name="Edmund Vale",
        kind="expert",
        group=ADVICE,
        is_feminine=False,
        skill=0.06,
        speed=1.4,
        starts=18,
        ends=22,
        off=(1, 3, 5),
    ),
)

ASSISTANT = Respondent(key="B-assistant", name="Assistant", kind="bot", skill=-0.11)
TILOU = Respondent(key="B-tilou", name="Tilou", kind="bot", skill=-0.09)
VEILLEUSE = Respondent(key="B-veilleuse", name="Veilleuse", kind="bot", skill=-0.18)
BOTS = (ASSISTANT, TILOU, VEILLEUSE)

EVERYONE = AGENTS + EXPERTS + BOTS
