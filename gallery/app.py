"""The gallery as an application of its own, which has no record and knows nobody."""

from litestar import Litestar

from gallery.routes import ROUTES
from ressenti.kit.urls import USUAL, PublicURL, read_public_url
from ressenti.web.pages import assets
from ressenti.web.server.security import SecurityMiddleware


def create_gallery(address: PublicURL | None = None) -> SecurityMiddleware:
    """Return the gallery, behind the same content policy as the pages."""
    app = Litestar(route_handlers=[*ROUTES, *assets.ROUTES], openapi_config=None, logging_config=None)
    return SecurityMiddleware(app, address or read_public_url(USUAL))
