"""`python -m bench [--only NAME] [--size N]`: measure, print as it goes, keep it all in build/bench.json."""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import browsing, commands, importing, machine, reading, rebuilding
from bench.facts import measuring as facts
from bench.figures import Figure

BUILD = Path(__file__).resolve().parent.parent / "build"

Measure = Callable[[Path, int | None], Iterator[Figure]]
MEASURES: dict[str, Measure] = {
    "import": importing.measure_conversations,
    "messages": importing.measure_messages,
    "rebuild": rebuilding.measure,
    "read": reading.measure,
    "facts": facts.measure,
    "start": commands.measure_start,
    "serve": commands.measure_server,
    "browse": browsing.measure,
}


def main() -> None:
    """Run the measures asked for, one after another."""
    asked = _arguments()
    BUILD.mkdir(exist_ok=True)
    found: dict[str, Any] = {"machine": machine.described(), "measures": {}}
    print("\n".join(f"{name}: {value}" for name, value in found["machine"].items()))
    for name in asked.only or MEASURES:
        found["measures"][name] = _measured(name, asked.size)
        (BUILD / "bench.json").write_text(json.dumps(found, indent=2) + "\n")
    print(f"\nKept in {(BUILD / 'bench.json').relative_to(BUILD.parent)}.")


def _measured(name: str, size: int | None) -> dict[str, Any]:
    start = time.perf_counter()
    figures = []
    with TemporaryDirectory(prefix="bench-", dir=BUILD) as work:
        now = machine.calibrated(Path(work))
        busy = f"loop {now['loop_s']:.3f} s, fsync {now['fsync_ms']:.2f} ms, load {now['load']:.1f}"
        print(f"\n{name}  ({busy})", flush=True)
        for figure in MEASURES[name](Path(work), size):
            print(figure.say(), flush=True)
            figures.append(figure.as_json())
    return {"calibration": now, "took_s": time.perf_counter() - start, "figures": figures}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=MEASURES, help="this measure alone; may be repeated")
    parser.add_argument("--size", type=_size, help="how many conversations, as 10M or 10000000, not each measure's own")
    return parser.parse_args()


def _size(text: str) -> int:
    return int(text[:-1]) * 1_000_000 if text.endswith("M") else int(text)


if __name__ == "__main__":
    main()
