"""What cannot be asked is answered with a status, a code and a sentence; nothing else is in the answer."""

import json

import pytest

from tests.support.site import HOSTILE, Site, problem

CSAT = "/api/v1/indicators/csat"


@pytest.mark.parametrize(
    ("address", "status", "code", "said"),
    [
        (f"{CSAT}?colour=red", 422, "unknown_parameter", "colour"),
        (f"{CSAT}?form=2024-01-01", 422, "unknown_parameter", "Did you mean: from"),
        (f"{CSAT}?by=agent&by=group", 400, "duplicate_parameter", "“by”"),
        (f"{CSAT}?from=2024-01-01&from=2024-01-01", 400, "duplicate_parameter", "“from”"),
        (f"{CSAT}?sql=1&sql=1", 400, "duplicate_parameter", "“sql”"),
        (f"{CSAT}?project=", 422, "empty_parameter", "“project”"),
        (f"{CSAT}?by=", 422, "empty_parameter", "“by”"),
        (f"{CSAT}?zone=", 422, "empty_parameter", "“zone”"),
        ("/api/v1/indicators/cast", 404, "unknown_indicator", "csat"),
        ("/api/v1/indicators/%00", 404, "http_404", "no such page"),
        ("/api/v1/indicators/a%2Fb", 404, "http_404", "no such page"),
        (f"{CSAT}?by=chanel", 422, "unknown_dimension", "channel"),
        (f"{CSAT}?by=%FF%FE", 422, "unknown_dimension", "agent"),
        (f"{CSAT}?zone=Europe/Pari", 422, "unknown_zone", "Europe/Paris"),
        (f"{CSAT}?zone=%2B25:00", 422, "unknown_zone", "+25:00"),
        (f"{CSAT}?zone=../../../etc/passwd", 422, "unknown_zone", "time zone"),
        (f"{CSAT}?from=31/12/2025", 422, "bad_date", "year-month-day"),
        (f"{CSAT}?from=2025-02-30", 422, "bad_date", "2025-02-30"),
        (f"{CSAT}?from=0001-01-01", 422, "bad_date", "0001-01-01"),
        (f"{CSAT}?to=0001-01-01T00:00%2B14:00", 422, "bad_date", "+14:00"),
        (f"{CSAT}?from=9999-12-31T23:59-12:00", 422, "bad_date", "9999"),
        (f"{CSAT}?from=9990-01-01&to=9999-12-31&grain=month", 422, "bad_date", "9990"),
        (f"{CSAT}?from=2025-02-01&to=2025-01-01", 422, "empty_period", "2025-02-01"),
        (f"{CSAT}?from=1975-01-01&to=2025-01-01", 422, "bad_range", "50 years"),
        (f"{CSAT}?grain=minute", 422, "bad_choice", "hour, 3h, day, week, month"),
        (f"{CSAT}?grain=hour&from=2024-01-01&to=2025-01-01", 422, "too_many_buckets", "8784"),
        (f"{CSAT}?anchor=rated", 422, "bad_choice", "closed, opened, answered"),
        ("/api/v1/indicators/handling_time?anchor=answered", 422, "no_such_date", "closed"),
        (f"{CSAT}?compare=previous", 422, "nothing_to_compare", "period"),
        (f"{CSAT}?attribution=best", 422, "bad_choice", "all, closer, last, first"),
        ("/api/v1/indicators/fcr?window=2d", 422, "bad_choice", "24h, 72h, 7d"),
        ("/api/v1/indicators/first_response_time?weighting=all", 422, "not_weighted", "days"),
        (f"{CSAT}?project=nobody", 422, "unknown_project", "default"),
    ],
)
def test_what_cannot_be_asked_says_what_can(site: Site, address: str, status: int, code: str, said: str) -> None:
    assert said in problem(site.get(address), status, code)


class TestFilters:
    """A filter is one flat text, DIMENSION=KEY: there is nothing in it that could be nested."""

    @pytest.mark.parametrize(
        ("where", "code"),
        [
            ("", "bad_filter"),
            ("channel", "bad_filter"),
            ("=Chat", "unknown_dimension"),
            ("colour=red", "unknown_dimension"),
            ("(" * 100 + "channel=Chat" + ")" * 100, "unknown_dimension"),
            ('{"and":' * 100 + '{"channel":"Chat"}' + "}" * 100, "bad_filter"),
            ("channel>=Chat", "unknown_dimension"),
            ("channel=chat", "unknown_key"),
            ("channel=Chat OR 1=1", "unknown_key"),
            ("channel=Chat' OR '1'='1", "unknown_key"),
            ("channel=Chat'); DROP TABLE answer; --", "unknown_key"),
            ("channel%=Chat", "unknown_dimension"),
        ],
    )
    def test_what_is_none_is_refused(self, site: Site, where: str, code: str) -> None:
        problem(site.get(CSAT, params={"where": where}), 422, code)

    @pytest.mark.parametrize("name", ["where[channel]", "where.channel", "filter", "where[]"])
    def test_other_ways_to_write_one_are_unknown_parameters(self, site: Site, name: str) -> None:
        problem(site.get(CSAT, params={name: "Chat"}), 422, "unknown_parameter")

    def test_a_thousand_of_the_same_are_one(self, site: Site) -> None:
        one = site.get(CSAT, params={"where": "channel=Chat"}).json()

        assert site.get(CSAT, params={"where": ["channel=Chat"] * 1000}).json() == one

    def test_a_key_may_hold_any_text(self, site: Site) -> None:
        assert site.get(CSAT, params={"where": "campaign==SUM(1)"}).json()["total"]["n"] > 0


class TestEcho:
    """At most 200 characters of a value come back, and as text: JSON escapes them, a page does too."""

    @pytest.mark.parametrize(
        "address",
        [
            "/api/v1/indicators/{}",
            CSAT + "?by={}",
            CSAT + "?{}=1",
            CSAT + "?zone={}",
            CSAT + "?from={}",
            CSAT + "?grain={}",
            CSAT + "?project={}",
            CSAT + "?where=channel%3D{}",
            CSAT + "?where={}",
        ],
    )
    def test_a_long_value_is_cut_and_the_remedy_stays(self, site: Site, address: str) -> None:
        response = site.get(address.format("x" * 5000))
        detail = response.json()["detail"]

        assert response.status_code in {404, 422}
        assert "x" * 150 in detail
        assert "x" * 201 not in detail
        assert detail.endswith((".", "?"))

    def test_a_hostile_value_is_text(self, site: Site) -> None:
        response = site.get(CSAT, params={"by": HOSTILE})

        assert HOSTILE in problem(response, 422, "unknown_dimension")
        assert response.headers["x-content-type-options"] == "nosniff"

    def test_a_line_break_or_a_terminals_code_is_escaped(self, site: Site) -> None:
        response = site.get(CSAT, params={"by": "a\r\nSet-Cookie: b=c\x1b[31m"})

        assert "\\r\\nSet-Cookie" in response.text
        assert "\\u001b" in response.text
        assert "set-cookie" not in response.headers


class TestLanguage:
    def test_the_sentence_is_in_the_language_asked_for(self, site: Site) -> None:
        asked = {"accept-language": "fr-FR,fr;q=0.9,en;q=0.5"}

        assert "Aucun" in problem(site.get(f"{CSAT}?by=agnet", headers=asked), 422, "unknown_dimension")
        assert "no dimension" in problem(site.get(f"{CSAT}?by=agnet"), 422, "unknown_dimension")

    def test_a_language_nobody_speaks_here_is_answered_in_english(self, site: Site) -> None:
        asked = {"accept-language": "tlh, *;q=0.1, ;;;"}

        assert "no dimension" in problem(site.get(f"{CSAT}?by=agnet", headers=asked), 422, "unknown_dimension")


def test_the_exit_code_is_the_command_lines(site: Site) -> None:
    assert json.loads(site.get(f"{CSAT}?by=x").text)["exit_code"] == 2
