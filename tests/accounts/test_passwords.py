"""A password is long, is not soon found by trying, and is kept in a way that cannot be undone."""

import threading

import pytest
from zxcvbn_rs_py import Warning, zxcvbn  # noqa: A004 - its name for why a password is weak

from ressenti.accounts import passwords
from ressenti.accounts.passwords import CommonPassword, LongPassword, ManySignIns, ShortPassword
from ressenti.kit.i18n import translate

GOOD = "seven slow green trains"
OWN = ("zoe@tilleul.example", "Zoé Martin", "Maison Tilleul")


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "Tr0ub4dor&3xkcd",
        "пароль с пробелами",
        "🦔🦔🐈🐕🦜🐢🦊🐝🐌🦋🐞🦀",
        "a walk along the river" + "c" * 1002,
        "<script>alert(1)</script>",
        "mon chat aime la tarte aux prunes",
    ],
)
def test_any_characters_will_do(password: str) -> None:
    kept = passwords.hash_password(passwords.require_strong_password(password, OWN))

    assert passwords.is_password(password, kept)
    assert not passwords.is_password(password + "x", kept)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", ShortPassword),
        ("k4$Zw!pq9Lm", ShortPassword),
        ("a" * 1025, LongPassword),
        ("é" * 513, LongPassword),
        ("k4$Zw!pq9Lm" * 400, LongPassword),
        ("aaaaaaaaaaaa", CommonPassword),
        ("abababababab", CommonPassword),
        ("azertyazerty", CommonPassword),
        ("123456789012", CommonPassword),
        ("987654321098", CommonPassword),
        ("qwertyuiop12", CommonPassword),
        ("qwertyuiopasdf", CommonPassword),
        ("1qaz2wsx3edc", CommonPassword),
        ("azertyuiop123", CommonPassword),
        ("Password1234!", CommonPassword),
        ("P@ssw0rd2026!", CommonPassword),
        ("motdepasse2026", CommonPassword),
        ("PasswordPassword", CommonPassword),
        ("administrator1", CommonPassword),
        ("bienvenue2026", CommonPassword),
        ("                x", CommonPassword),
        ("a" * 11 + "b" + "c" * 1012, CommonPassword),
        ("tilleul tilleul 1", CommonPassword),
        ("ZoéMartin2026", CommonPassword),
        ("ressenti ressenti", CommonPassword),
        ("iloveyou12345", CommonPassword),
        ("202611012026", CommonPassword),
        ("............", CommonPassword),
        ("my zoe.martin 2026!", CommonPassword),
        ("ZOE.MARTIN is me", CommonPassword),
    ],
)
def test_what_is_soon_tried_is_refused(password: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        passwords.require_strong_password(password, ("zoe.martin@tilleul.example", "Zoé Martin", "Maison Tilleul"))


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("aaaaaaaaaaaa", "repeated characters are easy to guess"),
        ("Password1234!", "it is like one that many people use"),
        ("1qaz2wsx3edc", "many people use it"),
        ("Maison-Tilleul", "it holds your name, your address or what this installation is called"),
        ("my zoe.martin 2026!", "it holds your name, your address or what this installation is called"),
    ],
)
def test_why_it_is_refused_is_said(password: str, why: str) -> None:
    with pytest.raises(CommonPassword) as refused:
        passwords.require_strong_password(password, ("zoe.martin@tilleul.example", "Zoé Martin", "Maison Tilleul"))

    assert refused.value.say() == (
        f"That password would soon be found by trying: {why}. Put a few words together that only you would."
    )


def test_every_reason_of_the_estimator_has_its_sentence_in_both_languages() -> None:
    known = [getattr(Warning, name) for name in dir(Warning) if name[0].isupper()]

    assert len(known) == len(passwords._WHY) == 14
    assert all(any(one == warning for one, _why in passwords._WHY) for warning in known)
    assert all(translate(why, "fr") != why for _one, why in passwords._WHY)


def test_a_long_password_takes_no_longer_than_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def measured(password: str, *own: list[str]) -> object:
        seen.append(len(password))
        return zxcvbn(password, *own)

    monkeypatch.setattr(passwords, "zxcvbn", measured)
    passwords.require_strong_password(GOOD + "x9!k" * 250, OWN * 100)

    assert max(seen) <= 100


def test_a_local_part_of_two_letters_forbids_no_word() -> None:
    assert passwords.require_strong_password(GOOD, ("ow@tilleul.example",)) == GOOD


def test_an_accent_is_the_same_from_any_keyboard() -> None:
    kept = passwords.hash_password("ete a la mer avec toi \N{LATIN SMALL LETTER E WITH ACUTE}")

    assert passwords.is_password("ete a la mer avec toi e\N{COMBINING ACUTE ACCENT}", kept)


def test_what_is_not_a_kept_password_is_nobodys() -> None:
    assert not passwords.is_password("", None)
    assert not passwords.is_password(GOOD, None)
    assert not passwords.is_password(GOOD, "not argon")


def test_a_flood_of_sign_ins_waits_and_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most, lock, outcomes = 0, 0, threading.Lock(), []
    gate = threading.Event()

    def slow(_self: object, kept: str, password: bytes) -> bool:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        gate.wait(5)
        with lock:
            at_once -= 1
        return True

    monkeypatch.setattr(type(passwords._HASHER), "verify", slow)

    def attempt() -> None:
        try:
            outcomes.append(passwords.is_password(GOOD, "kept"))
        except ManySignIns:
            outcomes.append(False)
            if outcomes.count(False) == 28:
                gate.set()

    threads = [threading.Thread(target=attempt) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == passwords.AT_ONCE == 2
    assert (outcomes.count(True), outcomes.count(False)) == (passwords.IN_LINE, 28)
