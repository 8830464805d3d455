"""What a form says: its fields as text, where it is one, and not too many."""

from urllib.parse import parse_qsl

from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_415_UNSUPPORTED_MEDIA_TYPE

from ressenti.web.server.requests import AnyRequest

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 1_000


class FormFields:
    """The fields of a form that was sent."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        """Return a field, "" where it is not there; raises ValidationException where it is there twice."""
        found = self.all(name)
        if len(found) > 1:
            raise ValidationException
        return found[0] if found else ""

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for key, value in self._fields if key == name]


def read_form(request: AnyRequest, body: bytes) -> FormFields:
    """Read what a form sent; raises what the framework answers with 415 or 400 where it is none."""
    if request.content_type[0] != FORM or "content-encoding" in request.headers:
        raise HTTPException(status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)
    try:
        return FormFields(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise ValidationException from error
