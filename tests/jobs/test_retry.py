"""A failed job waits longer each time, and is given up after so many attempts."""

from hypothesis import given
from hypothesis import strategies as st

from ressenti.jobs.retry import MOST_ATTEMPTS, PAUSES_US, pause_after
from ressenti.kit.clock import MINUTE


def test_it_waits_1_5_15_and_60_minutes_and_is_given_up_after_the_fifth_attempt() -> None:
    assert [pause_after(attempts) for attempts in range(1, 6)] == [
        1 * MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        60 * MINUTE,
        None,
    ]
    assert MOST_ATTEMPTS == 5


@given(attempts=st.integers(1, 1_000))
def test_no_pause_is_shorter_than_the_one_before_and_after_the_last_attempt_there_is_none(attempts: int) -> None:
    pause, then = pause_after(attempts), pause_after(attempts + 1)

    assert (pause is None) == (attempts >= MOST_ATTEMPTS)
    assert then is None or (pause is not None and 0 < pause <= then <= max(PAUSES_US))
