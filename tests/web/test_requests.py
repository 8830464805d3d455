"""What a request may be, and what every answer carries, whoever asks and whatever for."""

import re
from pathlib import Path

import pytest

from ressenti.web.pages import assets
from ressenti.web.pages.templating import PAGES
from ressenti.web.server.content_security_policy import POLICY
from ressenti.web.server.http_protocol import LARGEST_BODY
from tests.support.site import SHOWN, Site, problem

SHEET = f"{assets.address()}/css/tokens.css"
PLACES = ["/", "/api/v1/indicators", "/api/v1/indicators/csat", "/api/v1/openapi.json", SHEET]
ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/?from=never", 422),
    ("GET", "/nothing", 404),
    ("GET", "/api/v1/indicators", 200),
    ("GET", "/api/v1/indicators/csat", 200),
    ("GET", "/api/v1/indicators/csat?by=x", 422),
    ("GET", "/api/v1/nothing", 404),
    ("GET", "/api/v1/openapi.json", 200),
    ("GET", SHEET, 200),
    ("GET", f"{assets.address()}/none.css", 404),
    ("DELETE", "/", 405),
    ("POST", "/local/catch-up", 404),
]
ORDER = {"what": "conversations", "format": "csv", "words": {}}


class TestMethods:
    @pytest.mark.parametrize(
        "method", ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "POST", "BREW"]
    )
    @pytest.mark.parametrize("place", PLACES)
    def test_reading_is_get_and_nothing_else(self, site: Site, method: str, place: str) -> None:
        response = site.request(method, place)

        assert response.status_code == 405
        assert response.headers["allow"] == "GET"
        if method == "HEAD":
            assert response.content == b""
        else:
            assert "not asked that way" in problem(response, 405, "http_405")

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"])
    def test_what_commands_ask_for_is_posted(self, site: Site, method: str) -> None:
        response = site.request(method, "/local/catch-up", headers=SHOWN)

        assert (response.status_code, response.headers["allow"]) == (405, "POST")

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "POST", "BREW"])
    def test_what_is_not_there_is_not_there_in_any_way(self, site: Site, method: str) -> None:
        assert site.request(method, "/nothing").status_code == 404

    def test_a_page_with_a_form_is_read_and_sent(self, site: Site) -> None:
        response = site.request("DELETE", "/sign-in")

        assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")

    def test_a_method_is_not_overridden_by_a_header(self, site: Site) -> None:
        response = site.get("/local/catch-up", headers=SHOWN | {"x-http-method-override": "POST"})

        assert response.status_code == 405


class TestHosts:
    """Another name would let a page elsewhere reach this server through a name of its own that it points here."""

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "127.0.0.1:8610", "localhost", "localhost:80", "LocalHost", "[::1]", "[::1]:8610"]
    )
    def test_this_machines_names_are_answered(self, site: Site, host: str) -> None:
        assert site.get("/api/v1/dimensions", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize("host", ["tilleul.example", "tilleul.example:8610", "192.168.1.5"])
    def test_any_other_is_misdirected(self, site: Site, host: str, place: str) -> None:
        assert "that name" in problem(site.get(place, headers={"host": host}), 421, "http_421")

    @pytest.mark.parametrize(
        "host",
        [
            "",
            "localhost.",
            "127.0.0.1.tilleul.example",
            "localhost@tilleul.example",
            "tilleul.example#localhost",
            "[::1]tilleul.example",
            "[::1",
            "::1",
            "127.0.0.1:80:80",
            "127.0.0.1:http",
            "127.1",
            "2130706433",
            "0.0.0.0",
        ],
    )
    def test_a_name_that_looks_like_it_is_not(self, site: Site, host: str) -> None:
        problem(site.get("/api/v1/dimensions", headers={"host": host}), 421, "http_421")

    def test_two_names_are_none(self, site: Site) -> None:
        twice = [("host", "127.0.0.1"), ("host", "tilleul.example")]

        problem(site.get("/api/v1/dimensions", headers=twice), 421, "http_421")

    @pytest.mark.parametrize("port", ["0", "65536", "99999", "8610x", "-1", "1e3", ""])
    def test_this_machine_has_no_such_port(self, site: Site, port: str) -> None:
        for name in ("127.0.0.1", "localhost", "[::1]"):
            problem(site.get("/api/v1/dimensions", headers={"host": f"{name}:{port}"}), 421, "http_421")

    def test_its_first_and_its_last_port_are_its_own(self, site: Site) -> None:
        for port in (1, 65_535):
            assert site.get("/api/v1/dimensions", headers={"host": f"127.0.0.1:{port}"}).status_code == 200

    def test_a_proxys_word_does_not_count(self, site: Site) -> None:
        own = {"host": "tilleul.example", "x-forwarded-host": "localhost", "forwarded": "host=localhost"}

        problem(site.get("/api/v1/dimensions", headers=own), 421, "http_421")

    def test_the_secret_does_not_open_another_name(self, site: Site) -> None:
        response = site.post("/local/catch-up", headers=SHOWN | {"host": "tilleul.example"})

        problem(response, 421, "http_421")


class TestKinds:
    @pytest.mark.parametrize(
        "accept",
        [
            "",
            "*/*",
            "application/*",
            "application/json",
            "text/html, application/json;q=0.5",
            "text/*;q=1, */*;q=0.1",
            "application/json; charset=utf-8",
        ],
    )
    def test_who_takes_json_gets_it(self, site: Site, accept: str) -> None:
        response = site.get("/api/v1/indicators/csat", headers={"accept": accept})

        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"

    @pytest.mark.parametrize("place", ["/api/v1/indicators", "/api/v1/dimensions", "/api/v1/indicators/csat"])
    @pytest.mark.parametrize(
        "accept", ["text/html", "image/*", "text/html, application/json;q=0", "application/json;q=0, */*", "nonsense"]
    )
    def test_who_does_not_is_told_so(self, site: Site, accept: str, place: str) -> None:
        assert "kind" in problem(site.get(place, headers={"accept": accept}), 406, "http_406")

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
    def test_a_body_of_another_kind_is_not_read(self, site: Site, kind: str) -> None:
        response = site.post("/local/export", content=b"{}", headers=SHOWN | {"content-type": kind})

        problem(response, 415, "http_415")

    def test_a_packed_body_is_not_unpacked(self, site: Site) -> None:
        response = site.post("/local/export", json=ORDER, headers=SHOWN | {"content-encoding": "gzip"})

        problem(response, 415, "http_415")


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b"NaN",
            b'{"what":"conversations","format":"csv"}',
            b'{"what":"conversations","format":"csv","words":{},"project":1}',
            b'{"what":"secrets","format":"csv","words":{}}',
            b'{"what":"conversations","format":"exe","words":{}}',
            b'{"what":"conversations","format":"csv","words":{"from":"2024-01-01"}}',
            b'{"what":"conversations","format":"csv","words":{"from":[1]}}',
            b'{"what":"conversations","format":"csv","words":{}} trailing',
            '{"what":"conversations","format":"csv","words":{}}'.encode("utf-16"),
            b"[" * 100_000,
            b'{"x":' * 100_000,
            b'{"words":' * 1_100 + b"1" + b"}" * 1_100,
            b'{"what":"\\ud800","format":"csv","words":{}}',
        ],
    )
    def test_what_is_no_order_is_refused_and_never_our_fault(self, site: Site, body: bytes) -> None:
        response = site.post("/local/export", content=body, headers=SHOWN | {"content-type": "application/json"})

        problem(response, 400, "http_400")

    def test_a_large_one_is_refused_before_it_is_read(self, site: Site) -> None:
        large = {"content-type": "application/json", "content-length": str(LARGEST_BODY + 1)}

        problem(site.post("/local/export", content=b"{}", headers=SHOWN | large), 413, "http_413")

    def test_one_that_grows_is_refused_on_the_way(self, site: Site) -> None:
        pieces = (b" " * 65536 for _ in range(LARGEST_BODY // 65536 + 2))

        response = site.post("/local/export", content=pieces, headers=SHOWN | {"content-type": "application/json"})

        problem(response, 413, "http_413")


class TestAssets:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("css/report.css", "text/css"),
            ("js/figure.js", "text/javascript"),
            ("icons/mark.svg", "image/svg+xml"),
        ],
    )
    def test_they_are_kept_for_good_under_an_address_of_their_content(self, site: Site, name: str, kind: str) -> None:
        response = site.get(f"{assets.address()}/{name}")

        assert response.status_code == 200
        assert response.headers["content-type"].split(";")[0] == kind
        assert response.headers["cache-control"] == "max-age=31536000, public, immutable"
        assert response.content == (assets.FOLDER / name).read_bytes()

    def test_sheets_come_as_one_in_the_order_they_are_named(self, site: Site) -> None:
        response = site.get(assets.sheet("print", "tokens"))
        sheets = [(assets.FOLDER / "css" / f"{name}.css").read_bytes() for name in ("print", "tokens")]

        assert response.content == b"".join(sheets)
        assert response.headers["content-encoding"] == "gzip"
        assert site.get(assets.sheet("tokens"), headers={"accept-encoding": "identity"}).content == sheets[1]

    @pytest.mark.parametrize("template", sorted(str(path.relative_to(PAGES)) for path in PAGES.rglob("*.html.j2")))
    def test_every_sheet_that_a_page_names_is_there(self, template: str) -> None:
        named = re.search(r"set sheets = \(([^)]*)\)", (PAGES / template).read_text())

        for name in re.findall(r'"(\w+)"', named.group(1)) if named else ():
            assert (assets.FOLDER / "css" / f"{name}.css").is_file(), name

    @pytest.mark.parametrize(
        "path",
        [
            f"{assets.address()}/css/tokens+none.css",
            f"{assets.address()}/css/tokens+tokens.css",
            f"{assets.address()}/css/+.css",
            f"{assets.address()}/js/figure+narrow.css",
            "/static/css/tokens.css",
            "/static/000000000000/css/tokens.css",
            f"{assets.address()}",
            f"{assets.address()}/",
            f"{assets.address()}/css",
            f"{assets.address()}/css/none.css",
            f"{assets.address()}/../app.py",
            f"{assets.address()}/../../app.py",
            f"{assets.address()}/%2e%2e/app.py",
            f"{assets.address()}/..%2fapp.py",
            f"{assets.address()}/%2e%2e%2f%2e%2e%2fapp.py",
            f"{assets.address()}/..%252fapp.py",
            f"{assets.address()}/css/..%5c..%5capp.py",
            f"{assets.address()}/%c0%ae%c0%ae/app.py",
            f"{assets.address()}//etc/passwd",
            f"{assets.address()}/%2fetc%2fpasswd",
            f"{assets.address()}/css/tokens.css%00.js",
            f"{assets.address()}{assets.FOLDER}/css/tokens.css",
            f"{assets.address()}/" + "a/" * 2000,
        ],
    )
    def test_nothing_else_is_given_away(self, site: Site, path: str) -> None:
        response = site.get(path)

        assert response.status_code == 404
        assert "create_app" not in response.text

    def test_a_link_out_of_the_folder_is_not_followed(self, tmp_path: Path) -> None:
        assert [path for path in assets.FOLDER.rglob("*") if path.is_symlink()] == []


class TestHeaders:
    @pytest.mark.parametrize(("method", "place", "status"), ANSWERS)
    def test_every_answer_says_what_a_browser_may_do_with_it(
        self, site: Site, method: str, place: str, status: int
    ) -> None:
        response = site.request(method, place)
        found = response.headers

        assert response.status_code == status
        assert found["content-security-policy"] == POLICY
        assert found["x-content-type-options"] == "nosniff"
        assert found["referrer-policy"] == "no-referrer"
        assert found["cross-origin-opener-policy"] == "same-origin"
        assert found["cross-origin-resource-policy"] == "same-origin"
        assert found["content-type"]
        if place != SHEET:
            assert found["cache-control"] == "no-store"

    def test_another_name_gets_them_too(self, site: Site) -> None:
        found = site.get("/", headers={"host": "tilleul.example"}).headers

        assert found["content-security-policy"] == POLICY
        assert found["cache-control"] == "no-store"

    def test_the_policy_allows_our_own_files_and_nothing_inside_a_page(self) -> None:
        rules = dict(rule.strip().partition(" ")[::2] for rule in POLICY.split(";"))

        assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
        assert "unsafe" not in POLICY
        assert "*" not in POLICY

    @pytest.mark.parametrize("place", PLACES)
    def test_no_other_site_is_let_in(self, site: Site, place: str) -> None:
        found = site.get(place, headers={"origin": "https://tilleul.example"}).headers

        assert [name for name in found if name.startswith("access-control-")] == []

    @pytest.mark.parametrize("place", PLACES)
    def test_no_answer_tells_which_programs_it_was_made_with(self, site: Site, place: str) -> None:
        assert not {"server", "x-powered-by", "via"} & set(site.get(place).headers)
