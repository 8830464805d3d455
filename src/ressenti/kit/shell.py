"""Commands that are shown to people, quoted for the shell."""

import shlex
from collections.abc import Sequence


def command(verb: str, *operands: str, options: Sequence[str] = ()) -> str:
    """Return a command of ours to be typed or pasted: names and paths from outside arrive in it as they are.

    An operand that begins with a dash would be taken for an option; then the options come first and `--` ends them.
    """
    words = [*operands, *options]
    if any(operand.startswith("-") for operand in operands):
        words = [*options, "--", *operands]
    return shlex.join(("ressenti", verb, *words))
