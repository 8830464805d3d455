"""One run in a process of its own, so that its time and its memory are its own."""

import json
import resource
import subprocess
import sys
import time
from importlib import import_module
from typing import Any, Self

MIB = 1024


class Watch:
    """How long a block takes: by the clock, and of the processor, which says more on a busy machine."""

    seconds = 0.0
    cpu_s = 0.0

    def __enter__(self) -> Self:
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_error: object) -> None:
        self.seconds = time.perf_counter() - self._began[0]
        self.cpu_s = time.process_time() - self._began[1]

    def as_json(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "cpu_s": self.cpu_s}


def run(function: str, **given: Any) -> dict[str, Any]:
    """Run `module:function` in a child with these words; return what it returns, and its `peak_mib`."""
    command = [sys.executable, "-m", "bench.child", function, json.dumps(given)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(function: str, given: str) -> None:
    """Do the work, and say what came of it."""
    module, name = function.split(":")
    found = getattr(import_module(module), name)(**json.loads(given))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps((found or {}) | {"peak_mib": peak / MIB}))


if __name__ == "__main__":
    main(*sys.argv[1:])
