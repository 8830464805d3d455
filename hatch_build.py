"""What does a released package need that a checkout makes? Compiled translations, and the pages' scripts."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = "src/ressenti/web/static/vendor/htmx.min.js"


class Assets(BuildHookInterface):  # type: ignore[type-arg]  # its type argument is a detail of hatchling
    """Runs before each build; users of a wheel need neither Node nor Babel's compiler."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile the translations, and refuse to build a package whose pages would miss their scripts."""
        if version == "editable":
            return
        root = Path(self.root)
        compile_ = [sys.executable, str(root / "scripts" / "messages.py"), "compile"]
        subprocess.run(compile_, check=True, env={**os.environ, "PYTHONPATH": str(root / "src")})  # noqa: S603
        if not (root / NEEDED).exists():
            sentence = f"{NEEDED} is missing: run `make setup` before building."
            raise FileNotFoundError(sentence)
