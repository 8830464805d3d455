"""What is declared is asked of servers too, without a word about it anywhere else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.engines.cluster import Cluster
from tests.support.environment import ROOT
from tests.support.scenario import World
from tests.support.site import company

pytestmark = pytest.mark.cluster


def test_a_cluster_answers_what_is_declared_nowhere_else_as_the_file_does(servers: Cluster, tmp_path: Path) -> None:
    world = company(World(tmp_path))
    world.import_()
    world.close()

    def asked(*facts: str) -> dict[str, list[dict[str, object]]]:
        command = [sys.executable, "-m", "tests.support.child_declared", "asked", str(tmp_path), *facts]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        found: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
        return found

    on_servers = asked(servers.address("declared"))["servers"]

    assert on_servers == asked()["file"]
    assert on_servers[0]["total"]["n"] == 40  # type: ignore[index]
