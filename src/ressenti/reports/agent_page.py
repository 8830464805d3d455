"""Where is the page of an agent: the address that shows them, of what was chosen in a report?"""

from urllib.parse import urlencode

from ressenti.indicators.dimensions import AGENT
from ressenti.reports.choice import CONTEXT, ReportChoice

AGENT_PAGE = "/agent"


def agent_address(key: str, choice: ReportChoice | None = None) -> str:
    """Return the address of the page of an agent, of the days and filters of a choice where there is one."""
    if choice is None:
        return f"{AGENT_PAGE}?{urlencode({'where': f'{AGENT.key}={key}'})}"
    shown = choice.filtered(AGENT.key, [key])
    kept = [pair for pair in shown.parameters() if pair[0] in CONTEXT | _OF_ITS_OWN]
    return f"{AGENT_PAGE}?{urlencode(kept)}"


_OF_ITS_OWN = frozenset({"indicator", "grain"})
"""What else its page has a use for."""
