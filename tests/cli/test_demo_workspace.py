"""What the demonstration's administrator finds kept: nothing is first seen empty, and nothing is sent to anybody."""

from pathlib import Path

import pytest

from ressenti.accounts.users import all_users
from ressenti.cli.demo_users import sign_ins
from ressenti.kit.clock import from_us
from ressenti.workspace.annotations import list_annotations
from ressenti.workspace.saved_views import list_views
from ressenti.workspace.subscriptions import list_subscriptions
from tests.support.demonstration import NOW, demonstration
from tests.support.scenario import World
from tests.support.site import Site, Words, plain


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = demonstration(tmp_path, 100)
    sign_ins(made.store, now=NOW, tongue="en")
    return made


def test_there_are_markers_two_views_that_are_shared_and_a_report_that_is_off(world: World) -> None:
    with world.store.read() as connection:
        [camille] = [one for one in all_users(connection) if one.email.startswith("administrator@")]
        markers = [(str(from_us(one.at).date()), one.kind.value) for one in list_annotations(connection)]
        own, _shared = list_views(connection, camille.id)
        [report] = list_subscriptions(connection)

    assert markers == [
        ("2026-04-15", "action"),
        ("2026-07-20", "action"),
        ("2026-08-13", "training"),
        ("2026-11-01", "action"),
    ]
    assert [one.is_shared for one in own] == [True, True]
    assert (report.is_on, report.plan.recipients) == (False, ("nobody@maisontilleul.example",))


def test_the_views_that_are_kept_can_be_shown(world: World) -> None:
    with world.store.read() as connection:
        [camille] = [one for one in all_users(connection) if one.email.startswith("administrator@")]
        own, _shared = list_views(connection, camille.id)
    with Site(world) as site:
        statuses = [site.get(one.address).status_code for one in own]

    assert statuses == [200, 200]


def test_in_french_the_views_name_what_is_there_in_french(tmp_path: Path) -> None:
    made = demonstration(tmp_path, 300, language="fr")
    sign_ins(made.store, now=NOW, tongue="fr")
    with made.store.read() as connection:
        [camille] = [one for one in all_users(connection) if one.email.startswith("administrator@")]
        own, _shared = list_views(connection, camille.id)
    returns = next(one for one in own if one.name.startswith("Retours"))
    with Site(made) as site:
        page = plain(Words(site.get(f"{returns.address}&whole=yes&lang=fr").text).text)

    assert "Retours" in page
    assert "Returns" not in page


def test_what_was_changed_since_stays_as_it_is(world: World) -> None:
    before = world.store.version()
    sign_ins(world.store, now=NOW, tongue="en")

    assert world.store.version() == before
