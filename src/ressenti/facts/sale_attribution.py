"""Which conversation a sale is credited to, where the source names only the visitor (D16, E45 to E47)."""

from collections.abc import Iterable


def attributed_conversation(at: int, candidates: Iterable[tuple[int, int, int | None]], window_us: int) -> int | None:
    """Return the visitor's conversation that a sale at that moment is credited to, or None.

    `candidates` are (id, opened, closed) in the order they were begun; it is the last one begun before the sale that is
    still open then or closed at most `window_us` before.
    """
    fitting = [
        conversation_id
        for conversation_id, opened_at, closed_at in candidates
        if opened_at <= at and (closed_at is None or at <= closed_at + window_us)
    ]
    return fitting[-1] if fitting else None
