"""Which passwords are good enough, and how they are kept: as argon2id leaves them, which cannot be undone."""

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn_rs_py import Warning, zxcvbn  # noqa: A004 - its name for why a password is weak

from ressenti.kit.i18n import Sentence, _
from ressenti.kit.refusals import Exit, Refusal

SHORTEST = 12
"""Characters a password has at least."""
LONGEST_BYTES = 1024
AT_ONCE, IN_LINE = 2, 12
"""How many passwords are hashed at once, and how many wait for it: each takes 19 MiB and a twentieth of a second."""
_MEMORY_KIB, _ROUNDS, _LANES = 19_456, 2, 1  # the least that OWASP calls enough

_HASHER = PasswordHasher(time_cost=_ROUNDS, memory_cost=_MEMORY_KIB, parallelism=_LANES)
_line, _turn = threading.BoundedSemaphore(IN_LINE), threading.BoundedSemaphore(AT_ONCE)

ENOUGH = 10.0
"""How many guesses a password withstands at least, as a power of ten: ten thousand million."""
LONGEST_ESTIMATED = 100
"""Characters that are estimated: the time grows with them, and a hundred are enough."""
_SHORTEST_OWN, _MOST_OWN = 3, 60

_WHY = (
    (Warning.StraightRowsOfKeysAreEasyToGuess, _("rows of keys are easy to guess")),
    (Warning.ShortKeyboardPatternsAreEasyToGuess, _("patterns of keys are easy to guess")),
    (Warning.RepeatsLikeAaaAreEasyToGuess, _("repeated characters are easy to guess")),
    (
        Warning.RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        _("what is repeated is hardly harder to guess"),
    ),
    (Warning.ThisIsATop10Password, _("it is one of the ten most used")),
    (Warning.ThisIsATop100Password, _("it is one of the hundred most used")),
    (Warning.ThisIsACommonPassword, _("many people use it")),
    (Warning.ThisIsSimilarToACommonlyUsedPassword, _("it is like one that many people use")),
    (Warning.SequencesLikeAbcAreEasyToGuess, _("sequences like abc or 6543 are easy to guess")),
    (Warning.RecentYearsAreEasyToGuess, _("recent years are easy to guess")),
    (Warning.AWordByItselfIsEasyToGuess, _("a word by itself is easy to guess")),
    (Warning.DatesAreOftenEasyToGuess, _("dates are easy to guess")),
    (Warning.NamesAndSurnamesByThemselvesAreEasyToGuess, _("names are easy to guess")),
    (Warning.CommonNamesAndSurnamesAreEasyToGuess, _("common names are easy to guess")),
)
_ELSE = _("its parts are easy to guess")
_OWN = _("it holds your name, your address or what this installation is called")


class ShortPassword(Refusal):
    """A password that can be tried out."""

    code = "short_password"
    sentence = _("A password has at least {count} characters. A few words that only you put together are good.")


class LongPassword(Refusal):
    """A password that takes long only to be read."""

    code = "long_password"
    sentence = _("A password has at most {count} bytes.")


class CommonPassword(Refusal):
    """A password that is soon found by trying."""

    code = "common_password"
    sentence = _("That password would soon be found by trying: {why}. Put a few words together that only you would.")


class ManySignIns(Refusal):
    """More passwords to check than there is memory for."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "many_sign_ins"
    sentence = _("Many people are signing in at this moment. Try again in a few seconds.")


def require_strong_password(password: str, own: Sequence[str] = ()) -> str:
    """Return a password that may be chosen; raises ShortPassword, LongPassword and CommonPassword.

    `own` is what somebody who knows the person would try: their name, their address, their company.
    """
    if len(_bytes(password)) > LONGEST_BYTES:
        raise LongPassword(count=LONGEST_BYTES)
    if len(password) < SHORTEST:
        raise ShortPassword(count=SHORTEST)
    if why := _weakness(password, own):
        raise CommonPassword(why=Sentence(why))
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


def _weakness(password: str, own: Sequence[str]) -> str:
    """Return why a password is soon found, in words; nothing where it is not."""
    plain = _plain(password)[:LONGEST_ESTIMATED]
    if any(one in _plain(password).casefold() for one in _addresses(own)):
        return _OWN
    found = zxcvbn(plain, _words(own))
    if found.guesses_log10 >= ENOUGH:
        return ""
    if zxcvbn(plain).guesses_log10 >= ENOUGH:
        return _OWN
    warning = found.feedback.warning if found.feedback else None
    return next((why for one, why in _WHY if one == warning), _ELSE)


def _addresses(own: Sequence[str]) -> list[str]:
    """Return what stands before the @ in addresses, where it is long enough to be nobody else's word."""
    heads = (_plain(text).casefold().rpartition("@")[0] for text in own)
    return [one for one in heads if len(one) >= _SHORTEST_OWN]


def _words(own: Sequence[str]) -> list[str]:
    """Return the words in what is a person's own, whole and apart, as the estimator takes them."""
    found = {"ressenti": None}
    for text in own:
        plain = _plain(text).casefold()
        found |= dict.fromkeys([plain, *re.split(r"[\W_]+", plain)])
    return [one for one in found if len(one) >= _SHORTEST_OWN][:_MOST_OWN]


def _plain(text: str) -> str:
    """Return a text without accents, as the lists of the estimator hold words."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


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
