"""Is there a Chromium for the browser tests, and if not, may we install one?"""

import os
import shutil
import sys

from scripts.debian import install

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium", "fonts-liberation")
MISSING = f"Chromium is missing: apt-get install {' '.join(PACKAGES)}"


def find() -> str | None:
    """Return the path of the browser: RESSENTI_CHROMIUM where it is set, else the first known name on the path."""
    named = os.environ.get("RESSENTI_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    if not find():
        install(PACKAGES, "Chromium is missing for the browser tests")
    if not find():
        print(f"ressenti: {MISSING}. The browser tests cannot run without it; the others do.", file=sys.stderr)
