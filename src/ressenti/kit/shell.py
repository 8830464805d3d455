"""Commands that are told to people: quoted as a shell wants it, whatever stands in them."""

import shlex


def command(*words: str) -> str:
    """Return a command of ours to be typed or pasted: names and paths from outside arrive in it as they are."""
    return shlex.join(("ressenti", *words))
