"""Where do a page's style sheets and scripts lie? Under an address that changes with them: browsers may keep them."""

from functools import cache
from hashlib import blake2b
from pathlib import Path

FOLDER = Path(__file__).parent / "static"


@cache
def address() -> str:
    """Return the address of the assets, without a slash at its end."""
    digest = blake2b(digest_size=6)
    for path in sorted(one for one in FOLDER.rglob("*") if one.is_file()):
        digest.update(path.relative_to(FOLDER).as_posix().encode())
        digest.update(path.read_bytes())
    return f"/static/{digest.hexdigest()}"
