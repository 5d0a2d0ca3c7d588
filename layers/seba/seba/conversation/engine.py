"""The whole engine: ``turn(talk, heard, desk) -> Turn``. Pure, replayable, no AWS and no WhatsApp.

A message is, in this order: an answer of the booking room; something said while that answer is still out; a button that
stays good for ever; a command; an answer to the question that stands. At most one message goes out per turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from seba.conversation import (
    anytime,
    bookings,
    centre_desk,
    errands,
    joining,
    register,
    second_dose,
    shop,
    shopkeeper,
)
from seba.conversation.anytime import Home, Language
from seba.conversation.bookings import confirmation
from seba.conversation.desk import Desk
from seba.conversation.errands import begin
from seba.conversation.heard import Answered, Heard, Located, Odd, Outcome, Said, Tapped
from seba.conversation.register import giving_back
from seba.conversation.say import Act, Forget, Keep, Option, Say, Typing
from seba.conversation.second_dose import PlaceStep
from seba.conversation.standing import of_booking, upcoming
from seba.conversation.step import (
    DO,
    TAP,
    Again,
    Move,
    Next,
    Quiet,
    Stay,
    Step,
    Wait,
    do_id,
    not_expected,
    tap_id,
    word,
)
from seba.conversation.talk import Pending, Talk
from seba.conversation.typed import example_of, typed_option
from seba.conversation.waiting import join, leave, may_hold, next_dose
from seba.domain.appointments import Appointment, Standing
from seba.domain.calendar import at_the_desk
from seba.domain.ids import session_of, slot_of
from seba.messages.catalogue import read_command, script_of

STEPS: Mapping[str, Step] = {
    step.id: step()
    for room in (anytime, errands, second_dose, register, bookings, centre_desk, joining, shopkeeper)
    for step in room.STEPS
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message brings about: the next state, and what has to happen, to be committed together."""

    talk: Talk
    acts: tuple[Act, ...] = ()
    keep: Keep | None = None
    forget: Forget | None = None


def turn(talk: Talk, heard: Heard, desk: Desk) -> Turn:
    """One turn of a conversation.

    A ``Pending`` made here has an empty request id: who commits the turn fills in the id of the effect that carries it.
    """
    if isinstance(heard, Answered):
        return _answered(talk, heard, desk)
    if talk.desk_of is not None:
        return _heard_from_desk(talk, heard, desk)
    if talk.shop_of is not None:
        return _heard_from_shop(talk, heard, desk)
    move = _command(talk, heard, desk)
    if talk.pending is not None:
        return _while_pending(talk, talk.pending, heard, move)
    if talk.language is None and talk.step != Language.id and not _needs_no_language(heard, move, desk):
        kept = dict(move.change) if isinstance(move, Stay) else {}
        if kept and isinstance(heard, Said) and (language := script_of(heard.text)):
            kept["language"] = language
        said = _apply(talk.with_(**kept), Next(Language.id), desk)
        return said if not kept else Turn(said.talk, (move.say,) if isinstance(move, Stay) else said.acts)
    return _apply(talk, move or _answer(talk, heard, desk), desk)


def _needs_no_language(heard: Heard, move: Move | None, desk: Desk) -> bool:
    """The way to the shop, and into the trade: asked for by somebody never greeted, they come at once."""
    if isinstance(move, Next):
        return move.step == Language.id
    if isinstance(move, Stay) and move.say.key != "shop_link":
        return isinstance(heard, Said) and joining.read_invitation(heard.text) is not None
    return move is not None or shop.is_only_errand(desk)


def repeat(talk: Talk, desk: Desk) -> Turn:
    """The question that stands, once more."""
    return _apply(talk, Again(""), desk)


def sorry(talk: Talk) -> Turn:
    """Something failed on our side: said once; the question stands, and one tap repeats it."""
    said = Say("sorry_try_again", buttons=(word(do_id("again"), "try_again"), word(do_id("help"), "need_help")))
    return Turn(talk.with_(pending=None), (said,))


# ── Hearing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _command(talk: Talk, heard: Heard, desk: Desk) -> Move | None:
    """The move of a lasting button or of a command, if this is one."""
    match heard:
        case Tapped(id=tapped) if tapped.startswith(f"{DO}~"):
            _, act, about = (*tapped.split("~", 2), "", "")[:3]
            return _do(act, about, talk, desk)
        case Said(text=text) if (name := read_command(text)) is not None:
            return anytime.command(name, talk, desk)
        case Said(text=text):
            return joining.invited(text, talk, desk)
        case _:
            return None


def _do(act: str, about: str, talk: Talk, desk: Desk) -> Move:
    """A button that stays good for ever."""
    if (of_shop := shop.do(act, about, talk, desk)) is not None:
        return of_shop
    match act:
        case "way" if about in desk.centres:
            return Stay(Say("", pin=about))
        case "change":
            return bookings.change(talk, desk, about)
        case "show" if (booking := talk.appointment(about)) is not None and booking in upcoming(talk, desk):
            return Stay(confirmation("confirmation_again", talk, booking, desk))
        case "take":
            return register.take(talk, desk, about)
        case "decline":
            return register.decline(talk, desk, about)
        case "enter":
            return register.enter(talk, desk, about)
        case "keep" | "another" | "cancel" if talk.appointment(about) is not None:
            return bookings.after_move(talk, desk, act, about)
        case "want" | "times" | "wishes" | "leave" | "tell" | "find" if about[:1] in talk.people:
            return register.about_person(talk, desk, act, about)
        case "menu":
            return Next("menu")
        case "got_list" if talk.desk_of is not None:
            return centre_desk.got_list(about, talk, desk)
        case "help":
            return Stay(anytime.helped(desk, word(do_id("again"), "go_on")))
        case "again":
            return Again("")
        case _:
            return begin(talk, desk)


def _answer(talk: Talk, heard: Heard, desk: Desk) -> Move:
    """What is heard, as an answer to the question that stands."""
    step = STEPS.get(talk.step)
    if step is None or isinstance(step, Home):
        return begin(talk, desk)
    if isinstance(heard, Tapped):
        return _tapped(talk, heard.id, step, desk)
    if isinstance(heard, Said) and (option := typed_option(heard.text, step, step.ask(talk, desk), talk, desk)):
        return step.chose(talk, desk, option)
    if isinstance(heard, Odd) and heard.kind in {"voice", "video", "sticker", "contact"}:
        return not_expected(heard)
    return step.hear(talk, desk, heard)


def _tapped(talk: Talk, tapped: str, step: Step, desk: Desk) -> Move:
    """A tap counts for the question it belongs to; an older one changes nothing and the question is repeated."""
    kind, asked, serial, option = (*tapped.split("~", 3), "", "", "", "")[:4]
    if (kind, asked, serial) != (TAP, talk.step, str(talk.serial)) or not option:
        return Again("")
    return step.chose(talk, desk, option)


def _while_pending(talk: Talk, pending: Pending, heard: Heard, move: Move | None) -> Turn:
    """The booking room has not answered: nothing else starts, but STOP, START and the way are always heard."""
    if isinstance(move, Stay):
        return Turn(talk.with_(**move.change), (move.say, *move.acts))
    if isinstance(move, Quiet):
        return Turn(talk.with_(**move.change), (*move.acts, Typing()))
    if isinstance(heard, Said) and read_command(heard.text) == "cancel" and pending.ask == "book":
        queued = replace(pending, then="cancel")
        return Turn(talk.with_(pending=queued), (Say("cancel_comes_next"),))
    return Turn(talk, (Say("still_booking"),))


def _heard_from_desk(talk: Talk, heard: Heard, desk: Desk) -> Turn:
    """A centre's desk: STOP does not fit its work, a scan always comes first."""
    if talk.language is None and talk.step != Language.id:
        talk = talk.with_(step=centre_desk.DeskHome.id)
    if talk.pending is not None:
        return Turn(talk, (Say("still_looking"),))
    if isinstance(heard, Said) and (scan := centre_desk.look_up(talk, heard.text)):
        return _apply(talk, scan, desk)
    match heard:
        case Tapped(id=tapped) if tapped.startswith(f"{DO}~"):
            _, act, about = (*tapped.split("~", 2), "", "")[:3]
            if act in {"got_list", "help", "again"}:
                return _apply(talk, _do(act, about, talk, desk), desk)
            return _apply(talk, Next(centre_desk.DeskHome.id), desk)
        case Said(text=text) if (name := read_command(text)) is not None:
            if name == "help":
                return _apply(talk, Stay(Say("desk_help")), desk)
            if name == "list":
                return _apply(talk, Stay(Say("desk_list_when", {"centre": f"centre:{talk.desk_of}"})), desk)
            if name == "language":
                return _apply(talk, Next(Language.id, {"back": centre_desk.DeskHome.id}), desk)
            if name in {"hi", "menu", "start_again", "start"}:
                return _apply(talk, Next(centre_desk.DeskHome.id), desk)
        case _:
            pass
    if talk.step not in STEPS:
        return _apply(talk, Next(centre_desk.DeskHome.id), desk)
    if not isinstance(heard, (Said, Tapped)):
        return _apply(talk, Again("desk_no_reference"), desk)
    return _apply(talk, _answer(talk, heard, desk), desk)


def _heard_from_shop(talk: Talk, heard: Heard, desk: Desk) -> Turn:
    """A shop's phone: codes, goods and hours in its own words; "stop" there means closed."""
    if talk.step not in STEPS or talk.language is None:
        talk = talk.with_(step=shopkeeper.ShopHome.id, language=talk.language or "bn")
    match heard:
        case Tapped(id=tapped) if tapped.startswith(f"{DO}~"):
            _, act, about = (*tapped.split("~", 2), "", "")[:3]
            move = shopkeeper.do(act, about, talk, desk)
            if move is None and act in shopkeeper.COMMANDS:
                move = shopkeeper.COMMANDS[act](talk, desk)
            if move is None and act != "shop":
                # Who had ordered something before it became a shop's phone; the link is for customers.
                move = shop.do(act, about, talk, desk)
        case Said(text=text) if talk.step != Language.id:
            move = joining.invited(text, talk, desk) or shopkeeper.heard_text(text, talk, desk)
        case Located():
            move = shopkeeper.located(heard, talk, desk)
        case _:
            move = None
    if move is not None:
        return _apply(talk, move, desk)
    if talk.step == shopkeeper.ShopHome.id:
        return _apply(talk, Stay(shopkeeper.not_understood(heard)), desk)
    return _apply(talk, _answer(talk, heard, desk), desk)


# ── The booking room's answers ───────────────────────────────────────────────────────────────────────────────────────


def _answered(talk: Talk, answer: Answered, desk: Desk) -> Turn:
    """An answer ends the wait it belongs to. Without one it changes appointments and tells, never the step."""
    if answer.outcome is Outcome.CARD_TAKEN:
        return _apply(talk, Again("card_taken"), desk)
    if answer.outcome in (shopkeeper.JOINING if talk.shop_of is None else shopkeeper.HEARD):
        return _told(talk, shopkeeper.answered(talk, answer, desk))
    asked_in_vain = answer.outcome is Outcome.UNKNOWN and talk.desk_of is None and talk.pending is None
    if answer.outcome in OF_ORDERS or asked_in_vain:
        made = _told(talk, shop.answered(talk, answer, desk))
        # After STOP nothing is said that nobody asked for.
        return made if answer.request or not talk.stopped else replace(made, acts=())
    if not answer.request:
        return _news(talk, answer, desk)
    pending = talk.pending if talk.pending is not None and talk.pending.request == answer.request else None
    if answer.outcome not in (Outcome.BUSY, Outcome.IN_LINE) and pending is not None:
        talk = talk.with_(pending=None)
    if talk.desk_of is not None:
        return _apply(talk, centre_desk.answered(talk, answer, desk), desk)
    match answer.outcome:
        case Outcome.BOOKED | Outcome.MOVED | Outcome.ALREADY:
            return _booked(talk, answer, pending, desk)
        case Outcome.IN_LINE if pending is not None:
            return Turn(talk, (Say("in_line", answer.details),))
        case Outcome.LAPSED if pending is not None:
            left = tuple(each for each in talk.appointments if each.booking != answer.booking)
            talk = talk.with_(appointments=left)
            if _goes_on(talk):
                return _apply(talk, register.hold_over(pending.person), desk)
            return _apply(talk, Next("held_place", {"w": pending.person}), desk)
        case Outcome.BUSY:
            return Turn(talk, (Say("busy_still_trying"),))
        case Outcome.FULL | Outcome.CLOSED if pending is not None and _goes_on(talk):
            return _apply(talk, register.gone_meanwhile(talk, desk, pending, str(answer.outcome)), desk)
        case Outcome.FULL | Outcome.CLOSED if pending is not None:
            answers = {"f": pending.slot, "why": str(answer.outcome), "w": pending.person}
            return _apply(talk, Next("full", answers), desk)
        case Outcome.CANCELLED if pending is not None:
            gone = talk.appointment(answer.booking)
            left = tuple(each for each in talk.appointments if each.booking != answer.booking)
            answers = {"w": gone.person if gone else pending.person, "f": slot_of(answer.booking)}
            return _apply(talk.with_(appointments=left, answers={}), Next("cancelled", answers), desk)
        case Outcome.LOCKED:
            return _apply(talk.with_(step=Home.id, answers={}), Stay(Say("too_late_given")), desk)
        case _:
            return Turn(talk)


OF_ORDERS = frozenset({*shop.HEARD, Outcome.PLACED, Outcome.INTRODUCED})


def _told(talk: Talk, told: shop.Told) -> Turn:
    """What the order room answers changes no question: orders go on beside everything else."""
    change, say = told
    return Turn(talk.with_(**change), (say,) if say is not None else ())


def _booked(talk: Talk, answer: Answered, pending: Pending | None, desk: Desk) -> Turn:
    """The place is theirs: the appointment is kept, and the confirmation is what they walk away with."""
    person = pending.person if pending is not None else answer.details.get("person", "")
    if person not in talk.people:
        return Turn(talk)
    slot = slot_of(answer.booking)
    session = desk.session(session_of(slot))
    made = Appointment(
        person=person,
        dose=int(answer.details.get("dose", next_dose(talk.people[person]))),
        booking=answer.booking,
        day=session.day if session is not None else at_the_desk(desk.now).date(),
        rules=answer.details.get("rules") or desk.rules.for_date(at_the_desk(desk.now).date()).id,
    )
    others = tuple(a for a in talk.appointments if (a.person, a.dose) != (made.person, made.dose))
    given_up = tuple(giving_back(a) for a in talk.held() if a not in others and a.booking != made.booking)
    lined = leave(talk, desk, person)
    talk = talk.with_(appointments=(*others, made), **lined.change)
    more = (*given_up, *lined.acts)
    key = CONFIRMATIONS.get(answer.outcome, "confirmation_again")
    if pending is None:
        said = confirmation(key, talk, made, desk)
        lot = {"lot": answer.details["lot"]} if "lot" in answer.details else {}
        return Turn(talk, (replace(said, params={**said.params, **lot}), *more))
    if pending.then == "cancel":
        talk = talk.with_(answers={})
        asked = _apply(talk, Next("confirm_cancel", {"b": made.booking, "new": "1"}), desk)
        return replace(asked, acts=(*asked.acts, *more))
    said = confirmation(key, talk, made, desk)
    if _goes_on(talk):
        return Turn(talk, (said, *more))
    return Turn(talk.with_(step=Home.id, answers={}, serial=talk.serial + 1), (said, *more))


def _goes_on(talk: Talk) -> bool:
    """Whether an alert or a held place was answered in the middle of something else, which goes on."""
    return talk.step not in anytime.RESTING and not isinstance(STEPS.get(talk.step), PlaceStep)


# ── News that nobody asked for ───────────────────────────────────────────────────────────────────────────────────────


def _news(talk: Talk, answer: Answered, desk: Desk) -> Turn:
    """News change appointments, and are told; after STOP nothing is said that nobody asked for."""
    made = _heard_news(talk, answer, desk)
    return replace(made, acts=tuple(act for act in made.acts if not (talk.stopped and isinstance(act, Say))))


def _heard_news(talk: Talk, answer: Answered, desk: Desk) -> Turn:
    """A place is held, was drawn, moved, called off; or the centre noted a visit. The question that stands stays."""
    match answer.outcome:
        case Outcome.GIVEN | Outcome.MISSED:
            return _after_visit(talk, answer, desk)
        case Outcome.HELD:
            return _held(talk, answer, desk)
        case Outcome.WON:
            person = answer.details.get("person", "")
            needed = may_hold(talk, person, int(answer.details.get("dose", "0")), at_the_desk(desk.now).date())
            return _booked(talk, answer, None, desk) if needed else Turn(talk)
        case Outcome.LAPSED:
            return _lapsed(talk, answer)
        case Outcome.NOT_GIVEN if (number := answer.details.get("person", "")) in talk.wishes:
            buttons = (word(do_id("wishes", number), "change_wishes"), word(do_id("leave", number), "leave_list"))
            return Turn(talk, (Say("draw_not_given", {"name": f"name:{number}"}, buttons=buttons),))
        case Outcome.CALLED_OFF:
            return _called_off(talk, answer, desk)
        case Outcome.SHIFTED:
            return _shifted(talk, answer, desk)
        case _:
            return Turn(talk)


def _after_visit(talk: Talk, answer: Answered, desk: Desk) -> Turn:
    """The centre marked an appointment as given or as not come: kept silently. A given dose is one more had."""
    standing = Standing.GIVEN if answer.outcome is Outcome.GIVEN else Standing.ABSENT
    found = talk.appointment(answer.booking)
    marked = tuple(replace(a, standing=standing) if a.booking == answer.booking else a for a in talk.appointments)
    talk = talk.with_(appointments=marked)
    person = talk.people.get(found.person) if found is not None else None
    session = desk.session(session_of(slot_of(answer.booking)))
    if standing is not Standing.GIVEN or found is None or person is None or session is None:
        return Turn(talk)
    if found.dose <= person.doses_had:
        return Turn(talk)
    had = replace(person, vaccine=session.vaccine, last_dose=session.day, last_dose_exact=True, doses_had=found.dose)
    return Turn(talk.with_(people={**talk.people, had.number: had}), keep=Keep(had))


def _held(talk: Talk, answer: Answered, desk: Desk) -> Turn:
    """A place is held for somebody in line. Who does not need it any more gives it back without a word."""
    number, dose = answer.details.get("person", ""), int(answer.details.get("dose", "0"))
    slot = slot_of(answer.booking)
    session = desk.session(session_of(slot))
    day = session.day if session is not None else at_the_desk(desk.now).date()
    held = Appointment(number, dose, answer.booking, day, answer.details.get("rules", ""), Standing.HELD)
    has_one = any(a.person == number for a in talk.held())
    needed = may_hold(talk, number, dose, at_the_desk(desk.now).date())
    if not needed or number not in talk.wishes or has_one or talk.stopped:
        return Turn(talk, (giving_back(held),))
    talk = talk.with_(appointments=(*talk.appointments, held))
    until = answer.details.get("until", "")
    if talk.step not in anytime.RESTING or talk.pending is not None:
        return Turn(talk, (register.held_message(held, until, desk),))
    asked = Next(register.HeldPlace.id, {"b": held.booking, "w": number, "until": until})
    made = _apply(talk, asked, desk)
    return replace(made, acts=(register.held_message(held, until, desk),))


def _lapsed(talk: Talk, answer: Answered) -> Turn:
    """The time of a held place is over: told once, and one stays on the list."""
    gone = next((a for a in talk.held() if a.booking == answer.booking), None)
    if gone is None:
        return Turn(talk)
    buttons = (word(do_id("wishes", gone.person), "change_wishes"), word(do_id("leave", gone.person), "leave_list"))
    said = Say("hold_lapsed", {"name": f"name:{gone.person}"}, buttons=buttons)
    change = {"appointments": register.without(talk, gone), **register.at_rest(talk)}
    return Turn(talk.with_(**change), (said,))


def _called_off(talk: Talk, answer: Answered, desk: Desk) -> Turn:
    """The session was cancelled: the booking is no more, and its owner is in line for another."""
    gone = next((a for a in talk.appointments if a.booking == answer.booking), None)
    if gone is None or gone.standing is Standing.GIVEN or gone.person not in talk.people:
        return Turn(talk)
    held = gone.standing is Standing.HELD
    talk = talk.with_(appointments=register.without(talk, gone), **register.at_rest(talk))
    lined = join(talk, desk, gone.person)
    key = "hold_lapsed" if held else "session_cancelled"
    about = {"name": f"name:{gone.person}"} if held else of_booking(gone, desk)
    buttons = (
        word(do_id("find", gone.person), "show_places"),
        word(do_id("wishes", gone.person), "change_wishes"),
        word(do_id("leave", gone.person), "leave_list"),
    )
    said = Say(key, about, buttons=buttons, template="" if held else "session_cancelled")
    return Turn(talk.with_(**lined.change), (said, *lined.acts))


def _shifted(talk: Talk, answer: Answered, desk: Desk) -> Turn:
    """The session was moved: who does not answer keeps the moved place."""
    booking = talk.appointment(answer.booking)
    session = desk.session(session_of(slot_of(answer.booking)))
    if booking is None or booking.standing is not Standing.BOOKED or session is None:
        return Turn(talk)
    moved = replace(booking, day=session.day)
    talk = talk.with_(appointments=tuple(moved if a.booking == moved.booking else a for a in talk.appointments))
    params = {
        **of_booking(moved, desk),
        "ref": f"reference:{moved.booking}",
        "was_day": answer.details.get("was_day", "word:unknown"),
        "was_centre": answer.details.get("was_centre", "word:unknown"),
    }
    buttons = (
        word(do_id("keep", moved.booking), "keep_new"),
        word(do_id("another", moved.booking), "another_place"),
        word(do_id("cancel", moved.booking), "cancel_it"),
    )
    said = Say("session_moved", params, buttons=buttons, template="session_moved", booking=moved.booking)
    return Turn(talk, (said,))


# ── Moving ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _apply(talk: Talk, move: Move, desk: Desk) -> Turn:
    """Carry out a move: the next state and what is said."""
    match move:
        case Next():
            return _next(talk, move, desk)
        case Again(key=key, params=params):
            question = _question(talk, desk)
            example = example_of((*question.buttons, *question.rows))
            if key == "tap_or_type" and not example:
                key = ""
            if example:
                params = {"example": example, **params}
            said = replace(question, key=key, params={**question.params, **params}) if key else question
            if key:
                said = replace(said, qr="", asks_location=said.asks_location and not said.buttons)
            return Turn(talk, (said,))
        case Stay(say=say, change=change, acts=acts):
            changed = talk.with_(**change)
            return Turn(changed, (_with_ids(say, changed), *acts))
        case Quiet(acts=acts, change=change):
            return Turn(talk.with_(**change), (*acts, Typing()))
        case Wait(request=request, put=put):
            pending = Pending("", request.ask, request.person, request.slot)
            return Turn(talk.with_(pending=pending, answers={**talk.answers, **put}), (Typing(), request))


def _next(talk: Talk, move: Next, desk: Desk) -> Turn:
    """Go to a step and ask; what an errand gathered is dropped where it ends."""
    answers = {key: value for key, value in talk.answers.items() if key not in move.drop} | dict(move.put)
    if move.step in ENDS:
        answers = dict(move.put)
    people = {**talk.people, move.keep.person.number: move.keep.person} if move.keep is not None else talk.people
    after = talk.with_(step=move.step, serial=talk.serial + 1, answers=answers, people=people)
    if move.forget is not None:
        after = Talk(talk.language, move.step, after.serial, stopped=talk.stopped, heard_at=talk.heard_at)
    after = after.with_(**move.change)
    return Turn(after, (_question(after, desk), *move.acts), move.keep, move.forget)


CONFIRMATIONS = {
    Outcome.BOOKED: "confirmation",
    Outcome.MOVED: "confirmation_moved",
    Outcome.WON: "draw_won",
}
ENDS = frozenset(
    {"who", "errands", "consent", "bookings", "booking", "home", "desk", "registered", "listed", "held_place"}
)
"""Steps at which an errand begins or has ended: answers of an earlier one must not colour the next."""


def _question(talk: Talk, desk: Desk) -> Say:
    """The question of the step that stands; an unknown stored step begins politely anew."""
    step = STEPS.get(talk.step)
    if step is None:
        move = begin(talk, desk)
        step = STEPS[move.step] if isinstance(move, Next) else STEPS[Home.id]
    return _with_ids(step.ask(talk, desk), talk)


def _with_ids(say: Say, talk: Talk) -> Say:
    """Give options the ids by which a tap is recognised; lasting ones keep theirs."""

    def marked(option: Option) -> Option:
        lasting = option.id.startswith(f"{DO}~")
        return option if lasting else replace(option, id=tap_id(talk.step, talk.serial, option.id))

    return replace(say, buttons=tuple(map(marked, say.buttons)), rows=tuple(map(marked, say.rows)))
