"""What may a request be: its parameters once each, and an answer of a kind that it can take."""

from collections.abc import Container
from typing import Any

from litestar import MediaType, Request
from litestar.datastructures.headers import MediaTypeHeader
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_406_NOT_ACCEPTABLE, HTTP_415_UNSUPPORTED_MEDIA_TYPE

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal

AnyRequest = Request[Any, Any, Any]


class DuplicateParameter(Refusal):
    """A parameter that may be given once was given twice."""

    status, code = 400, "duplicate_parameter"
    sentence = _("“{name}” was given more than once, and only one of them can be meant.")


def once_each(request: AnyRequest, *, but: Container[str] = ()) -> dict[str, list[str]]:
    """Return the parameters of an address; raises DuplicateParameter where one not among `but` is there twice."""
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.items():
        if name in found and name not in but:
            raise DuplicateParameter(name=name)
        found.setdefault(name, []).append(value)
    return found


def require_json_accepted(request: AnyRequest) -> None:
    """Refuse a request that takes no JSON: nothing else is there to give."""
    if not is_accepted(request.headers.get("accept", ""), MediaType.JSON):
        raise HTTPException(status_code=HTTP_406_NOT_ACCEPTABLE)


def is_accepted(accept: str, media_type: str) -> bool:
    """Say whether an `Accept` header takes a kind: the most specific range that names it decides (RFC 9110, 12.5.1)."""
    wanted = MediaTypeHeader(media_type)
    ranges = [one for one in map(MediaTypeHeader, accept.split(",")) if one.maintype]
    matching = [one.priority[::-1] for one in ranges if wanted.match(one)]
    return not ranges or (bool(matching) and max(matching)[1] > 0)


def require_json_sent(request: AnyRequest) -> None:
    """Refuse a body that is not plain JSON: no other kind is read, and none is unpacked."""
    if request.content_type[0] != MediaType.JSON or "content-encoding" in request.headers:
        raise HTTPException(status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)
