"""What commands on the same machine ask of the server that holds the facts; each shows the secret left beside them."""

from asyncio import to_thread, wrap_future
from collections.abc import Callable
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, TypeVar, cast

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import RawBody
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK

from ressenti.facts.rebuild_requests import RebuildRequests
from ressenti.facts.store import FactStore
from ressenti.facts.verify import verify
from ressenti.indicators.read import answer_here, explain_words
from ressenti.kit.languages import SOURCE_LANGUAGE
from ressenti.kit.proof import CHALLENGE, server_proof
from ressenti.reports.exports import Export, ExportFormat, export_words
from ressenti.reports.exports.model import ExportOptions
from ressenti.web.auth.authorization import SECRET_ONLY
from ressenti.web.pages.downloads.files import give_file
from ressenti.web.server.export_limiter import ExportLimiter
from ressenti.web.server.requests import AnyRequest, require_json_sent

SPOOL_BYTES = 8 << 20


class WantedExport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An export as a command asks for it; `words` are the parameters of a question, `language` is that of the file."""

    what: Export
    format: ExportFormat
    words: dict[str, list[str]]
    language: str = SOURCE_LANGUAGE


class WantedFigure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question as a command asks it; `words` are its parameters, and `sql` asks for what is run to answer it."""

    indicator: str
    words: dict[str, list[str]]
    sql: bool = False


class WantedChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question about where a change comes from, as a command asks it; `words` are its parameters."""

    indicator: str
    words: dict[str, list[str]]


Body = TypeVar("Body", WantedExport, WantedFigure, WantedChange)


@post("/local/proof", opt=SECRET_ONLY, include_in_schema=False, status_code=HTTP_200_OK, sync_to_thread=False)
def prove(request: AnyRequest) -> dict[str, Any]:
    """Show a command that showed it knows the secret that this server does too, so that it may say it."""
    return {"proof": server_proof(str(request.app.state.secret), request.headers.get(CHALLENGE, ""))}


@post("/local/catch-up", opt=SECRET_ONLY, include_in_schema=False, status_code=HTTP_200_OK, sync_to_thread=True)
def catch_up(facts: NamedDependency[FactStore]) -> dict[str, Any]:
    """Follow the journal to its end."""
    return {"as_of": facts.using(lambda engine: max(engine.watermarks().values(), default=0))}


@post("/local/verify", opt=SECRET_ONLY, include_in_schema=False, status_code=HTTP_200_OK, sync_to_thread=True)
def verify_facts(facts: NamedDependency[FactStore]) -> dict[str, Any]:
    """Compare every fact with its recomputation."""
    return facts.using(lambda engine: verify(facts.record, engine)).as_json()


@post("/local/rebuild", opt=SECRET_ONLY, include_in_schema=False, status_code=HTTP_200_OK)
async def rebuild(rebuilds: NamedDependency[RebuildRequests]) -> dict[str, Any]:
    """Measure everything anew; questions are answered from the old file until the new one is there."""
    await wrap_future(await to_thread(rebuilds.ask))
    return {}


@post(
    "/local/read",
    opt=SECRET_ONLY,
    before_request=require_json_sent,
    include_in_schema=False,
    status_code=HTTP_200_OK,
    sync_to_thread=True,
)
def read(body: RawBody, facts: NamedDependency[FactStore], now: NamedDependency[int]) -> dict[str, Any]:
    """Answer a question as the API does."""
    command = _read(body, WantedFigure)
    return answer_here(facts, command.indicator, command.words, now=now, sql=command.sql)


@post(
    "/local/drivers",
    opt=SECRET_ONLY,
    before_request=require_json_sent,
    include_in_schema=False,
    status_code=HTTP_200_OK,
    sync_to_thread=True,
)
def read_drivers(body: RawBody, facts: NamedDependency[FactStore], now: NamedDependency[int]) -> dict[str, Any]:
    """Say where a change comes from, as the API does."""
    wanted = _read(body, WantedChange)
    return explain_words(facts, wanted.indicator, wanted.words, now=now).as_json()


@post(
    "/local/export",
    opt=SECRET_ONLY,
    before_request=require_json_sent,
    include_in_schema=False,
    status_code=HTTP_200_OK,
)
async def export(
    request: AnyRequest,
    body: RawBody,
    facts: NamedDependency[FactStore],
    now: NamedDependency[int],
    export_limiter: NamedDependency[ExportLimiter],
) -> Stream:
    """Write an export. It is made whole before the first byte leaves, so that a refusal can still be sent."""
    command = _read(body, WantedExport)

    def made(going_on: Callable[[], None]) -> Stream:
        with ExitStack() as stack:
            file = stack.enter_context(SpooledTemporaryFile(max_size=SPOOL_BYTES))
            out, options = cast("BinaryIO", file), ExportOptions(language=command.language, going_on=going_on)
            export_words(facts, command.what, command.format, command.words, out, now=now, options=options)
            file.seek(0)
            stack.pop_all()
        return give_file(file, "application/octet-stream")

    return await export_limiter.make(request.receive, made)


def _read(body: bytes, kind: type[Body]) -> Body:
    """Read what is wanted; nesting has no place in it, so none is followed however deep it goes."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise ValidationException from error


ROUTES = (prove, catch_up, verify_facts, rebuild, read, read_drivers, export)
