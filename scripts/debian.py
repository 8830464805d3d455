"""May a package of this machine's own system be installed here, without anybody being asked?"""

import os
import shutil
import subprocess
from collections.abc import Sequence


def install(packages: Sequence[str], why: str) -> None:
    """Install packages with apt-get where that needs no question answered, having said why; else do nothing."""
    before = as_root()
    if before is None:
        return
    print(f"ressenti: {why}; installing {' and '.join(packages)} …", flush=True)
    quiet = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run([*quiet, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)


def as_root() -> list[str] | None:
    """Return what to write before apt-get here, or None where there is no apt-get or no right to use it."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False) if shutil.which("sudo") else None
    return ["sudo", "-n"] if silent and silent.returncode == 0 else None
