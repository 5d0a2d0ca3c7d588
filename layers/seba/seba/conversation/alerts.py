"""What the desk writes unasked to people in line: there is room, a draw is announced, a draw was lost.

Its buttons stay good for ever: the answer may come days later, in the middle of something else.
"""

from datetime import datetime

from seba.conversation.say import Say
from seba.conversation.step import do_id, word
from seba.domain.calendar import at_the_desk
from seba.domain.draws import Draw
from seba.domain.sessions import Session, Slot


def places_open(person: str, session: Session, slot: Slot, free: int) -> Say:
    """There is room near the home of this person (by number): the earliest place that suits them. Nothing is held."""
    params = {
        "name": f"name:{person}",
        "centre": f"centre_name:{session.centre}",
        "day": f"day:{slot.id}",
        "time": f"hours:{slot.id}",
        "vaccine": f"vaccine:{session.vaccine}",
        "price": f"money:{session.fee}",
        "count": f"count:{free}",
    }
    buttons = (
        word(do_id("want", f"{person}.{slot.id}"), "yes_book"),
        word(do_id("times", f"{person}.{session.centre}"), "other_time"),
        word(do_id("leave", person), "leave_list"),
    )
    return Say("alert_places", params, buttons=buttons, template="place_open")


def draw_open(person: str, draw: Draw, centre: str) -> Say:
    """A draw of places that suit this person was announced: one tap takes part, the result is the answer."""
    params = {
        "name": f"name:{person}",
        "centre": f"centre_name:{centre}",
        "opens": moment(draw.opens),
        "closes": moment(draw.closes),
    }
    buttons = (word(do_id("enter", draw.id), "take_part"), word(do_id("leave", person), "leave_list"))
    return Say("alert_draw", params, buttons=buttons, template="draw_open")


def draw_lost(person: str, lot: str, position: int, lots: int, winners: int) -> Say:
    """This person drew nothing, and stands in line at ``position`` (from 1) of those who drew nothing."""
    params = {
        "name": f"name:{person}",
        "lots": f"count:{lots}",
        "winners": f"count:{winners}",
        "position": f"count:{position}",
        "lot": f"lot:{lot}",
    }
    buttons = (word(do_id("wishes", person), "change_wishes"), word(do_id("leave", person), "leave_list"))
    return Say("draw_lost", params, buttons=buttons, template="draw_lost")


def draw_missed(person: str, draw: Draw) -> Say:
    """This person's wish came after the draw had been made; they are in line."""
    params = {"name": f"name:{person}", "closes": moment(draw.closes)}
    return Say("draw_missed", params, buttons=(word(do_id("wishes", person), "change_wishes"),))


def moment(at: datetime) -> str:
    """A moment as a value, on the desk's clock."""
    return f"at:{at_the_desk(at):%Y-%m-%dT%H:%M}"
