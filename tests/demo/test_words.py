"""French and English say the same things, and every sentence can be filled in."""

import re
from itertools import chain

import pytest

from ressenti.demo.company import GROUPS, TOPICS
from ressenti.demo.products import PRODUCTS
from ressenti.demo.words import FLASH, LANGUAGES, OUTAGE, WORDS, Matter

NAMES = set("order city name days pieces price agent ae team colleague their_team".split())
OF_COMMENTS = set("f s minutes".split())
BY_LANGUAGE = {"fr": set(PRODUCTS[0].french), "en": set(PRODUCTS[0].english)}


def blanks(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", sentence))


def said(matter: Matter) -> list[str]:
    return [*matter.openings, *chain(*matter.asks), *matter.solved, *matter.refused, *matter.robot]


def written(matter: Matter) -> list[str]:
    return [*matter.praise, *matter.blame]


def test_both_languages_have_the_same_sections() -> None:
    french, english = WORDS["fr"], WORDS["en"]

    assert french.manners.keys() == english.manners.keys()
    assert french.remarks.keys() == english.remarks.keys()
    assert french.talk.keys() == english.talk.keys() == {*(topic.key for topic in TOPICS), OUTAGE, FLASH}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_has_a_name(language: str) -> None:
    assert WORDS[language].teams.keys() == set(GROUPS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_matter_can_be_opened_settled_refused_answered_by_a_bot_and_rated(language: str) -> None:
    matters = list(chain(*WORDS[language].talk.values()))

    assert len(matters) > 40
    assert all(matter.openings and matter.solved and matter.refused and matter.robot for matter in matters)
    assert all(matter.blame and not all("{agent}" in praise for praise in matter.praise) for matter in matters)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_blank_is_one_that_is_filled(language: str) -> None:
    words, known = WORDS[language], NAMES | BY_LANGUAGE[language]
    matters = list(chain(*words.talk.values()))
    talk = chain.from_iterable(map(said, matters))
    comments = chain(chain(*words.remarks.values()), chain.from_iterable(map(written, matters)))

    assert set().union(*map(blanks, talk)) <= known
    assert set().union(*map(blanks, chain(*words.manners.values()))) <= known | {"detail"}
    assert set().union(*map(blanks, comments)) <= known | OF_COMMENTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_visitor_speaks_of_an_agent_before_there_is_one(language: str) -> None:
    words, of_agents = WORDS[language], {"agent", "ae", "team", "colleague", "their_team"}
    openings = [opening for matter in chain(*words.talk.values()) for opening in matter.openings]

    assert not any(blanks(sentence) & of_agents for sentence in [*openings, *words.manners["back_again"]])
    assert not any(blanks(sentence) & of_agents for sentence in words.manners["chasing"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_a_shop_looks_like_markup_or_a_formula(language: str) -> None:
    words = WORDS[language]
    sentences = [*chain(*words.remarks.values()), *chain(*map(written, chain(*words.talk.values())))]

    assert not any(sentence.startswith(("=", "+", "-", "@")) or "<" in sentence for sentence in sentences)
