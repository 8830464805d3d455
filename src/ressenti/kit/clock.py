"""The one place where the clock is read; everything else is told what time it is.

Inside, a moment is an integer: microseconds since 1970-01-01T00:00:00Z.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_MICROSECOND = timedelta(microseconds=1)


def now() -> int:
    """Return the present moment, in microseconds since the epoch."""
    return to_us(datetime.now(UTC))


def to_us(moment: datetime) -> int:
    """Return an aware datetime as microseconds since the epoch, exactly."""
    return (moment - EPOCH) // _MICROSECOND


def from_us(moment: int) -> datetime:
    """Return microseconds since the epoch as a datetime in UTC."""
    return EPOCH + timedelta(microseconds=moment)
