"""What an order costs in messages: since October 2026 every one that WhatsApp delivers is billed."""

from collections import Counter

import pytest

from seba.messages.catalogue import LANGUAGES, catalogue
from tests.conversations.chat import Chat

CUSTOMER, SHOP = "the citizen's phone", "the shop's phone"
ORDERED = ("> shop", "~ the customer orders ML1×2 EG1 PT1×2", f"~ {SHOP}")


def billed(language: str, *lines: str) -> Counter[str]:
    """How many messages each phone got, when an order goes so; ``[word]`` is a button by its name in the catalogue."""
    chat = Chat()
    chat.world.errands = ("shop",)
    for line in lines:
        if line.startswith("> [") and catalogue().has(f"word.{line[3:-1]}"):
            line = f"> [{catalogue().text(f'word.{line[3:-1]}', language)}]"  # noqa: PLW2901  # in its language
        chat.play(line)
        if line == ORDERED[0]:
            # The page asks for the language.
            chat.talk = chat.talk.with_(language=language)
    return Counter("shop" if talk.shop_of else "customer" for _, talk in chat.says)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_collected_order_is_three_messages_to_the_customer_and_four_to_the_shop(language: str) -> None:
    went = billed(language, *ORDERED, "> [yes_take]", "> [is_ready]", "> 🔢", f"~ {CUSTOMER}")
    assert went == {"customer": 3, "shop": 4}


@pytest.mark.parametrize("language", LANGUAGES)
def test_packed_at_once_it_is_two_and_two(language: str) -> None:
    went = billed(language, *ORDERED, "> [packed_already]", "> 🔢", f"~ {CUSTOMER}")
    assert went == {"customer": 2, "shop": 2}


def test_a_substitution_adds_two_in_all() -> None:
    plain = billed("en", *ORDERED, "> [yes_take]", "> [is_ready]", "> 🔢", f"~ {CUSTOMER}")
    lacks = ("> [something_missing]", "> 2", f"~ {CUSTOMER}", "> [leave_it_out]", f"~ {SHOP}")
    went = billed("en", *ORDERED, *lacks, "> [is_ready]", "> 🔢", f"~ {CUSTOMER}")
    assert went.total() - plain.total() == 2


def test_a_refusal_adds_two_in_all() -> None:
    went = billed("en", *ORDERED, "> [something_missing]", "> [cannot_take]")
    assert went["shop"] == 2, "the offer and the list; that it is refused needs no word"
