"""The centre's side of the chat: scan a confirmation, [Given] with the secret code, [Not come], acknowledge the list.

A desk's number has its own dialogue. What it sees of a person is what stands on the list of the day, never more, and
only for bookings of its own centre.
"""

from datetime import date
from typing import override

from seba.conversation.desk import Desk
from seba.conversation.heard import Answered, Heard, Outcome, Said
from seba.conversation.say import Ask, Later, Request, Say
from seba.conversation.step import Again, Move, Next, Stay, Step, Wait, word
from seba.conversation.talk import Talk
from seba.domain.appointments import Standing
from seba.domain.calendar import at_the_desk
from seba.domain.ids import read_reference, session_of, slot_of
from seba.domain.numbers import latin_digits

MOST_WRONG_CODES = 3
"""After so many wrong codes the desk is asked to look at the message again; the booking stays open."""


class DeskHome(Step):
    """Waiting for the next scan."""

    id = "desk"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return Say("desk_welcome", {"centre": f"centre_name:{talk.desk_of}"})

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        said = heard.text if isinstance(heard, Said) else ""
        return look_up(talk, said) or Again("desk_no_reference")


class DeskChecked(Step):
    """A genuine booking of today and of this centre: given, or not come?"""

    id = "desk_checked"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        params = {key.removeprefix("."): value for key, value in talk.answers.items() if key.startswith(".")}
        buttons = (word("given"),) if talk.answers.get("st") == Standing.ABSENT else (word("given"), word("not_come"))
        return Say("desk_genuine", params, buttons=buttons)

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "given":
            return Next("desk_code")
        return Wait(about(Ask.NOT_COME, talk))

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        return DeskHome().hear(talk, desk, heard)


class DeskCode(Step):
    """The four digits the citizen says just before the jab."""

    id = "desk_code"
    counts_options = False

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return Say("desk_ask_code", {"name": talk.answers.get(".name", "text:")}, buttons=(word("desk_back"),))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Next("desk_checked")

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        said = heard.text if isinstance(heard, Said) else ""
        if another := look_up(talk, said):
            return another
        code = latin_digits(said).strip().replace(" ", "")
        if len(code) != 4 or not code.isdecimal():
            return Again("desk_code_has_four_digits")
        return Wait(about(Ask.GIVEN, talk, code))


def look_up(talk: Talk, text: str) -> Move | None:
    """Ask the booking room about the reference in a scanned or typed text, if there is one."""
    booking = read_reference(text)
    if booking is None:
        return None
    return Wait(Request(Ask.CHECK, slot_of(booking), booking=booking, centre=talk.desk_of or ""), {"b": booking})


def about(ask: Ask, talk: Talk, code: str = "") -> Request:
    """A request about the booking in hand."""
    booking = talk.answers["b"]
    return Request(ask, slot_of(booking), booking=booking, code=code, centre=talk.desk_of or "")


def answered(talk: Talk, answer: Answered, desk: Desk) -> Move:
    """What the booking room found, in words the desk can act on."""
    wrong = int(talk.answers.get("wrong", "0"))
    match answer.outcome:
        case Outcome.FOUND:
            return found(talk, answer, desk)
        case Outcome.GIVEN:
            return Stay(Say("desk_given", {"name": answer.details.get("name", "text:")}), change=resting(talk))
        case Outcome.ABSENT:
            return Stay(Say("desk_not_come", {"name": answer.details.get("name", "text:")}), change=resting(talk))
        case Outcome.WRONG_CODE if wrong + 1 < MOST_WRONG_CODES:
            again = {**talk.answers, "wrong": str(wrong + 1)}
            said = Say("desk_wrong_code", buttons=(word("desk_back"),))
            return Stay(said, change={"step": DeskCode.id, "answers": again})
        case Outcome.WRONG_CODE:
            return Stay(Say("desk_wrong_code_often"), change=resting(talk))
        case Outcome.LOCKED:
            return Stay(Say("desk_given_already", {"name": answer.details.get("name", "text:")}), change=resting(talk))
        case Outcome.BUSY:
            return Stay(Say("busy_still_trying"))
        case _:
            return Stay(Say("desk_unknown", {"ref": f"reference:{answer.booking}"}), change=resting(talk))


def found(talk: Talk, answer: Answered, desk: Desk) -> Move:
    """Genuine, but is it for today, for here, and still open?"""
    booking, details = answer.booking, answer.details
    session = desk.session(session_of(slot_of(booking)))
    when = {"day": f"day:{slot_of(booking)}", "time": f"hours:{slot_of(booking)}"}
    if session is None:
        return Stay(Say("desk_unknown", {"ref": f"reference:{booking}"}), change=resting(talk))
    if session.centre != talk.desk_of:
        where = {"centre": f"centre_name:{session.centre}", **when}
        return Stay(Say("desk_other_centre", where), change=resting(talk))
    known: dict[str, str] = {key: details[key] for key in ("name", "id_type", "last4") if key in details}
    known |= {"vaccine": f"vaccine:{session.vaccine}", "dose": details.get("dose", f"dose:{session.doses[0]}")}
    if details.get("standing") == Standing.GIVEN:
        return Stay(Say("desk_given_already", {"name": known["name"]}), change=resting(talk))
    if session.day != at_the_desk(desk.now).date():
        return Stay(Say("desk_not_today", {"name": known["name"], **when}), change=resting(talk))
    shown: dict[str, str] = {**known, **when, "ref": f"reference:{booking}"}
    put = {f".{key}": value for key, value in shown.items()}
    return Next("desk_checked", {"b": booking, "st": details.get("standing", ""), **put}, drop=("wrong",))


def resting(talk: Talk) -> dict[str, object]:
    """Back to waiting for the next scan, with nothing of the last person kept."""
    nothing: dict[str, str] = {}
    return {"step": DeskHome.id, "answers": nothing, "serial": talk.serial + 1}


def got_list(about_list: str, talk: Talk, desk: Desk) -> Move:
    """The desk acknowledges its own list (``CENTRE/2026-11-24/VERSION``); of another centre's it knows nothing."""
    centre, day, *_ = *about_list.split("/"), ""
    if centre != talk.desk_of:
        return Again("desk_no_reference")
    later = Later("got_list", at_the_desk(desk.now).date(), about_list)
    try:
        when = f"date:{date.fromisoformat(day)}"
    except ValueError:
        return Again("desk_no_reference")
    return Stay(Say("desk_list_thanks", {"centre": f"centre:{centre}", "day": when}), acts=(later,))


STEPS: tuple[type[Step], ...] = (DeskHome, DeskChecked, DeskCode)
