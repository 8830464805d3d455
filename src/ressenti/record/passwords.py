"""Which passwords are good enough, and how they are kept: as argon2id leaves them, which cannot be undone."""

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal

SHORTEST = 12
"""Characters a password has at least."""
LONGEST_BYTES = 1024
AT_ONCE, IN_LINE = 2, 12
"""How many passwords are hashed at once, and how many wait for it: each takes 19 MiB and a twentieth of a second."""
_MEMORY_KIB, _ROUNDS, _LANES = 19_456, 2, 1  # the least that OWASP calls enough

_HASHER = PasswordHasher(time_cost=_ROUNDS, memory_cost=_MEMORY_KIB, parallelism=_LANES)
_line, _turn = threading.BoundedSemaphore(IN_LINE), threading.BoundedSemaphore(AT_ONCE)

_COMMON = frozenset(
    "abc abcd access account admin administrateur administrator agent amour analyst angel azerty baseball batman "
    "bienvenue bonjour changeme chaton cheval chocolat chouchou client coeur computer company compte customer default "
    "demo dragon entreprise experience football france freedom hello iloveyou internet jetaime jordan letmein loulou "
    "login london lyon maison maitre marseille martine master michael monkey motdepasse mdp nicolas ninja nothing "
    "nouveau office olivier ordinateur paris pass passe passw passwd password passwort phrase please princess "
    "princesse qwerty qwertz ressenti root satisfaction sarah secret secure security server shadow soleil starwars "
    "summer sunshine superman supervisor support survey system temp temporary test thomas toto trustno tilleul user "
    "utilisateur vacances welcome whatever wifi winter zxcvbn automne hiver printemps autumn spring january february "
    "march april june july august september october november december janvier fevrier mars avril mai juin juillet aout "
    "septembre octobre novembre decembre monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi "
    "jeudi vendredi samedi dimanche my mon ma the le la is est new".split()
)
"""Words that passwords of two of them, or of one with some digits, are made of too often; chosen by ourselves."""
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertzuiopasdfghjklyxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "a1z2e3r4t5y6u7i8o9p0",
)
_DISGUISES = str.maketrans("0134578@$!|+", "oieastbasilt")
_LONGEST_UNIT, _SHORTEST_RUN, _SHORTEST_LOCAL, _MOST_WORDS = 6, 4, 3, 2


class ShortPassword(Refusal):
    """A password that can be tried out."""

    code = "short_password"
    sentence = _("A password has at least {count} characters. A few words that only you put together are good.")


class LongPassword(Refusal):
    """A password that takes long only to be read."""

    code = "long_password"
    sentence = _("A password has at most {count} bytes.")


class CommonPassword(Refusal):
    """A password that is among the first to be tried."""

    code = "common_password"
    sentence = _("That password is among the first that somebody would try. Put a few words of your own together.")


class ManySignIns(Refusal):
    """More passwords to check than there is memory for."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "many_sign_ins"
    sentence = _("Many people are signing in at this moment. Try again in a few seconds.")


def require_good(password: str, email: str = "") -> str:
    """Return a password that may be chosen; raises ShortPassword, LongPassword and CommonPassword."""
    if len(_bytes(password)) > LONGEST_BYTES:
        raise LongPassword(count=LONGEST_BYTES)
    if len(password) < SHORTEST:
        raise ShortPassword(count=SHORTEST)
    local = email.partition("@")[0].lower()
    if is_common(password) or (len(local) >= _SHORTEST_LOCAL and local in password.lower()):
        raise CommonPassword
    return password


def hash_password(password: str) -> str:
    """Return what is kept of a password; raises ManySignIns."""
    with _taking_turns():
        return _HASHER.hash(_bytes(password))


def is_password(password: str, kept: str | None) -> bool:
    """Say whether that is the password; it takes as long where there is none. Raises ManySignIns."""
    nobodys = _nobodys()
    given = _bytes(password)
    with _taking_turns():
        try:
            return _HASHER.verify(kept or nobodys, given[:LONGEST_BYTES]) and bool(kept) and len(given) <= LONGEST_BYTES
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Say whether a password was kept with less effort than is spent today."""
    return _HASHER.check_needs_rehash(kept)


def is_common(password: str) -> bool:
    """Say whether a password is a pattern of keys, a repetition, or one or two of the words everybody takes."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", password.casefold()) if not unicodedata.combining(one))
    if any(plain == (plain[:unit] * len(plain))[: len(plain)] for unit in range(1, _LONGEST_UNIT + 1)):
        return True
    if not plain.isascii():
        return False
    core = re.sub(r"^[^a-z@$]+|[^a-z@$]+$", "", plain)  # without the year, the number and the exclamation mark
    return _is_run(plain) or _is_words(_letters(plain)) or _is_words(_letters(core.translate(_DISGUISES)))


def _is_run(plain: str) -> bool:
    """Say whether it is pieces of rows of keys, of four keys or more, but for three keys at its end."""
    found = re.sub(r"[^a-z0-9]", "", plain)
    if len(found) < _SHORTEST_RUN:
        return False
    while len(found) >= _SHORTEST_RUN:
        longest = range(len(found), _SHORTEST_RUN - 1, -1)
        piece = next((size for size in longest if _is_in_row(found[:size])), 0)
        if not piece:
            return False
        found = found[piece:]
    return True


def _is_in_row(piece: str) -> bool:
    return any(piece in row or piece in row[::-1] for row in _ROWS)


def _is_words(letters: str, most: int = _MOST_WORDS) -> bool:
    """Say whether letters are at most so many words of the list, or one of them over and over."""
    if not letters:
        return True
    heads = [letters[:size] for size in range(2, len(letters) + 1) if letters[:size] in _COMMON]
    if any(letters == head * (len(letters) // len(head)) for head in heads):
        return True
    return most > 0 and any(_is_words(letters[len(head) :], most - 1) for head in heads)


def _letters(plain: str) -> str:
    return re.sub(r"[^a-z]", "", plain)


def _bytes(password: str) -> bytes:
    """Return a password as bytes; an accent is the same whichever way a keyboard puts it together."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_bytes(16))


@contextmanager
def _taking_turns() -> Iterator[None]:
    if not _line.acquire(blocking=False):
        raise ManySignIns
    try:
        with _turn:
            yield
    finally:
        _line.release()
