"""The errand "register": whole without any session. Who it is for, which dose, card, home; then in line, with wishes.

The questions about name, dates and home are those of ``second_dose`` (mode ``e`` = ``r``); here stands what only
registering asks, and what the citizen sees of the line: registered, what suits me, a held place, the draw.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, override

from seba.conversation.alerts import draw_missed, moment
from seba.conversation.desk import Desk
from seba.conversation.heard import Heard, Pictured, Said
from seba.conversation.say import Ask, EnterDraw, Option, Request, Say
from seba.conversation.second_dose import (
    REGISTER,
    ROWS,
    IdNumber,
    PlaceStep,
    alternatives,
    book,
    chose_place,
    dose_before,
    first_date,
    mode,
    name_of,
    new_person,
    photo_sent,
    read_back,
    spot_of,
    tell_me,
    wanted,
)
from seba.conversation.standing import of_booking, upcoming_of
from seba.conversation.step import Again, Move, Next, Quiet, Stay, Step, Wait, do_id, not_expected, word
from seba.conversation.talk import Pending, Talk
from seba.conversation.waiting import (
    earliest_for,
    entry_of,
    in_reach,
    join,
    leave,
    next_dose,
    next_opening,
    wish_of,
    wishes_in,
)
from seba.domain.appointments import Appointment
from seba.domain.calendar import at_the_desk
from seba.domain.draws import GRACE, Draw
from seba.domain.ids import session_of
from seba.domain.numbers import numbers_in, read_number
from seba.domain.offers import CentreOffer, nearest_offers
from seba.domain.places import distance
from seba.domain.rules import Dose
from seba.domain.wishes import MOST_CENTRES, Days, Hours, Wish
from seba.messages.catalogue import read_command, read_wishes

LONG_WAIT = 30 * 60
"""Seconds to the close of a draw from which on entering is confirmed; before, the result itself is the answer."""
OLDEST = 120
"""Completed years."""
LEAST_PRICE = 100
"""Rupees: a smaller number in a wish is an hour or a day, no price."""


def start(talk: Talk, desk: Desk) -> Move:  # noqa: ARG001  # the shape of an errand's beginning
    """Where the errand begins: at who is registered already, or at the consent."""
    if len(talk.people) == 1:
        (number,) = talk.people
        to = "registered" if number in talk.homes else "where"
        return Next(to, {"e": REGISTER, "w": number})
    return Next("who" if talk.people else "consent", {"e": REGISTER})


# ── Dose and card ────────────────────────────────────────────────────────────────────────────────────────────────────


class NeededDose(Step):
    """Which dose, and after which vaccine: one tap answers both."""

    id = "dose"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        today = at_the_desk(desk.now).date()
        rows = [word("first", "first_dose")]
        for dose in (Dose.SECOND, Dose.PRECAUTION):
            vaccines = desk.rules.vaccines_for_dose(dose, today)
            rows += [Option(f"{int(dose)}.{vaccine}", f"dose_of:{int(dose)}:{vaccine}") for vaccine in vaccines]
        rows.append(word("not_sure"))
        return Say("ask_dose", {"name": name_of(talk)}, rows=tuple(rows[:ROWS]), list_button="show_doses")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "first":
            return Next("born", {"k": "1"}, drop=("v", "d", "x"))
        if option == "not_sure":
            return Again("dose_not_sure")
        dose, _, vaccine = option.partition(".")
        return Next("first_dose", {"k": dose, "v": vaccine}, drop=("y",))


class Born(Step):
    """The year of birth: the rules for a first dose go by age."""

    id = "born"
    counts_options = False

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return Say("ask_born", {"name": name_of(talk), "example": "digits:1975"})

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        if not isinstance(heard, Said):
            return not_expected(heard)
        today = at_the_desk(desk.now).date()
        year = read_number(heard.text)
        if year is None or not today.year - OLDEST <= year <= today.year:
            return Again("born_not_understood", {"example": "digits:1975"})
        version = desk.rules.for_date(today)
        if not any(desk.rules.admits(year, vaccine, today) for vaccine in version.vaccines):
            youngest = min(band.from_age for band in version.ages)
            return Again("too_young", {"name": name_of(talk), "age": f"count:{youngest}"})
        return Next("card", {"y": str(year)})


class Card(IdNumber):
    """The number of the card that will be brought; a photo of it is welcome too."""

    id = "card"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        buttons = (word("cannot_read"), word("need_help"))
        if "d" not in talk.answers:
            return Say("ask_card", {"name": name_of(talk)}, buttons=buttons)
        params = {"name": name_of(talk), "before": dose_before(talk), "first_date": first_date(talk)}
        params["vaccine"] = f"vaccine:{talk.answers['v']}"
        return Say("ask_card_dated", params, buttons=(word("date_wrong"), *buttons))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Next("first_dose") if option == "date_wrong" else super().chose(talk, desk, option)

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        return photo_sent(talk, desk, heard) if isinstance(heard, Pictured) else super().hear(talk, desk, heard)


# ── Registered, and in line ──────────────────────────────────────────────────────────────────────────────────────────


class Listed(PlaceStep):
    """In line: what is looked for, and what happens next."""

    id = "listed"
    key = "listed"
    yes: ClassVar[tuple[str, ...]] = ("enter",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        number = talk.answers["w"]
        params = {
            "name": f"name:{number}",
            "dose": f"dose:{next_dose(talk.people[number])}",
            "pin": f"text:{talk.homes.get(number, '')}",
            "wish": f"wish:{number}",
        }
        opening = next_opening(talk, desk, number)
        earliest = earliest_for(talk.people[number], desk)
        if opening is None and earliest > at_the_desk(desk.now).date() + timedelta(days=1):
            params["earliest"] = f"date:{earliest}"
            return Say(f"{self.key}_early", params, buttons=(word("wishes", "change_wishes"), *self._others()))
        if opening is None:
            return Say(self.key, params, buttons=(word("wishes", "change_wishes"), *self._others()))
        params["centre"] = f"centre_name:{opening.centre}"
        params["at"] = moment(opening.at)
        draw = opening.draw
        if draw is None:
            return Say(f"{self.key}_opening", params, buttons=(word("wishes", "change_wishes"), *self._others()))
        mine = (word("wishes", "change_wishes"), word("leave", "leave_list"))
        if talk.wishes[number].draw == draw.id:
            return Say("draw_entered", {"closes": moment(draw.closes)}, buttons=mine)
        return Say(f"{self.key}_draw", params, buttons=(word(f"enter.{draw.id}", "take_part"), *mine))

    def _others(self) -> tuple[Option, ...]:
        return word("look_again"), word("leave", "leave_list")

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        """What suits one may be written at once, without asking for the list of it first."""
        if isinstance(heard, Said) and talk.answers["w"] in talk.wishes:
            return said_wishes(talk, desk, heard.text) or not_expected(heard)
        return not_expected(heard)

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        act, _, about = option.partition(".")
        match act:
            case "enter":
                return enter(talk, desk, about)
            case "wishes":
                return Next("wishes")
            case "leave":
                return leave_list(talk, desk, talk.answers["w"])
            case "another":
                return new_person(talk, desk, other=True)
            case _:
                return chose_place(talk, desk, option)


class Registered(Listed):
    """Registered: with the nearest place if there is any that suits, else with what happens next."""

    id = "registered"
    key = "registered"
    yes = ("book", "enter")

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        offer = best_offer(talk, desk)
        if offer is not None:
            return read_back("registered_offer", talk, desk, offer.first, offer.metres)
        return (
            super().ask(talk, desk)
            if talk.answers["w"] in talk.wishes
            else Say("no_places", {"name": name_of(talk)}, buttons=(word("look_again"), word("tell_me")))
        )

    @override
    def _others(self) -> tuple[Option, ...]:
        return word("another", "for_someone_else"), word("leave", "leave_list")


def best_offer(talk: Talk, desk: Desk) -> CentreOffer | None:
    """The nearest place that suits the wishes of the person in hand, if one is free now and within reach."""
    number = talk.answers["w"]
    wish = wish_of(talk, number)
    want = wanted(talk, desk)
    wants = [replace(want, only=entry_of(talk, desk, number, wish).suits)] if wish else [replace(want, most=0), want]
    for each in wants:
        offers = nearest_offers(each, desk.board, desk.centres, desk.now)
        if near := [offer for offer in offers if in_reach(offer.metres, offer.centre.id, wish)]:
            return near[0]
    return None


def leave_list(talk: Talk, desk: Desk, number: str) -> Move:
    """Off the list: nothing more is written about places. A held place goes on to the next; what is booked stays."""
    lined = leave(talk, desk, number)
    held = tuple(each for each in talk.held() if each.person == number)
    left = tuple(each for each in talk.appointments if each not in held)
    back = Option(do_id("tell", number), "word:tell_me")
    said = Say("left_list", {"name": f"name:{number}"}, buttons=(back, word(do_id("menu"), "other_work")))
    change = {"step": "home", "answers": {}, "appointments": left, **lined.change}
    return Stay(said, change=change, acts=(*lined.acts, *map(giving_back, held)))


def about_person(talk: Talk, desk: Desk, act: str, about: str) -> Move:
    """A button under a message that nobody asked for: about a person, and what follows their number."""
    number, _, which = about.partition(".")
    here = {"w": number, **mode(talk, desk)}
    if act in ("tell", "wishes") and (booked := upcoming_of(talk, desk, number, next_dose(talk.people[number]))):
        return Next("booking", {"b": booked.booking})  # they wait for nothing
    match act:
        case "leave":
            return leave_list(talk, desk, number)
        case "tell":
            return tell_me(talk, desk, number)
        case "wishes":
            return Next("wishes", here, drop=("noted",))
        case _ if number not in talk.homes:
            return Next("where", here)
        case "want":
            return book_for(talk, desk, here, which)
        case "times" if which in desk.centres:
            return Next("times", {**here, "c": which}, drop=("pg", "f", "why", "old"))
        case _:
            return Next("offer", here, drop=("pg", "f", "why", "old"))


def book_for(talk: Talk, desk: Desk, here: Mapping[str, str], slot: str) -> Move:
    """Book a slot that was named in an alert; if it is gone, what is free goes on from here."""
    session = desk.session(session_of(slot))
    if session is None:
        return Next("offer", here)
    here = {**here, "c": session.centre}
    match book(talk.with_(answers=here), desk, slot):
        case Next() as move:
            return replace(move, put={**here, **move.put})
        case other:
            return other


# ── What suits me ────────────────────────────────────────────────────────────────────────────────────────────────────


class Wishes(Step):
    """Price, time of day, day and centres: tapped one by one, or written in one message."""

    id = "wishes"
    counts_options = False
    CHOICES = ("free_only", "paid_too", "mornings", "afternoons", "any_time", "weekdays", "weekends", "any_day")

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        number = talk.answers["w"]
        rows = tuple(word(each) for each in (*self.CHOICES, "choose_centres", "that_is_all"))
        key = "wishes_noted" if talk.answers.get("noted") else "wishes"
        return Say(key, {"name": f"name:{number}", "wish": f"wish:{number}"}, rows=rows, list_button="choose")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        if option == "choose_centres":
            return Next("wish_centres", drop=("pg",))
        if option == "that_is_all":
            return after_wishes(talk, desk)
        return noted(talk, desk, changed(current(talk, desk), {option}, [], desk))

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        if not isinstance(heard, Said):
            return not_expected(heard)
        if read_wishes(heard.text) == {"done"}:
            return said_wishes(talk, desk, heard.text) or after_wishes(talk, desk)
        return said_wishes(talk, desk, heard.text) or Again("wish_not_understood")


class WishCentres(Step):
    """Up to three centres, the favourite first."""

    id = "wish_centres"
    counts_options = False
    SHOWN = ROWS - 2

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        spot = spot_of(talk, desk)
        near = sorted((distance(*spot, c.latitude, c.longitude), c.id) for c in desk.centres.values())
        page = int(talk.answers.get("pg", "0"))
        shown = near[page * self.SHOWN : (page + 1) * self.SHOWN] or near[: self.SHOWN]
        rows = tuple(Option(centre, f"centre_near:{centre}:{metres}") for metres, centre in shown)
        more = (word("more_centres"),) if len(near) > (page + 1) * self.SHOWN else ()
        params = {"name": f"name:{talk.answers['w']}"}
        return Say("wish_centres", params, rows=(*rows, *more, word("any_centre")), list_button="show_centres")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        wish = current(talk, desk)
        if option == "more_centres":
            return Next("wish_centres", {"pg": str(int(talk.answers.get("pg", "0")) + 1)})
        if option == "any_centre":
            return noted(talk, desk, replace(wish, centres=()))
        if option not in desk.centres:
            return Again("tap_or_type")
        kept = tuple(each for each in wish.centres if each != option)
        return noted(talk, desk, replace(wish, centres=(*kept, option)[-MOST_CENTRES:]))


def said_wishes(talk: Talk, desk: Desk, text: str) -> Move | None:
    """What a message says of price, days and hours, noted; None when it says nothing of them."""
    said = read_wishes(text) - {"done"}
    prices = [number for number in numbers_in(text) if number >= LEAST_PRICE]
    return noted(talk, desk, changed(current(talk, desk), said, prices, desk)) if said or prices else None


def current(talk: Talk, desk: Desk) -> Wish:
    """The wish of the person in hand as it stands; a fresh one for somebody not in line yet."""
    number = talk.answers["w"]
    return wish_of(talk, number) or join(talk, desk, number).wishes[number]


def changed(wish: Wish, said: set[str] | frozenset[str], prices: list[int], desk: Desk) -> Wish:
    """A wish with what was said; what was not mentioned stays. ``prices`` in rupees: the largest counts."""
    days = {"weekdays": Days.WEEKDAYS, "weekends": Days.WEEKENDS, "any_day": Days.ANY}
    hours = {"mornings": Hours.MORNING, "afternoons": Hours.AFTERNOON, "any_time": Hours.ANY}
    said_days, said_hours = days.keys() & said, hours.keys() & said
    if said_days:
        wish = replace(wish, days=days[said_days.pop()] if len(said_days) == 1 else Days.ANY)
    if said_hours:
        wish = replace(wish, hours=hours[said_hours.pop()] if len(said_hours) == 1 else Hours.ANY)
    if "any_centre" in said:
        wish = replace(wish, centres=())
    if prices:
        return replace(wish, most=min(max(prices) * 100, dearest(desk)))
    if "paid_too" in said:
        return replace(wish, most=dearest(desk))
    return replace(wish, most=0) if "free_only" in said else wish


def dearest(desk: Desk) -> int:
    """The most that any place may cost by the rules of today, in paise."""
    vaccines = desk.rules.for_date(at_the_desk(desk.now).date()).vaccines.values()
    return max((rules.price_cap or 0 for rules in vaccines), default=0)


def noted(talk: Talk, desk: Desk, wish: Wish) -> Move:
    """The wish is kept at once: who stops answering here is in line with what they said so far.

    Who takes part in a draw takes part with the new wish.
    """
    lined = join(talk, desk, talk.answers["w"], wish)
    draw = desk.draw(wish.draw) if wish.draw else None
    anew: tuple[EnterDraw, ...] = ()
    if draw is not None and draw.takes_wishes(desk.now, desk.now):
        anew = wishes_in(draw.id, talk.with_(**lined.change), desk)
    return Next("wishes", {"noted": "1"}, drop=("pg",), change=lined.change, acts=(*lined.acts, *anew))


def after_wishes(talk: Talk, desk: Desk) -> Move:
    """Back to where one stands, with a place if one suits now."""
    return Next("registered", {"w": talk.answers["w"], **mode(talk, desk)})


# ── A held place ─────────────────────────────────────────────────────────────────────────────────────────────────────


class HeldPlace(Step):
    """A place is held for a few minutes: yes or no?"""

    id = "held_place"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        held = held_in_hand(talk)
        if held is None:
            return Say("hold_over", buttons=(word("look_again"), word("other_work")))
        return held_message(held, talk.answers.get("until", ""), desk)

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        held = held_in_hand(talk)
        if held is None:
            return Next("menu") if option == "other_work" else start_over(talk, desk)
        return Again("tap_or_type")

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        """Its buttons stay good for ever, so they are no options of the question; a typed yes or no is."""
        held = held_in_hand(talk)
        said = read_command(heard.text) if isinstance(heard, Said) else None
        if held is None or said not in ("yes", "no"):
            return not_expected(heard)
        return take(talk, desk, held.booking) if said == "yes" else decline(talk, desk, held.booking)


def held_in_hand(talk: Talk) -> Appointment | None:
    """The held place that is being talked about."""
    booking = talk.answers.get("b", "")
    return next((each for each in talk.held() if each.booking == booking), None)


def held_message(held: Appointment, until: str, desk: Desk) -> Say:
    """What is held, for whom, until when."""
    session = desk.session(session_of(held.slot))
    params = {
        **of_booking(held, desk),
        "dose": f"dose:{held.dose}",
        "price": f"money:{session.fee if session is not None else 0}",
    }
    if not until:
        return Say("place_still_held", params, buttons=held_buttons(held))
    params["until"] = until
    return Say("place_held", params, buttons=held_buttons(held), template="place_held", booking=held.booking)


def held_buttons(held: Appointment) -> tuple[Option, ...]:
    """Yes, no, and no more of these."""
    return (
        word(do_id("take", held.booking), "yes_book"),
        word(do_id("decline", held.booking), "no_thanks"),
        word(do_id("leave", held.person), "leave_list"),
    )


def start_over(talk: Talk, desk: Desk) -> Move:
    """Look for a place for the person in hand, or begin."""
    number = talk.answers.get("w", "")
    return Next("offer", {"w": number, **mode(talk, desk)}) if number in talk.homes else start(talk, desk)


def take(talk: Talk, desk: Desk, booking: str) -> Move:
    """The booking room makes a held place an appointment, if it is still held."""
    held = next((each for each in talk.held() if each.booking == booking), None)
    if held is None:
        return hold_over(person_of(talk, booking))
    version = desk.rules.for_date(at_the_desk(desk.now).date()).id
    return Wait(Request(Ask.TAKE, held.slot, held.person, held.dose, booking, version))


def hold_over(number: str) -> Stay:
    """It is not held any more; what stands goes on."""
    return Stay(
        Say("hold_over", buttons=(word(do_id("find", number), "look_again"), word(do_id("menu"), "other_work")))
    )


def gone_meanwhile(talk: Talk, desk: Desk, pending: Pending, why: str) -> Stay:
    """The place of an alert is gone, in the middle of something else: what is free may be tapped, and that goes on."""
    number = pending.person
    here = talk.with_(answers={"w": number, "f": pending.slot, "why": why})
    said = alternatives(f"{why}_alternatives", here, desk)

    def lasting(option: Option) -> Option:
        act, _, about = option.id.partition(".")
        id_ = (
            do_id("want", f"{number}.{about}")
            if act == "book"
            else do_id("tell" if act == "tell_me" else "find", number)
        )
        return replace(option, id=id_)

    return Stay(replace(said, buttons=tuple(map(lasting, said.buttons))))


def person_of(talk: Talk, booking: str) -> str:
    """Whose a booking is or was, or the first person."""
    found = talk.appointment(booking)
    return found.person if found is not None else min(talk.people, default="")


def decline(talk: Talk, desk: Desk, booking: str) -> Move:
    """The place goes to the next in line; one stays on the list."""
    held = next((each for each in talk.held() if each.booking == booking), None)
    if held is None:
        return take(talk, desk, booking)
    asked = talk.pending
    if asked is not None and (asked.ask, asked.slot, asked.person) == (Ask.TAKE, held.slot, held.person):
        return Stay(Say("still_booking"))  # they have said yes: with its answer comes the button to cancel
    buttons = (
        word(do_id("wishes", held.person), "change_wishes"),
        word(do_id("leave", held.person), "leave_list"),
    )
    return Stay(
        Say("hold_declined", {"name": f"name:{held.person}"}, buttons=buttons),
        change={"appointments": without(talk, held), **at_rest(talk)},
        acts=(giving_back(held),),
    )


def without(talk: Talk, gone: Appointment) -> tuple[Appointment, ...]:
    """The appointments but for one."""
    return tuple(each for each in talk.appointments if each.booking != gone.booking)


def giving_back(held: Appointment) -> Request:
    """A held place given up; nobody waits for an answer."""
    return Request(Ask.DECLINE, held.slot, held.person, held.dose, held.booking)


def at_rest(talk: Talk) -> dict[str, object]:
    """Back to rest, if what stood was the question about the held place."""
    return {"step": "home", "answers": {}} if talk.step == HeldPlace.id else {}


# ── The draw ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def enter(talk: Talk, desk: Desk, draw_id: str) -> Move:
    """Take part in a draw: one message in, and the result is the message out.

    What counts is when it was written, not when it is read. Where the result is far off, or one asks again, it is said.
    """
    draw = desk.draw(draw_id)
    if draw is None or draw.seed:
        return Stay(Say("draw_over"))
    written = min(talk.heard_at or desk.now, desk.now)
    if written <= draw.closes < desk.now - GRACE and talk.wishes:
        return Stay(draw_missed(min(talk.wishes), draw))
    if not draw.takes_wishes(written, desk.now):
        return Stay(Say("draw_closed", {"closes": moment(draw.closes)}))
    entries = wishes_in(draw_id, talk, desk)
    if not entries:
        numbers = [*talk.wishes, *talk.people]
        buttons = (word(do_id("wishes", numbers[0]), "change_wishes"),) if numbers else ()
        return Stay(Say("draw_nothing_suits", buttons=(*buttons, word(do_id("enter", draw_id), "take_part"))))
    again = any(wish.draw == draw_id for wish in talk.wishes.values())
    entered = {each.person: replace(talk.wishes[each.person], draw=draw_id) for each in entries}
    change = {"wishes": {**talk.wishes, **entered}}
    if again or is_far(draw, desk):
        return Stay(Say("draw_entered", {"closes": moment(draw.closes)}), change=change, acts=entries)
    return Quiet(change=change, acts=entries)


def is_far(draw: Draw, desk: Desk) -> bool:
    """Whether the result is so far off that silence would leave one wondering."""
    return (draw.closes - desk.now).total_seconds() > LONG_WAIT


STEPS: tuple[type[Step], ...] = (NeededDose, Born, Card, Listed, Registered, Wishes, WishCentres, HeldPlace)
