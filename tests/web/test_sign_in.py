"""Signing in and out, choosing passwords with a link, and the pages of people, as a browser sends their forms."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from ressenti.accounts.invitations import invite
from ressenti.accounts.sessions import find_session
from ressenti.accounts.sign_in import change_password
from ressenti.accounts.users import find_user
from ressenti.kit.clock import DAY, HOUR, SECOND
from ressenti.web.auth.authenticator import TooManyTries
from tests.support.scenario import World
from tests.support.site import HERE, HOSTILE, PASSWORD, Site, Words, bearer, person, problem

MINUTE = 60 * SECOND
OTHER = "eight slow green trains"
WRONG = "wrong"
TILLEUL = "https://ressenti.tilleul.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path).settle(name="Tilleul")
    made.add("agents", agent_id="ana", name="Ana", group="Lyon").add(
        "agents", agent_id="bo", name=HOSTILE, group="Lille"
    )
    made.conversation(messages=[("visitor", "10:00"), ("agent:ana", "10:05")], csat=5)
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture
def visitor(world: World) -> Site:
    """Return a browser in which nobody signed in."""
    return browser(world)


def browser(world: World, **options: Any) -> Site:
    opened = Site(world, None, **options)
    opened.headers.update(HERE)
    return opened


def enter(site: Site, email: str = "zoe@tilleul.example", password: str = PASSWORD, to: str = "/sign-in") -> Response:
    return site.post(to, data={"email": email, "password": password}, follow_redirects=False)


def said(answer: Response) -> str:
    """Return what a page says went wrong."""
    found = re.search(r'<p class="wrong" role="alert">.*?<span>(.*?)</span></p>', answer.text, re.DOTALL)
    return found[1] if found else ""


def link(world: World, email: str | None = None) -> str:
    with world.store.write() as connection:
        return f"/welcome/{invite(connection, find_user(connection, email) if email else None, now=world.now)}"


def stand_where_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a browser come from the place of the network that it names in a header."""
    stated = property(lambda context: context.request.headers["x-place"])
    monkeypatch.setattr("ressenti.web.pages.request_context.RequestContext.client_address", stated)


class TestSigningIn:
    def test_somebody_comes_in_and_goes_on_to_where_they_were_going(self, world: World, visitor: Site) -> None:
        person(world)
        answer = enter(visitor, to="/sign-in?next=%2Fme%3Flang%3Den")

        assert (answer.status_code, answer.headers["location"]) == (303, "/me?lang=en")
        assert "Zoé Martin" in visitor.get("/me").text

    def test_the_session_a_browser_came_with_is_ended(self, world: World, visitor: Site) -> None:
        person(world)
        person(world, "analyst", email="ada@tilleul.example")
        enter(visitor)
        before = visitor.cookies["ressenti"]
        enter(visitor, "ada@tilleul.example")
        after = visitor.cookies["ressenti"]

        with world.store.read() as connection:
            assert find_session(connection, before, now=world.now) is None
            assert find_session(connection, after, now=world.now) is not None

    def test_a_sign_in_that_fails_ends_nothing(self, world: World, visitor: Site) -> None:
        person(world)
        enter(visitor)
        enter(visitor, password=WRONG)

        assert visitor.get("/me").status_code == 200

    @pytest.mark.parametrize(
        "going",
        [
            "//elsewhere.example",
            "https://elsewhere.example",
            "/\\elsewhere.example",
            "\\\\elsewhere.example",
            "/\t/elsewhere.example",
            "/\r\nSet-Cookie: a=b",
            "javascript:alert(1)",
            " //elsewhere.example",
            "elsewhere.example",
            "/" + "a" * 3000,
            "",
        ],
    )
    def test_nobody_is_sent_elsewhere_after_it(self, world: World, visitor: Site, going: str) -> None:
        person(world)
        answer = visitor.post(
            "/sign-in",
            params={"next": going},
            data={"email": "zoe@tilleul.example", "password": PASSWORD},
            follow_redirects=False,
        )

        assert (answer.status_code, answer.headers["location"]) == (303, "/")

    def test_whoever_is_in_goes_straight_on(self, world: World, visitor: Site) -> None:
        visitor.enter(person(world))

        assert visitor.get("/sign-in?next=/me", follow_redirects=False).headers["location"] == "/me"

    def test_the_cookie_is_for_this_server_and_not_for_scripts(self, world: World, visitor: Site) -> None:
        person(world)
        cookie, mark = enter(visitor).headers.get_list("set-cookie")

        assert re.fullmatch(r"ressenti=[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax", cookie)
        assert re.fullmatch(
            r"ressenti-known-1=\d{10}\.[0-9a-f]{64}; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax", mark
        )

    def test_over_https_the_cookie_is_bound_to_the_host_and_the_browser_told_to_stay(self, world: World) -> None:
        person(world)
        safely = browser(world, address=TILLEUL)
        answer = enter(safely)

        assert re.fullmatch(
            r"__Host-ressenti=[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax; Secure",
            answer.headers.get_list("set-cookie")[0],
        )
        mark = answer.headers.get_list("set-cookie")[1]
        assert re.match(r"__Host-ressenti-known-1=\d+\.\w+; HttpOnly; .*; Secure", mark)
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        assert "strict-transport-security" not in browser(world).get("/sign-in").headers
        assert "Zoé Martin" in safely.get("/me").text

    def test_each_sign_in_is_a_session_of_its_own(self, world: World, visitor: Site) -> None:
        person(world)
        first, second = (enter(visitor).cookies["ressenti"] for _ in range(2))

        assert first != second

    def test_what_was_typed_is_kept_but_for_the_password(self, world: World, visitor: Site) -> None:
        answer = enter(visitor, HOSTILE, "secret of mine")

        assert answer.status_code == 422
        assert said(answer) == "That e-mail address and password do not go together."
        assert "secret of mine" not in answer.text
        assert [
            attributes["value"] for tag, attributes in Words(answer.text).tags if attributes.get("id") == "email"
        ] == [HOSTILE]

    def test_signing_out_ends_the_session_and_not_only_the_cookie(self, world: World, visitor: Site) -> None:
        person(world)
        secret = enter(visitor).cookies["ressenti"]
        answer = visitor.post("/sign-out", follow_redirects=False)

        assert answer.headers["location"] == "/sign-in?done=out"
        assert 'ressenti=""' in answer.headers["set-cookie"]
        assert "You are signed out." in visitor.get("/sign-in?done=out").text
        visitor.cookies.set("ressenti", secret)
        assert visitor.get("/me", follow_redirects=False).headers["location"] == "/sign-in?next=%2Fme"

    def test_a_session_that_was_not_used_for_eight_hours_is_over(self, world: World, visitor: Site) -> None:
        visitor.enter(person(world))
        world.now += 8 * HOUR

        assert visitor.get("/me", follow_redirects=False).status_code == 303

    def test_one_that_is_used_goes_on(self, world: World, visitor: Site) -> None:
        visitor.enter(person(world))
        for _ in range(3):
            world.now += 7 * HOUR
            assert visitor.get("/me").status_code == 200
            visitor.middleware.app.state.authenticator.close()  # type: ignore[attr-defined]
            visitor = again(world, visitor)

    def test_a_token_speaks_alone(self, world: World, visitor: Site) -> None:
        visitor.enter(person(world))

        assert visitor.get("/me", headers={"authorization": "Bearer x"}, follow_redirects=False).status_code == 303

    @pytest.mark.parametrize(
        ("content", "kind", "status"),
        [
            (b'{"email": "a"}', "application/json", 415),
            (b"email=a", "text/plain", 415),
            (b"email=%ff%fe&password=x", "application/x-www-form-urlencoded", 400),
            (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
            (b"email=a&email=b&password=x", "application/x-www-form-urlencoded", 400),
            (b"&".join(b"a=%d" % i for i in range(2000)), "application/x-www-form-urlencoded", 400),
            (b"a" * (1 << 20) + b"=b", "application/x-www-form-urlencoded", 413),
            (b"", "application/x-www-form-urlencoded", 422),
        ],
    )
    def test_what_is_no_form_is_refused(self, visitor: Site, content: bytes, kind: str, status: int) -> None:
        assert visitor.post("/sign-in", content=content, headers={"content-type": kind}).status_code == status


class TestTrying:
    def test_ten_failures_make_an_address_wait_whoever_it_is(self, world: World, visitor: Site) -> None:
        person(world)
        for email in ("zoe@tilleul.example", "nobody@tilleul.example"):
            assert [enter(visitor, email, "wrong").status_code for _ in range(11)] == [422] * 10 + [429]
            answer = enter(visitor, email.upper(), PASSWORD)
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
            assert said(answer) == "Too many tries. Wait 15 minutes, then try again."

    def test_it_waits_a_quarter_of_an_hour_and_not_for_good(self, world: World, visitor: Site) -> None:
        person(world)
        for _ in range(12):
            enter(visitor, password=WRONG)
        world.now += 15 * MINUTE

        assert enter(visitor).status_code == 303

    def test_one_address_written_in_many_ways_is_tried_as_one(self, world: World, visitor: Site) -> None:
        person(world)
        ways = ["zoe@tilleul.example", " ZOE@TILLEUL.EXAMPLE", "zoe@\uff54illeul.example", "zoe@t\uff49lleul.example"]

        assert [enter(visitor, ways[i % 4], WRONG).status_code for i in range(11)] == [422] * 10 + [429]

    def test_a_success_begins_anew(self, world: World, visitor: Site) -> None:
        person(world)
        for _ in range(3):
            for _ in range(9):
                enter(visitor, password=WRONG)
            assert enter(visitor).status_code == 303

    def test_thirty_failures_make_a_place_wait(self, visitor: Site) -> None:
        statuses = [enter(visitor, f"nobody{i}@tilleul.example", "wrong").status_code for i in range(31)]

        assert statuses == [422] * 30 + [429]

    def test_who_tries_from_one_place_keeps_nobody_waiting_at_another(
        self, world: World, visitor: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person(world)
        stand_where_they_say(monkeypatch)
        for _ in range(60):
            visitor.headers["x-place"] = "2001:db8:0:1::66"
            enter(visitor, password=WRONG)

        visitor.headers["x-place"] = "2001:db8:0:1:ffff::7"  # another address of the same network
        assert enter(visitor).status_code == 429
        visitor.headers["x-place"] = "2001:db8:0:2::7"
        assert enter(visitor).status_code == 303

    def test_after_a_hundred_failures_from_everywhere_a_known_browser_alone_gets_in(
        self, world: World, visitor: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person(world)
        stand_where_they_say(monkeypatch)
        known = browser(world)
        known.headers["x-place"] = "203.0.113.1"
        visitor.headers["x-place"] = "203.0.113.2"
        assert enter(known).status_code == 303
        authenticator = visitor.inside.state.authenticator
        for number in range(100):
            authenticator.let_try("zoe@tilleul.example", f"192.0.2.{number}", now=world.now)

        stranger = enter(visitor)
        assert (stranger.status_code, stranger.headers["retry-after"]) == (429, "3600")
        visitor.cookies.update(known.cookies)
        visitor.cookies.delete("ressenti")
        assert enter(visitor, password=WRONG).status_code == 422
        assert enter(visitor).status_code == 303
        world.now += HOUR
        visitor.cookies.clear()
        assert enter(visitor).status_code == 303

    @pytest.mark.parametrize("mark", ["", "x", "1793534400.", "1793534400." + "0" * 64, "9" * 90, "١.٢"])
    def test_a_mark_that_is_made_up_or_of_another_password_or_account_makes_nobody_known(
        self, world: World, visitor: Site, mark: str
    ) -> None:
        person(world)
        person(world, "analyst", email="ada@tilleul.example")
        authenticator = visitor.inside.state.authenticator
        (before,) = authenticator.remember("zoe@tilleul.example", now=world.now)
        (hers,) = authenticator.remember("ada@tilleul.example", now=world.now)

        def is_known(value: str | None, later: int = 0) -> bool:
            cookies = {before.key: value or ""}
            return bool(authenticator.is_known(cookies, "Zoe@Tilleul.example", now=world.now + later))

        assert is_known(before.value)
        assert not is_known(before.value, 365 * DAY + SECOND)
        assert not is_known(hers.value)
        assert not is_known(mark)
        change_password(world.store, 1, PASSWORD, OTHER, now=world.now)
        assert not is_known(before.value)

    def test_ten_thousand_tries_test_few_passwords(self, world: World, visitor: Site) -> None:
        tested, begun = 0, world.now
        authenticator = visitor.middleware.app.state.authenticator  # type: ignore[attr-defined]
        for _ in range(10_000):
            world.now += 3_600 * SECOND // 10_000
            with suppress(TooManyTries):
                authenticator.let_try("zoe@tilleul.example", f"192.0.2.{world.now % 250}", now=world.now)
                tested += 1

        assert world.now - begun <= HOUR
        assert tested <= 100

    def test_the_present_password_cannot_be_tried_for_ever_either(self, world: World, visitor: Site) -> None:
        visitor.enter(person(world))
        form = {"current": "wrong", "password": OTHER}

        assert [visitor.post("/me/password", data=form).status_code for _ in range(11)] == [422] * 10 + [429]


class TestWelcome:
    def test_the_first_link_makes_an_administrator_who_is_in(self, world: World, visitor: Site) -> None:
        form = {"name": "Zoé Martin", "email": "Zoe@Tilleul.example", "password": PASSWORD}
        answer = visitor.post(link(world), data=form, follow_redirects=False)

        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert visitor.get("/users").status_code == 200

    def test_a_link_that_was_used_or_never_was_says_so(self, world: World, visitor: Site) -> None:
        used = link(world)
        visitor.post(used, data={"name": "Zoé", "email": "zoe@tilleul.example", "password": PASSWORD})

        for path in (used, "/welcome/never", "/welcome/" + "a" * 500):
            for answer in (
                browser(world).get(path),
                browser(world).post(path, data={"name": "a", "password": PASSWORD}),
            ):
                assert answer.status_code == 404
                assert "This link was used already or has ended. Ask for a new one." in answer.text

    def test_an_old_link_has_ended(self, world: World, visitor: Site) -> None:
        old = link(world)
        world.now += 24 * HOUR

        assert visitor.get(old).status_code == 404

    @pytest.mark.parametrize(
        ("name", "email", "password", "sentence"),
        [
            ("Zoé", "zoe@tilleul.example", "short", "A password has at least 12 characters."),
            ("Zoé", "zoe@tilleul.example", "k4$Zw!pq9Lm" * 400, "A password has at most 1024 bytes."),
            ("Zoé", "zoe@tilleul.example", "motdepasse2026", "That password would soon be found"),
            ("Zoé", "zoe.martin@tilleul.example", "zoe.martin is here", "That password would soon be found"),
            ("Zoé", "zoe@tilleul.example\r\nBcc: b@c.example", PASSWORD, "is not an e-mail address"),
            ("Zoé", "a" * 388 + "@b.example", PASSWORD, "is not an e-mail address"),
            (" ", "zoe@tilleul.example", PASSWORD, "Give it a name"),
            ("Z" * 121, "zoe@tilleul.example", PASSWORD, "room for 120 characters; this one has 121"),
            ("Zoé\x1bMartin", "zoe@tilleul.example", PASSWORD, "holds a control character (U+001B)"),
        ],
    )
    def test_what_cannot_be_kept_is_said_and_the_link_stays(
        self, world: World, visitor: Site, name: str, email: str, password: str, sentence: str
    ) -> None:
        path = link(world)
        answer = visitor.post(path, data={"name": name, "email": email, "password": password})

        assert answer.status_code == 422
        assert sentence in said(answer)
        assert visitor.get(path).status_code == 200

    def test_an_address_in_another_script_signs_in_either_way(self, world: World, visitor: Site) -> None:
        visitor.post(link(world), data={"name": "Zoé", "email": "Zoé@x.example", "password": PASSWORD})
        visitor.post(link(world), data={"name": "Zoé", "email": "zoe@Bücher.example", "password": PASSWORD})

        assert enter(browser(world), "zoe@bücher.example").status_code == 303
        assert enter(browser(world), "ZOE@XN--BCHER-KVA.EXAMPLE").status_code == 303

    def test_a_new_password_signs_out_everywhere_else(self, world: World, visitor: Site) -> None:
        email = person(world, "analyst")
        elsewhere = browser(world).enter(email)
        answer = visitor.post(link(world, email), data={"name": "Zoé", "password": OTHER}, follow_redirects=False)

        assert answer.status_code == 303
        assert elsewhere.get("/me", follow_redirects=False).status_code == 303
        assert enter(browser(world), password=OTHER).status_code == 303
        assert enter(browser(world)).status_code == 422

    def test_no_form_makes_somebody_more_than_they_are(self, world: World, visitor: Site) -> None:
        email = person(world, "agent")
        form = {"name": "Zoé", "password": OTHER, "email": "other@tilleul.example", "role": "administrator", "id": "2"}
        visitor.post(link(world, email), data=form)

        assert visitor.get("/users").status_code == 403
        assert email in visitor.get("/me").text


class TestMe:
    def test_it_tells_what_one_may_see(self, world: World) -> None:
        told = {
            "administrator": "Sees everything, and decides who else does.",
            "analyst": "Sees every figure and every conversation, but not what people wrote.",
            "supervisor": "Sees the conversations of Lyon, with what people wrote.",
            "agent": "Sees the conversations that ana took part in, with what people wrote.",
        }
        for role, words in told.items():
            site = browser(world).enter(person(world, role, email=f"{role}@tilleul.example"))
            assert words in Words(site.get("/me").text).text

    def test_a_token_has_a_page_without_a_password(self, world: World) -> None:
        site = Site(world, "analyst")

        assert "Password" not in Words(site.get("/me").text).text
        assert site.post("/me/password", data={"current": "a", "password": OTHER}).status_code == 404

    def test_another_browser_can_be_signed_out_and_nobody_elses(self, world: World) -> None:
        zoe, bo = person(world), person(world, email="bo@tilleul.example")
        here, there, others = browser(world).enter(zoe), browser(world).enter(zoe), browser(world).enter(bo)
        for number in ("2", "3", "x", "9" * 40, "-1", ""):
            here.post("/me/sessions", data={"session": number})

        assert here.get("/me").status_code == 200
        assert there.get("/me", follow_redirects=False).status_code == 303
        assert others.get("/me").status_code == 200

    def test_changing_the_password_keeps_this_browser_in(self, world: World) -> None:
        email = person(world)
        here, there = browser(world).enter(email), browser(world).enter(email)
        answer = here.post("/me/password", data={"current": PASSWORD, "password": OTHER})

        assert "Your password was changed" in answer.text
        assert there.get("/me", follow_redirects=False).status_code == 303

    def test_another_language_is_one_link_away_after_a_form_too(self, world: World) -> None:
        site = browser(world).enter(person(world))
        answer = site.post("/me/password", data={"current": "", "password": OTHER})
        links = [attributes.get("href") for tag, attributes in Words(answer.text).tags if tag == "a"]

        assert "/me?lang=fr" in links

    def test_the_present_password_is_needed(self, world: World) -> None:
        site = browser(world).enter(person(world))
        answer = site.post("/me/password", data={"current": "", "password": OTHER})

        assert (answer.status_code, said(answer)) == (422, "That is not your present password.")


class TestUsers:
    @pytest.fixture
    def site(self, world: World) -> Site:
        return browser(world).enter(person(world))

    def add(self, site: Site, **form: Any) -> Response:
        return site.post("/users", data={"email": "imane@tilleul.example", "role": "analyst", **form})

    def test_somebody_who_is_added_comes_in_with_the_link(self, world: World, site: Site) -> None:
        answer = self.add(site, role="supervisor", group="Lyon", name="Imane")
        path = re.search(r"http://127\.0\.0\.1:8610(/welcome/[\w-]{32})<", answer.text)
        assert path is not None
        hers = browser(world)
        hers.post(path[1], data={"name": "Imane", "password": OTHER})

        assert "Sees the conversations of Lyon" in hers.get("/me").text

    def test_the_link_is_under_the_configured_address_whatever_the_request_says(self, world: World) -> None:
        site = Site(world, address=TILLEUL)
        answer = site.post(
            "/users", data={"email": "imane@tilleul.example", "role": "analyst"}, headers={"host": "127.0.0.1"}
        )

        assert f"{TILLEUL}/welcome/" in answer.text
        assert "http://127.0.0.1" not in answer.text

    @pytest.mark.parametrize(
        ("form", "status", "sentence"),
        [
            ({"role": ""}, 422, "Choose a role."),
            ({"role": "owner"}, 422, "Choose a role."),
            ({"role": "supervisor"}, 422, "name one at least"),
            ({"role": "supervisor", "group": "Lyonn"}, 422, "Known: Lyon, among others."),
            ({"role": "agent"}, 422, "say which agent they are"),
            ({"role": "agent", "agents": "anna"}, 422, "Known: ana, among others."),
            ({"email": "zoe@tilleul.example"}, 409, "already"),
            ({"email": "no address"}, 422, "is not an e-mail address"),
        ],
    )
    def test_what_cannot_be_is_said_beside_the_form(self, site: Site, form: Any, status: int, sentence: str) -> None:
        answer = self.add(site, **form)

        assert answer.status_code == status
        assert sentence in said(answer)

    def test_another_role_is_effective_at_once(self, world: World, site: Site) -> None:
        self.add(site)
        hers = browser(world).enter("imane@tilleul.example")
        assert hers.get("/users").status_code == 403
        site.post("/users/2", data={"name": "Imane", "role": "administrator"})

        assert hers.get("/users", follow_redirects=False).status_code == 303  # signed out: she signs in anew
        assert hers.enter("imane@tilleul.example").get("/users").status_code == 200

    def test_other_groups_are_effective_without_signing_in_anew(self, world: World, site: Site) -> None:
        self.add(site, role="supervisor", group="Lille")
        hers = browser(world).enter("imane@tilleul.example")
        before = hers.get("/api/v1/indicators/csat").json()["total"]["n"]
        site.post("/users/2", data={"name": "Imane", "role": "supervisor", "group": "Lyon"})

        assert (before, hers.get("/api/v1/indicators/csat").json()["total"]["n"]) == (0, 1)

    def test_somebody_whose_access_ended_is_out_at_once(self, world: World, site: Site) -> None:
        self.add(site)
        hers = browser(world).enter("imane@tilleul.example")
        site.post("/users/2/remove")

        assert hers.get("/me", follow_redirects=False).status_code == 303
        assert "No longer here" in site.get("/users").text

    def test_nobody_ends_or_changes_their_own_access(self, site: Site) -> None:
        for answer in (site.post("/users/1/remove"), site.post("/users/1", data={"name": "Zoé", "role": "analyst"})):
            assert answer.status_code == 409
            assert said(answer) == "You cannot change or end your own access. Ask another administrator."

    def test_a_token_cannot_end_the_last_administrator(self, world: World, site: Site) -> None:
        answer = Site(world).post("/users/1/remove")

        assert (answer.status_code, said(answer)) == (
            409,
            "zoe@tilleul.example is the last administrator. Make somebody else one first.",
        )

    @pytest.mark.parametrize("number", ["2", "0", "9" * 30])
    def test_somebody_who_is_not_there_is_not_found(self, site: Site, number: str) -> None:
        assert site.get(f"/users/{number}").status_code == 404
        assert site.post(f"/users/{number}/remove").status_code == 404

    def test_a_token_is_shown_once_opens_the_api_and_is_revoked(self, world: World, site: Site) -> None:
        answer = site.post("/tokens", data={"name": "warehouse", "role": "analyst", "days": "30"})
        text = re.search(r"rsp_[0-9a-f]{8}_[\w-]{43}", answer.text)
        assert text is not None
        assert text[0] not in site.get("/users").text
        program = Site(world, None)
        program.headers["authorization"] = f"Bearer {text[0]}"
        assert program.get("/api/v1/indicators/csat").json()["total"]["n"] == 1
        site.post("/tokens/revoke", data={"name": "warehouse"})

        problem(program.get("/api/v1/indicators/csat"), 401, "sign_in_needed")

    @pytest.mark.parametrize(
        ("form", "status", "sentence"),
        [
            ({"name": "warehouse", "days": "365"}, 422, "Choose a role."),
            ({"name": "", "role": "analyst", "days": "365"}, 422, "Give it a name, so that you find it again."),
        ],
    )
    def test_a_token_that_is_refused_is_shown_again_as_it_was_typed(
        self, site: Site, form: dict[str, str], status: int, sentence: str
    ) -> None:
        answer = site.post("/tokens", data=form)
        fields = {str(attributes.get("id")): attributes for _tag, attributes in Words(answer.text).tags}

        assert (answer.status_code, said(answer)) == (status, sentence)
        assert fields["token-name"]["value"] == form["name"]
        assert fields["add-name"]["value"] == fields["add-email"]["value"] == ""
        assert '<option value="365" selected>' in answer.text

    @pytest.mark.parametrize("days", ["", "9999", "-1", "30 ", "Never"])
    def test_a_token_whose_life_is_none_of_those_offered_is_not_made(self, site: Site, days: str) -> None:
        answer = site.post("/tokens", data={"name": "lasting-zq", "role": "analyst", "days": days})

        assert answer.status_code == 400
        assert "rsp_" not in answer.text
        assert "lasting-zq" not in site.get("/users").text

    def test_a_name_that_attacks_is_shown_as_it_is(self, world: World, site: Site) -> None:
        site.post("/users", data={"email": "imane@tilleul.example", "role": "agent", "agents": "bo", "name": HOSTILE})

        assert "<script>alert(1)" not in site.get("/users").text
        assert HOSTILE in Words(site.get("/users").text).text


class TestAddress:
    def test_it_answers_under_the_configured_name_and_this_machines_own(self, world: World) -> None:
        site = browser(world, address=TILLEUL)
        asked = {
            host: site.get("/sign-in", headers={"host": host}).status_code
            for host in (
                "ressenti.tilleul.example",
                "RESSENTI.tilleul.example",
                "127.0.0.1:8610",
                "tilleul.example",
                "ressenti.tilleul.example.elsewhere.example",
                "elsewhere.example",
            )
        }

        assert list(asked.values()) == [200, 200, 200, 421, 421, 421]

    def test_a_form_of_the_configured_address_is_read(self, world: World) -> None:
        person(world)
        site = Site(world, None, address=TILLEUL)
        form = {"email": "zoe@tilleul.example", "password": PASSWORD}

        assert site.post("/sign-in", data=form, headers={"origin": TILLEUL}, follow_redirects=False).status_code == 303
        assert site.post("/sign-in", data=form, headers={"origin": "https://tilleul.example"}).status_code == 403


def test_that_a_session_is_used_is_kept_and_nothing_else(world: World) -> None:
    site = browser(world).enter(person(world))
    secret = site.cookies["ressenti"]
    bearer(world)
    world.now += MINUTE
    site.get("/me")
    site.middleware.app.state.authenticator.close()  # type: ignore[attr-defined]

    with world.store.read() as connection:
        found = find_session(connection, secret, now=world.now)
    assert found is not None
    assert not found.is_to_touch


def again(world: World, site: Site) -> Site:
    """Return another server before the same record, met with the same browser."""
    opened = browser(world)
    opened.cookies.set("ressenti", site.cookies["ressenti"])
    return opened
