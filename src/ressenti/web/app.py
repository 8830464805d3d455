"""The application: every route, what it needs, and how what goes wrong is answered."""

from collections.abc import Callable
from typing import Any

from litestar import Litestar, Response
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.router import Router
from litestar.static_files import create_static_files_router

from ressenti.facts.keeper import Keeper
from ressenti.kit import clock
from ressenti.kit.refusals import Refusal
from ressenti.web import api, assets, documented, local, problems, report
from ressenti.web.admission import OPEN, require_admission
from ressenti.web.shield import Shield

YEAR_S = 365 * 24 * 3600
LARGEST_BODY = 1 << 20
"""Bytes a request may bring; an export of a thousand filters takes a tenth of it."""

HANDLERS: dict[type[Exception] | int, Callable[..., Response[Any]]] = {
    Refusal: problems.refused,
    HTTPException: problems.failed_in_http,
    Exception: problems.failed,
}


def create_app(keeper: Keeper, *, secret: str, now: Callable[[], int] = clock.now) -> Shield:
    """Return the application over the facts that a keeper holds.

    `secret` admits commands of this machine; `now` tells the moment at which something is asked, in microseconds.
    """

    def give_keeper() -> Keeper:
        return keeper

    def give_now() -> int:
        return now()

    return Shield(
        Litestar(
            route_handlers=[report.customer_experience, *api.ROUTES, *local.ROUTES, _assets()],
            dependencies={
                "keeper": Provide(give_keeper, sync_to_thread=False),
                "now": Provide(give_now, sync_to_thread=False),
            },
            guards=[require_admission],
            exception_handlers=HANDLERS,
            state=State({"secret": secret}),
            openapi_config=documented.description(),
            request_max_body_size=LARGEST_BODY,
            logging_config=None,
        )
    )


def _assets() -> Router:
    return create_static_files_router(
        path=assets.address(),
        directories=[assets.FOLDER],
        cache_control=CacheControlHeader(public=True, max_age=YEAR_S, immutable=True),
        include_in_schema=False,
        opt=OPEN,
    )
