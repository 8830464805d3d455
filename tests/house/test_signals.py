"""Children of the tests have the signals of a terminal's, however the tests themselves were started."""

import signal
import subprocess
import sys

import pytest

from tests.support.environment import ROOT

ASK = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
"""What a child says of itself: whether Ctrl-C would end it."""
CHILD = f"""
import subprocess, sys
from tests import conftest
conftest._give_children_their_own_signals() if {{gives}} else None
print(subprocess.run([sys.executable, "-c", {ASK!r}], capture_output=True, text=True, check=True).stdout)
"""


@pytest.mark.parametrize("gives", [True, False])
def test_started_with_ctrl_c_ignored_the_tests_start_children_that_it_ends(*, gives: bool) -> None:
    words = [sys.executable, "-c", CHILD.format(gives=gives)]
    done = subprocess.run(
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == str(gives)  # without it, they ignore what their parent ignores


def test_it_was_done_for_all_tests() -> None:
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
