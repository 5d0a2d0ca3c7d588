"""The state item stays within one write unit through every chat: 1 KB, with 64 heard messages and what is under way."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench.units import item_size
from seba.conversation.engine import Turn
from seba.conversation.records import Effect, effect_id
from seba.conversation.say import Act, Typing
from seba.domain.ids import short_hash
from seba.storage.citizens import state_item
from tests.conversations.chat import Chat
from tests.conversations.test_chats import CHATS, HERE, played

CITIZEN = "k3Jd02mQx"
HEARD = [short_hash(f"wamid.{n}") for n in range(64)]
CAUSE = HEARD[-1].hex()


class Measured(Chat):
    """A chat that weighs the state after every turn, as it lies in the table until its message has gone out."""

    sizes: list[tuple[int, str]]

    def apply(self, made: Turn) -> None:
        super().apply(made)
        self.sizes.append((self.size(made.acts), repr((self.talk.step, made.acts))))

    def size(self, acts: Sequence[Act]) -> int:
        kept = [Effect(effect_id(CITIZEN, CAUSE, n), act) for n, act in enumerate(acts) if not isinstance(act, Typing)]
        talk = self.talk
        if talk.pending is not None:
            talk = talk.with_(pending=replace(talk.pending, request=effect_id(CITIZEN, CAUSE, 1)))
        talk = talk.with_(heard_at=self.world.now)
        return item_size(state_item(CITIZEN, talk, HEARD, kept, 9_999).serialize())


@pytest.mark.parametrize("path", CHATS, ids=lambda path: f"{path.relative_to(HERE).with_suffix('')}")
def test_the_state_stays_within_one_kilobyte(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conversations.test_chats.Chat", Measured)
    monkeypatch.setattr(Measured, "sizes", [], raising=False)
    folder = path.parent.parent if path.parent.name == "beginnings" else path.parent
    played(path.read_text(encoding="utf-8"), folder)
    largest, where = max(Measured.sizes)
    assert largest <= 1024, f"{largest} bytes at {where}"
