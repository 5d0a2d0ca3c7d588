"""How an appointment stands, and what is said of it as values."""

from datetime import date

from seba.conversation.desk import Desk
from seba.conversation.talk import Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.calendar import at_the_desk
from seba.domain.ids import session_of
from seba.domain.sessions import Session


def upcoming(talk: Talk, desk: Desk) -> tuple[Appointment, ...]:
    """The appointments one may still keep: booked, and their day is not over.

    A visit day that passed without a mark of the centre leaves nothing behind: the person may book again.
    """
    return tuple(each for each in talk.live_appointments() if day_of(each, desk) >= at_the_desk(desk.now).date())


def day_of(booking: Appointment, desk: Desk) -> date:
    """The day of a booking's session."""
    session = session_behind(booking, desk)
    return session.day if session is not None else booking.day


def upcoming_of(talk: Talk, desk: Desk, person: str, dose: int) -> Appointment | None:
    """The upcoming appointment of a person for a dose, or None."""
    return next((a for a in upcoming(talk, desk) if (a.person, a.dose) == (person, dose)), None)


def was_given(talk: Talk, person: str, dose: int) -> bool:
    """Whether the centre has noted this dose as given."""
    return any((a.person, a.dose, a.standing) == (person, dose, Standing.GIVEN) for a in talk.appointments)


def may_change(booking: Appointment, desk: Desk) -> bool:
    """Whether a booking may still be moved or cancelled: until the day before, by the rules in force."""
    session = session_behind(booking, desk)
    slot = session.slot(booking.slot) if session is not None else None
    if session is None or slot is None:
        return False
    if session.moved is not None:
        return desk.now < session.starts(slot)  # the desk's doing: whoever does not like it may say so to the last
    return desk.rules.changeable(session.starts(slot), desk.now)


def of_booking(booking: Appointment, desk: Desk) -> dict[str, str]:
    """Who, when and where, as values."""
    return {
        "name": f"name:{booking.person}",
        "day": f"day:{booking.slot}",
        "time": f"hours:{booking.slot}",
        "centre": f"centre_name:{centre_of(booking, desk)}",
    }


def centre_of(booking: Appointment, desk: Desk) -> str:
    """The centre where a booking's session is held now."""
    session = session_behind(booking, desk)
    return session.centre if session is not None else ""


def session_behind(booking: Appointment, desk: Desk) -> Session | None:
    """The session in which a booking stands."""
    return desk.session(session_of(booking.slot))
