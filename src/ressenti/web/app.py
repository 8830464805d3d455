"""The application: every route, what it needs, and how what goes wrong is answered."""

from collections.abc import Callable
from typing import Any

from litestar import Litestar, Response
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.router import Router

from ressenti.facts.rebuild_requests import RebuildRequests
from ressenti.facts.store import FactStore
from ressenti.jobs.background import BackgroundWorker
from ressenti.kit import clock
from ressenti.kit.refusals import Refusal
from ressenti.kit.urls import USUAL, PublicURL, read_public_url
from ressenti.search.index import Index
from ressenti.web.api import indicators, local_commands, openapi
from ressenti.web.auth.authenticator import Authenticator
from ressenti.web.auth.authorization import SignInNeeded, give_viewer, require_admission
from ressenti.web.pages import assets, problems
from ressenti.web.pages.account import routes as account
from ressenti.web.pages.advice import routes as advice
from ressenti.web.pages.agent import routes as agent
from ressenti.web.pages.annotations import routes as annotations
from ressenti.web.pages.comments import routes as comments
from ressenti.web.pages.conversations import routes as conversations
from ressenti.web.pages.customer_experience import routes as report
from ressenti.web.pages.definitions import routes as definitions
from ressenti.web.pages.downloads import pictures
from ressenti.web.pages.downloads import routes as downloads
from ressenti.web.pages.filters import routes as filters
from ressenti.web.pages.forms import give_form
from ressenti.web.pages.guide import routes as guide
from ressenti.web.pages.request_context import give_context
from ressenti.web.pages.saved_views import routes as saved_views
from ressenti.web.pages.sign_in import routes as sign_in
from ressenti.web.pages.subscriptions import routes as subscriptions
from ressenti.web.pages.users import routes as users
from ressenti.web.server.export_limiter import ExportLimiter
from ressenti.web.server.http_protocol import LARGEST_BODY
from ressenti.web.server.security import SecurityMiddleware

HANDLERS: dict[type[Exception] | int, Callable[..., Response[Any]]] = {
    Refusal: problems.refused,
    SignInNeeded: problems.turned_away,
    MethodNotAllowedException: problems.asked_otherwise,
    HTTPException: problems.failed_in_http,
    Exception: problems.failed,
}


def create_app(
    facts: FactStore, *, secret: str, address: PublicURL | None = None, now: Callable[[], int] = clock.now
) -> SecurityMiddleware:
    """Return the application over the facts of a record.

    `secret` admits commands of this machine; `address` is where people open the pages, by default on this machine;
    `now` returns the moment of a request, in microseconds.
    """
    authenticator = Authenticator(facts.record, address or read_public_url(USUAL))

    def give_facts() -> FactStore:
        return facts

    def give_now() -> int:
        return now()

    background = BackgroundWorker(facts.record)
    index = Index(facts.record, background)
    rebuilds = RebuildRequests(facts, background)

    def give_index() -> Index:
        return index

    def give_rebuilds() -> RebuildRequests:
        return rebuilds

    export_limiter = ExportLimiter()

    def give_export_limiter() -> ExportLimiter:
        return export_limiter

    return SecurityMiddleware(
        Litestar(
            # In one router, a path of two handlers is prepared once; each alone, the first would be wrapped twice.
            route_handlers=[
                Router(
                    "/",
                    route_handlers=[
                        *report.ROUTES,
                        *agent.ROUTES,
                        *filters.ROUTES,
                        *conversations.ROUTES,
                        *comments.ROUTES,
                        *definitions.ROUTES,
                        *guide.ROUTES,
                        *advice.ROUTES,
                        *sign_in.ROUTES,
                        *account.ROUTES,
                        *downloads.ROUTES,
                        *pictures.ROUTES,
                        *users.ROUTES,
                        *saved_views.ROUTES,
                        *annotations.ROUTES,
                        *subscriptions.ROUTES,
                        *indicators.ROUTES,
                        *local_commands.ROUTES,
                        *assets.ROUTES,
                    ],
                )
            ],
            dependencies={
                "facts": Provide(give_facts, sync_to_thread=False),
                "now": Provide(give_now, sync_to_thread=False),
                "index": Provide(give_index, sync_to_thread=False),
                "rebuilds": Provide(give_rebuilds, sync_to_thread=False),
                "export_limiter": Provide(give_export_limiter, sync_to_thread=False),
                "viewer": Provide(give_viewer, sync_to_thread=False),
                "context": Provide(give_context, sync_to_thread=False),
                "form": Provide(give_form, sync_to_thread=False),
            },
            guards=[require_admission],
            exception_handlers=HANDLERS,
            on_startup=[rebuilds.start, index.start],
            on_shutdown=[rebuilds.close, index.close, background.close, authenticator.close],
            state=State({"secret": secret, "authenticator": authenticator, "now": now}),
            compression_config=CompressionConfig(
                backend="gzip", gzip_compress_level=5, exclude=["^/take/", "^/local/", "^/static/"]
            ),
            openapi_config=openapi.description(),
            request_max_body_size=LARGEST_BODY,
            logging_config=None,
        ),
        authenticator.address,
        at_end=(rebuilds.close,),
    )
