"""Is there a ClickHouse server for the tests of a cluster, and if not, may we install one?"""

import os
import shutil
import sys

from scripts.debian import install

PACKAGES = ("clickhouse-server",)
MISSING = f"ClickHouse is missing: apt-get install --no-install-recommends {' '.join(PACKAGES)}"


def find() -> str | None:
    """Return the path of the server, which Debian keeps where only root looks."""
    return shutil.which("clickhouse-server", path=os.pathsep.join((*os.get_exec_path(), "/usr/sbin")))


if __name__ == "__main__":
    if not find():
        install(PACKAGES, "ClickHouse is missing for the tests of a cluster")
    if not find():
        print(f"ressenti: {MISSING}. The tests of a cluster fail without it.", file=sys.stderr)
