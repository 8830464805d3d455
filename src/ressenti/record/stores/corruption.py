"""What a loop over rows checks, because in a damaged file it might never end: that it goes forward."""

from collections.abc import Sequence
from itertools import pairwise

import pysqlite3.dbapi2 as sqlite

MALFORMED = "database disk image is malformed"
"""What SQLite says of a file that is no longer what it wrote."""


def malformed() -> sqlite.DatabaseError:
    """Return the error that SQLite raises where it finds such damage itself; the store answers with DamagedDatabase."""
    return sqlite.DatabaseError(MALFORMED)


def ascending(ids: Sequence[int], *, after: int) -> list[int]:
    """Return ids that were asked for in order, after another; raises `malformed` where they are not.

    In a damaged table or index they may go back, and asking for the next ones again and again would never end.
    """
    if any(later <= earlier for earlier, later in pairwise((after, *ids))):
        raise malformed()
    return list(ids)
