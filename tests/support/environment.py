"""What does this machine offer the tests, and how long may they take?"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

NIGHTLY = os.environ.get("RESSENTI_NIGHTLY", "") not in {"", "0"}
"""Whether the long counts are asked for (`make nightly`)."""

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
"""Whether what is missing is a failure: in CI, all that the suite needs can be installed."""

SHARED = Path(os.environ.get("RESSENTI_SHARED") or ROOT.parent / "shared")
"""The folder beside the checkout with real data sets (`data/`) and acceptance cases (`cases/`); it may be absent."""

NO_SHARED = "NOT RUN: tests on real data (there is no folder ../shared; name another with RESSENTI_SHARED)"


PATIENCE_S = 90
"""How long something that is bound to happen is waited for, however busy the machine: what is awaited is an event."""


def rounds(usual: int, nightly: int) -> int:
    """Return how often to repeat something: few times in every run, many times at night."""
    return nightly if NIGHTLY else usual
