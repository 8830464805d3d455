"""What time is it in the shop, at a moment, and which moment is a time in the shop?

The rule of summer time is written out here rather than taken from the machine, because the demonstration is the same
on every machine whatever time-zone data it carries. Moments are whole seconds since 1970-01-01T00:00:00Z, days are
proleptic ordinals of local dates.
"""

from datetime import date, timedelta

HOUR = 3600
DAY = 86_400
EPOCH_DAY = date(1970, 1, 1).toordinal()


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _one_o_clock_utc(day: date) -> int:
    return (day.toordinal() - EPOCH_DAY) * DAY + HOUR


class Paris:
    """The wall clock of Europe/Paris around some years: summer from the last Sunday of March to that of October."""

    def __init__(self, first: date, last: date) -> None:
        years = range(first.year, last.year + 1)
        self._summers = [
            (_one_o_clock_utc(_last_sunday(year, 3)), _one_o_clock_utc(_last_sunday(year, 10))) for year in years
        ]

    def local(self, moment: int) -> int:
        """Return what the wall clock shows, as seconds since 1970-01-01T00:00 on that clock."""
        for start, end in self._summers:
            if start <= moment < end:
                return moment + 2 * HOUR
        return moment + HOUR

    def day(self, moment: int) -> int:
        """Return the local day of a moment."""
        return self.local(moment) // DAY + EPOCH_DAY

    def hour(self, moment: int) -> int:
        """Return the local hour of a moment, 0 to 23."""
        return self.local(moment) % DAY // HOUR

    def moment(self, day: int, wall_s: int) -> int:
        """Return the moment at which the wall clock shows this time; an hour that is skipped is taken as the next."""
        local = (day - EPOCH_DAY) * DAY + wall_s
        winter = local - HOUR
        return winter - (self.local(winter - HOUR) - winter)
