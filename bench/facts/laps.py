"""A clock that is looked at after each part of something: its laps add up to the whole, unless parts ran together."""

import time


class Clock:
    """Runs from when it is made. `laps` are the milliseconds of each part, `cpu_ms` those of all processors."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self.cpu_ms = 0.0
        self._whole: float | None = None
        self._since = time.perf_counter(), time.process_time()

    def lap(self, name: str) -> None:
        """Say that what went on until now was this part's, or this part's as well."""
        now = time.perf_counter(), time.process_time()
        self.add(name, 1000 * (now[0] - self._since[0]))
        self.cpu_ms += 1000 * (now[1] - self._since[1])
        self._since = now

    def add(self, name: str, ms: float) -> None:
        """Tell of milliseconds that were measured elsewhere."""
        self.laps[name] = self.laps.get(name, 0.0) + ms

    def end(self) -> None:
        """Say that all is done now, of which parts ran side by side."""
        now = time.perf_counter(), time.process_time()
        self._whole = 1000 * (now[0] - self._since[0])
        self.cpu_ms = 1000 * (now[1] - self._since[1])

    @property
    def ms(self) -> float:
        """Return the milliseconds of the whole."""
        return sum(self.laps.values()) if self._whole is None else self._whole
