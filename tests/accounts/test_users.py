"""Who may come in: added, kept to what is theirs, changed and parted with; with sessions, tokens and links that end."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ressenti.accounts import sessions, tokens, users
from ressenti.accounts.grants import Grant
from ressenti.accounts.invitations import RESET_US, WELCOME_US, LinkEnded, find_invitation, invite, use_invitation
from ressenti.accounts.passwords import hash_password
from ressenti.accounts.permissions import Permission, Role
from ressenti.accounts.sign_in import (
    Choosing,
    NotSignedIn,
    WrongUserPassword,
    accept_invitation,
    change_password,
    sign_in,
)
from ressenti.kit.clock import DAY, HOUR, SECOND
from ressenti.kit.email_addresses import BadEmail, normalize_email
from ressenti.kit.names import ControlCharacter, LongName, NoName
from ressenti.kit.refusals import Refusal
from ressenti.record.tables import session, token, user
from tests.support.scenario import World
from tests.support.site import PASSWORD, person

ADMINISTRATOR = Grant(role=Role.ADMINISTRATOR)
MINUTE = 60 * SECOND


@pytest.fixture(scope="module")
def two_agents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import two agents of two groups once, and return the record."""
    made = World(tmp_path_factory.mktemp("agents")).settle()
    made.add("agents", agent_id="ana", name="Ana", group="Lyon").add("agents", agent_id="bo", name="Bo", group="Lille")
    assert made.import_().total.rejected == 0
    made.close()
    return made.store.path


@pytest.fixture
def world(two_agents: Path, tmp_path: Path) -> Iterator[World]:
    shutil.copy(two_agents, tmp_path / "record.db")
    made = World(tmp_path)
    yield made
    made.close()


def add(world: World, email: str, **grant: Any) -> users.User:
    with world.store.write() as connection:
        return users.create_user(connection, email=email, grant=Grant(**grant), now=world.now)


def refused(world: World, email: str, **grant: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        add(world, email, **grant)
    return refusal.value.say()


class TestEmails:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            (" Zoe.Martin@Tilleul.EXAMPLE ", "zoe.martin@tilleul.example"),
            ("zoe@bücher.example", "zoe@xn--bcher-kva.example"),
            ("zoe@xn--bcher-kva.example", "zoe@xn--bcher-kva.example"),
            ("zoe+cx@sub.tilleul.example", "zoe+cx@sub.tilleul.example"),
        ],
    )
    def test_one_address_is_written_one_way(self, given: str, kept: str) -> None:
        assert normalize_email(given) == kept

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "zoe",
            "@tilleul.example",
            "zoe@",
            "zoe@localhost",
            "zoe@tilleul.example\r\nBcc: all@tilleul.example",
            "zoe@tilleul.example\n",
            "zoe\0@tilleul.example",
            "zoe\t@tilleul.example",
            "zo e@tilleul.example",
            "zoe@til..example",
            ".zoe@tilleul.example",
            "zoe@@tilleul.example",
            "zoe@tilleul.example,bo@tilleul.example",
            "<zoe@tilleul.example>",
            "zo\N{COMBINING DIAERESIS}e@tilleul.example",
            "a" * 65 + "@tilleul.example",
            "a" * 388 + "@b.example",
            "zoe@" + "a." * 126 + "example",
            "zoe@" + "ü" * 240 + ".example",
        ],
    )
    def test_what_is_no_address_is_refused(self, given: str) -> None:
        with pytest.raises(BadEmail) as refusal:
            normalize_email(given)

        assert refusal.value.say().isprintable()
        assert len(refusal.value.say()) < 200


class TestPeople:
    def test_somebody_is_called_as_their_address_begins_until_they_say_otherwise(self, world: World) -> None:
        assert add(world, "ZOE@Tilleul.example", role=Role.ADMINISTRATOR).name == "zoe"

    def test_two_people_do_not_share_an_address(self, world: World) -> None:
        add(world, "zoe@tilleul.example", role=Role.ANALYST)

        assert "zoe@tilleul.example already" in refused(world, "ZOE@TILLEUL.EXAMPLE ", role=Role.AGENT, agents=("ana",))

    def test_a_supervisor_without_a_group_is_told_to_name_one(self, world: World) -> None:
        assert "name one at least" in refused(world, "zoe@tilleul.example", role=Role.SUPERVISOR)

    def test_an_agent_without_a_respondent_is_told_to_name_one(self, world: World) -> None:
        assert "say which agent they are" in refused(world, "zoe@tilleul.example", role=Role.AGENT)

    def test_a_group_that_is_not_there_is_answered_with_those_that_are_near(self, world: World) -> None:
        said = refused(world, "zoe@tilleul.example", role=Role.SUPERVISOR, groups=("Lyonn",))

        assert said == "There is no group called “Lyonn”. Known: Lyon, among others."

    def test_an_agent_that_is_not_there_is_answered_with_those_that_are_near(self, world: World) -> None:
        said = refused(world, "zoe@tilleul.example", role=Role.AGENT, agents=("anna",))

        assert said == "There is no agent with the identifier “anna”. Known: ana, among others."

    @pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ANALYST, Role.AGENT])
    def test_groups_for_whom_they_would_not_keep_are_refused(self, world: World, role: Role) -> None:
        given = {"agents": ("ana",)} if role is Role.AGENT else {}

        assert "Only a supervisor" in refused(world, "zoe@tilleul.example", role=role, groups=("Lyon",), **given)

    def test_a_refused_person_leaves_nothing_behind(self, world: World) -> None:
        refused(world, "zoe@tilleul.example", role=Role.SUPERVISOR, groups=("Lyon", "Lens"))

        with world.store.read() as connection:
            assert users.all_users(connection) == []

    def test_the_last_administrator_stays(self, world: World) -> None:
        person(world)
        with world.store.write() as connection:
            last = users.find_user(connection, "zoe@tilleul.example")
            for attempt in (
                lambda: users.disable_user(connection, last, now=world.now),
                lambda: users.update_user(connection, last, grant=Grant(role=Role.ANALYST)),
            ):
                with pytest.raises(users.LastAdministrator) as refusal:
                    attempt()
                assert refusal.value.status == 409

    def test_somebody_who_was_only_invited_does_not_replace_the_last_administrator(self, world: World) -> None:
        person(world)
        add(world, "bo@tilleul.example", role=Role.ADMINISTRATOR)

        with world.store.write() as connection, pytest.raises(users.LastAdministrator):
            users.disable_user(connection, users.find_user(connection, "zoe@tilleul.example"), now=world.now)

    def test_nobody_changes_their_own_role(self, world: World) -> None:
        person(world)
        person(world, email="bo@tilleul.example")

        with world.store.write() as connection:
            zoe = users.find_user(connection, "zoe@tilleul.example")
            with pytest.raises(users.OwnRole):
                users.update_user(connection, zoe, grant=Grant(role=Role.ANALYST), by=zoe.id)
            with pytest.raises(users.OwnRole):
                users.disable_user(connection, zoe, now=world.now, by=zoe.id)

    def test_somebody_who_left_comes_back_without_their_password(self, world: World) -> None:
        person(world, "analyst")
        with world.store.write() as connection:
            users.disable_user(connection, users.find_user(connection, "zoe@tilleul.example"), now=world.now)

        back = add(world, "zoe@tilleul.example", role=Role.AGENT, agents=("ana",))

        assert (back.has_password, back.disabled_at, back.grant.agents) == (False, None, ("ana",))

    @pytest.mark.parametrize(
        ("name", "wrong"), [(" ", NoName), ("a" * 121, LongName), ("Zoé\x1b[31m", ControlCharacter)]
    )
    def test_a_name_that_cannot_be_kept_is_refused(self, world: World, name: str, wrong: type[Refusal]) -> None:
        with world.store.write() as connection, pytest.raises(wrong):
            users.create_user(connection, email="zoe@tilleul.example", name=name, grant=ADMINISTRATOR, now=world.now)

    def test_a_name_stands_on_one_line(self, world: World) -> None:
        with world.store.write() as connection:
            zoe = users.create_user(
                connection, email="zoe@tilleul.example", name="Zoé\n Martin", grant=ADMINISTRATOR, now=world.now
            )

        assert zoe.name == "Zoé Martin"


class TestSigningIn:
    def test_the_address_may_be_written_in_any_way(self, world: World) -> None:
        person(world)

        assert viewer(world, sign_in(world.store, " ZOE@Tilleul.example", PASSWORD, now=world.now)) == "Zoé Martin"

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("zoe@tilleul.example", "wrong"),
            ("zoe@tilleul.example", ""),
            ("zoe@tilleul.example", PASSWORD.upper()),
            ("zoe@tilleul.example", PASSWORD + "x" * 4096),
            ("zoe@tilleul.example", "\ud800"),
            ("bo@tilleul.example", PASSWORD),
            ("' OR 1=1 --", PASSWORD),
            ("new@tilleul.example", ""),
            ("gone@tilleul.example", PASSWORD),
        ],
    )
    def test_whatever_is_wrong_is_told_the_same(self, world: World, email: str, password: str) -> None:
        person(world)
        add(world, "new@tilleul.example", role=Role.ANALYST)
        person(world, "analyst", email="gone@tilleul.example")
        with world.store.write() as connection:
            users.disable_user(connection, users.find_user(connection, "gone@tilleul.example"), now=world.now)

        with pytest.raises(NotSignedIn) as refusal:
            sign_in(world.store, email, password, now=world.now)

        assert refusal.value.say() == "That e-mail address and password do not go together."

    def test_an_unknown_address_takes_as_long_as_a_known_one(self, world: World) -> None:
        person(world)

        def took(email: str) -> float:
            begun = time.perf_counter()
            with pytest.raises(NotSignedIn):
                sign_in(world.store, email, "wrong", now=world.now)
            return time.perf_counter() - begun

        # The fastest of many, in turn: what else the machine does slows both.
        pairs = [(took("nobody@tilleul.example"), took("zoe@tilleul.example")) for _ in range(20)]
        unknown, known = (min(each) for each in zip(*pairs, strict=True))
        assert unknown == pytest.approx(known, rel=0.5)

    def test_a_password_kept_with_less_effort_is_kept_anew(self, world: World) -> None:
        from argon2 import PasswordHasher

        person(world)
        weaker = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
        with world.store.write() as connection:
            users.set_password(connection, 1, weaker)

        sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now)

        with world.store.read() as connection:
            kept = connection.execute(select(user.c.password)).scalar_one()
        assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert PASSWORD not in kept

    def test_changing_a_password_asks_for_the_present_one(self, world: World) -> None:
        person(world)

        with pytest.raises(WrongUserPassword):
            change_password(world.store, 1, "wrong", "eight slow green trains", now=world.now)
        secret = change_password(world.store, 1, PASSWORD, "eight slow green trains", now=world.now)

        assert viewer(world, secret) == "Zoé Martin"
        with pytest.raises(NotSignedIn):
            sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now)


class TestSessions:
    def test_each_sign_in_has_a_secret_of_its_own_that_is_not_kept(self, world: World) -> None:
        person(world)
        first, second = (sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now) for _ in range(2))

        assert first != second
        assert len(first) == 43  # 256 bits
        with world.store.read() as connection:
            kept = connection.execute(select(session.c.digest)).scalars().all()
        assert sorted(map(len, kept)) == [64, 64]
        assert not {first, second} & set(kept)

    @pytest.mark.parametrize(
        ("later", "is_there"),
        [(8 * HOUR - 1, True), (8 * HOUR, False), (7 * DAY, False), (-SECOND, True), (-61 * SECOND, False)],
    )
    def test_one_that_is_not_used_ends_after_eight_hours(self, world: World, later: int, is_there: bool) -> None:
        person(world)
        secret = sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now)

        world.now += later

        assert (viewer(world, secret) is not None) is is_there

    def test_one_that_is_used_ends_after_seven_days(self, world: World) -> None:
        person(world)
        secret, begun = sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now), world.now
        with world.store.write() as connection:
            while world.now < begun + 7 * DAY - HOUR:
                world.now += HOUR
                found = sessions.find_session(connection, secret, now=world.now)
                assert found is not None
                assert found.is_to_touch
                sessions.touch_session(connection, found.session_id, now=world.now)

        world.now = begun + 7 * DAY

        assert viewer(world, secret) is None

    def test_that_it_was_used_is_kept_once_a_minute(self, world: World) -> None:
        person(world)
        secret = sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now)
        with world.store.read() as connection:
            due = [
                found.is_to_touch
                for later in (0, MINUTE - 1, MINUTE)
                if (found := sessions.find_session(connection, secret, now=world.now + later))
            ]

        assert due == [False, False, True]

    @pytest.mark.parametrize("what", ["password", "role", "end", "revoke", "link"])
    def test_it_ends_at_once_with_what_it_rests_on(self, world: World, what: str) -> None:
        person(world, "analyst")
        secret = sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now)
        assert viewer(world, secret) == "Zoé Martin"

        with world.store.write() as connection:
            zoe = users.find_user(connection, "zoe@tilleul.example")
            match what:
                case "password":
                    users.set_password(connection, zoe.id, hash_password("another one"))
                case "role":
                    users.update_user(connection, zoe, grant=Grant(role=Role.SUPERVISOR, groups=("Lyon",)))
                case "end":
                    users.disable_user(connection, zoe, now=world.now)
                case "revoke":
                    sessions.end_session(connection, zoe.id, 1)
                case _:
                    sessions.end_own_session(connection, secret)

        assert viewer(world, secret) is None

    def test_nobody_ends_somebody_elses(self, world: World) -> None:
        person(world)
        secret = sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now)
        with world.store.write() as connection:
            sessions.end_session(connection, 2, 1)

        assert viewer(world, secret) == "Zoé Martin"

    def test_what_somebody_is_kept_to_changes_with_the_next_question(self, world: World) -> None:
        person(world, "supervisor", groups=("Lyon",))
        secret = sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now)
        with world.store.write() as connection:
            first = sessions.find_session(connection, secret, now=world.now)
            zoe = users.find_user(connection, "zoe@tilleul.example")
            users.update_user(connection, zoe, grant=Grant(role=Role.SUPERVISOR, groups=("Lille", "Lyon")))
            then = sessions.find_session(connection, secret, now=world.now)

        assert first is not None
        assert then is not None
        assert [(key, len(ids)) for key, ids in first.viewer.within] == [("group", 1)]
        assert [(key, len(ids)) for key, ids in then.viewer.within] == [("group", 2)]

    @pytest.mark.parametrize("secret", ["", "x", "x" * 10_000, "\ud800", "' OR 1=1 --"])
    def test_what_nobody_was_given_is_nobodys(self, world: World, secret: str) -> None:
        person(world)

        assert viewer(world, secret) is None


class TestTokens:
    def test_one_is_shown_once_and_its_secret_is_not_kept(self, world: World) -> None:
        made, text = token_of(world)

        assert text.startswith(f"rsp_{made.public_id}_")
        assert len(text) == 4 + 8 + 1 + 43
        with world.store.read() as connection:
            assert text[13:] not in connection.execute(select(token.c.digest)).scalar_one()

    @pytest.mark.parametrize(
        ("days", "later", "is_open"),
        [(90, 90 * DAY - 1, True), (90, 90 * DAY, False), (1, DAY, False), (None, 3650 * DAY, True)],
    )
    def test_it_ends_on_its_day(self, world: World, days: int | None, later: int, is_open: bool) -> None:
        _made, text = token_of(world, days=days)

        assert (bearer_of(world, text, later=later) is not None) is is_open

    def test_a_revoked_one_opens_nothing_and_keeps_its_name(self, world: World) -> None:
        _made, text = token_of(world)
        with world.store.write() as connection:
            tokens.revoke_token(connection, "warehouse", now=world.now)

        assert bearer_of(world, text) is None
        with pytest.raises(tokens.TokenExists):
            token_of(world)

    def test_half_of_one_is_none(self, world: World) -> None:
        made, text = token_of(world)
        other = token_of(world, name="other")[1]

        for wrong in (text[:-1], text + "a", text.upper(), f"rsp_{made.public_id}_{other[13:]}", f" {text}", ""):
            assert bearer_of(world, wrong) is None

    def test_it_is_kept_to_what_is_its_own(self, world: World) -> None:
        _made, text = token_of(world, grant=Grant(role=Role.AGENT, agents=("ana",)))
        found = bearer_of(world, text)

        assert found is not None
        assert [(key, len(ids)) for key, ids in found.within] == [("agent", 1)]
        assert not found.may(Permission.EXPORT)

    def test_a_revoked_name_that_is_none_is_answered_with_the_nearest(self, world: World) -> None:
        token_of(world)

        with world.store.write() as connection, pytest.raises(tokens.UnknownToken, match="Known: warehouse"):
            tokens.revoke_token(connection, "wharehouse", now=world.now)


class TestLinks:
    CHOSEN = Choosing("Zoé Martin", PASSWORD, "zoe@tilleul.example")

    def test_the_first_one_makes_the_administrator_once(self, world: World) -> None:
        secret = link(world, None)

        assert len(secret) == 32  # 192 bits
        assert viewer(world, accept_invitation(world.store, secret, self.CHOSEN, now=world.now)) == "Zoé Martin"
        with pytest.raises(LinkEnded):
            accept_invitation(world.store, secret, self.CHOSEN, now=world.now)

    def test_a_new_one_ends_the_one_before(self, world: World) -> None:
        before, after = link(world, None), link(world, None)

        assert is_open(world, after)
        assert not is_open(world, before)

    def test_the_first_one_ends_where_there_is_an_administrator(self, world: World) -> None:
        secret = link(world, None)
        person(world)

        assert not is_open(world, secret)

    def test_one_for_somebody_new_lasts_a_day_and_one_for_another_password_half_an_hour(self, world: World) -> None:
        new, known = add(world, "new@tilleul.example", role=Role.ANALYST), person(world)
        with world.store.read() as connection:
            zoe = users.find_user(connection, known)

        for whom, lasts in ((new, WELCOME_US), (zoe, RESET_US)):
            secret = link(world, whom)
            assert is_open(world, secret, later=lasts - 1)
            assert not is_open(world, secret, later=lasts)
        assert (WELCOME_US, RESET_US) == (24 * HOUR, 30 * MINUTE)

    def test_one_of_somebody_who_left_is_none(self, world: World) -> None:
        secret = link(world, new := add(world, "new@tilleul.example", role=Role.ANALYST))
        with world.store.write() as connection:
            users.disable_user(connection, new, now=world.now)

        assert not is_open(world, secret)

    def test_a_password_that_is_refused_leaves_the_link_open(self, world: World) -> None:
        secret = link(world, None)
        with pytest.raises(Refusal):
            accept_invitation(world.store, secret, Choosing("Zoé", "short", "zoe@tilleul.example"), now=world.now)

        assert is_open(world, secret)

    def test_two_who_open_it_at_once_are_not_both_first(self, world: World) -> None:
        secret = link(world, None)
        with world.store.write() as connection:
            use_invitation(connection, secret, now=world.now)
            with pytest.raises(LinkEnded):
                use_invitation(connection, secret, now=world.now)


def viewer(world: World, secret: str) -> str | None:
    """Return the name of who holds a session's secret."""
    with world.store.read() as connection:
        found = sessions.find_session(connection, secret, now=world.now)
    return None if found is None else found.viewer.name


def token_of(
    world: World, *, name: str = "warehouse", grant: Grant = ADMINISTRATOR, days: int | None = 90
) -> tuple[tokens.ApiToken, str]:
    with world.store.write() as connection:
        return tokens.add_token(connection, name=name, grant=grant, now=world.now, days=days)


def bearer_of(world: World, text: str, *, later: int = 0) -> Any:
    with world.store.read() as connection:
        return tokens.find_bearer(connection, text, now=world.now + later)


def link(world: World, whom: users.User | None) -> str:
    with world.store.write() as connection:
        return invite(connection, whom, now=world.now)


def is_open(world: World, secret: str, *, later: int = 0) -> bool:
    try:
        with world.store.read() as connection:
            find_invitation(connection, secret, now=world.now + later)
    except LinkEnded:
        return False
    return True
