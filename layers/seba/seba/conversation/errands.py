"""The errands. A deployment enables one, and a talk goes straight in; or several, and a menu comes first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import override

from seba.conversation import register, second_dose, shop
from seba.conversation.desk import Desk
from seba.conversation.say import Option, Say
from seba.conversation.standing import upcoming
from seba.conversation.step import Again, Move, Next, Step
from seba.conversation.talk import Talk
from seba.domain.errors import Unusable


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing the desk does for people: how it begins, and how it is named in the menu."""

    id: str
    """As in the setting ``SEBA_ERRANDS``."""
    begin: Callable[[Talk, Desk], Move]
    word: str
    """The catalogue's ``word.…`` for the row of the menu."""


ERRANDS: Mapping[str, Errand] = {
    errand.id: errand
    for errand in (
        Errand("second-dose", second_dose.start, "menu_book"),
        Errand("register", register.start, "menu_register"),
        Errand(shop.SHOP, shop.start, "menu_shop"),
    )
}


def checked(errands: tuple[str, ...]) -> tuple[str, ...]:
    """The errands a deployment enables. Raises Unusable for one that does not exist."""
    unknown = [each for each in errands if each not in ERRANDS]
    if unknown or not errands:
        known = ", ".join(ERRANDS)
        raise Unusable(f"no such errand: {', '.join(unknown) or 'none named'}; SEBA_ERRANDS may name {known}")
    return errands


def begin(talk: Talk, desk: Desk) -> Move:
    """Where a talk begins: a held place first, for it lapses; then a live booking; then the one errand, or the menu."""
    if held := talk.held():
        return Next("held_place", {"b": held[0].booking, "w": held[0].person})
    if upcoming(talk, desk):
        return second_dose.start(talk, desk)
    enabled = [ERRANDS[each] for each in desk.errands if each in ERRANDS]
    return enabled[0].begin(talk, desk) if len(enabled) == 1 else Next(Errands.id)


class Errands(Step):
    """Several errands: which one today?"""

    id = "errands"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        rows = tuple(Option(each, f"word:{ERRANDS[each].word}") for each in desk.errands if each in ERRANDS)
        return Say("which_errand", rows=rows, list_button="show_menu")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return ERRANDS[option].begin(talk, desk) if option in ERRANDS else Again("tap_or_type")


STEPS: tuple[type[Step], ...] = (Errands,)
