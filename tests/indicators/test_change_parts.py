"""How a change is taken apart, on plain rows: the parts add up in any data, and quiet data names nothing."""

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ressenti.indicators.drivers.chain import Driver, DriverChain, DriverGroup, explain, looked_at
from ressenti.indicators.drivers.decomposition import RowSums, TwoPeriods, against_others, rate_and_mix
from ressenti.indicators.drivers.kinds import MEAN_OF_ROWS
from ressenti.indicators.significance import q_values
from tests.support.driver_rows import Rows, look_at, shares, swapped
from tests.support.environment import rounds

CHAT, EMAIL, PHONE = 1, 2, 3
PAYMENT, DELIVERY = 1, 2
SEVERAL = frozenset({"tag"})

some_rows = st.lists(
    st.builds(
        lambda is_now, value, count, channel, tags: Rows(
            is_now, value, count, {"channel": frozenset({channel}), "tag": tags or frozenset({None})}
        ),
        st.booleans(),
        st.sampled_from([0, 100, -100, 40]),
        st.integers(1, 80),
        st.sampled_from([None, CHAT, EMAIL, PHONE]),
        st.frozensets(st.sampled_from([PAYMENT, DELIVERY, 3]), max_size=3),
    ),
    min_size=2,
    max_size=16,
)


def explained(rows: Sequence[Rows]) -> DriverChain:
    return explain(look_at(rows, several=SEVERAL), least_part=0.5)


def by_key(explanation: DriverChain, dimension: str) -> dict[int | None, Driver]:
    return {one.group.key: one for one in explanation.drivers if one.group.dimension == dimension}


def both_periods(rows: Sequence[Rows]) -> bool:
    return {one.is_now for one in rows} == {False, True}


class TestAnyRows:
    @given(some_rows)
    def test_rates_and_mixes_of_a_dimension_of_one_value_are_the_change(self, rows: list[Rows]) -> None:
        assume(both_periods(rows))
        seen = look_at(rows, several=SEVERAL)(())
        change = seen.whole.now.mean - seen.whole.before.mean
        parts = [rate_and_mix(own, seen.whole) for group, own in seen.groups.items() if group.is_exclusive]

        assert sum(part.rate + part.mix for part in parts) == pytest.approx(change, abs=1e-9)

    @given(some_rows)
    def test_the_three_terms_of_each_group_are_the_change(self, rows: list[Rows]) -> None:
        assume(both_periods(rows))
        seen = look_at(rows, several=SEVERAL)(())
        change = seen.whole.now.mean - seen.whole.before.mean

        for own in seen.groups.values():
            if effect := against_others(own, seen.whole):
                assert effect.others_moved + effect.mix + effect.rate == pytest.approx(change, abs=1e-9)
                assert effect.mix + effect.rate == pytest.approx(effect.change, abs=1e-9)
                assert effect.low <= effect.change <= effect.high
                assert 0 <= effect.p <= 1

    @given(some_rows)
    def test_with_the_periods_swapped_every_part_changes_its_sign(self, rows: list[Rows]) -> None:
        assume(both_periods(rows))
        seen, back = (look_at(one, several=SEVERAL)(()) for one in (rows, swapped(rows)))

        for group, own in seen.groups.items():
            one, other = rate_and_mix(own, seen.whole), rate_and_mix(back.groups[group], back.whole)
            assert one == pytest.approx([-part for part in other], abs=1e-9)
            effect, reverse = against_others(own, seen.whole), against_others(back.groups[group], back.whole)
            assert (effect is None) == (reverse is None)
            if effect and reverse:
                assert effect[:4] == pytest.approx([-term for term in reverse[:4]], abs=1e-9)
                assert effect.p == pytest.approx(reverse.p)

    @given(some_rows)
    def test_the_steps_and_what_is_unexplained_are_the_change(self, rows: list[Rows]) -> None:
        assume(both_periods(rows))
        found = explained(rows)

        assert sum(link.step for link in found.chain) + found.unexplained == pytest.approx(found.change, abs=1e-9)

    @given(some_rows)
    def test_parts_are_those_of_the_formulas_in_fractions(self, rows: list[Rows]) -> None:
        assume(both_periods(rows))
        seen = look_at(rows, several=SEVERAL)(())

        for group, own in seen.groups.items():
            if group.is_exclusive:
                assert rate_and_mix(own, seen.whole) == pytest.approx(exactly(own, seen.whole), abs=1e-9)


def exactly(own: TwoPeriods, whole: TwoPeriods) -> tuple[float, float]:
    """Return rate and mix in whole numbers and fractions, as the definition writes them."""

    def mean(rows: RowSums) -> Fraction:
        return Fraction(rows.total) / rows.n

    w0, w1 = Fraction(own.before.n, whole.before.n), Fraction(own.now.n, whole.now.n)
    y0 = mean(own.before if own.before.n else own.now)
    y1 = mean(own.now if own.now.n else own.before)
    middle = (mean(whole.before) + mean(whole.now)) / 2
    return float((w0 + w1) / 2 * (y1 - y0)), float((w1 - w0) * ((y0 + y1) / 2 - middle))


class TestChain:
    def test_UN_13_the_same_shares_of_ten_times_as_many_are_clear_and_named(self) -> None:  # noqa: N802 - the case's name
        few, many = (
            explained(
                [
                    *shares({"channel": [CHAT]}, (600 * k, 540 * k), (500 * k, 440 * k)),
                    *shares({"channel": [EMAIL]}, (300 * k, 210 * k), (400 * k, 260 * k)),
                    *shares({"channel": [PHONE]}, (100 * k, 80 * k), (100 * k, 82 * k)),
                ]
            )
            for k in (1, 10)
        )

        assert by_key(few, "channel")[EMAIL].effect.p == pytest.approx(0.028, abs=5e-4)
        assert by_key(few, "channel")[EMAIL].q == pytest.approx(0.084, abs=5e-4)
        assert few.chain == ()
        assert many.chain[0].group == DriverGroup("channel", EMAIL, is_exclusive=True)

    def test_UN_19_a_small_change_may_be_clear_and_is_no_cause(self) -> None:  # noqa: N802 - the case's name
        found = explained(
            [
                *shares({"channel": [CHAT]}, (200_000, 170_000), (200_000, 169_200)),
                *shares({"channel": [EMAIL]}, (150_000, 127_500), (150_000, 127_500)),
                *shares({"channel": [PHONE]}, (150_000, 127_500), (150_000, 127_500)),
            ]
        )
        fallen = by_key(found, "channel")[CHAT]

        assert fallen.is_clear
        assert fallen.split is not None
        assert round(fallen.split.part, 2) == -0.16
        assert found.chain == ()

    def test_the_interval_holds_the_truth_in_95_of_100_draws(self) -> None:
        pick = random.Random(14)
        draws = rounds(1_000, nightly=10_000)
        held = 0
        for _draw in range(draws):
            whole, chat = two_channels(pick)
            effect = against_others(chat, whole)
            assert effect is not None
            held += effect.low <= TRUE_CHANGE <= effect.high

        assert 0.93 <= held / draws <= 0.97

    def test_in_19_of_20_draws_quiet_data_names_nothing(self) -> None:
        named = sum(bool(explained(quiet(random.Random(seed))).chain) for seed in range(60))

        assert named <= 3

    def test_what_others_undo_is_no_cause_of_a_change_that_could_be_chance(self) -> None:
        rows = [
            *shares({"channel": [CHAT]}, (400, 320), (400, 240)),  # 80 % before, 60 % now
            *shares({"channel": [EMAIL]}, (400, 240), (400, 316)),  # 60 % before, 79 % now
        ]
        found = explained(rows)

        assert all(driver.is_clear for driver in found.drivers)
        assert found.change == pytest.approx(-0.5)
        assert not found.is_clear
        assert list(found.chain) == []

    def test_a_planted_cause_is_named_first_and_alone(self) -> None:
        found = explained([*quiet(random.Random(5)), *shares(ids(PHONE, DELIVERY), (200, 180), (200, 90))])

        assert [(link.group.dimension, link.group.key) for link in found.chain] == [("channel", PHONE)]

    def test_a_group_with_few_rows_in_both_periods_is_not_looked_at(self) -> None:
        rows = [
            *shares({"channel": [CHAT]}, (100, 50), (100, 50)),
            *shares({"channel": [EMAIL]}, (9, 9), (9, 0)),
            *shares({"channel": [PHONE]}, (9, 9), (10, 0)),
        ]

        assert set(by_key(explained(rows), "channel")) == {CHAT, PHONE}

    def test_what_all_rows_have_is_not_looked_at(self) -> None:
        assert looked_at(look_at(shares({"channel": [CHAT]}, (100, 90), (100, 10)))(())) == ()

    def test_without_rows_before_nothing_is_clear(self) -> None:
        rows = RowSums.of_share(10, 20)

        assert not MEAN_OF_ROWS.is_clear(TwoPeriods(RowSums(0, 0, 0), rows))


def ids(channel: int, tag: int) -> dict[str, list[int | None]]:
    return {"channel": [channel], "tag": [tag]}


def quiet(pick: random.Random) -> list[Rows]:
    """Return two periods of 600 rows, of four channels and five tags, in which nothing happened."""
    return [
        Rows(is_now, 100 * (pick.random() < 0.8), 1, {"channel": frozenset({pick.randint(1, 4)}), "tag": tags})
        for is_now in (False, True)
        for _row in range(600)
        for tags in [frozenset[int | None](pick.sample(range(1, 6), pick.randint(1, 2)))]
    ]


TRUE_CHANGE = 0.4 * ((80 - 70) - (90 - 70))
"""What a channel of 40 % adds less to the whole, once it falls from 90 to 80 beside 70."""


def two_channels(pick: random.Random) -> tuple[TwoPeriods, TwoPeriods]:
    """Draw two periods of 300 rows, and return all of them and those of the channel that falls."""
    drawn = []
    for share in (0.9, 0.8):
        chat = sum(pick.random() < 0.4 for _row in range(300))
        hits, others = (sum(pick.random() < y for _row in range(n)) for n, y in ((chat, share), (300 - chat, 0.7)))
        drawn.append((RowSums.of_share(hits + others, 300), RowSums.of_share(hits, chat)))
    whole, own = zip(*drawn, strict=True)
    return TwoPeriods(*whole), TwoPeriods(*own)


@pytest.mark.parametrize(
    ("ps", "qs"),
    [
        ([], []),
        ([0.04], [0.04]),
        ([0.004, 0.03, *[0.9] * 38], [0.16, 0.6, *[0.9] * 38]),
        ([0.03, 0.01, 0.02], [0.03, 0.03, 0.03]),
    ],
)
def test_a_q_is_over_everything_looked_at(ps: list[float], qs: list[float]) -> None:
    assert q_values(ps) == pytest.approx(qs)
