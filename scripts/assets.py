"""Which files of others do the pages load, and how do they get into the package?"""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src" / "ressenti" / "web" / "static" / "vendor"

ASSETS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE": "htmx.org/LICENSE",
}
"""The name in the package, and where npm puts the file; each with its licence."""


def copy() -> None:
    """Replace the vendor folder by exactly the files named above."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, source in ASSETS.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)


if __name__ == "__main__":
    copy()
