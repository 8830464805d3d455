"""What a refusal offers instead of a mistyped word."""

from ressenti.kit.refusals import nearest, nearest_of


def test_a_name_that_is_key_and_label_is_offered_once() -> None:
    assert nearest("chat", ["Chat", "WhatsApp"], ["Chat", "WhatsApp"]) == "Chat, WhatsApp"


def test_names_that_are_not_all_there_are_say_so() -> None:
    keys = ["102", "104", "106", "ana"]

    assert nearest_of("103", keys) == "106, 104, 102, among others"
    assert nearest_of("103", keys[:3]) == "106, 104, 102"
    assert nearest_of("zz", [str(number) for number in range(13)]).endswith(", 8, among others")
    assert nearest_of("zz", []) == ""
