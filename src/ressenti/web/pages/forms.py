"""How is a form taken, refused, and shown again with what was typed? The same way on every page.

A handler asks for the fields (`form: Form`) and hands them to what takes them. Where that raises a Refusal, the page is
shown again with a `RefusedForm`; where it does not, the browser goes on by `see_other`, so that nothing is sent twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

from litestar import Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, ValidationException
from litestar.params import RawBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_415_UNSUPPORTED_MEDIA_TYPE

from ressenti.kit.refusals import Refusal
from ressenti.web.auth.authenticator import TooManyTries
from ressenti.web.pages.page_context import PageContext, show
from ressenti.web.server.requests import AnyRequest

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 1_000


class FormFields:
    """The fields of a form, as they were typed or as they are to be filled in; a template reads `typed.name`."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self._fields = tuple(fields)

    @classmethod
    def of(cls, **fields: str | Sequence[str]) -> Self:
        """Fill in a form that nobody has sent yet."""
        values = ((name, (value,) if isinstance(value, str) else value) for name, value in fields.items())
        return cls([(name, value) for name, several in values for value in several])

    def text(self, name: str) -> str:
        """Return a field, "" where it is not there; raises ValidationException where it is there twice."""
        values = self.texts(name)
        if len(values) > 1:
            raise ValidationException
        return values[0] if values else ""

    def texts(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for key, value in self._fields if key == name]

    def __getitem__(self, name: str) -> str:
        return self.text(name)


NO_FIELDS = FormFields(())
"""A form that has none, only a button."""
Form = NamedDependency[FormFields]
"""How a handler asks for the fields that were sent, as `form`."""


def give_form(request: AnyRequest, body: RawBody) -> FormFields:
    """Read what a form sent; raises what the framework answers with 415 or 400 where it is none."""
    if request.content_type[0] != FORM or "content-encoding" in request.headers:
        raise HTTPException(status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)
    try:
        return FormFields(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise ValidationException from error


@dataclass(frozen=True, slots=True)
class RefusedForm:
    """A form that cannot be taken: why, what was typed, and which of the page's forms it is, "" where there is one."""

    refusal: Refusal
    typed: FormFields = NO_FIELDS
    name: str = ""


def show_form(page: PageContext, template: str, refused: RefusedForm | None, **content: Any) -> Response[Any]:
    """Answer with a page that has forms; it finds `wrong`, why one was refused, and `where`, which: "" for neither."""
    if refused is None:
        return show(page, template, wrong="", where="", **content)
    refusal = refused.refusal
    wrong = refusal.say(page.language)
    response = show(page, template, status=refusal.status, wrong=wrong, where=refused.name, **content)
    if isinstance(refusal, TooManyTries):
        response.headers["retry-after"] = str(refusal.wait_s)
    return response


def see_other(address: str, cookies: Sequence[Cookie] = ()) -> Redirect:
    """Lead on to a page once a form is taken: loading it again sends nothing again."""
    return Redirect(address, status_code=HTTP_303_SEE_OTHER, cookies=list(cookies))
