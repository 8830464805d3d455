"""What is typed is looked for as words, never read as a language; and what was found is marked in the text itself."""

import time

import pysqlite3.dbapi2 as sqlite
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.search.file import table_of_words
from ressenti.search.refusals import NothingToSearch, SearchTooLong
from ressenti.search.tokens import spaced, words
from ressenti.search.words import expression, highlight, read_terms
from tests.support.environment import rounds


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
        ("İstanbul ve ISPARTA", "ısparta", ["ISPARTA"]),
        ("merci😀 beaucoup", "merci", ["merci"]),
        ("شكرا جزيلا", "شكر", ["شكرا"]),
        ("한국어 상담", "한국", ["한국어"]),
        (
            "\u1112\u1161\u11ab국어 상담",
            "한국",
            ["\u1112\u1161\u11ab국어"],
        ),  # in parts
        ("snake_case", "case", ["case"]),
        ("Η Αθήνα", "ΑΘΗΝΑ", ["Αθήνα"]),
        ("ΣΟΦΟΣ", "σοφός", ["ΣΟΦΟΣ"]),
        ("и ещё раз", "ЕЩЕ", ["ещё"]),
        ("au cœur de l’été", "coeur", ["cœur"]),
        ("au coeur de l’été", "cœur", ["coeur"]),
        ("Königstraße 5", "KONIGSTRASSE", ["Königstraße"]),
        ("z Łodzi do Łódź", "lodz", ["Łodzi", "Łódź"]),
        ("Ægir på Sønder", "sonder", ["Sønder"]),
        ("عزيزي مُحَمَّد", "محمد", ["مُحَمَّد"]),
        ("عزيزي محمد", "مُحَمَّد", ["محمد"]),
        ("مـــرحبا", "مرحبا", ["مـــرحبا"]),
        ("שָׁלוֹם לכם", "שלום", ["שָׁלוֹם"]),
        ("ＡＢＣ１２３ です", "abc123", ["ＡＢＣ１２３"]),
        ("order ٤٥٨٢١", "45821", ["٤٥٨٢١"]),
        ("der ﬁnale Schritt", "finale", ["ﬁnale"]),
        ("soft\u00adware", "software", ["soft\u00adware"]),
        ("1½ m²", "112", []),
        ("हिन्दी में", "हिन्दी", ["हिन्दी"]),
        ("हिन्दी में", "हन्द", []),  # a vowel sign is a letter of its own
    ],
)
def test_a_word_is_marked_whatever_its_case_accents_and_width(text: str, typed: str, hits: list[str]) -> None:
    assert marked(text, typed) == hits


@pytest.mark.parametrize(
    ("text", "typed", "hits"),
    [
        ("配送很慢", "很慢", ["很慢"]),
        ("配送很慢，客服也很慢", "慢", ["慢", "慢"]),
        ("配送很慢", "送慢", []),
        ("新しいカメラが壊れた", "カメラ", ["カメラ"]),
        ("新しいｶﾒﾗが壊れた", "カメラ", ["ｶﾒﾗ"]),
        ("新しいｶﾞｽ", "カス", []),  # ガ is no カ with an accent
        ("新しいｶﾞｽ", "ガス", ["ｶﾞｽ"]),
        ("สินค้ามาช้ามาก", "ช้า", ["ช้า"]),
        ("สินค้ามาช้ามาก", "ชา", []),
        ("我的iPhone手机壳坏了", "iphone手机", ["iPhone手机"]),
        ("我的iPhone手机壳坏了", "手机壳", ["手机壳"]),
        ("我的iPhone手机壳坏了", '"机壳坏"', ["机壳坏"]),
    ],
)
def test_words_are_found_inside_sentences_of_scripts_without_spaces(text: str, typed: str, hits: list[str]) -> None:
    assert marked(text, typed) == hits


def test_a_long_phrase_of_a_script_without_spaces_is_one_thing_looked_for() -> None:
    assert len(read_terms("新しいカメラが壊れたので返品したいです。")[0].words) == 19


LETTERS = "aEéßœŁİı ёЙ άΣς مُح ـ שָׁ 配送カｶﾞがสว้ ัहिन्दी한\u1112\u1161\u11ab٤５½²ﬁ\u00ad\u200d\u0301_-'\"😀\0"


@settings(max_examples=rounds(300, 5_000))
@given(st.text(LETTERS, max_size=30), st.text(LETTERS, max_size=6))
def test_the_index_finds_a_text_exactly_where_something_is_marked_in_it(text: str, typed: str) -> None:
    try:
        terms = read_terms(typed)
    except NothingToSearch:
        return
    index = sqlite.connect(":memory:")
    index.execute(table_of_words("message"))
    index.execute("INSERT INTO message (rowid, words) VALUES (1, ?)", (spaced(text),))

    is_found = bool(index.execute("SELECT 1 FROM message WHERE message MATCH ?", (expression(terms),)).fetchall())

    index.close()
    assert is_found == all(marked(text, f'"{term.typed}"' if term.is_quoted else term.typed) for term in terms)


@given(st.text(LETTERS))
def test_folded_words_stay_as_they_are_when_they_are_folded_again(text: str) -> None:
    assert words(spaced(text)) == words(text)


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
