"""Whatever any chat says fits WhatsApp in all three languages, whichever the chat itself was in."""

from pathlib import Path

import pytest

from tests.conversations.test_chats import HERE, played
from tests.conversations.world import KEYS, SERVICE, RenderingFacts
from tests.says import check_say_fits

CHATS = sorted((HERE / "en").glob("*.chat"))


@pytest.mark.parametrize("path", CHATS, ids=lambda path: path.stem)
def test_all_that_is_said_in_a_chat_fits_whatsapp_in_every_language(path: Path) -> None:
    chat = played(path.read_text(encoding="utf-8"), path.parent)
    assert chat.says
    for (say, talk), orders in zip(chat.says, chat.orders_then, strict=True):
        facts, today = RenderingFacts(chat.world, orders), chat.world.now.date()
        check_say_fits(say, talk=talk, facts=facts, service=SERVICE, keys=KEYS, today=today)
