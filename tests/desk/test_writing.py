"""Messages are saved once, under the id their writer gave them, by whoever may write there."""

from pathlib import Path

import pytest

from ressenti.desk import writing
from ressenti.desk.refusals import ClientIdTaken, EmptyText, KeyReused, NotOwner, TextTooLong
from ressenti.desk.sent_messages import AGENT, Author
from tests.support.live_shop import LiveShop


@pytest.fixture
def shop(tmp_path: Path) -> LiveShop:
    shop = LiveShop(tmp_path)
    shop.available("ana")
    return shop


def test_lv_01_the_same_id_again_is_answered_as_the_first_time(shop: LiveShop) -> None:
    first = shop.says("v1", "Hello", client_id="c1")
    told = len(shop.told())
    again = shop.says("v1", "Hello", client_id="c1")

    assert again == first._replace(is_replayed=True)
    assert len(shop.told()) == told


def test_lv_02_what_is_resent_after_a_week_names_the_old_conversation(shop: LiveShop) -> None:
    first = shop.says("v1", "Hello", client_id="c1")
    shop.closes("ana", "v1")
    shop.wait(7 * 24 * 3600)

    assert shop.says("v1", "Hello", client_id="c1").conversation_id == first.conversation_id
    assert shop.kinds("v1").count("conversation.opened") == 1


def test_an_id_is_of_one_text_and_of_one_writer(shop: LiveShop) -> None:
    sent = shop.says("v1", "Hello", client_id="c1")

    with pytest.raises(KeyReused):
        shop.says("v1", "Good-bye", client_id="c1")
    with pytest.raises(ClientIdTaken):
        shop.says("v2", "Hello", client_id="c1")
    with pytest.raises(ClientIdTaken), shop.writing() as tx:
        author = Author(AGENT, respondent_id=shop.agents["ana"])
        writing.write_as_respondent(tx, sent.conversation_id, author, "c1", "Hello")


def test_only_its_owner_writes_to_the_visitor_and_notes_are_for_staff(shop: LiveShop) -> None:
    shop.says("v1")
    with pytest.raises(NotOwner):
        shop.answers("ben", "v1")

    shop.answers("ben", "v1", "I know this customer", is_internal=True)
    assert shop.of("v1").respondent_wrote_at is None


@pytest.mark.parametrize("text", ["", "  \n\t", "\u200b\u200d\ufeff"], ids=["nothing", "spaces", "what nobody sees"])
def test_what_cannot_be_seen_is_no_message(shop: LiveShop, text: str) -> None:
    with pytest.raises(EmptyText):
        shop.says("v1", text)


def test_a_message_has_8192_bytes_at_most_and_is_kept_as_it_was_written(shop: LiveShop) -> None:
    longest = "é" * 4096
    shop.says("v1", longest)
    with pytest.raises(TextTooLong, match="8193"):
        shop.says("v1", longest + "x")

    assert shop.texts("v1") == [longest]


def test_lv_05_moments_never_go_back_in_a_conversation_whatever_the_clock_says(shop: LiveShop) -> None:
    sent = [shop.says("v1", "one").at]
    shop.now -= 3_600_000_000
    sent += [shop.says("v1", "two").at, shop.answers("ana", "v1").at]
    shop.now += 60_000_000
    sent.append(shop.says("v1", "three").at)

    assert sent == sorted(set(sent))
