"""What one may do with a live booking: see it, find the way, move it, cancel it with a second tap."""

from typing import override

from seba.conversation.desk import Desk
from seba.conversation.say import Ask, Option, Request, Say
from seba.conversation.second_dose import Times, mode, new_person, show_way, start, too_late
from seba.conversation.standing import centre_of, may_change, of_booking, session_behind, upcoming
from seba.conversation.step import Again, Move, Next, Stay, Step, Wait, do_id, word
from seba.conversation.talk import Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.people import Person
from seba.domain.places import Served


class Bookings(Step):
    """Several live bookings: which one?"""

    id = "bookings"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        rows = tuple(Option(a.booking, f"booking_row:{a.person}:{a.slot}") for a in upcoming(talk, desk))
        others = (word("new_person", "for_someone_else"),)
        if not rows:
            return Say("no_bookings", buttons=(word("book_now"), word("other_work")))
        return Say("your_bookings", rows=rows + others, list_button="show_bookings")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        match option:
            case "new_person":
                return Next("who" if talk.people else "consent", mode(talk, desk))
            case "other_work":
                return Next("menu")
            case "book_now":
                return start(talk, desk)
            case booking if talk.appointment(booking) is not None:
                return Next("booking", {"b": booking})
            case _:
                return Again("tap_or_type")


class Booking(Step):
    """One live booking: see it, change it, or book for someone else."""

    id = "booking"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        booking = talk.appointment(talk.answers.get("b", ""))
        if booking is None:
            return Bookings().ask(talk, desk)
        buttons = (word("show_booking"), word("change_or_cancel"), word("for_someone_else"))
        return Say("already_booked", of_booking(booking, desk), buttons=buttons)

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        booking = talk.appointment(talk.answers.get("b", ""))
        if booking is None:
            return Bookings().chose(talk, desk, option)
        match option:
            case "show_booking":
                return Stay(confirmation("confirmation_again", talk, booking, desk))
            case "change_or_cancel":
                return change(talk, desk, booking.booking)
            case _:
                return Next("who", mode(talk, desk)) if len(talk.people) > 1 else new_person(talk, desk, other=True)


TEMPLATES = {"confirmation_moved": "appointment_changed", "draw_won": "draw_won"}
"""What stands for a confirmation that comes long after the citizen's last word."""


def confirmation(key: str, talk: Talk, booking: Appointment, desk: Desk) -> Say:
    """The message to show at the centre: the QR as its picture, and everything one needs there."""
    person = talk.people[booking.person]
    params = {
        **of_booking(booking, desk),
        "dose": f"dose:{booking.dose}",
        "vaccine": f"vaccine:{vaccine_of(booking, person, desk)}",
        "address": f"address:{centre_of(booking, desk)}",
        "code": f"code:{booking.booking}",
        "ref": f"reference:{booking.booking}",
        "id_type": f"card:{person.card}",
    }
    buttons = (show_way(centre_of(booking, desk)), word(do_id("change", booking.booking), "change_or_cancel"))
    if also := also_to_bring(talk, booking, desk):
        key, params = f"{key}_bring", {**params, "also": also}
    template = TEMPLATES.get(key.removesuffix("_bring"), "")
    return Say(key, params, buttons=buttons, qr=booking.booking, template=template, booking=booking.booking)


def vaccine_of(booking: Appointment, person: Person, desk: Desk) -> str:
    """The vaccine of a booking: its session's."""
    session = session_behind(booking, desk)
    return session.vaccine if session is not None else person.vaccine


def also_to_bring(talk: Talk, booking: Appointment, desk: Desk) -> str:
    """What the centre wants to see besides the card, as a value; empty for most people."""
    paper = not talk.people[booking.person].last_dose_exact
    area = desk.areas.by_pin(talk.homes.get(booking.person, ""))
    address = area is not None and area.served is Served.BORDER
    needed = [name for name, wanted in (("paper", paper), ("address", address)) if wanted]
    return f"bring:{'_and_'.join(needed)}" if needed else ""


def change(talk: Talk, desk: Desk, booking: str, to: str = "change") -> Move:
    """Move or cancel, until the day before; after that the centre's list is what counts.

    ``to`` is the step to go to: the question which of the two, or ``confirm_cancel``, or ``times``.
    """
    found = talk.appointment(booking)
    if found is not None and found.standing == Standing.GIVEN:
        return Stay(Say("dose_noted", {"name": f"name:{found.person}"}))
    if found is None or found not in upcoming(talk, desk):
        anew = (word(do_id("start"), "book_now"),)
        return Stay(Say("booking_is_over", {"ref": f"reference:{booking}"}, buttons=anew))
    if not may_change(found, desk):
        return too_late(found, desk)
    if to == Times.id:
        return to_times(found, desk)
    return Next(to, {"b": booking})


def to_times(booking: Appointment, desk: Desk) -> Next:
    """Choose another time, of the same centre to begin with; the booking stands until the new one is certain."""
    put = {"old": booking.booking, "w": booking.person, "c": centre_of(booking, desk), "b": booking.booking}
    return Next(Times.id, put, drop=("pg", "f", "why"))


def after_move(talk: Talk, desk: Desk, act: str, booking: str) -> Move:
    """What somebody answers whose session was moved: keep it, another place, cancel."""
    match act:
        case "keep" if (found := talk.appointment(booking)) is not None:
            centre = centre_of(found, desk)
            buttons = (show_way(centre), word(do_id("show", booking), "show_booking"))
            return Stay(Say("kept", of_booking(found, desk), buttons=buttons))
        case "another":
            return change(talk, desk, booking, Times.id)
        case _:
            return change(talk, desk, booking, ConfirmCancel.id)


class Change(Step):
    """Another time, or no booking at all?"""

    id = "change"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        booking = talk.appointment(talk.answers.get("b", ""))
        if booking is None:
            return Bookings().ask(talk, desk)
        return Say(
            "change_or_cancel", of_booking(booking, desk), buttons=(word("move"), word("cancel"), word("keep_it"))
        )

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        booking = talk.appointment(talk.answers.get("b", ""))
        match option:
            case "move" if booking is not None:
                return to_times(booking, desk)
            case "cancel" if booking is not None:
                return Next("confirm_cancel")
            case "keep_it":
                return Next("kept")
            case _:
                return start(talk, desk)


class Kept(Step):
    """Nothing was changed."""

    id = "kept"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        booking = talk.appointment(talk.answers.get("b", ""))
        if booking is None:
            return Bookings().ask(talk, desk)
        return Say(
            "kept", of_booking(booking, desk), buttons=(show_way(centre_of(booking, desk)), word("show_booking"))
        )

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Booking().chose(talk, desk, option)


class ConfirmCancel(Step):
    """The second tap: a place given up goes to the next in line."""

    id = "confirm_cancel"
    yes, no = ("yes_cancel",), ("keep_it",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        booking = talk.appointment(talk.answers.get("b", ""))
        if booking is None:
            return Bookings().ask(talk, desk)
        key = "booked_cancel_it" if talk.answers.get("new") else "confirm_cancel"
        return Say(key, of_booking(booking, desk), buttons=(word("yes_cancel"), word("keep_it")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        booking = talk.appointment(talk.answers.get("b", ""))
        if booking is None:
            return start(talk, desk)
        if option != "yes_cancel" and talk.answers.get("new"):
            return Stay(confirmation("confirmation", talk, booking, desk), change={"step": "home"})
        if option != "yes_cancel":
            return Next("kept")
        if booking not in upcoming(talk, desk) or not may_change(booking, desk):
            return change(talk, desk, booking.booking)
        return Wait(Request(Ask.CANCEL, booking.slot, booking.person, booking.dose, booking.booking))


STEPS: tuple[type[Step], ...] = (Bookings, Booking, Change, Kept, ConfirmCancel)
