"""How is a file given away: whole, under a name of our own, piece by piece from where it stands?"""

from functools import partial
from tempfile import SpooledTemporaryFile

from litestar.background_tasks import BackgroundTask
from litestar.response import Stream

from ressenti.reports.period import ReportPeriod

PIECE_BYTES = 1 << 16


def attachment(file: "SpooledTemporaryFile[bytes]", name: str, media_type: str) -> Stream:
    """Answer with a whole file that is to be kept under a name of our own, in plain ASCII."""
    size = file.seek(0, 2)
    file.seek(0)
    headers = {"content-disposition": f'attachment; filename="{name}"', "content-length": str(size)}
    return give_file(file, media_type, headers)


def give_file(file: "SpooledTemporaryFile[bytes]", media_type: str, headers: dict[str, str] | None = None) -> Stream:
    """Answer with a file, from where it stands; it is closed once it was given, or was given up."""
    pieces = iter(partial(file.read, PIECE_BYTES), b"")
    return Stream(pieces, media_type=media_type, headers=headers, background=BackgroundTask(file.close))


def days_of(period: ReportPeriod) -> str:
    """Return a period as a part of a file's name: its first and its last day."""
    return f"{period.start.isoformat()}--{period.last.isoformat()}"
