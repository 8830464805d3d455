"""Tries are counted by name: an IPv4 address is one however it is written, and who has to wait is not forgotten."""

import pytest

from ressenti.web.auth import throttle
from ressenti.web.auth.throttle import Throttle
from ressenti.web.server.network import network

MINUTE = 60_000_000


@pytest.mark.parametrize(
    ("place", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::FFFF:cb00:7107", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("not an address", ""),
    ],
)
def test_a_place_is_counted_as_one(place: str, counted: str) -> None:
    assert network(place) == counted


def test_a_name_that_has_to_wait_is_not_forgotten_for_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_KEPT", 100)
    tries = Throttle(2, 15 * MINUTE)
    assert [tries.take("zoe", now=0) for _ in range(3)] == [0, 0, 15 * MINUTE]

    for number in range(1_000):
        tries.take(f"nobody-{number}", now=1)

    assert tries.take("zoe", now=2) > 0
    assert len(tries._tries) <= 100


def test_names_whose_tries_are_over_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_KEPT", 2)
    tries = Throttle(3, MINUTE)
    for name, now in (("late", 2 * MINUTE), ("old", 0), ("new", 2 * MINUTE)):
        tries.take(name, now=now)

    assert set(tries._tries) == {"late", "new"}


def test_many_new_names_do_not_keep_the_tries_of_another_uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_KEPT", 100)
    tries = Throttle(10, 60 * MINUTE)
    for number in range(100):
        tries.take(f"nobody-{number}", now=number)

    waits = [tries.take("admin", now=200 + number) for number in range(20)]

    assert sum(wait > 0 for wait in waits) == 10
