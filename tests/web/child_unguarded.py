"""`ressenti serve` as it would be without what limits the receiving of requests: the control of the tests of it."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ressenti.cli import main
from ressenti.web import server

if __name__ == "__main__":
    unguarded: Any = server
    unguarded.Reception = lambda *_given: HttpToolsProtocol
    main()
