"""When is a job tried again that failed, and when has it failed for good?"""

from ressenti.kit.clock import MINUTE

PAUSES_US = tuple(minutes * MINUTE for minutes in (1, 5, 15, 60))
"""How long is waited after each failed attempt; there is one attempt more than there are pauses."""
MOST_ATTEMPTS = len(PAUSES_US) + 1


def pause_after(attempts: int) -> int | None:
    """Return how long to wait after so many attempts, in microseconds; None where that was the last one."""
    return PAUSES_US[attempts - 1] if 1 <= attempts < MOST_ATTEMPTS else None
