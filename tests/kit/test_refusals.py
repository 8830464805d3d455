"""What a refusal offers instead of a mistyped word."""

from ressenti.kit.refusals import nearest


def test_a_name_that_is_key_and_label_is_offered_once() -> None:
    assert nearest("chat", ["Chat", "WhatsApp"], ["Chat", "WhatsApp"]) == "Chat, WhatsApp"
