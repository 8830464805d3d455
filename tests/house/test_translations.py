"""Every sentence is there in every language, with the same names in it and the spacing of its language."""

from babel.messages.catalog import Message

from scripts import messages


def test_every_sentence_is_translated_and_the_catalogues_are_current() -> None:
    faults = messages.faults()

    assert not faults, "\n".join(faults)


def test_the_templates_and_the_code_are_both_read() -> None:
    read_from = {place for message in messages.extract() for place, _line in message.locations}

    assert any(place.endswith(".py") for place in read_from)
    assert any(place.startswith("src/ressenti/web/pages/") and place.endswith(".j2") for place in read_from)
    assert any(place.startswith("gallery/templates/") for place in read_from)


def test_a_translation_keeps_the_names_of_the_sentence() -> None:
    assert list(messages._message_faults(Message("No project “{key}”.", "Aucun projet « {cle} »."))) != []
    assert list(messages._message_faults(Message("No project “{key}”.", "Aucun projet «\u202f{key}\u202f»."))) == []


def test_french_has_french_spacing() -> None:
    assert messages._is_badly_spaced("Voulez-vous dire : {known} ?")
    assert messages._is_badly_spaced("Attention!")
    assert not messages._is_badly_spaced("Voulez-vous dire\u00a0: {known}\u202f?")
