"""When did a conversation close, and when was its matter resolved (D2, D8, D33)? Recounted by the definitions."""

from collections.abc import Sequence
from itertools import pairwise

from ressenti.facts.recount.record import RecordedEvent

_STATES = {
    "closed": ("closed", "close", "clos", "clôturé", "clôturée", "fermé", "fermée"),
    "resolved": ("resolved", "solved", "résolu", "résolue"),
}
_MEANING = {word: meaning for meaning, words in _STATES.items() for word in words}


def closed_at(closed: int | None, resolved: int | None, log: Sequence[RecordedEvent]) -> int | None:
    """Return when it closed, None while it is open. The log is in its order."""
    states = [meaning(event) for event in log]
    again = reopening(states)
    reopened_at = None if again is None else log[again].at
    if not states or states[-1] == "open":
        # Only a column can say that it is closed: the first of the two that is filled, if it knows of the reopening.
        filled = [at for at in (closed, resolved) if at is not None][:1]
        knowing = [at for at in filled if reopened_at is None or at >= reopened_at]
        return knowing[0] if knowing else None
    if closed is not None and (reopened_at is None or closed >= reopened_at):
        return closed
    for wanted in ("closed", "resolved"):
        if found := _moments(log, states, again, wanted):
            return found[-1]
    raise AssertionError("a log that ends with a closing state holds one")


def resolution_ended_at(closed: int | None, resolved: int | None, log: Sequence[RecordedEvent]) -> int | None:
    """Return when the matter was resolved: as given, else by the log, else when it closed; None while it is open."""
    end = closed_at(closed, resolved, log)
    if end is None:
        return None
    states = [meaning(event) for event in log]
    again = reopening(states)
    reopened_at = None if again is None else log[again].at
    latest = max((at for at in (closed, resolved) if at is not None), default=None)
    if resolved is not None and latest is not None and (reopened_at is None or latest >= reopened_at):
        return resolved
    found = _moments(log, states, again, "resolved")
    return found[-1] if found else end


def meaning(event: RecordedEvent) -> str:
    """Return closed or resolved, whatever case the word is written in; every other state is open."""
    return _MEANING.get(event.state.strip().lower(), "open")


def reopening(states: Sequence[str]) -> int | None:
    """Return where the log last goes from closed or resolved to open."""
    pairs = enumerate(pairwise(states), start=1)
    places = [place for place, (before, now) in pairs if now == "open" and before != "open"]
    return max(places) if places else None


def _moments(log: Sequence[RecordedEvent], states: Sequence[str], again: int | None, wanted: str) -> list[int]:
    """Return when it came into a state after the last reopening, in order."""
    first = 0 if again is None else again + 1
    return [log[place].at for place in range(first, len(log)) if states[place] == wanted]
