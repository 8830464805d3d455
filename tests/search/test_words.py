"""What is typed is looked for as words, never read as a language; and what was found is marked in the text itself."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.search.refusals import NothingToSearch, SearchTooLong
from ressenti.search.words import expression, highlight, read_terms


def marked(text: str, typed: str) -> list[str]:
    return [piece for piece, is_hit in highlight(text, typed) if is_hit]


@pytest.mark.parametrize(
    ("text", "typed", "hits"),
    [
        ("Un été sans pluie", "ete", ["été"]),
        ("Un e\u0301te\u0301 sans pluie", "été", ["e\u0301te\u0301"]),
        ("ÉTE", "éte", ["ÉTE"]),
        ("Le remboursement attendu", "rembours", ["remboursement"]),
        ("Le remboursement attendu", "boursement", []),
        ("merci beaucoup, merci", "merci", ["merci", "merci"]),
        ("merci beaucoup merci", '"merci beaucoup"', ["merci beaucoup"]),
        ("merci beaucoupe", '"merci beaucoup"', []),
        ("l'été", "l'ete", ["l'été"]),
        ("commande n°45821", "45821", ["45821"]),
        ("İstanbul ve ISPARTA", "istanbul", ["İstanbul"]),
        ("merci😀 beaucoup", "merci", ["merci"]),
        ("شكرا جزيلا", "شكر", ["شكرا"]),
        ("配送很慢", "配送", ["配送很慢"]),
        ("한국어 상담", "한국", ["한국어"]),
        ("snake_case", "case", ["case"]),
    ],
)
def test_a_word_is_marked_whatever_its_case_and_accents(text: str, typed: str, hits: list[str]) -> None:
    assert marked(text, typed) == hits


@given(st.text(), st.text(max_size=200))
def test_the_pieces_together_are_the_text(text: str, typed: str) -> None:
    assert "".join(piece for piece, _is_hit in highlight(text, typed)) == text


def test_several_words_are_several_terms_and_a_quotation_is_one() -> None:
    terms = read_terms('parcel "not received" yet')

    assert [term.words for term in terms] == [("parcel",), ("not", "received"), ("yet",)]
    assert expression(terms) == '"parcel" * AND "not received" AND "yet" *'


@pytest.mark.parametrize("typed", ["", "   ", '""', "😀 !?", "***", '"' * 100, "\0"])
def test_without_a_letter_or_digit_there_is_nothing_to_search(typed: str) -> None:
    with pytest.raises(NothingToSearch):
        read_terms(typed)


@pytest.mark.parametrize("typed", ["a" * 201, " ".join("abcdefghijklmnopq"), "NEAR(" * 10_000])
def test_more_than_a_person_looks_for_is_refused_at_once(typed: str) -> None:
    start = time.perf_counter()

    with pytest.raises(SearchTooLong, match="16 words and 200 characters"):
        read_terms(typed)
    assert time.perf_counter() - start < 0.1


def test_a_long_text_is_marked_quickly() -> None:
    text = "Très déçue de la livraison, j'attends le remboursement. " * 1_000
    start = time.perf_counter()

    assert len(marked(text, "rembours deçu")) == 2_000
    assert time.perf_counter() - start < 2
