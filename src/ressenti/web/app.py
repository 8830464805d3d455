"""The application: every route, what it needs, and how what goes wrong is answered."""

from collections.abc import Callable
from typing import Any

from litestar import Litestar, Response
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router

from ressenti import __version__
from ressenti.facts.keeper import Keeper
from ressenti.kit.refusals import Refusal
from ressenti.web import api, assets, local, problems, report
from ressenti.web.shield import Shield

YEAR_S = 365 * 24 * 3600


def create_app(keeper: Keeper, *, secret: str) -> Shield:
    """Return the application over the facts that a keeper holds; `secret` admits commands of this machine."""

    def give_keeper() -> Keeper:
        return keeper

    handlers: dict[type[Exception] | int, Callable[..., Response[Any]]] = {
        Refusal: problems.refused,
        HTTPException: problems.failed_in_http,
        Exception: problems.failed,
    }
    static = create_static_files_router(
        path=assets.address(),
        directories=[assets.FOLDER],
        cache_control=CacheControlHeader(public=True, max_age=YEAR_S, immutable=True),
        include_in_schema=False,
    )
    app = Litestar(
        route_handlers=[
            report.customer_experience,
            api.list_indicators,
            api.list_dimensions,
            api.read_indicator,
            local.catch_up,
            local.verify_facts,
            local.rebuild,
            local.export,
            static,
        ],
        dependencies={"keeper": Provide(give_keeper, sync_to_thread=False)},
        exception_handlers=handlers,
        state=State({"secret": secret}),
        openapi_config=OpenAPIConfig(
            title="Ressenti",
            version=__version__,
            description="Figures of customer experience: the same questions as the command line.",
            path="/api/v1",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
    )
    return Shield(app)
