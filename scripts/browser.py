"""Is there a Chromium for the browser tests, and if not, may we install one?"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium", "fonts-liberation")
MISSING = f"Chromium is missing: apt-get install {' '.join(PACKAGES)}"


def find() -> str | None:
    """Return the path of the browser: RESSENTI_CHROMIUM where it is set, else the first known name on the path."""
    named = os.environ.get("RESSENTI_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def install() -> bool:
    """Install the browser with apt-get where that needs no question answered, and say whether it is there now."""
    before = as_root()
    if before is None:
        return False
    print(f"ressenti: Chromium is missing; installing {' and '.join(PACKAGES)} for the browser tests …", flush=True)
    quiet = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*quiet, "update"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    subprocess.run(
        [*quiet, "install", "-y", "--no-install-recommends", *PACKAGES],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return find() is not None


def as_root() -> list[str] | None:
    """Return what to write before apt-get here, or None where there is no apt-get or no right to use it."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False) if shutil.which("sudo") else None
    return ["sudo", "-n"] if silent and silent.returncode == 0 else None


if __name__ == "__main__":
    if not (find() or install()):
        print(f"ressenti: {MISSING}. The browser tests cannot run without it; the others do.", file=sys.stderr)
