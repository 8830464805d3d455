"""`ressenti serve` without the limits of how requests are received and answers given: the control of the tests of them.

It makes as many exports at a time as are asked for, and waits for who takes an answer as long as it may take.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ressenti.cli import main
from ressenti.web import app
from ressenti.web.server import export_limiter, server

ENDLESS = 1_000_000

if __name__ == "__main__":
    unguarded: Any = server
    unguarded.ProtocolFactory = lambda *_given: HttpToolsProtocol
    unguarded.ENDED_WITHIN_S = ENDLESS
    unlimited: Any = app
    unlimited.ExportLimiter = lambda: export_limiter.ExportLimiter(ENDLESS)
    main()
