"""`ressenti serve` that gives up after seconds what it gives up after a minute, so that a test need not wait for it."""

from typing import Any

from ressenti.cli import main
from ressenti.web.server import answer_delivery

UNREAD_S = 3.0
ENDED_WITHIN_S = 8

if __name__ == "__main__":
    hasty: Any = answer_delivery
    hasty.UNREAD_S, hasty.UNREAD_AT_THE_END_S, hasty.ENDED_WITHIN_S = UNREAD_S, UNREAD_S, ENDED_WITHIN_S
    main()
