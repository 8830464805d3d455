"""What administrators decide about sites, rules and groups, and what is refused of it."""

from pathlib import Path

import pytest

from ressenti.desk import setup
from ressenti.desk.refusals import BadSpan, SiteKeyTaken, UnknownMember, UnknownRule
from ressenti.desk.settings import DeskSettings, desk_settings, set_desk_settings
from ressenti.kit.clock import MINUTE
from ressenti.record.projects import ensure_project
from ressenti.record.write_transaction import writing as transaction
from tests.support.live_shop import LiveShop


@pytest.fixture
def shop(tmp_path: Path) -> LiveShop:
    return LiveShop(tmp_path)


def test_a_site_that_is_changed_keeps_its_secret(shop: LiveShop) -> None:
    with shop.writing() as tx:
        changed = setup.add_site(tx, "tilleul", origins=("https://a.example",), rules=("shop",), has_form=True)

    assert (changed.secret, changed.id, changed.has_form) == (shop.site.secret, shop.site.id, True)
    assert changed.origins == ("https://a.example",)


def test_the_site_of_another_project_is_not_taken_over(shop: LiveShop) -> None:
    with shop.store.write() as connection:
        other = ensure_project(connection, "other").id
        with transaction(connection, other, now=shop.now) as tx, pytest.raises(SiteKeyTaken):
            setup.set_rule(tx, "shop", ("sales",))
            setup.add_site(tx, "tilleul", origins=(), rules=("shop",))

    with shop.store.read() as connection:
        assert setup.find_site(connection, "tilleul") == shop.site


def test_whom_nobody_knows_is_named_in_the_refusal(shop: LiveShop) -> None:
    with shop.writing() as tx:
        with pytest.raises(UnknownMember, match="zoe"):
            setup.set_distribution_group(tx, "sales", ("ana", "zoe"))
        with pytest.raises(UnknownRule, match="night"):
            setup.add_site(tx, "tilleul", origins=(), rules=("night",))


def test_what_a_project_does_not_set_follows_the_defaults(shop: LiveShop) -> None:
    with shop.writing() as tx:
        set_desk_settings(tx.connection, shop.project, {"gone_us": MINUTE})
        with pytest.raises(BadSpan, match="gone_us"):
            set_desk_settings(tx.connection, shop.project, {"gone_us": 0})
        with pytest.raises(BadSpan, match="whatever"):
            set_desk_settings(tx.connection, shop.project, {"whatever": 1})

    with shop.store.read() as connection:
        assert desk_settings(connection, shop.project) == DeskSettings(gone_us=MINUTE)


def test_who_joins_a_group_is_given_what_waits_in_it(shop: LiveShop) -> None:
    shop.available("ana")
    for visitor in ("v1", "v2", "v3"):
        shop.says(visitor)
    shop.available("cleo")
    assert shop.owner("v3") is None

    with shop.writing() as tx:
        setup.set_distribution_group(tx, "sales", ("ana", "ben", "cleo"))
    assert shop.owner("v3") == "cleo"
