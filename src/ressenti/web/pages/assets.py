"""Where do a page's style sheets and scripts lie? Under an address that changes with them: browsers may keep them.

All of them are small, so they are held in memory, and pressed once. A page names the sheets it is dressed in and gets
them as one: a browser that has to ask eight times paints later.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter

from ressenti.web.auth.authorization import OPEN

FOLDER = Path(__file__).parent.parent / "static"
YEAR_S = 365 * 24 * 3600
SHEETS = "css/"
JOIN = "+"
"""What stands between the names of sheets that are asked for as one."""

_HEADERS = {"cache-control": f"max-age={YEAR_S}, public, immutable", "vary": "accept-encoding"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent: its content, the same pressed, and its media type."""

    content: bytes
    pressed: bytes
    media_type: str


@cache
def address() -> str:
    """Return the address of the assets, without a slash at its end."""
    digest = blake2b(digest_size=6)
    for name, content in _files().items():
        digest.update(name.encode())
        digest.update(content)
    return f"/static/{digest.hexdigest()}"


def sheet(*names: str) -> str:
    """Return the address of style sheets, by their names without ending and in their order, as one."""
    return f"{address()}/{SHEETS}{JOIN.join(names)}.css"


@lru_cache(maxsize=64)
def find(name: str) -> Asset | None:
    """Return a file by its path below the assets, or several sheets whose names are joined; None where one is not."""
    names = name.removeprefix(SHEETS).removesuffix(".css").split(JOIN)
    is_joined = len(set(names)) == len(names) > 1
    parts = [f"{SHEETS}{one}.css" for one in names] if is_joined else [name]
    files = _files()
    if any(part not in files for part in parts):
        return None
    content = b"".join(files[part] for part in parts)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(content, gzip.compress(content, mtime=0), media_type)


@cache
def _files() -> dict[str, bytes]:
    found = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in found}


@get(f"{address()}/{{file_path:path}}", opt=OPEN, include_in_schema=False)
async def asset(
    request: Request[Any, Any, Any], file_path: Annotated[str, PathParameter(description="The file.")]
) -> Response[bytes]:
    """Give a style sheet, a script or an icon, for good: another content would lie under another address."""
    file = find(file_path.removeprefix("/"))
    if file is None:
        raise NotFoundException
    is_pressed = "gzip" in request.headers.get("accept-encoding", "")
    headers = _HEADERS | ({"content-encoding": "gzip"} if is_pressed else {})
    return Response(file.pressed if is_pressed else file.content, media_type=file.media_type, headers=headers)


ROUTES = (asset,)
