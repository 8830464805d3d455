"""What has happened so far in a conversation that is being generated?"""

from dataclasses import dataclass, field

from ressenti.demo.people import Respondent
from ressenti.demo.visits import VisitPlan
from ressenti.demo.words import WORDS

DemoMessage = tuple[int, str, str, str, bool, bool]
"""When (seconds), whose (visitor, agent, bot, system), by whom, the text, whether automatic, whether internal."""

CURLY = "\u2019"
_PLAIN = str.maketrans("àâéèêëîïôùûçÉÀ", "aaeeeeiiouuceA")


@dataclass(frozen=True, slots=True)
class DemoHandling:
    """One leg: who had the conversation, from when to when (seconds), how it ended, among whom it was assigned."""

    respondent: Respondent
    started_at: int
    ended_at: int
    ended_by: str
    distribution_group: str


@dataclass(slots=True)
class Course:
    """A conversation up to the moment `at`; `wait_s` is how long the visitor waited for a person, if one came."""

    visit: VisitPlan
    at: int
    messages: list[DemoMessage] = field(default_factory=list)
    handlings: list[DemoHandling] = field(default_factory=list)
    wrote: list[Respondent] = field(default_factory=list)
    wait_s: int = 0
    transfers: int = 0
    is_pleased: bool = False
    closed_at: int = 0

    def visitor_says(self, sentence: str) -> None:
        """Add a message of the visitor, typed as this visitor types."""
        text = capital(sentence.format_map(self.visit.slots))
        text = hasty(text) if self.visit.is_casual else text
        self.messages.append((self.at, "visitor", self.visit.visitor_id, text, False, False))

    def says(self, respondent: Respondent, sentence: str, *, is_internal: bool = False) -> None:
        """Add a message of a respondent; an internal one is for colleagues and is no answer."""
        slots = self.visit.slots
        slots["agent"], slots["ae"] = respondent.first_name, "e" if respondent.is_feminine else ""
        slots["team"] = team(self.visit.language, respondent.group)
        text = capital(sentence.format_map(slots)).replace("'", CURLY)
        role = "bot" if respondent.kind == "bot" else "agent"
        self.messages.append((self.at, role, respondent.key, text, False, is_internal))
        if not is_internal and respondent not in self.wrote:
            self.wrote.append(respondent)

    def greets_by_itself(self, sentence: str) -> None:
        """Add a message that nobody wrote."""
        self.messages.append((self.at, "system", "", sentence.replace("'", CURLY), True, False))

    def ends_handling(self, respondent: Respondent, started_at: int, ended_by: str, distribution_group: str) -> None:
        """Add a handling that ends now."""
        self.handlings.append(DemoHandling(respondent, started_at, self.at, ended_by, distribution_group))

    @property
    def automation(self) -> str:
        """How much of it bots answered: full, partial, none; empty where nobody answered."""
        kinds = {"bot" if respondent.kind == "bot" else "person" for respondent in self.wrote}
        return {(True, True): "partial", (True, False): "full", (False, True): "none"}.get(
            ("bot" in kinds, "person" in kinds), ""
        )


def team(language: str, group: str) -> str:
    """Return the name of a group as visitors hear it; bots belong to none."""
    return WORDS[language].teams.get(group, "")


def capital(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def hasty(text: str) -> str:
    """Return the text as somebody in a hurry types it: no capitals, no accents, no full stop."""
    return text.lower().translate(_PLAIN).rstrip(".").replace("mt-", "MT-")
