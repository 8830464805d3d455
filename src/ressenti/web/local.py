"""What commands on the same machine ask of the server that holds the facts; each shows the secret left beside them."""

import secrets
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from litestar import post
from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException
from litestar.handlers.base import BaseRouteHandler
from litestar.params import Body
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK

from ressenti.facts.keeper import Keeper
from ressenti.facts.verify import verify
from ressenti.reports.export import export_words

SECRET = "X-Ressenti-Secret"  # noqa: S105 - a header's name
SPOOL_BYTES = 8 << 20
PIECE_BYTES = 1 << 16

Json = Annotated[dict[str, Any], Body()]


def knows_secret(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Admit only who can read the file beside the record; to anyone else these addresses do not exist."""
    shown = connection.headers.get(SECRET, "")
    if not secrets.compare_digest(shown.encode(), str(connection.app.state.secret).encode()):
        raise NotFoundException


@post("/local/catch-up", guards=[knows_secret], include_in_schema=False, status_code=HTTP_200_OK, sync_to_thread=True)
def catch_up(keeper: Keeper) -> dict[str, Any]:
    """Follow the journal to its end."""
    return {"as_of": keeper.using(lambda facts: max(facts.watermarks().values(), default=0))}


@post("/local/verify", guards=[knows_secret], include_in_schema=False, status_code=HTTP_200_OK, sync_to_thread=True)
def verify_facts(keeper: Keeper) -> dict[str, Any]:
    """Compare every fact with its recomputation."""
    return keeper.using(lambda facts: verify(keeper.record, facts)).as_json()


@post("/local/rebuild", guards=[knows_secret], include_in_schema=False, status_code=HTTP_200_OK, sync_to_thread=True)
def rebuild(keeper: Keeper) -> dict[str, Any]:
    """Measure everything anew; questions are answered from the old file until the new one is there."""
    keeper.rebuild()
    return {}


@post("/local/export", guards=[knows_secret], include_in_schema=False, status_code=HTTP_200_OK, sync_to_thread=True)
def export(data: Json, keeper: Keeper) -> Stream:
    """Write an export. It is made whole before the first byte leaves, so that a refusal can still be said."""
    file = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - closed when the last piece has left
    export_words(keeper, data["what"], data["format"], data["words"], file)  # type: ignore[arg-type]
    file.seek(0)
    return Stream(_pieces(file), media_type="application/octet-stream")


def _pieces(file: "SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece
