"""Plays a citizen's side of a chat against the real conversation, in memory: no AWS, no WhatsApp, no booking room.

A script is what the citizen does, one dict a message: ``{"text": …}``, ``{"tap": n}`` for the n-th thing that can be
tapped on the last message, ``{"reply": id}`` for a button of an older one, ``{"image": {"caption": …}}``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from seba.conversation.desk import Desk
from seba.conversation.engine import Turn, turn
from seba.conversation.heard import Heard, Pictured, Said, Tapped
from seba.conversation.say import Say
from seba.conversation.talk import Talk


@dataclass
class Player:
    """One phone before the desk."""

    desk: Desk
    talk: Talk = field(default_factory=lambda: Talk(profile_name="Rita Das"))
    turns: list[Turn] = field(default_factory=list[Turn])

    def plays(self, script: Sequence[Mapping[str, Any]]) -> None:
        """One turn for each thing the citizen does; what a turn keeps is kept."""
        for what in script:
            made = turn(self.talk, self.heard(what), self.desk)
            talk = made.talk
            if made.keep is not None:
                talk = talk.with_(people={**talk.people, made.keep.person.number: made.keep.person})
            self.talk = talk
            self.turns.append(replace(made, talk=talk))

    def heard(self, what: Mapping[str, Any]) -> Heard:
        """What the desk hears."""
        match what:
            case {"text": text}:
                return Said(text)
            case {"tap": number}:
                return Tapped(self.tappable()[number])
            case {"reply": id_}:
                return Tapped(id_)
            case {"image": {"caption": caption}}:
                return Pictured("media-1", "image/jpeg", caption)
            case _:
                raise ValueError(f"a script knows no {what}")

    def says(self) -> list[Say]:
        """Every message of the desk so far: each is billed."""
        return [act for made in self.turns for act in made.acts if isinstance(act, Say)]

    def tappable(self) -> list[str]:
        """The ids of what can be tapped on the last message."""
        last = self.says()[-1]
        return [option.id for option in (*last.buttons, *last.rows)]
